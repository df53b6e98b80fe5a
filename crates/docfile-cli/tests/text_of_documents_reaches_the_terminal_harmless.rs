//! Names and texts of a document may hold anything; what is printed holds no control sequence.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

mod command;

use command::{Bench, with_stored_name};
use docfile_testkit::model::Tree;

/// Names with an escape sequence, a line end, a C1 control, a direction mark and a lone surrogate.
const NAMES: [&str; 4] = ["\u{1b}[2J\u{7}", "two\r\nlines", "\u{9b}31m", "\u{202e}gpj.exe"];

fn is_harmless(text: &str) -> bool {
    let is_allowed = |character: char| character == '\n' || !character.is_control();
    text.chars().all(|character| is_allowed(character) && !"\u{202e}\u{2028}".contains(character))
}

#[test]
fn names_are_shown_and_never_sent() {
    let bench = Bench::new();
    let mut tree = Tree::default();
    for name in NAMES {
        tree = with_stored_name(tree, name, b"x");
    }
    bench.document("a.doc", tree);
    for words in [
        ["ls", "a.doc"].as_slice(),
        &["ls", "-l", "a.doc"],
        &["tree", "a.doc"],
        &["ls", "--json", "a.doc"],
        &["get", "-v", "a.doc", "-o", "out"],
        &["rm", "-v", "a.doc!two[13][10]lines"],
        &["cat", "a.doc!\u{1b}"],
        &["ls", "no\u{1b}[2Jfile"],
        &["ls", "no\u{1b}[2Jfile", "a.doc"],
    ] {
        let run = bench.run(words);
        assert!(is_harmless(run.text()), "{words:?}: {:?}", run.text());
        assert!(is_harmless(&run.errors), "{words:?}: {:?}", run.errors);
    }
    let listed = bench.text(&["ls", "a.doc"]);
    assert!(listed.contains("[27]%5B2J[7]") || listed.contains("[27][2J[7]"), "{listed}");
}

#[test]
fn piped_output_is_bare() {
    let bench = Bench::new();
    bench.document("a.doc", Tree::default().with_storage("Pool", Tree::default()));
    assert_eq!(bench.text(&["ls", "a.doc"]), "Pool\n");
}

#[cfg(unix)]
#[test]
fn a_terminal_gets_colours_unless_it_does_not_want_them() {
    let bench = Bench::new();
    bench.document("a.doc", Tree::default().with_storage("Pool", Tree::default()));
    let binary = env!("CARGO_BIN_EXE_docfile");
    let on_terminal = |environment: &str, words: &str| {
        let line = format!("{environment} '{binary}' {words}");
        let output = std::process::Command::new("script")
            .args(["-qec", &line, "/dev/null"])
            .current_dir(bench.folder())
            .stdin(std::process::Stdio::null())
            .output()
            .ok()
            .filter(|output| output.status.success())?;
        String::from_utf8(output.stdout).ok()
    };
    let Some(colored) = on_terminal("TERM=xterm NO_COLOR=", "ls -q a.doc") else {
        return eprintln!("SKIPPED: no command `script` to make a terminal");
    };
    assert!(colored.contains("\u{1b}[1;34mPool"), "{colored:?}");
    for environment in ["TERM=xterm NO_COLOR=1", "TERM=dumb"] {
        assert_eq!(on_terminal(environment, "ls -q a.doc").unwrap().trim(), "Pool");
    }
}
