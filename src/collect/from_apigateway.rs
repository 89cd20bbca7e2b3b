//! API Gateway V1's words in ours.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_apigateway::types as sdk;
use aws_smithy_types::date_time::Format;

use crate::inventory::{
    AccessLog, Api, Authorizer, Canary, ClientCertificate, DomainName, Integration, Listed, Mapping, MethodSettings, Observed, Protocol,
    Route, Stage, VpcLink,
};
use crate::openapi::request_headers;

/// Tags or variables, sorted.
pub(super) fn sorted(pairs: Option<HashMap<String, String>>) -> BTreeMap<String, String> {
    pairs.unwrap_or_default().into_iter().collect()
}

/// Stage variables, every value still there.
pub(super) fn variables(pairs: Option<HashMap<String, String>>) -> BTreeMap<String, Option<String>> {
    pairs.unwrap_or_default().into_iter().map(|(name, value)| (name, Some(value))).collect()
}

/// A REST API, without what takes further calls.
pub(super) fn api(api: sdk::RestApi) -> Option<Api> {
    let endpoints = api.endpoint_configuration;
    Some(Api {
        id: api.id?,
        name: api.name.unwrap_or_default(),
        protocol: Protocol::Rest,
        endpoint_types: endpoints.as_ref().map(|e| e.types().iter().map(|kind| kind.as_str().to_owned()).collect()).unwrap_or_default(),
        vpc_endpoint_ids: endpoints.and_then(|endpoints| endpoints.vpc_endpoint_ids).unwrap_or_default(),
        policy: api.policy.map(|policy| unescape(&policy)),
        disable_execute_api_endpoint: api.disable_execute_api_endpoint,
        security_policy: api.security_policy.map(|policy| policy.as_str().to_owned()),
        endpoint_access_mode: api.endpoint_access_mode.map(|mode| mode.as_str().to_owned()),
        api_key_source: api.api_key_source.map(|source| source.as_str().to_owned()),
        // A REST API answers such requests by methods of its own.
        cors: Observed::Absent,
        status: api.api_status.map(|status| status.as_str().to_owned()),
        tags: sorted(api.tags),
        working_copy: Observed::default(),
        authorizers: Listed::default(),
        stages: Listed::default(),
    })
}

/// `GetRestApis` escapes the quotes and slashes of a resource policy, as if it stood in a string of JSON.
fn unescape(policy: &str) -> String {
    if serde_json::from_str::<serde_json::Value>(policy).is_ok_and(|value| value.is_object()) {
        return policy.to_owned();
    }
    serde_json::from_str::<String>(&format!("\"{policy}\"")).unwrap_or_else(|_| policy.to_owned())
}

/// A stage, without what it serves.
pub(super) fn stage(stage: sdk::Stage) -> Option<Stage> {
    Some(Stage {
        name: stage.stage_name?,
        deployment_id: stage.deployment_id,
        auto_deploy: false,
        variables: variables(stage.variables),
        secret_variables: Listed::default(),
        canary: stage.canary_settings.map(|canary| Canary {
            deployment_id: canary.deployment_id,
            percent_traffic: canary.percent_traffic,
            variables: variables(canary.stage_variable_overrides),
        }),
        method_settings: stage.method_settings.unwrap_or_default().into_iter().map(|(key, set)| (key, method_settings(&set))).collect(),
        unread_settings: Vec::new(),
        access_log: stage.access_log_settings.and_then(|log| Some(AccessLog { destination_arn: log.destination_arn?, format: log.format })),
        client_certificate_id: stage.client_certificate_id,
        web_acl_arn: stage.web_acl_arn.filter(|arn| !arn.is_empty()),
        tracing_enabled: stage.tracing_enabled,
        cache_cluster_enabled: stage.cache_cluster_enabled,
        tags: sorted(stage.tags),
        deployed: Observed::default(),
        canary_deployed: Observed::default(),
    })
}

fn method_settings(settings: &sdk::MethodSetting) -> MethodSettings {
    // AWS answers -1 where the account's own limit holds.
    MethodSettings {
        logging_level: settings.logging_level.clone().into(),
        data_trace_enabled: Observed::Known(settings.data_trace_enabled),
        metrics_enabled: Observed::Known(settings.metrics_enabled),
        throttling_rate_limit: Some(settings.throttling_rate_limit).filter(|limit| *limit >= 0.0).into(),
        throttling_burst_limit: Some(settings.throttling_burst_limit).filter(|limit| *limit >= 0).into(),
        caching_enabled: Observed::Known(settings.caching_enabled),
        cache_data_encrypted: Observed::Known(settings.cache_data_encrypted),
    }
}

/// The methods of a resource, as routes.
pub(super) fn routes(resource: sdk::Resource) -> Vec<Route> {
    let path = resource.path.unwrap_or_default();
    let methods = resource.resource_methods.unwrap_or_default();
    methods.into_iter().map(|(verb, method)| route(&path, resource.id.clone(), verb, method)).collect()
}

fn route(path: &str, resource_id: Option<String>, verb: String, method: sdk::Method) -> Route {
    Route {
        path: path.to_owned(),
        method: method.http_method.unwrap_or(verb),
        resource_id,
        authorization: Observed::Known(method.authorization_type.unwrap_or_else(|| "NONE".to_owned())),
        authorizer: method.authorizer_id,
        authorization_scopes: method.authorization_scopes.unwrap_or_default(),
        api_key_required: method.api_key_required.unwrap_or_default(),
        request_validator: method.request_validator_id,
        integration: method.method_integration.map(integration).into(),
    }
}

