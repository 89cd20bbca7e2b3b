//! A scan: who asks, in which regions, and what came back.

use std::sync::Arc;

use aws_config::SdkConfig;
use futures::StreamExt as _;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::Needs;
use super::ask::Asker;
use super::calls;
use super::client::{self, Clients};
use super::error::CollectError;
use super::gap::{Failure, Meaning};
use super::meter::Meter;
use super::region::{self, Outcome};
use super::stats::Stats;
use crate::inventory::snapshot::{self, FORMAT, VERSION};
use crate::inventory::{Account, Inventory, Observed};

/// How many regions are read at a time: each has quotas of its own.
const REGIONS_AT_A_TIME: usize = 8;

/// What to collect, and as whom.
#[derive(Debug, Clone)]
pub struct Options {
    /// The regions; none means the one the SDK is configured for.
    pub regions: Vec<String>,
    /// Every region that is enabled for the account, instead.
    pub all_regions: bool,
    /// The accounts that may be asked; all when there is none.
    pub accounts: Vec<String>,
    /// The profile of the AWS configuration.
    pub profile: Option<String>,
    /// The role to assume.
    pub role_arn: Option<String>,
    /// The external id the role's trust policy expects.
    pub external_id: Option<String>,
    /// Where to send every call instead of AWS.
    pub endpoint_url: Option<String>,
    /// The share of AWS's published quotas to use at most, from 0.05 to 1.
    pub api_budget: f64,
    /// What is worth asking for.
    pub needs: Needs,
    /// How often a call is tried at most.
    pub max_attempts: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            regions: Vec::new(),
            all_regions: false,
            accounts: Vec::new(),
            profile: None,
            role_arn: None,
            external_id: None,
            endpoint_url: None,
            api_budget: 0.5,
            needs: Needs::SCAN,
            max_attempts: 6,
        }
    }
}

/// When, and by which version, an inventory was taken.
#[derive(Debug, Clone)]
pub struct Stamp {
    /// The moment, as RFC 3339.
    pub taken_at: String,
    /// The version of apiaudit.
    pub tool_version: String,
}

/// What a scan is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event<'a> {
    /// A region is being read.
    RegionStarted(&'a str),
    /// A call goes out.
    Asking {
        /// Where.
        region: &'a str,
        /// The operation, such as `elbv2:DescribeLoadBalancers`.
        operation: &'static str,
    },
    /// A call came back.
    Answered {
        /// Where.
        region: &'a str,
        /// The operation.
        operation: &'static str,
        /// Whether with an answer.
        answered: bool,
    },
    /// A region has been read, or skipped.
    RegionDone(&'a str),
}

/// Who is told what a scan is doing. Called from the scan's own task: be quick.
pub type Listen<'a> = dyn Fn(Event<'_>) + Send + Sync + 'a;

/// What a scan brought.
#[derive(Debug, Clone)]
pub struct Collected {
    /// What the account holds.
    pub inventory: Inventory,
    /// What it cost to find out.
    pub stats: Stats,
    /// Whether the scan was stopped before its end.
    pub interrupted: bool,
}

/// Collects an inventory. Once `stop` is cancelled no new call is made: what was not asked is a gap, and what there is
/// comes back.
pub async fn collect(options: &Options, stamp: &Stamp, listen: &Listen<'_>, stop: &CancellationToken) -> Result<Collected, CollectError> {
    let start = Instant::now();
    check_names(&options.regions)?;
    let config = client::config(options).await?;
    let home = home(options, &config)?;
    let meter = Meter::new(&home, options.api_budget);
    let asker = Asker::new(&home, Arc::clone(&meter), stop, listen);
    let clients = Clients::new(&config, &home, &meter);
    let account = account(&asker, &clients, &config).await?;
    refuse_other(&account, &options.accounts)?;
    let names = regions(options, &home, &asker, &clients).await?;
    // The home region goes on with the budget it has begun to spend.
    let meters: Vec<_> =
        names.iter().map(|name| if *name == home { Arc::clone(&meter) } else { Meter::new(name, options.api_budget) }).collect();
    let reads = names.iter().zip(&meters).map(|(name, meter)| read(&config, name, meter, options.needs, listen, stop));
    let outcomes: Vec<Outcome> = futures::stream::iter(reads).buffered(REGIONS_AT_A_TIME).collect().await;
    let mut stats = Stats { elapsed: start.elapsed(), ..Stats::default() };
    if !names.contains(&home) {
        stats.operations.extend(meter.costs());
    }
    stats.operations.extend(meters.iter().flat_map(|meter| meter.costs()));
    let inventory = gather(options, stamp, account, outcomes, &mut stats)?;
    Ok(Collected { inventory, stats, interrupted: stop.is_cancelled() })
}

async fn read(config: &SdkConfig, name: &str, meter: &Arc<Meter>, needs: Needs, listen: &Listen<'_>, stop: &CancellationToken) -> Outcome {
    listen(Event::RegionStarted(name));
    let asker = Asker::new(name, Arc::clone(meter), stop, listen);
    let clients = Clients::new(config, name, meter);
    let outcome = Box::pin(region::read(&asker, &clients, needs)).await;
    listen(Event::RegionDone(name));
    outcome
}

