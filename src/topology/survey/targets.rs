//! What ways lead to: ECS services, and target groups that lead to none.

use std::collections::{BTreeSet, HashMap};

use crate::assessment::{PathStep, TargetWays};
use crate::inventory::{Region, TargetGroup};
use crate::topology::{Key, ServiceRef, Topology, Way, Ways};

/// A target, and the places of the ways to it in [`Ways::all`].
pub(super) struct Target<'a> {
    pub(super) region: &'a Region,
    pub(super) what: What<'a>,
    pub(super) ways: Vec<usize>,
}

/// What a target is.
#[derive(Clone, Copy)]
pub(super) enum What<'a> {
    Service(ServiceRef<'a>),
    Group(&'a TargetGroup),
}

/// Every service, and every target group to which a way leads that leads to no service.
pub(super) fn all<'a>(topology: &Topology<'a>, ways: &Ways<'a>) -> Vec<Target<'a>> {
    let mut by_key: HashMap<Key<'a>, Vec<usize>> = HashMap::new();
    for (number, way) in ways.all.iter().enumerate() {
        for key in &way.keys {
            by_key.entry(*key).or_default().push(number);
        }
    }
    let to = |own: Key<'a>| {
        let direct = by_key.get(&own).map_or(&[][..], Vec::as_slice);
        // Two ways to one address lead to the same, also where only one of them was seen to lead to the service.
        let names: BTreeSet<Key<'a>> = direct.iter().flat_map(|way| shared(&ways.all[*way])).collect();
        let found: BTreeSet<usize> = names.iter().flat_map(|key| &by_key[key]).chain(direct).copied().collect();
        found.into_iter().collect::<Vec<usize>>()
    };
    let mut found = Vec::new();
    for region in &topology.inventory.regions {
        for cluster in &region.clusters {
            for service in &cluster.services {
                let what = What::Service(ServiceRef { region, cluster, service });
                found.push(Target { region, what, ways: to(Key::Service(&service.arn)) });
            }
        }
    }
    let served: BTreeSet<usize> = found.iter().flat_map(|target| target.ways.iter().copied()).collect();
    for region in &topology.inventory.regions {
        for group in &region.target_groups {
            let own = by_key.get(&Key::Group(&group.arn)).map_or(&[][..], Vec::as_slice);
            if own.iter().any(|way| !served.contains(way)) {
                found.push(Target { region, what: What::Group(group), ways: to(Key::Group(&group.arn)) });
            }
        }
    }
    found.sort_by_cached_key(|target| {
        let told = target.told();
        (told.region, target.is_group(), told.name, told.id)
    });
    found
}

/// The names of what a way leads to by which it is known to lead to the same as another: a service is told by its own.
fn shared<'w, 'a>(way: &'w Way<'a>) -> impl Iterator<Item = Key<'a>> + use<'w, 'a> {
    way.keys.iter().copied().filter(|key| !matches!(key, Key::Service(_)))
}

impl Target<'_> {
    fn is_group(&self) -> bool {
        matches!(self.what, What::Group(_))
    }

    /// The target without its ways.
    pub(super) fn told(&self) -> TargetWays {
        let (kind, id, name) = match self.what {
            What::Service(found) => {
                ("service", &found.service.arn, format!("ECS service {} in cluster {}", found.service.name, found.cluster.name))
            }
            What::Group(group) => ("target-group", &group.arn, format!("target group {}", group.name)),
        };
        TargetWays { kind: kind.to_owned(), id: id.clone(), name, region: self.region.name.clone(), ..TargetWays::default() }
    }

    /// The last hop of a way to it; none where the way's own last hop is the target.
    pub(super) fn hop(&self, topology: &Topology<'_>, way: &Way<'_>) -> Option<PathStep> {
        match self.what {
            What::Service(found) => Some(topology.service_step(&found)),
            What::Group(group) if way.group.is_some_and(|own| own.arn == group.arn) => None,
            What::Group(group) => {
                let text = format!("a target of target group {}", group.name);
                Some(PathStep { kind: "target".to_owned(), id: group.arn.clone(), text })
            }
        }
    }
}
