"""The scenario `everything`: each shape apiaudit must read at least once, in one account.

Split by theme; each function adds what it made to `made`, under names that do not change."""
import json

from builders import (ANYWHERE, Balancer, HttpApi, Network, RestApi, cluster, forward, header_is, host_is, link_v1,
                      link_v2, path_is, redirect, register, respond, service, target_group, web_acl)
from certificates import imported

LAMBDA = ("arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
          "arn:aws:lambda:us-east-1:123456789012:function:{}/invocations")
WEAK_POLICY, STRONG_POLICY = "ELBSecurityPolicy-2016-08", "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"


def everything(aws):
    made = {}
    network = Network(aws, "main", prefix="10.1", ipv6=True)
    made["network"] = network.ids()
    certificate = aws.acm.request_certificate(DomainName="shop.example.com")["CertificateArn"]
    arn = made["cluster"] = cluster(aws, "main")
    world = network.group("world", (80, ANYWHERE), (443, ANYWHERE))
    tasks = network.group("tasks", (8080, world))
    made["groups"] = {"world": world, "tasks": tasks}
    web = _web(aws, network, arn, world, tasks, certificate, made)
    narrow = _groups_of_every_kind(aws, network, arn, tasks, made)
    inner, links = _private(aws, network, arn, tasks, certificate, made)
    address = _exposed(aws, network, arn, made)
    _uri_forms(aws, web, address, made)
    _stage_variables(aws, web, narrow, links, made)
    _links(aws, inner, links, made)
    _guarded(aws, web, certificate, made)
    _private_api(aws, network, web, made)
    _drafts(aws, web, inner, links, made)
    _http_apis(aws, network, web, inner, links, made)
    _websocket(aws, web, inner, links, made)
    _client_certificate(aws, made)
    return made


# ---- backends ------------------------------------------------------------------------------------------------------

def _web(aws, network, arn, world, tasks, certificate, made):
    """A public dual-stack ALB with rules of every kind, a second certificate that soon ends, WAF and access logs off."""
    web = Balancer(aws, "web-alb", network.public, [world], IpAddressType="dualstack")
    groups = {name: target_group(aws, name, network.vpc, 8080) for name in ("web", "web-next", "empty", "sick")}
    redirecting = web.listen(80, redirect())
    sign_in = {"Type": "authenticate-oidc", "Order": 1, "AuthenticateOidcConfig": {
        "Issuer": "https://idp.example.com", "AuthorizationEndpoint": "https://idp.example.com/authorize",
        "TokenEndpoint": "https://idp.example.com/token", "UserInfoEndpoint": "https://idp.example.com/user",
        "ClientId": "web", "ClientSecret": "not-a-secret", "OnUnauthenticatedRequest": "authenticate"}}
    secure = web.listen(443, respond(404), protocol="HTTPS", SslPolicy=WEAK_POLICY,
                        Certificates=[{"CertificateArn": certificate}])
    rules = {
        "header": web.rule(secure, 10, [header_is("X-Origin-Verify", "not-a-secret")], groups["web"]),
        "host": web.rule(secure, 20, [host_is("shop.example.com")], forward((groups["web"], 90),
                                                                            (groups["web-next"], 10))),
        "path": web.rule(secure, 30, [path_is("/sick/*")], groups["sick"]),
        "oidc": web.rule(secure, 40, [path_is("/account/*")], sign_in, forward(groups["web"]) | {"Order": 2}),
        "empty": web.rule(secure, 50, [path_is("/empty/*")], groups["empty"]),
    }
    for name in ("web", "web-next", "sick"):
        service(aws, arn, name, network.private, [tasks], [groups[name]], enableExecuteCommand=name == "web")
    aws.set_state(target_health={groups["sick"]: {
        "*": {"State": "unhealthy", "Reason": "Target.ResponseCodeMismatch",
              "Description": "Health checks failed with these codes: [500]"}}})
    acl = web_acl(aws, "web", web.arn)
    aging = imported(aws, "old.example.com", days=10)
    aws.elbv2.add_listener_certificates(ListenerArn=secure, Certificates=[{"CertificateArn": aging}])
    made["certificates"] = {"shop": certificate, "aging": aging}
    made["web"] = web.ids() | {"listeners": {"redirect": redirecting, "secure": secure}, "rules": rules,
                               "target_groups": groups, "web_acl": acl}
    return web


