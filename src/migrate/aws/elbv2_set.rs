//! What a plan sets of load balancers, target groups and listeners.

use aws_sdk_elasticloadbalancingv2::types as sdk;

use super::caller::{Caller, paged};
use super::elbv2::{balancer, forward, listener};
use super::settings::{changed, list};
use crate::collect::from_elbv2::extra_certificate;
use crate::migrate::actions;
use crate::migrate::cloud::CallError;
use crate::migrate::thing::State;

const GROUPS: &str = "SecurityGroups";
const ENFORCE: &str = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic";

pub(super) async fn groups(caller: &Caller, arn: &str) -> Result<State, CallError> {
    let balancer = balancer(caller, arn).await?;
    let mut groups = balancer.security_groups.unwrap_or_default();
    groups.sort();
    let groups = Some(groups.join(",")).filter(|groups| !groups.is_empty()).map(|groups| (GROUPS, groups));
    let enforce = balancer.enforce_security_group_inbound_rules_on_private_link_traffic.map(|enforce| (ENFORCE, enforce));
    Ok(State::settings(groups.into_iter().chain(enforce)))
}

/// Sends the whole list and the flag: AWS requires the one, and does not say what becomes of the other when it is left out.
pub(super) async fn set_groups(caller: &Caller, arn: &str, from: &State, to: &State) -> Result<(), CallError> {
    let groups = match to.get(GROUPS).or_else(|| from.get(GROUPS)) {
        Some(groups) => list(groups),
        None => balancer(caller, arn).await?.security_groups.unwrap_or_default(),
    };
    let request = caller.writes.elbv2.set_security_groups().load_balancer_arn(arn).set_security_groups(Some(groups));
    let request = request.set_enforce_security_group_inbound_rules_on_private_link_traffic(to.get(ENFORCE).map(Into::into));
    caller.call(&actions::SET_SECURITY_GROUPS, request.send()).await?;
    Ok(())
}

pub(super) async fn attributes(caller: &Caller, arn: &str) -> Result<State, CallError> {
    let request = caller.reads.elbv2.describe_load_balancer_attributes().load_balancer_arn(arn);
    let answer = caller.call(&actions::DESCRIBE_LOAD_BALANCER_ATTRIBUTES, request.send()).await?;
    let pairs = answer.attributes.unwrap_or_default().into_iter().filter_map(|pair| Some((pair.key?, pair.value?)));
    Ok(State::settings(pairs))
}

pub(super) async fn set_attributes(caller: &Caller, arn: &str, from: &State, to: &State) -> Result<(), CallError> {
    let pair = |(key, value): (&str, &str)| sdk::LoadBalancerAttribute::builder().key(key).value(value).build();
    let pairs = changed(from, to)?.into_iter().map(pair).collect();
    let request = caller.writes.elbv2.modify_load_balancer_attributes().load_balancer_arn(arn).set_attributes(Some(pairs));
    caller.call(&actions::MODIFY_LOAD_BALANCER_ATTRIBUTES, request.send()).await?;
    Ok(())
}

pub(super) async fn group_attributes(caller: &Caller, arn: &str) -> Result<State, CallError> {
    let request = caller.reads.elbv2.describe_target_group_attributes().target_group_arn(arn);
    let answer = caller.call(&actions::DESCRIBE_TARGET_GROUP_ATTRIBUTES, request.send()).await?;
    let pairs = answer.attributes.unwrap_or_default().into_iter().filter_map(|pair| Some((pair.key?, pair.value?)));
    Ok(State::settings(pairs))
}

pub(super) async fn set_group_attributes(caller: &Caller, arn: &str, from: &State, to: &State) -> Result<(), CallError> {
    let pair = |(key, value): (&str, &str)| sdk::TargetGroupAttribute::builder().key(key).value(value).build();
    let pairs = changed(from, to)?.into_iter().map(pair).collect();
    let request = caller.writes.elbv2.modify_target_group_attributes().target_group_arn(arn).set_attributes(Some(pairs));
    caller.call(&actions::MODIFY_TARGET_GROUP_ATTRIBUTES, request.send()).await?;
    Ok(())
}

pub(super) async fn listener_settings(caller: &Caller, arn: &str) -> Result<State, CallError> {
    Ok(settings_of(&listener(caller, arn).await?))
}

fn settings_of(listener: &sdk::Listener) -> State {
    let policy = listener.ssl_policy().filter(|policy| !policy.is_empty()).map(|policy| ("SslPolicy", policy.to_owned()));
    let action = match listener.default_actions() {
        [action] => match action.r#type() {
            Some(sdk::ActionTypeEnum::Forward) => Some(("forward", forwards(action))),
            Some(sdk::ActionTypeEnum::Redirect) => Some(("redirect", redirects(action))),
            _ => None,
        },
        _ => None,
    };
    State::settings(policy.into_iter().chain(action))
}

