use crate::model::{Event, Handler, Program};

/// Which events and handlers to show. Of one option given more than once any may hold; of different ones all must.
#[derive(clap::Args, Clone, Debug, Default)]
#[command(next_help_heading = "Filter")]
pub struct Filter {
    /// Only events with this in their name or path
    #[arg(short, long = "event", value_name = "TEXT")]
    events: Vec<String>,
    /// Only events and handlers of this crate or package: its events with all their handlers, its handlers of other events
    #[arg(short, long = "crate", value_name = "NAME")]
    crates: Vec<String>,
    /// Only handlers with this in their path
    #[arg(short = 'n', long = "handler", value_name = "TEXT")]
    handlers: Vec<String>,
}

impl Filter {
    /// Removes everything from a program that the filter excludes.
    pub fn apply(&self, mut program: Program) -> Program {
        program.events.retain_mut(|event| self.keeps(event));
        let keeps = |handler: &Handler| {
            let crates = self.crates.is_empty() || self.of_crate(handler.crate_name(), &handler.package);
            crates && self.named(handler)
        };
        program.elsewhere.retain(|handler| {
            let events = self.events.is_empty() || any(&self.events, &[&handler.event]);
            events && keeps(handler)
        });
        program.for_all.retain(keeps);
        program
    }

    fn keeps(&self, event: &mut Event) -> bool {
        if !self.events.is_empty() && !any(&self.events, &[&event.name, &event.path]) {
            return false;
        }
        let of_crate = self.crates.is_empty() || self.of_crate(event.crate_name(), &event.package);
        event.handlers.retain(|handler| {
            (of_crate || self.of_crate(handler.crate_name(), &handler.package)) && self.named(handler)
        });
        !event.handlers.is_empty() || of_crate && self.handlers.is_empty()
    }

    fn named(&self, handler: &Handler) -> bool {
        self.handlers.is_empty() || any(&self.handlers, &[&handler.path])
    }

    /// Whether a crate or package is selected. A package's name may have `-` where its crate has `_`.
    fn of_crate(&self, name: &str, package: &str) -> bool {
        self.crates.iter().any(|wanted| {
            wanted == package
                || wanted.replace('-', "_") == name
                || wanted.replace('-', "_") == package.replace('-', "_")
        })
    }
}

/// Whether any of the texts contains a wanted one, ignoring case.
fn any(wanted: &[String], texts: &[&str]) -> bool {
    wanted.iter().any(|wanted| {
        let wanted = wanted.to_lowercase();
        texts.iter().any(|text| text.to_lowercase().contains(&wanted))
    })
}
