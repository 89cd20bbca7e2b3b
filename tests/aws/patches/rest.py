"""REST APIs (apigateway): what moto forgets of integrations, stages, VPC links and domain names."""
import time

from moto.apigateway.models import DomainName, Integration, RestAPI, Stage, VpcLink

from hooks import patch, refuse
from state import state

CONNECTION = patch("rest-integration-connection", """
    Stock: PutIntegration drops connectionId, integrationTarget and cacheKeyParameters, and timeoutInMillis and
    cacheNamespace have no default. AWS: GetIntegration, GetMethod and GetResources embed=methods show what was put;
    timeoutInMillis is 29000 and cacheNamespace the resource's id when not given.""")
EMBED = patch("rest-resources-embed", """
    Stock: GetResources always embeds the methods. AWS: without embed=methods a resource shows only the names of its
    methods, each with an empty object.""")
STAGES = patch("stage-fields", """
    Stock: CreateDeployment replaces the stage it names, so its variables, settings and WAF are lost; canarySettings
    and clientCertificateId are never kept; UpdateStage of /canarySettings/deploymentId moves the stage itself. AWS:
    keeps them, a canary's deployment stands beside the stage's, and GetStages shows it all. What settings leave out: stock
    limits to 1,000 a second and encrypts caches; AWS tells the account's 10,000, OFF and no encryption.""")
POLICIES = patch("rest-api-security-policy", """
    Stock: drops the securityPolicy of a REST API. AWS: shows it, and TLS_1_0 where nobody chose one, TLS_1_2 for private
    APIs.""")
LINKS = patch("vpc-link-status", """
    Stock: every VPC link is AVAILABLE. AWS: PENDING, AVAILABLE, DELETING, FAILED (V2: also INACTIVE) with a status
    message. Here AVAILABLE unless a test sets it: POST /_emulator/set {"vpc_links": {id: {"status", "message"}}}.""")
DOMAINS = patch("domain-names", """
    Stock: CreateDomainName of a REST API drops mutualTlsAuthentication, policy and routingMode. AWS: shows them.""")


# ---- integrations --------------------------------------------------------------------------------------------------

@CONNECTION.around("apigateway.PutIntegration")
def keep_connection(call):
    call.moto()
    params = call.params
    integration = call.backend().get_integration(params["restApiId"], params["resourceId"], params["httpMethod"])
    integration.kept = {name: params[name] for name in ("connectionId", "integrationTarget") if params.get(name)}
    integration.kept["timeoutInMillis"] = params.get("timeoutInMillis") or 29000
    integration.kept["cacheNamespace"] = params.get("cacheNamespace") or params["resourceId"]
    integration.kept["passthroughBehavior"] = params.get("passthroughBehavior") or "WHEN_NO_MATCH"
    integration.kept["cacheKeyParameters"] = params.get("cacheKeyParameters") or []
    return integration.to_json()


@CONNECTION.install
def show_connection():
    stock = Integration.to_json
    Integration.to_json = lambda self: stock(self) | getattr(self, "kept", {})


@EMBED.around("apigateway.GetResources", "apigateway.GetResource")
def embed_on_request(call):
    answer = call.moto()
    if "methods" not in call.params.get("embed", []):
        for resource in answer.get("items", [answer]):
            if "resourceMethods" in resource:
                resource["resourceMethods"] = {method: {} for method in resource["resourceMethods"]}
    return answer


# ---- stages --------------------------------------------------------------------------------------------------------

KEPT_OF_A_STAGE = ("canary_settings", "client_certificate_id", "created_date", "last_updated_date", "documentation")


@STAGES.install
def show_kept_fields():
    stock = Stage.to_json

    def to_json(self):
        kept = {_camel(name): getattr(self, name, None) for name in KEPT_OF_A_STAGE}
        kept["tracingEnabled"] = bool(self.tracing_enabled)
        kept["cacheClusterStatus"] = self.cache_cluster_status or "NOT_AVAILABLE"
        return stock(self) | {name: value for name, value in kept.items() if value is not None}

    Stage.to_json = to_json


def _camel(name):
    first, *rest = name.split("_")
    return first + "".join(map(str.title, rest))


def _now():
    return int(time.time())


def _canary(given, deployment, variables_default=None):
    return {
        "percentTraffic": float(given.get("percentTraffic", 0.0)),
        "deploymentId": deployment,
        "stageVariableOverrides": given.get("stageVariableOverrides", variables_default or {}),
        "useStageCache": bool(given.get("useStageCache", False)),
    }


@STAGES.around("apigateway.CreateDeployment")
def keep_the_stage(call):
    params = call.params
    stages = call.backend().get_rest_api(params["restApiId"]).stages
    name, canary = params.get("stageName"), params.get("canarySettings")
    before = stages.get(name)
    if canary is not None and before is None:
        raise refuse("BadRequestException", f"Stage {name} does not exist; a canary needs an existing stage")
    answer = call.moto()
    if not name:
        # moto makes a stage for a deployment without a name, too.
        stages.pop(None, None)
        return answer
    stage = before or stages[name]
    if before:
        stages[name] = before
        before.variables |= params.get("variables") or {}
    stage.created_date = getattr(stage, "created_date", _now())
    stage.last_updated_date = _now()
    if canary is not None:
        stage.canary_settings = _canary(canary, answer["id"])
    else:
        stage.deployment_id = answer["id"]
    if "stageDescription" in params:
        stage.description = params["stageDescription"]
    if "tracingEnabled" in params:
        stage.tracing_enabled = params["tracingEnabled"]
    return answer


