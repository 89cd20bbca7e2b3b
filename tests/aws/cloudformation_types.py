"""What CloudFormation calls for each type of resource, and what Ref and GetAtt answer for it: a short function each.

Properties are given in the template's spelling. `Making.call` writes them as the operation's own model wants them."""
import json

import openapi
from builders import ANYWHERE
from intrinsics import Invalid

MAKERS = {}
# Nothing that apiaudit looks at.
HARMLESS = {
    "AWS::ApiGateway::Account", "AWS::ApiGateway::GatewayResponse", "AWS::CDK::Metadata", "AWS::CloudFormation::WaitConditionHandle",
    "AWS::CloudWatch::Alarm", "AWS::Cognito::UserPool", "AWS::Cognito::UserPoolClient", "AWS::IAM::ManagedPolicy",
    "AWS::IAM::Policy", "AWS::IAM::Role", "AWS::Lambda::Function", "AWS::Lambda::Permission", "AWS::Logs::LogGroup",
    "AWS::Logs::ResourcePolicy", "AWS::S3::Bucket", "AWS::S3::BucketPolicy", "AWS::SecretsManager::Secret", "AWS::SNS::Topic"}


class Made:
    """A resource that is there: what Ref answers, and its attributes."""

    def __init__(self, ref, id=None, stack=None, **attributes):
        self.ref, self.id, self.stack, self._attributes = ref, id or ref, stack, attributes

    def attribute(self, name):
        if name not in self._attributes:
            raise Invalid(f"no such attribute is known here: {name}")
        return self._attributes[name]


class Making:
    """A resource about to be made."""

    def __init__(self, stack, logical, kind, properties):
        self.stack, self.aws, self.logical, self.kind = stack, stack.aws, logical, kind
        self.given, self.region, self.account = dict(properties), stack.aws.region, stack.account

    def take(self, name, default=None):
        """A property that goes another way than the rest of them."""
        return self.given.pop(name, default)

    def name(self, key, longest=255):
        """The name given, or one as CloudFormation makes them up."""
        return self.take(key) or f"{self.stack.name}-{self.logical}"[:longest].rstrip("-")

    def call(self, service, operation, **more):
        """The operation with the properties that are left, and more in the API's own spelling."""
        client = self.aws.client(service)
        model = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[operation])
        return getattr(client, operation)(**shaped(model.input_shape, self.given) | more)

    def tags(self):
        """Those of the template, and those of CloudFormation, as a list of Key and Value."""
        given = self.take("Tags", [])
        given = given if isinstance(given, list) else [{"Key": key, "Value": value} for key, value in given.items()]
        return given + [{"Key": key, "Value": value} for key, value in self.stack.tags(self.logical).items()]

    def plain_tags(self, own=True):
        return {tag["Key"]: tag["Value"] for tag in self.tags() if own or not tag["Key"].startswith("aws:")}


def makes(kind):
    """Decorator: the function makes this type."""
    def register(function):
        MAKERS[f"AWS::{kind}"] = function
        return function
    return register


def shaped(shape, value):
    """The value as the API wants it: its spelling of names, and numbers and truth values that a template may write as
    text."""
    if shape.type_name == "structure" and isinstance(value, dict):
        members = {name.lower(): (name, member) for name, member in shape.members.items()}
        unknown = [name for name in value if name.lower() not in members]
        if unknown:
            raise Invalid(f"{shape.name} has no {', '.join(unknown)}")
        return {members[name.lower()][0]: shaped(members[name.lower()][1], item) for name, item in value.items()}
    if shape.type_name == "list" and isinstance(value, list):
        return [shaped(shape.member, item) for item in value]
    if shape.type_name == "map" and isinstance(value, dict):
        return {name: shaped(shape.value, item) for name, item in value.items()}
    if shape.type_name in ("integer", "long"):
        return int(value)
    if shape.type_name in ("double", "float"):
        return float(value)
    if shape.type_name == "boolean":
        return truth(value)
    if shape.type_name == "string":
        if isinstance(value, (dict, list)):
            return json.dumps(value)
        return str(value).lower() if isinstance(value, bool) else str(value)
    raise Invalid(f"{shape.name} cannot be {value!r}")


def truth(value):
    if str(value).lower() not in ("true", "false"):
        raise Invalid(f"{value!r} is neither true nor false")
    return str(value).lower() == "true"


