//! Stage variables: which ones an integration refers to, and what becomes of the others' values.

#[cfg(any(feature = "aws", test))]
use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::inventory::{Api, Configuration, Integration, Observed, Stage};

/// Before the name of a stage variable.
const MARK: &str = "stageVariables.";

/// The stage variables a text refers to.
fn named(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices(MARK).map(move |(at, _)| {
        let rest = &text[at + MARK.len()..];
        let end = rest.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').unwrap_or(rest.len());
        &rest[..end]
    })
}

/// The text with its stage variables filled in; none when one is not set.
#[cfg(any(feature = "aws", test))]
pub(crate) fn resolve(text: &str, variables: &BTreeMap<String, String>) -> Option<String> {
    let mut resolved = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${stageVariables.") {
        let (name, after) = after.split_once('}')?;
        resolved.push_str(before);
        resolved.push_str(variables.get(name)?);
        rest = after;
    }
    resolved.push_str(rest);
    Some(resolved)
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
fn redact(uri: &str) -> String {
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

/// Whether a configuration, or an integration in it, could not be read.
fn has_gap(configuration: &Observed<Configuration>) -> bool {
    match configuration {
        Observed::Known(configuration) => super::has_holes(configuration),
        Observed::Absent => false,
        Observed::Unknown(_) => true,
    }
}

fn of_stage(stage: &Stage) -> BTreeSet<String> {
    referred(&stage.deployed).union(&referred(&stage.canary_deployed)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::{Cause, Gap, Protocol};
    use crate::openapi;

    #[test]
    fn a_uri_keeps_where_it_goes_and_no_secret() {
        for (uri, kept) in [
            ("https://user:hunter2@lb.example.com/x?k=sekret&flag", "https://redacted@lb.example.com/x?k=redacted&flag"),
            ("http://${stageVariables.host}/a@b/{proxy}", "http://${stageVariables.host}/a@b/{proxy}"),
            ("https://h/?key=${stageVariables.key}", "https://h/?key=redacted"),
            (
                "arn:aws:servicediscovery:eu-west-1:1:service/srv-1?stage=prod",
                "arn:aws:servicediscovery:eu-west-1:1:service/srv-1?stage=prod",
            ),
        ] {
            assert_eq!(redact(uri), kept);
        }
    }

    #[test]
    fn names_are_found_wherever_they_stand() {
        let found: Vec<_> = named("http://${stageVariables.host}:${stageVariables.port_2}/x").collect();
        assert_eq!(found, ["host", "port_2"]);
        assert_eq!(named("stageVariables.header").collect::<Vec<_>>(), ["header"]);
        assert_eq!(named("http://example.com").count(), 0);
    }

    #[test]
    fn a_text_is_resolved_only_when_every_variable_is_set() {
        let variables = BTreeMap::from([("host".to_owned(), "a.example.com".to_owned())]);
        assert_eq!(resolve("http://${stageVariables.host}/x", &variables).unwrap(), "http://a.example.com/x");
        assert_eq!(resolve("http://${stageVariables.other}/x", &variables), None);
        assert_eq!(resolve("plain", &variables).unwrap(), "plain");
    }

    fn served(uri: &str) -> Observed<Configuration> {
        let text = format!(
            r#"{{"paths": {{"/a": {{"get": {{"x-amazon-apigateway-integration":
            {{"type": "http_proxy", "connectionType": "INTERNET", "httpMethod": "GET", "uri": "{uri}"}}}}}}}}}}"#
        );
        let source = Gap::new("apigateway:GET", Cause::Failed);
        Observed::Known(openapi::read(text.as_bytes(), Protocol::Rest, &source).unwrap().configuration)
    }

    fn stage(deployed: &Observed<Configuration>) -> Stage {
        let text = r#"{"name": "prod", "canary_deployed": null, "variables": {"host": "a.example.com", "token": "s3cret"}}"#;
        Stage { deployed: deployed.clone(), ..serde_json::from_str(text).unwrap() }
    }

    fn kept(stages: Vec<Stage>) -> Vec<Vec<String>> {
        let mut api: Api = serde_json::from_str(r#"{"id": "a", "protocol": "REST"}"#).unwrap();
        api.stages = stages.into();
        withhold(&mut api);
        let names = |stage: &Stage| stage.variables.iter().filter(|(_, value)| value.is_some()).map(|(name, _)| name.clone()).collect();
        api.stages.iter().map(names).collect()
    }

    #[test]
    fn a_value_is_kept_only_where_an_integration_refers_to_it() {
        let (refers, plain) = (served("http://${stageVariables.host}/x"), served("http://b.example.com"));
        assert_eq!(kept(vec![stage(&refers), stage(&plain)]), [vec!["host".to_owned()], Vec::new()]);
    }

    #[test]
    fn where_a_stage_is_unknown_the_rest_of_the_api_decides() {
        let unknown = Observed::Unknown(Gap::new("apigateway:GET", Cause::Denied));
        let refers = served("http://${stageVariables.host}/x");
        assert_eq!(kept(vec![stage(&refers), stage(&unknown)]), [["host"], ["host"]]);
        assert_eq!(kept(vec![stage(&unknown)]), [Vec::<String>::new()]);
    }
}
