//! The facts there are about each kind of subject: what a rule may ask.

use crate::rules::schema::{Field, RecordType, Type};

const APIGATEWAY: &str = "apigateway:GET";
const LOAD_BALANCERS: &str = "elasticloadbalancing:DescribeLoadBalancers";
const LISTENERS: &str = "elasticloadbalancing:DescribeListeners";
const RULES: &str = "elasticloadbalancing:DescribeRules";
const TARGET_GROUPS: &str = "elasticloadbalancing:DescribeTargetGroups";
const TARGET_HEALTH: &str = "elasticloadbalancing:DescribeTargetHealth";
const SERVICES: &str = "ecs:DescribeServices";
/// What it takes to know whether an API leads to a resource.
const BEHIND: &str = "apigateway:GET elasticloadbalancing:DescribeLoadBalancers elasticloadbalancing:DescribeListeners";
/// What it takes to know all ways through load balancers.
const WAYS: &str = "elasticloadbalancing:DescribeLoadBalancers elasticloadbalancing:DescribeListeners elasticloadbalancing:DescribeRules elasticloadbalancing:DescribeTargetGroups";
/// What it takes to know who can open a connection.
const EXPOSED: &str = "elasticloadbalancing:DescribeLoadBalancers elasticloadbalancing:DescribeListeners ec2:DescribeSubnets ec2:DescribeRouteTables ec2:DescribeNetworkAcls ec2:DescribeSecurityGroups ec2:DescribeManagedPrefixLists ec2:GetManagedPrefixListEntries";
/// What it takes to know every way to a target, and what guards it.
const WAYS_IN: &str = "apigateway:GET elasticloadbalancing:DescribeLoadBalancers elasticloadbalancing:DescribeListeners elasticloadbalancing:DescribeRules elasticloadbalancing:DescribeTargetGroups elasticloadbalancing:DescribeTargetHealth wafv2:GetWebACLForResource apigateway:GetDomainNames ec2:DescribeSubnets ec2:DescribeRouteTables ec2:DescribeNetworkAcls ec2:DescribeSecurityGroups ec2:DescribeNetworkInterfaces ec2:DescribeManagedPrefixLists ec2:GetManagedPrefixListEntries ecs:ListTasks ecs:DescribeTasks ecs:DescribeServices";
/// What it takes to know whom security groups let in, also by the groups they refer to.
const GROUPS: &str =
    "elasticloadbalancing:DescribeLoadBalancers ec2:DescribeSecurityGroups ec2:DescribeSubnets ec2:DescribeNetworkInterfaces";
const DOMAINS: &str = "apigateway:GetDomainNames";
const CERTIFICATES: &str = "acm:DescribeCertificate";

const STR: Type = Type::Str;
const BOOL: Type = Type::Bool;
const INT: Type = Type::Int;
const STRS: Type = Type::List(&Type::Str);

const fn required(name: &'static str, ty: Type, doc: &'static str, action: &'static str) -> Field {
    Field::required(name, ty, doc, action)
}

const fn optional(name: &'static str, ty: Type, doc: &'static str, action: &'static str) -> Field {
    Field::optional(name, ty, doc, action)
}

/// Who can open a connection.
pub(crate) static EXPOSURE: RecordType = RecordType {
    name: "exposure",
    doc: "Who can open a connection: a set of addresses, computed from addresses, routes, Block Public Access, network ACLs and security groups.",
    fields: &[
        required("world", BOOL, "Whether the whole internet can: more public addresses than any one organisation holds.", EXPOSED),
        required("anyone", BOOL, "Whether any public address can.", EXPOSED),
        required(
            "shared",
            STRS,
            "The published ranges that strangers share and from which a connection can be opened, such as `CloudFront's origin-facing list`.",
            EXPOSED,
        ),
        required("sources", STR, "The set in words, such as `any IPv4 address` or `4,096 public addresses in 3 blocks`.", EXPOSED),
        required("let_in_by", STRS, "The security group entries that let public addresses in.", EXPOSED),
        required(
            "stopped_by",
            STRS,
            "What keeps public addresses out, where something does: a missing route, an ACL's entry, Block Public Access.",
            EXPOSED,
        ),
    ],
};

