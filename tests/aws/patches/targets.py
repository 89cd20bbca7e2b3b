"""Targets of target groups: from their registration to the end of their draining, and load balancers as targets."""
from moto.elbv2.models import FakeTargetGroup

from clock import clock
from hooks import patch, refuse
from patches.elb import balancers_of
from reach import Peer, backend, balancer_peer, connects, interface_at
from state import state, wish

LIFE = patch("target-registration", """
    Stock: a target is healthy as soon as it is registered, and gone as soon as it is not; deregistering what is not
    there is an error. AWS: initial until the first health checks passed, here for delays.targets; then healthy if the
    security groups let the load balancer in, else unhealthy (Target.Timeout); draining for a while when it leaves. What
    a scenario registers is healthy. POST /_emulator/set {"health": {pattern of a group's name: "unhealthy"}} holds for
    targets registered later.""")
ALBS = patch("alb-targets", """
    Stock: registers anything in a target group of type alb. AWS: one application load balancer of the same VPC with a
    listener on the port, and at most two network load balancers before it.""")
DEFAULTS = patch("nlb-health-checks", """
    Stock: the HTTP health check of a TCP or TLS target group has no path, wants 200 and waits for 10 s. AWS: the path
    "/", 200-399 and 6 s unless given, and ModifyTargetGroup changes the codes, too.""")

INITIAL = {"State": "initial", "Reason": "Elb.RegistrationInProgress",
           "Description": "Target registration is in progress"}
UNUSED = {"State": "unused", "Reason": "Target.NotInUse",
          "Description": "Target group is not configured to receive traffic from the load balancer"}
FAILED = {"State": "unhealthy", "Reason": "Target.FailedHealthChecks", "Description": "Health checks failed"}
TIMEOUT = {"State": "unhealthy", "Reason": "Target.Timeout", "Description": "Request timed out"}
DRAINING = {"State": "draining", "Reason": "Target.DeregistrationInProgress",
            "Description": "Target deregistration is in progress"}


# ---- from registration to draining ---------------------------------------------------------------------------------

def _ripen(target):
    def ripe():
        target["ripe"] = True
    target["ripe"] = False
    clock.after("targets", ripe)


@LIFE.install
def register_and_deregister():
    stock = FakeTargetGroup.register

    def register(self, targets):
        before = dict(self.targets)
        stock(self, targets)
        for target in targets:
            now, old = self.targets[target["Id"]], before.get(target["Id"])
            if old is not None and old["Port"] == now["Port"]:
                self.targets[target["Id"]] = old
                continue
            # Scenarios decide for themselves who is healthy.
            now["watched"] = not clock.seeding
            now["sick"] = not clock.seeding and wish(state.health, self.name, self.arn) == "unhealthy"
            _ripen(now)

    def deregister(self, targets):
        self.draining = getattr(self, "draining", {})
        for target in targets:
            known = self.targets.pop(target["Id"], None)
            if known is not None:
                self.draining[target["Id"]] = known
                clock.after("draining", lambda id=target["Id"]: self.draining.pop(id, None))

    FakeTargetGroup.register, FakeTargetGroup.deregister = register, deregister


@LIFE.around("elbv2.CreateListener", "elbv2.ModifyListener", "elbv2.CreateRule", "elbv2.ModifyRule")
def check_what_is_now_in_use(call):
    groups = call.backend().target_groups.values()
    unused = [group for group in groups if not balancers_of(call.backend(), group.arn)]
    answer = call.moto()
    for group in unused:
        if balancers_of(call.backend(), group.arn):
            for target in group.targets.values():
                _ripen(target)
    return answer


@LIFE.around("elbv2.DescribeTargetHealth")
def show_health(call):
    answer = call.moto()
    group = call.backend().target_groups[call.params["TargetGroupArn"]]
    draining = getattr(group, "draining", {})
    shown = answer["TargetHealthDescriptions"]
    asked = {target["Id"] for target in call.params.get("Targets", [])}
    if not asked:
        shown += [{"Target": {"Id": id, "Port": target["Port"]}, "HealthCheckPort": shown_port(group, target)}
                  for id, target in draining.items() if id not in group.targets]
    for description in shown:
        id = description["Target"]["Id"]
        if id in group.targets:
            description["TargetHealth"] = health(call.place, group, group.targets[id])
        elif id in draining:
            description["TargetHealth"] = dict(DRAINING)
            zone = getattr(group, "zones", {}).get(id)
            if zone:
                description["Target"]["AvailabilityZone"] = zone
    return answer


