//! Names of documents, and of what is inside them, as data.
//!
//! A *display name* such as `https://host/plan.doc!Pool/Chart` is read by [`parse_display_name`]
//! into a [`Moniker`], which can be compared, composed, saved, and asked the way to another. A
//! [`BindContext`] is what the parties to one binding share; a [`RunningObjectTable`] knows what is
//! running. This crate is pure: it opens nothing, waits for nothing, and reads no clock.

mod bind_context;
mod display_name;
mod error;
mod moniker;
mod object;
mod running_object_table;
mod upper_case;

pub use bind_context::{
    BindContext, BindFlags, BindOptions, BindSpeed, CALLBACK_HOLDER, CONNECT_MANUALLY,
    CallbackHolder, ClassContext, EXCEEDED_DEADLINE, URL_CONTEXT,
};
pub use display_name::{AnyFile, NameSpace, Parsed, parse_display_name, parse_steps};
pub use error::{Error, ErrorKind, Result};
pub use moniker::{
    ANTI_CLASS_ID, AntiMoniker, CLASS_CLASS_ID, COMPOSITE_CLASS_ID, ClassMoniker, CommonPrefix,
    CompositeMoniker, FILE_CLASS_ID, FileMoniker, ForeignClasses, ForeignMoniker, ITEM_CLASS_ID,
    ItemMoniker, MAX_DISPLAY_LEN, Moniker, NoForeignClasses, OBJECT_REFERENCE_CLASS_ID,
    POINTER_CLASS_ID, PointerMoniker, PrefixRelation, ReduceDepth, Reduced, RelativePath, SystemId,
    URL_CLASS_ID, UrlMoniker, common_prefix, compose, relative_path,
};
pub use object::{Object, same_object};
pub use running_object_table::{Cookie, Registration, RegistrationFlags, RunningObjectTable};
