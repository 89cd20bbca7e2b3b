//! Which file reads and sets what.

use super::caller::Caller;
use super::rest_set::Method;
use super::{ec2, ecs, elbv2_set, http_set, rest_set};
use crate::migrate::actions::is_rest;
use crate::migrate::cloud::CallError;
use crate::migrate::thing::{Property, State};

pub(super) async fn read(caller: &Caller, property: &Property) -> Result<State, CallError> {
    match property {
        Property::LoadBalancerGroups { balancer } => elbv2_set::groups(caller, balancer).await,
        Property::LoadBalancerAttributes { balancer } => elbv2_set::attributes(caller, balancer).await,
        Property::TargetGroupAttributes { target_group } => elbv2_set::group_attributes(caller, target_group).await,
        Property::Listener { listener } => elbv2_set::listener_settings(caller, listener).await,
        Property::ListenerCertificates { listener } => elbv2_set::certificates(caller, listener).await,
        Property::ServiceTargets { cluster, service } => ecs::targets(caller, cluster, service).await,
        Property::RestIntegration { api, resource, method } => rest_set::integration(caller, &Method { api, resource, verb: method }).await,
        Property::HttpIntegration { api, integration } => http_set::integration(caller, api, integration).await,
        Property::RestStage { api, stage } => rest_set::stage(caller, api, stage).await,
        Property::HttpStage { api, stage } => http_set::stage(caller, api, stage).await,
        Property::RestApi { api } => rest_set::api(caller, api).await,
        Property::HttpApi { api } => http_set::api(caller, api).await,
        Property::GroupIngress { group } => ec2::ingress(caller, group).await,
        Property::Lock { api } if is_rest(api) => rest_set::lock(caller, api).await,
        Property::Lock { api } => http_set::lock(caller, api).await,
    }
}

pub(super) async fn write(caller: &Caller, property: &Property, from: &State, to: &State) -> Result<(), CallError> {
    match (property, from, to) {
        (Property::ListenerCertificates { listener }, State::Names(from), State::Names(to)) => {
            elbv2_set::set_certificates(caller, listener, from, to).await
        }
        (Property::ServiceTargets { cluster, service }, _, State::Targets(to)) => ecs::set_targets(caller, cluster, service, to).await,
        (Property::GroupIngress { group }, State::Rules(from), State::Rules(to)) => ec2::set_ingress(caller, group, from, to).await,
        _ => set(caller, property, from, to).await,
    }
}

/// Sets keys and values.
async fn set(caller: &Caller, property: &Property, from: &State, to: &State) -> Result<(), CallError> {
    match property {
        Property::LoadBalancerGroups { balancer } => elbv2_set::set_groups(caller, balancer, from, to).await,
        Property::LoadBalancerAttributes { balancer } => elbv2_set::set_attributes(caller, balancer, from, to).await,
        Property::TargetGroupAttributes { target_group } => elbv2_set::set_group_attributes(caller, target_group, from, to).await,
        Property::Listener { listener } => elbv2_set::set_listener(caller, listener, from, to).await,
        Property::RestIntegration { api, resource, method } => {
            rest_set::set_integration(caller, &Method { api, resource, verb: method }, from, to).await
        }
        Property::HttpIntegration { api, integration } => http_set::set_integration(caller, api, integration, from, to).await,
        Property::RestStage { api, stage } => rest_set::set_stage(caller, api, stage, from, to).await,
        Property::HttpStage { api, stage } => http_set::set_stage(caller, api, stage, from, to).await,
        Property::RestApi { api } => rest_set::set_api(caller, api, from, to).await,
        Property::HttpApi { api } => http_set::set_api(caller, api, from, to).await,
        Property::Lock { api } if is_rest(api) => rest_set::set_lock(caller, api, to).await,
        Property::Lock { api } => http_set::set_lock(caller, api, to).await,
        Property::ListenerCertificates { .. } | Property::ServiceTargets { .. } | Property::GroupIngress { .. } => {
            Err(CallError::Rejected("the plan gives this property a state of another kind".to_owned()))
        }
    }
}