def _groups_of_every_kind(aws, network, arn, tasks, made):
    """Public ALBs that differ in who their security group lets in. Returns the one that lets in the fewest."""
    prefixes = aws.ec2.create_managed_prefix_list(
        PrefixListName="office", MaxEntries=5, AddressFamily="IPv4",
        Entries=[{"Cidr": "198.51.100.0/24", "Description": "office"}])["PrefixList"]["PrefixListId"]
    sources = {"ipv6": ("::/0",), "halves": ("0.0.0.0/1", "128.0.0.0/1"), "office": (prefixes,),
               "private": ("10.0.0.0/8",)}
    balancer = None
    made["by_group"] = {"prefix_list": prefixes}
    group = target_group(aws, "shared", network.vpc, 8080)
    service(aws, arn, "shared", network.private, [tasks], [group])
    for name in ("ipv6", "halves", "private", "office"):
        group_id = network.group(f"{name}-alb", (80, *sources[name]))
        balancer = Balancer(aws, f"{name}-alb", network.public, [group_id],
                            IpAddressType="dualstack" if name == "ipv6" else "ipv4")
        # A target group serves one load balancer, so only the last of them leads to the service.
        action = group if name == "office" else respond(200)
        made["by_group"][name] = balancer.ids() | {"group": group_id, "listener": balancer.listen(80, action)}
    return balancer


def _private(aws, network, arn, tasks, certificate, made):
    """An internal ALB, an NLB in front of it, and the VPC links to them."""
    link_group = network.group("links")
    inner_group = network.group("inner-alb", (80, link_group), (443, link_group))
    network.admit(tasks, 8080, inner_group)
    inner = Balancer(aws, "inner-alb", network.private, [inner_group], scheme="internal")
    group = target_group(aws, "inner", network.vpc, 8080)
    listeners = {"plain": inner.listen(80, group),
                 "secure": inner.listen(443, group, protocol="HTTPS", SslPolicy=STRONG_POLICY,
                                        Certificates=[{"CertificateArn": certificate}])}
    service(aws, arn, "inner", network.private, [tasks], [group])
    chain = Balancer(aws, "chain-nlb", network.private, kind="network", scheme="internal", SubnetMappings=[
        {"SubnetId": subnet, "PrivateIPv4Address": f"10.1.{number}.200"}
        for subnet, number in zip(network.private, (10, 11))])
    to_alb = target_group(aws, "chain", network.vpc, 80, protocol="TCP", kind="alb", HealthCheckProtocol="HTTP")
    register(aws, to_alb, inner.arn)
    chain_listener = chain.listen(80, to_alb)
    links = {"v1": link_v1(aws, "chain", chain), "failed": link_v1(aws, "failed", chain),
             "v2": link_v2(aws, "inner", network.private, [link_group]),
             "inactive": link_v2(aws, "idle", network.private, [link_group])}
    aws.set_state(vpc_links={
        links["failed"]: {"status": "FAILED",
                          "message": "NLB is already associated with another VPC Endpoint Service"},
        links["inactive"]: {"status": "INACTIVE", "message": "VPC link has been inactive for 60 days"}})
    made["inner"] = inner.ids() | {"listeners": listeners, "target_group": group, "group": inner_group}
    made["chain"] = chain.ids() | {"listener": chain_listener, "target_group": to_alb}
    made["links"] = links | {"group": link_group}
    return inner, links


def _exposed(aws, network, arn, made):
    """A public NLB with an Elastic IP, no security group and a TLS listener; and tasks with public addresses.
    Returns the Elastic IP."""
    elastic = aws.ec2.allocate_address(Domain="vpc")
    edge = Balancer(aws, "edge-nlb", network.public, kind="network",
                    SubnetMappings=[{"SubnetId": network.public[0], "AllocationId": elastic["AllocationId"]}])
    certificate = aws.acm.request_certificate(DomainName="edge.example.com")["CertificateArn"]
    group = target_group(aws, "edge", network.vpc, 8080, protocol="TCP")
    secure = target_group(aws, "edge-tls", network.vpc, 8080, protocol="TCP")
    listeners = {"tcp": edge.listen(80, group),
                 "tls": edge.listen(443, secure, protocol="TLS", SslPolicy=WEAK_POLICY,
                                    Certificates=[{"CertificateArn": certificate}])}
    open_group = network.group("open-tasks", (8080, ANYWHERE))
    service(aws, arn, "edge", network.private, [open_group], [group, secure])
    exposed = service(aws, arn, "exposed", network.public, [open_group], public=True, count=1)
    made["edge"] = edge.ids() | {"eip": elastic["PublicIp"], "listeners": listeners, "target_group": group}
    made["exposed"] = {"service": exposed, "group": open_group}
    return elastic["PublicIp"]


