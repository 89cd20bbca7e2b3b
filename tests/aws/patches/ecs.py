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


def now():
    return datetime.now(timezone.utc).replace(microsecond=0)


def service_of(call, cluster, name):
    return call.backend()._get_service((cluster or "default").split("/")[-1], name.split("/")[-1])


def network_of(service):
    return (service.network_configuration or {}).get("awsvpcConfiguration") or {}


# ---- tasks ---------------------------------------------------------------------------------------------------------

def start_tasks(call, service, count, deployment=None):
    """Runs so many tasks as the service's configuration says now, and registers them in all its target groups."""
    before = len(state.tasks[service.arn])
    fresh = [_task(call, service, before + number, deployment) for number in range(count)]
    state.tasks[service.arn] += fresh
    groups = call.backend("elbv2").target_groups
    for balancer in service.load_balancers or []:
        alternate = (balancer.get("advancedConfiguration") or {}).get("alternateTargetGroupArn")
        for arn in (balancer.get("targetGroupArn"), alternate):
            if arn in groups:
                groups[arn].register([{"Id": address_of(task), "Port": balancer["containerPort"]}
                                      for task in fresh if task["attachments"]])


def leave_groups(call, tasks):
    """Takes tasks out of all target groups: they drain."""
    for group in call.backend("elbv2").target_groups.values():
        gone = [{"Id": address_of(task)} for task in tasks if address_of(task) in group.targets]
        if gone:
            group.deregister(gone)


def stop_tasks(call, service, tasks):
    """What drained is stopped, and its interfaces go."""
    stopped = {task["taskArn"] for task in tasks}
    state.tasks[service.arn] = [task for task in state.tasks[service.arn] if task["taskArn"] not in stopped]
    for task in tasks:
        call.backend("ec2").enis.pop(_detail(task, "networkInterfaceId"), None)


def address_of(task):
    return _detail(task, "privateIPv4Address")


def _detail(task, name):
    details = [detail for attachment in task["attachments"] for detail in attachment["details"]]
    return next((detail["value"] for detail in details if detail["name"] == name), None)


def _task(call, service, number, deployment):
    id = mock_random.get_random_hex(32)
    definition = call.backend().describe_task_definition(service.task_definition)
    attachment = _attachment(call, service, number) if network_of(service) else None
    address = [{"attachmentId": attachment["id"], "privateIpv4Address": attachment["details"][-1]["value"]}
               ] if attachment else []
    moment = now()
    arn = f"arn:aws:ecs:{call.region}:{call.account}:task/{service.cluster_name}/{id}"
    task = {
        "taskArn": arn, "clusterArn": service.cluster_arn, "taskDefinitionArn": definition.arn,
        "group": f"service:{service.name}", "startedBy": deployment or _deployment_id(service), "lastStatus": "RUNNING",
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
    network, ec2 = network_of(service), call.backend("ec2")
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


@TASKS.around("ecs.DescribeServices")
def show_the_tasks(call):
    answer = call.moto()
    for shown in answer["services"]:
        show_running(shown, service_of(call, shown["clusterArn"], shown["serviceName"]))
    return answer


def show_running(shown, service):
    tasks = state.tasks[service.arn]
    pending = max(service.desired_count - len(tasks), 0) if service.status == "ACTIVE" else 0
    shown |= {"runningCount": len(tasks), "pendingCount": pending, "events": shown.get("events", [])}
    if service.launch_type == "FARGATE":
        shown |= {"platformVersion": service.platform_version or "1.4.0", "platformFamily": "Linux"}
    for deployment in shown.get("deployments", []):
        running = sum(task["startedBy"] == deployment["id"] for task in tasks)
        wanted = service.desired_count if deployment["status"] == "PRIMARY" else running
        deployment |= {"desiredCount": wanted, "runningCount": running, "pendingCount": max(wanted - running, 0)}


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
    service = service_of(call, answer["service"]["clusterArn"], answer["service"]["serviceName"])
    service.kept = getattr(service, "kept", {"enableExecuteCommand": False}) | {
        name: call.params[name] for name in SERVICE_FIELDS if name in call.params}
    answer["service"] |= service.kept
    return answer


@KEPT.around("ecs.DescribeServices")
def show_fields(call):
    answer = call.moto()
    for shown in answer["services"]:
        shown |= getattr(service_of(call, shown["clusterArn"], shown["serviceName"]), "kept", {})
    return answer
