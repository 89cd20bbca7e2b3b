//! Load balancers, target groups, listeners and targets: how a plan makes them, finds them again and deletes them.

use aws_sdk_elasticloadbalancingv2::types as sdk;

use super::caller::{Caller, gone_is_done, paged, there, wordless};
use super::{ec2, tags};
use crate::collect::from_elbv2::target;
use crate::inventory::{HealthCheck, Target};
use crate::migrate::actions;
use crate::migrate::cloud::{CallError, Made, Mark, Status};

/// How many resources one call asks the tags of.
const TAGS_AT_A_TIME: usize = 20;

fn tags_of(mark: &Mark) -> Vec<sdk::Tag> {
    tags::pairs(mark).map(|(key, value)| sdk::Tag::builder().key(key).value(value).build()).into()
}

/// Those of the ARNs whose resources bear a mark.
async fn marked(caller: &Caller, arns: Vec<String>, mark: &Mark) -> Result<Vec<String>, CallError> {
    let mut found = Vec::new();
    for batch in arns.chunks(TAGS_AT_A_TIME) {
        let request = caller.reads.elbv2.describe_tags().set_resource_arns(Some(batch.to_vec()));
        let told = caller.call(&actions::DESCRIBE_TAGS, request.send()).await?.tag_descriptions.unwrap_or_default();
        let ours = told.into_iter().filter(|told| tags::bear(told.tags().iter().map(|tag| (tag.key(), tag.value())), mark));
        found.extend(ours.filter_map(|told| told.resource_arn));
    }
    Ok(found)
}

pub(super) async fn create_balancer(
    caller: &Caller,
    name: &str,
    subnets: &[String],
    groups: &[String],
    mark: &Mark,
) -> Result<Made, CallError> {
    let groups = Some(groups.to_vec()).filter(|groups| !groups.is_empty());
    let request = caller
        .writes
        .elbv2
        .create_load_balancer()
        .name(name)
        .r#type(sdk::LoadBalancerTypeEnum::Network)
        .scheme(sdk::LoadBalancerSchemeEnum::Internal)
        .ip_address_type(sdk::IpAddressType::Ipv4)
        .set_subnets(Some(subnets.to_vec()))
        .set_security_groups(groups)
        .set_tags(Some(tags_of(mark)));
    let answer = caller.call(&actions::CREATE_LOAD_BALANCER, request.send()).await?;
    let balancer = answer.load_balancers.unwrap_or_default().into_iter().next();
    balancer.and_then(made_balancer).ok_or_else(|| wordless(&actions::CREATE_LOAD_BALANCER, "the load balancer"))
}

fn made_balancer(balancer: sdk::LoadBalancer) -> Option<Made> {
    let made = Made::id(balancer.load_balancer_arn?);
    Some(match balancer.dns_name {
        Some(dns) => made.with("dns", vec![dns]),
        None => made,
    })
}

pub(super) async fn find_balancer(caller: &Caller, name: &str, mark: &Mark) -> Result<Vec<Made>, CallError> {
    let request = caller.reads.elbv2.describe_load_balancers().names(name);
    let answer = there(caller.call(&actions::DESCRIBE_LOAD_BALANCERS, request.send()).await)?;
    let named = answer.and_then(|answer| answer.load_balancers).unwrap_or_default();
    let ours = marked(caller, named.iter().filter_map(|balancer| balancer.load_balancer_arn.clone()).collect(), mark).await?;
    Ok(named.into_iter().filter_map(made_balancer).filter(|made| ours.contains(&made.id)).collect())
}

/// The load balancer of an ARN.
pub(super) async fn balancer(caller: &Caller, arn: &str) -> Result<sdk::LoadBalancer, CallError> {
    let request = caller.reads.elbv2.describe_load_balancers().load_balancer_arns(arn);
    let answer = caller.call(&actions::DESCRIBE_LOAD_BALANCERS, request.send()).await?;
    answer.load_balancers.unwrap_or_default().into_iter().next().ok_or_else(|| CallError::Gone(format!("there is no load balancer {arn}")))
}

