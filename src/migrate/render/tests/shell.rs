//! Plans as scripts: what bash takes, and what it does where AWS is only played.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use super::{plan, plans, written};
use crate::migrate::plan::Plan;
use crate::migrate::render::script;
use crate::report::text::is_hidden;

/// What stands for everything outside: each call is written down, and answers as if all went well.
const STAGE: &str = r#"
log=$PWD/log
sleep() { SECONDS=$((SECONDS + $1)); }
curl() { printf 'curl %s\n' "$*" >> "$log"; printf 'body\n200'; }
apiaudit() { printf 'apiaudit %s\n' "$*" >> "$log"; }
must_be() { printf 'must_be %s\n' "$1" >> "$log"; }
wait_for() { printf 'wait_for %s\n' "$1" >> "$log"; [[ $1 != "${fails:-}" ]]; }
aws() {
    { printf 'aws'; printf ' %q' "$@"; printf '\n'; } >> "$log"
    [[ "$1 $2" != "${fails:-}" ]] || return 1
    case "$1 $2" in
        'configure export-credentials') echo 'export AWS_ACCESS_KEY_ID=a AWS_SECRET_ACCESS_KEY=b' ;;
        'apigateway test-invoke-method') printf 'body\n200' ;;
        'ecs describe-services') echo '{}' ;;
        'apigateway get-vpc-link' | 'apigatewayv2 get-vpc-link') return 1 ;;
        'ec2 describe-network-interfaces') echo '10.0.0.4 10.0.1.5' ;;
        *) echo "$2" ;;
    esac
}
"#;

pub(super) fn text(plan: &Plan) -> String {
    written(|out| script(plan, out))
}

/// Gives bash a text.
#[track_caller]
pub(super) fn bash(options: &[&str], folder: &std::path::Path, text: &str) -> Output {
    let mut child = Command::new("bash")
        .args(options)
        .current_dir(folder)
        .env_remove("BASH_ENV")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // One that stops early reads no more.
    let _ = child.stdin.take().unwrap().write_all(text.as_bytes());
    child.wait_with_output().unwrap()
}

pub(super) struct Ran {
    pub(super) code: i32,
    pub(super) said: String,
    pub(super) printed: String,
    pub(super) calls: Vec<String>,
    pub(super) folder: tempfile::TempDir,
}

/// Runs a plan's script on a stage, where one call fails or none does.
pub(super) fn run(plan: &Plan, fails: &str) -> Ran {
    let text = text(plan);
    let (functions, rest) = text.split_once("export AWS_DEFAULT_REGION=").unwrap();
    play(&format!("{functions}{STAGE}fails='{fails}'\nexport AWS_DEFAULT_REGION={rest}"))
}

fn play(text: &str) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    let output = bash(&["-s"], folder.path(), text);
    let log = Command::new("cat").arg(folder.path().join("log")).output().unwrap().stdout;
    let calls = String::from_utf8(log).unwrap().lines().map(str::to_owned).collect();
    let of = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code().unwrap_or(-1), said: of(output.stderr), printed: of(output.stdout), calls, folder }
}

#[track_caller]
fn in_order(calls: &[String], wanted: &[&str]) {
    let mut rest = calls.iter();
    for wanted in wanted {
        assert!(rest.any(|call| call.contains(wanted)), "no {wanted:?} in its place in {calls:#?}");
    }
}

#[test]
fn bash_takes_the_script_of_every_plan() {
    let folder = tempfile::tempdir().unwrap();
    for (name, plan) in plans() {
        let text = text(plan);
        let output = bash(&["-n"], folder.path(), &text);
        assert!(output.status.success(), "{name}: {}\n{text}", String::from_utf8_lossy(&output.stderr));
        assert!(!text.lines().any(|line| line.contains(is_hidden)), "{name}");
    }
}

#[test]
fn the_script_of_every_plan_runs_to_its_end() {
    for (name, plan) in plans() {
        let ran = run(plan, "");
        assert_eq!(ran.code, 0, "{name}: {}\n{:#?}", ran.said, ran.calls);
    }
}

