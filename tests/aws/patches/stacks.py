"""CloudFormation: the stacks that `cloudformation.py` deployed, as its API shows them. moto's own engine made none of them."""
import json
from datetime import datetime, timezone

from hooks import patch, refuse
from state import state

STACKS = patch("deployed-stacks", """
    Stock: knows the stacks of its own engine only. AWS: shows each stack there is, its resources, by stack or by
    physical id, and its template. Here those of POST /_emulator/deploy.""")

MADE = datetime(2026, 1, 1, tzinfo=timezone.utc)


def _stacks(call):
    return state.stacks[call.place]


def _named(call, name):
    for stack in _stacks(call):
        if name in (stack.name, stack.id):
            return stack
    raise refuse("ValidationError", f"Stack with id {name} does not exist")


def _resources(stack, more):
    return [{"LogicalResourceId": logical, "PhysicalResourceId": str(made.ref), "ResourceType": kind,
             "ResourceStatus": "CREATE_COMPLETE"} | more for logical, kind, made in stack.all()]


def _shown(stack):
    return {"StackId": stack.id, "StackName": stack.name, "CreationTime": MADE, "StackStatus": "CREATE_COMPLETE"}


@STACKS.around("cloudformation.DescribeStacks")
def describe_stacks(call):
    name = call.params.get("StackName")
    return {"Stacks": [_shown(stack) | {
        "Outputs": [{"OutputKey": key, "OutputValue": str(value)} for key, value in stack.outputs.items()],
        "Parameters": [{"ParameterKey": key, "ParameterValue": ",".join(value) if isinstance(value, list) else str(value)}
                       for key, value in stack.scope.parameters.items()]}
        for stack in ([_named(call, name)] if name else _stacks(call))]}


@STACKS.around("cloudformation.ListStacks")
def list_stacks(call):
    return {"StackSummaries": [_shown(stack) for stack in _stacks(call)]}


@STACKS.around("cloudformation.ListStackResources")
def list_resources(call):
    stack = _named(call, call.params["StackName"])
    return {"StackResourceSummaries": _resources(stack, {"LastUpdatedTimestamp": MADE})}


@STACKS.around("cloudformation.DescribeStackResources")
def describe_resources(call):
    """By its stack, or by the physical id of a resource: then all of the stack it is in."""
    name, physical = call.params.get("StackName"), call.params.get("PhysicalResourceId")
    if name:
        stack = _named(call, name)
    else:
        stack = next((one for one in _stacks(call) if any(str(made.ref) == physical for _, _, made in one.all())), None)
        if stack is None:
            raise refuse("ValidationError", f"Stack for {physical} does not exist")
    wanted = call.params.get("LogicalResourceId")
    more = {"StackId": stack.id, "StackName": stack.name, "Timestamp": MADE}
    return {"StackResources": [one for one in _resources(stack, more) if wanted in (None, one["LogicalResourceId"])]}


@STACKS.around("cloudformation.GetTemplate")
def get_template(call):
    """As it was given, or as it was after transforms."""
    stack = _named(call, call.params["StackName"])
    processed = call.params.get("TemplateStage") == "Processed"
    body = json.dumps(stack.template) if processed else stack.file.read_text(encoding="utf-8")
    return {"TemplateBody": body, "StagesAvailable": ["Original", "Processed"]}
