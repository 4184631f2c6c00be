//! The announcer: tells the world of releases and deployments. It may fail, and nobody else is worse off for it.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use events::prelude::*;
use webhooks_events::{DeploymentReported, Notes, ReleaseChanged};

/// What was announced, oldest first. A real one would hold a client of the chat or the mailing list.
#[derive(Debug, Default)]
pub(crate) struct Announcer {
    said: Mutex<Vec<String>>,
}

impl Announcer {
    /// What was announced.
    pub(crate) fn said(&self) -> Vec<String> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn say(&self, text: String) {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).push(text);
    }
}

/// A release that cannot be announced.
#[derive(Debug)]
struct NotAVersion {
    tag: String,
}

impl fmt::Display for NotAVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the tag \"{}\" is not a version: expected one like 1.2.3 or v1.2.3", self.tag)
    }
}

impl std::error::Error for NotAVersion {}

/// Before the label rules and the statistics: people wait for this one.
#[handler(priority = 50, when = |event| event.action == "published")]
fn release_published(
    event: &ReleaseChanged,
    announcer: State<'_, Announcer>,
    notes: Notes<'_>,
) -> Result<(), NotAVersion> {
    let release = &event.release;
    let version = version(&release.tag_name)?;
    let title =
        release.name.as_deref().map(str::trim).filter(|name| !name.is_empty() && *name != release.tag_name);
    let text = [
        format!("{} {version} is out", event.repository.full_name),
        title.map(|title| format!(": {title}")).unwrap_or_default(),
        if release.prerelease { " (to try)".to_owned() } else { String::new() },
    ]
    .concat();
    notes.add(text.as_str());
    announcer.say(text);
    Ok(())
}

#[handler(when = |event| event.deployment_status.state == "success")]
fn deployed(event: &DeploymentReported, announcer: State<'_, Announcer>, notes: Notes<'_>) {
    let text = format!("{} is in {}", event.repository.full_name, event.deployment_status.environment);
    notes.add(text.as_str());
    announcer.say(text);
}

/// The version of a tag: three numbers, maybe behind a `v`, maybe with a suffix behind `-` or `+`.
fn version(tag: &str) -> Result<&str, NotAVersion> {
    let version = tag.strip_prefix('v').unwrap_or(tag);
    let numbers = version.split(['-', '+']).next().unwrap_or_default();
    let mut parts = numbers.split('.');
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let three = parts.by_ref().take(3).filter(|part| is_number(part)).count() == 3;
    if three && parts.next().is_none() { Ok(version) } else { Err(NotAVersion { tag: tag.to_owned() }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_three_numbers() {
        for (tag, expected) in [
            ("1.2.3", Some("1.2.3")),
            ("v0.0.1", Some("0.0.1")),
            ("v1.2.3-rc.1+5", Some("1.2.3-rc.1+5")),
            ("1.2", None),
            ("1.2.3.4", None),
            ("1..3", None),
            ("nightly", None),
            ("v", None),
            ("", None),
        ] {
            assert_eq!(version(tag).ok(), expected, "{tag}");
        }
    }
}
