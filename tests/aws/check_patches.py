#!/usr/bin/env python3
"""For each patch: moto as it comes is still wrong, and patched it is right. A patch that is no longer needed goes.

    target/aws-emulator/bin/python tests/aws/check_patches.py [PATCH]…

Prints a line a patch and exits 1 when one does not hold.
"""
import json
import sys
import urllib.request

import check_writes  # noqa: F401
import hooks
import patches  # noqa: F401
from builders import (ANYWHERE, Balancer, HttpApi, Network, RestApi, cluster, host_is, link_v1, link_v2, register,
                      respond, service, target_group, web_acl)
from checking import Running, check, checks, refused

ACCOUNT_LINK = "abc123"
LISTENER = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/alb/50dc6c495c0c9188/f2f7dc8efc522ab2"

# ---- REST APIs -----------------------------------------------------------------------------------------------------

def _linked_api(aws):
    api = RestApi(aws, "api")
    api.method("GET", "/x", "https://x.example.com/", link=ACCOUNT_LINK, target="arn:lb")
    return api


@check("rest-integration-connection")
def _(aws):
    api = _linked_api(aws)
    place = {"restApiId": api.id, "resourceId": api.resources["/x"], "httpMethod": "GET"}
    embedded = next(item for item in aws.apigateway.get_resources(restApiId=api.id, embed=["methods"])["items"]
                    if item["path"] == "/x")["resourceMethods"]["GET"]
    seen = (aws.apigateway.get_integration(**place), aws.apigateway.get_method(**place)["methodIntegration"],
            embedded["methodIntegration"])
    return all(each.get("connectionId") == ACCOUNT_LINK and each.get("integrationTarget") == "arn:lb"
               and each.get("timeoutInMillis") == 29000 for each in seen)


@check("client-certificates")
def _(aws):
    made = aws.apigateway.generate_client_certificate(description="orders")
    shown = aws.apigateway.get_client_certificates()["items"]
    return [each["clientCertificateId"] for each in shown] == [made["clientCertificateId"]] and shown[0]["expirationDate"]


@check("rest-api-security-policy")
def _(aws):
    RestApi(aws, "plain")
    RestApi(aws, "private", kind="PRIVATE")
    RestApi(aws, "strong", securityPolicy="SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09")
    shown = {api["name"]: api.get("securityPolicy") for api in aws.apigateway.get_rest_apis()["items"]}
    return shown == {"plain": "TLS_1_0", "private": "TLS_1_2", "strong": "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09"}


@check("rest-resources-embed")
def _(aws):
    api = _linked_api(aws)
    return aws.apigateway.get_resources(restApiId=api.id)["items"][1]["resourceMethods"] == {"GET": {}}


@check("stage-fields")
def _(aws):
    api = _linked_api(aws)
    first = api.deploy("prod", variables={"host": "a"})
    canary = api.deploy("prod", canarySettings={"percentTraffic": 10.0, "stageVariableOverrides": {"host": "b"}})
    api.update_stage("prod", ("/clientCertificateId", "cert01"), ("/canarySettings/percentTraffic", "20"))
    stage = aws.apigateway.get_stages(restApiId=api.id)["item"][0]
    return (stage["deploymentId"] == first and stage["variables"] == {"host": "a"}
            and stage["canarySettings"]["deploymentId"] == canary and stage["clientCertificateId"] == "cert01"
            and stage["canarySettings"]["percentTraffic"] == 20.0
            and stage["canarySettings"]["stageVariableOverrides"] == {"host": "b"})


@check("vpc-link-status")
def _(aws):
    network = Network(aws, "n")
    one = link_v1(aws, "one", Balancer(aws, "nlb", network.private, kind="network", scheme="internal"))
    two = link_v2(aws, "two", network.private, [])
    aws.set_state(vpc_links={one: {"status": "FAILED", "message": "why"}, two: {"status": "INACTIVE"}})
    shown = aws.apigateway.get_vpc_link(vpcLinkId=one)
    return ((shown["status"], shown["statusMessage"]) == ("FAILED", "why")
            and aws.apigatewayv2.get_vpc_links()["Items"][0]["VpcLinkStatus"] == "INACTIVE")


@check("domain-names")
def _(aws):
    aws.apigateway.create_domain_name(domainName="a.example.com", mutualTlsAuthentication={"truststoreUri": "s3://a/b"})
    shown = aws.apigateway.get_domain_names()["items"][0]
    return shown["mutualTlsAuthentication"]["truststoreUri"] == "s3://a/b"


