//! `apiaudit.toml` through the binary: what it decides, what it refuses, and what it says of its own entries.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "a test stops where something is wrong")]

mod common;

use common::program::{Apiaudit, Ran};
use common::{repository, text_of, write};
use jiff::{Timestamp, ToSpan as _, civil::Date, tz::TimeZone};
use serde_json::Value;

const ARTICLE: &str = "fixtures/inventories/article-before.json";

fn today() -> Date {
    Timestamp::now().to_zoned(TimeZone::UTC).date()
}

/// A scan of an inventory beside these files.
fn scan_of(inventory: &str, files: &[(&str, &str)], args: &[&str]) -> Ran {
    let run = Apiaudit::new().arg("scan").arg("--inventory").arg(repository(inventory)).args(args);
    for (name, text) in files {
        write(&run.home().join(name), text);
    }
    run.run()
}

fn scan(config: &str, args: &[&str]) -> Ran {
    scan_of(ARTICLE, &[("apiaudit.toml", config)], args)
}

fn json(config: &str, args: &[&str]) -> Value {
    scan(config, &[&["--format", "json"], args].concat()).json()
}

fn rules_of(report: &Value, list: &str) -> Vec<String> {
    report[list].as_array().map_or_else(Vec::new, |found| found.iter().map(|one| one["rule"].as_str().unwrap().to_owned()).collect())
}

fn states(report: &Value) -> Vec<&str> {
    report["suppressions"].as_array().unwrap().iter().map(|one| one["state"].as_str().unwrap()).collect()
}

fn suppress(keys: &str, expires: Date) -> String {
    format!("[[suppress]]\n{keys}\nreason = \"for a test\"\nexpires = {expires}\n")
}

#[test]
fn a_file_in_the_working_folder_is_read_unless_told_otherwise() {
    let strict = "fail-on = \"none\"\n";
    scan(strict, &[]).ends(0);
    scan(strict, &["--no-config"]).ends(1);
    scan(strict, &["--fail-on", "critical"]).ends(1);
    let elsewhere = [("apiaudit.toml", "fail-on = \"critical\"\n"), ("ci/audit.toml", strict)];
    scan_of(ARTICLE, &elsewhere, &["--config", "ci/audit.toml"]).ends(0);
    scan_of(ARTICLE, &[], &["--config", "gone.toml"]).refuses(2, "gone.toml cannot be read");
    scan(strict, &["--config", "apiaudit.toml", "--no-config"]).ends(2);
}

#[test]
fn mistakes_are_shown_with_their_places_before_anything_is_read() {
    let text =
        "acounts = []\nscope = \"acount\"\n[severity]\nweak-listener-tsl = \"low\"\n[[suppress]]\nreason = \"\"\nexpires = 2026-13-01\n";
    let fixed = text.replace("2026-13-01", "\"2026-13-01\"");
    for (name, text) in [("syntax", text), ("mistakes", fixed.as_str())] {
        let ran = scan(text, &[]);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
        insta::assert_snapshot!(name, ran.stderr);
    }
    // The folders of the file are looked for beside it, and a mistake in a rule hides none in the file.
    let files = [("ci/audit.toml", "rules = [\"gone\", \"own\"]\nscope = \"x\"\n"), ("ci/own/path/bad.toml", "id = \"bad\"\n")];
    let ran = scan_of(ARTICLE, &files, &["--config", "ci/audit.toml"]);
    assert_eq!(ran.code, 2);
    for words in ["the rules in ci/gone cannot be read", "`scope` cannot be `x`", "bad.toml"] {
        assert!(ran.stderr.contains(words), "{words}: {}", ran.stderr);
    }
}

#[test]
fn rules_of_the_file_s_own_folders_are_applied_and_listed() {
    let rule = text_of(&repository("rules/api/unauthenticated-route.toml"));
    let rule = rule.replace("id = \"unauthenticated-route\"", "id = \"our-route\"");
    let files = [("apiaudit.toml", "rules = [\"own\"]\n[severity]\nour-route = \"info\"\n"), ("own/api/our-route.toml", rule.as_str())];
    let report = scan_of(ARTICLE, &files, &["--only", "our-route", "--format", "json"]).ends(0).json();
    assert_eq!(report["worst"], "info");
    // A folder that a flag names, too, is read once.
    scan_of(ARTICLE, &files, &["--rules", "own", "--only", "our-route"]).ends(0);
}

