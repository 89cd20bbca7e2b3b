//! APIs that a document defines.

use serde_json::{Value as Json, json};

use super::{built, code, program, region};
use crate::iac::text::Span;
use crate::iac::value::Value;
use crate::inventory::{Observed, Region, Route};

fn swagger() -> Json {
    json!({
        "swagger": "2.0", "basePath": "/v1/shop", "info": {"title": "shop", "version": {"Unknown": "Version has no value"}},
        "x-amazon-apigateway-policy": {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*"}]},
        "securityDefinitions": {"iam": {"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "awsSigv4"}},
        "paths": {
            "/orders": {"get": {"security": [{"iam": []}], "responses": {"Unknown": "nothing of interest"},
                "x-amazon-apigateway-integration": {"type": "http_proxy", "httpMethod": "GET", "uri": {"Unknown": "Uri has no value"}}}},
            "/health": {"x-amazon-apigateway-any-method": {"x-amazon-apigateway-integration": {"type": "mock"}}},
        },
    })
}

fn api(body: &Json, basepath: &str) -> Json {
    json!({
        "Api": ["AWS::ApiGateway::RestApi", {"Body": body, "Parameters": {"basepath": basepath, "endpointConfigurationTypes": "REGIONAL"}}],
        "Deployment": ["AWS::ApiGateway::Deployment", {"RestApiId": {"Ref": "Api"}}],
        "Stage": ["AWS::ApiGateway::Stage", {"RestApiId": {"Ref": "Api"}, "StageName": "prod", "DeploymentId": {"Ref": "Deployment"}}],
    })
}

fn routes(region: &Region) -> &[Route] {
    &region.rest_apis.items[0].stages.items[0].deployed.known().unwrap().routes
}

#[test]
fn a_definition_of_swagger_is_read_with_its_gaps() {
    let region = region(&api(&swagger(), "ignore"));
    let [health, orders] = routes(&region) else { panic!("{region:?}") };
    assert_eq!((health.method.as_str(), orders.path.as_str()), ("ANY", "/orders"));
    assert_eq!(orders.authorization, Observed::Known("AWS_IAM".into()));
    let integration = orders.integration.known().unwrap();
    assert_eq!(integration.uri.gap().unwrap().to_string(), "Uri has no value");
    assert!(region.rest_apis.items[0].policy.as_deref().unwrap().contains("execute-api:Invoke"));
    assert_eq!(region.rest_apis.items[0].endpoint_types, ["REGIONAL"]);
}

#[test]
fn a_base_path_goes_where_the_parameter_says() {
    let of = |basepath: &str| routes(&region(&api(&swagger(), basepath)))[1].path.clone();
    assert_eq!((of("ignore"), of("prepend"), of("split")), ("/orders".into(), "/v1/shop/orders".into(), "/shop/orders".into()));
}

#[test]
fn what_decides_about_routes_leaves_all_of_them_open() {
    let unknown = json!({"Unknown": "hidden"});
    let whole = region(&api(&unknown, "ignore"));
    assert!(whole.rest_apis.items[0].stages.items[0].deployed.gap().is_some());
    assert!(whole.rest_apis.items[0].policy.as_deref().unwrap().starts_with("not known"));
    for place in ["/paths", "/paths/~1orders", "/paths/~1orders/get", "/paths/~1orders/get/security", "/securityDefinitions/iam"] {
        let mut body = swagger();
        *body.pointer_mut(place).unwrap() = unknown.clone();
        let region = region(&api(&body, "ignore"));
        assert!(region.rest_apis.items[0].stages.items[0].deployed.gap().is_some(), "{place}");
    }
    let mut body = swagger();
    *body.pointer_mut("/paths/~1orders/get/x-amazon-apigateway-integration/type").unwrap() = unknown;
    let region = region(&api(&body, "ignore"));
    assert!(routes(&region)[1].integration.gap().is_some());
    assert!(routes(&region)[0].integration.known().is_some());
}

#[test]
fn a_definition_elsewhere_leaves_the_routes_open() {
    let region = region(&json!({
        "Api": ["AWS::ApiGatewayV2::Api", {"BodyS3Location": {"Bucket": "b", "Key": "k"}}],
        "Stage": ["AWS::ApiGatewayV2::Stage", {"ApiId": {"Ref": "Api"}, "StageName": "$default", "AutoDeploy": true}],
    }));
    assert!(region.http_apis.items[0].stages.items[0].deployed.gap().is_some());
}

#[test]
fn operations_are_entries_at_their_places() {
    let id = "arn:aws:apigateway:any-region::/restapis/Api#GET /orders";
    assert!(built(&api(&swagger(), "ignore")).ids["Api"].contains(&id.to_owned()));
    let mut declarations = program(&api(&swagger(), "ignore"));
    let span = Span { file: 1, start: 5, end: 9 };
    let mut node = &mut declarations[0].body;
    for key in ["Body", "paths", "/orders", "get"] {
        let Value::Map(map) = &mut node.value else { panic!() };
        node = map.get_mut(key).unwrap();
    }
    node.span = Some(span);
    assert_eq!(super::build(&code(declarations)).entries[id], ("Api".to_owned(), span));
}
