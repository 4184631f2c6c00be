//! The key of an event: the same number for the same value, whatever the event, its shape, and how it holds the key.

use events::Urgency;
use events::prelude::*;

#[event(key = order_id, lane = "payments", urgency = "high")]
struct OrderPaid {
    order_id: u64,
    #[allow(dead_code, reason = "it must not count")]
    cents: u64,
}

#[event(key = 1)]
struct OrderSent((), u32);

#[event(key = user)]
struct UserNamed {
    user: String,
}

#[event(key = user)]
struct UserSeen {
    user: &'static str,
}

#[event(key = user, urgency = "low")]
enum UserMoved {
    To {
        city: &'static str,
        user: std::sync::Arc<str>,
    },
    #[cfg(any())]
    Dropped {
        user: Missing,
    },
    Away {
        user: Box<str>,
    },
}

#[event(key = 0)]
enum Either {
    Left(i16),
    Right(i64, ()),
}

#[event(key = r#type)]
#[repr(C, packed)]
struct Packed {
    odd: u8,
    r#type: u64,
}

#[derive(Hash)]
struct Place {
    shelf: u8,
    row: u32,
}

#[event(key = place)]
struct ShelfEmptied {
    place: Place,
}

#[event]
struct Unkeyed {
    order_id: u64,
}

#[test]
fn one_value_has_one_hash_in_all_events() {
    let seven = OrderPaid { order_id: 7, cents: 990 }.__key();
    assert!(seven.is_some());
    assert_eq!(OrderPaid { order_id: 7, cents: 1 }.__key(), seven, "the key alone counts");
    assert_eq!(OrderSent((), 7).__key(), seven);
    assert_eq!(Either::Left(7).__key(), seven);
    assert_eq!(Either::Right(7, ()).__key(), seven);
    let packed = Packed { odd: 1, r#type: 7 };
    assert_eq!((packed.odd, packed.__key()), (1, seven));
    assert_ne!(OrderPaid { order_id: 8, cents: 990 }.__key(), seven);
}

#[test]
fn a_text_has_one_hash_however_it_is_held() {
    let ada = UserNamed { user: "Ada".to_owned() }.__key();
    assert!(ada.is_some());
    assert_eq!(UserSeen { user: "Ada" }.__key(), ada);
    let moved = UserMoved::To { city: "Paris", user: "Ada".into() };
    assert_eq!(moved.__key(), ada);
    assert_eq!(UserMoved::Away { user: "Ada".into() }.__key(), ada);
    assert_ne!(UserSeen { user: "Eve" }.__key(), ada);
    let UserMoved::To { city, .. } = moved else { panic!("it was made so") };
    assert_eq!(city, "Paris");
}

#[test]
fn a_key_of_the_users_own_is_hashed_as_it_says() {
    let key = |shelf, row| ShelfEmptied { place: Place { shelf, row } }.__key();
    assert_eq!(key(1, 2), key(1, 2));
    assert_ne!(key(1, 2), key(2, 1));
}

#[test]
fn an_event_without_a_key_has_none() {
    let unkeyed = Unkeyed { order_id: 7 };
    assert_eq!((unkeyed.order_id, unkeyed.__key()), (7, None));
}

#[test]
fn lane_and_urgency_are_told() {
    assert_eq!((OrderPaid::META.lane, OrderPaid::META.urgency), (Some("payments"), Urgency::High));
    assert_eq!((UserMoved::META.lane, UserMoved::META.urgency), (None, Urgency::Low));
    assert_eq!((Unkeyed::META.lane, Unkeyed::META.urgency), (None, Urgency::Normal));
}
