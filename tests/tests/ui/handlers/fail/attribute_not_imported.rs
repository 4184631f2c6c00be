//! An attribute is imported like everything else; told once, however many handlers there are.

mod shop {
    #[events::event]
    pub struct Paid;
}

#[events::handlers]
mod ledger {
    use super::shop::Paid;

    #[handler]
    fn debit(_: &Paid) {}

    #[handler]
    fn credit(_: &Paid) {}
}

fn main() {}
