//! Code judged instead of an account, through the real binary: lines, suppressions, bad input.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "a test stops where something is wrong")]

mod common;

use common::program::{Apiaudit, Ran};
use common::{repository, text_of};
use serde_json::Value;

fn scan() -> Apiaudit {
    Apiaudit::new().arg("scan")
}

fn template(name: &str) -> String {
    repository(&format!("fixtures/cloudformation/{name}")).to_string_lossy().into_owned()
}

fn finding<'r>(report: &'r Value, rule: &str) -> &'r Value {
    let findings = report["findings"].as_array().unwrap();
    findings.iter().find(|finding| finding["rule"] == rule).unwrap_or_else(|| panic!("{rule} is not found: {report:#}"))
}

/// The text that a place of a report marks, by its lines and columns.
fn marked(text: &str, place: &Value) -> String {
    let number = |key: &str| usize::try_from(place[key].as_u64().unwrap()).unwrap();
    let lines: Vec<&str> = text.split('\n').collect();
    let units = |line: usize| lines[line - 1].encode_utf16().collect::<Vec<u16>>();
    let (first, last) = (number("start_line"), number("end_line"));
    if first == last {
        let line = units(first);
        return String::from_utf16(&line[number("start_column") - 1..number("end_column") - 1]).unwrap();
    }
    let mut found = String::from_utf16(&units(first)[number("start_column") - 1..]).unwrap();
    for line in first + 1..last {
        found += "\n";
        found += lines[line - 1];
    }
    found + "\n" + &String::from_utf16(&units(last)[..number("end_column") - 1]).unwrap()
}

#[test]
fn a_template_is_judged_and_findings_stand_on_the_part_that_closes_them() {
    let file = template("article-before.yaml");
    let ran = scan().args(["--cloudformation", &file, "--region", "eu-west-1", "--format", "json"]).run().ends(1);
    let report = ran.json();
    let open = finding(&report, "public-alb-behind-api");
    let text = text_of(&repository("fixtures/cloudformation/article-before.yaml"));
    assert_eq!(open["source"]["file"], "fixtures/cloudformation/article-before.yaml");
    assert_eq!(open["source"]["via"], "template");
    assert_eq!(open["source"]["confidence"], "exact");
    assert_eq!(marked(&text, &open["source"]), "Scheme: internet-facing");
    assert_eq!(report["code"]["kind"], "cloudformation");
    assert!(report["code"]["assumptions"][0].as_str().unwrap().contains("Block Public Access is off"));
    assert!(ran.stderr.contains("assumed: VPC Block Public Access is off"), "{}", ran.stderr);
}

#[test]
fn what_is_assumed_can_be_left_open() {
    let file = template("article-before.yaml");
    let ran =
        scan().args(["--cloudformation", &file, "--block-public-access", "unknown", "--only", "public-alb-behind-api", "--format", "json"]);
    let report = ran.run().ends(0).json();
    assert_eq!(report["findings"].as_array().unwrap().len(), 0);
    let unknown = report["unknowns"][0]["message"].as_str().unwrap();
    assert!(unknown.contains("Block Public Access"), "{unknown}");
}

/// A plan with its code beside it, as Terraform leaves a folder.
fn plan_of(case: &str) -> (tempfile::TempDir, Ran) {
    let folder = tempfile::tempdir().unwrap();
    copy(&repository(&format!("fixtures/terraform/{case}")), folder.path());
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let ran =
        scan().args(["--terraform-plan", &path("plan.json"), "--iac", &path(""), "--format", "json", "--fail-on", "none"]).run().ends(0);
    (folder, ran)
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().to_string_lossy().replace("dot-terraform", ".terraform");
        if entry.path().is_dir() {
            copy(&entry.path(), &to.join(&name));
        } else {
            std::fs::copy(entry.path(), to.join(&name)).unwrap();
        }
    }
}

#[test]
fn a_plan_is_judged_and_findings_stand_on_its_code() {
    let (folder, ran) = plan_of("article-before");
    let report = ran.json();
    let open = finding(&report, "public-alb-behind-api");
    assert_eq!(open["source"]["via"], "terraform-plan");
    let file = open["source"]["file"].as_str().unwrap();
    let text = text_of(&folder.path().join(file));
    let marked = marked(&text, &open["source"]);
    assert!(marked.starts_with("internal") || marked.starts_with("resource \"aws_lb\""), "{marked}");
    let integration = finding(&report, "integration-not-private");
    assert!(integration["source"]["address"].as_str().unwrap().starts_with("aws_api_gateway_"), "{integration:#}");
}

