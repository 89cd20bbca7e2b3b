//! Load balancers with their listeners and rules, and the target groups they use.

use std::collections::BTreeMap;

use futures::{StreamExt as _, join};

use super::ask::{Asker, paged};
use super::client::Clients;
use super::gap::{Failure, Meaning};
use super::{Needs, calls, from_elbv2 as from};
use crate::inventory::{Listed, Listener, LoadBalancer, Observed, Rule, SslPolicy, Target, TargetGroup};

/// How many load balancers or target groups are read at a time.
const AT_A_TIME: usize = 6;
/// How many resources one call asks the tags of.
const TAGS_AT_A_TIME: usize = 20;

/// What there is of load balancing.
pub(super) struct Balancing {
    pub(super) load_balancers: Listed<LoadBalancer>,
    pub(super) target_groups: Listed<TargetGroup>,
    pub(super) ssl_policies: Listed<SslPolicy>,
}

/// The load balancers, without what takes further calls.
pub(super) async fn list(asker: &Asker<'_>, clients: &Clients) -> Listed<LoadBalancer> {
    let request = || clients.elbv2.describe_load_balancers().page_size(400);
    paged!(asker, &calls::DESCRIBE_LOAD_BALANCERS, None, request(), set_marker, load_balancers, next_marker).listed(from::load_balancer)
}

/// Everything that hangs on the load balancers.
pub(super) async fn read(asker: &Asker<'_>, clients: &Clients, needs: Needs, listed: Listed<LoadBalancer>) -> Balancing {
    let reader = Reader { asker, clients, needs };
    let (mut load_balancers, mut target_groups) = join!(reader.load_balancers(listed), reader.target_groups());
    if needs.tags {
        reader.tags(&mut load_balancers, &mut target_groups).await;
    }
    let ssl_policies = reader.ssl_policies(&load_balancers).await;
    Balancing { load_balancers, target_groups, ssl_policies }
}

struct Reader<'a> {
    asker: &'a Asker<'a>,
    clients: &'a Clients,
    needs: Needs,
}

