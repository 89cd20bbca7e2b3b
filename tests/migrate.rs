//! The remedy end to end: the real binary moves an emulated account to a private path while requests run, and takes it back.
#![cfg(feature = "aws")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "a test stops where something is wrong")]

mod common;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use apiaudit::collect::calls;
use apiaudit::migrate::actions;
use common::emulator::Emulator;
use common::program::{Apiaudit, Ran};
use common::text_of;
use common::verdicts::findings;
use serde_json::{Value, json};

const REGION: &str = "eu-west-1";
/// Waits run this much faster than AWS needs them; the program takes that only for an endpoint on this machine.
const HURRY: &str = "200";

/// An account with one scenario in it.
struct Account {
    aws: Emulator,
    ids: Value,
}

impl Account {
    fn new(scenario: &str) -> Self {
        let aws = Emulator::start();
        let ids = aws.seed(scenario, REGION);
        Self { aws, ids }
    }

    fn fix(&self) -> Apiaudit {
        Apiaudit::aws(&self.aws.endpoint).args(["fix", "--region", REGION, "--hurry", HURRY]).budget("1")
    }

    fn text(&self, name: &str) -> &str {
        self.ids[name].as_str().unwrap_or_else(|| panic!("no {name} in {}", self.ids))
    }

    /// The API that the scenario has, and its stage.
    fn api(&self) -> (&str, &str) {
        let api = self.ids["rest_api"].as_str().or(self.ids["http_api"].as_str()).unwrap();
        (api, self.text("stage"))
    }

    /// Requests go on until `calm` counts them.
    fn traffic(&self) {
        let (api, stage) = self.api();
        self.aws.control("/_emulator/traffic", Some(&json!({"start": [{"api": api, "stage": stage, "path": "/orders/1"}]})));
    }

    /// How many requests were answered; none may have been lost.
    #[track_caller]
    fn calm(&self) -> u64 {
        let counted = self.aws.control("/_emulator/traffic", Some(&json!({"stop": true})));
        assert_eq!(counted["lost"], json!(0), "{counted:#}");
        counted["ok"].as_u64().expect("a count")
    }

    /// What the rules find now.
    #[track_caller]
    fn findings(&self) -> Vec<String> {
        let ran = self.aws.scan(REGION).args(["--format", "json", "--fail-on", "none"]).run().ends(0);
        findings(&ran.json()).into_iter().map(|(rule, _)| rule).collect()
    }

    /// What the region holds, as far as a migration could change it.
    #[track_caller]
    fn holds(&self) -> Value {
        let ran = self.aws.scan(REGION).args(["--save-inventory", "i.json", "--fail-on", "none"]).run().ends(0);
        let mut inventory: Value = serde_json::from_str(&text_of(&ran.file("i.json"))).unwrap();
        let region = &mut inventory["regions"][0];
        // What AWS itself makes anew: tasks with their interfaces, the ids of deployments under auto deploy, and of rules that were put back.
        for name in ["network_interfaces", "clusters", "vpc_links_v1", "vpc_links_v2", "subnets"] {
            let list = region.as_object_mut().unwrap().remove(name);
            if name.starts_with("vpc_links") {
                region[name] = list.unwrap();
            }
        }
        for group in region["target_groups"].as_array_mut().unwrap() {
            group.as_object_mut().unwrap().remove("targets");
        }
        for group in region["security_groups"].as_array_mut().unwrap() {
            for rule in group["rules"].as_array_mut().into_iter().flatten() {
                rule.as_object_mut().unwrap().remove("id");
            }
        }
        for api in region["http_apis"].as_array_mut().into_iter().flatten() {
            for stage in api["stages"].as_array_mut().into_iter().flatten() {
                stage.as_object_mut().unwrap().remove("deployment_id");
            }
        }
        region.take()
    }
}

/// Where a run's journal is.
#[track_caller]
fn journal(folder: &Path) -> std::path::PathBuf {
    let mut found = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    found.find(|path| path.extension().is_some_and(|end| end == "journal")).expect("a journal")
}

/// Moves an account while requests run, and takes it back while they do.
#[track_caller]
fn there_and_back(scenario: &str, how: &[&str]) {
    let account = Account::new(scenario);
    let before = account.holds();
    assert!(account.findings().iter().any(|rule| rule == "integration-not-private"));
    account.traffic();
    let ran = account.fix().args(["--migrate", "--lockdown", "--apply", "--yes"]).args(how).run().ends(0);
    assert!(ran.stderr.contains("applied and verified"), "{}", ran.stderr);
    let after = account.findings();
    for closed in ["integration-not-private", "public-alb-behind-api", "backend-bypasses-api"] {
        assert!(!after.iter().any(|rule| rule == closed), "{closed} still stands: {after:?}\n{}", ran.stderr);
    }
    let file = journal(ran.home());
    let again = account.fix().arg("--resume").arg(&file).run().ends(0);
    assert!(again.stderr.contains("nothing to do"), "{}", again.stderr);
    let back = account.fix().arg("--rollback").arg(&file).run().ends(0);
    assert!(back.stderr.contains("taken back"), "{}", back.stderr);
    assert!(account.calm() > 50);
    similar(&before, &account.holds());
}

