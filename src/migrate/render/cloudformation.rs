//! The end of a plan as a CloudFormation template, for teams that manage with it, CDK or SAM.

use std::io;

use super::made::{attributes_of_targets, balancers_of_targets, lets_private_link_in};
use super::text::shown;
use crate::inventory::{HealthCheck, Peer, SecurityGroupRule};
use crate::migrate::cloud::PLAN_TAG;
use crate::migrate::plan::{Action, Phase, Plan, Step};
use crate::migrate::resolve::{Piece, pieces};
use crate::migrate::thing::{Create, Property, State};
use crate::report::text::{escape, is_hidden};

/// Writes what a plan makes as a template, and what it changes as comments for the templates that manage it.
pub fn cloudformation(plan: &Plan, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "AWSTemplateFormatVersion: '2010-09-09'")?;
    writeln!(out, "Description: {}", quoted(&format!("{}; plan {} of apiaudit", plan.summary, plan.id)))?;
    let prepares = || plan.steps.iter().filter(|step| step.phase == Phase::Prepare);
    if prepares().any(|step| matches!(step.action, Action::Create(_))) {
        writeln!(out, "Resources:")?;
    } else {
        writeln!(out, "# Nothing is made: a template needs at least one resource, so only the edits below are of use.\nResources: {{}}")?;
    }
    for step in prepares() {
        match &step.action {
            Action::Create(thing) => resource(plan, step, thing, out)?,
            Action::Set { property: Property::ListenerCertificates { listener }, after: State::Names(arns), .. } => {
                certificates(step, listener, arns, out)?;
            }
            _ => {}
        }
    }
    writeln!(out, "\n# ---- edits of what is there, in the templates that manage it; deploy the API last")?;
    for step in &plan.steps {
        if let Action::Set { property, before, after, .. } = &step.action {
            edit(step, property, before, after, out)?;
        }
    }
    Ok(())
}

/// A string of YAML, always quoted; hidden characters are written out, and stay what they are.
fn quoted(text: &str) -> String {
    if !text.contains(is_hidden) {
        return format!("'{}'", text.replace('\'', "''"));
    }
    let each = text.chars().map(|letter| match letter {
        '"' | '\\' => format!("\\{letter}"),
        letter if is_hidden(letter) => format!("\\U{:08x}", u32::from(letter)),
        letter => letter.to_string(),
    });
    format!("\"{}\"", each.collect::<String>())
}

/// A value: a reference where it is what a step made, a joined text where it holds one.
fn value(text: &str) -> String {
    match pieces(text).as_slice() {
        [] => "''".to_owned(),
        [Piece::Text(text)] => quoted(text),
        [Piece::Hole(name)] => reference(name),
        several => {
            let parts = several.iter().map(|piece| match piece {
                Piece::Text(text) => quoted(text),
                Piece::Hole(name) => reference(name),
            });
            format!("!Join ['', [{}]]", parts.collect::<Vec<_>>().join(", "))
        }
    }
}

fn reference(name: &str) -> String {
    let step = name.split('.').next().unwrap_or(name);
    if step.ends_with("-group") || step.contains("-group-") {
        format!("!GetAtt {}.GroupId", logical(step))
    } else {
        format!("!Ref {}", logical(step))
    }
}

/// The logical id of what a step makes: letters and digits.
fn logical(step: &str) -> String {
    let words = step.split('-').map(|word| {
        let mut letters = word.chars();
        letters.next().map(|letter| letter.to_ascii_uppercase()).into_iter().chain(letters).collect::<String>()
    });
    std::iter::once("Apiaudit".to_owned()).chain(words).collect()
}

fn list(values: &[String]) -> String {
    format!("[{}]", values.iter().map(|text| value(text)).collect::<Vec<_>>().join(", "))
}

fn begin(step: &str, kind: &str, title: &str, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "  # {}", escape(title))?;
    writeln!(out, "  {}:\n    Type: {kind}\n    Properties:", logical(step))
}

fn tags(plan: &Plan, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "      Tags:\n        - {{Key: {}, Value: {}}}", quoted(PLAN_TAG), quoted(&plan.id))
}

