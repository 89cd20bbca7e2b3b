"""Two accounts with the same things in them: `hygiene-bad` breaks every rule that moto can hold something for, and
`hygiene-good` keeps it. Both lead an API to an ECS service through load balancers."""
import functools
import json

from builders import (ANYWHERE, Balancer, HttpApi, Network, RestApi, link_v1, link_v2, redirect, register, respond,
                      target_group, web_acl)

WEAK, OLD, BLOCKS, STRONG = ("ELBSecurityPolicy-2016-08", "ELBSecurityPolicy-TLS-1-2-2017-01", "ELBSecurityPolicy-FS-1-2-Res-2019-08",
                             "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09")
TRUST = "arn:aws:elasticloadbalancing:us-east-1:123456789012:truststore/clients/0123456789abcdef"
LOGS = "arn:aws:logs:us-east-1:123456789012:log-group:{}"


def certificate(aws, name):
    return aws.acm.request_certificate(DomainName=name)["CertificateArn"]


# ---- the network ---------------------------------------------------------------------------------------------------

def _default_vpc(aws, good):
    """The VPC that comes with a region: the good account has deleted it, and the bad one stands a load balancer in it."""
    ec2 = aws.ec2
    vpc = next(vpc["VpcId"] for vpc in ec2.describe_vpcs()["Vpcs"] if vpc["IsDefault"])
    subnets = [subnet["SubnetId"] for subnet in ec2.describe_subnets()["Subnets"] if subnet["VpcId"] == vpc]
    if not good:
        return Balancer(aws, "default-nlb", subnets[:2], kind="network", scheme="internal")
    for subnet in subnets:
        ec2.delete_subnet(SubnetId=subnet)
    for gateway in ec2.describe_internet_gateways()["InternetGateways"]:
        if any(attachment["VpcId"] == vpc for attachment in gateway["Attachments"]):
            ec2.detach_internet_gateway(InternetGatewayId=gateway["InternetGatewayId"], VpcId=vpc)
    ec2.delete_vpc(VpcId=vpc)
    return None


def _network(aws, good):
    network = Network(aws, "main", prefix="10.2")
    ec2 = aws.ec2
    default = next(group["GroupId"] for group in ec2.describe_security_groups()["SecurityGroups"]
                   if group["GroupName"] == "default" and group["VpcId"] == network.vpc)
    if good:
        for group in ec2.describe_security_groups(GroupIds=[default])["SecurityGroups"]:
            if group["IpPermissions"]:
                ec2.revoke_security_group_ingress(GroupId=default, IpPermissions=group["IpPermissions"])
            ec2.revoke_security_group_egress(GroupId=default, IpPermissions=group["IpPermissionsEgress"])
        aws.client("logs").create_log_group(logGroupName="flows")
        ec2.create_flow_logs(ResourceType="VPC", ResourceIds=[network.vpc], TrafficType="ALL", LogGroupName="flows",
                             DeliverLogsPermissionArn="arn:aws:iam::123456789012:role/flow-logs")
        network.acl(network.public, (100, "allow", 443, ANYWHERE))
        network.acl(network.private, (100, "allow", None, "10.2.0.0/16"))
        for subnet in network.public:
            ec2.modify_subnet_attribute(SubnetId=subnet, MapPublicIpOnLaunch={"Value": False})
    else:
        ec2.authorize_security_group_ingress(GroupId=default, IpPermissions=[
            {"IpProtocol": "tcp", "FromPort": 8080, "ToPort": 8080, "IpRanges": [{"CidrIp": "10.2.0.0/16"}]}])
        network.acl(network.public, (100, "allow", 22, ANYWHERE), (110, "allow", 443, ANYWHERE))
        for subnet in network.public:
            ec2.modify_subnet_attribute(SubnetId=subnet, MapPublicIpOnLaunch={"Value": True})
        network.acl([], (100, "allow", None, ANYWHERE))
    return network


def _egress(aws, group, *blocks):
    """What a group lets out: these blocks alone."""
    shown = aws.ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissionsEgress"]
    aws.ec2.revoke_security_group_egress(GroupId=group, IpPermissions=shown)
    aws.ec2.authorize_security_group_egress(GroupId=group, IpPermissions=[
        {"IpProtocol": "tcp", "FromPort": 8080, "ToPort": 8080, "IpRanges": [{"CidrIp": block} for block in blocks]}])


