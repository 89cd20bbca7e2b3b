//! What a plan sets of HTTP APIs: integrations, stages, the API itself and its tags.

use aws_sdk_apigatewayv2::operation::get_integration::GetIntegrationOutput;
use aws_sdk_apigatewayv2::types as sdk;

use super::caller::Caller;
use super::settings::{changed, dropped};
use crate::migrate::actions;
use crate::migrate::cloud::{CallError, LOCK_TAG};
use crate::migrate::thing::State;
use crate::openapi::PATH_OVERRIDE;

const CONNECTION_TYPE: &str = "ConnectionType";
const CONNECTION_ID: &str = "ConnectionId";
const URI: &str = "IntegrationUri";
const SERVER_NAME: &str = "TlsConfig.ServerNameToVerify";
const PATH: &str = "RequestParameters.overwrite:path";
const DEPLOYMENT: &str = "DeploymentId";
const AUTO_DEPLOY: &str = "AutoDeploy";
const LOG_DESTINATION: &str = "AccessLogSettings.DestinationArn";
const LOG_FORMAT: &str = "AccessLogSettings.Format";
const DISABLED: &str = "DisableExecuteApiEndpoint";

fn unknown(what: &str, key: &str) -> CallError {
    CallError::Rejected(format!("{what} has no setting {key}"))
}

pub(super) async fn integration(caller: &Caller, api: &str, id: &str) -> Result<State, CallError> {
    let request = caller.reads.apigatewayv2.get_integration().api_id(api).integration_id(id);
    Ok(integration_settings(caller.call(&actions::GET_HTTP_INTEGRATION, request.send()).await?))
}

fn integration_settings(told: GetIntegrationOutput) -> State {
    let private = told.connection_type == Some(sdk::ConnectionType::VpcLink);
    let connection = told.connection_type.map_or("INTERNET".to_owned(), |kind| kind.as_str().to_owned());
    let path = told.request_parameters.as_ref().and_then(|parameters| parameters.get(PATH_OVERRIDE)).cloned();
    let pairs = [
        (CONNECTION_TYPE, Some(connection)),
        (URI, told.integration_uri),
        (CONNECTION_ID, told.connection_id.filter(|_| private)),
        (SERVER_NAME, told.tls_config.and_then(|tls| tls.server_name_to_verify).filter(|_| private)),
        (PATH, path.filter(|_| private)),
    ];
    State::settings(pairs.into_iter().filter_map(|(key, value)| Some((key, value.filter(|value| !value.is_empty())?))))
}

/// Sends what differs. A parameter goes with an empty value, and the back end's name with an empty structure.
pub(super) async fn set_integration(caller: &Caller, api: &str, id: &str, from: &State, to: &State) -> Result<(), CallError> {
    let mut request = caller.writes.apigatewayv2.update_integration().api_id(api).integration_id(id);
    for (key, value) in changed(from, to)? {
        request = match key {
            CONNECTION_TYPE => request.connection_type(value.into()),
            CONNECTION_ID => request.connection_id(value),
            URI => request.integration_uri(value),
            SERVER_NAME => request.tls_config(sdk::TlsConfigInput::builder().server_name_to_verify(value).build()),
            PATH => request.request_parameters(PATH_OVERRIDE, value),
            _ => return Err(unknown("an integration", key)),
        };
    }
    for key in dropped(from, to)? {
        request = match key {
            SERVER_NAME => request.tls_config(sdk::TlsConfigInput::builder().build()),
            PATH => request.request_parameters(PATH_OVERRIDE, ""),
            // It means nothing without a link.
            CONNECTION_ID => request,
            _ => return Err(unknown("an integration", key)),
        };
    }
    caller.call(&actions::UPDATE_HTTP_INTEGRATION, request.send()).await?;
    Ok(())
}

pub(super) async fn stage(caller: &Caller, api: &str, name: &str) -> Result<State, CallError> {
    let request = caller.reads.apigatewayv2.get_stage().api_id(api).stage_name(name);
    let told = caller.call(&actions::GET_HTTP_STAGE, request.send()).await?;
    let (destination, format) = told.access_log_settings.map(|log| (log.destination_arn, log.format)).unwrap_or_default();
    let pairs = [
        (DEPLOYMENT, told.deployment_id),
        (AUTO_DEPLOY, Some(told.auto_deploy.unwrap_or_default().to_string())),
        (LOG_DESTINATION, destination),
        (LOG_FORMAT, format),
    ];
    Ok(State::settings(pairs.into_iter().filter_map(|(key, value)| Some((key, value.filter(|value| !value.is_empty())?)))))
}

