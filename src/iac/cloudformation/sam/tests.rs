//! Small templates and the routes that `aws-sam-translator` makes of them.

use crate::iac::Code;
use crate::iac::cloudformation::read::tests::{code_of, short, value};
use crate::iac::value::{Node, Value};

const HEAD: &str = "Transform: AWS::Serverless-2016-10-31\n";

fn made(template: &str) -> Code {
    code_of(&[("t.yaml", &format!("{HEAD}{template}"))], &["t.yaml"], &[])
}

fn body<'c>(code: &'c Code, address: &str) -> &'c Node {
    code.declarations.iter().find(|found| found.address == address).unwrap_or_else(|| panic!("{address}")).body.get("Body")
}

/// The routes of an API with what they ask for.
fn routes(code: &Code, address: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (path, item) in body(code, address).get("paths").pairs().unwrap() {
        for (method, operation) in item.pairs().unwrap() {
            let method = method.replace("x-amazon-apigateway-any-method", "ANY").to_uppercase();
            let security = match &operation.value {
                Value::Unknown(why) => format!("?{}", why.0),
                _ => short(&operation.get("security").value),
            };
            found.push(format!("{method} {path} {security}"));
        }
    }
    found
}

fn kinds(code: &Code) -> Vec<String> {
    code.declarations.iter().map(|found| format!("{} {}", found.address, found.kind.trim_start_matches("AWS::"))).collect()
}

#[test]
fn events_without_an_api_share_one() {
    let code = made(
        "Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      Events:\n        Get:\n          Type: Api\n          Properties: {Path: /orders, Method: GET}\n        Any:\n          Type: Api\n          Properties: {Path: '/{proxy+}', Method: any}\n  G:\n    Type: AWS::Serverless::Function\n    Properties:\n      Events:\n        Put: {Type: Api, Properties: {Path: /orders, Method: put, TimeoutInMillis: 1000}}\n        Other: {Type: S3}\n  Use: {Type: 'T::X', Properties: {url: !Sub 'https://${ServerlessRestApi}.execute-api.${AWS::Region}.amazonaws.com/${ServerlessRestApiProdStage}/'}}\n",
    );
    assert_eq!(routes(&code, "ServerlessRestApi"), ["GET /orders null", "PUT /orders null", "ANY /{proxy+} null"]);
    assert_eq!(
        kinds(&code),
        [
            "F Serverless::Function",
            "G Serverless::Function",
            "ServerlessRestApi ApiGateway::RestApi",
            "ServerlessRestApiDeployment ApiGateway::Deployment",
            "ServerlessRestApiProdStage ApiGateway::Stage",
            "Use T::X"
        ]
    );
    assert_eq!(value(&code, "ServerlessRestApiProdStage", &["StageName"]), "Prod");
    assert_eq!(value(&code, "ServerlessRestApiDeployment", &["StageName"]), "Stage");
    assert_eq!(value(&code, "Use", &["url"]), "~https://ServerlessRestApi.execute-api.eu-west-1.amazonaws.com/Prod/");
    let get = body(&code, "ServerlessRestApi").at(&["paths", "/orders", "get"]);
    assert_eq!(code.files.place(get.span.unwrap()).unwrap().start_line, 7);
    let uri = &get.at(&["x-amazon-apigateway-integration", "uri"]).value;
    assert!(short(uri).starts_with("~arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:"), "{}", short(uri));
}

const FUNCTION: &str = "  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      Events:\n";

