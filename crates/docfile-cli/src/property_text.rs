//! A property's value as JSON and as text.
//!
//! JSON keeps what the type says: numbers are numbers, texts are strings, times are RFC 3339,
//! bytes are base64 beside their count. Numbers that JSON cannot say (not finite, or money and
//! decimals, which floating point would bend) are strings. Listed in `docs/json.md`.

use docfile::property::well_known::{CODE_PAGE, is_duration};
use docfile::property::{Elements, PropertyValue, file_time_of_date};
use docfile::{FileTime, Guid};
use serde_json::{Value, json};

/// The value as scripts get it. `format_id` and `id` tell a length of time from a moment.
pub(crate) fn json_value(value: &PropertyValue, format_id: Guid, id: u32) -> Value {
    match value {
        PropertyValue::FileTime(time) if is_duration(format_id, id) => duration_json(*time),
        value => plain_json(value),
    }
}

fn plain_json(value: &PropertyValue) -> Value {
    match value {
        PropertyValue::Empty | PropertyValue::Null => Value::Null,
        PropertyValue::R4(number) => float_json(f64::from(*number), number),
        PropertyValue::R8(number) => float_json(*number, number),
        PropertyValue::Bool(value) => json!(value),
        PropertyValue::Date(days) => match file_time_of_date(*days) {
            Some(time) => json!(time.to_string()),
            None => float_json(*days, days),
        },
        PropertyValue::Blob(bytes)
        | PropertyValue::BlobObject(bytes)
        | PropertyValue::Unknown(bytes) => bytes_json(bytes),
        PropertyValue::Clipboard(data) => {
            json!({"tag": data.tag, "len": data.data.len(), "base64": base64(&data.data)})
        }
        PropertyValue::VersionedStream(stream) => {
            json!({"version": stream.version.to_string(), "name": stream.name})
        }
        PropertyValue::Vector(elements) => elements_json(elements),
        PropertyValue::Array(array) => {
            let dimensions: Vec<Value> = array
                .dimensions
                .iter()
                .map(|dimension| {
                    json!({"len": dimension.count, "first_index": dimension.first_index})
                })
                .collect();
            json!({"dimensions": dimensions, "elements": elements_json(&array.elements)})
        }
        value => match value.as_integer() {
            Some(number) => integer_json(number),
            None => json!(value.to_string()),
        },
    }
}

fn integer_json(number: i128) -> Value {
    i64::try_from(number)
        .map(Value::from)
        .or_else(|_| u64::try_from(number).map(Value::from))
        .unwrap_or_else(|_| json!(number.to_string()))
}

fn float_json(number: f64, shown: &impl std::fmt::Display) -> Value {
    if number.is_finite() { json!(number) } else { json!(shown.to_string()) }
}

fn bytes_json(bytes: &[u8]) -> Value {
    json!({"len": bytes.len(), "base64": base64(bytes)})
}

fn elements_json(elements: &Elements) -> Value {
    let is_variant = matches!(elements, Elements::Variant(_));
    let element = |value: PropertyValue| {
        if is_variant {
            json!({"type": value.value_type().to_string(), "value": plain_json(&value)})
        } else {
            plain_json(&value)
        }
    };
    Value::Array(elements.iter().map(element).collect())
}

/// A length of time in seconds.
fn duration_json(time: FileTime) -> Value {
    const TICKS_PER_SECOND: u64 = 10_000_000;
    if time.0.is_multiple_of(TICKS_PER_SECOND) {
        return json!(time.0 / TICKS_PER_SECOND);
    }
    #[expect(clippy::cast_precision_loss, reason = "nobody edits longer than 28 years")]
    let seconds = time.0 as f64 / 1e7;
    json!(seconds)
}

/// The value as people get it, control characters and all.
pub(crate) fn text_value(value: &PropertyValue, format_id: Guid, id: u32) -> String {
    match value {
        PropertyValue::FileTime(time) if is_duration(format_id, id) => {
            let seconds = time.0 / 10_000_000;
            format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
        }
        PropertyValue::FileTime(FileTime::NONE) => String::from("never"),
        // Stored with a sign, which numbers of code pages do not have.
        PropertyValue::I2(value) if id == CODE_PAGE => value.cast_unsigned().to_string(),
        // Programs leave the terminating null in texts that know their length.
        value => value.to_string().trim_end_matches('\0').to_owned(),
    }
}

/// The bytes in the alphabet of RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let group = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            let digit = (group >> (18 - 6 * place) & 0x3F) as usize;
            let is_padding = place > chunk.len();
            let letter = ALPHABET.get(digit).map_or('=', |letter| char::from(*letter));
            text.push(if is_padding { '=' } else { letter });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use docfile::property::format_id::SUMMARY_INFORMATION;
    use docfile::property::well_known::{CREATED, EDIT_TIME};

    #[test]
    fn base64_pads_as_rfc_4648_shows() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
        assert_eq!(base64(&[0xFB, 0xFF, 0xFE]), "+//+");
    }

    #[test]
    fn values_keep_their_type_in_json() {
        let json = |value: PropertyValue| json_value(&value, SUMMARY_INFORMATION, CREATED);
        assert_eq!(json(PropertyValue::I4(-5)), json!(-5));
        assert_eq!(json(PropertyValue::Ui8(u64::MAX)), json!(u64::MAX));
        assert_eq!(json(PropertyValue::Lpstr("a".into())), json!("a"));
        assert_eq!(json(PropertyValue::Currency(-12_345)), json!("-1.2345"));
        assert_eq!(json(PropertyValue::R8(f64::NAN)), json!("NaN"));
        assert_eq!(json(PropertyValue::Blob(vec![1, 2])), json!({"len": 2, "base64": "AQI="}));
        let moment = PropertyValue::FileTime(FileTime::from_unix(0, 0));
        assert_eq!(json(moment), json!("1970-01-01T00:00:00Z"));
        let mixed = Elements::Variant(vec![PropertyValue::Bool(true)]);
        let mixed = json(PropertyValue::Vector(mixed));
        assert_eq!(mixed, json!([{"type": "VT_BOOL", "value": true}]));
    }

    #[test]
    fn the_editing_time_is_a_length_of_time() {
        let value = PropertyValue::FileTime(FileTime(37_230_000_000));
        assert_eq!(json_value(&value, SUMMARY_INFORMATION, EDIT_TIME), json!(3723));
        assert_eq!(text_value(&value, SUMMARY_INFORMATION, EDIT_TIME), "1:02:03");
    }

    #[test]
    fn a_code_page_has_no_sign() {
        let value = PropertyValue::I2(-535);
        assert_eq!(text_value(&value, SUMMARY_INFORMATION, CODE_PAGE), "65001");
    }
}
