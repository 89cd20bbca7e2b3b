//! Plans for a whole account, and a refusal for everything that is in the way.

mod mends;
mod plans;
mod refusals;

use std::sync::LazyLock;

use crate::assessment::Assessment;
use crate::inventory::{
    Api, Cause, Configuration, Gap, Inventory, Listener, LoadBalancer, MutualAuthentication, Observed, Protocol, Region, SecurityGroup,
    Service, Stage, TargetGroup, snapshot,
};
use crate::migrate::cloud::{PLAN_TAG, STEP_TAG};
use crate::migrate::plan::{Action, Plan, Step};
use crate::migrate::planner::{Options, Planned, Refusal, Stamp, plan};
use crate::rules::{Rule, RulePack, assess, embedded, facts};

pub(in crate::migrate) const REGION: &str = "eu-west-1";
pub(in crate::migrate) const STAMP: Stamp<'_> = Stamp { tool_version: "test", made_at: "2026-11-24T10:00:00Z" };

/// The account of the article, with its working copy read.
pub(in crate::migrate) fn article() -> Inventory {
    let text = include_str!("../../../fixtures/inventories/article-before.json");
    let mut inventory = snapshot::read(text).unwrap();
    for api in &mut inventory.regions[0].rest_apis.items {
        let mut copy = api.stages.items[0].deployed.known().unwrap().clone();
        for (number, route) in copy.routes.iter_mut().enumerate() {
            route.resource_id = Some(format!("res{number}"));
        }
        api.working_copy = Observed::Known(copy);
    }
    inventory
}

/// The article with one change.
pub(in crate::migrate) fn with(change: impl FnOnce(&mut Region)) -> Inventory {
    let mut inventory = article();
    change(&mut inventory.regions[0]);
    inventory
}

/// The same account, with an HTTP API in the REST API's place.
pub(in crate::migrate) fn http() -> Inventory {
    with(|region| {
        let mut api = region.rest_apis.items.remove(0);
        api.protocol = Protocol::Http;
        api.status = None;
        region.http_apis.items.push(api);
        both(region, |configuration| configuration.routes.retain(|route| route.method != "OPTIONS"));
        let Observed::Known(copy) = &mut self::api(region).working_copy else { return };
        for (number, route) in copy.routes.iter_mut().enumerate() {
            route.resource_id = None;
            if let Observed::Known(integration) = &mut route.integration {
                integration.id = Some(format!("int{number}"));
            }
        }
    })
}

/// The same account, spoken to by TLS, with a second certificate for another name.
pub(in crate::migrate) fn https() -> Inventory {
    with(|region| {
        let listener = listener(region);
        listener.protocol = Some("HTTPS".to_owned());
        listener.port = Some(443);
        listener.ssl_policy = Some("ELBSecurityPolicy-2016-08".to_owned());
        listener.certificate_arns = vec!["arn:aws:acm:eu-west-1:123456789012:certificate/one".to_owned()];
        listener.extra_certificates = vec!["arn:aws:acm:eu-west-1:123456789012:certificate/two".to_owned()].into();
        uris(region, |uri| uri.replace("http://", "https://"));
        let alb = &mut region.security_groups.items[0];
        alb.rules[0].from_port = Some(443);
        alb.rules[0].to_port = Some(443);
    })
}

pub(in crate::migrate) fn api(region: &mut Region) -> &mut Api {
    region.rest_apis.items.iter_mut().chain(&mut region.http_apis.items).next().unwrap()
}

pub(in crate::migrate) fn stage(region: &mut Region) -> &mut Stage {
    &mut api(region).stages.items[0]
}

pub(in crate::migrate) fn balancer(region: &mut Region) -> &mut LoadBalancer {
    &mut region.load_balancers.items[0]
}

pub(in crate::migrate) fn listener(region: &mut Region) -> &mut Listener {
    &mut balancer(region).listeners.items[0]
}

pub(in crate::migrate) fn group(region: &mut Region) -> &mut TargetGroup {
    &mut region.target_groups.items[0]
}

pub(in crate::migrate) fn service(region: &mut Region) -> &mut Service {
    &mut region.clusters.items[0].services.items[0]
}

/// The security group of the load balancer, or else of the tasks.
pub(in crate::migrate) fn security_group(region: &mut Region, of_tasks: bool) -> &mut SecurityGroup {
    &mut region.security_groups.items[usize::from(of_tasks)]
}

/// Lets the listener ask clients for certificates.
pub(in crate::migrate) fn mutual(region: &mut Region, mode: &str) {
    listener(region).mutual_authentication = Some(MutualAuthentication {
        mode: mode.to_owned(),
        trust_store_arn: None,
        trust_store_status: None,
        ignore_client_certificate_expiry: false,
    });
}

/// Changes what the API serves and its working copy alike.
pub(in crate::migrate) fn both(region: &mut Region, change: impl Fn(&mut Configuration)) {
    let api = api(region);
    for configuration in std::iter::once(&mut api.working_copy).chain(api.stages.items.iter_mut().map(|stage| &mut stage.deployed)) {
        if let Observed::Known(configuration) = configuration {
            change(configuration);
        }
    }
}

/// Changes where the integrations lead.
pub(in crate::migrate) fn uris(region: &mut Region, change: impl Fn(&str) -> String) {
    both(region, |configuration| {
        for route in &mut configuration.routes {
            if let Observed::Known(integration) = &mut route.integration
                && let Observed::Known(uri) = &mut integration.uri
            {
                *uri = change(uri);
            }
        }
    });
}

