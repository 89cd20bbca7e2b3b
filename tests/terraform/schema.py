#!/usr/bin/env python3
"""Reads the schema of the AWS provider out of the npm package @cdktf/provider-aws, which was generated from it.

    npm install @cdktf/provider-aws@21.22.1
    python3 tests/terraform/schema.py node_modules/@cdktf/provider-aws > tests/terraform/schema.json

For each type: {"attributes": {name: [type, flags]}, "blocks": {name: [nesting, block]}}. A type is what Terraform's own
JSON calls it: "string", ["set", "string"], ["list", ["object", {…}]]. Flags are r(equired), o(ptional), c(omputed).

What the package does not tell is whether an optional attribute is computed as well; `computed.json` adds that."""
import json
import pathlib
import re
import sys

TYPES = """
aws_vpc aws_subnet aws_internet_gateway aws_route_table aws_route aws_route_table_association aws_security_group
aws_security_group_rule aws_vpc_security_group_ingress_rule aws_vpc_security_group_egress_rule aws_ec2_managed_prefix_list
aws_lb aws_lb_target_group aws_lb_target_group_attachment aws_lb_listener aws_lb_listener_rule
aws_ecs_cluster aws_ecs_task_definition aws_ecs_service aws_cloudwatch_log_group
aws_api_gateway_rest_api aws_api_gateway_resource aws_api_gateway_method aws_api_gateway_integration
aws_api_gateway_deployment aws_api_gateway_stage aws_api_gateway_vpc_link aws_api_gateway_method_settings
aws_apigatewayv2_api aws_apigatewayv2_vpc_link aws_apigatewayv2_integration aws_apigatewayv2_route
aws_apigatewayv2_stage aws_apigatewayv2_authorizer aws_wafv2_web_acl_association
data.aws_availability_zones data.aws_region data.aws_caller_identity data.aws_ec2_managed_prefix_list""".split()

GETTERS = {"String": "string", "Number": "number", "Boolean": "bool", "List": ["list", "string"],
           "NumberList": ["list", "number"], "StringMap": ["map", "string"], "BooleanMap": ["map", "bool"]}
STORAGE = {"string": "string", "number": "number", "boolean": "bool", "stringList": "string", "numberList": "number",
           "stringMap": "string", "booleanMap": "bool", "numberMap": "number"}


class Module:
    """The generated JavaScript of one resource."""

    def __init__(self, folder):
        self.code = (folder / "index.js").read_text().split("//# sourceMappingURL")[0]
        self.types = (folder / "index.d.ts").read_text()
        self.version = re.search(r"providerVersion: '([^']*)'", self.code)[1]

    def resource(self):
        name = re.search(r"^class (\w+) extends cdktf\.Terraform(?:Resource|DataSource) ", self.code, re.M)[1]
        block = self.block(name, f"{name}Config", "synthesizeHclAttributes() {")
        return block

    def block(self, reader, config, writer):
        """`reader` is the class that reads it, `config` the interface that describes it, `writer` where it is written."""
        body = self._class(reader)
        required, optional = self._declared(config)
        attributes, blocks = {}, {}
        for name, kind, storage, is_block in self._written(writer):
            flags = "r" if name in required else "o"
            field = _camel(name)
            remark = re.search(rf"// {name} - computed: (\w+), optional: (\w+), required: (\w+)", body)
            if remark and remark[1] == "true":
                flags += "c"
            if not is_block:
                attributes[name] = [self._type(body, field, kind, storage), flags]
                continue
            inner, nesting = self._inner(body, name)
            if nesting == "single" and inner.endswith("Timeouts"):
                blocks[name] = ["single", self._nested(inner)]
            elif "c" in flags:
                # A block in the language, and an attribute in the schema.
                attributes[name] = [[nesting, ["object", _flat(self._nested(inner))]], flags]
            else:
                # A block that there can be one of is a list all the same.
                blocks[name] = ["list" if nesting == "single" else nesting, self._nested(inner)]
        for name, getter in re.findall(r"// (\w+) - computed: true, optional: false, required: false\n\s+(?:get|this)(.*?)\n"
                                       r"(?=    \}|        this\._)", body, re.S):
            if name not in attributes and name not in blocks:
                attributes[name] = [self._computed_type(body, name, getter), "c"]
        return {"attributes": dict(sorted(attributes.items())), "blocks": dict(sorted(blocks.items()))}

    def _class(self, name):
        found = re.search(rf"^class {name} extends .*?^}}", self.code, re.M | re.S)
        return found[0] if found else ""

    def _declared(self, interface):
        body = re.search(rf"export interface {interface}\b[^{{]*\{{(.*?)^\}}", self.types, re.M | re.S)
        pairs = re.findall(r"#(\w+) \w+#\w+\}\n.*?readonly \w+(\??):", body[1] if body else "", re.S)
        return ({name for name, mark in pairs if not mark}, {name for name, mark in pairs if mark})

    def _written(self, start):
        if start not in self.code:
            return []
        rest = self.code[self.code.index(start):]
        rest = rest[:rest.index("};")]
        return [(name, kind, storage, is_block == "true") for name, is_block, kind, storage in re.findall(
            r'(\w+): \{\n\s+value: .*\n\s+isBlock: (\w+),\n\s+type: "(\w+)",\n\s+storageClassType: "(\w+)"', rest)]

    def _type(self, body, field, kind, storage):
        if kind == "simple":
            return STORAGE.get(storage, "string")
        return [kind, STORAGE.get(storage, "string")]

    def _inner(self, body, name):
        made = re.search(rf'new (\w+?)(List|OutputReference)\(this, "{name}"(?:, (\w+))?\)', body)
        if made[2] == "OutputReference":
            return made[1], "single"
        return made[1], "set" if made[3] == "true" else "list"

    def _nested(self, inner):
        writer = f"function {inner[0].lower()}{inner[1:]}ToHclTerraform("
        return self.block(f"{inner}OutputReference", inner, writer)

    def _computed_type(self, body, name, getter):
        plain = re.search(rf"this\.get(\w+?)Attribute\('{name}'\)", body)
        if plain:
            kind = GETTERS[plain[1]]
            # A set is read as a list.
            return ["set", kind[1]] if f"tolist(this.get{plain[1]}Attribute('{name}'))" in body else kind
        mapped = re.search(rf'new cdktf\.(\w+)\(this, "{name}"\)', body)
        if mapped:
            return GETTERS[mapped[1]]
        made = re.search(rf'new (\w+?)List\(this, "{name}", (\w+)\)', body)
        if made:
            return ["set" if made[2] == "true" else "list", ["object", _flat(self._nested(made[1]))]]
        raise SystemExit(f"no type for {name}")


def _flat(block):
    """A block as the attributes of an object."""
    fields = {name: kind for name, (kind, _) in block["attributes"].items()}
    for name, (nesting, inner) in block["blocks"].items():
        fields[name] = [nesting, ["object", _flat(inner)]]
    return fields


def _camel(name):
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


def main():
    library = pathlib.Path(sys.argv[1]) / "lib"
    schema, version = {}, None
    for name in TYPES:
        folder = name.replace("data.aws_", "data-aws-").removeprefix("aws_").replace("_", "-")
        module = Module(library / folder)
        version = module.version
        schema[name] = module.resource()
    lines = ",\n".join(f'"{name}": {json.dumps(block)}' for name, block in schema.items())
    print(f'{{"provider_version": "{version}", "types": {{\n{lines}\n}}}}')


if __name__ == "__main__":
    main()
