"""VPC links, V1 and V2: they take time to be ready, they can fail, and they are not deleted while something uses them."""
from clock import clock
from hooks import patch, refuse
from patches.rest_export import snapshot
from state import state, wish

LIFE = patch("vpc-link-lifecycle", """
    Stock: a VPC link is AVAILABLE at once, and gone at once, whoever uses it. AWS: PENDING for minutes (here for
    delays.vpc_links), then AVAILABLE, or FAILED (a V1 link to anything but one NLB; here also what POST /_emulator/set
    {"new_vpc_links": {pattern of its name: {"status", "message"}}} says); DELETING before it is gone; refused while the
    working copy or a deployment that a stage or its canary serves refers to it.""")

MALFORMED = {"status": "FAILED", "message": "NLB ARN is malformed."}
TAKEN = {"status": "FAILED", "message": "NLB is already associated with another VPC Endpoint Service"}


def _become(link, wanted):
    link.status = (wanted or {}).get("status", "AVAILABLE")
    link.message = (wanted or {}).get("message")


@LIFE.around("apigateway.CreateVpcLink")
def make_v1(call):
    others = [arn for link in call.backend().vpc_links.values() for arn in link.target_arns]
    answer, arns = call.moto(), call.params["targetArns"]
    if len(arns) != 1:
        call.backend().vpc_links.pop(answer["id"])
        raise refuse("BadRequestException", "More than one target arn specified for vpc link")
    link = call.backend().vpc_links[answer["id"]]
    wanted = None if clock.seeding else wish(state.new_vpc_links, call.params["name"])
    if ":loadbalancer/net/" not in arns[0] or arns[0] not in call.backend("elbv2").load_balancers:
        wanted = MALFORMED
    elif arns[0] in others and not clock.seeding:
        wanted = TAKEN
    link.status = "PENDING"
    clock.after("vpc_links", lambda: _become(link, wanted))
    return link.to_json()


@LIFE.around("apigatewayv2.CreateVpcLink")
def make_v2(call):
    answer = call.moto()
    link = call.backend().vpc_links[answer["VpcLinkId"]]
    wanted = None if clock.seeding else wish(state.new_vpc_links, call.params["Name"])
    link.status = "PENDING"
    clock.after("vpc_links", lambda: _become(link, wanted))
    return answer | {"VpcLinkStatus": link.status}


@LIFE.around("apigatewayv2.GetVpcLink", "apigatewayv2.GetVpcLinks")
def show_v2(call):
    answer = call.moto()
    for shown in answer.get("Items", [answer]):
        link = call.backend().vpc_links[shown["VpcLinkId"]]
        if shown["VpcLinkId"] not in state.vpc_links and getattr(link, "status", "AVAILABLE") != "AVAILABLE":
            shown["VpcLinkStatus"] = link.status
            shown["VpcLinkStatusMessage"] = getattr(link, "message", None) or f"VPC link is {link.status.lower()}"
    return answer


def status_of(link):
    """The status in force, whoever set it."""
    return state.vpc_links.get(link.id, {}).get("status") or getattr(link, "status", "AVAILABLE")


# ---- deletion ------------------------------------------------------------------------------------------------------

@LIFE.around("apigateway.DeleteVpcLink")
def delete_v1(call):
    link = call.backend().get_vpc_link(call.params["vpcLinkId"])
    return _delete(call, link, call.moto)


@LIFE.around("apigatewayv2.DeleteVpcLink")
def delete_v2(call):
    link = call.backend().vpc_links.get(call.params["VpcLinkId"])
    if link is None:
        raise refuse("NotFoundException", f"Invalid VpcLink identifier specified {call.params['VpcLinkId']}", 404)
    return _delete(call, link, call.moto)


def _delete(call, link, really):
    used = sorted(set(_references(call, link.id)))
    if used:
        raise refuse("BadRequestException", f"Cannot delete vpc link. Vpc link '{link.id}', is referenced in "
                                            f"[{', '.join(used)}]")
    link.status = "DELETING"
    # The answer to the call is moto's, which comes with the deletion; so it is written here.
    clock.after("vpc_links", really)
    return {}


def _references(call, link):
    """apiId:method:resource:stage for each use of a link; the working copy is `test-invoke-stage`, as AWS calls it."""
    for api in call.backend("apigateway").apis.values():
        for stage, paths, variables in _served_by_rest(call, api):
            for path, methods in paths.items():
                for name, method in methods.items():
                    if _uses(method.get("methodIntegration") or {}, link, variables):
                        yield f"{api.id}:{name}:{path}:{stage}"
    for api in call.backend("apigatewayv2").apis.values():
        for stage, integrations in _served_by_http(call, api):
            for id, integration in integrations.items():
                if _uses(integration, link, {}):
                    yield f"{api.api_id}:{id}:{stage}"


def _uses(integration, link, variables):
    connection = integration.get("connectionId") or ""
    for name, value in variables.items():
        connection = connection.replace("${stageVariables.%s}" % name, value)
    return integration.get("connectionType") == "VPC_LINK" and connection == link


def _served_by_rest(call, api):
    yield "test-invoke-stage", snapshot(api)["paths"], {}
    for stage in api.stages.values():
        canary = getattr(stage, "canary_settings", None) or {}
        for deployment, more in ((stage.deployment_id, {}),
                                 (canary.get("deploymentId"), canary.get("stageVariableOverrides") or {})):
            deployed = state.rest_deployments.get((*call.place, api.id, deployment))
            if deployed:
                yield stage.name, deployed["paths"], stage.variables | more


def _served_by_http(call, api):
    yield "working copy", {id: integration.to_json() for id, integration in api.integrations.items()}
    made = state.http_deployments[(*call.place, api.api_id)]
    for stage in api.stages.values():
        served = made.get(getattr(stage, "deployment_id", None) or stage.config.get("deploymentId"))
        if served:
            yield stage.name, served["configuration"]["integrations"]
