"""Deploys CloudFormation templates to the emulator by plain API calls, as CloudFormation would.

moto's own engine passes over half of what apiaudit audits (VPC links, HTTP APIs, stages), so this one stands in for it.
It refuses what it does not know, rather than leave it out. What is known stands in `cloudformation_types.py`."""
import copy
import logging
import uuid

import cloudformation_types as types
from intrinsics import Invalid, Scope, read
from state import state

ACCOUNT = "123456789012"


def deploy(aws, name, files, parameters=None, exports=None, account=None):
    """Deploys these files one after the other, each as a stack of its own. `exports` is what stacks in this account and
    region exported so far, and gets more. Answers {"resources": {logical id: {"type", "id"}}, "outputs"}."""
    exports = {} if exports is None else exports
    made = {"resources": {}, "outputs": {}}
    given = _plain(parameters)
    declared = [set(read(file).get("Parameters", {})) for file in files]
    unknown = set(given) - set().union(*declared)
    if unknown:
        raise Invalid(f"no template has the parameters {', '.join(sorted(unknown))}")
    for file, names in zip(files, declared):
        stack = Stack(aws, name if len(files) == 1 else f"{name}-{file.stem.split('.')[0]}", file,
                      {key: value for key, value in given.items() if key in names}, exports, account or ACCOUNT)
        stack.create()
        clash = set(made["resources"]) & set(stack.made())
        if clash:
            raise Invalid(f"two templates have the logical ids {', '.join(sorted(clash))}")
        made["resources"] |= stack.made()
        made["outputs"] |= stack.outputs
    return made


def _plain(parameters):
    """As an object, or as the AWS CLI takes them: [{"ParameterKey", "ParameterValue"}]."""
    if isinstance(parameters, list):
        return {one["ParameterKey"]: one["ParameterValue"] for one in parameters}
    return dict(parameters or {})


