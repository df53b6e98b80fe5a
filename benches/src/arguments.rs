//! The command line.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use crate::job::wrong;
use crate::row::{ROWS, Row, Setting};
use crate::workload::{Scale, Version};

/// What is to be run.
pub(crate) struct Arguments {
    pub(crate) rows: Vec<&'static Row>,
    pub(crate) versions: Vec<Version>,
    pub(crate) rounds: usize,
    pub(crate) patience: Duration,
    /// Rivals outside this process that are left out.
    pub(crate) skipped: Vec<String>,
    pub(crate) setting: Setting,
}

/// How it is called.
pub(crate) fn usage() -> String {
    let mut text = "\
usage: bench ROW... [OPTION...]

Runs ours and the rivals on the same files and prints a table in markdown.

rows:
  all          every row
"
    .to_owned();
    for row in &ROWS {
        text += &format!("  {:<12} {}\n", row.name, row.summary);
    }
    text + "
options:
  --rounds N       how often everybody has a turn (5)
  --scale N        size of the work, in thousandths (1000)
  --version V      v3 or v4 only
  --patience N     seconds after which a contender is stopped (150)
  --skip NAME      olefile, libgsf or wine; may be repeated
  --work DIR       where files lie, on a disk (target/bench-work)
  --tmpfs DIR      where files are built, in memory (/dev/shm)
"
}

impl Arguments {
    pub(crate) fn parse(arguments: impl Iterator<Item = String>) -> io::Result<Self> {
        let mut parsed = Self {
            rows: Vec::new(),
            versions: Version::BOTH.into(),
            rounds: 5,
            patience: Duration::from_secs(150),
            skipped: Vec::new(),
            setting: Setting {
                work: PathBuf::from("target/bench-work"),
                tmpfs: PathBuf::from("/dev/shm"),
                scale: Scale::FULL,
            },
        };
        let mut arguments = arguments.peekable();
        while let Some(argument) = arguments.next() {
            if let Some(option) = argument.strip_prefix("--") {
                let value = arguments.next().ok_or_else(|| wrong("an option lacks its value"))?;
                parsed.set(option, value)?;
            } else if argument == "all" {
                parsed.rows.extend(&ROWS);
            } else {
                let row = ROWS.iter().find(|row| row.name == argument);
                parsed.rows.push(row.ok_or_else(|| wrong(&format!("no row `{argument}`")))?);
            }
        }
        if parsed.rows.is_empty() {
            return Err(wrong("no row is named"));
        }
        std::fs::create_dir_all(&parsed.setting.work)?;
        parsed.setting.work = parsed.setting.work.canonicalize()?;
        Ok(parsed)
    }

    fn set(&mut self, option: &str, value: String) -> io::Result<()> {
        let number = || value.parse::<u64>().map_err(|_| wrong("an option's value is no number"));
        match option {
            "rounds" => self.rounds = number()? as usize,
            "scale" => self.setting.scale = Scale(number()?),
            "patience" => self.patience = Duration::from_secs(number()?),
            "version" => {
                let version = Version::parse(&value).ok_or_else(|| wrong("v3 or v4"))?;
                self.versions = vec![version];
            }
            "skip" => self.skipped.push(value),
            "work" => self.setting.work = value.into(),
            "tmpfs" => self.setting.tmpfs = value.into(),
            other => return Err(wrong(&format!("no option `--{other}`"))),
        }
        Ok(())
    }
}
