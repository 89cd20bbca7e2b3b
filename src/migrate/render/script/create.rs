//! What a plan makes, as commands.

use serde_json::{Value, json};

use super::super::shell::{json as structure, quoted, variable, word, words};
use super::remove::delete;
use super::{made, remember, rolled_out, tag_map, tags};
use crate::inventory::{HealthCheck, Peer, SecurityGroupRule};
use crate::migrate::cloud::{PLAN_TAG, STEP_TAG};
use crate::migrate::plan::{Plan, Step};
use crate::migrate::resolve::{Piece, pieces};
use crate::migrate::thing::Create;

/// The commands that make something, remember how to take it back, and wait until it is ready: in this order, so that what never
/// gets ready goes, too.
pub(super) fn lines(plan: &Plan, step: &Step, thing: &Create) -> Vec<String> {
    let id = &step.id;
    let command = match thing {
        Create::GroupRules { group, rules } => return group_rules(plan, step, group, rules),
        Create::Service { .. } => service(plan, step, thing),
        Create::SecurityGroup { .. } | Create::LoadBalancer { .. } | Create::TargetGroup { .. } | Create::Listener { .. } => {
            balancing(plan, step, thing)
        }
        Create::RestApi { .. }
        | Create::RestResource { .. }
        | Create::RestMethod { .. }
        | Create::RestIntegration { .. }
        | Create::HttpApi { .. }
        | Create::HttpIntegration { .. }
        | Create::HttpRoute { .. }
        | Create::HttpStage { .. } => scratch(thing, &tag_map(plan, id)),
        _ => gateway(plan, step, thing),
    };
    // Nothing names these any more.
    let nameless = matches!(
        thing,
        Create::RestMethod { .. }
            | Create::RestIntegration { .. }
            | Create::HttpRoute { .. }
            | Create::HttpStage { .. }
            | Create::AlbTarget { .. }
            | Create::RestDeployment { stage: Some(_), canary_percent: None, .. }
    );
    let mut lines = vec![if nameless { format!("{command} > /dev/null") } else { format!("{}=$({command})", variable(id)) }];
    if !thing.goes_with_its_api() {
        lines.extend(remember(&delete(id, thing)));
    }
    lines.extend(ready(plan, step, thing));
    lines
}

fn balancing(plan: &Plan, step: &Step, thing: &Create) -> String {
    let list = tags(plan, &step.id);
    match thing {
        Create::SecurityGroup { name, description, vpc } => format!(
            "aws ec2 create-security-group --group-name {} --description {} --vpc-id {} --tag-specifications {} --query GroupId --output text",
            word(name),
            word(description),
            word(vpc),
            specification(plan, &step.id, "security-group"),
        ),
        Create::LoadBalancer { name, subnets, groups } => format!(
            "aws elbv2 create-load-balancer --name {} --type network --scheme internal --ip-address-type ipv4 --subnets {} \
             --security-groups {} --tags {list} --query 'LoadBalancers[0].LoadBalancerArn' --output text",
            word(name),
            words(subnets),
            words(groups),
        ),
        Create::TargetGroup { name, vpc, protocol, port, target_type, health_check } => format!(
            "aws elbv2 create-target-group --name {} --protocol {} --port {port} --vpc-id {} --target-type {}{} --tags {list} \
             --query 'TargetGroups[0].TargetGroupArn' --output text",
            word(name),
            word(protocol),
            word(vpc),
            word(target_type),
            health(health_check),
        ),
        Create::Listener { balancer, protocol, port, target_group, ssl_policy, certificate } => {
            let policy = ssl_policy.as_ref().map(|policy| format!(" --ssl-policy {}", word(policy))).unwrap_or_default();
            let certificate = certificate
                .as_ref()
                .map(|arn| format!(" --certificates {}", structure(&json!([{"CertificateArn": arn}]))))
                .unwrap_or_default();
            format!(
                "aws elbv2 create-listener --load-balancer-arn {} --protocol {} --port {port}{policy}{certificate} \
                 --default-actions {} --tags {list} --query 'Listeners[0].ListenerArn' --output text",
                word(balancer),
                word(protocol),
                structure(&json!([{"Type": "forward", "TargetGroupArn": target_group}])),
            )
        }
        _ => String::new(),
    }
}

