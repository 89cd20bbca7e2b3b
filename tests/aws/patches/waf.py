"""WAF: which resources a web ACL guards."""
from hooks import patch

RESOURCES = patch("waf-resources", """
    Stock: ListResourcesForWebACL is not implemented. AWS: lists the ARNs associated, of one ResourceType (load
    balancers by default).""")

KINDS = {"APPLICATION_LOAD_BALANCER": ":elasticloadbalancing:", "API_GATEWAY": ":apigateway:"}


@RESOURCES.around("wafv2.ListResourcesForWebACL")
def list_resources(call):
    wanted = KINDS.get(call.params.get("ResourceType", "APPLICATION_LOAD_BALANCER"), "no such resources here")
    acl = call.backend().wacls.get(call.params["WebACLArn"])
    return {"ResourceArns": [arn for arn in (acl.associated_resources if acl else []) if wanted in arn]}
