use super::*;

fn source() -> Gap {
    Gap { operation: "apigateway:GetExport".into(), ..Gap::new("apigateway:GET", Cause::Failed) }
}

fn export(text: &str, protocol: Protocol) -> Exported {
    read(text.as_bytes(), protocol, &source()).unwrap()
}

fn find<'a>(export: &'a Exported, path: &str, method: &str) -> &'a Route {
    let mut routes = export.configuration.routes.iter();
    routes.find(|route| route.path == path && route.method == method).unwrap()
}

fn integration<'a>(export: &'a Exported, path: &str, method: &str) -> &'a Integration {
    find(export, path, method).integration.known().unwrap()
}

/// The shape of a REST export with `extensions=apigateway,authorizers`.
const REST: &str = r#"{
  "openapi" : "3.0.1",
  "info" : { "title" : "orders", "version" : "2025-12-01T10:00:00Z" },
  "servers" : [ { "url" : "https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/{basePath}",
    "variables" : { "basePath" : { "default" : "prod" } } } ],
  "paths" : {
    "/{proxy+}" : {
      "options" : {
        "responses" : { "200" : { "description" : "200 response", "content" : { } } },
        "x-amazon-apigateway-integration" : {
          "responses" : { "default" : { "statusCode" : "200" } },
          "requestTemplates" : { "application/json" : "{\"statusCode\": 200}" },
          "passthroughBehavior" : "when_no_match", "type" : "mock" } },
      "x-amazon-apigateway-any-method" : {
        "parameters" : [ { "name" : "proxy", "in" : "path", "required" : true, "schema" : { "type" : "string" } } ],
        "security" : [ { "cognito" : [ "orders/read" ] }, { "api_key" : [ ] } ],
        "x-amazon-apigateway-request-validator" : "body",
        "x-amazon-apigateway-integration" : {
          "connectionId" : "${stageVariables.link}", "httpMethod" : "ANY",
          "uri" : "http://internal.example.com:8080/{proxy}",
          "responses" : { "default" : { "statusCode" : "200" } },
          "requestParameters" : {
            "integration.request.path.proxy" : "method.request.path.proxy",
            "integration.request.header.X-Origin-Verify" : "'s3cret'",
            "integration.request.header.Host" : "'orders.example.com'" },
          "passthroughBehavior" : "when_no_match", "connectionType" : "VPC_LINK",
          "timeoutInMillis" : 12000, "type" : "http_proxy" } } },
    "/v2" : {
      "get" : {
        "security" : [ { "sigv4" : [ ] } ],
        "x-amazon-apigateway-integration" : {
          "type" : "http_proxy", "connectionType" : "VPC_LINK", "connectionId" : "xyz789", "httpMethod" : "GET",
          "integration-target" : "arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/app/web/1",
          "uri" : "https://orders.example.com/v2", "tlsConfig" : { "insecureSkipVerification" : true } } },
      "post" : {
        "security" : [ { "corporate" : [ ] } ],
        "x-amazon-apigateway-integration" : {
          "type" : "http", "connectionType" : "INTERNET", "httpMethod" : "POST",
          "integrationTarget" : "arn:camel", "uri" : "https://public.example.com/v2" } } },
    "/holes" : {
      "get" : { "x-amazon-apigateway-integration" : { "type" : "http_proxy", "connectionType" : "VPC_LINK", "httpMethod" : "GET" } },
      "put" : { "responses" : { } },
      "patch" : { "security" : [ { "nowhere" : [ ] } ], "x-amazon-apigateway-integration" : { "type" : "mock" } } }
  },
  "components" : {
    "securitySchemes" : {
      "api_key" : { "type" : "apiKey", "name" : "x-api-key", "in" : "header" },
      "sigv4" : { "type" : "apiKey", "name" : "Authorization", "in" : "header", "x-amazon-apigateway-authtype" : "awsSigv4" },
      "corporate" : { "type" : "apiKey", "name" : "Authorization", "in" : "header",
        "x-amazon-apigateway-authtype" : "Custom scheme with corporate claims",
        "x-amazon-apigateway-authorizer" : { "type" : "request", "authorizerResultTtlInSeconds" : 300,
          "authorizerUri" : "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:1:function:auth/invocations" } },
      "cognito" : { "type" : "apiKey", "name" : "Authorization", "in" : "header",
        "x-amazon-apigateway-authtype" : "cognito_user_pools",
        "x-amazon-apigateway-authorizer" : { "type" : "cognito_user_pools",
          "providerARNs" : [ "arn:aws:cognito-idp:eu-west-1:1:userpool/eu-west-1_A" ] } } } },
  "x-amazon-apigateway-request-validators" : { "body" : { "validateRequestParameters" : false, "validateRequestBody" : true } }
}"#;

