"""The data plane from the way to a load balancer on: links, listeners, rules, target groups, tasks."""
import fnmatch
import itertools
from urllib.parse import parse_qsl

from moto.backends import get_backend

from patches.links import status_of
from patches.targets import health
from reach import Peer, World, backend, balancer_peer, connects, interface_at, lets_in, link_peer
from state import state

_turn = itertools.count()


class Answer(Exception):
    """Ends a request on its way."""

    def __init__(self, status, body, headers=None, way=()):
        super().__init__(str(body))
        self.status, self.body, self.headers, self.way = status, body, dict(headers or {}), list(way)


def lost(why, status=503):
    words = {503: "Service Unavailable", 504: "Endpoint request timed out"}
    return Answer(status, {"message": words[status], "why": why})


class Request:
    """What travels: the client's request, then what the back end gets to see."""

    def __init__(self, method, path, query="", headers=None):
        self.method, self.path, self.query, self.headers = method, path, query, dict(headers or {})
        self.host, self.port, self.tls, self.uri = "", 80, False, None
        self.privatelink = False  # whether it came to the network load balancer by a VPC link V1
        self.way = []

    def via(self, what):
        self.way.append(what)


# ---- ways to a load balancer ---------------------------------------------------------------------------------------

def over_the_internet(place, request):
    name = request.host.lower().removeprefix("dualstack.")
    regions = get_backend("elbv2")[place[0]]
    balancer = next((one for found in list(regions.values()) for one in list(found.load_balancers.values())
                     if one.dns_name.lower() == name), None)
    if balancer is None:
        raise lost(f"{request.host} is no load balancer here", 504)
    place = (place[0], balancer.arn.split(":")[3])
    request.via(f"INTERNET {_short(balancer)}")
    if balancer.scheme != "internet-facing":
        raise lost(f"{balancer.name} is internal", 504)
    if not lets_in(place, balancer.security_groups, request.port, World()):
        raise lost(f"the security groups of {balancer.name} do not let the internet in on port {request.port}", 504)
    _enter(place, balancer, request)


def through_v1(place, link, request):
    request.via(f"VPC_LINK V1 {link.id}")
    if status_of(link) != "AVAILABLE":
        raise lost(f"VPC link {link.id} is {status_of(link)}")
    balancer = backend("elbv2", place).load_balancers.get(link.target_arns[0])
    if balancer is None:
        raise lost(f"the load balancer of VPC link {link.id} is gone")
    # The addresses API Gateway comes from are not known: only rules for every address let it in.
    enforced = balancer.security_groups and getattr(balancer, "enforcement", "on") == "on"
    if enforced and not lets_in(place, balancer.security_groups, request.port, World()):
        raise lost(f"{balancer.name} enforces its inbound rules on PrivateLink traffic", 504)
    request.privatelink = True
    _enter(place, balancer, request)


def through_v2(place, id, target, request):
    """The target is a load balancer's ARN, whose listener the port of the URI chooses, or a listener's ARN."""
    link = backend("apigatewayv2", place).vpc_links.get(id)
    request.via(f"VPC_LINK V2 {id}")
    if link is None:
        raise lost(f"there is no VPC link {id}")
    if status_of(link) != "AVAILABLE":
        raise lost(f"VPC link {id} is {status_of(link)}")
    balancers = backend("elbv2", place).load_balancers
    balancer = balancers.get(target) or next((one for one in list(balancers.values()) if target in one.listeners), None)
    if balancer is None:
        raise lost(f"VPC link {id} leads to nothing: {target}")
    if target in balancer.listeners:
        request.port = balancer.listeners[target].port
        request.host = request.host or balancer.dns_name
    here, there = link_peer(place, link), balancer_peer(place, balancer)
    blocked = connects(place, here, balancer.security_groups, there, request.port)
    if blocked:
        raise lost(blocked, 504)
    _enter(place, balancer, request)


# ---- load balancers ------------------------------------------------------------------------------------------------

def _short(balancer):
    return "/".join(balancer.arn.split(":loadbalancer/")[1].split("/")[:2])


def _enter(place, balancer, request):
    request.via(_short(balancer))
    if balancer.state != "active":
        raise lost(f"{balancer.name} is {balancer.state}")
    listener = next((one for one in list(balancer.listeners.values()) if one.port == request.port), None)
    if listener is None:
        raise lost(f"{balancer.name} has no listener on port {request.port}", 504)
    if balancer.type == "application":
        _wants_tls(listener, request, {"HTTP": False, "HTTPS": True}[listener.protocol])
        _act(place, balancer, _actions(listener, request), request)
    else:
        if listener.protocol == "TLS":
            _wants_tls(listener, request, True)
            request.tls = False  # it ends here
        _act(place, balancer, listener.default_actions, request)


def _wants_tls(listener, request, tls):
    if request.tls != tls:
        raise lost(f"the listener on port {listener.port} speaks {listener.protocol}, the request "
                   f"{'TLS' if request.tls else 'plain HTTP'}", 503)


def _actions(listener, request):
    rules = [rule for rule in listener.rules.values() if rule.priority != "default"]
    for rule in sorted(rules, key=lambda rule: int(rule.priority)):
        if all(_holds(condition, request) for condition in rule.conditions):
            return rule.actions
    return listener.default_actions