#[test]
fn a_default_authorizer_guards_what_does_not_say_otherwise() {
    let code = made(&format!(
        "Resources:\n  Api:\n    Type: AWS::Serverless::Api\n    Properties:\n      StageName: v1\n      Cors: \"'*'\"\n      Auth:\n        DefaultAuthorizer: Pool\n        AddDefaultAuthorizerToCorsPreflight: false\n        Authorizers:\n          Pool: {{UserPoolArn: 'arn:aws:cognito-idp:eu-west-1:123456789012:userpool/x', AuthorizationScopes: [read]}}\n          Own: {{FunctionArn: !GetAtt F.Arn, FunctionPayloadType: REQUEST, Identity: {{Headers: [X, Y]}}}}\n{FUNCTION}        A: {{Type: Api, Properties: {{Path: /a, Method: get, RestApiId: !Ref Api}}}}\n        B: {{Type: Api, Properties: {{Path: /b, Method: get, RestApiId: !Ref Api, Auth: {{Authorizer: NONE}}}}}}\n        C: {{Type: Api, Properties: {{Path: /c, Method: get, RestApiId: !Ref Api, Auth: {{Authorizer: Own}}}}}}\n        D: {{Type: Api, Properties: {{Path: /d, Method: post, RestApiId: !Ref Api, Auth: {{Authorizer: Pool, AuthorizationScopes: [write]}}}}}}\n        E: {{Type: Api, Properties: {{Path: /e, Method: get, RestApiId: !Ref Api, Auth: {{Authorizer: AWS_IAM, ApiKeyRequired: true}}}}}}\n"
    ));
    assert_eq!(
        routes(&code, "Api"),
        [
            "GET /a [{Pool: [read]}]",
            "OPTIONS /a null",
            "GET /b []",
            "OPTIONS /b null",
            "GET /c [{Own: []}]",
            "OPTIONS /c null",
            "OPTIONS /d null",
            "POST /d [{Pool: [write]}]",
            "GET /e [{AWS_IAM: []}, {api_key: []}]",
            "OPTIONS /e null",
        ]
    );
    let schemes = body(&code, "Api").at(&["components", "securitySchemes"]);
    let kind = |name: &str| short(&schemes.at(&[name, "x-amazon-apigateway-authorizer", "type"]).value);
    assert_eq!((kind("Pool").as_str(), kind("Own").as_str()), ("cognito_user_pools", "request"));
    assert_eq!(
        short(&schemes.at(&["Own", "x-amazon-apigateway-authorizer", "identitySource"]).value),
        "method.request.header.X, method.request.header.Y"
    );
    assert_eq!(short(&schemes.at(&["AWS_IAM", "x-amazon-apigateway-authtype"]).value), "awsSigv4");
    assert!(kinds(&code).contains(&"Apiv1Stage ApiGateway::Stage".to_owned()));
}

#[test]
fn an_api_key_may_be_asked_for_everywhere() {
    let code = made(&format!(
        "Globals:\n  Api: {{Auth: {{ApiKeyRequired: true}}, OpenApiVersion: 3.0.1}}\nResources:\n{FUNCTION}        A: {{Type: Api, Properties: {{Path: /a, Method: get}}}}\n        B: {{Type: Api, Properties: {{Path: /b, Method: get, Auth: {{ApiKeyRequired: false}}}}}}\n"
    ));
    assert_eq!(routes(&code, "ServerlessRestApi"), ["GET /a [{api_key: []}]", "GET /b null"]);
    assert_eq!(value(&code, "ServerlessRestApiDeployment", &["StageName"]), "null");
}

#[test]
fn a_written_document_is_kept_and_guarded() {
    let code = made(&format!(
        "Resources:\n  Api:\n    Type: AWS::Serverless::Api\n    Properties:\n      StageName: Prod\n      Auth: {{DefaultAuthorizer: AWS_IAM}}\n      DefinitionBody:\n        swagger: '2.0'\n        paths:\n          /a: {{get: {{}}, parameters: []}}\n          /b: {{get: {{security: [{{NONE: []}}]}}}}\n{FUNCTION}        A: {{Type: Api, Properties: {{Path: /new, Method: get, RestApiId: !Ref Api}}}}\n"
    ));
    assert_eq!(routes(&code, "Api")[0], "GET /a [{AWS_IAM: []}]");
    assert_eq!(routes(&code, "Api")[2], "GET /b []");
    assert!(!short(&body(&code, "Api").value).contains("/new"), "the document is the user's");
    assert_eq!(short(&body(&code, "Api").at(&["securityDefinitions", "AWS_IAM", "x-amazon-apigateway-authtype"]).value), "awsSigv4");
}

