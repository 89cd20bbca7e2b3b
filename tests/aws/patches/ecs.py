"""ECS: services with running tasks, their network interfaces, and their places in target groups."""
from datetime import datetime, timezone

from moto.moto_api._internal import mock_random

from hooks import patch
from patches.ec2 import new_interface
from state import state

TASKS = patch("ecs-tasks", """
    Stock: a service stays at 0 of N with its deployment IN_PROGRESS; it has no tasks, and nothing is registered in
    its target groups. AWS: desiredCount tasks run, each awsvpc task with a network interface (and a public address
    when assignPublicIp is ENABLED), its address registered in the service's target groups, the deployment
    COMPLETED.""")
KEPT = patch("ecs-service-fields", """
    Stock: CreateService drops enableExecuteCommand, healthCheckGracePeriodSeconds, deploymentConfiguration and
    capacityProviderStrategy. AWS: DescribeServices shows them.""")

SERVICE_FIELDS = ("enableExecuteCommand", "healthCheckGracePeriodSeconds", "deploymentConfiguration",
                  "capacityProviderStrategy", "availabilityZoneRebalancing", "enableECSManagedTags")


def _now():
    return datetime.now(timezone.utc).replace(microsecond=0)


def _service(call, cluster, name):
    return call.backend()._get_service((cluster or "default").split("/")[-1], name.split("/")[-1])


def _network(service):
    return (service.network_configuration or {}).get("awsvpcConfiguration") or {}


# ---- tasks ---------------------------------------------------------------------------------------------------------

def settle(call, service):
    """Replaces the service's tasks by desiredCount tasks that run, as its configuration says now."""
    clear(call, service)
    for number in range(service.desired_count if service.status == "ACTIVE" else 0):
        state.tasks[service.arn].append(_task(call, service, number))
    _register(call, service)


def clear(call, service):
    tasks = state.tasks.pop(service.arn, [])
    for group in call.backend("elbv2").target_groups.values():
        for task in tasks:
            group.targets.pop(_detail(task, "privateIPv4Address"), None)
    for task in tasks:
        call.backend("ec2").enis.pop(_detail(task, "networkInterfaceId"), None)


def _detail(task, name):
    details = [detail for attachment in task["attachments"] for detail in attachment["details"]]
    return next((detail["value"] for detail in details if detail["name"] == name), None)


def _register(call, service):
    groups = call.backend("elbv2").target_groups
    for balancer in service.load_balancers or []:
        alternate = (balancer.get("advancedConfiguration") or {}).get("alternateTargetGroupArn")
        for arn in (balancer.get("targetGroupArn"), alternate):
            if arn in groups:
                groups[arn].register([{"Id": _detail(task, "privateIPv4Address"), "Port": balancer["containerPort"]}
                                      for task in state.tasks[service.arn] if task["attachments"]])


def _task(call, service, number):
    id = mock_random.get_random_hex(32)
    definition = call.backend().describe_task_definition(service.task_definition)
    attachment = _attachment(call, service, number) if _network(service) else None
    address = [{"attachmentId": attachment["id"], "privateIpv4Address": attachment["details"][-1]["value"]}
               ] if attachment else []
    moment = _now()
    arn = f"arn:aws:ecs:{call.region}:{call.account}:task/{service.cluster_name}/{id}"
    task = {
        "taskArn": arn, "clusterArn": service.cluster_arn, "taskDefinitionArn": definition.arn,
        "group": f"service:{service.name}", "startedBy": _deployment_id(service), "lastStatus": "RUNNING",
        "desiredStatus": "RUNNING", "healthStatus": "UNKNOWN", "connectivity": "CONNECTED", "connectivityAt": moment,
        "createdAt": moment, "startedAt": moment, "launchType": service.launch_type, "version": 3,
        "attachments": [attachment] if attachment else [], "attributes": [], "overrides": {"containerOverrides": []},
        "containers": [{
            "containerArn": f"arn:aws:ecs:{call.region}:{call.account}:container/{service.cluster_name}/{id}/{place}",
            "taskArn": arn, "name": container["name"], "image": container.get("image", ""), "lastStatus": "RUNNING",
            "healthStatus": "UNKNOWN", "networkInterfaces": address,
        } for place, container in enumerate(definition.container_definitions)]}
    if service.launch_type == "FARGATE":
        task |= {"platformVersion": "1.4.0", "platformFamily": "Linux"}
    if attachment:
        task["availabilityZone"] = call.backend("ec2").get_subnet(attachment["details"][0]["value"]).availability_zone
    return task