/// A way in.
pub(crate) static WAY: RecordType = RecordType {
    name: "way",
    doc: "A way from the internet to a target: through an API, or around it.",
    fields: &[
        required("entry", STR, "Where it begins: `api`, `load-balancer` or `task`.", WAYS_IN),
        required("id", STR, "The ARN or id of where it begins.", WAYS_IN),
        required("name", STR, "The way in words, such as `ALB orders-alb (HTTP:80, default action)`.", WAYS_IN),
        required("sources", STR, "Who can take it, in words.", WAYS_IN),
        required("world", BOOL, "Whether the whole internet can take it.", WAYS_IN),
        required("anyone", BOOL, "Whether any public address can take it.", WAYS_IN),
        required("controls", STRS, "The controls met on it, in words.", WAYS_IN),
        required("web_acl", BOOL, "Whether a web ACL stands on it.", WAYS_IN),
        required(
            "barred",
            BOOL,
            "Whether it asks for proof that a stranger lacks: a secret header, a client certificate, a login or a token; of an API also that its resource policy names who may call.",
            WAYS_IN,
        ),
        required("around", BOOL, "Whether it lacks a control that a way through an API to the same targets has.", WAYS_IN),
        required("lacks", STRS, "The controls it lacks, in words.", WAYS_IN),
        required(
            "in_words",
            STR,
            "The way, who can take it and what it lacks, in words: `ALB orders-alb (HTTP:80, default action) from any IPv4 address, without IAM authorization and throttling`.",
            WAYS_IN,
        ),
        required("lacks_guard", BOOL, "Whether it lacks the authorization or the web ACL that a way through an API has.", WAYS_IN),
        required(
            "skips",
            STRS,
            "The controls of an application load balancer before the same targets that it lacks: web ACL, login, token, client certificate, secret header.",
            WAYS_IN,
        ),
        required("skips_in_words", STR, "The same as one text, such as `web ACL front of ALB orders-alb`; empty without any.", WAYS_IN),
    ],
};

/// What a rule of a listener forwards.
pub(crate) static FORWARD: RecordType = RecordType {
    name: "forward",
    doc: "A target group that a rule of a listener forwards to, and what it asks of a request first.",
    fields: &[
        required("rule", STR, "`rule 10`, or `default action`.", RULES),
        required("target_group", STR, "The target group's name.", TARGET_GROUPS),
        required("behind_api", BOOL, "Whether the same targets also answer an API.", WAYS_IN),
        required(
            "reached",
            BOOL,
            "Whether a request from the internet can get to it: none of the rules before it takes every request that it would.",
            RULES,
        ),
        required("guards", STRS, "What it asks of a request, in words: `secret header X-Origin-Verify`, `source 203.0.113.0/24`.", RULES),
        required(
            "guard",
            STR,
            "The strongest of them: `none`, `host-header`, `source-ip`, `secret-header`, `token`, `login` or `client-certificate`.",
            RULES,
        ),
        required(
            "defeated",
            BOOL,
            "Whether another way that the internet can take leads to the same targets with a weaker guard.",
            WAYS_IN,
        ),
        optional("request", STR, "A request that gets to it, such as `GET /x to host orders.example.com`.", RULES),
    ],
};

/// A subnet of a load balancer.
pub(crate) static BALANCER_SUBNET: RecordType = RecordType {
    name: "balancer_subnet",
    doc: "A subnet that a load balancer stands in.",
    fields: &[
        required("id", STR, "Its id.", LOAD_BALANCERS),
        required("public", BOOL, "Whether its routes lead to an internet gateway.", "ec2:DescribeSubnets ec2:DescribeRouteTables"),
    ],
};

