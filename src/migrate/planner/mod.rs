//! From an inventory to a plan: what goes to a public load balancer over the internet, and the private way it could take.
//!
//! [`plan`] is a pure function of what was read and what was asked for. What it cannot prove to be safe it refuses, with a code and
//! the resource that is in the way.

mod api;
mod balancer;
mod build;
mod choice;
mod code;
mod draft;
mod finish;
mod lockdown;
mod names;
mod probe;
pub mod refusal;
pub mod relies;
mod scope;
mod scratch;
mod service;
#[cfg(test)]
pub(super) mod tests;
mod way;
mod zones;

use std::fmt;

use sha2::{Digest as _, Sha256};

use super::plan::{FORMAT, Plan, VERSION};
use crate::assessment::Assessment;
use crate::inventory::{Inventory, Region};
use crate::topology::Topology;

pub(super) use build::STRONG_TLS;
pub use choice::Choice;
pub use code::manager;
pub(super) use draft::difference as draft_difference;
pub(super) use lockdown::{shared as shared_group, world_rules};
pub use refusal::{Code, Refusal};
pub(super) use scope::Scope;
pub(super) use service::targets as service_targets;

/// Which private way requests are to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// `nlb` where the load balancer only passes requests on, else `nlb-alb`.
    #[default]
    Auto,
    /// An internal network load balancer before the same tasks.
    Nlb,
    /// An internal network load balancer before the same application load balancer.
    NlbAlb,
    /// A VPC link V2 straight to the same application load balancer.
    Alb,
}

impl Target {
    /// Its name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Nlb => "nlb",
            Self::NlbAlb => "nlb-alb",
            Self::Alb => "alb",
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

/// Which kind of VPC link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Link {
    /// V2 where its zones allow, else V1.
    #[default]
    Auto,
    /// V1, through PrivateLink to a network load balancer: REST APIs only.
    V1,
    /// V2, through interfaces in subnets.
    V2,
}

/// What is asked for.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Options {
    /// The private way.
    pub target: Target,
    /// The kind of VPC link.
    pub link: Link,
    /// Only these APIs, by id or name; all when empty.
    pub apis: Vec<String>,
    /// Only these stages; all when empty.
    pub stages: Vec<String>,
    /// Only these routes, such as `GET /orders`; all when empty.
    pub routes: Vec<String>,
    /// The subnets of the new load balancer and link; chosen from the service's when empty.
    pub subnets: Vec<String>,
    /// The share of the traffic, in percent, that REST stages move first.
    pub canary_percent: Option<f64>,
    /// For how long the new way must hold before it takes everything, in seconds.
    pub soak_seconds: u64,
    /// Whether to close the world's way to the load balancer afterwards.
    pub lockdown: bool,
    /// Whether to start a second ECS service instead of rolling the live one out anew.
    pub new_service: bool,
    /// Whether to change what code manages.
    pub allow_iac_managed: bool,
    /// Whether a rollout may resolve image tags anew.
    pub accept_image_drift: bool,
    /// The back end's paths to prove the new way by; the health check's path when empty.
    pub probe_paths: Vec<String>,
}

/// What came of planning.
#[derive(Debug, Clone, Default)]
pub struct Planned {
    /// The plan; none when there is nothing to move, or all of it is refused.
    pub plan: Option<Plan>,
    /// What is refused, and why. What is not refused is in the plan.
    pub refusals: Vec<Refusal>,
    /// For each load balancer, the private ways side by side.
    pub choices: Vec<Choice>,
    /// How many integrations go to public load balancers over the internet.
    pub candidates: usize,
}

/// What a plan says about itself.
#[derive(Debug, Clone, Copy)]
pub struct Stamp<'a> {
    /// The version of apiaudit.
    pub tool_version: &'a str,
    /// The moment, as RFC 3339.
    pub made_at: &'a str,
}

/// Plans the migration of a region's APIs. `assessment` is what the rules say of the same inventory.
pub fn plan(inventory: &Inventory, region: &str, assessment: &Assessment, options: &Options, stamp: Stamp<'_>) -> Planned {
    let topology = Topology::new(inventory);
    let Some(region) = inventory.regions.iter().find(|found| found.name == region) else { return Planned::default() };
    let scope = Scope { topology: &topology, region, options };
    let found = scope::find(&scope);
    let candidates = found.candidates;
    let mut refusals = found.refusals.clone();
    let chosen = choice::choose(&scope, &found);
    let choices = chosen.choices;
    refusals.extend(chosen.refusals);
    let parts = scope::without(found.parts, &mut refusals, &chosen.targets);
    let mut planned = Planned { plan: None, refusals, choices, candidates };
    if !parts.is_empty() {
        let relies = relies::of_parts(region, &parts);
        let id = plan_id(inventory, region, &relies, options, stamp);
        let built = build::build(&scope, &parts, &chosen.targets, assessment, &id);
        planned.refusals.extend(built.refusals.iter().cloned());
        if !built.steps.is_empty() {
            planned.plan = Some(Plan { relies_on: relies, ..assemble(inventory, region, built, id, stamp) });
        }
    }
    planned.refusals.sort();
    planned.refusals.dedup();
    planned
}

fn assemble(inventory: &Inventory, region: &Region, built: build::Built, id: String, stamp: Stamp<'_>) -> Plan {
    let account = inventory.account.known();
    Plan {
        format: FORMAT.to_owned(),
        version: VERSION,
        id,
        tool_version: stamp.tool_version.to_owned(),
        made_at: stamp.made_at.to_owned(),
        account: account.map(|account| account.id.clone()).unwrap_or_default(),
        partition: account.map_or_else(|| "aws".to_owned(), |account| account.partition.clone()),
        region: region.name.clone(),
        summary: built.summary,
        relies_on: std::collections::BTreeMap::new(),
        locks: built.locks,
        steps: built.steps,
        warnings: built.warnings,
    }
}

/// The plan's id: made of what it rests on, what was asked for, and the moment.
pub(super) fn plan_id(
    inventory: &Inventory,
    region: &Region,
    relies: &std::collections::BTreeMap<String, String>,
    asked: &impl serde::Serialize,
    stamp: Stamp<'_>,
) -> String {
    let account = inventory.account.known().map(|account| account.id.as_str());
    let all = serde_json::to_string(&(account, &region.name, relies, asked, stamp.made_at)).unwrap_or_default();
    Sha256::digest(all).iter().take(8).fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}
