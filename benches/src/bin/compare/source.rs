//! The text of generated crates.
//!
//! `main` prints the time from its first line to the end of the first emit, in nanoseconds, and, if it builds a bus,
//! also the time for that.

use std::fmt::Write;
use std::ops::Range;

use crate::registration::Registration;

/// A file with the handlers in `range` and their events.
pub(crate) fn module(way: Registration, handlers: usize, range: Range<usize>) -> String {
    let mut text = String::from(HEAD);
    if way == Registration::Empty {
        return text;
    }
    let per_event = way.handlers_per_event(handlers);
    // An event is defined in the file of its first handler.
    for event in (0..handlers).step_by(per_event).filter(|first| range.contains(first)) {
        let attribute = if way.is_linked() { "#[events::event]\n" } else { dynamic_event(way) };
        let _ = write!(text, "{attribute}pub struct E{}(pub u64);\n\n", event / per_event);
    }
    if way == Registration::OneEvent && range.start > 0 {
        text.push_str("use super::part_0::E0;\n\n");
    }
    for handler in range.clone() {
        let attribute = if way.is_linked() { "#[events::handler]\n" } else { "" };
        let _ = write!(
            text,
            "{attribute}fn h{handler}(event: &E{}) -> Result<(), BoxError> {{\n    \
             static CELL: AtomicU64 = AtomicU64::new(0);\n    \
             CELL.store(CELL.load(Relaxed).wrapping_add(event.0), Relaxed);\n    \
             if event.0 == {} {{ Err(\"refused\".into()) }} else {{ Ok(()) }}\n}}\n\n",
            handler / per_event,
            1_000_000 + handler,
        );
    }
    match way {
        Registration::Hand => by_hand(&mut text, range, per_event),
        Registration::Dynamic => on_bus(&mut text, range),
        _ => {}
    }
    text
}

const HEAD: &str = "#![allow(unused_imports)]\n\nuse std::sync::atomic::{AtomicU64, Ordering::Relaxed};\n\n\
                    type BoxError = Box<dyn std::error::Error + Send + Sync>;\n\n";

fn dynamic_event(way: Registration) -> &'static str {
    if way == Registration::Dynamic { "#[events::event]\n" } else { "" }
}

/// A struct with a list for each event, and the lines that fill it.
fn by_hand(text: &mut String, range: Range<usize>, per_event: usize) {
    let events = || (range.start..range.end).step_by(per_event).map(|first| first / per_event);
    text.push_str("type Handlers<E> = Vec<Box<dyn Fn(&E) -> Result<(), BoxError>>>;\n\n");
    text.push_str("#[derive(Default)]\npub struct Registered {\n");
    for event in events() {
        let _ = writeln!(text, "    pub e{event}: Handlers<E{event}>,");
    }
    text.push_str("}\n\npub fn register() -> Registered {\n    let mut all = Registered::default();\n");
    for handler in range.clone() {
        let _ = writeln!(text, "    all.e{}.push(Box::new(h{handler}));", handler / per_event);
    }
    text.push_str("    all\n}\n\nimpl Registered {\n");
    for event in events() {
        let _ = write!(
            text,
            "    pub fn emit_e{event}(&self, event: &E{event}) -> Result<(), BoxError> {{\n        \
             let mut result = Ok(());\n        \
             for handler in &self.e{event} {{\n            \
             if let Err(error) = handler(event) {{ result = Err(error); }}\n        }}\n        result\n    }}\n\n"
        );
    }
    text.push_str("}\n");
}

fn on_bus(text: &mut String, range: Range<usize>) {
    text.push_str("use events::{DynamicBus, EventBus};\n\n");
    text.push_str("pub fn register(bus: &DynamicBus, guards: &mut Vec<<DynamicBus as EventBus>::Guard>) {\n");
    for handler in range {
        let _ = writeln!(text, "    guards.push(bus.subscribe(h{handler}));");
    }
    text.push_str("}\n");
}

/// The program.
pub(crate) fn main(way: Registration, files: usize) -> String {
    let mut text = String::from("#![allow(dead_code, unused_variables)]\n\n");
    for file in 0..files {
        let _ = writeln!(text, "mod part_{file};");
    }
    text.push_str("\nuse std::hint::black_box;\nuse std::time::Instant;\n\nfn main() {\n");
    text.push_str(BEGIN);
    text.push_str(&match way {
        Registration::Empty => String::new(),
        Registration::Hand => by_hand_main(files),
        Registration::Dynamic => on_bus_main(files),
        _ => LINKED_MAIN.to_owned(),
    });
    text.push_str("    println!(\"first {}\", begin.elapsed().as_nanos());\n}\n");
    text
}

/// The same for all programs: each reads its argument, with which it ends at once if only the time before `main` is
/// measured.
const BEGIN: &str = "    let begin = Instant::now();
    let way = std::env::args().nth(1);
    if way.as_deref() == Some(\"nothing\") {
        return;
    }
";

const LINKED_MAIN: &str = "    let event = black_box(part_0::E0(3));
    match way.as_deref() {
        None => assert!(events::dispatch(&event).is_ok()),
        Some(_) => {
            let begin = Instant::now();
            let bus = events::Bus::builder().build().unwrap();
            println!(\"build {}\", begin.elapsed().as_nanos());
            assert!(bus.emit(&event).is_ok());
        }
    }
";

/// Adds an event, its handler and an emit of it to a file with handlers and to the one with `main`.
pub(crate) fn one_more(part: &str, main: &str, run: usize) -> (String, String) {
    let part = format!(
        "{part}#[events::event]\npub struct More{run}(pub u64);\n\n\
         #[events::handler]\nfn more_{run}(event: &More{run}) -> Result<(), BoxError> {{\n    \
         if event.0 == 1 {{ Err(\"refused\".into()) }} else {{ Ok(()) }}\n}}\n"
    );
    let emit = "            assert!(bus.emit(&event).is_ok());\n";
    let more = format!("{emit}            assert!(bus.emit(&part_0::More{run}(3)).is_ok());\n");
    (part, main.replacen(emit, &more, 1))
}

fn by_hand_main(files: usize) -> String {
    let mut text = String::new();
    for file in 0..files {
        let _ = writeln!(text, "    let part_{file} = black_box(part_{file}::register());");
    }
    text.push_str("    assert!(part_0.emit_e0(&black_box(part_0::E0(3))).is_ok());\n");
    text
}

fn on_bus_main(files: usize) -> String {
    let mut text = String::from(
        "    use events::EventBus;\n    let bus = events::DynamicBus::new();\n    let mut guards = Vec::new();\n",
    );
    for file in 0..files {
        let _ = writeln!(text, "    part_{file}::register(&bus, &mut guards);");
    }
    text.push_str("    assert!(bus.emit(&black_box(part_0::E0(3))).is_ok());\n");
    text
}
