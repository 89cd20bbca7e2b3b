//! Plans for whole accounts, and a refusal for everything that is in the way.

use std::collections::BTreeSet;

use crate::inventory::{
    Action as RuleAction, Canary, Cause, Condition, Configuration, Deployment, Gap, InterfaceAddress, Inventory, MutualAuthentication,
    NetworkInterface, Observed, Protocol, Region, Rule as ListenerRule, Service, SslPolicy, TargetGroup, VpcLink, WeightedTargetGroup,
    snapshot,
};
use crate::migrate::plan::{Action, Check, Plan};
use crate::migrate::planner::{Code, Link, Options, Planned, Stamp, Target, plan};
use crate::migrate::resolve::named;
use crate::migrate::thing::{Create, Property, State};
use crate::rules::{Rule, RulePack, assess, embedded, facts};

const REGION: &str = "eu-west-1";

/// The account of the article, with its working copy read.
pub(in crate::migrate) fn article() -> Inventory {
    snapshot::read(include_str!("../../../fixtures/inventories/migrate-before.json")).unwrap()
}

fn region(inventory: &mut Inventory) -> &mut Region {
    &mut inventory.regions[0]
}

/// The same with an HTTP API in place of the REST API: one integration for every path, and a stage of that name.
pub(in crate::migrate) fn http(stage: &str) -> Inventory {
    let mut inventory = article();
    let region = region(&mut inventory);
    let mut api = region.rest_apis.items.remove(0);
    api.protocol = Protocol::Http;
    let mut route = api.stages.items[0].deployed.known().unwrap().routes[0].clone();
    (route.path, route.method, route.authorizer) = ("/{proxy+}".to_owned(), "ANY".to_owned(), None);
    route.authorization = Observed::Known("NONE".to_owned());
    let Observed::Known(integration) = &mut route.integration else { unreachable!() };
    integration.uri = Observed::Known("http://orders-alb-1684573902.eu-west-1.elb.amazonaws.com/shop/{proxy}".to_owned());
    api.stages.items[0].name = stage.to_owned();
    api.stages.items[0].deployed = Observed::Known(Configuration { routes: vec![route.clone()] });
    let Observed::Known(integration) = &mut route.integration else { unreachable!() };
    integration.id = Some("int0001".to_owned());
    api.working_copy = Observed::Known(Configuration { routes: vec![route] });
    region.http_apis.items.push(api);
    inventory
}

pub(in crate::migrate) fn planned(inventory: &Inventory, options: &Options) -> Planned {
    let pack = RulePack::load(embedded().into_iter(), &facts::registry()).unwrap();
    let rules: Vec<&Rule> = pack.rules().iter().collect();
    let said = assess(inventory, &rules, "test");
    plan(inventory, REGION, &said, options, Stamp { tool_version: "test", made_at: "2026-11-24T10:00:00Z" })
}

#[track_caller]
fn made(inventory: &Inventory, options: &Options) -> Plan {
    let planned = planned(inventory, options);
    planned.plan.unwrap_or_else(|| panic!("{:#?}", planned.refusals))
}

fn ids(plan: &Plan) -> Vec<&str> {
    plan.steps.iter().map(|step| step.id.as_str()).collect()
}

/// The steps in order, so that each stands after those before it in the list.
#[track_caller]
fn in_order(plan: &Plan, wanted: &[&str]) {
    let ids = ids(plan);
    let places: Vec<usize> =
        wanted.iter().map(|id| ids.iter().position(|known| known == id).unwrap_or_else(|| panic!("no {id} in {ids:?}"))).collect();
    assert!(places.is_sorted(), "{wanted:?} in {ids:?}");
}