/// An integration.
pub(super) fn integration(integration: sdk::Integration) -> Integration {
    let parameters = integration.request_parameters.unwrap_or_default();
    let (host_override, static_headers) = request_headers(parameters.iter().map(|(key, value)| (key.as_str(), value.as_str())));
    Integration {
        id: None,
        kind: integration.r#type.map(|kind| kind.as_str().to_owned()).unwrap_or_default(),
        connection_type: integration.connection_type.map(|kind| kind.as_str().to_owned()),
        connection_id: integration.connection_id.into(),
        target: integration.integration_target.into(),
        uri: integration.uri.into(),
        http_method: integration.http_method,
        insecure_skip_verification: integration.tls_config.is_some_and(|tls| tls.insecure_skip_verification),
        server_name_to_verify: None,
        timeout_ms: Some(integration.timeout_in_millis).filter(|timeout| *timeout > 0),
        host_override,
        path_override: None,
        static_headers,
        credentials: integration.credentials,
        response_transfer_mode: integration.response_transfer_mode.map(|mode| mode.as_str().to_owned()),
        payload_format_version: None,
    }
}

/// An authorizer.
pub(super) fn authorizer(authorizer: sdk::Authorizer) -> Option<Authorizer> {
    let mut provider_arns = authorizer.provider_arns.unwrap_or_default();
    provider_arns.extend(authorizer.authorizer_uri);
    Some(Authorizer {
        id: authorizer.id?,
        name: authorizer.name.unwrap_or_default(),
        kind: authorizer.r#type.map(|kind| kind.as_str().to_owned()).unwrap_or_default(),
        jwt_issuer: None,
        jwt_audience: Vec::new(),
        provider_arns,
    })
}

/// A V1 link.
pub(super) fn vpc_link(link: sdk::VpcLink) -> Option<VpcLink> {
    Some(VpcLink {
        id: link.id?,
        name: link.name.unwrap_or_default(),
        status: link.status.map(|status| status.as_str().to_owned()).unwrap_or_default(),
        status_message: link.status_message,
        target_arns: link.target_arns.unwrap_or_default(),
        subnet_ids: Vec::new(),
        security_group_ids: Vec::new(),
        tags: sorted(link.tags),
    })
}

/// A domain name, without its mappings.
pub(super) fn domain_name(domain: &sdk::DomainName) -> Option<DomainName> {
    let types = domain.endpoint_configuration.as_ref().map(|endpoints| endpoints.types().iter().map(|kind| kind.as_str().to_owned()));
    Some(DomainName {
        name: domain.domain_name.clone()?,
        endpoint_types: types.map(Iterator::collect).unwrap_or_default(),
        security_policy: domain.security_policy.as_ref().map(|policy| policy.as_str().to_owned()),
        certificate_arns: domain.certificate_arn.iter().chain(&domain.regional_certificate_arn).cloned().collect(),
        mutual_tls_truststore: domain.mutual_tls_authentication.as_ref().and_then(|tls| tls.truststore_uri.clone()),
        mutual_tls_warnings: match &domain.mutual_tls_authentication {
            Some(tls) => tls.truststore_warnings.clone().unwrap_or_default().into(),
            None => Vec::new().into(),
        },
        routing_mode: domain.routing_mode.as_ref().map(|mode| mode.as_str().to_owned()),
        mappings: Listed::default(),
    })
}

/// A client certificate.
pub(super) fn client_certificate(certificate: sdk::ClientCertificate) -> Option<ClientCertificate> {
    let expires = certificate.expiration_date.and_then(|date| date.fmt(Format::DateTime).ok());
    Some(ClientCertificate { id: certificate.client_certificate_id?, expires })
}

/// A base path mapping. AWS writes the empty path as `(none)`.
pub(super) fn mapping(mapping: sdk::BasePathMapping) -> Option<Mapping> {
    let path = mapping.base_path.filter(|path| path != "(none)").unwrap_or_default();
    Some(Mapping {
        path: path.trim_matches('/').to_owned(),
        api_id: mapping.rest_api_id?,
        stage: mapping.stage.filter(|stage| stage != "(none)"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_read_escaped_or_not() {
        assert_eq!(unescape(r#"{\"Version\":\"2012-10-17\"}"#), r#"{"Version":"2012-10-17"}"#);
        assert_eq!(
            unescape(r#"{\"Resource\":\"arn:aws:execute-api:eu-west-1:1:a\/*\"}"#),
            r#"{"Resource":"arn:aws:execute-api:eu-west-1:1:a/*"}"#
        );
        assert_eq!(unescape(r#"{"a":1}"#), r#"{"a":1}"#);
        assert_eq!(unescape("not json \\"), "not json \\");
    }

    #[test]
    fn a_v2_private_integration_keeps_its_target_and_no_secret() {
        let parameters = [
            ("integration.request.header.X-Origin-Verify".to_owned(), "'s3cret'".to_owned()),
            ("integration.request.header.Host".to_owned(), "'shop.example.com'".to_owned()),
            ("integration.request.path.proxy".to_owned(), "method.request.path.proxy".to_owned()),
        ];
        let told = sdk::Integration::builder()
            .r#type(sdk::IntegrationType::HttpProxy)
            .connection_type(sdk::ConnectionType::VpcLink)
            .connection_id("abc123")
            .integration_target("arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/app/web/1")
            .uri("https://shop.example.com/{proxy}")
            .set_request_parameters(Some(parameters.into()))
            .tls_config(sdk::TlsConfig::builder().insecure_skip_verification(true).build())
            .build();
        let read = integration(told);
        assert_eq!(read.target.known().unwrap(), "arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/app/web/1");
        assert_eq!(read.host_override.as_deref(), Some("shop.example.com"));
        assert_eq!(read.static_headers, ["X-Origin-Verify"]);
        assert!(read.insecure_skip_verification);
        assert!(!format!("{read:?}").contains("s3cret"));
    }
}
