//! Which file makes, finds, watches and deletes what.

use super::caller::{Caller, there};
use super::elbv2::{NewGroup, NewListener};
use super::{ec2, ecs, elbv2, http, rest};
use crate::migrate::cloud::{CallError, Made, Mark, Status};
use crate::migrate::thing::{Create, Remove};

pub(super) async fn create(caller: &Caller, thing: &Create, mark: &Mark) -> Result<Made, CallError> {
    match thing {
        Create::SecurityGroup { name, description, vpc } => ec2::create_group(caller, name, description, vpc, mark).await,
        Create::GroupRules { group, rules } => ec2::create_rules(caller, group, rules, Some(mark)).await,
        Create::LoadBalancer { name, subnets, groups } => elbv2::create_balancer(caller, name, subnets, groups, mark).await,
        Create::TargetGroup { name, vpc, protocol, port, target_type, health_check } => {
            let new = NewGroup { name, vpc, protocol, port: *port, target_type, health_check };
            elbv2::create_group(caller, &new, mark).await
        }
        Create::Listener { balancer, protocol, port, target_group, ssl_policy, certificate } => {
            let (ssl_policy, certificate) = (ssl_policy.as_deref(), certificate.as_deref());
            let new = NewListener { balancer, protocol, port: *port, target_group, ssl_policy, certificate };
            elbv2::create_listener(caller, &new, mark).await
        }
        Create::AlbTarget { target_group, balancer, port } => elbv2::register(caller, target_group, balancer, *port).await,
        Create::VpcLinkV1 { name, balancer } => rest::create_link(caller, name, balancer, mark).await,
        Create::VpcLinkV2 { name, subnets, groups } => http::create_link(caller, name, subnets, groups, mark).await,
        Create::Service { cluster, name, like, task_definition, desired_count, target } => {
            let new = ecs::NewService { cluster, name, like, task_definition, desired_count: *desired_count, target };
            ecs::create(caller, &new, mark).await
        }
        Create::RestDeployment { api, stage, canary_percent } => rest::deploy(caller, api, stage.as_deref(), *canary_percent, mark).await,
        Create::HttpDeployment { api } => http::deploy(caller, api, mark).await,
        Create::RestApi { name } => rest::create_api(caller, name, mark).await,
        Create::RestResource { api, parent } => rest::create_resource(caller, api, parent).await,
        Create::RestMethod { api, resource } => rest::create_method(caller, api, resource).await,
        Create::RestIntegration { api, resource, uri } => rest::create_integration(caller, api, resource, uri).await,
        Create::HttpApi { name } => http::create_api(caller, name, mark).await,
        Create::HttpIntegration { api, uri } => http::create_integration(caller, api, uri, mark).await,
        Create::HttpRoute { api, integration } => http::create_route(caller, api, integration).await,
        Create::HttpStage { api, stage } => http::create_stage(caller, api, stage, mark).await,
    }
}

pub(super) async fn find(caller: &Caller, thing: &Create, mark: &Mark) -> Result<Vec<Made>, CallError> {
    match thing {
        Create::SecurityGroup { vpc, .. } => ec2::find_group(caller, vpc, mark).await,
        Create::GroupRules { group, .. } => ec2::find_rules(caller, group, mark).await,
        Create::LoadBalancer { name, .. } => elbv2::find_balancer(caller, name, mark).await,
        Create::TargetGroup { name, .. } => elbv2::find_group(caller, name, mark).await,
        Create::Listener { balancer, .. } => elbv2::find_listener(caller, balancer, mark).await,
        Create::AlbTarget { target_group, balancer, port } => elbv2::find_target(caller, target_group, balancer, *port).await,
        Create::VpcLinkV1 { name, .. } => rest::find_link(caller, name, mark).await,
        Create::VpcLinkV2 { .. } => http::find_link(caller, mark).await,
        Create::Service { cluster, name, .. } => ecs::find(caller, cluster, name, mark).await,
        Create::RestDeployment { api, stage, .. } => rest::find_deployment(caller, api, stage.as_deref(), mark).await,
        Create::HttpDeployment { api } => http::find_deployment(caller, api, mark).await,
        Create::RestApi { .. } => rest::find_api(caller, mark).await,
        Create::RestResource { api, parent } => rest::find_resource(caller, api, parent).await,
        Create::RestMethod { api, resource } => rest::find_method(caller, api, resource).await,
        Create::RestIntegration { api, resource, .. } => rest::find_integration(caller, api, resource).await,
        Create::HttpApi { .. } => http::find_api(caller, mark).await,
        Create::HttpIntegration { api, .. } => http::find_integration(caller, api, mark).await,
        Create::HttpRoute { api, integration } => http::find_route(caller, api, integration).await,
        Create::HttpStage { api, stage } => http::find_stage(caller, api, stage, mark).await,
    }
}

