"""Small builders over boto3, for the scenarios: one call for what AWS needs several for."""
import functools
import io
import ipaddress
import json
import urllib.request
from urllib.parse import urlparse

import boto3
from botocore.awsrequest import AWSResponse
from botocore.config import Config

ANYWHERE = "0.0.0.0/0"


class Aws:
    """The account and region a scenario is made in."""

    def __init__(self, endpoint, region="us-east-1", send=None, set_state=None):
        if urlparse(endpoint).hostname not in ("127.0.0.1", "localhost", "::1"):
            raise SystemExit(f"{endpoint} is not on loopback: scenarios are for emulators only")
        self.endpoint, self.region, self.send = endpoint, region, send
        self._set_state = set_state or self._post_state

    @classmethod
    def in_process(cls, application, set_state, region, account=None):
        """Calls moto's application without a socket, unseen by the proxy's counts."""
        return cls("http://127.0.0.1:9", region, functools.partial(_send, application, account), set_state)

    def set_state(self, **what):
        """Sets what AWS itself decides, see the emulator's `set_state`."""
        self._set_state(what)

    def _post_state(self, what):
        urllib.request.urlopen(f"{self.endpoint}/_emulator/set", data=json.dumps(what).encode()).close()

    @functools.cache
    def client(self, service):
        client = _session().client(
            service, region_name=self.region, endpoint_url=self.endpoint, aws_access_key_id="test",
            aws_secret_access_key="test", config=Config(retries={"max_attempts": 0}, parameter_validation=False))
        if self.send:
            client.meta.events.register("before-send", self.send)
        return client

    def __getattr__(self, service):
        if service not in ("ec2", "elbv2", "ecs", "apigateway", "apigatewayv2", "wafv2", "acm", "servicediscovery"):
            raise AttributeError(service)
        return self.client(service)


@functools.cache
def _session():
    return boto3.Session()


class _Raw(io.BytesIO):
    def stream(self, **_):
        yield self.read()


def _send(application, account, request, **_):
    url = urlparse(request.url)
    body = request.body or b""
    body = body.encode() if isinstance(body, str) else body if isinstance(body, bytes) else body.read()
    from werkzeug.test import EnvironBuilder
    headers = {name: value.decode() if isinstance(value, bytes) else value for name, value in request.headers.items()}
    if account:
        headers["x-moto-account-id"] = account
    environ = EnvironBuilder(method=request.method, base_url=f"http://{url.netloc}", path=url.path,
                             query_string=url.query, headers=headers, data=body).get_environ()
    environ["RAW_URI"] = environ["REQUEST_URI"] = url.path + (f"?{url.query}" if url.query else "")
    written = {}
    answer = b"".join(application(environ, lambda status, headers, _=None: written.update(
        status=int(status.split()[0]), headers=dict(headers))))
    return AWSResponse(request.url, written["status"], written["headers"], _Raw(answer))


# ---- networks ------------------------------------------------------------------------------------------------------

