//! A class, by its id (`contract/binding.md` 2 step 1, and 3.2, "class").
//!
//! What stands between the id and the colon of its display name is kept as *parameters*, of which
//! equality knows nothing.

use std::sync::Arc;

use docfile_compound::Guid;

use crate::error::{Error, ErrorKind, Result};

/// The prefix of its display name, in any case.
const PREFIX: &str = "clsid:";
/// The length of an id in text, without braces.
const ID_LEN: usize = 36;

/// A class, by its id.
///
/// ```
/// use docfile_binding::ClassMoniker;
/// let (class, eaten) = ClassMoniker::parse("CLSID:00020906-0000-0000-c000-000000000046;x:rest")?;
/// assert_eq!(class.display_text(), "clsid:00020906-0000-0000-C000-000000000046;x:");
/// assert_eq!(eaten, 45);
/// # Ok::<(), docfile_binding::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct ClassMoniker {
    class_id: Guid,
    parameters: Arc<str>,
}

impl ClassMoniker {
    /// The class with this id.
    #[must_use]
    pub fn new(class_id: Guid) -> Self {
        Self { class_id, parameters: Arc::from("") }
    }

    /// The class with this id, and text for it. By custom the text starts with a semicolon.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Syntax`] when the text contains a colon, which ends the name.
    pub fn with_parameters(class_id: Guid, parameters: &str) -> Result<Self> {
        if parameters.contains(':') {
            return Err(Error::new(
                ErrorKind::Syntax,
                "the parameters of a class contain no colon",
            )
            .with_name(parameters));
        }
        Ok(Self { class_id, parameters: Arc::from(parameters) })
    }

    /// Reads `clsid:ID`, `clsid:{ID}`, parameters and a colon behind it; answers the moniker and
    /// how many UTF-16 units it took.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Syntax`] when the text is none of this.
    pub fn parse(text: &str) -> Result<(Self, usize)> {
        let wrong = || {
            Error::new(ErrorKind::Syntax, "not a class moniker").with_name(text).with_eaten_count(0)
        };
        let rest = strip_class_prefix(text).ok_or_else(wrong)?;
        let unbraced = rest.strip_prefix('{');
        let rest = unbraced.unwrap_or(rest);
        let id = rest.get(..ID_LEN).and_then(|id| id.parse().ok()).ok_or_else(wrong)?;
        let rest = rest.get(ID_LEN..).unwrap_or_default();
        let rest = match rest.strip_prefix('}') {
            Some(rest) => rest,
            None if unbraced.is_some() => return Err(wrong()),
            None => rest,
        };
        let (parameters, behind) = rest.split_once(':').unwrap_or((rest, ""));
        let eaten = text.encode_utf16().count() - behind.encode_utf16().count();
        Ok((Self { class_id: id, parameters: Arc::from(parameters) }, eaten))
    }

    /// The id of the class.
    #[must_use]
    pub fn class_id(&self) -> Guid {
        self.class_id
    }

    /// What stands between the id and the colon; mostly nothing.
    #[must_use]
    pub fn parameters(&self) -> &str {
        &self.parameters
    }

    /// `clsid:`, the id in upper case without braces, the parameters, a colon.
    #[must_use]
    pub fn display_text(&self) -> String {
        let id = self.class_id.to_string();
        format!("{PREFIX}{}{}:", id.trim_matches(['{', '}']), self.parameters)
    }

    /// The first field of the id.
    pub(super) fn hash_value(&self) -> u32 {
        let [a, b, c, d, ..] = self.class_id.to_bytes();
        u32::from_le_bytes([a, b, c, d])
    }
}

/// What follows `clsid:` in any case.
pub(crate) fn strip_class_prefix(text: &str) -> Option<&str> {
    let (prefix, rest) = text.split_at_checked(PREFIX.len())?;
    prefix.eq_ignore_ascii_case(PREFIX).then_some(rest)
}

impl PartialEq for ClassMoniker {
    fn eq(&self, other: &Self) -> bool {
        self.class_id == other.class_id
    }
}

impl Eq for ClassMoniker {}
