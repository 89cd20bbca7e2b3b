//! The move itself: the working copy, its proof, the deployment, the cut, and what is checked after it.

use std::collections::BTreeMap;

use super::build::{Builder, Destination, Destinations};
use super::names::slug;
use super::probe::{Proof, path_of};
use super::scope::{Edge, Part, Scope, key as key_of};
use crate::assessment::Assessment;
use crate::inventory::{Protocol, Stage};
use crate::migrate::plan::{Action, Check, FindingKey, Phase, Step};
use crate::migrate::thing::{Create, Property, State};
use crate::topology::{LinkVersion, Url};

/// The rules whose findings on a route are gone once it takes the private way.
const GONE_WITH_THE_CUT: [&str; 1] = ["integration-not-private"];

/// The rules that may find something new between the cut and the lockdown, and why that is no surprise.
const EXPECTED: [(&str, &str); 5] = [
    ("second-load-balancer-to-same-targets", "the old load balancer still leads to the same tasks until it is locked down"),
    ("backend-bypasses-api", "the old load balancer is a way around the API until it is locked down"),
    ("backend-bypasses-authorizer-or-waf", "the old load balancer is a way around the API until it is locked down"),
    ("waf-on-one-way-only", "the old load balancer's web ACL stands on the old way only"),
    ("backend-open-to-shared-ranges", "the old load balancer is a way around the API until it is locked down"),
];

/// The rules that may find something about what a plan makes, for good, and why it is made so all the same.
const AS_MADE: [(&str, &str); 8] = [
    ("plaintext-backend", "the new way speaks what the old one spoke"),
    ("nlb-listener-without-tls", "the new way speaks what the old one spoke"),
    ("unencrypted-target-group", "the new way speaks what the old one spoke"),
    ("unencrypted-health-check", "targets are probed as they were"),
    ("tls-without-post-quantum", "the new listener's TLS policy is one that API Gateway is known to speak"),
    ("load-balancer-without-deletion-protection", "what the plan made must be deletable, or it could not be taken back"),
    ("load-balancer-without-access-logs", "access logs need a bucket, which a plan does not choose"),
    ("legacy-vpc-link", "the plan was made for a VPC link V1"),
];

/// What a REST integration is before and after. The URI stays as it is, byte for byte: behind a link it only tells the host and the
/// port. It must still be the one the plan was made for; where an inventory leaves out what may be a secret in it, that is not known.
pub(super) fn rest_states(uri: &str, to: &Destination) -> (State, State) {
    let uri = Some(("/uri", uri)).filter(|(_, uri)| !uri.contains(['?', '@']));
    let before = [("/connectionType", "INTERNET")].into_iter().chain(uri);
    let target = Some(("/integrationTarget", to.balancer.as_str())).filter(|_| to.version == LinkVersion::V2);
    let after = [("/connectionType", "VPC_LINK"), ("/connectionId", to.link.as_str())].into_iter().chain(uri).chain(target);
    (State::settings(before), State::settings(after))
}

/// What an integration of an HTTP API is before and after. It names a listener and no path any more, so the path is set by a parameter:
/// without one, the stage's name would stand before it.
pub(super) fn http_states(uri: &str, url: &Url, path_is_set: bool, to: &Destination) -> (State, State) {
    let before = State::settings([("ConnectionType", "INTERNET"), ("IntegrationUri", uri)]);
    let mut after =
        vec![("ConnectionType", "VPC_LINK".to_owned()), ("ConnectionId", to.link.clone()), ("IntegrationUri", to.listener.clone())];
    if url.encrypted {
        after.push(("TlsConfig.ServerNameToVerify", url.host.clone()));
    }
    if !path_is_set {
        after.push(("RequestParameters.overwrite:path", path_of(uri).replace('{', "${request.path.")));
    }
    (before, State::settings(after))
}

fn of_edge(part: &Part<'_>, edge: &Edge<'_>, to: &Destination) -> (Property, State, State) {
    let api = part.api.id.clone();
    if part.api.protocol == Protocol::Rest {
        let resource = edge.route.resource_id.clone().unwrap_or_default();
        let (before, after) = rest_states(&edge.uri, to);
        return (Property::RestIntegration { api, resource, method: edge.route.method.clone() }, before, after);
    }
    let integration = edge.integration.id.clone().unwrap_or_default();
    let (before, after) = http_states(&edge.uri, &edge.url, edge.integration.path_override.is_some(), to);
    (Property::HttpIntegration { api, integration }, before, after)
}

