"""Load balancers, listeners and target groups as they are made and deleted: what takes time, and what is refused."""
from moto.elbv2.models import FakeLoadBalancer

from clock import clock
from hooks import patch, refuse
from patches.elb import balancers_of

PROVISIONING = patch("load-balancer-provisioning", """
    Stock: a load balancer is active as soon as somebody looks. AWS: provisioning for some minutes, here for
    delays.load_balancers.""")
NAMES = patch("load-balancer-names", """
    Stock: makes a second load balancer of the same name, and refuses every second target group. AWS: answers the one
    there is when asked for the same, else DuplicateLoadBalancerName or DuplicateTargetGroupName. DescribeLoadBalancers
    refuses each name it does not know; stock does so for the first only.""")
DELETION = patch("load-balancer-deletion", """
    Stock: deletes any load balancer. AWS: OperationNotPermitted under deletion protection, ResourceInUse while a VPC
    link V1 leads to it or it is a target itself.""")
LISTENERS = patch("listener-ports", """
    Stock: any number of listeners on one port, and one target group behind several load balancers. AWS: answers the
    listener there is when asked for the same, else DuplicateListener; TargetGroupAssociationLimit.""")
MODIFY = patch("modify-listener", """
    Stock: ModifyListener refuses TLS, and ignores the certificates of a TLS listener. AWS: takes them.""")
TAGS = patch("load-balancer-tags", """
    Stock: DescribeTags of what is not there is empty, of any number of ARNs. AWS: LoadBalancerNotFound,
    TargetGroupNotFound or ListenerNotFound, and at most 20 ARNs a call.""")
NLB_GROUPS = patch("nlb-security-groups", """
    Stock: SetSecurityGroups on any load balancer. AWS: not on an NLB made without security groups, and not with none
    on one made with some.""")


@PROVISIONING.install
def nobody_activates_by_looking():
    FakeLoadBalancer.activate = lambda self: None


@PROVISIONING.around("elbv2.CreateLoadBalancer")
def activate_in_time(call):
    answer = call.moto()
    balancer = call.backend().load_balancers[answer["LoadBalancers"][0]["LoadBalancerArn"]]
    clock.after("load_balancers", lambda: setattr(balancer, "state", "active"))
    return answer


# ---- names ---------------------------------------------------------------------------------------------------------

def _same_or_refuse(known, asked, code, what):
    if known.asked != asked:
        raise refuse(code, f"A {what} with the same name '{known.name}' exists, but with different settings")


@NAMES.around("elbv2.CreateLoadBalancer")
def one_of_each_name(call):
    backend, asked = call.backend(), call.params
    known = next((one for one in backend.load_balancers.values() if one.name == asked["Name"]), None)
    if known is None:
        answer = call.moto()
        backend.load_balancers[answer["LoadBalancers"][0]["LoadBalancerArn"]].asked = asked
        return answer
    _same_or_refuse(known, asked, "DuplicateLoadBalancerName", "load balancer")
    return {"LoadBalancers": [{
        "LoadBalancerArn": known.arn, "DNSName": known.dns_name, "CanonicalHostedZoneId": known.canonical_hosted_zone_id,
        "LoadBalancerName": known.name, "Scheme": known.scheme, "VpcId": known.vpc_id, "Type": known.type,
        "State": {"Code": known.state}, "SecurityGroups": known.security_groups, "IpAddressType": known.ip_address_type,
        "AvailabilityZones": [{"ZoneName": subnet.availability_zone, "SubnetId": subnet.id} for subnet in known.subnets]}]}


@NAMES.around("elbv2.DescribeLoadBalancers")
def know_every_name(call):
    names = {balancer.name for balancer in call.backend().load_balancers.values()}
    absent = [name for name in call.params.get("Names", []) if name not in names]
    absent += [arn for arn in call.params.get("LoadBalancerArns", []) if arn not in call.backend().load_balancers]
    if absent:
        raise refuse("LoadBalancerNotFound", f"Load balancers '[{', '.join(absent)}]' not found")
    return call.moto()


@NAMES.around("elbv2.CreateTargetGroup")
def one_target_group_of_each_name(call):
    backend, asked = call.backend(), call.params
    known = next((one for one in backend.target_groups.values() if one.name == asked["Name"]), None)
    if known is None:
        answer = call.moto()
        backend.target_groups[answer["TargetGroups"][0]["TargetGroupArn"]].asked = asked
        return answer
    _same_or_refuse(known, asked, "DuplicateTargetGroupName", "target group")
    # moto makes what it shows from the parameters, so a twin shows all; it goes at once.
    backend.target_groups.pop(known.arn)
    twin = call.moto()["TargetGroups"][0]
    backend.target_groups.pop(twin["TargetGroupArn"])
    backend.target_groups[known.arn] = known
    return {"TargetGroups": [twin | {"TargetGroupArn": known.arn}]}


# ---- deletion ------------------------------------------------------------------------------------------------------

