//! Each kind of fix: what it sets, what it leaves alone, and what it is refused for.

use super::{Fix, Options, fixes, plan};
use crate::inventory::{DomainName, Inventory, Listed, MethodSettings, Observed, Region, SecurityGroupRule};
use crate::migrate::plan::{Action, Check, Plan};
use crate::migrate::planner::Code;
use crate::migrate::planner::tests::{
    REGION, STAMP, api, article, balancer, denied, http, https, ids, listener, migrated, said, security_group, silent, sound, stage, step,
    uris, with,
};
use crate::migrate::thing::State;

/// All fixes of a kind.
fn of_kind(inventory: &Inventory, id: &str, options: &Options) -> Vec<Fix> {
    fixes(inventory, REGION, &silent(inventory), options).into_iter().filter(|fix| fix.id == id).collect()
}

fn the(inventory: &Inventory, id: &str) -> Fix {
    let mut found = of_kind(inventory, id, &Options { log_group: Some("arn:logs:*".to_owned()), allow_iac_managed: false });
    assert_eq!(found.len(), 1, "{id}: {found:#?}");
    found.remove(0)
}

fn none(inventory: &Inventory, id: &str) {
    assert_eq!(of_kind(inventory, id, &Options::default()), [], "{id}");
}

fn refused(inventory: &Inventory, id: &str, code: Code) {
    let fix = the(inventory, id);
    assert_eq!(fix.refusal.as_ref().map(|refusal| refusal.code), Some(code), "{fix:#?}");
    assert!(fix.steps.is_empty());
}

/// What the only step sets, before and after.
fn states(fix: &Fix) -> (State, State) {
    assert_eq!(fix.refusal, None);
    let [step] = fix.steps.as_slice() else { panic!("{:#?}", fix.steps) };
    let Action::Set { before, after, .. } = &step.action else { panic!("{step:#?}") };
    (before.clone(), after.clone())
}

fn attribute(inventory: &mut Inventory, key: &str, value: Option<&str>) {
    let Observed::Known(attributes) = &mut balancer(&mut inventory.regions[0]).attributes else { panic!() };
    match value {
        Some(value) => _ = attributes.insert(key.to_owned(), value.to_owned()),
        None => _ = attributes.remove(key),
    }
}

#[test]
fn attributes_are_set_from_what_they_are() {
    for (id, key, bad, good) in [
        ("drop-invalid-headers", "routing.http.drop_invalid_header_fields.enabled", "false", "true"),
        ("desync-mode", "routing.http.desync_mitigation_mode", "monitor", "defensive"),
        ("deletion-protection", "deletion_protection.enabled", "false", "true"),
    ] {
        let mut inventory = article();
        attribute(&mut inventory, key, Some(bad));
        let settings = |value: &str| State::settings([(key, value)]);
        assert_eq!(states(&the(&inventory, id)), (settings(bad), settings(good)));
        attribute(&mut inventory, key, Some(good));
        none(&inventory, id);
        attribute(&mut inventory, key, None);
        refused(&inventory, id, Code::Unread);
        balancer(&mut inventory.regions[0]).attributes = Observed::Unknown(denied());
        refused(&inventory, id, Code::Unread);
    }
}

#[test]
fn a_stricter_mode_is_left_alone() {
    let mut inventory = article();
    attribute(&mut inventory, "routing.http.desync_mitigation_mode", Some("strictest"));
    none(&inventory, "desync-mode");
}

#[test]
fn what_code_manages_is_left_to_it_unless_allowed() {
    let inventory = with(|region| {
        let Observed::Known(tags) = &mut balancer(region).tags else { return };
        tags.insert("terraform".to_owned(), "true".to_owned());
    });
    refused(&inventory, "drop-invalid-headers", Code::ManagedByCode);
    let allowed = of_kind(&inventory, "drop-invalid-headers", &Options { allow_iac_managed: true, ..Options::default() });
    assert_eq!(allowed[0].refusal, None);
    refused(&with(|region| balancer(region).tags = Observed::Unknown(denied())), "drop-invalid-headers", Code::Unread);
    let stack = with(|region| _ = stage(region).tags.insert("aws:cloudformation:stack-name".to_owned(), "x".to_owned()));
    let stack = {
        let mut stack = stack;
        stage(&mut stack.regions[0]).tracing_enabled = false;
        stack
    };
    refused(&stack, "stage-tracing", Code::ManagedByCode);
}

