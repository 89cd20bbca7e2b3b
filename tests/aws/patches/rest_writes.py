"""REST APIs as they are changed: integrations by patches, deployments that are in use, tags, and tests of a method."""
from urllib.parse import unquote

from clock import clock
from hooks import patch, refuse
from state import state
from testing_methods import test_invoke

INTEGRATIONS = patch("rest-update-integration", """
    Stock: UpdateIntegration is not implemented, and PutIntegration takes a VPC link V2 without a target. AWS: replace of
    single fields, add, replace and remove of parameters and templates; BadRequestException for what is no such path,
    and without an integrationTarget behind a link V2.""")
DEPLOYMENTS = patch("rest-deployments-in-use", """
    Stock: DeleteDeployment and GetDeployment go by the stage a deployment was first made for, an unknown one is a
    failure of moto's, and a stage with a canary takes another deployment. AWS: refuses to delete what a stage or its
    canary serves, and deletes the rest; NotFoundException; BadRequestException.""")
UPDATE = patch("rest-update-api", """
    Stock: UpdateRestApi takes "false" for true, and DeleteRestApi of an absent API is a failure of moto's. AWS: false,
    and NotFoundException.""")
TAGS = patch("rest-tags", """
    Stock: TagResource, UntagResource and GetTags know stages only. AWS: REST APIs and VPC links V1, too.""")
TEST = patch("rest-test-invoke", """
    Stock: TestInvokeMethod is not implemented. AWS: sends a request through the working copy, and answers status, body,
    headers and the log of the execution. Here it goes through the emulator's data plane.""")

REPLACED = {"/connectionType": "connection_type", "/uri": "uri", "/httpMethod": "http_method",
            "/contentHandling": "content_handling", "/credentials": "credentials"}
REPLACED_KEPT = {"/connectionId": str, "/integrationTarget": str, "/timeoutInMillis": int, "/cacheNamespace": str,
                 "/passthroughBehavior": str, "/responseTransferMode": str}
MAPS = {"/requestParameters": "request_parameters", "/requestTemplates": "request_templates"}


# ---- integrations --------------------------------------------------------------------------------------------------

@INTEGRATIONS.around("apigateway.UpdateIntegration")
def update_integration(call):
    params = call.params
    integration = call.backend().get_integration(params["restApiId"], params["resourceId"], params["httpMethod"])
    if integration is None:
        raise refuse("NotFoundException", "Invalid Integration identifier specified", 404)
    before = (dict(integration.__dict__), dict(getattr(integration, "kept", {})))
    integration.kept = dict(before[1])
    try:
        for operation in params.get("patchOperations", []):
            _patch(integration, operation)
        _check_link(call, integration.to_json())
    except Exception:
        integration.__dict__.update(before[0] | {"kept": before[1]})
        raise
    return integration.to_json()


def _patch(integration, operation):
    op, path, value = operation["op"], operation["path"], operation.get("value")
    whole, _, name = path[1:].partition("/")
    if path in REPLACED and op == "replace":
        setattr(integration, REPLACED[path], value)
    elif path in REPLACED_KEPT and op == "replace":
        integration.kept[path[1:]] = REPLACED_KEPT[path](value)
    elif path == "/tlsConfig/insecureSkipVerification" and op == "replace":
        integration.tls_config = {"insecureSkipVerification": value == "true"}
    elif f"/{whole}" in MAPS and name and op in ("add", "replace", "remove"):
        entries = dict(getattr(integration, MAPS[f"/{whole}"]) or {})
        name = name.replace("~1", "/").replace("~0", "~")
        if op == "remove":
            entries.pop(name, None)
        else:
            entries[name] = value
        setattr(integration, MAPS[f"/{whole}"], entries)
    elif whole == "cacheKeyParameters" and name and op in ("add", "remove"):
        keys = [key for key in integration.kept.get("cacheKeyParameters", []) if key != name]
        integration.kept["cacheKeyParameters"] = keys + [name] * (op == "add")
    else:
        raise refuse("BadRequestException", f"Invalid patch path  '{path}' specified for op '{op}'.")


def _check_link(call, integration):
    if integration.get("connectionType") != "VPC_LINK":
        return
    link = integration.get("connectionId")
    if not link:
        raise refuse("BadRequestException", "A connectionId is required for connectionType VPC_LINK")
    if link in call.backend("apigatewayv2").vpc_links and not integration.get("integrationTarget"):
        raise refuse("BadRequestException", f"IntegrationTarget is required for VpcLinkV2 {link}")


