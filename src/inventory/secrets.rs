//! What an inventory does not keep of an API: values that may be secrets, and that nothing needs.

use std::collections::BTreeSet;

use super::credentials::credentials;
use super::{Api, Cause, Configuration, Gap, Integration, Listed, Observed, Stage};

/// Before the name of a stage variable.
const MARK: &str = "stageVariables.";

/// The stage variables a text refers to.
pub(crate) fn named(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices(MARK).map(move |(at, _)| {
        let rest = &text[at + MARK.len()..];
        let end = rest.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').unwrap_or(rest.len());
        &rest[..end]
    })
}

fn texts(integration: &Integration) -> impl Iterator<Item = &str> {
    let observed = [&integration.connection_id, &integration.target, &integration.uri];
    let plain = [&integration.host_override, &integration.path_override, &integration.server_name_to_verify, &integration.credentials];
    let observed = observed.into_iter().filter_map(|field| field.known().map(String::as_str));
    observed.chain(plain.into_iter().filter_map(|field| field.as_deref()))
}

/// The stage variables a configuration refers to.
fn referred(configuration: &Observed<Configuration>) -> BTreeSet<String> {
    let routes = configuration.known().into_iter().flat_map(|configuration| &configuration.routes);
    let integrations = routes.filter_map(|route| route.integration.known());
    integrations.flat_map(|integration| texts(integration).flat_map(named).map(str::to_owned).collect::<Vec<_>>()).collect()
}

/// Takes what may be a secret out of every URI: names and passwords, and the values in query strings. Neither says where a request goes.
fn redact_all(api: &mut Api) {
    let served = api.stages.items.iter_mut().flat_map(|stage| [&mut stage.deployed, &mut stage.canary_deployed]);
    for configuration in served.chain([&mut api.working_copy]) {
        let Observed::Known(configuration) = configuration else { continue };
        for route in &mut configuration.routes {
            if let Observed::Known(Integration { uri: Observed::Known(uri), .. }) = &mut route.integration {
                *uri = redact(uri);
            }
        }
    }
}

/// The URI without names, passwords and the values of its query string. ARNs hold none.
pub(crate) fn redact(uri: &str) -> String {
    const REDACTED: &str = "redacted";
    if uri.starts_with("arn:") {
        return uri.to_owned();
    }
    let (place, query) = uri.split_once('?').map_or((uri, None), |(place, query)| (place, Some(query)));
    let start = place.find("://").map_or(0, |at| at + 3);
    let end = place[start..].find('/').map_or(place.len(), |at| start + at);
    let mut text = match place[start..end].rfind('@') {
        Some(at) => format!("{}{REDACTED}{}", &place[..start], &place[start + at..]),
        None => place.to_owned(),
    };
    if let Some(query) = query {
        let pairs =
            query.split('&').map(|pair| pair.split_once('=').map_or_else(|| pair.to_owned(), |(name, _)| format!("{name}={REDACTED}")));
        text = format!("{text}?{}", pairs.collect::<Vec<_>>().join("&"));
    }
    text
}

/// Forgets the values that no integration refers to: they may be secrets, and nothing needs them.
///
/// Where it is not known what a stage serves, whatever is known of the API decides.
pub(crate) fn withhold(api: &mut Api) {
    redact_all(api);
    let working = referred(&api.working_copy);
    let anywhere: BTreeSet<String> = api.stages.iter().flat_map(of_stage).chain(working.iter().cloned()).collect();
    for stage in &mut api.stages.items {
        note_credentials(stage);
        let told = !has_gap(&stage.deployed) && !has_gap(&stage.canary_deployed);
        let kept: BTreeSet<String> = if told { of_stage(stage).union(&working).cloned().collect() } else { anywhere.clone() };
        let canary = stage.canary.as_mut().map(|canary| &mut canary.variables);
        for (name, value) in [Some(&mut stage.variables), canary].into_iter().flatten().flatten() {
            if !kept.contains(name) {
                *value = None;
            }
            if let Some(value) = value {
                *value = redact(value);
            }
        }
    }
}

/// Names the variables whose values look like credentials, while the values are at hand. Done once: what was withheld looks like nothing.
fn note_credentials(stage: &mut Stage) {
    if !stage.secret_variables.is_not_asked() {
        return;
    }
    let canary = stage.canary.iter().flat_map(|canary| &canary.variables);
    let pairs = || stage.variables.iter().chain(canary.clone());
    let told = credentials(pairs().filter_map(|(name, value)| Some((name.as_str(), value.as_deref()?))));
    // Only code may name a variable and not tell its value.
    let untold = pairs().filter(|(_, value)| value.is_none());
    let gaps = untold.map(|(name, _)| Gap::new("", Cause::Undeployed).because(format!("the value of stage variable {name} is not known")));
    stage.secret_variables = Listed { items: told, gaps: gaps.collect() };
}

/// Whether a configuration, or an integration in it, could not be read.
fn has_gap(configuration: &Observed<Configuration>) -> bool {
    match configuration {
        Observed::Known(configuration) => has_holes(configuration),
        Observed::Absent => false,
        Observed::Unknown(_) => true,
    }
}

fn of_stage(stage: &Stage) -> BTreeSet<String> {
    referred(&stage.deployed).union(&referred(&stage.canary_deployed)).cloned().collect()
}

/// Whether an integration lacks something it cannot do without.
pub(crate) fn has_hole(integration: &Observed<Integration>) -> bool {
    match integration {
        Observed::Known(integration) => {
            [&integration.connection_id, &integration.target, &integration.uri].iter().any(|field| field.gap().is_some())
        }
        Observed::Absent => false,
        Observed::Unknown(_) => true,
    }
}

/// Whether a route of the configuration lacks something.
pub(crate) fn has_holes(configuration: &Configuration) -> bool {
    configuration.routes.iter().any(|route| has_hole(&route.integration))
}