/// The article with a twin of its listener that speaks TLS, to which the API's integrations lead.
fn twin() -> Inventory {
    with(|region| {
        let mut twin = listener(region).clone();
        (twin.arn, twin.port, twin.protocol) = (format!("{}s", twin.arn), Some(443), Some("HTTPS".to_owned()));
        twin.ssl_policy = Some("ELBSecurityPolicy-TLS13-1-2-Res-2021-06".to_owned());
        twin.certificate_arns = vec!["arn:aws:acm:eu-west-1:123456789012:certificate/one".to_owned()];
        balancer(region).listeners.items.push(twin);
        uris(region, |uri| uri.replace("http://", "https://"));
    })
}

#[test]
fn plain_requests_are_sent_to_tls() {
    let fix = the(&twin(), "redirect-to-https");
    let (before, after) = states(&fix);
    assert!(before.get("forward").is_some_and(|arn| arn.ends_with("targetgroup/orders/6d0ecf831eec9f09")));
    assert_eq!(after.get("redirect"), Some("HTTPS:443:HTTP_301"));
    none(&https(), "redirect-to-https");
    let answered = fixes(&twin(), REGION, &said(&twin()), &Options::default());
    let rules: Vec<_> = answered.iter().filter(|fix| fix.id == "redirect-to-https").flat_map(|fix| &fix.answers).collect();
    assert!(rules.iter().any(|key| key.rule == "http-listener-forwards"), "{rules:?}");
}

#[test]
fn no_redirect_where_it_would_break_or_could_not_be_put_back() {
    refused(&article(), "redirect-to-https", Code::NoHttpsListener);
    let changed = |change: &dyn Fn(&mut Region)| {
        let mut inventory = twin();
        change(&mut inventory.regions[0]);
        inventory
    };
    let plain = changed(&|region| uris(region, |uri| uri.replace("https://", "http://")));
    refused(&plain, "redirect-to-https", Code::HttpCaller);
    assert!(the(&plain, "redirect-to-https").refusal.unwrap().because.contains("GET /orders of orders-api (stage prod)"));
    let elsewhere = changed(&|region| balancer(region).listeners.items[1].default_actions[0].target_groups[0].arn = "arn:other".to_owned());
    refused(&elsewhere, "redirect-to-https", Code::NoHttpsListener);
    let bare = changed(&|region| balancer(region).listeners.items[1].certificate_arns.clear());
    refused(&bare, "redirect-to-https", Code::NoHttpsListener);
    let weighted = changed(&|region| {
        let share = listener(region).default_actions[0].target_groups[0].clone();
        listener(region).default_actions[0].target_groups.push(share);
    });
    refused(&weighted, "redirect-to-https", Code::SeveralTargetGroups);
    let login = changed(&|region| {
        let mut first = listener(region).default_actions[0].clone();
        first.kind = "authenticate-oidc".to_owned();
        listener(region).default_actions.insert(0, first);
    });
    refused(&login, "redirect-to-https", Code::NotAForward);
    refused(&changed(&|region| listener(region).rules.gaps.push(denied())), "redirect-to-https", Code::Unread);
    refused(&changed(&|region| region.http_apis = Listed::unknown(denied())), "redirect-to-https", Code::Unread);
}

#[test]
fn a_policy_is_judged_by_what_it_takes() {
    let inventory = https();
    let (before, after) = states(&the(&inventory, "listener-tls-policy"));
    assert_eq!(before.get("SslPolicy"), Some("ELBSecurityPolicy-2016-08"));
    assert_eq!(after.get("SslPolicy"), Some("ELBSecurityPolicy-TLS13-1-2-Res-2021-06"));
    let mut renamed = https();
    renamed.regions[0].ssl_policies.items[0].name = "MyPolicy-TLS13".to_owned();
    listener(&mut renamed.regions[0]).ssl_policy = Some("MyPolicy-TLS13".to_owned());
    assert_eq!(states(&the(&renamed, "listener-tls-policy")).0.get("SslPolicy"), Some("MyPolicy-TLS13"));
    none(&twin(), "listener-tls-policy");
    let mut unknown = https();
    unknown.regions[0].ssl_policies = Listed::unknown(denied());
    refused(&unknown, "listener-tls-policy", Code::Unread);
    let mut tls13 = https();
    tls13.regions[0].ssl_policies.items[2].protocols = vec!["TLSv1.3".to_owned()];
    refused(&tls13, "listener-tls-policy", Code::Tls13Only);
}