def shown_port(group, target):
    return str(target["Port"]) if group.health_check_port == "traffic-port" else str(group.health_check_port)


def health(place, group, target):
    """What DescribeTargetHealth says of a target, and what the data plane goes by."""
    wanted = state.target_health.get(group.arn) or state.target_health.get(group.name) or {}
    set_health = wanted.get(f"{target['Id']}:{target['Port']}") or wanted.get(target["Id"]) or wanted.get("*")
    if set_health:
        return dict(set_health)
    balancers = balancers_of(backend("elbv2", place), group.arn)
    if not balancers:
        return dict(UNUSED)
    if target.get("sick"):
        return dict(FAILED)
    if not target.get("ripe", True):
        return dict(INITIAL)
    if target.get("watched") and not all(_answers(place, group, target, arn) for arn in balancers):
        return dict(TIMEOUT)
    return {"State": "healthy"}


def _answers(place, group, target, balancer_arn):
    """Whether a load balancer's health check gets through to a target."""
    balancers = backend("elbv2", place).load_balancers
    source, port = balancer_peer(place, balancers[balancer_arn]), int(shown_port(group, target))
    if group.target_type == "alb":
        alb = balancers.get(target["Id"])
        return (alb is not None and any(listener.port == port for listener in alb.listeners.values())
                and connects(place, source, alb.security_groups, balancer_peer(place, alb), port) is None)
    eni = interface_at(place, group.vpc_id, target["Id"])
    if eni is None:
        return True
    groups = [each.id for each in eni._group_set]
    return connects(place, source, groups, Peer(target["Id"], groups, [target["Id"]]), port) is None


# ---- load balancers as targets -------------------------------------------------------------------------------------

@ALBS.around("elbv2.RegisterTargets")
def only_fitting_balancers(call):
    elb = call.backend()
    group = elb.target_groups.get(call.params["TargetGroupArn"])
    if group is None or group.target_type != "alb":
        return call.moto()
    for target in call.params["Targets"]:
        alb, port = elb.load_balancers.get(target["Id"]), target.get("Port", group.port)
        if alb is None or alb.type != "application" or alb.vpc_id != group.vpc_id:
            raise refuse("InvalidTarget", f"The following targets are not application load balancers of the target "
                                          f"group's VPC: '{target['Id']}'")
        if port != group.port or not any(listener.port == port for listener in alb.listeners.values()):
            raise refuse("InvalidTarget", f"The load balancer '{target['Id']}' has no listener on port {port} that the "
                                          "target group leads to")
        if set(group.targets) - {alb.arn}:
            raise refuse("TooManyTargets", "A target group of type alb has one target")
        _refuse_a_third(call, group, alb)
    return call.moto()


def _refuse_a_third(call, group, alb):
    others = [other for other in call.backend().target_groups.values()
              if other is not group and alb.arn in other.targets]
    before = {arn for other in others for arn in balancers_of(call.backend(), other.arn)}
    if len(before - set(balancers_of(call.backend(), group.arn))) >= 2:
        raise refuse("TooManyRegistrationsForTargetId", f"The load balancer '{alb.arn}' is registered with 2 network load "
                                                        "balancers")


# ---- health checks -------------------------------------------------------------------------------------------------

@DEFAULTS.around("elbv2.CreateTargetGroup")
def defaults_of_http_checks(call):
    answer = call.moto()
    shown, asked = answer["TargetGroups"][0], call.params
    group = call.backend().target_groups[shown["TargetGroupArn"]]
    if group.protocol not in ("TCP", "TLS") or group.health_check_protocol not in ("HTTP", "HTTPS"):
        return answer
    group.health_check_path = asked.get("HealthCheckPath") or "/"
    group.health_check_timeout_seconds = asked.get("HealthCheckTimeoutSeconds") or 6
    group.matcher = asked.get("Matcher") or {"HttpCode": "200-399"}
    shown |= {"HealthCheckPath": group.health_check_path, "Matcher": group.matcher,
              "HealthCheckTimeoutSeconds": group.health_check_timeout_seconds}
    return answer


@DEFAULTS.around("elbv2.ModifyTargetGroup")
def change_the_codes(call):
    answer = call.moto()
    if call.params.get("Matcher"):
        group = call.backend().target_groups[call.params["TargetGroupArn"]]
        group.matcher = answer["TargetGroups"][0]["Matcher"] = call.params["Matcher"]
    return answer
