"""HTTP and WebSocket APIs (apigatewayv2): authorizers, deployments and stages, and the interfaces of VPC links V2."""
import copy
import json
from datetime import datetime, timezone

from moto.apigatewayv2.models import Stage
from moto.apigatewayv2.responses import ApiGatewayV2Response
from moto.moto_api._internal import mock_random

from clock import clock
from hooks import patch, refuse
from patches.ec2 import new_interface
from state import state

AUTHORIZERS = patch("http-get-authorizers", """
    Stock: GetAuthorizers is not implemented. AWS: lists what CreateAuthorizer made.""")
FIELDS = patch("http-integration-fields", """
    Stock: an integration has no ConnectionType, TimeoutInMillis or PayloadFormatVersion when none was given, and a
    route no AuthorizationType. AWS: INTERNET, 30000 (WebSocket 29000), 1.0 for HTTP_PROXY, and NONE.""")
DEPLOYMENTS = patch("http-deployments", """
    Stock: no deployments at all, no UpdateStage, and a stage has no DeploymentId. AWS: CreateDeployment freezes the
    configuration; a stage serves the one its DeploymentId names; a stage with AutoDeploy gets a new deployment with
    every change of the API.""")
LINK_INTERFACES = patch("vpc-link-interfaces", """
    Stock: a VPC link V2 has no network interfaces. AWS: one a subnet, with the link's security groups, and none while
    the link is INACTIVE. Here of type api_gateway_managed.""")

# moto's Flask application knows only listed paths.
NEW_PATHS = ("/v2/apis/(?P<api_id>[^/]+)/deployments$",
             "/v2/apis/(?P<api_id>[^/]+)/deployments/(?P<deployment_id>[^/]+)$",
             "/v2/apis/(?P<api_id>[^/]+)/exports/(?P<specification>[^/]+)$")


def add_paths():
    from moto.apigateway import urls as v1
    from moto.apigatewayv2 import urls as v2
    for path in NEW_PATHS:
        for urls in (v1.url_paths, v2.url_paths):
            urls["{0}" + path] = ApiGatewayV2Response.dispatch


DEPLOYMENTS.install(add_paths)


@AUTHORIZERS.around("apigatewayv2.GetAuthorizers")
def get_authorizers(call):
    api = call.backend().get_api(call.params["ApiId"])
    return {"Items": [capitalised(authorizer.to_json()) for authorizer in api.authorizers.values()]}


def capitalised(shown):
    """moto's models speak lower camel case on the wire; boto3's form starts with a capital, inside structures too."""
    if isinstance(shown, dict):
        return {name[:1].upper() + name[1:]: capitalised(value) for name, value in shown.items() if value is not None}
    return shown


@FIELDS.around("apigatewayv2.GetIntegrations", "apigatewayv2.GetIntegration", "apigatewayv2.CreateIntegration")
def integration_defaults(call):
    answer = call.moto()
    protocol = call.backend().get_api(call.params["ApiId"]).protocol_type
    for integration in answer.get("Items", [answer]):
        integration.setdefault("ConnectionType", "INTERNET")
        integration.setdefault("TimeoutInMillis", 30000 if protocol == "HTTP" else 29000)
        if protocol == "HTTP":
            integration.setdefault("PayloadFormatVersion", "1.0")
    return answer


@FIELDS.around("apigatewayv2.GetRoutes", "apigatewayv2.GetRoute", "apigatewayv2.CreateRoute")
def route_defaults(call):
    answer = call.moto()
    for route in answer.get("Items", [answer]):
        route.setdefault("AuthorizationType", "NONE")
        route.setdefault("ApiKeyRequired", False)
    return answer


# ---- deployments ---------------------------------------------------------------------------------------------------

def configuration(api):
    """What a deployment freezes."""
    return copy.deepcopy({
        "name": api.name, "protocol": api.protocol_type, "cors": api.cors_configuration,
        "disableExecuteApiEndpoint": api.disable_execute_api_endpoint,
        "routes": [route.to_json() for route in api.routes.values()],
        "integrations": {id: integration.to_json() for id, integration in api.integrations.items()},
        "authorizers": {id: authorizer.to_json() for id, authorizer in api.authorizers.items()},
    })


def deploy(place, api, description=None, automatic=False):
    deployment = {
        "AutoDeployed": automatic, "CreatedDate": datetime.now(timezone.utc).replace(microsecond=0),
        "DeploymentId": mock_random.get_random_string(length=6, lower_case=True), "DeploymentStatus": "DEPLOYED",
    }
    if automatic:
        deployment["Description"] = "Automatic deployment triggered by changes to the Api configuration"
    elif description:
        deployment["Description"] = description
    state.http_deployments[(*place, api.api_id)][deployment["DeploymentId"]] = {
        "deployment": deployment, "configuration": configuration(api)}
    return deployment


def catch_up(place, api):
    """Deploys what has changed to the stages with AutoDeploy. Done when somebody looks, which shows the same."""
    stages = [stage for stage in api.stages.values() if stage.auto_deploy]
    if not stages:
        return
    made = state.http_deployments[(*place, api.api_id)]
    served = made.get(getattr(stages[0], "deployment_id", None))
    if served is None or _differs(served["configuration"], configuration(api)):
        served = made[deploy(place, api, automatic=True)["DeploymentId"]]
    for stage in stages:
        stage.deployment_id = served["deployment"]["DeploymentId"]