fn gateway(plan: &Plan, step: &Step, thing: &Create) -> String {
    let (map, mark) = (tag_map(plan, &step.id), word(&plan.mark(step).text()));
    match thing {
        Create::AlbTarget { target_group, balancer, port } => {
            let targets = structure(&json!([{"Id": balancer, "Port": port}]));
            format!("aws elbv2 register-targets --target-group-arn {} --targets {targets}", word(target_group))
        }
        Create::VpcLinkV1 { name, balancer } => format!(
            "aws apigateway create-vpc-link --name {} --target-arns {} --tags {map} --query id --output text",
            word(name),
            word(balancer),
        ),
        Create::VpcLinkV2 { name, subnets, groups } => format!(
            "aws apigatewayv2 create-vpc-link --name {} --subnet-ids {} --security-group-ids {} --tags {map} --query VpcLinkId --output text",
            word(name),
            words(subnets),
            words(groups),
        ),
        Create::RestDeployment { api, stage, canary_percent } => {
            let stage = stage.as_ref().map(|stage| format!(" --stage-name {}", word(stage))).unwrap_or_default();
            let canary = canary_percent.map(|percent| format!(" --canary-settings percentTraffic={percent}")).unwrap_or_default();
            format!(
                "aws apigateway create-deployment --rest-api-id {}{stage}{canary} --description {mark} --query id --output text",
                word(api)
            )
        }
        Create::HttpDeployment { api } => {
            format!("aws apigatewayv2 create-deployment --api-id {} --description {mark} --query DeploymentId --output text", word(api))
        }
        _ => String::new(),
    }
}

/// What lies in a scratch API.
fn scratch(thing: &Create, map: &str) -> String {
    match thing {
        Create::RestApi { name } => {
            format!(
                "aws apigateway create-rest-api --name {} --endpoint-configuration types=REGIONAL --tags {map} --query id --output text",
                word(name)
            )
        }
        Create::RestResource { api, .. } => format!(
            "aws apigateway create-resource --rest-api-id {0} --parent-id \"$(aws apigateway get-resources --rest-api-id {0} \
             --query \"items[?path=='/'].id\" --output text)\" --path-part '{{proxy+}}' --query id --output text",
            word(api),
        ),
        Create::RestMethod { api, resource } => format!(
            "aws apigateway put-method --rest-api-id {} --resource-id {} --http-method ANY --authorization-type AWS_IAM \
             --request-parameters method.request.path.proxy=true --query httpMethod --output text",
            word(api),
            word(resource),
        ),
        Create::RestIntegration { api, resource, uri } => format!(
            "aws apigateway put-integration --rest-api-id {} --resource-id {} --http-method ANY --type HTTP_PROXY --integration-http-method ANY \
             --uri {} --request-parameters integration.request.path.proxy=method.request.path.proxy --query type --output text",
            word(api),
            word(resource),
            word(uri),
        ),
        Create::HttpApi { name } => {
            format!("aws apigatewayv2 create-api --name {} --protocol-type HTTP --tags {map} --query ApiId --output text", word(name))
        }
        Create::HttpIntegration { api, uri } => format!(
            "aws apigatewayv2 create-integration --api-id {} --integration-type HTTP_PROXY --integration-method ANY --integration-uri {} \
             --payload-format-version 1.0 --query IntegrationId --output text",
            word(api),
            word(uri),
        ),
        Create::HttpRoute { api, integration } => format!(
            "aws apigatewayv2 create-route --api-id {} --route-key 'ANY /{{proxy+}}' --authorization-type AWS_IAM --target integrations/{} \
             --query RouteId --output text",
            word(api),
            word(integration),
        ),
        Create::HttpStage { api, stage } => format!(
            "aws apigatewayv2 create-stage --api-id {} --stage-name {} --auto-deploy --tags {map} --query StageName --output text",
            word(api),
            word(stage),
        ),
        _ => String::new(),
    }
}