#[test]
fn http_apis_have_routes_authorizers_and_a_default_stage() {
    let code = made(&format!(
        "Resources:\n  Api:\n    Type: AWS::Serverless::HttpApi\n    Properties:\n      DisableExecuteApiEndpoint: true\n      Auth:\n        EnableIamAuthorizer: true\n        DefaultAuthorizer: Jwt\n        Authorizers:\n          Jwt: {{JwtConfiguration: {{Issuer: 'https://x', Audience: [a]}}, IdentitySource: $request.header.Authorization, AuthorizationScopes: [s]}}\n{FUNCTION}        A: {{Type: HttpApi, Properties: {{Path: /a, Method: get, ApiId: !Ref Api}}}}\n        B: {{Type: HttpApi, Properties: {{Path: /b, Method: ANY, ApiId: !Ref Api, Auth: {{Authorizer: NONE}}}}}}\n        C: {{Type: HttpApi, Properties: {{Path: /c, Method: post, ApiId: !Ref Api, Auth: {{Authorizer: AWS_IAM}}}}}}\n        D: {{Type: HttpApi}}\n        E: {{Type: HttpApi, Properties: {{Path: /e, Method: options, ApiId: !Ref Api}}}}\n"
    ));
    assert_eq!(routes(&code, "Api"), ["GET /a [{Jwt: [s]}]", "ANY /b []", "POST /c [{AWS_IAM: []}]", "OPTIONS /e null"]);
    assert_eq!(routes(&code, "ServerlessHttpApi"), ["ANY $default null"]);
    assert_eq!(value(&code, "ApiApiGatewayDefaultStage", &["StageName"]), "$default");
    assert_eq!(value(&code, "Api", &["DisableExecuteApiEndpoint"]), "true");
    let jwt = body(&code, "Api").at(&["components", "securitySchemes", "Jwt", "x-amazon-apigateway-authorizer"]);
    assert_eq!(short(&jwt.at(&["jwtConfiguration", "issuer"]).value), "https://x");
}

#[test]
fn what_depends_on_the_unknown_is_unknown() {
    let text = format!(
        "Parameters: {{Ask: {{Type: String}}}}\nConditions:\n  Asked: !Equals [!Ref Ask, yes]\n  Never: !Equals [1, 2]\nResources:\n{FUNCTION}        A: {{Type: Api, Properties: {{Path: /a, Method: get}}}}\n  G:\n    Type: AWS::Serverless::Function\n    Condition: Asked\n    Properties:\n      Events:\n        B: {{Type: Api, Properties: {{Path: /b, Method: get}}}}\n        H: {{Type: HttpApi, Properties: {{Path: /h, Method: get}}}}\n  N:\n    Type: AWS::Serverless::Function\n    Condition: Never\n    Properties:\n      Events:\n        C: {{Type: Api, Properties: {{Path: /c, Method: get}}}}\n"
    );
    let code = made(&text);
    let routes = routes(&code, "ServerlessRestApi");
    assert_eq!(routes.len(), 2);
    assert!(routes[1].starts_with("GET /b ?parameter Ask"), "{routes:?}");
    let uncounted: Vec<&str> = code.uncounted.iter().map(|found| found.address.as_str()).collect();
    assert_eq!(uncounted, ["G", "ServerlessHttpApi"]);
    let code = made(&text.replace("Path: /a", "Path: !Ref Ask"));
    assert!(short(&body(&code, "ServerlessRestApi").value).starts_with("?parameter Ask"));
}

#[test]
fn policies_domains_and_stages() {
    let code = made(&format!(
        "Globals:\n  Api:\n    EndpointConfiguration: {{Type: PRIVATE, VPCEndpointIds: [vpce-1]}}\nResources:\n  Api:\n    Type: AWS::Serverless::Api\n    Properties:\n      StageName: Prod\n      TracingEnabled: true\n      Variables: {{a: b}}\n      AccessLogSetting: {{DestinationArn: 'arn:x', Format: f}}\n      MethodSettings: [{{ResourcePath: '/*', HttpMethod: '*', ThrottlingRateLimit: 5}}]\n      Domain: {{DomainName: api.example.com, CertificateArn: 'arn:c', BasePath: [/one, two-x], SecurityPolicy: TLS_1_2}}\n      Auth:\n        ResourcePolicy:\n          IpRangeWhitelist: [10.0.0.0/8]\n          SourceVpcWhitelist: [vpce-1, vpc-2]\n          CustomStatements: [{{Effect: Deny, Action: 'execute-api:Invoke', Resource: '*', Principal: '*'}}]\n{FUNCTION}        A: {{Type: Api, Properties: {{Path: /a/, Method: any, RestApiId: !Ref Api}}}}\n"
    ));
    assert_eq!(value(&code, "Api", &["EndpointConfiguration"]), "{Types: [PRIVATE], VpcEndpointIds: [vpce-1]}");
    let policy = value(&code, "Api", &["Policy"]);
    assert!(policy.contains("Condition: {NotIpAddress: {aws:SourceIp: [10.0.0.0/8]}}"), "{policy}");
    assert!(policy.contains("Condition: {StringNotEquals: {aws:SourceVpc: [vpc-2], aws:SourceVpce: [vpce-1]}}"), "{policy}");
    assert!(policy.contains("Resource: [execute-api:/Prod/*/a]"), "{policy}");
    assert_eq!(policy.matches("Effect: Allow").count(), 1, "{policy}");
    assert_eq!(value(&code, "ApiProdStage", &["TracingEnabled"]), "true");
    assert_eq!(value(&code, "ApiProdStage", &["MethodSettings"]), "[{HttpMethod: *, ResourcePath: /*, ThrottlingRateLimit: 5}]");
    assert_eq!(value(&code, "ApioneBasePathMapping", &["BasePath"]), "one");
    assert_eq!(value(&code, "ApitwoxBasePathMapping", &["BasePath"]), "twox");
    let domain = code.declarations.iter().find(|found| found.kind == "AWS::ApiGateway::DomainName").unwrap();
    assert_eq!(short(&domain.body.get("RegionalCertificateArn").value), "arn:c");
}

