//! The end of a plan as Terraform, for teams that manage with it.

mod locals;
mod rules;

use std::fmt::Write as _;
use std::io;

use super::made::{attributes_of_targets, lets_private_link_in};
use super::text::shown;
use crate::inventory::HealthCheck;
use crate::migrate::cloud::PLAN_TAG;
use crate::migrate::plan::{Action, Phase, Plan, Step};
use crate::migrate::resolve::{Piece, pieces};
use crate::migrate::thing::{Create, Property, State};
use crate::report::text::{escape, is_hidden};
use locals::Locals;

/// A plan, and the names of the ids in it.
struct Of<'p> {
    plan: &'p Plan,
    locals: Locals,
}

/// Writes what a plan makes as resources, and what it changes as edits of resources that are there.
pub fn terraform(plan: &Plan, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "# {}", escape(&plan.summary))?;
    writeln!(
        out,
        "# Plan {} of apiaudit {} for account {}, {}.",
        escape(&plan.id),
        escape(&plan.tool_version),
        escape(&plan.account),
        escape(&plan.region)
    )?;
    writeln!(out, "# The resources are new. The edits further down belong into the blocks that manage those resources today;")?;
    writeln!(out, "# apply the new resources first, then the edits, and deploy the API last.\n")?;
    let of = Of { plan, locals: Locals::of(plan) };
    writeln!(out, "locals {{\n  apiaudit_tags = {{ {} = {} }}", text(PLAN_TAG), text(&plan.id))?;
    of.locals.0.iter().try_for_each(|(name, expression)| writeln!(out, "  {name} = {expression}"))?;
    writeln!(out, "}}")?;
    for step in plan.steps.iter().filter(|step| step.phase == Phase::Prepare) {
        match &step.action {
            Action::Create(thing) => {
                writeln!(out, "\n# {}", escape(&step.title))?;
                resource(&of, step, thing, out)?;
            }
            Action::Set { property: Property::ListenerCertificates { listener }, after: State::Names(arns), .. } => {
                writeln!(out, "\n# {}", escape(&step.title))?;
                certificates(step, listener, arns, out)?;
            }
            _ => {}
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

/// Hidden characters are written out, and stay what they are.
fn escaped(text: &str) -> String {
    let mut safe = String::new();
    for letter in text.replace('\\', "\\\\").replace('"', "\\\"").replace("${", "$${").replace("%{", "%%{").chars() {
        match u32::from(letter) {
            _ if !is_hidden(letter) => safe.push(letter),
            code @ 0..=0xffff => drop(write!(safe, "\\u{code:04x}")),
            code => drop(write!(safe, "\\U{code:08x}")),
        }
    }
    safe
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

fn resource(of: &Of<'_>, step: &Step, thing: &Create, out: &mut dyn io::Write) -> io::Result<()> {
    let label = label(&step.id);
    let tags = "  tags = local.apiaudit_tags";
    match thing {
        Create::SecurityGroup { name, description, vpc } => {
            writeln!(out, "resource \"aws_security_group\" \"{label}\" {{")?;
            writeln!(
                out,
                "  name        = {}\n  description = {}\n  vpc_id      = {}",
                text(name),
                text(description),
                of.locals.text(vpc)
            )?;
            writeln!(
                out,
                "  egress {{\n    protocol    = \"-1\"\n    from_port   = 0\n    to_port     = 0\n    cidr_blocks = [\"0.0.0.0/0\"]\n  }}"
            )?;
            writeln!(out, "{tags}\n}}")
        }
        Create::GroupRules { group, rules } => rules::group_rules(of, &step.id, group, rules, out),
        Create::LoadBalancer { name, subnets, groups } => {
            writeln!(out, "resource \"aws_lb\" \"{label}\" {{\n  name               = {}", text(name))?;
            writeln!(out, "  load_balancer_type = \"network\"\n  internal           = true")?;
            writeln!(out, "  subnets            = {}\n  security_groups    = {}", of.locals.list(subnets), list(groups))?;
            writeln!(out, "  enable_cross_zone_load_balancing = true")?;
            if lets_private_link_in(of.plan, &step.id) {
                writeln!(out, "  enforce_security_group_inbound_rules_on_private_link_traffic = \"off\"")?;
            }
            writeln!(out, "{tags}\n}}")?;
            rules::addresses(of, &step.id, out)
        }
        Create::TargetGroup { name, vpc, protocol, port, target_type, health_check } => {
            writeln!(out, "resource \"aws_lb_target_group\" \"{label}\" {{\n  name        = {}", text(name))?;
            writeln!(
                out,
                "  protocol    = {}\n  port        = {port}\n  vpc_id      = {}\n  target_type = {}",
                text(protocol),
                of.locals.text(vpc),
                text(target_type)
            )?;
            if let Some(delay) = attributes_of_targets(of.plan, &step.id).get("deregistration_delay.timeout_seconds") {
                writeln!(out, "  deregistration_delay = {}", text(delay))?;
            }
            health(health_check, out)?;
            writeln!(out, "{tags}\n}}")
        }
        Create::Listener { balancer, protocol, port, target_group, ssl_policy, certificate } => {
            writeln!(out, "resource \"aws_lb_listener\" \"{label}\" {{\n  load_balancer_arn = {}", text(balancer))?;
            writeln!(out, "  protocol          = {}\n  port              = {port}", text(protocol))?;
            for (name, value) in [("ssl_policy", ssl_policy), ("certificate_arn", certificate)] {
                if let Some(value) = value {
                    writeln!(out, "  {name:<17} = {}", of.locals.text(value))?;
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
                of.locals.text(balancer)
            )
        }
        Create::VpcLinkV1 { name, balancer } => {
            writeln!(out, "resource \"aws_api_gateway_vpc_link\" \"{label}\" {{\n  name        = {}", text(name))?;
            writeln!(out, "  target_arns = [{}]\n{tags}\n}}", text(balancer))?;
            writeln!(out, "\nlocals {{\n  {label}_id = aws_api_gateway_vpc_link.{label}.id\n}}")
        }
        Create::VpcLinkV2 { name, subnets, groups } => {
            writeln!(out, "resource \"aws_apigatewayv2_vpc_link\" \"{label}\" {{\n  name               = {}", text(name))?;
            writeln!(out, "  subnet_ids         = {}\n  security_group_ids = {}\n{tags}\n}}", of.locals.list(subnets), list(groups))?;
            writeln!(out, "\nlocals {{\n  {label}_id = aws_apigatewayv2_vpc_link.{label}.id\n}}")
        }
        Create::Service { name, like, desired_count, target, .. } => {
            writeln!(out, "# Copy the aws_ecs_service that manages {} under the name {},", escape(like), text(name))?;
            writeln!(out, "# with desired_count = {desired_count} and this load balancer alone:")?;
            writeln!(out, "#   load_balancer {{\n#     target_group_arn = {}", text(&target.target_group))?;
            writeln!(out, "#     container_name   = {}\n#     container_port   = {}\n#   }}", text(&target.container), target.port)
        }
        // What lies in an API is an edit, and scratch APIs come and go while a plan is applied.
        _ => Ok(()),
    }
}

/// The certificates beside a listener's default one.
fn certificates(step: &Step, listener: &str, arns: &[String], out: &mut dyn io::Write) -> io::Result<()> {
    for (number, arn) in arns.iter().enumerate() {
        writeln!(out, "resource \"aws_lb_listener_certificate\" \"{}_{number}\" {{", label(&step.id))?;
        writeln!(out, "  listener_arn    = {}\n  certificate_arn = {}\n}}", text(listener), text(arn))?;
    }
    Ok(())
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

/// A change of something that another block manages today.
fn edit(step: &Step, property: &Property, before: &State, after: &State, out: &mut dyn io::Write) -> io::Result<()> {
    let title = escape(&step.title);
    match (property, after) {
        (Property::ServiceTargets { service, .. }, State::Targets(targets)) => {
            writeln!(out, "\n# {title}: in the aws_ecs_service of {}, add", escape(service))?;
            let State::Targets(old) = before else { return Ok(()) };
            for target in targets.iter().filter(|target| !old.contains(target)) {
                writeln!(out, "#   load_balancer {{\n#     target_group_arn = {}", text(&target.target_group))?;
                writeln!(out, "#     container_name   = {}\n#     container_port   = {}\n#   }}", text(&target.container), target.port)?;
            }
            Ok(())
        }
        (Property::RestIntegration { api, resource, method }, State::Settings(_)) if !api.starts_with("${") => {
            writeln!(out, "\n# {title}: in the aws_api_gateway_integration of {} {} {},", escape(api), escape(resource), escape(method))?;
            argument(out, after, "/connectionType", "connection_type")?;
            argument(out, after, "/connectionId", "connection_id")?;
            argument(out, after, "/integrationTarget", "integration_target")
        }
        (Property::HttpIntegration { api, integration }, State::Settings(_)) if !api.starts_with("${") => {
            writeln!(out, "\n# {title}: in the aws_apigatewayv2_integration {} of {},", escape(integration), escape(api))?;
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
            writeln!(out, "\n# {title}: remove these ingress rules of {}", escape(group))?;
            let State::Rules(rules) = before else { return Ok(()) };
            rules.iter().try_for_each(|rule| writeln!(out, "#   {}", escape(&serde_json::to_string(rule).unwrap_or_default())))
        }
        (
            Property::LoadBalancerAttributes { balancer: made }
            | Property::TargetGroupAttributes { target_group: made }
            | Property::ListenerCertificates { listener: made },
            _,
        ) if made.starts_with("${") => Ok(()),
        (Property::LoadBalancerGroups { .. } | Property::Lock { .. } | Property::RestStage { .. } | Property::HttpStage { .. }, _)
            if step.phase != Phase::Fix =>
        {
            Ok(())
        }
        (Property::RestIntegration { .. } | Property::HttpIntegration { .. }, _) => Ok(()),
        _ => writeln!(out, "\n# {title}: set {}", escape(&shown(after))),
    }
}

fn argument(out: &mut dyn io::Write, after: &State, key: &str, name: &str) -> io::Result<()> {
    match after.get(key) {
        Some(value) => writeln!(out, "#   {name} = {}", text(value)),
        None => Ok(()),
    }
}
