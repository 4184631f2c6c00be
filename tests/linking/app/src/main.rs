//! Checks, from within the linked program, that every table holds what the sources say.

use events::prelude::*;

events::link!(linking_audit);
#[cfg(feature = "remembered")]
events::link!(linking_forgotten);

#[handler(priority = -1)]
fn in_the_program(_: &linking_shop::Paid, _cx: &Context) {}

fn main() {
    let remembered = cfg!(feature = "remembered");
    let mut expected = vec![
        "linking_audit::write_down",
        "linking_audit::checks::limit",
        "linking_audit::checks::zero",
        "linking_forgotten::forgotten",
        "linking_shop::own",
        "linking_app::in_the_program",
    ];
    if !remembered {
        expected.retain(|path| !path.contains("forgotten"));
    }
    let handlers = events::registry().handlers().filter(|handler| handler.event.name == "shop.paid");
    let paths: Vec<_> = handlers.map(|handler| handler.path).collect();
    assert_eq!(paths, expected, "the table of shop.paid");

    let expecting = |name: &'static str| {
        Bus::builder().state(linking_audit::Trail::default()).expect_handlers_from(["linking-audit", name]).build()
    };
    let bus = expecting("linking-shop").unwrap_or_else(|error| panic!("{error}"));
    let outcome = bus.emit(&linking_shop::Paid(101));
    assert_eq!(outcome.ran() as usize, expected.len());
    assert_eq!(outcome.failures()[0].to_string(), "101 is over the limit");
    assert_eq!(*bus.state::<linking_audit::Trail>().unwrap().0.lock().unwrap(), [101]);
    assert_eq!(bus.emit(&linking_shop::nested::Paid).ran(), 1);
    assert_eq!(bus.emit(&linking_twin::Paid).ran(), 1);
    let names = std::mem::take(&mut *bus.state::<linking_audit::Trail>().unwrap().1.lock().unwrap());
    assert_eq!(names, [linking_shop::Paid::META, linking_shop::nested::Paid::META, linking_twin::Paid::META].map(|meta| meta.name));
    let observers: Vec<_> = events::registry().observers().map(|handler| handler.path).collect();
    assert_eq!(observers, ["linking_audit::name"], "the handlers of all events");
    assert_eq!(events::dispatch(&linking_twin::Paid).ran(), 1);

    match expecting("linking-forgotten") {
        Ok(_) => assert!(remembered, "a crate that nothing names has handlers here: is the trap gone?"),
        Err(error) => {
            assert!(!remembered, "{error}");
            let text = error.to_string();
            assert!(text.contains("`linking-forgotten`") && text.contains("events::link!(linking_forgotten);"), "{text}");
        }
    }
    println!("{} handlers in order, gathered by {}", paths.len(), events::registry().backend());
}