#[test]
fn access_logs_need_somewhere_to_go() {
    let inventory = with(|region| stage(region).access_log = None);
    let fix = the(&inventory, "stage-access-logs");
    let (before, after) = states(&fix);
    assert_eq!(before, State::settings::<&str, &str>([]));
    assert_eq!(after.get("/accessLogSettings/destinationArn"), Some("arn:logs"));
    let line: serde_json::Value = serde_json::from_str(after.get("/accessLogSettings/format").unwrap()).unwrap();
    assert_eq!(line["requestId"], "$context.requestId");
    assert_eq!(of_kind(&inventory, "stage-access-logs", &Options::default())[0].refusal.as_ref().unwrap().code, Code::LogGroup);
    assert_eq!(fix.locks, ["arn:aws:apigateway:eu-west-1::/restapis/k3v8q1x7m2"]);
    none(&article(), "stage-access-logs");
    let mut inventory = http();
    stage(&mut inventory.regions[0]).access_log = None;
    let (_, after) = states(&the(&inventory, "stage-access-logs"));
    assert_eq!(after.get("AccessLogSettings.DestinationArn"), Some("arn:logs"));
    assert!(after.get("AccessLogSettings.Format").is_some_and(|format| format.contains("$context.routeKey")));
}

#[test]
fn execution_logs_and_traces_of_rest_stages() {
    let key = "/*/*/logging/loglevel";
    let level = |level: Option<&str>| {
        with(|region| {
            let settings = MethodSettings { logging_level: level.map(str::to_owned).into(), ..MethodSettings::NONE };
            stage(region).method_settings = [("*/*".to_owned(), settings)].into();
        })
    };
    assert_eq!(states(&the(&level(Some("OFF")), "stage-execution-logging")).0.get(key), Some("OFF"));
    let (before, after) = states(&the(&level(None), "stage-execution-logging"));
    assert_eq!((before.get(key), after.get(key)), (None, Some("ERROR")));
    none(&article(), "stage-execution-logging");
    none(&article(), "stage-tracing");
    let (before, after) = states(&the(&with(|region| stage(region).tracing_enabled = false), "stage-tracing"));
    assert_eq!((before.get("/tracingEnabled"), after.get("/tracingEnabled")), (Some("false"), Some("true")));
    none(&http(), "stage-execution-logging");
}

/// A custom domain before the stage `prod`.
fn domain(region: &mut Region) {
    let text = r#"{"name": "api.example.com", "mutual_tls_truststore": "s3://x/y", "mappings": [{"path": "", "api_id": "k3v8q1x7m2", "stage": "prod"}]}"#;
    region.domain_names = vec![serde_json::from_str::<DomainName>(text).unwrap()].into();
}

#[test]
fn the_default_endpoint_of_a_rest_api_goes_with_a_deployment() {
    none(&article(), "default-endpoint");
    let inventory = with(domain);
    let fix =
        fixes(&inventory, REGION, &said(&inventory), &Options::default()).into_iter().find(|fix| fix.id == "default-endpoint").unwrap();
    assert_eq!(fix.refusal, None);
    assert_eq!(fix.answers.iter().map(|key| key.rule.as_str()).collect::<Vec<_>>(), ["default-endpoint-beside-custom-domain"]);
    let plan = plan(&inventory, REGION, &[&fix], &said(&inventory), STAMP).plan.unwrap();
    sound(&plan);
    let step_ids = ["default-endpoint-k3v8q1x7m2", "default-endpoint-k3v8q1x7m2-deployment", "default-endpoint-k3v8q1x7m2-prod", "rescan"];
    assert_eq!(ids(&plan), step_ids);
    let Action::Set { before, after, .. } = &step(&plan, step_ids[2]).action else { panic!() };
    assert_eq!(before.get("/deploymentId"), Some("p5t8h2"));
    assert_eq!(after.get("/deploymentId"), Some("${default-endpoint-k3v8q1x7m2-deployment}"));
    let Action::Check(Check::Rescan { gone, .. }) = &step(&plan, "rescan").action else { panic!() };
    assert_eq!(gone, &fix.answers);
}

#[test]
fn the_default_endpoint_stays_where_a_deployment_would_ship_more() {
    let differs = with(|region| {
        domain(region);
        let Observed::Known(copy) = &mut api(region).working_copy else { return };
        copy.routes.pop();
    });
    refused(&differs, "default-endpoint", Code::DraftDiffers);
    let unread = with(|region| {
        domain(region);
        api(region).working_copy = Observed::Unknown(denied());
    });
    refused(&unread, "default-endpoint", Code::DraftUnread);
    refused(&with(|region| region.domain_names = Listed::unknown(denied())), "default-endpoint", Code::Unread);
}

#[test]
fn an_http_api_that_deploys_by_itself_needs_no_deployment() {
    let mut inventory = http();
    domain(&mut inventory.regions[0]);
    assert_eq!(the(&inventory, "default-endpoint").steps.len(), 3);
    stage(&mut inventory.regions[0]).auto_deploy = true;
    let (before, after) = states(&the(&inventory, "default-endpoint"));
    let key = "DisableExecuteApiEndpoint";
    assert_eq!((before.get(key), after.get(key)), (Some("false"), Some("true")));
}

