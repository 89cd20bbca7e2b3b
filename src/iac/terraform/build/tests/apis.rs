//! APIs and what their stages serve.

use serde_json::json;

use super::super::build;
use super::{code, programs, region, with_uncounted, without};
use crate::iac::code::Code;
use crate::inventory::{Api, Observed, Protocol, Route, UNDEPLOYED};

fn served(api: &Api) -> &[Route] {
    &api.stages.items[0].deployed.known().unwrap().routes
}

#[test]
fn a_rest_api_serves_the_code_as_it_is() {
    let region = region(&code(&programs::public()));
    let api = &region.rest_apis.items[0];
    assert_eq!((api.name.as_str(), api.protocol, api.endpoint_types.as_slice()), ("shop", Protocol::Rest, &["REGIONAL".to_owned()][..]));
    assert!(api.working_copy.is_not_asked(), "a scan reads it only where it does not know what a stage serves");
    let route = &served(api)[0];
    assert_eq!((route.method.as_str(), route.path.as_str()), ("ANY", "/{proxy+}"));
    assert_eq!(route.authorization, Observed::Known("COGNITO_USER_POOLS".into()));
    assert_eq!(route.authorizer.as_deref(), Some("pool"));
    let integration = route.integration.known().unwrap();
    assert_eq!(integration.connection_type.as_deref(), Some("INTERNET"));
    assert_eq!(integration.static_headers, ["X-Verify"]);
    let stage = &api.stages.items[0];
    assert!(stage.web_acl_arn.is_some() && stage.access_log.is_some());
    // Of the variables only those that an integration refers to keep their values.
    assert_eq!(stage.variables["base"].as_deref(), Some("v1"));
    assert_eq!(stage.variables["token"], None);
    assert!(!format!("{region:?}").contains("s3cret"));
    let domain = &region.domain_names.items[0];
    assert_eq!((domain.name.as_str(), domain.endpoint_types.as_slice()), ("shop.example.com", &["EDGE".to_owned()][..]));
    assert_eq!(domain.mappings.items[0].stage.as_deref(), Some("prod"));
}

#[test]
fn a_route_is_spoken_of_by_its_api_and_key() {
    let built = build(&code(&programs::private()));
    let arn = "arn:aws:apigateway:any-region::/restapis/aws_api_gateway_rest_api.shop";
    for address in ["aws_api_gateway_method.any", "aws_api_gateway_integration.any"] {
        assert_eq!(built.ids[address], [format!("{arn}#ANY /{{proxy+}}")]);
    }
    assert_eq!(built.ids["aws_api_gateway_stage.prod"], [format!("{arn}/stages/prod")]);
    let link = &built.ids["aws_apigatewayv2_vpc_link.web"];
    assert_eq!(link[0], "arn:aws:apigateway:any-region::/vpclinks/aws_apigatewayv2_vpc_link.web");
    assert_eq!(built.drafts[0].region.vpc_links_v2.items[0].status, UNDEPLOYED);
}

#[test]
fn a_part_that_is_not_known_leaves_as_small_a_gap_as_it_can() {
    let code = code(&programs::public());
    let hidden = |address: &str, name: &str| region(&without(code.clone(), address, &[name])).rest_apis.items.remove(0);
    let uri = hidden("aws_api_gateway_integration.any", "uri");
    assert!(served(&uri)[0].integration.known().unwrap().uri.gap().is_some());
    let authorization = hidden("aws_api_gateway_method.any", "authorization");
    assert!(served(&authorization)[0].authorization.gap().is_some());
    let kind = hidden("aws_api_gateway_integration.any", "type");
    assert!(served(&kind)[0].integration.gap().is_some());
    let path = hidden("aws_api_gateway_resource.proxy", "path_part");
    assert!(path.stages.items[0].deployed.gap().is_some());
    let deployment = hidden("aws_api_gateway_stage.prod", "deployment_id");
    assert!(deployment.stages.items[0].deployed.gap().is_some());
    assert!(deployment.working_copy.known().is_some(), "the draft is known all the same");
    let named = hidden("aws_api_gateway_stage.prod", "stage_name");
    assert!(named.stages.items.is_empty() && !named.stages.is_complete());
}

