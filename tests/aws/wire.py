"""AWS's wire formats, read and written with botocore's models: what the hooks and the proxy share."""
import functools

import botocore.loaders
import botocore.parsers
from moto.core.request import determine_request_protocol
from moto.core.serialize import get_serializer_class
from moto.core.utils import get_service_model

PROTOCOLS = ("ec2", "query", "json", "rest-json", "rest-xml")


@functools.cache
def operation_model(service, operation):
    return get_service_model(service).operation_model(operation)


@functools.cache
def protocol_of(service):
    """Models that name a newer protocol first are spoken to in JSON, as the SDKs for Rust and Python do here."""
    protocol = get_service_model(service).metadata["protocol"]
    return protocol if protocol in PROTOCOLS else "json"


@functools.cache
def paginators_of(service):
    try:
        return botocore.loaders.create_loader().load_service_model(service, "paginators-1")["pagination"]
    except botocore.exceptions.UnknownServiceError:
        return {}


@functools.cache
def _parser(protocol):
    return botocore.parsers.create_parser(protocol)


def parse(service, operation, body):
    """The answer as boto3 would hand it out, without ResponseMetadata."""
    model = operation_model(service, operation)
    raw = body if isinstance(body, bytes) else body.encode()
    answer = _parser(protocol_of(service)).parse(
        {"body": raw, "headers": {}, "status_code": 200, "context": {}}, model.output_shape)
    answer.pop("ResponseMetadata", None)
    return answer


def serialize(service, operation, answer):
    """(status, headers, body) of an answer in boto3's form, or of an exception with a code and a message."""
    model = operation_model(service, operation)
    serializer = get_serializer_class(service, protocol_of(service))(operation_model=model)
    written = serializer.serialize(answer)
    return written["status_code"], dict(written["headers"]), written["body"]


def request_protocol(service, content_type):
    return determine_request_protocol(get_service_model(service), content_type or "")