/// Ready once it is active and each of its zones shows an address.
pub(super) async fn balancer_status(caller: &Caller, arn: &str) -> Result<Status, CallError> {
    let Some(balancer) = there(balancer(caller, arn).await)? else { return Ok(Status::Gone) };
    let state = balancer.state.clone();
    let code = state.as_ref().and_then(|state| state.code.as_ref()).map_or("unknown", sdk::LoadBalancerStateEnum::as_str);
    match code {
        "active" | "active_impaired" => {}
        "failed" => {
            let why = state.and_then(|state| state.reason).unwrap_or_else(|| "AWS could not make it".to_owned());
            return Ok(Status::Failed(format!("the load balancer failed: {why}")));
        }
        code => return Ok(Status::Waiting(format!("the load balancer is {code}"))),
    }
    let zones = balancer.availability_zones().len();
    let addresses = ec2::addresses(caller, arn).await?;
    if addresses.is_empty() || addresses.len() < zones {
        return Ok(Status::Waiting(format!("{} of the load balancer's {zones} addresses are shown", addresses.len())));
    }
    Ok(made_balancer(balancer).map_or(Status::Gone, |made| Status::Ready(made.with("addresses", addresses))))
}

pub(super) async fn delete_balancer(caller: &Caller, arn: &str) -> Result<(), CallError> {
    let request = caller.writes.elbv2.delete_load_balancer().load_balancer_arn(arn);
    gone_is_done(caller.call(&actions::DELETE_LOAD_BALANCER, request.send()).await)
}

/// A target group that is to be.
pub(super) struct NewGroup<'a> {
    pub(super) name: &'a str,
    pub(super) vpc: &'a str,
    pub(super) protocol: &'a str,
    pub(super) port: u16,
    pub(super) target_type: &'a str,
    pub(super) health_check: &'a HealthCheck,
}

pub(super) async fn create_group(caller: &Caller, new: &NewGroup<'_>, mark: &Mark) -> Result<Made, CallError> {
    let check = new.health_check;
    // AWS refuses a path, or codes, where a probe only connects.
    let asks = check.protocol.as_deref().is_none_or(|protocol| protocol.starts_with("HTTP"));
    let matcher = check.matcher.as_ref().filter(|_| asks).map(|codes| sdk::Matcher::builder().http_code(codes).build());
    let request = caller
        .writes
        .elbv2
        .create_target_group()
        .name(new.name)
        .vpc_id(new.vpc)
        .protocol(new.protocol.into())
        .port(new.port.into())
        .target_type(new.target_type.into())
        .set_health_check_protocol(check.protocol.as_deref().map(Into::into))
        .set_health_check_port(check.port.clone())
        .set_health_check_path(check.path.clone().filter(|_| asks))
        .set_matcher(matcher)
        .set_health_check_interval_seconds(check.interval_seconds)
        .set_health_check_timeout_seconds(check.timeout_seconds)
        .set_healthy_threshold_count(check.healthy_threshold)
        .set_unhealthy_threshold_count(check.unhealthy_threshold)
        .set_tags(Some(tags_of(mark)));
    let answer = caller.call(&actions::CREATE_TARGET_GROUP, request.send()).await?;
    let group = answer.target_groups.unwrap_or_default().into_iter().next();
    let arn = group.and_then(|group| group.target_group_arn);
    arn.map(Made::id).ok_or_else(|| wordless(&actions::CREATE_TARGET_GROUP, "the target group"))
}

pub(super) async fn find_group(caller: &Caller, name: &str, mark: &Mark) -> Result<Vec<Made>, CallError> {
    let request = caller.reads.elbv2.describe_target_groups().names(name);
    let answer = there(caller.call(&actions::DESCRIBE_TARGET_GROUPS, request.send()).await)?;
    let named = answer.and_then(|answer| answer.target_groups).unwrap_or_default();
    let ours = marked(caller, named.into_iter().filter_map(|group| group.target_group_arn).collect(), mark).await?;
    Ok(ours.into_iter().map(Made::id).collect())
}

/// Whether there is a target group.
pub(super) async fn group_exists(caller: &Caller, arn: &str) -> Result<bool, CallError> {
    let request = caller.reads.elbv2.describe_target_groups().target_group_arns(arn);
    let answer = there(caller.call(&actions::DESCRIBE_TARGET_GROUPS, request.send()).await)?;
    Ok(answer.is_some_and(|answer| !answer.target_groups().is_empty()))
}

pub(super) async fn delete_group(caller: &Caller, arn: &str) -> Result<(), CallError> {
    let request = caller.writes.elbv2.delete_target_group().target_group_arn(arn);
    gone_is_done(caller.call(&actions::DELETE_TARGET_GROUP, request.send()).await)
}

/// A listener that is to be.
pub(super) struct NewListener<'a> {
    pub(super) balancer: &'a str,
    pub(super) protocol: &'a str,
    pub(super) port: u16,
    pub(super) target_group: &'a str,
    pub(super) ssl_policy: Option<&'a str>,
    pub(super) certificate: Option<&'a str>,
}

