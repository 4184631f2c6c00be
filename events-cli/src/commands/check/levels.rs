use std::collections::HashMap;

use super::rule::{Level, Rule, Which};
use crate::error::{Error, Result};

/// Options that set the level of each rule.
#[derive(clap::Args, Clone, Debug, Default)]
#[command(next_help_heading = "Rules")]
pub(super) struct Options {
    /// Count findings of this rule as errors; may be given more than once
    #[arg(
        short = 'D',
        long,
        value_enum,
        value_name = "RULE",
        value_delimiter = ',',
        hide_possible_values = true
    )]
    deny: Vec<Which>,
    /// Count findings of this rule as warnings
    #[arg(
        short = 'W',
        long,
        value_enum,
        value_name = "RULE",
        value_delimiter = ',',
        hide_possible_values = true
    )]
    warn: Vec<Which>,
    /// Leave this rule out
    #[arg(
        short = 'A',
        long,
        value_enum,
        value_name = "RULE",
        value_delimiter = ',',
        hide_possible_values = true
    )]
    allow: Vec<Which>,
}

/// The level of each rule. A rule without one is left out.
#[derive(Clone, Debug)]
pub(super) struct Levels(HashMap<Rule, Option<Level>>);

impl Options {
    /// Computes the levels. A rule that is named takes precedence over `all`, whatever their order.
    pub(super) fn levels(&self) -> Result<Levels> {
        let options = [
            ("--deny", &self.deny, Some(Level::Error)),
            ("--warn", &self.warn, Some(Level::Warning)),
            ("--allow", &self.allow, None),
        ];
        let decided = |which: Which| {
            let mut given = options.iter().filter(|(_, named, _)| named.contains(&which));
            match (given.next(), given.next()) {
                (Some((first, ..)), Some((second, ..))) => {
                    Err(Error::Contradiction { rule: which.name(), first, second })
                }
                (one, _) => Ok(one.map(|(_, _, level)| *level)),
            }
        };
        let all = decided(Which::All)?;
        let mut levels = HashMap::new();
        for rule in Rule::ALL {
            let level = decided(Which::One(rule))?.or(all).unwrap_or(Some(rule.level()));
            levels.insert(rule, level);
        }
        Ok(Levels(levels))
    }
}

impl Levels {
    /// The level of a rule. `None` if the rule is left out.
    pub(super) fn of(&self, rule: Rule) -> Option<Level> {
        self.0.get(&rule).copied().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn levels(deny: &[Which], warn: &[Which], allow: &[Which]) -> Result<Levels> {
        Options { deny: deny.to_vec(), warn: warn.to_vec(), allow: allow.to_vec() }.levels()
    }

    #[test]
    fn a_named_rule_takes_precedence_over_all() {
        let cycle = Which::One(Rule::Cycle);
        let levels = levels(&[cycle], &[], &[Which::All]).unwrap();
        assert_eq!(levels.of(Rule::Cycle), Some(Level::Error));
        assert_eq!(levels.of(Rule::Unhandled), None);
    }

    #[test]
    fn each_has_a_level_of_its_own() {
        let levels = levels(&[], &[Which::One(Rule::Unhandled)], &[]).unwrap();
        let all = Rule::ALL.map(|rule| levels.of(rule));
        let (error, warning) = (Some(Level::Error), Some(Level::Warning));
        assert_eq!(all, [warning, error, error, warning, error, warning]);
    }

    #[test]
    fn a_contradiction_is_an_error() {
        let text = levels(&[Which::All], &[], &[Which::All]).unwrap_err().to_string();
        assert_eq!(text, "`all` is given to both --deny and --allow: remove one of them");
    }
}
