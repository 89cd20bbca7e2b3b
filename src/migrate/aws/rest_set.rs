//! What a plan sets of REST APIs: integrations of the working copy, stages, the API itself and its tags.

use aws_sdk_apigateway::operation::get_stage::GetStageOutput;
use aws_sdk_apigateway::types as sdk;

use super::caller::Caller;
use super::settings::{changed, dropped};
use crate::migrate::actions;
use crate::migrate::cloud::{CallError, LOCK_TAG};
use crate::migrate::thing::State;

const CONNECTION_TYPE: &str = "/connectionType";
/// What an integration is set by, in the order in which AWS is told.
const INTEGRATION: [&str; 4] = [CONNECTION_TYPE, "/connectionId", "/integrationTarget", "/uri"];
const DEPLOYMENT: &str = "/deploymentId";
const CANARY: &str = "/canarySettings";
const CANARY_DEPLOYMENT: &str = "/canarySettings/deploymentId";
const CANARY_PERCENT: &str = "/canarySettings/percentTraffic";
const TRACING: &str = "/tracingEnabled";
const LOG: &str = "/accessLogSettings";
const LOG_DESTINATION: &str = "/accessLogSettings/destinationArn";
const LOG_FORMAT: &str = "/accessLogSettings/format";
const LEVEL: &str = "/*/*/logging/loglevel";
const DISABLED: &str = "/disableExecuteApiEndpoint";

fn replace(path: &str, value: &str) -> sdk::PatchOperation {
    sdk::PatchOperation::builder().op(sdk::Op::Replace).path(path).value(value).build()
}

fn remove(path: &str) -> sdk::PatchOperation {
    sdk::PatchOperation::builder().op(sdk::Op::Remove).path(path).build()
}

/// A method of a resource.
pub(super) struct Method<'a> {
    pub(super) api: &'a str,
    pub(super) resource: &'a str,
    pub(super) verb: &'a str,
}

pub(super) async fn integration(caller: &Caller, of: &Method<'_>) -> Result<State, CallError> {
    let request = caller.reads.apigateway.get_integration().rest_api_id(of.api).resource_id(of.resource).http_method(of.verb);
    let told = caller.call(&actions::GET_REST_INTEGRATION, request.send()).await?;
    let private = told.connection_type == Some(sdk::ConnectionType::VpcLink);
    let connection = told.connection_type.map_or("INTERNET".to_owned(), |kind| kind.as_str().to_owned());
    let pairs = [
        (CONNECTION_TYPE, Some(connection)),
        // What a way over a link leaves behind when an integration goes back to the internet means nothing.
        ("/connectionId", told.connection_id.filter(|_| private)),
        ("/integrationTarget", told.integration_target.filter(|_| private)),
        ("/uri", told.uri),
    ];
    Ok(State::settings(pairs.into_iter().filter_map(|(key, value)| Some((key, value?)))))
}

pub(super) async fn set_integration(caller: &Caller, of: &Method<'_>, from: &State, to: &State) -> Result<(), CallError> {
    let request = caller.writes.apigateway.update_integration().rest_api_id(of.api).resource_id(of.resource).http_method(of.verb);
    let request = request.set_patch_operations(Some(integration_patch(from, to)?));
    caller.call(&actions::UPDATE_REST_INTEGRATION, request.send()).await?;
    Ok(())
}

/// AWS knows no `remove` for a link or its target: what goes back to the internet only says so.
fn integration_patch(from: &State, to: &State) -> Result<Vec<sdk::PatchOperation>, CallError> {
    let changed = changed(from, to)?;
    if let Some((key, _)) = changed.iter().find(|(key, _)| !INTEGRATION.contains(key)) {
        return Err(CallError::Rejected(format!("an integration has no setting {key}")));
    }
    let told = INTEGRATION.iter().filter_map(|path| changed.iter().find(|(key, _)| key == path));
    Ok(told.map(|(path, value)| replace(path, value)).collect())
}

async fn get_stage(caller: &Caller, api: &str, stage: &str) -> Result<GetStageOutput, CallError> {
    let request = caller.reads.apigateway.get_stage().rest_api_id(api).stage_name(stage);
    caller.call(&actions::GET_REST_STAGE, request.send()).await
}

pub(super) async fn stage(caller: &Caller, api: &str, stage: &str) -> Result<State, CallError> {
    Ok(stage_settings(get_stage(caller, api, stage).await?))
}