# ---- REST APIs -----------------------------------------------------------------------------------------------------

def _uri_forms(aws, web, address, made):
    """The same load balancer, written in each way a URI can be, and URIs that lead elsewhere."""
    api = RestApi(aws, "forms-api")
    to = {"/plain": f"http://{web.dns}/plain", "/dualstack": f"http://dualstack.{web.dns}/",
          "/upper": f"http://{web.dns.upper()}/", "/dot": f"http://{web.dns}./", "/port": f"https://{web.dns}:443/",
          "/third-party": "https://api.example.com/v1", "/eip": f"http://{address}/",
          "/unset": "http://${stageVariables.missing}/"}
    for path, uri in to.items():
        api.method("GET", path, uri)
    api.method("GET", "/insecure", f"https://{web.dns}/", tlsConfig={"insecureSkipVerification": True})
    api.method("GET", "/host", f"https://{web.dns}/",
               headers={"integration.request.header.Host": "'shop.example.com'"})
    api.method("GET", "/secret", f"https://{web.dns}/",
               headers={"integration.request.header.X-Origin-Verify": "'not-a-secret'"})
    api.method("POST", "/lambda", LAMBDA.format("orders"), kind="AWS_PROXY")
    api.method("GET", "/mock", kind="MOCK")
    api.method("GET", "/items/{id}", f"https://{web.dns}/items/{{id}}", timeoutInMillis=5000)
    made["forms_api"] = {"id": api.id, "deployment": api.deploy("prod"), "stages": ["prod"]}


def _stage_variables(aws, web, narrow, links, made):
    """One configuration, other backends a stage, and a canary with variables of its own."""
    api = RestApi(aws, "stages-api")
    api.method("ANY", "/{proxy+}", "http://${stageVariables.host}/{proxy}")
    api.method("GET", "/linked", "http://inner.example.com/", link="${stageVariables.vpcLinkId}")
    deployments = {"prod": api.deploy("prod", variables={"host": web.dns, "vpcLinkId": links["v1"],
                                                        "password": "not-a-secret"}),
                   "dev": api.deploy("dev", variables={"host": narrow.dns, "vpcLinkId": "gone01"})}
    api.method("GET", "/canary-only", f"http://{narrow.dns}/")
    canary = api.deploy("prod", canarySettings={"percentTraffic": 10.0, "useStageCache": False,
                                                "stageVariableOverrides": {"host": narrow.dns}})
    api.update_stage("prod", ("/accessLogSettings/destinationArn",
                              "arn:aws:logs:us-east-1:123456789012:log-group:stages-api"),
                     ("/accessLogSettings/format", "$context.requestId"), ("/*/*/logging/loglevel", "ERROR"),
                     ("/*/*/logging/dataTrace", "true"), ("/tracingEnabled", "true"))
    made["stages_api"] = {"id": api.id, "deployments": deployments, "canary": canary, "stages": ["prod", "dev"]}


def _links(aws, inner, links, made):
    """A method for each state of a VPC link."""
    api = RestApi(aws, "links-api")
    api.method("GET", "/v1", "http://inner.example.com/", link=links["v1"])
    api.method("GET", "/v2", "https://shop.example.com:443/", link=links["v2"], target=inner.arn)
    api.method("GET", "/dangling", "http://inner.example.com/", link="gone02")
    api.method("GET", "/failed", "http://inner.example.com/", link=links["failed"])
    api.method("GET", "/inactive", "http://shop.example.com/", link=links["inactive"], target=inner.arn)
    made["links_api"] = {"id": api.id, "deployment": api.deploy("prod"), "stages": ["prod"]}


