#!/usr/bin/env python3
"""Stands in for the AWS provider while a plan is made: its schema, the real one's, and no AWS.

Terraform's own core starts it as a plugin, evaluates the configuration against the schema, and asks it what a resource
would become. It answers as the real provider does: what is set stays, defaults fill in, and what only AWS can tell is
unknown, or made up when it is told to apply."""
import fnmatch
import hashlib
import json
import pathlib
import sys

import msgpack
import tf.provider
from tf.gen import tfplugin_pb2 as pb
from tf.gen import tfplugin_pb2_grpc as rpc
from tf.runner import run_provider

HERE = pathlib.Path(__file__).resolve().parent
TYPES = json.loads((HERE / "schema.json").read_text())["types"]
COMPUTED = json.loads((HERE / "computed.json").read_text())
UNKNOWN = msgpack.ExtType(0, b"\x00")
REGION = "us-east-1"

# What the account would answer.
DATA = {
    "aws_availability_zones": {"id": REGION, "names": [f"{REGION}{zone}" for zone in "abc"], "group_names": [f"{REGION}-zg-1"],
                               "zone_ids": ["use1-az1", "use1-az2", "use1-az4"]},
    "aws_region": {"id": REGION, "name": REGION, "region": REGION, "description": "US East (N. Virginia)",
                   "endpoint": f"ec2.{REGION}.amazonaws.com"},
    "aws_caller_identity": {"id": "123456789012", "account_id": "123456789012", "user_id": "AIDAEXAMPLE",
                            "arn": "arn:aws:iam::123456789012:user/terraform"},
    "aws_ec2_managed_prefix_list": {"id": "pl-3b927c52", "arn": f"arn:aws:ec2:{REGION}:aws:prefix-list/pl-3b927c52",
                                    "name": "com.amazonaws.global.cloudfront.origin-facing", "address_family": "IPv4",
                                    "owner_id": "AWS", "max_entries": 55, "version": 1, "tags": {},
                                    "entries": [{"cidr": "120.52.22.96/27", "description": ""}]},
}


# ---- the schema, as the protocol wants it --------------------------------------------------------------------------

NESTING = {"single": pb.Schema.NestedBlock.SINGLE, "list": pb.Schema.NestedBlock.LIST, "set": pb.Schema.NestedBlock.SET}


def block_schema(block, name=None, path=""):
    attributes = [pb.Schema.Attribute(name=key, type=json.dumps(kind).encode(), required="r" in flags, optional="o" in flags,
                                      computed="c" in flags or (name and may_be_computed(name, path + key)))
                  for key, (kind, flags) in block["attributes"].items()]
    blocks = [pb.Schema.NestedBlock(type_name=key, nesting=NESTING[nesting], block=block_schema(inner, name, f"{path}{key}."))
              for key, (nesting, inner) in block["blocks"].items()]
    return pb.Schema.Block(attributes=attributes, block_types=blocks)


def about(name):
    return COMPUTED.get(name, {})


def may_be_computed(name, path):
    patterns = COMPUTED["*"]["computed"] + about(name).get("computed", []) + about(name).get("nested", [])
    return any(fnmatch.fnmatchcase(path, pattern) for pattern in patterns)


STRING = {name: ["string", "o"] for name in ("region", "profile", "access_key", "secret_key", "token")}
PROVIDER = {"attributes": {**STRING, "skip_credentials_validation": ["bool", "o"], "skip_requesting_account_id": ["bool", "o"]},
            "blocks": {"default_tags": ["list", {"attributes": {"tags": [["map", "string"], "o"]}, "blocks": {}}]}}


# ---- values --------------------------------------------------------------------------------------------------------

def decode(value):
    # Refinements of what is unknown (extension 12) are left out: what comes back may be less precise.
    return msgpack.unpackb(value.msgpack, ext_hook=lambda code, data: UNKNOWN, strict_map_key=False)


def encode(value):
    return pb.DynamicValue(msgpack=msgpack.packb(value))