#[test]
fn a_severity_of_one_s_own_reaches_every_report() {
    let config = "[severity]\npublic-alb-behind-api = \"low\"\n";
    let only = ["--only", "public-alb-behind-api"];
    let report = json(config, &only);
    assert_eq!(
        (&report["worst"], &report["rules"][0]["severity"], &report["findings"][0]["severity"]),
        (&"low".into(), &"low".into(), &"low".into())
    );
    let sarif = scan(config, &[&only[..], &["--format", "sarif"]].concat()).json();
    let rule = &sarif["runs"][0]["tool"]["driver"]["rules"][0];
    let before = scan("", &[&only[..], &["--format", "sarif"]].concat()).json();
    let unchanged = &before["runs"][0]["tool"]["driver"]["rules"][0];
    assert_ne!(rule["properties"]["security-severity"], unchanged["properties"]["security-severity"]);
    assert!(scan(config, &only).stdout.contains("LOW public-alb-behind-api"));
    scan(config, &[&only[..], &["--fail-on", "medium"]].concat()).ends(0);
    scan("[severity]\npublic-alb-behind-api = \"info\"\n", &only).ends(0);
    // It is the severity that filters meet, and the page says where it comes from.
    scan(config, &[&only[..], &["--severity", "medium"]].concat()).refuses(2, "no rule is left");
    let run = Apiaudit::new().args(["explain", "public-alb-behind-api"]);
    write(&run.home().join("apiaudit.toml"), config);
    let page = run.run().ends(0).stdout;
    assert!(page.contains("Severity: **low**. So says apiaudit.toml; of itself it is critical"), "{page}");
}

#[test]
fn a_threshold_of_one_s_own_is_what_the_rule_asks() {
    let verdicts = |config: &str| {
        let report = scan_of(
            "fixtures/rules/certificate-expiring/fail-ended.json",
            &[("apiaudit.toml", config)],
            &["--only", "certificate-expiring", "--format", "json"],
        );
        report.json()["summary"]["fail"].as_u64().unwrap()
    };
    assert!(verdicts("") > 0);
    assert_eq!(verdicts("[thresholds.certificate-expiring]\ndays = -10000\n"), 0);
}

#[test]
fn accounts_that_the_file_does_not_name_are_refused() {
    let named = "accounts = [{ id = \"999999999999\", name = \"production\" }]\n";
    let ran =
        scan_of(ARTICLE, &[("apiaudit.toml", named)], &["--save-inventory", "kept.json"]).refuses(2, "this is the account 123456789012");
    assert!(ran.stderr.contains("999999999999 (production)") && !ran.file("kept.json").exists(), "{}", ran.stderr);
    scan("accounts = [\"123456789012\"]\n", &[]).ends(1);
    let paths = Apiaudit::new().arg("paths").arg("--inventory").arg(repository(ARTICLE));
    write(&paths.home().join("apiaudit.toml"), named);
    paths.run().refuses(2, "this is the account");
}

#[test]
fn sarif_stands_on_the_line_that_names_the_account_or_region() {
    let line = |config: &str, args: &[&str]| {
        let sarif = scan(config, &[&["--format", "sarif"], args].concat()).json();
        let place = sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"].clone();
        (place["artifactLocation"]["uri"].as_str().unwrap().to_owned(), place["region"]["startLine"].as_u64().unwrap())
    };
    assert_eq!(line("# \"123456789012\"\n\naccounts = [\"123456789012\"]\n", &[]), ("apiaudit.toml".to_owned(), 3));
    assert_eq!(line("\nregions = ['eu-west-1']\n", &[]), ("apiaudit.toml".to_owned(), 2));
    let files = [("ci/audit.toml", "# the account\naccounts = [\"123456789012\"]\n")];
    let sarif = scan_of(ARTICLE, &files, &["--config", "ci/audit.toml", "--format", "sarif"]).json();
    let place = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!((&place["artifactLocation"]["uri"], &place["region"]["startLine"]), (&"ci/audit.toml".into(), &2.into()));
}

