//! APIs, their routes, stages and domain names, and services.

use serde_json::{Value as Json, json};

use super::{built, program, programs, region};
use crate::inventory::{Api, Configuration, Observed, Region, Route, UNDEPLOYED};

fn served(api: &Api) -> &Configuration {
    api.stages.items[0].deployed.known().unwrap_or_else(|| panic!("{:?}", api.stages))
}

fn route<'a>(api: &'a Api, path: &str, method: &str) -> &'a Route {
    served(api).routes.iter().find(|route| route.path == path && route.method == method).unwrap()
}

#[test]
fn a_stage_serves_what_the_template_says() {
    let region = region(&programs::public());
    let api = &region.rest_apis.items[0];
    let get = route(api, "/orders/{id}", "GET");
    assert_eq!((get.authorization.known().map(String::as_str), get.api_key_required), (Some("AWS_IAM"), true));
    let integration = get.integration.known().unwrap();
    assert_eq!(integration.static_headers, ["X-Origin"]);
    assert!(integration.uri.known().unwrap().contains(".elb.amazonaws.com"));
    let stage = &api.stages.items[0];
    assert_eq!(stage.web_acl_arn.as_deref(), Some("arn:aws:wafv2:eu-west-1:1:regional/webacl/a/1"));
    assert!(stage.variables["host"].is_some() && stage.variables["token"].is_none());
    assert_eq!(stage.method_settings["*/*"].logging_level.known().unwrap(), "INFO");
    let own = &stage.method_settings["~1~1orders~1{id}/GET"];
    assert_eq!((own.logging_level.known().unwrap().as_str(), &own.caching_enabled), ("OFF", &Observed::Absent));
    assert!(stage.unread_settings.is_empty());
    assert_eq!(region.domain_names.items[0].mappings.items[0].api_id, "Api");
    assert!(!format!("{region:?}").contains("s3cret"));
}

#[test]
fn routes_and_stages_are_named_as_findings_name_them() {
    let public = built(&programs::public());
    assert_eq!(public.ids["Api"], ["arn:aws:apigateway:any-region::/restapis/Api"]);
    assert_eq!(public.ids["Get"], ["arn:aws:apigateway:any-region::/restapis/Api#GET /orders/{id}"]);
    assert_eq!(public.ids["Stage"], ["arn:aws:apigateway:any-region::/restapis/Api/stages/prod"]);
    assert_eq!(public.ids["Domain"], ["shop.example.com"]);
    let private = built(&programs::private());
    let orders = ["arn:aws:apigateway:any-region::/apis/Shop#GET /orders"];
    assert_eq!(
        (&private.ids["Orders"][..], &private.ids["Integration"][..]),
        (&orders.map(ToOwned::to_owned)[..], &orders.map(ToOwned::to_owned)[..])
    );
    assert_eq!(private.ids["OldDeployment"], ["arn:aws:apigateway:any-region::/restapis/Old/stages/live"]);
}

#[test]
fn an_http_api_joins_routes_integrations_and_authorizers() {
    let region = region(&programs::private());
    let api = &region.http_apis.items[0];
    let orders = route(api, "/orders", "GET");
    assert_eq!(orders.authorizer.as_deref(), Some("token"));
    let integration = orders.integration.known().unwrap();
    assert_eq!(integration.connection_id, Observed::Known("Link".into()));
    assert_eq!((integration.id.clone(), integration.server_name_to_verify.clone()), (None, None));
    assert_eq!(region.vpc_links_v2.items[0].status, UNDEPLOYED);
    assert_eq!(api.authorizers.items[0].kind, "JWT");
    let old = &region.rest_apis.items[0];
    assert_eq!(old.stages.items[0].name, "live");
    assert_eq!(route(old, "/", "ANY").authorization, Observed::Known("NONE".into()));
}

fn with(address: &str, property: &str, value: Json) -> Region {
    let mut program = programs::public();
    program[address][1][property] = value;
    region(&program)
}

#[test]
fn what_a_route_is_must_be_known() {
    let unknown = json!({"Unknown": "a parameter has no value"});
    let lost = with("Get", "HttpMethod", unknown.clone());
    assert!(lost.rest_apis.items[0].stages.items[0].deployed.gap().is_some());
    let lost = with("Get", "RestApiId", unknown.clone());
    assert!(lost.rest_apis.items[0].stages.items[0].deployed.gap().is_some() && !lost.rest_apis.is_complete());
    let open = with("Get", "AuthorizationType", unknown.clone());
    assert!(route(&open.rest_apis.items[0], "/orders/{id}", "GET").authorization.gap().is_some());
    let open = with("Get", "Integration", unknown.clone());
    assert!(route(&open.rest_apis.items[0], "/orders/{id}", "GET").integration.gap().is_some());
    let lost = with("Stage", "AccessLogSetting", unknown.clone());
    assert!(lost.rest_apis.items[0].stages.items.is_empty() && !lost.rest_apis.items[0].stages.is_complete());
    let open = with("Stage", "DeploymentId", unknown);
    assert!(open.rest_apis.items[0].stages.items[0].deployed.gap().is_some());
}

#[test]
fn a_canary_of_another_deployment_is_not_known() {
    let canary = |deployment: &str| with("Stage", "CanarySetting", json!({"DeploymentId": deployment, "PercentTraffic": 5}));
    let (other, same) = (canary("old"), canary("Deployment"));
    assert!(other.rest_apis.items[0].stages.items[0].canary_deployed.gap().is_some());
    let stage = &same.rest_apis.items[0].stages.items[0];
    assert_eq!(stage.canary_deployed, stage.deployed);
    assert!((stage.canary.as_ref().unwrap().percent_traffic - 5.0).abs() < f64::EPSILON);
}

