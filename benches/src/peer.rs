//! The rivals outside this process: finds what the machine has of them, builds the programs in
//! `peers/`, and gives the command that does a job. What is lacking is skipped with a word.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::case::Host;
use crate::job::Job;

const PYTHON: &str = include_str!("../peers/ole.py");
const GSF: &str = include_str!("../peers/gsf.c");
const WINE: &str = include_str!("../peers/wine.c");
const TALK: &str = include_str!("../peers/talk.h");

/// What this machine has.
#[derive(Debug)]
pub(crate) struct Peers {
    bench: PathBuf,
    folder: PathBuf,
    olefile: Result<String, String>,
    libgsf: Result<String, String>,
    wine: Result<(String, PathBuf), String>,
}

impl Peers {
    /// Looks for everybody but those `skipped`, and builds in `work`.
    pub(crate) fn find(work: &Path, skipped: &[String]) -> io::Result<Self> {
        let folder = work.join("peers");
        fs::create_dir_all(&folder)?;
        for (name, text) in [("ole.py", PYTHON), ("gsf.c", GSF), ("wine.c", WINE), ("talk.h", TALK)]
        {
            fs::write(folder.join(name), text)?;
        }
        let unless_skipped = |name: &str| match skipped.iter().any(|skipped| skipped == name) {
            true => Err("not asked for".to_owned()),
            false => Ok(()),
        };
        Ok(Self {
            bench: std::env::current_exe()?,
            olefile: unless_skipped("olefile").and_then(|()| find_olefile()),
            libgsf: unless_skipped("libgsf").and_then(|()| build_libgsf(&folder)),
            wine: unless_skipped("wine").and_then(|()| build_wine(&folder)),
            folder,
        })
    }

    /// The command that does `job`, or why there is none.
    pub(crate) fn command(&self, host: Host, job: &Job) -> Result<Command, String> {
        let mut command = match host {
            Host::Bench | Host::System => {
                let mut command = Command::new(&self.bench);
                command.arg("pass");
                command
            }
            Host::Olefile => {
                self.olefile.as_ref()?;
                let mut command = Command::new("python3");
                command.arg(self.folder.join("ole.py"));
                command
            }
            Host::Libgsf => {
                self.libgsf.as_ref()?;
                Command::new(self.folder.join("gsf"))
            }
            Host::Wine => {
                let (_, loader) = self.wine.as_ref()?;
                let mut command = wine_command(loader, &self.folder);
                command.arg(self.folder.join("wine.exe"));
                command
            }
        };
        command.args(job.arguments());
        Ok(command)
    }

    /// The rivals' versions, or why one is not here.
    pub(crate) fn versions(&self) -> Vec<(&'static str, Result<&str, &str>)> {
        fn told(version: &Result<String, String>) -> Result<&str, &str> {
            version.as_deref().map_err(String::as_str)
        }
        vec![
            ("cfb", Ok(env!("CFB_VERSION"))),
            ("olefile", told(&self.olefile)),
            ("libgsf", told(&self.libgsf)),
            ("Wine", self.wine.as_ref().map(|(version, _)| &**version).map_err(|why| &**why)),
        ]
    }
}

/// What a program prints, or what kept it from printing.
fn output_of(command: &mut Command) -> Result<String, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output =
        command.stdin(Stdio::null()).output().map_err(|error| format!("{name}: {error}"))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    } else {
        let text = String::from_utf8_lossy(&output.stderr);
        Err(format!("{name}: {}", text.lines().last().unwrap_or("it failed")))
    }
}

fn find_olefile() -> Result<String, String> {
    output_of(Command::new("python3").args(["-c", "import olefile; print(olefile.__version__)"]))
}

fn build_libgsf(folder: &Path) -> Result<String, String> {
    let flags = output_of(Command::new("pkg-config").args(["--cflags", "--libs", "libgsf-1"]))?;
    let mut compiler = Command::new("cc");
    compiler.args(["-O2", "-o"]).arg(folder.join("gsf")).arg(folder.join("gsf.c"));
    output_of(compiler.args(flags.split_whitespace()))?;
    output_of(Command::new("pkg-config").args(["--modversion", "libgsf-1"]))
}

fn build_wine(folder: &Path) -> Result<(String, PathBuf), String> {
    // Debian keeps the loader off the path.
    let loader = ["wine64", "/usr/lib/wine/wine64", "wine"]
        .into_iter()
        .find(|loader| output_of(Command::new(loader).arg("--version")).is_ok())
        .ok_or("wine64: not found")?;
    let mut compiler = Command::new("x86_64-w64-mingw32-gcc");
    compiler.args(["-O2", "-o"]).arg(folder.join("wine.exe")).arg(folder.join("wine.c"));
    output_of(compiler.args(["-lole32", "-luuid"]))?;
    // The first start makes the prefix, which takes seconds.
    output_of(wine_command(Path::new(loader), folder).arg(folder.join("wine.exe")))?;
    let version = output_of(Command::new(loader).arg("--version"))?;
    Ok((version.trim_start_matches("wine-").to_owned(), loader.into()))
}

fn wine_command(loader: &Path, folder: &Path) -> Command {
    let mut command = Command::new(loader);
    command
        .env("WINEPREFIX", folder.join("prefix"))
        .env("WINEDEBUG", "-all")
        .env("WINEDLLOVERRIDES", "mscoree=;mshtml=");
    command
}
