//! Ways to draw in tests.

use crate::assessment::{Lack, MayLack, Path, PathStep, TargetWays, Undrawn, Unread, WayIn, WaysIn};
use crate::inventory::{Account, Cause, Gap, SkippedRegion};

const SERVICE: &str = "arn:aws:ecs:eu-central-1:123456789012:service/shop/orders";
const GROUP: &str = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/orders/6d0ecf831eec9f09";

fn step(kind: &str, id: &str, text: &str) -> PathStep {
    PathStep { kind: kind.to_owned(), id: id.to_owned(), text: text.to_owned() }
}

fn denied(action: &str) -> Gap {
    Gap { region: "eu-central-1".to_owned(), ..Gap::new(action, Cause::Denied) }
}

/// A way that begins with these hops and ends at the service.
fn way(name: &str, entry: &str, first: &[PathStep]) -> WayIn {
    let mut steps = vec![step("internet", "", "internet")];
    steps.extend_from_slice(first);
    steps.push(step("target-group", GROUP, "target group orders (ip, 2 of 2 targets healthy)"));
    steps.push(step("service", SERVICE, "ECS service orders in cluster shop (2 of 2 tasks running)"));
    WayIn {
        entry: entry.to_owned(),
        id: first[0].id.clone(),
        name: name.to_owned(),
        region: "eu-central-1".to_owned(),
        through_api: entry == "api",
        certain: true,
        sources: "any IPv4 address".to_owned(),
        world: Some(true),
        anyone: Some(true),
        barred: Some(entry == "api"),
        path: Path { steps },
        ..WayIn::default()
    }
}

/// The way through the API: its two routes lead through one link to two load balancers.
fn through(route: &str, balancer: &str) -> WayIn {
    let hops = [
        step("stage", "arn:aws:apigateway:eu-central-1::/apis/a1/stages/prod", "HTTP API orders-api (a1), stage prod"),
        step("route", &format!("arn:aws:apigateway:eu-central-1::/apis/a1/stages/prod#{route}"), &format!("route {route}")),
        step("vpc-link", "l1", "VPC link V2 l1 (orders, AVAILABLE)"),
        step("load-balancer", balancer, &format!("ALB {balancer} (internal)")),
        step("listener", &format!("{balancer}/443"), "listener HTTPS:443, default action"),
    ];
    WayIn { met: vec!["JWT authorizer users".to_owned(), "throttling".to_owned()], ..way("HTTP API orders-api (stage prod)", "api", &hops) }
}

/// The way to a load balancer's own address.
fn past(balancer: &str, rule: &str) -> WayIn {
    let hops = [
        step("load-balancer", balancer, &format!("ALB {balancer} (internet-facing)")),
        step("listener", &format!("{balancer}/80"), &format!("listener HTTP:80, {rule}")),
    ];
    let lacks = ["JWT authorizer users", "throttling"].map(|has| Lack { control: "authorization".to_owned(), has: has.to_owned() });
    WayIn {
        lacks: lacks.into(),
        request: Some("GET /zz-apiaudit to host zz-apiaudit.example".to_owned()),
        let_in_by: (1..=7).map(|number| format!("sg-0c{number} lets in tcp/80 from 0.0.0.0/0 (sgr-0{number})")).collect(),
        ..way(&format!("ALB {balancer} (HTTP:80, {rule})"), "load-balancer", &hops)
    }
}

