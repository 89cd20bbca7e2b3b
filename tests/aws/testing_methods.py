"""TestInvokeMethod of a REST API: a request through the working copy, and its log as AWS writes it."""
import json
import time
from urllib.parse import unquote

from balancing import Answer, Request, lost
from clock import clock
from dataplane import integrate_rest, match
from patches.rest_export import snapshot
from refusals import REQUEST_ID


def test_invoke(place, api, template, params):
    """Sends a request through the working copy, and tells of it as AWS does."""
    path, _, query = (params.get("pathWithQueryString") or template).partition("?")
    method = "GET" if params["httpMethod"] == "ANY" else params["httpMethod"]
    request = Request(method, unquote(path), query, params.get("headers"))
    values = match(template, request.path)
    methods = snapshot(api)["paths"][template]
    integration = (methods.get(params["httpMethod"]) or methods["ANY"]).get("methodIntegration")
    asked = request.path
    with clock.lock:
        try:
            if values is None:
                raise lost(f"{request.path} is no path of {template}")
            integrate_rest(place, integration, values, params.get("stageVariables") or {}, request)
        except Answer as answer:
            return _tested(params, request, asked, values or {}, answer)


def _tested(params, request, asked, values, answer):
    body = answer.body if isinstance(answer.body, str) else json.dumps(answer.body)
    moment = time.strftime("%a %b %d %H:%M:%S UTC %Y", time.gmtime())
    pairs = ", ".join(f"{name}={value}" for name, value in values.items())
    lines = [f"Starting execution for request: {REQUEST_ID}",
             f"HTTP Method: {params['httpMethod']}, Resource Path: {asked}", f"Method request path: {{{pairs}}}",
             f"Method request query string: {{{request.query}}}", "Method request headers: {}",
             "Method request body before transformations: "]
    if request.uri:
        lines += [f"Endpoint request URI: {request.uri}", "Endpoint request headers: {}",
                  "Endpoint request body after transformations: ", f"Sending request to {request.uri}"]
    if isinstance(answer.body, dict) and "why" in answer.body:
        lines += [f"Execution failed due to a timeout error: {answer.body['why']}"]
    else:
        lines += [f"Received response. Status: {answer.status}, Integration latency: 12 ms",
                  f"Endpoint response body before transformations: {body}",
                  f"Method response body after transformations: {body}", "Successfully completed execution"]
    lines += [f"Method completed with status: {answer.status}"]
    log = f"Execution log for request {REQUEST_ID}\n" + "".join(f"{moment} : {line}\n" for line in lines)
    return {"status": answer.status, "body": body, "latency": 12, "log": log, "headers": answer.headers,
            "multiValueHeaders": {name: [value] for name, value in answer.headers.items()}}
