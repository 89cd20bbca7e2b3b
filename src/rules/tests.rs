//! Tests of whole rules: files to rules to verdicts.

use std::fmt::Write;

use proptest::prelude::*;

use super::expr::Want;
use super::expr::tests::properties::{Dice, draw, expression, learn};
use super::expr::tests::{BALANCER, compile, gap, known, listener};
use super::schema::Type;
use super::value::Value;
use super::*;
use crate::assessment::{Severity, Verdict};

const GOOD: &str = r#"
id = "public-alb"
title = "An ALB answers the internet"
severity = "high"
severity-reason = "Anyone can connect."
precision = "very-high"
family = "lb"
subject = "load-balancer"
aliases = ["open-alb"]
since = "0.1.0"
applies = "lb.azs > 0"
condition = '''
lb.scheme == "internet-facing" &&
  lb.listeners.exists(l, l.port == 80)
'''
message = "ALB {lb.name} answers on {size(lb.listeners)} ports"
evidence = ["lb.scheme", { expr = "lb.zones", label = "zones", key = true }]

[docs]
what = '''
It answers.
'''
why = "w"
attack = "a"
fine = "f"
references = ["https://example.com"]

[remediation]
steps = ["Make it internal."]
cli = '''
aws elbv2 delete-load-balancer --load-balancer-arn {lb.arn}
'''

[mappings]
security-hub = ["ELB.4"]
cis = []
"#;

fn registry() -> SubjectRegistry {
    SubjectRegistry::new().with(Subject { kind: "load-balancer", variable: "lb", record: &BALANCER, doc: "A load balancer." })
}

fn load(files: &[(&str, &str)]) -> Result<RulePack, String> {
    let files = files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    RulePack::load(files, &registry()).map_err(|errors| {
        let shown: Vec<String> = errors.iter().map(|error| error.render(false, 120)).collect();
        shown.join("\n")
    })
}

/// What is said about the good rule after a change.
fn broken(from: &str, to: &str) -> String {
    assert!(GOOD.contains(from), "{from}");
    load(&[("rules/lb/public-alb.toml", &GOOD.replacen(from, to, 1))]).expect_err(to)
}

fn good() -> Rule {
    let pack = load(&[("rules/lb/public-alb.toml", GOOD)]).unwrap_or_else(|e| panic!("{e}"));
    pack.get("open-alb").cloned().expect("it has the alias")
}

#[test]
fn a_good_rule_loads() {
    let rule = good();
    assert_eq!((rule.severity, rule.precision), (Severity::High, Precision::VeryHigh));
    assert_eq!(rule.docs.what, "It answers.");
    assert_eq!(rule.mappings.keys().copied().collect::<Vec<_>>(), ["security-hub"]);
    let actions: Vec<&str> = actions_read(&rule).into_iter().collect();
    assert_eq!(actions, ["elasticloadbalancing:DescribeListeners", "elasticloadbalancing:DescribeLoadBalancers"]);
    let windows = GOOD.replace('\n', "\r\n");
    assert!(load(&[("public-alb.toml", &windows)]).is_ok());
}

#[test]
fn verdicts() {
    let rule = good();
    assert_eq!(evaluate(&rule, &known().build()), Verdict::Fail);
    assert_eq!(evaluate(&rule, &known().set("scheme", "internal").build()), Verdict::Pass);
    assert_eq!(evaluate(&rule, &known().set("azs", 0_i64).build()), Verdict::NotApplicable);
    let unsure = known().set("azs", Value::from(gap("Z")));
    assert_eq!(evaluate(&rule, &unsure.build()), Verdict::Unknown(vec![gap("Z")]));
    let unsure = known().set("azs", Value::from(gap("Z"))).set("scheme", "internal");
    assert_eq!(evaluate(&rule, &unsure.build()), Verdict::Unknown(vec![gap("Z")]));
    let both = known().set("azs", Value::from(gap("Z"))).set("scheme", Value::from(gap("S")));
    assert_eq!(evaluate(&rule, &both.build()), Verdict::Unknown(vec![gap("S"), gap("Z")]));
}