class Network:
    """A VPC with a public and a private subnet in each of two Availability Zones, and an internet gateway; with IPv6
    blocks in all of them, if wanted."""

    def __init__(self, aws, name, prefix="10.0", ipv6=False):
        ec2 = self.ec2 = aws.ec2
        self.aws, self.name = aws, name
        self.vpc = ec2.create_vpc(CidrBlock=f"{prefix}.0.0/16", AmazonProvidedIpv6CidrBlock=ipv6)["Vpc"]["VpcId"]
        self._tag(self.vpc, name)
        self.six = self._ipv6_block() if ipv6 else None
        self.gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=self.gateway, VpcId=self.vpc)
        self.public = [self._subnet(prefix, number, "public") for number in (0, 1)]
        self.private = [self._subnet(prefix, number, "private") for number in (10, 11)]
        self.public_table = self._table("public", self.public)
        ec2.create_route(RouteTableId=self.public_table, DestinationCidrBlock=ANYWHERE, GatewayId=self.gateway)
        if ipv6:
            ec2.create_route(RouteTableId=self.public_table, DestinationIpv6CidrBlock="::/0", GatewayId=self.gateway)
        self.private_table = self._table("private", self.private)

    def _tag(self, id, name):
        self.ec2.create_tags(Resources=[id], Tags=[{"Key": "Name", "Value": name}])

    def _ipv6_block(self):
        shown = self.ec2.describe_vpcs(VpcIds=[self.vpc])["Vpcs"][0]
        return ipaddress.ip_network(shown["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"])

    def _subnet(self, prefix, number, kind):
        zone = f"{self.aws.region}{'ab'[number % 2]}"
        six = {"Ipv6CidrBlock": str(list(self.six.subnets(new_prefix=64))[number])} if self.six else {}
        id = self.ec2.create_subnet(VpcId=self.vpc, CidrBlock=f"{prefix}.{number}.0/24", AvailabilityZone=zone,
                                    **six)["Subnet"]["SubnetId"]
        self._tag(id, f"{self.name}-{kind}-{zone}")
        return id

    def _table(self, kind, subnets):
        id = self.ec2.create_route_table(VpcId=self.vpc)["RouteTable"]["RouteTableId"]
        self._tag(id, f"{self.name}-{kind}")
        for subnet in subnets:
            self.ec2.associate_route_table(RouteTableId=id, SubnetId=subnet)
        return id

    def group(self, name, *rules):
        """A security group. A rule is (port or None for all, *sources): CIDRs, group ids, prefix list ids."""
        id = self.ec2.create_security_group(GroupName=name, Description=name, VpcId=self.vpc)["GroupId"]
        for port, *sources in rules:
            self.admit(id, port, *sources)
        return id

    def admit(self, group, port, *sources):
        self.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[_permission(port, sources)])

    def acl(self, subnets, *entries):
        """A network ACL around these subnets that lets everything out. An entry that judges what comes in is (number,
        action, port or None for all, CIDR)."""
        id = self.ec2.create_network_acl(VpcId=self.vpc)["NetworkAcl"]["NetworkAclId"]
        self._entry(id, 100, "allow", None, ANYWHERE, Egress=True)
        for entry in entries:
            self._entry(id, *entry)
        for acl in self.ec2.describe_network_acls()["NetworkAcls"]:
            for association in acl["Associations"]:
                if association["SubnetId"] in subnets:
                    self.ec2.replace_network_acl_association(
                        AssociationId=association["NetworkAclAssociationId"], NetworkAclId=id)
        return id

    def _entry(self, acl, number, action, port, block, **more):
        ports = {"Protocol": "-1"} if port is None else {"Protocol": "6", "PortRange": {"From": port, "To": port}}
        self.ec2.create_network_acl_entry(NetworkAclId=acl, RuleNumber=number, RuleAction=action, CidrBlock=block,
                                          **{"Egress": False} | ports | more)

    def ids(self):
        return {"vpc": self.vpc, "internet_gateway": self.gateway, "public_subnets": self.public,
                "private_subnets": self.private}


def _permission(port, sources):
    permission = {"IpProtocol": "-1"} if port is None else {"IpProtocol": "tcp", "FromPort": port, "ToPort": port}
    kinds = {"IpRanges": "CidrIp", "Ipv6Ranges": "CidrIpv6", "UserIdGroupPairs": "GroupId",
             "PrefixListIds": "PrefixListId"}
    for source in sources:
        kind = ("UserIdGroupPairs" if source.startswith("sg-") else "PrefixListIds" if source.startswith("pl-")
                else "Ipv6Ranges" if ":" in source else "IpRanges")
        permission.setdefault(kind, []).append({kinds[kind]: source})
    return permission


# ---- load balancers ------------------------------------------------------------------------------------------------

