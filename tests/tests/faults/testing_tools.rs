//! `events::testing` in a program that names lanes: this one does.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use events::lane::DeadLetter;
use events::prelude::*;
use events::testing;

use crate::events::{Alert, Job, OnLetter, drain, figures};
use crate::support::{LONG, alone};

#[test]
fn named_lanes_make_themselves() {
    alone(|| {
        let (handled, letters) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
        let told = letters.clone();
        let bus = testing::builder()
            .state(OnLetter::new(move |_, _| {
                told.fetch_add(1, Ordering::SeqCst);
                Ok(())
            }))
            .build()
            .unwrap();
        assert_eq!(bus.lane("alerts").expect("it is there").name(), "alerts");
        let count = handled.clone();
        bus.send(Alert::new(move || _ = count.fetch_add(1, Ordering::SeqCst))).unwrap();
        bus.send(Job::failing()).unwrap();
        drain(&bus);
        assert_eq!((handled.load(Ordering::SeqCst), letters.load(Ordering::SeqCst)), (1, 1));
        assert_eq!(figures(&bus), (2, 1, 1, 0, 0));
        assert!(bus.lane("no such lane").is_none());
        assert!(bus.shutdown(LONG).is_clean());
    });
}

#[test]
fn handlers_of_named_lanes_are_replaced_and_left_out() {
    alone(|| {
        let handled = Arc::new(AtomicU64::new(0));
        let count = handled.clone();
        let bus = testing::builder()
            .only::<&str>([])
            .replace("raise", move |_: &Alert| _ = count.fetch_add(1, Ordering::SeqCst))
            .build()
            .unwrap();
        let letters = testing::record::<DeadLetter>(&bus);
        bus.send(Alert::new(|| panic!("the real handler"))).unwrap();
        bus.send(Job::failing()).unwrap();
        drain(&bus);
        assert_eq!(handled.load(Ordering::SeqCst), 1);
        letters.assert_emitted(1);
        letters.assert_any(|letter| letter.event.name.ends_with("Job"));
    });
}

#[test]
fn elsewhere_a_lane_that_is_missing_is_still_an_error() {
    alone(|| {
        let error = Bus::builder().state(OnLetter::new(|_, _| Ok(()))).build().unwrap_err().to_string();
        assert!(error.contains("\"alerts\""), "{error}");
    });
}
