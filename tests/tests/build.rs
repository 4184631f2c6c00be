//! What can only be known when linked is found when a bus is built, all of it at once.

use std::sync::Arc;

use events::LaneConfig;
use events::bus::BuildProblem;
use events::prelude::*;
use events::testing;

#[event(name = "order.paid")]
struct OrderPaid;

mod legacy {
    #[events::event(name = "order.paid")]
    pub struct Paid;
}

/// The same name in another version is another event.
#[event(name = "order.paid", version = 2)]
struct OrderPaidSince;

struct Stock;
struct Mailer;

#[handler]
fn reserve(_: &OrderPaid, _: State<'_, Stock>, _: State<'_, String>) {}

#[handlers]
impl Mailer {
    #[handler]
    fn receipt(&self, _: &OrderPaid, _: State<'_, String>) {}
}

#[test]
fn the_error_lists_everything_at_once() {
    let error = Bus::builder()
        .state(7_u8)
        .state(8_u8)
        .expect_handlers_from(["events-tests", "build", "no-such-crate"])
        .build()
        .unwrap_err();
    let text = error.to_string();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines[0], "the bus cannot be built: 6 problems", "{text}");
    assert!(lines[1].contains("two values of state of type `u8`"), "{text}");
    assert!(lines[2].contains("\"order.paid\", version 1") && lines[2].contains("legacy::Paid"), "{text}");
    assert!(
        lines[3].contains("`no-such-crate`") && lines[3].contains("events::link!(no_such_crate);"),
        "{text}"
    );
    assert_eq!(error.len(), 6);

    let missing: Vec<_> = error
        .missing()
        .map(|missing| (missing.handler.path, missing.error.state().unwrap().name()))
        .collect();
    let expected = [
        ("build::Mailer::receipt", "alloc::string::String"),
        ("build::reserve", "alloc::string::String"),
        ("build::Mailer::receipt", "build::Mailer"),
        ("build::reserve", "build::Stock"),
    ];
    assert_eq!(missing, expected);
    assert_eq!(
        lines[4],
        "  - no state of type `alloc::string::String`: give it to the builder with `.state(..)`; asked for by"
    );
    assert!(lines[5].starts_with("      build::Mailer::receipt (tests/tests/build.rs:"), "{text}");
    assert!(lines[6].starts_with("      build::reserve (tests/tests/build.rs:"), "{text}");
    assert_eq!(lines.len(), 11, "{text}");
    assert_eq!(error.absent_crates().collect::<Vec<_>>(), ["no-such-crate"]);
    assert_eq!(error.same_name().count(), 1);
}

#[test]
fn what_unwrap_prints_is_readable() {
    let error = Bus::builder().build().unwrap_err();
    assert!(
        format!("{error:?}").contains("\n      build::Mailer::receipt (tests/tests/build.rs:"),
        "{error:?}"
    );
}

#[test]
fn shared_state_stays_shared() {
    let text = Arc::new(String::from("shared"));
    let error = Bus::builder().shared_state(text.clone()).build().unwrap_err();
    assert!(error.missing().all(|missing| missing.error.state().unwrap().name() != "alloc::string::String"));
}

#[test]
fn state_that_is_there_in_an_arc_is_told_of() {
    let text = Arc::new(String::from("shared"));
    let error = Bus::builder().state(text).build().unwrap_err().to_string();
    let told = "no state of type `alloc::string::String` (there is an `Arc` of one, for `State<Arc<alloc::string::String>>`)";
    assert!(error.contains(told), "{error}");
}

#[test]
fn a_test_bus_misses_no_state_of_handlers_it_leaves_out() {
    // The two events of one name are still told of.
    let error = testing::builder().only(["nobody"]).build().unwrap_err();
    assert_eq!(error.missing().count(), 0);
    assert!(error.to_string().contains("no handler has the path `nobody`"), "{error}");
}

#[test]
fn each_problem_is_data() {
    let error = Bus::builder()
        .state(7_u8)
        .state(8_u8)
        .lane(LaneConfig::new("mail").workers(5_000))
        .lane(LaneConfig::new("mail"))
        .expect_handlers_from(["no-such-crate"])
        .build()
        .unwrap_err();
    assert_eq!(error.problems().len(), error.len());
    for problem in error.problems() {
        assert!(error.to_string().contains(&problem.to_string()), "{problem}");
        let (places, remedy) = (problem.places(), problem.remedy());
        for place in &places {
            assert!(place.file.ends_with("build.rs") && place.line > 0, "{place:?}");
        }
        let paths: Vec<_> = places.iter().map(|place| place.path).collect();
        match problem {
            BuildProblem::StateTwice { type_name, .. } => assert_eq!(*type_name, "u8"),
            BuildProblem::LaneTwice { lane, .. } => assert_eq!(lane, "mail"),
            BuildProblem::BadSetting { lane, what, .. } => {
                assert!(lane == "mail" && what.contains("up to 4096"), "{problem}");
            }
            BuildProblem::SameName { first, second, .. } => {
                assert_eq!((first.name, second.version), ("order.paid", 1));
                assert_eq!(paths, [first.path, second.path]);
            }
            BuildProblem::AbsentCrate { name, .. } => {
                assert_eq!(
                    (name.as_str(), remedy.as_str()),
                    ("no-such-crate", "add `events::link!(no_such_crate);`")
                );
            }
            BuildProblem::Missing { what, asked_by, .. } => {
                assert!(what.starts_with("no state of type `"), "{what}");
                assert_eq!(paths, asked_by.iter().map(|one| one.handler.path).collect::<Vec<_>>());
            }
            other => panic!("{other:?}"),
        }
        assert!(problem.to_string().contains(&remedy) || matches!(problem, BuildProblem::BadSetting { .. }));
    }
    let is_there = |is_it: fn(&BuildProblem) -> bool| error.problems().iter().any(is_it);
    assert!(is_there(|problem| matches!(problem, BuildProblem::LaneTwice { .. })), "{error}");
    assert!(is_there(|problem| matches!(problem, BuildProblem::BadSetting { .. })), "{error}");
}
