//! The name that every API answers to beside its custom domain.

use std::collections::BTreeSet;

use super::Fix;
use super::desk::{Desk, Draft, Why, unread};
use crate::inventory::{Api, Gap, Observed, Protocol, Stage};
use crate::migrate::plan::{Action, Phase, Step};
use crate::migrate::planner::build::Builder;
use crate::migrate::planner::names::slug;
use crate::migrate::planner::{Code, draft};
use crate::migrate::thing::{Create, Property, State};

/// The fixes of all APIs that answer to a custom domain, too.
pub(super) fn fixes(desk: &Desk<'_, '_>) -> Vec<Fix> {
    let region = desk.scope.region;
    region.rest_apis.iter().chain(&region.http_apis).filter_map(|api| fix(desk, api)).collect()
}

fn fix(desk: &Desk<'_, '_>, api: &Api) -> Option<Fix> {
    let private = api.endpoint_types.iter().any(|kind| kind == "PRIVATE");
    if private || api.disable_execute_api_endpoint {
        return None;
    }
    let has_domain = domains(desk, api);
    if has_domain.as_ref().is_ok_and(Option::is_none) {
        return None;
    }
    let ids = &desk.scope.topology.ids;
    let resource = ids.api(desk.scope.region, api);
    let stages = format!("{resource}/stages/");
    let mut draft = Draft {
        id: "default-endpoint",
        subject: format!("API {} ({})", api.name, api.id),
        what: "switch off its own name, execute-api, so that its custom domain is the only way in".to_owned(),
        breaks: breaks(desk, api),
        relies: vec![format!("API {}", api.id)],
        locks: vec![resource.clone()],
        touches: vec![resource.clone()],
        answers: desk.findings(&["default-endpoint-beside-custom-domain"], |id| id.starts_with(&stages)),
        resource,
    };
    draft.relies.extend(api.stages.iter().map(|stage| format!("stage {}/{}", api.id, stage.name)));
    let steps = has_domain.and_then(|_| steps(desk, api, &draft));
    Some(draft.finish(steps))
}

/// A custom domain that leads to an API.
fn domains<'a>(desk: &Desk<'_, 'a>, api: &Api) -> Result<Option<&'a str>, Why> {
    let domains = &desk.scope.region.domain_names;
    let leads_here = domains.iter().find(|domain| domain.mappings.iter().any(|mapping| mapping.api_id == api.id));
    if let Some(domain) = leads_here {
        return Ok(Some(&domain.name));
    }
    let gaps: Vec<&Gap> = domains.gaps.iter().chain(domains.iter().flat_map(|domain| &domain.mappings.gaps)).collect();
    gaps.first().map_or(Ok(None), |gap| Err(unread(gap, "apigateway:GET", "whether a custom domain leads to it")))
}

/// Callers by the API's own name, and stages that have no other.
fn breaks(desk: &Desk<'_, '_>, api: &Api) -> String {
    let mapped: BTreeSet<Option<&String>> = desk
        .scope
        .region
        .domain_names
        .iter()
        .flat_map(|domain| &domain.mappings)
        .filter(|mapping| mapping.api_id == api.id)
        .map(|mapping| mapping.stage.as_ref())
        .collect();
    let alone: Vec<&str> = api
        .stages
        .iter()
        .map(|stage| &stage.name)
        .filter(|name| !mapped.contains(&None) && !mapped.contains(&Some(name)))
        .map(String::as_str)
        .collect();
    let calls = "Whoever calls the API by its own name gets no answer any more; $context.domainName in the access logs tells who does.";
    if alone.is_empty() {
        calls.to_owned()
    } else {
        format!("{calls} Nobody reaches stage {} at all: no domain leads there.", alone.join(", "))
    }
}

fn steps(desk: &Desk<'_, '_>, api: &Api, about: &Draft) -> Result<Vec<Step>, Why> {
    desk.managed("the API", &api.tags)?;
    if let Some(gap) = api.stages.gaps.first() {
        return Err(unread(gap, "apigateway:GET", "its stages"));
    }
    if let Some(status) = api.status.as_deref().filter(|status| *status != "AVAILABLE") {
        return Err((Code::ApiNotAvailable, format!("its status is {status}")));
    }
    // The setting comes with a deployment, and a deployment ships all of the working copy.
    let by_hand: Vec<&Stage> = api.stages.iter().filter(|stage| !stage.auto_deploy && stage.deployment_id.is_some()).collect();
    for stage in &by_hand {
        deployable(desk, api, stage)?;
    }
    let mut builder = Builder::default();
    let rest = api.protocol == Protocol::Rest;
    let (property, key) = if rest {
        (Property::RestApi { api: api.id.clone() }, "/disableExecuteApiEndpoint")
    } else {
        (Property::HttpApi { api: api.id.clone() }, "DisableExecuteApiEndpoint")
    };
    let of = |value: &str| State::settings([(key, value)]);
    builder.set(Phase::Fix, &about.step(), format!("{}: {}", about.subject, about.what), property, of("false"), of("true"));
    if !by_hand.is_empty() {
        deploy(&mut builder, api, about, &by_hand);
    }
    Ok(builder.steps)
}

fn deployable(desk: &Desk<'_, '_>, api: &Api, stage: &Stage) -> Result<(), Why> {
    desk.managed("the stage", &stage.tags)?;
    if stage.canary.is_some() {
        return Err((Code::CanaryActive, format!("stage {} has a canary", stage.name)));
    }
    if let Observed::Unknown(gap) = &stage.deployed {
        return Err((Code::DeployedUnread, format!("stage {}: {gap}", stage.name)));
    }
    match draft::difference(api, stage) {
        Ok(None) => Ok(()),
        Ok(Some(what)) => Err((Code::DraftDiffers, format!("stage {}: {what}", stage.name))),
        Err(gap) => Err((Code::DraftUnread, gap)),
    }
}

fn deploy(builder: &mut Builder, api: &Api, about: &Draft, stages: &[&Stage]) {
    let rest = api.protocol == Protocol::Rest;
    let thing = if rest {
        Create::RestDeployment { api: api.id.clone(), stage: None, canary_percent: None }
    } else {
        Create::HttpDeployment { api: api.id.clone() }
    };
    let title = format!("deploy {}; no stage serves it yet", about.subject);
    let made = builder.add(Phase::Fix, &format!("{}-deployment", about.step()), title, Action::Create(thing));
    for stage in stages {
        let (api, name) = (api.id.clone(), stage.name.clone());
        let (property, key) = if rest {
            (Property::RestStage { api, stage: name }, "/deploymentId")
        } else {
            (Property::HttpStage { api, stage: name }, "DeploymentId")
        };
        let before = State::settings([(key, stage.deployment_id.clone().unwrap_or_default())]);
        let after = State::settings([(key, format!("${{{made}}}"))]);
        let id = format!("{}-{}", about.step(), slug(&stage.name));
        builder.set(Phase::Fix, &id, format!("let stage {} serve it", stage.name), property, before, after);
    }
}