/// Holds what is there to what was.
#[track_caller]
fn similar(before: &Value, after: &Value) {
    for (name, was) in before.as_object().unwrap() {
        assert_eq!(was, &after[name], "{name} is not as it was");
    }
}

#[test]
fn rest_through_an_nlb_and_a_link_v1() {
    there_and_back("migrate-rest", &["--target", "nlb", "--link", "v1"]);
}

#[test]
fn rest_through_an_nlb_and_a_link_v2() {
    there_and_back("migrate-rest", &["--target", "nlb", "--link", "v2"]);
}

#[test]
fn rest_through_an_nlb_before_the_alb() {
    there_and_back("migrate-rest", &["--target", "nlb-alb", "--link", "v1"]);
}

#[test]
fn rest_straight_to_the_alb() {
    there_and_back("migrate-rest", &["--target", "alb"]);
}

#[test]
fn rest_by_canary() {
    there_and_back("migrate-rest", &["--target", "alb", "--canary", "20", "--soak", "60s"]);
}

#[test]
fn http_through_an_nlb() {
    there_and_back("migrate-http", &["--target", "nlb"]);
}

#[test]
fn http_straight_to_the_alb() {
    there_and_back("migrate-http", &["--target", "alb"]);
}

#[test]
fn http_with_automatic_deployments() {
    there_and_back("migrate-http-auto", &["--target", "alb"]);
}

#[test]
fn an_alb_with_rules_keeps_them() {
    there_and_back("migrate-rules", &[]);
}

#[test]
fn two_apis_before_one_alb() {
    there_and_back("migrate-two-apis", &[]);
}

#[test]
fn what_layer_4_cannot_do_is_refused() {
    for (scenario, how, code) in [
        ("migrate-rules", &["--target", "nlb"][..], "listener-rules"),
        ("migrate-waf", &["--target", "nlb"], "web-acl"),
        ("migrate-draft", &[], "draft-differs"),
        ("migrate-stack", &[], "managed-by-code"),
    ] {
        let account = Account::new(scenario);
        let ran = account.fix().arg("--migrate").args(how).run().ends(1);
        assert!(ran.stdout.contains(code), "{scenario}:\n{}", ran.stdout);
        assert_eq!(account.aws.seen()["not_reads"], json!({}), "planning wrote something");
    }
}

#[test]
fn a_saved_plan_is_applied_once() {
    let account = Account::new("migrate-rest");
    let planned = account.fix().args(["--migrate", "--target", "alb", "--plan-out", "plan.json"]).run().ends(0);
    assert_eq!(account.aws.seen()["not_reads"], json!({}), "planning wrote something");
    let plan = planned.file("plan.json");
    let first = account.fix().arg("--apply").arg(&plan).args(["--yes", "--journal"]).arg(planned.file("one.journal")).run().ends(0);
    assert!(first.stderr.contains("applied and verified"), "{}", first.stderr);
    account.aws.relax();
    // By its journal, and without it.
    for journal in ["one.journal", "two.journal"] {
        let second = account.fix().arg("--apply").arg(&plan).args(["--yes", "--journal"]).arg(planned.file(journal)).run().ends(0);
        assert!(second.stderr.contains("nothing to do"), "{}", second.stderr);
    }
    assert_eq!(account.aws.seen()["not_reads"], json!({}), "the second apply wrote something");
}

#[test]
fn a_plan_that_is_stale_is_refused() {
    let account = Account::new("migrate-rest");
    let planned = account.fix().args(["--migrate", "--target", "alb", "--plan-out", "plan.json"]).run().ends(0);
    // Somebody else moves the API meanwhile.
    account.fix().args(["--migrate", "--target", "nlb", "--apply", "--yes"]).run().ends(0);
    let ran = account.fix().arg("--apply").arg(planned.file("plan.json")).arg("--yes").run();
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("stale") && ran.stderr.contains("API"), "{}", ran.stderr);
}

/// A run in the background, in a folder that stays.
fn spawn(account: &Account, folder: &Path, args: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_apiaudit"));
    command.env_clear().current_dir(folder).env("HOME", folder).env("LANG", "C.UTF-8").env("AWS_EC2_METADATA_DISABLED", "true");
    command.env("AWS_ACCESS_KEY_ID", "test").env("AWS_SECRET_ACCESS_KEY", "test").env("AWS_ENDPOINT_URL", &account.aws.endpoint);
    command.args(["fix", "--region", REGION, "--hurry", HURRY, "--api-budget", "1"]).args(args);
    command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("apiaudit starts")
}

