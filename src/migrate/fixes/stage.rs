//! Stages and APIs.

use super::{Fix, Looking, deployed, one, setting};
use crate::inventory::{Api, Protocol, Stage};
use crate::migrate::planner::{Code, Refusal, draft_difference, manager};
use crate::migrate::thing::{Property, State};

/// A line of access logs: who asked what, and what came of it. No header and no token.
const LOG_FORMAT: &str = "{\"requestId\":\"$context.requestId\",\"ip\":\"$context.identity.sourceIp\",\"time\":\"$context.requestTime\",\
\"method\":\"$context.httpMethod\",\"path\":\"$context.path\",\"status\":\"$context.status\",\"length\":\"$context.responseLength\"}";

/// What can be set right about an API and its stages.
pub(super) fn fixes(looking: &Looking<'_, '_>, api: &Api) -> Vec<Fix> {
    let mut found = Vec::new();
    for stage in &api.stages {
        found.extend(access_logs(looking, api, stage));
        if api.protocol == Protocol::Rest {
            found.extend(execution_logging(looking, api, stage));
            found.extend(tracing(looking, api, stage));
        }
    }
    found.extend(default_endpoint(looking, api));
    let by = manager(&api.tags).filter(|_| !looking.options.allow_iac_managed);
    let by_code = by.map(|by| Refusal::new(Code::ManagedByCode, api_name(api), format!("it is managed by {by}")));
    found.into_iter().map(|fix| Fix { locks: vec![arn(looking, api)], ..fix.unless(by_code.clone()) }).collect()
}

fn api_name(api: &Api) -> String {
    format!("API {} ({})", api.name, api.id)
}

fn arn(looking: &Looking<'_, '_>, api: &Api) -> String {
    let kind = if api.protocol == Protocol::Rest { "restapis" } else { "apis" };
    format!("arn:{}:apigateway:{}::/{kind}/{}", looking.partition, looking.region.name, api.id)
}

fn of_stage(looking: &Looking<'_, '_>, api: &Api, stage: &Stage) -> (String, String, Property) {
    let id = format!("{}/stages/{}", arn(looking, api), stage.name);
    let names = (api.id.clone(), stage.name.clone());
    let property = if api.protocol == Protocol::Rest {
        Property::RestStage { api: names.0, stage: names.1 }
    } else {
        Property::HttpStage { api: names.0, stage: names.1 }
    };
    (format!("stage {} of {}", stage.name, api_name(api)), id, property)
}

fn relied(api: &Api, stage: &Stage) -> [String; 1] {
    [format!("stage {}/{}", api.id, stage.name)]
}

fn access_logs(looking: &Looking<'_, '_>, api: &Api, stage: &Stage) -> Option<Fix> {
    if stage.access_log.is_some() {
        return None;
    }
    let (name, id, property) = of_stage(looking, api, stage);
    let group = looking.options.log_group.as_deref();
    let refusal = group.is_none().then(|| Refusal::new(Code::LogGroup, name.clone(), "no --log-group was given"));
    let keys = if api.protocol == Protocol::Rest {
        ["/accessLogSettings/destinationArn", "/accessLogSettings/format"]
    } else {
        ["AccessLogSettings.DestinationArn", "AccessLogSettings.Format"]
    };
    // AWS wants a log group's ARN without the star that its own listings end in.
    let group = group.unwrap_or_default().trim_end_matches(":*");
    let after = State::settings([(keys[0], group), (keys[1], LOG_FORMAT)]);
    let fix = setting("stage-access-logs", &name, &id, property, State::settings::<&str, &str>([]), after);
    let answers = looking.findings(&["api-without-access-logs"], &|subject| subject == id);
    let breaks = "nothing that serves; logs cost what they take, and hold the addresses of callers";
    Some(fix.saying("Write down who asks the stage for what", breaks).answering(answers).unless(refusal).relying(relied(api, stage)))
}

fn execution_logging(looking: &Looking<'_, '_>, api: &Api, stage: &Stage) -> Option<Fix> {
    const KEY: &str = "/*/*/logging/loglevel";
    let level = stage.method_settings.get("*/*").and_then(|settings| settings.logging_level.as_deref());
    if level.is_some_and(|level| level != "OFF") {
        return None;
    }
    let (name, id, property) = of_stage(looking, api, stage);
    let before = level.map_or_else(|| State::settings::<&str, &str>([]), |level| one(KEY, level));
    let fix = setting("stage-execution-logging", &name, &id, property, before, one(KEY, "ERROR"));
    let breaks = "nothing that serves; it takes the account's CloudWatch role for API Gateway, without which AWS refuses it";
    Some(fix.saying("Write down what fails within API Gateway", breaks).relying(relied(api, stage)))
}

fn tracing(looking: &Looking<'_, '_>, api: &Api, stage: &Stage) -> Option<Fix> {
    if stage.tracing_enabled {
        return None;
    }
    let (name, id, property) = of_stage(looking, api, stage);
    let fix = setting("stage-tracing", &name, &id, property, one("/tracingEnabled", "false"), one("/tracingEnabled", "true"));
    let breaks = "nothing that serves; back ends see the header X-Amzn-Trace-Id, and traces cost what they take";
    Some(fix.saying("Trace requests by X-Ray", breaks).relying(relied(api, stage)))
}

/// An API with a domain name of its own need not answer by the name AWS gave it.
fn default_endpoint(looking: &Looking<'_, '_>, api: &Api) -> Option<Fix> {
    let mut domains = looking.region.domain_names.iter().filter(|domain| domain.mappings.iter().any(|mapping| mapping.api_id == api.id));
    let domain = domains.next()?;
    if api.disable_execute_api_endpoint || api.protocol == Protocol::WebSocket {
        return None;
    }
    let (name, id) = (api_name(api), arn(looking, api));
    let (property, key) = if api.protocol == Protocol::Rest {
        (Property::RestApi { api: api.id.clone() }, "/disableExecuteApiEndpoint")
    } else {
        (Property::HttpApi { api: api.id.clone() }, "DisableExecuteApiEndpoint")
    };
    let mut fix = setting("default-endpoint", &name, &id, property, one(key, "false"), one(key, "true"));
    let mut refusal = None;
    if api.protocol == Protocol::Rest {
        // A REST API takes it up with its next deployment only.
        fix.actions.extend(deployed(api, 2));
        refusal = api.stages.iter().filter(|stage| stage.deployment_id.is_some()).find_map(|stage| undeployable(api, stage, &name));
    }
    let answers = looking.findings(&["default-endpoint-beside-custom-domain"], &|subject| subject.starts_with(&format!("{id}/")));
    let breaks = "whoever still calls the execute-api name is answered 403 or 404; the access log's $context.domainName tells who does";
    let what = format!("Answer by {} only, not by the name that AWS gave the API", domain.name);
    Some(fix.saying(what, breaks).answering(answers).unless(refusal).relying([format!("API {}", api.id)]))
}

/// What a deployment would ship besides.
fn undeployable(api: &Api, stage: &Stage, name: &str) -> Option<Refusal> {
    if stage.canary.is_some() {
        return Some(Refusal::new(Code::CanaryActive, name, format!("stage {} has a canary", stage.name)));
    }
    match draft_difference(api, stage) {
        Ok(None) => None,
        Ok(Some(what)) => Some(Refusal::new(Code::DraftDiffers, name, format!("stage {}: {what}", stage.name))),
        Err(gap) => Some(Refusal::new(Code::DraftUnread, name, gap)),
    }
}
