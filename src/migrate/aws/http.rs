//! API Gateway V2: VPC links, deployments, and the scratch API of a proof.

use aws_sdk_apigatewayv2::types as sdk;

use super::caller::{Caller, gone_is_done, paged, there, wordless};
use super::rest::of_link;
use super::tags;
use crate::migrate::actions;
use crate::migrate::cloud::{CallError, Made, Mark, Status};

/// The one route of a scratch API.
const ROUTE: &str = "ANY /{proxy+}";

pub(super) async fn create_link(
    caller: &Caller,
    name: &str,
    subnets: &[String],
    groups: &[String],
    mark: &Mark,
) -> Result<Made, CallError> {
    let request = caller.writes.apigatewayv2.create_vpc_link().name(name).set_subnet_ids(Some(subnets.to_vec()));
    let request = request.set_security_group_ids(Some(groups.to_vec())).set_tags(Some(tags::map(mark)));
    let answer = caller.call(&actions::CREATE_VPC_LINK_V2, request.send()).await?;
    answer.vpc_link_id.map(Made::id).ok_or_else(|| wordless(&actions::CREATE_VPC_LINK_V2, "the link"))
}

pub(super) async fn find_link(caller: &Caller, mark: &Mark) -> Result<Vec<Made>, CallError> {
    let request = || caller.reads.apigatewayv2.get_vpc_links();
    let links = paged!(caller, &actions::GET_VPC_LINKS_V2, request(), set_next_token, items, next_token);
    let ours = links.into_iter().filter(|link| tags::bears(link.tags.as_ref(), mark));
    Ok(ours.filter_map(|link| link.vpc_link_id).map(Made::id).collect())
}

pub(super) async fn link_status(caller: &Caller, id: &str) -> Result<Status, CallError> {
    let request = caller.reads.apigatewayv2.get_vpc_link().vpc_link_id(id);
    let Some(link) = there(caller.call(&actions::GET_VPC_LINK_V2, request.send()).await)? else { return Ok(Status::Gone) };
    let status = link.vpc_link_status.as_ref().map_or("unknown", sdk::VpcLinkStatus::as_str);
    Ok(of_link(id, status, link.vpc_link_status_message))
}

/// Deletes a link. One that is on its way out is left to go.
pub(super) async fn delete_link(caller: &Caller, id: &str) -> Result<(), CallError> {
    let request = caller.reads.apigatewayv2.get_vpc_link().vpc_link_id(id);
    match there(caller.call(&actions::GET_VPC_LINK_V2, request.send()).await)? {
        Some(link) if link.vpc_link_status != Some(sdk::VpcLinkStatus::Deleting) => {
            let request = caller.writes.apigatewayv2.delete_vpc_link().vpc_link_id(id);
            gone_is_done(caller.call(&actions::DELETE_VPC_LINK_V2, request.send()).await)
        }
        _ => Ok(()),
    }
}

pub(super) async fn deploy(caller: &Caller, api: &str, mark: &Mark) -> Result<Made, CallError> {
    let request = caller.writes.apigatewayv2.create_deployment().api_id(api).description(mark.text());
    let answer = caller.call(&actions::CREATE_HTTP_DEPLOYMENT, request.send()).await?;
    answer.deployment_id.map(Made::id).ok_or_else(|| wordless(&actions::CREATE_HTTP_DEPLOYMENT, "the deployment"))
}

/// Deployments know no tags: their description tells.
pub(super) async fn find_deployment(caller: &Caller, api: &str, mark: &Mark) -> Result<Vec<Made>, CallError> {
    let request = || caller.reads.apigatewayv2.get_deployments().api_id(api);
    let all = paged!(caller, &actions::GET_HTTP_DEPLOYMENTS, request(), set_next_token, items, next_token);
    let text = mark.text();
    let ours = all.into_iter().filter(|deployment| deployment.description.as_deref() == Some(text.as_str()));
    Ok(ours.filter_map(|deployment| deployment.deployment_id).map(Made::id).collect())
}

