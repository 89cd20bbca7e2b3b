//! What a plan makes, as commands.

use super::super::shell::{variable, word, words};
use super::{made, remember, tag_map, tags};
use crate::inventory::{HealthCheck, Peer, SecurityGroupRule};
use crate::migrate::plan::{Plan, Step};
use crate::migrate::thing::Create;

/// The commands that make something, wait for it, and remember how to take it back.
pub(super) fn lines(plan: &Plan, step: &Step, thing: &Create) -> Vec<String> {
    let id = &step.id;
    let mut lines = match thing {
        Create::GroupRules { group, rules } => return group_rules(plan, step, group, rules),
        Create::Service { .. } => service(plan, step, thing),
        // Nothing names these any more.
        Create::RestMethod { .. }
        | Create::RestIntegration { .. }
        | Create::HttpRoute { .. }
        | Create::HttpStage { .. }
        | Create::AlbTarget { .. } => {
            vec![format!("{} > /dev/null", command(plan, step, thing))]
        }
        Create::RestDeployment { stage: Some(_), canary_percent: None, .. } => vec![format!("{} > /dev/null", command(plan, step, thing))],
        _ => vec![format!("{}=$({})", variable(id), command(plan, step, thing))],
    };
    lines.extend(ready(plan, step, thing));
    if !thing.goes_with_its_api() {
        lines.push(remember(&delete(id, thing)));
    }
    lines
}

fn command(plan: &Plan, step: &Step, thing: &Create) -> String {
    let (list, map) = (tags(plan, &step.id), tag_map(plan, &step.id));
    let mark = word(&plan.mark(step).text());
    match thing {
        Create::SecurityGroup { name, description, vpc } => format!(
            "aws ec2 create-security-group --group-name {} --description {} --vpc-id {} --tag-specifications {} --query GroupId --output text",
            word(name),
            word(description),
            word(vpc),
            specification(plan, &step.id, "security-group"),
        ),
        Create::LoadBalancer { name, subnets, groups } => format!(
            "aws elbv2 create-load-balancer --name {} --type network --scheme internal --subnets {} --security-groups {} --tags {list} \
             --query 'LoadBalancers[0].LoadBalancerArn' --output text",
            word(name),
            words(subnets),
            words(groups),
        ),
        Create::TargetGroup { name, vpc, protocol, port, target_type, health_check } => format!(
            "aws elbv2 create-target-group --name {} --protocol {protocol} --port {port} --vpc-id {} --target-type {target_type}{} --tags {list} \
             --query 'TargetGroups[0].TargetGroupArn' --output text",
            word(name),
            word(vpc),
            health(health_check),
        ),
        Create::Listener { balancer, protocol, port, target_group, ssl_policy, certificate } => {
            let policy = ssl_policy.as_ref().map(|policy| format!(" --ssl-policy {}", word(policy))).unwrap_or_default();
            let certificate = certificate.as_ref().map(|arn| format!(" --certificates CertificateArn={}", word(arn))).unwrap_or_default();
            format!(
                "aws elbv2 create-listener --load-balancer-arn {} --protocol {protocol} --port {port}{policy}{certificate} \
                 --default-actions Type=forward,TargetGroupArn={} --tags {list} --query 'Listeners[0].ListenerArn' --output text",
                word(balancer),
                word(target_group),
            )
        }
        Create::AlbTarget { target_group, balancer, port } => {
            format!("aws elbv2 register-targets --target-group-arn {} --targets Id={},Port={port}", word(target_group), word(balancer),)
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
            format!("aws apigatewayv2 create-deployment --api-id {} --description {mark} --query DeploymentId --output text", word(api),)
        }
        _ => scratch(thing, &map),
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
            "aws apigatewayv2 create-stage --api-id {} --stage-name {} --auto-deploy --query StageName --output text",
            word(api),
            word(stage),
        ),
        _ => String::new(),
    }
}

fn specification(plan: &Plan, step: &str, kind: &str) -> String {
    let tags = tags(plan, step).replace(' ', "},{");
    word(&format!("ResourceType={kind},Tags=[{{{tags}}}]"))
}

