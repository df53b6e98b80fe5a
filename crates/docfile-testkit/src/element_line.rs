//! One line for each element of a file, as readers by others print it too (`peers/dump_line.h`).
//!
//! A line is the path as a JSON array of names, a tab, `storage` or `stream`, and for a stream
//! its length and the CRC-32 of its bytes, with tabs between. Lines are compared as a set: readers
//! list siblings in different orders.

use docfile_compound::Name;

use crate::crc32::crc32;
use crate::model::{Node, Tree};

/// The line of a storage.
#[must_use]
pub fn of_storage(path: &[Name]) -> String {
    format!("{}\tstorage\t\t", path_json(path))
}

/// The line of a stream.
#[must_use]
pub fn of_stream(path: &[Name], len: u64, crc: u32) -> String {
    format!("{}\tstream\t{len}\t{crc:08x}", path_json(path))
}

/// The lines of everything in a model.
#[must_use]
pub fn of_tree(tree: &Tree) -> Vec<String> {
    let line = |(path, node): (Vec<Name>, &Node)| match node {
        Node::Storage(_) => of_storage(&path),
        Node::Stream(bytes) => of_stream(&path, bytes.len() as u64, crc32(bytes)),
    };
    tree.walk().into_iter().map(line).collect()
}

/// The names as a JSON array in which all but plain ASCII is escaped, also what is no UTF-16.
fn path_json(path: &[Name]) -> String {
    let names: Vec<String> = path.iter().map(name_json).collect();
    format!("[{}]", names.join(", "))
}

fn name_json(name: &Name) -> String {
    let escape = |unit: &u16| match char::from_u32(u32::from(*unit)) {
        Some(plain @ ' '..='~') if plain != '"' && plain != '\\' => plain.to_string(),
        _ => format!("\\u{unit:04x}"),
    };
    format!("\"{}\"", name.units().iter().map(escape).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_json_cannot_hold_are_escaped() {
        let name = Name::stored(&[5, 0x22, 0x41, 0xD800]).unwrap();
        assert_eq!(of_storage(&[name, name]), {
            let shown = "\"\\u0005\\u0022A\\ud800\"";
            format!("[{shown}, {shown}]\tstorage\t\t")
        });
    }

    #[test]
    fn a_model_is_told_parents_first() {
        let tree = Tree::default().with_storage("s", Tree::default().with_stream("t", "123456789"));
        let lines = ["[\"s\"]\tstorage\t\t", "[\"s\", \"t\"]\tstream\t9\tcbf43926"];
        assert_eq!(of_tree(&tree), lines);
    }
}