def pretend(stack, logical, kind, properties):
    """Something that other resources may name, and nobody looks at."""
    service, thing = kind.split("::")[1].lower(), kind.split("::")[2].lower()
    given = next((properties[key] for key in ("LogGroupName", "RoleName", "FunctionName", "BucketName", "TopicName")
                  if key in properties), None)
    name = given or f"{stack.name}-{logical}"
    arn = f"arn:aws:{service}:{'' if service == 'iam' else stack.aws.region}:{stack.account}:"
    if thing == "userpool":
        name, host = f"{stack.aws.region}_{logical}", f"cognito-idp.{stack.aws.region}.amazonaws.com"
        return Made(name, Arn=f"arn:aws:cognito-idp:{stack.aws.region}:{stack.account}:userpool/{name}", UserPoolId=name,
                    ProviderURL=f"https://{host}/{name}", ProviderName=f"{host}/{name}")
    if thing == "loggroup":
        return Made(name, Arn=f"{arn}log-group:{name}:*")
    if thing in ("function", "role"):
        return Made(name, Arn=arn + {"function": "function:", "role": "role/"}[thing] + name)
    arn = f"arn:aws:s3:::{name}" if thing == "bucket" else f"{arn}{thing}/{name}"
    return Made(arn if thing in ("secret", "topic") else name, Arn=arn, Id=arn)


# ---- EC2 -----------------------------------------------------------------------------------------------------------

def _tagged(making, id):
    making.aws.ec2.create_tags(Resources=[id], Tags=making.tags())
    return id


@makes("EC2::VPC")
def vpc(making):
    tags = making.tags()
    names, support = making.take("EnableDnsHostnames"), making.take("EnableDnsSupport")
    shown = making.call("ec2", "create_vpc")["Vpc"]
    making.aws.ec2.create_tags(Resources=[shown["VpcId"]], Tags=tags)
    for key, value in (("EnableDnsHostnames", names), ("EnableDnsSupport", support)):
        if value is not None:
            making.aws.ec2.modify_vpc_attribute(VpcId=shown["VpcId"], **{key: {"Value": truth(value)}})
    groups = making.aws.ec2.describe_security_groups(
        Filters=[{"Name": "vpc-id", "Values": [shown["VpcId"]]}])["SecurityGroups"]
    # Blocks associated later are attributes of the VPC, too.
    return Vpc(making, shown["VpcId"], CidrBlock=shown["CidrBlock"], VpcId=shown["VpcId"],
               DefaultSecurityGroup=groups[0]["GroupId"])


class Vpc(Made):
    def __init__(self, making, id, **attributes):
        super().__init__(id, **attributes)
        self._ec2 = making.aws.ec2

    def attribute(self, name):
        if name != "Ipv6CidrBlocks":
            return super().attribute(name)
        shown = self._ec2.describe_vpcs(VpcIds=[self.id])["Vpcs"][0]
        return [one["Ipv6CidrBlock"] for one in shown.get("Ipv6CidrBlockAssociationSet", [])]


@makes("EC2::VPCCidrBlock")
def vpc_block(making):
    return Made(making.call("ec2", "associate_vpc_cidr_block")["Ipv6CidrBlockAssociation"]["AssociationId"])


@makes("EC2::Subnet")
def subnet(making):
    public, tags = making.take("MapPublicIpOnLaunch"), making.tags()
    six = making.take("AssignIpv6AddressOnCreation")
    shown = making.call("ec2", "create_subnet")["Subnet"]
    id = shown["SubnetId"]
    making.aws.ec2.create_tags(Resources=[id], Tags=tags)
    for key, value in (("MapPublicIpOnLaunch", public), ("AssignIpv6AddressOnCreation", six)):
        if value is not None:
            making.aws.ec2.modify_subnet_attribute(SubnetId=id, **{key: {"Value": truth(value)}})
    return Made(id, SubnetId=id, AvailabilityZone=shown["AvailabilityZone"], CidrBlock=shown["CidrBlock"],
                VpcId=shown["VpcId"])


@makes("EC2::InternetGateway")
def internet_gateway(making):
    id = making.aws.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    return Made(_tagged(making, id), InternetGatewayId=id)


@makes("EC2::VPCGatewayAttachment")
def attachment(making):
    making.call("ec2", "attach_internet_gateway")
    return Made(f"IGW|{making.given['VpcId']}")