def _groups(aws, network, good):
    """The groups of the load balancers and of the tasks; and, when bad, one for each way to be too wide."""
    if good:
        front = network.group("front", (443, ANYWHERE))
        _egress(aws, front, "10.2.0.0/16")
        tasks = network.group("tasks", (8080, front))
        _egress(aws, tasks, "10.2.0.0/16")
        return [front], [tasks]
    open_groups = {"everything": (None, "0.0.0.0/1", "128.0.0.0/1"), "odd": (9443, ANYWHERE), "ssh": (22, ANYWHERE),
                   "database": (5432, ANYWHERE), "wide": (8443, "52.0.0.0/8"), "inside": (8443, "10.0.0.0/8")}
    front = [network.group("front", (80, ANYWHERE), (443, ANYWHERE))]
    tasks = [network.group(name, rule) for name, rule in open_groups.items()]
    network.group("idle", (443, ANYWHERE))
    return front, tasks


# ---- services ------------------------------------------------------------------------------------------------------

def _cluster(aws, name, good):
    if good:
        return aws.ecs.create_cluster(
            clusterName=name, settings=[{"name": "containerInsights", "value": "enabled"}],
            configuration={"executeCommandConfiguration": {"logging": "OVERRIDE", "logConfiguration": {
                "cloudWatchLogGroupName": "exec", "cloudWatchEncryptionEnabled": True}}})["cluster"]["clusterArn"]
    return aws.ecs.create_cluster(
        clusterName=name, settings=[{"name": "containerInsights", "value": "disabled"}],
        configuration={"executeCommandConfiguration": {"logging": "NONE"}})["cluster"]["clusterArn"]


def _definition(aws, family, good, **more):
    container = {"name": "app", "image": "example/orders:1", "essential": True, "memory": 512,
                 "portMappings": [{"containerPort": 8080, "protocol": "tcp"}]}
    if good:
        container |= {"user": "1000", "readonlyRootFilesystem": True, "privileged": False,
                      "logConfiguration": {"logDriver": "awslogs", "options": {
                          "mode": "non-blocking", "awslogs-group": "orders", "awslogs-region": aws.region,
                          "awslogs-stream-prefix": "app"}},
                      "environment": [{"name": "STAGE", "value": "prod"}]}
    else:
        container |= {"user": "root", "privileged": family == "hosted",
                      "environment": [{"name": "AWS_SECRET_ACCESS_KEY", "value": "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY"}]}
        if family == "hosted":
            container["logConfiguration"] = {"logDriver": "awslogs", "options": {
                "mode": "blocking", "awslogs-group": "orders", "awslogs-region": aws.region}}
    volume = {"name": "data", "efsVolumeConfiguration": {
        "fileSystemId": "fs-0a1b2c3d", "transitEncryption": "ENABLED" if good else "DISABLED"}}
    role = "arn:aws:iam::123456789012:role/"
    made = aws.ecs.register_task_definition(
        family=family, containerDefinitions=[container], volumes=[volume], taskRoleArn=f"{role}orders",
        executionRoleArn=f"{role}{'agent' if good else 'orders'}", **more)
    return made["taskDefinition"]["taskDefinitionArn"]


def _services(aws, network, tasks, groups, good):
    arn = _cluster(aws, "shop", good)
    fargate = {"networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"], "cpu": "256", "memory": "512",
               "runtimePlatform": {"operatingSystemFamily": "LINUX", "cpuArchitecture": "X86_64"}}
    create = functools.partial(aws.ecs.create_service, cluster=arn, desiredCount=2, enableExecuteCommand=True)
    create(serviceName="orders", taskDefinition=_definition(aws, "orders", good, **fargate), launchType="FARGATE",
           platformVersion="LATEST" if good else "1.3.0",
           loadBalancers=[{"targetGroupArn": group, "containerName": "app", "containerPort": 8080} for group in groups],
           networkConfiguration={"awsvpcConfiguration": {
               "subnets": network.private if good else network.public, "securityGroups": tasks,
               "assignPublicIp": "DISABLED" if good else "ENABLED"}})
    if not good:
        hosted = _definition(aws, "hosted", good, networkMode="host", pidMode="host", requiresCompatibilities=["EC2"])
        create(serviceName="hosted", taskDefinition=hosted, launchType="EC2")
    return arn


# ---- load balancers ------------------------------------------------------------------------------------------------

ATTRIBUTES = {
    True: {"routing__http__drop_invalid_header_fields__enabled": "true", "routing__http__desync_mitigation_mode": "strictest",
           "access_logs__s3__enabled": "true", "access_logs__s3__bucket": "logs", "deletion_protection__enabled": "true"},
    False: {"routing__http__drop_invalid_header_fields__enabled": "false", "routing__http__desync_mitigation_mode": "monitor",
            "access_logs__s3__enabled": "false", "deletion_protection__enabled": "false"}}


