//! Who handles and emits a broken event hears nothing of its mistake.

use events::prelude::*;

#[event(version = 0)]
struct Paid {
    cents: u64,
}

#[event(async, version = 0)]
struct Sent;

#[handler(priority = 1, when = |event| event.cents > 0)]
fn ledger(event: &Paid, cx: &Context) -> Result<(), String> {
    let _ = (event.cents, cx.attempt());
    Ok(())
}

#[handler]
async fn receipt(_: &Sent) {}

#[handlers]
mod group {
    use super::*;

    #[handler]
    fn debit(_: &Paid) {}

    #[handler]
    fn credit(_: &Paid) {}
}

fn main() {
    let _ = events::dispatch(&Paid { cents: 990 }).ran();
    let _ = events::dispatch_async(&Sent);
}
