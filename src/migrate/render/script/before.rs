//! What must be so before a step sets something, as commands: somebody may have changed it since the plan was made.

use super::super::shell::{quoted, word};
use crate::migrate::resolve::named;
use crate::migrate::thing::{Property, State};

/// The checks. What the script itself has made or set before needs none.
pub(super) fn lines(title: &str, property: &Property, before: &State) -> Vec<String> {
    if !named(property).is_empty() || !named(before).is_empty() {
        return Vec::new();
    }
    let must_be = |what: &str, wanted: &str, query: &str| {
        let read = read(property)?;
        let what = format!("{what}, before \"{title}\",");
        Some(format!("must_be {} {} {read} --query {} --output text", quoted(&what), quoted(wanted), quoted(query)))
    };
    match before {
        State::Settings(settings) => settings.iter().filter_map(|(key, wanted)| must_be(key, wanted, &query(property, key)?)).collect(),
        State::Targets(targets) => {
            let mut wanted: Vec<&str> = targets.iter().map(|target| target.target_group.as_str()).collect();
            wanted.sort_unstable();
            let query = "join(' ', sort(services[0].loadBalancers[].targetGroupArn))";
            must_be("where the service registers", &wanted.join(" "), query).into_iter().collect()
        }
        // AWS itself refuses to take away a rule that is not there.
        State::Rules(_) | State::Names(_) => Vec::new(),
    }
}

/// The command that reads a property.
fn read(property: &Property) -> Option<String> {
    Some(match property {
        Property::LoadBalancerAttributes { balancer } => {
            format!("aws elbv2 describe-load-balancer-attributes --load-balancer-arn {}", word(balancer))
        }
        Property::TargetGroupAttributes { target_group } => {
            format!("aws elbv2 describe-target-group-attributes --target-group-arn {}", word(target_group))
        }
        Property::Listener { listener } => format!("aws elbv2 describe-listeners --listener-arns {}", word(listener)),
        Property::ServiceTargets { cluster, service } => {
            format!("aws ecs describe-services --cluster {} --services {}", word(cluster), word(service))
        }
        Property::RestIntegration { api, resource, method } => format!(
            "aws apigateway get-integration --rest-api-id {} --resource-id {} --http-method {}",
            word(api),
            word(resource),
            word(method)
        ),
        Property::HttpIntegration { api, integration } => {
            format!("aws apigatewayv2 get-integration --api-id {} --integration-id {}", word(api), word(integration))
        }
        Property::RestStage { api, stage } => format!("aws apigateway get-stage --rest-api-id {} --stage-name {}", word(api), word(stage)),
        Property::HttpStage { api, stage } => format!("aws apigatewayv2 get-stage --api-id {} --stage-name {}", word(api), word(stage)),
        Property::RestApi { api } => format!("aws apigateway get-rest-api --rest-api-id {}", word(api)),
        Property::HttpApi { api } => format!("aws apigatewayv2 get-api --api-id {}", word(api)),
        Property::LoadBalancerGroups { .. }
        | Property::ListenerCertificates { .. }
        | Property::GroupIngress { .. }
        | Property::Lock { .. } => return None,
    })
}

/// Where a setting stands in what is read.
fn query(property: &Property, key: &str) -> Option<String> {
    let text = match (property, key) {
        (Property::LoadBalancerAttributes { .. } | Property::TargetGroupAttributes { .. }, key) => {
            return Some(format!("Attributes[?Key==`{}`].Value | [0]", serde_json::Value::from(key)));
        }
        (Property::Listener { .. }, "SslPolicy") => "Listeners[0].SslPolicy",
        (Property::Listener { .. }, "forward") => "Listeners[0].DefaultActions[0].TargetGroupArn",
        (Property::RestIntegration { .. }, "/connectionType") => "connectionType || `\"INTERNET\"`",
        (Property::RestIntegration { .. }, "/uri") => "uri",
        (Property::HttpIntegration { .. }, "ConnectionType") => "ConnectionType || `\"INTERNET\"`",
        (Property::HttpIntegration { .. }, "IntegrationUri") => "IntegrationUri",
        (Property::RestStage { .. }, "/deploymentId") => "deploymentId",
        (Property::RestStage { .. }, "/tracingEnabled") => "to_string(tracingEnabled || `false`)",
        (Property::RestStage { .. }, "/*/*/logging/loglevel") => "methodSettings.\"*/*\".loggingLevel",
        (Property::HttpStage { .. }, "DeploymentId") => "DeploymentId",
        (Property::HttpStage { .. }, "AutoDeploy") => "to_string(AutoDeploy || `false`)",
        (Property::RestApi { .. }, "/disableExecuteApiEndpoint") => "to_string(disableExecuteApiEndpoint || `false`)",
        (Property::HttpApi { .. }, "DisableExecuteApiEndpoint") => "to_string(DisableExecuteApiEndpoint || `false`)",
        _ => return None,
    };
    Some(text.to_owned())
}
