"""How each service says no: denial, throttling, and any error, in its own protocol."""
import json
from xml.sax.saxutils import escape

import wire

IAM_PREFIXES = {"elbv2": "elasticloadbalancing", "elb": "elasticloadbalancing", "apigatewayv2": "apigateway",
                "resourcegroupstaggingapi": "tag"}
USER = "arn:aws:sts::123456789012:assumed-role/apiaudit-scan/test"
REQUEST_ID = "00000000-0000-4000-8000-000000000000"


class AwsError(Exception):
    """An error a patch answers with."""

    def __init__(self, code, message, status=400):
        super().__init__(f"{code}: {message}")
        self.code, self.message, self.status = code, message, status


def error(service, status, code, message, headers=None):
    """(status, headers, body)"""
    protocol = _protocol(service)
    headers = {"x-amzn-RequestId": REQUEST_ID} | (headers or {})
    if protocol in ("ec2", "query"):
        cause = f"<Error><Type>Sender</Type><Code>{escape(code)}</Code><Message>{escape(message)}</Message></Error>"
        body = (f"<Response><Errors>{cause}</Errors><RequestID>{REQUEST_ID}</RequestID></Response>"
                if protocol == "ec2" else
                f"<ErrorResponse>{cause}<RequestId>{REQUEST_ID}</RequestId></ErrorResponse>")
        return status, headers | {"Content-Type": "text/xml"}, body
    # The body of a JSON protocol names its error, that of a REST one leaves this to the header.
    body = {"message": message} if protocol == "rest-json" else {"__type": code, "message": message}
    headers |= {"Content-Type": "application/json" if protocol == "rest-json" else "application/x-amz-json-1.1",
                "x-amzn-ErrorType": code}
    return status, headers, json.dumps(body)


def _protocol(service):
    if service == "execute-api":  # requests to APIs, which answer as these do
        return "rest-json"
    try:
        return wire.protocol_of(service)
    except Exception:  # a service botocore does not know
        return "json"


def action_of(seen):
    """The IAM action a call needs. API Gateway's actions are HTTP methods."""
    prefix = IAM_PREFIXES.get(seen.service, seen.service)
    return f"{prefix}:{seen.method if prefix == 'apigateway' else seen.operation}"


def resource_of(seen):
    if seen.service in ("apigateway", "apigatewayv2"):
        return f"arn:aws:apigateway:{seen.region}::{seen.path}"
    if seen.service == "ecs":
        return f"arn:aws:ecs:{seen.region}:123456789012:*"
    return "*"


def denied(seen):
    action = action_of(seen)
    reason = f"because no identity-based policy allows the {action} action"
    message = f"User: {USER} is not authorized to perform: {action} on resource: {resource_of(seen)} {reason}"
    protocol = _protocol(seen.service)
    if protocol == "ec2":
        return error(seen.service, 403, "UnauthorizedOperation",
                     f"You are not authorized to perform this operation. User: {USER} is not authorized to perform: "
                     f"{action} {reason}")
    if protocol == "query":
        return error(seen.service, 403, "AccessDenied", message)
    return error(seen.service, 403 if protocol == "rest-json" else 400, "AccessDeniedException", message)


def throttled(seen):
    if seen.service == "ec2":
        return error(seen.service, 503, "RequestLimitExceeded", "Request limit exceeded.")
    if seen.service in ("apigateway", "apigatewayv2", "execute-api"):
        return error(seen.service, 429, "TooManyRequestsException", "Too Many Requests", {"Retry-After": "1"})
    if _protocol(seen.service) == "query":
        return error(seen.service, 400, "Throttling", "Rate exceeded")
    return error(seen.service, 400, "ThrottlingException", "Rate exceeded")