@check("shared-domain-names")
def _(aws):
    api = RestApi(aws, "api")
    api.method("GET", "/x", "https://x.example.com/")
    api.deploy("prod")
    aws.apigateway.create_domain_name(domainName="a.example.com", endpointConfiguration={"types": ["REGIONAL"]})
    aws.apigateway.create_base_path_mapping(domainName="a.example.com", restApiId=api.id, stage="prod")
    aws.apigatewayv2.create_domain_name(DomainName="b.example.com", DomainNameConfigurations=[
        {"CertificateArn": "arn:certificate", "EndpointType": "REGIONAL", "SecurityPolicy": "TLS_1_2"}],
        MutualTlsAuthentication={"TruststoreUri": "s3://a/b"})
    first, second = aws.apigateway.get_domain_names()["items"]
    mappings = aws.apigatewayv2.get_api_mappings(DomainName="a.example.com")["Items"]
    return ([(one["ApiId"], one["ApiMappingKey"], one["Stage"]) for one in mappings] == [(api.id, "", "prod")]
            and second["domainName"] == "b.example.com" and second["regionalCertificateArn"] == "arn:certificate"
            and second["mutualTlsAuthentication"]["truststoreUri"] == "s3://a/b"
            and "mutualTlsAuthentication" not in first)


@check("rest-export-deployed")
def _(aws):
    api = RestApi(aws, "api")
    api.method("ANY", "/{proxy+}", "https://x.example.com/{proxy}", auth="AWS_IAM", key=True, link=ACCOUNT_LINK,
               target="arn:lb", tlsConfig={"insecureSkipVerification": True})
    api.deploy("prod")
    api.method("GET", "/draft", "https://draft.example.com/")
    body = aws.apigateway.get_export(restApiId=api.id, stageName="prod", exportType="oas30", accepts="application/json",
                                     parameters={"extensions": "integrations,authorizers"})["body"]
    document = json.load(body)
    method = document["paths"]["/{proxy+}"]["x-amazon-apigateway-any-method"]
    integration = method["x-amazon-apigateway-integration"]
    return (document["openapi"] == "3.0.1" and "/draft" not in document["paths"]
            and integration["connectionId"] == ACCOUNT_LINK and integration["integrationTarget"] == "arn:lb"
            and integration["type"] == "http_proxy" and integration["tlsConfig"]["insecureSkipVerification"]
            and integration["requestParameters"] == {"integration.request.path.proxy": "method.request.path.proxy"}
            and method["security"] == [{"sigv4": []}, {"api_key": []}])


# ---- HTTP APIs -----------------------------------------------------------------------------------------------------

@check("http-get-authorizers")
def _(aws):
    api = HttpApi(aws, "api")
    api.api.create_authorizer(ApiId=api.id, Name="jwt", AuthorizerType="JWT", IdentitySource=["$request.header.A"],
                              JwtConfiguration={"Issuer": "https://i.example.com", "Audience": ["a"]})
    shown = aws.apigatewayv2.get_authorizers(ApiId=api.id)["Items"][0]
    return shown["JwtConfiguration"] == {"Issuer": "https://i.example.com", "Audience": ["a"]}


@check("http-integration-fields")
def _(aws):
    api = HttpApi(aws, "api")
    api.integrate(LISTENER, link=ACCOUNT_LINK, tls="x.example.com")
    api.integrate("https://x.example.com/")
    linked, plain = aws.apigatewayv2.get_integrations(ApiId=api.id)["Items"]
    return (linked["ConnectionId"] == ACCOUNT_LINK and linked["TlsConfig"] == {"ServerNameToVerify": "x.example.com"}
            and plain["ConnectionType"] == "INTERNET" and plain["TimeoutInMillis"] == 30000)


@check("http-deployments")
def _(aws):
    api, v2 = HttpApi(aws, "api"), aws.apigatewayv2
    deployment = api.stage("v1", auto=False)
    api.stage("$default")
    first = v2.get_stage(ApiId=api.id, StageName="$default")["DeploymentId"]
    api.route("GET /x", api.integrate("https://x.example.com/"))
    second = v2.get_stage(ApiId=api.id, StageName="$default")["DeploymentId"]
    listed = {item["DeploymentId"]: item for item in v2.get_deployments(ApiId=api.id)["Items"]}
    manual = v2.get_stage(ApiId=api.id, StageName="v1")
    return (len({deployment, first, second}) == 3 and set(listed) == {deployment, first, second}
            and listed[second]["AutoDeployed"] and manual["DeploymentId"] == deployment
            and v2.get_deployment(ApiId=api.id, DeploymentId=deployment)["DeploymentStatus"] == "DEPLOYED")