/// The action that forwards to one target group.
pub(super) fn forward(target_group: &str) -> sdk::Action {
    sdk::Action::builder().r#type(sdk::ActionTypeEnum::Forward).target_group_arn(target_group).build()
}

pub(super) async fn create_listener(caller: &Caller, new: &NewListener<'_>, mark: &Mark) -> Result<Made, CallError> {
    let certificate = new.certificate.map(|arn| vec![sdk::Certificate::builder().certificate_arn(arn).build()]);
    let request = caller
        .writes
        .elbv2
        .create_listener()
        .load_balancer_arn(new.balancer)
        .protocol(new.protocol.into())
        .port(new.port.into())
        .default_actions(forward(new.target_group))
        .set_ssl_policy(new.ssl_policy.map(str::to_owned))
        .set_certificates(certificate)
        .set_tags(Some(tags_of(mark)));
    let answer = caller.call(&actions::CREATE_LISTENER, request.send()).await?;
    let arn = answer.listeners.unwrap_or_default().into_iter().next().and_then(|listener| listener.listener_arn);
    arn.map(Made::id).ok_or_else(|| wordless(&actions::CREATE_LISTENER, "the listener"))
}

pub(super) async fn find_listener(caller: &Caller, balancer: &str, mark: &Mark) -> Result<Vec<Made>, CallError> {
    let request = || caller.reads.elbv2.describe_listeners().load_balancer_arn(balancer).page_size(400);
    let all = paged!(caller, &actions::DESCRIBE_LISTENERS, request(), set_marker, listeners, next_marker);
    let ours = marked(caller, all.into_iter().filter_map(|listener| listener.listener_arn).collect(), mark).await?;
    Ok(ours.into_iter().map(Made::id).collect())
}

/// The listener of an ARN.
pub(super) async fn listener(caller: &Caller, arn: &str) -> Result<sdk::Listener, CallError> {
    let request = caller.reads.elbv2.describe_listeners().listener_arns(arn);
    let answer = caller.call(&actions::DESCRIBE_LISTENERS, request.send()).await?;
    answer.listeners.unwrap_or_default().into_iter().next().ok_or_else(|| CallError::Gone(format!("there is no listener {arn}")))
}

pub(super) async fn delete_listener(caller: &Caller, arn: &str) -> Result<(), CallError> {
    let request = caller.writes.elbv2.delete_listener().listener_arn(arn);
    gone_is_done(caller.call(&actions::DELETE_LISTENER, request.send()).await)
}

fn described(balancer: &str, port: u16) -> sdk::TargetDescription {
    sdk::TargetDescription::builder().id(balancer).port(port.into()).build()
}

pub(super) async fn register(caller: &Caller, group: &str, balancer: &str, port: u16) -> Result<Made, CallError> {
    let request = caller.writes.elbv2.register_targets().target_group_arn(group).targets(described(balancer, port));
    caller.call(&actions::REGISTER_TARGETS, request.send()).await?;
    Ok(registration(group, balancer, port))
}

/// A registration has no id of its own.
fn registration(group: &str, balancer: &str, port: u16) -> Made {
    Made::id(format!("{group} {balancer}:{port}"))
}

/// A target has no tags: the target group is the plan's own, and nobody else registers anything there.
pub(super) async fn find_target(caller: &Caller, group: &str, balancer: &str, port: u16) -> Result<Vec<Made>, CallError> {
    let targets = there(targets(caller, group).await)?.unwrap_or_default();
    let registered = targets.iter().any(|target| target.id == balancer && target.port == Some(port) && target.state != "draining");
    Ok(if registered { vec![registration(group, balancer, port)] } else { Vec::new() })
}

pub(super) async fn target_status(caller: &Caller, group: &str, balancer: &str, port: u16) -> Result<Status, CallError> {
    let found = find_target(caller, group, balancer, port).await?;
    Ok(found.into_iter().next().map_or(Status::Gone, Status::Ready))
}

pub(super) async fn deregister(caller: &Caller, group: &str, balancer: &str, port: u16) -> Result<(), CallError> {
    let request = caller.writes.elbv2.deregister_targets().target_group_arn(group).targets(described(balancer, port));
    gone_is_done(caller.call(&actions::DEREGISTER_TARGETS, request.send()).await)
}

/// The targets of a target group and how they are.
pub(super) async fn targets(caller: &Caller, group: &str) -> Result<Vec<Target>, CallError> {
    let request = caller.reads.elbv2.describe_target_health().target_group_arn(group);
    let answer = caller.call(&actions::DESCRIBE_TARGET_HEALTH, request.send()).await?;
    Ok(answer.target_health_descriptions.unwrap_or_default().into_iter().filter_map(target).collect())
}
