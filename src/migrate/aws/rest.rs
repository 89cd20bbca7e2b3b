//! API Gateway V1: VPC links, deployments, and the scratch API of a proof.

use aws_sdk_apigateway::types as sdk;

use super::caller::{Caller, gone_is_done, paged, there, wordless};
use super::tags;
use crate::migrate::actions;
use crate::migrate::cloud::{CallError, Made, Mark, Status};

/// The verb of what a plan makes in a scratch API.
const ANY: &str = "ANY";
/// The path below the root of a scratch API.
const PROXY: &str = "{proxy+}";

pub(super) async fn create_link(caller: &Caller, name: &str, balancer: &str, mark: &Mark) -> Result<Made, CallError> {
    let request = caller.writes.apigateway.create_vpc_link().name(name).target_arns(balancer).set_tags(Some(tags::map(mark)));
    let answer = caller.call(&actions::CREATE_VPC_LINK_V1, request.send()).await?;
    answer.id.map(Made::id).ok_or_else(|| wordless(&actions::CREATE_VPC_LINK_V1, "the link"))
}

pub(super) async fn find_link(caller: &Caller, name: &str, mark: &Mark) -> Result<Vec<Made>, CallError> {
    let request = || caller.reads.apigateway.get_vpc_links().limit(500);
    let links = paged!(caller, &actions::GET_VPC_LINKS_V1, request(), set_position, items, position);
    let mut found = Vec::new();
    for link in links {
        let Some(id) = link.id else { continue };
        let ours = match &link.tags {
            Some(tags) => tags::bears(Some(tags), mark),
            // A list need not tell tags: those of a link with the right name are asked for.
            None if link.name.as_deref() == Some(name) => {
                let request = caller.reads.apigateway.get_vpc_link().vpc_link_id(&id);
                let link = there(caller.call(&actions::GET_VPC_LINK_V1, request.send()).await)?;
                link.is_some_and(|link| tags::bears(link.tags.as_ref(), mark))
            }
            None => false,
        };
        if ours {
            found.push(Made::id(id));
        }
    }
    Ok(found)
}

pub(super) async fn link_status(caller: &Caller, id: &str) -> Result<Status, CallError> {
    let request = caller.reads.apigateway.get_vpc_link().vpc_link_id(id);
    let Some(link) = there(caller.call(&actions::GET_VPC_LINK_V1, request.send()).await)? else { return Ok(Status::Gone) };
    let status = link.status.as_ref().map_or("unknown", sdk::VpcLinkStatus::as_str);
    Ok(of_link(id, status, link.status_message))
}

/// What a link's status means, of either version.
pub(super) fn of_link(id: &str, status: &str, message: Option<String>) -> Status {
    match status {
        // A link without traffic for 60 days is inactive, and comes back with the first request.
        "AVAILABLE" | "INACTIVE" => Status::Ready(Made::id(id)),
        "FAILED" => Status::Failed(format!("the VPC link failed: {}", message.unwrap_or_default())),
        status => Status::Waiting(format!("the VPC link is {status}")),
    }
}

/// Deletes a link. One that is on its way out is left to go.
pub(super) async fn delete_link(caller: &Caller, id: &str) -> Result<(), CallError> {
    let request = caller.reads.apigateway.get_vpc_link().vpc_link_id(id);
    match there(caller.call(&actions::GET_VPC_LINK_V1, request.send()).await)? {
        Some(link) if link.status != Some(sdk::VpcLinkStatus::Deleting) => {
            let request = caller.writes.apigateway.delete_vpc_link().vpc_link_id(id);
            gone_is_done(caller.call(&actions::DELETE_VPC_LINK_V1, request.send()).await)
        }
        _ => Ok(()),
    }
}

pub(super) async fn deploy(
    caller: &Caller,
    api: &str,
    stage: Option<&str>,
    canary_percent: Option<f64>,
    mark: &Mark,
) -> Result<Made, CallError> {
    let canary =
        canary_percent.map(|percent| sdk::DeploymentCanarySettings::builder().percent_traffic(percent).use_stage_cache(false).build());
    let request = caller.writes.apigateway.create_deployment().rest_api_id(api).description(mark.text());
    let request = request.set_stage_name(stage.map(str::to_owned)).set_canary_settings(canary);
    let answer = caller.call(&actions::CREATE_REST_DEPLOYMENT, request.send()).await?;
    answer.id.map(Made::id).ok_or_else(|| wordless(&actions::CREATE_REST_DEPLOYMENT, "the deployment"))
}

/// What a stage and its canary serve; nothing where there is no such stage.
async fn served(caller: &Caller, api: &str, stage: &str) -> Result<(Option<String>, Option<String>), CallError> {
    let request = caller.reads.apigateway.get_stage().rest_api_id(api).stage_name(stage);
    let stage = there(caller.call(&actions::GET_REST_STAGE, request.send()).await)?;
    Ok(stage.map(|stage| (stage.deployment_id, stage.canary_settings.and_then(|canary| canary.deployment_id))).unwrap_or_default())
}

