//! One file for each rule. It finds problems in a program, and does not know how they are shown.

mod cycle;
mod left_out;
mod same_name;
mod state_versions;
mod stop_order;
mod unhandled;

use super::report::Found;
use super::rule::Rule;
use super::subject::Subject;

/// Applies a rule.
pub(super) fn follow(rule: Rule, subject: &Subject) -> Vec<Found> {
    let program = &subject.program;
    match rule {
        Rule::Unhandled => unhandled::find(program),
        Rule::LeftOut => left_out::find(subject),
        Rule::SameName => same_name::find(program),
        Rule::StopOrder => stop_order::find(program),
        Rule::StateVersions => state_versions::find(subject),
        Rule::Cycle => cycle::find(program),
    }
}
