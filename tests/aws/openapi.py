"""What API Gateway makes of an OpenAPI document, by the calls that make the same thing one by one."""
METHODS = ("get", "put", "post", "delete", "options", "head", "patch")
ANY = "x-amazon-apigateway-any-method"
INTEGRATION = "x-amazon-apigateway-integration"
AUTHORIZER = "x-amazon-apigateway-authorizer"


def operations(document):
    """(method, path, operation), in the document's order."""
    for path, item in document.get("paths", {}).items():
        for name, operation in item.items():
            if name == ANY or name in METHODS:
                yield "ANY" if name == ANY else name.upper(), path, operation or {}


def schemes(document):
    return document.get("securityDefinitions") or document.get("components", {}).get("securitySchemes") or {}


def settings(document):
    """Those of a REST API that stand in a document, in the spelling of a template."""
    found = {}
    endpoint = document.get("x-amazon-apigateway-endpoint-configuration")
    if endpoint:
        found["EndpointConfiguration"] = {name: value for name, value in endpoint.items()
                                          if name != "disableExecuteApiEndpoint"}
    if "x-amazon-apigateway-api-key-source" in document:
        found["ApiKeySourceType"] = document["x-amazon-apigateway-api-key-source"]
    return found


# ---- REST APIs -----------------------------------------------------------------------------------------------------

def import_rest(rest, api, root, document):
    resources = {"/": root}
    authorizers = {name: _rest_authorizer(rest, api, name, scheme) for name, scheme in schemes(document).items()}
    validators = {
        name: rest.create_request_validator(restApiId=api, name=name,
                                            validateRequestBody=given.get("validateRequestBody", False),
                                            validateRequestParameters=given.get("validateRequestParameters", False))["id"]
        for name, given in document.get("x-amazon-apigateway-request-validators", {}).items()}
    for verb, path, operation in operations(document):
        place = {"restApiId": api, "resourceId": _resource(rest, api, resources, path), "httpMethod": verb}
        validator = operation.get("x-amazon-apigateway-request-validator",
                                  document.get("x-amazon-apigateway-request-validator"))
        auth = _auth(operation.get("security", document.get("security", [])), schemes(document), authorizers)
        if "x-amazon-apigateway-auth" in operation:
            auth["authorizationType"] = operation["x-amazon-apigateway-auth"]["type"].upper()
        if validator:
            auth["requestValidatorId"] = validators[validator]
        rest.put_method(**place, requestParameters=_parameters(operation, document["paths"][path]), **auth)
        if INTEGRATION in operation:
            given = dict(operation[INTEGRATION])
            given.pop("responses", None)
            given["integrationHttpMethod"] = given.pop("httpMethod", None)
            given["type"] = given["type"].upper()
            if "integration-target" in given:
                given["integrationTarget"] = given.pop("integration-target")
            if "passthroughBehavior" in given:
                given["passthroughBehavior"] = given["passthroughBehavior"].upper()
            if "timeoutInMillis" in given:
                given["timeoutInMillis"] = int(given["timeoutInMillis"])
            rest.put_integration(**place, **{name: value for name, value in given.items() if value is not None})


def _resource(rest, api, resources, path):
    path = path.rstrip("/") or "/"
    if path not in resources:
        parent, _, part = path.rpartition("/")
        resources[path] = rest.create_resource(restApiId=api, parentId=_resource(rest, api, resources, parent or "/"),
                                               pathPart=part)["id"]
    return resources[path]


def _parameters(operation, item):
    places = {"path": "path", "query": "querystring", "header": "header"}
    return {f"method.request.{places[one['in']]}.{one['name']}": one.get("required", False)
            for one in item.get("parameters", []) + operation.get("parameters", []) if one.get("in") in places}


def _rest_authorizer(rest, api, name, scheme):
    if AUTHORIZER not in scheme:
        return None
    given = dict(scheme[AUTHORIZER])
    kind = {"cognito_user_pools": "COGNITO_USER_POOLS"}.get(given["type"].lower(), given["type"].upper())
    source = given.pop("identitySource", None) or f"method.request.header.{scheme.get('name', 'Authorization')}"
    more = {name: given[name] for name in ("authorizerUri", "providerARNs", "authorizerCredentials") if name in given}
    if "authorizerResultTtlInSeconds" in given:
        more["authorizerResultTtlInSeconds"] = int(given["authorizerResultTtlInSeconds"])
    return rest.create_authorizer(restApiId=api, name=name, type=kind, identitySource=source, **more)["id"]