#[test]
fn what_is_put_up_with_does_not_count_until_its_last_day_is_past() {
    let config = |expires| suppress("rule = \"public-alb-behind-api\"", expires);
    let only = ["--only", "public-alb-behind-api"];
    let valid = config(today());
    let report = json(&valid, &only);
    assert_eq!((rules_of(&report, "findings").len(), rules_of(&report, "suppressed").len(), states(&report)), (0, 1, vec!["used"]));
    let mark = &report["suppressed"][0]["suppressed"];
    assert_eq!((&mark["reason"], &mark["file"], &mark["start_line"]), (&"for a test".into(), &"apiaudit.toml".into(), &1.into()));
    assert_eq!(mark["expires"], today().to_string());
    let ran = scan(&valid, &only).ends(0);
    assert!(ran.stdout.contains("kept quiet by apiaudit.toml") && ran.stderr.is_empty(), "{}{}", ran.stdout, ran.stderr);
    let past = config(today() - 1.day());
    let ran = scan(&past, &only).ends(1);
    for words in ["this suppression expired on", "1 finding counts again"] {
        assert!(
            ran.stderr.starts_with("warning: ") && ran.stderr.contains(words) && ran.stdout.replace("\n  ", " ").contains(words),
            "{}",
            ran.stderr
        );
    }
    assert!(ran.stderr.contains("--> apiaudit.toml:1:1"), "{}", ran.stderr);
    assert_eq!(states(&json(&past, &only)), ["expired"]);
    // Without the file it is a finding like any other.
    scan(&valid, &[&only[..], &["--no-config"]].concat()).ends(1);
}

#[test]
fn sarif_drops_what_is_put_up_with_or_says_so() {
    let config = suppress("rule = \"public-alb-behind-api\"", today());
    let results = |profile: &str| {
        let args = ["--only", "public-alb-behind-api", "--format", "sarif", "--sarif-profile", profile];
        scan(&config, &args).json()["runs"][0]["results"].as_array().unwrap().clone()
    };
    assert!(results("github").is_empty());
    let kept = results("generic");
    let suppression = &kept[0]["suppressions"][0];
    assert_eq!((&suppression["kind"], &suppression["justification"]), (&"external".into(), &"for a test".into()));
    assert_eq!(suppression["location"]["physicalLocation"]["artifactLocation"]["uri"], "apiaudit.toml");
}

#[test]
fn findings_are_named_by_fingerprint_and_resource_too() {
    let all = json("", &[]);
    let finding = all["findings"].as_array().unwrap().iter().find(|one| one["rule"] == "public-alb-behind-api").unwrap();
    let print = format!("fingerprint = \"{}\"", finding["fingerprint"].as_str().unwrap());
    let arn = format!("resource = \"{}\"", finding["subject"]["id"].as_str().unwrap());
    let report = json(&suppress(&print, today()), &[]);
    assert_eq!(rules_of(&report, "suppressed"), ["public-alb-behind-api"]);
    let report = json(&format!("{}{}", suppress(&print, today()), suppress(&arn, today())), &[]);
    assert_eq!(states(&report), ["used", "used"], "several may fit one finding");
    let suppressed = report["suppressed"].as_array().unwrap();
    assert!(suppressed.iter().all(|one| one["subject"]["id"] == finding["subject"]["id"]) && !suppressed.is_empty());
    let first = suppressed.iter().find(|one| one["rule"] == "public-alb-behind-api").unwrap();
    assert_eq!(first["suppressed"]["start_line"], 1);
}

