//! `cargo events graph`: its forms, for programs made of plain data, and the command, for this program.

#[path = "graph/programs.rs"]
mod programs;

use std::process::Command;

use assert_cmd::assert::OutputAssertExt;
use assert_cmd::cargo::cargo_bin;
use events::prelude::*;
use events_cli::commands::graph::{Detail, Drawing, Form};
use events_cli::model::Program;

#[event(name = "tea.ordered")]
struct TeaOrdered;

/// Nobody waits for it.
#[event]
struct TeaServed;

#[handler(emits(TeaServed))]
fn brew(_: &TeaOrdered) {}

mod counter {
    #[events::handler(priority = 7)]
    fn note(_: &super::TeaOrdered) {}
}

fn draw(program: &Program, form: Form, detail: Detail) -> String {
    Drawing { title: "shop", shown: program, whole: program }.draw(form, detail).unwrap()
}

fn graph(arguments: &[&str]) -> String {
    // Events that no code names are not linked.
    let _ = (TeaOrdered, TeaServed);
    let output = command(arguments).assert().success().get_output().clone();
    String::from_utf8(output.stdout).unwrap()
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(cargo_bin!("cargo-events"));
    command.env_clear().arg("graph").arg(std::env::current_exe().unwrap()).args(arguments);
    command
}

#[test]
fn mermaid_is_for_markdown() {
    insta::assert_snapshot!(draw(&programs::shop(), Form::Mermaid, Detail::Auto));
}

#[test]
fn dot_is_for_graphviz() {
    insta::assert_snapshot!(draw(&programs::shop(), Form::Dot, Detail::Auto));
}

#[test]
fn svg_is_a_picture() {
    insta::assert_snapshot!(draw(&programs::shop(), Form::Svg, Detail::Auto));
}

#[test]
fn handlers_become_numbers_and_crates_become_nodes() {
    insta::assert_snapshot!("events", draw(&programs::shop(), Form::Mermaid, Detail::Events));
    insta::assert_snapshot!("crates", draw(&programs::shop(), Form::Mermaid, Detail::Crates));
}

#[test]
fn hostile_names_stay_text_in_every_form() {
    let hostile = programs::hostile();
    insta::assert_snapshot!("hostile_mermaid", draw(&hostile, Form::Mermaid, Detail::Auto));
    insta::assert_snapshot!("hostile_dot", draw(&hostile, Form::Dot, Detail::Auto));
    for form in [Form::Mermaid, Form::Dot, Form::Svg] {
        let text = draw(&hostile, form, Detail::Auto);
        assert!(!text.contains(['\u{1b}', '\u{202e}']), "{form:?}");
    }
    for form in [Form::Svg, Form::Html] {
        let text = draw(&hostile, form, Detail::Auto);
        assert!(!text.contains("<img") && !text.contains("<script>document"), "{form:?}");
    }
}

#[test]
fn many_handlers_become_numbers_by_default() {
    let large = programs::large(500);
    let (handlers, nodes) = (large.handlers().count(), |text: &str| text.matches("class=\"node ").count());
    assert!(handlers > 900, "{handlers}");
    let auto = draw(&large, Form::Svg, Detail::Auto);
    assert_eq!(auto, draw(&large, Form::Svg, Detail::Events));
    assert!(auto.contains("3 handlers"));
    assert_eq!(nodes(&draw(&large, Form::Svg, Detail::Handlers)), 500 + handlers);
    assert_eq!(nodes(&draw(&large, Form::Svg, Detail::Crates)), 10);
    // No more than GitHub can draw.
    let mermaid = draw(&large, Form::Mermaid, Detail::Auto);
    assert!(mermaid.len() < 50_000 && mermaid.contains("50 events"), "{mermaid}");
    assert!(draw(&large, Form::Mermaid, Detail::Events).len() > 50_000);
}

#[test]
fn nothing_overlaps() {
    for program in [programs::shop(), programs::hostile(), programs::large(500)] {
        for detail in [Detail::Handlers, Detail::Events] {
            let picture = draw(&program, Form::Svg, detail);
            let mut nodes: Vec<[f32; 4]> = picture.split("class=\"node ").skip(1).map(node).collect();
            let number = |name: &str| cut(&picture, &format!(" {name}=\""), "\"").parse::<f32>().unwrap();
            let (width, height) = (number("width"), number("height"));
            assert!(nodes.iter().all(|[left, top, right, bottom]| {
                *left >= 0.0 && *top >= 0.0 && *right <= width && *bottom <= height
            }));
            nodes.sort_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
            for (at, one) in nodes.iter().enumerate() {
                let beside = nodes[at + 1..].iter().take_while(|other| other[0] < one[2]);
                let over = beside.filter(|other| other[1] < one[3] && one[1] < other[3]).count();
                assert_eq!(over, 0, "{one:?}");
            }
        }
    }
}

/// Left, top, right, bottom.
fn node(text: &str) -> [f32; 4] {
    let (x, y) = cut(text, "translate(", ")").split_once(' ').unwrap();
    let [x, y, width] = [x, y, cut(text, "<rect width=\"", "\"")].map(|text| text.parse::<f32>().unwrap());
    [x, y, x + width, y + 24.0]
}

fn cut<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    text.split_once(before).unwrap().1.split_once(after).unwrap().0
}

#[test]
fn the_same_program_gives_the_same_drawing() {
    for form in [Form::Mermaid, Form::Dot, Form::Svg, Form::Html] {
        let twice = [0, 1].map(|_| draw(&programs::large(60), form, Detail::Auto));
        assert_eq!(twice[0], twice[1]);
    }
}

#[test]
fn a_program_without_anything_to_show_is_drawn() {
    for form in [Form::Mermaid, Form::Dot, Form::Svg, Form::Html] {
        for detail in [Detail::Auto, Detail::Events, Detail::Crates] {
            assert!(!draw(&Program::default(), form, detail).contains("NaN"), "{form:?} {detail:?}");
        }
    }
}

#[test]
fn the_command_draws_a_binary() {
    insta::assert_snapshot!(graph(&["--crate", "graph"]));
    assert!(graph(&["--format", "svg"]).starts_with("<svg"));
    assert!(graph(&["--format", "dot"]).starts_with("digraph"));
    let page = graph(&["--format", "html"]);
    assert!(page.starts_with("<!doctype html>") && page.contains("Nobody waits for it."));
    assert!(!graph(&["--detail", "crates", "--crate", "graph"]).contains("brew"));
}

#[test]
fn filters_leave_outlines_of_what_is_emitted() {
    let text = graph(&["--event", "tea.ordered"]);
    assert!(text.contains("TeaServed<br>not selected"), "{text}");
    let text = graph(&["--handler", "counter"]);
    assert!(!text.contains("TeaServed") && text.contains("counter::note"), "{text}");
    // A position does not change if an earlier handler is filtered out.
    let text = graph(&["--handler", "brew"]);
    assert!(text.contains("-->|2|") && !text.contains("-->|1|"), "{text}");
}

#[test]
fn mistakes_are_errors() {
    let output = command(&["--format", "png"]).assert().code(2).get_output().clone();
    assert!(String::from_utf8(output.stderr).unwrap().contains("mermaid, dot, svg, html"));
}