@DELETION.around("elbv2.DeleteLoadBalancer")
def refuse_what_is_used(call):
    arn = call.params["LoadBalancerArn"]
    balancer = call.backend().load_balancers.get(arn)
    if balancer is None:
        return {}
    if balancer.attrs.get("deletion_protection.enabled") == "true":
        raise refuse("OperationNotPermitted",
                     f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled")
    if any(arn in link.target_arns for link in call.backend("apigateway").vpc_links.values()):
        raise refuse("ResourceInUse", f"Load balancer '{arn}' cannot be deleted because it is currently associated with "
                                      "another service")
    if any(arn in group.targets for group in call.backend().target_groups.values()):
        raise refuse("ResourceInUse", f"Load balancer '{arn}' cannot be deleted because it is currently a target")
    return call.moto()


# ---- listeners -----------------------------------------------------------------------------------------------------

@LISTENERS.around("elbv2.CreateListener")
def one_listener_a_port(call):
    backend, asked = call.backend(), call.params
    balancer = backend.load_balancers.get(asked["LoadBalancerArn"])
    if balancer is None:
        raise refuse("LoadBalancerNotFound", f"Load balancer '{asked['LoadBalancerArn']}' not found")
    known = next((one for one in balancer.listeners.values() if one.port == asked.get("Port")), None)
    if known is not None:
        if getattr(known, "asked", None) != asked:
            raise refuse("DuplicateListener", f"A listener already exists on port {known.port} for this load balancer "
                                              f"'{balancer.arn}'")
        return {"Listeners": [_shown(known)]}
    _refuse_shared_groups(backend, balancer.arn, asked.get("DefaultActions", []))
    answer = call.moto()
    balancer.listeners[answer["Listeners"][0]["ListenerArn"]].asked = asked
    return answer


def _shown(listener):
    return {"ListenerArn": listener.arn, "LoadBalancerArn": listener.load_balancer_arn, "Port": listener.port,
            "Protocol": listener.protocol, "SslPolicy": listener.ssl_policy,
            "Certificates": [{"CertificateArn": arn} for arn in listener.certificates[:1]],
            "DefaultActions": [action.data for action in listener.default_actions]}


@LISTENERS.around("elbv2.ModifyListener", "elbv2.CreateRule", "elbv2.ModifyRule")
def one_balancer_a_target_group(call):
    arn = call.params.get("ListenerArn") or call.params["RuleArn"].replace(":listener-rule/", ":listener/")
    balancer = next((one.arn for one in call.backend().load_balancers.values()
                     if any(arn.startswith(listener) for listener in one.listeners)), None)
    if balancer:
        _refuse_shared_groups(call.backend(), balancer,
                              call.params.get("DefaultActions", []) + call.params.get("Actions", []))
    return call.moto()


def _refuse_shared_groups(backend, balancer, actions):
    for action in actions:
        for arn in backend._get_target_group_arns_from(action_data=action):
            if [other for other in balancers_of(backend, arn) if other != balancer]:
                raise refuse("TargetGroupAssociationLimit", "The following target groups cannot be associated with more "
                                                            f"than one load balancer: {arn}")


@MODIFY.around("elbv2.ModifyListener")
def take_tls(call):
    params, asked = call.params, call.handler.params
    tls = params.get("Protocol") == "TLS"
    if tls:
        asked.pop("Protocol")
    answer = call.moto()
    listener = next(one for balancer in call.backend().load_balancers.values() for one in balancer.listeners.values()
                    if one.arn == params["ListenerArn"])
    if tls:
        listener.protocol = answer["Listeners"][0]["Protocol"] = "TLS"
    if listener.protocol == "TLS" and params.get("Certificates"):
        listener.certificates[:1] = [params["Certificates"][0]["CertificateArn"]]
        answer["Listeners"][0]["Certificates"] = [{"CertificateArn": listener.certificates[0]}]
    # A later CreateListener is compared with what the listener is now.
    listener.asked = None
    return answer


# ---- tags ----------------------------------------------------------------------------------------------------------

@TAGS.around("elbv2.DescribeTags")
def tags_of_what_is_there(call):
    arns = call.params.get("ResourceArns", [])
    if len(arns) > 20:
        raise refuse("ValidationError", "The number of resource ARNs cannot exceed 20")
    for arn in arns:
        call.backend()._get_resource_by_arn(arn)
    return call.moto()


# ---- security groups -----------------------------------------------------------------------------------------------

@NLB_GROUPS.around("elbv2.SetSecurityGroups")
def once_with_always_with(call):
    balancer = call.backend().load_balancers.get(call.params["LoadBalancerArn"])
    if balancer is not None and balancer.type == "network":
        if not balancer.security_groups:
            raise refuse("InvalidConfigurationRequest", "You cannot set security groups on a Network Load Balancer that "
                                                        "was created without any")
        if not call.params.get("SecurityGroups"):
            raise refuse("InvalidConfigurationRequest", "You must specify at least one security group")
    return call.moto()