#[test]
fn a_stage_without_a_domain_is_named() {
    let mut inventory = http();
    domain(&mut inventory.regions[0]);
    let mut other = stage(&mut inventory.regions[0]).clone();
    other.name = "internal".to_owned();
    api(&mut inventory.regions[0]).stages.items.push(other);
    assert!(the(&inventory, "default-endpoint").breaks.contains("stage internal"));
}

/// The account after a migration, with the world's rule still there.
fn open() -> Inventory {
    let (mut inventory, _) = migrated();
    let region = &mut inventory.regions[0];
    security_group(region, false).rules = article().regions[0].security_groups.items[0].rules.clone();
    // The load balancer is reached through the new one.
    let arn = balancer(region).arn.clone();
    let new = &mut region.target_groups.items[1];
    new.target_type = "alb".to_owned();
    let Observed::Known(targets) = &mut new.targets else { panic!() };
    targets.truncate(1);
    (targets[0].id, targets[0].port) = (arn, Some(80));
    inventory
}

#[test]
fn the_world_is_shut_out_once_every_api_has_another_way() {
    let fix = the(&open(), "close-world-rule");
    let (before, after) = states(&fix);
    assert_eq!(after, State::Rules(Vec::new()));
    let State::Rules(rules) = before else { panic!() };
    assert!(matches!(rules.as_slice(), [SecurityGroupRule { id: None, .. }]), "{rules:#?}");
    refused(&article(), "close-world-rule", Code::NotPrivateYet);
    none(&migrated().0, "close-world-rule");
}

#[test]
fn the_world_stays_where_somebody_may_need_it() {
    let mut shared = open();
    shared.regions[0].network_interfaces.items[0].security_groups.push("sg-0a1b2c3d4e5f60c01".to_owned());
    refused(&shared, "close-world-rule", Code::SharedGroup);
    let mut public = open();
    let front = public.regions[0].load_balancers.items[1].clone();
    let more = crate::inventory::LoadBalancer {
        arn: "arn:public".to_owned(),
        scheme: Some("internet-facing".to_owned()),
        dns_name: "public.example".to_owned(),
        ..front
    };
    public.regions[0].target_groups.items[1].load_balancer_arns.push(more.arn.clone());
    public.regions[0].load_balancers.items.push(crate::inventory::LoadBalancer { listeners: Vec::new().into(), ..more });
    refused(&public, "close-world-rule", Code::OtherCallers);
    let mut unseen = open();
    unseen.regions[0].http_apis = Listed::unknown(denied());
    refused(&unseen, "close-world-rule", Code::Unread);
    let mut managed = open();
    security_group(&mut managed.regions[0], false).tags.insert("terraform".to_owned(), "yes".to_owned());
    refused(&managed, "close-world-rule", Code::ManagedByCode);
    let mut unread = open();
    unread.regions[0].security_groups = Listed::unknown(denied());
    refused(&unread, "close-world-rule", Code::Unread);
}

fn chosen(inventory: &Inventory, ids: &[&str]) -> (Option<Plan>, usize) {
    let said = said(inventory);
    let found = fixes(inventory, REGION, &said, &Options::default());
    let chosen: Vec<&Fix> = found.iter().filter(|fix| ids.contains(&fix.id)).collect();
    let planned = plan(inventory, REGION, &chosen, &said, STAMP);
    (planned.plan, planned.refusals.len())
}

#[test]
fn several_fixes_make_one_plan_and_refused_ones_none() {
    let mut inventory = article();
    attribute(&mut inventory, "routing.http.desync_mitigation_mode", Some("monitor"));
    let (plan, refused) = chosen(&inventory, &["drop-invalid-headers", "desync-mode", "close-world-rule"]);
    let plan = plan.unwrap();
    sound(&plan);
    assert_eq!((plan.steps.len(), refused, plan.locks.len()), (3, 1, 0));
    assert_eq!(plan.warnings.len(), 2);
    assert!(plan.relies_on.keys().all(|name| name.starts_with("load balancer ")) && plan.relies_on.len() == 1);
    assert_eq!(chosen(&inventory, &["close-world-rule"]), (None, 1));
}

#[test]
fn a_fix_given_twice_is_done_once() {
    let inventory = article();
    let fix = the(&inventory, "drop-invalid-headers");
    let plan = plan(&inventory, REGION, &[&fix, &fix], &silent(&inventory), STAMP).plan.unwrap();
    assert_eq!(plan.steps.len(), 2);
}
