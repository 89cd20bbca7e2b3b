//! The end of a plan as Terraform, for teams that manage with it.

use std::io;

use super::text::shown;
use crate::inventory::{HealthCheck, Peer, SecurityGroupRule};
use crate::migrate::cloud::PLAN_TAG;
use crate::migrate::plan::{Action, Phase, Plan, Step};
use crate::migrate::resolve::{Piece, pieces};
use crate::migrate::thing::{Create, Property, State};

/// Writes what a plan makes as resources, and what it changes as edits of resources that are there.
pub fn terraform(plan: &Plan, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "# {}", crate::report::text::escape(&plan.summary))?;
    writeln!(out, "# Plan {} of apiaudit {} for account {}, {}.", plan.id, plan.tool_version, plan.account, plan.region)?;
    writeln!(out, "# The resources are new. The edits further down belong into the blocks that manage those resources today;")?;
    writeln!(out, "# apply the new resources first, then the edits, and deploy the API last.\n")?;
    writeln!(out, "locals {{\n  apiaudit_tags = {{ {} = {} }}\n}}", text(PLAN_TAG), text(&plan.id))?;
    for step in plan.steps.iter().filter(|step| step.phase == Phase::Prepare) {
        if let Action::Create(thing) = &step.action {
            writeln!(out, "\n# {}", crate::report::text::escape(&step.title))?;
            resource(plan, step, thing, out)?;
        }
    }
    writeln!(out, "\n# ---- edits of what is there")?;
    for step in &plan.steps {
        if let Action::Set { property, before, after, .. } = &step.action {
            edit(step, property, before, after, out)?;
        }
    }
    Ok(())
}

/// A string of HCL: nothing in it is a template of Terraform's but what steps made.
fn text(value: &str) -> String {
    let inside: String = pieces(value)
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => escaped(text),
            Piece::Hole(name) => format!("${{{}}}", reference(name)),
        })
        .collect();
    // A lone reference needs no quotes.
    match pieces(value).as_slice() {
        [Piece::Hole(name)] => reference(name),
        _ => format!("\"{inside}\""),
    }
}

fn escaped(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"").replace("${", "$${").replace("%{", "%%{");
    crate::report::text::escape(&text).into_owned()
}

/// What a step made, as an expression. The kind is in the step's id.
fn reference(name: &str) -> String {
    let (step, part) = name.split_once('.').map_or((name, None), |(step, part)| (step, Some(part)));
    let label = label(step);
    let is = |what: &str| step == what || step.starts_with(&format!("{what}-"));
    match part {
        Some(_) => format!("data.aws_network_interface.{label}[each.key].private_ip"),
        None if is("link-group") || is("nlb-group") => format!("aws_security_group.{label}.id"),
        None if is("nlb") => format!("aws_lb.{label}.arn"),
        None if is("targets") => format!("aws_lb_target_group.{label}.arn"),
        None if is("listener") => format!("aws_lb_listener.{label}.arn"),
        None if is("link") => format!("local.{label}_id"),
        None => format!("local.{label}"),
    }
}

fn label(step: &str) -> String {
    format!("apiaudit_{}", step.replace('-', "_"))
}

fn list(values: &[String]) -> String {
    format!("[{}]", values.iter().map(|value| text(value)).collect::<Vec<_>>().join(", "))
}

