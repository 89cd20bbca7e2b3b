"""GetExport of a REST API: the OpenAPI document of what is deployed on a stage."""
import copy
import json
import re
import time

from hooks import patch, refuse
from state import state

EXPORT = patch("rest-export-deployed", """
    Stock: GetExport answers a Swagger 2 skeleton of the working copy, whatever the stage, without integrations. AWS:
    answers the configuration as it was when the stage's deployment was made, in the form and with the extensions
    asked for (integrations, authorizers, apigateway).""")

# Fields of an integration that the extension writes as the API does, in the order AWS writes them.
INTEGRATION_FIELDS = ("connectionId", "credentials", "httpMethod", "uri", "requestParameters", "requestTemplates",
                      "connectionType", "integrationTarget", "contentHandling", "tlsConfig", "cacheKeyParameters")
METHODS_OF_OPENAPI = ("get", "put", "post", "delete", "options", "head", "patch")


def snapshot(api):
    """What a deployment made now would serve."""
    return copy.deepcopy({
        "name": api.name, "description": api.description, "policy": api.policy,
        "endpointConfiguration": api.endpoint_configuration, "apiKeySource": api.api_key_source,
        "disableExecuteApiEndpoint": api.disableExecuteApiEndpoint,
        "paths": {resource.get_path(): {name: method.to_json() for name, method in resource.resource_methods.items()}
                  for resource in api.resources.values() if resource.resource_methods},
        "authorizers": {id: authorizer.to_json() for id, authorizer in api.authorizers.items()},
        "validators": {id: validator.to_dict() for id, validator in api.request_validators.items()},
    })


@EXPORT.around("apigateway.CreateDeployment")
def remember_what_is_deployed(call):
    answer = call.moto()
    api = call.backend().get_rest_api(call.params["restApiId"])
    state.rest_deployments[(*call.place, api.id, answer["id"])] = snapshot(api)
    return answer


@EXPORT.around("apigateway.GetExport")
def export(call):
    params = call.params
    api = call.backend().get_rest_api(params["restApiId"])
    stage = api.stages.get(params["stageName"])
    if stage is None:
        raise refuse("NotFoundException", "Invalid stage identifier specified", 404)
    if params["exportType"] != "oas30":
        return call.moto()
    deployed = state.rest_deployments[(*call.place, api.id, stage.deployment_id)]
    asked = (params.get("parameters") or {}).get("extensions", "")
    document = openapi(deployed, f"{api.id}.execute-api.{call.region}.amazonaws.com", params["stageName"],
                       {part.strip() for part in asked.split(",")})
    return {"contentType": "application/octet-stream", "body": json.dumps(document, indent=2).encode(),
            "contentDisposition": 'attachment; filename="oas30.json"'}


def openapi(deployed, host, stage, extensions):
    everything = "apigateway" in extensions
    integrations = everything or "integrations" in extensions
    authorizers = everything or "authorizers" in extensions
    schemes, paths = {}, {}
    for path, methods in sorted(deployed["paths"].items()):
        paths[path] = {}
        for name, method in methods.items():
            operation = _operation(path, method, deployed)
            security = _security(method, deployed, schemes, authorizers)
            if security:
                operation["security"] = security
            if integrations and method.get("methodIntegration"):
                operation["x-amazon-apigateway-integration"] = _integration(method["methodIntegration"])
            key = name.lower() if name.lower() in METHODS_OF_OPENAPI else "x-amazon-apigateway-any-method"
            paths[path][key] = operation
    document = {
        "openapi": "3.0.1",
        "info": {"title": deployed["name"], "version": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())},
        "servers": [{"url": f"https://{host}/{{basePath}}", "variables": {"basePath": {"default": f"/{stage}"}}}],
        "paths": paths,
        "components": {"schemas": {"Empty": {"title": "Empty Schema", "type": "object"}}},
    }
    if deployed["description"]:
        document["info"]["description"] = deployed["description"]
    if schemes:
        document["components"]["securitySchemes"] = schemes
    if everything and deployed["policy"]:
        document["x-amazon-apigateway-policy"] = json.loads(deployed["policy"])
    validators = {validator["name"]: {"validateRequestParameters": bool(validator["validateRequestParameters"]),
                                      "validateRequestBody": bool(validator["validateRequestBody"])}
                  for validator in deployed["validators"].values()}
    if validators:
        document["x-amazon-apigateway-request-validators"] = validators
    return document


