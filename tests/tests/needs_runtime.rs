//! An `async` handler whose lane names no runtime is found when the bus is built.

use events::lane::{DeadLetter, LaneConfig};
use events::prelude::*;

#[event(async, lane = "mail")]
struct Welcome;

#[handler]
async fn send_mail(_: &Welcome) {}

#[handler]
async fn report(_: &DeadLetter) {}

#[test]
fn a_bus_without_a_runtime_is_not_built() {
    let error = Bus::builder().lane(LaneConfig::new("mail")).build().unwrap_err();
    let text = error.to_string();
    assert_eq!(error.len(), 2, "{text}");
    for part in ["needs_runtime::Welcome", "\"mail\"", "DeadLetter", ".tokio("] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
}

#[test]
fn a_bus_with_a_runtime_is_built() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let mail = LaneConfig::new("mail").tokio(runtime.handle().clone());
    Bus::builder().lane(mail).build().unwrap();
}
