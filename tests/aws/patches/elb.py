"""Elastic Load Balancing (elbv2): listeners, rules, target groups and their attributes."""
from moto.elbv2.models import FakeRule, FakeTargetGroup
from moto.moto_api._internal import mock_random

from hooks import patch, refuse
from state import state

ATTRIBUTES = patch("load-balancer-attributes", """
    Stock: a handful of keys, the same for each type. AWS: lists every key of the type with its default.""")
GROUP_ATTRIBUTES = patch("target-group-attributes", """
    Stock: the same few keys for each protocol; preserve_client_ip.enabled and proxy_protocol_v2.enabled only once
    set. AWS: lists every key of the protocol with its default.""")
HEALTH = patch("target-health", """
    Stock: a registered target is healthy at once, without an Availability Zone. AWS: the state its health checks
    found; unused (Target.NotInUse) while no listener leads to the group. Here healthy unless a test sets it:
    POST /_emulator/set {"target_health": {group ARN or name: {target id, "id:port" or "*": {"State", "Reason"}}}}.""")
USE = patch("target-group-load-balancers", """
    Stock: LoadBalancerArns gets an entry more with each rule, and keeps those of deleted listeners. AWS: the load
    balancers whose listeners and rules lead to the group now.""")
LISTENERS = patch("listener-fields", """
    Stock: drops MutualAuthentication, gives plain listeners an SSL policy, shows every certificate, a single forward
    without its ForwardConfig, and a redirect without its defaults. AWS: MutualAuthentication on HTTPS listeners ("off"
    unless set), SslPolicy on HTTPS and TLS only, the default certificate only, ForwardConfig always, and Host, Path,
    Port and Query of redirects.""")
CONDITIONS = patch("rule-conditions", """
    Stock: shows a host-header or path-pattern condition as it was given. AWS: shows both Values and the Config
    structure, whichever was given.""")
TRUST_STORES = patch("trust-stores", """
    Stock: CreateTrustStore and DescribeTrustStores are not implemented. AWS: creates and lists them.""")
DEFAULT_RULES = patch("default-rule-arns", """
    Stock: the ARN of a default rule ends in a memory address, another each time. AWS: in 16 hexadecimal digits.""")
POLICIES = patch("ssl-policies", """
    Stock: DescribeSSLPolicies passes over names it does not know and ignores LoadBalancerType. AWS: refuses an
    unknown name with SSLPolicyNotFound, and lists the policies of one type.""")

COMMON = {"deletion_protection.enabled": "false", "access_logs.s3.enabled": "false", "access_logs.s3.bucket": "",
          "access_logs.s3.prefix": "", "zonal_shift.config.enabled": "false"}