#[test]
fn what_fits_nothing_is_reported_where_it_could_have() {
    let gone = suppress("rule = \"public-alb-behind-api\"\nresource = \"*loadbalancer/app/gone/*\"", today());
    let ran = scan(&gone, &[]);
    assert!(ran.stderr.contains("this suppression fits no finding") && ran.stderr.contains("help: take it away"), "{}", ran.stderr);
    assert_eq!(states(&json(&gone, &[])), ["unused"]);
    for (config, args) in [
        (gone.clone(), &["--skip", "public-alb-behind-api"][..]),
        (suppress("resource = \"arn:aws:elasticloadbalancing:eu-west-1:999999999999:*\"", today()), &[]),
        (suppress("rule = \"public-alb-behind-api\"\nresource = \"gone\"\naccount = \"999999999999\"", today()), &[]),
        (format!("accounts = [\"123456789012\", \"999999999999\"]\n{gone}"), &[]),
        (format!("regions = [\"eu-west-1\", \"eu-north-1\"]\n{gone}"), &[]),
    ] {
        assert_eq!(states(&json(&config, args)), ["not-met"], "{config}");
        assert!(!scan(&config, args).stderr.contains("warning"), "{config}");
    }
}

#[test]
fn a_narrow_terminal_shows_all_of_it() {
    let config = format!("{}{}", suppress("rule = \"public-alb-behind-api\"", today() - 1.day()), suppress("resource = \"gone\"", today()));
    let run = Apiaudit::new().arg("scan").arg("--inventory").arg(repository(ARTICLE)).env("COLUMNS", "40");
    write(&run.home().join("apiaudit.toml"), &config);
    let ran = run.run();
    let words = ran.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    for told in
        ["apiaudit.toml:1: this suppression expired on", "apiaudit.toml:5: this suppression fits no finding (for a test); take it away"]
    {
        assert!(words.contains(told), "{}", ran.stdout);
    }
}

#[test]
fn filters_choose_rules_and_flags_win() {
    let ids = |config: &str, args: &[&str]| {
        let run = Apiaudit::new().args(["rules", "list", "--json"]).args(args);
        write(&run.home().join("apiaudit.toml"), config);
        let rules = run.run().ends(0).json();
        let field = |rule: &Value, name: &str| rule[name].as_str().unwrap().to_owned();
        let rules = rules["rules"].as_array().unwrap().iter();
        rules.map(|rule| (field(rule, "id"), field(rule, "family"), field(rule, "severity"))).collect::<Vec<_>>()
    };
    assert!(ids("", &["--family", "api"]).iter().all(|(_, family, _)| family == "api"));
    assert!(ids("", &["--family", "api,path"]).len() > ids("", &["--family", "api"]).len());
    let severe = ids("", &["--severity", "high"]);
    assert!(!severe.is_empty() && severe.iter().all(|(_, _, severity)| severity == "high" || severity == "critical"));
    let hub = ids("", &["--framework", "security-hub"]);
    assert!(hub.iter().any(|(id, ..)| id == "unauthenticated-route") && hub.len() < ids("", &[]).len());
    assert_eq!(
        ids("", &["--framework", "security-hub=apigateway.8"]).iter().map(|(id, ..)| id.as_str()).collect::<Vec<_>>(),
        ["unauthenticated-route"]
    );
    assert!(ids("", &["--framework", "security-hub=APIGateway.*", "--family", "api"]).len() > 1);
    let filters = "[filters]\nskip = [\"unauthenticated-route\"]\nfamilies = [\"api\"]\n";
    let written = ids(filters, &[]);
    assert!(written.iter().all(|(id, family, _)| family == "api" && id != "unauthenticated-route"));
    assert!(ids(filters, &["--family", "path"]).iter().all(|(_, family, _)| family == "path"));
    assert_eq!(ids(filters, &["--only", "unauthenticated-route"]).len(), 1);
    for (args, words, help) in [
        (["--family", "pth"], "there is no family `pth`", "did you mean `path`?"),
        (["--framework", "security-hubb"], "there is no framework `security-hubb`", "did you mean `security-hub`?"),
        (["--framework", "security-hub=ELB.999"], "no rule has the security-hub id `ELB.999`", "rules list --json"),
        (["--only", "unauthenticated-rout"], "there is no rule", "did you mean `unauthenticated-route`?"),
    ] {
        let ran = scan("", &args).refuses(2, words);
        assert!(ran.stderr.contains(help), "{}", ran.stderr);
    }
}