@makes("EC2::RouteTable")
def route_table(making):
    tags = making.tags()
    id = making.call("ec2", "create_route_table")["RouteTable"]["RouteTableId"]
    making.aws.ec2.create_tags(Resources=[id], Tags=tags)
    return Made(id, RouteTableId=id)


@makes("EC2::Route")
def route(making):
    making.call("ec2", "create_route")
    destination = making.given.get("DestinationCidrBlock") or making.given.get("DestinationIpv6CidrBlock")
    return Made(f"{making.given['RouteTableId']}|{destination}", CidrBlock=destination)


@makes("EC2::SubnetRouteTableAssociation")
def table_association(making):
    id = making.call("ec2", "associate_route_table")["AssociationId"]
    return Made(id, Id=id)


@makes("EC2::EIP")
def elastic_address(making):
    tags = making.tags()
    shown = making.call("ec2", "allocate_address")
    making.aws.ec2.create_tags(Resources=[shown["AllocationId"]], Tags=tags)
    return Made(shown["PublicIp"], AllocationId=shown["AllocationId"], PublicIp=shown["PublicIp"])


@makes("EC2::NatGateway")
def nat_gateway(making):
    tags = making.tags()
    id = making.call("ec2", "create_nat_gateway")["NatGateway"]["NatGatewayId"]
    making.aws.ec2.create_tags(Resources=[id], Tags=tags)
    return Made(id, NatGatewayId=id)


@makes("EC2::PrefixList")
def prefix_list(making):
    tags = making.tags()
    shown = making.call("ec2", "create_managed_prefix_list")["PrefixList"]
    making.aws.ec2.create_tags(Resources=[shown["PrefixListId"]], Tags=tags)
    return Made(shown["PrefixListId"], PrefixListId=shown["PrefixListId"], Arn=shown["PrefixListArn"])


@makes("EC2::VPCEndpoint")
def endpoint(making):
    tags = making.tags()
    shown = making.call("ec2", "create_vpc_endpoint")["VpcEndpoint"]
    making.aws.ec2.create_tags(Resources=[shown["VpcEndpointId"]], Tags=tags)
    return Made(shown["VpcEndpointId"], Id=shown["VpcEndpointId"])


@makes("EC2::SecurityGroup")
def security_group(making):
    ec2, name, tags = making.aws.ec2, making.name("GroupName"), making.tags()
    ingress, egress = making.take("SecurityGroupIngress", []), making.take("SecurityGroupEgress")
    id = ec2.create_security_group(GroupName=name, Description=making.given["GroupDescription"],
                                   VpcId=making.given["VpcId"])["GroupId"]
    ec2.create_tags(Resources=[id], Tags=tags)
    for rule in ingress:
        ec2.authorize_security_group_ingress(GroupId=id, IpPermissions=[_permission(rule)])
    if egress:
        # Rules in a template stand in the place of those that let everything out.
        everything = ec2.describe_security_groups(GroupIds=[id])["SecurityGroups"][0]["IpPermissionsEgress"]
        ec2.revoke_security_group_egress(GroupId=id, IpPermissions=everything)
        for rule in egress:
            ec2.authorize_security_group_egress(GroupId=id, IpPermissions=[_permission(rule)])
    return Made(id, GroupId=id, VpcId=making.given["VpcId"])


def _permission(rule):
    permission = {"IpProtocol": str(rule["IpProtocol"])}
    permission |= {name: int(rule[name]) for name in ("FromPort", "ToPort") if name in rule}
    text = {"Description": rule["Description"]} if "Description" in rule else {}
    for names, kind, key in (
            (("CidrIp",), "IpRanges", "CidrIp"), (("CidrIpv6",), "Ipv6Ranges", "CidrIpv6"),
            (("SourcePrefixListId", "DestinationPrefixListId"), "PrefixListIds", "PrefixListId"),
            (("SourceSecurityGroupId", "DestinationSecurityGroupId"), "UserIdGroupPairs", "GroupId")):
        for name in names:
            if name in rule:
                permission[kind] = [{key: rule[name]} | text]
    return permission


@makes("EC2::SecurityGroupIngress")
def ingress_rule(making):
    return _rule(making, making.aws.ec2.authorize_security_group_ingress)