/// Deployments know no tags: their description tells. The one that is served comes first, for of several one is kept.
pub(super) async fn find_deployment(caller: &Caller, api: &str, stage: Option<&str>, mark: &Mark) -> Result<Vec<Made>, CallError> {
    let request = || caller.reads.apigateway.get_deployments().rest_api_id(api).limit(500);
    let all = paged!(caller, &actions::GET_REST_DEPLOYMENTS, request(), set_position, items, position);
    let text = mark.text();
    let ours = all.into_iter().filter(|deployment| deployment.description.as_deref() == Some(text.as_str()));
    let mut ids: Vec<String> = ours.filter_map(|deployment| deployment.id).collect();
    if let (Some(stage), true) = (stage, ids.len() > 1) {
        let (own, canary) = served(caller, api, stage).await?;
        ids.sort_by_key(|id| Some(id) != own.as_ref() && Some(id) != canary.as_ref());
    }
    Ok(ids.into_iter().map(Made::id).collect())
}

pub(super) async fn deployment_status(caller: &Caller, api: &str, id: &str) -> Result<Status, CallError> {
    let request = caller.reads.apigateway.get_deployment().rest_api_id(api).deployment_id(id);
    let answer = there(caller.call(&actions::GET_REST_DEPLOYMENT, request.send()).await)?;
    Ok(answer.map_or(Status::Gone, |_| Status::Ready(Made::id(id))))
}

/// Deletes a deployment, and before it what serves it: our canary, or the stage of a scratch API that was made with it.
pub(super) async fn undeploy(caller: &Caller, api: &str, stage: Option<&str>, id: &str) -> Result<(), CallError> {
    if let Some(stage) = stage {
        let (own, canary) = served(caller, api, stage).await?;
        if canary.as_deref() == Some(id) {
            let remove = sdk::PatchOperation::builder().op(sdk::Op::Remove).path("/canarySettings").build();
            let request = caller.writes.apigateway.update_stage().rest_api_id(api).stage_name(stage).patch_operations(remove);
            caller.call(&actions::UPDATE_REST_STAGE, request.send()).await?;
        }
        if own.as_deref() == Some(id) {
            delete_stage(caller, api, stage).await?;
        }
    }
    let request = caller.writes.apigateway.delete_deployment().rest_api_id(api).deployment_id(id);
    gone_is_done(caller.call(&actions::DELETE_REST_DEPLOYMENT, request.send()).await)
}

/// Deletes a stage of a scratch API. A stage of any other API was there before, and is not ours to delete.
async fn delete_stage(caller: &Caller, api: &str, stage: &str) -> Result<(), CallError> {
    let request = caller.reads.apigateway.get_rest_api().rest_api_id(api);
    let Some(found) = there(caller.call(&actions::GET_REST_API, request.send()).await)? else { return Ok(()) };
    if !tags::are_a_plans(found.tags.as_ref()) {
        return Err(CallError::Rejected(format!("stage {stage} serves the deployment, and {api} was not made by a plan")));
    }
    let request = caller.writes.apigateway.delete_stage().rest_api_id(api).stage_name(stage);
    gone_is_done(caller.call(&actions::DELETE_REST_STAGE, request.send()).await)
}

pub(super) async fn create_api(caller: &Caller, name: &str, mark: &Mark) -> Result<Made, CallError> {
    let regional = sdk::EndpointConfiguration::builder().types(sdk::EndpointType::Regional).build();
    let request = caller.writes.apigateway.create_rest_api().name(name).description(mark.text()).endpoint_configuration(regional);
    let answer = caller.call(&actions::CREATE_REST_API, request.set_tags(Some(tags::map(mark))).send()).await?;
    let id = answer.id.ok_or_else(|| wordless(&actions::CREATE_REST_API, "the API"))?;
    Ok(with_root(id, answer.root_resource_id))
}

fn with_root(id: String, root: Option<String>) -> Made {
    let made = Made::id(id);
    match root {
        Some(root) => made.with("root", vec![root]),
        None => made,
    }
}

pub(super) async fn find_api(caller: &Caller, mark: &Mark) -> Result<Vec<Made>, CallError> {
    let request = || caller.reads.apigateway.get_rest_apis().limit(500);
    let all = paged!(caller, &actions::GET_REST_APIS, request(), set_position, items, position);
    let ours = all.into_iter().filter(|api| tags::bears(api.tags.as_ref(), mark));
    Ok(ours.filter_map(|api| Some(with_root(api.id?, api.root_resource_id))).collect())
}

/// Ready with its root resource, which an API has from the beginning but an older answer may not tell.
pub(super) async fn api_status(caller: &Caller, id: &str) -> Result<Status, CallError> {
    let request = caller.reads.apigateway.get_rest_api().rest_api_id(id);
    let Some(api) = there(caller.call(&actions::GET_REST_API, request.send()).await)? else { return Ok(Status::Gone) };
    let root = match api.root_resource_id {
        Some(root) => Some(root),
        None => resources(caller, id).await?.into_iter().find(|resource| resource.path() == Some("/")).and_then(|root| root.id),
    };
    Ok(match root {
        Some(root) => Status::Ready(with_root(id.to_owned(), Some(root))),
        None => Status::Waiting("the API does not show its root yet".to_owned()),
    })
}