def _public(aws, network, front, good):
    """A public ALB."""
    balancer = Balancer(aws, "web-alb", network.public, front)
    balancer.attributes(**ATTRIBUTES[good])
    group = target_group(aws, "web", network.vpc, 8080, protocol="HTTPS" if good else "HTTP",
                         HealthCheckProtocol="HTTPS" if good else "HTTP", HealthCheckPath="/health")
    shown = [{"CertificateArn": certificate(aws, "shop.example.com")}]
    balancer.listen(443, group, protocol="HTTPS", SslPolicy=STRONG if good else WEAK, Certificates=shown)
    # Client certificates: those that have ended are let in, or not.
    balancer.listen(9443, respond(404), protocol="HTTPS", SslPolicy=STRONG if good else BLOCKS, Certificates=shown,
                    MutualAuthentication={"Mode": "verify", "TrustStoreArn": TRUST, "IgnoreClientCertificateExpiry": not good})
    if good:
        balancer.listen(80, redirect())
        web_acl(aws, "web", balancer.arn)
    else:
        balancer.listen(80, group)
        balancer.listen(8443, respond(404), protocol="HTTPS", SslPolicy=OLD, Certificates=[
            {"CertificateArn": "arn:aws:iam::123456789012:server-certificate/old"}],
            MutualAuthentication={"Mode": "passthrough"})
    return balancer, group


def _internal(aws, network, good):
    """An internal NLB for a VPC link V1."""
    subnets = network.private if good else network.private[:1]
    balancer = Balancer(aws, "inner-nlb", subnets, kind="network", scheme="internal")
    balancer.attributes(deletion_protection__enabled=str(good).lower(),
                        load_balancing__cross_zone__enabled=str(good).lower())
    group = target_group(aws, "inner", network.vpc, 8080, protocol="TLS" if good else "TCP",
                         HealthCheckProtocol="HTTPS" if good else "HTTP", HealthCheckPath="/health")
    if good:
        balancer.attributes(access_logs__s3__enabled="true", access_logs__s3__bucket="logs")
        balancer.listen(443, group, protocol="TLS", SslPolicy=STRONG,
                        Certificates=[{"CertificateArn": certificate(aws, "inner.example.com")}])
    else:
        balancer.listen(80, group)
        Balancer(aws, "bare-nlb", network.private, kind="network", scheme="internal")
    return balancer, group


# ---- APIs ----------------------------------------------------------------------------------------------------------

def _settings(good):
    yes, no = str(good).lower(), str(not good).lower()
    return [("/*/*/logging/loglevel", "ERROR" if good else "INFO"), ("/*/*/logging/dataTrace", no),
            ("/*/*/caching/enabled", "true"), ("/*/*/caching/dataEncrypted", yes), ("/tracingEnabled", yes),
            ("/*/*/throttling/rateLimit", "100" if good else "-1"), ("/*/*/throttling/burstLimit", "50" if good else "-1")]