@makes("EC2::SecurityGroupEgress")
def egress_rule(making):
    return _rule(making, making.aws.ec2.authorize_security_group_egress)


def _rule(making, authorize):
    shown = authorize(GroupId=making.given["GroupId"], IpPermissions=[_permission(making.given)])
    id = shown["SecurityGroupRules"][0]["SecurityGroupRuleId"]
    return Made(id, Id=id)


@makes("EC2::NetworkAcl")
def network_acl(making):
    tags = making.tags()
    id = making.call("ec2", "create_network_acl")["NetworkAcl"]["NetworkAclId"]
    making.aws.ec2.create_tags(Resources=[id], Tags=tags)
    return Made(id, Id=id)


@makes("EC2::NetworkAclEntry")
def network_acl_entry(making):
    making.given["Egress"] = making.given.get("Egress", False)
    making.call("ec2", "create_network_acl_entry")
    return Made(f"{making.given['NetworkAclId']}-{making.given['RuleNumber']}-{making.given['Egress']}")


@makes("EC2::SubnetNetworkAclAssociation")
def network_acl_association(making):
    for acl in making.aws.ec2.describe_network_acls()["NetworkAcls"]:
        for one in acl["Associations"]:
            if one["SubnetId"] == making.given["SubnetId"]:
                id = making.aws.ec2.replace_network_acl_association(
                    AssociationId=one["NetworkAclAssociationId"],
                    NetworkAclId=making.given["NetworkAclId"])["NewAssociationId"]
                return Made(id, AssociationId=id)
    raise Invalid("the subnet has no network ACL")


# ---- load balancers ------------------------------------------------------------------------------------------------

ENFORCEMENT = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"


@makes("ElasticLoadBalancingV2::LoadBalancer")
def load_balancer(making):
    elb, name, tags = making.aws.elbv2, making.name("Name", 32), making.tags()
    attributes, enforcement = making.take("LoadBalancerAttributes", []), making.take(ENFORCEMENT)
    shown = making.call("elbv2", "create_load_balancer", Name=name, Tags=tags)["LoadBalancers"][0]
    arn = shown["LoadBalancerArn"]
    if attributes:
        elb.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=_texts(attributes))
    if enforcement is not None:
        elb.set_security_groups(LoadBalancerArn=arn, SecurityGroups=making.given["SecurityGroups"],
                                **{ENFORCEMENT: str(enforcement)})
    return Made(arn, LoadBalancerArn=arn, DNSName=shown["DNSName"], LoadBalancerName=name,
                CanonicalHostedZoneID=shown["CanonicalHostedZoneId"], SecurityGroups=shown.get("SecurityGroups", []),
                LoadBalancerFullName=arn.split(":loadbalancer/")[1])


def _texts(attributes):
    return [{"Key": one["Key"], "Value": str(one["Value"]).lower() if isinstance(one["Value"], bool) else
             str(one["Value"])} for one in attributes]


# AWS sets no tags of CloudFormation's on target groups, listeners and rules.

@makes("ElasticLoadBalancingV2::TargetGroup")
def target_group(making):
    elb, name = making.aws.elbv2, making.name("Name", 32)
    attributes, targets = making.take("TargetGroupAttributes", []), making.take("Targets", [])
    arn = making.call("elbv2", "create_target_group", Name=name)["TargetGroups"][0]["TargetGroupArn"]
    if attributes:
        elb.modify_target_group_attributes(TargetGroupArn=arn, Attributes=_texts(attributes))
    if targets:
        elb.register_targets(TargetGroupArn=arn, Targets=[
            one | ({"Port": int(one["Port"])} if "Port" in one else {}) for one in targets])
    return Made(arn, TargetGroupArn=arn, TargetGroupName=name, TargetGroupFullName=arn.split(":")[-1])


@makes("ElasticLoadBalancingV2::Listener")
def listener(making):
    attributes = making.take("ListenerAttributes")
    if attributes:
        raise Invalid("ListenerAttributes are not known here")
    _order(making.given["DefaultActions"])
    arn = making.call("elbv2", "create_listener")["Listeners"][0]["ListenerArn"]
    return Made(arn, ListenerArn=arn)


@makes("ElasticLoadBalancingV2::ListenerCertificate")
def listener_certificate(making):
    making.call("elbv2", "add_listener_certificates")
    return Made(f"{making.given['ListenerArn']}-certificates")