/// A custom domain that leads to a stage.
pub(crate) static DOMAIN: RecordType = RecordType {
    name: "domain",
    doc: "A custom domain name that leads to a stage.",
    fields: &[
        required("name", STR, "The name.", DOMAINS),
        required("path", STR, "The path below it; empty for all.", DOMAINS),
        required("mutual_tls", BOOL, "Whether clients need a certificate.", DOMAINS),
    ],
};

/// A certificate in use.
pub(crate) static CERTIFICATE: RecordType = RecordType {
    name: "certificate",
    doc: "A certificate that a listener or a custom domain name shows.",
    fields: &[
        required("arn", STR, "Its ARN.", CERTIFICATES),
        required("region", STR, "The region it is used in.", CERTIFICATES),
        optional("domain", STR, "The name it was issued for.", CERTIFICATES),
        optional("type", STR, "`AMAZON_ISSUED`, `IMPORTED` or `PRIVATE`.", CERTIFICATES),
        optional("status", STR, "`ISSUED`, `EXPIRED`, `REVOKED` and so on.", CERTIFICATES),
        optional("not_after", STR, "When it ends.", CERTIFICATES),
        optional(
            "days_left",
            INT,
            "Whole days from the scan to its end, below 0 when it has passed; none for one that was never issued.",
            CERTIFICATES,
        ),
        required("renews_itself", BOOL, "Whether ACM means to renew it by itself.", CERTIFICATES),
        required(
            "used_by",
            STRS,
            "The listeners and custom domain names that show it.",
            "elasticloadbalancing:DescribeListeners apigateway:GetDomainNames",
        ),
    ],
};

/// An API.
pub(crate) static API: RecordType = RecordType {
    name: "api",
    doc: "An API of API Gateway.",
    fields: &[
        required("id", STR, "Its id.", APIGATEWAY),
        required("arn", STR, "Its ARN.", APIGATEWAY),
        required("name", STR, "Its name.", APIGATEWAY),
        required("region", STR, "Its region.", APIGATEWAY),
        required("protocol", STR, "`REST`, `HTTP` or `WEBSOCKET`.", APIGATEWAY),
        required("endpoint_types", STRS, "`REGIONAL`, `EDGE` or `PRIVATE`.", APIGATEWAY),
        required("private", BOOL, "Whether only callers in a VPC reach it.", APIGATEWAY),
        required("default_endpoint", BOOL, "Whether its `execute-api` name answers.", APIGATEWAY),
        required("policy_admits_anyone", BOOL, "Whether its resource policy, if any, lets every caller in.", APIGATEWAY),
    ],
};

/// A stage.
pub(crate) static STAGE: RecordType = RecordType {
    name: "stage",
    doc: "A stage: a name under which a deployment of an API is served.",
    fields: &[
        required("arn", STR, "Its ARN.", APIGATEWAY),
        required("name", STR, "Its name.", APIGATEWAY),
        required("api", Type::Record(&API), "Its API.", APIGATEWAY),
        required("deployed", BOOL, "Whether anything is deployed to it.", APIGATEWAY),
        required("auto_deploy", BOOL, "Whether changes are deployed at once.", APIGATEWAY),
        optional("access_log", STR, "Where its access logs go.", APIGATEWAY),
        optional("web_acl", STR, "The web ACL in front of it.", APIGATEWAY),
        optional("client_certificate", STR, "The certificate it shows to back ends.", APIGATEWAY),
        required("tracing", BOOL, "Whether X-Ray traces are taken.", APIGATEWAY),
        required("cache", BOOL, "Whether its cache cluster runs.", APIGATEWAY),
        required("canary", BOOL, "Whether a canary release is under way.", APIGATEWAY),
        required("domains", Type::List(&Type::Record(&DOMAIN)), "The custom domain names that lead to it.", DOMAINS),
    ],
};

