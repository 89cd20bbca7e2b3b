//! `apiaudit scan`.

use std::path::Path;

use super::args::{FailOn, Scan};
use super::output::writable;
use super::{Ended, Failure, VERSION, pack};
use crate::assessment::Assessment;
use crate::inventory::{Inventory, snapshot};
use crate::network::SharedRanges;
use crate::rules::{Rule, assess_with};
use crate::shell::{self, Shell};

/// What was read, and whether reading was interrupted.
pub(super) struct Source {
    pub(super) inventory: Inventory,
    pub(super) interrupted: bool,
}

pub(super) fn run(scan: &Scan, shell: Shell) -> Result<Ended, Failure> {
    let inventories = [&scan.inventory.inventory, &scan.inventory.save_inventory];
    let inventories: Vec<&Path> = inventories.into_iter().filter_map(|file| file.as_deref()).collect();
    scan.output.check(&inventories)?;
    if let Some(file) = &scan.inventory.save_inventory {
        writable(file)?;
    }
    let rules = pack::load(&scan.selection.folders)?;
    let chosen = scan.selection.choose(&rules)?;
    let ranges = ranges(scan.inventory.ip_ranges.as_deref())?;
    let source = match &scan.inventory.inventory {
        Some(file) => Source { inventory: read(file)?, interrupted: false },
        None => collect(scan, &chosen, shell)?,
    };
    if let Some(file) = &scan.inventory.save_inventory {
        save(&source.inventory, file)?;
    }
    let assessment = assess_with(&source.inventory, &chosen, VERSION, &ranges);
    scan.output.write(&assessment, shell)?;
    if source.inventory.is_unread() && !source.interrupted {
        let help = "the report names the permissions to add; `apiaudit policy` prints a policy that allows them";
        return Err(Failure::not_audited("nothing could be read: no API and no load balancer could be listed in any region", help));
    }
    Ok(ended(&assessment, scan.fail_on, scan.strict, source.interrupted))
}

/// The ranges that strangers share: those of a file, or else those that came with this program.
pub(super) fn ranges(file: Option<&Path>) -> Result<SharedRanges, Failure> {
    let Some(file) = file else { return Ok(SharedRanges::embedded().clone()) };
    let name = file.display();
    let help = "give the file that AWS publishes at https://ip-ranges.amazonaws.com/ip-ranges.json";
    let text = shell::read_file(file).map_err(|error| Failure::usage(format!("{name} cannot be read: {error}"), help))?;
    SharedRanges::parse(&text).map_err(|error| Failure::usage(format!("{name}: {error}"), help))
}

/// Reads a saved inventory.
pub(super) fn read(file: &Path) -> Result<Inventory, Failure> {
    let name = file.display();
    let text = shell::read_file(file).map_err(|error| {
        Failure::usage(format!("{name} cannot be read: {error}"), "give a file that `apiaudit scan --save-inventory FILE` wrote")
    })?;
    snapshot::read(&text).map_err(|error| Failure::usage(format!("{name}: {error}"), error.help()))
}

fn save(inventory: &Inventory, file: &Path) -> Result<(), Failure> {
    shell::write_file(file, |out| out.write_all(snapshot::write(inventory).as_bytes())).map_err(|error| {
        Failure::not_audited(format!("the inventory cannot be saved to {}: {error}", file.display()), "name a place that can be written to")
    })
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

#[cfg(not(feature = "aws"))]
fn collect(_: &Scan, _: &[&Rule], _: Shell) -> Result<Source, Failure> {
    let help = "scan a saved inventory with --inventory FILE, or build apiaudit with its default features";
    Err(Failure::usage("this apiaudit was built without AWS", help))
}

#[cfg(feature = "aws")]
fn collect(scan: &Scan, rules: &[&Rule], shell: Shell) -> Result<Source, Failure> {
    use crate::collect::{self, Needs, Options, Stamp};
    // What is saved may be judged by other rules later; what is not, only by these.
    let needs = match scan.inventory.save_inventory {
        Some(_) => Needs::SCAN,
        None => Needs::of_rules(&rules.iter().copied().flat_map(crate::rules::actions_read).collect()),
    };
    let options = Options {
        regions: scan.aws.region.clone(),
        all_regions: scan.aws.all_regions,
        profile: scan.aws.profile.clone(),
        role_arn: scan.aws.role_arn.clone(),
        external_id: scan.aws.external_id.clone(),
        endpoint_url: scan.aws.endpoint_url.clone(),
        api_budget: scan.aws.api_budget,
        max_attempts: scan.aws.max_attempts,
        needs,
    };
    let stamp = Stamp { taken_at: shell::now(), tool_version: VERSION.to_owned() };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::not_audited(format!("no threads can be started: {error}"), "free some memory"))?;
    let progress = super::progress::Progress::new(shell);
    let stop = super::progress::stop_on_ctrl_c(&runtime, shell);
    let collected = runtime.block_on(collect::collect(&options, &stamp, &|event| progress.tell(event), &stop));
    progress.finish();
    // Answers that are still on their way are not waited for.
    runtime.shutdown_background();
    let collected = collected.map_err(|error| Failure::not_audited(error.to_string(), error.help()))?;
    if scan.aws.stats {
        shell.say(super::stats::render(&collected.stats));
    }
    Ok(Source { inventory: collected.inventory, interrupted: collected.interrupted })
}