#[test]
fn what_is_printed_at_the_end_takes_everything_back() {
    let ran = run(&plan("nlb"), "");
    let (_, by_hand) = ran.printed.split_once("this takes it back:\n").unwrap();
    // A shell of its own, which knows nothing but what was printed.
    let back = play(&format!("set -euo pipefail\n{}\n{by_hand}", STAGE.replace("fails:-", "nothing:-")));
    assert_eq!(back.code, 0, "{}\n{by_hand}", back.said);
    in_order(
        &back.calls,
        &[
            "authorize-security-group-ingress",
            "update-stage",
            "delete-deployment",
            "update-integration",
            "delete-vpc-link --vpc-link-id create-vpc-link",
            "update-service",
            "delete-listener --listener-arn create-listener",
            "delete-target-group",
            "delete-load-balancer --load-balancer-arn create-load-balancer",
            "delete-security-group",
        ],
    );
}

/// A call for a call: whatever fails, what was made is deleted, and what was set is set back.
#[test]
fn what_fails_is_taken_back() {
    for fails in ["the VPC link", "the load balancer", "apigateway create-deployment", "elbv2 create-listener", "apigateway update-stage"] {
        let ran = run(&plan("nlb"), fails);
        assert_eq!(ran.code, 5, "{fails}: {}\n{:#?}", ran.said, ran.calls);
        assert!(ran.said.contains("everything is as it was before"), "{fails}: {}", ran.said);
        for (made, deleted) in [
            ("create-security-group", "delete-security-group"),
            ("create-load-balancer", "delete-load-balancer"),
            ("create-target-group", "delete-target-group"),
            ("create-vpc-link", "delete-vpc-link"),
        ] {
            let count = |what: &str| ran.calls.iter().filter(|call| call.split(' ').nth(2) == Some(what)).count();
            assert_eq!(count(made), count(deleted), "{fails}: {made}\n{:#?}", ran.calls);
        }
    }
}

#[test]
fn a_rollback_that_fails_says_what_is_left() {
    let mut plan = plan("nlb");
    plan.steps.truncate(4);
    let text = text(&plan).replace("\nfinished=yes", "\nfails='ec2 delete-security-group'\nfalse\nfinished=yes");
    let (functions, rest) = text.split_once("export AWS_DEFAULT_REGION=").unwrap();
    let ran = play(&format!("{functions}{STAGE}\nexport AWS_DEFAULT_REGION={rest}"));
    assert_eq!(ran.code, 6, "{}", ran.said);
    let (_, left) = ran.said.split_once("what is left").unwrap();
    assert!(left.contains("declare -- s_nlb_group=\"create-security-group\"") && left.contains("persist 900"), "{left}");
}

#[test]
fn what_is_gone_for_good_is_not_taken_back() {
    let ran = run(&plan("farewell"), "elbv2 delete-load-balancer");
    assert_eq!(ran.code, 1, "{}", ran.said);
    assert!(ran.said.contains("nothing that can be taken back"), "{}", ran.said);
    assert!(!ran.calls.iter().any(|call| call.contains("authorize")), "{:#?}", ran.calls);
}

#[test]
fn tls_listeners_always_name_their_policy() {
    for (name, plan) in plans() {
        for line in text(plan).lines().filter(|line| line.contains("create-listener") && line.contains("--protocol TLS")) {
            assert!(line.contains("--ssl-policy "), "{name}: {line}");
        }
    }
}

#[test]
fn script_nlb() {
    insta::assert_snapshot!(text(&plan("nlb")));
}

#[test]
fn script_http() {
    insta::assert_snapshot!(body("http"));
}

#[test]
fn script_nlb_alb_v1() {
    insta::assert_snapshot!(body("nlb_alb_v1"));
}

#[test]
fn script_farewell() {
    insta::assert_snapshot!(body("farewell"));
}

#[test]
fn script_fixes() {
    insta::assert_snapshot!(body("fixes"));
}

#[test]
fn script_second_service() {
    insta::assert_snapshot!(body("second_service"));
}

#[test]
fn script_canary() {
    insta::assert_snapshot!(body("canary"));
}

/// What comes after the functions, which are the same in all.
fn body(name: &str) -> String {
    let text = text(&plan(name));
    text[text.find("export AWS_DEFAULT_REGION=").unwrap()..].to_owned()
}
