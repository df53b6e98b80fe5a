//! The definition of an interface in IDL, for those who write clients in other languages.
//!
//! Invariant: a definition that is given describes the bytes that the interface sends. What IDL has
//! no form for, such as a string that comes back without a pointer to it, is an error and not an
//! approximation.

use core::fmt::Write as _;
use std::fmt;

use super::description::{
    Direction, InterfaceDescription, MethodDescription, ParameterDescription,
};

/// Why an interface has no definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdlError {
    /// The method.
    pub method: &'static str,
    /// The parameter.
    pub parameter: &'static str,
    /// What is wrong with it.
    pub reason: &'static str,
}

impl fmt::Display for IdlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, parameter {}: {}", self.method, self.parameter, self.reason)
    }
}

impl std::error::Error for IdlError {}

const NO_COUNT: &str = "an array needs `#[size_is(...)]`";
const NO_POINTER: &str = "a string that comes back stands in an `Option`";
const NOT_SIMPLE: &str = "IDL has no form for it here; `#[idl(\"...\")]` names one";

impl InterfaceDescription {
    /// The name in IDL, which has an I before it.
    #[must_use]
    pub fn idl_name(&self) -> String {
        format!("I{}", self.name)
    }

    /// The definition in IDL. What it refers to (the base, structures) is to be defined before it.
    ///
    /// # Errors
    ///
    /// [`IdlError`] for a parameter that IDL has no form for.
    pub fn idl(&self) -> Result<String, IdlError> {
        let mut text = String::new();
        let id = |iid: crate::Guid| iid.to_string().trim_matches(['{', '}']).to_lowercase();
        let mut attributes = format!("    object,\n    uuid({}),\n", id(self.iid));
        if let Some(async_iid) = self.async_iid {
            attributes += &format!("    async_uuid({}),\n", id(async_iid));
        }
        attributes += "    pointer_default(unique)\n";
        let base = self.base.map_or_else(|| "IUnknown".to_owned(), Self::idl_name);
        // Writing into a string does not fail.
        let _written =
            writeln!(text, "[\n{attributes}]\ninterface {} : {base}\n{{", self.idl_name());
        for method in self.methods {
            let parameters = method
                .parameters
                .iter()
                .map(|parameter| method.idl_parameter(parameter))
                .collect::<Result<Vec<_>, _>>()?;
            let name = pascal_case(method.name);
            let parameters = match parameters.as_slice() {
                [] => "void".to_owned(),
                parameters => parameters.join(",\n        "),
            };
            let _written = writeln!(text, "    HRESULT {name}(\n        {parameters});");
        }
        text += "};\n";
        Ok(text)
    }

    /// How the methods split into those of the twin, a line for each: `Begin_Read(count)`. This is
    /// what a compiler of the definition is held against.
    #[must_use]
    pub fn splitting(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for method in self.methods {
            let name = pascal_case(method.name);
            let list = |chosen: fn(Direction) -> bool| {
                let parameters =
                    method.parameters.iter().filter(|parameter| chosen(parameter.direction));
                parameters.map(|parameter| parameter.name).collect::<Vec<_>>().join(", ")
            };
            let twin = format!("AsyncI{}", self.name);
            lines.push(format!("{twin}::Begin_{name}({})", list(Direction::is_begun_with)));
            lines.push(format!("{twin}::Finish_{name}({})", list(Direction::is_finished_with)));
        }
        lines
    }
}

impl MethodDescription {
    fn idl_parameter(&self, parameter: &ParameterDescription) -> Result<String, IdlError> {
        let error = |reason| IdlError { method: self.name, parameter: parameter.name, reason };
        let Form { attributes, declaration } = match parameter.idl_type {
            Some(idl_type) => value(parameter, idl_type),
            None => self.form(parameter).map_err(error)?,
        };
        let way = match parameter.direction {
            Direction::In => "in",
            Direction::InOut => "in, out",
            Direction::Out => "out",
        };
        Ok(format!("[{way}{attributes}] {declaration}"))
    }

