//! Load balancers.

use super::Builder;
use super::attributes::{of_balancer, with};
use super::read::{attributes, id, ids, name, observed, observed_tags, own_id, reference, text_or};
use crate::iac::code::Declaration;
use crate::iac::draft::List;
use crate::iac::value::{Node, Value, Why};
use crate::inventory::{LoadBalancer, Observed, Zone};

impl Builder<'_, '_> {
    pub(super) fn balancing(&mut self) {
        self.target_groups();
        self.each("ElasticLoadBalancingV2::LoadBalancer", &List::Balancers, Self::balancer);
        self.listeners();
        self.listener_rules();
    }

    fn balancer(&mut self, declaration: &Declaration) -> Result<(), Why> {
        let body = &declaration.body;
        let kind = text_or(body, "Type", "application")?;
        let scheme = text_or(body, "Scheme", "internet-facing")?;
        let security_groups = groups(declaration, &kind)?;
        let arn = reference(declaration);
        if security_groups.is_empty() && kind == "application" {
            self.draft.ungrouped.push(arn.clone());
        }
        let told = attributes(body.get("LoadBalancerAttributes"));
        let dns_name = declaration.name("DNSName").unwrap_or_default().to_owned();
        self.draft.region.load_balancers.items.push(LoadBalancer {
            arn,
            name: declaration.name("LoadBalancerName").map_or_else(|| name(declaration, "Name"), ToOwned::to_owned),
            dns_name,
            enforce_private_link: enforcement(body, &kind, &security_groups)?,
            attributes: observed(declaration, told.map(|told| with(of_balancer(&kind, &scheme), told))),
            scheme: Some(scheme).filter(|_| kind != "gateway"),
            ip_address_type: Some(text_or(body, "IpAddressType", "ipv4")?),
            vpc_id: None,
            state: Some("active".to_owned()),
            zones: zones(declaration)?,
            security_groups,
            kind,
            listeners: Vec::new().into(),
            web_acl_arn: Observed::Absent,
            tags: observed_tags(declaration),
        });
        Ok(())
    }
}

/// The security groups. Those of a network load balancer may be none: where the list is not known, neither is that.
fn groups(declaration: &Declaration, kind: &str) -> Result<Vec<String>, Why> {
    let list = declaration.body.get("SecurityGroups");
    if kind != "application"
        && let Some(why) = list.value.why()
    {
        return Err(why.clone());
    }
    Ok(ids(declaration, list, "SecurityGroups"))
}

/// What groups do to traffic through `PrivateLink`: a network load balancer that has any judges it unless told otherwise.
fn enforcement(body: &Node, kind: &str, groups: &[String]) -> Result<Option<String>, Why> {
    let told = body.get("EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic").text()?;
    let judges = kind == "network" && !groups.is_empty();
    Ok(told.or_else(|| judges.then(|| "on".to_owned())))
}

/// The zones, each by its subnet; subnets that are not known are ids of their own.
fn zones(declaration: &Declaration) -> Result<Vec<Zone>, Why> {
    let mappings = declaration.body.get("SubnetMappings");
    if let Value::List(mappings) = &mappings.value {
        return mappings.iter().enumerate().map(|(number, mapping)| zone(declaration, number, mapping)).collect();
    }
    let mut subnets = ids(declaration, declaration.body.get("Subnets"), "Subnets");
    if mappings.value.why().is_some() {
        subnets.push(own_id(declaration, "SubnetMappings"));
    }
    Ok(subnets.into_iter().map(|subnet| Zone { subnet_id: Some(subnet), ..Zone::default() }).collect())
}

fn zone(declaration: &Declaration, number: usize, mapping: &Node) -> Result<Zone, Why> {
    let place = own_id(declaration, &format!("SubnetMappings[{number}]"));
    let each = |name: &str| Ok::<_, Why>(mapping.get(name).text()?.into_iter().collect::<Vec<_>>());
    Ok(Zone {
        zone: String::new(),
        subnet_id: mapping.get("SubnetId").text().unwrap_or(Some(place)),
        // Which address an allocation is, only deployment tells.
        public_ips: Vec::new(),
        private_ips: each("PrivateIPv4Address")?,
        ipv6_addresses: each("IPv6Address")?,
    })
}

/// The load balancer of an id that a property names, for what leads to one: unknown ones are ARNs of their own.
pub(super) fn arn_or_own(declaration: &Declaration, node: &Node, own: impl Fn(&str) -> String, place: &str) -> Option<String> {
    node.text().unwrap_or_else(|_| Some(own(&own_id(declaration, place))))
}

/// The VPC of a resource that names one.
pub(super) fn vpc(declaration: &Declaration) -> Option<String> {
    id(declaration, "VpcId")
}
