//! The ways in to each target, put in words: those that were asked for, with what each meets and what it lacks.

mod names;
mod reach;
mod targets;
mod tell;

use self::names::Asked;
pub use self::reach::Reach;
use self::targets::Target;
use self::tell::Teller;
use super::ways::MOST_WAYS;
use super::{Backend, ServedRoute, Topology, Ways};
use crate::assessment::{TargetWays, Undrawn, WayIn, WaysIn};
use crate::inventory::{Gap, Observed};

/// Which ways are asked for. Without anything, all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Only the ways through these APIs, by name, id or ARN, and the ways around to the targets that these lead to.
    pub apis: Vec<String>,
    /// Only the ways to these services, by name, `cluster/name` or ARN.
    pub services: Vec<String>,
    /// Only the ways that lead to one of these or pass it: a service, a target group, an address, an instance, a load
    /// balancer, by name, id or ARN.
    pub to: Vec<String>,
    /// Only the ways around an API.
    pub around_only: bool,
}

/// Nothing of that name is in the inventory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoSuch {
    /// What was asked for: `API`, `service`, or `service, target group or load balancer`.
    pub what: &'static str,
    /// The name.
    pub name: String,
    /// The names there are, sorted.
    pub known: Vec<String>,
    /// Why there may be more of them.
    pub gaps: Vec<Gap>,
}

/// Tells the ways in that are asked for.
pub fn survey(topology: &Topology<'_>, ways: &Ways<'_>, selection: &Selection, tool_version: &str) -> Result<WaysIn, NoSuch> {
    names::check(topology, selection)?;
    let inventory = topology.inventory;
    let mut surveyor = Surveyor { ways, selection, asked: Asked { topology, selection }, teller: Teller::new(topology, ways) };
    let mut found: Vec<TargetWays> = Vec::new();
    let mut without = 0;
    for target in targets::all(topology, ways) {
        match surveyor.target(&target) {
            Some(told) if !told.ways.is_empty() || told.left_out > 0 || surveyor.asked.by_name(&target) => found.push(told),
            Some(_) => without += 1,
            None => {}
        }
    }
    let gaps = unseen(ways, inventory.regions.iter().map(|region| region.name.as_str()), &found, selection);
    Ok(WaysIn {
        tool_version: tool_version.to_owned(),
        taken_at: inventory.taken_at.clone(),
        account: inventory.account.known().cloned(),
        regions: inventory.regions.iter().map(|region| region.name.clone()).collect(),
        skipped_regions: inventory.skipped_regions.clone(),
        around_only: selection.around_only,
        targets: found,
        without,
        undrawn: undrawn(topology, &surveyor.asked),
        gaps,
    })
}

struct Surveyor<'t, 'a> {
    ways: &'t Ways<'a>,
    selection: &'t Selection,
    asked: Asked<'t, 'a>,
    teller: Teller<'t, 'a>,
}

impl<'a> Surveyor<'_, 'a> {
    /// The ways to a target; none when the target was not asked for.
    fn target(&mut self, target: &Target<'a>) -> Option<TargetWays> {
        let all = &self.ways.all;
        if !self.asked.takes(target) || !self.selection.apis.is_empty() && !target.ways.iter().any(|way| self.asked.through(&all[*way])) {
            return None;
        }
        let whole = self.asked.leads_to(target);
        let wanted: Vec<usize> = target.ways.iter().copied().filter(|way| whole || self.asked.passes(&all[*way])).collect();
        if wanted.is_empty() && !whole {
            return None;
        }
        let (looked_at, left_out) = self.bounded(wanted);
        let mut told: Vec<(bool, WayIn)> =
            looked_at.into_iter().map(|way| (self.asked.through(&all[way]), self.teller.tell(way, target))).collect();
        told.retain(|(chosen, way)| {
            let around = way.course().is_around();
            (*chosen || !way.through_api || around) && (around || !self.selection.around_only)
        });
        let mut ways: Vec<WayIn> = told.into_iter().map(|(_, way)| way).collect();
        ways.sort_by_key(WayIn::course);
        let compared_with = if self.selection.around_only { self.teller.through(target) } else { Vec::new() };
        Some(TargetWays { ways, left_out, compared_with, ..target.told() })
    }

    /// As many ways as are told of one target, and how many are not. Ways that pass no API are kept before others of their kind.
    fn bounded(&self, ways: Vec<usize>) -> (Vec<usize>, usize) {
        if ways.len() <= MOST_WAYS {
            return (ways, 0);
        }
        let left_out = ways.len() - MOST_WAYS;
        let (through, past): (Vec<usize>, Vec<usize>) = ways.into_iter().partition(|way| self.ways.all[*way].is_through_api());
        let spared = through.len().min(MOST_WAYS / 4);
        let mut kept: Vec<usize> = past.into_iter().take(MOST_WAYS - spared).collect();
        kept.extend(through.into_iter().take(MOST_WAYS - kept.len()));
        kept.sort_unstable();
        (kept, left_out)
    }
}

/// Why there may be more ways: in the regions of the targets that were asked for, or everywhere.
fn unseen<'r>(ways: &Ways<'_>, regions: impl Iterator<Item = &'r str>, found: &[TargetWays], selection: &Selection) -> Vec<Gap> {
    let narrow = !found.is_empty() && (!selection.services.is_empty() || !selection.apis.is_empty() || !selection.to.is_empty());
    let regions = regions.filter(|region| !narrow || found.iter().any(|target| target.region == *region));
    super::fold(regions.flat_map(|region| ways.unseen(region).iter().cloned()).collect())
}

/// The routes that are no ways, by where they lead.
fn undrawn(topology: &Topology<'_>, asked: &Asked<'_, '_>) -> Vec<Undrawn> {
    let mut found: Vec<Undrawn> = Vec::new();
    for served in topology.routes.iter().filter(|served| asked.takes_api(served.region, served.api)) {
        let Some(to) = elsewhere(served) else { continue };
        match found.iter_mut().find(|known| known.to == to) {
            Some(known) => known.routes += 1,
            None => found.push(Undrawn { routes: 1, to: to.to_owned() }),
        }
    }
    found.sort_by(|a, b| a.to.cmp(&b.to));
    found
}

/// Where a route leads that ends at no listener; none for one that API Gateway answers itself.
fn elsewhere(served: &ServedRoute<'_>) -> Option<&'static str> {
    match &served.backend {
        Backend::Balancer(hop) => match &hop.listener {
            Observed::Known(_) => None,
            Observed::Absent => Some("a port of a load balancer on which nothing listens"),
            Observed::Unknown(_) => Some("a listener that could not be read"),
        },
        Backend::CloudMap { .. } => Some("a Cloud Map service"),
        Backend::Interface(_) => Some("the public address of a network interface"),
        Backend::AwsService(_) => Some("a service of AWS"),
        Backend::Unresolved(_) => Some("something that this account does not hold"),
        Backend::Unknown(_) => Some("something that could not be read"),
        Backend::Mock | Backend::Nothing => None,
    }
}
