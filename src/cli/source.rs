//! Where an inventory comes from: a file, or AWS.

use std::path::Path;

use super::args::{Aws, Code, Inventory as Files, Lines};
use super::output::writable;
use super::{Failure, config};
use crate::assessment::Sources;
use crate::collect::Needs;
use crate::inventory::{Inventory, snapshot};
use crate::network::SharedRanges;
use crate::shell::{self, Shell};

/// What was read, and whether reading was interrupted.
pub(super) struct Source {
    pub(super) inventory: Inventory,
    /// The code behind it, where that was asked for.
    pub(super) sources: Sources,
    pub(super) interrupted: bool,
}

impl Files {
    /// The files that are read, or that an inventory is saved in: a report must not take their place.
    pub(super) fn files(&self) -> Vec<&Path> {
        [&self.inventory, &self.save_inventory, &self.ip_ranges].into_iter().filter_map(|file| file.as_deref()).collect()
    }

    /// The ranges that strangers share: those of a file, or else those that came with this program.
    pub(super) fn shared_ranges(&self) -> Result<SharedRanges, Failure> {
        shared_ranges(self.ip_ranges.as_deref())
    }

    /// Refuses a place that cannot be written to before anything is asked of AWS.
    pub(super) fn check(&self) -> Result<(), Failure> {
        self.save_inventory.as_deref().map_or(Ok(()), writable)
    }

    /// Reads the inventory that was named, or asks AWS for what is needed; and saves it where that was asked for.
    pub(super) fn obtain(&self, aws: &Aws, code: &Code, lines: &Lines, needs: Needs, shell: Shell) -> Result<Source, Failure> {
        // What is saved may be asked other questions later; what is not, only those of this run.
        let needs = if self.save_inventory.is_some() { Needs { tags: needs.tags, ..Needs::SCAN } } else { needs };
        // Tags lead to code.
        let needs = Needs { tags: needs.tags || lines.iac.is_some(), stacks: lines.iac.is_some(), ..needs };
        let source = match &self.inventory {
            Some(file) => Source { inventory: read(file)?, sources: Sources::default(), interrupted: false },
            None if code.is_given() || lines.instead_of(aws) => {
                // Code goes to one region: of several that a configuration names nobody can tell which.
                let region = if aws.regions().len() > 1 { &aws.region } else { aws.regions() };
                let read = super::code::read(code, lines, region, shell)?;
                Source { inventory: read.inventory, sources: read.sources, interrupted: false }
            }
            None => collect(aws, needs, shell)?,
        };
        config::check_account(&source.inventory, &aws.configured.accounts)?;
        let mut source = source;
        if source.inventory.code.is_none() {
            source.sources = super::lines::trace(lines, &source.inventory, shell)?;
        }
        if let Some(file) = &self.save_inventory {
            save(&source.inventory, file)?;
        }
        Ok(source)
    }
}

impl Source {
    /// Refuses to end well when not one list could be read.
    pub(super) fn check_read(&self, policy: &str) -> Result<(), Failure> {
        if !self.inventory.is_unread() || self.interrupted {
            return Ok(());
        }
        let help = format!("the report names the permissions to add; `{policy}` prints a policy that allows them");
        Err(Failure::not_audited("nothing could be read: no API and no load balancer could be listed in any region", help))
    }
}

/// The ranges that strangers share: those of a file, or else those that came with this program.
pub(super) fn shared_ranges(file: Option<&Path>) -> Result<SharedRanges, Failure> {
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

#[cfg(not(feature = "aws"))]
fn collect(_: &Aws, _: Needs, _: Shell) -> Result<Source, Failure> {
    let help = "name a saved inventory with --inventory FILE, or build apiaudit with its default features";
    Err(Failure::usage("this apiaudit was built without AWS", help))
}

#[cfg(feature = "aws")]
fn collect(aws: &Aws, needs: Needs, shell: Shell) -> Result<Source, Failure> {
    use super::VERSION;
    use crate::collect::{self, Stamp};
    let options = options(aws, needs);
    let stamp = Stamp { taken_at: shell::now(), tool_version: VERSION.to_owned() };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::not_audited(format!("no threads can be started: {error}"), "free some memory"))?;
    let progress = super::progress::Progress::new(shell);
    let stop = super::progress::stop_on_ctrl_c(&runtime, shell);
    let collected = runtime.block_on(collect::collect(&options, &stamp, &|event| progress.tell(event), &stop));
    progress.finish();
    // Answers that are still on their way are not waited for.
    runtime.shutdown_background();
    let collected = collected.map_err(|error| match error {
        collect::CollectError::OtherAccount { account, .. } => config::other_account(&account, &aws.configured.accounts),
        _ => Failure::not_audited(error.to_string(), error.help()),
    })?;
    if aws.stats {
        shell.say(super::stats::render(&collected.stats));
    }
    Ok(Source { inventory: collected.inventory, sources: Sources::default(), interrupted: collected.interrupted })
}

/// Whom to ask, where and how patiently, as the user said.
#[cfg(feature = "aws")]
pub(super) fn options(aws: &Aws, needs: Needs) -> crate::collect::Options {
    crate::collect::Options {
        regions: aws.regions().to_vec(),
        all_regions: aws.every_region(),
        accounts: aws.configured.accounts.iter().map(|account| account.id.clone()).collect(),
        profile: aws.profile.clone(),
        role_arn: aws.role_arn.clone(),
        external_id: aws.external_id.clone(),
        endpoint_url: aws.endpoint_url.clone(),
        api_budget: aws.api_budget,
        max_attempts: aws.max_attempts,
        needs,
    }
}
