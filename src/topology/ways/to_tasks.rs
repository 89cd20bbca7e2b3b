//! The ways to the containers' own addresses, past every load balancer.

use std::collections::{BTreeMap, BTreeSet};

use super::controls::Controls;
use super::keys::Key;
use super::{Entry, Way};
use crate::inventory::{NetworkInterface, Observed, Region, TargetGroup};
use crate::network::{Network, Transport, transports};
use crate::topology::{TaskRef, Topology};

/// A port of an interface that containers listen on.
type Place<'a> = (&'a str, u16, Transport);

/// What is known of such a port.
#[derive(Default)]
struct Known<'a> {
    interface: Option<&'a NetworkInterface>,
    task: Option<TaskRef<'a>>,
    keys: BTreeSet<Key<'a>>,
}

/// The ways to the ports of a region's tasks and instances that load balancers use.
pub(super) fn ways<'a>(topology: &Topology<'a>, network: &Network<'a>, region: &'a Region) -> Vec<Way<'a>> {
    let mut places: BTreeMap<Place<'a>, Known<'a>> = BTreeMap::new();
    for group in &region.target_groups {
        targets(topology, group, &mut places);
    }
    tasks(topology, region, &mut places);
    places.into_iter().filter_map(|((_, port, transport), known)| way(network, region, port, transport, known)).collect()
}

/// The interfaces of a group's targets.
fn targets<'a>(topology: &Topology<'a>, group: &'a TargetGroup, places: &mut BTreeMap<Place<'a>, Known<'a>>) {
    let Observed::Known(targets) = &group.targets else { return };
    let vpc = group.vpc_id.as_deref().unwrap_or_default();
    for target in targets {
        let Some(port) = target.port.or(group.port) else { continue };
        let interfaces: Vec<&NetworkInterface> = match group.target_type.as_str() {
            "ip" => topology.index.interface_by_private_ip(vpc, &target.id).into_iter().collect(),
            // One that ECS attached for a task of its own is in that task's network, and answers nothing of the instance's.
            "instance" => {
                let own = topology.index.interfaces_of_instance(&target.id).iter();
                own.filter(|interface| !(interface.description.starts_with("arn:") && interface.description.contains(":ecs:")))
                    .copied()
                    .collect()
            }
            _ => continue,
        };
        for interface in interfaces {
            let task = topology.index.task_of_interface(&interface.id);
            for transport in transports(group.protocol.as_deref()) {
                let known = places.entry((&interface.id, port, *transport)).or_default();
                known.interface = Some(interface);
                known.task = task;
                known.keys.insert(Key::Group(&group.arn));
                known.keys.insert(if group.target_type == "ip" {
                    Key::Address(vpc, &target.id)
                } else {
                    Key::Instance(&target.id, Some(port))
                });
                known.keys.extend(topology.index.services_of_group(&group.arn).iter().map(|found| Key::Service(&found.service.arn)));
            }
        }
    }
}

/// The interfaces of the tasks of services that stand behind a load balancer, on the ports that it uses.
fn tasks<'a>(topology: &Topology<'a>, region: &'a Region, places: &mut BTreeMap<Place<'a>, Known<'a>>) {
    for cluster in &region.clusters {
        for service in &cluster.services {
            let entries = service.load_balancers.iter().chain(service.task_sets.iter().flat_map(|set| &set.load_balancers));
            let ports: BTreeSet<u16> = entries.filter_map(|entry| entry.container_port).collect();
            for task in topology.index.tasks_of_service(&cluster.arn, &service.name) {
                let ids = task.task.interfaces.iter().filter_map(|interface| interface.network_interface_id.as_deref());
                for interface in ids.filter_map(|id| topology.index.interface(id)) {
                    for port in &ports {
                        let known = places.entry((&interface.id, *port, Transport::Tcp)).or_default();
                        known.interface = Some(interface);
                        known.task = Some(*task);
                        known.keys.insert(Key::Service(&service.arn));
                    }
                }
            }
        }
    }
}

fn way<'a>(network: &Network<'a>, region: &'a Region, port: u16, transport: Transport, known: Known<'a>) -> Option<Way<'a>> {
    let interface = known.interface?;
    let sources = network.interface(interface, transport, port);
    if sources.internet.perhaps.is_empty() {
        return None;
    }
    Some(Way {
        entry: Entry::Interface { region, interface, port, task: known.task },
        hops: Vec::new(),
        group: None,
        keys: known.keys.into_iter().collect(),
        controls: Controls::default(),
        guards: Vec::new(),
        sources,
        request: None,
        routes: Vec::new(),
        paths: None,
        number: 0,
    })
}
