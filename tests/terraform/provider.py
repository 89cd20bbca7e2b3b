#!/usr/bin/env python3
"""Stands in for the AWS provider while a plan is made: its schema, the real one's, and no AWS.

Terraform's own core starts it as a plugin, evaluates the configuration against the schema, and asks it what a resource
would become. It plans creations only, as the real provider does: what is set stays, defaults fill in, and what only AWS
can tell is unknown."""
import fnmatch
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


def planned(name, block, given, path=""):
    """What a block of a new resource would hold."""
    if given is None or given == UNKNOWN:
        return given
    result = dict(given)
    for key, (kind, flags) in block["attributes"].items():
        if result.get(key) is None:
            if f"{path}{key}" in about(name).get("default", {}):
                result[key] = about(name)["default"][f"{path}{key}"]
            elif "c" in flags or may_be_computed(name, path + key):
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
            result[key] = planned(name, inner, found, f"{path}{key}.")
        elif not path and not found and key in about(name).get("blocks", []):
            result[key] = UNKNOWN
        elif isinstance(found, list):
            result[key] = [planned(name, inner, item, f"{path}{key}.") for item in found]
    return result


def settled(kind, value):
    """The older SDK knows nothing of a set when it does not know one item."""
    return UNKNOWN if kind[0] == "set" and isinstance(value, list) and UNKNOWN in value else value


def zero(kind):
    return {"string": "", "number": 0, "bool": False}.get(kind, []) if isinstance(kind, str) else []


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
        given = decode(request.proposed_new_state)
        new = planned(name, block, given)
        if new is not None:
            if "region" in block["attributes"] and given.get("region") is None:
                new["region"] = REGION
            if "tags_all" in block["attributes"]:
                tags = given.get("tags")
                both = UNKNOWN if tags == UNKNOWN else {**self.tags, **(tags or {})}
                new["tags_all"] = both or UNKNOWN
        return pb.PlanResourceChange.Response(planned_state=encode(new), legacy_type_system=True)

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