fn stage_settings(told: GetStageOutput) -> State {
    let (canary, percent) =
        told.canary_settings.map(|canary| (canary.deployment_id, Some(canary.percent_traffic.to_string()))).unwrap_or_default();
    let (destination, format) = told.access_log_settings.map(|log| (log.destination_arn, log.format)).unwrap_or_default();
    let level = told.method_settings.and_then(|settings| settings.get("*/*").and_then(|all| all.logging_level.clone()));
    let pairs = [
        (DEPLOYMENT, told.deployment_id),
        (CANARY_DEPLOYMENT, canary),
        (CANARY_PERCENT, percent),
        (TRACING, Some(told.tracing_enabled.to_string())),
        (LOG_DESTINATION, destination),
        (LOG_FORMAT, format),
        (LEVEL, level),
    ];
    State::settings(pairs.into_iter().filter_map(|(key, value)| Some((key, value.filter(|value| !value.is_empty())?))))
}

pub(super) async fn set_stage(caller: &Caller, api: &str, name: &str, from: &State, to: &State) -> Result<(), CallError> {
    let now = get_stage(caller, api, name).await?;
    let request = caller.writes.apigateway.update_stage().rest_api_id(api).stage_name(name);
    let request = request.set_patch_operations(Some(stage_patch(&now, from, to)?));
    caller.call(&actions::UPDATE_REST_STAGE, request.send()).await?;
    Ok(())
}

/// A canary's deployment is promoted by copying it, as AWS asks; what goes is taken away last.
fn stage_patch(now: &GetStageOutput, from: &State, to: &State) -> Result<Vec<sdk::PatchOperation>, CallError> {
    let canary = now.canary_settings.as_ref().and_then(|canary| canary.deployment_id());
    let copy = || sdk::PatchOperation::builder().op(sdk::Op::Copy).from(CANARY_DEPLOYMENT).path(DEPLOYMENT).build();
    let told = changed(from, to)?.into_iter().map(|(path, value)| match path {
        DEPLOYMENT if canary == Some(value) => copy(),
        _ => replace(path, value),
    });
    let mut patch: Vec<_> = told.collect();
    let gone = dropped(from, to)?;
    if gone.iter().any(|key| key.starts_with(CANARY)) && to.get(CANARY_DEPLOYMENT).is_none() {
        patch.push(remove(CANARY));
    }
    if gone.contains(&LOG_DESTINATION) {
        patch.push(remove(LOG));
    }
    if gone.contains(&LEVEL) {
        patch.push(if is_alone(now) { remove("/*/*") } else { replace(LEVEL, "OFF") });
    }
    if patch.is_empty() {
        return Err(CallError::Rejected("the stage's setting cannot be taken away".to_owned()));
    }
    Ok(patch)
}

/// Whether the settings of all methods set nothing but a log level.
fn is_alone(now: &GetStageOutput) -> bool {
    let all = now.method_settings.as_ref().and_then(|settings| settings.get("*/*"));
    all.is_none_or(|all| {
        // Where no limit was set, AWS answers -1 or what every account starts with; who is told nothing sees 0.
        let limits = (all.throttling_burst_limit, all.throttling_rate_limit);
        let unlimited = limits.0 < 0 || limits.1 < 0.0 || [(0, 0.0), (5000, 10_000.0)].contains(&limits);
        !all.metrics_enabled && !all.data_trace_enabled && !all.caching_enabled && unlimited
    })
}

pub(super) async fn api(caller: &Caller, id: &str) -> Result<State, CallError> {
    let request = caller.reads.apigateway.get_rest_api().rest_api_id(id);
    let told = caller.call(&actions::GET_REST_API, request.send()).await?;
    Ok(State::settings([(DISABLED, told.disable_execute_api_endpoint.to_string())]))
}

pub(super) async fn set_api(caller: &Caller, id: &str, from: &State, to: &State) -> Result<(), CallError> {
    let patch = changed(from, to)?.into_iter().map(|(path, value)| replace(path, value)).collect();
    let request = caller.writes.apigateway.update_rest_api().rest_api_id(id).set_patch_operations(Some(patch));
    caller.call(&actions::UPDATE_REST_API, request.send()).await?;
    Ok(())
}

