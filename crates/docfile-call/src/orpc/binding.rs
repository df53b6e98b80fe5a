//! Where an exporter or a resolver is reached, and how one proves oneself there ([MS-DCOM] 2.2.19).
//!
//! Both lists lie in one array of 16-bit units, each ended by a zero. As an argument the array is
//! conformant; in an object reference it is packed.

use crate::ndr::{Limits, NdrError, NdrFault, ndr_form, ndr_struct};

use super::packed::Packed;

/// `STRINGBINDING`: a protocol and an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StringBinding {
    /// The protocol, [`TOWER_TCP`](Self::TOWER_TCP) for one.
    pub tower_id: u16,
    /// For TCP a host, and in brackets a port: `10.0.0.7[49152]`.
    pub address: String,
}

impl StringBinding {
    /// `ncacn_ip_tcp`.
    pub const TOWER_TCP: u16 = 7;
    /// `ncacn_np`.
    pub const TOWER_NAMED_PIPE: u16 = 15;
    /// `ncalrpc`.
    pub const TOWER_LOCAL: u16 = 16;

    /// An address of TCP.
    #[must_use]
    pub fn tcp(address: impl Into<String>) -> Self {
        Self { tower_id: Self::TOWER_TCP, address: address.into() }
    }

    /// The address, taken apart into host and port. Without brackets there is no port, and the
    /// resolver's own is meant.
    ///
    /// ```
    /// use docfile_call::orpc::StringBinding;
    /// assert_eq!(StringBinding::tcp("host[49152]").host_and_port(), Some(("host", Some(49152))));
    /// assert_eq!(StringBinding::tcp("host").host_and_port(), Some(("host", None)));
    /// assert_eq!(StringBinding::tcp("host[pipe]").host_and_port(), None);
    /// ```
    #[must_use]
    pub fn host_and_port(&self) -> Option<(&str, Option<u16>)> {
        match self.address.split_once('[') {
            None => Some((&self.address, None)),
            Some((host, rest)) => {
                let port = rest.strip_suffix(']')?.parse().ok()?;
                Some((host, Some(port)))
            }
        }
    }
}

/// `SECURITYBINDING`: a security provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityBinding {
    /// The provider: 9 SPNEGO, 10 NTLM, 16 Kerberos.
    pub service: u16,
    /// The name under which the server proves itself, where the provider needs one.
    pub principal: String,
}

/// `DUALSTRINGARRAY`: both lists.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct DualStringArray {
    /// Addresses, the preferred first.
    pub strings: Vec<StringBinding>,
    /// Security providers, the preferred first.
    pub securities: Vec<SecurityBinding>,
}

const NO_AUTHORIZATION: u16 = 0xFFFF;

impl DualStringArray {
    /// The packed form, as in an object reference.
    ///
    /// # Errors
    ///
    /// [`NdrFault::Count`] when it is longer than 65,535 units; [`NdrFault::EarlyTerminator`] when
    /// a text contains one, or a protocol or provider is zero.
    pub fn emit(&self) -> Result<Vec<u8>, NdrError> {
        let form = BindingForm::try_from(self).map_err(|fault| NdrError { fault, offset: 0 })?;
        let head = [form.entry_count, form.security_offset];
        Ok(head.iter().chain(&form.units).flat_map(|unit| unit.to_le_bytes()).collect())
    }

    /// Reads the packed form, and tells how many bytes it takes.
    ///
    /// # Errors
    ///
    /// When the bytes end, or the lists do not fit together.
    pub fn parse(bytes: &[u8], limits: &Limits) -> Result<(Self, usize), NdrError> {
        let mut packed = Packed::new(bytes);
        let array = Self::take(&mut packed, limits)?;
        Ok((array, packed.offset()))
    }

    pub(super) fn take(packed: &mut Packed<'_>, limits: &Limits) -> Result<Self, NdrError> {
        let entry_count = packed.u16()?;
        let security_offset = packed.u16()?;
        let bytes = packed.bytes(usize::from(entry_count) * 2)?;
        // Every unit becomes at most a binding.
        if bytes.len().saturating_mul(size_of::<StringBinding>()) > limits.memory {
            return Err(packed.error(NdrFault::Memory));
        }
        let (pairs, _) = bytes.as_chunks();
        let units = pairs.iter().map(|pair| u16::from_le_bytes(*pair)).collect();
        Self::try_from(BindingForm { entry_count, security_offset, units })
            .map_err(|fault| packed.error(fault))
    }
}

ndr_struct! { form pub struct BindingForm { entry_count: u16, security_offset: u16, units: Vec<u16> } }

