//! The facts about a document in the form that scripts get (`docs/json.md`).

use std::path::Path;

use docfile::FileTime;
use docfile::objects::{Detail, DocumentProperty, Info};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::property_text::{json_value, text_value};

/// The members of `info`.
#[derive(Debug, Serialize)]
pub(crate) struct Facts {
    pub(crate) kind: &'static str,
    pub(crate) application: Option<String>,
    pub(crate) version: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) author: Option<String>,
    pub(crate) created: Option<String>,
    pub(crate) modified: Option<String>,
    properties: Vec<Value>,
    pub(crate) details: Map<String, Value>,
    pub(crate) embedded: usize,
    pub(crate) preview: Option<PreviewFacts>,
    /// For people: the properties that the members above do not tell.
    #[serde(skip)]
    pub(crate) more: Vec<(String, String)>,
}

/// What is told of a picture.
#[derive(Debug, Serialize)]
pub(crate) struct PreviewFacts {
    pub(crate) media_type: &'static str,
    pub(crate) len: usize,
    /// Where it was saved.
    pub(crate) path: Option<String>,
}

impl Facts {
    pub(crate) fn of(info: &Info) -> Self {
        Self {
            kind: info.kind.word(),
            application: info.application.clone(),
            version: info.version.clone(),
            title: info.title.clone(),
            author: info.author.clone(),
            created: time_text(info.created),
            modified: time_text(info.modified),
            properties: info.properties.iter().map(property_json).collect(),
            details: info.details.iter().map(|(k, v)| (k.clone(), detail_json(v))).collect(),
            embedded: info.embedded_count,
            preview: info.preview.as_ref().map(|preview| PreviewFacts {
                media_type: preview.media_type,
                len: preview.bytes.len(),
                path: None,
            }),
            more: info.properties.iter().filter_map(|property| shown(property, info)).collect(),
        }
    }

    /// The preview lies at `path` now.
    pub(crate) fn preview_saved(&mut self, path: &Path) {
        if let Some(preview) = &mut self.preview {
            preview.path = Some(path.to_string_lossy().into_owned());
        }
    }
}

fn time_text(time: Option<FileTime>) -> Option<String> {
    time.filter(|time| time.is_some()).map(|time| time.to_string())
}

fn property_json(property: &DocumentProperty) -> Value {
    json!({
        "fmtid": property.format_id.to_string(),
        "id": property.id,
        "name": property.label(),
        "type": property.value.value_type().to_string(),
        "value": json_value(&property.value, property.format_id, property.id),
    })
}

/// Properties that help programs more than people.
const FOR_PROGRAMS: [&str; 10] = [
    "code_page",
    "thumbnail",
    "heading_pairs",
    "document_parts",
    "scale",
    "links_dirty",
    "shared_document",
    "hyperlinks_changed",
    "security",
    "byte_count",
];

/// A property for people, unless a fact of its own tells it or it is longer than a line.
fn shown(property: &DocumentProperty, info: &Info) -> Option<(String, String)> {
    const LINE: usize = 200;
    let text = text_value(&property.value, property.format_id, property.id);
    let told = [&info.application, &info.title, &info.author];
    let is_told = told.into_iter().flatten().any(|fact| *fact == text)
        || [info.created, info.modified].into_iter().flatten().any(|at| at.to_string() == text);
    let is_plain = !text.trim().is_empty() && text != "never" && text.chars().count() <= LINE;
    let name = property.name.as_deref().or(known(property))?;
    (is_plain && !is_told && !FOR_PROGRAMS.contains(&name)).then(|| (name.replace('_', " "), text))
}

fn known(property: &DocumentProperty) -> Option<&'static str> {
    docfile::property::well_known::property_name(property.format_id, property.id)
}

/// A detail as JSON.
fn detail_json(detail: &Detail) -> Value {
    match detail {
        Detail::Text(text) => json!(text),
        Detail::Integer(number) => json!(number),
        Detail::Number(number) if number.is_finite() => json!(number),
        Detail::Number(number) => json!(number.to_string()),
        Detail::Flag(flag) => json!(flag),
        Detail::Time(time) => json!(time_text(Some(*time))),
        Detail::Id(id) => json!(id.to_string()),
        Detail::List(list) => list.iter().map(detail_json).collect(),
        Detail::Map(map) => {
            Value::Object(map.iter().map(|(k, v)| (k.clone(), detail_json(v))).collect())
        }
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_detail_keeps_its_shape() {
        let detail = Detail::Map(vec![
            (String::from("names"), Detail::List(vec![Detail::Text("a".into())])),
            (String::from("ratio"), Detail::Number(f64::INFINITY)),
        ]);
        assert_eq!(detail_json(&detail), json!({"names": ["a"], "ratio": "inf"}));
    }
}