@makes("ElasticLoadBalancingV2::ListenerRule")
def listener_rule(making):
    _order(making.given["Actions"])
    arn = making.call("elbv2", "create_rule")["Rules"][0]["RuleArn"]
    return Made(arn, RuleArn=arn)


def _order(actions):
    for action in actions:
        # The service's own name for what the template calls OIDC.
        if "AuthenticateOidcConfig" in action and "UseExistingClientSecret" in action["AuthenticateOidcConfig"]:
            del action["AuthenticateOidcConfig"]["UseExistingClientSecret"]


# ---- ECS -----------------------------------------------------------------------------------------------------------

def _lower(tags):
    return [{"key": tag["Key"], "value": tag["Value"]} for tag in tags]


@makes("ECS::Cluster")
def cluster(making):
    name, tags = making.name("ClusterName"), _lower(making.tags())
    making.given["Settings"] = making.take("ClusterSettings", [])
    arn = making.call("ecs", "create_cluster", clusterName=name, tags=tags)["cluster"]["clusterArn"]
    return Made(name, arn, Arn=arn)


@makes("ECS::TaskDefinition")
def task_definition(making):
    family, tags = making.name("Family"), _lower(making.tags())
    shown = making.call("ecs", "register_task_definition", family=family, tags=tags)["taskDefinition"]
    return Made(shown["taskDefinitionArn"], TaskDefinitionArn=shown["taskDefinitionArn"])


@makes("ECS::Service")
def service(making):
    """It is steady at once: nothing takes time while a stack is made."""
    name, tags = making.name("ServiceName"), _lower(making.tags())
    if making.take("ServiceConnectConfiguration") or making.take("ServiceRegistries"):
        raise Invalid("Cloud Map is not known here")
    making.given.setdefault("DesiredCount", 1)
    shown = making.call("ecs", "create_service", serviceName=name, tags=tags)["service"]
    return Made(shown["serviceArn"], ServiceArn=shown["serviceArn"], Name=name)


# ---- REST APIs -----------------------------------------------------------------------------------------------------

@makes("ApiGateway::RestApi")
def rest_api(making):
    rest, tags = making.aws.apigateway, making.plain_tags()
    body, policy = making.take("Body"), making.take("Policy")
    for ignored in ("FailOnWarnings", "Mode", "Parameters"):
        making.take(ignored)
    if "BodyS3Location" in making.given:
        raise Invalid("BodyS3Location is not known here")
    document = body or {}
    policy = policy or document.get("x-amazon-apigateway-policy")
    name = making.take("Name") or document["info"]["title"]
    more = {"policy": json.dumps(policy)} if policy else {}
    for key, given in openapi.settings(document).items():
        making.given.setdefault(key, given)
    id = making.call("apigateway", "create_rest_api", name=name, tags=tags, **more)["id"]
    root = rest.get_resources(restApiId=id)["items"][0]["id"]
    if body:
        openapi.import_rest(rest, id, root, body)
    return Made(id, RestApiId=id, RootResourceId=root)


@makes("ApiGateway::Resource")
def rest_resource(making):
    id = making.call("apigateway", "create_resource")["id"]
    return Made(id, ResourceId=id)


@makes("ApiGateway::Method")
def rest_method(making):
    integration, responses = making.take("Integration"), making.take("MethodResponses", [])
    making.given.setdefault("AuthorizationType", "NONE")
    place = {"restApiId": making.given["RestApiId"], "resourceId": making.given["ResourceId"],
             "httpMethod": making.given["HttpMethod"]}
    making.call("apigateway", "put_method")
    for response in responses:
        making.given = response
        making.call("apigateway", "put_method_response", **place)
    if integration:
        making.given = dict(integration)
        answers = making.take("IntegrationResponses", [])
        making.call("apigateway", "put_integration", **place)
        for answer in answers:
            making.given = answer
            making.call("apigateway", "put_integration_response", **place)
    return Made(f"{place['restApiId']}|{place['resourceId']}|{place['httpMethod']}")


@makes("ApiGateway::RequestValidator")
def request_validator(making):
    id = making.call("apigateway", "create_request_validator")["id"]
    return Made(id, RequestValidatorId=id)


@makes("ApiGateway::Authorizer")
def rest_authorizer(making):
    id = making.call("apigateway", "create_authorizer")["id"]
    return Made(id, AuthorizerId=id)