@check("http-export")
def _(aws):
    api = HttpApi(aws, "api")
    api.route("ANY /{proxy+}", api.integrate(LISTENER, link=ACCOUNT_LINK, tls="x.example.com"), "AWS_IAM")
    api.stage("v1", auto=False)
    api.route("GET /draft", api.integrate("https://draft.example.com/"))
    body = aws.apigatewayv2.export_api(ApiId=api.id, OutputType="JSON", Specification="OAS30", StageName="v1",
                                       ExportVersion="1.0", IncludeExtensions=True)["body"]
    document = json.load(body)
    route = document["paths"]["/{proxy+}"]["x-amazon-apigateway-any-method"]
    integration = route["x-amazon-apigateway-integration"]
    return ("/draft" not in document["paths"] and integration["connectionId"] == ACCOUNT_LINK
            and integration["tlsConfig"] == {"serverNameToVerify": "x.example.com"}
            and integration["payloadFormatVersion"] == "1.0" and route["security"] == [{"sigv4": []}])


# ---- load balancers ------------------------------------------------------------------------------------------------

def _described(aws, balancer):
    return aws.elbv2.describe_load_balancers(LoadBalancerArns=[balancer.arn])["LoadBalancers"][0]


@check("load-balancer-arns")
def _(aws):
    balancer = Balancer(aws, "nlb", Network(aws, "n").private, kind="network", scheme="internal")
    return ":loadbalancer/net/nlb/" in balancer.arn and ":listener/net/nlb/" in balancer.listen(
        80, target_group(aws, "g", balancer.vpc, 80, protocol="TCP"))


@check("dns-names")
def _(aws):
    network = Network(aws, "n")
    made = [Balancer(aws, f"lb{number}", network.private, kind=kind, scheme=scheme) for number, (kind, scheme) in
            enumerate((("application", "internet-facing"), ("application", "internal"), ("network", "internal")))]
    return (made[0].dns.endswith(".us-east-1.elb.amazonaws.com") and made[0].dns.split(".")[0] != "lb0-1"
            and made[1].dns.startswith("internal-lb1-")
            and made[2].dns == f"lb2-{made[2].arn.rsplit('/', 1)[1]}.elb.us-east-1.amazonaws.com")


@check("load-balancer-enis")
def _(aws):
    network = Network(aws, "n", ipv6=True)
    group = network.group("lb", (80, ANYWHERE))
    Balancer(aws, "alb", network.public, [group], IpAddressType="dualstack")
    elastic = aws.ec2.allocate_address(Domain="vpc")
    balancer = Balancer(aws, "nlb", [], kind="network", SubnetMappings=[
        {"SubnetId": network.public[0], "AllocationId": elastic["AllocationId"]}])
    enis = aws.ec2.describe_network_interfaces(Filters=[{"Name": "requester-id", "Values": ["amazon-elb"]}])
    by_type = {}
    for eni in enis["NetworkInterfaces"]:
        by_type.setdefault(eni["InterfaceType"], []).append(eni)
    shown = _described(aws, balancer)["AvailabilityZones"][0]["LoadBalancerAddresses"][0]
    alb, nlb = by_type["interface"], by_type["network_load_balancer"]
    return (len(alb) == 2 and alb[0]["Description"].startswith("ELB app/alb/") and alb[0]["Groups"][0]["GroupId"] == group
            and alb[0]["Association"]["PublicIp"] and alb[0]["Ipv6Addresses"] and not nlb[0]["Ipv6Addresses"]
            and nlb[0]["Description"].startswith("ELB net/nlb/")
            and nlb[0]["Association"]["PublicIp"] == elastic["PublicIp"] == shown["IpAddress"] and not nlb[0]["Groups"])


@check("load-balancer-ip-address-types")
def _(aws):
    balancer = Balancer(aws, "alb", Network(aws, "n").public, IpAddressType="dualstack-without-public-ipv4")
    return _described(aws, balancer)["IpAddressType"] == "dualstack-without-public-ipv4"