#[test]
fn subjects_are_chosen_and_the_rest_is_owned_up_to() {
    let all = json("", &["--all-verdicts"]);
    let verdicts = all["verdicts"].as_array().unwrap();
    let balancer = verdicts.iter().find(|one| one["kind"] == "load-balancer").unwrap();
    let arn = balancer["subject"].as_str().unwrap();
    let name = arn.rsplit('/').nth(1).unwrap();
    let report = json("", &["--all-verdicts", "--resource", name]);
    let kept = report["verdicts"].as_array().unwrap();
    assert!(!kept.is_empty() && kept.iter().all(|one| one["subject"] == arn), "{kept:?}");
    assert_eq!(report["narrowed"]["left_out"], verdicts.len() - kept.len());
    assert_eq!(report["narrowed"]["by"][0], format!("--resource {name}"));
    let ran = scan("", &["--resource", name]);
    let words = ran.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains(&format!("Judged only what --resource {name} chose: {}", kept.len())), "{}", ran.stdout);
    // GitHub would close what was left out, unless the upload has a category of its own.
    let successful = |args: &[&str]| {
        let sarif = scan("", &[&["--format", "sarif", "--resource", name], args].concat()).json();
        sarif["runs"][0]["invocations"][0]["executionSuccessful"].clone()
    };
    let whole = scan("", &["--format", "sarif"]).json()["runs"][0]["invocations"][0]["executionSuccessful"].clone();
    assert_eq!((successful(&[]), successful(&["--category", "one"])), (false.into(), whole));
    // Nothing of that name is most likely a slip.
    let mut slip = name.to_owned();
    slip.pop();
    let ran = scan("", &["--resource", &slip]).refuses(2, &format!("nothing that the rules judge is called `{slip}`"));
    assert!(ran.stderr.contains(&format!("did you mean `{name}`?")), "{}", ran.stderr);
}

#[test]
fn the_exit_code_follows_what_is_left() {
    let report = json("", &["--all-verdicts"]);
    let failing: Vec<&str> = report["findings"].as_array().unwrap().iter().map(|one| one["subject"]["id"].as_str().unwrap()).collect();
    let verdicts = report["verdicts"].as_array().unwrap();
    let fine = verdicts.iter().find(|one| !failing.contains(&one["subject"].as_str().unwrap())).unwrap();
    let ran = scan("", &["--resource", fine["subject"].as_str().unwrap()]).ends(0);
    assert!(!ran.stdout.contains("Clean:"), "{}", ran.stdout);
    scan("", &["--resource", failing[0]]).ends(1);
}

/// Two APIs of the demo of ways, each with a load balancer of its own.
#[test]
fn an_api_brings_what_its_ways_lead_to() {
    let inventory = two_apis();
    let run = |args: &[&str]| {
        let run = Apiaudit::new().args(["scan", "--inventory", "two.json", "--format", "json", "--all-verdicts"]).args(args);
        write(&run.home().join("two.json"), &inventory);
        run.run()
    };
    let all = run(&[]).json();
    let orders = run(&["--api", "orders"]).json();
    let subjects = |report: &Value| -> Vec<String> {
        report["verdicts"].as_array().unwrap().iter().map(|one| one["subject"].as_str().unwrap().to_owned()).collect()
    };
    let (all, orders) = (subjects(&all), subjects(&orders));
    for part in ["/restapis/a1", "loadbalancer/app/one/", "listener/app/one/", "targetgroup/one/", "service/c/one"] {
        assert!(orders.iter().any(|id| id.contains(part)), "{part} of {orders:?}");
    }
    for part in ["/restapis/b2", "loadbalancer/app/two/", "listener/app/two/", "targetgroup/two/", "service/c/two"] {
        assert!(all.iter().any(|id| id.contains(part)), "{part} of {all:?}");
        assert!(!orders.iter().any(|id| id.contains(part)), "{part} of {orders:?}");
    }
    assert_eq!(subjects(&run(&["--api", "a1"]).json()), orders);
    run(&["--api", "order"]).refuses(2, "there is no API `order`");
    // Both kinds of flags must be met.
    let both = subjects(&run(&["--api", "orders", "--resource", "*loadbalancer*"]).json());
    let listed: Vec<&String> = both.iter().filter(|id| !id.contains("#unread-")).collect();
    assert!(!listed.is_empty() && listed.iter().all(|id| id.contains("loadbalancer/app/one/")), "{both:?}");
    let tagged = subjects(&run(&["--tag", "team=billing"]).json());
    assert!(
        tagged.iter().any(|id| id.contains("/restapis/b2/stages/prod#")) && tagged.iter().any(|id| id.contains("listener/app/two/")),
        "{tagged:?}"
    );
    assert!(!tagged.iter().any(|id| id.contains("/app/one/") || id.contains("/a1/")), "{tagged:?}");
    let ran = run(&["--tag", "team=biling"]).refuses(2, "nothing that the rules judge has the tag `team=biling`");
    assert!(ran.stderr.contains("did you mean `team=billing`?"), "{}", ran.stderr);
}