/// Moves an API: its working copy first, which nobody is served from, then its stages one by one.
pub(super) fn prove_and_cut(builder: &mut Builder, scope: &Scope<'_, '_>, part: &Part<'_>, destinations: &Destinations, proof: &Proof) {
    let api = slug(&part.api.id);
    freeze(builder, part, &api);
    let edges: Vec<(Property, State, State)> =
        part.edges.iter().map(|edge| of_edge(part, edge, &destinations[&(edge.balancer.arn.clone(), edge.url.port)])).collect();
    let untouched: Vec<(Property, State)> = edges.iter().map(|(property, before, _)| (property.clone(), before.clone())).collect();
    let tested = format!("{api}-tested-before");
    if !proof.tests.is_empty() {
        let check = Check::Baseline { requests: proof.tests.clone(), untouched: untouched.clone() };
        builder.add(Phase::Prove, &tested, format!("test {} the old way", part.name()), Action::Check(check));
    }
    if !proof.live.is_empty() {
        let check = Check::Baseline { requests: proof.live.clone(), untouched };
        builder.add(Phase::Prove, &live(part), format!("ask the stages of {} the old way", part.name()), Action::Check(check));
    }
    for ((property, before, after), edge) in edges.into_iter().zip(&part.edges) {
        let id = format!("{api}-{}", slug(&format!("{} {}", edge.route.method, edge.route.path)));
        let title = format!("lead {} {} of {} the new way, in the working copy", edge.route.method, edge.route.path, part.name());
        builder.set(Phase::Prove, &id, title, property, before, after);
    }
    if !proof.tests.is_empty() {
        let check = Check::SameAs { baseline: tested, requests: proof.tests.clone(), for_seconds: 0 };
        let title = format!("test {} the new way, before anybody is served from it", part.name());
        builder.add(Phase::Prove, &format!("{api}-tested-after"), title, Action::Check(check));
    }
    cut(builder, scope, part, &api, proof);
}

/// The step that took down what the stages of an API answered the old way.
fn live(part: &Part<'_>) -> String {
    format!("{}-asked-before", slug(&part.api.id))
}

/// Automatic deployments, off and on again, or on and off.
fn automatic(on: bool) -> (State, State) {
    let of = |value: bool| State::settings([("AutoDeploy", value.to_string())]);
    (of(!on), of(on))
}

/// Stages that deploy each change at once are held until everything is proven.
fn freeze(builder: &mut Builder, part: &Part<'_>, api: &str) {
    for stage in part.stages.iter().filter(|stage| stage.auto_deploy) {
        let property = Property::HttpStage { api: part.api.id.clone(), stage: stage.name.clone() };
        let (before, after) = automatic(false);
        let title = format!("hold the automatic deployments of stage {}", stage.name);
        builder.set(Phase::Prove, &format!("{api}-hold-{}", slug(&stage.name)), title, property, before, after);
    }
}