@check("privatelink-enforcement")
def _(aws):
    network = Network(aws, "n")
    group = network.group("lb")
    balancer = Balancer(aws, "nlb", network.private, [group], kind="network", scheme="internal")
    flag = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"
    before = _described(aws, balancer)[flag]
    aws.elbv2.set_security_groups(LoadBalancerArn=balancer.arn, SecurityGroups=[group], **{flag: "off"})
    return (before, _described(aws, balancer)[flag]) == ("on", "off")


@check("load-balancer-attributes")
def _(aws):
    network, shown = Network(aws, "n"), {}
    for kind in ("application", "network"):
        balancer = Balancer(aws, kind, network.public, kind=kind)
        answer = aws.elbv2.describe_load_balancer_attributes(LoadBalancerArn=balancer.arn)["Attributes"]
        shown[kind] = {attribute["Key"]: attribute["Value"] for attribute in answer}
    return (shown["application"]["routing.http.desync_mitigation_mode"] == "defensive"
            and shown["application"]["waf.fail_open.enabled"] == "false"
            and "dns_record.client_routing_policy" in shown["network"]
            and "idle_timeout.timeout_seconds" not in shown["network"])


@check("target-group-attributes")
def _(aws):
    group = target_group(aws, "g", Network(aws, "n").vpc, 80, protocol="TCP")
    answer = aws.elbv2.describe_target_group_attributes(TargetGroupArn=group)["Attributes"]
    shown = {attribute["Key"]: attribute["Value"] for attribute in answer}
    return (shown["preserve_client_ip.enabled"], shown["proxy_protocol_v2.enabled"]) == ("false", "false")


@check("target-health")
def _(aws):
    network = Network(aws, "n")
    group = target_group(aws, "g", network.vpc, 80)
    register(aws, group, "10.0.10.5", "10.0.10.6")

    def states():
        return [(description["TargetHealth"]["State"], description["TargetHealth"].get("Reason"))
                for description in aws.elbv2.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]]

    unused = states()
    Balancer(aws, "alb", network.public).listen(80, group)
    aws.set_state(target_health={"g": {"10.0.10.6": {"State": "unhealthy", "Reason": "Target.Timeout"}}})
    return unused == [("unused", "Target.NotInUse")] * 2 and states() == [("healthy", None),
                                                                          ("unhealthy", "Target.Timeout")]


@check("target-group-load-balancers")
def _(aws):
    network = Network(aws, "n")
    group = target_group(aws, "g", network.vpc, 80)
    balancer = Balancer(aws, "alb", network.public)
    listener = balancer.listen(80, respond(404))
    balancer.rule(listener, 1, [host_is("a.example.com")], group)
    balancer.rule(listener, 2, [host_is("b.example.com")], group)
    used = aws.elbv2.describe_target_groups()["TargetGroups"][0]["LoadBalancerArns"]
    aws.elbv2.delete_listener(ListenerArn=listener)
    return used == [balancer.arn] and not aws.elbv2.describe_target_groups()["TargetGroups"][0]["LoadBalancerArns"]


@check("listener-fields")
def _(aws):
    network = Network(aws, "n")
    group = target_group(aws, "g", network.vpc, 80)
    balancer = Balancer(aws, "alb", network.public)
    certificate = aws.acm.request_certificate(DomainName="a.example.com")["CertificateArn"]
    balancer.listen(80, group)
    balancer.listen(443, group, protocol="HTTPS", Certificates=[{"CertificateArn": certificate}],
                    MutualAuthentication={"Mode": "verify", "TrustStoreArn": "arn:store"})
    second = aws.acm.request_certificate(DomainName="b.example.com")["CertificateArn"]
    secure = aws.elbv2.describe_listeners(LoadBalancerArn=balancer.arn)["Listeners"][1]["ListenerArn"]
    aws.elbv2.add_listener_certificates(ListenerArn=secure, Certificates=[{"CertificateArn": second}])
    plain, secure = aws.elbv2.describe_listeners(LoadBalancerArn=balancer.arn)["Listeners"]
    return ("SslPolicy" not in plain and secure["MutualAuthentication"]["TrustStoreArn"] == "arn:store"
            and [one["CertificateArn"] for one in secure["Certificates"]] == [certificate]
            and plain["DefaultActions"][0]["ForwardConfig"]["TargetGroups"][0]["TargetGroupArn"] == group)


@check("rule-conditions")
def _(aws):
    balancer = Balancer(aws, "alb", Network(aws, "n").public)
    listener = balancer.listen(80, respond(404))
    balancer.rule(listener, 1, [host_is("a.example.com")], respond(200))
    condition = aws.elbv2.describe_rules(ListenerArn=listener)["Rules"][0]["Conditions"][0]
    return condition["Values"] == condition["HostHeaderConfig"]["Values"] == ["a.example.com"]


