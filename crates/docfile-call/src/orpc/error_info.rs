//! Error information beside a failed result ([MS-DCOM] 2.2.21.1 to 2.2.21.3).
//!
//! It is a custom object reference in an extension. Each text is preceded by a signature, which is
//! zero when there is no text, and brings its counts and terminator along in place.

use crate::Guid;
use crate::ndr::{Limits, NdrError, NdrFault};

use super::packed::{Packed, packed_len};
use super::{
    CLSID_ERROR_OBJECT, ERROR_EXTENSION, Extension, IID_ERROR_INFO, ObjectReference, ReferenceForm,
};

/// What an object says about a failure.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct ErrorInfo {
    /// A place in the help file.
    pub help_context: u32,
    /// The interface whose method failed.
    pub iid: Guid,
    /// The program that failed.
    pub source: Option<String>,
    /// What happened, for people.
    pub description: Option<String>,
    /// The help file.
    pub help_file: Option<String>,
}

const VERSION: u32 = 0;
const PRESENT: u32 = 0xFFFF_FFFF;
const TEXT_ALIGN: usize = 4;

impl ErrorInfo {
    /// The extension to put beside the results.
    ///
    /// # Errors
    ///
    /// [`NdrFault::EarlyTerminator`] when a text contains one, [`NdrFault::Count`] when it is too
    /// long.
    pub fn to_extension(&self) -> Result<Extension, NdrError> {
        let mut data = VERSION.to_le_bytes().to_vec();
        data.extend(self.help_context.to_le_bytes());
        data.extend(self.iid.to_le_bytes());
        for text in [&self.source, &self.description, &self.help_file] {
            emit_text(&mut data, text.as_deref())?;
        }
        let form = ReferenceForm::Custom { class_id: CLSID_ERROR_OBJECT, extension_len: 0, data };
        let reference = ObjectReference { iid: IID_ERROR_INFO, form };
        Ok(Extension { id: ERROR_EXTENSION, data: reference.emit()? })
    }

    /// Reads an extension with the id [`ERROR_EXTENSION`].
    ///
    /// # Errors
    ///
    /// When the bytes are not error information in the custom form.
    pub fn parse(extension: &[u8], limits: &Limits) -> Result<Self, NdrError> {
        let reference = ObjectReference::parse(extension, limits)?;
        let data = match reference.form {
            ReferenceForm::Custom { class_id: CLSID_ERROR_OBJECT, data, .. } => data,
            _ => return Err(NdrError { fault: NdrFault::Case, offset: 0 }),
        };
        let mut packed = Packed::new(&data);
        // The version, which has only one value.
        packed.u32()?;
        Ok(Self {
            help_context: packed.u32()?,
            iid: packed.guid()?,
            source: take_text(&mut packed)?,
            description: take_text(&mut packed)?,
            help_file: take_text(&mut packed)?,
        })
    }
}

fn emit_text(data: &mut Vec<u8>, text: Option<&str>) -> Result<(), NdrError> {
    let Some(text) = text else {
        data.extend(0_u32.to_le_bytes());
        return Ok(());
    };
    if text.contains('\0') {
        return Err(NdrError { fault: NdrFault::EarlyTerminator, offset: data.len() });
    }
    let count = packed_len(text.encode_utf16().count() + 1)?;
    data.extend(PRESENT.to_le_bytes());
    data.extend(count);
    data.extend([0; 4]);
    data.extend(count);
    data.extend(text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes));
    data.resize(data.len().next_multiple_of(TEXT_ALIGN), 0);
    Ok(())
}

fn take_text(packed: &mut Packed<'_>) -> Result<Option<String>, NdrError> {
    if packed.u32()? == 0 {
        return Ok(None);
    }
    let max_count = packed.u32()?;
    let offset = packed.u32()?;
    let count = packed.len()?;
    if offset != 0 || usize::try_from(max_count).is_ok_and(|max_count| count > max_count) {
        return Err(packed.error(NdrFault::Conformance));
    }
    let (pairs, _) = packed.bytes(count.saturating_mul(2))?.as_chunks();
    let units: Vec<u16> = pairs.iter().map(|pair| u16::from_le_bytes(*pair)).collect();
    let end = units
        .iter()
        .position(|unit| *unit == 0)
        .ok_or_else(|| packed.error(NdrFault::Unterminated))?;
    let text = String::from_utf16(units.get(..end).unwrap_or_default())
        .map_err(|_| packed.error(NdrFault::Surrogate))?;
    // What is last need not be padded.
    let padding = packed.offset().next_multiple_of(TEXT_ALIGN) - packed.offset();
    packed.bytes(padding.min(packed.rest().len()))?;
    Ok(Some(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_information_comes_back() {
        let info = ErrorInfo {
            help_context: 7,
            iid: Guid::from_u128(9),
            source: Some("a".to_owned()),
            description: None,
            help_file: Some("ab".to_owned()),
        };
        let extension = info.to_extension().unwrap();
        assert_eq!(ErrorInfo::parse(&extension.data, &Limits::default()), Ok(info));
        // But for the two bytes that pad the last text, nothing can be missing.
        for len in 0..extension.data.len() - 2 {
            ErrorInfo::parse(&extension.data[..len], &Limits::default()).unwrap_err();
        }
    }
}
