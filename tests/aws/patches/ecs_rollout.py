"""ECS: deployments of a service, from the tasks they start to the ones they replace, or back again."""
import copy

from moto.moto_api._internal import mock_random

from clock import clock
from hooks import patch, refuse
from patches.ecs import (TASKS, address_of, leave_groups, now, service_of, show_running, start_tasks, stop_tasks)
from patches.elb import balancers_of
from patches.targets import health
from state import state, wish

ROLLOUT = patch("ecs-rollout", """
    Stock: UpdateService changes what it shows, and nothing else. AWS: what changes the tasks (loadBalancers,
    forceNewDeployment, taskDefinition, networkConfiguration, …) starts a new PRIMARY deployment; its tasks start,
    register in all target groups, and once they are healthy the old ones drain and go. When they never are, or POST
    /_emulator/set {"rollout": {pattern of the service's name: "fail"}} says so, the circuit breaker goes back to the old
    deployment. Each step takes delays.rollouts.""")
REFUSALS = patch("ecs-service-refusals", """
    Stock: any target group, and CreateService of a name again makes the service anew. AWS: InvalidParameterException for
    a target group without a load balancer and for more than five, and for a name that is taken; the same service again
    for the same clientToken; ServiceNotActiveException.""")

STARTS_A_DEPLOYMENT = {"loadBalancers", "taskDefinition", "networkConfiguration", "platformVersion", "serviceRegistries",
                       "capacityProviderStrategy", "serviceConnectConfiguration", "volumeConfigurations",
                       "enableExecuteCommand", "propagateTags", "enableECSManagedTags"}
CONFIGURATION = ("load_balancers", "network_configuration", "task_definition", "platform_version")
PATIENCE = 10  # looks at targets that are not healthy, before the circuit breaker opens


def by_ecs(service):
    return service.deployment_controller["type"] == "ECS"


def _remember(service, deployment):
    state.service_deployments[deployment["id"]] = {name: copy.deepcopy(getattr(service, name)) for name in CONFIGURATION}


# ---- the calls -----------------------------------------------------------------------------------------------------

@TASKS.around("ecs.CreateService")
def first_deployment(call):
    answer = call.moto()
    service = service_of(call, answer["service"]["clusterArn"], answer["service"]["serviceName"])
    if not by_ecs(service):
        start_tasks(call, service, service.desired_count)
    else:
        _begin(call, service, service.deployments[0])
    return _shown(answer, service)


@ROLLOUT.around("ecs.UpdateService")
def next_deployment(call):
    params = call.params
    service = service_of(call, params.get("cluster"), params["service"])
    before = copy.deepcopy(service.deployments)
    answer = call.moto()
    service.deployments = before  # moto renames the one there is
    if params.get("taskDefinition"):
        service.task_definition = call.backend().describe_task_definition(params["taskDefinition"]).arn
    if not by_ecs(service) or not before:
        return _shown(answer, service)
    if params.get("forceNewDeployment") or STARTS_A_DEPLOYMENT & set(params):
        _begin(call, service, _new_deployment(service))
    elif "desiredCount" in params:
        _scale(call, service)
    return _shown(answer, service)


def _new_deployment(service):
    deployment = copy.deepcopy(service.deployments[0]) | {
        "id": f"ecs-svc/{mock_random.randint(10**18, 10**19 - 1)}", "status": "PRIMARY", "createdAt": now(),
        "updatedAt": now(), "failedTasks": 0, "taskDefinition": service.task_definition,
        "networkConfiguration": service.network_configuration or None, "platformVersion": service.platform_version}
    for old in service.deployments:
        old["status"] = "ACTIVE"
    service.deployments.insert(0, deployment)
    return deployment


def _shown(answer, service):
    answer["service"]["deployments"] = copy.deepcopy(service.deployments)
    answer["service"]["taskDefinition"] = service.task_definition
    show_running(answer["service"], service)
    return answer


# ---- the steps -----------------------------------------------------------------------------------------------------

def _say(deployment, rollout, reason=None):
    reasons = {"IN_PROGRESS": "in progress", "COMPLETED": "completed"}
    deployment["rolloutState"], deployment["updatedAt"] = rollout, now()
    deployment["rolloutStateReason"] = reason or f"ECS deployment {deployment['id']} {reasons[rollout]}."


def _is_current(service, deployment):
    return (service.status == "ACTIVE" and service.deployments
            and service.deployments[0] is deployment)


def _tasks(service, deployment=None, other_than=None):
    return [task for task in state.tasks[service.arn]
            if (deployment is None or task["startedBy"] == deployment["id"])
            and (other_than is None or task["startedBy"] != other_than["id"])]


def _begin(call, service, deployment):
    _say(deployment, "IN_PROGRESS")
    _remember(service, deployment)

    def start():
        if _is_current(service, deployment):
            start_tasks(call, service, service.desired_count, deployment["id"])
            _look(call, service, deployment, PATIENCE)

    clock.after("rollouts", start)


def _look(call, service, deployment, patience, pause=0):
    """Goes on once all tasks are healthy in all target groups, and back when that is never so."""
    def look():
        if not _is_current(service, deployment):
            return
        if not clock.seeding and wish(state.rollout, service.name) == "fail":
            _fail(call, service, deployment)
            return
        found = {"healthy"} if clock.seeding else _health(call, service, deployment)
        if found <= {"healthy"}:
            _complete(call, service, deployment)
        elif patience > 0:
            # Only what is unhealthy tries it.
            _look(call, service, deployment, patience - (not found <= {"healthy", "initial"}), pause=0.05)
        else:
            _fail(call, service, deployment)

    clock.after("rollouts", look, at_least=pause)


