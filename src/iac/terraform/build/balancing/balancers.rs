//! Load balancers, and the web ACLs in front of them.

use std::collections::BTreeMap;

use super::super::Room;
use super::super::read::{Attributes as _, arn, label, observed, observed_tags};
use crate::iac::code::Declaration;
use crate::iac::draft::List;
use crate::iac::value::{Node, Why};
use crate::inventory::{LoadBalancer, Observed, Zone, undeployed_id};

pub(super) fn fill(room: &mut Room<'_, '_>) {
    for declaration in room.of(&["aws_lb", "aws_alb"]) {
        room.name(declaration, arn(declaration));
        let read = balancer(room, declaration);
        if let Some(balancer) = room.kept(List::Balancers, &declaration.address, read) {
            room.draft.region.load_balancers.items.push(balancer);
        }
    }
}

fn balancer(room: &mut Room<'_, '_>, declaration: &Declaration) -> Result<LoadBalancer, Why> {
    let address = &declaration.address;
    let kind = declaration.text_or("load_balancer_type", "application")?;
    let scheme = if declaration.flag("internal")? { "internal" } else { "internet-facing" };
    let ip_address_type = declaration.text_or("ip_address_type", "ipv4")?;
    let enforce_private_link = declaration.text_at("enforce_security_group_inbound_rules_on_private_link_traffic")?;
    let groups = room.ids_at(address, declaration.attr("security_groups"), "security_groups", &List::SecurityGroups);
    if groups.is_empty() {
        room.draft.ungrouped.push(arn(declaration));
    }
    let enforced = enforce_private_link.or_else(|| (kind == "network" && !groups.is_empty()).then(|| "on".to_owned()));
    Ok(LoadBalancer {
        arn: arn(declaration),
        name: label(declaration, "name"),
        dns_name: declaration.name("dns_name").unwrap_or_default().to_owned(),
        scheme: (kind != "gateway").then(|| scheme.to_owned()),
        ip_address_type: Some(ip_address_type),
        vpc_id: None,
        state: Some("active".to_owned()),
        zones: zones(room, declaration),
        security_groups: groups,
        enforce_private_link: enforced,
        attributes: observed(address, attributes(declaration, &kind, scheme).map(Some)),
        listeners: Vec::new().into(),
        web_acl_arn: Observed::Absent,
        tags: observed_tags(declaration),
        kind,
    })
}

/// A zone for each subnet, however the code names it: in one of two ways, for the provider takes no more than one.
fn zones(room: &mut Room<'_, '_>, declaration: &Declaration) -> Vec<Zone> {
    let address = &declaration.address;
    let (subnets, mappings) = (declaration.attr("subnets"), declaration.attr("subnet_mapping"));
    if !names_some(subnets) && names_some(mappings) {
        return mapped(room, address, mappings);
    }
    let mut subnets = room.ids_at(address, subnets, "subnets", &List::Subnets);
    if subnets.is_empty() {
        let why = mappings.value.why().cloned().unwrap_or_else(|| Why::new("no subnet is named"));
        let id = undeployed_id(&format!("{address}.subnets"));
        room.lose(List::Subnets, &id, &why);
        subnets.push(id);
    }
    subnets.into_iter().map(|id| Zone { subnet_id: Some(id), ..Zone::default() }).collect()
}

/// Whether a list is known to hold something, whatever that is.
fn names_some(list: &Node) -> bool {
    list.items().is_ok_and(|items| !items.is_empty())
}

fn mapped(room: &mut Room<'_, '_>, address: &str, mappings: &Node) -> Vec<Zone> {
    let mut zones = Vec::new();
    for (number, mapping) in mappings.items().unwrap_or_default().iter().enumerate() {
        let name = format!("subnet_mapping[{number}].subnet_id");
        let subnet_id = room.id_at(address, mapping.attr("subnet_id"), &name, List::Subnets);
        zones.push(Zone { subnet_id, private_ips: address_of(mapping, "private_ipv4_address"), ..Zone::default() });
    }
    zones
}

/// A fixed address, where one is known: joins look for those that are told, and no rule for those that are not.
fn address_of(mapping: &Node, name: &str) -> Vec<String> {
    mapping.text_at(name).ok().flatten().into_iter().collect()
}

/// The attributes that rules ask for, under AWS's keys, with AWS's defaults.
fn attributes(declaration: &Declaration, kind: &str, scheme: &str) -> Result<BTreeMap<String, String>, Why> {
    let mut attributes = BTreeMap::new();
    let mut set = |key: &str, name: &str, default: &str| -> Result<(), Why> {
        let value = declaration.attr(name).value.words()?.filter(|words| !words.is_empty());
        attributes.insert(key.to_owned(), value.as_deref().unwrap_or(default).to_owned());
        Ok(())
    };
    set("deletion_protection.enabled", "enable_deletion_protection", "false")?;
    let cross_zone = if kind == "application" { "true" } else { "false" };
    set("load_balancing.cross_zone.enabled", "enable_cross_zone_load_balancing", cross_zone)?;
    if kind != "gateway" {
        // Terraform has no word for it: what AWS sets by itself goes by the scheme.
        set("ipv6.deny_all_igw_traffic", "ipv6_deny_all_igw_traffic", if scheme == "internal" { "true" } else { "false" })?;
    }
    if kind == "application" {
        set("idle_timeout.timeout_seconds", "idle_timeout", "60")?;
        set("routing.http.drop_invalid_header_fields.enabled", "drop_invalid_header_fields", "false")?;
        set("routing.http.desync_mitigation_mode", "desync_mitigation_mode", "defensive")?;
        set("routing.http2.enabled", "enable_http2", "true")?;
        set("routing.http.preserve_host_header.enabled", "preserve_host_header", "false")?;
        set("routing.http.xff_header_processing.mode", "xff_header_processing_mode", "append")?;
        set("waf.fail_open.enabled", "enable_waf_fail_open", "false")?;
    }
    if kind != "gateway" {
        attributes.insert("access_logs.s3.enabled".to_owned(), writes_logs(declaration)?.to_string());
    }
    Ok(attributes)
}

/// Whether access logs go to a bucket: a block that does not say so names one, and turns nothing on.
fn writes_logs(declaration: &Declaration) -> Result<bool, Why> {
    if let Some(why) = declaration.attr("access_logs").value.why() {
        return Err(why.clone());
    }
    declaration.block("access_logs").flag("enabled")
}

/// Web ACLs in front of load balancers. One whose resource is not known may stand before any.
pub(super) fn web_acls(room: &mut Room<'_, '_>) {
    for declaration in room.of(&["aws_wafv2_web_acl_association"]) {
        room.name(declaration, &declaration.address);
        let acl = observed(&declaration.address, declaration.text_at("web_acl_arn"));
        match declaration.required("resource_arn") {
            Ok(resource) => {
                if let Some(balancer) = room.draft.balancer(&resource) {
                    balancer.web_acl_arn = acl;
                }
            }
            Err(why) => before_any(room, &declaration.address, &why),
        }
    }
    for block in room.uncounted_of(&["aws_wafv2_web_acl_association"]) {
        before_any(room, &block.address, &block.why);
    }
}

fn before_any(room: &mut Room<'_, '_>, address: &str, why: &Why) {
    let application = room.draft.region.load_balancers.items.iter_mut().filter(|balancer| balancer.kind == "application");
    for balancer in application.filter(|balancer| balancer.web_acl_arn.known().is_none()) {
        balancer.web_acl_arn = Observed::Unknown(why.gap(address));
    }
}
