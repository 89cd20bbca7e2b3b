"""EC2 security groups: rules with all that was said about them, and groups that are in use."""
from hooks import patch, refuse

RULES = patch("security-group-rules", """
    Stock: Authorize answers only the rules of the last permission, keeps those before one it refuses, and forgets
    descriptions of group references. AWS: all rules or none, each with its id, description and tags;
    RevokeSecurityGroup… answers InvalidSecurityGroupRuleId.NotFound for an id it does not know, and the rules it took
    away.""")
IN_USE = patch("security-group-in-use", """
    Stock: deletes any security group. AWS: DependencyViolation while a rule of another group names it, or a network
    interface, a load balancer or a VPC link has it; CannotDelete for the default one.""")

KINDS = ("IpRanges", "Ipv6Ranges", "UserIdGroupPairs", "PrefixListIds")  # in the order moto makes the rules


def _group(call):
    name = call.params.get("GroupId") or call.params.get("GroupName") or ""
    return call.backend().get_security_group_by_name_or_id(name)


def _kind(call):
    return "egress_rules" if call.operation.endswith("Egress") else "ingress_rules"


@RULES.around("ec2.AuthorizeSecurityGroupIngress", "ec2.AuthorizeSecurityGroupEgress")
def all_or_none(call):
    group, kind = _group(call), _kind(call)
    before = list(getattr(group, kind)) if group else []
    try:
        call.moto()
    except Exception:
        if group:
            setattr(group, kind, before)
        raise
    made = [rule for rule in getattr(group, kind) if not any(rule is old for old in before)]
    said = [entry.get("Description") for permission in call.params.get("IpPermissions", [])
            for name in KINDS for entry in permission.get(name, [])]
    for rule, description in zip(made, said):
        rule.said = description
    return {"Return": True, "SecurityGroupRules": [_shown(call, rule) for rule in made]}


def _shown(call, rule):
    shown = {
        "SecurityGroupRuleId": rule.id, "GroupId": rule.group_id, "GroupOwnerId": call.account,
        "IsEgress": rule.is_egress, "IpProtocol": rule.ip_protocol,
        "FromPort": -1 if rule.from_port is None else rule.from_port,
        "ToPort": -1 if rule.to_port is None else rule.to_port,
        "CidrIpv4": rule.cidr_ipv4, "CidrIpv6": rule.cidr_ipv6, "PrefixListId": rule.prefix_list_id,
        "Description": getattr(rule, "said", None) or rule.description,
        "Tags": [{"Key": tag["key"], "Value": tag["value"]} for tag in rule.get_tags()],
        "SecurityGroupRuleArn": f"arn:aws:ec2:{call.region}:{call.account}:security-group-rule/{rule.id}"}
    if rule.source_group:
        shown["ReferencedGroupInfo"] = {"GroupId": rule.source_group["GroupId"],
                                        "UserId": rule.source_group.get("UserId", call.account)}
    return {name: value for name, value in shown.items() if value is not None}


@RULES.around("ec2.CreateSecurityGroup")
def show_tags(call):
    answer = call.moto()
    group = call.backend().get_security_group_from_id(answer["GroupId"])
    return answer | {"Tags": [{"Key": tag["key"], "Value": tag["value"]} for tag in group.get_tags()]}


@RULES.around("ec2.DescribeSecurityGroupRules")
def describe_rules(call):
    answer = call.moto()
    rules = {rule.id: rule for groups in call.backend().groups.values() for group in groups.values()
             for rule in group.ingress_rules + group.egress_rules}
    answer["SecurityGroupRules"] = [_shown(call, rules[rule["SecurityGroupRuleId"]])
                                    for rule in answer["SecurityGroupRules"]]
    return answer


@RULES.around("ec2.RevokeSecurityGroupIngress", "ec2.RevokeSecurityGroupEgress")
def name_what_is_unknown(call):
    group, kind = _group(call), _kind(call)
    before = list(getattr(group, kind)) if group else []
    known = {rule.id for rule in before}
    for id in call.params.get("SecurityGroupRuleIds", []):
        if group and id not in known:
            raise refuse("InvalidSecurityGroupRuleId.NotFound", f"The security group rule ID '{id}' does not exist")
    call.moto()
    left = {rule.id for rule in getattr(group, kind)}
    revoked = [_shown(call, rule) for rule in before if rule.id not in left]
    return {"Return": True, "RevokedSecurityGroupRules": revoked}


# ---- use -----------------------------------------------------------------------------------------------------------

@IN_USE.around("ec2.DeleteSecurityGroup")
def refuse_what_is_used(call):
    group = _group(call)
    if group is None:
        return call.moto()
    if group.is_default:
        raise refuse("CannotDelete", f"the specified group: \"{group.id}\" name: \"default\" cannot be deleted by a user")
    if _is_used(call, group):
        raise refuse("DependencyViolation", f"resource {group.id} has a dependent object")
    call.moto()
    return {"Return": True, "GroupId": group.id}


def _is_used(call, group):
    ec2 = call.backend()
    for groups in ec2.groups.values():
        for other in groups.values():
            if other is not group and any(rule.source_group.get("GroupId") == group.id
                                          for rule in other.ingress_rules + other.egress_rules):
                return True
    balancers = call.backend("elbv2").load_balancers.values()
    links = call.backend("apigatewayv2").vpc_links.values()
    return (any(group in eni._group_set for eni in ec2.enis.values())
            or any(group.id in (balancer.security_groups or []) for balancer in balancers)
            or any(group.id in (link.sg_ids or []) for link in links))