/// Two APIs, each with a load balancer, a target group and a service of its own; those of the second are tagged.
fn two_apis() -> String {
    let part = |api: &str, name: &str, balancer: &str, tags: &Value| {
        let arn = |kind: &str, rest: &str| format!("arn:aws:elasticloadbalancing:eu-west-1:123456789012:{kind}/{rest}");
        let (lb, group) = (arn("loadbalancer", &format!("app/{balancer}/1")), arn("targetgroup", &format!("{balancer}/1")));
        let uri = format!("http://{balancer}-1.eu-west-1.elb.amazonaws.com/");
        let route = serde_json::json!({ "path": "/x", "method": "GET", "authorization": "NONE", "integration": { "type": "HTTP_PROXY", "uri": uri } });
        let rest = serde_json::json!({ "id": api, "name": name, "protocol": "REST", "endpoint_types": ["REGIONAL"], "tags": tags,
            "stages": [{ "name": "prod", "deployed": { "routes": [route] } }] });
        let listener = serde_json::json!({ "arn": arn("listener", &format!("app/{balancer}/1/9")), "port": 80, "protocol": "HTTP",
            "default_actions": [{ "type": "forward", "target_groups": [{ "arn": group, "weight": 1 }] }], "rules": [] });
        let balancer_ = serde_json::json!({ "arn": lb, "name": balancer, "dns_name": format!("{balancer}-1.eu-west-1.elb.amazonaws.com"),
            "type": "application", "scheme": "internet-facing", "listeners": [listener], "tags": tags });
        let group_ = serde_json::json!({ "arn": group, "name": balancer, "target_type": "ip", "load_balancer_arns": [lb], "targets": [], "tags": tags });
        let service = serde_json::json!({ "arn": format!("arn:aws:ecs:eu-west-1:123456789012:service/c/{balancer}"), "name": balancer,
            "desired_count": 1, "running_count": 1, "pending_count": 0, "load_balancers": [{ "target_group_arn": group }], "tags": tags });
        [rest, balancer_, group_, service]
    };
    let one = part("a1", "orders", "one", &serde_json::json!({ "team": "orders" }));
    let two = part("b2", "billing", "two", &serde_json::json!({ "team": "billing" }));
    let both = |place: usize| serde_json::json!([one[place], two[place]]);
    let inventory = serde_json::json!({ "format": "apiaudit-inventory", "version": 1, "taken_at": "2026-01-01T00:00:00Z",
        "account": { "id": "123456789012", "partition": "aws" },
        "regions": [{ "name": "eu-west-1", "rest_apis": both(0), "http_apis": [], "load_balancers": both(1), "target_groups": both(2),
            "clusters": [{ "arn": "arn:aws:ecs:eu-west-1:123456789012:cluster/c", "name": "c", "services": both(3), "tasks": [] }] }] });
    inventory.to_string()
}