def _differs(one, other):
    return json.dumps(one, sort_keys=True, default=str) != json.dumps(other, sort_keys=True, default=str)


def _find(call):
    made = state.http_deployments[(*call.place, call.params["ApiId"])]
    if call.params["DeploymentId"] not in made:
        raise refuse("NotFoundException", "Invalid Deployment identifier specified", 404)
    return made[call.params["DeploymentId"]]["deployment"]


@DEPLOYMENTS.around("apigatewayv2.CreateDeployment")
def create_deployment(call):
    api = call.backend().get_api(call.params["ApiId"])
    deployment = deploy(call.place, api, call.params.get("Description"))
    if call.params.get("StageName"):
        api.get_stage(call.params["StageName"]).deployment_id = deployment["DeploymentId"]
    return deployment


@DEPLOYMENTS.around("apigatewayv2.GetDeployments")
def get_deployments(call):
    catch_up(call.place, call.backend().get_api(call.params["ApiId"]))
    made = state.http_deployments[(*call.place, call.params["ApiId"])]
    return {"Items": [entry["deployment"] for entry in reversed(made.values())]}


@DEPLOYMENTS.around("apigatewayv2.GetDeployment")
def get_deployment(call):
    return _find(call)


@DEPLOYMENTS.install
def show_deployment_of_a_stage():
    stock = Stage.to_json

    def to_json(self):
        kept = {"deploymentId": getattr(self, "deployment_id", None) or self.config.get("deploymentId")}
        if self.auto_deploy and kept["deploymentId"]:
            kept["lastDeploymentStatusMessage"] = (
                f"Successfully deployed stage with deployment ID '{kept['deploymentId']}'")
        return stock(self) | {name: value for name, value in kept.items() if value}

    Stage.to_json = to_json


@DEPLOYMENTS.around("apigatewayv2.CreateStage", "apigatewayv2.GetStage", "apigatewayv2.GetStages")
def stages_with_deployments(call):
    if call.operation == "CreateStage":
        call.moto()
    api = call.backend().get_api(call.params["ApiId"])
    for stage in api.stages.values():
        if not hasattr(stage, "deployment_id"):
            stage.deployment_id = stage.config.get("deploymentId")
    catch_up(call.place, api)
    if call.operation == "CreateStage":
        return _shown(api.get_stage(call.params["StageName"]))
    return call.moto()


@DEPLOYMENTS.around("apigatewayv2.UpdateStage")
def update_stage(call):
    api = call.backend().get_api(call.params["ApiId"])
    stage = api.get_stage(call.params["StageName"])
    body = json.loads(call.handler.body or "{}")
    names = {"accessLogSettings": "access_log_settings", "autoDeploy": "auto_deploy", "description": "description",
             "clientCertificateId": "client_certificate_id", "defaultRouteSettings": "default_route_settings",
             "deploymentId": "deployment_id", "routeSettings": "route_settings", "stageVariables": "stage_variables"}
    for given, attribute in names.items():
        if given in body:
            setattr(stage, attribute, body[given])
    catch_up(call.place, api)
    return _shown(stage)


def _shown(stage):
    """A stage in boto3's form: settings are structures, variables and tags are the user's own names."""
    shown = stage.to_json()
    own = {name: shown[name] for name in ("stageVariables", "tags", "routeSettings") if name in shown}
    answer = capitalised({name: value for name, value in shown.items() if name not in own})
    answer |= {name[:1].upper() + name[1:]: value for name, value in own.items()}
    answer["RouteSettings"] = {key: capitalised(value) for key, value in (own.get("routeSettings") or {}).items()}
    return answer


# ---- VPC links -----------------------------------------------------------------------------------------------------

@LINK_INTERFACES.around("apigatewayv2.CreateVpcLink")
def interfaces_of_a_new_link(call):
    answer, ec2 = call.moto(), call.backend("ec2")
    for subnet in answer["SubnetIds"]:
        eni = new_interface(ec2, ec2.get_subnet(subnet), f"API Gateway VPC link {answer['VpcLinkId']}",
                            answer["SecurityGroupIds"], False, kind="api_gateway_managed", requester="amazon-apigateway")
        state.vpc_link_enis[answer["VpcLinkId"]].append(eni.id)
    return answer


@LINK_INTERFACES.around("apigatewayv2.DeleteVpcLink")
def no_interfaces_of_a_deleted_link(call):
    enis = call.backend("ec2").enis
    for id in state.vpc_link_enis.pop(call.params["VpcLinkId"], []):
        clock.after("interfaces", lambda id=id: enis.pop(id, None))
    return call.moto()


@LINK_INTERFACES.around("ec2.DescribeNetworkInterfaces")
def no_interfaces_of_an_idle_link(call):
    answer = call.moto()
    idle = {id for link, ids in state.vpc_link_enis.items() for id in ids
            if state.vpc_links.get(link, {}).get("status") == "INACTIVE"}
    answer["NetworkInterfaces"] = [eni for eni in answer["NetworkInterfaces"] if eni["NetworkInterfaceId"] not in idle]
    return answer