DEFAULTS = {
    "application": COMMON | {
        "load_balancing.cross_zone.enabled": "true", "idle_timeout.timeout_seconds": "60",
        "client_keep_alive.seconds": "3600", "connection_logs.s3.enabled": "false", "connection_logs.s3.bucket": "",
        "connection_logs.s3.prefix": "", "health_check_logs.s3.enabled": "false", "health_check_logs.s3.bucket": "",
        "health_check_logs.s3.prefix": "", "routing.http.desync_mitigation_mode": "defensive",
        "routing.http.drop_invalid_header_fields.enabled": "false",
        "routing.http.preserve_host_header.enabled": "false",
        "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": "false",
        "routing.http.xff_client_port.enabled": "false", "routing.http.xff_header_processing.mode": "append",
        "routing.http2.enabled": "true", "waf.fail_open.enabled": "false"},
    "network": COMMON | {
        "load_balancing.cross_zone.enabled": "false", "dns_record.client_routing_policy": "any_availability_zone",
        "secondary_ips.auto_assigned.per_subnet": "0"},
    "gateway": {"deletion_protection.enabled": "false", "load_balancing.cross_zone.enabled": "false"},
}
GROUP_COMMON = {
    "deregistration_delay.timeout_seconds": "300", "stickiness.enabled": "false",
    "load_balancing.cross_zone.enabled": "use_load_balancer_configuration",
    "target_group_health.dns_failover.minimum_healthy_targets.count": "1",
    "target_group_health.dns_failover.minimum_healthy_targets.percentage": "off",
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count": "1",
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage": "off"}
LAYER_7 = GROUP_COMMON | {
    "stickiness.type": "lb_cookie", "stickiness.lb_cookie.duration_seconds": "86400",
    "stickiness.app_cookie.cookie_name": "", "stickiness.app_cookie.duration_seconds": "86400",
    "load_balancing.algorithm.type": "round_robin", "load_balancing.algorithm.anomaly_mitigation": "off",
    "slow_start.duration_seconds": "0"}
LAYER_4 = GROUP_COMMON | {
    "stickiness.type": "source_ip", "deregistration_delay.connection_termination.enabled": "false",
    "proxy_protocol_v2.enabled": "false",
    "target_health_state.unhealthy.connection_termination.enabled": "true",
    "target_health_state.unhealthy.draining_interval_seconds": "0"}


# ---- attributes ----------------------------------------------------------------------------------------------------

@ATTRIBUTES.around("elbv2.CreateLoadBalancer")
def attributes_of_its_type(call):
    answer = call.moto()
    balancer = call.backend().load_balancers[answer["LoadBalancers"][0]["LoadBalancerArn"]]
    deny = "true" if balancer.scheme == "internal" else "false"
    balancer.attrs = DEFAULTS[balancer.type] | {"ipv6.deny_all_igw_traffic": deny}
    return answer


@GROUP_ATTRIBUTES.around("elbv2.CreateTargetGroup")
def attributes_of_its_protocol(call):
    answer = call.moto()
    group = call.backend().target_groups[answer["TargetGroups"][0]["TargetGroupArn"]]
    if group.target_type == "lambda":
        return answer
    if group.protocol in ("HTTP", "HTTPS"):
        group.attributes = dict(LAYER_7)
    else:
        preserved = not (group.target_type == "ip" and group.protocol in ("TCP", "TLS"))
        group.attributes = LAYER_4 | {"preserve_client_ip.enabled": str(preserved).lower()}
    return answer


# ---- target groups -------------------------------------------------------------------------------------------------

def _led_to(backend, actions):
    for action in actions:
        yield from backend._get_target_group_arns_from(action_data=action.data)


def balancers_of(backend, group_arn):
    found = []
    for balancer in backend.load_balancers.values():
        for listener in balancer.listeners.values():
            everything = [action for rule in listener.rules.values() for action in rule.actions]
            if group_arn in _led_to(backend, everything + listener.default_actions):
                found.append(balancer.arn)
                break
    return found


@USE.around("elbv2.DescribeTargetGroups", "elbv2.CreateTargetGroup")
def balancers_of_now(call):
    answer = call.moto()
    wanted = call.params.get("LoadBalancerArn")
    for group in answer["TargetGroups"]:
        group["LoadBalancerArns"] = balancers_of(call.backend(), group["TargetGroupArn"])
    if wanted:
        answer["TargetGroups"] = [group for group in answer["TargetGroups"] if wanted in group["LoadBalancerArns"]]
    return answer


@HEALTH.install
def keep_zones():
    stock = FakeTargetGroup.register

    def register(self, targets):
        stock(self, targets)
        self.zones = getattr(self, "zones", {})
        self.zones |= {target["Id"]: target["AvailabilityZone"] for target in targets if target.get("AvailabilityZone")}

    FakeTargetGroup.register = register


@HEALTH.around("elbv2.DescribeTargetHealth")
def wanted_health(call):
    answer = call.moto()
    arn = call.params["TargetGroupArn"]
    group = call.backend().target_groups[arn]
    wanted = state.target_health.get(arn) or state.target_health.get(group.name) or {}
    in_use = balancers_of(call.backend(), arn)
    for description in answer["TargetHealthDescriptions"]:
        target = description["Target"]
        zone = getattr(group, "zones", {}).get(target["Id"]) or _zone_of(call, target["Id"])
        if zone:
            target["AvailabilityZone"] = zone
        set_health = (wanted.get(f"{target['Id']}:{target.get('Port')}") or wanted.get(target["Id"])
                      or wanted.get("*"))
        if set_health:
            description["TargetHealth"] = dict(set_health)
        elif not in_use and description["TargetHealth"]["State"] == "healthy":
            description["TargetHealth"] = {
                "State": "unused", "Reason": "Target.NotInUse",
                "Description": "Target group is not configured to receive traffic from the load balancer"}
    return answer


def _zone_of(call, address):
    return next((eni.subnet.availability_zone for eni in call.backend("ec2").enis.values()
                 if eni.private_ip_address == address), None)


# ---- listeners and rules -------------------------------------------------------------------------------------------

def _whole_action(action):
    if action["Type"] == "forward":
        config = action.setdefault("ForwardConfig", {})
        groups = config.setdefault("TargetGroups", [])
        if not groups and action.get("TargetGroupArn"):
            groups.append({"TargetGroupArn": action["TargetGroupArn"], "Weight": 1})
        config.setdefault("TargetGroupStickinessConfig", {"Enabled": False})
        if len(groups) == 1:
            action["TargetGroupArn"] = groups[0]["TargetGroupArn"]
    elif action["Type"] == "redirect":
        defaults = {"Protocol": "#{protocol}", "Host": "#{host}", "Port": "#{port}", "Path": "/#{path}",
                    "Query": "#{query}"}
        action["RedirectConfig"] = defaults | action.get("RedirectConfig", {})


@LISTENERS.around("elbv2.CreateListener", "elbv2.ModifyListener", "elbv2.DescribeListeners")
def whole_listeners(call):
    answer = call.moto()
    given = call.params.get("MutualAuthentication")
    if given:
        state.mutual_authentication[answer["Listeners"][0]["ListenerArn"]] = given
    for listener in answer["Listeners"]:
        if listener["Protocol"] == "HTTPS":
            listener["MutualAuthentication"] = state.mutual_authentication.get(listener["ListenerArn"], {"Mode": "off"})
        if listener["Protocol"] not in ("HTTPS", "TLS"):
            listener.pop("SslPolicy", None)
        if listener.get("Certificates"):
            listener["Certificates"] = listener["Certificates"][:1]
        if not listener.get("AlpnPolicy"):
            listener.pop("AlpnPolicy", None)
        for action in listener["DefaultActions"]:
            _whole_action(action)
    return answer


@LISTENERS.around("elbv2.CreateRule", "elbv2.ModifyRule", "elbv2.DescribeRules")
def whole_actions(call):
    answer = call.moto()
    for rule in answer["Rules"]:
        for action in rule["Actions"]:
            _whole_action(action)
    return answer


@CONDITIONS.around("elbv2.CreateRule", "elbv2.ModifyRule", "elbv2.DescribeRules")
def both_forms(call):
    answer = call.moto()
    names = {"host-header": "HostHeaderConfig", "path-pattern": "PathPatternConfig"}
    for rule in answer["Rules"]:
        for condition in rule.get("Conditions", []):
            config = names.get(condition["Field"])
            values = condition.get("Values") or condition.get(config, {}).get("Values")
            if config and values:
                condition["Values"], condition[config] = values, {"Values": values}
    return answer


@DEFAULT_RULES.install
def lasting_arns():
    stock = FakeRule.__init__

    def __init__(self, *arguments, **named):
        stock(self, *arguments, **named)
        self.arn = f"{self.arn.rpartition('/')[0]}/{mock_random.get_random_hex(16)}"

    FakeRule.__init__ = __init__


@TRUST_STORES.around("elbv2.CreateTrustStore")
def create_trust_store(call):
    name = call.params["Name"]
    arn = (f"arn:aws:elasticloadbalancing:{call.region}:{call.account}:truststore/{name}/"
           f"{mock_random.get_random_hex(16)}")
    store = {"Name": name, "TrustStoreArn": arn, "Status": "ACTIVE", "NumberOfCaCertificates": 1,
             "TotalRevokedEntries": 0}
    state.trust_stores[call.place].append(store)
    return {"TrustStores": [store]}


@TRUST_STORES.around("elbv2.DescribeTrustStores")
def describe_trust_stores(call):
    arns, names = call.params.get("TrustStoreArns", []), call.params.get("Names", [])
    return {"TrustStores": [store for store in state.trust_stores[call.place]
                            if not (arns or names) or store["TrustStoreArn"] in arns or store["Name"] in names]}


@POLICIES.around("elbv2.DescribeSSLPolicies")
def policies_of_a_type(call):
    answer = call.moto()
    missing = set(call.params.get("Names", [])) - {policy["Name"] for policy in answer["SslPolicies"]}
    if missing:
        raise refuse("SSLPolicyNotFound", f"SSL policy '{sorted(missing)[0]}' not found")
    kind = call.params.get("LoadBalancerType")
    if kind:
        answer["SslPolicies"] = [policy for policy in answer["SslPolicies"]
                                 if kind in policy.get("SupportedLoadBalancerTypes", [kind])]
    return answer
