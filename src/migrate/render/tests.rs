//! Plans as text, script and code.

mod code;
mod hostile;
mod shell;
mod shown;

use std::io;
use std::sync::LazyLock;

use crate::assessment::Assessment;
use crate::inventory::{Condition, Inventory, Observed, Rule as ListenerRule};
use crate::migrate::fixes;
use crate::migrate::plan::{Action, Phase, Plan, Step};
use crate::migrate::planner::tests::{article, http as http_api, https, planned, stage};
use crate::migrate::planner::{Link, Options, Planned, Stamp, Target};
use crate::migrate::thing::Remove;
use crate::rules::{Rule, RulePack, assess, embedded, facts};

/// The account with an HTTP API whose one integration takes every path, and a stage of that name.
fn http(name: &str) -> Inventory {
    let mut inventory = http_api();
    let region = &mut inventory.regions[0];
    name.clone_into(&mut stage(region).name);
    for api in &mut region.http_apis.items {
        for copy in [&mut api.working_copy, &mut api.stages.items[0].deployed] {
            let Observed::Known(configuration) = copy else { continue };
            configuration.routes.truncate(1);
            let route = &mut configuration.routes[0];
            (route.path, route.method) = ("/{proxy+}".to_owned(), "ANY".to_owned());
            if let Observed::Known(integration) = &mut route.integration {
                integration.uri = Observed::Known("http://orders-alb-1684573902.eu-west-1.elb.amazonaws.com/shop/{proxy}".to_owned());
            }
        }
    }
    inventory
}

/// What a writer writes.
#[track_caller]
fn written(write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// What comes of the article's account.
fn of(change: impl FnOnce(&mut Inventory), options: &Options) -> Planned {
    let mut inventory = article();
    change(&mut inventory);
    planned(&inventory, options)
}

fn nlb() -> Planned {
    of(|_| {}, &Options { lockdown: true, soak_seconds: 300, ..Options::default() })
}

/// The load balancer's work cannot be done on layer 4, and it was asked for.
fn refused() -> Planned {
    let change = |inventory: &mut Inventory| {
        let balancer = &mut inventory.regions[0].load_balancers.items[0];
        balancer.web_acl_arn = Observed::Known("arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/shop/1".to_owned());
        let listener = &mut balancer.listeners.items[0];
        let condition = Condition { field: "path-pattern".to_owned(), values: vec!["/a/*".to_owned()], ..Condition::default() };
        let actions = listener.default_actions.clone();
        listener.rules.items.push(ListenerRule {
            arn: "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/orders-alb/1/2/3".to_owned(),
            priority: 1,
            conditions: vec![condition],
            actions,
            transforms: Vec::new(),
        });
    };
    of(change, &Options { target: Target::Nlb, ..Options::default() })
}

/// A plan whose last steps cannot be taken back.
fn farewell() -> Plan {
    let mut plan = nlb().plan.unwrap();
    plan.steps.retain(|step| step.phase == Phase::Lockdown);
    plan.warnings.clear();
    let arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/orders-alb/1";
    let remove = |id: &str, title: &str, action| Step {
        id: id.to_owned(),
        title: title.to_owned(),
        phase: Phase::Remove,
        action: Action::Remove(action),
        usual_seconds: 10,
        deadline_seconds: 600,
        settle_seconds: 0,
    };
    let listener = Remove::Listener { listener: format!("{arn}/2") };
    plan.steps.push(remove("farewell-1", "delete listener HTTP:80 of ALB orders-alb", listener));
    plan.steps.push(remove("farewell-2", "delete ALB orders-alb", Remove::LoadBalancer { balancer: arn.to_owned() }));
    plan.summary = "Delete ALB orders-alb for good".to_owned();
    plan
}

fn said(inventory: &Inventory) -> Assessment {
    let pack = RulePack::load(embedded().into_iter(), &facts::registry()).unwrap();
    let rules: Vec<&Rule> = pack.rules().iter().collect();
    assess(inventory, &rules, "test")
}

/// Everything that can be fixed in place, for one protocol.
fn fixed(inventory: &Inventory) -> Plan {
    let log_group = Some("arn:aws:logs:eu-west-1:123456789012:log-group:api".to_owned());
    let options = fixes::Options { log_group, ..fixes::Options::default() };
    let said = said(inventory);
    let found = fixes::fixes(inventory, "eu-west-1", &said, &options);
    let chosen: Vec<&fixes::Fix> = found.iter().filter(|fix| fix.refusal.is_none()).collect();
    let stamp = Stamp { tool_version: "test", made_at: "2026-11-24T10:00:00Z" };
    fixes::plan(inventory, "eu-west-1", &chosen, &said, stamp).plan.unwrap()
}

/// Every kind of plan there is.
fn plans() -> &'static [(&'static str, Plan)] {
    static PLANS: LazyLock<Vec<(&'static str, Plan)>> = LazyLock::new(all_plans);
    &PLANS
}

fn all_plans() -> Vec<(&'static str, Plan)> {
    let with = |target, link| of(|_| {}, &Options { target, link, ..Options::default() }).plan.unwrap();
    let of_http = |stage: &str, target| planned(&http(stage), &Options { target, lockdown: true, ..Options::default() }).plan.unwrap();
    let canary = Options { canary_percent: Some(5.0), soak_seconds: 60, ..Options::default() };
    vec![
        ("nlb", nlb().plan.unwrap()),
        ("nlb_v1", with(Target::Nlb, Link::V1)),
        ("nlb_alb_v1", with(Target::NlbAlb, Link::V1)),
        ("alb", with(Target::Alb, Link::Auto)),
        ("http", of_http("$default", Target::Nlb)),
        ("http_alb", of_http("prod", Target::Alb)),
        ("https", planned(&https(), &Options { target: Target::Nlb, link: Link::V1, ..Options::default() }).plan.unwrap()),
        ("canary", of(|_| {}, &canary).plan.unwrap()),
        ("second_service", of(|_| {}, &Options { target: Target::Nlb, new_service: true, ..Options::default() }).plan.unwrap()),
        ("farewell", farewell()),
        ("fixes", fixed(&article())),
        ("fixes_http", fixed(&http("prod"))),
    ]
}

fn plan(name: &str) -> Plan {
    plans().iter().find(|(known, _)| *known == name).unwrap().1.clone()
}

#[test]
fn a_closed_pipe_is_an_error_and_no_panic() {
    let plan = plan("nlb");
    for write in [super::script, super::terraform, super::cloudformation] {
        let mut full: &mut [u8] = &mut [0; 16];
        assert!(write(&plan, &mut full).is_err());
    }
}