def planned(name, block, given, path="", before=None):
    """What a block would hold. Of a resource that is there, Terraform's core has put what AWS made of it into `given`."""
    if given is None or given == UNKNOWN:
        return given
    result = dict(given)
    of_others = {key for kind, keys in about(name).get("only", {}).items() for key in keys
                 if kind != (given.get("load_balancer_type") or "application")}
    for key, (kind, flags) in block["attributes"].items():
        if result.get(key) is None:
            if key in of_others:
                continue
            if f"{path}{key}" in about(name).get("default", {}):
                result[key] = about(name)["default"][f"{path}{key}"]
            elif before is None and ("c" in flags or may_be_computed(name, path + key)):
                result[key] = UNKNOWN
        elif isinstance(kind, list) and isinstance(kind[1], list) and kind[1][0] == "object" and result[key] != UNKNOWN:
            # A block in the language: the older SDK writes zeros for what is not set in it.
            fields = kind[1][1]
            result[key] = [item if item == UNKNOWN else {
                field: zero(fields[field]) if value is None else settled(fields[field], value)
                for field, value in item.items()} for item in result[key]]
        else:
            result[key] = settled(kind, result[key])
    for key, (nesting, inner) in block["blocks"].items():
        found = result.get(key)
        if nesting == "single":
            result[key] = planned(name, inner, found, f"{path}{key}.", before)
        elif not path and not found and key in about(name).get("blocks", []):
            result[key] = UNKNOWN if before is None else before[key]
        elif isinstance(found, list):
            result[key] = [planned(name, inner, item, f"{path}{key}.", before) for item in found]
    return result


def settled(kind, value):
    """The older SDK knows nothing of a set when it does not know one item."""
    return UNKNOWN if kind[0] == "set" and isinstance(value, list) and UNKNOWN in value else value


def zero(kind):
    if isinstance(kind, str):
        return {"string": "", "number": 0, "bool": False}[kind]
    return {} if kind[0] == "map" else []


# What cannot be changed in place.
FORCES_NEW = {"aws_lb": ["internal", "name", "load_balancer_type"], "aws_security_group": ["name", "description", "vpc_id"],
              "aws_lb_target_group": ["name", "port", "protocol", "target_type", "vpc_id"]}
PREFIXES = {"aws_vpc": "vpc", "aws_subnet": "subnet", "aws_internet_gateway": "igw", "aws_route_table": "rtb",
            "aws_route_table_association": "rtbassoc", "aws_security_group": "sg"}
ARNS = {"aws_lb": "elasticloadbalancing:{where}:loadbalancer/{kind}/{name}/{hex16}",
        "aws_lb_target_group": "elasticloadbalancing:{where}:targetgroup/{name}/{hex16}",
        "aws_ecs_cluster": "ecs:{where}:cluster/{name}", "aws_ecs_service": "ecs:{where}:service/shop/{name}",
        "aws_ecs_task_definition": "ecs:{where}:task-definition/{family}:1",
        "aws_cloudwatch_log_group": "logs:{where}:log-group:{name}",
        "aws_security_group": "ec2:{where}:security-group/{id}", "aws_vpc": "ec2:{where}:vpc/{id}",
        "aws_subnet": "ec2:{where}:subnet/{id}", "aws_internet_gateway": "ec2:{where}:internet-gateway/{id}",
        "aws_api_gateway_rest_api": "apigateway:us-east-1::/restapis/{id}"}


def made_up(name, new):
    seed = hashlib.sha256(json.dumps([name, {key: value for key, value in new.items() if value != UNKNOWN}], default=str,
                                     sort_keys=True).encode()).hexdigest()
    known = {"hex16": seed[:16], "where": f"{REGION}:123456789012", "name": new.get("name"), "family": new.get("family"),
             "kind": {"network": "net"}.get(new.get("load_balancer_type"), "app"),
             "id": f"{PREFIXES[name]}-{seed[:17]}" if name in PREFIXES else seed[:10]}
    if name == "aws_lb_listener":
        arn = new["load_balancer_arn"].replace(":loadbalancer/", ":listener/") + "/" + seed[:16]
    else:
        arn = f"arn:aws:{ARNS[name].format(**known)}" if name in ARNS else None
    by_arn = name.startswith(("aws_lb", "aws_ecs"))
    found = {"arn": arn, "id": arn if by_arn and arn else known["id"], "owner_id": "123456789012"}
    if name == "aws_lb":
        internal = "internal-" if new.get("internal") is True and known["kind"] == "app" else ""
        found |= {"dns_name": f"{internal}{new['name']}-{int(seed[:8], 16)}.{REGION}.elb.amazonaws.com"}
    where = [new.get(key) for key in ("rest_api_id", "resource_id", "http_method")]
    kind = {"aws_api_gateway_method": "agm", "aws_api_gateway_integration": "agi"}.get(name)
    if kind:
        found |= {"id": "-".join([kind, *where])}
    if name == "aws_cloudwatch_log_group":
        found |= {"id": new["name"]}
    if name == "aws_api_gateway_stage":
        found |= {"id": f"ags-{new['rest_api_id']}-{new['stage_name']}",
                  "arn": f"arn:aws:apigateway:{REGION}::/restapis/{new['rest_api_id']}/stages/{new['stage_name']}",
                  "invoke_url": f"https://{new['rest_api_id']}.execute-api.{REGION}.amazonaws.com/{new['stage_name']}"}
    if name == "aws_ecs_task_definition":
        found |= {"id": new["family"], "revision": 1}
    return found | {"root_resource_id": seed[10:20]}