pub(super) async fn deployment_status(caller: &Caller, api: &str, id: &str) -> Result<Status, CallError> {
    let request = caller.reads.apigatewayv2.get_deployment().api_id(api).deployment_id(id);
    let answer = there(caller.call(&actions::GET_HTTP_DEPLOYMENT, request.send()).await)?;
    let Some(deployment) = answer else { return Ok(Status::Gone) };
    Ok(match deployment.deployment_status {
        Some(sdk::DeploymentStatus::Failed) => {
            Status::Failed(format!("the deployment failed: {}", deployment.deployment_status_message.unwrap_or_default()))
        }
        Some(sdk::DeploymentStatus::Pending) => Status::Waiting("the deployment is PENDING".to_owned()),
        _ => Status::Ready(Made::id(id)),
    })
}

pub(super) async fn undeploy(caller: &Caller, api: &str, id: &str) -> Result<(), CallError> {
    let request = caller.writes.apigatewayv2.delete_deployment().api_id(api).deployment_id(id);
    gone_is_done(caller.call(&actions::DELETE_HTTP_DEPLOYMENT, request.send()).await)
}

pub(super) async fn create_api(caller: &Caller, name: &str, mark: &Mark) -> Result<Made, CallError> {
    let request = caller.writes.apigatewayv2.create_api().name(name).protocol_type(sdk::ProtocolType::Http).description(mark.text());
    let answer = caller.call(&actions::CREATE_HTTP_API, request.set_tags(Some(tags::map(mark))).send()).await?;
    answer.api_id.map(Made::id).ok_or_else(|| wordless(&actions::CREATE_HTTP_API, "the API"))
}

pub(super) async fn find_api(caller: &Caller, mark: &Mark) -> Result<Vec<Made>, CallError> {
    let request = || caller.reads.apigatewayv2.get_apis();
    let all = paged!(caller, &actions::GET_HTTP_APIS, request(), set_next_token, items, next_token);
    let ours = all.into_iter().filter(|api| tags::bears(api.tags.as_ref(), mark));
    Ok(ours.filter_map(|api| api.api_id).map(Made::id).collect())
}

pub(super) async fn api_status(caller: &Caller, id: &str) -> Result<Status, CallError> {
    let request = caller.reads.apigatewayv2.get_api().api_id(id);
    let answer = there(caller.call(&actions::GET_HTTP_API, request.send()).await)?;
    Ok(answer.map_or(Status::Gone, |_| Status::Ready(Made::id(id))))
}

pub(super) async fn delete_api(caller: &Caller, id: &str) -> Result<(), CallError> {
    let request = caller.writes.apigatewayv2.delete_api().api_id(id);
    gone_is_done(caller.call(&actions::DELETE_HTTP_API, request.send()).await)
}

pub(super) async fn create_integration(caller: &Caller, api: &str, uri: &str, mark: &Mark) -> Result<Made, CallError> {
    let request = caller
        .writes
        .apigatewayv2
        .create_integration()
        .api_id(api)
        .description(mark.text())
        .integration_type(sdk::IntegrationType::HttpProxy)
        .integration_method("ANY")
        .integration_uri(uri)
        .connection_type(sdk::ConnectionType::Internet)
        .payload_format_version("1.0");
    let answer = caller.call(&actions::CREATE_HTTP_INTEGRATION, request.send()).await?;
    answer.integration_id.map(Made::id).ok_or_else(|| wordless(&actions::CREATE_HTTP_INTEGRATION, "the integration"))
}

pub(super) async fn find_integration(caller: &Caller, api: &str, mark: &Mark) -> Result<Vec<Made>, CallError> {
    let request = || caller.reads.apigatewayv2.get_integrations().api_id(api);
    let all = paged!(caller, &actions::GET_HTTP_INTEGRATIONS, request(), set_next_token, items, next_token);
    let text = mark.text();
    let ours = all.into_iter().filter(|integration| integration.description.as_deref() == Some(text.as_str()));
    Ok(ours.filter_map(|integration| integration.integration_id).map(Made::id).collect())
}

pub(super) async fn integration_status(caller: &Caller, api: &str, id: &str) -> Result<Status, CallError> {
    let request = caller.reads.apigatewayv2.get_integration().api_id(api).integration_id(id);
    let answer = there(caller.call(&actions::GET_HTTP_INTEGRATION, request.send()).await)?;
    Ok(answer.map_or(Status::Gone, |_| Status::Ready(Made::id(id))))
}