fn health(check: &HealthCheck) -> String {
    let text = |name: &str, value: &Option<String>| value.as_ref().map(|value| format!(" --{name} {}", word(value))).unwrap_or_default();
    let number = |name: &str, value: Option<i32>| value.map(|value| format!(" --{name} {value}")).unwrap_or_default();
    let is_http = check.protocol.as_deref().is_some_and(|protocol| protocol.starts_with("HTTP"));
    let http = if is_http {
        let codes = check.matcher.as_ref().map(|codes| format!(" --matcher HttpCode={}", word(codes))).unwrap_or_default();
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

/// Rules, one call each: an address may stand for several.
fn group_rules(plan: &Plan, step: &Step, group: &str, rules: &[SecurityGroupRule]) -> Vec<String> {
    let variable = variable(&step.id);
    let mut lines = vec![format!("{variable}=''")];
    for rule in rules {
        lines.extend(group_rule(plan, step, group, rule, &variable));
    }
    let revoke = format!("aws ec2 revoke-security-group-ingress --group-id {} --security-group-rule-ids ${variable}", word(group));
    lines.push(remember(&revoke));
    lines
}

fn group_rule(plan: &Plan, step: &Step, group: &str, rule: &SecurityGroupRule, variable: &str) -> Vec<String> {
    let tags = specification(plan, &step.id, "security-group-rule");
    let authorize = |permission: &str| {
        format!(
            "{variable}+=\" $(aws ec2 authorize-security-group-ingress --group-id {} --ip-permissions {permission} --tag-specifications {tags} \
             --query 'SecurityGroupRules[].SecurityGroupRuleId' --output text)\"",
            word(group),
        )
    };
    match &rule.peer {
        // A part of what a step made may hold several addresses.
        Peer::CidrIpv4(block) if block.contains('.') && block.starts_with("${") => {
            let list = block.trim_start_matches("${").split('}').next().unwrap_or_default();
            let permission = permission(rule, "IpRanges=[{CidrIp=", "\"$address\"/32", "}]");
            vec![format!("for address in ${}; do", super::variable(list)), format!("    {}", authorize(&permission)), "done".to_owned()]
        }
        peer => vec![authorize(&peer_permission(rule, peer))],
    }
}

pub(super) fn peer_permission(rule: &SecurityGroupRule, peer: &Peer) -> String {
    match peer {
        Peer::CidrIpv4(block) => permission(rule, "IpRanges=[{CidrIp=", &word(block), "}]"),
        Peer::CidrIpv6(block) => permission(rule, "Ipv6Ranges=[{CidrIpv6=", &word(block), "}]"),
        Peer::PrefixList(id) => permission(rule, "PrefixListIds=[{PrefixListId=", &word(id), "}]"),
        Peer::SecurityGroup(id) => permission(rule, "UserIdGroupPairs=[{GroupId=", &word(id), "}]"),
    }
}

fn permission(rule: &SecurityGroupRule, before: &str, peer: &str, after: &str) -> String {
    let port = |name: &str, port: Option<i32>| port.map(|port| format!(",{name}={port}")).unwrap_or_default();
    let head = format!("IpProtocol={}{}{},{before}", rule.protocol, port("FromPort", rule.from_port), port("ToPort", rule.to_port));
    format!("'{head}'{peer}'{after}'")
}

fn service(plan: &Plan, step: &Step, thing: &Create) -> Vec<String> {
    let Create::Service { cluster, name, like, task_definition, desired_count, target } = thing else { return Vec::new() };
    let describe = |query: &str| {
        format!(
            "\"$(aws ecs describe-services --cluster {} --services {} --query 'services[0].{query}' --output json)\"",
            word(cluster),
            word(like)
        )
    };
    let tags = tags(plan, &step.id).replace("Key=", "key=").replace("Value=", "value=");
    vec![format!(
        "{}=$(aws ecs create-service --cluster {} --service-name {} --task-definition {} --desired-count {desired_count} \
         --network-configuration {} --deployment-configuration {} --load-balancers targetGroupArn={},containerName={},containerPort={} \
         --tags {tags} --query service.serviceArn --output text)",
        variable(&step.id),
        word(cluster),
        word(name),
        word(task_definition),
        describe("networkConfiguration"),
        describe("deploymentConfiguration"),
        word(&target.target_group),
        word(&target.container),
        target.port,
    )]
}

/// What is waited for until something is ready.
fn ready(plan: &Plan, step: &Step, thing: &Create) -> Vec<String> {
    let (made, deadline) = (made(&step.id), step.deadline_seconds);
    match thing {
        Create::LoadBalancer { .. } => {
            let state = format!(
                "aws elbv2 describe-load-balancers --load-balancer-arns {made} --query 'LoadBalancers[0].State.Code' --output text"
            );
            let variable = variable(&step.id);
            let interfaces = format!(
                "{variable}_addresses=$(aws ec2 describe-network-interfaces --filters Name=description,Values=\"ELB ${{{variable}#*loadbalancer/}}\" \
                 --query 'NetworkInterfaces[].PrivateIpAddress' --output text)",
            );
            let named = serde_json::to_string(&plan.steps).unwrap_or_default().contains(&format!("${{{}.addresses}}", step.id));
            let wait = format!("wait_for 'the load balancer' {deadline} '^active$' {state}");
            if named { vec![wait, interfaces] } else { vec![wait] }
        }
        Create::VpcLinkV1 { .. } => {
            vec![format!(
                "wait_for 'the VPC link' {deadline} '^AVAILABLE$' aws apigateway get-vpc-link --vpc-link-id {made} --query status --output text"
            )]
        }
        Create::VpcLinkV2 { .. } => vec![format!(
            "wait_for 'the VPC link' {deadline} '^AVAILABLE$' aws apigatewayv2 get-vpc-link --vpc-link-id {made} --query VpcLinkStatus --output text"
        )],
        Create::Service { cluster, .. } => vec![format!("aws ecs wait services-stable --cluster {} --services {made}", word(cluster))],
        _ => Vec::new(),
    }
}

/// The command that deletes what a step made.
pub(super) fn delete(step: &str, thing: &Create) -> String {
    let made = made(step);
    match thing {
        Create::SecurityGroup { .. } => format!("aws ec2 delete-security-group --group-id {made}"),
        Create::GroupRules { group, .. } => {
            format!("aws ec2 revoke-security-group-ingress --group-id {} --security-group-rule-ids {made}", word(group))
        }
        Create::LoadBalancer { .. } => {
            format!(
                "aws elbv2 delete-load-balancer --load-balancer-arn {made} && aws elbv2 wait load-balancers-deleted --load-balancer-arns {made}"
            )
        }
        Create::TargetGroup { .. } => format!("aws elbv2 delete-target-group --target-group-arn {made}"),
        Create::Listener { .. } => format!("aws elbv2 delete-listener --listener-arn {made}"),
        Create::AlbTarget { target_group, balancer, port } => {
            format!("aws elbv2 deregister-targets --target-group-arn {} --targets Id={},Port={port}", word(target_group), word(balancer))
        }
        Create::VpcLinkV1 { .. } => format!("aws apigateway delete-vpc-link --vpc-link-id {made}"),
        Create::VpcLinkV2 { .. } => format!("aws apigatewayv2 delete-vpc-link --vpc-link-id {made}"),
        Create::Service { cluster, .. } => format!("aws ecs delete-service --cluster {} --service {made} --force", word(cluster)),
        Create::RestDeployment { api, stage: Some(stage), canary_percent: Some(_) } => format!(
            "aws apigateway update-stage --rest-api-id {0} --stage-name {1} --patch-operations op=remove,path=/canarySettings && \
             aws apigateway delete-deployment --rest-api-id {0} --deployment-id {made}",
            word(api),
            word(stage),
        ),
        Create::RestDeployment { api, .. } => {
            format!("aws apigateway delete-deployment --rest-api-id {} --deployment-id {made}", word(api))
        }
        Create::HttpDeployment { api } => format!("aws apigatewayv2 delete-deployment --api-id {} --deployment-id {made}", word(api)),
        // It may be gone already: the script itself deletes it once it has served.
        Create::RestApi { .. } => format!("aws apigateway delete-rest-api --rest-api-id {made} || echo gone"),
        Create::HttpApi { .. } => format!("aws apigatewayv2 delete-api --api-id {made} || echo gone"),
        _ => "true".to_owned(),
    }
}
