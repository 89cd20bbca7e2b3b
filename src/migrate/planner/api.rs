//! What of an API must be so before anything of it moves.

use super::code::manager;
use super::draft;
use super::probe::takes_get;
use super::scope::{Part, Scope, key};
use super::{Code, Refusal};
use crate::inventory::{Observed, Protocol};
use crate::topology::stage_variables;

/// What speaks against moving an API.
pub(super) fn refusals(scope: &Scope<'_, '_>, part: &Part<'_>) -> Vec<Refusal> {
    let mut found = Vec::new();
    let mut refuse = |code, because: String| found.push(Refusal::new(code, part.name(), because));
    let api = part.api;
    if api.endpoint_types.iter().any(|kind| kind == "PRIVATE") {
        refuse(Code::PrivateApi, "its endpoint type is PRIVATE".to_owned());
    }
    if let Some(status) = api.status.as_deref().filter(|status| *status != "AVAILABLE") {
        refuse(Code::ApiNotAvailable, format!("its status is {status}"));
    }
    if !scope.options.allow_iac_managed
        && let Some(by) = manager(&api.tags)
    {
        refuse(Code::ManagedByCode, format!("the API is managed by {by}"));
    }
    if scope.options.canary_percent.is_some() && api.protocol != Protocol::Rest {
        refuse(Code::NoCanary, "--canary was given".to_owned());
    }
    for stage in &part.stages {
        if stage.canary.is_some() {
            refuse(Code::CanaryActive, format!("stage {} has a canary", stage.name));
        }
        match draft::difference(api, stage) {
            Ok(None) => {}
            Ok(Some(what)) => refuse(Code::DraftDiffers, format!("stage {}: {what}", stage.name)),
            Err(gap) => refuse(Code::DraftUnread, gap),
        }
    }
    let beside = api.stages.iter().filter(|stage| stage.auto_deploy && !part.stages.iter().any(|chosen| chosen.name == stage.name));
    for stage in beside {
        refuse(Code::AutoDeployBeside, format!("stage {} deploys each change at once", stage.name));
    }
    if let Some(gap) = api.stages.gaps.first() {
        refuse(Code::DeployedUnread, format!("not all of its stages could be read: {gap}"));
    }
    if !part.edges.iter().any(|edge| takes_get(&edge.route.method)) {
        let routes: Vec<String> = part.edges.iter().flat_map(|edge| &edge.routes).map(|route| key(route)).collect();
        refuse(Code::NoSafeProbe, routes.join(", "));
    }
    found.extend(part.edges.iter().filter_map(|edge| of_edge(part, edge)));
    found
}

fn of_edge(part: &Part<'_>, edge: &super::scope::Edge<'_>) -> Option<Refusal> {
    let key = key(edge.route);
    let refuse = |code, because: String| Some(Refusal::new(code, part.name(), because));
    if part.api.protocol == Protocol::Rest {
        return match &edge.route.resource_id {
            Some(_) => None,
            None => refuse(Code::DraftUnread, format!("{key}: the id of its resource could not be read")),
        };
    }
    if edge.integration.id.is_none() {
        return refuse(Code::DraftUnread, format!("{key}: the id of its integration could not be read"));
    }
    if !stage_variables(&edge.uri).is_empty() {
        return refuse(Code::StageVariable, format!("{key}: {}", edge.uri));
    }
    if edge.uri.contains(['?', '@']) {
        return refuse(Code::UriQuery, format!("{key}: {}", edge.uri));
    }
    let any_path = edge.routes.iter().any(|route| route.path.starts_with('$'));
    if any_path && edge.integration.path_override.is_none() {
        return refuse(Code::PathUnclear, format!("$default: {}", edge.uri));
    }
    None
}

/// Whether a value could be read, or the refusal that says what is missing.
pub(super) fn read<'o, T>(value: &'o Observed<T>, subject: &str) -> Result<Option<&'o T>, Refusal> {
    match value {
        Observed::Known(value) => Ok(Some(value)),
        Observed::Absent => Ok(None),
        Observed::Unknown(gap) => Err(Refusal::new(Code::Unread, subject, gap.to_string())),
    }
}