@INTEGRATIONS.around("apigateway.PutIntegration")
def want_a_target(call):
    _check_link(call, call.params)
    return call.moto()


# ---- deployments ---------------------------------------------------------------------------------------------------

def _served(api):
    for stage in api.stages.values():
        yield stage.deployment_id
        yield (getattr(stage, "canary_settings", None) or {}).get("deploymentId")


def _known(call):
    api, id = call.backend().get_rest_api(call.params["restApiId"]), call.params["deploymentId"]
    if id not in api.deployments:
        raise refuse("NotFoundException", "Invalid Deployment identifier specified", 404)
    return api, id


@DEPLOYMENTS.around("apigateway.DeleteDeployment")
def delete_deployment(call):
    api, id = _known(call)
    if id in _served(api):
        raise refuse("BadRequestException", "Active stages pointing to this deployment must be moved or deleted")
    del api.deployments[id]
    state.rest_deployments.pop((*call.place, api.id, id), None)
    return {}


@DEPLOYMENTS.around("apigateway.GetDeployment")
def get_deployment(call):
    _known(call)
    return call.moto()


@DEPLOYMENTS.around("apigateway.CreateDeployment")
def canaries_first(call):
    api = call.backend().get_rest_api(call.params["restApiId"])
    stage = api.stages.get(call.params.get("stageName"))
    if getattr(stage, "canary_settings", None) and not clock.seeding:
        raise refuse("BadRequestException", f"Deployment to stage {stage.name} is not possible while it has a canary; "
                                            "promote or remove it first")
    return call.moto()


@DEPLOYMENTS.around("apigateway.UpdateStage")
def only_to_known_deployments(call):
    api = call.backend().get_rest_api(call.params["restApiId"])
    for operation in call.params.get("patchOperations", []):
        if (operation["op"] == "replace" and operation["path"].endswith("/deploymentId")
                and operation["value"] not in api.deployments):
            raise refuse("BadRequestException", "Deployment id does not exist")
    return call.moto()


@UPDATE.around("apigateway.UpdateRestApi")
def false_is_false(call):
    answer = call.moto()
    for operation in call.params.get("patchOperations", []):
        if operation["path"] == "/disableExecuteApiEndpoint":
            api = call.backend().get_rest_api(call.params["restApiId"])
            api.disableExecuteApiEndpoint = answer["disableExecuteApiEndpoint"] = operation["value"].lower() == "true"
    return answer


@UPDATE.around("apigateway.DeleteRestApi")
def delete_known_apis(call):
    call.backend().get_rest_api(call.params["restApiId"])
    call.moto()
    return {}


# ---- tags ----------------------------------------------------------------------------------------------------------

@TAGS.install
def add_paths():
    from moto.apigateway import urls
    from moto.apigateway.responses import APIGatewayResponse
    for kind in ("restapis", "vpclinks"):
        path = f"{{0}}/tags/arn:(?P<partition>[^/]+):apigateway:(?P<region_name>[^/]+)::/{kind}/(?P<function_id>[^/]+)$"
        urls.url_paths[path] = APIGatewayResponse.dispatch


def _tagged(call):
    """The API or link that the call speaks of; None for a stage, which is moto's."""
    _, kind, id, *rest = unquote(call.handler.path.split("/tags/")[1]).split("::")[-1].split("/")
    if rest:
        return None
    return call.backend().get_rest_api(id) if kind == "restapis" else call.backend().get_vpc_link(id)


@TAGS.around("apigateway.TagResource", "apigateway.UntagResource", "apigateway.GetTags")
def tags_of_apis(call):
    one = _tagged(call)
    if one is None:
        return call.moto()
    one.tags = dict(one.tags or {})
    if call.operation == "TagResource":
        one.tags |= call.handler._get_param("tags") or {}
    elif call.operation == "UntagResource":
        for key in call.handler.querystring.get("tagKeys") or []:
            one.tags.pop(key, None)
    else:
        return {"tags": one.tags}
    return {}


# ---- tests ---------------------------------------------------------------------------------------------------------

@TEST.around("apigateway.TestInvokeMethod")
def invoke(call):
    params = call.params
    api = call.backend().get_rest_api(params["restApiId"])
    resource = call.backend().get_resource(params["restApiId"], params["resourceId"])
    if params["httpMethod"] not in resource.resource_methods:
        resource.get_method("ANY")  # which is refused when there is none
    return test_invoke(call.place, api, resource.get_path(), params)