fn gather(
    options: &Options,
    stamp: &Stamp,
    account: Observed<Account>,
    outcomes: Vec<Outcome>,
    stats: &mut Stats,
) -> Result<Inventory, CollectError> {
    let mut inventory = Inventory {
        format: FORMAT.to_owned(),
        version: VERSION,
        tool_version: stamp.tool_version.clone(),
        taken_at: stamp.taken_at.clone(),
        account,
        regions: Vec::new(),
        skipped_regions: Vec::new(),
        code: None,
    };
    let mut silent = None;
    for outcome in outcomes {
        match outcome {
            Outcome::Read(region, notes) => {
                inventory.regions.push(*region);
                stats.notes.extend(notes);
            }
            Outcome::Skipped(skipped, meaning) => {
                if meaning == Meaning::Unreachable {
                    silent = Some(skipped.reason.clone());
                }
                inventory.skipped_regions.push(skipped);
            }
        }
    }
    if inventory.regions.is_empty() && !inventory.skipped_regions.is_empty() {
        return Err(nothing(options, &inventory, silent));
    }
    snapshot::sort(&mut inventory);
    Ok(inventory)
}

fn nothing(options: &Options, inventory: &Inventory, silent: Option<String>) -> CollectError {
    if let Some(detail) = silent {
        let endpoint = options.endpoint_url.clone().unwrap_or_else(|| "AWS".to_owned());
        return CollectError::Unreachable { endpoint, detail };
    }
    let reasons = inventory.skipped_regions.iter().map(|skipped| format!("{}: {}", skipped.name, skipped.reason));
    CollectError::NoRegionOpen { detail: reasons.collect::<Vec<_>>().join("; ") }
}

/// The region of the calls that belong to none.
fn home(options: &Options, config: &SdkConfig) -> Result<String, CollectError> {
    match config.region() {
        Some(region) => Ok(region.as_ref().to_owned()),
        None if options.all_regions => Ok("us-east-1".to_owned()),
        None => Err(CollectError::NoRegion),
    }
}

/// Region names become parts of host names: nothing else gets through.
pub(crate) fn check_names(regions: &[String]) -> Result<(), CollectError> {
    let word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    let named = |region: &str| region.len() < 40 && region.matches('-').count() >= 2 && region.split('-').all(word);
    match regions.iter().find(|region| !named(region)) {
        Some(region) => Err(CollectError::BadRegion { region: region.clone() }),
        None => Ok(()),
    }
}

async fn account(asker: &Asker<'_>, clients: &Clients, config: &SdkConfig) -> Result<Observed<Account>, CollectError> {
    let sts = clients.sts();
    match asker.ask(&calls::GET_CALLER_IDENTITY, None, sts.get_caller_identity().send()).await {
        Ok(identity) => {
            let partition = identity.arn().and_then(|arn| arn.split(':').nth(1)).unwrap_or("aws").to_owned();
            let account = |id: String| Account { id, partition, caller_arn: identity.arn.clone() };
            Ok(identity.account.clone().map(account).into())
        }
        Err(failure) => judge(failure, config),
    }
}

/// Refuses credentials of an account that was not named, before anything of it is listed. Whose they are and who they belong to when
/// that could not be told, the caller judges.
fn refuse_other(account: &Observed<Account>, allowed: &[String]) -> Result<(), CollectError> {
    match account.known() {
        Some(account) if !allowed.is_empty() && !allowed.contains(&account.id) => {
            Err(CollectError::OtherAccount { account: account.id.clone(), allowed: allowed.join(", ") })
        }
        _ => Ok(()),
    }
}

/// Who we are is worth a gap only where the credentials are not to blame.
fn judge(failure: Failure, config: &SdkConfig) -> Result<Observed<Account>, CollectError> {
    let detail = failure.detail();
    match failure.meaning {
        Meaning::Credentials if detail.contains("xpired") => Err(CollectError::Expired { detail }),
        Meaning::Credentials | Meaning::Closed => Err(CollectError::Rejected { detail }),
        Meaning::Unreachable => {
            let endpoint = config.endpoint_url().unwrap_or("AWS (sts)").to_owned();
            Err(CollectError::Unreachable { endpoint, detail })
        }
        _ => Ok(Observed::Unknown(failure.gap)),
    }
}

async fn regions(options: &Options, home: &str, asker: &Asker<'_>, clients: &Clients) -> Result<Vec<String>, CollectError> {
    if !options.all_regions {
        let mut names = if options.regions.is_empty() { vec![home.to_owned()] } else { options.regions.clone() };
        names.sort();
        names.dedup();
        return Ok(names);
    }
    let answer = asker.ask(&calls::DESCRIBE_REGIONS, None, clients.ec2.describe_regions().send()).await;
    let answer = answer.map_err(|failure| CollectError::RegionsUnknown { detail: failure.detail() })?;
    let enabled = answer.regions().iter().filter(|region| region.opt_in_status() != Some("not-opted-in"));
    let mut names: Vec<String> = enabled.filter_map(|region| region.region_name.clone()).collect();
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_region_names_get_through() {
        for good in ["eu-west-1", "us-gov-east-1", "ap-southeast-7", "us-iso-east-1"] {
            assert_eq!(check_names(&[good.to_owned()]), Ok(()));
        }
        for bad in ["", "mars", "eu-west-1.example.com", "EU-WEST-1", "a--1", "eu-west-1/x"] {
            assert!(check_names(&[bad.to_owned()]).is_err(), "{bad}");
        }
    }
}