/// An integration.
pub(crate) static INTEGRATION: RecordType = RecordType {
    name: "integration",
    doc: "What answers a route, as the API says.",
    fields: &[
        required("type", STR, "`HTTP`, `HTTP_PROXY`, `AWS`, `AWS_PROXY` or `MOCK`.", APIGATEWAY),
        required("http", BOOL, "Whether it is an HTTP integration: `HTTP` or `HTTP_PROXY`.", APIGATEWAY),
        required("connection_type", STR, "`INTERNET` or `VPC_LINK`.", APIGATEWAY),
        required("private", BOOL, "Whether it goes through a VPC link.", APIGATEWAY),
        optional("uri", STR, "Its URI, with the stage's variables put in.", APIGATEWAY),
        optional("encrypted", BOOL, "Whether the request is sent over TLS; none where that is AWS's own business.", APIGATEWAY),
        required("insecure_skip_verification", BOOL, "Whether the back end's certificate chain goes unchecked.", APIGATEWAY),
        optional("server_name_to_verify", STR, "The name the back end's certificate must bear.", APIGATEWAY),
        optional("link", STR, "The VPC link's id, with the stage's variables put in.", APIGATEWAY),
        optional("timeout_ms", INT, "The time-out in milliseconds.", APIGATEWAY),
        required("static_headers", STRS, "The names, in lower case, of headers that it sets to a fixed value.", APIGATEWAY),
    ],
};

/// What an integration leads to.
pub(crate) static BACKEND: RecordType = RecordType {
    name: "backend",
    doc: "What answers a route, as the account tells.",
    fields: &[
        required("kind", STR, "`load-balancer`, `cloud-map`, `network-interface`, `aws-service`, `mock`, `none` or `unresolved`.", BEHIND),
        required("name", STR, "What it is called.", BEHIND),
        required(
            "exists",
            BOOL,
            "Whether this account holds what the integration names; unknown for what is outside it or in a region that was not scanned.",
            BEHIND,
        ),
        optional(
            "reason",
            STR,
            "Why it is unresolved: `unset-stage-variable`, `no-such-vpc-link`, `no-target`, `no-such-load-balancer`, `no-such-listener`, `no-such-cloud-map-service`, `other-account`, `other-region`, `third-party`, `private-address` or `not-a-url`.",
            BEHIND,
        ),
        optional("in_words", STR, "What is wrong with it, as the end of a sentence about it.", BEHIND),
        optional("load_balancer", Type::Record(&LOAD_BALANCER_REF), "The load balancer.", LOAD_BALANCERS),
        optional("port", INT, "The port asked for.", APIGATEWAY),
        optional("listener", STR, "The listener on that port; none when there is none.", LISTENERS),
        required(
            "secret_headers",
            STRS,
            "The names, in lower case, of headers that the listener's rules ask for before they forward.",
            RULES,
        ),
    ],
};

/// A route.
pub(crate) static ROUTE: RecordType = RecordType {
    name: "route",
    doc: "A method of a REST resource, or a route of an HTTP or WebSocket API, as a stage serves it.",
    fields: &[
        required("id", STR, "Its id: the stage's ARN and its key.", APIGATEWAY),
        required("key", STR, "The verb and path, such as `GET /orders`.", APIGATEWAY),
        required("method", STR, "The verb, or `ANY`; empty for route keys without one.", APIGATEWAY),
        required("path", STR, "The path or route key.", APIGATEWAY),
        required("read_as", STR, "`deployed`, `canary` or, where what is deployed could not be read, `draft`.", APIGATEWAY),
        required("api", Type::Record(&API), "Its API.", APIGATEWAY),
        required("stage", Type::Record(&STAGE), "Its stage.", APIGATEWAY),
        required(
            "entry",
            BOOL,
            "Whether callers meet this route's authorization first: of a WebSocket API, only its $connect route is asked, and any other where there is none.",
            APIGATEWAY,
        ),
        required("authorization", STR, "`NONE`, `AWS_IAM`, `CUSTOM`, `COGNITO_USER_POOLS` or `JWT`.", APIGATEWAY),
        optional("authorizer", STR, "The authorizer.", APIGATEWAY),
        required("api_key_required", BOOL, "Whether an API key is required.", APIGATEWAY),
        optional("integration", Type::Record(&INTEGRATION), "What answers, as the API says.", APIGATEWAY),
        required("backend", Type::Record(&BACKEND), "What answers, as the account tells.", BEHIND),
    ],
};

