//! Structures and enumerations of the protocol itself, each from one list of its fields.

/// Declares a structure that marshals field by field; or (`foreign`) gives one that is declared
/// elsewhere its form on the wire; or (`form`) declares what exists on the wire alone.
macro_rules! ndr_struct {
    (foreign $name:ident { $first:ident : $first_type:ty $(, $field:ident : $type:ty)* $(,)? }) => {
        impl $crate::ndr::Layout for $name {
            const ALIGN: usize = $crate::ndr::largest(&[
                <$first_type as $crate::ndr::Layout>::ALIGN
                $(, <$type as $crate::ndr::Layout>::ALIGN)*
            ]);
            const CONFORMANT: bool = $crate::ndr::ends_conformant(&[
                <$first_type as $crate::ndr::Layout>::CONFORMANT
                $(, <$type as $crate::ndr::Layout>::CONFORMANT)*
            ]);
        }

        impl $crate::ndr::Marshal for $name {
            fn marshal_conformance(
                &self,
                encoder: &mut $crate::ndr::Encoder,
            ) -> Result<(), $crate::ndr::NdrError> {
                // Only the last field can have any.
                $crate::ndr::Marshal::marshal_conformance(&self.$first, encoder)?;
                $($crate::ndr::Marshal::marshal_conformance(&self.$field, encoder)?;)*
                Ok(())
            }

            fn marshal(
                &self,
                encoder: &mut $crate::ndr::Encoder,
            ) -> Result<(), $crate::ndr::NdrError> {
                encoder.align(<Self as $crate::ndr::Layout>::ALIGN);
                $crate::ndr::Marshal::marshal(&self.$first, encoder)?;
                $($crate::ndr::Marshal::marshal(&self.$field, encoder)?;)*
                Ok(())
            }

            fn marshal_deferred(
                &self,
                encoder: &mut $crate::ndr::Encoder,
            ) -> Result<(), $crate::ndr::NdrError> {
                $crate::ndr::Marshal::marshal_deferred(&self.$first, encoder)?;
                $($crate::ndr::Marshal::marshal_deferred(&self.$field, encoder)?;)*
                Ok(())
            }
        }

        impl $crate::ndr::Unmarshal for $name {
            type Partial = (
                <$first_type as $crate::ndr::Unmarshal>::Partial,
                $(<$type as $crate::ndr::Unmarshal>::Partial,)*
            );

            fn unmarshal_conformance(
                decoder: &mut $crate::ndr::Decoder<'_>,
            ) -> Result<(), $crate::ndr::NdrError> {
                <$first_type as $crate::ndr::Unmarshal>::unmarshal_conformance(decoder)?;
                $(<$type as $crate::ndr::Unmarshal>::unmarshal_conformance(decoder)?;)*
                Ok(())
            }

            fn unmarshal(
                decoder: &mut $crate::ndr::Decoder<'_>,
            ) -> Result<Self::Partial, $crate::ndr::NdrError> {
                decoder.align(<Self as $crate::ndr::Layout>::ALIGN)?;
                Ok((
                    <$first_type as $crate::ndr::Unmarshal>::unmarshal(decoder)?,
                    $(<$type as $crate::ndr::Unmarshal>::unmarshal(decoder)?,)*
                ))
            }

            fn resolve(
                partial: Self::Partial,
                decoder: &mut $crate::ndr::Decoder<'_>,
            ) -> Result<Self, $crate::ndr::NdrError> {
                let ($first, $($field,)*) = partial;
                Ok(Self {
                    $first: $crate::ndr::Unmarshal::resolve($first, decoder)?,
                    $($field: $crate::ndr::Unmarshal::resolve($field, decoder)?,)*
                })
            }
        }
    };
    (form $vis:vis struct $name:ident { $($field:ident : $type:ty),+ $(,)? }) => {
        #[derive(Debug)]
        $vis struct $name {
            $(pub(super) $field: $type,)+
        }

        $crate::ndr::ndr_struct! { foreign $name { $($field: $type),+ } }
    };
    (
        $(#[$meta:meta])*
        pub struct $name:ident {
            $($(#[$field_meta:meta])* pub $field:ident : $type:ty,)+
        }
    ) => {
        $(#[$meta])*
        pub struct $name {
            $($(#[$field_meta])* pub $field: $type,)+
        }

        $crate::ndr::ndr_struct! { foreign $name { $($field: $type),+ } }
    };
}

/// Gives a type the form of another, which holds the counts of its arrays beside them. It is made
/// by `TryFrom<&Type, Error = NdrFault>` and read back by `TryFrom<Form, Error = NdrFault>`.
macro_rules! ndr_form {
    ($type:ty => $form:ty) => {
        impl $crate::ndr::Layout for $type {
            const ALIGN: usize = <$form as $crate::ndr::Layout>::ALIGN;
            const CONFORMANT: bool = <$form as $crate::ndr::Layout>::CONFORMANT;
        }

        impl $crate::ndr::Marshal for $type {
            fn marshal_conformance(
                &self,
                encoder: &mut $crate::ndr::Encoder,
            ) -> Result<(), $crate::ndr::NdrError> {
                let form = <$form>::try_from(self).map_err(|fault| encoder.error(fault))?;
                $crate::ndr::Marshal::marshal_conformance(&form, encoder)
            }

            fn marshal(
                &self,
                encoder: &mut $crate::ndr::Encoder,
            ) -> Result<(), $crate::ndr::NdrError> {
                let form = <$form>::try_from(self).map_err(|fault| encoder.error(fault))?;
                $crate::ndr::Marshal::marshal(&form, encoder)
            }

            fn marshal_deferred(
                &self,
                encoder: &mut $crate::ndr::Encoder,
            ) -> Result<(), $crate::ndr::NdrError> {
                let form = <$form>::try_from(self).map_err(|fault| encoder.error(fault))?;
                $crate::ndr::Marshal::marshal_deferred(&form, encoder)
            }
        }

        impl $crate::ndr::Unmarshal for $type {
            type Partial = <$form as $crate::ndr::Unmarshal>::Partial;

            fn unmarshal_conformance(
                decoder: &mut $crate::ndr::Decoder<'_>,
            ) -> Result<(), $crate::ndr::NdrError> {
                <$form as $crate::ndr::Unmarshal>::unmarshal_conformance(decoder)
            }

            fn unmarshal(
                decoder: &mut $crate::ndr::Decoder<'_>,
            ) -> Result<Self::Partial, $crate::ndr::NdrError> {
                <$form as $crate::ndr::Unmarshal>::unmarshal(decoder)
            }

            fn resolve(
                partial: Self::Partial,
                decoder: &mut $crate::ndr::Decoder<'_>,
            ) -> Result<Self, $crate::ndr::NdrError> {
                let form = <$form as $crate::ndr::Unmarshal>::resolve(partial, decoder)?;
                Self::try_from(form).map_err(|fault| decoder.error(fault))
            }
        }
    };
}

/// Gives a tuple structure of one field the form of that field.
macro_rules! ndr_newtype {
    ($($type:ident => $inner:ty),+ $(,)?) => {$(
        impl $crate::ndr::Layout for $type {
            const ALIGN: usize = <$inner as $crate::ndr::Layout>::ALIGN;
            const CONFORMANT: bool = <$inner as $crate::ndr::Layout>::CONFORMANT;
        }

        impl $crate::ndr::Marshal for $type {
            fn marshal_conformance(
                &self,
                encoder: &mut $crate::ndr::Encoder,
            ) -> Result<(), $crate::ndr::NdrError> {
                $crate::ndr::Marshal::marshal_conformance(&self.0, encoder)
            }

            fn marshal(
                &self,
                encoder: &mut $crate::ndr::Encoder,
            ) -> Result<(), $crate::ndr::NdrError> {
                $crate::ndr::Marshal::marshal(&self.0, encoder)
            }

            fn marshal_deferred(
                &self,
                encoder: &mut $crate::ndr::Encoder,
            ) -> Result<(), $crate::ndr::NdrError> {
                $crate::ndr::Marshal::marshal_deferred(&self.0, encoder)
            }
        }

        impl $crate::ndr::Unmarshal for $type {
            type Partial = <$inner as $crate::ndr::Unmarshal>::Partial;

            fn unmarshal_conformance(
                decoder: &mut $crate::ndr::Decoder<'_>,
            ) -> Result<(), $crate::ndr::NdrError> {
                <$inner as $crate::ndr::Unmarshal>::unmarshal_conformance(decoder)
            }

            fn unmarshal(
                decoder: &mut $crate::ndr::Decoder<'_>,
            ) -> Result<Self::Partial, $crate::ndr::NdrError> {
                <$inner as $crate::ndr::Unmarshal>::unmarshal(decoder)
            }

            fn resolve(
                partial: Self::Partial,
                decoder: &mut $crate::ndr::Decoder<'_>,
            ) -> Result<Self, $crate::ndr::NdrError> {
                <$inner as $crate::ndr::Unmarshal>::resolve(partial, decoder).map(Self)
            }
        }
    )+};
}

pub(crate) use {ndr_form, ndr_newtype, ndr_struct};
