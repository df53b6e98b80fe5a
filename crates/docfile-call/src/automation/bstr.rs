//! Counted strings ([MS-OAUT] 2.2.23): UTF-16 most of the time, but any number of any bytes.
//!
//! A string that is null still travels as a block, with a length that no block has.

use crate::ndr::{
    Decoder, Encoder, Layout, Marshal, NdrError, NdrFault, Referent, Unmarshal, ndr_struct,
};

/// `BSTR`: its bytes, or nothing for null. An empty string is not null.
///
/// ```
/// use docfile_call::automation::Bstr;
/// let text = Bstr::from("ab");
/// assert_eq!(text, Bstr(Some(b"a\0b\0".to_vec())));
/// assert_eq!(text.text().as_deref(), Some("ab"));
/// assert_eq!(Bstr(None).text(), None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Bstr(pub Option<Vec<u8>>);

impl Bstr {
    /// The text, unless it is null or its bytes are not UTF-16.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        let (pairs, []) = self.0.as_ref()?.as_chunks() else { return None };
        let units: Vec<u16> = pairs.iter().map(|pair| u16::from_le_bytes(*pair)).collect();
        String::from_utf16(&units).ok()
    }
}

impl From<&str> for Bstr {
    fn from(text: &str) -> Self {
        Self(Some(text.encode_utf16().flat_map(u16::to_le_bytes).collect()))
    }
}

/// `FLAGGED_WORD_BLOB`, which is what the pointer points to.
#[derive(Debug)]
struct Block<'a>(&'a Option<Vec<u8>>);

const NULL_LEN: u32 = 0xFFFF_FFFF;

ndr_struct! { form struct BlockForm { byte_len: u32, count: u32, units: Vec<u16> } }

impl Layout for Bstr {
    const ALIGN: usize = u32::ALIGN;
}

impl Marshal for Bstr {
    fn marshal(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
        encoder.pointer(true)
    }

    fn marshal_deferred(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
        let form = BlockForm::try_from(Block(&self.0)).map_err(|fault| encoder.error(fault))?;
        encoder.value(&form)
    }
}

impl Unmarshal for Bstr {
    type Partial = Option<Referent>;

    fn unmarshal(decoder: &mut Decoder<'_>) -> Result<Self::Partial, NdrError> {
        Referent::read(decoder)
    }

    fn resolve(partial: Self::Partial, decoder: &mut Decoder<'_>) -> Result<Self, NdrError> {
        // No block at all is not a valid form of null, but it can mean nothing else.
        let Some(_) = partial else { return Ok(Self(None)) };
        // The block is little-endian in a big-endian call, too (2.2.23.1).
        let form = decoder.little_endian(Decoder::referent::<BlockForm>)?;
        decoder.charge(form.units.len().saturating_mul(2))?;
        form.into_bytes().map(Self).map_err(|fault| decoder.error(fault))
    }
}

impl TryFrom<Block<'_>> for BlockForm {
    type Error = NdrFault;

    fn try_from(block: Block<'_>) -> Result<Self, NdrFault> {
        let Some(bytes) = block.0 else {
            return Ok(Self { byte_len: NULL_LEN, count: 0, units: Vec::new() });
        };
        let byte_len = u32::try_from(bytes.len())
            .ok()
            .filter(|len| *len != NULL_LEN)
            .ok_or(NdrFault::Count)?;
        let (pairs, odd) = bytes.as_chunks();
        let units = pairs.iter().copied().chain(odd.first().map(|last| [*last, 0]));
        let units = units.map(u16::from_le_bytes).collect();
        Ok(Self { byte_len, count: byte_len.div_ceil(2), units })
    }
}

impl BlockForm {
    fn into_bytes(self) -> Result<Option<Vec<u8>>, NdrFault> {
        let count = usize::try_from(self.count).map_err(|_| NdrFault::Count)?;
        if count != self.units.len() {
            return Err(NdrFault::Conformance);
        }
        if self.byte_len == NULL_LEN && count == 0 {
            return Ok(None);
        }
        if self.byte_len.div_ceil(2) != self.count {
            return Err(NdrFault::Conformance);
        }
        let byte_len = usize::try_from(self.byte_len).map_err(|_| NdrFault::Count)?;
        let mut bytes: Vec<u8> = self.units.into_iter().flat_map(u16::to_le_bytes).collect();
        bytes.truncate(byte_len);
        Ok(Some(bytes))
    }
}
