/// The event to which closures subscribe.
#[events::event(unhandled = "allow")]
pub struct Ticked(pub u64);