@makes("ApiGateway::VpcLink")
def rest_link(making):
    tags = making.plain_tags()
    id = making.call("apigateway", "create_vpc_link", tags=tags)["id"]
    return Made(id, VpcLinkId=id)


@makes("ApiGateway::Deployment")
def rest_deployment(making):
    described = making.take("StageDescription", {})
    tags = {tag["Key"]: tag["Value"] for tag in described.pop("Tags", [])}
    id = making.call("apigateway", "create_deployment",
                     **({"variables": described.pop("Variables")} if "Variables" in described else {}))["id"]
    if making.given.get("StageName") and (described or tags):
        _settings(making, making.given["RestApiId"], making.given["StageName"], described)
    return Made(id, DeploymentId=id)


@makes("ApiGateway::Stage")
def rest_stage(making):
    api, name, tags = making.given["RestApiId"], making.given["StageName"], making.plain_tags()
    later = {key: making.take(key) for key in ("MethodSettings", "AccessLogSetting", "ClientCertificateId")
             if key in making.given}
    making.call("apigateway", "create_stage", tags=tags)
    _settings(making, api, name, later)
    return Made(name, f"arn:aws:apigateway:{making.region}::/restapis/{api}/stages/{name}")


# What a template calls a setting of methods, and where a patch finds it.
METHOD_SETTINGS = {
    "LoggingLevel": "logging/loglevel", "DataTraceEnabled": "logging/dataTrace", "MetricsEnabled": "metrics/enabled",
    "ThrottlingBurstLimit": "throttling/burstLimit", "ThrottlingRateLimit": "throttling/rateLimit",
    "CachingEnabled": "caching/enabled", "CacheDataEncrypted": "caching/dataEncrypted",
    "CacheTtlInSeconds": "caching/ttlInSeconds"}


def _settings(making, api, stage, given):
    patches = []
    for setting in given.pop("MethodSettings", []):
        resource = setting.pop("ResourcePath").lstrip("/") or "~1"
        where = f"/{resource}/{setting.pop('HttpMethod')}"
        patches += [(f"{where}/{METHOD_SETTINGS[name]}", value) for name, value in setting.items()]
    log = given.pop("AccessLogSetting", None)
    if log:
        patches += [("/accessLogSettings/destinationArn", log["DestinationArn"]),
                    ("/accessLogSettings/format", log["Format"])]
    if "ClientCertificateId" in given:
        patches.append(("/clientCertificateId", given.pop("ClientCertificateId")))
    if "TracingEnabled" in given:
        patches.append(("/tracingEnabled", given.pop("TracingEnabled")))
    if given:
        raise Invalid(f"a stage's {', '.join(given)} are not known here")
    if patches:
        making.aws.apigateway.update_stage(restApiId=api, stageName=stage, patchOperations=[
            {"op": "replace", "path": path, "value": str(value).lower() if isinstance(value, bool) else str(value)}
            for path, value in patches])


@makes("ApiGateway::ApiKey")
def api_key(making):
    making.take("StageKeys")
    tags = making.plain_tags(own=False)
    id = making.call("apigateway", "create_api_key", tags=tags)["id"]
    return Made(id, APIKeyId=id)


@makes("ApiGateway::UsagePlan")
def usage_plan(making):
    name, tags = making.name("UsagePlanName"), making.plain_tags(own=False)
    id = making.call("apigateway", "create_usage_plan", name=name, tags=tags)["id"]
    return Made(id, Id=id)


@makes("ApiGateway::UsagePlanKey")
def usage_plan_key(making):
    return Made(making.call("apigateway", "create_usage_plan_key")["id"])


@makes("ApiGateway::DomainName")
def rest_domain(making):
    tags = making.plain_tags(own=False)
    name = making.call("apigateway", "create_domain_name", tags=tags)["domainName"]
    return Made(name, RegionalDomainName=f"d-example.execute-api.{making.region}.amazonaws.com",
                RegionalHostedZoneId="Z1UJRXOUMOOFQ8")


@makes("ApiGateway::BasePathMapping")
def base_path(making):
    making.call("apigateway", "create_base_path_mapping")
    return Made(f"{making.given['DomainName']}|{making.given.get('BasePath', '(none)')}")