#[test]
fn instances_of_one_block_are_one_result_that_lists_them() {
    let folder = tempfile::tempdir().unwrap();
    copy(&repository("fixtures/terraform/modules-count-foreach"), folder.path());
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let ran =
        scan().args(["--terraform-plan", &path("plan.json"), "--iac", &path(""), "--format", "sarif", "--fail-on", "none"]).run().ends(0);
    let log = ran.json();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for result in results {
        let place = &result["locations"][0]["physicalLocation"];
        assert!(seen.insert(format!("{} {place}", result["ruleId"])), "two results at one place: {result:#}");
    }
    assert!(results.iter().any(|result| result["properties"]["resources"].as_array().is_some_and(|several| several.len() > 1)), "{log:#}");
    assert_eq!(log["runs"][0]["automationDetails"]["id"], "apiaudit/plan/");
}

#[test]
fn a_plain_folder_is_judged_as_far_as_it_goes_and_says_so() {
    let folder = repository("fixtures/terraform/article-before");
    let folder = folder.to_string_lossy();
    for args in [vec!["--iac", &folder], vec!["--iac", &folder, "--offline"]] {
        let ran = scan().args(&args).args(["--format", "json", "--fail-on", "none"]).run().ends(0);
        assert!(ran.stderr.contains("read without a plan"), "{}", ran.stderr);
        assert_eq!(ran.json()["code"]["kind"], "terraform-code");
    }
}

#[test]
fn a_comment_keeps_a_finding_quiet_and_reports_say_so() {
    let folder = tempfile::tempdir().unwrap();
    let text = text_of(&repository("fixtures/cloudformation/article-before.yaml"));
    let quiet = text.replacen(
        "Scheme: internet-facing",
        "# apiaudit:ignore public-alb-behind-api it is the second entry\n      Scheme: internet-facing",
        1,
    );
    assert_ne!(quiet, text);
    let file = folder.path().join("quiet.yaml");
    std::fs::write(&file, quiet).unwrap();
    let file = file.to_string_lossy();
    let args = ["--cloudformation", &file, "--only", "public-alb-behind-api"];
    let report = scan().args(args).args(["--format", "json"]).run().ends(0).json();
    assert_eq!(report["findings"].as_array().unwrap().len(), 0);
    assert_eq!(report["suppressed"][0]["suppressed"]["reason"], "it is the second entry");
    let github = scan().args(args).args(["--format", "sarif"]).run().ends(0).json();
    assert_eq!(github["runs"][0]["results"].as_array().unwrap().len(), 0);
    let generic = scan().args(args).args(["--format", "sarif", "--sarif-profile", "generic"]).run().ends(0).json();
    let result = &generic["runs"][0]["results"][0];
    assert_eq!(result["suppressions"][0]["justification"], "it is the second entry");
    let table = scan().args(args).run().ends(0);
    assert!(table.stdout.contains("kept quiet"), "{}", table.stdout);
}

#[test]
fn bad_input_is_named_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let file = folder.path().join(name);
        std::fs::write(&file, text).unwrap();
        file.to_string_lossy().into_owned()
    };
    let broken = write("broken.yaml", "Resources:\n  A: [1, 2\n");
    scan().args(["--cloudformation", &broken]).run().refuses(2, "broken.yaml");
    let foreign = write("foreign.json", "{\"a\": 1}");
    scan().args(["--cloudformation", &foreign]).run().refuses(2, "foreign.json");
    scan().args(["--terraform-plan", &foreign]).run().refuses(2, "foreign.json");
    let binary = folder.path().join("tfplan");
    std::fs::write(&binary, b"PK\x03\x04\xff\xfe").unwrap();
    scan().args(["--terraform-plan", &binary.to_string_lossy()]).run().refuses(2, "terraform show -json");
    scan().args(["--cloudformation", "nowhere.yaml"]).run().refuses(2, "nowhere.yaml");
    scan().args(["--iac", "nowhere", "--offline"]).run().refuses(2, "nowhere");
    scan().args(["--iac", &folder.path().to_string_lossy(), "--offline"]).run().refuses(2, "no Terraform code");
    let hcl = folder.path().join("hcl");
    std::fs::create_dir(&hcl).unwrap();
    std::fs::write(hcl.join("main.tf"), "resource \"aws_lb\" \"a\" {\n  name = \n}\n").unwrap();
    scan().args(["--iac", &hcl.to_string_lossy(), "--offline"]).run().refuses(2, "main.tf");
    scan().args(["--cloudformation", &template("article-before.yaml"), "--parameters", "nowhere.json"]).run().refuses(2, "nowhere.json");
    scan().args(["--cloudformation", &template("article-before.yaml"), "--profile", "x"]).run().ends(2);
}

