//! Rules of security groups, and the addresses that some of them name.

use std::io;

use super::{Of, label, text};
use crate::inventory::{Peer, SecurityGroupRule};
use crate::migrate::plan::Action;
use crate::migrate::resolve::{Piece, pieces};
use crate::migrate::thing::Create;

/// The rules that a step makes.
pub(super) fn group_rules(of: &Of<'_>, step: &str, group: &str, rules: &[SecurityGroupRule], out: &mut dyn io::Write) -> io::Result<()> {
    let label = label(step);
    rules.iter().enumerate().try_for_each(|(number, rule)| group_rule(of, &format!("{label}_{number}"), group, rule, out))
}

fn group_rule(of: &Of<'_>, label: &str, group: &str, rule: &SecurityGroupRule, out: &mut dyn io::Write) -> io::Result<()> {
    let direction = if rule.egress { "egress" } else { "ingress" };
    writeln!(out, "resource \"aws_vpc_security_group_{direction}_rule\" \"{label}\" {{")?;
    if let Some(step) = balancer_of(rule) {
        writeln!(out, "  for_each          = {}", subnets(of, step))?;
    }
    writeln!(out, "  security_group_id = {}\n  ip_protocol       = {}", of.locals.text(group), text(&rule.protocol))?;
    for (name, port) in [("from_port", rule.from_port), ("to_port", rule.to_port)] {
        if let Some(port) = port {
            writeln!(out, "  {name:<17} = {port}")?;
        }
    }
    let (name, peer) = match &rule.peer {
        Peer::CidrIpv4(block) => ("cidr_ipv4", block),
        Peer::CidrIpv6(block) => ("cidr_ipv6", block),
        Peer::PrefixList(id) => ("prefix_list_id", id),
        Peer::SecurityGroup(id) => ("referenced_security_group_id", id),
    };
    writeln!(out, "  {name} = {}\n  tags = local.apiaudit_tags\n}}", of.locals.text(peer))
}

/// The load balancer, by its step, whose addresses a rule names.
pub(super) fn balancer_of(rule: &SecurityGroupRule) -> Option<&str> {
    let Peer::CidrIpv4(block) = &rule.peer else { return None };
    match pieces(block).first() {
        Some(Piece::Hole(name)) => Some(name.split('.').next().unwrap_or(name)),
        _ => None,
    }
}

fn subnets(of: &Of<'_>, step: &str) -> String {
    let subnets = of.plan.step(step).map(|step| match &step.action {
        Action::Create(Create::LoadBalancer { subnets, .. }) => of.locals.list(subnets),
        _ => "[]".to_owned(),
    });
    format!("toset({})", subnets.unwrap_or_else(|| "[]".to_owned()))
}

/// The load balancer's own addresses, which API Gateway's traffic comes from; once, however many rules name them.
pub(super) fn addresses(of: &Of<'_>, step: &str, out: &mut dyn io::Write) -> io::Result<()> {
    let named = of.plan.steps.iter().any(|other| match &other.action {
        Action::Create(Create::GroupRules { rules, .. }) => rules.iter().any(|rule| balancer_of(rule) == Some(step)),
        _ => false,
    });
    if !named {
        return Ok(());
    }
    let label = label(step);
    writeln!(out, "\ndata \"aws_network_interface\" \"{label}\" {{\n  for_each = {}", subnets(of, step))?;
    writeln!(out, "  filter {{\n    name   = \"description\"\n    values = [\"ELB ${{aws_lb.{label}.arn_suffix}}\"]\n  }}")?;
    writeln!(out, "  filter {{\n    name   = \"subnet-id\"\n    values = [each.key]\n  }}\n}}")
}