def _health(call, service, deployment):
    """How the tasks of a deployment are found in the target groups that somebody checks."""
    elb, found = call.backend("elbv2"), set()
    for balancer in service.load_balancers or []:
        group = elb.target_groups.get(balancer.get("targetGroupArn"))
        if group is None or not balancers_of(elb, group.arn):
            continue
        for task in _tasks(service, deployment):
            target = group.targets.get(address_of(task))
            found.add(health(call.place, group, target)["State"] if target else "unused")
    return found


def _complete(call, service, deployment):
    old = _tasks(service, other_than=deployment)
    leave_groups(call, old)

    def finish():
        if _is_current(service, deployment):
            stop_tasks(call, service, old)
            del service.deployments[1:]
            _say(deployment, "COMPLETED")

    if old:
        clock.after("draining", finish)
    else:
        finish()


def _fail(call, service, deployment):
    tasks = _tasks(service, deployment)
    leave_groups(call, tasks)
    stop_tasks(call, service, tasks)
    deployment["failedTasks"] += len(tasks)
    breaker = (getattr(service, "kept", {}).get("deploymentConfiguration") or {}).get("deploymentCircuitBreaker") or {}
    if not breaker.get("enable"):
        return  # and so it stays, IN_PROGRESS, as AWS leaves it
    _say(deployment, "FAILED", "ECS deployment circuit breaker: tasks failed to start.")
    good = next((old for old in service.deployments[1:] if old["rolloutState"] == "COMPLETED"), None)
    if breaker.get("rollback") and good is not None:
        _go_back(call, service, deployment, good)


def _go_back(call, service, failed, good):
    """The last deployment that was completed is the PRIMARY one again, with what it was told then."""
    failed["status"], good["status"] = "ACTIVE", "PRIMARY"
    service.deployments = [good] + [one for one in service.deployments if one is not good]
    for name, value in state.service_deployments[good["id"]].items():
        setattr(service, name, copy.deepcopy(value))
    _say(good, "IN_PROGRESS", f"ECS deployment circuit breaker: rolling back to deploymentId {good['id']}.")

    def finish():
        if _is_current(service, good):
            missing = service.desired_count - len(_tasks(service, good))
            if missing > 0:
                start_tasks(call, service, missing, good["id"])
            _complete(call, service, good)

    clock.after("rollouts", finish)


def _scale(call, service):
    primary = service.deployments[0]
    tasks = _tasks(service, primary)
    if len(tasks) < service.desired_count:
        clock.after("rollouts", lambda: start_tasks(call, service, service.desired_count - len(_tasks(service, primary)),
                                                    primary["id"]))
    else:
        surplus = tasks[service.desired_count:]
        leave_groups(call, surplus)
        clock.after("draining", lambda: stop_tasks(call, service, surplus))


@TASKS.around("ecs.DeleteService")
def stop_all_tasks(call):
    service = service_of(call, call.params.get("cluster"), call.params["service"])
    answer, tasks = call.moto(), list(state.tasks[service.arn])
    leave_groups(call, tasks)
    clock.after("draining", lambda: stop_tasks(call, service, tasks))
    return answer


# ---- refusals ------------------------------------------------------------------------------------------------------

def _refuse_groups(call):
    """A scenario may register a service before there is a listener, which AWS refuses."""
    groups = [one["targetGroupArn"] for one in call.params.get("loadBalancers") or [] if one.get("targetGroupArn")]
    if len(groups) > 5:
        raise refuse("InvalidParameterException", "load balancers can have at most 5 items.")
    if clock.seeding:
        return
    elb = call.backend("elbv2")
    for arn in groups:
        if arn not in elb.target_groups:
            raise refuse("InvalidParameterException", f"Unable to describe target group {arn}: it does not exist.")
        if not balancers_of(elb, arn):
            raise refuse("InvalidParameterException", f"The target group with targetGroupArn {arn} does not have an "
                                                      "associated load balancer.")


@REFUSALS.around("ecs.CreateService")
def create_once(call):
    params = call.params
    cluster = call.backend()._get_cluster(params.get("cluster") or "default")
    token, asked = params.get("clientToken"), {name: value for name, value in params.items() if name != "clientToken"}
    known = call.backend().services.get(f"{cluster.name}:{params['serviceName']}")
    if known is not None and known.status == "ACTIVE":
        if token and state.service_tokens.get(token) == (known.arn, asked):
            return _again(call, known)
        raise refuse("InvalidParameterException", "Creation of service was not idempotent.")
    _refuse_groups(call)
    answer = call.moto()
    if token:
        state.service_tokens[token] = (answer["service"]["serviceArn"], asked)
    return answer


def _again(call, service):
    answer = {"service": {
        "serviceArn": service.arn, "serviceName": service.name, "clusterArn": service.cluster_arn, "status": service.status,
        "desiredCount": service.desired_count, "launchType": service.launch_type,
        "loadBalancers": service.load_balancers, "networkConfiguration": service.network_configuration or None,
        "tags": service.tags} | getattr(service, "kept", {})}
    return _shown(answer, service)


@REFUSALS.around("ecs.UpdateService")
def update_active_ones(call):
    service = service_of(call, call.params.get("cluster"), call.params["service"])
    if service.status != "ACTIVE":
        raise refuse("ServiceNotActiveException", "Service was not ACTIVE.")
    _refuse_groups(call)
    return call.moto()
