"""ExportApi of an HTTP API: the OpenAPI document of what a stage serves."""
import json
import re
import time

from hooks import patch, refuse
from patches.http import catch_up, configuration
from state import state

EXPORT = patch("http-export", """
    Stock: ExportApi is not implemented. AWS: answers the configuration of the stage's deployment, or the latest one
    when no stage is named; refuses WebSocket APIs.""")

INTEGRATION_FIELDS = (  # of the API's own model, and of the extension, in the order AWS writes them
    ("payloadFormatVersion", "payloadFormatVersion"), ("connectionId", "connectionId"),
    ("integrationSubtype", "subtype"), ("credentialsArn", "credentials"), ("integrationMethod", "httpMethod"),
    ("integrationUri", "uri"), ("connectionType", "connectionType"), ("requestParameters", "requestParameters"),
    ("timeoutInMillis", "timeoutInMillis"), ("tlsConfig", "tlsConfig"))


@EXPORT.around("apigatewayv2.ExportApi")
def export(call):
    params = call.params
    api = call.backend().get_api(params["ApiId"])
    if api.protocol_type != "HTTP":
        raise refuse("BadRequestException", "Export is only supported for HTTP APIs")
    if params["Specification"] != "OAS30" or params["OutputType"] not in ("JSON", "YAML"):
        raise refuse("BadRequestException", "Invalid specification or output type")
    deployed, base = configuration(api), ""
    name = params.get("StageName")
    if name:
        stage = api.get_stage(name)
        catch_up(call.place, api)
        made = state.http_deployments[(*call.place, api.api_id)]
        entry = made.get(getattr(stage, "deployment_id", None) or stage.config.get("deploymentId"))
        if entry is None:
            raise refuse("NotFoundException", f"Stage {name} has no deployment", 404)
        deployed, base = entry["configuration"], "" if name == "$default" else f"/{name}"
    document = openapi(deployed, f"{api.api_id}.execute-api.{call.region}.amazonaws.com", base,
                       params.get("IncludeExtensions", True) not in (False, "false"))
    # YAML is a superset of JSON, so one text serves both output types.
    return {"body": json.dumps(document, indent=2).encode()}


def openapi(deployed, host, base, extensions):
    schemes, paths = {}, {}
    for route in deployed["routes"]:
        method, _, path = route["routeKey"].rpartition(" ")
        path = path if path.startswith("/") else f"/{path}"  # "$default" is a path of its own
        operation = {"responses": {"default": {"description": f"Default response for {route['routeKey']}"}}}
        if route["routeKey"] == "$default":
            operation["isDefaultRoute"] = True
        parameters = [{"name": name, "in": "path", "description": "Generated path parameter for {}".format(name),
                       "required": True, "schema": {"type": "string"}}
                      for name in re.findall(r"\{([^}+]+)\+?\}", path)]
        if parameters:
            operation["parameters"] = parameters
        security = _security(route, deployed, schemes, extensions)
        if security:
            operation["security"] = security
        target = deployed["integrations"].get((route.get("target") or "").removeprefix("integrations/"))
        if extensions and target:
            operation["x-amazon-apigateway-integration"] = _integration(target)
        key = "x-amazon-apigateway-any-method" if method in ("", "ANY") else method.lower()
        paths.setdefault(path, {})[key] = operation
    document = {
        "openapi": "3.0.1",
        "info": {"title": deployed["name"], "version": time.strftime("%Y-%m-%d %H:%M:%SUTC", time.gmtime())},
        "servers": [{"url": f"https://{host}/{{basePath}}", "variables": {"basePath": {"default": base.lstrip("/")}}}],
        "paths": dict(sorted(paths.items())),
    }
    if schemes:
        document["components"] = {"securitySchemes": schemes}
    if extensions:
        if deployed["cors"]:
            document["x-amazon-apigateway-cors"] = deployed["cors"]
        document["x-amazon-apigateway-importexport-version"] = "1.0"
    return document


def _integration(integration):
    written = {"type": integration["integrationType"].lower()}
    for own, extension in INTEGRATION_FIELDS:
        if integration.get(own) is not None:
            written[extension] = integration[own]
    written.setdefault("connectionType", "INTERNET")
    written.setdefault("payloadFormatVersion", "1.0")
    return written


def _security(route, deployed, schemes, extensions):
    kind = route.get("authorizationType") or "NONE"
    if kind == "NONE":
        return []
    if kind == "AWS_IAM":
        schemes["sigv4"] = {"type": "apiKey", "name": "Authorization", "in": "header",
                            "x-amazon-apigateway-authtype": "awsSigv4"}
        return [{"sigv4": []}]
    authorizer = deployed["authorizers"].get(route.get("authorizerId"), {})
    name = authorizer.get("name") or route.get("authorizerId")
    schemes[name] = _scheme(kind, authorizer, extensions)
    return [{name: route.get("authorizationScopes") or []}]


def _scheme(kind, authorizer, extensions):
    source = authorizer.get("identitySource")
    if kind == "JWT":
        scheme = {"type": "oauth2"}
        extension = {"type": "jwt", "jwtConfiguration": authorizer.get("jwtConfiguration"),
                     "identitySource": ",".join(source) if isinstance(source, list) else source}
    else:
        scheme = {"type": "apiKey", "name": "Authorization", "in": "header"}
        extension = {"type": "request", "authorizerUri": authorizer.get("authorizerUri"),
                     "authorizerPayloadFormatVersion": authorizer.get("authorizerPayloadFormatVersion"),
                     "identitySource": ",".join(source) if isinstance(source, list) else source,
                     "authorizerResultTtlInSeconds": authorizer.get("authorizerResultTtlInSeconds"),
                     "enableSimpleResponses": authorizer.get("enableSimpleResponses")}
    if extensions:
        scheme["x-amazon-apigateway-authorizer"] = {name: value for name, value in extension.items()
                                                    if value is not None}
    return scheme