pub(super) async fn delete_integration(caller: &Caller, api: &str, id: &str) -> Result<(), CallError> {
    let request = caller.writes.apigatewayv2.delete_integration().api_id(api).integration_id(id);
    gone_is_done(caller.call(&actions::DELETE_HTTP_INTEGRATION, request.send()).await)
}

fn target(integration: &str) -> String {
    format!("integrations/{integration}")
}

pub(super) async fn create_route(caller: &Caller, api: &str, integration: &str) -> Result<Made, CallError> {
    let request = caller.writes.apigatewayv2.create_route().api_id(api).route_key(ROUTE).target(target(integration));
    let request = request.authorization_type(sdk::AuthorizationType::AwsIam);
    let answer = caller.call(&actions::CREATE_ROUTE, request.send()).await?;
    answer.route_id.map(Made::id).ok_or_else(|| wordless(&actions::CREATE_ROUTE, "the route"))
}

pub(super) async fn find_route(caller: &Caller, api: &str, integration: &str) -> Result<Vec<Made>, CallError> {
    let request = || caller.reads.apigatewayv2.get_routes().api_id(api);
    let all = paged!(caller, &actions::GET_ROUTES, request(), set_next_token, items, next_token);
    let target = target(integration);
    let ours = all.into_iter().filter(|route| route.route_key() == Some(ROUTE) && route.target() == Some(target.as_str()));
    Ok(ours.filter_map(|route| route.route_id).map(Made::id).collect())
}

pub(super) async fn route_status(caller: &Caller, api: &str, id: &str) -> Result<Status, CallError> {
    let request = caller.reads.apigatewayv2.get_route().api_id(api).route_id(id);
    let answer = there(caller.call(&actions::GET_ROUTE, request.send()).await)?;
    Ok(answer.map_or(Status::Gone, |_| Status::Ready(Made::id(id))))
}

pub(super) async fn delete_route(caller: &Caller, api: &str, id: &str) -> Result<(), CallError> {
    let request = caller.writes.apigatewayv2.delete_route().api_id(api).route_id(id);
    gone_is_done(caller.call(&actions::DELETE_ROUTE, request.send()).await)
}

/// A stage has no id of its own.
fn made_stage(api: &str, stage: &str) -> Made {
    Made::id(format!("{api}/{stage}"))
}

pub(super) async fn create_stage(caller: &Caller, api: &str, stage: &str, mark: &Mark) -> Result<Made, CallError> {
    let request = caller.writes.apigatewayv2.create_stage().api_id(api).stage_name(stage).auto_deploy(true);
    caller.call(&actions::CREATE_HTTP_STAGE, request.set_tags(Some(tags::map(mark))).send()).await?;
    Ok(made_stage(api, stage))
}

pub(super) async fn find_stage(caller: &Caller, api: &str, stage: &str, mark: &Mark) -> Result<Vec<Made>, CallError> {
    let request = caller.reads.apigatewayv2.get_stage().api_id(api).stage_name(stage);
    let found = there(caller.call(&actions::GET_HTTP_STAGE, request.send()).await)?;
    let ours = found.filter(|found| tags::bears(found.tags.as_ref(), mark));
    Ok(ours.map(|_| made_stage(api, stage)).into_iter().collect())
}

/// Ready once the change that made it was deployed.
pub(super) async fn stage_status(caller: &Caller, api: &str, stage: &str) -> Result<Status, CallError> {
    let request = caller.reads.apigatewayv2.get_stage().api_id(api).stage_name(stage);
    let Some(found) = there(caller.call(&actions::GET_HTTP_STAGE, request.send()).await)? else { return Ok(Status::Gone) };
    Ok(match found.deployment_id {
        Some(_) => Status::Ready(made_stage(api, stage)),
        None => Status::Waiting("the stage serves nothing yet".to_owned()),
    })
}

pub(super) async fn delete_stage(caller: &Caller, api: &str, stage: &str) -> Result<(), CallError> {
    let request = caller.writes.apigatewayv2.delete_stage().api_id(api).stage_name(stage);
    gone_is_done(caller.call(&actions::DELETE_HTTP_STAGE, request.send()).await)
}