#[test]
fn documents_in_files_are_read() {
    let template = format!(
        "{HEAD}Resources:\n  A:\n    Type: AWS::Serverless::Api\n    Properties: {{StageName: p, DefinitionUri: ./api/a.yaml}}\n  B:\n    Type: AWS::Serverless::HttpApi\n    Properties:\n      DefinitionBody:\n        Fn::Transform: {{Name: AWS::Include, Parameters: {{Location: api/b.yaml}}}}\n  C:\n    Type: AWS::Serverless::Api\n    Properties: {{StageName: p, DefinitionUri: 's3://bucket/key'}}\n  Ws: {{Type: 'AWS::Serverless::WebSocketApi'}}\n"
    );
    let files = [
        ("infra/t.yaml", template.as_str()),
        ("infra/api/a.yaml", "openapi: 3.0.1\npaths:\n  /a: {get: {}}\n"),
        ("infra/api/b.yaml", "openapi: 3.0.1\npaths:\n  /b: {get: {x-amazon-apigateway-integration: {uri: !Sub 'x-${AWS::Region}'}}}\n"),
    ];
    let code = code_of(&files, &["infra/t.yaml"], &[]);
    assert_eq!(routes(&code, "A"), ["GET /a null"]);
    assert_eq!(short(&body(&code, "B").at(&["paths", "/b", "get", "x-amazon-apigateway-integration", "uri"]).value), "x-eu-west-1");
    let place = code.files.place(body(&code, "B").at(&["paths", "/b", "get"]).span.unwrap()).unwrap();
    assert_eq!(&*place.file, "infra/api/b.yaml");
    assert_eq!(value(&code, "C", &["BodyS3Location"]), "s3://bucket/key");
    assert_eq!(code.uncounted[0].address, "Ws");
}

#[test]
fn generated_names_can_be_referred_to() {
    let code = made(&format!(
        "Resources:\n  Api: {{Type: 'AWS::Serverless::Api', Properties: {{StageName: v1}}}}\n{FUNCTION}        A: {{Type: Api, Properties: {{Path: /, Method: get, RestApiId: !Ref Api}}}}\n  X:\n    Type: T::X\n    Properties:\n      stage: !Ref Api.Stage\n      sub: !Sub '${{Api.Stage}}'\n      id: !Ref Apiv1Stage\n      role: !GetAtt FRole.Arn\n      alias: !Ref F.Alias\n      root: !GetAtt Api.RootResourceId\n      http: !Ref ServerlessHttpApi\n      no: !Ref Nothing\n"
    ));
    for name in ["stage", "sub", "id"] {
        assert_eq!(value(&code, "X", &[name]), "v1", "{name}");
    }
    assert!(value(&code, "X", &["role"]).starts_with("~arn:aws:iam:"));
    assert!(value(&code, "X", &["alias"]).ends_with(":alias"));
    assert_eq!(value(&code, "X", &["root"]), "~Api/");
    assert_eq!(value(&code, "X", &["http"]), "~ServerlessHttpApi");
    assert!(value(&code, "X", &["no"]).starts_with("?Nothing is not declared"));
}

#[test]
fn state_machines_answer_routes_too() {
    let code = made(
        "Resources:\n  M:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      Events:\n        A: {Type: Api, Properties: {Path: /run, Method: post}}\n",
    );
    assert_eq!(routes(&code, "ServerlessRestApi"), ["POST /run null"]);
    let integration = body(&code, "ServerlessRestApi").at(&["paths", "/run", "post", "x-amazon-apigateway-integration"]);
    assert_eq!(short(&integration.get("type").value), "aws");
}
