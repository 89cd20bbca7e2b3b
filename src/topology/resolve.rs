//! What answers a route.

use std::net::IpAddr;

use super::index::{Index, LinkVersion};
use super::uri::{Missing, Url, substitute};
use super::{Backend, BalancerHop, Reason, Unresolved, Variant, left_out, split_arn};
use crate::inventory::{Api, Gap, Integration, Listed, Listener, LoadBalancer, Observed, Protocol, Region, Route, Stage, VpcLink};

/// Resolves the routes of one stage.
pub(super) struct Resolver<'i, 'a> {
    pub(super) index: &'i Index<'a>,
    pub(super) region: &'a Region,
    pub(super) api: &'a Api,
    pub(super) stage: &'a Stage,
    pub(super) variant: Variant,
}

/// The early end of a resolution: what the route leads to after all. Boxed, for it is the rare way out.
type Ended<'a> = Box<Backend<'a>>;

impl<'a> Resolver<'_, 'a> {
    /// The integration's URI as this stage fills it in, and what answers.
    pub(super) fn resolve(&self, route: &'a Route) -> (Option<String>, Backend<'a>) {
        let integration = match &route.integration {
            Observed::Known(integration) => integration,
            Observed::Absent => return (None, Backend::Nothing),
            Observed::Unknown(gap) => return (None, Backend::Unknown(gap.clone().or_action("apigateway:GET"))),
        };
        match integration.kind.as_str() {
            "MOCK" => (None, Backend::Mock),
            "AWS" | "AWS_PROXY" => (integration.uri.known().cloned(), Backend::AwsService(aws_service(integration))),
            _ => self.resolve_http(integration),
        }
    }

    fn resolve_http(&self, integration: &'a Integration) -> (Option<String>, Backend<'a>) {
        let uri = match self.value(&integration.uri, "the integration's uri") {
            Ok(Some(uri)) => uri,
            Ok(None) => return (None, unresolved(Reason::NotAUrl, "an integration without a URI", None)),
            Err(ended) => return (None, *ended),
        };
        let backend = if integration.connection_type.as_deref() == Some("VPC_LINK") {
            self.through_link(integration, &uri).unwrap_or_else(|ended| *ended)
        } else {
            self.through_internet(&uri)
        };
        (Some(uri), backend)
    }

    /// A value with stage variables put in; none when AWS says there is none.
    fn value(&self, value: &Observed<String>, what: &str) -> Result<Option<String>, Ended<'a>> {
        let text = match value {
            Observed::Known(text) => text,
            Observed::Absent => return Ok(None),
            Observed::Unknown(gap) => return Err(Box::new(Backend::Unknown(gap.clone().or_action("apigateway:GET")))),
        };
        let overrides = self.stage.canary.as_ref().filter(|_| self.variant == Variant::Canary).map(|canary| &canary.variables);
        substitute(text, &self.stage.variables, overrides).map(Some).map_err(|missing| {
            Box::new(match missing {
                Missing::Unset(name) => unresolved(Reason::UnsetStageVariable, &format!("${{stageVariables.{name}}}"), None),
                Missing::Withheld(name) => {
                    let what = format!("{what} uses stage variable {name}, whose value was not kept");
                    Backend::Unknown(left_out("apigateway:GET", &what))
                }
            })
        })
    }

    fn through_internet(&self, uri: &str) -> Backend<'a> {
        let Ok(url) = Url::parse(uri) else { return unresolved(Reason::NotAUrl, uri, None) };
        if let Ok(ip) = url.host.parse::<IpAddr>() {
            return self.by_address(ip, &url);
        }
        match self.index.balancer_by_name(&url.host) {
            Some((region, balancer)) => self.arrive(None, region, balancer, url.port),
            None => self.by_foreign_name(&url.host),
        }
    }

    fn by_address(&self, ip: IpAddr, url: &Url) -> Backend<'a> {
        let text = ip.to_string();
        if is_private(ip) {
            return unresolved(Reason::PrivateAddress, &text, None);
        }
        if let Some((region, balancer)) = self.index.balancer_by_address(&text) {
            return self.arrive(None, region, balancer, url.port);
        }
        if let Some(interface) = self.index.interface_by_address(&text) {
            return Backend::Interface(interface);
        }
        // An address does not say its region: any of them may have it, save those that hold nothing and were asked no further.
        let unread = self.index.regions().find_map(|region| self.unread_addresses(region));
        unread.map_or_else(|| unresolved(Reason::ThirdParty, &text, None), Backend::Unknown)
    }

    fn unread_addresses(&self, region: &'a Region) -> Option<Gap> {
        let here = region.name == self.region.name;
        let interfaces = Some(&region.network_interfaces).filter(|list| here || !list.is_not_asked());
        let addresses = Some(&region.addresses).filter(|list| here || !list.is_not_asked());
        let gap = interfaces.and_then(|list| first_gap(list, "ec2:DescribeNetworkInterfaces"));
        let gap = gap.or_else(|| first_gap(&region.load_balancers, "elasticloadbalancing:DescribeLoadBalancers"));
        gap.or_else(|| first_gap(addresses?, "ec2:DescribeAddresses"))
    }

    /// A name that no load balancer of the inventory bears.
    fn by_foreign_name(&self, host: &str) -> Backend<'a> {
        let Some(region) = region_of_balancer_name(host) else { return unresolved(Reason::ThirdParty, host, None) };
        match self.index.region(region) {
            None => unresolved(Reason::OtherRegion, host, None),
            Some(region) => match first_gap(&region.load_balancers, "elasticloadbalancing:DescribeLoadBalancers") {
                Some(gap) => Backend::Unknown(gap),
                None => unresolved(Reason::NoSuchLoadBalancer, host, None),
            },
        }
    }

    fn through_link(&self, integration: &'a Integration, uri: &str) -> Result<Backend<'a>, Ended<'a>> {
        let Some(id) = self.value(&integration.connection_id, "the integration's connection id")? else {
            return Ok(unresolved(Reason::NoTarget, "a private integration without a VPC link", None));
        };
        let (version, link) = self.link(&id)?;
        Ok(match (version, self.api.protocol) {
            (LinkVersion::V1, _) => self.through_v1(link, uri),
            (LinkVersion::V2, Protocol::Rest) => self.through_v2_of_rest(link, integration, uri)?,
            (LinkVersion::V2, _) => self.through_v2_of_http(link, uri),
        })
    }

    /// The link with an id. An HTTP API can only use the second kind, a WebSocket API the first; a REST API either.
    fn link(&self, id: &str) -> Result<(LinkVersion, &'a VpcLink), Ended<'a>> {
        let kinds: &[LinkVersion] = match self.api.protocol {
            Protocol::Http => &[LinkVersion::V2],
            Protocol::WebSocket => &[LinkVersion::V1],
            Protocol::Rest => &[LinkVersion::V1, LinkVersion::V2],
        };
        let found = kinds.iter().find_map(|version| Some((*version, self.index.link(self.region, *version, id)?)));
        found.ok_or_else(|| {
            let mut lists = kinds.iter().map(|version| match version {
                LinkVersion::V1 => &self.region.vpc_links_v1,
                LinkVersion::V2 => &self.region.vpc_links_v2,
            });
            let gap = lists.find_map(|list| first_gap(list, "apigateway:GET"));
            Box::new(gap.map_or_else(|| unresolved(Reason::NoSuchVpcLink, id, None), Backend::Unknown))
        })
    }

    fn through_v1(&self, link: &'a VpcLink, uri: &str) -> Backend<'a> {
        let via = Some((LinkVersion::V1, link));
        let Some(target) = link.target_arns.first() else { return unresolved(Reason::NoTarget, &link.id, via) };
        self.to_balancer(via, target, uri)
    }

    fn through_v2_of_rest(&self, link: &'a VpcLink, integration: &'a Integration, uri: &str) -> Result<Backend<'a>, Ended<'a>> {
        let via = Some((LinkVersion::V2, link));
        let Some(target) = self.value(&integration.target, "the integration's target")? else {
            return Ok(unresolved(Reason::NoTarget, &link.id, via));
        };
        Ok(if target.contains(":listener/") { self.to_listener(via, &target) } else { self.to_balancer(via, &target, uri) })
    }

    fn through_v2_of_http(&self, link: &'a VpcLink, uri: &str) -> Backend<'a> {
        let via = Some((LinkVersion::V2, link));
        if uri.contains(":listener/") {
            return self.to_listener(via, uri);
        }
        // A Cloud Map service may carry query parameters that choose among its instances.
        let arn = uri.split('?').next().unwrap_or(uri);
        if !arn.contains(":servicediscovery:") {
            return unresolved(Reason::NoTarget, uri, via);
        }
        match self.index.cloud_map(arn) {
            Observed::Known(service) => Backend::CloudMap { link, service },
            Observed::Absent => self.gone(arn, Reason::NoSuchCloudMapService, via),
            Observed::Unknown(gap) => Backend::Unknown(gap),
        }
    }

    fn to_balancer(&self, via: Option<(LinkVersion, &'a VpcLink)>, arn: &str, uri: &str) -> Backend<'a> {
        match self.index.balancer(arn) {
            Observed::Known((region, balancer)) => match Url::parse(uri) {
                Ok(url) => self.arrive(via, region, balancer, url.port),
                Err(_) => unresolved(Reason::NotAUrl, uri, via),
            },
            Observed::Absent => self.gone(arn, Reason::NoSuchLoadBalancer, via),
            Observed::Unknown(gap) => Backend::Unknown(gap),
        }
    }

    fn to_listener(&self, via: Option<(LinkVersion, &'a VpcLink)>, arn: &str) -> Backend<'a> {
        match self.index.listener(arn) {
            Observed::Known((region, balancer, listener)) => {
                let port = listener.port.unwrap_or_default();
                Backend::Balancer(Box::new(BalancerHop { link: via, region, balancer, port, listener: Observed::Known(listener) }))
            }
            Observed::Absent => self.gone(arn, Reason::NoSuchListener, via),
            Observed::Unknown(gap) => Backend::Unknown(gap),
        }
    }

    fn arrive(&self, link: Option<(LinkVersion, &'a VpcLink)>, region: &'a Region, balancer: &'a LoadBalancer, port: u16) -> Backend<'a> {
        let listener: Observed<&'a Listener> = self.index.listener_on(balancer, port);
        Backend::Balancer(Box::new(BalancerHop { link, region, balancer, port, listener }))
    }

    /// A resource that no list holds: of another account or region, or gone.
    fn gone(&self, arn: &str, reason: Reason, via: Option<(LinkVersion, &'a VpcLink)>) -> Backend<'a> {
        let Some((region, account, _)) = split_arn(arn) else { return unresolved(reason, arn, via) };
        let reason = match self.index.account() {
            _ if self.index.region(region).is_none() => Reason::OtherRegion,
            Observed::Known(own) if *own != account => Reason::OtherAccount,
            // Without the account's own number nobody can tell another's resource from one that is gone.
            Observed::Unknown(gap) => return Backend::Unknown(gap.clone().or_action("sts:GetCallerIdentity")),
            _ => reason,
        };
        unresolved(reason, arn, via)
    }
}

fn unresolved<'a>(reason: Reason, name: &str, link: Option<(LinkVersion, &'a VpcLink)>) -> Backend<'a> {
    Backend::Unresolved(Unresolved { reason, name: name.to_owned(), link })
}

/// Whether an address is one of a private network, whoever else may have the same.
fn is_private(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            // 100.64.0.0/10 is for what carriers share, and for VPCs.
            ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.octets()[0] == 100 && ip.octets()[1] & 0xc0 == 64
        }
        IpAddr::V6(ip) => ip.is_unique_local() || ip.is_loopback() || ip.is_unicast_link_local(),
    }
}

fn first_gap<T>(list: &Listed<T>, action: &str) -> Option<Gap> {
    list.gaps.first().map(|gap| gap.clone().or_action(action))
}

/// The service within `arn:aws:apigateway:{region}:lambda:path/…`.
fn aws_service(integration: &Integration) -> &str {
    let uri = integration.uri.known().map_or("", String::as_str);
    match uri.split(':').nth(4) {
        Some(service) if uri.contains(":apigateway:") => service,
        _ if uri.contains(":lambda:") => "lambda",
        _ => "aws",
    }
}

/// The region in a load balancer's DNS name: `name.{region}.elb.amazonaws.com` or, for network load balancers, `name.elb.{region}.amazonaws.com`.
fn region_of_balancer_name(host: &str) -> Option<&str> {
    // The DNS suffixes of all partitions.
    const SUFFIXES: [&str; 7] =
        [".amazonaws.com", ".amazonaws.com.cn", ".amazonaws.eu", ".c2s.ic.gov", ".sc2s.sgov.gov", ".csp.hci.ic.gov", ".cloud.adc-e.uk"];
    let name = SUFFIXES.iter().find_map(|suffix| host.strip_suffix(suffix))?;
    let labels: Vec<&str> = name.rsplit('.').take(2).collect();
    match labels.as_slice() {
        ["elb", region] | [region, "elb"] => Some(region),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_names_tell_their_region() {
        assert_eq!(region_of_balancer_name("web-1.eu-west-1.elb.amazonaws.com"), Some("eu-west-1"));
        assert_eq!(region_of_balancer_name("web-1.elb.eu-west-1.amazonaws.com"), Some("eu-west-1"));
        assert_eq!(region_of_balancer_name("dualstack.web-1.cn-north-1.elb.amazonaws.com.cn"), Some("cn-north-1"));
        assert_eq!(region_of_balancer_name("web-1.eusc-de-east-1.elb.amazonaws.eu"), Some("eusc-de-east-1"));
        assert_eq!(region_of_balancer_name("a1.execute-api.eu-west-1.amazonaws.com"), None);
        assert_eq!(region_of_balancer_name("example.com"), None);
    }
}
