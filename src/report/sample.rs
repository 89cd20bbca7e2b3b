//! Assessments to print in tests.

use std::sync::Arc;

use crate::assessment::{
    Assessment, Baseline, Coverage, Evidence, Fixed, Novelty, Outcome, Path, PathStep, Proof, Remediation, RuleInfo, Said, Scope, Severity,
    Sources, Standing, Subject, Untold, Verdict,
};
use crate::inventory::{Account, Cause, Gap, SkippedRegion};

const LB: &str = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/orders/50dc6c495c0c9188";
const API: &str = "arn:aws:apigateway:eu-central-1::/restapis/a1b2c3/stages/prod#GET /orders/{id}";

fn rule(id: &str, title: &str, severity: Severity) -> Arc<RuleInfo> {
    Arc::new(RuleInfo {
        id: id.to_owned(),
        title: title.to_owned(),
        severity,
        precision: "high".to_owned(),
        family: "bypass".to_owned(),
        what: format!("{title}. The load balancer answers `0.0.0.0/0`."),
        why: "Whoever finds its name skips the API's *authorizer*, throttling and WAF.".to_owned(),
        fix: "- Make the load balancer internal.\n- Or admit the VPC link's security group only.".to_owned(),
        references: vec!["https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-vpc-links.html".to_owned()],
        mappings: vec![("cwe".to_owned(), "CWE-306".to_owned()), ("security-hub".to_owned(), "APIGateway.8".to_owned())],
        parts: Vec::new(),
    })
}

fn bypass() -> Arc<RuleInfo> {
    rule("load-balancer-around-api", "Load balancer behind an API is open to the internet", Severity::Critical)
}

fn no_authorizer() -> Arc<RuleInfo> {
    rule("route-without-authorizer", "Route asks nobody who they are", Severity::Medium)
}

fn no_logs() -> Arc<RuleInfo> {
    rule("load-balancer-without-access-logs", "Load balancer keeps no access logs", Severity::Low)
}

fn untouched() -> Arc<RuleInfo> {
    rule("listener-without-tls", "Listener speaks plain HTTP", Severity::Info)
}

fn subject(kind: &str, id: &str, name: &str) -> Arc<Subject> {
    Arc::new(Subject {
        kind: kind.to_owned(),
        id: id.to_owned(),
        name: name.to_owned(),
        region: "eu-central-1".to_owned(),
        draft: kind == "route",
    })
}

fn step(kind: &str, id: &str, text: &str) -> PathStep {
    PathStep { kind: kind.to_owned(), id: id.to_owned(), text: text.to_owned() }
}

fn evidence(label: &str, value: &str) -> Evidence {
    Evidence { label: label.to_owned(), value: value.to_owned() }
}

fn outcome(rule: &Arc<RuleInfo>, subject: &Arc<Subject>, verdict: Verdict, proof: Option<Proof>) -> Outcome {
    Outcome { rule: Arc::clone(rule), subject: Arc::clone(subject), verdict, proof: proof.map(Box::new), suppressed: None }
}

fn way_in() -> Path {
    let listener = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/orders/50dc6c495c0c9188/f2f7dc8efc522ab2";
    Path {
        steps: vec![
            step("internet", "", "internet (0.0.0.0/0)"),
            step("internet-gateway", "igw-0a1", "internet gateway igw-0a1, by route table rtb-0b2"),
            step("security-group", "sg-0c3", "security group sg-0c3 lets in tcp/80 from 0.0.0.0/0"),
            step("load-balancer", LB, "load balancer orders"),
            step("listener", listener, "listener HTTP:80"),
            step("service", "arn:aws:ecs:eu-central-1:123456789012:service/shop/orders", "service shop/orders → 2 tasks on port 8080"),
        ],
    }
}