def _rest(aws, balancer, inner, link, good):
    """A REST API before the public load balancer, over the internet, and before the internal one, through a link."""
    policy = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::999999999999:root"} if not good else "*",
         "Action": "execute-api:Invoke", "Resource": "execute-api:/*",
         **({"Condition": {"StringEquals": {"aws:PrincipalAccount": "123456789012"}}} if good else {})},
        *([] if good else [{"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}])]}
    api = RestApi(aws, "orders-api", policy=json.dumps(policy),
                  **({"securityPolicy": "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09"} if good else {"securityPolicy": "TLS_1_0"}))
    validator = aws.apigateway.create_request_validator(
        restApiId=api.id, name="all", validateRequestBody=True, validateRequestParameters=True)["id"]
    api.method("POST", "/orders", f"https://{balancer.dns}/orders", auth="AWS_IAM", validator=validator if good else None)
    api.method("GET", "/inner", f"{'https' if good else 'http'}://inner.example.com/", auth="AWS_IAM" if good else "NONE", link=link)
    api.deploy("prod", variables={"dbPassword": "hunter2!hunter2"} if not good else {"log": "info"}, cacheClusterEnabled=True,
               cacheClusterSize="0.5")
    api.update_stage("prod", ("/cacheClusterEnabled", "true"), *_settings(good))
    made = aws.apigateway.generate_client_certificate(description="orders")["clientCertificateId"]
    api.update_stage("prod", ("/clientCertificateId", made))
    if good:
        api.update_stage("prod", ("/accessLogSettings/destinationArn", LOGS.format("access")),
                         ("/accessLogSettings/format", "$context.requestId"))
        web_acl(aws, "api", f"arn:aws:apigateway:{aws.region}::/restapis/{api.id}/stages/prod")
    else:
        aws.set_state(client_certificates={made: 10})
        api.deploy("plain")
    return api


def _private(aws, network, balancer, good):
    """A private REST API."""
    endpoint = aws.ec2.create_vpc_endpoint(
        VpcId=network.vpc, ServiceName=f"com.amazonaws.{aws.region}.execute-api", VpcEndpointType="Interface",
        SubnetIds=network.private)["VpcEndpoint"]["VpcEndpointId"]
    statement = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}
    if good:
        statement["Condition"] = {"StringEquals": {"aws:SourceVpce": endpoint}}
    api = RestApi(aws, "private-api", kind="PRIVATE", endpoint={"vpcEndpointIds": [endpoint]},
                  policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    api.method("GET", "/", f"https://{balancer.dns}/", auth="AWS_IAM")
    api.deploy("prod")
    if good:
        api.update_stage("prod", *_settings(good), ("/accessLogSettings/destinationArn", LOGS.format("private")),
                         ("/accessLogSettings/format", "$context.requestId"))
        web_acl(aws, "private-api", f"arn:aws:apigateway:{aws.region}::/restapis/{api.id}/stages/prod")


def _http(aws, network, balancer, good):
    cors = {"AllowOrigins": ["https://shop.example.com"] if good else ["*"], "AllowMethods": ["GET"], "AllowCredentials": good}
    api = HttpApi(aws, "http-api", CorsConfiguration=cors)
    jwt = api.api.create_authorizer(
        ApiId=api.id, Name="jwt", AuthorizerType="JWT", IdentitySource=["$request.header.Authorization"],
        JwtConfiguration={"Issuer": "https://idp.example.com" if good else "http://idp.example.com",
                          "Audience": ["shop"] if good else []})["AuthorizerId"]
    api.route("GET /orders", api.integrate(f"https://{balancer.dns}/"), "JWT", jwt)
    other = {"AllowOrigins": ["https://shop.example.com"]} if good else {"AllowOrigins": ["https://*"], "AllowCredentials": True}
    beside = HttpApi(aws, "beside-api", CorsConfiguration=other)
    beside.route("GET /orders", beside.integrate(f"https://{balancer.dns}/"), "AWS_IAM")
    beside.stage("$default")
    limits = {"DefaultRouteSettings": {"ThrottlingRateLimit": 100.0, "ThrottlingBurstLimit": 50}} if good else {}
    logs = {"AccessLogSettings": {"DestinationArn": LOGS.format("http"), "Format": "$context.requestId"}} if good else {}
    api.stage("$default", **limits, **logs)


def _links(aws, network, inner, good):
    """The link in use, and when bad one that nothing uses and that stands in one zone."""
    link = link_v1(aws, "inner", inner)
    if not good:
        group = network.group("idle-link")
        link_v2(aws, "idle", network.private[:1], [group])
    return link


def _domain(aws, api, good):
    name = "api.example.com"
    if not good:
        aws.set_state(trust_store_warnings={name: ["certificate 1 has expired"]})
    aws.apigateway.create_domain_name(
        domainName=name, regionalCertificateArn=certificate(aws, name), endpointConfiguration={"types": ["REGIONAL"]},
        securityPolicy="SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09" if good else "TLS_1_0",
        mutualTlsAuthentication={"truststoreUri": "s3://trust/ca.pem"})
    aws.apigateway.create_base_path_mapping(domainName=name, restApiId=api.id, stage="prod")


def _account(aws, good):
    beside = _default_vpc(aws, good)
    network = _network(aws, good)
    front, tasks = _groups(aws, network, good)
    balancer, group = _public(aws, network, front, good)
    inner, inner_group = _internal(aws, network, good)
    arn = _services(aws, network, tasks, [group, inner_group], good)
    link = _links(aws, network, inner, good)
    if beside:
        group = target_group(aws, "beside", beside.vpc, 8080, protocol="TCP")
        beside.listen(80, group)
        RestApi(aws, "beside-api").method("GET", "/", "http://beside.example.com/", link=link_v1(aws, "beside", beside))
    api = _rest(aws, balancer, inner, link, good)
    _domain(aws, api, good)
    _private(aws, network, balancer, good)
    _http(aws, network, balancer, good)
    return network.ids() | {"api": api.id, "balancer": balancer.arn, "inner": inner.arn, "cluster": arn}


HYGIENE = {"hygiene-bad": functools.partial(_account, good=False), "hygiene-good": functools.partial(_account, good=True)}