fn specification(plan: &Plan, step: &str, kind: &str) -> String {
    let tag = |key: &str, value: &str| json!({"Key": key, "Value": value});
    let tags = [tag(PLAN_TAG, &plan.id), tag(STEP_TAG, step)];
    structure(&json!([{"ResourceType": kind, "Tags": tags}]))
}

fn health(check: &HealthCheck) -> String {
    let text = |name: &str, value: &Option<String>| value.as_ref().map(|value| format!(" --{name} {}", word(value))).unwrap_or_default();
    let number = |name: &str, value: Option<i32>| value.map(|value| format!(" --{name} {value}")).unwrap_or_default();
    let is_http = check.protocol.as_deref().is_some_and(|protocol| protocol.starts_with("HTTP"));
    let http = if is_http {
        // Codes are often a list with commas.
        let codes =
            check.matcher.as_ref().map(|codes| format!(" --matcher {}", structure(&json!({"HttpCode": codes})))).unwrap_or_default();
        text("health-check-path", &check.path) + &codes
    } else {
        String::new()
    };
    [
        text("health-check-protocol", &check.protocol),
        text("health-check-port", &check.port),
        http,
        number("health-check-interval-seconds", check.interval_seconds),
        number("health-check-timeout-seconds", check.timeout_seconds),
        number("healthy-threshold-count", check.healthy_threshold),
        number("unhealthy-threshold-count", check.unhealthy_threshold),
    ]
    .concat()
}

/// Rules, one call each: an address may stand for several. All that were made by then are taken back at once.
fn group_rules(plan: &Plan, step: &Step, group: &str, rules: &[SecurityGroupRule]) -> Vec<String> {
    let (variable, group) = (variable(&step.id), word(group));
    let direction = if rules.iter().any(|rule| rule.egress) { "egress" } else { "ingress" };
    let mut lines = vec![format!("{variable}=''")];
    lines.extend(remember(&format!(
        "if [[ -n ${variable} ]]; then aws ec2 revoke-security-group-{direction} --group-id {group} --security-group-rule-ids ${variable} > /dev/null; fi"
    )));
    let tags = specification(plan, &step.id, "security-group-rule");
    let authorize = |permission: Value| {
        format!(
            "{variable}+=\" $(aws ec2 authorize-security-group-{direction} --group-id {group} --ip-permissions {} \
             --tag-specifications {tags} --query 'SecurityGroupRules[].SecurityGroupRuleId' --output text)\"",
            structure(&json!([permission])),
        )
    };
    for rule in rules {
        match addresses(&rule.peer) {
            // A part of what a step made may hold several addresses.
            Some(list) => lines.extend([
                format!("for s_address in ${}; do", super::variable(list)),
                format!("    {}", authorize(permission(rule, Some("${address}/32")))),
                "done".to_owned(),
            ]),
            None => lines.push(authorize(permission(rule, None))),
        }
    }
    lines
}

/// The part of a step that holds a rule's addresses.
fn addresses(peer: &Peer) -> Option<&str> {
    let Peer::CidrIpv4(block) = peer else { return None };
    match pieces(block).first() {
        Some(Piece::Hole(name)) => Some(name),
        _ => None,
    }
}

/// A rule as AWS takes it.
pub(super) fn permission(rule: &SecurityGroupRule, block: Option<&str>) -> Value {
    let (list, key, peer) = match &rule.peer {
        Peer::CidrIpv4(own) => ("IpRanges", "CidrIp", block.unwrap_or(own)),
        Peer::CidrIpv6(own) => ("Ipv6Ranges", "CidrIpv6", own.as_str()),
        Peer::PrefixList(id) => ("PrefixListIds", "PrefixListId", id.as_str()),
        Peer::SecurityGroup(id) => ("UserIdGroupPairs", "GroupId", id.as_str()),
    };
    let mut peer = json!({key: peer});
    if let Some(text) = &rule.description {
        peer["Description"] = Value::from(text.as_str());
    }
    let mut permission = json!({"IpProtocol": rule.protocol});
    for (name, port) in [("FromPort", rule.from_port), ("ToPort", rule.to_port)] {
        if let Some(port) = port {
            permission[name] = Value::from(port);
        }
    }
    permission[list] = json!([peer]);
    permission
}

