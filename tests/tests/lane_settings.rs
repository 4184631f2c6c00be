//! Lanes from a file or the environment, through serde.

use events::lane::LaneConfig;
use serde::Deserialize;
use serde::de::value::{Error, MapDeserializer};
use serde_json::{Value, json};

fn read(value: Value) -> Result<LaneConfig, String> {
    serde_json::from_value(value).map_err(|error| error.to_string())
}

#[test]
fn all_that_is_written_is_read_again() {
    for (text, overflow) in [
        (json!("block"), "Block"),
        (json!({ "block_for": "200ms" }), "BlockFor(200ms)"),
        (json!({ "block_for": "1500us" }), "BlockFor(1.5ms)"),
        (json!({ "block_for": "2h" }), "BlockFor(7200s)"),
        (json!({ "block_for": "0s" }), "BlockFor(0ns)"),
        (json!("reject"), "Reject"),
        (json!("drop_newest"), "DropNewest"),
        (json!("drop_oldest"), "DropOldest"),
    ] {
        let file = json!({
            "name": "payments", "capacity": 65_536, "workers": 2, "overflow": text, "wait": "spin",
            "key_order": "relaxed", "rate_limit": { "per_second": 1_000, "burst": 50 },
        });
        let lane = read(file.clone()).unwrap();
        let shown = format!("{lane:?}");
        for part in ["\"payments\"", "capacity: 65536", &format!("overflow: {overflow},"), "Spin", "Relaxed"]
        {
            assert!(shown.contains(part), "{part} in {shown}");
        }
        assert_eq!(serde_json::to_value(&lane).unwrap(), file);
    }
}

#[test]
fn what_is_left_out_is_as_a_new_lane_has_it() {
    let lane = read(json!({ "name": "mail" })).unwrap();
    assert_eq!(format!("{lane:?}"), format!("{:?}", LaneConfig::new("mail")));
    assert_eq!(serde_json::to_value(&lane).unwrap(), serde_json::to_value(LaneConfig::new("mail")).unwrap());
}

#[test]
fn the_environment_has_texts() {
    let vars = [("name", "bulk"), ("capacity", " 128"), ("workers", "4"), ("overflow", "drop_oldest")];
    let lane = LaneConfig::deserialize(MapDeserializer::<_, Error>::new(vars.into_iter())).unwrap();
    let written = serde_json::to_value(lane).unwrap();
    let expected = json!({
        "name": "bulk", "capacity": 128, "workers": 4, "overflow": "drop_oldest", "wait": "park",
        "key_order": "strict",
    });
    assert_eq!(written, expected);
}

#[test]
fn mistakes_say_what_is_wrong() {
    for (value, words) in [
        (json!({}), "missing field `name`"),
        (json!({ "name": "a", "worker": 2 }), "unknown field `worker`, expected one of `name`, `capacity`"),
        (json!({ "name": "a", "capacity": -1 }), "expected a whole number from 0 on"),
        (json!({ "name": "a", "capacity": "many" }), "expected a whole number from 0 on"),
        (json!({ "name": "a", "workers": 1.5 }), "expected a number of workers, as in 4"),
        (json!({ "name": "a", "workers": "some" }), "expected a number of workers, as in 4"),
        (json!({ "name": "a", "overflow": "ignore" }), "unknown variant `ignore`, expected one of `block`"),
        (json!({ "name": "a", "overflow": { "block_for": "200" } }), "as in \"200ms\""),
        (json!({ "name": "a", "overflow": { "block_for": "1 week" } }), "as in \"200ms\""),
        (json!({ "name": "a", "overflow": { "block_for": "99999999999999999999h" } }), "as in \"200ms\""),
        (json!({ "name": "a", "overflow": { "block_for": 200 } }), "as in \"200ms\""),
        (json!({ "name": "a", "rate_limit": { "per_second": 1 } }), "missing field `burst`"),
        (
            json!({ "name": "a", "rate_limit": { "per_second": 1, "burst": 5_000_000_000_u64 } }),
            "whole number",
        ),
        (json!({ "name": "a", "tokio": true }), "unknown field `tokio`"),
    ] {
        let error = read(value.clone()).unwrap_err();
        assert!(error.contains(words), "{value}: {error}");
    }
}

/// Bounds are looked at where they are for a lane of code as well.
#[test]
fn values_out_of_bounds_are_errors_of_the_bus() {
    let lane = read(json!({ "name": "big", "capacity": u64::MAX, "workers": 5_000 })).unwrap();
    let error = events::Bus::builder().lane(lane).build().unwrap_err();
    assert_eq!(error.len(), 2, "{error}");
}

#[test]
fn a_range_of_workers_is_written_as_in_rust() {
    for text in ["1..=8", "1..8"] {
        let lane = read(json!({ "name": "a", "workers": text })).unwrap();
        assert_eq!(serde_json::to_value(lane).unwrap()["workers"], "1..=8");
    }
}