def _operation(path, method, deployed):
    parameters = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
                  for name in re.findall(r"\{([^}+]+)\+?\}", path)]
    places = {"header": "header", "querystring": "query"}
    for source, required in (method.get("requestParameters") or {}).items():
        _, _, place, name = source.split(".", 3)
        if place in places:
            parameters.append({"name": name, "in": places[place], "schema": {"type": "string"},
                               **({"required": True} if required in (True, "true") else {})})
    operation = {"parameters": parameters} if parameters else {}
    operation["responses"] = {code: {"description": f"{code} response", "content": {}}
                              for code in method.get("methodResponses") or {}}
    if method.get("operationName"):
        operation["operationId"] = method["operationName"]
    validator = deployed["validators"].get(method.get("requestValidatorId"))
    if validator:
        operation["x-amazon-apigateway-request-validator"] = validator["name"]
    return operation


def _integration(integration):
    # Types and passthrough behaviours are written in lower case in an export, in upper case everywhere else.
    written = {"type": integration["type"].lower()}
    written |= {field: integration[field] for field in INTEGRATION_FIELDS if integration.get(field)}
    responses = integration.get("integrationResponses") or {}
    written["responses"] = {(response.get("selectionPattern") or "default"): {"statusCode": str(code)}
                            for code, response in responses.items()} or {"default": {"statusCode": "200"}}
    if integration.get("passthroughBehavior"):
        written["passthroughBehavior"] = integration["passthroughBehavior"].lower()
    # AWS leaves the default out of the document.
    if integration.get("timeoutInMillis") not in (None, 29000):
        written["timeoutInMillis"] = integration["timeoutInMillis"]
    return written


def _security(method, deployed, schemes, with_authorizers):
    """What the method asks of a caller, each scheme entered into `schemes`."""
    needed = []
    kind = method.get("authorizationType") or "NONE"
    if kind == "AWS_IAM":
        schemes["sigv4"] = {"type": "apiKey", "name": "Authorization", "in": "header",
                            "x-amazon-apigateway-authtype": "awsSigv4"}
        needed.append({"sigv4": []})
    elif kind != "NONE":
        authorizer = deployed["authorizers"].get(method.get("authorizerId"))
        name = authorizer["name"] if authorizer else method.get("authorizerId")
        schemes[name] = _authorizer_scheme(kind, authorizer, with_authorizers)
        needed.append({name: method.get("authorizationScopes") or []})
    if method.get("apiKeyRequired"):
        schemes["api_key"] = {"type": "apiKey", "name": "x-api-key", "in": "header"}
        needed.append({"api_key": []})
    return needed


def _authorizer_scheme(kind, authorizer, with_authorizers):
    authorizer = authorizer or {}
    source = authorizer.get("identitySource") or "method.request.header.Authorization"
    header = source.rsplit(".", 1)[-1] if "," not in source and ".header." in source else "Unused"
    scheme = {"type": "apiKey", "name": header, "in": "header",
              "x-amazon-apigateway-authtype": "cognito_user_pools" if kind == "COGNITO_USER_POOLS" else "custom"}
    if not with_authorizers:
        return scheme
    extension = {"type": (authorizer.get("type") or "").lower()}
    for field, written in (("providerARNs", "providerARNs"), ("authorizerUri", "authorizerUri"),
                           ("authorizerCredentials", "authorizerCredentials"),
                           ("authorizerResultTtlInSeconds", "authorizerResultTtlInSeconds"),
                           ("identityValidationExpression", "identityValidationExpression")):
        if authorizer.get(field) is not None:
            extension[written] = authorizer[field]
    if extension["type"] == "request":
        extension["identitySource"] = source
    scheme["x-amazon-apigateway-authorizer"] = extension
    return scheme