class Balancer:
    """A load balancer, its ARN and DNS name."""

    def __init__(self, aws, name, subnets, groups=(), kind="application", scheme="internet-facing", **more):
        self.elb, self.name, self.kind, self.groups = aws.elbv2, name, kind, list(groups)
        if groups:
            more["SecurityGroups"] = list(groups)
        if "SubnetMappings" not in more:
            more["Subnets"] = subnets
        shown = self.elb.create_load_balancer(Name=name, Type=kind, Scheme=scheme, **more)["LoadBalancers"][0]
        self.arn, self.dns, self.vpc = shown["LoadBalancerArn"], shown["DNSName"], shown["VpcId"]

    def listen(self, port, *actions, protocol=None, **more):
        """A listener's ARN. An action is a target group's ARN, or a whole action."""
        protocol = protocol or ("HTTP" if self.kind == "application" else "TCP")
        whole = [forward(action) if isinstance(action, str) else action for action in actions]
        return self.elb.create_listener(LoadBalancerArn=self.arn, Port=port, Protocol=protocol, DefaultActions=whole,
                                        **more)["Listeners"][0]["ListenerArn"]

    def rule(self, listener, priority, conditions, *actions):
        whole = [forward(action) if isinstance(action, str) else action for action in actions]
        return self.elb.create_rule(ListenerArn=listener, Priority=priority, Conditions=conditions,
                                    Actions=whole)["Rules"][0]["RuleArn"]

    def attributes(self, **values):
        """Underscores that stand for dots are written as two."""
        self.elb.modify_load_balancer_attributes(LoadBalancerArn=self.arn, Attributes=[
            {"Key": key.replace("__", "."), "Value": value} for key, value in values.items()])

    def ids(self):
        return {"arn": self.arn, "dns": self.dns}


def forward(*groups):
    """To one target group, or to several with weights: forward((arn, 90), (arn, 10))."""
    if isinstance(groups[0], str):
        return {"Type": "forward", "TargetGroupArn": groups[0]}
    return {"Type": "forward", "ForwardConfig": {
        "TargetGroups": [{"TargetGroupArn": arn, "Weight": weight} for arn, weight in groups]}}


