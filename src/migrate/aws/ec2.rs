//! Security groups and their rules.

use std::collections::BTreeSet;

use aws_sdk_ec2::types as sdk;

use super::caller::{Caller, gone_is_done, paged, wordless};
use super::tags;
use crate::collect::from_security_groups::{Ids, security_group};
use crate::inventory::{Peer, SecurityGroup, SecurityGroupRule};
use crate::migrate::actions;
use crate::migrate::cloud::{CallError, Made, Mark, PLAN_TAG, STEP_TAG, Status};
use crate::migrate::thing::State;

/// The part of what was made that holds the ids of rules.
const RULES: &str = "rules";

fn specification(kind: sdk::ResourceType, mark: &Mark) -> sdk::TagSpecification {
    let tag = |(key, value): (&str, &str)| sdk::Tag::builder().key(key).value(value).build();
    sdk::TagSpecification::builder().resource_type(kind).set_tags(Some(tags::pairs(mark).map(tag).into())).build()
}

fn filter(name: &str, value: &str) -> sdk::Filter {
    sdk::Filter::builder().name(name).values(value).build()
}

fn filters(mark: &Mark) -> Vec<sdk::Filter> {
    vec![filter(&format!("tag:{PLAN_TAG}"), &mark.plan), filter(&format!("tag:{STEP_TAG}"), &mark.step)]
}

fn bear(tags: Option<&Vec<sdk::Tag>>, mark: &Mark) -> bool {
    tags::bear(tags.into_iter().flatten().map(|tag| (tag.key(), tag.value())), mark)
}

pub(super) async fn create_group(caller: &Caller, name: &str, description: &str, vpc: &str, mark: &Mark) -> Result<Made, CallError> {
    let request = caller.writes.ec2.create_security_group().group_name(name).description(description).vpc_id(vpc);
    let request = request.tag_specifications(specification(sdk::ResourceType::SecurityGroup, mark));
    let answer = caller.call(&actions::CREATE_SECURITY_GROUP, request.send()).await?;
    answer.group_id.map(Made::id).ok_or_else(|| wordless(&actions::CREATE_SECURITY_GROUP, "the group"))
}

pub(super) async fn find_group(caller: &Caller, vpc: &str, mark: &Mark) -> Result<Vec<Made>, CallError> {
    let filters: Vec<_> = filters(mark).into_iter().chain([filter("vpc-id", vpc)]).collect();
    let request = || caller.reads.ec2.describe_security_groups().set_filters(Some(filters.clone())).max_results(1000);
    let groups = paged!(caller, &actions::DESCRIBE_SECURITY_GROUPS, request(), set_next_token, security_groups, next_token);
    Ok(groups.into_iter().filter(|group| bear(group.tags.as_ref(), mark)).filter_map(|group| group.group_id).map(Made::id).collect())
}

pub(super) async fn group_status(caller: &Caller, id: &str) -> Result<Status, CallError> {
    match group(caller, id).await {
        Ok(_) => Ok(Status::Ready(Made::id(id))),
        Err(CallError::Gone(_)) => Ok(Status::Gone),
        Err(error) => Err(error),
    }
}

pub(super) async fn delete_group(caller: &Caller, id: &str) -> Result<(), CallError> {
    let request = caller.writes.ec2.delete_security_group().group_id(id);
    gone_is_done(caller.call(&actions::DELETE_SECURITY_GROUP, request.send()).await)
}

async fn group(caller: &Caller, id: &str) -> Result<SecurityGroup, CallError> {
    let request = caller.reads.ec2.describe_security_groups().group_ids(id);
    let answer = caller.call(&actions::DESCRIBE_SECURITY_GROUPS, request.send()).await?;
    let mut groups = answer.security_groups.unwrap_or_default().into_iter().filter_map(security_group);
    groups.next().ok_or_else(|| CallError::Gone(format!("there is no security group {id}")))
}

/// The rules of a group as AWS names them: those with a mark, or all.
async fn rules(caller: &Caller, group: &str, mark: Option<&Mark>) -> Result<Vec<sdk::SecurityGroupRule>, CallError> {
    let filters: Vec<_> = mark.map(filters).unwrap_or_default().into_iter().chain([filter("group-id", group)]).collect();
    let request = || caller.reads.ec2.describe_security_group_rules().set_filters(Some(filters.clone())).max_results(1000);
    let operation = &actions::DESCRIBE_SECURITY_GROUP_RULES;
    Ok(paged!(caller, operation, request(), set_next_token, security_group_rules, next_token))
}

pub(super) async fn create_rules(
    caller: &Caller,
    group: &str,
    rules: &[SecurityGroupRule],
    mark: Option<&Mark>,
) -> Result<Made, CallError> {
    let permissions = Some(rules.iter().map(permission).collect());
    let tagged = mark.map(|mark| vec![specification(sdk::ResourceType::SecurityGroupRule, mark)]);
    let made = if rules.iter().any(|rule| rule.egress) {
        let request = caller.writes.ec2.authorize_security_group_egress().group_id(group);
        let request = request.set_ip_permissions(permissions).set_tag_specifications(tagged);
        caller.call(&actions::AUTHORIZE_EGRESS, request.send()).await?.security_group_rules
    } else {
        let request = caller.writes.ec2.authorize_security_group_ingress().group_id(group);
        let request = request.set_ip_permissions(permissions).set_tag_specifications(tagged);
        caller.call(&actions::AUTHORIZE_INGRESS, request.send()).await?.security_group_rules
    };
    Ok(Made::id(group).with(RULES, made.unwrap_or_default().into_iter().filter_map(|rule| rule.security_group_rule_id).collect()))
}