@check("default-rule-arns")
def _(aws):
    listener = Balancer(aws, "alb", Network(aws, "n").public).listen(80, respond(404))
    return len(aws.elbv2.describe_rules(ListenerArn=listener)["Rules"][0]["RuleArn"].rsplit("/", 1)[1]) == 16


@check("trust-stores")
def _(aws):
    made = aws.elbv2.create_trust_store(Name="store", CaCertificatesBundleS3Bucket="b", CaCertificatesBundleS3Key="k")
    return aws.elbv2.describe_trust_stores()["TrustStores"] == made["TrustStores"]


@check("ssl-policies")
def _(aws):
    try:
        aws.elbv2.describe_ssl_policies(Names=["ELBSecurityPolicy-none"])
    except aws.elbv2.exceptions.SSLPolicyNotFoundException:
        return bool(aws.elbv2.describe_ssl_policies(LoadBalancerType="network")["SslPolicies"])
    return False


# ---- ECS, EC2, WAF and ACM -----------------------------------------------------------------------------------------

@check("ecs-tasks")
def _(aws):
    network = Network(aws, "n")
    group = network.group("tasks", (8080, ANYWHERE))
    targets = target_group(aws, "g", network.vpc, 8080)
    Balancer(aws, "alb", network.public).listen(80, targets)
    arn = cluster(aws, "c")
    service(aws, arn, "s", network.public, [group], [targets], public=True)
    shown = aws.ecs.describe_services(cluster=arn, services=["s"])["services"][0]
    names = aws.ecs.list_tasks(cluster=arn, serviceName="s")["taskArns"]
    task = aws.ecs.describe_tasks(cluster=arn, tasks=names)["tasks"][0]
    details = {detail["name"]: detail["value"] for detail in task["attachments"][0]["details"]}
    eni = aws.ec2.describe_network_interfaces(NetworkInterfaceIds=[details["networkInterfaceId"]])["NetworkInterfaces"][0]
    registered = [description["Target"]["Id"] for description
                  in aws.elbv2.describe_target_health(TargetGroupArn=targets)["TargetHealthDescriptions"]]
    return (shown["runningCount"] == len(names) == len(registered) == 2
            and shown["deployments"][0]["rolloutState"] == "COMPLETED" and details["privateIPv4Address"] in registered
            and eni["Association"]["PublicIp"] and eni["Groups"][0]["GroupId"] == group)


@check("ecs-service-fields")
def _(aws):
    network, arn = Network(aws, "n"), cluster(aws, "c")
    service(aws, arn, "s", network.private, [network.group("g")], enableExecuteCommand=True,
            healthCheckGracePeriodSeconds=60)
    shown = aws.ecs.describe_services(cluster=arn, services=["s"])["services"][0]
    return shown["enableExecuteCommand"] and shown["healthCheckGracePeriodSeconds"] == 60


@check("vpc-block-public-access")
def _(aws):
    vpc = Network(aws, "n").vpc
    aws.ec2.modify_vpc_block_public_access_options(InternetGatewayBlockMode="block-ingress")
    aws.ec2.create_vpc_block_public_access_exclusion(VpcId=vpc, InternetGatewayExclusionMode="allow-bidirectional")
    mode = aws.ec2.describe_vpc_block_public_access_options()["VpcBlockPublicAccessOptions"]
    exclusions = aws.ec2.describe_vpc_block_public_access_exclusions()["VpcBlockPublicAccessExclusions"]
    return mode["InternetGatewayBlockMode"] == "block-ingress" and exclusions[0]["ResourceArn"].endswith(f"vpc/{vpc}")


@check("subnet-block-public-access")
def _(aws):
    network = Network(aws, "n")
    aws.set_state(subnets={network.public[0]: "block-bidirectional"})
    shown = aws.ec2.describe_subnets(SubnetIds=network.public)["Subnets"]
    return [subnet["BlockPublicAccessStates"]["InternetGatewayBlockMode"] for subnet in shown] == [
        "block-bidirectional", "off"]


@check("subnet-ipv6-blocks")
def _(aws):
    network = Network(aws, "n", ipv6=True)
    blocks = aws.ec2.describe_subnets(SubnetIds=network.public)["Subnets"][0]["Ipv6CidrBlockAssociationSet"]
    return [block["Ipv6CidrBlockState"]["State"] for block in blocks] == ["associated"]


