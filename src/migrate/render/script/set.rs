//! What a plan sets, as commands.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::shell::{json as structure, quoted, word, words};
use super::create::permission;
use super::{remember, rolled_out};
use crate::inventory::SecurityGroupRule;
use crate::migrate::plan::{Action, Plan, Step};
use crate::migrate::thing::{Create, Property, ServiceTarget, State};

/// The commands that set a property, each with the one that sets it back.
pub(super) fn lines(plan: &Plan, step: &Step, property: &Property, before: &State, after: &State, undone_by_earlier: bool) -> Vec<String> {
    let mut lines = Vec::new();
    for (from, to) in portions(before, after) {
        lines.extend(command(plan, property, &from, &to));
        if !undone_by_earlier {
            let mut back = command(plan, property, &to, &from);
            back.extend(wait(step, property));
            if step.settle_seconds > 0 {
                back.push(format!("sleep {}", step.settle_seconds));
            }
            lines.extend(remember(&back.join(" && ")));
        }
    }
    // Also after a rollout that AWS rolled back: the targets' health, which comes next, tells.
    lines.extend(wait(step, property));
    lines
}

/// What one call cannot set is set in portions, so that each is taken back by itself.
fn portions(before: &State, after: &State) -> Vec<(State, State)> {
    let rules = |from: &[SecurityGroupRule], to: &[SecurityGroupRule]| {
        let one = |rule: &SecurityGroupRule| State::Rules(vec![rule.clone()]);
        let gone = from.iter().filter(|rule| !to.contains(rule)).map(|rule| (one(rule), State::Rules(Vec::new())));
        let new = to.iter().filter(|rule| !from.contains(rule)).map(|rule| (State::Rules(Vec::new()), one(rule)));
        new.chain(gone).collect()
    };
    let names = |from: &[String], to: &[String]| {
        let one = |name: &String| State::Names(vec![name.clone()]);
        let gone = from.iter().filter(|name| !to.contains(name)).map(|name| (one(name), State::Names(Vec::new())));
        let new = to.iter().filter(|name| !from.contains(name)).map(|name| (State::Names(Vec::new()), one(name)));
        new.chain(gone).collect()
    };
    match (before, after) {
        (State::Rules(from), State::Rules(to)) => rules(from, to),
        (State::Names(from), State::Names(to)) => names(from, to),
        _ => vec![(before.clone(), after.clone())],
    }
}

fn wait(step: &Step, property: &Property) -> Option<String> {
    match property {
        Property::ServiceTargets { cluster, service } => Some(rolled_out(&word(cluster), &word(service), step.deadline_seconds)),
        _ => None,
    }
}

fn command(plan: &Plan, property: &Property, from: &State, to: &State) -> Vec<String> {
    let calls = match (property, from, to) {
        (Property::ListenerCertificates { listener }, State::Names(from), State::Names(to)) => certificates(listener, from, to),
        (Property::GroupIngress { group }, State::Rules(from), State::Rules(to)) => ingress(group, from, to),
        (Property::ServiceTargets { cluster, service }, _, State::Targets(targets)) => vec![format!(
            "aws ecs update-service --cluster {} --service {} --load-balancers {}",
            word(cluster),
            word(service),
            structure(&targets.iter().map(service_target).collect()),
        )],
        (_, State::Settings(from), State::Settings(to)) => {
            balancing(property, from, to).unwrap_or_else(|| gateway(plan, property, from, to))
        }
        _ => Vec::new(),
    };
    calls.into_iter().map(|call| format!("{call} > /dev/null")).collect()
}

type Settings = BTreeMap<String, String>;

fn balancing(property: &Property, from: &Settings, to: &Settings) -> Option<Vec<String>> {
    let attributes = || -> Value { to.iter().map(|(key, value)| json!({"Key": key, "Value": value})).collect() };
    let call = match property {
        Property::LoadBalancerGroups { balancer } => format!(
            "aws elbv2 set-security-groups --load-balancer-arn {} --security-groups {} \
             --enforce-security-group-inbound-rules-on-private-link-traffic {}",
            word(balancer),
            to.get("SecurityGroups").map(|groups| words(&groups.split(',').collect::<Vec<_>>())).unwrap_or_default(),
            word(to.get("EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic").map_or("on", String::as_str)),
        ),
        Property::LoadBalancerAttributes { balancer } => {
            let attributes = structure(&attributes());
            format!("aws elbv2 modify-load-balancer-attributes --load-balancer-arn {} --attributes {attributes}", word(balancer))
        }
        Property::TargetGroupAttributes { target_group } => {
            let attributes = structure(&attributes());
            format!("aws elbv2 modify-target-group-attributes --target-group-arn {} --attributes {attributes}", word(target_group))
        }
        Property::Listener { listener } => {
            format!("aws elbv2 modify-listener --listener-arn {}{}", word(listener), listener_change(from, to))
        }
        _ => return None,
    };
    Some(vec![call])
}

