//! What a plan relies on: refused as stale when one of it has changed.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::scope::Part;
use crate::inventory::{Api, Listener, LoadBalancer, Observed, Region, Service, TargetGroup};

/// The digests of what the parts rely on, by names such as `load balancer arn:…`.
pub(super) fn of_parts(region: &Region, parts: &[Part<'_>]) -> BTreeMap<String, String> {
    let mut names = BTreeSet::new();
    for part in parts {
        names.insert(format!("API {}", part.api.id));
        for edge in &part.edges {
            names.insert(format!("load balancer {}", edge.balancer.arn));
            names.extend(edge.balancer.security_groups.iter().map(|id| format!("security group {id}")));
            let shares = edge.listener.default_actions.iter().flat_map(|action| &action.target_groups);
            for share in shares {
                names.insert(format!("target group {}", share.arn));
                for service in services(region).filter(|service| registers(service, &share.arn)) {
                    names.insert(format!("service {}", service.arn));
                    let groups = service.network.iter().flat_map(|network| &network.security_groups);
                    names.extend(groups.map(|id| format!("security group {id}")));
                }
            }
        }
    }
    of_names(region, names)
}

/// The digests of what goes by these names.
pub(in crate::migrate) fn of_names(region: &Region, names: BTreeSet<String>) -> BTreeMap<String, String> {
    names.into_iter().map(|name| (digest(region, &name), name)).map(|(digest, name)| (name, digest)).collect()
}

/// What has changed since a plan was made, by name.
pub fn stale(region: &Region, relies_on: &BTreeMap<String, String>) -> Vec<String> {
    relies_on.iter().filter(|(name, was)| digest(region, name) != **was).map(|(name, _)| name.clone()).collect()
}

fn services(region: &Region) -> impl Iterator<Item = &Service> {
    region.clusters.iter().flat_map(|cluster| &cluster.services)
}

fn registers(service: &Service, group: &str) -> bool {
    service.load_balancers.iter().any(|entry| entry.target_group_arn.as_deref() == Some(group))
}

/// The digest of one thing, or of its absence.
pub(super) fn digest(region: &Region, name: &str) -> String {
    let text = slice(region, name).unwrap_or_else(|| "not there".to_owned());
    Sha256::digest(text).iter().take(12).fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

fn slice(region: &Region, name: &str) -> Option<String> {
    let of = |kind: &str| name.strip_prefix(kind).map(str::trim_start);
    if let Some(id) = of("API ") {
        let api = region.rest_apis.iter().chain(&region.http_apis).find(|api| api.id == id)?;
        return Some(text(&of_api(api)));
    }
    if let Some(arn) = of("load balancer ") {
        let balancer = region.load_balancers.iter().find(|balancer| balancer.arn == arn)?;
        return Some(text(&of_balancer(balancer)));
    }
    if let Some(arn) = of("target group ") {
        let group = region.target_groups.iter().find(|group| group.arn == arn)?;
        return Some(text(&of_group(group)));
    }
    if let Some(id) = of("security group ") {
        let group = region.security_groups.iter().find(|group| group.id == id)?;
        let mut rules: Vec<String> = group.rules.iter().map(text).collect();
        rules.sort();
        return Some(text(&(&group.id, &group.vpc_id, rules)));
    }
    if let Some(arn) = of("stage ") {
        let (api, stage) = arn.split_once('/')?;
        let api = region.rest_apis.iter().chain(&region.http_apis).find(|known| known.id == api)?;
        return api.stages.iter().find(|known| known.name == stage).map(text);
    }
    let arn = of("service ")?;
    services(region).find(|service| service.arn == arn).map(|service| text(&of_service(service)))
}

fn text<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// What a plan relies on of an API: what it serves and what a deployment would ship. Tags are not: the lock is one.
fn of_api(api: &Api) -> impl Serialize + '_ {
    let stages: Vec<_> = api
        .stages
        .iter()
        .map(|stage| (&stage.name, &stage.deployment_id, stage.auto_deploy, stage.canary.is_some(), &stage.deployed))
        .collect();
    (&api.id, &api.status, api.disable_execute_api_endpoint, stages, &api.working_copy)
}

/// Of a load balancer: all that decides where requests go.
fn of_balancer(balancer: &LoadBalancer) -> impl Serialize + '_ {
    let mut listeners: Vec<&Listener> = balancer.listeners.iter().collect();
    listeners.sort_by(|a, b| a.arn.cmp(&b.arn));
    (&balancer.arn, &balancer.scheme, &balancer.security_groups, &balancer.attributes, listeners, &balancer.web_acl_arn)
}

/// Of a target group: all but its targets, which come and go.
fn of_group(group: &TargetGroup) -> impl Serialize + '_ {
    (&group.arn, &group.protocol, group.port, &group.target_type, &group.health_check, without_defaults(&group.attributes))
}

fn without_defaults(attributes: &Observed<BTreeMap<String, String>>) -> Option<&BTreeMap<String, String>> {
    attributes.known()
}

/// Of a service: how it is deployed and where it registers; not how many of its tasks run just now.
fn of_service(service: &Service) -> impl Serialize + '_ {
    (
        &service.arn,
        &service.status,
        &service.task_definition,
        (&service.deployment_controller, &service.deployment_configuration),
        (&service.load_balancers, &service.network, service.desired_count),
    )
}