#[test]
fn settings_of_methods_are_known_value_by_value() {
    let code = code(&programs::public());
    let stage = |code: &Code| region(code).rest_apis.items.remove(0).stages.items.remove(0);
    let whole = stage(&code);
    assert!(whole.unread_settings.is_empty());
    let own = &whole.method_settings["{proxy+}/ANY"];
    assert_eq!((own.logging_level.known().map(String::as_str), &own.throttling_rate_limit), (Some("OFF"), &Observed::Absent));
    let hidden = |name: &[&str]| stage(&without(code.clone(), "aws_api_gateway_method_settings.any", name));
    let level = hidden(&["settings", "0", "logging_level"]);
    let own = &level.method_settings["{proxy+}/ANY"];
    assert!(own.logging_level.gap().is_some() && own.data_trace_enabled == Observed::Known(false));
    for name in ["method_path", "stage_name", "rest_api_id"] {
        let part = hidden(&[name]);
        assert!(!part.unread_settings.is_empty() && part.method_settings.len() == 1, "{name}");
    }
    let uncounted = stage(&with_uncounted(code, "aws_api_gateway_method_settings.any"));
    assert!(!uncounted.unread_settings.is_empty());
}

#[test]
fn a_variable_whose_value_is_not_known_may_be_a_credential() {
    let code = without(code(&programs::public()), "aws_api_gateway_stage.prod", &["variables", "token"]);
    let secret = &region(&code).rest_apis.items[0].stages.items[0].secret_variables;
    assert!(secret.items.is_empty() && secret.gaps.len() == 1, "{secret:?}");
}

#[test]
fn a_body_is_read_whatever_version_it_has() {
    let body = json!({
        "swagger": "2.0",
        "securityDefinitions": {"pool": {"type": "apiKey", "x-amazon-apigateway-authtype": "cognito_user_pools"}},
        "x-amazon-apigateway-policy": {"Statement": []},
        "x-amazon-apigateway-endpoint-configuration": {"disableExecuteApiEndpoint": true},
        "paths": {"/a": {"get": {"security": [{"pool": []}], "x-amazon-apigateway-integration":
            {"type": "http_proxy", "httpMethod": "GET", "uri": "https://a.example.com"}}}}
    });
    let code = code(&[
        ("aws_api_gateway_rest_api.b", json!({"name": "b", "body": body.to_string()})),
        ("aws_api_gateway_deployment.b", json!({"rest_api_id": "=aws_api_gateway_rest_api.b.id", "stage_name": "live"})),
    ]);
    let built = build(&code);
    assert!(built.ids["aws_api_gateway_rest_api.b"].iter().any(|id| id.ends_with("#GET /a")));
    let known = region(&code);
    let api = &known.rest_apis.items[0];
    assert_eq!(served(api)[0].authorization, Observed::Known("COGNITO_USER_POOLS".into()));
    assert_eq!(api.stages.items[0].name, "live");
    assert!(api.disable_execute_api_endpoint && api.policy.is_some());
    let lost = region(&without(code, "aws_api_gateway_rest_api.b", &["body"]));
    assert!(lost.rest_apis.items.is_empty() && !lost.rest_apis.is_complete());
}

#[test]
fn what_browsers_of_other_origins_are_answered_stands_in_one_place() {
    let api = |rest: serde_json::Value| {
        let mut body = json!({"name": "a", "protocol_type": "HTTP"});
        body.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        region(&code(&[("aws_apigatewayv2_api.a", body)])).http_apis.items[0].cors.clone()
    };
    assert_eq!(api(json!({})), Observed::Absent);
    let block = json!([{"allow_origins": ["*"], "allow_methods": ["GET"], "allow_credentials": true}]);
    let told = api(json!({"cors_configuration": block}));
    assert!(told.known().is_some_and(|cors| cors.allow_origins == ["*"] && cors.allow_methods == ["GET"] && cors.allow_credentials));
    let document =
        json!({"openapi": "3.0.1", "x-amazon-apigateway-cors": {"allowOrigins": ["https://a.example.com"]}, "paths": {}}).to_string();
    let told = api(json!({"body": document}));
    assert!(told.known().is_some_and(|cors| cors.allow_origins == ["https://a.example.com"] && !cors.allow_credentials));
    assert!(api(json!({"body": document, "cors_configuration": block})).gap().is_some());
    let socket = region(&code(&[("aws_apigatewayv2_api.a", json!({"name": "a", "protocol_type": "WEBSOCKET"}))]));
    assert_eq!(socket.http_apis.items[0].cors, Observed::Absent);
}