/// One way of each kind to a service, and a target group of which not all ways were looked at.
pub(super) fn each() -> WaysIn {
    let barred = WayIn { barred: Some(true), met: vec!["secret header X-Origin".to_owned()], ..past("public", "rule 10") };
    let perhaps = WayIn {
        certain: false,
        world: None,
        anyone: None,
        sources: "perhaps any IPv4 address".to_owned(),
        lacks: Vec::new(),
        may_lack: vec![MayLack { control: "web ACL".to_owned(), gaps: vec![denied("wafv2:GetWebACLForResource")] }],
        unread: vec![Unread { control: "web ACL".to_owned(), gap: denied("wafv2:GetWebACLForResource") }],
        gaps: vec![Gap { operation: "ec2:DescribeRouteTables".to_owned(), ..denied("ec2:DescribeRoutes") }],
        ..past("second", "default action")
    };
    let draft = WayIn { draft: true, certain: false, gaps: vec![denied("apigateway:GET")], ..through("GET /next", "one") };
    let service = TargetWays {
        kind: "service".to_owned(),
        id: SERVICE.to_owned(),
        name: "ECS service orders in cluster shop".to_owned(),
        region: "eu-central-1".to_owned(),
        ways: vec![through("GET /one", "one"), through("GET /two", "two"), draft, past("public", "default action"), barred, perhaps],
        ..TargetWays::default()
    };
    let mut direct = past("web", "default action");
    direct.lacks.clear();
    direct.path.steps.pop();
    let group = TargetWays {
        kind: "target-group".to_owned(),
        id: GROUP.to_owned(),
        name: "target group orders".to_owned(),
        region: "eu-central-1".to_owned(),
        ways: vec![direct],
        left_out: 12,
        ..TargetWays::default()
    };
    WaysIn {
        tool_version: "0.1.0".to_owned(),
        taken_at: "2026-11-22T10:00:00Z".to_owned(),
        account: Some(Account { id: "123456789012".to_owned(), partition: "aws".to_owned(), caller_arn: None }),
        regions: vec!["eu-central-1".to_owned()],
        skipped_regions: vec![SkippedRegion { name: "ap-east-1".to_owned(), reason: "not enabled in this account".to_owned() }],
        around_only: false,
        targets: vec![service, group],
        without: 3,
        undrawn: vec![Undrawn { routes: 2, to: "a Cloud Map service".to_owned() }],
        gaps: vec![denied("elasticloadbalancing:DescribeRules")],
    }
}

/// Nothing to draw and nothing left open.
pub(super) fn nothing() -> WaysIn {
    WaysIn { targets: Vec::new(), without: 0, undrawn: Vec::new(), gaps: Vec::new(), skipped_regions: Vec::new(), ..each() }
}

/// So many ways around, by as many load balancers, beside one through the API.
pub(super) fn many(around: usize) -> WaysIn {
    let mut ways = each();
    ways.targets.truncate(1);
    ways.targets[0].ways = vec![through("GET /one", "one")];
    ways.targets[0].ways.extend((0..around).map(|number| past(&format!("public-{number:04}"), "default action")));
    ways
}

/// Everything that can bear a name bears this one.
pub(super) fn named(name: &str) -> WaysIn {
    let mut ways = each();
    let text = || name.to_owned();
    for target in &mut ways.targets {
        (target.id, target.name, target.region, target.compared_with) = (text(), text(), text(), vec![text()]);
        for way in &mut target.ways {
            (way.name, way.sources, way.request) = (text(), text(), Some(text()));
            (way.met, way.let_in_by) = (vec![text(), text()], vec![text()]);
            way.lacks.iter_mut().for_each(|lack| lack.has = text());
            way.may_lack.iter_mut().for_each(|may| may.control = text());
            for step in &mut way.path.steps {
                (step.id, step.text) = (text(), text());
            }
        }
    }
    ways.undrawn[0].to = text();
    ways.gaps.push(Gap { resource: Some(text()), region: text(), ..Gap::new(name, Cause::Failed) }.because(name));
    ways.skipped_regions.push(SkippedRegion { name: text(), reason: text() });
    ways
}

/// A name that somebody chose to do harm.
pub(super) const HOSTILE: &str =
    "\u{1b}[2J\n%%{init: {}}%% \" --> n0 <script>alert(1)</script> `**x**` \\N \\\" &amp; #quot; ]; end } \u{202e}";
