"""Pages of the size a test asks for, with the tokens of each service."""
import base64
import functools
import json
from urllib.parse import parse_qsl, urlencode

import wire

TOKENS = (("NextToken", "NextToken"), ("nextToken", "nextToken"), ("Marker", "NextMarker"),
          ("NextMarker", "NextMarker"), ("position", "position"))
LIMITS = ("MaxResults", "maxResults", "PageSize", "limit", "Limit", "MaxItems", "maxItems")
# moto pages some answers itself unless told to give all.
EVERYTHING = {"elbv2": {"PageSize": "400"}, "wafv2": {"Limit": 100}}
INVALID_TOKEN = {"ec2": "InvalidNextToken", "apigateway": "BadRequestException", "apigatewayv2": "BadRequestException",
                 "ecs": "InvalidParameterException", "elbv2": "ValidationError"}


class Pages:
    """How an operation pages: names of its token, limit and list."""

    def __init__(self, token_in, token_out, limit, items):
        self.token_in, self.token_out, self.limit, self.items = token_in, token_out, limit, items


@functools.cache
def of(service, operation):
    """None for an operation that does not page."""
    try:
        model = wire.operation_model(service, operation)
    except Exception:  # an operation botocore does not know
        return None
    given = model.input_shape.members if model.input_shape else {}
    shown = model.output_shape.members if model.output_shape else {}
    listed = wire.paginators_of(service).get(operation, {}).get("result_key")
    lists = [listed] if isinstance(listed, str) else listed or [
        name for name, shape in shown.items() if shape.type_name == "list"]
    for token_in, token_out in TOKENS:
        if token_in in given and token_out in shown and lists:
            limit = next((name for name in LIMITS if name in given), None)
            return Pages(token_in, token_out, limit, lists[0])
    return None


def _wire_name(service, operation, member):
    """The name of a member in the request's query string."""
    return wire.operation_model(service, operation).input_shape.members[member].serialization.get("name", member)


def ask_for_everything(seen, pages):
    """Takes token and limit out of the request. Returns (the client's token, its limit)."""
    everything = EVERYTHING.get(seen.service, {})
    protocol = wire.protocol_of(seen.service)
    if protocol in ("ec2", "query"):
        fields = dict(parse_qsl(seen.body.decode(), keep_blank_values=True))
        asked = fields.pop(pages.token_in, None), fields.pop(pages.limit, None)
        seen.body = urlencode(fields | (everything if pages.limit in everything else {})).encode()
    elif protocol == "json":
        fields = json.loads(seen.body or b"{}")
        asked = fields.pop(pages.token_in, None), fields.pop(pages.limit, None)
        seen.body = json.dumps(fields | (everything if pages.limit in everything else {})).encode()
    else:
        names = [_wire_name(seen.service, seen.operation, name) for name in (pages.token_in, pages.limit) if name]
        query = parse_qsl(seen.environ.get("QUERY_STRING", ""), keep_blank_values=True)
        given = dict(query)
        asked = given.get(names[0]), given.get(names[1]) if len(names) > 1 else None
        seen.environ["QUERY_STRING"] = urlencode([(name, value) for name, value in query if name not in names])
        for raw in ("RAW_URI", "REQUEST_URI"):
            if raw in seen.environ:
                path = seen.environ[raw].partition("?")[0]
                seen.environ[raw] = path + ("?" + seen.environ["QUERY_STRING"] if seen.environ["QUERY_STRING"] else "")
    return asked


def cut(data, pages, operation, size, asked):
    """Leaves one page in `data` and, when more follow, a token that says where they start."""
    token, limit = asked
    items = data.get(pages.items) or []
    start = 0
    if token:
        try:
            name, start = base64.urlsafe_b64decode(token).decode().split(":")
            start = int(start)
        except ValueError:
            name = None
        if name != operation:
            raise ValueError(f"Invalid token: {token}")
    end = start + (min(int(limit), size) if limit else size)
    data[pages.items] = items[start:end]
    data.pop(pages.token_out, None)
    if end < len(items):
        data[pages.token_out] = base64.urlsafe_b64encode(f"{operation}:{end}".encode()).decode()


def invalid_token_code(service):
    return INVALID_TOKEN.get(service, "ValidationException")
