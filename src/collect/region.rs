//! One region: the lists that tell whether there is anything to read, then everything that hangs on them.

use std::collections::BTreeSet;

use futures::join;

use super::ask::Asker;
use super::client::Clients;
use super::gap::Meaning;
use super::links::{self, Links};
use super::{Needs, acm, apigateway, apigatewayv2, cloudformation, domains, ec2, ecs, elbv2, servicediscovery, wafv2};
use crate::inventory::secrets;
use crate::inventory::{Api, Cause, Listed, Observed, Region, SkippedRegion};

/// What came of a region.
pub(super) enum Outcome {
    /// It was read, with notes about what is missing without leaving a gap.
    Read(Box<Region>, Vec<String>),
    /// It was not, and why.
    Skipped(SkippedRegion, Meaning),
}

/// Reads a region.
pub(super) async fn read(asker: &Asker<'_>, clients: &Clients, needs: Needs) -> Outcome {
    let (rest, http, v1, v2, balancers) = join!(
        apigateway::list(asker, clients),
        apigatewayv2::list(asker, clients),
        links::v1(asker, clients),
        links::v2(asker, clients),
        elbv2::list(asker, clients),
    );
    if let Some(failure) = asker.closed() {
        let skipped = SkippedRegion { name: asker.region.clone(), reason: failure.detail() };
        return Outcome::Skipped(skipped, failure.meaning);
    }
    let mut region = Region { name: asker.region.clone(), ..Region::default() };
    let no_api = bare(&rest) && bare(&http);
    let bare = no_api && balancers.items.is_empty() && balancers.is_complete();
    // A domain name leads to an API or nowhere.
    let needs = Needs { domain_names: needs.domain_names && !no_api, ..needs };
    let known = Links::new(&v1, &v2);
    region.vpc_links_v1 = v1;
    region.vpc_links_v2 = v2;
    if bare {
        // Without an API and without a load balancer there is no path, and nothing else is worth a call.
        region.rest_apis = Vec::new().into();
        region.http_apis = Vec::new().into();
        region.load_balancers = balancers;
        return Outcome::Read(Box::new(region), Vec::new());
    }
    let (rest, http, domains, balancing, network, containers) = join!(
        apigateway::read(asker, clients, needs, &known, rest),
        apigatewayv2::read(asker, clients, needs, http),
        domains::read(asker, clients, needs),
        elbv2::read(asker, clients, needs, balancers),
        ec2::read(asker, clients, needs),
        ecs::read(asker, clients, needs),
    );
    region.rest_apis = rest;
    region.http_apis = http;
    region.domain_names = domains;
    region.load_balancers = balancing.load_balancers;
    region.target_groups = balancing.target_groups;
    region.ssl_policies = balancing.ssl_policies;
    region.clusters = containers.clusters;
    region.task_definitions = containers.task_definitions;
    let notes = network.fill(&mut region);
    join_up(asker, clients, needs, &mut region).await;
    Outcome::Read(Box::new(region), notes)
}

/// What can only be asked once it is known what refers to what.
async fn join_up(asker: &Asker<'_>, clients: &Clients, needs: Needs, region: &mut Region) {
    let used = certificates(region);
    let services = services(region);
    let (certificates, services, web_acls, stacks, client_certificates) = join!(
        acm::read(asker, clients, needs, used),
        servicediscovery::read(asker, clients, services),
        wafv2::read(asker, clients, needs, &region.load_balancers),
        cloudformation::read(asker, clients, needs, region),
        apigateway::client_certificates(asker, clients, needs, region),
    );
    region.client_certificates = client_certificates;
    region.stacks = stacks;
    region.certificates = certificates;
    region.cloud_map_services = services;
    for balancer in &mut region.load_balancers.items {
        balancer.web_acl_arn = match (balancer.kind.as_str(), web_acls.get(&balancer.arn)) {
            ("application", Some(web_acl)) => web_acl.clone(),
            ("application", None) => Observed::default(),
            _ => Observed::Absent,
        };
    }
    for api in region.rest_apis.items.iter_mut().chain(&mut region.http_apis.items) {
        secrets::withhold(api);
    }
}

