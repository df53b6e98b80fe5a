//! What the command says about itself, and that it does not promise what it cannot do yet.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

mod command;

use command::Bench;

const VERBS: [&str; 19] = [
    "open",
    "info",
    "ls",
    "tree",
    "cat",
    "get",
    "props",
    "check",
    "pack",
    "put",
    "rm",
    "mv",
    "mkdir",
    "set",
    "optimize",
    "id",
    "serve",
    "completions",
    "man",
];
const LATER: [&str; 1] = ["host"];

#[test]
fn help_names_every_verb_and_none_of_later_versions() {
    let bench = Bench::new();
    let help = bench.text(&["--help"]);
    let listed: Vec<&str> = help
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next())
        .collect();
    for verb in VERBS {
        assert!(listed.contains(&verb), "{verb}");
        assert!(bench.text(&[verb, "--help"]).contains("Usage: docfile"));
    }
    for verb in LATER {
        assert!(!listed.contains(&verb), "{verb}");
    }
    assert!(!help.contains("--in-process"));
}

#[test]
fn what_is_not_built_yet_says_so() {
    let bench = Bench::new();
    bench.write("x.doc", b"");
    for words in [["host", "."].as_slice(), &["ls", "dcom://user@host/NAME"]] {
        let run = bench.run(words);
        assert_eq!(run.code, 2, "{words:?}");
        assert!(run.errors.contains("not built yet: "), "{words:?}: {}", run.errors);
    }
}

#[test]
fn completions_and_pages_are_made_for_every_verb() {
    let bench = Bench::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = bench.text(&["completions", shell]);
        assert!(script.contains("mkdir") && script.contains("optimize"), "{shell}");
    }
    assert!(bench.text(&["man"]).contains(".TH docfile 1"));
    assert!(bench.text(&["man", "ls"]).contains("docfile\\-ls"));
    assert_eq!(bench.run(&["man", "nonsense"]).code, 2);
    std::fs::create_dir(bench.path("pages")).unwrap();
    bench.text(&["man", "-o", "pages"]);
    for verb in VERBS {
        assert!(bench.path(&format!("pages/docfile-{verb}.1")).exists(), "{verb}");
    }
    assert!(bench.path("pages/docfile.1").exists());
}
