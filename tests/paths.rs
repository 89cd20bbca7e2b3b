//! The ways in to whole accounts: which are found, which are chosen, and that none is left out in silence.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a fixture that is not as it should be stops the test")]

use std::path::Path;

use apiaudit::assessment::{Course, WaysIn};
use apiaudit::inventory::{
    Action, Cause, Condition, Gap, Inventory, Listed, LoadBalancer, Observed, Region, Rule, WeightedTargetGroup, snapshot,
};
use apiaudit::network::SharedRanges;
use apiaudit::report::{Style, paths};
use apiaudit::topology::{NoSuch, Selection, Topology, Ways, survey};

fn scenario(name: &str) -> Inventory {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("fixtures/inventories/{name}.json"));
    snapshot::read(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn find(inventory: &Inventory, selection: &Selection) -> Result<WaysIn, NoSuch> {
    let topology = Topology::new(inventory);
    let ways = Ways::new(&topology, SharedRanges::embedded());
    survey(&topology, &ways, selection, "test")
}

fn all(inventory: &Inventory) -> WaysIn {
    find(inventory, &Selection::default()).unwrap()
}

fn draw(format: paths::Format, ways: &WaysIn) -> String {
    let mut out = Vec::new();
    paths::write(format, ways, &Style { limit: Some(paths::MOST_DRAWN), ..Style::default() }, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Each way's course and name, target by target.
fn told(ways: &WaysIn) -> Vec<(&str, Course, &str)> {
    ways.targets.iter().flat_map(|target| target.ways.iter().map(|way| (target.name.as_str(), way.course(), way.name.as_str()))).collect()
}

fn named(name: &str) -> Vec<String> {
    vec![name.to_owned()]
}

#[test]
fn the_articles_account_in_a_tree() {
    for name in ["article-before", "article-after"] {
        insta::assert_snapshot!(name, draw(paths::Format::Tree, &all(&scenario(name))));
    }
}

#[test]
fn everything_in_a_flowchart() {
    insta::assert_snapshot!(draw(paths::Format::Mermaid, &all(&scenario("everything"))));
}

#[test]
fn the_guide_shows_what_is_drawn() {
    let guide = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/paths.md")).unwrap();
    let drawn = draw(paths::Format::Mermaid, &all(&scenario("article-before")));
    assert!(guide.contains(&format!("```mermaid\n{drawn}```")), "docs/paths.md is out of date; it should show:\n{drawn}");
}

#[test]
fn every_document_fits_its_schema() {
    let schema = jsonschema::validator_for(&paths::json::schema().to_value()).unwrap();
    for name in ["article-before", "article-after", "everything", "gaps"] {
        let ways = all(&scenario(name));
        let document: serde_json::Value = serde_json::from_str(&draw(paths::Format::Json, &ways)).unwrap();
        let errors: Vec<String> = schema.iter_errors(&document).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
        assert_eq!(document["complete"], ways.is_complete());
    }
}

#[test]
fn the_migrated_account_has_no_way_around() {
    let before = all(&scenario("article-before"));
    let around: Vec<&str> =
        before.ways().filter(|way| way.course() == Course::Around && way.certain).map(|way| way.name.as_str()).collect();
    assert_eq!(around, ["ALB orders-alb (HTTP:80, default action)"]);
    let after = all(&scenario("article-after"));
    assert!(after.is_complete() && after.ways().count() > 0);
    assert!(after.ways().all(|way| way.course() == Course::Through), "{:?}", told(&after));
}

#[test]
fn only_the_ways_around_name_what_they_are_compared_with() {
    let around = Selection { around_only: true, ..Selection::default() };
    let before = find(&scenario("article-before"), &around).unwrap();
    assert_eq!(told(&before).len(), 1);
    assert_eq!(
        before.targets[0].compared_with,
        ["REST API orders-api (stage prod, GET /orders and 3 more)", "REST API orders-api (stage prod, GET /status)"]
    );
    let after = find(&scenario("article-after"), &around).unwrap();
    assert_eq!((after.targets.len(), after.without), (0, 1));
    assert!(draw(paths::Format::Tree, &after).contains("No way around an API was found."));
}

#[test]
fn an_api_brings_the_ways_around_to_what_it_leads_to() {
    let everything = scenario("everything");
    let of = |api: &str| find(&everything, &Selection { apis: named(api), ..Selection::default() }).unwrap();
    let http = of("orders-http");
    assert_eq!(told(&http), told(&of("h1b2c3d4e5")));
    assert_eq!(told(&http), told(&of("arn:aws:apigateway:eu-west-1::/apis/h1b2c3d4e5")));
    for (target, course, name) in told(&http) {
        let other = name.contains("API") && !name.contains("orders-http");
        assert!(!other || course != Course::Through, "{name} leads through another API to {target} and lacks nothing");
    }
    // Each target has a way through it, and what it does not lead to is not there.
    assert!(http.targets.iter().all(|target| target.ways.iter().any(|way| way.name.contains("orders-http"))));
    assert!(http.targets.len() < all(&everything).targets.len());
    assert!(told(&http).iter().any(|(_, course, name)| course.is_around() && !name.contains("API")));
    assert!(http.undrawn.len() < all(&everything).undrawn.len());
}

#[test]
fn a_target_is_chosen_by_any_of_its_names() {
    let everything = scenario("everything");
    let service = |name: &str| find(&everything, &Selection { services: named(name), ..Selection::default() }).unwrap();
    let orders = service("orders");
    assert_eq!(orders.targets.len(), 1);
    let arn = orders.targets[0].id.clone();
    assert_eq!(told(&orders), told(&service(&arn)));
    assert_eq!(told(&orders), told(&service("orders/orders")));
    let to = |name: &str| find(&everything, &Selection { to: named(name), ..Selection::default() }).unwrap();
    assert_eq!(told(&to(&arn)), told(&orders));
    let passing = to("orders-int");
    assert!(passing.ways().count() > 0);
    assert!(passing.ways().all(|way| way.path.steps.iter().any(|step| step.text.starts_with("ALB orders-int"))));
    let by_host = to("internal-orders-int-987654321.eu-west-1.elb.amazonaws.com");
    assert_eq!(told(&by_host), told(&passing));
}

#[test]
fn a_service_without_a_way_is_told_of_when_asked_for() {
    let everything = scenario("everything");
    let legacy = find(&everything, &Selection { services: named("legacy"), ..Selection::default() }).unwrap();
    assert_eq!((legacy.targets.len(), legacy.ways().count()), (1, 0));
    assert!(draw(paths::Format::Tree, &legacy).contains("no way in was found"));
    assert!(all(&everything).targets.iter().all(|target| target.id != legacy.targets[0].id));
    assert_eq!(all(&everything).without, 1);
}

#[test]
fn a_name_that_nothing_has_is_refused_with_those_there_are() {
    let before = scenario("article-before");
    let refused = |selection: Selection| find(&before, &selection).unwrap_err();
    let api = refused(Selection { apis: named("order-api"), ..Selection::default() });
    assert_eq!((api.what, api.known, api.gaps), ("API", named("orders-api"), Vec::new()));
    let service = refused(Selection { services: named("nobody"), ..Selection::default() });
    assert_eq!((service.what, service.known), ("service", named("orders")));
    let to = refused(Selection { to: named("203.0.113.99"), ..Selection::default() });
    assert_eq!(to.known, ["orders", "orders-alb"]);
    let unread = find(&scenario("gaps"), &Selection { apis: named("nobody"), ..Selection::default() }).unwrap_err();
    assert!(!unread.gaps.is_empty(), "some APIs could not be listed");
}

/// Hides one list of a region.
type Hide = fn(&mut Region, Gap);

const HIDE: [(&str, Hide); 7] = [
    ("apigateway:GetRestApis", |region, gap| region.rest_apis = Listed::unknown(gap)),
    ("elasticloadbalancing:DescribeLoadBalancers", |region, gap| region.load_balancers = Listed::unknown(gap)),
    ("elasticloadbalancing:DescribeTargetGroups", |region, gap| region.target_groups = Listed::unknown(gap)),
    ("ecs:ListClusters", |region, gap| region.clusters = Listed::unknown(gap)),
    ("ec2:DescribeNetworkInterfaces", |region, gap| region.network_interfaces = Listed::unknown(gap)),
    ("ec2:DescribeSecurityGroups", |region, gap| region.security_groups = Listed::unknown(gap)),
    ("elasticloadbalancing:DescribeTargetHealth", |region, gap| {
        for group in &mut region.target_groups.items {
            group.targets = Observed::Unknown(gap.clone());
        }
    }),
];

/// Knowing less may make a way uncertain or hide it; but then there is a gap that says so.
#[test]
fn what_could_not_be_read_hides_no_way_in_silence() {
    let whole = all(&scenario("article-before"));
    for (action, hide) in HIDE {
        let mut inventory = scenario("article-before");
        hide(&mut inventory.regions[0], Gap::new(action, Cause::Denied));
        let ways = all(&inventory);
        for way in whole.ways() {
            let still = ways.ways().find(|other| other.id == way.id && other.name == way.name);
            let owned_up = !ways.is_complete() || still.is_some_and(|still| !still.gaps.is_empty());
            let same = still.is_some_and(|still| (still.course(), still.certain) == (way.course(), way.certain));
            assert!(same || owned_up, "without {action}, {} is no longer told as it was", way.name);
        }
        // And nothing is made certain by it.
        for way in ways.ways().filter(|way| way.certain && way.course() == Course::Around) {
            assert!(
                whole.ways().any(|other| other.name == way.name && other.course() == Course::Around),
                "{action} made {} certain",
                way.name
            );
        }
        if !ways.is_complete() {
            let text = draw(paths::Format::Tree, &ways);
            assert!(text.contains("There may be more ways"), "{text}");
        }
    }
}

/// A listener with so many rules, all of which forward to what its default action does.
fn crowded(rules: u32) -> Inventory {
    let mut inventory = scenario("article-before");
    let balancer: &mut LoadBalancer = &mut inventory.regions[0].load_balancers.items[0];
    let listener = &mut balancer.listeners.items[0];
    let actions: Vec<Action> = listener.default_actions.clone();
    let rule = |number: u32| Rule {
        arn: format!("{}/{number:016x}", listener.arn.replace(":listener/", ":listener-rule/")),
        priority: number,
        conditions: vec![Condition { field: "path-pattern".to_owned(), values: vec![format!("/{number}/*")], ..Condition::default() }],
        actions: actions.clone(),
        transforms: Vec::new(),
    };
    listener.rules = Listed { items: (1..=rules).map(rule).collect(), gaps: Vec::new() };
    assert!(actions.iter().flat_map(|action| &action.target_groups).any(|share: &WeightedTargetGroup| share.weight > 0));
    inventory
}

#[test]
fn a_crowd_of_ways_is_cut_and_counted() {
    let crowd = all(&crowded(900));
    let target = &crowd.targets[0];
    let through = target.ways.iter().filter(|way| way.through_api).count();
    assert_eq!(through, 2, "no way through the API is lost in the crowd");
    assert_eq!((target.ways.len(), target.left_out), (200, 703));
    let tree = draw(paths::Format::Tree, &crowd);
    assert_eq!(tree.matches("AROUND: ").count(), 48);
    assert_eq!(tree.matches("THROUGH: ").count(), 2);
    let words = tree.split_whitespace().collect::<Vec<&str>>().join(" ");
    assert!(words.contains("… and 853 more ways, 150 of them around an API, 703 of them not looked at (--all draws them)"), "{words}");
    assert!(words.contains("903 ways to 1 target") && words.contains("703 not looked at"), "{words}");
}