#[test]
fn a_rest_export_tells_who_may_call() {
    let export = export(REST, Protocol::Rest);
    assert_eq!(export.configuration.routes.len(), 7);
    let any = find(&export, "/{proxy+}", "ANY");
    assert_eq!(any.authorization, Observed::Known("COGNITO_USER_POOLS".into()));
    assert_eq!((any.authorizer.as_deref(), any.api_key_required), (Some("cognito"), true));
    assert_eq!(any.authorization_scopes, ["orders/read"]);
    assert_eq!(any.request_validator.as_deref(), Some("body"));
    assert_eq!(find(&export, "/{proxy+}", "OPTIONS").authorization, Observed::Known("NONE".into()));
    assert_eq!(find(&export, "/v2", "GET").authorization, Observed::Known("AWS_IAM".into()));
    assert_eq!(find(&export, "/v2", "GET").authorizer, None);
    assert_eq!(find(&export, "/v2", "POST").authorization, Observed::Known("CUSTOM".into()));
    assert_eq!(find(&export, "/holes", "PATCH").authorization.gap().unwrap().cause, Cause::NotSupported);
    let kinds: Vec<_> = export.authorizers.iter().map(|authorizer| (authorizer.name.as_str(), authorizer.kind.as_str())).collect();
    assert_eq!(kinds, [("corporate", "REQUEST"), ("cognito", "COGNITO_USER_POOLS")]);
    assert_eq!(export.authorizers[1].provider_arns, ["arn:aws:cognito-idp:eu-west-1:1:userpool/eu-west-1_A"]);
}

#[test]
fn a_rest_export_tells_what_answers_and_no_secret() {
    let export = export(REST, Protocol::Rest);
    let proxy = integration(&export, "/{proxy+}", "ANY");
    assert_eq!((proxy.kind.as_str(), proxy.connection_type.as_deref()), ("HTTP_PROXY", Some("VPC_LINK")));
    assert_eq!(proxy.connection_id, Observed::Known("${stageVariables.link}".into()));
    assert_eq!(proxy.uri, Observed::Known("http://internal.example.com:8080/{proxy}".into()));
    assert_eq!((proxy.target.clone(), proxy.timeout_ms), (Observed::Absent, Some(12000)));
    assert_eq!(proxy.host_override.as_deref(), Some("orders.example.com"));
    assert_eq!(proxy.static_headers, ["X-Origin-Verify"]);
    assert!(!format!("{export:?}").contains("s3cret"));
    let v2 = integration(&export, "/v2", "GET");
    assert_eq!(v2.target, Observed::Known("arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/app/web/1".into()));
    assert!(v2.insecure_skip_verification);
    assert_eq!(integration(&export, "/v2", "POST").target, Observed::Known("arn:camel".into()));
    assert_eq!(integration(&export, "/{proxy+}", "OPTIONS").uri, Observed::Absent);
}

#[test]
fn what_a_rest_export_leaves_out_is_a_gap() {
    let export = export(REST, Protocol::Rest);
    let hole = integration(&export, "/holes", "GET");
    let gap = hole.connection_id.gap().unwrap();
    assert_eq!(gap.detail.as_deref(), Some("GetExport left out connectionId"));
    assert_eq!(gap.cause, Cause::NotSupported);
    assert_eq!(hole.uri.gap().unwrap().detail.as_deref(), Some("GetExport left out uri"));
    assert_eq!(find(&export, "/holes", "PUT").integration.gap().unwrap().cause, Cause::NotSupported);
    let mut private = integration(&export, "/{proxy+}", "ANY").clone();
    mark_holes(&mut private, &source(), &|id| id == "${stageVariables.link}");
    assert_eq!(private.target.gap().unwrap().detail.as_deref(), Some("GetExport left out integrationTarget"));
}