/// The one target group; several with their weights, which no plan sets.
fn forwards(action: &sdk::Action) -> String {
    let tuples = action.forward_config().map(sdk::ForwardActionConfig::target_groups).unwrap_or_default();
    match tuples {
        [] => action.target_group_arn().unwrap_or_default().to_owned(),
        [one] => one.target_group_arn().unwrap_or_default().to_owned(),
        several => {
            let each = several.iter().map(|one| format!("{}={}", one.target_group_arn().unwrap_or_default(), one.weight().unwrap_or(1)));
            let mut each: Vec<String> = each.collect();
            each.sort();
            each.join(",")
        }
    }
}

/// `HTTPS:443:HTTP_301`, with the host, path and query where they are not the request's own.
fn redirects(action: &sdk::Action) -> String {
    let Some(redirect) = action.redirect_config() else { return String::new() };
    let code = redirect.status_code().map_or("", sdk::RedirectActionStatusCodeEnum::as_str);
    let mut text = format!("{}:{}:{code}", redirect.protocol().unwrap_or("#{protocol}"), redirect.port().unwrap_or("#{port}"));
    let own = [("#{host}", redirect.host()), ("/#{path}", redirect.path()), ("#{query}", redirect.query())];
    for (own, told) in own {
        if let Some(told) = told.filter(|told| *told != own) {
            text = format!("{text}:{told}");
        }
    }
    text
}

fn redirect(text: &str) -> Result<sdk::Action, CallError> {
    let parts: Vec<&str> = text.split(':').collect();
    let [protocol, port, code] = parts[..] else {
        return Err(CallError::Rejected(format!("`{text}` is no redirect of the kind a plan sets")));
    };
    let config = sdk::RedirectActionConfig::builder().protocol(protocol).port(port).status_code(code.into()).build();
    Ok(sdk::Action::builder().r#type(sdk::ActionTypeEnum::Redirect).redirect_config(config).build())
}

pub(super) async fn set_listener(caller: &Caller, arn: &str, from: &State, to: &State) -> Result<(), CallError> {
    let mut request = caller.writes.elbv2.modify_listener().listener_arn(arn);
    for (key, value) in changed(from, to)? {
        request = match key {
            "SslPolicy" => request.ssl_policy(value),
            "forward" if value.contains(',') => {
                return Err(CallError::Rejected("a forward to several target groups is not set by a plan".to_owned()));
            }
            "forward" => request.default_actions(forward(value)),
            "redirect" => request.default_actions(redirect(value)?),
            _ => return Err(CallError::Rejected(format!("a listener has no setting {key}"))),
        };
    }
    caller.call(&actions::MODIFY_LISTENER, request.send()).await?;
    Ok(())
}

pub(super) async fn certificates(caller: &Caller, arn: &str) -> Result<State, CallError> {
    let request = || caller.reads.elbv2.describe_listener_certificates().listener_arn(arn).page_size(400);
    let operation = &actions::DESCRIBE_LISTENER_CERTIFICATES;
    let all = paged!(caller, operation, request(), set_marker, certificates, next_marker);
    let mut names: Vec<String> = all.into_iter().filter_map(extra_certificate).collect();
    names.sort();
    Ok(State::Names(names))
}

/// Adds before it removes.
pub(super) async fn set_certificates(caller: &Caller, arn: &str, from: &[String], to: &[String]) -> Result<(), CallError> {
    let only = |these: &[String], those: &[String]| -> Vec<sdk::Certificate> {
        let only = these.iter().filter(|arn| !those.contains(arn));
        only.map(|arn| sdk::Certificate::builder().certificate_arn(arn).build()).collect()
    };
    let (added, removed) = (only(to, from), only(from, to));
    if !added.is_empty() {
        let request = caller.writes.elbv2.add_listener_certificates().listener_arn(arn).set_certificates(Some(added));
        caller.call(&actions::ADD_LISTENER_CERTIFICATES, request.send()).await?;
    }
    if !removed.is_empty() {
        let request = caller.writes.elbv2.remove_listener_certificates().listener_arn(arn).set_certificates(Some(removed));
        caller.call(&actions::REMOVE_LISTENER_CERTIFICATES, request.send()).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listener(action: sdk::Action) -> sdk::Listener {
        sdk::Listener::builder().ssl_policy("P").default_actions(action).build()
    }

    #[test]
    fn a_listener_is_told_as_plans_write_it() {
        let forwarding = settings_of(&listener(forward("t")));
        assert_eq!(forwarding, State::settings([("SslPolicy", "P"), ("forward", "t")]));
        let redirecting = settings_of(&listener(redirect("HTTPS:443:HTTP_301").unwrap()));
        assert_eq!(redirecting.get("redirect"), Some("HTTPS:443:HTTP_301"));
        assert!(redirect("HTTPS:443").is_err());
    }

    #[test]
    fn a_redirect_elsewhere_is_not_taken_for_one_of_ours() {
        let config = sdk::RedirectActionConfig::builder().protocol("HTTPS").port("443").host("other.example").path("/#{path}");
        let config = config.status_code(sdk::RedirectActionStatusCodeEnum::Http301).build();
        let action = sdk::Action::builder().r#type(sdk::ActionTypeEnum::Redirect).redirect_config(config).build();
        assert_eq!(settings_of(&listener(action)).get("redirect"), Some("HTTPS:443:HTTP_301:other.example"));
    }
}
