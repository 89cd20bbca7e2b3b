//! Services: where they register their tasks, how far a rollout is, and a second one like another.

use aws_sdk_ecs::types as sdk;
use sha2::{Digest as _, Sha256};

use super::caller::{Caller, gone_is_done, there, wordless};
use super::tags;
use crate::migrate::actions;
use crate::migrate::cloud::{CallError, Made, Mark, Status};
use crate::migrate::thing::{ServiceTarget, State};

/// A second service that is to be.
pub(super) struct NewService<'a> {
    pub(super) cluster: &'a str,
    pub(super) name: &'a str,
    pub(super) like: &'a str,
    pub(super) task_definition: &'a str,
    pub(super) desired_count: i32,
    pub(super) target: &'a ServiceTarget,
}

/// The service, with its tags.
async fn service(caller: &Caller, cluster: &str, name: &str) -> Result<sdk::Service, CallError> {
    let request = caller.reads.ecs.describe_services().cluster(cluster).services(name).include(sdk::ServiceField::Tags);
    let answer = caller.call(&actions::DESCRIBE_SERVICES, request.send()).await?;
    let gone = || CallError::Gone(format!("there is no service {name} in {cluster}"));
    answer.services.unwrap_or_default().into_iter().next().ok_or_else(gone)
}

/// A token of at most 36 characters that is the same for the same step of the same plan.
fn token(mark: &Mark) -> String {
    Sha256::digest(mark.text()).iter().take(16).fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

/// Everything that is not named is taken from the other service, apart from its names in Service Connect and its registries of
/// Cloud Map, which no two services can have, and its deployment controller: this one rolls by itself.
pub(super) async fn create(caller: &Caller, new: &NewService<'_>, mark: &Mark) -> Result<Made, CallError> {
    let like = service(caller, new.cluster, new.like).await?;
    let primary = like.deployments().iter().find(|deployment| deployment.status() == Some("PRIMARY")).cloned();
    let strategy = like.capacity_provider_strategy.filter(|strategy| !strategy.is_empty());
    let daemon = like.scheduling_strategy == Some(sdk::SchedulingStrategy::Daemon);
    let request = caller
        .writes
        .ecs
        .create_service()
        .cluster(new.cluster)
        .service_name(new.name)
        .task_definition(new.task_definition)
        .set_desired_count((!daemon).then_some(new.desired_count))
        .load_balancers(entry(new.target))
        .client_token(token(mark))
        .set_tags(Some(tags_for(like.tags, mark)))
        .set_launch_type(like.launch_type.filter(|_| strategy.is_none()))
        .set_capacity_provider_strategy(strategy)
        .set_platform_version(like.platform_version)
        .set_network_configuration(like.network_configuration)
        .set_placement_constraints(like.placement_constraints.filter(|constraints| !constraints.is_empty()))
        .set_placement_strategy(like.placement_strategy.filter(|strategy| !strategy.is_empty()))
        .set_deployment_configuration(like.deployment_configuration)
        .set_health_check_grace_period_seconds(like.health_check_grace_period_seconds)
        .set_scheduling_strategy(like.scheduling_strategy)
        .set_availability_zone_rebalancing(like.availability_zone_rebalancing)
        .enable_ecs_managed_tags(like.enable_ecs_managed_tags)
        .set_propagate_tags(like.propagate_tags.filter(|from| *from != sdk::PropagateTags::None))
        .enable_execute_command(like.enable_execute_command)
        .set_service_connect_configuration(primary.as_ref().and_then(as_client))
        .set_volume_configurations(primary.and_then(|primary| primary.volume_configurations).filter(|volumes| !volumes.is_empty()));
    let answer = caller.call(&actions::CREATE_SERVICE, request.send()).await?;
    answer.service.and_then(made).ok_or_else(|| wordless(&actions::CREATE_SERVICE, "the service"))
}

fn made(service: sdk::Service) -> Option<Made> {
    service.service_arn.map(Made::id)
}

/// What Service Connect lets a service call, without the names under which it is called.
fn as_client(primary: &sdk::Deployment) -> Option<sdk::ServiceConnectConfiguration> {
    let mut connect = primary.service_connect_configuration.clone().filter(|connect| connect.enabled)?;
    connect.services = None;
    Some(connect)
}

fn tags_for(of_the_other: Option<Vec<sdk::Tag>>, mark: &Mark) -> Vec<sdk::Tag> {
    let free = |tag: &sdk::Tag| tag.key().is_some_and(|key| !key.starts_with("aws:"));
    let own = tags::pairs(mark).map(|(key, value)| sdk::Tag::builder().key(key).value(value).build());
    of_the_other.unwrap_or_default().into_iter().filter(free).chain(own).collect()
}

pub(super) async fn find(caller: &Caller, cluster: &str, name: &str, mark: &Mark) -> Result<Vec<Made>, CallError> {
    let found = there(service(caller, cluster, name).await)?.filter(|service| service.status() != Some("INACTIVE"));
    let ours = found.filter(|service| tags::bear(service.tags().iter().map(|tag| (tag.key(), tag.value())), mark));
    Ok(ours.and_then(made).into_iter().collect())
}

/// Deletes a service with its tasks. One that is on its way out is left to go.
pub(super) async fn delete(caller: &Caller, cluster: &str, id: &str) -> Result<(), CallError> {
    match there(service(caller, cluster, id).await)? {
        Some(service) if service.status() == Some("ACTIVE") => {
            let request = caller.writes.ecs.delete_service().cluster(cluster).service(id).force(true);
            gone_is_done(caller.call(&actions::DELETE_SERVICE, request.send()).await)
        }
        _ => Ok(()),
    }
}

/// Whether a service runs what it was last told to run, and nothing else.
pub(super) async fn rollout(caller: &Caller, cluster: &str, name: &str) -> Result<Status, CallError> {
    Ok(there(service(caller, cluster, name).await)?.map_or(Status::Gone, |service| judged(&service)))
}

fn judged(service: &sdk::Service) -> Status {
    match service.status() {
        Some("INACTIVE") => return Status::Gone,
        Some("DRAINING") => return Status::Waiting("the service is draining".to_owned()),
        _ => {}
    }
    let deployments = service.deployments();
    let primary = deployments.iter().find(|deployment| deployment.status() == Some("PRIMARY"));
    let state = primary.and_then(|primary| primary.rollout_state.clone());
    if state == Some(sdk::DeploymentRolloutState::Failed) {
        let why = primary.and_then(|primary| primary.rollout_state_reason.clone()).unwrap_or_default();
        return Status::Failed(format!("the rollout failed: {why}"));
    }
    let alone = deployments.len() == 1 && primary.is_some();
    let all = service.running_count == service.desired_count;
    // AWS tells no state of rollouts behind classic load balancers.
    let complete = matches!(state, None | Some(sdk::DeploymentRolloutState::Completed));
    if alone && all && complete {
        return Status::Ready(Made::id(service.service_arn().unwrap_or_default()));
    }
    Status::Waiting(words(service, primary))
}

fn words(service: &sdk::Service, primary: Option<&sdk::Deployment>) -> String {
    let new = primary.map_or_else(String::new, |new| {
        format!("{} of {} new tasks run, {} failed, ", new.running_count, new.desired_count, new.failed_tasks)
    });
    let old = service.deployments().len().saturating_sub(1);
    let event = service.events().first().and_then(|event| event.message()).map_or_else(String::new, |event| format!(" ({event})"));
    format!("{new}{} run of {}, {old} older rollouts are ending{event}", service.running_count, service.desired_count)
}

fn entry(target: &ServiceTarget) -> sdk::LoadBalancer {
    let entry = sdk::LoadBalancer::builder().target_group_arn(&target.target_group).container_name(&target.container);
    entry.container_port(target.port.into()).build()
}

fn target(entry: &sdk::LoadBalancer) -> Option<ServiceTarget> {
    Some(ServiceTarget {
        target_group: entry.target_group_arn.clone()?,
        container: entry.container_name.clone().unwrap_or_default(),
        port: entry.container_port.and_then(|port| u16::try_from(port).ok())?,
    })
}

/// Where a service registers its tasks.
pub(super) async fn targets(caller: &Caller, cluster: &str, name: &str) -> Result<State, CallError> {
    let service = service(caller, cluster, name).await?;
    let mut targets: Vec<_> = service.load_balancers().iter().filter_map(target).collect();
    targets.sort();
    Ok(State::Targets(targets))
}

/// Sends the full list, for it replaces the one there is: entries that stay keep what no plan speaks of.
pub(super) async fn set_targets(caller: &Caller, cluster: &str, name: &str, to: &[ServiceTarget]) -> Result<(), CallError> {
    let now = service(caller, cluster, name).await?.load_balancers.unwrap_or_default();
    let entries = merged(now, to);
    let request = caller.writes.ecs.update_service().cluster(cluster).service(name).set_load_balancers(Some(entries));
    caller.call(&actions::UPDATE_SERVICE, request.send()).await?;
    Ok(())
}

fn merged(now: Vec<sdk::LoadBalancer>, to: &[ServiceTarget]) -> Vec<sdk::LoadBalancer> {
    let mut kept: Vec<_> = now.into_iter().filter(|entry| target(entry).is_none_or(|target| to.contains(&target))).collect();
    let new: Vec<_> = to.iter().filter(|wanted| !kept.iter().any(|entry| target(entry).as_ref() == Some(*wanted))).map(entry).collect();
    kept.extend(new);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deployment(status: &str, state: Option<sdk::DeploymentRolloutState>) -> sdk::Deployment {
        sdk::Deployment::builder().status(status).set_rollout_state(state).running_count(1).desired_count(2).build()
    }

    fn running(running: i32, deployments: Vec<sdk::Deployment>) -> sdk::Service {
        let service = sdk::Service::builder().service_arn("s").status("ACTIVE").running_count(running).desired_count(2);
        service.set_deployments(Some(deployments)).build()
    }

    #[test]
    fn a_rollout_is_over_when_nothing_else_runs() {
        use sdk::DeploymentRolloutState::{Completed, Failed, InProgress};
        let ready = Status::Ready(Made::id("s"));
        assert_eq!(judged(&running(2, vec![deployment("PRIMARY", Some(Completed))])), ready);
        assert_eq!(judged(&running(2, vec![deployment("PRIMARY", None)])), ready);
        for service in [
            running(1, vec![deployment("PRIMARY", Some(Completed))]),
            running(2, vec![deployment("PRIMARY", Some(InProgress))]),
            running(2, vec![deployment("PRIMARY", Some(Completed)), deployment("ACTIVE", Some(Completed))]),
            running(2, Vec::new()),
        ] {
            assert!(matches!(judged(&service), Status::Waiting(_)), "{service:?}");
        }
        let failed = running(2, vec![deployment("PRIMARY", Some(Failed)), deployment("ACTIVE", Some(Completed))]);
        assert!(matches!(judged(&failed), Status::Failed(_)));
    }

    #[test]
    fn entries_that_stay_keep_what_no_plan_speaks_of() {
        let wanted = |group: &str| ServiceTarget { target_group: group.into(), container: "web".into(), port: 80 };
        let advanced = sdk::AdvancedConfiguration::builder().alternate_target_group_arn("b2").build();
        let mut first = entry(&wanted("a"));
        first.advanced_configuration = Some(advanced);
        let classic = sdk::LoadBalancer::builder().load_balancer_name("old").build();
        let now = vec![first.clone(), entry(&wanted("gone")), classic.clone()];
        assert_eq!(merged(now, &[wanted("a"), wanted("new")]), [first, classic, entry(&wanted("new"))]);
    }

    #[test]
    fn a_token_is_short_and_the_same_for_the_same_step() {
        let mark = Mark { plan: "0123456789abcdef".into(), step: "a-step-with-a-name-that-is-quite-long".into() };
        assert_eq!(token(&mark), token(&mark.clone()));
        assert_eq!(token(&mark).len(), 32);
    }
}