pub(super) async fn delete_api(caller: &Caller, id: &str) -> Result<(), CallError> {
    let request = caller.writes.apigateway.delete_rest_api().rest_api_id(id);
    gone_is_done(caller.call(&actions::DELETE_REST_API, request.send()).await)
}

async fn resources(caller: &Caller, api: &str) -> Result<Vec<sdk::Resource>, CallError> {
    let request = || caller.reads.apigateway.get_resources().rest_api_id(api).limit(500);
    Ok(paged!(caller, &actions::GET_RESOURCES, request(), set_position, items, position))
}

pub(super) async fn create_resource(caller: &Caller, api: &str, parent: &str) -> Result<Made, CallError> {
    let request = caller.writes.apigateway.create_resource().rest_api_id(api).parent_id(parent).path_part(PROXY);
    let answer = caller.call(&actions::CREATE_RESOURCE, request.send()).await?;
    answer.id.map(Made::id).ok_or_else(|| wordless(&actions::CREATE_RESOURCE, "the resource"))
}

pub(super) async fn find_resource(caller: &Caller, api: &str, parent: &str) -> Result<Vec<Made>, CallError> {
    let all = there(resources(caller, api).await)?.unwrap_or_default();
    let ours = all.into_iter().filter(|resource| resource.parent_id() == Some(parent) && resource.path_part() == Some(PROXY));
    Ok(ours.filter_map(|resource| resource.id).map(Made::id).collect())
}

pub(super) async fn resource_status(caller: &Caller, api: &str, id: &str) -> Result<Status, CallError> {
    let request = caller.reads.apigateway.get_resource().rest_api_id(api).resource_id(id);
    let answer = there(caller.call(&actions::GET_RESOURCE, request.send()).await)?;
    Ok(answer.map_or(Status::Gone, |_| Status::Ready(Made::id(id))))
}

pub(super) async fn delete_resource(caller: &Caller, api: &str, id: &str) -> Result<(), CallError> {
    let request = caller.writes.apigateway.delete_resource().rest_api_id(api).resource_id(id);
    gone_is_done(caller.call(&actions::DELETE_RESOURCE, request.send()).await)
}

/// A method and its integration have no ids of their own.
fn method(api: &str, resource: &str) -> Made {
    Made::id(format!("{api}/{resource}/{ANY}"))
}

pub(super) async fn create_method(caller: &Caller, api: &str, resource: &str) -> Result<Made, CallError> {
    let request = caller.writes.apigateway.put_method().rest_api_id(api).resource_id(resource).http_method(ANY);
    let request = request.authorization_type("AWS_IAM").request_parameters("method.request.path.proxy", true);
    caller.call(&actions::PUT_METHOD, request.send()).await?;
    Ok(method(api, resource))
}

pub(super) async fn find_method(caller: &Caller, api: &str, resource: &str) -> Result<Vec<Made>, CallError> {
    let request = caller.reads.apigateway.get_method().rest_api_id(api).resource_id(resource).http_method(ANY);
    let answer = there(caller.call(&actions::GET_METHOD, request.send()).await)?;
    Ok(answer.map(|_| method(api, resource)).into_iter().collect())
}

pub(super) async fn delete_method(caller: &Caller, api: &str, resource: &str) -> Result<(), CallError> {
    let request = caller.writes.apigateway.delete_method().rest_api_id(api).resource_id(resource).http_method(ANY);
    gone_is_done(caller.call(&actions::DELETE_METHOD, request.send()).await)
}

pub(super) async fn create_integration(caller: &Caller, api: &str, resource: &str, uri: &str) -> Result<Made, CallError> {
    let request = caller
        .writes
        .apigateway
        .put_integration()
        .rest_api_id(api)
        .resource_id(resource)
        .http_method(ANY)
        .r#type(sdk::IntegrationType::HttpProxy)
        .integration_http_method(ANY)
        .uri(uri)
        .connection_type(sdk::ConnectionType::Internet)
        .request_parameters("integration.request.path.proxy", "method.request.path.proxy");
    caller.call(&actions::PUT_INTEGRATION, request.send()).await?;
    Ok(method(api, resource))
}

pub(super) async fn find_integration(caller: &Caller, api: &str, resource: &str) -> Result<Vec<Made>, CallError> {
    let request = caller.reads.apigateway.get_integration().rest_api_id(api).resource_id(resource).http_method(ANY);
    let answer = there(caller.call(&actions::GET_REST_INTEGRATION, request.send()).await)?;
    // A method without an integration answers that there is none; one without a type is none either.
    Ok(answer.filter(|told| told.r#type.is_some()).map(|_| method(api, resource)).into_iter().collect())
}

pub(super) async fn delete_integration(caller: &Caller, api: &str, resource: &str) -> Result<(), CallError> {
    let request = caller.writes.apigateway.delete_integration().rest_api_id(api).resource_id(resource).http_method(ANY);
    gone_is_done(caller.call(&actions::DELETE_REST_INTEGRATION, request.send()).await)
}