/// What a second service takes over from the first, as far as it is set: AWS takes no empty values.
const TAKEN_OVER: [&str; 11] = [
    "launchType",
    "capacityProviderStrategy",
    "platformVersion",
    "networkConfiguration",
    "deploymentConfiguration",
    "placementConstraints",
    "placementStrategy",
    "healthCheckGracePeriodSeconds",
    "enableExecuteCommand",
    "enableECSManagedTags",
    "propagateTags",
];

fn service(plan: &Plan, step: &Step, thing: &Create) -> String {
    let Create::Service { cluster, name, like, task_definition, desired_count, target } = thing else { return String::new() };
    let each: Vec<String> = TAKEN_OVER.iter().map(|key| format!("({key} && {{{key}: {key}}}) || `{{}}`")).collect();
    let query = quoted(&format!("services[0].merge({})", each.join(", ")));
    let cluster = word(cluster);
    let tag = |key: &str, value: &str| json!({"key": key, "value": value});
    format!(
        "aws ecs create-service --cluster {cluster} --service-name {} --task-definition {} --desired-count {desired_count} \
         --cli-input-json \"$(aws ecs describe-services --cluster {cluster} --services {} --query {query} --output json)\" \
         --load-balancers {} --tags {} --query service.serviceArn --output text",
        word(name),
        word(task_definition),
        word(like),
        structure(&json!([{"targetGroupArn": target.target_group, "containerName": target.container, "containerPort": target.port}])),
        structure(&json!([tag(PLAN_TAG, &plan.id), tag(STEP_TAG, &step.id)])),
    )
}

/// What is waited for until something is ready.
fn ready(plan: &Plan, step: &Step, thing: &Create) -> Vec<String> {
    let (made, deadline) = (made(&step.id), step.deadline_seconds);
    match thing {
        Create::LoadBalancer { .. } => balancer(plan, step, &made),
        Create::VpcLinkV1 { .. } => {
            vec![format!(
                "wait_for 'the VPC link' {deadline} AVAILABLE aws apigateway get-vpc-link --vpc-link-id {made} --query status --output text"
            )]
        }
        Create::VpcLinkV2 { .. } => vec![format!(
            "wait_for 'the VPC link' {deadline} AVAILABLE aws apigatewayv2 get-vpc-link --vpc-link-id {made} --query VpcLinkStatus --output text"
        )],
        Create::Service { cluster, .. } => vec![rolled_out(&word(cluster), &made, deadline)],
        _ => Vec::new(),
    }
}

/// Until a load balancer is active; and its addresses, where a rule names them.
fn balancer(plan: &Plan, step: &Step, made: &str) -> Vec<String> {
    let state =
        format!("aws elbv2 describe-load-balancers --load-balancer-arns {made} --query 'LoadBalancers[0].State.Code' --output text");
    let mut lines = vec![format!("wait_for 'the load balancer' {} active {state}", step.deadline_seconds)];
    if serde_json::to_string(&plan.steps).unwrap_or_default().contains(&format!("${{{}.addresses}}", step.id)) {
        let name = variable(&step.id);
        lines.push(format!(
            "{name}_addresses=$(aws ec2 describe-network-interfaces --filters \"Name=description,Values=ELB ${{{name}#*loadbalancer/}}\" \
             --query 'NetworkInterfaces[].PrivateIpAddress' --output text)"
        ));
        lines.push(format!("[[ -n ${name}_addresses ]] || {{ echo 'the load balancer has no addresses' >&2; exit 1; }}"));
    }
    lines
}