fn resource(plan: &Plan, step: &Step, thing: &Create, out: &mut dyn io::Write) -> io::Result<()> {
    let (id, title) = (step.id.as_str(), step.title.as_str());
    match thing {
        Create::SecurityGroup { name, description, vpc } => {
            begin(id, "AWS::EC2::SecurityGroup", title, out)?;
            writeln!(out, "      GroupName: {}\n      GroupDescription: {}\n      VpcId: {}", value(name), value(description), value(vpc))?;
            tags(plan, out)
        }
        Create::GroupRules { group, rules } => {
            let mut number = 0;
            rules.iter().try_for_each(|rule| group_rule(plan, id, &mut number, group, rule, out))
        }
        Create::LoadBalancer { name, subnets, groups } => {
            begin(id, "AWS::ElasticLoadBalancingV2::LoadBalancer", title, out)?;
            writeln!(out, "      Name: {}\n      Type: network\n      Scheme: internal", value(name))?;
            writeln!(out, "      Subnets: {}\n      SecurityGroups: {}", list(subnets), list(groups))?;
            writeln!(out, "      LoadBalancerAttributes:\n        - {{Key: load_balancing.cross_zone.enabled, Value: 'true'}}")?;
            if lets_private_link_in(plan, id) {
                writeln!(out, "      EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: 'off'")?;
            }
            tags(plan, out)
        }
        Create::TargetGroup { name, vpc, protocol, port, target_type, health_check } => {
            begin(id, "AWS::ElasticLoadBalancingV2::TargetGroup", title, out)?;
            writeln!(
                out,
                "      Name: {}\n      Protocol: {}\n      Port: {port}\n      VpcId: {}",
                value(name),
                value(protocol),
                value(vpc)
            )?;
            writeln!(out, "      TargetType: {}", value(target_type))?;
            alb_targets(plan, id, out)?;
            attributes(plan, id, out)?;
            health(health_check, out)?;
            tags(plan, out)
        }
        Create::Listener { balancer, protocol, port, target_group, ssl_policy, certificate } => {
            begin(id, "AWS::ElasticLoadBalancingV2::Listener", title, out)?;
            writeln!(out, "      LoadBalancerArn: {}\n      Protocol: {}\n      Port: {port}", value(balancer), value(protocol))?;
            if let Some(policy) = ssl_policy {
                writeln!(out, "      SslPolicy: {}", value(policy))?;
            }
            if let Some(arn) = certificate {
                writeln!(out, "      Certificates:\n        - CertificateArn: {}", value(arn))?;
            }
            writeln!(out, "      DefaultActions:\n        - Type: forward\n          TargetGroupArn: {}", value(target_group))
        }
        Create::VpcLinkV1 { name, balancer } => {
            begin(id, "AWS::ApiGateway::VpcLink", title, out)?;
            writeln!(out, "      Name: {}\n      TargetArns: [{}]", value(name), value(balancer))?;
            tags(plan, out)
        }
        Create::VpcLinkV2 { name, subnets, groups } => {
            begin(id, "AWS::ApiGatewayV2::VpcLink", title, out)?;
            writeln!(out, "      Name: {}\n      SubnetIds: {}\n      SecurityGroupIds: {}", value(name), list(subnets), list(groups))?;
            writeln!(out, "      Tags: {{{}: {}}}", quoted(PLAN_TAG), quoted(&plan.id))
        }
        Create::Service { name, like, .. } => {
            writeln!(out, "  # {}: copy the AWS::ECS::Service of {} as {},", escape(title), quoted(like), value(name))?;
            writeln!(out, "  # with the new target group as its only load balancer.")
        }
        // An ALB becomes a target in its target group; scratch APIs come and go while a plan is applied.
        _ => Ok(()),
    }
}

fn alb_targets(plan: &Plan, group: &str, out: &mut dyn io::Write) -> io::Result<()> {
    for (balancer, port) in balancers_of_targets(plan, group) {
        writeln!(out, "      Targets:\n        - {{Id: {}, Port: {port}}}", value(balancer))?;
    }
    Ok(())
}

fn attributes(plan: &Plan, group: &str, out: &mut dyn io::Write) -> io::Result<()> {
    let attributes = attributes_of_targets(plan, group);
    if attributes.is_empty() {
        return Ok(());
    }
    writeln!(out, "      TargetGroupAttributes:")?;
    attributes.iter().try_for_each(|(key, text)| writeln!(out, "        - {{Key: {}, Value: {}}}", quoted(key), quoted(text)))
}

/// The certificates beside a listener's default one.
fn certificates(step: &Step, listener: &str, arns: &[String], out: &mut dyn io::Write) -> io::Result<()> {
    for (number, arn) in arns.iter().enumerate() {
        writeln!(out, "  {}No{}:\n    Type: AWS::ElasticLoadBalancingV2::ListenerCertificate", logical(&step.id), number + 1)?;
        writeln!(out, "    Properties:\n      ListenerArn: {}\n      Certificates: [{{CertificateArn: {}}}]", value(listener), value(arn))?;
    }
    Ok(())
}

