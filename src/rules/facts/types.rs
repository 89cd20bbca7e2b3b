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
/// What it takes to know whom security groups let in.
const ADMITTED: &str =
    "elasticloadbalancing:DescribeLoadBalancers ec2:DescribeSecurityGroups ec2:DescribeManagedPrefixLists ec2:GetManagedPrefixListEntries";

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
        required("admits_world", BOOL, "Whether security groups let the whole internet open a connection to it.", ADMITTED),
        required("admitted_by", STRS, "The security group entries that let public addresses in.", ADMITTED),
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
        required("admitted_by", STRS, "The security group entries that let public addresses in to a listener.", ADMITTED),
        required("behind_api", BOOL, "Whether a route of an API leads to it, also by way of a network load balancer.", BEHIND),
        required("apis", STRS, "The APIs whose routes lead to it.", BEHIND),
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
    ],
};

/// What a route through a VPC link leads to.
pub(crate) static LINK_USE: RecordType = RecordType {
    name: "link_use",
    doc: "A route that goes through a VPC link, and what it leads to.",
    fields: &[
        required("route", STR, "The route in words.", APIGATEWAY),
        required("backend", Type::Record(&BACKEND), "What answers.", BEHIND),
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
    ],
};
