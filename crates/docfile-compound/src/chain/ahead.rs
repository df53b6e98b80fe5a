//! Which table pages a chain that runs on will need next.
//!
//! A chain that has gone from page to page, in order, goes on so mostly: the pages in front of it
//! are read in groups that double, so that a far read into a long stream costs few steps, and one
//! that turns elsewhere has read no more in vain than it had needed. What was read in groups
//! depends on the chain alone and not on what has arrived, so that a repeated step reads the same.

#[derive(Debug, Default)]
pub(super) struct PagesAhead {
    /// The page that was needed last.
    last: Option<u32>,
    /// How many pages in order led there.
    run_count: u32,
    /// The first page that no group has brought.
    end: u32,
    group: u32,
}

/// A chain that has needed so many pages in order runs on.
const RUN_MIN: u32 = 4;
/// The longest group, in pages.
const GROUP_MAX: u32 = 512;

impl PagesAhead {
    /// Notes that `index` is needed, and so are the `wanted_count` pages behind it if the chain
    /// runs on; the first page and the count of a group to read, where one is due.
    pub(super) fn next_group(&mut self, index: u32, wanted_count: u32) -> Option<(u32, u32)> {
        match self.last {
            Some(last) if last == index => return None,
            Some(last) if last.checked_add(1) == Some(index) => self.run_count += 1,
            _ => *self = Self { run_count: 1, ..Self::default() },
        }
        self.last = Some(index);
        if self.run_count < RUN_MIN || index < self.end {
            return None;
        }
        let count = wanted_count.saturating_add(1).min((self.group * 2).clamp(RUN_MIN, GROUP_MAX));
        self.group = count;
        self.end = index.saturating_add(count);
        (count > 1).then_some((index, count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups(indices: impl IntoIterator<Item = u32>, wanted_count: u32) -> Vec<(u32, u32)> {
        let mut ahead = PagesAhead::default();
        indices.into_iter().filter_map(|index| ahead.next_group(index, wanted_count)).collect()
    }

    #[test]
    fn groups_double_while_the_chain_runs_on() {
        assert_eq!(groups(10..60, 1_000), [(13, 4), (17, 8), (25, 16), (41, 32)]);
    }

    #[test]
    fn nothing_is_read_that_is_not_wanted() {
        assert_eq!(groups(0..6, 2), [(3, 3)]);
        assert_eq!(groups(0..6, 0), []);
    }

    #[test]
    fn a_scattered_chain_has_no_groups() {
        assert_eq!(groups((0..500).map(|at| at * 7 % 101), 1_000), []);
    }
}