pub(super) async fn lock(caller: &Caller, arn: &str) -> Result<State, CallError> {
    let request = caller.reads.apigateway.get_tags().resource_arn(arn);
    let tags = caller.call(&actions::GET_REST_TAGS, request.send()).await?.tags.unwrap_or_default();
    Ok(State::settings(tags.get(LOCK_TAG).map(|value| (LOCK_TAG, value.clone()))))
}

pub(super) async fn set_lock(caller: &Caller, arn: &str, to: &State) -> Result<(), CallError> {
    if let Some(value) = to.get(LOCK_TAG) {
        let request = caller.writes.apigateway.tag_resource().resource_arn(arn).tags(LOCK_TAG, value);
        caller.call(&actions::TAG_REST_API, request.send()).await?;
    } else {
        let request = caller.writes.apigateway.untag_resource().resource_arn(arn).tag_keys(LOCK_TAG);
        caller.call(&actions::UNTAG_REST_API, request.send()).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(patch: &[sdk::PatchOperation]) -> Vec<String> {
        let word = |operation: &sdk::PatchOperation| {
            let rest = operation.value().or(operation.from()).map_or_else(String::new, |rest| format!(" {rest}"));
            format!("{} {}{rest}", operation.op().map_or("", sdk::Op::as_str), operation.path().unwrap_or_default())
        };
        patch.iter().map(word).collect()
    }

    #[test]
    fn an_integration_is_moved_in_the_order_aws_shows_and_back_without_a_trace() {
        let internet = State::settings([("/connectionType", "INTERNET"), ("/uri", "http://a/{proxy}")]);
        let link = [("/connectionType", "VPC_LINK"), ("/connectionId", "v1"), ("/integrationTarget", "arn"), ("/uri", "http://a/{proxy}")];
        let link = State::settings(link);
        let there = told(&integration_patch(&internet, &link).unwrap());
        assert_eq!(there, ["replace /connectionType VPC_LINK", "replace /connectionId v1", "replace /integrationTarget arn"]);
        assert_eq!(told(&integration_patch(&link, &internet).unwrap()), ["replace /connectionType INTERNET"]);
        assert!(integration_patch(&internet, &State::settings([("/type", "HTTP")])).is_err());
    }

    fn with_canary() -> GetStageOutput {
        let canary = sdk::CanarySettings::builder().deployment_id("new").percent_traffic(5.0).build();
        GetStageOutput::builder().deployment_id("old").canary_settings(canary).build()
    }

    #[test]
    fn a_canary_is_promoted_by_copying_it() {
        let read = stage_settings(with_canary());
        assert_eq!(read.get("/canarySettings/percentTraffic"), Some("5"));
        let before = State::settings([("/deploymentId", "old"), ("/canarySettings/deploymentId", "new")]);
        let after = State::settings([("/deploymentId", "new")]);
        let patch = told(&stage_patch(&with_canary(), &before, &after).unwrap());
        assert_eq!(patch, ["copy /deploymentId /canarySettings/deploymentId", "remove /canarySettings"]);
        let back = told(&stage_patch(&GetStageOutput::builder().build(), &after, &State::settings([("/deploymentId", "old")])).unwrap());
        assert_eq!(back, ["replace /deploymentId old"]);
    }

    #[test]
    fn logging_is_taken_back_to_what_it_was() {
        let on = State::settings([(LEVEL, "ERROR"), (LOG_DESTINATION, "arn"), (LOG_FORMAT, "$context.requestId")]);
        let off = State::settings::<&str, &str>([]);
        let ours = sdk::MethodSetting::builder().logging_level("ERROR").throttling_burst_limit(-1).throttling_rate_limit(-1.0);
        let now = GetStageOutput::builder().method_settings("*/*", ours.clone().build()).build();
        assert_eq!(told(&stage_patch(&now, &on, &off).unwrap()), ["remove /accessLogSettings", "remove /*/*"]);
        let shown = ours.clone().throttling_burst_limit(5000).throttling_rate_limit(10_000.0).build();
        let now = GetStageOutput::builder().method_settings("*/*", shown).build();
        assert_eq!(told(&stage_patch(&now, &on, &off).unwrap()), ["remove /accessLogSettings", "remove /*/*"]);
        let theirs = GetStageOutput::builder().method_settings("*/*", ours.metrics_enabled(true).build()).build();
        assert_eq!(told(&stage_patch(&theirs, &on, &off).unwrap()), ["remove /accessLogSettings", "replace /*/*/logging/loglevel OFF"]);
    }
}