fn resource(plan: &Plan, step: &Step, thing: &Create, out: &mut dyn io::Write) -> io::Result<()> {
    let label = label(&step.id);
    let tags = "  tags = local.apiaudit_tags";
    match thing {
        Create::SecurityGroup { name, description, vpc } => {
            writeln!(out, "resource \"aws_security_group\" \"{label}\" {{")?;
            writeln!(out, "  name        = {}\n  description = {}\n  vpc_id      = {}", text(name), text(description), text(vpc))?;
            writeln!(
                out,
                "  egress {{\n    protocol    = \"-1\"\n    from_port   = 0\n    to_port     = 0\n    cidr_blocks = [\"0.0.0.0/0\"]\n  }}"
            )?;
            writeln!(out, "{tags}\n}}")
        }
        Create::GroupRules { group, rules } => {
            rules.iter().enumerate().try_for_each(|(number, rule)| group_rule(plan, &label, number, group, rule, out))
        }
        Create::LoadBalancer { name, subnets, groups } => {
            writeln!(out, "resource \"aws_lb\" \"{label}\" {{\n  name               = {}", text(name))?;
            writeln!(out, "  load_balancer_type = \"network\"\n  internal           = true")?;
            writeln!(out, "  subnets            = {}\n  security_groups    = {}", list(subnets), list(groups))?;
            writeln!(out, "  enable_cross_zone_load_balancing = true")?;
            if enforcement_is_off(plan, &step.id) {
                writeln!(out, "  enforce_security_group_inbound_rules_on_private_link_traffic = \"off\"")?;
            }
            writeln!(out, "{tags}\n}}")
        }
        Create::TargetGroup { name, vpc, protocol, port, target_type, health_check } => {
            writeln!(out, "resource \"aws_lb_target_group\" \"{label}\" {{\n  name        = {}", text(name))?;
            writeln!(
                out,
                "  protocol    = \"{protocol}\"\n  port        = {port}\n  vpc_id      = {}\n  target_type = \"{target_type}\"",
                text(vpc)
            )?;
            health(health_check, out)?;
            writeln!(out, "{tags}\n}}")
        }
        Create::Listener { balancer, protocol, port, target_group, ssl_policy, certificate } => {
            writeln!(out, "resource \"aws_lb_listener\" \"{label}\" {{\n  load_balancer_arn = {}", text(balancer))?;
            writeln!(out, "  protocol          = \"{protocol}\"\n  port              = {port}")?;
            for (name, value) in [("ssl_policy", ssl_policy), ("certificate_arn", certificate)] {
                if let Some(value) = value {
                    writeln!(out, "  {name:<17} = {}", text(value))?;
                }
            }
            writeln!(
                out,
                "  default_action {{\n    type             = \"forward\"\n    target_group_arn = {}\n  }}\n{tags}\n}}",
                text(target_group)
            )
        }
        Create::AlbTarget { target_group, balancer, port } => {
            writeln!(out, "resource \"aws_lb_target_group_attachment\" \"{label}\" {{")?;
            writeln!(
                out,
                "  target_group_arn = {}\n  target_id        = {}\n  port             = {port}\n}}",
                text(target_group),
                text(balancer)
            )
        }
        Create::VpcLinkV1 { name, balancer } => {
            writeln!(out, "resource \"aws_api_gateway_vpc_link\" \"{label}\" {{\n  name        = {}", text(name))?;
            writeln!(out, "  target_arns = [{}]\n{tags}\n}}", text(balancer))?;
            writeln!(out, "\nlocals {{\n  {label}_id = aws_api_gateway_vpc_link.{label}.id\n}}")
        }
        Create::VpcLinkV2 { name, subnets, groups } => {
            writeln!(out, "resource \"aws_apigatewayv2_vpc_link\" \"{label}\" {{\n  name               = {}", text(name))?;
            writeln!(out, "  subnet_ids         = {}\n  security_group_ids = {}\n{tags}\n}}", list(subnets), list(groups))?;
            writeln!(out, "\nlocals {{\n  {label}_id = aws_apigatewayv2_vpc_link.{label}.id\n}}")
        }
        Create::Service { name, like, desired_count, target, .. } => {
            writeln!(out, "# Copy the aws_ecs_service that manages {} under the name {},", escaped(like), text(name))?;
            writeln!(out, "# with desired_count = {desired_count} and this load balancer alone:")?;
            writeln!(out, "#   load_balancer {{\n#     target_group_arn = {}", text(&target.target_group))?;
            writeln!(out, "#     container_name   = {}\n#     container_port   = {}\n#   }}", text(&target.container), target.port)
        }
        // What lies in an API is an edit, and scratch APIs come and go while a plan is applied.
        _ => Ok(()),
    }
}

fn enforcement_is_off(plan: &Plan, balancer: &str) -> bool {
    let named = format!("${{{balancer}}}");
    plan.steps
        .iter()
        .any(|step| matches!(&step.action, Action::Set { property: Property::LoadBalancerGroups { balancer }, .. } if *balancer == named))
}

fn health(check: &HealthCheck, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "  health_check {{")?;
    let is_http = check.protocol.as_deref().is_some_and(|protocol| protocol.starts_with("HTTP"));
    let strings = [
        ("protocol", &check.protocol, true),
        ("port", &check.port, true),
        ("path", &check.path, is_http),
        ("matcher", &check.matcher, is_http),
    ];
    for (name, value, _) in strings.into_iter().filter(|(_, _, wanted)| *wanted) {
        if let Some(value) = value {
            writeln!(out, "    {name:<19} = {}", text(value))?;
        }
    }
    let numbers = [
        ("interval", check.interval_seconds),
        ("timeout", check.timeout_seconds),
        ("healthy_threshold", check.healthy_threshold),
        ("unhealthy_threshold", check.unhealthy_threshold),
    ];
    for (name, value) in numbers {
        if let Some(value) = value {
            writeln!(out, "    {name:<19} = {value}")?;
        }
    }
    writeln!(out, "  }}")
}

fn group_rule(plan: &Plan, label: &str, number: usize, group: &str, rule: &SecurityGroupRule, out: &mut dyn io::Write) -> io::Result<()> {
    let addresses = matches!(&rule.peer, Peer::CidrIpv4(block) if block.starts_with("${"));
    if addresses {
        addresses_of(plan, rule, out)?;
    }
    writeln!(out, "resource \"aws_vpc_security_group_ingress_rule\" \"{label}_{number}\" {{")?;
    if addresses {
        writeln!(out, "  for_each          = {}", balancer_subnets(plan, rule))?;
    }
    writeln!(out, "  security_group_id = {}\n  ip_protocol       = \"{}\"", text(group), rule.protocol)?;
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
    writeln!(out, "  {name} = {}\n  tags = local.apiaudit_tags\n}}", text(peer))
}

