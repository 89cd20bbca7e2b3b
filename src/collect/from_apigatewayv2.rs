//! API Gateway V2's words in ours.

use aws_sdk_apigatewayv2::types as sdk;

use super::from_apigateway::{sorted, variables};
use crate::inventory::{
    AccessLog, Api, Authorizer, Cors, Integration, Listed, Mapping, MethodSettings, Observed, Protocol, Route, Stage, VpcLink,
};
use crate::openapi::{PATH_OVERRIDE, request_headers};

/// An HTTP or WebSocket API, without what takes further calls.
pub(super) fn api(api: sdk::Api) -> Option<Api> {
    let socket = api.protocol_type == Some(sdk::ProtocolType::Websocket);
    Some(Api {
        id: api.api_id?,
        name: api.name.unwrap_or_default(),
        protocol: if socket { Protocol::WebSocket } else { Protocol::Http },
        endpoint_types: vec!["REGIONAL".to_owned()],
        vpc_endpoint_ids: Vec::new(),
        policy: None,
        disable_execute_api_endpoint: api.disable_execute_api_endpoint.unwrap_or_default(),
        security_policy: None,
        endpoint_access_mode: None,
        api_key_source: None,
        cors: api.cors_configuration.map_or(Observed::Absent, |cors| Observed::Known(self::cors(cors))),
        status: None,
        tags: sorted(api.tags),
        working_copy: Observed::default(),
        authorizers: Listed::default(),
        stages: Listed::default(),
    })
}

fn cors(cors: sdk::Cors) -> Cors {
    Cors {
        allow_origins: cors.allow_origins.unwrap_or_default(),
        allow_methods: cors.allow_methods.unwrap_or_default(),
        allow_headers: cors.allow_headers.unwrap_or_default(),
        allow_credentials: cors.allow_credentials.unwrap_or_default(),
    }
}

/// A stage, without what it serves.
pub(super) fn stage(stage: &sdk::Stage) -> Option<Stage> {
    let default = stage.default_route_settings.as_ref().map(|set| ("*".to_owned(), settings(set)));
    let each = stage.route_settings.iter().flatten().map(|(key, set)| (key.clone(), settings(set)));
    let log = stage.access_log_settings.as_ref();
    Some(Stage {
        name: stage.stage_name.clone()?,
        deployment_id: stage.deployment_id.clone(),
        auto_deploy: stage.auto_deploy.unwrap_or_default(),
        variables: variables(stage.stage_variables.clone()),
        secret_variables: Listed::default(),
        canary: None,
        method_settings: default.into_iter().chain(each).collect(),
        unread_settings: Vec::new(),
        access_log: log.and_then(|log| Some(AccessLog { destination_arn: log.destination_arn.clone()?, format: log.format.clone() })),
        client_certificate_id: stage.client_certificate_id.clone(),
        web_acl_arn: None,
        tracing_enabled: false,
        cache_cluster_enabled: false,
        tags: sorted(stage.tags.clone()),
        deployed: Observed::default(),
        canary_deployed: Observed::Absent,
    })
}

fn settings(settings: &sdk::RouteSettings) -> MethodSettings {
    MethodSettings {
        logging_level: settings.logging_level.as_ref().map(|level| level.as_str().to_owned()).into(),
        data_trace_enabled: settings.data_trace_enabled.into(),
        metrics_enabled: settings.detailed_metrics_enabled.into(),
        throttling_rate_limit: settings.throttling_rate_limit.into(),
        throttling_burst_limit: settings.throttling_burst_limit.into(),
        ..MethodSettings::NONE
    }
}

/// A route with its integration, which is looked up among those of the API.
pub(super) fn route(route: &sdk::Route, integrations: &[Integration], complete: impl Fn(&str) -> Observed<Integration>) -> Option<Route> {
    let key = route.route_key.clone()?;
    let (method, path) = match key.split_once(' ') {
        Some((method, path)) => (method.to_owned(), path.to_owned()),
        None => (String::new(), key),
    };
    let target = route.target.as_deref().and_then(|target| target.strip_prefix("integrations/"));
    let integration = match target {
        None => Observed::Absent,
        Some(id) => match integrations.iter().find(|integration| integration.id.as_deref() == Some(id)) {
            Some(integration) => Observed::Known(integration.clone()),
            None => complete(id),
        },
    };
    Some(Route {
        path,
        method,
        resource_id: None,
        authorization: Observed::Known(route.authorization_type.as_ref().map_or("NONE", sdk::AuthorizationType::as_str).to_owned()),
        authorizer: route.authorizer_id.clone(),
        authorization_scopes: route.authorization_scopes.clone().unwrap_or_default(),
        api_key_required: route.api_key_required.unwrap_or_default(),
        request_validator: None,
        integration,
    })
}