#[test]
fn what_was_read_from_code_can_be_saved_and_judged_again() {
    let file = template("article-before.yaml");
    let first =
        scan().args(["--cloudformation", &file, "--save-inventory", "code.json", "--format", "json", "--fail-on", "none"]).run().ends(0);
    let saved = first.file("code.json").to_string_lossy().into_owned();
    let again = scan().args(["--inventory", &saved, "--format", "json", "--fail-on", "none"]).run().ends(0).json();
    let rules =
        |report: &Value| report["findings"].as_array().unwrap().iter().map(|finding| finding["rule"].to_string()).collect::<Vec<_>>();
    assert_eq!(rules(&again), rules(&first.json()));
}

#[test]
fn a_template_on_one_line_gives_one_result_a_rule() {
    let folder = tempfile::tempdir().unwrap();
    let template: Value = serde_json::from_str(&text_of(&repository("fixtures/cloudformation/cdk/cdk.out/Orders.template.json"))).unwrap();
    let file = folder.path().join("one-line.json");
    std::fs::write(&file, template.to_string()).unwrap();
    let log = scan().args(["--cloudformation", &file.to_string_lossy(), "--format", "sarif", "--fail-on", "none"]).run().ends(0).json();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let rules: std::collections::BTreeSet<&str> = results.iter().map(|result| result["ruleId"].as_str().unwrap()).collect();
    assert!(!results.is_empty());
    assert_eq!(results.len(), rules.len(), "code scanning would make one alert of two");
}

/// The template of the article with more in it, and the verdict on its load balancer.
fn verdict_with(more: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let text = text_of(&repository("fixtures/cloudformation/article-before.yaml"));
    let file = folder.path().join("t.yaml");
    std::fs::write(&file, text.replacen("Resources:\n", &format!("Resources:\n{more}\n"), 1)).unwrap();
    let args = ["--cloudformation", &file.to_string_lossy(), "--only", "public-alb-behind-api", "--format", "json", "--all-verdicts"];
    let report = scan().args(args).args(["--fail-on", "none"]).run().ends(0).json();
    let verdicts = report["verdicts"].as_array().unwrap().iter();
    let mut own = verdicts.filter(|judged| judged["name"] == "load balancer orders-alb");
    own.next().unwrap()["verdict"].as_str().unwrap().to_owned()
}

#[test]
fn what_is_out_of_sight_may_be_anything() {
    assert_eq!(verdict_with(""), "fail");
    let away = [
        "  N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: https://s3.amazonaws.com/x/y.yaml}}",
        "  M: {Type: My::Org::Thing::MODULE, Properties: {}}",
        "  Bpa: {Type: AWS::EC2::VPCBlockPublicAccessOptions, Properties: {InternetGatewayBlockMode: block-bidirectional}}",
    ];
    for more in away {
        assert_eq!(verdict_with(more), "unknown", "{more}");
    }
}

#[test]
fn what_a_plan_takes_away_is_not_there_for_certain() {
    let plan: Value = serde_json::from_str(&text_of(&repository("fixtures/terraform/article-update/plan.json"))).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let judged = |plan: &Value| {
        let file = folder.path().join("plan.json");
        std::fs::write(&file, plan.to_string()).unwrap();
        scan().args(["--terraform-plan", &file.to_string_lossy(), "--format", "json", "--all-verdicts", "--fail-on", "none"]).run()
    };
    let of = |report: &Value, rule: &str, draft: bool| -> Vec<String> {
        let verdicts = report["verdicts"].as_array().unwrap().iter();
        let own = verdicts.filter(|judged| judged["rule"] == rule && judged["draft"] == draft);
        own.map(|judged| judged["verdict"].as_str().unwrap().to_owned()).collect()
    };
    // Methods go and the deployment stays: what is served is not what the code says now.
    let report = judged(&plan).ends(0).json();
    let served = of(&report, "unauthenticated-route", false);
    assert!(!served.is_empty() && served.iter().all(|verdict| verdict == "unknown"), "{served:?}");
    let mut errored = plan.clone();
    errored["errored"] = true.into();
    judged(&errored).refuses(2, "could not finish");
}