fn health(check: &HealthCheck, out: &mut dyn io::Write) -> io::Result<()> {
    let is_http = check.protocol.as_deref().is_some_and(|protocol| protocol.starts_with("HTTP"));
    let strings = [("HealthCheckProtocol", &check.protocol), ("HealthCheckPort", &check.port)];
    for (name, text) in strings {
        if let Some(text) = text {
            writeln!(out, "      {name}: {}", value(text))?;
        }
    }
    if let Some(path) = check.path.as_ref().filter(|_| is_http) {
        writeln!(out, "      HealthCheckPath: {}", value(path))?;
    }
    if let Some(codes) = check.matcher.as_ref().filter(|_| is_http) {
        writeln!(out, "      Matcher: {{HttpCode: {}}}", value(codes))?;
    }
    let numbers = [
        ("HealthCheckIntervalSeconds", check.interval_seconds),
        ("HealthCheckTimeoutSeconds", check.timeout_seconds),
        ("HealthyThresholdCount", check.healthy_threshold),
        ("UnhealthyThresholdCount", check.unhealthy_threshold),
    ];
    for (name, number) in numbers {
        if let Some(number) = number {
            writeln!(out, "      {name}: {number}")?;
        }
    }
    Ok(())
}

fn group_rule(plan: &Plan, id: &str, number: &mut usize, group: &str, rule: &SecurityGroupRule, out: &mut dyn io::Write) -> io::Result<()> {
    *number += 1;
    let (name, peer) = match &rule.peer {
        // CloudFormation cannot ask for a load balancer's addresses.
        Peer::CidrIpv4(block) if block.starts_with("${") => {
            let note = "# the addresses of the NLB, one rule each: see the network interfaces `ELB net/…`";
            writeln!(out, "  {note}\n  # (plan {}, {})", escape(&plan.id), escape(block))?;
            return Ok(());
        }
        Peer::CidrIpv4(block) => ("CidrIp", block),
        Peer::CidrIpv6(block) => ("CidrIpv6", block),
        Peer::PrefixList(list) => ("SourcePrefixListId", list),
        Peer::SecurityGroup(group) => ("SourceSecurityGroupId", group),
    };
    writeln!(out, "  {}No{number}:\n    Type: AWS::EC2::SecurityGroupIngress\n    Properties:", logical(id))?;
    writeln!(out, "      GroupId: {}\n      IpProtocol: {}\n      {name}: {}", value(group), quoted(&rule.protocol), value(peer))?;
    for (name, port) in [("FromPort", rule.from_port), ("ToPort", rule.to_port)] {
        if let Some(port) = port {
            writeln!(out, "      {name}: {port}")?;
        }
    }
    Ok(())
}

/// A change of something that another template manages today, as a comment.
fn edit(step: &Step, property: &Property, before: &State, after: &State, out: &mut dyn io::Write) -> io::Result<()> {
    let title = escape(&step.title);
    let mut lines: Vec<String> = Vec::new();
    match (property, before, after) {
        (Property::ServiceTargets { .. }, State::Targets(old), State::Targets(new)) => {
            lines.push("AWS::ECS::Service, LoadBalancers: add".to_owned());
            for target in new.iter().filter(|target| !old.contains(target)) {
                lines.push(format!("- TargetGroupArn: {}", value(&target.target_group)));
                lines.push(format!("  ContainerName: {}", value(&target.container)));
                lines.push(format!("  ContainerPort: {}", target.port));
            }
        }
        (Property::RestIntegration { api, .. }, _, State::Settings(after)) if !api.starts_with("${") => {
            lines.push("AWS::ApiGateway::Method, Integration:".to_owned());
            let names =
                [("/connectionType", "ConnectionType"), ("/connectionId", "ConnectionId"), ("/integrationTarget", "IntegrationTarget")];
            lines.extend(names.into_iter().filter_map(|(key, name)| Some(format!("  {name}: {}", value(after.get(key)?)))));
        }
        (Property::HttpIntegration { api, .. }, _, State::Settings(after)) if !api.starts_with("${") => {
            lines.push("AWS::ApiGatewayV2::Integration:".to_owned());
            let names = ["ConnectionType", "ConnectionId", "IntegrationUri"];
            lines.extend(names.into_iter().filter_map(|name| Some(format!("  {name}: {}", value(after.get(name)?)))));
            if let Some(name) = after.get("TlsConfig.ServerNameToVerify") {
                lines.push(format!("  TlsConfig: {{ServerNameToVerify: {}}}", value(name)));
            }
            if let Some(path) = after.get("RequestParameters.overwrite:path") {
                lines.push(format!("  RequestParameters: {{'overwrite:path': {}}}", value(path)));
            }
        }
        (Property::GroupIngress { group }, State::Rules(rules), _) => {
            lines.push(format!("ingress of {group}: remove"));
            lines.extend(rules.iter().map(|rule| format!("- {}", serde_json::to_string(rule).unwrap_or_default())));
        }
        _ if step.phase == Phase::Fix => lines.push(format!("set {}", shown(after))),
        _ => return Ok(()),
    }
    writeln!(out, "\n# {title}")?;
    lines.iter().try_for_each(|line| writeln!(out, "#   {}", escape(line)))
}