@check("network-acl-entries")
def _(aws):
    network = Network(aws, "n", ipv6=True)
    aws.ec2.create_network_acl(VpcId=network.vpc)
    shown = aws.ec2.describe_network_acls(Filters=[{"Name": "vpc-id", "Values": [network.vpc]}])["NetworkAcls"]
    numbers = {acl["IsDefault"]: sorted(entry["RuleNumber"] for entry in acl["Entries"] if not entry["Egress"])
               for acl in shown}
    return numbers == {True: [100, 101, 32767, 32768], False: [32767, 32768]}


@check("vpc-link-interfaces")
def _(aws):
    network = Network(aws, "n")
    group = network.group("link")
    link = link_v2(aws, "link", network.private, [group])
    shown = aws.ec2.describe_network_interfaces()["NetworkInterfaces"]
    made = [(eni["SubnetId"], eni["Groups"][0]["GroupId"]) for eni in shown]
    aws.set_state(vpc_links={link: {"status": "INACTIVE"}})
    idle = aws.ec2.describe_network_interfaces()["NetworkInterfaces"]
    return made == [(subnet, group) for subnet in network.private] and not idle


@check("acm-validation")
def _(aws):
    certificate = aws.acm.request_certificate(DomainName="a.example.com")["CertificateArn"]
    shown = aws.acm.describe_certificate(CertificateArn=certificate)["Certificate"]
    return (shown["Status"], shown["RenewalEligibility"]) == ("ISSUED", "ELIGIBLE")


@check("network-interface-filters")
def _(aws):
    eni = aws.ec2.create_network_interface(SubnetId=Network(aws, "n").public[0])["NetworkInterface"]
    elastic = aws.ec2.allocate_address(Domain="vpc")
    aws.ec2.associate_address(AllocationId=elastic["AllocationId"], NetworkInterfaceId=eni["NetworkInterfaceId"])
    found = aws.ec2.describe_network_interfaces(
        Filters=[{"Name": "association.public-ip", "Values": [elastic["PublicIp"]]}])["NetworkInterfaces"]
    return [one["NetworkInterfaceId"] for one in found] == [eni["NetworkInterfaceId"]]


@check("waf-resources")
def _(aws):
    balancer = Balancer(aws, "alb", Network(aws, "n").public)
    acl = web_acl(aws, "acl", balancer.arn)
    return aws.wafv2.list_resources_for_web_acl(WebACLArn=acl)["ResourceArns"] == [balancer.arn]


@check("deployed-stacks")
def _(aws):
    body = {"stack": "nested", "files": ["fixtures/cloudformation/nested-main.yaml"]}
    with urllib.request.urlopen(f"{aws.endpoint}/_emulator/deploy", data=json.dumps(body).encode()) as answer:
        made = json.load(answer)["resources"]
    stacks = aws.client("cloudformation")
    found = stacks.describe_stack_resources(PhysicalResourceId=made["Alb"]["id"])["StackResources"]
    inner = stacks.list_stack_resources(StackName=made["Network"]["id"])["StackResourceSummaries"]
    names = {one["LogicalResourceId"] for one in found}
    return ({"Alb", "Network", "Service"} <= names and {one["StackName"] for one in found} == {"nested"}
            and {one["PhysicalResourceId"] for one in inner} >= {made["Network.Vpc"]["id"]}
            and "TemplateURL: ./nested-network.yaml" in stacks.get_template(StackName="nested")["TemplateBody"]
            and [one["StackName"] for one in stacks.describe_stacks()["Stacks"]] == ["nested", "nested-Network"]
            and refused(lambda: stacks.describe_stack_resources(PhysicalResourceId="vpc-0"), "ValidationError"))


def main():
    wanted = sys.argv[1:] or list(hooks.patches)
    stock, patched = Running("--stock"), Running()
    failed = 0
    for name in wanted:
        if name not in checks:
            verdict = "FAIL  no check"
        elif not patched.holds(name):
            verdict = f"FAIL  patched is wrong ({getattr(patched, 'problem', 'it answers otherwise')})"
        elif stock.holds(name):
            verdict = "FAIL  stock moto is right: the patch can go"
        else:
            verdict = "ok"
        failed += verdict != "ok"
        print(f"{verdict:4}  {name}", flush=True)
    stock.stop()
    patched.stop()
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
