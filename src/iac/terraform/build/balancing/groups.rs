//! Target groups, and the targets that code registers.

use std::collections::BTreeMap;

use super::super::Room;
use super::super::read::{Attributes, arn, label, observed, observed_tags};
use crate::iac::code::Declaration;
use crate::iac::draft::{List, undeployed};
use crate::iac::value::Why;
use crate::inventory::{HealthCheck, Observed, Target, TargetGroup, UNDEPLOYED};

const KINDS: [&str; 2] = ["aws_lb_target_group", "aws_alb_target_group"];
const ATTACHMENTS: [&str; 2] = ["aws_lb_target_group_attachment", "aws_alb_target_group_attachment"];

pub(super) fn fill(room: &mut Room<'_, '_>) {
    for declaration in room.of(&KINDS) {
        room.name(declaration, arn(declaration));
        let read = group(room, declaration);
        if let Some(group) = room.kept(List::Groups, &declaration.address, read) {
            room.draft.region.target_groups.items.push(group);
        }
    }
    for declaration in room.of(&ATTACHMENTS) {
        attach(room, declaration);
    }
    for block in room.uncounted_of(&ATTACHMENTS) {
        attached_to_any(room, &block.address, &block.why);
    }
}

fn group(room: &mut Room<'_, '_>, declaration: &Declaration) -> Result<TargetGroup, Why> {
    let target_type = declaration.text_or("target_type", "instance")?;
    let protocol = declaration.text_at("protocol")?.map(|protocol| protocol.to_ascii_uppercase());
    let http = matches!(protocol.as_deref(), Some("HTTP" | "HTTPS"));
    let protocol_version = declaration.text_at("protocol_version")?;
    let vpc_id = room.id_at(&declaration.address, declaration.attr("vpc_id"), "vpc_id", List::Vpcs);
    let ip_address_type = declaration.text_at("ip_address_type")?;
    let targets = if target_type == "alb" { Observed::Known(Vec::new()) } else { Observed::Unknown(undeployed("the targets")) };
    Ok(TargetGroup {
        arn: arn(declaration),
        name: label(declaration, "name"),
        protocol_version: protocol_version.or_else(|| http.then(|| "HTTP1".to_owned())),
        port: declaration.attr("port").integer()?,
        ip_address_type: ip_address_type.or_else(|| (target_type != "lambda").then(|| "ipv4".to_owned())),
        vpc_id,
        load_balancer_arns: Vec::new(),
        health_check: health_check(declaration, protocol.as_deref(), &target_type)?,
        attributes: observed(&declaration.address, attributes(declaration, protocol.as_deref(), &target_type).map(Some)),
        targets,
        tags: observed_tags(declaration),
        target_type,
        protocol,
    })
}

fn health_check(declaration: &Declaration, protocol: Option<&str>, target_type: &str) -> Result<HealthCheck, Why> {
    if let Some(why) = declaration.attr("health_check").value.why() {
        return Err(why.clone());
    }
    let block = declaration.block("health_check");
    let http = matches!(protocol, Some("HTTP" | "HTTPS")) || target_type == "alb";
    let probe = block.text_or("protocol", if http || target_type == "lambda" { "HTTP" } else { "TCP" })?.to_ascii_uppercase();
    let over_http = probe != "TCP";
    let or = |name: &str, default: &str| -> Result<Option<String>, Why> {
        Ok(block.text_at(name)?.or_else(|| over_http.then(|| default.to_owned())))
    };
    let number = |name: &str, default: Option<i32>| -> Result<Option<i32>, Why> { Ok(block.attr(name).integer()?.or(default)) };
    Ok(HealthCheck {
        enabled: block.attr("enabled").bool()?.unwrap_or(target_type != "lambda"),
        path: or("path", "/")?,
        matcher: or("matcher", if http { "200" } else { "200-399" })?,
        port: block.text_at("port")?.or_else(|| (target_type != "lambda").then(|| "traffic-port".to_owned())),
        protocol: (target_type != "lambda").then_some(probe),
        interval_seconds: number("interval", Some(30))?,
        timeout_seconds: number("timeout", None)?,
        healthy_threshold: number("healthy_threshold", Some(3))?,
        unhealthy_threshold: number("unhealthy_threshold", Some(3))?,
    })
}

/// The attributes that rules ask for, under AWS's keys. What AWS decides by itself it decides by type and protocol.
fn attributes(declaration: &Declaration, protocol: Option<&str>, target_type: &str) -> Result<BTreeMap<String, String>, Why> {
    let mut attributes = BTreeMap::new();
    if target_type == "alb" {
        return Ok(attributes);
    }
    let mut set = |key: &str, name: &str, default: &str| -> Result<(), Why> {
        let value = declaration.attr(name).value.words()?.filter(|words| !words.is_empty());
        attributes.insert(key.to_owned(), value.as_deref().unwrap_or(default).to_owned());
        Ok(())
    };
    if target_type == "lambda" {
        set("lambda.multi_value_headers.enabled", "lambda_multi_value_headers_enabled", "false")?;
        return Ok(attributes);
    }
    set("deregistration_delay.timeout_seconds", "deregistration_delay", "300")?;
    set("load_balancing.cross_zone.enabled", "load_balancing_cross_zone_enabled", "use_load_balancer_configuration")?;
    if !matches!(protocol, Some("HTTP" | "HTTPS")) {
        let hides = target_type == "ip" && matches!(protocol, Some("TCP" | "TLS"));
        set("preserve_client_ip.enabled", "preserve_client_ip", if hides { "false" } else { "true" })?;
        set("proxy_protocol_v2.enabled", "proxy_protocol_v2", "false")?;
        set("deregistration_delay.connection_termination.enabled", "connection_termination", "false")?;
    }
    Ok(attributes)
}

/// Registers a target. Only load balancers are joined by what they are: how others fare nobody knows before deployment.
fn attach(room: &mut Room<'_, '_>, declaration: &Declaration) {
    let address = declaration.address.clone();
    room.name(declaration, &address);
    let arn = match declaration.required("target_group_arn") {
        Ok(arn) => arn,
        Err(why) => return attached_to_any(room, &address, &why),
    };
    if room.draft.group(&arn).is_none_or(|group| group.target_type != "alb") {
        return;
    }
    let target = target(room, declaration);
    let Some(group) = room.draft.group(&arn) else { return };
    match (target, &mut group.targets) {
        (Ok(target), Observed::Known(targets)) => targets.push(target),
        (Ok(_), _) => {}
        (Err(why), targets) => *targets = Observed::Unknown(why.gap(&address)),
    }
}

fn target(room: &mut Room<'_, '_>, declaration: &Declaration) -> Result<Target, Why> {
    let kind = ("loadbalancer/app", List::Balancers);
    let id = room.arn_at(&declaration.address, declaration.attr("target_id"), "target_id", kind);
    Ok(Target {
        id: id.ok_or_else(|| Why::new("target_id is not set"))?,
        port: declaration.attr("port").integer()?,
        zone: None,
        state: UNDEPLOYED.to_owned(),
        reason: None,
        description: None,
    })
}

/// A target of a group that is not known may be one of any group's.
fn attached_to_any(room: &mut Room<'_, '_>, address: &str, why: &Why) {
    for group in room.draft.region.target_groups.items.iter_mut().filter(|group| group.target_type == "alb") {
        group.targets = Observed::Unknown(why.gap(address));
    }
}
