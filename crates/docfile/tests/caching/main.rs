//! A folder that keeps what was fetched: what is in it is not fetched again, never shown before the
//! server confirmed it, and survives whatever happens to the one who writes it. Source:
//! `design.md` 5, `docs/cache.md`.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails loudly")]
#![expect(clippy::single_range_in_vec_init, reason = "lists of one range are meant")]

mod a_cut_file_opens_clean;
mod a_file_of_the_cache_has_one_writer;
mod old_files_make_room;
mod rig;
mod what_changed_is_fetched_anew;
