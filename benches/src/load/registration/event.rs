/// What closures subscribe to.
#[events::event(unhandled = "allow")]
pub struct Ticked(pub u64);