def _auth(security, defined, authorizers):
    """What a method asks for, by the security requirements in force."""
    found = {"authorizationType": "NONE", "apiKeyRequired": False}
    for requirement in security:
        for name, scopes in requirement.items():
            scheme = defined.get(name, {})
            if authorizers.get(name):
                kind = scheme[AUTHORIZER]["type"].lower()
                found["authorizationType"] = "COGNITO_USER_POOLS" if kind == "cognito_user_pools" else "CUSTOM"
                found["authorizerId"] = authorizers[name]
                if scopes:
                    found["authorizationScopes"] = scopes
            elif scheme.get("x-amazon-apigateway-authtype", "").lower() == "awssigv4":
                found["authorizationType"] = "AWS_IAM"
            elif scheme.get("type") == "apiKey" and scheme.get("name", "").lower() == "x-api-key":
                found["apiKeyRequired"] = True
    return found


# ---- HTTP APIs -----------------------------------------------------------------------------------------------------

def import_http(v2, api, document):
    defined = schemes(document)
    authorizers = {name: _http_authorizer(v2, api, name, scheme) for name, scheme in defined.items()
                   if AUTHORIZER in scheme}
    for verb, path, operation in operations(document):
        key = "$default" if path.lstrip("/") == "$default" else f"{verb} {path}"
        more = {}
        for requirement in operation.get("security", document.get("security", [])):
            for name, scopes in requirement.items():
                if name in authorizers:
                    kind = defined[name][AUTHORIZER]["type"].lower()
                    more = {"AuthorizerId": authorizers[name],
                            "AuthorizationType": "JWT" if kind == "jwt" else "CUSTOM"}
                    if scopes:
                        more["AuthorizationScopes"] = scopes
                elif defined.get(name, {}).get("x-amazon-apigateway-authtype", "").lower() == "awssigv4":
                    more = {"AuthorizationType": "AWS_IAM"}
        if INTEGRATION in operation:
            more["Target"] = f"integrations/{_http_integration(v2, api, dict(operation[INTEGRATION]))}"
        v2.create_route(ApiId=api, RouteKey=key, **more)


def _http_integration(v2, api, given):
    if given.get("$ref"):
        raise NotImplementedError("an integration that is shared by reference")
    names = {"type": "IntegrationType", "httpMethod": "IntegrationMethod", "uri": "IntegrationUri",
             "connectionType": "ConnectionType", "connectionId": "ConnectionId",
             "payloadFormatVersion": "PayloadFormatVersion", "requestParameters": "RequestParameters",
             "timeoutInMillis": "TimeoutInMillis", "credentials": "CredentialsArn"}
    made = {names[name]: value for name, value in given.items() if name in names}
    made["IntegrationType"] = made["IntegrationType"].upper()
    if "PayloadFormatVersion" in made:
        made["PayloadFormatVersion"] = str(made["PayloadFormatVersion"])
    if "tlsConfig" in given:
        made["TlsConfig"] = {"ServerNameToVerify": given["tlsConfig"]["serverNameToVerify"]}
    return v2.create_integration(ApiId=api, **made)["IntegrationId"]


def _http_authorizer(v2, api, name, scheme):
    given = scheme[AUTHORIZER]
    source = given.get("identitySource", "$request.header.Authorization")
    source = source if isinstance(source, list) else [source]
    if given["type"].lower() == "jwt":
        jwt = given["jwtConfiguration"]
        return v2.create_authorizer(ApiId=api, Name=name, AuthorizerType="JWT", IdentitySource=source,
                                    JwtConfiguration={"Issuer": jwt["issuer"], "Audience": jwt["audience"]})["AuthorizerId"]
    return v2.create_authorizer(
        ApiId=api, Name=name, AuthorizerType="REQUEST", IdentitySource=source, AuthorizerUri=given["authorizerUri"],
        AuthorizerPayloadFormatVersion=str(given.get("authorizerPayloadFormatVersion", "2.0")))["AuthorizerId"]