def filled(block, new, identity):
    """No unknown is left: what only AWS can tell is made up, or empty."""
    def known(key, kind, value):
        if value != UNKNOWN:
            return [item for item in value if item != UNKNOWN] if isinstance(value, list) else value
        return identity.get(key, zero(kind))
    result = {key: known(key, kind, new.get(key)) for key, (kind, _) in block["attributes"].items()}
    for key, (nesting, inner) in block["blocks"].items():
        found = new.get(key)
        if nesting == "single":
            result[key] = found
        else:
            result[key] = [] if found in (None, UNKNOWN) else [filled(inner, item, {}) for item in found]
    return result


class Servicer(rpc.ProviderServicer):
    def __init__(self, _):
        self.tags = {}

    def GetProviderSchema(self, request, context):
        resources = {name: pb.Schema(version=0, block=block_schema(block, name)) for name, block in TYPES.items()
                     if not name.startswith("data.")}
        data = {name.removeprefix("data."): pb.Schema(version=0, block=block_schema(block, name))
                for name, block in TYPES.items() if name.startswith("data.")}
        return pb.GetProviderSchema.Response(
            provider=pb.Schema(version=0, block=block_schema(PROVIDER)), resource_schemas=resources,
            data_source_schemas=data, server_capabilities=pb.ServerCapabilities(plan_destroy=True))

    def ValidateProviderConfig(self, request, context):
        return pb.ValidateProviderConfig.Response()

    def ValidateResourceConfig(self, request, context):
        return pb.ValidateResourceConfig.Response()

    def ValidateDataResourceConfig(self, request, context):
        return pb.ValidateDataResourceConfig.Response()

    def ConfigureProvider(self, request, context):
        config = decode(request.config)
        for block in config.get("default_tags") or []:
            self.tags = block["tags"] or {}
        return pb.ConfigureProvider.Response()

    def PlanResourceChange(self, request, context):
        name, block = request.type_name, TYPES[request.type_name]
        given, before = decode(request.proposed_new_state), decode(request.prior_state)
        new = planned(name, block, given, before=before)
        if new is not None:
            if "region" in block["attributes"] and given.get("region") is None:
                new["region"] = REGION
            if "tags_all" in block["attributes"]:
                tags = given.get("tags")
                both = UNKNOWN if tags == UNKNOWN else {**self.tags, **(tags or {})}
                new["tags_all"] = both or UNKNOWN
        anew = [] if before is None or new is None else [
            pb.AttributePath(steps=[pb.AttributePath.Step(attribute_name=key)]) for key in FORCES_NEW.get(name, [])
            if before.get(key) != new.get(key)]
        return pb.PlanResourceChange.Response(planned_state=encode(new), legacy_type_system=True, requires_replace=anew)

    def ReadResource(self, request, context):
        return pb.ReadResource.Response(new_state=request.current_state)

    def UpgradeResourceState(self, request, context):
        return pb.UpgradeResourceState.Response(upgraded_state=encode(json.loads(request.raw_state.json)))

    def ApplyResourceChange(self, request, context):
        """Makes things up as AWS would: ids, ARNs and names of hosts."""
        new = decode(request.planned_state)
        if new is not None:
            identity = made_up(request.type_name, new)
            new = filled(TYPES[request.type_name], new, identity)
        return pb.ApplyResourceChange.Response(new_state=encode(new), legacy_type_system=True)

    def ReadDataSource(self, request, context):
        config = decode(request.config)
        found = {key: DATA[request.type_name].get(key) if value is None else value for key, value in config.items()}
        if "region" in found and found["region"] is None:
            found["region"] = REGION
        return pb.ReadDataSource.Response(state=encode(found))

    def StopProvider(self, request, context):
        return pb.StopProvider.Response()


if __name__ == "__main__":
    tf.provider.ProviderServicer = Servicer
    run_provider(None, sys.argv)