@STAGES.around("apigateway.CreateStage")
def keep_canary_of_new_stage(call):
    call.moto()
    params = call.params
    stage = call.backend().get_stage(params["restApiId"], params["stageName"])
    stage.created_date = stage.last_updated_date = _now()
    canary = params.get("canarySettings")
    if canary is not None:
        stage.canary_settings = _canary(canary, canary.get("deploymentId", stage.deployment_id))
    return stage.to_json()


@STAGES.around("apigateway.UpdateStage")
def update_kept_fields(call):
    params = call.params
    stage = call.backend().get_stage(params["restApiId"], params["stageName"])
    for operation in params.get("patchOperations", []):
        if operation["path"].startswith("/canarySettings"):
            _update_canary(stage, operation)
        elif operation["path"] == "/clientCertificateId":
            stage.client_certificate_id = operation.get("value") or None
        elif operation["op"] == "copy":
            _copy_from_canary(stage, operation)
        elif operation["op"] == "remove" and operation["path"].lstrip("/") in stage.method_settings:
            del stage.method_settings[operation["path"].lstrip("/")]
        else:
            stage.apply_operations([operation])
    stage.last_updated_date = _now()
    return stage.to_json()


def _update_canary(stage, operation):
    parts = operation["path"].split("/")[2:]
    if operation["op"] == "remove" and not parts:
        stage.canary_settings = None
        return
    canary = getattr(stage, "canary_settings", None) or _canary({}, stage.deployment_id)
    if operation["op"] == "remove":
        canary["stageVariableOverrides"].pop(parts[-1], None)
    elif parts[0] == "stageVariableOverrides":
        canary["stageVariableOverrides"][parts[1]] = operation["value"]
    else:
        convert = {"percentTraffic": float, "useStageCache": lambda value: value == "true"}.get(parts[0], str)
        canary[parts[0]] = convert(operation["value"])
    stage.canary_settings = canary


def _copy_from_canary(stage, operation):
    """Promotion: the canary's deployment and its variables become the stage's."""
    canary = getattr(stage, "canary_settings", None)
    if not canary:
        raise refuse("BadRequestException", "Invalid copy: the stage has no canary")
    if operation["path"] == "/deploymentId":
        stage.deployment_id = canary["deploymentId"]
    elif operation["path"] == "/variables":
        stage.variables |= canary["stageVariableOverrides"]


# ---- VPC links, V1 and V2 ------------------------------------------------------------------------------------------

@LINKS.install
def show_status_of_v1_links():
    stock = VpcLink.to_json

    def to_json(self):
        wanted = state.vpc_links.get(self.id, {})
        shown = stock(self) | {"status": wanted.get("status", self.status)}
        ready = "Your vpc link is ready for use" if shown["status"] == "AVAILABLE" else None
        message = wanted.get("message") or getattr(self, "message", None) or ready
        return shown | ({"statusMessage": message} if message else {})

    VpcLink.to_json = to_json


@LINKS.around("apigatewayv2.GetVpcLink", "apigatewayv2.GetVpcLinks", "apigatewayv2.CreateVpcLink")
def show_status_of_v2_links(call):
    answer = call.moto()
    for link in answer.get("Items", [answer]):
        wanted = state.vpc_links.get(link["VpcLinkId"], {})
        link["VpcLinkStatus"] = wanted.get("status", "AVAILABLE")
        link["VpcLinkStatusMessage"] = wanted.get("message", "VPC link is ready to route traffic")
    return answer


# ---- domain names --------------------------------------------------------------------------------------------------

@DOMAINS.around("apigateway.CreateDomainName")
def keep_domain_fields(call):
    call.moto()
    params = call.params
    domain = call.backend().get_domain_name(params["domainName"])
    domain.kept = {name: params[name] for name in ("policy", "routingMode", "endpointAccessMode") if name in params}
    domain.kept.setdefault("routingMode", "BASE_PATH_MAPPING_ONLY")
    mutual = params.get("mutualTlsAuthentication")
    if mutual:
        domain.kept["mutualTlsAuthentication"] = mutual
    return domain.to_json()


@DOMAINS.install
def show_domain_fields():
    stock = DomainName.to_json

    def to_json(self):
        shown = stock(self) | getattr(self, "kept", {})
        warnings = state.trust_store_warnings.get(shown["domainName"])
        if warnings and "mutualTlsAuthentication" in shown:
            shown["mutualTlsAuthentication"] = shown["mutualTlsAuthentication"] | {"truststoreWarnings": warnings}
        return shown

    DomainName.to_json = to_json


# ---- APIs ----------------------------------------------------------------------------------------------------------

@POLICIES.around("apigateway.CreateRestApi")
def keep_security_policy(call):
    answer = call.moto()
    asked = call.params.get("securityPolicy")
    api = call.backend().get_rest_api(answer["id"])
    private = api.endpoint_configuration["types"] == ["PRIVATE"]
    api.security_policy = asked or ("TLS_1_2" if private else "TLS_1_0")
    return answer | {"securityPolicy": api.security_policy}


@POLICIES.install
def show_security_policy():
    stock = RestAPI.to_dict
    RestAPI.to_dict = lambda self: stock(self) | {"securityPolicy": getattr(self, "security_policy", "TLS_1_0")}


@STAGES.install
def limits_as_aws_has_them():
    stock = Stage._get_default_method_settings
    Stage._get_default_method_settings = lambda self: stock(self) | {
        "throttlingRateLimit": 10000.0, "throttlingBurstLimit": 5000, "loggingLevel": "OFF", "cacheDataEncrypted": False}