#[test]
fn a_default_endpoint_has_the_tls_policy_of_its_kind_unless_code_sets_one() {
    let api = |rest: serde_json::Value| {
        let mut body = json!({"name": "a"});
        body.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        region(&code(&[("aws_api_gateway_rest_api.a", body)])).rest_apis.items[0].security_policy.clone()
    };
    let kind = |kind: &str| json!({"endpoint_configuration": [{"types": [kind]}]});
    assert_eq!(api(json!({})).as_deref(), Some("TLS_1_0"));
    assert_eq!(api(kind("REGIONAL")).as_deref(), Some("TLS_1_0"));
    assert_eq!(api(kind("PRIVATE")).as_deref(), Some("TLS_1_2"));
    let set = "SecurityPolicy_TLS13_1_3_2025_09";
    assert_eq!(api(json!({"security_policy": set})).as_deref(), Some(set));
    let document = json!({"openapi": "3.0.1", "x-amazon-apigateway-security-policy": set, "paths": {}}).to_string();
    assert_eq!(api(json!({"body": document})).as_deref(), Some(set));
    assert_eq!(api(json!({"body": document, "security_policy": "TLS_1_0"})), None, "which of them comes last is not known");
}

#[test]
fn a_body_may_be_yaml() {
    let body = "openapi: 3.0.1\npaths:\n  /a:\n    get:\n      x-amazon-apigateway-integration:\n        type: http_proxy\n        \
                httpMethod: GET\n        uri: https://a.example.com\n        timeoutInMillis: 5000\n";
    let api = ("aws_api_gateway_rest_api.b", json!({"name": "b", "body": body}));
    let deployment = ("aws_api_gateway_deployment.b", json!({"rest_api_id": "=aws_api_gateway_rest_api.b.id", "stage_name": "live"}));
    let known = region(&code(&[api, deployment]));
    let integration = served(&known.rest_apis.items[0])[0].integration.known().unwrap();
    assert_eq!((integration.kind.as_str(), integration.timeout_ms), ("HTTP_PROXY", Some(5000)));
    assert_eq!(integration.uri, Observed::Known("https://a.example.com".into()));
    let nonsense = region(&code(&[("aws_api_gateway_rest_api.b", json!({"name": "b", "body": "a: [b"}))]));
    assert!(!nonsense.rest_apis.is_complete());
}

#[test]
fn an_http_api_serves_what_deploys_itself() {
    let code = code(&programs::http());
    let known = region(&code);
    let api = |id: &str| known.http_apis.iter().find(|api| api.id.ends_with(id)).unwrap();
    let (quick, shop) = (api("quick"), api("shop"));
    assert_eq!((quick.stages.items[0].name.as_str(), served(quick)[0].path.as_str()), ("$default", "$default"));
    assert_eq!(served(shop)[0].method, "GET");
    let integration = served(shop)[0].integration.known().unwrap();
    assert_eq!(integration.uri, Observed::Known(known.load_balancers.items[0].listeners.items[0].arn.clone()));
    let built = build(&code);
    assert_eq!(built.ids["aws_apigatewayv2_integration.web"], built.ids["aws_apigatewayv2_route.orders"]);
}

#[test]
fn a_stage_that_deploys_nothing_serves_nothing_or_its_deployment() {
    let api = ("aws_apigatewayv2_api.a", json!({"name": "a", "protocol_type": "WEBSOCKET"}));
    let stage = |more: serde_json::Value| {
        let mut body = json!({"api_id": "=aws_apigatewayv2_api.a.id", "name": "live"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        ("aws_apigatewayv2_stage.live", body)
    };
    let none = region(&code(&[api.clone(), stage(json!({}))]));
    assert_eq!(none.http_apis.items[0].stages.items[0].deployed, Observed::Absent);
    let deployment = ("aws_apigatewayv2_deployment.d", json!({"api_id": "=aws_apigatewayv2_api.a.id"}));
    let own = region(&code(&[api, deployment, stage(json!({"deployment_id": "=aws_apigatewayv2_deployment.d.id"}))]));
    assert!(own.http_apis.items[0].stages.items[0].deployed.known().is_some());
}
