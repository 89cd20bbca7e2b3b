//! `apiaudit scan`.

use super::args::Scan;
use super::{Ended, Failure, VERSION, pack};
use crate::assessment::Assessment;
use crate::collect::Needs;
use crate::rules::{Settings, actions_read, assess_with};
use crate::shell::Shell;

pub(super) fn run(scan: &Scan, shell: Shell) -> Result<Ended, Failure> {
    // A baseline that the run replaces would take what is new for old the next time.
    let files = scan.inventory.files().into_iter().chain(scan.baseline.baseline.as_deref());
    scan.output.check(&files.collect::<Vec<_>>())?;
    scan.inventory.check()?;
    let earlier = scan.baseline.read()?;
    let rules = pack::load(&scan.selection.folders)?;
    let chosen = scan.selection.choose(&rules)?;
    let needs = Needs::of_rules(&chosen.iter().copied().flat_map(actions_read).collect());
    let ranges = scan.inventory.shared_ranges()?;
    let source = scan.inventory.obtain(&scan.aws, &scan.code, &scan.lines, needs, shell)?;
    let settings = Settings { shared: &ranges, ..Settings::default() };
    let assessment = assess_with(&source.inventory, &chosen, VERSION, settings).with_sources(source.sources.clone());
    let earlier = earlier.map(|earlier| earlier.record(rules.rules(), |inventory| assess_with(inventory, &chosen, VERSION, settings)));
    let assessment = scan.baseline.hold(assessment, earlier.as_ref())?;
    scan.output.write(&assessment, shell)?;
    source.check_read("apiaudit policy")?;
    Ok(ended(&assessment, scan, source.interrupted))
}

fn ended(assessment: &Assessment, scan: &Scan, interrupted: bool) -> Ended {
    let new = || assessment.new_findings().map(|outcome| outcome.rule.severity).max();
    let worst = if scan.baseline.fail_on_new { new() } else { assessment.worst() };
    let failed = scan.fail_on.severity().is_some_and(|least| worst.is_some_and(|worst| worst >= least));
    if interrupted {
        Ended::Interrupted
    } else if failed {
        Ended::Findings
    } else if scan.strict && !(assessment.is_complete() && assessment.skipped_regions.is_empty()) {
        Ended::Incomplete
    } else {
        Ended::Clean
    }
}
