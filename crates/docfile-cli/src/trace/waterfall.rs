//! The waterfall: a picture of what was asked and what arrived when.
//!
//! A row a request, from when it was sent to when its last bytes came: pale while nothing came,
//! coloured by what it was for. Beside it stand its range and what it was for. Nothing of a
//! document is in it; what comes from outside is escaped.

use std::fmt::Write as _;

use serde_json::Value;

const ROW_HEIGHT: f64 = 18.0;
const LABEL_WIDTH: f64 = 260.0;
const CHART_WIDTH: f64 = 700.0;
const HEAD_HEIGHT: f64 = 30.0;

/// One request.
#[derive(Debug)]
struct Row {
    key: (String, u64),
    label: String,
    purpose: String,
    sent_at: f64,
    first_at: Option<f64>,
    last_at: f64,
    byte_count: u64,
}

/// Draws the lines of a trace.
pub(super) fn draw(lines: &[Value]) -> String {
    let rows = rows_of(lines);
    let end = rows.iter().map(|row| row.last_at).fold(0.001, f64::max);
    let row_count = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    let (width, height) =
        (LABEL_WIDTH + CHART_WIDTH + 20.0, HEAD_HEIGHT + f64::from(row_count) * ROW_HEIGHT + 10.0);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         font-family=\"sans-serif\" font-size=\"11\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
    );
    draw_scale(&mut svg, end, height);
    let mut y = HEAD_HEIGHT;
    for row in &rows {
        draw_row(&mut svg, row, end, y);
        y += ROW_HEIGHT;
    }
    svg.push_str("</svg>\n");
    svg
}

fn rows_of(lines: &[Value]) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for line in lines {
        let number = |name: &str| line.get(name).and_then(Value::as_u64);
        let (Some(request), Some(at)) = (number("request"), line.get("at").and_then(Value::as_f64))
        else {
            continue;
        };
        let key = (line["source"].as_str().unwrap_or_default().to_owned(), request);
        if line["event"] == "requested" {
            let range = match range_of(line) {
                Some((start, end)) => format!("{start}..{end}"),
                None => String::from("everything"),
            };
            let purpose = line["purpose"].as_str().unwrap_or_default().to_owned();
            let label = format!("{request}: {range} {purpose}");
            let (first_at, byte_count) = (None, 0);
            rows.push(Row { key, label, purpose, sent_at: at, first_at, last_at: at, byte_count });
            continue;
        }
        // The latest rows are the likeliest.
        let Some(row) = rows.iter_mut().rev().find(|row| row.key == key) else { continue };
        row.last_at = row.last_at.max(at);
        if line["event"] == "arrived" {
            row.first_at.get_or_insert(at);
            let (start, end) = range_of(line).unwrap_or_default();
            row.byte_count = row.byte_count.saturating_add(end.saturating_sub(start));
        }
    }
    rows
}

fn range_of(line: &Value) -> Option<(u64, u64)> {
    let bound = |index| line.get("range")?.get(index)?.as_u64();
    Some((bound(0)?, bound(1)?))
}

fn draw_scale(svg: &mut String, end: f64, height: f64) {
    for tenth in 0..=10_u32 {
        let share = f64::from(tenth) / 10.0;
        let x = LABEL_WIDTH + share * CHART_WIDTH;
        // Writing to a string cannot fail.
        let _ = writeln!(
            svg,
            "<line x1=\"{x:.1}\" y1=\"20\" x2=\"{x:.1}\" y2=\"{height:.0}\" stroke=\"#ddd\"/>\
             <text x=\"{x:.1}\" y=\"14\" text-anchor=\"middle\">{:.3} s</text>",
            end * share
        );
    }
}

fn draw_row(svg: &mut String, row: &Row, end: f64, y: f64) {
    let x_of = |at: f64| LABEL_WIDTH + at / end * CHART_WIDTH;
    let color = match row.purpose.as_str() {
        "demand" => "#2a7",
        "first" | "whole" => "#37c",
        "speculation" => "#c83",
        _ => "#999",
    };
    let flows_at = row.first_at.unwrap_or(row.last_at);
    let mut bar = |from: f64, to: f64, fill: &str| {
        let width = (x_of(to) - x_of(from)).max(1.0);
        let _ = writeln!(
            svg,
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"12\" fill=\"{fill}\"/>",
            x_of(from),
            y + 3.0
        );
    };
    bar(row.sent_at, flows_at, "#e4e4e4");
    if row.first_at.is_some() {
        bar(flows_at, row.last_at, color);
    }
    let _ = writeln!(
        svg,
        "<text x=\"4\" y=\"{:.1}\">{}</text><title>{} bytes</title>",
        y + 13.0,
        escape(&row.label),
        row.byte_count
    );
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_row_reaches_from_its_request_to_its_last_bytes() {
        let lines = [
            json!({ "source": "a", "at": 0.0, "event": "requested", "request": 0, "range": [0, 99], "purpose": "first" }),
            json!({ "source": "a", "at": 0.5, "event": "arrived", "request": 0, "range": [0, 40] }),
            json!({ "source": "b", "at": 0.7, "event": "requested", "request": 0, "range": null, "purpose": "<x>" }),
            json!({ "source": "a", "at": 1.0, "event": "arrived", "request": 0, "range": [40, 99] }),
        ];
        let rows = rows_of(&lines);
        assert_eq!(rows.len(), 2);
        assert_eq!((rows[0].first_at, rows[0].last_at, rows[0].byte_count), (Some(0.5), 1.0, 99));
        let svg = draw(&lines);
        assert!(svg.contains("&lt;x&gt;") && !svg.contains("<x>"));
        assert!(svg.ends_with("</svg>\n"));
    }
}