/// An integration.
pub(super) fn integration(integration: sdk::Integration) -> Option<Integration> {
    let parameters = integration.request_parameters.unwrap_or_default();
    let (host_override, static_headers) = request_headers(parameters.iter().map(|(key, value)| (key.as_str(), value.as_str())));
    Some(Integration {
        id: Some(integration.integration_id?),
        kind: integration.integration_type.map(|kind| kind.as_str().to_owned()).unwrap_or_default(),
        connection_type: integration.connection_type.map(|kind| kind.as_str().to_owned()),
        connection_id: integration.connection_id.into(),
        target: Observed::Absent,
        uri: integration.integration_uri.into(),
        http_method: integration.integration_method,
        insecure_skip_verification: false,
        server_name_to_verify: integration.tls_config.and_then(|tls| tls.server_name_to_verify),
        timeout_ms: integration.timeout_in_millis.filter(|timeout| *timeout > 0),
        host_override,
        path_override: parameters.get(PATH_OVERRIDE).cloned(),
        static_headers,
        credentials: integration.credentials_arn,
        response_transfer_mode: None,
        payload_format_version: integration.payload_format_version,
    })
}

/// An authorizer.
pub(super) fn authorizer(authorizer: sdk::Authorizer) -> Option<Authorizer> {
    let jwt = authorizer.jwt_configuration;
    Some(Authorizer {
        id: authorizer.authorizer_id?,
        name: authorizer.name.unwrap_or_default(),
        kind: authorizer.authorizer_type.map(|kind| kind.as_str().to_owned()).unwrap_or_default(),
        jwt_issuer: jwt.as_ref().and_then(|jwt| jwt.issuer.clone()),
        jwt_audience: jwt.and_then(|jwt| jwt.audience).unwrap_or_default(),
        provider_arns: authorizer.authorizer_uri.into_iter().collect(),
    })
}

/// A V2 link.
pub(super) fn vpc_link(link: sdk::VpcLink) -> Option<VpcLink> {
    Some(VpcLink {
        id: link.vpc_link_id?,
        name: link.name.unwrap_or_default(),
        status: link.vpc_link_status.map(|status| status.as_str().to_owned()).unwrap_or_default(),
        status_message: link.vpc_link_status_message.filter(|message| !message.is_empty()),
        target_arns: Vec::new(),
        subnet_ids: link.subnet_ids.unwrap_or_default(),
        security_group_ids: link.security_group_ids.unwrap_or_default(),
        tags: sorted(link.tags),
    })
}

/// An API mapping.
pub(super) fn mapping(mapping: sdk::ApiMapping) -> Option<Mapping> {
    let path = mapping.api_mapping_key.filter(|path| path != "(none)").unwrap_or_default();
    Some(Mapping { path: path.trim_matches('/').to_owned(), api_id: mapping.api_id?, stage: mapping.stage })
}

/// The mappings a routing rule amounts to: one for each base path it matches and each API it invokes.
pub(super) fn routing_rule(rule: &sdk::RoutingRule) -> Vec<Mapping> {
    let conditions = rule.conditions().iter().filter_map(|condition| condition.match_base_paths.as_ref());
    let mut paths: Vec<String> =
        conditions.flat_map(|paths| paths.any_of.iter().flatten()).map(|path| path.trim_matches('/').to_owned()).collect();
    if paths.is_empty() {
        paths.push(String::new());
    }
    let invoked = rule.actions().iter().filter_map(|action| action.invoke_api.as_ref());
    let each = invoked.flat_map(|invoked| paths.iter().map(move |path| (path, invoked)));
    each.filter_map(|(path, invoked)| Some(Mapping { path: path.clone(), api_id: invoked.api_id.clone()?, stage: invoked.stage.clone() }))
        .collect()
}