fn listener_change(from: &Settings, to: &Settings) -> String {
    let changed = to.iter().filter(|(key, value)| from.get(*key) != Some(*value));
    let each = changed.map(|(key, value)| match key.as_str() {
        "SslPolicy" => format!(" --ssl-policy {}", word(value)),
        "forward" => format!(" --default-actions {}", structure(&json!([{"Type": "forward", "TargetGroupArn": value}]))),
        _ => {
            let mut parts = value.split(':');
            let mut part = |default: &str| parts.next().unwrap_or(default).to_owned();
            let config = json!({"Protocol": part("HTTPS"), "Port": part("443"), "StatusCode": part("HTTP_301")});
            format!(" --default-actions {}", structure(&json!([{"Type": "redirect", "RedirectConfig": config}])))
        }
    });
    each.collect()
}

fn certificates(listener: &str, from: &[String], to: &[String]) -> Vec<String> {
    let (verb, arns) = if to.is_empty() { ("remove", from) } else { ("add", to) };
    let arns: Value = arns.iter().map(|arn| json!({"CertificateArn": arn})).collect();
    vec![format!("aws elbv2 {verb}-listener-certificates --listener-arn {} --certificates {}", word(listener), structure(&arns))]
}

fn service_target(target: &ServiceTarget) -> Value {
    json!({"targetGroupArn": target.target_group, "containerName": target.container, "containerPort": target.port})
}

fn ingress(group: &str, from: &[SecurityGroupRule], to: &[SecurityGroupRule]) -> Vec<String> {
    let (verb, rules) = if to.is_empty() { ("revoke", from) } else { ("authorize", to) };
    let permissions = structure(&rules.iter().map(|rule| permission(rule, None)).collect());
    vec![format!("aws ec2 {verb}-security-group-ingress --group-id {} --ip-permissions {permissions}", word(group))]
}

/// What API Gateway is told.
fn gateway(plan: &Plan, property: &Property, from: &Settings, to: &Settings) -> Vec<String> {
    let patch = |order: &[&str]| structure(&patches(plan, from, to, order));
    match property {
        Property::RestIntegration { api, resource, method } => vec![format!(
            "aws apigateway update-integration --rest-api-id {} --resource-id {} --http-method {} --patch-operations {}",
            word(api),
            word(resource),
            word(method),
            patch(&["/connectionType", "/connectionId", "/integrationTarget", "/uri"]),
        )],
        Property::RestStage { api, stage } => {
            vec![format!(
                "aws apigateway update-stage --rest-api-id {} --stage-name {} --patch-operations {}",
                word(api),
                word(stage),
                patch(&[])
            )]
        }
        Property::RestApi { api } => {
            vec![format!("aws apigateway update-rest-api --rest-api-id {} --patch-operations {}", word(api), patch(&[]))]
        }
        Property::HttpIntegration { api, integration } => vec![format!(
            "aws apigatewayv2 update-integration --api-id {} --integration-id {}{}",
            word(api),
            word(integration),
            options(from, to)
        )],
        Property::HttpStage { api, stage } => http_stage(api, stage, from, to),
        Property::HttpApi { api } => vec![format!("aws apigatewayv2 update-api --api-id {}{}", word(api), options(from, to))],
        Property::Lock { api } => lock(api, from, to),
        _ => Vec::new(),
    }
}

fn lock(api: &str, from: &Settings, to: &Settings) -> Vec<String> {
    if to.is_empty() {
        let keys: Vec<&String> = from.keys().collect();
        return vec![format!("aws apigateway untag-resource --resource-arn {} --tag-keys {}", word(api), words(&keys))];
    }
    vec![format!("aws apigateway tag-resource --resource-arn {} --tags {}", word(api), structure(&json!(to)))]
}

