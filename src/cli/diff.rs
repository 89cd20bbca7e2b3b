//! `apiaudit diff`.

use std::path::Path;

use super::args::Diff;
use super::baseline::{Earlier, mismatched, read};
use super::{Ended, Failure, VERSION, config, output, source};
use crate::compare::{self, Side};
use crate::inventory::Inventory;
use crate::report;
use crate::rules::{Settings, assess_with};
use crate::shell::Shell;

pub(super) fn run(diff: &Diff, shell: Shell) -> Result<Ended, Failure> {
    let files: Vec<&Path> = [&diff.before, &diff.after].into_iter().chain(&diff.ip_ranges).map(AsRef::as_ref).collect();
    output::check(&diff.format, &files)?;
    let setup = config::load(&diff.selection.configuration, &diff.selection.folders)?;
    let chosen = setup.choose(&diff.selection)?;
    let ranges = source::shared_ranges(diff.ip_ranges.as_deref())?;
    let settings = Settings { shared: &ranges, scope: setup.scope(diff.scope) };
    let judge = |inventory: &Inventory| setup.put_up_with(assess_with(inventory, &chosen, VERSION, settings), inventory);
    let (before, after) = (read(&diff.before)?, read(&diff.after)?);
    let records = [&before, &after].map(|earlier| earlier.record(setup.pack.rules(), judge));
    let names = [&diff.before, &diff.after].map(|file| file.display().to_string());
    let side = |number: usize, earlier| Side { name: &names[number], record: &records[number], inventory: inventory(earlier) };
    let found = compare::diff(&side(0, &before), &side(1, &after), &ranges, &judge).map_err(|mismatch| mismatched(&names[0], &mismatch))?;
    output::write(&diff.format, shell, |format, style, out| report::diff::write(format, &found, &style, out))?;
    Ok(if found.is_worse() && !diff.exit_zero { Ended::Findings } else { Ended::Clean })
}

fn inventory(earlier: &Earlier) -> Option<&Inventory> {
    match earlier {
        Earlier::Inventory(inventory) => Some(inventory),
        Earlier::Report(_) => None,
    }
}
