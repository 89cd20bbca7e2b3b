"""The endpoint the tests talk to: recognises each call, shapes its answer as a test asked, and hands it to moto.

moto runs in this process, so there is no second connection. Answers to reads are kept until something changes, since
a test may run the same scan dozens of times; what changes with time goes through the clock.
Operations are named as botocore names them ("ec2.DescribeSubnets", "apigatewayv2.GetApis"). Wherever a setting names
operations, "ec2.*" means all of a service, "*" all, and "@us-west-2" after any of these limits it to a region.

POST /_proxy/set     any of these keys; each key given replaces the whole former value:
    page      {"*": 2}                     items a page, at most the client's own limit
    throttle  {"ec2.DescribeVpcs": 3}      the first 3 calls fail as the service throttles
    deny      ["wafv2.*", "ec2.DescribeSubnets@us-west-2"]   refused as the service refuses
    error     {"elbv2.DescribeRules": [400, "Code", "text"]}, with a fourth item n: only the first n calls
    override  {"elbv2.DescribeTargetHealth": {"TargetHealthDescriptions[].TargetHealth": {"State": "unhealthy"}}}
    latency   {"*": 50}                    milliseconds before each answer
    drop      {"ecs.ListTasks": 1}         the first call gets no answer: the connection closes
GET  /_proxy/calls   what was called, how often, where, and how many at once
POST /_proxy/reset   forgets settings and counts
"""
import io
import json
import re
import socket
import sys
import threading
import time
import traceback
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote_to_bytes

from moto.core.request import Request
from moto.core.routing import get_service_router

import dataplane
import hooks
import paging
import refusals
import wire

# Signing name in the Authorization header -> botocore's service name, where they differ.
SIGNING_NAMES = {"elasticloadbalancing": "elbv2", "tagging": "resourcegroupstaggingapi", "monitoring": "cloudwatch",
                 "servicequotas": "service-quotas"}
SCOPE = re.compile(r"Credential=[^/]+/\d+/([^/]+)/([^/]+)/")
ACTION = re.compile(rb"(?:^|&)Action=(\w+)")
READS = re.compile(r"(Describe|Get|List|Export|Search|Batch|AssumeRole|Discover|Invoke)")
DROPPED_HEADERS = ("content-length", "connection", "transfer-encoding", "date", "server", "status")
NO_SETTINGS = {"page": {}, "throttle": {}, "deny": [], "error": {}, "override": {}, "latency": {}, "drop": {}}


class Seen:
    """One request, recognised."""

    def __init__(self, environ, body):
        self.environ, self.body, self.method = environ, body, environ["REQUEST_METHOD"]
        scope = SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
        self.region, signing_name = scope.groups() if scope else ("us-east-1", "sts")
        self.service = SIGNING_NAMES.get(signing_name, signing_name)
        self.path = environ["PATH_INFO"]
        if self.service == "apigateway" and self.path.startswith("/v2/"):
            self.service = "apigatewayv2"
        if self.service == "elbv2" and b"Version=2012-06-01" in body:
            self.service = "elb"
        self.operation = self._operation()
        self.name = f"{self.service}.{self.operation}"

    def _operation(self):
        target = self.environ.get("HTTP_X_AMZ_TARGET")
        if target:
            return target.rsplit(".", 1)[1]
        action = ACTION.search(self.body)
        if action:
            return action[1].decode()
        try:
            return get_service_router(self.service).match(Request(self.environ))[0].name
        except Exception:  # no such service or operation: moto says so itself
            return "?"

    def wanted(self, setting):
        """(key, value) of the narrowest entry of a setting that means this call, or None."""
        service = f"{self.service}.*"
        for key in (f"{self.name}@{self.region}", self.name, f"{service}@{self.region}", service,
                    f"*@{self.region}", "*"):
            if key in setting:
                return key, (setting[key] if isinstance(setting, dict) else True)
        return None


class Invoked(Seen):
    """A request to an API rather than a call of AWS: `execute-api.Invoke`."""

    def __init__(self, environ, body):
        super().__init__(environ, body)
        self.service, self.operation, self.name = "execute-api", "Invoke", "execute-api.Invoke"

    def forward(self):
        hooks.tick()
        api, _, rest = self.path.removeprefix(dataplane.PREFIX).partition("/")
        stage, _, path = rest.partition("/")
        headers = {name[5:].replace("_", "-").lower(): value for name, value in self.environ.items()
                   if name.startswith("HTTP_") and name != "HTTP_HOST"}
        answer = dataplane.invoke(api, stage, f"/{path}", self.method, self.environ["QUERY_STRING"], headers)
        text = isinstance(answer.body, str)
        body = answer.body if text else json.dumps(answer.body)
        return answer.status, {"Content-Type": "text/plain" if text else "application/json"} | answer.headers, body


