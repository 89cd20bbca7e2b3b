//! The command line without an account: what it prints, what it refuses, and in which words.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "a test stops where something is wrong")]

mod common;

use std::process::{Command, Stdio};

use common::program::{Apiaudit, Ran};
use common::{bytes_of, repository, text_of, write};
use serde_json::Value;

fn apiaudit(args: &[&str]) -> Apiaudit {
    Apiaudit::new().args(args)
}

/// A run in a folder that holds these files.
fn beside(files: &[(&str, &str)], args: &[&str]) -> Ran {
    let run = apiaudit(args);
    for (name, text) in files {
        write(&run.home().join(name), text);
    }
    run.run()
}

fn rule_ids() -> Vec<String> {
    let rules = apiaudit(&["rules", "list", "--json"]).run().ends(0).json();
    rules["rules"].as_array().unwrap().iter().map(|rule| rule["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_demo_shows_the_article_and_says_what_to_do_next() {
    let ran = apiaudit(&["demo"]).run().ends(0);
    assert!(ran.stdout.contains("public-alb-behind-api"), "{}", ran.stdout);
    assert!(ran.stderr.contains("apiaudit policy > policy.json"), "{}", ran.stderr);
    let json = apiaudit(&["demo", "--format", "json"]).run().ends(0).json();
    assert_eq!(json["worst"], "critical");
    let sarif = apiaudit(&["demo", "--format", "sarif"]).run().ends(0).json();
    assert_eq!(sarif["version"], "2.1.0");
}

#[test]
fn rules_are_listed_checked_and_tested() {
    let ids = rule_ids();
    assert!(ids.len() >= 16 && ids.is_sorted(), "{ids:?}");
    let list = apiaudit(&["rules", "list"]).run().ends(0).stdout;
    assert!(ids.iter().all(|id| list.contains(id)), "{list}");
    let rules = repository("rules");
    let checked = apiaudit(&["rules", "check"]).arg(&rules).run().ends(0).stdout;
    assert_eq!(checked, format!("{} rules are well-formed\n", ids.len()));
    let tested = apiaudit(&["rules", "test"]).arg(&rules).arg("--cases").arg(repository("fixtures/rules")).run();
    assert!(tested.stdout.ends_with(" passed, 0 failed\n"), "{}{}", tested.stdout, tested.stderr);
    assert_eq!(tested.code, 0);
    let facts = apiaudit(&["rules", "facts"]).run().ends(0).stdout;
    assert!(facts.contains("load_balancer") && facts.contains("ways_around"));
}

#[test]
fn every_rule_is_explained() {
    for id in rule_ids() {
        let page = apiaudit(&["explain", &id]).run().ends(0).stdout;
        assert!(page.starts_with(&format!("# {id}\n")), "{page}");
        for heading in ["## What it finds", "## Why it matters", "## How to fix", "## When it is fine", "## The condition"] {
            assert!(page.contains(heading), "{id} lacks {heading}");
        }
    }
}

#[test]
fn a_policy_is_one_that_iam_takes() {
    let policy = apiaudit(&["policy"]).run().ends(0).json();
    assert_eq!(policy["Version"], "2012-10-17");
    for statement in policy["Statement"].as_array().unwrap() {
        assert_eq!(statement["Effect"], "Allow");
        assert!(statement["Sid"].as_str().unwrap().chars().all(char::is_alphanumeric));
        assert!(!statement["Action"].as_array().unwrap().is_empty() && !statement["Resource"].as_array().unwrap().is_empty());
    }
    // What decides who gets in is read whatever the rules; what only some rules ask is allowed only for them.
    let narrow = apiaudit(&["policy", "--only", "failed-vpc-link"]).run().ends(0).stdout;
    for action in ["DescribeLoadBalancerAttributes", "DescribeTargetGroupAttributes", "DescribeVpcBlockPublicAccessOptions"] {
        assert!(narrow.contains(action), "{action}");
    }
    let saving = apiaudit(&["policy", "--save-inventory"]).run().ends(0).stdout;
    for action in ["elasticloadbalancing:DescribeListenerCertificates", "acm:DescribeCertificate"] {
        assert!(saving.contains(action) && !narrow.contains(action), "{action}");
    }
    let china = apiaudit(&["policy", "--partition", "aws-cn"]).run().ends(0).stdout;
    assert!(china.contains("arn:aws-cn:apigateway:") && !china.contains("arn:aws:"));
}

#[test]
fn a_rule_that_is_not_there_is_guessed() {
    for args in [&["explain", "public-alb-behind-ap"][..], &["demo-less"], &["rules", "list", "--only", "public-alb-behind-ap"]] {
        let ran = apiaudit(args).run();
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{args:?}");
    }
    let ran = apiaudit(&["explain", "public-alb-behind-ap"]).run().refuses(2, "there is no rule `public-alb-behind-ap`");
    assert!(ran.stderr.contains("public-alb-behind-api"), "{}", ran.stderr);
    let all = rule_ids().join(",");
    apiaudit(&["rules", "list", "--skip", &all]).run().refuses(2, "no rule is left");
}

#[test]
fn wrong_usage_ends_with_2() {
    for args in [
        &["scan", "--nonsense"][..],
        &["scan", "--api-budget", "7"],
        &["scan", "--max-attempts", "0"],
        &["scan", "--fail-on", "dreadful"],
        &["scan", "--region", "eu-west-1", "--inventory", "i.json"],
        &["scan", "--region", "eu-west-1", "--all-regions"],
        &["scan", "--external-id", "x"],
        &["scan", "--format", "yaml"],
        &["scan", "--format", "json="],
        &["paths", "--format", "table"],
        &["paths", "--region", "eu-west-1", "--inventory", "i.json"],
        &["nonsense"],
        &["--color", "mauve", "demo"],
    ] {
        let ran = apiaudit(args).run();
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{args:?}: {}", ran.stderr);
        assert!(ran.stderr.starts_with("error: "), "{args:?}: {}", ran.stderr);
    }
    let ran = apiaudit(&["demo", "--format", "yaml"]).run();
    assert!(ran.stderr.contains("there is no format `yaml`; the formats are table, json, sarif, markdown, csv, junit"), "{}", ran.stderr);
    apiaudit(&["demo", "--format", "json=missing/report.json"]).run().refuses(2, "there is no folder missing");
    apiaudit(&["demo", "--format", "json=a", "--format", "sarif=a"]).run().refuses(2, "two reports cannot both go to a");
}

#[test]
fn an_inventory_that_is_none_is_told_what_it_is() {
    let whole = text_of(&repository("fixtures/inventories/article-before.json"));
    let newer = whole.replacen("\"version\": 1", "\"version\": 7", 1);
    assert_ne!(newer, whole);
    let half = &whole[..whole.len() / 2];
    for (text, words) in [
        (half, "the snapshot is cut off at line"),
        ("", "the snapshot is cut off at line"),
        ("{}", "this is no apiaudit inventory: `format` is missing"),
        ("{\"format\": \"terraform\"}", "this is no apiaudit inventory: `format` is \"terraform\""),
        ("[1]", "this is no apiaudit inventory"),
        ("not JSON", "line 1, column"),
        (newer.as_str(), "the snapshot has format version 7"),
    ] {
        let ran = beside(&[("i.json", text)], &["scan", "--inventory", "i.json"]).refuses(2, words);
        assert!(ran.stderr.starts_with("error: i.json: "), "{}", ran.stderr);
    }
    // What is in a file decides, not what it is called.
    assert_eq!(beside(&[("i.json.gz", &whole)], &["scan", "--inventory", "i.json.gz"]).code, 1);
    apiaudit(&["scan", "--inventory", "gone.json"]).run().refuses(2, "gone.json cannot be read");
}

#[test]
fn a_saved_inventory_needs_no_credentials() {
    let ran = apiaudit(&["scan", "--format", "json", "--inventory"]).arg(repository("fixtures/inventories/article-before.json")).run();
    assert_eq!(ran.ends(1).json()["worst"], "critical");
}

/// A rule of a team's own, with room for a mistake.
fn rule(condition: &str) -> String {
    let text = text_of(&repository("rules/api/api-without-waf.toml"));
    let text = text.replace("id = \"api-without-waf\"", "id = \"our-own\"");
    let mended = text.replace("condition = \"stage.web_acl == null\"", &format!("condition = \"{condition}\""));
    assert_ne!(mended, text, "the rule has another condition by now");
    mended
}

#[test]
fn a_rule_of_ones_own_joins_in() {
    let good = rule("stage.web_acl == null && stage.tracing");
    let files = [("team/api/our-own.toml", good.as_str())];
    let ran = beside(&files, &["rules", "check", "team"]).ends(0);
    assert_eq!(ran.stdout, "1 rule is well-formed\n");
    let ran = beside(&files, &["rules", "list", "--rules", "team", "--json"]).ends(0).json();
    assert!(ran["rules"].as_array().unwrap().iter().any(|rule| rule["id"] == "our-own"));
    beside(&[("team/readme.md", "")], &["rules", "check", "team"]).refuses(2, "there are no rule files below team");
    apiaudit(&["rules", "check", "gone"]).run().refuses(2, "the rules in gone cannot be read");
}

#[test]
fn a_mistake_in_a_rule_is_shown_in_its_place() {
    let files = [("team/api/our-own.toml", &*rule("stage.web_alc == null"))];
    let ran = beside(&files, &["rules", "check", "team"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    insta::assert_snapshot!("typo_in_a_rule", ran.stderr);
    // The same mistake stops a scan before it asks anything.
    let ran = beside(&files, &["scan", "--rules", "team"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("web_alc"), "{}", ran.stderr);
}

/// A drawing of the ways in an inventory of the fixtures.
fn paths(inventory: &str, args: &[&str]) -> Apiaudit {
    apiaudit(&["paths", "--inventory"]).arg(repository(&format!("fixtures/inventories/{inventory}.json"))).args(args)
}

#[test]
fn ways_are_drawn_without_an_account() {
    let tree = paths("article-before", &[]).run().ends(0);
    assert!(tree.stdout.contains("AROUND: ALB orders-alb") && tree.stderr.is_empty(), "{}{}", tree.stdout, tree.stderr);
    assert!(!paths("article-after", &["--around-only"]).run().ends(0).stdout.contains("AROUND"));
    let ran = paths("article-before", &["--format", "mermaid", "--format", "dot=w.dot", "--format", "json=w.json", "--all"]).run().ends(0);
    assert!(ran.stdout.starts_with("flowchart LR\n"), "{}", ran.stdout);
    assert!(text_of(&ran.file("w.dot")).starts_with("digraph ways {\n"));
    let document: Value = serde_json::from_str(&text_of(&ran.file("w.json"))).unwrap();
    assert_eq!((document["format"].as_str(), document["version"].as_u64()), (Some("apiaudit-paths"), Some(1)));
    assert_eq!(document["targets"][0]["ways"][2]["course"], "around");
}

#[test]
fn ways_are_chosen_by_name() {
    let lines = |args: &[&str]| paths("everything", args).run().ends(0).stdout;
    assert!(lines(&["--service", "orders"]).contains("ECS service orders"));
    assert!(!lines(&["--service", "orders"]).contains("target group orders-us in"));
    assert!(lines(&["--to", "orders-us"]).contains("target group orders-us in"));
    assert!(lines(&["--api", "orders-http"]).contains("HTTP API orders-http"));
    assert!(!lines(&["--api", "orders-http", "--around-only"]).contains("THROUGH"));
    let ran = paths("article-before", &["--service", "order"]).run().refuses(2, "there is no service `order`");
    assert!(ran.stderr.contains("did you mean `orders`?"), "{}", ran.stderr);
    let ran = paths("article-before", &["--api", "billing"]).run().refuses(2, "there is no API `billing`");
    assert!(ran.stderr.contains("there is orders-api"), "{}", ran.stderr);
    paths("article-before", &["--to", "10.9.9.9"]).run().refuses(2, "there is no service, target group or load balancer `10.9.9.9`");
}

#[test]
fn a_drawing_takes_no_other_files_place() {
    paths("article-before", &["--format", "dot=a", "--format", "json=a"]).run().refuses(2, "two reports cannot both go to a");
    paths("article-before", &["--format", "dot", "--format", "tree"]).run().refuses(2, "two reports cannot both go to stdout");
    paths("article-before", &["--format", "dot=missing/w.dot"]).run().refuses(2, "there is no folder missing");
    let whole = text_of(&repository("fixtures/inventories/article-before.json"));
    let args = ["paths", "--inventory", "i.json", "--format", "json=i.json"];
    beside(&[("i.json", &whole)], &args).refuses(2, "i.json cannot be both read and written");
    let saved = paths("article-before", &["--save-inventory", "copy.json", "--format", "json=w.json"]).run().ends(0);
    assert_eq!(text_of(&saved.file("copy.json")), whole);
}

#[test]
fn a_reader_of_ways_may_go_away() {
    for format in ["tree", "mermaid", "dot", "json"] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_apiaudit"))
            .args(["paths", "--format", format, "--inventory"])
            .arg(repository("fixtures/inventories/everything.json"))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]), "{format}");
    }
}

#[test]
fn ways_of_an_account_that_could_not_be_read_end_with_3() {
    let mut inventory: Value = serde_json::from_str(&text_of(&repository("fixtures/inventories/article-before.json"))).unwrap();
    let denied = |action: &str| serde_json::json!({"items": [], "gaps": [{"action": action, "cause": "denied"}]});
    let region = inventory["regions"][0].as_object_mut().unwrap();
    region.retain(|key, _| key == "name");
    for (list, action) in
        [("rest_apis", "apigateway:GET"), ("http_apis", "apigateway:GET"), ("load_balancers", "elasticloadbalancing:DescribeLoadBalancers")]
    {
        region.insert(list.to_owned(), denied(action));
    }
    let text = inventory.to_string();
    let ran = beside(&[("i.json", &text)], &["paths", "--inventory", "i.json"]).ends(3);
    assert!(ran.stdout.contains("No way in was found. There may be more ways"), "{}", ran.stdout);
    assert!(ran.stderr.contains("nothing could be read") && ran.stderr.contains("policy"), "{}", ran.stderr);
    // A name that nothing has is no mistake of the user's then.
    beside(&[("i.json", &text)], &["paths", "--inventory", "i.json", "--api", "a"]).refuses(3, "nothing could be read");
}

#[test]
fn help_is_what_it_was() {
    for (name, args) in [
        ("help", &["--help"][..]),
        ("help_scan", &["scan", "--help"]),
        ("help_paths", &["paths", "--help"]),
        ("help_demo", &["demo", "--help"]),
        ("help_rules", &["rules", "--help"]),
        ("help_rules_test", &["rules", "test", "--help"]),
        ("help_explain", &["explain", "--help"]),
        ("help_policy", &["policy", "--help"]),
        ("help_fix", &["fix", "--help"]),
        ("help_sarif_check", &["sarif-check", "--help"]),
    ] {
        insta::assert_snapshot!(name, apiaudit(args).run().ends(0).stdout);
    }
    assert_eq!(apiaudit(&["--version"]).run().ends(0).stdout, concat!("apiaudit ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[test]
fn a_narrow_page_is_kept() {
    let ran = apiaudit(&["demo"]).env("COLUMNS", "40").run().ends(0);
    // Commands are there to be copied, and an id is one word.
    let whole = |line: &str| ["aws ", "# ", "arn:"].iter().any(|start| line.trim().starts_with(start));
    let wide: Vec<&str> =
        ran.stdout.lines().filter(|line| line.chars().count() > 40 && !whole(line) && line.trim().contains(' ')).collect();
    assert!(wide.is_empty(), "wider than 40: {wide:#?}");
    let ascii = apiaudit(&["demo"]).env("LANG", "C").run().ends(0);
    assert!(ascii.stdout.is_ascii(), "{}", ascii.stdout);
}

#[test]
fn colour_is_shown_where_it_was_asked_for() {
    let colored = |run: Apiaudit| run.run().ends(0).stdout.contains('\u{1b}');
    assert!(!colored(apiaudit(&["demo"])));
    assert!(colored(apiaudit(&["demo", "--color", "always"])));
    assert!(colored(apiaudit(&["demo"]).env("CLICOLOR_FORCE", "1")));
    assert!(!colored(apiaudit(&["demo"]).env("NO_COLOR", "1").env("CLICOLOR_FORCE", "1")));
    assert!(!colored(apiaudit(&["demo", "--color", "never"]).env("CLICOLOR_FORCE", "1")));
    let file = apiaudit(&["demo", "--color", "always", "--format", "table=t.txt"]).run().ends(0);
    assert!(!bytes_of(&file.file("t.txt")).contains(&0x1b), "a file is no terminal");
}

#[cfg(not(feature = "aws"))]
#[test]
fn a_build_without_aws_says_so() {
    apiaudit(&["scan"]).run().refuses(2, "built without AWS");
    apiaudit(&["paths"]).run().refuses(2, "built without AWS");
}

#[test]
fn a_report_of_the_whole_pack_is_json_with_every_verdict() {
    let scan = |more: &[&str]| {
        let scan = apiaudit(&["scan", "--format", "json", "--inventory"]).arg(repository("fixtures/inventories/everything.json"));
        scan.args(more).run().ends(1).json()
    };
    let (short, long) = (scan(&[]), scan(&["--all-verdicts"]));
    assert_eq!(short.get("verdicts"), None);
    let count = |what: &str| long["verdicts"].as_array().unwrap().iter().filter(|one| one["verdict"] == what).count();
    assert_eq!(Value::from(count("fail")), long["summary"]["fail"]);
    assert_eq!(long["findings"], short["findings"]);
}

const MIGRATE: [&str; 3] = ["fix", "--migrate", "--inventory"];

fn migrate() -> Apiaudit {
    apiaudit(&MIGRATE).arg(repository("fixtures/inventories/migrate-before.json"))
}

#[test]
fn the_plan_of_the_example_is_shown_saved_and_printed() {
    let shown = migrate().args(["--lockdown", "--plan-out", "plan.json"]).run().ends(0);
    assert!(
        shown.stdout.contains("every one can be taken back") && shown.stderr.contains("the plan is saved in plan.json"),
        "{}",
        shown.stdout
    );
    let policy = apiaudit(&["policy", "--migrate"]).arg(shown.file("plan.json")).run().ends(0).json();
    assert!(policy.to_string().contains("aws:ResourceTag/apiaudit:plan"), "{policy:#}");
    for (form, words) in
        [("script", "#!/usr/bin/env bash"), ("terraform", "resource \"aws_lb\""), ("cloudformation", "Resources:"), ("json", "\"digest\"")]
    {
        let printed = migrate().args(["--output", form]).run().ends(0);
        assert!(printed.stdout.contains(words), "{form}: {}", printed.stdout);
    }
}

#[test]
fn a_plan_that_was_edited_is_refused() {
    let saved = migrate().args(["--plan-out", "plan.json"]).run().ends(0);
    let text = text_of(&saved.file("plan.json"));
    for (edit, words) in [
        (text.replacen("create the internal NLB", "tidy up", 1), "was changed after apiaudit wrote it"),
        (text[..text.len() / 2].to_owned(), "it is no plan"),
        (text.replacen("apiaudit-plan", "apiaudit-inventory", 1), "its format is"),
        (text.replacen("\"version\": 1", "\"version\": 9", 1), "its version is 9"),
    ] {
        assert_ne!(edit, text);
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("edited.json");
        write(&file, &edit);
        apiaudit(&["fix", "--yes", "--apply"]).arg(&file).run().refuses(2, words);
        apiaudit(&["policy", "--migrate"]).arg(&file).run().refuses(2, words);
    }
}

#[test]
fn what_is_no_journal_is_left_alone() {
    let home = tempfile::tempdir().unwrap();
    let note = home.path().join("note.txt");
    write(&note, "remember the milk\n");
    apiaudit(&["fix", "--status"]).arg(&note).run().refuses(2, "note.txt");
    assert_eq!(text_of(&note), "remember the milk\n");
    apiaudit(&["fix", "--status", "/dev/zero"]).run().refuses(2, "no ordinary file");
}

#[test]
fn what_cannot_be_fixed_is_said_at_once() {
    migrate().args(["--api", "nope"]).run().refuses(2, "nothing that could move");
    migrate().args(["--canary", "120"]).run().refuses(2, "above 0 and below 100");
    migrate().args(["--soak", "8d"]).run().refuses(2, "at most a week");
    migrate().arg("--apply").run().refuses(2, "--inventory");
    let inventory = repository("fixtures/inventories/migrate-before.json");
    apiaudit(&["fix", "--only", "nothing", "--inventory"]).arg(inventory).run().refuses(2, "there is no fix `nothing`");
}
