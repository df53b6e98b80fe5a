//! Names, binding and filling: what a document is called, what of it has arrived, who waits for it,
//! and what to ask for next.
//!
//! Everything here is data and state machines. Nothing opens a file or a socket, reads a clock,
//! draws random bytes, starts a thread or waits; time is an argument, counted from any origin the
//! caller likes, and what should be done is answered as a value that a driver carries out.
//!
//! A *display name* such as `https://host/plan.doc!Pool/Chart` is read by [`parse_display_name`]
//! into a [`Moniker`], which can be compared, composed, saved, and asked the way to another. A
//! [`BindContext`] is what the parties to one binding share; a [`RunningObjectTable`] knows what is
//! running. [`bind`] is the order in which a bind tells what it does, and the choice of a class.
//! [`fill`] keeps what has arrived and who waits for what, [`progress`] decides what a
//! reader does that met missing bytes, and [`planner`] says what to fetch.

pub mod bind;
mod bind_context;
mod display_name;
mod error;
pub mod fill;
mod moniker;
mod object;
pub mod planner;
pub mod progress;
mod running_object_table;
mod shown_address;
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
    ItemMoniker, MAX_COMPONENT_COUNT, MAX_DISPLAY_LEN, Moniker, NoForeignClasses,
    OBJECT_REFERENCE_CLASS_ID, POINTER_CLASS_ID, PointerMoniker, PrefixRelation, ReduceDepth,
    Reduced, RelativePath, SystemId, URL_CLASS_ID, UrlMoniker, common_prefix, compose,
    relative_path,
};
pub use object::{Object, same_object};
pub use running_object_table::{Cookie, Registration, RegistrationFlags, RunningObjectTable};
pub use shown_address::shown_address;