def _attachment(call, service, number):
    network, ec2 = _network(service), call.backend("ec2")
    subnet = ec2.get_subnet(network["subnets"][number % len(network["subnets"])])
    id = "-".join(mock_random.get_random_hex(length) for length in (8, 4, 4, 4, 12))
    eni = new_interface(ec2, subnet, f"arn:aws:ecs:{call.region}:{call.account}:attachment/{id}",
                        network.get("securityGroups") or [], network.get("assignPublicIp") == "ENABLED",
                        requester="578734482556")
    details = {"subnetId": subnet.id, "networkInterfaceId": eni.id, "macAddress": eni.mac_address,
               "privateDnsName": f"ip-{eni.private_ip_address.replace('.', '-')}.ec2.internal",
               "privateIPv4Address": eni.private_ip_address}
    return {"id": id, "type": "ElasticNetworkInterface", "status": "ATTACHED",
            "details": [{"name": name, "value": value} for name, value in details.items()]}


def _deployment_id(service):
    return service.deployments[0]["id"] if service.deployments else "ecs-svc/0"


@TASKS.around("ecs.CreateService", "ecs.UpdateService")
def run_the_tasks(call):
    answer = call.moto()
    shown = answer["service"]
    service = _service(call, shown["clusterArn"], shown["serviceName"])
    settle(call, service)
    _show_running(shown, service)
    return answer


@TASKS.around("ecs.DeleteService")
def stop_the_tasks(call):
    clear(call, _service(call, call.params.get("cluster"), call.params["service"]))
    return call.moto()


@TASKS.around("ecs.DescribeServices")
def show_the_tasks(call):
    answer = call.moto()
    for shown in answer["services"]:
        _show_running(shown, _service(call, shown["clusterArn"], shown["serviceName"]))
    return answer


def _show_running(shown, service):
    running = len(state.tasks[service.arn])
    shown |= {"runningCount": running, "pendingCount": 0, "events": shown.get("events", [])}
    if service.launch_type == "FARGATE":
        shown |= {"platformVersion": service.platform_version or "1.4.0", "platformFamily": "Linux"}
    for deployment in shown.get("deployments", []):
        deployment |= {
            "desiredCount": service.desired_count, "runningCount": running, "pendingCount": 0, "failedTasks": 0,
            "rolloutState": "COMPLETED", "rolloutStateReason": f"ECS deployment {deployment['id']} completed.",
            "taskDefinition": shown["taskDefinition"]}
        if service.network_configuration:
            deployment["networkConfiguration"] = service.network_configuration


@TASKS.around("ecs.DescribeClusters")
def count_services(call):
    answer = call.moto()
    for cluster in answer["clusters"]:
        services = [service for service in call.backend().services.values()
                    if service.cluster_arn == cluster["clusterArn"] and service.status == "ACTIVE"]
        cluster["activeServicesCount"] = len(services)
        cluster["runningTasksCount"] = sum(len(state.tasks[service.arn]) for service in services)
        cluster["pendingTasksCount"] = 0
    return answer


def _tasks_of(call):
    cluster = call.backend()._get_cluster(call.params.get("cluster") or "default")
    return [task for tasks in state.tasks.values() for task in tasks if task["clusterArn"] == cluster.arn]


@TASKS.around("ecs.ListTasks")
def list_tasks(call):
    answer, params = call.moto(), call.params
    if params.get("desiredStatus", "RUNNING") == "RUNNING" and not params.get("containerInstance"):
        service, family = (params.get("serviceName") or "").split("/")[-1], params.get("family")
        answer["taskArns"] += [
            task["taskArn"] for task in _tasks_of(call)
            if (not service or task["group"] == f"service:{service}")
            and (not family or f"/{family}:" in task["taskDefinitionArn"])
            and params.get("launchType") in (None, task["launchType"])]
    return answer


@TASKS.around("ecs.DescribeTasks")
def describe_tasks(call):
    ours = {task["taskArn"]: task for task in _tasks_of(call)}
    ours |= {arn.split("/")[-1]: task for arn, task in list(ours.items())}
    wanted = call.params["tasks"]
    if not any(name in ours for name in wanted):
        return call.moto()
    missing = [{"arn": name, "reason": "MISSING"} for name in wanted if name not in ours]
    return {"tasks": [ours[name] for name in wanted if name in ours], "failures": missing}


# ---- fields of services --------------------------------------------------------------------------------------------

@KEPT.around("ecs.CreateService", "ecs.UpdateService")
def keep_fields(call):
    answer = call.moto()
    service = _service(call, answer["service"]["clusterArn"], answer["service"]["serviceName"])
    service.kept = getattr(service, "kept", {"enableExecuteCommand": False}) | {
        name: call.params[name] for name in SERVICE_FIELDS if name in call.params}
    answer["service"] |= service.kept
    return answer


@KEPT.around("ecs.DescribeServices")
def show_fields(call):
    answer = call.moto()
    for shown in answer["services"]:
        shown |= getattr(_service(call, shown["clusterArn"], shown["serviceName"]), "kept", {})
    return answer
