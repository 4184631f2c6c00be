//! What the service is started with.

use std::time::Duration;

/// The settings of the service.
pub(crate) struct Settings {
    /// How long it may take to stop: less than the service manager allows.
    pub(crate) limit: Duration,
    /// How long it takes to ship an order.
    pub(crate) each: Duration,
}

const USAGE: &str = "usage: graceful [--limit TIME] [--each TIME], a TIME being as `500ms` or `5s`";

impl Settings {
    /// Reads the arguments of the program.
    pub(crate) fn from_args(mut args: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut settings = Self { limit: Duration::from_secs(8), each: Duration::from_millis(20) };
        while let Some(option) = args.next() {
            let setting = match option.as_str() {
                "--limit" => &mut settings.limit,
                "--each" => &mut settings.each,
                _ => return Err(format!("there is no option {option}; {USAGE}")),
            };
            let time = args.next().ok_or_else(|| format!("{option} wants a time; {USAGE}"))?;
            *setting = parse(&time).ok_or_else(|| format!("{option} {time} is no time; {USAGE}"))?;
        }
        Ok(settings)
    }
}

fn parse(time: &str) -> Option<Duration> {
    match time.strip_suffix("ms") {
        Some(millis) => Some(Duration::from_millis(millis.parse().ok()?)),
        None => Some(Duration::from_secs(time.strip_suffix('s')?.parse().ok()?)),
    }
}
