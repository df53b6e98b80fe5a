//! What the workload streams hold, and the checksum by which a reader shows that it got it.
//!
//! Content is a function of seed and offset, so the right checksum is computed here and never
//! taken from a contender. The checksum looks at eight bytes of every 4 KiB page, which shows
//! every misplaced sector of 4,096 bytes and most of 512 without costing what the reading costs.
//! `peers/` computes the same sums in C and Python.

/// The unit of the checksum and of random reads.
pub(crate) const PAGE_LEN: u64 = 4096;

/// A well mixed word for every `index` (the finalizer of SplitMix64).
pub(crate) const fn mix(index: u64) -> u64 {
    let mut word = index.wrapping_add(0x9E37_79B9_7F4A_7C15);
    word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    word ^ (word >> 31)
}

/// The word at `offset` (a multiple of eight) of the stream with this seed.
pub(crate) const fn word_at(seed: u64, offset: u64) -> u64 {
    mix((seed << 48) ^ (offset / 8))
}

/// Fills `buffer` with what the stream holds from `offset` (a multiple of eight) on.
pub(crate) fn fill(seed: u64, offset: u64, buffer: &mut [u8]) {
    for (index, chunk) in buffer.chunks_mut(8).enumerate() {
        let word = word_at(seed, offset + 8 * index as u64).to_le_bytes();
        if let Some(word) = word.get(..chunk.len()) {
            chunk.copy_from_slice(word);
        }
    }
}

/// The first eight bytes of `data` as a number; nothing when there are fewer.
pub(crate) fn first_word(data: &[u8]) -> u64 {
    data.first_chunk().map_or(0, |word| u64::from_le_bytes(*word))
}

/// The sum over `data`, which stands at `offset` (a multiple of [`PAGE_LEN`]) of its stream.
pub(crate) fn page_sum(offset: u64, data: &[u8]) -> u64 {
    let first_page = offset / PAGE_LEN;
    data.chunks(PAGE_LEN as usize).zip(first_page..).fold(0, |sum: u64, (page, index)| {
        sum.wrapping_add(first_word(page).wrapping_mul(2 * index + 1))
    })
}

/// What [`page_sum`] gives for the whole of a stream of `len` bytes.
pub(crate) fn expected_page_sum(seed: u64, len: u64) -> u64 {
    (0..len / PAGE_LEN).fold(0, |sum: u64, page| {
        sum.wrapping_add(word_at(seed, page * PAGE_LEN).wrapping_mul(2 * page + 1))
    })
}

/// Where the `index`-th random read stands in a stream of `len` bytes.
pub(crate) fn random_offset(index: u64, len: u64) -> u64 {
    mix(index ^ 0x5EED_0000_0000) % (len / PAGE_LEN).max(1) * PAGE_LEN
}

/// FNV-1a of an element's name, plus its length: listings add these up in any order.
pub(crate) fn listing_word(name: &str, len: u64) -> u64 {
    let hash = name.bytes().fold(0xCBF2_9CE4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
    });
    hash.wrapping_add(len)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_of_filled_pages_is_the_expected_sum() {
        let mut data = vec![0; 10 * PAGE_LEN as usize];
        fill(3, 0, &mut data);
        let (head, tail) = data.split_at(4 * PAGE_LEN as usize);
        let sum = page_sum(0, head).wrapping_add(page_sum(4 * PAGE_LEN, tail));
        assert_eq!(sum, expected_page_sum(3, data.len() as u64));
    }

    #[test]
    fn swapped_pages_change_the_sum() {
        let mut data = vec![0; 2 * PAGE_LEN as usize];
        fill(3, 0, &mut data);
        let right = page_sum(0, &data);
        data.rotate_left(PAGE_LEN as usize);
        assert_ne!(page_sum(0, &data), right);
    }
}