/// Stages that deployed each change at once do so again.
pub(super) fn thaw(builder: &mut Builder, parts: &[Part<'_>]) {
    for part in parts {
        for stage in part.stages.iter().filter(|stage| stage.auto_deploy) {
            let property = Property::HttpStage { api: part.api.id.clone(), stage: stage.name.clone() };
            let (before, after) = automatic(true);
            let id = format!("{}-release-{}", slug(&part.api.id), slug(&stage.name));
            let title = format!("let stage {} deploy automatically again", stage.name);
            builder.set(Phase::Verify, &id, title, property, before, after);
        }
    }
}

fn cut(builder: &mut Builder, scope: &Scope<'_, '_>, part: &Part<'_>, api: &str, proof: &Proof) {
    let rest = part.api.protocol == Protocol::Rest;
    let canary = scope.options.canary_percent.filter(|_| rest);
    let shared = format!("{api}-deployment");
    if canary.is_none() {
        let thing = if rest {
            Create::RestDeployment { api: part.api.id.clone(), stage: None, canary_percent: None }
        } else {
            Create::HttpDeployment { api: part.api.id.clone() }
        };
        builder.add(Phase::Cut, &shared, format!("deploy {}; no stage serves it yet", part.name()), Action::Create(thing));
    }
    for stage in &part.stages {
        match canary {
            Some(percent) => by_canary(builder, scope, part, api, stage, percent, proof),
            None => straight(builder, part, api, stage, &shared),
        }
    }
    if !proof.live.is_empty() {
        let check = Check::SameAs { baseline: live(part), requests: proof.live.clone(), for_seconds: scope.options.soak_seconds };
        let title = format!("ask the stages of {} the new way: the same must come back", part.name());
        builder.add(Phase::Verify, &format!("{api}-asked-after"), title, Action::Check(check));
    }
}

fn straight(builder: &mut Builder, part: &Part<'_>, api: &str, stage: &Stage, deployment: &str) {
    let old = stage.deployment_id.clone().unwrap_or_default();
    let new = format!("${{{deployment}}}");
    let (property, key) = if part.api.protocol == Protocol::Rest {
        (Property::RestStage { api: part.api.id.clone(), stage: stage.name.clone() }, "/deploymentId")
    } else {
        (Property::HttpStage { api: part.api.id.clone(), stage: stage.name.clone() }, "DeploymentId")
    };
    let id = format!("{api}-cut-{}", slug(&stage.name));
    let title = format!("move stage {} of {} to the new way", stage.name, part.name());
    builder.set(Phase::Cut, &id, title, property, State::settings([(key, old)]), State::settings([(key, new)]));
}

/// A share first, for as long as asked for; then everything.
fn by_canary(builder: &mut Builder, scope: &Scope<'_, '_>, part: &Part<'_>, api: &str, stage: &Stage, percent: f64, proof: &Proof) {
    let name = slug(&stage.name);
    let id = format!("{api}-canary-{name}");
    let thing = Create::RestDeployment { api: part.api.id.clone(), stage: Some(stage.name.clone()), canary_percent: Some(percent) };
    let title = format!("move {percent} % of stage {} of {} to the new way", stage.name, part.name());
    builder.add(Phase::Cut, &id, title, Action::Create(thing));
    let of_stage: Vec<_> = proof.live.clone();
    if !of_stage.is_empty() {
        let check = Check::SameAs { baseline: live(part), requests: of_stage, for_seconds: scope.options.soak_seconds };
        builder.add(Phase::Cut, &format!("{api}-soak-{name}"), "watch while both ways serve", Action::Check(check));
    }
    let property = Property::RestStage { api: part.api.id.clone(), stage: stage.name.clone() };
    let new = format!("${{{id}}}");
    let old = stage.deployment_id.clone().unwrap_or_default();
    let states = (State::settings([("/deploymentId", old)]), State::settings([("/deploymentId", new.clone())]));
    let title = format!("move all of stage {} to the new way", stage.name);
    builder.set(Phase::Cut, &format!("{api}-cut-{name}"), title, property.clone(), states.0, states.1);
    let before = State::settings([("/canarySettings/deploymentId", new)]);
    let after = State::settings::<&str, &str>([]);
    let action = Action::Set { property, before, after, undone_by_earlier: true };
    builder.add(Phase::Cut, &format!("{api}-end-canary-{name}"), format!("end the canary of stage {}", stage.name), action);
}

/// What the findings of the region must be after the cut.
pub(super) fn verify(builder: &mut Builder, scope: &Scope<'_, '_>, parts: &[Part<'_>], said: &Assessment) {
    let gone = |key: &FindingKey| {
        let moved = |part: &Part<'_>| {
            let route = |edge: &Edge<'_>| edge.routes.iter().any(|route| key.subject.ends_with(&format!("#{}", key_of(route))));
            let on_stage = |stage: &&Stage| key.subject.contains(&format!("/{}/stages/{}#", part.api.id, stage.name));
            part.stages.iter().any(on_stage) && part.edges.iter().any(route)
        };
        GONE_WITH_THE_CUT.contains(&key.rule.as_str()) && parts.iter().any(moved)
    };
    rescan(builder, scope, parts, said, "rescan", &gone, &EXPECTED);
}

/// Adds a scan whose findings must be gone, and that may find nothing new beside what is expected and how things are made.
pub(super) fn rescan(
    builder: &mut Builder,
    scope: &Scope<'_, '_>,
    parts: &[Part<'_>],
    said: &Assessment,
    id: &str,
    gone: &dyn Fn(&FindingKey) -> bool,
    expected: &[(&str, &str)],
) {
    let known: Vec<FindingKey> =
        said.fails().map(|fail| FindingKey { rule: fail.rule.id.clone(), subject: fail.subject.id.clone() }).collect();
    let gone: Vec<FindingKey> = known.iter().filter(|key| gone(key)).cloned().collect();
    let known = known.into_iter().filter(|key| !gone.contains(key)).collect();
    let expected: BTreeMap<String, String> =
        expected.iter().chain(&AS_MADE).map(|(rule, why)| ((*rule).to_owned(), (*why).to_owned())).collect();
    let title = format!("scan again: {} findings must be gone, and none new", gone.len());
    let check = Check::Rescan { gone, known, touched: touched(builder, scope, parts), expected };
    builder.add(Phase::Verify, id, title, Action::Check(check));
}

/// What the plan touches, and what it makes for requests to pass, by the beginnings of its ids.
fn touched(builder: &Builder, scope: &Scope<'_, '_>, parts: &[Part<'_>]) -> Vec<String> {
    let ids = &scope.topology.ids;
    let made = |step: &Step| match &step.action {
        Action::Create(Create::LoadBalancer { .. } | Create::TargetGroup { .. } | Create::Listener { .. }) => {
            Some(format!("${{{}}}", step.id))
        }
        Action::Create(Create::VpcLinkV1 { .. } | Create::VpcLinkV2 { .. }) => {
            Some(ids.vpc_link(scope.region, &format!("${{{}}}", step.id)))
        }
        _ => None,
    };
    let mut found: Vec<String> = builder.steps.iter().filter_map(made).collect();
    for part in parts {
        found.push(ids.api(scope.region, part.api));
        for edge in &part.edges {
            found.push(edge.balancer.arn.clone());
            found.push(edge.listener.arn.clone());
            found.extend(edge.listener.default_actions.iter().flat_map(|action| &action.target_groups).map(|share| share.arn.clone()));
        }
    }
    found.sort();
    found.dedup();
    found
}
