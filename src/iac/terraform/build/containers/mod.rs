//! ECS: clusters, services and task definitions, and the Cloud Map services they register with.

mod clusters;
mod definitions;
mod services;

use super::Room;
use super::read::{arn, label};
use crate::iac::code::in_arn;
use crate::iac::draft::List;
use crate::iac::value::Why;
use crate::inventory::{CloudMapService, Cluster, Listed, Observed, Service};

/// Reads everything of containers.
pub(super) fn fill(room: &mut Room<'_, '_>) {
    for declaration in room.of(&["aws_ecs_cluster"]) {
        room.name(declaration, arn(declaration));
        let (arn, name) = (arn(declaration), label(declaration, "name"));
        room.draft.region.clusters.items.push(Cluster {
            settings: clusters::settings(declaration),
            arn,
            name,
            services: Vec::new().into(),
            tasks: Vec::new().into(),
        });
    }
    for declaration in room.of(&["aws_service_discovery_service"]) {
        room.name(declaration, arn(declaration));
        let service = CloudMapService { arn: arn(declaration), name: label(declaration, "name") };
        room.draft.region.cloud_map_services.items.push(service);
    }
    for declaration in room.of(&["aws_acm_certificate"]) {
        room.name(declaration, arn(declaration));
    }
    definitions::fill(room);
    services::fill(room);
}

/// Puts a service into its cluster: one that the code does not make holds others that nobody knows here.
fn settle(room: &mut Room<'_, '_>, cluster: &str, service: Service) {
    if room.draft.cluster(cluster).is_none() {
        let arn = cluster_arn(room, cluster);
        let name = arn.rsplit('/').next().unwrap_or(cluster).to_owned();
        let why = Why::new(format!("{cluster} is not in this code"));
        let services = Listed::unknown(why.gap(&arn));
        room.lose(List::Clusters, &arn, &why);
        let settings = Observed::Unknown(why.gap(&arn));
        room.draft.region.clusters.items.push(Cluster { settings, arn, name, services, tasks: Vec::new().into() });
    }
    let arn = cluster_arn(room, cluster);
    let clusters = &mut room.draft.region.clusters.items;
    if let Some(known) = clusters.iter_mut().find(|known| known.arn == cluster || known.name == cluster || known.arn == arn) {
        known.services.items.push(service);
    }
}

/// The ARN of a cluster that is told by name or ARN.
fn cluster_arn(room: &Room<'_, '_>, cluster: &str) -> String {
    if cluster.starts_with("arn:") { cluster.to_owned() } else { room.draft.to.arn("ecs", &format!("cluster/{}", in_arn(cluster))) }
}