#[test]
fn an_endpoint_and_a_policy_that_are_not_known_leave_the_api() {
    let region = with("Api", "EndpointConfiguration", json!({"Unknown": "Endpoint has no value"}));
    assert_eq!(region.rest_apis.items[0].endpoint_types, [UNDEPLOYED]);
    let region = with("Api", "Policy", json!({"Statement": [{"Effect": "Allow", "Principal": {"Unknown": "Who has no value"}}]}));
    assert_eq!(region.rest_apis.items[0].policy.as_deref(), Some("not known: Who has no value"));
}

#[test]
fn what_browsers_of_other_origins_are_answered() {
    let api = |rest: Json| {
        let mut body = json!({"Name": "a", "ProtocolType": "HTTP"});
        body.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        region(&json!({"Api": ["AWS::ApiGatewayV2::Api", body]})).http_apis.items[0].cors.clone()
    };
    assert_eq!(api(json!({})), Observed::Absent);
    let told = api(json!({"CorsConfiguration": {"AllowOrigins": ["*"], "AllowCredentials": true}}));
    assert!(told.known().is_some_and(|cors| cors.allow_origins == ["*"] && cors.allow_credentials));
    assert!(api(json!({"CorsConfiguration": true})).known().is_some_and(|cors| cors.allow_origins == ["*"]));
    let told =
        api(json!({"Body": {"openapi": "3.0.1", "x-amazon-apigateway-cors": {"allowOrigins": ["https://a.example.com"]}, "paths": {}}}));
    assert!(told.known().is_some_and(|cors| cors.allow_origins == ["https://a.example.com"]));
    for open in [
        json!({"CorsConfiguration": {"Unknown": "no value"}}),
        json!({"CorsConfiguration": {"AllowOrigins": ["*"], "AllowCredentials": {"Unknown": "no value"}}}),
        json!({"Body": {"Unknown": "no value"}}),
        json!({"BodyS3Location": {"Bucket": "b", "Key": "k"}}),
    ] {
        assert!(api(open.clone()).gap().is_some(), "{open}");
    }
}

#[test]
fn a_default_endpoint_has_the_tls_policy_of_its_kind_unless_the_template_sets_one() {
    let policy = |property: &str, value: Json| with("Api", property, value).rest_apis.items[0].security_policy.clone();
    assert_eq!(policy("Description", json!("d")).as_deref(), Some("TLS_1_0"));
    assert_eq!(policy("EndpointConfiguration", json!({"Types": ["PRIVATE"]})).as_deref(), Some("TLS_1_2"));
    assert_eq!(policy("EndpointConfiguration", json!({"Unknown": "no value"})), None);
    assert_eq!(policy("SecurityPolicy", json!("SecurityPolicy_TLS13_1_3_2025_09")).as_deref(), Some("SecurityPolicy_TLS13_1_3_2025_09"));
    assert_eq!(policy("SecurityPolicy", json!({"Unknown": "no value"})), None);
    assert_eq!(policy("BodyS3Location", json!({"Bucket": "b", "Key": "k"})), None);
}

#[test]
fn an_api_made_quickly_has_a_route_and_a_stage() {
    let region =
        region(&json!({"Api": ["AWS::ApiGatewayV2::Api", {"Name": "a", "ProtocolType": "HTTP", "Target": "https://a.example.com"}]}));
    let api = &region.http_apis.items[0];
    assert_eq!(api.stages.items[0].name, "$default");
    assert_eq!(route(api, "$default", "").integration.known().unwrap().kind, "HTTP_PROXY");
}

#[test]
fn a_service_outside_of_every_cluster_of_the_code_is_still_there() {
    let region = region(&json!({"Web": ["AWS::ECS::Service", {"LaunchType": "FARGATE", "Cluster": {"Unknown": "Cluster has no value"}}]}));
    let cluster = &region.clusters.items[0];
    assert_eq!((cluster.name.as_str(), cluster.services.items.len()), ("undeployed:Web.Cluster", 1));
    assert!(!cluster.services.is_complete());
}

#[test]
fn a_service_keeps_what_is_known_of_its_network_and_no_value_of_its_environment() {
    let mut program = programs::public();
    let network = &mut program["Service"][1]["NetworkConfiguration"]["AwsvpcConfiguration"];
    network["AssignPublicIp"] = json!({"Unknown": "Public has no value"});
    network["SecurityGroups"] = json!([{"Unknown": "Group has no value"}]);
    let region = region(&program);
    let service = &region.clusters.items[0].services.items[0];
    let network = service.network.as_ref().unwrap();
    assert_eq!(network.assign_public_ip.as_deref(), Some(UNDEPLOYED));
    assert_eq!(network.security_groups, ["undeployed:Service.NetworkConfiguration.AwsvpcConfiguration.SecurityGroups[0]"]);
    assert!(region.task_definitions.iter().any(|definition| definition.containers[0].environment_names == ["TOKEN"]));
    assert_eq!(region.clusters.items[0].name, "shop");
    assert!(program_is_found(&program));
}

fn program_is_found(resources: &Json) -> bool {
    program(resources).len() == resources.as_object().unwrap().len()
}