def respond(status):
    return {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": str(status), "ContentType": "text/plain"}}


def redirect():
    return {"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}}


def host_is(*names):
    return {"Field": "host-header", "HostHeaderConfig": {"Values": list(names)}}


def path_is(*patterns):
    return {"Field": "path-pattern", "PathPatternConfig": {"Values": list(patterns)}}


def header_is(name, *values):
    return {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": name, "Values": list(values)}}


def target_group(aws, name, vpc, port, protocol="HTTP", kind="ip", **more):
    return aws.elbv2.create_target_group(Name=name, VpcId=vpc, Port=port, Protocol=protocol, TargetType=kind,
                                         **more)["TargetGroups"][0]["TargetGroupArn"]


def web_acl(aws, name, guarded):
    """A web ACL in front of a load balancer or a stage, by ARN."""
    acl = aws.wafv2.create_web_acl(
        Name=name, Scope="REGIONAL", DefaultAction={"Allow": {}}, Rules=[],
        VisibilityConfig={"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": name},
    )["Summary"]["ARN"]
    aws.wafv2.associate_web_acl(WebACLArn=acl, ResourceArn=guarded)
    return acl


def register(aws, group, *targets):
    """A target is an id, or (id, port)."""
    whole = [{"Id": target} if isinstance(target, str) else {"Id": target[0], "Port": target[1]} for target in targets]
    aws.elbv2.register_targets(TargetGroupArn=group, Targets=whole)


# ---- services ------------------------------------------------------------------------------------------------------

def cluster(aws, name):
    return aws.ecs.create_cluster(clusterName=name)["cluster"]["clusterArn"]


def service(aws, cluster, name, subnets, groups, target_groups=(), port=8080, count=2, public=False, image=None, **more):
    """A Fargate service and its task definition. Returns the service's ARN."""
    definition = aws.ecs.register_task_definition(
        family=name, networkMode="awsvpc", requiresCompatibilities=["FARGATE"], cpu="256", memory="512",
        containerDefinitions=[{"name": "app", "image": image or f"example/{name}:1", "essential": True, "memory": 512,
                               "environment": [{"name": "DB_PASSWORD", "value": "not-a-secret"}],
                               "portMappings": [{"containerPort": port, "protocol": "tcp"}]}])
    return aws.ecs.create_service(
        cluster=cluster, serviceName=name, taskDefinition=definition["taskDefinition"]["taskDefinitionArn"],
        desiredCount=count, launchType="FARGATE",
        loadBalancers=[{"targetGroupArn": arn, "containerName": "app", "containerPort": port}
                       for arn in target_groups],
        networkConfiguration={"awsvpcConfiguration": {
            "subnets": subnets, "securityGroups": groups, "assignPublicIp": "ENABLED" if public else "DISABLED"}},
        **more)["service"]["serviceArn"]


# ---- REST APIs -----------------------------------------------------------------------------------------------------

class RestApi:
    def __init__(self, aws, name, kind="REGIONAL", **more):
        self.api, self.name = aws.apigateway, name
        endpoint = {"types": [kind]} | more.pop("endpoint", {})
        self.id = self.api.create_rest_api(name=name, endpointConfiguration=endpoint, **more)["id"]
        root = self.api.get_resources(restApiId=self.id)["items"][0]["id"]
        self.resources = {"/": root}

    def resource(self, path):
        if path not in self.resources:
            parent, _, part = path.rpartition("/")
            self.resources[path] = self.api.create_resource(
                restApiId=self.id, parentId=self.resource(parent or "/"), pathPart=part)["id"]
        return self.resources[path]

    def method(self, verb, path, uri=None, *, auth="NONE", authorizer=None, key=False, link=None, target=None,
               kind="HTTP_PROXY", validator=None, headers=None, **more):
        """A method and its integration: to `uri` over the internet, or through VPC link `link`."""
        place = {"restApiId": self.id, "resourceId": self.resource(path), "httpMethod": verb}
        asked = {"authorizerId": authorizer, "requestValidatorId": validator}
        parts = [part[1:-1].rstrip("+") for part in path.split("/") if part.startswith("{")]
        parameters = {f"method.request.path.{part}": True for part in parts}
        self.api.put_method(**place, authorizationType=auth, apiKeyRequired=key, requestParameters=parameters,
                            **{name: value for name, value in asked.items() if value})
        if kind == "MOCK":
            self.api.put_integration(**place, type="MOCK", requestTemplates={"application/json": '{"statusCode": 200}'})
            return
        mapped = {f"integration.request.path.{part}": f"method.request.path.{part}" for part in parts}
        if link:
            more |= {"connectionType": "VPC_LINK", "connectionId": link}
        if target:
            more["integrationTarget"] = target
        self.api.put_integration(**place, type=kind, integrationHttpMethod=verb, uri=uri,
                                 requestParameters=mapped | (headers or {}), **more)

    def deploy(self, stage=None, **more):
        named = {"stageName": stage} if stage else {}
        return self.api.create_deployment(restApiId=self.id, **named, **more)["id"]

    def update_stage(self, stage, *operations):
        """An operation is (path, value)."""
        self.api.update_stage(restApiId=self.id, stageName=stage, patchOperations=[
            {"op": "replace", "path": path, "value": value} for path, value in operations])


def link_v1(aws, name, balancer):
    return aws.apigateway.create_vpc_link(name=name, targetArns=[balancer.arn])["id"]


def link_v2(aws, name, subnets, groups):
    return aws.apigatewayv2.create_vpc_link(Name=name, SubnetIds=subnets, SecurityGroupIds=groups)["VpcLinkId"]


# ---- HTTP and WebSocket APIs ---------------------------------------------------------------------------------------

class HttpApi:
    def __init__(self, aws, name, protocol="HTTP", **more):
        self.api = aws.apigatewayv2
        self.id = self.api.create_api(Name=name, ProtocolType=protocol, **more)["ApiId"]

    def integrate(self, uri, link=None, tls=None, **more):
        if link:
            more |= {"ConnectionType": "VPC_LINK", "ConnectionId": link}
        if tls:
            more["TlsConfig"] = {"ServerNameToVerify": tls}
        given = {"IntegrationType": "HTTP_PROXY", "IntegrationMethod": "ANY", "PayloadFormatVersion": "1.0"} | more
        given = {name: value for name, value in given.items() if value is not None}
        return self.api.create_integration(ApiId=self.id, IntegrationUri=uri, **given)["IntegrationId"]

    def route(self, key, integration, auth="NONE", authorizer=None, **more):
        if authorizer:
            more["AuthorizerId"] = authorizer
        return self.api.create_route(ApiId=self.id, RouteKey=key, Target=f"integrations/{integration}",
                                     AuthorizationType=auth, **more)["RouteId"]

    def stage(self, name="$default", auto=True, **more):
        self.api.create_stage(ApiId=self.id, StageName=name, AutoDeploy=auto, **more)
        if not auto:
            return self.api.create_deployment(ApiId=self.id, StageName=name)["DeploymentId"]
        return None