fn open_to_the_world() -> Proof {
    Proof {
        message: "Load balancer 'orders' can be reached from the internet on tcp/80 without passing API 'orders-api'.".to_owned(),
        evidence: vec![evidence("load_balancer.scheme", "internet-facing"), evidence("exposure.sources", "0.0.0.0/0")],
        paths: vec![way_in()],
        remediation: Remediation {
            steps: vec![
                "Take the rule for 0.0.0.0/0 out of security group sg-0c3.".to_owned(),
                "Let in the VPC link's security group sg-0d4 instead.".to_owned(),
            ]
            .into(),
            cli: Some(
                "aws ec2 revoke-security-group-ingress --group-id sg-0c3 --protocol tcp --port 80 --cidr 0.0.0.0/0 --region eu-central-1\n\
                 aws ec2 authorize-security-group-ingress --group-id sg-0c3 --protocol tcp --port 80 \\\n  --source-group sg-0d4 --region eu-central-1"
                    .to_owned(),
            ),
            terraform: Some("resource \"aws_vpc_security_group_ingress_rule\" \"link\" {}".into()),
            cloudformation: None,
        },
        fingerprint: "6f2a".repeat(16),
    }
}

/// An account as it is found: three findings, two unknowns, one region skipped.
pub(super) fn before() -> Assessment {
    let (bypass, authorizer, logs) = (bypass(), no_authorizer(), no_logs());
    let balancer = subject("load-balancer", LB, "orders");
    let route = subject("route", API, "GET /orders/{id} of orders-api (stage prod)");
    let other = subject("load-balancer", &LB.replace("orders", "billing"), "billing");
    let denied = Gap {
        operation: String::new(),
        region: "eu-central-1".to_owned(),
        resource: Some(other.id.clone()),
        detail: Some("User: arn:aws:sts::123456789012:assumed-role/audit/me is not authorized to perform this action".to_owned()),
        ..Gap::new("elasticloadbalancing:DescribeLoadBalancerAttributes", Cause::Denied)
    };
    let throttled = Gap { region: "eu-central-1".to_owned(), ..Gap::new("ec2:DescribeSecurityGroupRules", Cause::Throttled) };
    let unasked = Proof {
        message: "Whether 'billing' is open cannot be told without ec2:DescribeSecurityGroupRules.".to_owned(),
        fingerprint: "77".repeat(32),
        ..Proof::default()
    };
    let anyone = Proof {
        message: "Route 'GET /orders/{id}' of API 'orders-api' asks nobody who they are.".to_owned(),
        evidence: vec![evidence("route.authorization_type", "NONE")],
        remediation: Remediation { steps: vec!["Attach an authorizer to the route.".to_owned()].into(), ..Remediation::default() },
        fingerprint: "1b".repeat(32),
        ..Proof::default()
    };
    let unlogged =
        Proof { message: "Load balancer 'orders' keeps no access logs.".to_owned(), fingerprint: "2c".repeat(32), ..Proof::default() };
    Assessment {
        sources: Sources::default(),
        code: None,
        suppressions: Vec::new(),
        scope: Scope::default(),
        narrowed: None,
        baseline: None,
        tool_version: "0.1.0".to_owned(),
        taken_at: "2026-11-22T10:00:00Z".to_owned(),
        account: Some(Account { id: "123456789012".to_owned(), partition: "aws".to_owned(), caller_arn: None }),
        regions: vec!["eu-central-1".to_owned(), "us-east-1".to_owned()],
        skipped_regions: vec![SkippedRegion { name: "ap-east-1".to_owned(), reason: "not enabled in this account".to_owned() }],
        rules: vec![untouched(), Arc::clone(&bypass), Arc::clone(&logs), Arc::clone(&authorizer)],
        outcomes: vec![
            outcome(&bypass, &balancer, Verdict::Fail, Some(open_to_the_world())),
            outcome(&bypass, &other, Verdict::Unknown(vec![denied.clone(), throttled.clone()]), Some(unasked)),
            outcome(&logs, &balancer, Verdict::Fail, Some(unlogged)),
            outcome(&logs, &other, Verdict::Unknown(vec![denied.clone()]), None),
            outcome(&authorizer, &route, Verdict::Fail, Some(anyone)),
            outcome(&authorizer, &subject("route", &API.replace("GET", "PUT"), "PUT /orders/{id}"), Verdict::Pass, None),
            outcome(&authorizer, &balancer, Verdict::NotApplicable, None),
        ],
        gaps: vec![denied, throttled],
        coverage: Coverage { apis: 1, stages: 1, routes: 2, draft_routes: 2, load_balancers: 2, target_groups: 3, services: 2, tasks: 4 },
    }
}