/// A load balancer that something else refers to.
pub(crate) static LOAD_BALANCER_REF: RecordType = RecordType {
    name: "load_balancer_ref",
    doc: "A load balancer that something else refers to.",
    fields: &[
        required("arn", STR, "Its ARN.", LOAD_BALANCERS),
        required("name", STR, "Its name.", LOAD_BALANCERS),
        required("region", STR, "Its region.", LOAD_BALANCERS),
        required("type", STR, "`application`, `network` or `gateway`.", LOAD_BALANCERS),
        optional("scheme", STR, "`internet-facing` or `internal`.", LOAD_BALANCERS),
        required("dns_name", STR, "Its DNS name.", LOAD_BALANCERS),
        required("security_groups", STRS, "Its security groups.", LOAD_BALANCERS),
    ],
};

/// A listener.
pub(crate) static LISTENER: RecordType = RecordType {
    name: "listener",
    doc: "A port on which a load balancer answers.",
    fields: &[
        required("arn", STR, "Its ARN.", LISTENERS),
        required("name", STR, "Protocol and port, such as `HTTPS:443`.", LISTENERS),
        optional("port", INT, "Its port.", LISTENERS),
        optional("protocol", STR, "`HTTP`, `HTTPS`, `TCP`, `TLS`, `UDP`, `TCP_UDP`, `QUIC` or `TCP_QUIC`.", LISTENERS),
        required("load_balancer", Type::Record(&LOAD_BALANCER_REF), "Its load balancer.", LOAD_BALANCERS),
        optional("ssl_policy", STR, "Its TLS policy.", LISTENERS),
        optional(
            "tls_protocols",
            STRS,
            "The protocols its TLS policy accepts, such as `TLSv1.2`.",
            "elasticloadbalancing:DescribeSSLPolicies",
        ),
        required("mutual_tls", STR, "`off`, `passthrough` or `verify`.", LISTENERS),
        required(
            "plaintext_ways",
            STRS,
            "The rules, by what they do, that serve a request without sending it to HTTPS: `default action forwards`, `rule 10 redirects to HTTP`.",
            RULES,
        ),
        required("exposure", Type::Record(&EXPOSURE), "Who can open a connection to it.", EXPOSED),
        required("forwards", Type::List(&Type::Record(&FORWARD)), "What its rules forward, its default action last.", RULES),
    ],
};

/// A load balancer.
pub(crate) static LOAD_BALANCER: RecordType = RecordType {
    name: "load_balancer",
    doc: "An application, network or gateway load balancer.",
    fields: &[
        required("arn", STR, "Its ARN.", LOAD_BALANCERS),
        required("name", STR, "Its name.", LOAD_BALANCERS),
        required("region", STR, "Its region.", LOAD_BALANCERS),
        required("type", STR, "`application`, `network` or `gateway`.", LOAD_BALANCERS),
        optional("scheme", STR, "`internet-facing` or `internal`.", LOAD_BALANCERS),
        required("dns_name", STR, "Its DNS name.", LOAD_BALANCERS),
        optional("state", STR, "`active`, `provisioning`, `active_impaired` or `failed`.", LOAD_BALANCERS),
        optional("ip_address_type", STR, "`ipv4`, `dualstack` or `dualstack-without-public-ipv4`.", LOAD_BALANCERS),
        optional("vpc", STR, "Its VPC.", LOAD_BALANCERS),
        required("security_groups", STRS, "Its security groups.", LOAD_BALANCERS),
        optional("enforce_private_link", STR, "Whether its groups judge PrivateLink traffic: `on` or `off`.", LOAD_BALANCERS),
        optional("web_acl", STR, "The web ACL in front of it.", "wafv2:GetWebACLForResource"),
        required(
            "attributes",
            Type::Map(&Type::Str),
            "Its attributes, by AWS's keys.",
            "elasticloadbalancing:DescribeLoadBalancerAttributes",
        ),
        required("listeners", Type::List(&Type::Record(&LISTENER)), "Its listeners.", LISTENERS),
        required("exposure", Type::Record(&EXPOSURE), "Who can open a connection to one of its listeners.", EXPOSED),
        required("subnets", Type::List(&Type::Record(&BALANCER_SUBNET)), "The subnets it stands in.", LOAD_BALANCERS),
        required("behind_api", BOOL, "Whether a route of an API leads to it, also by way of a network load balancer.", BEHIND),
        required("apis", STRS, "The APIs whose routes lead to it.", BEHIND),
        required(
            "ways_around",
            Type::List(&Type::Record(&WAY)),
            "The ways from the internet through it to targets that also answer an API, each of which lacks a control of the API's way.",
            WAYS_IN,
        ),
        required("same_targets_as", STRS, "The other load balancers through which an API leads to the same targets.", WAYS_IN),
    ],
};