def _holds(condition, request):
    field = condition["Field"]
    config = next((value for name, value in condition.items() if name.endswith("Config")), {})
    values = condition.get("Values") or config.get("Values") or []
    if field == "host-header":
        host = request.headers.get("host", request.host).lower()
        return any(fnmatch.fnmatchcase(host, value.lower()) for value in values)
    if field == "path-pattern":
        return any(fnmatch.fnmatchcase(request.path, value) for value in values)
    if field == "http-header":
        found = request.headers.get(config["HttpHeaderName"].lower(), "")
        return any(fnmatch.fnmatchcase(found, value) for value in values)
    if field == "http-request-method":
        return request.method in values
    if field == "query-string":
        pairs = parse_qsl(request.query, keep_blank_values=True)
        return any(wanted["Value"] == value and wanted.get("Key", name) == name
                   for wanted in values for name, value in pairs)
    return False  # source-ip: API Gateway's own addresses are not known


def _act(place, balancer, actions, request):
    action = sorted((one.data for one in actions), key=lambda data: int(data.get("Order", 1)))[-1]
    if action["Type"] == "fixed-response":
        config = action["FixedResponseConfig"]
        raise Answer(int(config["StatusCode"]), config.get("MessageBody") or "", {"Content-Type": "text/plain"})
    if action["Type"] == "redirect":
        config = action["RedirectConfig"]
        status = 301 if config["StatusCode"] == "HTTP_301" else 302
        raise Answer(status, "", {"Location": _location(config, request)})
    if any(one.data["Type"].startswith(("authenticate-", "jwt-")) for one in actions):
        raise Answer(401, {"message": "Unauthorized", "why": f"{balancer.name} asks for a login"})
    _to_group(place, balancer, _choose(action), request)


def _location(config, request):
    protocol = config.get("Protocol", "#{protocol}").replace("#{protocol}", "HTTPS" if request.tls else "HTTP").lower()
    host = config.get("Host", "#{host}").replace("#{host}", request.host)
    path = config.get("Path", "/#{path}").replace("#{path}", request.path.lstrip("/"))
    return f"{protocol}://{host}:{str(config.get('Port', '#{port}')).replace('#{port}', str(request.port))}{path}"


def _choose(action):
    groups = (action.get("ForwardConfig") or {}).get("TargetGroups") or [
        {"TargetGroupArn": action.get("TargetGroupArn")}]
    weights = [int(group.get("Weight", 1)) for group in groups]
    if len(groups) == 1 or not any(weights):
        return groups[0]["TargetGroupArn"]
    return state.random.choices(groups, weights)[0]["TargetGroupArn"]


# ---- targets -------------------------------------------------------------------------------------------------------

def _to_group(place, balancer, arn, request):
    group = backend("elbv2", place).target_groups.get(arn)
    if group is None:
        raise lost(f"target group {arn} is gone")
    # AWS would try unhealthy ones when there are no others; here a migration must not count on it.
    targets = [target for target in list(group.targets.values())
               if health(place, group, target)["State"] == "healthy"]
    if not targets:
        raise lost(f"target group {group.name} has no healthy target")
    target = targets[next(_turn) % len(targets)]
    source = balancer_peer(place, balancer)
    out = source.groups
    if request.privatelink and getattr(balancer, "enforcement", "on") == "off":
        # As AWS documents it: such traffic is known by the NLB's addresses, not by its security groups.
        source = Peer(source.name, [], source.addresses)
    request.privatelink = False
    if group.target_type == "alb":
        _to_alb(place, source, out, target, request)
    _to_task(place, group, source, out, target, request)


def _blocked(place, source, out, groups, peer, port):
    """`connects`, where the source's own groups may not be what it is known by."""
    probe = Peer(source.name, out, source.addresses)
    reason = connects(place, probe, groups, peer, port)
    if reason is None and not lets_in(place, groups, port, source):
        reason = (f"the security groups of {peer.name} know {source.name} by its group, not by its addresses, on port "
                  f"{port}")
    if reason:
        raise lost(reason, 504)


def _to_alb(place, source, out, target, request):
    alb = backend("elbv2", place).load_balancers.get(target["Id"])
    if alb is None:
        raise lost(f"the load balancer {target['Id']} is gone")
    request.port = int(target["Port"])
    _blocked(place, source, out, alb.security_groups, balancer_peer(place, alb), request.port)
    _enter(place, alb, request)


def _to_task(place, group, source, out, target, request):
    port, eni = int(target["Port"]), interface_at(place, group.vpc_id, target["Id"])
    service = group.name
    if eni is not None:
        groups = [one.id for one in eni._group_set]
        _blocked(place, source, out, groups, Peer(f"task {target['Id']}", groups, [target["Id"]]), port)
        service = _service_at(target["Id"]) or service
    body = {"service": service, "path": request.path}
    if request.query:
        body["query"] = request.query
    raise Answer(200, body, {"Content-Type": "application/json"})


def _service_at(address):
    for tasks in list(state.tasks.values()):
        for task in tasks:
            if any(detail["value"] == address for attachment in task["attachments"] for detail in attachment["details"]):
                return task["group"].removeprefix("service:")
    return None