ndr_form!(DualStringArray => BindingForm);

impl TryFrom<&DualStringArray> for BindingForm {
    type Error = NdrFault;

    fn try_from(array: &DualStringArray) -> Result<Self, NdrFault> {
        let mut units = Vec::new();
        for binding in &array.strings {
            push_text(&mut units, &[binding.tower_id], &binding.address)?;
        }
        end_list(&mut units, array.strings.is_empty());
        let security_offset = u16::try_from(units.len()).map_err(|_| NdrFault::Count)?;
        for binding in &array.securities {
            push_text(&mut units, &[binding.service, NO_AUTHORIZATION], &binding.principal)?;
        }
        end_list(&mut units, array.securities.is_empty());
        let entry_count = u16::try_from(units.len()).map_err(|_| NdrFault::Count)?;
        Ok(Self { entry_count, security_offset, units })
    }
}

impl TryFrom<BindingForm> for DualStringArray {
    type Error = NdrFault;

    fn try_from(form: BindingForm) -> Result<Self, NdrFault> {
        if usize::from(form.entry_count) != form.units.len() {
            return Err(NdrFault::Conformance);
        }
        let (mut strings, mut securities) = form
            .units
            .split_at_checked(usize::from(form.security_offset))
            .ok_or(NdrFault::Conformance)?;
        let mut array = Self::default();
        while let Some(tower_id) = take_unit(&mut strings).filter(|id| *id != 0) {
            let address = take_text(&mut strings)?;
            array.strings.push(StringBinding { tower_id, address });
        }
        while let Some(service) = take_unit(&mut securities).filter(|id| *id != 0) {
            // The authorization service, which nothing uses.
            take_unit(&mut securities).ok_or(NdrFault::Unterminated)?;
            let principal = take_text(&mut securities)?;
            array.securities.push(SecurityBinding { service, principal });
        }
        Ok(array)
    }
}

fn push_text(units: &mut Vec<u16>, head: &[u16], text: &str) -> Result<(), NdrFault> {
    units.extend(head);
    units.extend(text.encode_utf16());
    units.push(0);
    let body_len = head.len() + text.encode_utf16().count();
    let start = units.len() - 1 - body_len;
    match units.get(start..units.len() - 1).is_some_and(|body| body.contains(&0)) {
        true => Err(NdrFault::EarlyTerminator),
        false => Ok(()),
    }
}

/// A list ends with a zero; a list of nothing is one more, as other implementations write it.
fn end_list(units: &mut Vec<u16>, is_empty: bool) {
    units.extend(core::iter::repeat_n(0, 1 + usize::from(is_empty)));
}

fn take_unit(units: &mut &[u16]) -> Option<u16> {
    let (first, rest) = units.split_first()?;
    *units = rest;
    Some(*first)
}

fn take_text(units: &mut &[u16]) -> Result<String, NdrFault> {
    let end = units.iter().position(|unit| *unit == 0).ok_or(NdrFault::Unterminated)?;
    let (text, rest) = units.split_at_checked(end).ok_or(NdrFault::Unterminated)?;
    *units = rest.get(1..).unwrap_or_default();
    String::from_utf16(text).map_err(|_| NdrFault::Surrogate)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> DualStringArray {
        DualStringArray {
            strings: vec![StringBinding::tcp("10.0.0.7[49152]"), StringBinding::tcp("host")],
            securities: vec![SecurityBinding { service: 10, principal: String::new() }],
        }
    }

    #[test]
    fn both_forms_come_back() {
        let packed = example().emit().unwrap();
        let (array, len) = DualStringArray::parse(&packed, &Limits::default()).unwrap();
        assert_eq!((array, len), (example(), packed.len()));
        let empty = DualStringArray::default();
        let packed = empty.emit().unwrap();
        assert_eq!(packed, [4, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(DualStringArray::parse(&packed, &Limits::default()), Ok((empty, packed.len())));
    }

    #[test]
    fn a_text_with_a_terminator_is_not_sent() {
        let mut array = example();
        array.securities[0].principal = "a\0b".to_owned();
        assert_eq!(array.emit().unwrap_err().fault, NdrFault::EarlyTerminator);
        array = example();
        array.strings[0].tower_id = 0;
        assert_eq!(array.emit().unwrap_err().fault, NdrFault::EarlyTerminator);
    }

    #[test]
    fn an_offset_past_the_end_is_refused() {
        let mut packed = example().emit().unwrap();
        packed[2] = 200;
        let error = DualStringArray::parse(&packed, &Limits::default()).unwrap_err();
        assert_eq!(error.fault, NdrFault::Conformance);
    }
}
