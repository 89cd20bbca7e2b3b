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
    files.extend(setup.path.as_deref());
    scan.output.check(&files)?;
    scan.inventory.check()?;
    let chosen = setup.choose(&scan.selection)?;
    let needs = Needs::of_rules(&chosen.iter().copied().flat_map(actions_read).collect());
    let needs = Needs { tags: needs.tags || setup.asks_tags() || !scan.subjects.tag.is_empty(), ..needs };
    let ranges = scan.inventory.shared_ranges()?;
    let source = scan.inventory.obtain(&scan.aws, &scan.code, &scan.lines, needs, shell)?;
    let settings = Settings { shared: &ranges, scope: setup.scope(scan.subjects.scope) };
    let assessment = assess_with(&source.inventory, &chosen, VERSION, settings).with_sources(source.sources.clone());
    let assessment = setup.suppress(assessment, (scan, &chosen), &source.inventory, shell);
    let assessment = subjects::narrow(assessment, &scan.subjects, &source, &ranges)?;
    scan.output.write(&assessment, shell)?;
    source.check_read("apiaudit policy")?;
    Ok(ended(&assessment, scan.fail_on.unwrap_or(FailOn::Low), scan.strict.unwrap_or_default(), source.interrupted))
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
