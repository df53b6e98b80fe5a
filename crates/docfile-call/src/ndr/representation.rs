//! The data representation label: in which byte order the sender wrote (\[C706\] 14.1).

use super::{NdrError, NdrFault};

/// What the four bytes of a format label say, as far as it can differ here: the byte order.
/// Characters are ASCII and floating point is IEEE; a label that says otherwise is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DataRepresentation {
    big_endian: bool,
}

impl DataRepresentation {
    /// Little-endian, as everything is sent.
    pub const LITTLE_ENDIAN: Self = Self { big_endian: false };
    /// Big-endian, only received.
    pub const BIG_ENDIAN: Self = Self { big_endian: true };

    /// From the label in the header of a PDU.
    ///
    /// # Errors
    ///
    /// [`NdrFault::Representation`] for EBCDIC, for a floating point form other than IEEE, and for
    /// byte orders that \[C706\] does not define.
    pub fn parse(label: [u8; 4]) -> Result<Self, NdrError> {
        match label {
            [0x00, 0, ..] => Ok(Self::BIG_ENDIAN),
            [0x10, 0, ..] => Ok(Self::LITTLE_ENDIAN),
            [_, float, ..] => {
                Err(NdrError { fault: NdrFault::Representation, offset: usize::from(float != 0) })
            }
        }
    }

    /// The label.
    #[must_use]
    pub const fn emit(self) -> [u8; 4] {
        [if self.big_endian { 0 } else { 0x10 }, 0, 0, 0]
    }

    /// Whether the most significant byte comes first.
    #[must_use]
    pub const fn is_big_endian(self) -> bool {
        self.big_endian
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ebcdic_and_foreign_floats_are_refused() {
        for good in [DataRepresentation::LITTLE_ENDIAN, DataRepresentation::BIG_ENDIAN] {
            assert_eq!(DataRepresentation::parse(good.emit()), Ok(good));
        }
        for bad in [[0x11, 0, 0, 0], [0x10, 1, 0, 0], [0x20, 0, 0, 0]] {
            let error = DataRepresentation::parse(bad).unwrap_err();
            assert_eq!(error.fault, NdrFault::Representation);
        }
    }
}
