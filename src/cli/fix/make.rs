//! Making a plan: from what was read now, or saved before.

use super::{apply, files, show};
use crate::assessment::Assessment;
use crate::cli::args::{Code, Fix, Inventory as InventoryArgs, Lines};
use crate::cli::{Ended, Failure, VERSION, output, pack};
use crate::collect::Needs;
use crate::inventory::Inventory;
use crate::migrate::fixes;
use crate::migrate::plan::Plan;
use crate::migrate::planner::{self, Options, Planned, Stamp};
use crate::rules::{Rule, RulePack, assess};
use crate::shell::{self, Shell};

/// What a plan is made from.
pub(super) struct Basis {
    pub(super) inventory: Inventory,
    pub(super) region: String,
    pub(super) pack: RulePack,
}

impl Basis {
    /// What the rules say.
    pub(super) fn assess(&self) -> Assessment {
        assess(&self.inventory, &self.rules(), VERSION)
    }

    pub(super) fn rules(&self) -> Vec<&Rule> {
        self.pack.rules().iter().collect()
    }
}

pub(super) fn run(fix: &Fix, shell: Shell) -> Result<Ended, Failure> {
    check(fix)?;
    let basis = obtain(fix, shell)?;
    let assessment = basis.assess();
    let now = shell::now();
    let stamp = Stamp { tool_version: VERSION, made_at: &now };
    if let Some(journal) = &fix.apply.delete_old_alb {
        return apply::farewell(fix, journal, &basis, &assessment, stamp, shell);
    }
    if fix.what.migrate {
        let planned = planner::plan(&basis.inventory, &basis.region, &assessment, &options(fix), stamp);
        let asked = &fix.migration;
        let narrowed = !(asked.api.is_empty() && asked.stage.is_empty() && asked.route.is_empty());
        if narrowed && planned.candidates == 0 && planned.refusals.is_empty() {
            let help = "`apiaudit scan` names APIs, stages and routes; leave --api, --stage and --route out to plan for all that can move";
            return Err(Failure::usage("nothing that could move has the API, stage or route that was named", help));
        }
        let nothing = "no API integration goes to a public application load balancer over the internet";
        return conclude(fix, &basis, &planned, nothing, shell);
    }
    let found = fixes::fixes(&basis.inventory, &basis.region, &assessment, &fix_options(fix));
    let chosen = choose(fix, &found)?;
    if !has_destination(fix) {
        show::fixes(&chosen, shell)?;
    }
    let mut planned: Planned = fixes::plan(&basis.inventory, &basis.region, &chosen, &assessment, stamp).into();
    if !has_destination(fix) {
        // Each was told with its fix.
        planned.refusals.clear();
    }
    let nothing =
        if chosen.is_empty() { "nothing that can be fixed in place was found" } else { "none of these can be fixed as things are" };
    conclude(fix, &basis, &planned, nothing, shell)
}

/// Refuses what cannot work before anything is asked of AWS.
fn check(fix: &Fix) -> Result<(), Failure> {
    for file in [&fix.apply.plan_out, &fix.apply.journal, &fix.apply.backup].into_iter().flatten() {
        output::writable(file)?;
    }
    if fix.apply.apply.is_some() && fix.apply.output.is_some() {
        return Err(Failure::usage("--apply and --output exclude each other", "print the plan first, then apply it"));
    }
    Ok(())
}

fn has_destination(fix: &Fix) -> bool {
    fix.apply.output.is_some()
}

/// Reads the region a plan is for.
pub(super) fn obtain(fix: &Fix, shell: Shell) -> Result<Basis, Failure> {
    let pack = pack::ours()?;
    let from = InventoryArgs { inventory: fix.inventory.clone(), save_inventory: None, ip_ranges: None };
    let source = from.obtain(&fix.aws, &Code::default(), &Lines::default(), Needs::PLAN, shell)?;
    if source.interrupted {
        return Err(Failure::Told {
            ended: Ended::Interrupted,
            message: "interrupted before a plan was made".to_owned(),
            help: Vec::new(),
        });
    }
    source.check_read("apiaudit policy")?;
    let mut regions = source.inventory.regions.iter().map(|region| region.name.clone());
    let region = regions.next();
    match (region, regions.next()) {
        (Some(region), None) => Ok(Basis { inventory: source.inventory, region, pack }),
        (Some(_), Some(_)) => one_region(fix, source.inventory, pack),
        (None, _) => Err(Failure::not_audited("no region was read", "name one with --region")),
    }
}