/// The same, held against an earlier run.
pub(super) fn compared() -> Assessment {
    let mut assessment = before();
    let keys: Vec<_> = assessment.fails().map(Outcome::key).collect();
    let standings = [Standing::New(Novelty::WasUnknown), Standing::Unchanged, Standing::New(Novelty::NewRule)];
    let past: Vec<Said> = assessment.fails().map(Into::into).collect();
    assessment.baseline = Some(Box::new(Baseline {
        name: "main.json".to_owned(),
        taken_at: "2026-11-01T10:00:00Z".to_owned(),
        standings: keys.into_iter().zip(standings).collect(),
        fixed: vec![(past[0].clone(), Fixed::Gone)],
        replaced: vec![past[1].clone()],
        untold: vec![(past[2].clone(), Untold::RegionNotRead)],
        notes: vec!["us-west-2 was read before and not now: nothing can be told of what failed there".to_owned()],
    }));
    assessment
}

/// Nothing wrong and nothing left open.
pub(super) fn clean() -> Assessment {
    let mut assessment = before();
    assessment.gaps.clear();
    assessment.skipped_regions.clear();
    assessment.coverage.draft_routes = 0;
    assessment.outcomes.retain(|outcome| !outcome.subject.draft);
    for outcome in &mut assessment.outcomes {
        (outcome.verdict, outcome.proof) = (Verdict::Pass, None);
    }
    assessment
}

/// No finding, but questions without an answer.
pub(super) fn incomplete() -> Assessment {
    let mut assessment = before();
    assessment.account = None;
    assessment.outcomes.retain(|outcome| outcome.verdict != Verdict::Fail);
    assessment
}

/// So many findings of one rule, with as many ways in each.
pub(super) fn many(findings: usize) -> Assessment {
    let mut assessment = clean();
    let rule = bypass();
    assessment.outcomes.extend((0..findings).map(|number| {
        let name = format!("orders-{number:05}");
        let proof = Proof {
            paths: vec![way_in(); findings.min(6)],
            fingerprint: format!("{number:064x}"),
            remediation: Remediation::default(),
            ..open_to_the_world()
        };
        outcome(&rule, &subject("load-balancer", &LB.replace("orders", &name), &name), Verdict::Fail, Some(proof))
    }));
    assessment
}

/// Names that somebody chose to do harm.
pub(super) fn hostile() -> Assessment {
    let long = "n".repeat(300);
    named(&[
        "\u{1b}[2J\u{1b}[31mred\u{1b}]0;title\u{7}",
        "two\nlines\r\nof ::error::injected",
        "\u{202e}gnp.exe\u{2066} \u{200b}\u{9b}31m",
        "| a | `b` | <script>alert(1)</script> [click](https://example.com) \\[x](1) {0}",
        "  leading and trailing   ",
        &long,
        "",
    ])
}

/// An account in which everything that can bear a name bears these.
pub(super) fn named(names: &[&str]) -> Assessment {
    let mut assessment = before();
    let rule = no_logs();
    for &name in names {
        let mut proof = open_to_the_world();
        proof.message = format!("Load balancer '{name}' is open.");
        proof.evidence.push(evidence(name, name));
        proof.paths[0].steps.push(step("service", name, name));
        Arc::make_mut(&mut proof.remediation.steps).push(name.to_owned());
        proof.remediation.cli = Some(format!("aws elbv2 describe-load-balancers --names '{name}'"));
        proof.fingerprint = String::new();
        assessment.outcomes.push(outcome(&rule, &subject("load-balancer", &format!("{LB}/{name}"), name), Verdict::Fail, Some(proof)));
        let gap = Gap { resource: Some(name.to_owned()), region: name.to_owned(), ..Gap::new(name, Cause::Failed) }.because(name);
        assessment.outcomes.push(outcome(&rule, &subject("load-balancer", name, name), Verdict::Unknown(vec![gap.clone()]), None));
        assessment.gaps.push(gap);
        assessment.skipped_regions.push(SkippedRegion { name: name.to_owned(), reason: name.to_owned() });
    }
    assessment
}