/// A target.
pub(crate) static TARGET: RecordType = RecordType {
    name: "target",
    doc: "A target of a target group.",
    fields: &[
        required("id", STR, "An address, an instance id, or an ARN.", TARGET_HEALTH),
        optional("port", INT, "Its port.", TARGET_HEALTH),
        required(
            "state",
            STR,
            "`initial`, `healthy`, `unhealthy`, `unhealthy.draining`, `unused` or `draining`; unknown when AWS says `unavailable`.",
            TARGET_HEALTH,
        ),
        optional("reason", STR, "AWS's reason, such as `Target.Timeout`.", TARGET_HEALTH),
        required("in_words", STR, "Target, state and reason.", TARGET_HEALTH),
    ],
};

/// A target group.
pub(crate) static TARGET_GROUP: RecordType = RecordType {
    name: "target_group",
    doc: "What a load balancer forwards to.",
    fields: &[
        required("arn", STR, "Its ARN.", TARGET_GROUPS),
        required("name", STR, "Its name.", TARGET_GROUPS),
        required("region", STR, "Its region.", TARGET_GROUPS),
        required("type", STR, "`instance`, `ip`, `lambda` or `alb`.", TARGET_GROUPS),
        optional("protocol", STR, "Its protocol.", TARGET_GROUPS),
        optional("port", INT, "Its port.", TARGET_GROUPS),
        required("load_balancers", STRS, "The load balancers that use it.", TARGET_GROUPS),
        required("health_check_path", STR, "The path its health check asks for; empty without one.", TARGET_GROUPS),
        required("targets", Type::List(&Type::Record(&TARGET)), "Its targets.", TARGET_HEALTH),
        required("services", STRS, "The ECS services whose tasks are its targets.", SERVICES),
        required("takes_traffic", BOOL, "Whether a listener or rule forwards to it with a weight above 0.", WAYS),
        required("behind_api", BOOL, "Whether a route of an API leads to it.", BEHIND),
        required("apis", STRS, "The APIs whose routes lead to it.", BEHIND),
        required(
            "ways",
            Type::List(&Type::Record(&WAY)),
            "The ways from the internet to its targets: those through an API, and those around it.",
            WAYS_IN,
        ),
    ],
};

/// What a VPC link V1 points to.
pub(crate) static LINK_TARGET: RecordType = RecordType {
    name: "link_target",
    doc: "What a VPC link V1 points to.",
    fields: &[
        required("arn", STR, "Its ARN.", APIGATEWAY),
        required("exists", BOOL, "Whether there is such a load balancer.", LOAD_BALANCERS),
        optional("type", STR, "`application`, `network` or `gateway`.", LOAD_BALANCERS),
        optional("name", STR, "The load balancer's name.", LOAD_BALANCERS),
        required(
            "drops_private_link",
            BOOL,
            "Whether its security groups judge PrivateLink traffic and do not let every address in: API Gateway's then never arrives.",
            GROUPS,
        ),
    ],
};

