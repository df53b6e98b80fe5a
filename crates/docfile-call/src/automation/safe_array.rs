//! Arrays that know their bounds ([MS-OAUT] 2.2.30.10).

use crate::ndr::{
    Decoder, Encoder, Layout, Marshal, NdrError, NdrFault, Unmarshal, largest, ndr_struct,
};

use super::elements::{ElementsPartial, FEATURES_OF_ELEMENTS};
use super::{Elements, VariantType};

ndr_struct! {
    /// `SAFEARRAYBOUND`: one dimension.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub struct Dimension {
        /// How many elements it has.
        pub count: u32,
        /// The index of the first.
        pub lower_bound: i32,
    }
}

/// `SAFEARRAY`. It stands behind a pointer wherever it stands.
///
/// Dimensions and elements are in the order in which they travel, and nothing here turns them.
#[derive(Clone, Debug, PartialEq)]
pub struct SafeArray {
    /// Where the array lay in the sender's memory; ignored on receipt. What of them follows from
    /// the elements is added.
    pub features: u16,
    /// At least one.
    pub dimensions: Vec<Dimension>,
    /// As many as the dimensions hold.
    pub elements: Elements,
}

const FEATURE_HAVE_TYPE: u16 = 0x0080;

impl SafeArray {
    /// An array of one dimension that begins at zero.
    ///
    /// ```
    /// use docfile_call::automation::{Elements, SafeArray};
    /// let array = SafeArray::vector(Elements::I4(vec![1, 2, 3]));
    /// assert_eq!(array.dimensions[0].count, 3);
    /// ```
    #[must_use]
    pub fn vector(elements: Elements) -> Self {
        // A longer one is refused when it is marshaled, for its count is not that of its elements.
        let count = u32::try_from(elements.len()).unwrap_or(u32::MAX);
        Self { features: 0, dimensions: vec![Dimension { count, lower_bound: 0 }], elements }
    }

    fn dimension_count(&self) -> Result<u16, NdrFault> {
        u16::try_from(self.dimensions.len()).ok().filter(|count| *count > 0).ok_or(NdrFault::Count)
    }
}

impl Layout for SafeArray {
    const ALIGN: usize = largest(&[u32::ALIGN, Dimension::ALIGN]);
    const CONFORMANT: bool = true;
}

impl Marshal for SafeArray {
    fn marshal_conformance(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
        self.dimensions.marshal_conformance(encoder)
    }

    fn marshal(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
        let dimension_count = self.dimension_count().map_err(|fault| encoder.error(fault))?;
        check_cells(&self.dimensions, &self.elements).map_err(|fault| encoder.error(fault))?;
        let (kind, element_len, features) = self.elements.description();
        encoder.align(Self::ALIGN);
        dimension_count.marshal(encoder)?;
        (self.features & !FEATURES_OF_ELEMENTS | features).marshal(encoder)?;
        element_len.marshal(encoder)?;
        // The low word, the number of locks, means nothing to the receiver.
        0_u16.marshal(encoder)?;
        let has_type = features & FEATURE_HAVE_TYPE != 0;
        let vt = if has_type { self.elements.variant_type().0 } else { 0 };
        vt.marshal(encoder)?;
        kind.marshal(encoder)?;
        encoder.count(self.elements.len())?;
        encoder.pointer(true)?;
        if let Some(iid) = self.elements.iid() {
            iid.marshal(encoder)?;
        }
        self.dimensions.marshal(encoder)
    }

    fn marshal_deferred(&self, encoder: &mut Encoder) -> Result<(), NdrError> {
        self.elements.marshal_referent(encoder)
    }
}

/// A [`SafeArray`] whose elements have not been read.
#[derive(Debug)]
pub struct SafeArrayPartial {
    features: u16,
    vt: Option<VariantType>,
    dimensions: Vec<Dimension>,
    elements: ElementsPartial,
}

impl Unmarshal for SafeArray {
    type Partial = SafeArrayPartial;

    fn unmarshal_conformance(decoder: &mut Decoder<'_>) -> Result<(), NdrError> {
        <Vec<Dimension>>::unmarshal_conformance(decoder)
    }

    fn unmarshal(decoder: &mut Decoder<'_>) -> Result<Self::Partial, NdrError> {
        decoder.align(Self::ALIGN)?;
        let dimension_count = u16::unmarshal(decoder)?;
        let features = u16::unmarshal(decoder)?;
        // The size of an element follows from the kind; what it is in memory does not matter.
        u32::unmarshal(decoder)?;
        let locks = u32::unmarshal(decoder)?;
        let vt = (features & FEATURE_HAVE_TYPE != 0)
            .then(|| u16::try_from(locks >> 16).map(VariantType))
            .transpose()
            .map_err(|_| decoder.error(NdrFault::Count))?;
        let elements = ElementsPartial::read(decoder)?;
        let dimensions = <Vec<Dimension>>::unmarshal(decoder)?;
        let dimensions = <Vec<Dimension>>::resolve(dimensions, decoder)?;
        if usize::from(dimension_count) != dimensions.len() || dimensions.is_empty() {
            return Err(decoder.error(NdrFault::Conformance));
        }
        Ok(SafeArrayPartial { features, vt, dimensions, elements })
    }

    fn resolve(partial: Self::Partial, decoder: &mut Decoder<'_>) -> Result<Self, NdrError> {
        let SafeArrayPartial { features, vt, dimensions, elements } = partial;
        let elements = Elements::unmarshal_referent(&elements, vt, decoder)?;
        check_cells(&dimensions, &elements).map_err(|fault| decoder.error(fault))?;
        Ok(Self { features: features & !FEATURES_OF_ELEMENTS, dimensions, elements })
    }
}

/// There is an element for every combination of indices.
fn check_cells(dimensions: &[Dimension], elements: &Elements) -> Result<(), NdrFault> {
    let cells = dimensions
        .iter()
        .try_fold(1_usize, |cells, one| cells.checked_mul(usize::try_from(one.count).ok()?))
        // An overflow is none if a later dimension is empty.
        .or_else(|| dimensions.iter().any(|one| one.count == 0).then_some(0));
    if cells == Some(elements.len()) { Ok(()) } else { Err(NdrFault::Conformance) }
}