/// Of an inventory with several regions, the one that was named.
fn one_region(fix: &Fix, inventory: Inventory, pack: RulePack) -> Result<Basis, Failure> {
    match fix.aws.region.as_slice() {
        [region] if inventory.regions.iter().any(|known| known.name == *region) => Ok(Basis { region: region.clone(), inventory, pack }),
        _ => {
            let names: Vec<&str> = inventory.regions.iter().map(|region| region.name.as_str()).collect();
            let message = format!("a plan is for one region, and {} were read: {}", names.len(), names.join(", "));
            Err(Failure::usage(message, "name one with --region"))
        }
    }
}

fn options(fix: &Fix) -> Options {
    let asked = &fix.migration;
    Options {
        target: asked.target.into(),
        link: asked.link.into(),
        apis: asked.api.clone(),
        stages: asked.stage.clone(),
        routes: asked.route.clone(),
        subnets: asked.subnet.clone(),
        canary_percent: asked.canary,
        soak_seconds: asked.soak,
        lockdown: asked.lockdown,
        new_service: asked.new_service,
        allow_iac_managed: fix.what.allow_iac_managed,
        accept_image_drift: asked.accept_image_drift,
        probe_paths: asked.probe_path.clone(),
    }
}

fn fix_options(fix: &Fix) -> fixes::Options {
    fixes::Options { log_group: fix.what.log_group.clone(), allow_iac_managed: fix.what.allow_iac_managed }
}

/// The fixes that were asked for.
fn choose<'f>(fix: &Fix, found: &'f [fixes::Fix]) -> Result<Vec<&'f fixes::Fix>, Failure> {
    for kind in &fix.what.only {
        if !fixes::KINDS.contains(&kind.as_str()) {
            return Err(Failure::usage(format!("there is no fix `{kind}`"), format!("the fixes are {}", fixes::KINDS.join(", "))));
        }
    }
    let kind = |one: &&fixes::Fix| fix.what.only.is_empty() || fix.what.only.iter().any(|kind| *kind == one.id);
    let about = |one: &&fixes::Fix| fix.what.resource.is_empty() || fix.what.resource.iter().any(|wanted| one.is_about(wanted));
    Ok(found.iter().filter(kind).filter(about).collect())
}

/// Shows what came of planning, saves it, and applies it where that was asked for.
fn conclude(fix: &Fix, basis: &Basis, planned: &Planned, nothing: &str, shell: Shell) -> Result<Ended, Failure> {
    show::planned(planned, fix.apply.output, nothing, shell)?;
    let ended = if planned.refusals.is_empty() { Ended::Clean } else { Ended::Findings };
    let Some(plan) = &planned.plan else { return Ok(ended) };
    if let Some(file) = &fix.apply.plan_out {
        files::save_plan(plan, file)?;
        shell.say(format_args!("the plan is saved in {}; apply it with `apiaudit fix --apply {}`", file.display(), file.display()));
    }
    if fix.apply.apply.is_none() {
        if fix.apply.plan_out.is_none() && fix.apply.output.is_none() {
            shell.say("nothing was changed; --plan-out FILE saves the plan, --apply applies it");
        }
        return Ok(ended);
    }
    let applied = apply::fresh(fix, basis, plan.clone(), shell)?;
    Ok(if applied == Ended::Clean { ended } else { applied })
}

/// The plan, where it is still good.
pub(super) fn still_good(basis: &Basis, plan: &Plan) -> Vec<String> {
    let region = basis.inventory.regions.iter().find(|region| region.name == basis.region);
    region.map_or_else(|| vec![format!("region {}", plan.region)], |region| planner::relies::stale(region, &plan.relies_on))
}
