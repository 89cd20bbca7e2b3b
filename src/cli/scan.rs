//! `apiaudit scan`.

use super::args::{FailOn, Scan};
use super::{Ended, Failure, VERSION, pack};
use crate::assessment::Assessment;
use crate::collect::Needs;
use crate::rules::{Settings, actions_read, assess_with};
use crate::shell::Shell;

pub(super) fn run(scan: &Scan, shell: Shell) -> Result<Ended, Failure> {
    scan.output.check(&scan.inventory.files())?;
    scan.inventory.check()?;
    let rules = pack::load(&scan.selection.folders)?;
    let chosen = scan.selection.choose(&rules)?;
    let needs = Needs::of_rules(&chosen.iter().copied().flat_map(actions_read).collect());
    let ranges = scan.inventory.shared_ranges()?;
    let source = scan.inventory.obtain(&scan.aws, &scan.code, &scan.lines, needs, shell)?;
    let settings = Settings { shared: &ranges, ..Settings::default() };
    let assessment = assess_with(&source.inventory, &chosen, VERSION, settings).with_sources(source.sources.clone());
    scan.output.write(&assessment, shell)?;
    source.check_read("apiaudit policy")?;
    Ok(ended(&assessment, scan.fail_on, scan.strict, source.interrupted))
}

fn ended(assessment: &Assessment, fail_on: FailOn, strict: bool, interrupted: bool) -> Ended {
    let failed = fail_on.severity().is_some_and(|least| assessment.worst().is_some_and(|worst| worst >= least));
    if interrupted {
        Ended::Interrupted
    } else if failed {
        Ended::Findings
    } else if strict && !(assessment.is_complete() && assessment.skipped_regions.is_empty()) {
        Ended::Incomplete
    } else {
        Ended::Clean
    }
}