class Stack:
    """A stack on its way. Resources are made as they are asked for, so that each finds those it refers to."""

    def __init__(self, aws, name, file, parameters, exports, account=ACCOUNT):
        self.aws, self.name, self.file, self.exports, self.account = aws, name, file, exports, account
        self.id = f"arn:aws:cloudformation:{aws.region}:{account}:stack/{name}/{uuid.uuid5(uuid.NAMESPACE_URL, name)}"
        template = _transformed(read(file), parameters, aws.region)
        self.template, self.resources, self.outputs = template, template["Resources"], {}
        pseudo = {"AWS::Region": aws.region, "AWS::AccountId": account, "AWS::StackName": name, "AWS::StackId": self.id,
                  "AWS::Partition": "aws", "AWS::URLSuffix": "amazonaws.com", "AWS::NotificationARNs": []}
        self.scope = Scope(template, parameters, pseudo, exports, self._ref, self._attribute)
        self._made, self._under_way = {}, []
        if any(stack.name == name for stack in self._others()):
            raise Invalid(f"there is a stack {name} already")

    def _others(self):
        return state.stacks[self.account, self.aws.region]

    def create(self):
        self._others().append(self)
        for logical in self.resources:
            if self._wanted(logical):
                self.resource(logical)
        for name, output in self.template.get("Outputs", {}).items():
            if "Condition" in output and not self.scope.holds(output["Condition"]):
                continue
            value = self.outputs[name] = self.scope.value(output["Value"])
            if "Export" in output:
                exported = self.scope.value(output["Export"]["Name"])
                if exported in self.exports:
                    raise Invalid(f"{exported} is exported already")
                self.exports[exported] = value

    def all(self):
        """(logical id, type, what was made) of each resource of this very stack."""
        return [(logical, self.resources[logical]["Type"], made) for logical, made in self._made.items()]

    def made(self):
        """{logical id, those of a nested stack as Outer.Inner: {"type", "id"}}"""
        found = {}
        for logical, made in self._made.items():
            found[logical] = {"type": self.resources[logical]["Type"], "id": made.id}
            if made.stack:
                found |= {f"{logical}.{inner}": one for inner, one in made.stack.made().items()}
        return found

    def resource(self, logical):
        if logical in self._made:
            return self._made[logical]
        if logical not in self.resources:
            raise Invalid(f"{self.file.name}: no such resource: {logical}")
        if not self._wanted(logical):
            raise Invalid(f"{self.file.name}: {logical} is not made: its condition does not hold")
        if logical in self._under_way:
            raise Invalid(f"{self.file.name}: {' -> '.join([*self._under_way, logical])} go round in a circle")
        self._under_way.append(logical)
        declared = self.resources[logical]
        depends = declared.get("DependsOn", [])
        for other in [depends] if isinstance(depends, str) else depends:
            if self._wanted(other):
                self.resource(other)
        made = self._make(logical, declared)
        self._under_way.pop()
        self._made[logical] = made
        return made

    def tags(self, logical):
        """What CloudFormation adds where the service takes tags with a name that begins with aws:."""
        return {"aws:cloudformation:stack-name": self.name, "aws:cloudformation:stack-id": self.id,
                "aws:cloudformation:logical-id": logical}

    def _make(self, logical, declared):
        kind, properties = declared["Type"], self.scope.value(declared.get("Properties", {}))
        try:
            if kind == "AWS::CloudFormation::Stack":
                return self._nested(logical, properties)
            if kind in types.HARMLESS or kind.startswith("Custom::"):
                return types.pretend(self, logical, kind, properties)
            if kind not in types.MAKERS:
                raise Invalid(f"{kind} is not known here")
            return types.MAKERS[kind](types.Making(self, logical, kind, properties))
        except Invalid as problem:
            raise Invalid(f"{self.file.name}: {logical}: {problem}") from problem
        except (KeyError, TypeError) as problem:
            raise Invalid(f"{self.file.name}: {logical} ({kind}) lacks {problem}") from problem
        except Exception as problem:  # the service refused it
            raise Invalid(f"{self.file.name}: {logical} ({kind}): {problem}") from problem

    def _nested(self, logical, properties):
        file = self.file.parent / properties["TemplateURL"]
        stack = Stack(self.aws, f"{self.name}-{logical}", file, properties.get("Parameters", {}), self.exports,
                      self.account)
        stack.create()
        return types.Made(stack.id, stack=stack, **{f"Outputs.{name}": value for name, value in stack.outputs.items()})

    def _wanted(self, logical):
        condition = self.resources.get(logical, {}).get("Condition")
        return condition is None or self.scope.holds(condition)

    def _ref(self, logical):
        return self.resource(logical).ref

    def _attribute(self, logical, name):
        return self.resource(logical).attribute(name)


# ---- SAM -----------------------------------------------------------------------------------------------------------

def _transformed(template, parameters, region):
    wanted = template.get("Transform", [])
    wanted = [wanted] if isinstance(wanted, str) else wanted
    if not wanted:
        return template
    if wanted != ["AWS::Serverless-2016-10-31"]:
        raise Invalid(f"the transform {wanted} is not known here")
    # Slow to import, and seldom needed.
    import boto3
    from samtranslator.model.exceptions import InvalidDocumentException
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator
    logging.getLogger("samtranslator").setLevel(logging.ERROR)
    # It gets a copy: the translator writes into what it is given.
    packaged = _packaged(copy.deepcopy(template))
    try:
        return Translator({}, Parser(), boto_session=boto3.Session(region_name=region)).translate(packaged, parameters)
    except InvalidDocumentException as problem:
        raise Invalid("; ".join(cause.message for cause in problem.causes)) from problem


def _packaged(template):
    """As `sam package` leaves it: the code of functions stands in a bucket."""
    functions = [one["Properties"] for one in template["Resources"].values() if one["Type"] == "AWS::Serverless::Function"]
    for properties in [*functions, template.get("Globals", {}).get("Function", {})]:
        if isinstance(properties.get("CodeUri"), str):
            properties["CodeUri"] = "s3://packaged/code"
    return template
