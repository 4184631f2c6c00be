//! The page of `cargo events graph --format html`, in a browser. Without Chromium, each test prints that it is skipped.

#[path = "graph/browser.rs"]
mod browser;
#[path = "graph/programs.rs"]
mod programs;

use browser::{Browser, page};

#[test]
fn a_search_in_the_address_is_run() {
    let Some(browser) = Browser::find() else { return };
    let seen = browser.look(&page(&programs::shop()), "q=Order", "");
    assert_eq!(seen.text("status"), "3 found");
    assert_eq!(seen.list("hits"), ["order.paid", "order.sent", "stock::order_more"]);
    assert_eq!(seen.list("listed"), ["order.paid", "order.sent", "stock::order_more"]);
    let seen = browser.look(&page(&programs::shop()), "q=shop_mail%20receipt", "");
    assert_eq!(seen.list("hits"), ["mailer::Mailer::receipt"]);
    let seen = browser.look(&page(&programs::shop()), "q=nowhere", "");
    assert_eq!((seen.text("status"), seen.list("on").len()), ("0 found", 0));
}

#[test]
fn successors_and_predecessors_are_highlighted() {
    let Some(browser) = Browser::find() else { return };
    let seen = browser.look(&page(&programs::shop()), "at=order.sent", "");
    let follows = ["Gone", "again", "mailer::Mailer::on_its_way", "note", "noted", "order.sent"];
    assert_eq!(seen.list("on"), follows);
    assert_eq!(seen.text("status"), "2 events and 3 handlers follow");
    let seen = browser.look(&page(&programs::shop()), "at=order.sent&back", "");
    let leads = ["OutOfStock", "order.paid", "order.sent", "stock::order_more", "stock::reserve"];
    assert_eq!(seen.list("on"), leads);
}

#[test]
fn a_click_shows_the_details() {
    let Some(browser) = Browser::find() else { return };
    let seen = browser.look(&page(&programs::shop()), "", "click('order.paid')");
    assert_eq!(seen.list("chosen"), ["order.paid"]);
    assert_eq!(seen.text("address"), "#at=shop::OrderPaid");
    for text in
        ["An order was paid.", "shop/src/lib.rs:", "\"payments\"", "cents", "shop_audit::limit", "version"]
    {
        assert!(seen.text("details").contains(text), "{text}: {}", seen.text("details"));
    }
    let seen = browser.look(&page(&programs::shop()), "", "click('stock::reserve')");
    for text in ["Takes it from the shelf.\n\nOr orders more.", "max = 5", "order.paid", "order.sent"] {
        assert!(seen.text("details").contains(text), "{text}: {}", seen.text("details"));
    }
    let seen = browser.look(&page(&programs::shop()), "", "click('limit')");
    assert!(seen.text("details").contains("|e| e.cents > 100_00"), "{}", seen.text("details"));
}

#[test]
fn the_keyboard_is_enough() {
    let Some(browser) = Browser::find() else { return };
    let shop = page(&programs::shop());
    let steps = "key('/'); noted.searching = document.activeElement.id; type('sent'); key('ArrowDown');
        noted.row = document.activeElement.textContent; document.activeElement.click(); key('Escape');
        key('Escape'); type('reserve'); key('Enter', document.getElementById('search'));
        document.getElementById('picture').focus(); key('ArrowRight')";
    let seen = browser.look(&shop, "", steps);
    assert_eq!((seen.text("searching"), seen.text("row")), ("search", "order.sent"));
    assert!(["OutOfStock", "order.sent"].contains(&seen.list("chosen")[0].as_str()));
    let seen = browser.look(&shop, "at=order.paid", "key('b'); noted.back = look().status; key('Escape')");
    assert!(seen.text("back").ends_with("lead here"), "{}", seen.text("back"));
    assert_eq!((seen.list("chosen").len(), seen.text("details")), (0, ""));
    let steps = "noted.fitted = String(scale()); key('+'); key('+'); noted.near = String(scale()); key('0')";
    let seen = browser.look(&shop, "", steps);
    let scale = |name: &str| seen.text(name).parse::<f64>().unwrap();
    assert!(scale("near") > scale("fitted") * 1.5);
    assert_eq!(seen.text("scale"), seen.text("fitted"));
}

#[test]
fn light_and_dark() {
    let Some(browser) = Browser::find() else { return };
    let shop = page(&programs::shop());
    assert_eq!(browser.look(&shop, "theme=dark", "").text("theme"), "rgb(20, 23, 28)");
    assert_eq!(browser.look(&shop, "theme=light", "").text("theme"), "rgb(255, 255, 255)");
    assert_eq!(browser.look(&shop, "theme=light", "key('t')").text("address"), "#theme=dark");
}

#[test]
fn hostile_names_stay_text() {
    let Some(browser) = Browser::find() else { return };
    let hostile = page(&programs::hostile());
    let seen = browser.look(&hostile, "at=bad%3A%3AEvil", "");
    assert_eq!(seen.text("title"), "shop · events");
    // The data, the page's own, and the driver of this test.
    assert_eq!(seen.text("scripts"), "3");
    assert!(!seen.list("elements").contains(&"img".to_owned()));
    let details = seen.text("details");
    assert!(details.contains("</script><script>document.title='broken'</script><!--<script>"), "{details}");
    assert!(details.contains("<!-- part -->\n]]>&lt;"), "{details}");
    assert!(!details.contains(['\u{202e}', '\u{1b}']), "{details}");
    let seen = browser.look(&hostile, "q=%3C%2Fscript%3E", "");
    assert_eq!(seen.list("hits").len(), 1);
}

#[test]
fn a_large_program_is_searched_and_nothing_is_loaded() {
    let Some(browser) = Browser::find() else { return };
    let large = page(&programs::large(500));
    let seen = browser.look(&large, "q=fraud_detection.refund", "");
    assert_eq!(seen.list("loaded"), [""; 0]);
    assert_eq!(
        seen.list("listed").iter().filter(|name| name.starts_with("fraud_detection.refund")).count(),
        5
    );
    assert!(seen.text("scale").parse::<f64>().unwrap() > 0.5, "what is found can be read");
    // A handler without a node of its own is found at the node that counts it.
    let seen = browser.look(&large, "q=event_0_step_0", "key('Enter', document.getElementById('search'))");
    assert!(seen.text("details").contains("orders::on::event_0_step_0"), "{}", seen.text("details"));
}

#[test]
fn the_picture_is_not_empty() {
    let Some(browser) = Browser::find() else { return };
    let large = page(&programs::large(500));
    let pictures =
        ["", "at=orders.ordercreated", "theme=dark"].map(|fragment| browser.picture(&large, fragment));
    for picture in &pictures {
        assert!(picture.starts_with(b"\x89PNG") && picture[16..24] == [0, 0, 5, 120, 0, 0, 3, 132]);
        // An empty page of this size has a tenth of these bytes.
        assert!(picture.len() > 60_000, "{}", picture.len());
    }
    assert!(pictures[0] != pictures[1] && pictures[0] != pictures[2]);
}
