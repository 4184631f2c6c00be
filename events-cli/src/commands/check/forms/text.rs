use std::io::Write;

use crate::commands::check::report::{Finding, Report, counted};
use crate::commands::check::rule::Level;
use crate::error::Result;
use crate::output::style::{FAINT, HEADING, NOTICE, RIGHT, WRONG};

pub(super) fn write(out: &mut impl Write, report: &Report) -> Result<()> {
    for finding in &report.findings {
        write_finding(out, finding)?;
        writeln!(out)?;
    }
    for not in &report.not_checked {
        writeln!(out, "{NOTICE}not checked{NOTICE:#} [{}]: {}", not.rule.name(), not.reason)?;
    }
    let checked = format!("{}, {}", counted(report.events, "event"), counted(report.handlers, "handler"));
    let (errors, warnings) = (report.count(Level::Error), report.count(Level::Warning));
    if errors + warnings == 0 {
        writeln!(out, "{RIGHT}nothing found{RIGHT:#}: {checked}")?;
    } else {
        writeln!(out, "{}, {}: {checked}", counted(errors, "error"), counted(warnings, "warning"))?;
    }
    Ok(())
}

fn write_finding(out: &mut impl Write, finding: &Finding) -> Result<()> {
    let style = if finding.level == Level::Error { WRONG } else { NOTICE };
    let (level, rule) = (finding.level.name(), finding.rule.name());
    writeln!(out, "{style}{level}[{rule}]{style:#}: {HEADING}{}{HEADING:#}", finding.message)?;
    let place = &finding.location;
    writeln!(out, "  --> {place}:{}", place.column)?;
    for related in &finding.related {
        writeln!(out, "    {}  {FAINT}{}{FAINT:#}", related.message, related.location)?;
    }
    writeln!(out, "  help: {}", finding.help)?;
    Ok(())
}
