//! Programs to draw, made of plain data.

use events_cli::model::Program;
use serde_json::{Value, json};

pub(crate) fn event(name: &str, path: &str, handlers: Vec<Value>) -> Value {
    json!({
        "name": name, "path": path, "package": package(path), "package_version": "1.0.0", "version": 1,
        "location": place(path), "handlers": handlers,
    })
}

pub(crate) fn handler(path: &str, priority: i32, emits: &[&str]) -> Value {
    json!({
        "path": path, "package": package(path), "package_version": "1.0.0", "event": "E", "priority": priority,
        "location": place(path),
        "emits": emits.iter().map(|path| json!({
            "written": path,
            "event": { "path": path, "package_version": "1.0.0", "location": place(path) },
        })).collect::<Vec<_>>(),
    })
}

pub(crate) fn with(mut value: Value, more: Value) -> Value {
    value.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    value
}

pub(crate) fn program(events: Vec<Value>) -> Program {
    serde_json::from_value(json!({ "events": events })).unwrap()
}

fn package(path: &str) -> String {
    path.split("::").next().unwrap().replace('_', "-")
}

/// A location that depends on the path only, so that references match.
fn place(path: &str) -> Value {
    let file = format!("{}/src/lib.rs", package(path));
    json!({ "file": file, "line": path.len() + path.bytes().map(usize::from).sum::<usize>() % 200, "column": 12 })
}

/// A shop of three crates, with all special cases: a cycle of emissions, an event whose handler emits it again, one
/// without a handler, one that is not in the binary.
pub(crate) fn shop() -> Program {
    let mail = "shop_mail::mailer::Mailer::receipt";
    program(vec![
        with(
            event(
                "order.paid",
                "shop::OrderPaid",
                vec![
                    with(
                        handler("shop_audit::limit", 100, &[]),
                        json!({ "condition": "|e| e.cents > 100_00", "may_stop": true }),
                    ),
                    with(
                        handler("shop::stock::reserve", 0, &["shop::OrderSent", "shop::OutOfStock"]),
                        json!({ "retry": "max = 5", "docs": "Takes it from the shelf.\n\nOr orders more." }),
                    ),
                    with(
                        handler(mail, 0, &[]),
                        json!({ "async": true, "group": "shop_mail::mailer::Mailer" }),
                    ),
                ],
            ),
            json!({ "version": 2, "lane": "\"payments\"", "key": "id", "docs": "An order was paid.",
                "fields": [{ "name": "id", "type": "u64", "docs": "Which." }, { "name": "cents", "type": "u64" }] }),
        ),
        event(
            "order.sent",
            "shop::OrderSent",
            vec![
                handler("shop_mail::mailer::Mailer::on_its_way", 0, &[]),
                handler("shop_audit::note", 0, &["shop_audit::Noted"]),
            ],
        ),
        event(
            "shop::OutOfStock",
            "shop::OutOfStock",
            vec![handler("shop::stock::order_more", 0, &["shop::OrderPaid"])],
        ),
        event("shop::Retired", "shop::Retired", vec![]),
        with(event("shop::Idle", "shop::Idle", vec![]), json!({ "unhandled_allowed": true })),
        event(
            "noted",
            "shop_audit::Noted",
            vec![handler("shop_audit::again", 0, &["shop_audit::Noted", "far_away::Gone"])],
        ),
    ])
}

/// A program with names that try to break out of a drawing.
pub(crate) fn hostile() -> Program {
    let evil = "</script><script>document.title='broken'</script><!--<script>";
    let quoted = "\"]; x --> y; \\\" onload=\"alert(1)' #quot; `1. a` \u{1b}[31m \u{202e}gnp\nend";
    program(vec![
        with(
            event(
                evil,
                "bad::Evil",
                vec![with(
                    handler("bad::<img src=x onerror=document.title='broken'>", 0, &["bad::Evil"]),
                    json!({ "docs": evil, "condition": quoted }),
                )],
            ),
            json!({ "docs": format!("{evil}\n<!-- part -->\n]]>&lt;"), "lane": quoted,
                "fields": [{ "name": "</title>", "type": "Option<'a, T>" }] }),
        ),
        event(quoted, "bad::Quoted", vec![handler(&format!("bad::{quoted}"), 7, &[])]),
        event("- [x] 1. list", "1bad::List", vec![]),
    ])
}

/// A large program: many events in ten crates, with handlers in their own crate and in others, which emit further
/// events.
pub(crate) fn large(count: usize) -> Program {
    const CRATES: [&str; 10] = [
        "orders",
        "billing",
        "stock",
        "shipping",
        "mail",
        "accounts",
        "search_index",
        "fraud_detection",
        "reports",
        "audit",
    ];
    const NOUNS: [&str; 10] = [
        "Order", "Invoice", "Parcel", "Customer", "Payment", "Refund", "Basket", "Voucher", "Supplier",
        "Return",
    ];
    const VERBS: [&str; 5] = ["Created", "Changed", "Approved", "Rejected", "Removed"];
    // Pseudo-random numbers, the same on each machine.
    let mut seed = 7_u64;
    let mut below = move |limit: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % limit
    };
    let path = |at: usize| {
        let (of, number) = (CRATES[at % 10], at / 10);
        let again = if number < 50 { String::new() } else { format!("{}", number / 50) };
        format!("{of}::{}{}{again}", NOUNS[number % 10], VERBS[number / 10 % 5])
    };
    let mut events: Vec<(String, Value)> = Vec::new();
    for at in 0..count {
        let mut handlers = Vec::new();
        for number in 0..below(5) {
            // Most handlers are in the crate of their event, many in `audit` and `reports`, and few elsewhere.
            let of = match below(10) {
                0..=5 => at % 10,
                6 => 9,
                7 => 8,
                _ => below(10),
            };
            let emits: Vec<String> = match below(8) {
                0 => vec![path(below(count / 10) * 10 + at % 10)],
                1 => vec![path(below(count))],
                _ => Vec::new(),
            };
            let emits: Vec<&str> = emits.iter().map(String::as_str).collect();
            let name = format!("{}::on::event_{at}_step_{number}", CRATES[of]);
            handlers.push(handler(&name, if number == 0 { 10 } else { 0 }, &emits));
        }
        let path = path(at);
        let name = path.to_lowercase().replace("::", ".");
        events.push((path.clone(), event(&name, &path, handlers)));
    }
    events.sort_by(|(a, _), (b, _)| a.cmp(b));
    program(events.into_iter().map(|(_, event)| event).collect())
}