fn permission(rule: &SecurityGroupRule) -> sdk::IpPermission {
    let permission = sdk::IpPermission::builder().ip_protocol(&rule.protocol).set_from_port(rule.from_port).set_to_port(rule.to_port);
    let words = rule.description.clone();
    match &rule.peer {
        Peer::CidrIpv4(block) => permission.ip_ranges(sdk::IpRange::builder().cidr_ip(block).set_description(words).build()),
        Peer::CidrIpv6(block) => permission.ipv6_ranges(sdk::Ipv6Range::builder().cidr_ipv6(block).set_description(words).build()),
        Peer::PrefixList(id) => permission.prefix_list_ids(sdk::PrefixListId::builder().prefix_list_id(id).set_description(words).build()),
        Peer::SecurityGroup(id) => {
            permission.user_id_group_pairs(sdk::UserIdGroupPair::builder().group_id(id).set_description(words).build())
        }
    }
    .build()
}

pub(super) async fn find_rules(caller: &Caller, group: &str, mark: &Mark) -> Result<Vec<Made>, CallError> {
    let found = rules(caller, group, Some(mark)).await?;
    let marked = found.into_iter().filter(|rule| rule.group_id() == Some(group) && bear(rule.tags.as_ref(), mark));
    let ids: Vec<String> = marked.filter_map(|rule| rule.security_group_rule_id).collect();
    Ok(if ids.is_empty() { Vec::new() } else { vec![Made::id(group).with(RULES, ids)] })
}

/// Those of the rules that are still there.
async fn left(caller: &Caller, made: &Made) -> Result<Vec<String>, CallError> {
    let known: BTreeSet<&String> = made.parts.get(RULES).into_iter().flatten().collect();
    let all = rules(caller, &made.id, None).await?;
    Ok(all.into_iter().filter_map(|rule| rule.security_group_rule_id).filter(|id| known.contains(id)).collect())
}

pub(super) async fn rules_status(caller: &Caller, made: &Made) -> Result<Status, CallError> {
    let count = made.parts.get(RULES).map_or(0, Vec::len);
    Ok(match left(caller, made).await?.len() {
        0 => Status::Gone,
        left if left < count => Status::Waiting(format!("{left} of {count} rules are there")),
        _ => Status::Ready(made.clone()),
    })
}

pub(super) async fn delete_rules(caller: &Caller, made: &Made, egress: bool) -> Result<(), CallError> {
    match left(caller, made).await {
        Ok(ids) if ids.is_empty() => Ok(()),
        Ok(ids) if egress => {
            let request = caller.writes.ec2.revoke_security_group_egress().group_id(&made.id).set_security_group_rule_ids(Some(ids));
            gone_is_done(caller.call(&actions::REVOKE_EGRESS, request.send()).await)
        }
        Ok(ids) => revoke(caller, &made.id, ids).await,
        Err(error) => gone_is_done::<()>(Err(error)),
    }
}

async fn revoke(caller: &Caller, group: &str, ids: Vec<String>) -> Result<(), CallError> {
    let request = caller.writes.ec2.revoke_security_group_ingress().group_id(group).set_security_group_rule_ids(Some(ids));
    gone_is_done(caller.call(&actions::REVOKE_INGRESS, request.send()).await)
}

/// Who a group lets in.
pub(super) async fn ingress(caller: &Caller, id: &str) -> Result<State, CallError> {
    let mut rules: Vec<_> = group(caller, id).await?.rules.into_iter().filter(|rule| !rule.egress).collect();
    rules.sort();
    Ok(State::Rules(rules))
}

/// Opens what is to be open before it closes what is to be closed.
pub(super) async fn set_ingress(caller: &Caller, id: &str, from: &[SecurityGroupRule], to: &[SecurityGroupRule]) -> Result<(), CallError> {
    let opened: Vec<_> = to.iter().filter(|rule| !from.contains(rule)).cloned().collect();
    if !opened.is_empty() {
        create_rules(caller, id, &opened, None).await?;
    }
    let closed: Vec<_> = from.iter().filter(|rule| !to.contains(rule)).collect();
    if closed.is_empty() {
        return Ok(());
    }
    let mut group = group(caller, id).await?;
    Ids::of(rules(caller, id, None).await?).name(&mut group);
    let same = |rule: &SecurityGroupRule| closed.iter().any(|closed| is_same(rule, closed));
    let ids: Vec<String> = group.rules.iter().filter(|rule| same(rule)).filter_map(|rule| rule.id.clone()).collect();
    if ids.is_empty() {
        return Err(CallError::Gone(format!("the rules to revoke are not among those of {id}")));
    }
    revoke(caller, id, ids).await
}

/// Whether two rules are the same but for what people wrote beside them.
fn is_same(one: &SecurityGroupRule, other: &SecurityGroupRule) -> bool {
    let key = |rule: &SecurityGroupRule| SecurityGroupRule { id: None, description: None, ..rule.clone() };
    key(one) == key(other)
}

/// The private addresses of a network load balancer's interfaces, sorted.
pub(super) async fn addresses(caller: &Caller, balancer: &str) -> Result<Vec<String>, CallError> {
    let path = balancer.split_once("loadbalancer/").map_or(balancer, |(_, path)| path);
    let description = filter("description", &format!("ELB {path}"));
    let request = || caller.reads.ec2.describe_network_interfaces().filters(description.clone()).max_results(1000);
    let operation = &actions::DESCRIBE_NETWORK_INTERFACES;
    let interfaces = paged!(caller, operation, request(), set_next_token, network_interfaces, next_token);
    let mut found: Vec<String> = interfaces.into_iter().filter_map(|interface| interface.private_ip_address).collect();
    found.sort();
    found.dedup();
    Ok(found)
}
