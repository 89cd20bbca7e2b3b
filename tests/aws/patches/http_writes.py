"""HTTP APIs (apigatewayv2) as they are changed: integrations, deployments in use, stages that deploy by themselves."""
import json

from hooks import patch, refuse
from patches.http import capitalised, catch_up
from state import state

INTEGRATIONS = patch("http-update-integration", """
    Stock: UpdateIntegration replaces the request parameters and cannot take a connection or TLS settings away, and any
    URI goes with any connection. AWS: merges parameters, and an empty one is removed; a private integration needs the
    ARN of a listener or of a Cloud Map service. Going back to INTERNET ends ConnectionId and TlsConfig here.""")
DEPLOYMENTS = patch("http-deployments-in-use", """
    Stock: no DeleteDeployment and no DeleteAccessLogSettings. AWS: DeleteDeployment is refused while a stage serves it;
    a stage with AutoDeploy takes no DeploymentId and no CreateDeployment, and keeps what it serves when AutoDeploy
    ends.""")

PRIVATE_URIS = (":listener/", ":servicediscovery:")
OWN_NAMES = ("requestParameters", "requestTemplates", "responseParameters")
ACCESS_LOGS_PATH = "{0}/v2/apis/(?P<api_id>[^/]+)/stages/(?P<stage_name>[^/]+)/accesslogsettings$"


# ---- integrations --------------------------------------------------------------------------------------------------

def _check(api, integration):
    if api.protocol_type != "HTTP" or integration.get("integrationType") != "HTTP_PROXY":
        return
    private = integration.get("connectionType") == "VPC_LINK"
    uri = integration.get("integrationUri") or ""
    if private and not any(kind in uri for kind in PRIVATE_URIS):
        raise refuse("BadRequestException", "For VpcLink VPC_LINK, integration uri should be a valid ELB listener ARN or a "
                                            "valid Cloud Map service ARN.")
    if private and not integration.get("connectionId"):
        raise refuse("BadRequestException", "ConnectionId is required for connection type VPC_LINK")
    if not private and uri.startswith("arn:"):
        raise refuse("BadRequestException", "HTTP integration uri should be a valid http or https url")


@INTEGRATIONS.around("apigatewayv2.CreateIntegration")
def check_new(call):
    _check(call.backend().get_api(call.params["ApiId"]), json.loads(call.handler.body or "{}"))
    return call.moto()


@INTEGRATIONS.around("apigatewayv2.UpdateIntegration")
def merge(call):
    api = call.backend().get_api(call.params["ApiId"])
    integration = api.get_integration(call.params["IntegrationId"])
    before, given = dict(integration.__dict__), json.loads(call.handler.body or "{}")
    call.moto()
    try:
        _merge(integration, before, given)
        _check(api, integration.to_json())
    except Exception:
        integration.__dict__.update(before)
        raise
    # moto's answer says what it was before the merge. Keys of parameters are the user's own.
    shown = {name: value for name, value in integration.to_json().items() if value is not None}
    own = {name: shown.pop(name) for name in OWN_NAMES if name in shown}
    return capitalised(shown) | {name[:1].upper() + name[1:]: value for name, value in own.items()}


def _merge(integration, before, given):
    if "requestParameters" in given:
        merged = (before["request_parameters"] or {}) | given["requestParameters"]
        integration.request_parameters = {name: value for name, value in merged.items() if value} or None
    if integration.connection_id == "" or given.get("connectionType") == "INTERNET":
        integration.connection_id = given.get("connectionId") or None
    if "tlsConfig" in given or given.get("connectionType") == "INTERNET":
        named = (given.get("tlsConfig") or {}).get("serverNameToVerify")
        integration.tls_config = {"serverNameToVerify": named} if named else None


# ---- deployments and stages ----------------------------------------------------------------------------------------

def _stages(call):
    return call.backend().get_api(call.params["ApiId"]).stages.values()


@DEPLOYMENTS.around("apigatewayv2.DeleteDeployment")
def delete_deployment(call):
    made, id = state.http_deployments[(*call.place, call.params["ApiId"])], call.params["DeploymentId"]
    if id not in made:
        raise refuse("NotFoundException", "Invalid Deployment identifier specified", 404)
    catch_up(call.place, call.backend().get_api(call.params["ApiId"]))
    if any(getattr(stage, "deployment_id", None) == id for stage in _stages(call)):
        raise refuse("BadRequestException", "Active stages pointing to this deployment must be moved or deleted")
    del made[id]
    return {}


@DEPLOYMENTS.around("apigatewayv2.CreateDeployment")
def not_to_automatic_stages(call):
    name = call.params.get("StageName")
    if any(stage.name == name and stage.auto_deploy for stage in _stages(call)):
        raise refuse("BadRequestException", "Deployments cannot be made to a stage with AutoDeploy enabled")
    return call.moto()


@DEPLOYMENTS.around("apigatewayv2.CreateStage", "apigatewayv2.UpdateStage")
def deployments_of_stages(call):
    api, given = call.backend().get_api(call.params["ApiId"]), json.loads(call.handler.body or "{}")
    stage = api.stages.get(call.params["StageName"])
    if call.operation == "UpdateStage" and stage is None:
        raise refuse("NotFoundException", "Invalid stage identifier specified", 404)
    if call.operation == "UpdateStage":
        # What changed so far was deployed to the stages that deploy by themselves, whatever comes now.
        catch_up(call.place, api)
    wanted = given.get("deploymentId")
    if wanted and given.get("autoDeploy", stage.auto_deploy if stage else False):
        raise refuse("BadRequestException", "DeploymentId cannot be specified for a stage with AutoDeploy enabled")
    if wanted and wanted not in state.http_deployments[(*call.place, api.api_id)]:
        raise refuse("NotFoundException", "Invalid Deployment identifier specified", 404)
    return call.moto()


@DEPLOYMENTS.install
def add_path():
    from moto.apigateway import urls as v1
    from moto.apigatewayv2 import urls as v2
    from moto.apigatewayv2.responses import ApiGatewayV2Response
    for urls in (v1.url_paths, v2.url_paths):
        urls[ACCESS_LOGS_PATH] = ApiGatewayV2Response.dispatch


@DEPLOYMENTS.around("apigatewayv2.DeleteAccessLogSettings")
def no_access_logs(call):
    call.backend().get_api(call.params["ApiId"]).get_stage(call.params["StageName"]).access_log_settings = None
    return {}