pub(super) async fn set_stage(caller: &Caller, api: &str, name: &str, from: &State, to: &State) -> Result<(), CallError> {
    let changed = changed(from, to)?;
    if !changed.is_empty() {
        let mut request = caller.writes.apigatewayv2.update_stage().api_id(api).stage_name(name);
        let by_itself = to.get(AUTO_DEPLOY) == Some("true");
        for (key, value) in changed {
            request = match key {
                // A stage that deploys every change at once chooses its deployment itself.
                DEPLOYMENT if by_itself => request,
                DEPLOYMENT => request.deployment_id(value),
                AUTO_DEPLOY => request.auto_deploy(value == "true"),
                LOG_DESTINATION | LOG_FORMAT => request.access_log_settings(log(to)),
                key => return Err(unknown("a stage", key)),
            };
        }
        caller.call(&actions::UPDATE_HTTP_STAGE, request.send()).await?;
    }
    if dropped(from, to)?.contains(&LOG_DESTINATION) {
        let request = caller.writes.apigatewayv2.delete_access_log_settings().api_id(api).stage_name(name);
        caller.call(&actions::DELETE_ACCESS_LOG_SETTINGS, request.send()).await?;
    }
    Ok(())
}

/// The two make one structure, which is sent whole.
fn log(to: &State) -> sdk::AccessLogSettings {
    let text = |key| to.get(key).map(str::to_owned);
    sdk::AccessLogSettings::builder().set_destination_arn(text(LOG_DESTINATION)).set_format(text(LOG_FORMAT)).build()
}

pub(super) async fn api(caller: &Caller, id: &str) -> Result<State, CallError> {
    let request = caller.reads.apigatewayv2.get_api().api_id(id);
    let told = caller.call(&actions::GET_HTTP_API, request.send()).await?;
    Ok(State::settings([(DISABLED, told.disable_execute_api_endpoint.unwrap_or_default().to_string())]))
}

pub(super) async fn set_api(caller: &Caller, id: &str, from: &State, to: &State) -> Result<(), CallError> {
    let mut request = caller.writes.apigatewayv2.update_api().api_id(id);
    for (key, value) in changed(from, to)? {
        request = match key {
            DISABLED => request.disable_execute_api_endpoint(value == "true"),
            _ => return Err(unknown("an API", key)),
        };
    }
    caller.call(&actions::UPDATE_HTTP_API, request.send()).await?;
    Ok(())
}

pub(super) async fn lock(caller: &Caller, arn: &str) -> Result<State, CallError> {
    let request = caller.reads.apigatewayv2.get_tags().resource_arn(arn);
    let tags = caller.call(&actions::GET_HTTP_TAGS, request.send()).await?.tags.unwrap_or_default();
    Ok(State::settings(tags.get(LOCK_TAG).map(|value| (LOCK_TAG, value.clone()))))
}

pub(super) async fn set_lock(caller: &Caller, arn: &str, to: &State) -> Result<(), CallError> {
    if let Some(value) = to.get(LOCK_TAG) {
        let request = caller.writes.apigatewayv2.tag_resource().resource_arn(arn).tags(LOCK_TAG, value);
        caller.call(&actions::TAG_HTTP_API, request.send()).await?;
    } else {
        let request = caller.writes.apigatewayv2.untag_resource().resource_arn(arn).tag_keys(LOCK_TAG);
        caller.call(&actions::UNTAG_HTTP_API, request.send()).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_link_left_behind_means_nothing_over_the_internet() {
        let told =
            || GetIntegrationOutput::builder().integration_uri("u").connection_id("v1").request_parameters(PATH_OVERRIDE, "$request.path");
        let internet = integration_settings(told().connection_type(sdk::ConnectionType::Internet).build());
        assert_eq!(internet, State::settings([(CONNECTION_TYPE, "INTERNET"), (URI, "u")]));
        let link = integration_settings(told().connection_type(sdk::ConnectionType::VpcLink).build());
        let pairs = [(CONNECTION_TYPE, "VPC_LINK"), (URI, "u"), (CONNECTION_ID, "v1"), (PATH, "$request.path")];
        assert_eq!(link, State::settings(pairs));
    }
}