/// What has no state of its own is ready as soon as it is there.
fn if_there(found: Vec<Made>) -> Status {
    found.into_iter().next().map_or(Status::Gone, Status::Ready)
}

pub(super) async fn status(caller: &Caller, thing: &Create, made: &Made) -> Result<Status, CallError> {
    let id = made.id.as_str();
    match thing {
        Create::SecurityGroup { .. } => ec2::group_status(caller, id).await,
        Create::GroupRules { .. } => ec2::rules_status(caller, made).await,
        Create::LoadBalancer { .. } => elbv2::balancer_status(caller, id).await,
        Create::TargetGroup { .. } => Ok(if elbv2::group_exists(caller, id).await? { Status::Ready(Made::id(id)) } else { Status::Gone }),
        Create::Listener { .. } => Ok(there(elbv2::listener(caller, id).await)?.map_or(Status::Gone, |_| Status::Ready(Made::id(id)))),
        Create::AlbTarget { target_group, balancer, port } => elbv2::target_status(caller, target_group, balancer, *port).await,
        Create::VpcLinkV1 { .. } => rest::link_status(caller, id).await,
        Create::VpcLinkV2 { .. } => http::link_status(caller, id).await,
        Create::Service { cluster, .. } => ecs::rollout(caller, cluster, id).await,
        Create::RestDeployment { api, .. } => rest::deployment_status(caller, api, id).await,
        Create::HttpDeployment { api } => http::deployment_status(caller, api, id).await,
        Create::RestApi { .. } => rest::api_status(caller, id).await,
        Create::RestResource { api, .. } => rest::resource_status(caller, api, id).await,
        Create::RestMethod { api, resource } => Ok(if_there(rest::find_method(caller, api, resource).await?)),
        Create::RestIntegration { api, resource, .. } => Ok(if_there(rest::find_integration(caller, api, resource).await?)),
        Create::HttpApi { .. } => http::api_status(caller, id).await,
        Create::HttpIntegration { api, .. } => http::integration_status(caller, api, id).await,
        Create::HttpRoute { api, .. } => http::route_status(caller, api, id).await,
        Create::HttpStage { api, stage } => http::stage_status(caller, api, stage).await,
    }
}

pub(super) async fn delete(caller: &Caller, thing: &Create, made: &Made) -> Result<(), CallError> {
    let id = made.id.as_str();
    match thing {
        Create::SecurityGroup { .. } => ec2::delete_group(caller, id).await,
        Create::GroupRules { rules, .. } => ec2::delete_rules(caller, made, rules.iter().any(|rule| rule.egress)).await,
        Create::LoadBalancer { .. } => elbv2::delete_balancer(caller, id).await,
        Create::TargetGroup { .. } => elbv2::delete_group(caller, id).await,
        Create::Listener { .. } => elbv2::delete_listener(caller, id).await,
        Create::AlbTarget { target_group, balancer, port } => elbv2::deregister(caller, target_group, balancer, *port).await,
        Create::VpcLinkV1 { .. } => rest::delete_link(caller, id).await,
        Create::VpcLinkV2 { .. } => http::delete_link(caller, id).await,
        Create::Service { cluster, .. } => ecs::delete(caller, cluster, id).await,
        Create::RestDeployment { api, stage, .. } => rest::undeploy(caller, api, stage.as_deref(), id).await,
        Create::HttpDeployment { api } => http::undeploy(caller, api, id).await,
        Create::RestApi { .. } => rest::delete_api(caller, id).await,
        Create::RestResource { api, .. } => rest::delete_resource(caller, api, id).await,
        Create::RestMethod { api, resource } => rest::delete_method(caller, api, resource).await,
        Create::RestIntegration { api, resource, .. } => rest::delete_integration(caller, api, resource).await,
        Create::HttpApi { .. } => http::delete_api(caller, id).await,
        Create::HttpIntegration { api, .. } => http::delete_integration(caller, api, id).await,
        Create::HttpRoute { api, .. } => http::delete_route(caller, api, id).await,
        Create::HttpStage { api, stage } => http::delete_stage(caller, api, stage).await,
    }
}

pub(super) async fn remove(caller: &Caller, thing: &Remove) -> Result<(), CallError> {
    match thing {
        Remove::Listener { listener } => elbv2::delete_listener(caller, listener).await,
        Remove::LoadBalancer { balancer } => elbv2::delete_balancer(caller, balancer).await,
        Remove::TargetGroup { target_group } => elbv2::delete_group(caller, target_group).await,
    }
}

pub(super) async fn exists(caller: &Caller, thing: &Remove) -> Result<bool, CallError> {
    match thing {
        Remove::Listener { listener } => Ok(there(elbv2::listener(caller, listener).await)?.is_some()),
        Remove::LoadBalancer { balancer } => Ok(there(elbv2::balancer(caller, balancer).await)?.is_some()),
        Remove::TargetGroup { target_group } => elbv2::group_exists(caller, target_group).await,
    }
}