/// The subnets of the load balancer whose addresses a rule names.
fn balancer_subnets(plan: &Plan, rule: &SecurityGroupRule) -> String {
    let step = hole(rule);
    let subnets = plan.step(step).map(|step| match &step.action {
        Action::Create(Create::LoadBalancer { subnets, .. }) => list(subnets),
        _ => "[]".to_owned(),
    });
    format!("toset({})", subnets.unwrap_or_else(|| "[]".to_owned()))
}

fn hole(rule: &SecurityGroupRule) -> &str {
    let Peer::CidrIpv4(block) = &rule.peer else { return "" };
    block.trim_start_matches("${").split('.').next().unwrap_or_default()
}

/// The load balancer's own addresses, which API Gateway's traffic comes from.
fn addresses_of(plan: &Plan, rule: &SecurityGroupRule, out: &mut dyn io::Write) -> io::Result<()> {
    let label = label(hole(rule));
    writeln!(out, "data \"aws_network_interface\" \"{label}\" {{\n  for_each = {}", balancer_subnets(plan, rule))?;
    writeln!(out, "  filter {{\n    name   = \"description\"\n    values = [\"ELB ${{aws_lb.{label}.arn_suffix}}\"]\n  }}")?;
    writeln!(out, "  filter {{\n    name   = \"subnet-id\"\n    values = [each.key]\n  }}\n}}\n")
}

/// A change of something that another block manages today.
fn edit(step: &Step, property: &Property, before: &State, after: &State, out: &mut dyn io::Write) -> io::Result<()> {
    let title = crate::report::text::escape(&step.title);
    match (property, after) {
        (Property::ServiceTargets { service, .. }, State::Targets(targets)) => {
            writeln!(out, "\n# {title}: in the aws_ecs_service of {}, add", escaped(service))?;
            let State::Targets(old) = before else { return Ok(()) };
            for target in targets.iter().filter(|target| !old.contains(target)) {
                writeln!(out, "#   load_balancer {{\n#     target_group_arn = {}", text(&target.target_group))?;
                writeln!(out, "#     container_name   = {}\n#     container_port   = {}\n#   }}", text(&target.container), target.port)?;
            }
            Ok(())
        }
        (Property::RestIntegration { api, resource, method }, State::Settings(_)) if !api.starts_with("${") => {
            writeln!(out, "\n# {title}: in the aws_api_gateway_integration of {} {resource} {method},", escaped(api))?;
            argument(out, after, "/connectionType", "connection_type")?;
            argument(out, after, "/connectionId", "connection_id")?;
            argument(out, after, "/integrationTarget", "integration_target")
        }
        (Property::HttpIntegration { api, integration }, State::Settings(_)) if !api.starts_with("${") => {
            writeln!(out, "\n# {title}: in the aws_apigatewayv2_integration {} of {},", escaped(integration), escaped(api))?;
            argument(out, after, "ConnectionType", "connection_type")?;
            argument(out, after, "ConnectionId", "connection_id")?;
            argument(out, after, "IntegrationUri", "integration_uri")?;
            if let Some(name) = after.get("TlsConfig.ServerNameToVerify") {
                writeln!(out, "#   tls_config {{\n#     server_name_to_verify = {}\n#   }}", text(name))?;
            }
            match after.get("RequestParameters.overwrite:path") {
                Some(path) => writeln!(out, "#   request_parameters = {{ \"overwrite:path\" = {} }}", text(path)),
                None => Ok(()),
            }
        }
        (Property::GroupIngress { group }, _) => {
            writeln!(out, "\n# {title}: remove these ingress rules of {}", escaped(group))?;
            let State::Rules(rules) = before else { return Ok(()) };
            rules.iter().try_for_each(|rule| writeln!(out, "#   {}", escaped(&serde_json::to_string(rule).unwrap_or_default())))
        }
        (Property::LoadBalancerAttributes { balancer } | Property::TargetGroupAttributes { target_group: balancer }, _)
            if balancer.starts_with("${") =>
        {
            Ok(())
        }
        (Property::LoadBalancerGroups { .. } | Property::Lock { .. } | Property::RestStage { .. } | Property::HttpStage { .. }, _)
            if step.phase != Phase::Fix =>
        {
            Ok(())
        }
        (Property::RestIntegration { .. } | Property::HttpIntegration { .. }, _) => Ok(()),
        _ => writeln!(out, "\n# {title}: set {}", escaped(&shown(after))),
    }
}

fn argument(out: &mut dyn io::Write, after: &State, key: &str, name: &str) -> io::Result<()> {
    match after.get(key) {
        Some(value) => writeln!(out, "#   {name} = {}", text(value)),
        None => Ok(()),
    }
}
