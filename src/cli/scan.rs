//! `apiaudit scan`.

use super::args::{FailOn, Scan};
use super::{Ended, Failure, VERSION, config, subjects};
use crate::assessment::Assessment;
use crate::collect::Needs;
use crate::rules::{Settings, actions_read, assess_with};
use crate::shell::Shell;

pub(super) fn run(scan: &Scan, shell: Shell) -> Result<Ended, Failure> {
    let setup = config::load(&scan.selection.configuration, &scan.selection.folders)?;
    let scan = &setup.settle(scan);
    let mut files = scan.inventory.files();
    // A baseline that the run replaces would take what is new for old the next time.
    files.extend(setup.path.as_deref().into_iter().chain(scan.baseline.baseline.as_deref()));
    scan.output.check(&files)?;
    scan.inventory.check()?;
    let earlier = scan.baseline.read()?;
    let chosen = setup.choose(&scan.selection)?;
    let needs = Needs::of_rules(&chosen.iter().copied().flat_map(actions_read).collect());
    let needs = Needs { tags: needs.tags || setup.asks_tags() || !scan.subjects.tag.is_empty(), ..needs };
    let ranges = scan.inventory.shared_ranges()?;
    let source = scan.inventory.obtain(&scan.aws, &scan.code, &scan.lines, needs, shell)?;
    let settings = Settings { shared: &ranges, scope: setup.scope(scan.subjects.scope) };
    let assessment = assess_with(&source.inventory, &chosen, VERSION, settings).with_sources(source.sources.clone());
    let assessment = setup.suppress(assessment, (scan, &chosen), &source.inventory, shell);
    // What the run leaves out is held against the baseline before: else it would look as if it were gone.
    let earlier = earlier.map(|earlier| {
        earlier.record(setup.pack.rules(), |inventory| setup.put_up_with(assess_with(inventory, &chosen, VERSION, settings), inventory))
    });
    let assessment = scan.baseline.hold(assessment, earlier.as_ref())?;
    let assessment = subjects::narrow(assessment, &scan.subjects, &source, &ranges)?;
    scan.output.write(&assessment, shell)?;
    source.check_read("apiaudit policy")?;
    Ok(ended(&assessment, scan, source.interrupted))
}

fn ended(assessment: &Assessment, scan: &Scan, interrupted: bool) -> Ended {
    let new = || assessment.new_findings().map(|outcome| outcome.rule.severity).max();
    let worst = if scan.baseline.fail_on_new { new() } else { assessment.worst() };
    let failed = scan.fail_on.unwrap_or(FailOn::Low).severity().is_some_and(|least| worst.is_some_and(|worst| worst >= least));
    if interrupted {
        Ended::Interrupted
    } else if failed {
        Ended::Findings
    } else if scan.strict.unwrap_or_default() && !(assessment.is_complete() && assessment.skipped_regions.is_empty()) {
        Ended::Incomplete
    } else {
        Ended::Clean
    }
}