impl Reader<'_> {
    async fn load_balancers(&self, listed: Listed<LoadBalancer>) -> Listed<LoadBalancer> {
        let each = listed.items.into_iter().map(|balancer| self.load_balancer(balancer));
        let items: Vec<Option<LoadBalancer>> = futures::stream::iter(each).buffered(AT_A_TIME).collect().await;
        Listed { items: items.into_iter().flatten().collect(), gaps: listed.gaps }
    }

    /// The load balancer with its listeners and attributes; none when it is gone by now.
    async fn load_balancer(&self, mut balancer: LoadBalancer) -> Option<LoadBalancer> {
        // Gateway load balancers carry packets past appliances, and no path of ours leads through one.
        if balancer.kind == "gateway" {
            return Some(balancer);
        }
        let request = || self.clients.elbv2.describe_listeners().load_balancer_arn(&balancer.arn).page_size(400);
        let pages = paged!(self.asker, &calls::DESCRIBE_LISTENERS, Some(&balancer.arn), request(), set_marker, listeners, next_marker);
        if pages.gone() {
            return None;
        }
        let mut listeners = pages.listed(from::listener);
        for listener in &mut listeners.items {
            listener.rules = if balancer.kind == "application" { self.rules(listener).await } else { Vec::new().into() };
            if self.needs.certificates {
                listener.extra_certificates = self.extra_certificates(listener).await;
            }
        }
        balancer.listeners = listeners;
        if self.needs.load_balancer_attributes || has_ipv6(&balancer) {
            balancer.attributes = self.attributes(&balancer.arn).await;
        }
        Some(balancer)
    }

    async fn rules(&self, listener: &Listener) -> Listed<Rule> {
        let request = || self.clients.elbv2.describe_rules().listener_arn(&listener.arn).page_size(400);
        let pages = paged!(self.asker, &calls::DESCRIBE_RULES, Some(&listener.arn), request(), set_marker, rules, next_marker);
        pages.listed(from::rule)
    }

    async fn extra_certificates(&self, listener: &Listener) -> Listed<String> {
        if !speaks_tls(listener) {
            return Vec::new().into();
        }
        let (call, arn) = (&calls::DESCRIBE_LISTENER_CERTIFICATES, &listener.arn);
        let request = || self.clients.elbv2.describe_listener_certificates().listener_arn(arn).page_size(400);
        let pages = paged!(self.asker, call, Some(arn), request(), set_marker, certificates, next_marker);
        pages.listed(from::extra_certificate)
    }

    async fn attributes(&self, arn: &str) -> Observed<BTreeMap<String, String>> {
        let request = self.clients.elbv2.describe_load_balancer_attributes().load_balancer_arn(arn);
        match self.asker.ask(&calls::DESCRIBE_LOAD_BALANCER_ATTRIBUTES, Some(arn), request.send()).await {
            Ok(answer) => {
                let pairs = answer.attributes.unwrap_or_default().into_iter();
                Observed::Known(pairs.filter_map(|pair| Some((pair.key?, pair.value.unwrap_or_default()))).collect())
            }
            Err(failure) => Observed::Unknown(failure.gap),
        }
    }

    async fn target_group_attributes(&self, arn: &str) -> Observed<BTreeMap<String, String>> {
        let request = self.clients.elbv2.describe_target_group_attributes().target_group_arn(arn);
        match self.asker.ask(&calls::DESCRIBE_TARGET_GROUP_ATTRIBUTES, Some(arn), request.send()).await {
            Ok(answer) => {
                let pairs = answer.attributes.unwrap_or_default().into_iter();
                Observed::Known(pairs.filter_map(|pair| Some((pair.key?, pair.value.unwrap_or_default()))).collect())
            }
            Err(failure) => Observed::Unknown(failure.gap),
        }
    }

    async fn target_groups(&self) -> Listed<TargetGroup> {
        let request = || self.clients.elbv2.describe_target_groups().page_size(400);
        let pages = paged!(self.asker, &calls::DESCRIBE_TARGET_GROUPS, None, request(), set_marker, target_groups, next_marker);
        let listed = pages.listed(from::target_group);
        let each = listed.items.into_iter().map(|group| self.target_group(group));
        let items: Vec<Option<TargetGroup>> = futures::stream::iter(each).buffered(AT_A_TIME).collect().await;
        Listed { items: items.into_iter().flatten().collect(), gaps: listed.gaps }
    }

    /// The target group with its targets and attributes, where a path can use it; none when it is gone by now.
    async fn target_group(&self, mut group: TargetGroup) -> Option<TargetGroup> {
        if group.load_balancer_arns.is_empty() {
            return Some(group);
        }
        if self.needs.target_health {
            group.targets = match self.targets(&group.arn).await {
                Ok(targets) => Observed::Known(targets),
                Err(failure) if failure.meaning == Meaning::Gone => return None,
                Err(failure) => Observed::Unknown(failure.gap),
            };
        }
        if self.needs.target_group_attributes || may_show_clients(&group) {
            group.attributes = self.target_group_attributes(&group.arn).await;
        }
        Some(group)
    }

    async fn targets(&self, arn: &str) -> Result<Vec<Target>, Failure> {
        let request = self.clients.elbv2.describe_target_health().target_group_arn(arn);
        let answer = self.asker.ask(&calls::DESCRIBE_TARGET_HEALTH, Some(arn), request.send()).await?;
        Ok(answer.target_health_descriptions.unwrap_or_default().into_iter().filter_map(from::target).collect())
    }

    async fn tags(&self, balancers: &mut Listed<LoadBalancer>, groups: &mut Listed<TargetGroup>) {
        let arns = balancers.iter().map(|balancer| &balancer.arn).chain(groups.iter().map(|group| &group.arn));
        let arns: Vec<String> = arns.cloned().collect();
        let mut tags: BTreeMap<String, Observed<BTreeMap<String, String>>> = BTreeMap::new();
        for batch in arns.chunks(TAGS_AT_A_TIME) {
            let request = self.clients.elbv2.describe_tags().set_resource_arns(Some(batch.to_vec()));
            match self.asker.ask(&calls::DESCRIBE_TAGS, None, request.send()).await {
                Ok(answer) => tags.extend(answer.tag_descriptions.unwrap_or_default().into_iter().filter_map(from::tags)),
                Err(failure) => tags.extend(batch.iter().map(|arn| (arn.clone(), Observed::Unknown(failure.gap.clone())))),
            }
        }
        let told = |arn: &str| tags.get(arn).cloned().unwrap_or_default();
        balancers.items.iter_mut().for_each(|balancer| balancer.tags = told(&balancer.arn));
        groups.items.iter_mut().for_each(|group| group.tags = told(&group.arn));
    }

    async fn ssl_policies(&self, balancers: &Listed<LoadBalancer>) -> Listed<SslPolicy> {
        let listeners = || balancers.iter().flat_map(|balancer| &balancer.listeners);
        if !self.needs.ssl_policies || !listeners().any(speaks_tls) {
            return Listed::default();
        }
        let request = || self.clients.elbv2.describe_ssl_policies().page_size(400);
        let pages = paged!(self.asker, &calls::DESCRIBE_SSL_POLICIES, None, request(), set_marker, ssl_policies, next_marker);
        pages.listed(from::ssl_policy)
    }
}

/// Whether attributes decide who reaches it: over IPv6, an internal load balancer can be open to the internet.
fn has_ipv6(balancer: &LoadBalancer) -> bool {
    balancer.ip_address_type.as_deref() != Some("ipv4")
}

/// Whether attributes decide if its targets see the client's own address, as those of a network load balancer can.
fn may_show_clients(group: &TargetGroup) -> bool {
    let network = matches!(group.protocol.as_deref(), Some("TCP" | "TLS" | "UDP" | "TCP_UDP" | "QUIC" | "TCP_QUIC"));
    network && matches!(group.target_type.as_str(), "instance" | "ip")
}

/// Whether a listener has a TLS policy that counts.
fn speaks_tls(listener: &Listener) -> bool {
    let plain = matches!(listener.protocol.as_deref(), Some("HTTP" | "TCP" | "UDP" | "TCP_UDP"));
    !plain && listener.ssl_policy.as_ref().is_some_and(|policy| !policy.is_empty())
}