/// The network load balancer and the target group that a migration makes.
const NLB: &str = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/net/apiaudit/1";
pub(in crate::migrate) const NEW: &str = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/apiaudit/1";

/// The account after a migration to a network load balancer with its lockdown, and the migration's plan.
pub(in crate::migrate) fn migrated() -> (Inventory, Plan) {
    let mut inventory = article();
    let done = whole(&inventory, &Options { target: super::Target::Nlb, link: super::Link::V1, lockdown: true, ..Options::default() });
    let region = &mut inventory.regions[0];
    let mut new = group(region).clone();
    (new.arn, new.name, new.protocol) = (NEW.to_owned(), "apiaudit-t80".to_owned(), Some("TCP".to_owned()));
    new.load_balancer_arns = vec![NLB.to_owned()];
    new.tags = Observed::Known([(PLAN_TAG, done.id.as_str()), (STEP_TAG, "targets-80")].map(|(k, v)| (k.to_owned(), v.to_owned())).into());
    region.target_groups.items.push(new);
    let mut nlb = balancer(region).clone();
    (nlb.arn, nlb.name, nlb.kind) = (NLB.to_owned(), "apiaudit-nlb".to_owned(), "network".to_owned());
    (nlb.scheme, nlb.dns_name) = (Some("internal".to_owned()), "apiaudit-nlb-1.elb.eu-west-1.amazonaws.com".to_owned());
    let front = &mut nlb.listeners.items[0];
    (front.arn, front.protocol) = (NLB.replace("loadbalancer", "listener"), Some("TCP".to_owned()));
    front.default_actions[0].target_groups[0].arn = NEW.to_owned();
    region.load_balancers.items.push(nlb);
    let mut more = service(region).load_balancers[0].clone();
    more.target_group_arn = Some(NEW.to_owned());
    service(region).load_balancers.push(more);
    let link = serde_json::json!({"id": "link1", "status": "AVAILABLE", "target_arns": [NLB]});
    region.vpc_links_v1.items.push(serde_json::from_value(link).unwrap());
    both(region, |configuration| {
        for route in &mut configuration.routes {
            let Observed::Known(integration) = &mut route.integration else { continue };
            if integration.kind == "HTTP_PROXY" {
                integration.connection_type = Some("VPC_LINK".to_owned());
                integration.connection_id = Observed::Known("link1".to_owned());
            }
        }
    });
    stage(region).deployment_id = Some("new".to_owned());
    security_group(region, false).rules.retain(|rule| rule.egress);
    (inventory, done)
}

/// A question that AWS refused to answer.
pub(in crate::migrate) fn denied() -> Gap {
    Gap::new("x:Read", Cause::Denied)
}

/// What the rules say.
pub(in crate::migrate) fn said(inventory: &Inventory) -> Assessment {
    static PACK: LazyLock<RulePack> = LazyLock::new(|| RulePack::load(embedded().into_iter(), &facts::registry()).unwrap());
    let rules: Vec<&Rule> = PACK.rules().iter().collect();
    assess(inventory, &rules, "test")
}

/// What is refused, which no finding decides.
pub(in crate::migrate) fn refused(inventory: &Inventory, options: &Options) -> Vec<Refusal> {
    plan(inventory, REGION, &silent(inventory), options, STAMP).refusals
}

/// What no rules say.
pub(in crate::migrate) fn silent(inventory: &Inventory) -> Assessment {
    assess(inventory, &[], "test")
}

pub(in crate::migrate) fn planned(inventory: &Inventory, options: &Options) -> Planned {
    plan(inventory, REGION, &said(inventory), options, STAMP)
}

/// The plan, of which nothing is refused.
pub(in crate::migrate) fn whole(inventory: &Inventory, options: &Options) -> Plan {
    let planned = planned(inventory, options);
    assert_eq!(planned.refusals, [], "nothing should be in the way");
    planned.plan.unwrap()
}

/// The steps with such an id.
pub(in crate::migrate) fn step<'p>(plan: &'p Plan, id: &str) -> &'p Step {
    plan.step(id).unwrap_or_else(|| panic!("no step {id} among {:#?}", ids(plan)))
}

pub(in crate::migrate) fn ids(plan: &Plan) -> Vec<&str> {
    plan.steps.iter().map(|step| step.id.as_str()).collect()
}

/// What a plan must be, whatever it is for: it names only what is there by then, and goes through its phases in order.
pub(in crate::migrate) fn sound(plan: &Plan) {
    let mut made = std::collections::BTreeSet::new();
    let mut seen = std::collections::BTreeSet::new();
    for step in &plan.steps {
        for named in crate::migrate::resolve::named(&step.action) {
            assert!(made.contains(&named), "step {} names {named}, which is not there yet", step.id);
        }
        assert!(seen.insert(&step.id), "{} is there twice", step.id);
        match &step.action {
            Action::Create(_) => _ = made.insert(step.id.clone()),
            Action::Discard { step: of } => assert!(made.contains(of)),
            Action::Set { before, after, .. } => assert_ne!(before, after, "{}", step.id),
            Action::Check(_) | Action::Remove(_) => {}
        }
    }
    assert!(!plan.id.is_empty() && !plan.locks.is_empty() | plan.steps.iter().all(|step| step.phase != crate::migrate::plan::Phase::Cut));
}