#[test]
fn explanations() {
    let rule = good();
    let show = |lb: &Value| {
        let why = explain(&rule, lb, &evaluate(&rule, lb));
        let mut text = format!("{}\n$ {}\n", why.message, why.cli.unwrap_or_default());
        for item in &why.evidence {
            writeln!(text, "{} = {} {}", item.label, item.value, item.key).unwrap();
        }
        for fact in trace(&rule, lb).facts() {
            writeln!(text, "  {}: {}", fact.path, fact.value).unwrap();
        }
        text
    };
    insta::assert_snapshot!(show(&known().build()), @r"
    ALB shop answers on 2 ports
    $ aws elbv2 delete-load-balancer --load-balancer-arn arn:aws:lb/shop
    lb.scheme = internet-facing false
    zones = eu-west-1a, eu-west-1b true
      lb.azs: 2
      lb.scheme: internet-facing
      lb.listeners: 2 of them
      lb.listeners[0].port: 80
    ");
    let partial = Value::partial_list(vec![listener(443, "HTTPS", None)], Some(gap("elasticloadbalancing:DescribeListeners").into()));
    insta::assert_snapshot!(show(&known().set("listeners", partial).build()), @r"
    cannot tell whether: An ALB answers the internet; elasticloadbalancing:DescribeListeners was denied in eu-west-1
    $ aws elbv2 delete-load-balancer --load-balancer-arn arn:aws:lb/shop
    lb.scheme = internet-facing false
    zones = eu-west-1a, eu-west-1b true
      lb.azs: 2
      lb.scheme: internet-facing
      lb.listeners: a listener, perhaps others (elasticloadbalancing:DescribeListeners)
      lb.listeners[0].port: 443
    ");
}

#[test]
fn keys() {
    insta::assert_snapshot!(broken("severity =", "severty ="), @r#"
    error: unknown key `severty`
     --> rules/lb/public-alb.toml:4:1
      |
    4 | severty = "high"
      | ^^^^^^^
      |
      = help: did you mean `severity`?
      = help: the keys are: id, title, severity, severity-reason, precision, family, subject, aliases, since, applies, condition, message, evidence, parts, docs, remediation, thresholds, mappings
    "#);
    insta::assert_snapshot!(broken("\"high\"", "\"hihg\""), @r#"
    error: `severity` cannot be `hihg`
     --> rules/lb/public-alb.toml:4:12
      |
    4 | severity = "hihg"
      |            ^^^^^^
      |
      = help: did you mean `high`?
      = help: it is one of: critical, high, medium, low, info
    "#);
    insta::assert_snapshot!(broken("[\"ELB.4\"]", "\"ELB.4\""), @r#"
    error: `security-hub` must be a list, not string
      --> rules/lb/public-alb.toml:35:16
       |
    35 | security-hub = "ELB.4"
       |                ^^^^^^^
       |
       = help: write it in brackets: ["…", "…"]
    "#);
    insta::assert_snapshot!(broken("attack = \"a\"", "ataque = \"a\""), @r#"
    error: unknown key `ataque`
      --> rules/lb/public-alb.toml:24:1
       |
    24 | ataque = "a"
       | ^^^^^^
       |
       = help: the keys are: what, why, attack, fine, references
    error: `docs.attack` is missing
      --> rules/lb/public-alb.toml:19:2
       |
    19 | [docs]
       |  ^^^^
       |
       = help: What an attacker does with it.
    "#);
    insta::assert_snapshot!(broken("key = true", "kee = true"), @r#"
    error: unknown key `kee`
      --> rules/lb/public-alb.toml:17:64
       |
    17 | evidence = ["lb.scheme", { expr = "lb.zones", label = "zones", kee = true }]
       |                                                                ^^^
       |
       = help: did you mean `key`?
       = help: the keys are: expr, label, key
    "#);
    insta::assert_snapshot!(broken("fine = \"f\"", "fine = \" \""), @r#"
    error: `fine` is empty
      --> rules/lb/public-alb.toml:25:8
       |
    25 | fine = " "
       |        ^^^
       |
       = help: When it is fine.
    "#);
    insta::assert_snapshot!(broken("since = \"0.1.0\"", "since = 1"), @r"
    error: `since` must be text, not integer
      --> rules/lb/public-alb.toml:10:9
       |
    10 | since = 1
       |         ^
       |
       = help: write it in quotes
    ");
    insta::assert_snapshot!(broken("title = ", "title "), @r#"
    error: not TOML: key with no value, expected `=`
     --> rules/lb/public-alb.toml:3:7
      |
    3 | title "An ALB answers the internet"
      |       ^
    "#);
}

#[test]
fn names() {
    insta::assert_snapshot!(broken("id = \"public-alb\"", "id = \"public-albs\""), @r#"
    error: the id is `public-albs`, and the file is called `public-alb`
     --> rules/lb/public-alb.toml:2:6
      |
    2 | id = "public-albs"
      |      ^^^^^^^^^^^^^
      |
      = help: rename the file to public-albs.toml, or set id = "public-alb"
    "#);
    insta::assert_snapshot!(broken("\"open-alb\"", "\"albs\", \"Alb\""), @r#"
    error: `Alb` is no rule id
     --> rules/lb/public-alb.toml:9:20
      |
    9 | aliases = ["albs", "Alb"]
      |                    ^^^^^
      |
      = help: write it in kebab-case: `public-alb-behind-api`
    "#);
    insta::assert_snapshot!(broken("\"lb\"", "\"path\""), @r#"
    error: the family is `path`, and the folder is `lb`
     --> rules/lb/public-alb.toml:7:10
      |
    7 | family = "path"
      |          ^^^^^^
    "#);
    insta::assert_snapshot!(broken("\"load-balancer\"", "\"loadbalancer\""), @r#"
    error: unknown subject `loadbalancer`
     --> rules/lb/public-alb.toml:8:11
      |
    8 | subject = "loadbalancer"
      |           ^^^^^^^^^^^^^^
      |
      = help: did you mean `load-balancer`?
      = help: the subjects are: load-balancer
    "#);
    insta::assert_snapshot!(broken("https:", "http:"), @r#"
    error: `http://example.com` is no https URL
      --> rules/lb/public-alb.toml:26:15
       |
    26 | references = ["http://example.com"]
       |               ^^^^^^^^^^^^^^^^^^^^
    "#);
    let other = GOOD.replace("open-alb", "public-alb").replace("id = \"public-alb\"", "id = \"other\"");
    let errors = load(&[("lb/public-alb.toml", GOOD), ("lb/other.toml", &other)]);
    insta::assert_snapshot!(errors.unwrap_err(), @r#"
    error: two rules are called `public-alb`: lb/other.toml and lb/public-alb.toml
     --> lb/other.toml:9:12
      |
    9 | aliases = ["public-alb"]
      |            ^^^^^^^^^^^^
      |
      = help: an id is never used again; give one of them another
    "#);
}

#[test]
fn code() {
    insta::assert_snapshot!(broken("l.port == 80", "l.prt == 80 && lb.nam == 1"), @r"
    error: listener has no field `prt`
      --> rules/lb/public-alb.toml:14:28
       |
    14 |   lb.listeners.exists(l, l.prt == 80 && lb.nam == 1)
       |                            ^^^
       |
       = help: did you mean `port`?
       = help: its fields: port, protocol, certificate, mutual
    error: load_balancer has no field `nam`
      --> rules/lb/public-alb.toml:14:44
       |
    14 |   lb.listeners.exists(l, l.prt == 80 && lb.nam == 1)
       |                                            ^^^
       |
       = help: did you mean `name`?
       = help: its fields: name, arn, scheme, azs, protected, idle, dns, zones, ports, tags, listeners, first
    ");
    insta::assert_snapshot!(broken("\"lb.azs > 0\"", "\"lb.azs\\u0020> lb.x\""), @r#"
    error: load_balancer has no field `x`
      --> rules/lb/public-alb.toml:11:11
       |
    11 | applies = "lb.azs\u0020> lb.x"
       |           ^^^^^^^^^^^^^^^^^^^^
       |
       = help: its fields: name, arn, scheme, azs, protected, idle, dns, zones, ports, tags, listeners, first
    "#);
    insta::assert_snapshot!(broken("{size(lb.listeners)}", "{size(lb.listener)} {lb.tags}"), @r#"
    error: load_balancer has no field `listener`
      --> rules/lb/public-alb.toml:16:46
       |
    16 | message = "ALB {lb.name} answers on {size(lb.listener)} {lb.tags} ports"
       |                                              ^^^^^^^^
       |
       = help: did you mean `listeners`?
       = help: its fields: name, arn, scheme, azs, protected, idle, dns, zones, ports, tags, listeners, first
    error: a map of string cannot be shown
      --> rules/lb/public-alb.toml:16:58
       |
    16 | message = "ALB {lb.name} answers on {size(lb.listener)} {lb.tags} ports"
       |                                                          ^^^^^^^
       |
       = help: show text, an int, a bool, or a list of them
    "#);
    insta::assert_snapshot!(broken("[\"lb.scheme\"", "[\"lb.schema\""), @r#"
    error: load_balancer has no field `schema`
      --> rules/lb/public-alb.toml:17:17
       |
    17 | evidence = ["lb.schema", { expr = "lb.zones", label = "zones", key = true }]
       |                 ^^^^^^
       |
       = help: did you mean `scheme`?
       = help: its fields: name, arn, scheme, azs, protected, idle, dns, zones, ports, tags, listeners, first
    "#);
    insta::assert_snapshot!(broken("{lb.arn}", "{lb.arm"), @r"
    error: a `{` that is never closed
      --> rules/lb/public-alb.toml:31:52
       |
    31 | aws elbv2 delete-load-balancer --load-balancer-arn {lb.arm
       |                                                    ^
       |
       = help: write `{{` for a brace
    ");
    insta::assert_snapshot!(broken("lb.scheme ==", "lb.scheme =="  .replace("==", "= =").as_str()), @r#"
    error: unexpected `=`
      --> rules/lb/public-alb.toml:13:11
       |
    13 | lb.scheme = = "internet-facing" &&
       |           ^
       |
       = help: to compare, write `==`
    error: unexpected `=`
      --> rules/lb/public-alb.toml:13:13
       |
    13 | lb.scheme = = "internet-facing" &&
       |             ^
       |
       = help: to compare, write `==`
    error: mismatched input '"internet-facing"'
      --> rules/lb/public-alb.toml:13:15
       |
    13 | lb.scheme = = "internet-facing" &&
       |               ^
    "#);
}

#[test]
fn the_schema_accepts_what_the_loader_does() {
    let schema = rule_file_schema(&registry());
    let validator = jsonschema::validator_for(&schema).unwrap();
    let json = |text: &str| serde_json::to_value(toml::from_str::<toml::Table>(text).unwrap()).unwrap();
    assert!(validator.is_valid(&json(GOOD)));
    for (from, to) in
        [("severity =", "severty ="), ("\"high\"", "\"hihg\""), ("\"load-balancer\"", "\"lb\""), ("\"public-alb\"", "\"no-alb\"")]
    {
        assert!(!validator.is_valid(&json(&GOOD.replacen(from, to, 1))), "{to}");
    }
}

#[test]
fn the_reference_names_every_fact() {
    let text = field_reference(&registry());
    for field in BALANCER.fields {
        assert!(text.contains(&format!("| `{}` |", field.name)), "{}", field.name);
    }
    assert!(text.contains("[list of listener](#listener)"));
    assert!(text.contains("## listener"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn knowing_more_never_changes_a_verdict(seed in any::<u64>(), doubt in 1_usize..40) {
        let mut dice = Dice(seed);
        let mut rule = good();
        let (applies, condition) = (expression(&mut dice), expression(&mut dice));
        prop_assume!(applies.len() + condition.len() < 2000);
        rule.applies = Some(compile(&applies, Want::Bool).unwrap());
        rule.condition = compile(&condition, Want::Bool).unwrap();
        let ty = Type::Record(&BALANCER);
        let lb = draw(&mut dice, &ty, false, doubt);
        prop_assume!(matches!(lb, Value::Record(_)));
        let verdict = evaluate(&rule, &lb);
        let shown = explain(&rule, &lb, &verdict);
        prop_assert_eq!(shown.message.is_empty(), matches!(verdict, Verdict::Pass | Verdict::NotApplicable));
        for _ in 0..8 {
            let more = evaluate(&rule, &learn(&mut dice, &lb, &ty, false, 100));
            prop_assert!(!matches!(more, Verdict::Unknown(_)));
            prop_assert!(matches!(verdict, Verdict::Unknown(_)) || verdict == more, "{} / {}", applies, condition);
        }
    }
}
