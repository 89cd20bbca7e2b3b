//! How what a plan made goes again, and what goes for good.

use serde_json::json;

use super::super::shell::{json as structure, word};
use super::made;
use crate::migrate::thing::{Create, Remove};

/// The command that deletes something for good.
pub(super) fn remove(thing: &Remove) -> String {
    match thing {
        Remove::Listener { listener } => format!("aws elbv2 delete-listener --listener-arn {}", word(listener)),
        Remove::LoadBalancer { balancer } => {
            let arn = word(balancer);
            format!(
                "aws elbv2 delete-load-balancer --load-balancer-arn {arn}\naws elbv2 wait load-balancers-deleted --load-balancer-arns {arn}"
            )
        }
        Remove::TargetGroup { target_group } => {
            format!("persist 300 aws elbv2 delete-target-group --target-group-arn {}", word(target_group))
        }
    }
}

/// The command that deletes what only served a proof.
pub(super) fn discard(step: &str, thing: &Create) -> String {
    let made = made(step);
    match thing {
        // AWS takes one such call in half a minute.
        Create::RestApi { .. } => format!("persist 180 aws apigateway delete-rest-api --rest-api-id {made}"),
        Create::HttpApi { .. } => format!("persist 180 aws apigatewayv2 delete-api --api-id {made}"),
        other => delete(step, other),
    }
}

/// The command that deletes what a step made, and waits until nothing stands in the way of what was made before it.
pub(super) fn delete(step: &str, thing: &Create) -> String {
    let made = made(step);
    match thing {
        // Interfaces of what is gone keep it for some minutes.
        Create::SecurityGroup { .. } => format!("persist 900 aws ec2 delete-security-group --group-id {made} > /dev/null"),
        Create::LoadBalancer { .. } => format!(
            "persist 600 aws elbv2 delete-load-balancer --load-balancer-arn {made} && \
             aws elbv2 wait load-balancers-deleted --load-balancer-arns {made}"
        ),
        Create::TargetGroup { .. } => format!("persist 300 aws elbv2 delete-target-group --target-group-arn {made}"),
        Create::Listener { .. } => format!("aws elbv2 delete-listener --listener-arn {made}"),
        Create::AlbTarget { target_group, balancer, port } => {
            let targets = structure(&json!([{"Id": balancer, "Port": port}]));
            format!("aws elbv2 deregister-targets --target-group-arn {} --targets {targets}", word(target_group))
        }
        Create::VpcLinkV1 { .. } => format!(
            "persist 300 aws apigateway delete-vpc-link --vpc-link-id {made} && gone 1200 aws apigateway get-vpc-link --vpc-link-id {made}"
        ),
        Create::VpcLinkV2 { .. } => format!(
            "persist 300 aws apigatewayv2 delete-vpc-link --vpc-link-id {made} && \
             gone 1200 aws apigatewayv2 get-vpc-link --vpc-link-id {made}"
        ),
        Create::Service { cluster, .. } => {
            let cluster = word(cluster);
            format!(
                "aws ecs delete-service --cluster {cluster} --service {made} --force > /dev/null && \
                 aws ecs wait services-inactive --cluster {cluster} --services {made}"
            )
        }
        // It may be gone already: the script itself deletes it once it has served.
        Create::RestApi { .. } => unless_gone(&format!("get-rest-api --rest-api-id {made}"), &discard(step, thing), "apigateway"),
        Create::HttpApi { .. } => unless_gone(&format!("get-api --api-id {made}"), &discard(step, thing), "apigatewayv2"),
        _ => deployment(step, thing),
    }
}

fn unless_gone(look: &str, delete: &str, service: &str) -> String {
    format!("if aws {service} {look} > /dev/null 2>&1; then {delete}; fi")
}

fn deployment(step: &str, thing: &Create) -> String {
    let made = made(step);
    match thing {
        Create::RestDeployment { api, stage, canary_percent } => {
            let api = word(api);
            let delete = format!("persist 120 aws apigateway delete-deployment --rest-api-id {api} --deployment-id {made}");
            match (stage, canary_percent) {
                (Some(stage), Some(_)) => {
                    let stage = word(stage);
                    // A later step may have ended the canary.
                    format!(
                        "if [[ $(aws apigateway get-stage --rest-api-id {api} --stage-name {stage} --query canarySettings.deploymentId \
                         --output text) == {made} ]]; then aws apigateway update-stage --rest-api-id {api} --stage-name {stage} \
                         --patch-operations op=remove,path=/canarySettings > /dev/null; fi && {delete}"
                    )
                }
                _ => delete,
            }
        }
        Create::HttpDeployment { api } => {
            format!("persist 120 aws apigatewayv2 delete-deployment --api-id {} --deployment-id {made}", word(api))
        }
        _ => "true".to_owned(),
    }
}
