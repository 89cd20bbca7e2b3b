"""How our patches get between moto and the client.

A patch is a name with a docstring (what stock moto does, what AWS does), and functions that stand around operations:

    PATCH = patch("load-balancer-attributes", "Stock: … AWS: …")

    @PATCH.around("elbv2.DescribeLoadBalancerAttributes")
    def default_keys(call):
        answer = call.moto()             # moto's answer, or that of the next patch in line, in boto3's form
        …
        return answer

A patch may also hold functions that change moto's classes outright (`PATCH.install`).
Functions run only while their patch is enabled: `enable(names)`.
"""
import functools
import itertools
import re
from collections import defaultdict

from moto.backends import get_backend
from moto.core import responses
from moto.core.exceptions import ServiceException
from moto.core.responses import PROTOCOL_PARSERS, ActionResult, BaseResponse
from moto.core.utils import get_service_model
from werkzeug.exceptions import HTTPException

import refusals
import wire
from clock import clock

patches = {}
_active = defaultdict(list)  # "service.Operation" -> functions of enabled patches, outermost first; the first
                             # enabled stands nearest to moto
# Operations whose answer changes by being asked. The proxy keeps no answers of these. What changes with time goes
# through the clock, which tells the proxy.
volatile = set()
READS = re.compile(r"(Describe|Get|List|Export|Search)")
_changes = itertools.count(1)
last_change = 0  # of anything moto holds; goes up with every call that is not a read
_moto_call_action = BaseResponse.call_action


class Patch:
    def __init__(self, name, about):
        self.name, self.about = name, about
        self.functions, self.installers = [], []

    def around(self, *operations):
        """Decorator: the function answers these operations; `call.moto()` gives what it stands around."""
        def register(function):
            self.functions += [(operation, function) for operation in operations]
            return function
        return register

    def install(self, function):
        """Decorator: the function changes moto's classes when the patch is enabled."""
        self.installers.append(function)
        return function


def patch(name, about):
    assert name not in patches, name
    patches[name] = Patch(name, " ".join(about.split()))
    return patches[name]


class Refused(Exception):
    """An answer that is not a success, on its way to the client as it is."""

    def __init__(self, response):
        self.response = response


def refuse(code, message, status=400):
    """An AWS error, in whatever way the service writes its errors."""
    return refusals.AwsError(code, message, status)


class Call:
    """One call of an operation: who, where, what, and moto's own answer."""

    def __init__(self, handler, operation, waiting):
        self.handler, self.operation, self._waiting = handler, operation, waiting
        self.service = handler.boto3_service_name
        self.account, self.region = handler.current_account, handler.region
        self.place = (self.account, self.region)

    @functools.cached_property
    def params(self):
        """The request as boto3 would write it."""
        model = get_service_model(self.service).operation_model(self.operation)
        request = self.handler.normalized_request
        protocol = wire.request_protocol(self.service, request.content_type)
        return PROTOCOL_PARSERS[protocol](model, map_type=dict).parse({
            "method": request.method, "values": request.values, "headers": request.headers, "body": request.data,
            "url_path": request.path, "url_params": self.handler.uri_match})

    def backend(self, service=None):
        return get_backend(service or self.service)[self.account][self.region]

    def moto(self):
        if self._waiting:
            return self._waiting[0](self.then())
        status, headers, body = _moto_call_action(self.handler)
        if status >= 300:
            raise Refused((status, headers, body))
        return wire.parse(self.service, self.operation, body or b"")

    def then(self):
        call = Call(self.handler, self.operation, self._waiting[1:])
        call.__dict__.update({key: value for key, value in self.__dict__.items() if key != "_waiting"})
        return call


def changed():
    """Answers kept from before no longer hold."""
    global last_change
    last_change = next(_changes)


def tick():
    """Lets happen what is due by now."""
    if clock.tick():
        changed()


def _call_action(handler):
    tick()
    operation = handler._get_action() or ""
    if READS.match(operation):
        return _answer(handler, operation)
    with clock.lock:
        try:
            return _answer(handler, operation)
        finally:
            changed()


def _answer(handler, operation):
    waiting = _active.get(f"{handler.boto3_service_name}.{operation}")
    if not waiting:
        return _moto_call_action(handler)
    try:
        answer = Call(handler, operation, waiting).moto()
    except Refused as refused:
        return refused.response
    except refusals.AwsError as error:
        status, headers, body = refusals.error(handler.boto3_service_name, error.status, error.code, error.message)
    except ServiceException as error:  # from moto's backends
        status, headers, body = handler.serialized(ActionResult(error))
    except HTTPException as error:
        status, headers, body = error.code, dict(error.get_headers() or []), error.description
    else:
        status, headers, body = wire.serialize(handler.boto3_service_name, operation, answer)
    return status, {**handler.response_headers, **headers, "status": str(status)}, body


def enable(names):
    """Turns these patches on, for the life of the process."""
    BaseResponse.call_action = _call_action
    # moto looks a handler's methods up anew for each request, which took most of the time of one. Not a patch: no
    # answer changes.
    responses.method_names_from_class = functools.cache(responses.method_names_from_class)
    for name in names:
        for operation, function in patches[name].functions:
            _active[operation].insert(0, function)
        for installer in patches[name].installers:
            installer()