/// What a route through a VPC link leads to.
pub(crate) static LINK_USE: RecordType = RecordType {
    name: "link_use",
    doc: "A route that goes through a VPC link, and what it leads to.",
    fields: &[
        required("route", STR, "The route in words.", APIGATEWAY),
        required("backend", Type::Record(&BACKEND), "What answers.", BEHIND),
        required(
            "refused",
            BOOL,
            "Whether security groups keep the link's requests from the load balancer: the link's own on the way out, or the load balancer's on the way in. Never so for a V1 link, which has no groups.",
            GROUPS,
        ),
        optional("refusal", STR, "Which group keeps them, in words.", GROUPS),
    ],
};

/// A VPC link.
pub(crate) static VPC_LINK: RecordType = RecordType {
    name: "vpc_link",
    doc: "The private way from API Gateway into a VPC.",
    fields: &[
        required("id", STR, "Its id.", APIGATEWAY),
        required("name", STR, "Its name.", APIGATEWAY),
        required("region", STR, "Its region.", APIGATEWAY),
        required("version", STR, "`V1` or `V2`.", APIGATEWAY),
        required("status", STR, "`AVAILABLE`, `PENDING`, `DELETING`, `FAILED` or `INACTIVE`.", APIGATEWAY),
        optional("status_message", STR, "AWS's reason for a failure.", APIGATEWAY),
        required("targets", Type::List(&Type::Record(&LINK_TARGET)), "What a V1 link points to.", APIGATEWAY),
        required("uses", Type::List(&Type::Record(&LINK_USE)), "The routes that go through it.", BEHIND),
    ],
};

/// An ECS service.
pub(crate) static SERVICE: RecordType = RecordType {
    name: "service",
    doc: "An ECS service.",
    fields: &[
        required("arn", STR, "Its ARN.", SERVICES),
        required("name", STR, "Its name.", SERVICES),
        required("cluster", STR, "Its cluster's name.", "ecs:ListClusters"),
        required("region", STR, "Its region.", SERVICES),
        optional("launch_type", STR, "`EC2`, `FARGATE`, `EXTERNAL` or `MANAGED_INSTANCES`.", SERVICES),
        required("own_interfaces", BOOL, "Whether its tasks have network interfaces of their own.", SERVICES),
        required("assigns_public_ip", BOOL, "Whether it, or one of its task sets, gives tasks public addresses.", SERVICES),
        required(
            "public_ips",
            STRS,
            "The public addresses its running tasks have.",
            "ecs:ListTasks ecs:DescribeTasks ec2:DescribeNetworkInterfaces",
        ),
        required("security_groups", STRS, "Its tasks' security groups.", SERVICES),
        required("subnets", STRS, "Its tasks' subnets.", SERVICES),
        required("target_groups", STRS, "The target groups its tasks are registered in.", SERVICES),
        required("desired_count", INT, "Tasks wanted.", SERVICES),
        required("running_count", INT, "Tasks running.", SERVICES),
        required("behind_api", BOOL, "Whether an API leads to its tasks.", WAYS_IN),
        required(
            "task_ways",
            Type::List(&Type::Record(&WAY)),
            "The ways from the internet to its running tasks' own public addresses, on the ports that its load balancers use.",
            WAYS_IN,
        ),
        required(
            "shared_groups",
            STRS,
            "The security groups that its tasks share with a load balancer before them.",
            "elasticloadbalancing:DescribeLoadBalancers elasticloadbalancing:DescribeTargetGroups ecs:DescribeServices",
        ),
        required(
            "wider_entries",
            STRS,
            "The entries of its tasks' security groups that let in others than its load balancers on the ports these use.",
            "elasticloadbalancing:DescribeLoadBalancers elasticloadbalancing:DescribeTargetGroups elasticloadbalancing:DescribeTargetHealth ec2:DescribeSecurityGroups ec2:DescribeSubnets ec2:DescribeNetworkInterfaces ecs:DescribeServices",
        ),
    ],
};
