"""Requests through an API: stage, route, integration, VPC link, load balancer, target group, task.

GET {endpoint}/_aws/execute-api/{api}/{stage}/{path} goes the way that the stage serves. A way that works answers 200
with the service that answered and the path it saw, {"service": "orders", "path": "/a/b"}; one that does not answers 503
or 504 and says why. Nobody is asked for credentials."""
import re
from urllib.parse import urlsplit

from moto.backends import get_backend

from balancing import Answer, Request, lost, over_the_internet, through_v1, through_v2
from clock import clock
from patches.http import catch_up
from reach import backend
from state import state

PREFIX = "/_aws/execute-api/"


def invoke(api, stage, path, method="GET", query="", headers=None):
    """An Answer."""
    request = Request(method, path if path.startswith("/") else f"/{path}", query, headers)
    with clock.lock:
        try:
            place, kind, found = _find(api)
            (_through_rest if kind == "rest" else _through_http)(place, found, stage, request)
        except Answer as answer:
            answer.way = request.way
            return answer
    raise AssertionError("every way ends in an answer")


def _find(id):
    for service, kind in (("apigateway", "rest"), ("apigatewayv2", "http")):
        for account, regions in list(get_backend(service).items()):
            for region, found in list(regions.items()):
                if id in found.apis:
                    return (account, region), kind, found.apis[id]
    raise Answer(404, {"message": "Not Found", "why": f"there is no API {id}"})


# ---- routes --------------------------------------------------------------------------------------------------------

def match(template, path):
    """The path's values for /a/{b}/{proxy+}, or None."""
    if template == "/" or path == "/":
        return {} if template == path else None
    pattern = re.sub(r"\\\{([^}+\\]+)(\\\+)?\\\}",
                     lambda part: f"(?P<{_group(part[1])}>{'.+' if part[2] else '[^/]+'})", re.escape(template))
    found = re.fullmatch(pattern, path.rstrip("/") or "/")
    return {_ungroup(name): value for name, value in found.groupdict().items()} if found else None


def _group(name):
    return name.replace("-", "__dash__").replace(".", "__dot__")


def _ungroup(name):
    return name.replace("__dash__", "-").replace("__dot__", ".")


def _rank(template):
    """Words before values before the rest of the path."""
    return [2 if "+}" in part else 1 if part.startswith("{") else 0 for part in template.split("/")]


def _route(templates, path):
    """The most special of these that fits, and its values."""
    fitting = [(template, values) for template in templates if (values := match(template, path)) is not None]
    return min(fitting, key=lambda pair: _rank(pair[0]), default=(None, None))


def _with_variables(text, variables):
    def value(part):
        if part[1] not in variables:
            raise lost(f"the stage has no variable {part[1]}")
        return variables[part[1]]
    return re.sub(r"\$\{stageVariables\.(\w+)\}", value, text or "")


# ---- REST APIs -----------------------------------------------------------------------------------------------------

def _through_rest(place, api, stage_name, request):
    stage = api.stages.get(stage_name)
    if stage is None:
        raise Answer(403, {"message": "Forbidden", "why": f"there is no stage {stage_name}"})
    deployment, variables = stage.deployment_id, dict(stage.variables or {})
    canary = getattr(stage, "canary_settings", None)
    if canary and state.random.random() * 100 < canary["percentTraffic"]:
        deployment, variables = canary["deploymentId"], variables | (canary["stageVariableOverrides"] or {})
        request.via("canary")
    deployed = state.rest_deployments.get((*place, api.id, deployment))
    if deployed is None:
        raise lost(f"stage {stage_name} has no deployment")
    if deployed["disableExecuteApiEndpoint"]:
        raise Answer(403, {"message": "Forbidden", "why": "the default endpoint is off"})
    template, values = _route([path for path, methods in deployed["paths"].items()
                               if request.method in methods or "ANY" in methods], request.path)
    if template is None:
        raise Answer(403, {"message": "Missing Authentication Token",
                           "why": f"no route for {request.method} {request.path}"})
    methods = deployed["paths"][template]
    integration = (methods.get(request.method) or methods["ANY"]).get("methodIntegration")
    integrate_rest(place, integration, values, variables, request)


