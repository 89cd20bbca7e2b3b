//! Who runs which task definition.

use std::collections::{BTreeSet, HashMap};

use super::{Context, seen, unknown};
use crate::inventory::{Cause, Gap, Listed, Region, Service, TaskDefinition};
use crate::rules::facts::ways::merge;
use crate::rules::value::{Unknown, Value};
use crate::topology::{Key, ServiceRef, TaskRef, Topology};

/// The task definitions of a region, and who runs them.
#[derive(Debug)]
pub(super) struct Users<'a> {
    region: &'a Region,
    definitions: HashMap<&'a str, &'a TaskDefinition>,
    services: HashMap<&'a str, Vec<ServiceRef<'a>>>,
    /// The tasks that belong to no service.
    tasks: HashMap<&'a str, Vec<TaskRef<'a>>>,
    unread: Option<Unknown>,
}

impl<'a> Users<'a> {
    /// Looks everything up.
    pub(super) fn new(topology: &Topology<'a>, region: &'a Region) -> Self {
        let mut users = Self {
            region,
            definitions: region.task_definitions.iter().map(|definition| (definition.arn.as_str(), definition)).collect(),
            services: HashMap::new(),
            tasks: HashMap::new(),
            unread: Unknown::of(unread(region)),
        };
        for cluster in &region.clusters {
            for service in &cluster.services {
                let found = ServiceRef { region, cluster, service };
                for arn in definitions_of(service) {
                    users.add(arn, found);
                }
            }
            for task in &cluster.tasks {
                let task = TaskRef { region, cluster, task };
                let Some(arn) = task.task.task_definition.as_deref() else { continue };
                match topology.index.service_of_task(&task) {
                    Some(found) => users.add(arn, found),
                    None => users.tasks.entry(arn).or_default().push(task),
                }
            }
        }
        users
    }

    fn add(&mut self, arn: &'a str, found: ServiceRef<'a>) {
        let known = self.services.entry(arn).or_default();
        if !known.iter().any(|other| other.service.arn == found.service.arn) {
            known.push(found);
        }
    }

    /// The task definitions that a service runs; a gap for each that is not here.
    pub(super) fn definitions(&self, service: &'a Service) -> Listed<&'a TaskDefinition> {
        let mut found = Listed::from(Vec::new());
        for arn in definitions_of(service) {
            match self.definitions.get(arn) {
                Some(definition) => found.items.push(*definition),
                None => found.gaps.push(self.missing(arn)),
            }
        }
        found
    }

    fn missing(&self, arn: &str) -> Gap {
        let why = || Gap::new(DESCRIBE, Cause::NotSupported).because(format!("the inventory does not hold task definition {arn}"));
        self.region.task_definitions.gaps.first().map_or_else(why, |gap| gap.clone().or_action(DESCRIBE))
    }

    /// The names under which ways lead to the tasks of a task definition.
    pub(super) fn keys(&self, topology: &Topology<'a>, arn: &str) -> Vec<Key<'a>> {
        let services = self.services.get(arn).into_iter().flatten().map(|found| Key::Service(&found.service.arn));
        let interfaces = self.tasks.get(arn).into_iter().flatten().flat_map(|task| &task.task.interfaces);
        let interfaces = interfaces.filter_map(|interface| topology.index.interface(interface.network_interface_id.as_deref()?));
        let addresses = interfaces.flat_map(|interface| {
            let vpc = interface.vpc_id.as_deref().unwrap_or_default();
            interface.addresses.iter().map(move |address| Key::Address(vpc, &address.private_ip))
        });
        services.chain(addresses).collect()
    }

    /// Who runs a task definition, in words.
    pub(super) fn in_words(&self, arn: &str) -> Value {
        let services = self.services.get(arn).into_iter().flatten();
        let services = services.map(|found| format!("service {} in cluster {}", found.service.name, found.cluster.name));
        let tasks = self.tasks.get(arn).into_iter().flatten().map(|task| format!("tasks of their own in cluster {}", task.cluster.name));
        let all: BTreeSet<String> = services.chain(tasks).collect();
        Value::partial_list(all.into_iter().map(Value::from).collect(), self.unread.clone())
    }

    /// Why somebody else may run a task definition.
    pub(super) fn unread(&self) -> Option<Unknown> {
        self.unread.clone()
    }
}

const DESCRIBE: &str = "ecs:DescribeTaskDefinition";

/// The task definitions that a service runs: its own, and those of what it replaces.
fn definitions_of(service: &Service) -> BTreeSet<&str> {
    let deployments = service.deployments.iter().filter(|deployment| deployment.status.as_deref() != Some("INACTIVE"));
    let deployed = deployments.filter_map(|deployment| deployment.task_definition.as_deref());
    let sets = service.task_sets.iter().filter_map(|set| set.task_definition.as_deref());
    service.task_definition.as_deref().into_iter().chain(deployed).chain(sets).collect()
}

/// Why services or tasks may be missing. What code will run is in the code: that nothing runs yet hides nobody.
fn unread(region: &Region) -> Vec<Gap> {
    let mut gaps: Vec<Gap> = gaps(&region.clusters, "ecs:ListClusters").collect();
    for cluster in &region.clusters {
        gaps.extend(self::gaps(&cluster.services, "ecs:ListServices"));
        gaps.extend(self::gaps(&cluster.tasks, "ecs:ListTasks").filter(|gap| gap.cause != Cause::Undeployed));
    }
    gaps
}

fn gaps<'l, T>(list: &'l Listed<T>, action: &'static str) -> impl Iterator<Item = Gap> + use<'l, T> {
    list.gaps.iter().map(move |gap| gap.clone().or_action(action))
}

/// Whether an API leads to any of these targets, where others may be `unread`.
pub(super) fn behind_api<'a>(context: &Context<'a>, region: &str, keys: &[Key<'a>], unread: Option<Unknown>) -> Value {
    let api = context.ways.api_leads_to(keys, false);
    seen(api.surely, merge(unknown(&api.gaps), merge(context.unseen(region), unread)))
}
