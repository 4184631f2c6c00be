//! Every chapter is in the table of contents and among the doc tests, its links lead somewhere, and its programs are run.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The names of the chapters' files.
fn chapters() -> BTreeSet<String> {
    let files = fs::read_dir(root().join("src"))
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap());
    files.filter(|name| name.ends_with(".md") && name != "SUMMARY.md").collect()
}

/// Where the links of a page lead, those to other sites left out.
fn links(page: &str) -> impl Iterator<Item = &str> {
    let targets = page.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    targets.filter(|target| !target.contains("://"))
}

#[test]
fn every_chapter_is_in_the_table_of_contents() {
    let summary = read(&root().join("src/SUMMARY.md"));
    assert_eq!(links(&summary).map(str::to_owned).collect::<BTreeSet<_>>(), chapters());
}

#[test]
fn every_chapter_is_among_the_doc_tests() {
    let library = read(&root().join("lib.rs"));
    let named = library.split('"').filter(|part| part.ends_with(".md")).map(str::to_owned);
    assert_eq!(named.collect::<BTreeSet<_>>(), chapters());
}

#[test]
fn links_lead_somewhere() {
    let readme = root().join("../../README.md");
    let pages = chapters().into_iter().map(|name| root().join("src").join(name)).chain([readme]);
    let mut checked = 0;
    for page in pages {
        for link in links(&read(&page)).map(str::to_owned).collect::<Vec<_>>() {
            let file = link.split('#').next().unwrap();
            assert!(
                page.with_file_name(file).exists(),
                "{} links to {link}, which is not there",
                page.display()
            );
            checked += 1;
        }
    }
    assert!(checked > 20, "{checked} links were found");
}

/// A line that begins with `# ` is hidden in the book, but not where the chapter is read as Markdown.
#[test]
fn no_line_of_a_program_is_hidden() {
    for name in chapters() {
        let page = read(&root().join("src").join(&name));
        let mut is_program = false;
        for line in page.lines() {
            match line.strip_prefix("```") {
                Some(fence) => is_program = fence.starts_with("rust"),
                None => assert!(!is_program || !line.starts_with("# "), "{name} hides the line `{line}`"),
            }
        }
    }
}

#[test]
fn no_program_is_left_out_of_the_tests() {
    for name in chapters() {
        let page = read(&root().join("src").join(&name));
        let fences = page.lines().filter(|line| line.starts_with("```rust"));
        for fence in fences {
            for word in ["ignore", "no_run", "compile_fail", "should_panic"] {
                assert!(!fence.contains(word), "{name} has a block `{fence}`, which is not run");
            }
        }
    }
}