class Proxy:
    def __init__(self, moto_application, emulator_control, keeping=True):
        self.moto, self.emulator_control = moto_application, emulator_control
        self.keeping = keeping
        self.kept = {}  # what was asked -> (hooks.last_change when asked, answer)
        self.lock = threading.Lock()
        self.reset()

    def reset(self):
        with self.lock:
            self.settings = json.loads(json.dumps(NO_SETTINGS))
            self.shaping = False
            self.calls, self.refused, self.regions = Counter(), Counter(), Counter()
            self.in_flight = self.max_in_flight = 0

    # ---- control ---------------------------------------------------------------------------------------------------

    def control(self, path, body):
        """(status, JSON value)"""
        if path == "/_proxy/calls":
            with self.lock:
                return 200, {
                    "calls": dict(self.calls), "by_region": dict(self.regions), "refused": dict(self.refused),
                    "not_reads": {name: count for name, count in self.calls.items()
                                  if not READS.match(name.split(".")[1])},
                    "total": self.calls.total(), "max_in_flight": self.max_in_flight}
        if path == "/_proxy/reset":
            self.reset()
            return 200, {}
        if path != "/_proxy/set":
            return 404, {"error": f"no such control: {path}"}
        unknown = set(body) - set(NO_SETTINGS)
        if unknown:
            return 400, {"error": f"no such setting: {', '.join(sorted(unknown))}"}
        with self.lock:
            self.settings.update(body)
            self.shaping = any(self.settings.values())
            return 200, self.settings

    def _take(self, kind, seen, count_of):
        """The setting's value for this call, counting down those that hold for the first calls only."""
        with self.lock:
            setting = self.settings[kind]
            found = seen.wanted(setting)
            if found is None:
                return None
            key, value = found
            left = count_of(value)
            if left is None:
                return value
            if left <= 0:
                return None
            setting[key] = left - 1 if isinstance(value, int) else value[:3] + [left - 1]
            return value

    # ---- answering -------------------------------------------------------------------------------------------------

    def answer(self, seen):
        """(status, headers, body); None to close the connection."""
        with self.lock:
            self.calls[seen.name] += 1
            self.regions[f"{seen.name}@{seen.region}"] += 1
        if not self.shaping:
            return self.forward(seen)
        latency = self._take("latency", seen, lambda value: None)
        if latency:
            time.sleep(latency / 1000)
        refused = self._refusal(seen)
        if refused:
            with self.lock:
                self.refused[seen.name] += 1
            return refused
        if self._take("drop", seen, int):
            return None
        return self._shaped(seen)

    def _refusal(self, seen):
        if self._take("deny", seen, lambda value: None):
            return refusals.denied(seen)
        if self._take("throttle", seen, int):
            return refusals.throttled(seen)
        error = self._take("error", seen, lambda value: value[3] if len(value) > 3 else None)
        if error:
            return refusals.error(seen.service, *error[:3])
        return None

    def _shaped(self, seen):
        size = self._take("page", seen, lambda value: None)
        override = self._take("override", seen, lambda value: None) if not isinstance(seen, Invoked) else None
        pages = paging.of(seen.service, seen.operation) if size else None
        asked = None
        if pages:
            asked = paging.ask_for_everything(seen, pages)
        status, headers, body = self.forward(seen)
        if status >= 300 or not (pages or override):
            return status, headers, body
        data = wire.parse(seen.service, seen.operation, body)
        if pages:
            try:
                paging.cut(data, pages, seen.operation, size, asked)
            except ValueError as problem:
                return refusals.error(seen.service, 400, paging.invalid_token_code(seen.service), str(problem))
        for path, value in (override or {}).items():
            override_path(data, path.split("."), value)
        return wire.serialize(seen.service, seen.operation, data)

    def forward(self, seen):
        """moto's answer, or the one it gave when it was last asked, if nothing changed since."""
        hooks.tick()
        if isinstance(seen, Invoked):
            return seen.forward()
        if not (self.keeping and hooks.READS.match(seen.operation)) or seen.name in hooks.volatile:
            return self._ask_moto(seen)
        # Who asks is in the credential; the rest of the header is time and signature.
        who = seen.environ.get("HTTP_AUTHORIZATION", "").partition("/")[0]
        asked = (who, seen.environ.get("HTTP_X_MOTO_ACCOUNT_ID"), seen.region, seen.name, seen.path,
                 seen.environ["QUERY_STRING"], seen.body)
        change, answer = self.kept.get(asked, (None, None))
        if change == hooks.last_change:
            return answer
        change = hooks.last_change
        answer = self._ask_moto(seen)
        if answer[0] < 500:
            self.kept[asked] = (change, answer)
        return answer

    def _ask_moto(self, seen):
        environ, written = dict(seen.environ), {}
        environ["wsgi.input"] = io.BytesIO(seen.body)
        environ["CONTENT_LENGTH"] = str(len(seen.body))
        try:
            def start_response(status, headers, _=None):
                written["status"], written["headers"] = int(status.split()[0]), dict(headers)
            body = b"".join(self.moto(environ, start_response))
        except NotImplementedError:
            return self._not_implemented(seen)
        except Exception as problem:  # moto lets its own mistakes through
            traceback.print_exc()
            return refusals.error(seen.service, 500, "InternalFailure", f"{type(problem).__name__}: {problem}")
        status, headers = written["status"], written["headers"]
        if status in (404, 500) and "html" in headers.get("Content-Type", ""):
            # moto's way to say that it lacks an operation, which no SDK can read.
            return self._not_implemented(seen)
        return status, headers, body

    @staticmethod
    def _not_implemented(seen):
        return refusals.error(seen.service, 501, "NotImplemented", f"the emulator does not implement {seen.name}")

    def respond(self, environ, body):
        """(status, headers, body); None to close the connection."""
        environ["wsgi.input"], environ["CONTENT_LENGTH"] = io.BytesIO(body), str(len(body))
        path = environ["PATH_INFO"]
        if not path.startswith(("/_proxy/", "/_emulator/")):
            with self.lock:
                self.in_flight += 1
                self.max_in_flight = max(self.max_in_flight, self.in_flight)
            try:
                return self.answer((Invoked if path.startswith(dataplane.PREFIX) else Seen)(environ, body))
            finally:
                with self.lock:
                    self.in_flight -= 1
        try:
            given = json.loads(body or b"{}")
            status, value = (self.control if path.startswith("/_proxy/") else self.emulator_control)(path, given)
        except Exception as problem:  # a scenario that fails must say why to the test that asked for it
            traceback.print_exc()
            status, value = 500, {"error": f"{type(problem).__name__}: {problem}"}
        return status, {"Content-Type": "application/json"}, json.dumps(value, default=str)