/// What every plan holds: ids are unique, and a step names only what an earlier one makes.
#[track_caller]
fn well_formed(plan: &Plan) {
    let mut known = BTreeSet::new();
    for step in &plan.steps {
        for name in named(&step.action) {
            assert!(known.contains(&name), "step {} names {name} too early", step.id);
        }
        if let Action::Check(Check::SameAs { baseline, requests, .. }) = &step.action {
            let taken = plan.step(baseline).map(|step| &step.action);
            assert!(matches!(taken, Some(Action::Check(Check::Baseline { requests: before, .. })) if before == requests), "{}", step.id);
        }
        if let Action::Create(Create::LoadBalancer { name, .. } | Create::TargetGroup { name, .. }) = &step.action {
            assert!(name.len() <= 32 && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-'), "{name}");
        }
        assert!(known.insert(step.id.clone()), "two steps {}", step.id);
    }
    let text = serde_json::to_string(plan).unwrap();
    assert_eq!(serde_json::from_str::<Plan>(&text).unwrap(), *plan);
}

fn settings(state: &State) -> Vec<(&str, &str)> {
    let State::Settings(settings) = state else { panic!("{state:?}") };
    settings.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect()
}

/// What the integrations of the real API are set to.
fn moved(plan: &Plan) -> Vec<&State> {
    let of_api = |property: &Property| match property {
        Property::RestIntegration { api, .. } | Property::HttpIntegration { api, .. } => !api.starts_with("${"),
        _ => false,
    };
    let sets = plan.steps.iter().filter_map(|step| match &step.action {
        Action::Set { property, after, .. } if of_api(property) => Some(after),
        _ => None,
    });
    sets.collect()
}

#[test]
fn the_article_moves_behind_an_nlb() {
    let plan = made(&article(), &Options { lockdown: true, ..Options::default() });
    well_formed(&plan);
    in_order(&plan, &["link-group", "nlb-group", "nlb", "targets-80", "listener-80", "task-rules-80", "service-80", "healthy-80", "link"]);
    in_order(&plan, &["link", "scratch-1-before", "scratch-1-move", "scratch-1-after", "scratch-1-discard", "k3v8q1x7m2-tested-before"]);
    in_order(&plan, &["k3v8q1x7m2-tested-before", "k3v8q1x7m2-get-orders", "k3v8q1x7m2-tested-after", "k3v8q1x7m2-deployment"]);
    in_order(
        &plan,
        &[
            "k3v8q1x7m2-deployment",
            "k3v8q1x7m2-cut-prod",
            "k3v8q1x7m2-asked-after",
            "rescan",
            "close-sg-0a1b2c3d4e5f60c01",
            "rescan-closed",
        ],
    );
    assert_eq!(plan.locks, ["arn:aws:apigateway:eu-west-1::/restapis/k3v8q1x7m2"]);
    let uri = "http://orders-alb-1684573902.eu-west-1.elb.amazonaws.com/orders";
    let wanted = [("/connectionId", "${link}"), ("/connectionType", "VPC_LINK"), ("/integrationTarget", "${nlb}"), ("/uri", uri)];
    assert_eq!(settings(moved(&plan)[0]), wanted);
    assert_eq!(moved(&plan).len(), 5);
}

#[test]
fn a_link_v1_lets_private_link_past_the_groups() {
    let plan = made(&article(), &Options { link: Link::V1, target: Target::Nlb, ..Options::default() });
    well_formed(&plan);
    in_order(&plan, &["nlb", "nlb-enforcement", "link"]);
    assert!(!ids(&plan).contains(&"link-group"));
    assert_eq!(settings(moved(&plan)[0])[0], ("/connectionId", "${link}"));
    assert!(moved(&plan)[0].get("/integrationTarget").is_none());
    // By the group, and by the addresses: AWS documents the latter for PrivateLink traffic.
    let rules = plan.step("task-rules-80").map(|step| serde_json::to_string(&step.action).unwrap()).unwrap();
    assert!(rules.contains("${nlb-group}") && rules.contains("${nlb.addresses}/32"), "{rules}");
}

#[test]
fn before_the_alb_no_service_rolls_out() {
    for link in [Link::V1, Link::V2] {
        let plan = made(&article(), &Options { target: Target::NlbAlb, link, ..Options::default() });
        well_formed(&plan);
        in_order(&plan, &["nlb", "targets-80", "listener-80", "alb-rules", "alb-target-80", "healthy-80", "link"]);
        let rolls = plan.steps.iter().any(|step| matches!(&step.action, Action::Set { property: Property::ServiceTargets { .. }, .. }));
        assert!(!rolls);
    }
}

#[test]
fn straight_to_the_alb() {
    let plan = made(&article(), &Options { target: Target::Alb, ..Options::default() });
    well_formed(&plan);
    assert!(!ids(&plan).contains(&"nlb"));
    assert!(moved(&plan)[0].get("/integrationTarget").unwrap().contains(":loadbalancer/app/orders-alb/"));
}

#[test]
fn an_http_api_names_listeners_and_keeps_its_paths() {
    let plan = made(&http("prod"), &Options { target: Target::Nlb, ..Options::default() });
    well_formed(&plan);
    let wanted = [
        ("ConnectionId", "${link}"),
        ("ConnectionType", "VPC_LINK"),
        ("IntegrationUri", "${listener-80}"),
        ("RequestParameters.overwrite:path", "/shop/${request.path.proxy}"),
    ];
    assert_eq!(settings(moved(&plan)[0]), wanted);
    let plan = made(&http("$default"), &Options { target: Target::Alb, ..Options::default() });
    well_formed(&plan);
    assert!(moved(&plan)[0].get("IntegrationUri").unwrap().contains(":listener/app/orders-alb/"));
}

#[test]
fn stages_that_deploy_by_themselves_are_held() {
    let mut inventory = http("$default");
    region(&mut inventory).http_apis.items[0].stages.items[0].auto_deploy = true;
    let plan = made(&inventory, &Options { lockdown: true, ..Options::default() });
    well_formed(&plan);
    let hold = "k3v8q1x7m2-hold-default";
    in_order(&plan, &[hold, "k3v8q1x7m2-any-proxy", "k3v8q1x7m2-cut-default", "rescan-closed", "k3v8q1x7m2-release-default"]);
}

#[test]
fn a_canary_first_and_everything_later() {
    let options = Options { canary_percent: Some(5.0), soak_seconds: 600, ..Options::default() };
    let plan = made(&article(), &options);
    well_formed(&plan);
    let steps =
        ["k3v8q1x7m2-canary-prod", "k3v8q1x7m2-soak-prod", "k3v8q1x7m2-cut-prod", "k3v8q1x7m2-end-canary-prod", "k3v8q1x7m2-asked-after"];
    in_order(&plan, &steps);
    assert!(!ids(&plan).contains(&"k3v8q1x7m2-deployment"));
}

#[test]
fn a_second_service_instead_of_a_rollout() {
    let mut inventory = article();
    service(&mut inventory).deployment_controller = Some("CODE_DEPLOY".to_owned());
    let plan = made(&inventory, &Options { target: Target::Nlb, new_service: true, ..Options::default() });
    well_formed(&plan);
    assert!(matches!(&plan.step("service-80").unwrap().action, Action::Create(Create::Service { .. })));
}

/// A second listener, with TLS, to the same tasks; the API uses both.
pub(in crate::migrate) fn with_https(inventory: &mut Inventory) {
    let region = region(inventory);
    let balancer = &mut region.load_balancers.items[0];
    let mut listener = balancer.listeners.items[0].clone();
    listener.arn += "tls";
    (listener.port, listener.protocol) = (Some(443), Some("HTTPS".to_owned()));
    listener.ssl_policy = Some("ELBSecurityPolicy-2016-08".to_owned());
    listener.certificate_arns = vec!["arn:aws:acm:eu-west-1:123456789012:certificate/one".to_owned()];
    listener.extra_certificates = vec!["arn:aws:acm:eu-west-1:123456789012:certificate/two".to_owned()].into();
    balancer.listeners.items.push(listener);
    let api = &mut region.rest_apis.items[0];
    let copies = [&mut api.working_copy, &mut api.stages.items[0].deployed];
    for copy in copies {
        let Observed::Known(configuration) = copy else { unreachable!() };
        let Observed::Known(integration) = &mut configuration.routes[0].integration else { unreachable!() };
        integration.uri = Observed::Known("https://orders-alb-1684573902.eu-west-1.elb.amazonaws.com/orders".to_owned());
    }
}

#[test]
fn each_port_gets_its_listener_and_tls_its_policy() {
    let mut inventory = article();
    with_https(&mut inventory);
    let plan = made(&inventory, &Options { target: Target::Nlb, ..Options::default() });
    well_formed(&plan);
    in_order(&plan, &["targets-443", "listener-443", "certificates-443", "service-443"]);
    let Action::Create(Create::Listener { ssl_policy, certificate, protocol, .. }) = &plan.step("listener-443").unwrap().action else {
        panic!()
    };
    assert_eq!((protocol.as_str(), ssl_policy.as_deref()), ("TLS", Some("ELBSecurityPolicy-TLS13-1-2-Res-2021-06")));
    assert!(certificate.as_ref().unwrap().ends_with("/one"));
    // The service is registered twice, each time beside what was there before.
    let Action::Set { before, after, .. } = &plan.step("service-443").unwrap().action else { panic!() };
    let (State::Targets(before), State::Targets(after)) = (before, after) else { panic!() };
    assert_eq!((before.len(), after.len()), (2, 3));
}

#[test]
fn nothing_to_move_is_no_refusal() {
    let after = snapshot::read(include_str!("../../../fixtures/inventories/article-after.json")).unwrap();
    let planned = planned(&after, &Options::default());
    assert_eq!((planned.candidates, planned.plan.is_none(), planned.refusals.len()), (0, true, 0));
}

#[test]
fn what_a_plan_relies_on_makes_it_stale() {
    let plan = made(&article(), &Options::default());
    let stale = |inventory: &Inventory| super::relies::stale(&inventory.regions[0], &plan.relies_on);
    assert_eq!(stale(&article()), Vec::<String>::new());
    let mut inventory = article();
    service(&mut inventory).running_count += 1;
    region(&mut inventory).target_groups.items[0].targets = Observed::Known(Vec::new());
    assert_eq!(stale(&inventory), Vec::<String>::new(), "what comes and goes by itself");
    let mut inventory = article();
    region(&mut inventory).rest_apis.items[0].stages.items[0].deployment_id = Some("other".to_owned());
    region(&mut inventory).security_groups.items[0].rules.clear();
    assert_eq!(stale(&inventory), ["API k3v8q1x7m2", "security group sg-0a1b2c3d4e5f60c01"]);
}

fn service(inventory: &mut Inventory) -> &mut Service {
    &mut region(inventory).clusters.items[0].services.items[0]
}

fn group(inventory: &mut Inventory) -> &mut TargetGroup {
    &mut region(inventory).target_groups.items[0]
}

fn listener(inventory: &mut Inventory) -> &mut crate::inventory::Listener {
    &mut region(inventory).load_balancers.items[0].listeners.items[0]
}

fn gap() -> Gap {
    Gap::new("x:Denied", Cause::Denied)
}

fn link(number: usize) -> VpcLink {
    serde_json::from_value(serde_json::json!({"id": format!("l{number}"), "status": "AVAILABLE"})).unwrap()
}

fn uri(inventory: &mut Inventory, text: &str) {
    let region = region(inventory);
    let api = region.rest_apis.items.iter_mut().chain(&mut region.http_apis.items).next().unwrap();
    for copy in [&mut api.working_copy, &mut api.stages.items[0].deployed] {
        let Observed::Known(configuration) = copy else { unreachable!() };
        let Observed::Known(integration) = &mut configuration.routes[0].integration else { unreachable!() };
        integration.uri = Observed::Known(text.to_owned());
    }
}

type Change = fn(&mut Inventory, &mut Options);

/// For each code a change of the account, or of what is asked for, that is refused by it.
const CASES: &[(Code, Change)] = &[
    (Code::WebSocketApi, |inventory, _| {
        *inventory = http("prod");
        region(inventory).http_apis.items[0].protocol = Protocol::WebSocket;
    }),
    (Code::PrivateApi, |inventory, _| region(inventory).rest_apis.items[0].endpoint_types = vec!["PRIVATE".to_owned()]),
    (Code::ApiNotAvailable, |inventory, _| region(inventory).rest_apis.items[0].status = Some("UPDATING".to_owned())),
    (Code::CanaryActive, |inventory, _| {
        let stage = &mut region(inventory).rest_apis.items[0].stages.items[0];
        stage.canary = Some(Canary { deployment_id: None, percent_traffic: 0.0, variables: std::collections::BTreeMap::new() });
    }),
    (Code::DraftDiffers, |inventory, _| {
        let Observed::Known(copy) = &mut region(inventory).rest_apis.items[0].working_copy else { unreachable!() };
        copy.routes[0].api_key_required = true;
    }),
    (Code::DraftUnread, |inventory, _| region(inventory).rest_apis.items[0].working_copy = Observed::Unknown(gap())),
    (Code::DeployedUnread, |inventory, _| region(inventory).rest_apis.items[0].stages.items[0].deployed = Observed::Unknown(gap())),
    (Code::StageVariable, |inventory, _| {
        *inventory = http("prod");
        uri(inventory, "http://${stageVariables.host}/");
        let stage = &mut region(inventory).http_apis.items[0].stages.items[0];
        stage.variables.insert("host".to_owned(), Some("orders-alb-1684573902.eu-west-1.elb.amazonaws.com".to_owned()));
    }),
    (Code::UriQuery, |inventory, _| {
        *inventory = http("prod");
        uri(inventory, "http://orders-alb-1684573902.eu-west-1.elb.amazonaws.com/a?b=c");
    }),
    (Code::AutoDeployBeside, |inventory, options| {
        *inventory = http("prod");
        let stages = &mut region(inventory).http_apis.items[0].stages.items;
        let mut other = stages[0].clone();
        (other.name, other.auto_deploy) = ("dev".to_owned(), true);
        stages.push(other);
        options.stages = vec!["prod".to_owned()];
    }),
    (Code::ManagedByCode, |inventory, _| {
        region(inventory).rest_apis.items[0].tags.insert("aws:cloudformation:stack-name".to_owned(), "shop".to_owned());
    }),
    (Code::NoListener, |inventory, _| uri(inventory, "http://orders-alb-1684573902.eu-west-1.elb.amazonaws.com:8080/orders")),
    (Code::ListenerMismatch, |inventory, _| uri(inventory, "https://orders-alb-1684573902.eu-west-1.elb.amazonaws.com:80/orders")),
    (Code::BalancerNotActive, |inventory, _| region(inventory).load_balancers.items[0].state = Some("provisioning".to_owned())),
    (Code::Unread, |inventory, options| {
        options.target = Target::Nlb;
        region(inventory).load_balancers.items[0].web_acl_arn = Observed::Unknown(gap());
    }),
    (Code::Tls13Only, |inventory, _| {
        with_https(inventory);
        let name = "ELBSecurityPolicy-TLS13-1-3-2021-06".to_owned();
        region(inventory).load_balancers.items[0].listeners.items[1].ssl_policy = Some(name.clone());
        region(inventory).ssl_policies.items.push(SslPolicy { name, protocols: vec!["TLSv1.3".to_owned()], ciphers: Vec::new() });
    }),
    (Code::ListenerRules, |inventory, options| {
        options.target = Target::Nlb;
        let condition = Condition { field: "path-pattern".to_owned(), values: vec!["/a/*".to_owned()], ..Condition::default() };
        let actions = listener(inventory).default_actions.clone();
        let rule = ListenerRule { arn: "rule".to_owned(), priority: 1, conditions: vec![condition], actions, transforms: Vec::new() };
        listener(inventory).rules.items.push(rule);
    }),
    (Code::NotAForward, |inventory, options| {
        options.target = Target::Nlb;
        listener(inventory).default_actions.insert(0, RuleAction { kind: "authenticate-oidc".to_owned(), ..RuleAction::default() });
    }),
    (Code::SeveralTargetGroups, |inventory, options| {
        options.target = Target::Nlb;
        listener(inventory).default_actions[0].target_groups.push(WeightedTargetGroup { arn: "other".to_owned(), weight: 1 });
    }),
    (Code::StickySessions, |inventory, options| {
        options.target = Target::Nlb;
        let Observed::Known(attributes) = &mut group(inventory).attributes else { unreachable!() };
        attributes.insert("stickiness.enabled".to_owned(), "true".to_owned());
    }),
    (Code::HttpVersion, |inventory, options| {
        options.target = Target::Nlb;
        group(inventory).protocol_version = Some("GRPC".to_owned());
    }),
    (Code::TargetType, |inventory, options| {
        options.target = Target::Nlb;
        group(inventory).target_type = "instance".to_owned();
    }),
    (Code::Reencryption, |inventory, options| {
        options.target = Target::Nlb;
        group(inventory).protocol = Some("HTTPS".to_owned());
    }),
    (Code::WebAcl, |inventory, options| {
        options.target = Target::Nlb;
        region(inventory).load_balancers.items[0].web_acl_arn = Observed::Known("acl".to_owned());
    }),
    (Code::MutualTls, |inventory, _| {
        listener(inventory).mutual_authentication = Some(MutualAuthentication {
            mode: "verify".to_owned(),
            trust_store_arn: None,
            trust_store_status: None,
            ignore_client_certificate_expiry: false,
        });
    }),
    (Code::NoService, |inventory, options| {
        options.target = Target::Nlb;
        region(inventory).clusters.items[0].services.items.clear();
    }),
    (Code::SeveralServices, |inventory, options| {
        options.target = Target::Nlb;
        let mut other = service(inventory).clone();
        (other.arn, other.name) = (format!("{}2", other.arn), "orders2".to_owned());
        region(inventory).clusters.items[0].services.items.push(other);
    }),
    (Code::ServiceNotSteady, |inventory, options| {
        options.target = Target::Nlb;
        let deployment = serde_json::json!({"id": "d", "status": "ACTIVE", "rollout_state": "IN_PROGRESS"});
        service(inventory).deployments.push(serde_json::from_value::<Deployment>(deployment).unwrap());
    }),
    (Code::DeploymentController, |inventory, options| {
        options.target = Target::Nlb;
        service(inventory).deployment_controller = Some("CODE_DEPLOY".to_owned());
    }),
    (Code::ManagedByEcs, |inventory, options| {
        options.target = Target::Nlb;
        service(inventory).resource_management_type = Some("ECS".to_owned());
    }),
    (Code::TooManyTargetGroups, |inventory, options| {
        options.target = Target::Nlb;
        let entry = service(inventory).load_balancers[0].clone();
        let more =
            (0..4).map(|number| crate::inventory::ServiceLoadBalancer { target_group_arn: Some(format!("g{number}")), ..entry.clone() });
        service(inventory).load_balancers.extend(more);
    }),
    (Code::NoSurge, |inventory, options| {
        options.target = Target::Nlb;
        service(inventory).deployment_configuration.minimum_healthy_percent = Some(50);
    }),
    (Code::ServiceRole, |inventory, options| {
        options.target = Target::Nlb;
        service(inventory).role_arn = Some("arn:aws:iam::123456789012:role/ecs".to_owned());
    }),
    (Code::ImageDrift, |inventory, options| {
        options.target = Target::Nlb;
        let name = service(inventory).task_definition.clone();
        let definition = serde_json::json!({"arn": name, "containers": [{"name": "orders", "image": "shop/orders:latest"}]});
        region(inventory).task_definitions = vec![serde_json::from_value(definition).unwrap()].into();
    }),
    (Code::LinkZone, |inventory, options| {
        options.link = Link::V2;
        inventory.regions[0].subnets.items.iter_mut().for_each(|subnet| subnet.zone_id = Some("euw1-az9".to_owned()));
    }),
    (Code::LinkVersion, |inventory, options| {
        *inventory = http("prod");
        options.link = Link::V1;
    }),
    (Code::LinkQuota, |inventory, _| region(inventory).vpc_links_v2 = (0..10).map(link).collect::<Vec<_>>().into()),
    (Code::BalancerQuota, |inventory, options| {
        options.target = Target::Nlb;
        let mut one = region(inventory).load_balancers.items[0].clone();
        (one.kind, one.listeners) = ("network".to_owned(), Vec::new().into());
        let many = (0..50).map(|number| crate::inventory::LoadBalancer {
            arn: format!("n{number}"),
            dns_name: format!("n{number}"),
            ..one.clone()
        });
        region(inventory).load_balancers.items.extend(many);
    }),
    (Code::NoSubnets, |_, options| options.subnets = vec!["subnet-elsewhere".to_owned()]),
    (Code::RuleQuota, |inventory, options| {
        options.target = Target::Alb;
        let id = region(inventory).load_balancers.items[0].security_groups[0].clone();
        let group = region(inventory).security_groups.items.iter_mut().find(|group| group.id == id).unwrap();
        let rule = group.rules.iter().find(|rule| !rule.egress).unwrap().clone();
        group.rules.extend((0..60).map(|_| rule.clone()));
    }),
    (Code::AlbInTwoNlbs, |inventory, options| {
        options.target = Target::NlbAlb;
        let arn = region(inventory).load_balancers.items[0].arn.clone();
        for number in 0..2 {
            let mut group = group(inventory).clone();
            (group.arn, group.target_type) = (format!("g{number}"), "alb".to_owned());
            group.load_balancer_arns = vec![format!("nlb{number}")];
            group.targets = Observed::Known(vec![serde_json::from_value(serde_json::json!({"id": arn, "state": "healthy"})).unwrap()]);
            region(inventory).target_groups.items.push(group);
        }
    }),
    (Code::NoSafeProbe, |_, options| options.routes = vec!["POST /orders".to_owned()]),
    (Code::OtherCallers, |_, options| {
        options.lockdown = true;
        options.routes = vec!["GET /orders".to_owned()];
    }),
    (Code::SharedGroup, |inventory, options| {
        options.lockdown = true;
        let group = region(inventory).load_balancers.items[0].security_groups[0].clone();
        let interface = serde_json::json!({"id": "eni-1", "description": "a bastion", "security_groups": [group]});
        let mut interface: NetworkInterface = serde_json::from_value(interface).unwrap();
        interface.addresses = vec![InterfaceAddress { private_ip: "10.20.0.9".to_owned(), public_ip: None }];
        region(inventory).network_interfaces.items.push(interface);
    }),
];

/// The codes that are no business of a migration: the fixes and the farewell give them, and their tests hold them.
const ELSEWHERE: [Code; 5] = [Code::LogGroup, Code::NotPrivateYet, Code::HttpInUse, Code::StillInUse, Code::NotReplaced];

#[test]
fn every_code_has_its_case() {
    let covered: BTreeSet<Code> = CASES.iter().map(|(code, _)| *code).chain(ELSEWHERE).collect();
    let missing: Vec<&str> = Code::ALL.iter().filter(|code| !covered.contains(code)).map(|code| code.as_str()).collect();
    assert_eq!(missing, Vec::<&str>::new());
}

#[test]
fn what_is_in_the_way_is_refused_by_its_code() {
    let mut wrong = Vec::new();
    for (code, change) in CASES {
        let (mut inventory, mut options) = (article(), Options::default());
        change(&mut inventory, &mut options);
        let planned = planned(&inventory, &options);
        let codes: BTreeSet<&str> = planned.refusals.iter().map(|refusal| refusal.code.as_str()).collect();
        if !codes.contains(code.as_str()) || planned.plan.is_some() {
            wrong.push(format!("{}: refused {codes:?}, a plan: {}", code.as_str(), planned.plan.is_some()));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
