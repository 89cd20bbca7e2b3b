//! What a plan sets, as commands.

use std::collections::BTreeMap;

use super::super::shell::{word, words};
use super::create::peer_permission;
use super::remember;
use crate::migrate::thing::{Property, ServiceTarget, State};

/// The command that sets a property, and the one that sets it back.
pub(super) fn lines(property: &Property, before: &State, after: &State, undone_by_earlier: bool) -> Vec<String> {
    let mut lines = command(property, before, after);
    if !undone_by_earlier {
        lines.push(remember(&command(property, after, before).join(" && ")));
    }
    if let Property::ServiceTargets { cluster, service } = property {
        // Also after a rollout that was rolled back: the targets' health, which comes next, tells.
        lines.push(format!("aws ecs wait services-stable --cluster {} --services {}", word(cluster), word(service)));
    }
    lines
}

fn command(property: &Property, from: &State, to: &State) -> Vec<String> {
    match (property, to) {
        (Property::LoadBalancerGroups { balancer }, State::Settings(to)) => vec![format!(
            "aws elbv2 set-security-groups --load-balancer-arn {} --security-groups {} \
             --enforce-security-group-inbound-rules-on-private-link-traffic {}",
            word(balancer),
            to.get("SecurityGroups").map(|groups| words(&groups.split(',').collect::<Vec<_>>())).unwrap_or_default(),
            to.get("EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic").map_or("on", String::as_str),
        )],
        (Property::LoadBalancerAttributes { balancer }, State::Settings(to)) => {
            vec![format!(
                "aws elbv2 modify-load-balancer-attributes --load-balancer-arn {} --attributes {}",
                word(balancer),
                attributes(to)
            )]
        }
        (Property::TargetGroupAttributes { target_group }, State::Settings(to)) => {
            vec![format!(
                "aws elbv2 modify-target-group-attributes --target-group-arn {} --attributes {}",
                word(target_group),
                attributes(to)
            )]
        }
        (Property::Listener { listener }, State::Settings(to)) => {
            vec![format!("aws elbv2 modify-listener --listener-arn {}{}", word(listener), listener_change(to))]
        }
        (Property::ListenerCertificates { listener }, State::Names(names)) => certificates(listener, from, names),
        (Property::ServiceTargets { cluster, service }, State::Targets(targets)) => vec![format!(
            "aws ecs update-service --cluster {} --service {} --load-balancers {} > /dev/null",
            word(cluster),
            word(service),
            targets.iter().map(service_target).collect::<Vec<_>>().join(" "),
        )],
        (Property::GroupIngress { group }, State::Rules(rules)) => ingress(group, from, rules),
        (_, State::Settings(to)) => vec![gateway(property, from, to)],
        _ => Vec::new(),
    }
}

fn attributes(to: &BTreeMap<String, String>) -> String {
    to.iter().map(|(key, value)| format!("Key={},Value={}", word(key), word(value))).collect::<Vec<_>>().join(" ")
}

fn listener_change(to: &BTreeMap<String, String>) -> String {
    let mut change = String::new();
    for (key, value) in to {
        change += &match key.as_str() {
            "SslPolicy" => format!(" --ssl-policy {}", word(value)),
            "forward" => format!(" --default-actions Type=forward,TargetGroupArn={}", word(value)),
            _ => {
                let parts: Vec<&str> = value.split(':').collect();
                let part = |place: usize, default: &'static str| parts.get(place).copied().unwrap_or(default);
                format!(
                    " --default-actions 'Type=redirect,RedirectConfig={{Protocol={},Port={},StatusCode={}}}'",
                    part(0, "HTTPS"),
                    part(1, "443"),
                    part(2, "HTTP_301"),
                )
            }
        };
    }
    change
}

fn certificates(listener: &str, from: &State, names: &[String]) -> Vec<String> {
    let (verb, arns) = match from {
        State::Names(from) if names.is_empty() => ("remove", from.as_slice()),
        _ => ("add", names),
    };
    let arns: Vec<String> = arns.iter().map(|arn| format!("CertificateArn={arn}")).collect();
    vec![format!("aws elbv2 {verb}-listener-certificates --listener-arn {} --certificates {}", word(listener), words(&arns))]
}

fn service_target(target: &ServiceTarget) -> String {
    format!("targetGroupArn={},containerName={},containerPort={}", word(&target.target_group), word(&target.container), target.port)
}

