"""CloudFormation's YAML, and the value of every intrinsic function but those that ask for a resource.

Written apart from apiaudit's own reader of templates, so that the two can be held against each other."""
import base64
import ipaddress
import json
import pathlib
import re

import yaml

NOTHING = object()  # AWS::NoValue: the property, or the item, is not there
REFERENCE = re.compile(r"\$\{([^}]*)\}")
# What Secrets Manager and Parameter Store would answer.
DYNAMIC = re.compile(r"\{\{resolve:[^}]*\}\}")


class Invalid(Exception):
    """A template that AWS would refuse, or that goes beyond what is known here."""


# ---- documents -----------------------------------------------------------------------------------------------------

class Loader(yaml.SafeLoader):
    """YAML 1.1 as CloudFormation reads it: with its short tags, and dates that stay text."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()}


def _short_tag(loader, name, node):
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    if name == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {name if name in ("Ref", "Condition") else f"Fn::{name}": value}


Loader.add_multi_constructor("!", _short_tag)


def read(path):
    """A template or a file of parameters."""
    text = pathlib.Path(path).read_text(encoding="utf-8")
    return json.loads(text) if path.suffix == ".json" else yaml.load(text, Loader)  # noqa: S506, a SafeLoader


# ---- functions -----------------------------------------------------------------------------------------------------

class Scope:
    """What the functions of one stack can see. `resource(id)` and `attribute(id, name)` answer for its resources."""

    def __init__(self, template, parameters, pseudo, exports, resource, attribute):
        self.mappings, self.conditions = template.get("Mappings", {}), template.get("Conditions", {})
        self.pseudo, self.exports, self.resource, self.attribute = pseudo, exports, resource, attribute
        self.parameters = {name: _parameter(name, declared, parameters.get(name, declared.get("Default")))
                           for name, declared in template.get("Parameters", {}).items()}
        unknown = set(parameters) - set(self.parameters)
        if unknown:
            raise Invalid(f"no such parameters: {', '.join(sorted(unknown))}")

    def value(self, node):
        """The node with every function in it replaced by what it gives."""
        if isinstance(node, list):
            return [item for item in map(self.value, node) if item is not NOTHING]
        if isinstance(node, str):
            return DYNAMIC.sub("resolved", node)
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            (name, argument), = node.items()
            if name == "Ref":
                return self.ref(argument)
            if name == "Condition" and isinstance(argument, str) and argument in self.conditions:
                return self.holds(argument)
            if isinstance(name, str) and name.startswith("Fn::"):
                return self._call(name.removeprefix("Fn::"), argument)
        found = {name: self.value(item) for name, item in node.items()}
        return {name: item for name, item in found.items() if item is not NOTHING}

    def ref(self, name):
        if name == "AWS::NoValue":
            return NOTHING
        if name in self.pseudo:
            return self.pseudo[name]
        return self.parameters[name] if name in self.parameters else self.resource(name)

    def holds(self, condition):
        if condition not in self.conditions:
            raise Invalid(f"no such condition: {condition}")
        return self.value(self.conditions[condition])

    def _call(self, name, argument):
        function = getattr(self, f"_{name.lower()}", None)
        if function is None:
            raise Invalid(f"Fn::{name} is not known here")
        return function(argument)

    # Conditions

    def _equals(self, argument):
        left, right = map(self.value, argument)
        return _text(left) == _text(right)

    def _and(self, argument):
        return all([self.value(item) for item in argument])

    def _or(self, argument):
        return any([self.value(item) for item in argument])

    def _not(self, argument):
        return not self.value(argument[0])

    def _if(self, argument):
        condition, yes, no = argument
        return self.value(yes if self.holds(condition) else no)

    # Text and lists

    def _getatt(self, argument):
        if isinstance(argument, str):
            argument = argument.split(".", 1)
        return self.attribute(argument[0], ".".join(map(_text, map(self.value, argument[1:]))))

    def _sub(self, argument):
        text, given = argument if isinstance(argument, list) else (argument, {})
        given = self.value(given)

        def replaced(match):
            name = match[1].strip()
            if name.startswith("!"):
                return "${" + name[1:] + "}"
            if name in given:
                return _text(given[name])
            if "." in name and name not in self.pseudo:
                return _text(self.attribute(*name.split(".", 1)))
            return _text(self.ref(name))
        return DYNAMIC.sub("resolved", REFERENCE.sub(replaced, text))

    def _join(self, argument):
        separator, items = argument
        return separator.join(map(_text, self.value(items)))

    def _split(self, argument):
        separator, text = argument
        return self.value(text).split(separator)

    def _select(self, argument):
        index, items = argument
        return self.value(items)[int(self.value(index))]

    def _findinmap(self, argument):
        name, first, second = map(self.value, argument[:3])
        return self.value(self.mappings[name][_text(first)][_text(second)])

    def _importvalue(self, argument):
        name = self.value(argument)
        if name not in self.exports:
            raise Invalid(f"nothing exports {name}")
        return self.exports[name]

    def _base64(self, argument):
        return base64.b64encode(self.value(argument).encode()).decode()

    def _getazs(self, argument):
        region = self.value(argument) or self.pseudo["AWS::Region"]
        return [f"{region}{zone}" for zone in "abc"]

    def _cidr(self, argument):
        block, count, bits = [*map(self.value, argument), 8][:3]
        network = ipaddress.ip_network(block)
        subnets = network.subnets(new_prefix=network.max_prefixlen - int(bits))
        return [str(next(subnets)) for _ in range(int(count))]


def _text(value):
    return str(value).lower() if isinstance(value, bool) else str(value)


def _parameter(name, declared, value):
    if value is None:
        raise Invalid(f"parameter {name} has no value")
    kind = declared["Type"]
    if isinstance(value, str) and (kind == "CommaDelimitedList" or "List<" in kind):
        value = [item.strip() for item in value.split(",")]
    allowed = declared.get("AllowedValues")
    for item in value if isinstance(value, list) else [value]:
        if allowed and _text(item) not in map(_text, allowed):
            raise Invalid(f"parameter {name} may not be {item}")
    return value
