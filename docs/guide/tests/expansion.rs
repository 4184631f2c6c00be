//! The expansions in the chapter "How it works" are those of the macros.
//!
//! The macros' own tests hold each expansion in a snapshot, and compare it with what the macro writes. Here the chapter is
//! compared with the snapshot.

use std::fs;
use std::path::Path;

use proc_macro2::{TokenStream, TokenTree};

const CHAPTER: &str = "src/how-it-works.md";

#[test]
fn the_event_is_expanded_as_the_chapter_shows() {
    compare("event");
}

#[test]
fn the_handler_is_expanded_as_the_chapter_shows() {
    compare("handler");
}

/// Compares the blocks marked `rs,KIND`, put together, with the snapshot of that name: token by token, so that the chapter may
/// break lines and comment where it reads best.
fn compare(kind: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let chapter = fs::read_to_string(root.join(CHAPTER)).unwrap();
    let name = format!("../../events-macros/src/snapshots/events_macros__expansions__{kind}.snap");
    let snapshot = fs::read_to_string(root.join(&name)).unwrap();
    // A header between two lines of dashes stands before the text.
    let expansion = snapshot.splitn(3, "---\n").nth(2).unwrap();

    let shown = tokens(&blocks(&chapter, &format!("```rs,{kind}")));
    let real = tokens(expansion);
    assert!(real.len() > 100, "{name} holds no expansion");
    if let Some(at) = (0..shown.len().max(real.len())).find(|&at| shown.get(at) != real.get(at)) {
        let near = |tokens: &[String]| {
            let around = at.saturating_sub(12).min(tokens.len())..(at + 12).min(tokens.len());
            tokens[around].join(" ")
        };
        panic!(
            "{CHAPTER} shows another expansion of the {kind} than {name}: change the chapter\n  chapter:  .. {} ..\n  snapshot: .. {} ..",
            near(&shown),
            near(&real)
        );
    }
}

/// The blocks that begin with this line, one after the other.
fn blocks(chapter: &str, fence: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for line in chapter.lines() {
        match inside {
            false => inside = line == fence,
            true if line == "```" => inside = false,
            true => text.extend([line, "\n"]),
        }
    }
    text
}

/// The tokens of a source, groups taken apart.
fn tokens(source: &str) -> Vec<String> {
    let stream: TokenStream = source.parse().unwrap_or_else(|error| panic!("{error} in\n{source}"));
    let mut all = Vec::new();
    take_apart(stream, &mut all);
    all
}

fn take_apart(stream: TokenStream, all: &mut Vec<String>) {
    for token in stream {
        match token {
            TokenTree::Group(group) => {
                all.push(format!("{:?} begins", group.delimiter()));
                take_apart(group.stream(), all);
                all.push(format!("{:?} ends", group.delimiter()));
            }
            other => all.push(other.to_string()),
        }
    }
    // A comma after the last of a list says nothing.
    if all.last().is_some_and(|token| token == ",") {
        all.pop();
    }
}