    fn form(&self, parameter: &ParameterDescription) -> Result<Form, &'static str> {
        let rust_type = parameter.rust_type;
        let name = parameter.name;
        let is_out = parameter.direction != Direction::In;
        if let Some(element) = array_element(rust_type) {
            let element = simple(element).ok_or(NOT_SIMPLE)?;
            let size = self.size(parameter, "")?;
            return Ok(Form::new(format!(", size_is({size})"), format!("{element} *{name}")));
        }
        if let Some((element, count)) = fixed_array(rust_type) {
            let element = simple(element).ok_or(NOT_SIMPLE)?;
            return Ok(Form::new(String::new(), format!("{element} {name}[{count}]")));
        }
        if let Some(character) = string(rust_type) {
            if is_out {
                return Err(NO_POINTER);
            }
            return Ok(Form::new(", string".to_owned(), format!("{character} *{name}")));
        }
        let Some(referent) = rust_type.strip_prefix("Option<").and_then(|t| t.strip_suffix('>'))
        else {
            return simple(rust_type).map(|idl| value(parameter, &idl)).ok_or(NOT_SIMPLE);
        };
        let (stars, unique) = if is_out { ("**", "") } else { ("*", ", unique") };
        if let Some(character) = string(referent) {
            return Ok(Form::new(
                format!("{unique}, string"),
                format!("{character} {stars}{name}"),
            ));
        }
        if let Some(element) = array_element(referent) {
            let element = simple(element).ok_or(NOT_SIMPLE)?;
            let size = self.size(parameter, if is_out { ", " } else { "" })?;
            let attributes = format!("{unique}, size_is({size})");
            return Ok(Form::new(attributes, format!("{element} {stars}{name}")));
        }
        let idl = simple(referent).ok_or(NOT_SIMPLE)?;
        Ok(Form::new(unique.to_owned(), format!("{idl} {stars}{name}")))
    }

    /// The expression of an array's size.
    fn size(&self, parameter: &ParameterDescription, before: &str) -> Result<String, &'static str> {
        let size = parameter.size_is.ok_or(NO_COUNT)?;
        let holder = self.parameters.iter().find(|other| other.name == size).ok_or(NO_COUNT)?;
        let star = if holder.direction == Direction::In { "" } else { "*" };
        Ok(format!("{before}{star}{size}"))
    }
}

/// What stands behind the direction, and the declaration.
struct Form {
    attributes: String,
    declaration: String,
}

impl Form {
    const fn new(attributes: String, declaration: String) -> Self {
        Self { attributes, declaration }
    }
}

/// A value, or what is written through a pointer to it.
fn value(parameter: &ParameterDescription, idl_type: &str) -> Form {
    let star = if parameter.direction == Direction::In { "" } else { "*" };
    let space = if idl_type.ends_with('*') { "" } else { " " };
    Form::new(String::new(), format!("{idl_type}{space}{star}{}", parameter.name))
}

/// A type that needs no attribute: scalars, structures by their name, references to objects.
fn simple(rust_type: &str) -> Option<String> {
    let named = match last_segment(rust_type) {
        "u8" => "byte",
        "i8" => "small",
        "bool" => "boolean",
        "u16" => "unsigned short",
        "i16" => "short",
        "u32" => "unsigned long",
        "i32" => "long",
        "u64" => "unsigned hyper",
        "i64" => "hyper",
        "f32" => "float",
        "f64" => "double",
        "Guid" => "GUID",
        "Hresult" => "HRESULT",
        "FileTime" => "FILETIME",
        "Bool32" => "BOOL",
        "VariantBool" => "VARIANT_BOOL",
        "Bstr" => "BSTR",
        "Variant" => "VARIANT",
        "String" | "str" | "WideString" | "ByteString" | "usize" | "isize" | "char" => return None,
        other => {
            if let Some(interface) =
                other.strip_prefix("Pointer<dyn ").and_then(|rest| rest.strip_suffix('>'))
            {
                return Some(format!("I{} *", last_segment(interface)));
            }
            let is_name = other.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            return (is_name && !other.is_empty()).then(|| other.to_owned());
        }
    };
    Some(named.to_owned())
}

/// A path without what leads to its last name.
fn last_segment(path: &str) -> &str {
    let (head, _) = path.split_once('<').unwrap_or((path, ""));
    match head.rfind("::") {
        Some(at) => path.get(at + 2..).unwrap_or(path),
        None => path,
    }
}

fn string(rust_type: &str) -> Option<&'static str> {
    match last_segment(rust_type) {
        "str" | "String" | "WideString" => Some("wchar_t"),
        "ByteString" => Some("char"),
        _ => None,
    }
}

fn array_element(rust_type: &str) -> Option<&str> {
    let slice = || rust_type.strip_prefix('[')?.strip_suffix(']').filter(|t| !t.contains(';'));
    let vector = || last_segment(rust_type).strip_prefix("Vec<")?.strip_suffix('>');
    slice().or_else(vector)
}

fn fixed_array(rust_type: &str) -> Option<(&str, &str)> {
    rust_type.strip_prefix('[')?.strip_suffix(']')?.rsplit_once(';')
}

fn pascal_case(name: &str) -> String {
    let words = name.trim_start_matches("r#").split('_').filter(|word| !word.is_empty());
    words
        .flat_map(|word| {
            let mut letters = word.chars();
            letters.next().map(|c| c.to_ascii_uppercase()).into_iter().chain(letters)
        })
        .collect()
}
