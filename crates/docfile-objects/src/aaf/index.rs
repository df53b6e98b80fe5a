//! The index of a vector or a set of objects: which of them there are, and how they are named.
//!
//! Invariant: a key takes four bytes at least, so the count that the index claims decides nothing.
//! The objects are storages named after the vector or set, with the key in braces.

use crate::field_cursor::FieldCursor;
use crate::gathering::Gathering;

/// What an index is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IndexKind {
    /// A vector: its entries are keys.
    Vector,
    /// A set: its entries are keys, counts of references and the ids of the objects.
    Set,
}

/// How much of an index is read, in bytes.
const INDEX_MAX: usize = 1 << 20;

/// The names of the storages of the objects of a vector or set below `path`, in its order.
pub(super) fn element_names(
    gathering: &mut Gathering<'_>,
    path: &[&str],
    name: &str,
    kind: IndexKind,
) -> Vec<String> {
    let stored = gathering.prefix(&[path, &[&format!("{name} index")]].concat(), INDEX_MAX);
    let keys = keys(&stored.unwrap_or_default(), kind);
    keys.iter().map(|key| format!("{name}{{{key:x}}}")).collect()
}

fn keys(stored: &[u8], kind: IndexKind) -> Vec<u32> {
    let mut keys = Vec::new();
    let mut cursor = FieldCursor::new(stored);
    let Some(count) = cursor.len32() else { return keys };
    // The first and the last key that are free.
    if cursor.skip(8).is_none() {
        return keys;
    }
    let rest_len = match kind {
        IndexKind::Vector => 0,
        IndexKind::Set => {
            let (Some(_), Some(id_len)) = (cursor.u16(), cursor.u8()) else { return keys };
            4 + usize::from(id_len)
        }
    };
    while keys.len() < count
        && let Some(key) = cursor.u32()
    {
        keys.push(key);
        cursor.take_up_to(rest_len);
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_stand_among_ids_in_a_set_and_alone_in_a_vector() {
        let mut vector = Vec::new();
        for number in [2_u32, 2, u32::MAX, 0, 0x1F] {
            vector.extend(number.to_le_bytes());
        }
        assert_eq!(keys(&vector, IndexKind::Vector), [0, 0x1F]);
        let mut set = vector[..12].to_vec();
        set.extend([1, 0x44, 3]);
        for key in [7_u32, 5] {
            set.extend(key.to_le_bytes());
            set.extend([1, 0, 0, 0, b'a', b'b', b'c']);
        }
        assert_eq!(keys(&set, IndexKind::Set), [7, 5]);
        assert_eq!(keys(&set[..20], IndexKind::Set), [7]);
        assert_eq!(keys(&[0xFF; 12], IndexKind::Set), []);
    }
}
