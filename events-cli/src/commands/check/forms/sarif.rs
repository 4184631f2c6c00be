//! SARIF 2.1.0: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.

use serde_json::{Value, json};

use super::Places;
use crate::commands::check::report::{Finding, Related, Report};
use crate::commands::check::rule::Rule;
use crate::model::Location;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The base of relative paths.
const ROOT: &str = "%SRCROOT%";

pub(super) fn document(report: &Report, places: &Places) -> Value {
    let results = report.findings.iter().map(|finding| result(finding, places));
    let not_checked = report.not_checked.iter().map(|not| {
        json!({
            "level": "warning",
            "message": { "text": not.reason },
            "associatedRule": { "id": not.rule.name(), "index": index(not.rule) },
        })
    });
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "cargo-events",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": Rule::ALL.map(rule),
            } },
            "invocations": [{
                "executionSuccessful": true,
                "toolExecutionNotifications": not_checked.collect::<Vec<_>>(),
            }],
            "originalUriBaseIds": { ROOT: { "description": { "text": "The root of the repository." } } },
            "columnKind": "unicodeCodePoints",
            "results": results.collect::<Vec<_>>(),
        }],
    })
}

fn rule(rule: Rule) -> Value {
    json!({
        "id": rule.name(),
        "shortDescription": { "text": format!("{}.", capital(rule.summary())) },
        "fullDescription": { "text": rule.reason() },
        "help": { "text": rule.reason() },
        "defaultConfiguration": { "level": rule.level().name() },
    })
}

fn result(finding: &Finding, places: &Places) -> Value {
    let related =
        finding.related.iter().enumerate().map(|(id, related)| related_location(id, related, places));
    json!({
        "ruleId": finding.rule.name(),
        "ruleIndex": index(finding.rule),
        "level": finding.level.name(),
        "message": { "text": format!("{}\n\n{}.", finding.message, capital(&finding.help)) },
        "locations": [{ "physicalLocation": place(&finding.location, places) }],
        "relatedLocations": related.collect::<Vec<_>>(),
    })
}

fn related_location(id: usize, related: &Related, places: &Places) -> Value {
    json!({
        "id": id,
        "message": { "text": related.message },
        "physicalLocation": place(&related.location, places),
    })
}

fn place(location: &Location, places: &Places) -> Value {
    let (uri, from_root) = places.uri(&location.file);
    let mut artifact = json!({ "uri": uri });
    if from_root {
        artifact["uriBaseId"] = ROOT.into();
    }
    let mut place = json!({ "artifactLocation": artifact });
    // Lines and columns are counted from 1. Without a line, the region is left out.
    if location.line > 0 {
        place["region"] = json!({ "startLine": location.line, "startColumn": location.column.max(1) });
    }
    place
}

fn index(rule: Rule) -> usize {
    Rule::ALL.iter().position(|one| *one == rule).unwrap_or_default()
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}
