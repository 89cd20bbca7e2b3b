//! Stage variables: what an integration refers to by them.

use std::collections::BTreeMap;

/// The text with its stage variables filled in; none when one is not set.
pub(super) fn resolve(text: &str, variables: &BTreeMap<String, String>) -> Option<String> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::secrets::{named, redact, withhold};
    use crate::inventory::{Api, Cause, Configuration, Gap, Observed, Protocol, Stage};
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