def _guarded(aws, web, certificate, made):
    """Every control a REST API can have, in front of a load balancer that has none of them."""
    rest = aws.apigateway
    api = RestApi(aws, "guarded-api", disableExecuteApiEndpoint=True)
    cognito = rest.create_authorizer(
        restApiId=api.id, name="pool", type="COGNITO_USER_POOLS", identitySource="method.request.header.Authorization",
        providerARNs=["arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_abc"])["id"]
    custom = rest.create_authorizer(
        restApiId=api.id, name="token", type="TOKEN", identitySource="method.request.header.Authorization",
        authorizerUri=LAMBDA.format("authorize"), authorizerResultTtlInSeconds=300)["id"]
    validator = rest.create_request_validator(restApiId=api.id, name="all", validateRequestBody=True,
                                              validateRequestParameters=True)["id"]
    uri = f"https://{web.dns}/"
    api.method("GET", "/cognito", uri, auth="COGNITO_USER_POOLS", authorizer=cognito)
    api.method("GET", "/custom", uri, auth="CUSTOM", authorizer=custom)
    api.method("GET", "/iam", uri, auth="AWS_IAM")
    api.method("GET", "/key", uri, key=True)
    api.method("POST", "/validated", uri, validator=validator)
    api.method("GET", "/open", uri)
    deployment = api.deploy("prod")
    acl = web_acl(aws, "guarded", f"arn:aws:apigateway:{aws.region}::/restapis/{api.id}/stages/prod")
    key = rest.create_api_key(name="partner", enabled=True)["id"]
    plan = rest.create_usage_plan(name="partners", apiStages=[{"apiId": api.id, "stage": "prod"}],
                                  throttle={"rateLimit": 10.0, "burstLimit": 20})["id"]
    rest.create_usage_plan_key(usagePlanId=plan, keyId=key, keyType="API_KEY")
    rest.create_domain_name(domainName="api.example.com", regionalCertificateArn=certificate,
                            endpointConfiguration={"types": ["REGIONAL"]}, securityPolicy="TLS_1_2",
                            mutualTlsAuthentication={"truststoreUri": "s3://trust/ca.pem"})
    rest.create_base_path_mapping(domainName="api.example.com", basePath="v1", restApiId=api.id, stage="prod")
    made["guarded_api"] = {"id": api.id, "deployment": deployment, "stages": ["prod"], "web_acl": acl, "key": key,
                           "domain": "api.example.com", "authorizers": {"cognito": cognito, "custom": custom},
                           "validator": validator, "usage_plan": plan}


def _private_api(aws, network, web, made):
    endpoint = aws.ec2.create_vpc_endpoint(
        VpcId=network.vpc, ServiceName=f"com.amazonaws.{aws.region}.execute-api", VpcEndpointType="Interface",
        SubnetIds=network.private)["VpcEndpoint"]["VpcEndpointId"]
    policy = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*",
         "Condition": {"StringEquals": {"aws:SourceVpce": endpoint}}}]}
    api = RestApi(aws, "private-api", kind="PRIVATE", endpoint={"vpcEndpointIds": [endpoint]},
                  policy=json.dumps(policy))
    api.method("GET", "/", f"http://{web.dns}/")
    made["private_api"] = {"id": api.id, "deployment": api.deploy("prod"), "stages": ["prod"], "endpoint": endpoint}


def _drafts(aws, web, inner, links, made):
    """What is deployed is not what is drafted; and an API that never was deployed."""
    api = RestApi(aws, "draft-api")
    api.method("GET", "/orders", f"http://{web.dns}/orders")
    deployment = api.deploy("prod")
    api.method("GET", "/orders", "https://shop.example.com:443/orders", link=links["v2"], target=inner.arn)
    api.method("GET", "/new", f"http://{web.dns}/new")
    made["draft_api"] = {"id": api.id, "deployment": deployment, "stages": ["prod"]}
    never = RestApi(aws, "undeployed-api")
    never.method("GET", "/", f"http://{web.dns}/")
    made["undeployed_api"] = {"id": never.id, "stages": []}


# ---- HTTP and WebSocket APIs ---------------------------------------------------------------------------------------

