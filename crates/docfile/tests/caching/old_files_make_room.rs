//! A limit of the room that a cache takes: what was written longest ago goes first, and what is
//! being written stays.

use std::path::PathBuf;
use std::sync::Arc;

use docfile::fill::Cache;
use docfile::transfer::{Filling, PlannerSettings, Transfer};

use crate::rig::{LEN, Server, end, read};

fn keep(cache: &Cache, address: &str) -> Transfer {
    let (fill, resume) = cache.fill(address).unwrap();
    let settings =
        PlannerSettings { filling: Filling::Never, resume, ..PlannerSettings::default() };
    let server: Arc<Server> = Server::of(0);
    let transfer = Transfer::start(server, fill, settings, None).unwrap();
    read(&transfer, 0..LEN, 0);
    transfer
}

fn files(folder: &tempfile::TempDir) -> Vec<PathBuf> {
    let paths = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
    paths.filter(|path| path.extension().is_some_and(|end| end == "cache")).collect()
}

#[test]
fn the_oldest_goes() {
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache::open(folder.path()).unwrap().with_size_limit(2 * LEN + (1 << 20));
    end(keep(&cache, "http://h/1"));
    let first = files(&folder);
    let long_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(1000);
    std::fs::File::options().append(true).open(&first[0]).unwrap().set_modified(long_ago).unwrap();
    end(keep(&cache, "http://h/2"));
    assert_eq!(files(&folder).len(), 2);
    end(keep(&cache, "http://h/3"));
    let left = files(&folder);
    assert!(left.len() == 2 && !left.contains(&first[0]), "{left:?}");
}

#[test]
fn what_is_being_written_stays_and_what_has_no_room_is_not_kept() {
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache::open(folder.path()).unwrap().with_size_limit(LEN + (1 << 20));
    let writer = keep(&cache, "http://h/1");
    end(keep(&cache, "http://h/2"));
    assert_eq!(files(&folder).len(), 1);
    end(writer);
    let small = Cache::open(folder.path()).unwrap().with_size_limit(LEN - 1);
    end(keep(&small, "http://h/3"));
    assert_eq!(files(&folder).len(), 1);
}