# ---- HTTP and WebSocket APIs ---------------------------------------------------------------------------------------
# AWS sets no tags of CloudFormation's on them.

@makes("ApiGatewayV2::Api")
def http_api(making):
    v2, body = making.aws.apigatewayv2, making.take("Body")
    for ignored in ("BasePath", "FailOnWarnings", "DisableSchemaValidation"):
        making.take(ignored)
    if {"BodyS3Location", "Target"} & set(making.given):
        raise Invalid("BodyS3Location and Target are not known here")
    document = body or {}
    tags = making.plain_tags(own=False) | {
        tag["name"]: tag["x-amazon-apigateway-tag-value"] for tag in document.get("tags", [])
        if "x-amazon-apigateway-tag-value" in tag}
    if body:
        making.given.setdefault("ProtocolType", "HTTP")
        making.given.setdefault("Name", document["info"]["title"])
        if "x-amazon-apigateway-cors" in document:
            making.given.setdefault("CorsConfiguration", document["x-amazon-apigateway-cors"])
    id = making.call("apigatewayv2", "create_api", Tags=tags)["ApiId"]
    if body:
        openapi.import_http(v2, id, body)
    return Made(id, ApiId=id, ApiEndpoint=f"https://{id}.execute-api.{making.region}.amazonaws.com")


@makes("ApiGatewayV2::VpcLink")
def http_link(making):
    tags = making.plain_tags(own=False)
    id = making.call("apigatewayv2", "create_vpc_link", Tags=tags)["VpcLinkId"]
    return Made(id, VpcLinkId=id)


@makes("ApiGatewayV2::Integration")
def http_integration(making):
    id = making.call("apigatewayv2", "create_integration")["IntegrationId"]
    return Made(id, IntegrationId=id)


@makes("ApiGatewayV2::Authorizer")
def http_authorizer(making):
    id = making.call("apigatewayv2", "create_authorizer")["AuthorizerId"]
    return Made(id, AuthorizerId=id)


@makes("ApiGatewayV2::Route")
def http_route(making):
    id = making.call("apigatewayv2", "create_route")["RouteId"]
    return Made(id, RouteId=id)


@makes("ApiGatewayV2::Stage")
def http_stage(making):
    tags = making.plain_tags(own=False)
    making.take("AccessPolicyId")
    name = making.call("apigatewayv2", "create_stage", Tags=tags)["StageName"]
    return Made(name, f"arn:aws:apigateway:{making.region}::/apis/{making.given['ApiId']}/stages/{name}")


@makes("ApiGatewayV2::Deployment")
def http_deployment(making):
    id = making.call("apigatewayv2", "create_deployment")["DeploymentId"]
    return Made(id, DeploymentId=id)


@makes("ApiGatewayV2::DomainName")
def http_domain(making):
    tags = making.plain_tags(own=False)
    name = making.call("apigatewayv2", "create_domain_name", Tags=tags)["DomainName"]
    return Made(name, RegionalDomainName=f"d-example.execute-api.{making.region}.amazonaws.com",
                RegionalHostedZoneId="Z1UJRXOUMOOFQ8")


@makes("ApiGatewayV2::ApiMapping")
def api_mapping(making):
    id = making.call("apigatewayv2", "create_api_mapping")["ApiMappingId"]
    return Made(id, ApiMappingId=id)


# ---- WAF and certificates ------------------------------------------------------------------------------------------

@makes("WAFv2::WebACL")
def web_acl(making):
    name, tags = making.name("Name", 128), making.tags()
    making.given.setdefault("Rules", [])
    tags = [tag for tag in tags if not tag["Key"].startswith("aws:")]
    more = {"Tags": tags} if tags else {}
    shown = making.call("wafv2", "create_web_acl", Name=name, **more)["Summary"]
    return Made(f"{name}|{shown['Id']}|{making.given['Scope']}", shown["ARN"], Arn=shown["ARN"], Id=shown["Id"])


@makes("WAFv2::WebACLAssociation")
def web_acl_association(making):
    making.call("wafv2", "associate_web_acl")
    return Made(f"{making.given['WebACLArn']}|{making.given['ResourceArn']}")


@makes("CertificateManager::Certificate")
def certificate(making):
    options = making.take("DomainValidationOptions")
    del options
    tags = making.tags()
    del tags
    return Made(making.call("acm", "request_certificate")["CertificateArn"])