/// What could not be listed may be what was chosen: it stays unknown, and the run does not end well for it.
#[test]
fn what_could_not_be_listed_is_not_left_out() {
    let mut inventory: Value = serde_json::from_str(&two_apis()).unwrap();
    let gap = serde_json::json!({ "action": "elasticloadbalancing:DescribeTargetGroups", "region": "eu-west-1", "cause": "denied" });
    inventory["regions"][0]["target_groups"] = serde_json::json!({ "items": [], "gaps": [gap] });
    let run =
        Apiaudit::new().args(["scan", "--inventory", "i.json", "--format", "json", "--api", "orders", "--strict", "--fail-on", "none"]);
    write(&run.home().join("i.json"), &inventory.to_string());
    let ran = run.run();
    let report = ran.json();
    let unknown = report["unknowns"].as_array().unwrap();
    assert!(unknown.iter().any(|one| one["subject"]["id"] == "eu-west-1#unread-target-groups"), "{unknown:?}");
    assert_eq!(ran.code, 4);
}

#[test]
fn strict_and_scope_are_read_and_flags_win() {
    let incomplete = "fixtures/rules/weak-listener-tls";
    let unknown = std::fs::read_dir(repository(incomplete)).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let unknown = unknown.filter(|name| name.starts_with("unknown")).min().unwrap();
    let file = format!("{incomplete}/{unknown}");
    let run =
        |config: &str, args: &[&str]| scan_of(&file, &[("apiaudit.toml", config)], &[&["--only", "weak-listener-tls"], args].concat()).code;
    assert_eq!(run("strict = true\n", &[]), 4);
    assert_eq!(run("strict = true\n", &["--strict=false"]), 0);
    assert_eq!((run("", &[]), run("", &["--strict"])), (0, 4));
    scan("scope = \"account\"\n", &["--scope", "api-paths"]).ends(1);
    scan("", &["--scope", "everything"]).ends(2);
}

#[test]
fn a_policy_allows_the_tags_that_suppressions_ask() {
    let actions = |config: &str| {
        let run = Apiaudit::new().args(["policy", "--only", "failed-vpc-link"]);
        write(&run.home().join("apiaudit.toml"), config);
        run.run().ends(0).stdout
    };
    let tagged = suppress("tag = \"team=orders\"", today());
    assert!(actions(&tagged).contains("elasticloadbalancing:DescribeTags") && !actions("").contains("DescribeTags"));
}

#[test]
fn init_writes_a_file_that_changes_nothing_and_writes_over_none() {
    let ran = Apiaudit::new().arg("init").run().ends(0);
    let text = text_of(&ran.file("apiaudit.toml"));
    assert!(text.starts_with("#:schema ./apiaudit.schema.json\n") && ran.file("apiaudit.schema.json").exists());
    let (with, without) = (scan(&text, &["--format", "json"]), scan_of(ARTICLE, &[], &["--format", "json"]));
    assert_eq!((with.code, with.stdout, with.stderr), (without.code, without.stdout, without.stderr));
    let again = Apiaudit::new().arg("init");
    write(&again.home().join("apiaudit.toml"), "# mine\n");
    let again = again.run().refuses(2, "apiaudit.toml is there already");
    assert_eq!(text_of(&again.file("apiaudit.toml")), "# mine\n");
    let forced = Apiaudit::new().args(["init", "--force"]);
    write(&forced.home().join("apiaudit.toml"), "# mine\n");
    assert_eq!(text_of(&forced.run().ends(0).file("apiaudit.toml")), text);
    let named = Apiaudit::new().args(["init", "audit.toml"]).run().ends(0);
    assert_eq!(text_of(&named.file("audit.toml")), text);
}

#[test]
fn a_report_does_not_take_the_place_of_the_configuration() {
    let ran = scan("fail-on = \"none\"\n", &["--format", "json=apiaudit.toml"]);
    assert_eq!((ran.code, text_of(&ran.file("apiaudit.toml")).as_str()), (2, "fail-on = \"none\"\n"), "{}", ran.stderr);
}