fn ingress(group: &str, from: &State, rules: &[crate::inventory::SecurityGroupRule]) -> Vec<String> {
    let (verb, rules) = match from {
        State::Rules(from) if rules.is_empty() => ("revoke", from.as_slice()),
        _ => ("authorize", rules),
    };
    let each = rules.iter().map(|rule| peer_permission(rule, &rule.peer));
    each.map(|permission| {
        format!("aws ec2 {verb}-security-group-ingress --group-id {} --ip-permissions {permission} > /dev/null", word(group))
    })
    .collect()
}

/// What API Gateway is told.
fn gateway(property: &Property, from: &State, to: &BTreeMap<String, String>) -> String {
    match property {
        Property::RestIntegration { api, resource, method } => format!(
            "aws apigateway update-integration --rest-api-id {} --resource-id {} --http-method {} --patch-operations {} > /dev/null",
            word(api),
            word(resource),
            word(method),
            patches(from, to, &["/connectionType", "/connectionId", "/integrationTarget", "/uri"]),
        ),
        Property::RestStage { api, stage } => format!(
            "aws apigateway update-stage --rest-api-id {} --stage-name {} --patch-operations {} > /dev/null",
            word(api),
            word(stage),
            patches(from, to, &[]),
        ),
        Property::RestApi { api } => {
            format!("aws apigateway update-rest-api --rest-api-id {} --patch-operations {} > /dev/null", word(api), patches(from, to, &[]))
        }
        Property::HttpIntegration { api, integration } => {
            format!(
                "aws apigatewayv2 update-integration --api-id {} --integration-id {}{} > /dev/null",
                word(api),
                word(integration),
                options(from, to)
            )
        }
        Property::HttpStage { api, stage } => {
            format!("aws apigatewayv2 update-stage --api-id {} --stage-name {}{} > /dev/null", word(api), word(stage), options(from, to))
        }
        Property::HttpApi { api } => format!("aws apigatewayv2 update-api --api-id {}{} > /dev/null", word(api), options(from, to)),
        _ => "true".to_owned(),
    }
}

/// Patch operations for what differs, in an order that AWS takes.
fn patches(from: &State, to: &BTreeMap<String, String>, order: &[&str]) -> String {
    let mut keys: Vec<&String> = to.keys().filter(|key| from.get(key) != to.get(*key).map(String::as_str)).collect();
    keys.sort_by_key(|key| order.iter().position(|known| known == key).unwrap_or(order.len()));
    let mut operations: Vec<String> = keys.iter().map(|key| format!("op=replace,path={key},value={}", word(&to[*key]))).collect();
    if let State::Settings(from) = from
        && from.keys().any(|key| key.starts_with("/canarySettings") && !to.contains_key(key))
    {
        operations.push("op=remove,path=/canarySettings".to_owned());
    }
    operations.join(" ")
}

/// Options of the second API Gateway service for what differs.
fn options(from: &State, to: &BTreeMap<String, String>) -> String {
    let mut found = String::new();
    let empty = BTreeMap::new();
    let from = if let State::Settings(from) = from { from } else { &empty };
    for (key, value) in to.iter().filter(|(key, value)| from.get(*key) != Some(*value)) {
        found += &option(key, Some(value));
    }
    for key in from.keys().filter(|key| !to.contains_key(*key)) {
        found += &option(key, None);
    }
    found
}

fn option(key: &str, value: Option<&String>) -> String {
    let text = value.map(|value| word(value)).unwrap_or_default();
    match key {
        "ConnectionType" => format!(" --connection-type {text}"),
        "ConnectionId" if value.is_some() => format!(" --connection-id {text}"),
        "IntegrationUri" => format!(" --integration-uri {text}"),
        "TlsConfig.ServerNameToVerify" if value.is_some() => format!(" --tls-config ServerNameToVerify={text}"),
        // An empty value takes a parameter away.
        "RequestParameters.overwrite:path" => format!(" --request-parameters overwrite:path={}", value.map_or("''", |_| text.as_str())),
        "DeploymentId" => format!(" --deployment-id {text}"),
        "AutoDeploy" => if value.is_some_and(|value| value == "true") { " --auto-deploy" } else { " --no-auto-deploy" }.to_owned(),
        "DisableExecuteApiEndpoint" => if value.is_some_and(|value| value == "true") {
            " --disable-execute-api-endpoint"
        } else {
            " --no-disable-execute-api-endpoint"
        }
        .to_owned(),
        "AccessLogSettings.DestinationArn" if value.is_some() => format!(" --access-log-settings DestinationArn={text}"),
        _ => String::new(),
    }
}