fn bare<T>(pages: &super::ask::Pages<T>) -> bool {
    pages.items.is_empty() && pages.failure.is_none()
}

/// The certificates that listeners and domain names use, each once, and what keeps others of them from us.
fn certificates(region: &Region) -> Listed<String> {
    let (balancers, domains) = (&region.load_balancers, &region.domain_names);
    let listeners = || balancers.iter().flat_map(|balancer| &balancer.listeners);
    let shown = listeners().flat_map(|listener| listener.certificate_arns.iter().chain(&listener.extra_certificates));
    let arns: BTreeSet<String> = shown.chain(domains.iter().flat_map(|domain| &domain.certificate_arns)).cloned().collect();
    let gaps = [&balancers.gaps, &domains.gaps].into_iter();
    let gaps = gaps.chain(balancers.iter().map(|balancer| &balancer.listeners.gaps));
    let gaps = gaps.chain(listeners().map(|listener| &listener.extra_certificates.gaps)).flatten();
    // What nobody asked for (the listeners of gateway load balancers) shows no certificate.
    let gaps = gaps.filter(|gap| gap.cause != Cause::NotAsked || gap.detail.is_some());
    Listed { items: arns.into_iter().collect(), gaps: gaps.cloned().collect() }
}

/// The Cloud Map services that integrations name, without what they add to the ARN for the request.
fn services(region: &Region) -> BTreeSet<String> {
    let served = |api: &Api| -> Vec<String> {
        let stages = api.stages.iter().flat_map(|stage| [&stage.deployed, &stage.canary_deployed]);
        let configurations = stages.chain([&api.working_copy]).filter_map(Observed::known);
        let integrations = configurations.flat_map(|configuration| &configuration.routes).filter_map(|route| route.integration.known());
        let uris = integrations.filter_map(|integration| integration.uri.known());
        let named = uris.filter(|uri| uri.split(':').nth(2) == Some("servicediscovery") && uri.starts_with("arn:"));
        named.map(|uri| uri.split('?').next().unwrap_or(uri).to_owned()).collect()
    };
    region.http_apis.iter().chain(&region.rest_apis).flat_map(served).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::{Gap, snapshot};

    fn region(balancers: &str) -> Region {
        let text = format!(
            r#"{{"format": "apiaudit-inventory", "version": 1, "tool_version": "", "taken_at": "",
                 "regions": [{{"name": "eu-west-1", "load_balancers": {balancers}}}]}}"#
        );
        snapshot::read(&text).unwrap().regions.remove(0)
    }

    fn balancer(more: &str) -> String {
        format!(r#"{{"arn": "a", "name": "a", "dns_name": "a", "type": "network"{more}}}"#)
    }

    #[test]
    fn a_certificate_is_used_once_whoever_shows_it() {
        let listener = r#"{"arn": "l", "certificate_arns": ["one"], "extra_certificates": ["two", "one"]}"#;
        let used = certificates(&region(&format!("[{}]", balancer(&format!(r#", "listeners": [{listener}]"#)))));
        assert_eq!(used, Listed::from(vec!["one".to_owned(), "two".to_owned()]));
    }

    #[test]
    fn what_hides_the_use_of_a_certificate_hides_the_certificate() {
        let denied = r#"{"items": [], "gaps": [{"action": "x:Denied", "cause": "denied"}]}"#;
        let gap = Gap::new("x:Denied", Cause::Denied);
        let listener = format!(r#", "listeners": [{{"arn": "l", "extra_certificates": {denied}}}]"#);
        for balancers in
            [denied.to_owned(), format!("[{}]", balancer(&format!(r#", "listeners": {denied}"#))), format!("[{}]", balancer(&listener))]
        {
            assert_eq!(certificates(&region(&balancers)), Listed::unknown(gap.clone()), "{balancers}");
        }
        // A gateway load balancer's listeners are never asked for.
        assert_eq!(certificates(&region(&format!("[{}]", balancer("")))), Listed::from(Vec::new()));
    }
}