def _http_apis(aws, network, web, inner, links, made):
    listeners = made["inner"]["listeners"]
    api = HttpApi(aws, "http-api")
    jwt = api.api.create_authorizer(
        ApiId=api.id, Name="jwt", AuthorizerType="JWT", IdentitySource=["$request.header.Authorization"],
        JwtConfiguration={"Issuer": "https://idp.example.com", "Audience": ["shop"]})["AuthorizerId"]
    custom = api.api.create_authorizer(
        ApiId=api.id, Name="custom", AuthorizerType="REQUEST", AuthorizerUri=LAMBDA.format("authorize"),
        AuthorizerPayloadFormatVersion="2.0", IdentitySource=["$request.header.Authorization"])["AuthorizerId"]
    integrations = {
        "secure": api.integrate(listeners["secure"], link=links["v2"], tls="shop.example.com"),
        "plain": api.integrate(listeners["plain"], link=links["v2"]),
        "public": api.integrate(f"https://{web.dns}/"),
        "third_party": api.integrate("https://api.example.com/"),
        "cloud_map": api.integrate(_cloud_map(aws), link=links["v2"]),
        "lambda": api.integrate("arn:aws:lambda:us-east-1:123456789012:function:orders", IntegrationType="AWS_PROXY",
                                IntegrationMethod="POST", PayloadFormatVersion="2.0"),
        "unused": api.integrate(f"http://{web.dns}/unused"),
    }
    api.route("ANY /{proxy+}", integrations["secure"], "JWT", jwt, AuthorizationScopes=["orders/read"])
    api.route("GET /plain", integrations["plain"], "AWS_IAM")
    api.route("GET /public", integrations["public"])
    api.route("GET /custom", integrations["public"], "CUSTOM", custom)
    api.route("GET /map", integrations["cloud_map"])
    api.route("POST /lambda", integrations["lambda"])
    api.route("$default", integrations["third_party"])
    api.stage("$default", StageVariables={"host": web.dns, "password": "not-a-secret"})
    made["http_api"] = {"id": api.id, "integrations": integrations, "authorizers": {"jwt": jwt, "custom": custom},
                        "stages": ["$default"]}

    manual = HttpApi(aws, "http-manual-api", DisableExecuteApiEndpoint=True)
    old = manual.integrate(f"http://{web.dns}/")
    route = manual.route("ANY /{proxy+}", old)
    deployment = manual.stage("v1", auto=False)
    new = manual.integrate(listeners["secure"], link=links["v2"], tls="shop.example.com")
    manual.api.update_route(ApiId=manual.id, RouteId=route, Target=f"integrations/{new}")
    aws.apigatewayv2.create_domain_name(DomainName="http.example.com", DomainNameConfigurations=[
        {"CertificateArn": aws.acm.request_certificate(DomainName="http.example.com")["CertificateArn"],
         "EndpointType": "REGIONAL", "SecurityPolicy": "TLS_1_2"}])
    mapping = aws.apigatewayv2.create_api_mapping(DomainName="http.example.com", ApiId=manual.id, Stage="v1",
                                                  ApiMappingKey="orders")["ApiMappingId"]
    made["http_manual_api"] = {"id": manual.id, "deployment": deployment, "stages": ["v1"], "mapping": mapping,
                               "integrations": {"deployed": old, "drafted": new}, "domain": "http.example.com"}


def _cloud_map(aws):
    """The ARN of a Cloud Map service."""
    aws.servicediscovery.create_http_namespace(Name="shop")
    namespace = aws.servicediscovery.list_namespaces()["Namespaces"][0]["Id"]
    return aws.servicediscovery.create_service(Name="orders", NamespaceId=namespace)["Service"]["Arn"]


def _websocket(aws, web, inner, links, made):
    api = HttpApi(aws, "ws-api", protocol="WEBSOCKET", RouteSelectionExpression="$request.body.action")
    public = api.integrate(f"https://{web.dns}/connect", PayloadFormatVersion=None)
    private = api.integrate("http://inner.example.com/message", link=links["v1"], PayloadFormatVersion=None)
    api.route("$connect", public)
    api.route("$default", private)
    deployment = api.stage("prod", auto=False)
    made["websocket_api"] = {"id": api.id, "deployment": deployment, "stages": ["prod"],
                             "integrations": {"public": public, "private": private}}


def _client_certificate(aws, made):
    """A stage that shows its back ends a client certificate."""
    shown = aws.apigateway.generate_client_certificate(description="forms")["clientCertificateId"]
    aws.apigateway.update_stage(restApiId=made["forms_api"]["id"], stageName="prod", patchOperations=[
        {"op": "replace", "path": "/clientCertificateId", "value": shown}])
    made["client_certificate"] = shown
