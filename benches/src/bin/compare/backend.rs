//! The other backend, which gathers the tables with `inventory`.
//!
//! A program has one backend, so the figures of `inventory` come from this same program built with it.

use std::error::Error;
use std::process::Command;

use events_benches::contenders::names;
use events_benches::show::progress;

use crate::generate::{Workshop, cargo};
use crate::report::Dispatch;

/// Adds the figures of the inventory backend to each case.
pub(crate) fn add_inventory(
    dispatch: &mut Dispatch,
    workshop: &Workshop,
    quick: bool,
    left_out: &mut Vec<String>,
) -> Result<(), Box<dyn Error>> {
    if dispatch.backend == "inventory" {
        return Ok(());
    }
    let target = workshop.target().join("with-inventory");
    let program = target.join("release").join(format!("compare{}", std::env::consts::EXE_SUFFIX));
    let progress = progress::spinner("inventory");
    if workshop.may_build() {
        progress.set_message("building this program with the other backend");
        let arguments =
            ["build", "--offline", "--release", "--quiet", "--bin", "compare", "--features", "inventory"];
        cargo(&arguments, &workshop.workspace().join("benches"), &target)?;
    } else if !workshop.is_fresh(&program, &workshop.workspace().join("benches/src"))? {
        left_out
            .push("the inventory backend: not built yet; run once without --quick, or with --build".into());
        return Ok(());
    }
    progress.set_message("dispatch");
    let mut command = Command::new(program);
    command.arg("--dispatch-json").args(quick.then_some("--quick"));
    let output = command.output()?;
    let other: Dispatch = serde_json::from_slice(&output.stdout)?;
    for (case, other) in dispatch.cases.iter_mut().zip(other.cases) {
        for mut figure in other.figures {
            if figure.name == names::DISPATCH || figure.name == names::BUS_STATE {
                figure.name = format!("{}, inventory backend", figure.name);
                // After the static ones.
                let at =
                    case.figures.iter().rposition(|other| other.way == figure.way).map_or(0, |at| at + 1);
                case.figures.insert(at, figure);
            }
        }
    }
    progress.finish_and_clear();
    Ok(())
}
