//! What the running object table compares of a moniker (`contract/binding.md` 3.4, `IROTData`).
//!
//! The class id, then what tells monikers of that class apart, in upper case. It is compared
//! within one run of a program and never saved.

use docfile_compound::Guid;

use super::Moniker;
use crate::error::{Error, ErrorKind, Result};
use crate::upper_case::{upper_unit, upper_units};

impl Moniker {
    /// The bytes that are the same for two monikers exactly when the running object table takes
    /// them for one. Items differ in it by their delimiters, although they are equal without.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotImplemented`] for a pointer, and for a composite that contains one.
    pub fn comparison_data(&self) -> Result<Vec<u8>> {
        let mut data = Data::of(self.class_id());
        match self {
            Self::Class(class) => data.0.extend(class.class_id().to_bytes()),
            Self::Item(item) => {
                data.text(item.delimiter().unwrap_or_default());
                data.units(item.units().iter().map(|unit| upper_unit(*unit)));
                data.end();
            }
            Self::Anti(anti) => data.0.extend(anti.count().to_le_bytes()),
            Self::File(file) => {
                data.text(file.path());
                data.end();
            }
            Self::Url(url) => {
                // Case tells two URLs apart.
                data.units(url.key().unwrap_or_default().encode_utf16());
                data.end();
            }
            Self::Composite(composite) => {
                for component in composite.components() {
                    data.0.extend(component.comparison_data()?);
                }
            }
            Self::Foreign(foreign) => return foreign.comparison_data(),
            Self::Pointer(_) => {
                return Err(Error::new(
                    ErrorKind::NotImplemented,
                    "a pointer moniker has nothing to compare",
                ));
            }
        }
        Ok(data.0)
    }

    /// What is compared of a moniker without comparison data of its own: class and display name.
    pub(crate) fn comparison_data_or_name(&self) -> Result<Vec<u8>> {
        match self.comparison_data() {
            Err(error) if error.kind() == ErrorKind::NotImplemented => {
                let mut data = Data::of(self.class_id());
                data.text(&self.display_name()?);
                data.end();
                Ok(data.0)
            }
            other => other,
        }
    }
}

struct Data(Vec<u8>);

impl Data {
    fn of(class_id: Guid) -> Self {
        Self(class_id.to_bytes().to_vec())
    }

    fn text(&mut self, text: &str) {
        self.units(upper_units(text));
    }

    fn units(&mut self, units: impl Iterator<Item = u16>) {
        self.0.extend(units.flat_map(u16::to_le_bytes));
    }

    fn end(&mut self) {
        self.units(core::iter::once(0));
    }
}