def override_path(node, parts, value):
    """"A[].B" sets B in every A; a value that is an object is merged into the object already there."""
    if node is None:
        return
    name, many = parts[0].removesuffix("[]"), parts[0].endswith("[]")
    if len(parts) > 1:
        child = node.get(name)
        for item in (child if many else [child]) or []:
            override_path(item, parts[1:], value)
    elif many:
        for item in node.get(name, []):
            item.update(value)
    elif isinstance(value, dict) and isinstance(node.get(name), dict):
        node[name].update(value)
    else:
        node[name] = value


class Handler(BaseHTTPRequestHandler):
    """HTTP/1.1 with connections kept open, which werkzeug's own server does not do: opening one costs more than most
    calls."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body in one packet
    proxy = None

    def answer_any(self):
        # The whole body, always: what stays unread would be taken for the next request of the connection.
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        answer = self.proxy.respond(self._environ(), body)
        if answer is None:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        status, headers, body = answer
        body = body.encode() if isinstance(body, str) else body
        self.send_response_only(status)
        for name, value in headers.items():
            if name.lower() not in DROPPED_HEADERS:
                self.send_header(name, str(value))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = answer_any

    def _environ(self):
        path, _, query = self.path.partition("?")
        host, port = self.server.server_address
        environ = {
            "REQUEST_METHOD": self.command, "SCRIPT_NAME": "", "QUERY_STRING": query, "RAW_URI": self.path,
            "REQUEST_URI": self.path, "PATH_INFO": unquote_to_bytes(path).decode("latin-1"), "SERVER_NAME": host,
            "SERVER_PORT": str(port), "SERVER_PROTOCOL": self.request_version, "REMOTE_ADDR": self.client_address[0],
            "wsgi.version": (1, 0), "wsgi.url_scheme": "http", "wsgi.errors": sys.stderr, "wsgi.multithread": True,
            "wsgi.multiprocess": False, "wsgi.run_once": False,
            "CONTENT_TYPE": self.headers.get("Content-Type", "")}
        for name, value in self.headers.items():
            if name.lower() not in ("content-type", "content-length"):
                environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
        return environ

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, request, client_address):
        # A client that was killed is what some tests are about.
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def serve(proxy):
    """Starts the proxy on a free loopback port, in threads of its own. Returns its URL."""
    server = Server(("127.0.0.1", 0), type("BoundHandler", (Handler,), {"proxy": proxy}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"