/// The shape of an HTTP API's export.
const HTTP: &str = r##"{
  "openapi" : "3.0.1",
  "info" : { "title" : "shop", "version" : "2025-06-20 17:22:45UTC" },
  "servers" : [ { "url" : "https://ri6kcctu7e.execute-api.us-east-2.amazonaws.com/{basePath}",
    "variables" : { "basePath" : { "default" : "" } } } ],
  "paths" : {
    "/$default" : { "x-amazon-apigateway-any-method" : { "isDefaultRoute" : true,
      "responses" : { "default" : { "description" : "Default response for $default" } },
      "x-amazon-apigateway-integration" : { "payloadFormatVersion" : "1.0", "type" : "http_proxy", "httpMethod" : "ANY",
        "uri" : "https://legacy.example.com", "connectionType" : "INTERNET" } } },
    "/orders/{proxy+}" : {
      "x-amazon-apigateway-any-method" : {
        "security" : [ { "jwt" : [ "orders", "admin" ] } ],
        "x-amazon-apigateway-integration" : { "$ref" : "#/components/x-amazon-apigateway-integrations/listener" } },
      "get" : {
        "x-amazon-apigateway-auth" : { "type" : "AWS_IAM" },
        "x-amazon-apigateway-integration" : { "payloadFormatVersion" : "1.0", "type" : "http_proxy", "httpMethod" : "GET",
          "connectionId" : "vl1234", "connectionType" : "VPC_LINK",
          "uri" : "arn:aws:servicediscovery:us-east-2:1:service/srv-1?InstanceHealthStatus=HEALTHY",
          "requestParameters" : { "overwrite:path" : "$request.path", "append:header.X-Verify" : "s3cret", "append:header.X-Caller" : "$context.identity.sourceIp" } } },
      "parameters" : [ { "name" : "proxy+", "in" : "path", "required" : true, "schema" : { "type" : "string" } } ] },
    "/nothing" : { "get" : { "responses" : { } } },
    "/broken" : { "get" : { "x-amazon-apigateway-integration" : { "$ref" : "#/components/x-amazon-apigateway-integrations/gone" } } },
    "/queue" : { "post" : { "x-amazon-apigateway-integration" : { "integrationSubtype" : "SQS-SendMessage", "type" : "aws_proxy", "payloadFormatVersion" : "1.0" } } }
  },
  "components" : {
    "securitySchemes" : { "jwt" : { "type" : "oauth2", "flows" : { },
      "x-amazon-apigateway-authorizer" : { "type" : "jwt", "identitySource" : "$request.header.Authorization",
        "jwtConfiguration" : { "audience" : [ "abc" ], "issuer" : "https://cognito-idp.us-east-2.amazonaws.com/p" } } } },
    "x-amazon-apigateway-integrations" : {
      "listener" : { "payloadFormatVersion" : "1.0", "connectionId" : "vl1234", "type" : "http_proxy", "httpMethod" : "ANY",
        "uri" : "arn:aws:elasticloadbalancing:us-east-2:1:listener/app/web/1/2", "connectionType" : "VPC_LINK",
        "tlsConfig" : { "serverNameToVerify" : "shop.example.com" } },
      "unusedIntegration_w2xq0tc" : { "type" : "http_proxy", "uri" : "https://unused.example.com" } } },
  "x-amazon-apigateway-importexport-version" : "1.0"
}"##;

#[test]
fn an_http_export_tells_its_routes() {
    let export = export(HTTP, Protocol::Http);
    assert_eq!(export.configuration.routes.len(), 6);
    assert_eq!(integration(&export, "$default", "").uri, Observed::Known("https://legacy.example.com".into()));
    let any = find(&export, "/orders/{proxy+}", "ANY");
    assert_eq!(any.authorization, Observed::Known("JWT".into()));
    assert_eq!(any.authorization_scopes, ["orders", "admin"]);
    let listener = integration(&export, "/orders/{proxy+}", "ANY");
    assert_eq!(listener.server_name_to_verify.as_deref(), Some("shop.example.com"));
    assert_eq!(listener.connection_id, Observed::Known("vl1234".into()));
    assert_eq!(find(&export, "/orders/{proxy+}", "GET").authorization, Observed::Known("AWS_IAM".into()));
    assert_eq!(integration(&export, "/orders/{proxy+}", "GET").static_headers, ["X-Verify"]);
    assert!(!format!("{export:?}").contains("s3cret"));
    assert_eq!(export.authorizers[0].jwt_audience, ["abc"]);
}

#[test]
fn a_route_without_an_integration_is_not_one_whose_integration_is_unknown() {
    let export = export(HTTP, Protocol::Http);
    assert_eq!(find(&export, "/nothing", "GET").integration, Observed::Absent);
    assert!(find(&export, "/broken", "GET").integration.gap().is_some());
    let queue = integration(&export, "/queue", "POST");
    assert_eq!((queue.kind.as_str(), queue.uri.clone(), queue.connection_id.clone()), ("AWS_PROXY", Observed::Absent, Observed::Absent));
}

#[test]
fn what_is_no_export_is_refused() {
    assert!(matches!(read(b"<html>", Protocol::Rest, &source()), Err(ExportError::Malformed(_))));
    assert_eq!(read(b"{}", Protocol::Rest, &source()), Err(ExportError::NoPaths));
    assert_eq!(read(b"{\"paths\": {}}", Protocol::Rest, &source()), Err(ExportError::NoMethods));
    assert!(export("{\"paths\": {}}", Protocol::Http).configuration.routes.is_empty());
}
