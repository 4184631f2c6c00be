use std::fmt::Write;

use clap::ValueEnum;
use clap::builder::PossibleValue;
use serde::Serialize;

/// A rule of `check`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Rule {
    /// An event without a handler.
    Unhandled,
    /// A handler in a library that the program is built from, and not in the program.
    LeftOut,
    /// Two events with one name.
    SameName,
    /// Handlers of one event and priority that both may stop it.
    StopOrder,
    /// Handlers that take state of types with one name, from two versions of a crate.
    StateVersions,
    /// Events whose handlers emit one another in a cycle.
    Cycle,
}

/// The level of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// A mistake: the command exits with 1.
    Error,
    /// A possible mistake.
    Warning,
}

impl Level {
    /// The name of the level in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

impl Rule {
    /// All rules, in the order of reports.
    pub const ALL: [Self; 6] =
        [Self::Unhandled, Self::LeftOut, Self::SameName, Self::StopOrder, Self::StateVersions, Self::Cycle];

    /// The name of the rule on the command line and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unhandled => "unhandled",
            Self::LeftOut => "left-out",
            Self::SameName => "same-name",
            Self::StopOrder => "stop-order",
            Self::StateVersions => "state-versions",
            Self::Cycle => "cycle",
        }
    }

    /// The default level of its findings.
    pub fn level(self) -> Level {
        match self {
            Self::Unhandled | Self::LeftOut | Self::SameName | Self::StateVersions => Level::Error,
            // Both may be intended: the handlers run in the order of their paths, and a condition can end the cycle.
            Self::StopOrder | Self::Cycle => Level::Warning,
        }
    }

    /// What it finds, in one line.
    pub fn summary(self) -> &'static str {
        match self {
            Self::Unhandled => "an event without a handler",
            Self::LeftOut => "a handler that the linker left out",
            Self::SameName => "two events of one name",
            Self::StopOrder => "handlers of one event with equal priority that both may stop it",
            Self::StateVersions => "state types of the same name from two versions of a crate",
            Self::Cycle => "a cycle of events whose handlers declare that they emit the next",
        }
    }

    /// Why that is a problem.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Unhandled => {
                "Emitting the event does nothing. Either its handler is missing, or in a crate that is not linked, or the \
                 event is for others and should say `unhandled = \"allow\"`."
            }
            Self::LeftOut => {
                "The linker takes a library into the program only if source names it. A dependency that nothing names is \
                 left out with all its handlers, in silence."
            }
            Self::SameName => {
                "The name is what an event carries outside of the process. A reader there cannot distinguish the two."
            }
            Self::StopOrder => {
                "A handler that returns `ControlFlow` may keep later ones from running. With equal priority the paths decide \
                 which is the later one, so that a new name for a function or module changes what the program does."
            }
            Self::StateVersions => {
                "To the compiler the types have nothing in common, and a bus needs a value of each. Giving it one of them \
                 leaves the other missing, under the same name."
            }
            Self::Cycle => {
                "Each event leads to the next and the last to the first: unless a condition ends it, the program never does."
            }
        }
    }
}

/// A rule, or all rules that are not named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    All,
    One(Rule),
}

impl Which {
    const EVERY: [Self; 7] = {
        let mut every = [Self::All; 7];
        let mut at = 0;
        while at < Rule::ALL.len() {
            every[at] = Self::One(Rule::ALL[at]);
            at += 1;
        }
        every
    };

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::One(rule) => rule.name(),
        }
    }
}

impl ValueEnum for Which {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::EVERY
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let help = match self {
            Self::All => "every rule that is not named",
            Self::One(rule) => rule.summary(),
        };
        Some(PossibleValue::new(self.name()).help(help))
    }
}

/// The rules, for `--help`.
pub(super) fn list() -> String {
    let mut text = String::from("Rules:\n");
    for rule in Rule::ALL {
        let _ = writeln!(text, "  {:<15} {:<8} {}", rule.name(), rule.level().name(), rule.summary());
    }
    text.push_str(
        "\nAn error ends the command with code 1, a warning does not. A named rule takes precedence over `all`. What needs the \
         libraries of a program (`left-out`, and most of `state-versions`) is checked where a package is named, not for a bare \
         binary.",
    );
    text
}