/// Patch operations for what differs, in an order that AWS takes; what goes is taken away last.
fn patches(plan: &Plan, from: &Settings, to: &Settings, order: &[&str]) -> Value {
    let mut keys: Vec<&String> = to.keys().filter(|key| from.get(*key) != to.get(*key)).collect();
    keys.sort_by_key(|key| order.iter().position(|known| known == key).unwrap_or(order.len()));
    let mut operations: Vec<Value> = keys
        .iter()
        .map(|key| match to[*key].as_str() {
            // AWS promotes a canary's deployment by a copy.
            value if *key == "/deploymentId" && is_canary(plan, value) => {
                json!({"op": "copy", "from": "/canarySettings/deploymentId", "path": key})
            }
            value => json!({"op": "replace", "path": key, "value": value}),
        })
        .collect();
    let goes = |beginning: &str| from.keys().any(|key| key.starts_with(beginning) && !to.contains_key(key));
    for beginning in ["/canarySettings", "/accessLogSettings"] {
        if goes(beginning) {
            operations.push(json!({"op": "remove", "path": beginning}));
        }
    }
    if goes("/*/*/logging/loglevel") {
        operations.push(json!({"op": "replace", "path": "/*/*/logging/loglevel", "value": "OFF"}));
    }
    operations.into()
}

/// Whether a deployment is one that a canary of this plan serves.
fn is_canary(plan: &Plan, value: &str) -> bool {
    let step = value.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')).and_then(|id| plan.step(id));
    step.is_some_and(|step| matches!(step.action, Action::Create(Create::RestDeployment { canary_percent: Some(_), .. })))
}

fn http_stage(api: &str, stage: &str, from: &Settings, to: &Settings) -> Vec<String> {
    let (api, stage) = (word(api), word(stage));
    let mut calls = Vec::new();
    let changed = options(from, to);
    if !changed.is_empty() {
        calls.push(format!("aws apigatewayv2 update-stage --api-id {api} --stage-name {stage}{changed}"));
    }
    if from.contains_key("AccessLogSettings.DestinationArn") && !to.contains_key("AccessLogSettings.DestinationArn") {
        calls.push(format!("aws apigatewayv2 delete-access-log-settings --api-id {api} --stage-name {stage}"));
    }
    calls
}

/// Options of the second API Gateway service for what differs.
fn options(from: &Settings, to: &Settings) -> String {
    let mut found = String::new();
    for (key, value) in to.iter().filter(|(key, value)| from.get(*key) != Some(*value)) {
        found += &option(key, value, to);
    }
    // An empty value takes a parameter away, and an empty structure the back end's name; a link means nothing to the internet.
    for key in from.keys().filter(|key| !to.contains_key(*key)) {
        found += match key.as_str() {
            "RequestParameters.overwrite:path" => " --request-parameters '{\"overwrite:path\":\"\"}'",
            "TlsConfig.ServerNameToVerify" => " --tls-config '{}'",
            _ => "",
        };
    }
    found
}

fn option(key: &str, value: &str, to: &Settings) -> String {
    let switch = |name: &str| format!(" --{}{name}", if value == "true" { "" } else { "no-" });
    match key {
        "ConnectionType" => format!(" --connection-type {}", word(value)),
        "ConnectionId" => format!(" --connection-id {}", word(value)),
        "IntegrationUri" => format!(" --integration-uri {}", word(value)),
        "TlsConfig.ServerNameToVerify" => format!(" --tls-config {}", structure(&json!({"ServerNameToVerify": value}))),
        "RequestParameters.overwrite:path" => format!(" --request-parameters {}", structure(&json!({"overwrite:path": value}))),
        // A stage that deploys each change at once chooses its deployment itself.
        "DeploymentId" if to.get("AutoDeploy").is_some_and(|on| on == "true") => String::new(),
        "DeploymentId" => format!(" --deployment-id {}", word(value)),
        "AutoDeploy" => switch("auto-deploy"),
        "DisableExecuteApiEndpoint" => switch("disable-execute-api-endpoint"),
        "AccessLogSettings.DestinationArn" => {
            let mut log = json!({"DestinationArn": value});
            if let Some(format) = to.get("AccessLogSettings.Format") {
                log["Format"] = Value::from(format.as_str());
            }
            // Its variables are API Gateway's own.
            format!(" --access-log-settings {}", quoted(&log.to_string()))
        }
        _ => String::new(),
    }
}