/// Waits until a journal holds so many lines.
#[track_caller]
fn wait_for(folder: &Path, lines: usize) {
    let start = Instant::now();
    while start.elapsed() < Duration::from_mins(2) {
        let found = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let text =
            found.filter(|path| path.extension().is_some_and(|end| end == "journal")).find_map(|path| std::fs::read_to_string(path).ok());
        if text.is_some_and(|text| text.lines().count() >= lines) {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("the journal never held {lines} lines");
}

/// Kills a run with SIGKILL once its journal holds so many lines, then lets another end it.
#[track_caller]
fn killed(lines: usize, then: &str) {
    let account = Account::new("migrate-rest");
    let before = account.holds();
    let folder = tempfile::tempdir().unwrap();
    account.traffic();
    let mut child = spawn(&account, folder.path(), &["--migrate", "--target", "nlb", "--lockdown", "--apply", "--yes"]);
    wait_for(folder.path(), lines);
    child.kill().unwrap();
    child.wait().unwrap();
    let ran: Ran = account.fix().arg(then).arg(journal(folder.path())).run().ends(0);
    assert!(account.calm() > 20);
    if then == "--resume" {
        assert!(ran.stderr.contains("applied and verified"), "{}", ran.stderr);
        assert!(!account.findings().iter().any(|rule| rule == "integration-not-private" || rule == "public-alb-behind-api"));
    } else {
        similar(&before, &account.holds());
    }
}

#[test]
fn killed_while_it_prepares() {
    killed(8, "--resume");
    killed(20, "--rollback");
}

#[test]
fn killed_while_it_proves_and_cuts() {
    killed(45, "--resume");
    killed(60, "--rollback");
}

#[test]
fn ctrl_c_says_how_to_go_on() {
    let account = Account::new("migrate-rest");
    let folder = tempfile::tempdir().unwrap();
    let child = spawn(&account, folder.path(), &["--migrate", "--target", "nlb", "--apply", "--yes"]);
    wait_for(folder.path(), 10);
    let interrupted = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(interrupted.success());
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(130), "{said}");
    assert!(said.contains("apiaudit fix --resume apiaudit-") && said.contains("apiaudit fix --rollback apiaudit-"), "{said}");
    account.fix().arg("--resume").arg(journal(folder.path())).run().ends(0);
}

#[test]
fn a_rollout_that_fails_is_taken_back() {
    let account = Account::new("migrate-rest");
    let before = account.holds();
    account.aws.decide(&json!({"rollout": {"orders": "fail"}}));
    account.traffic();
    let ran = account.fix().args(["--migrate", "--target", "nlb", "--apply", "--yes"]).run().ends(5);
    assert!(ran.stderr.contains("going back") && ran.stderr.contains("was taken back"), "{}", ran.stderr);
    assert!(account.calm() > 20);
    similar(&before, &account.holds());
}

#[test]
fn a_refused_call_is_taken_back() {
    let account = Account::new("migrate-rest");
    let before = account.holds();
    for denied in ["elbv2.CreateListener", "apigateway.UpdateIntegration", "apigateway.UpdateStage"] {
        account.aws.relax();
        account.aws.shape(&json!({"deny": [denied]}));
        let ran = account.fix().args(["--migrate", "--target", "nlb", "--apply", "--yes"]).run().ends(5);
        assert!(ran.stderr.contains("denied"), "{denied}: {}", ran.stderr);
        account.aws.relax();
        similar(&before, &account.holds());
    }
}

#[test]
fn the_policy_of_a_plan_allows_what_it_does() {
    let account = Account::new("migrate-rest");
    let how = ["--migrate", "--target", "nlb", "--link", "v1", "--lockdown"];
    let planned = account.fix().args(how).args(["--plan-out", "plan.json"]).run().ends(0);
    let policy = Apiaudit::new().args(["policy", "--migrate"]).arg(planned.file("plan.json")).run().ends(0).json();
    let ran = account.fix().arg("--apply").arg(planned.file("plan.json")).arg("--yes").run().ends(0);
    account.fix().arg("--rollback").arg(journal(ran.home())).run().ends(0);
    let mut allowed = BTreeSet::new();
    for statement in policy["Statement"].as_array().unwrap() {
        for action in statement["Action"].as_array().unwrap() {
            allowed.insert(action.as_str().unwrap().to_owned());
            // What API Gateway makes on a caller's behalf for a link V1 bears no tag of ours.
            let behind_link = action == "ec2:DeleteVpcEndpointServiceConfigurations";
            let deletes = action.as_str().unwrap().contains(":Delete") && !behind_link;
            let by_tag = !statement["Condition"].is_null() || statement["Resource"].to_string().contains(":apigateway:");
            assert!(!deletes || by_tag, "{action} is not tied to the plan");
        }
    }
    for operation in account.aws.calls().into_keys().filter(|operation| operation != "sts:GetCallerIdentity") {
        let read = calls::find(&operation).map(|call| call.action);
        let known = actions::ALL.iter().find(|known| known.operation == operation).map(|known| known.action);
        let action = known.or(read).unwrap_or_else(|| panic!("{operation} stands in no table"));
        assert!(allowed.contains(action), "{operation} needs {action}, which the policy lacks");
    }
}

#[test]
fn two_runs_exclude_each_other() {
    let account = Account::new("migrate-rest");
    let folder = tempfile::tempdir().unwrap();
    let mut child = spawn(&account, folder.path(), &["--migrate", "--target", "alb", "--apply", "--yes"]);
    wait_for(folder.path(), 8);
    // While it is at work, and when it is gone without a word.
    account.fix().args(["--migrate", "--target", "alb", "--apply", "--yes"]).run().refuses_beside(3, "is locked");
    account.fix().arg("--resume").arg(journal(folder.path())).run().refuses_beside(2, "in use");
    child.kill().unwrap();
    child.wait().unwrap();
    account.fix().args(["--migrate", "--target", "alb", "--apply", "--yes"]).run().refuses_beside(3, "is locked");
    account.fix().arg("--rollback").arg(journal(folder.path())).run().ends(0);
    account.fix().args(["--migrate", "--target", "alb", "--apply", "--yes"]).run().ends(0);
}

#[test]
fn the_old_load_balancer_goes_last() {
    let account = Account::new("migrate-rest");
    let ran = account.fix().args(["--migrate", "--target", "nlb", "--apply", "--yes"]).run().ends(0);
    let migrated = journal(ran.home());
    // Open to the world still: not yet.
    let early = account.fix().arg("--delete-old-alb").arg(&migrated).run().ends(1);
    assert!(early.stdout.contains("still-open"), "{}", early.stdout);
    let closing = ["--only", "close-world-rule", "--apply", "--yes", "--journal", "closing.journal"];
    account.fix().args(closing).run().ends(0);
    account.traffic();
    let shown = account.fix().arg("--delete-old-alb").arg(&migrated).run();
    assert_eq!(shown.code, 0, "{}\n{}", shown.stdout, shown.stderr);
    assert!(shown.stdout.contains("CANNOT be taken back") && shown.stderr.contains("nothing was changed"), "{}", shown.stdout);
    let gone = account.fix().arg("--delete-old-alb").arg(&migrated).args(["--apply", "--yes", "--backup", "backup.json"]).run().ends(0);
    assert!(account.calm() > 10);
    let backup: Value = serde_json::from_str(&text_of(&gone.file("backup.json"))).unwrap();
    assert!(backup.to_string().contains(account.text("load_balancer")));
    let balancers = account.holds()["load_balancers"].to_string();
    assert!(!balancers.contains(account.text("load_balancer")), "{balancers}");
}

#[test]
fn a_fix_in_place_and_back() {
    let account = Account::new("migrate-rest");
    let before = account.holds();
    let listed = account.fix().run();
    assert!(listed.stdout.contains("drop-invalid-headers") && listed.stdout.contains("would break"), "{}", listed.stdout);
    assert_eq!(account.aws.seen()["not_reads"], json!({}), "listing wrote something");
    let ran = account.fix().args(["--only", "drop-invalid-headers,deletion-protection", "--apply", "--yes"]).run().ends(0);
    let attributes = account.holds()["load_balancers"][0]["attributes"].clone();
    assert_eq!(attributes["routing.http.drop_invalid_header_fields.enabled"], "true", "{attributes}");
    account.fix().arg("--rollback").arg(journal(ran.home())).run().ends(0);
    let after = account.holds();
    let value = |of: &Value| of["load_balancers"][0]["attributes"]["deletion_protection.enabled"].as_str().unwrap_or("false").to_owned();
    assert_eq!(value(&before), value(&after));
}

#[test]
fn what_is_no_journal_is_left_alone() {
    let account = Account::new("migrate-rest");
    let home = tempfile::tempdir().unwrap();
    let note = home.path().join("note.txt");
    common::write(&note, "remember the milk\n");
    for how in ["--resume", "--rollback"] {
        account.fix().arg(how).arg(&note).run().refuses(2, "it is no journal");
        assert_eq!(text_of(&note), "remember the milk\n");
    }
    let applied = account.fix().args(["--migrate", "--target", "alb", "--apply", "--yes", "--journal"]).arg(&note).run();
    assert_eq!((applied.code, text_of(&note).as_str()), (2, "remember the milk\n"), "{}", applied.stderr);
    assert_eq!(account.aws.seen()["not_reads"], json!({}));
}