def integrate_rest(place, integration, values, variables, request):
    if not integration or integration["type"] not in ("HTTP", "HTTP_PROXY"):
        raise Answer(200, {"service": (integration or {"type": "none"})["type"].lower(), "path": request.path})
    uri = _with_variables(integration["uri"], variables)
    for name, source in (integration.get("requestParameters") or {}).items():
        where, _, what = name.removeprefix("integration.request.").partition(".")
        value = source[1:-1] if source.startswith("'") else values.get(source.removeprefix("method.request.path."), "")
        if where == "path":
            uri = uri.replace(f"{{{what}}}", value)
        elif where == "header":
            request.headers[what.lower()] = value
    _address(request, uri)
    link = _with_variables(integration.get("connectionId"), variables)
    if integration.get("connectionType") != "VPC_LINK":
        over_the_internet(place, request)
    elif link in backend("apigateway", place).vpc_links:
        through_v1(place, backend("apigateway", place).vpc_links[link], request)
    else:
        through_v2(place, link, integration.get("integrationTarget"), request)


def _address(request, uri):
    url = urlsplit(uri)
    request.tls, request.host = url.scheme == "https", (url.hostname or "").rstrip(".")
    request.port, request.path = url.port or (443 if request.tls else 80), url.path or "/"
    request.uri = f"{url.scheme}://{url.netloc}{request.path}"


# ---- HTTP APIs -----------------------------------------------------------------------------------------------------

def _through_http(place, api, stage_name, request):
    stage = api.stages.get(stage_name)
    if stage is None:
        raise Answer(404, {"message": "Not Found", "why": f"there is no stage {stage_name}"})
    catch_up(place, api)
    served = state.http_deployments[(*place, api.api_id)].get(
        getattr(stage, "deployment_id", None) or stage.config.get("deploymentId"))
    if served is None:
        raise Answer(404, {"message": "Not Found", "why": f"stage {stage_name} has no deployment"})
    deployed = served["configuration"]
    if deployed["disableExecuteApiEndpoint"]:
        raise Answer(404, {"message": "Not Found", "why": "the default endpoint is off"})
    keys = {}
    for route in deployed["routes"]:
        method, _, path = route["routeKey"].rpartition(" ")
        if method in (request.method, "ANY") or not method:
            keys.setdefault(path, {})[method] = route
    template, values = _route([path for path in keys if path != "$default"], request.path)
    routes = keys.get(template or "$default")
    if not routes:
        raise Answer(404, {"message": "Not Found", "why": f"no route for {request.method} {request.path}"})
    route = routes.get(request.method) or routes.get("ANY") or routes[""]
    integration = deployed["integrations"].get((route.get("target") or "").removeprefix("integrations/"))
    _integrate_http(place, integration, template, values or {}, stage, request)


def _integrate_http(place, integration, template, values, stage, request):
    if not integration or integration["integrationType"] != "HTTP_PROXY":
        raise Answer(200, {"service": (integration or {"integrationType": "none"})["integrationType"].lower(),
                           "path": request.path})
    asked, uri = request.path, _with_variables(integration["integrationUri"], stage.stage_variables or {})
    private = integration.get("connectionType") == "VPC_LINK"
    if private:
        request.tls = bool((integration.get("tlsConfig") or {}).get("serverNameToVerify"))
        request.host = (integration.get("tlsConfig") or {}).get("serverNameToVerify") or ""
        # Without a parameter that says otherwise, the back end of a private integration sees the stage's name, too.
        request.path = asked if stage.name == "$default" else f"/{stage.name}{asked}"
    else:
        for name, value in values.items():
            uri = uri.replace(f"{{{name}+}}", value).replace(f"{{{name}}}", value)
        _address(request, uri if template else uri.rstrip("/") + asked)
    for name, source in (integration.get("requestParameters") or {}).items():
        if name == "overwrite:path":
            request.path = _path_from(source, asked, values)
        elif name.startswith(("overwrite:header.", "append:header.")):
            request.headers[name.partition(".")[2].lower()] = source
    if private:
        through_v2(place, integration.get("connectionId"), uri, request)
    else:
        over_the_internet(place, request)


def _path_from(source, asked, values):
    """$request.path and ${request.path.proxy}, alone or within a text."""
    def value(part):
        name = part[1] or part[2]
        return values.get(name, "") if name else asked
    return re.sub(r"\$\{request\.path(?:\.([\w-]+))?\}|\$request\.path(?:\.([\w-]+))?", value, source)
