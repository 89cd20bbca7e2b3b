//! Rules of a team's own, and what can be said of a finding, through the program itself.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a test may stop, and reads what the program wrote"
)]

mod common;

use std::path::Path;

use apiaudit::rules::facts;
use serde_json::Value;
use tempfile::TempDir;

use common::program::{Apiaudit, Ran};
use common::{bytes_of, repository, text_of, write};

fn run_in(folder: &Path, args: &[&str]) -> Ran {
    let folder = folder.to_str().unwrap();
    let args: Vec<String> = args.iter().map(|arg| arg.replace("DIR", &format!("{folder}/rules"))).collect();
    args.iter().fold(Apiaudit::new(), Apiaudit::arg).run()
}

#[test]
fn a_new_rule_passes_its_cases_whatever_it_judges() {
    let folder = TempDir::new().unwrap();
    for subject in facts::registry().subjects() {
        let id = format!("our-own-{}", subject.kind);
        let ran = run_in(folder.path(), &["rules", "new", &id, "--subject", subject.kind, "--dir", "DIR"]).ends(0);
        assert_eq!(ran.stdout.matches("wrote ").count(), if ran.stdout.contains("rule.schema.json") { 6 } else { 5 }, "{}", ran.stdout);
        let text = text_of(&folder.path().join(format!("rules/team/{id}.toml")));
        assert!(text.starts_with("#:schema ../rule.schema.json\n"), "{text}");
    }
    let count = facts::registry().subjects().len();
    let checked = run_in(folder.path(), &["rules", "check", "DIR"]).ends(0);
    assert_eq!(checked.stdout, format!("{count} rules are well-formed\n"));
    let tested = run_in(folder.path(), &["rules", "test", "DIR"]).ends(0);
    assert_eq!(tested.stdout, format!("{} passed, 0 failed\n", 4 * count));
    // The schema for editors takes what was written.
    let schema: Value = serde_json::from_slice(&bytes_of(&folder.path().join("rules/rule.schema.json"))).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let rule: toml::Value = toml::from_str(&text_of(&folder.path().join("rules/team/our-own-listener.toml"))).unwrap();
    let rule = serde_json::to_value(rule).unwrap();
    assert!(schema.is_valid(&rule), "{:?}", schema.iter_errors(&rule).map(|error| error.to_string()).collect::<Vec<_>>());
}

#[test]
fn a_new_rule_takes_nobodys_place() {
    let folder = TempDir::new().unwrap();
    run_in(folder.path(), &["rules", "new", "our-own", "--dir", "DIR"]).ends(0);
    let before = text_of(&folder.path().join("rules/team/our-own.toml"));
    run_in(folder.path(), &["rules", "new", "our-own", "--subject", "stage", "--dir", "DIR"]).refuses(2, "is there already");
    assert_eq!(text_of(&folder.path().join("rules/team/our-own.toml")), before);
    run_in(folder.path(), &["rules", "new", "unauthenticated-route", "--dir", "DIR"])
        .refuses(2, "apiaudit has a rule `unauthenticated-route`");
    run_in(folder.path(), &["rules", "new", "Our Own", "--dir", "DIR"]).refuses(2, "`Our Own` is no rule id");
    run_in(folder.path(), &["rules", "new", "other", "--family", "../up", "--dir", "DIR"]).refuses(2, "`../up` is no folder for rules");
    let ran = run_in(folder.path(), &["rules", "new", "other", "--subject", "listner", "--dir", "DIR"]).refuses(2, "no subject `listner`");
    assert!(ran.stderr.contains("did you mean `listener`?"), "{}", ran.stderr);
    assert!(!folder.path().join("rules/team/Our Own.toml").exists() && !folder.path().join("rules/up").exists());
}

#[test]
fn every_name_that_is_taken_is_told() {
    let folder = TempDir::new().unwrap();
    for id in ["unauthenticated-route", "failed-vpc-link"] {
        let family = if id == "failed-vpc-link" { "path" } else { "api" };
        let rule = text_of(&repository(&format!("rules/{family}/{id}.toml")));
        write(&folder.path().join(format!("rules/own/{id}.toml")), &rule.replace(&format!("family = \"{family}\""), "family = \"own\""));
    }
    let ran = run_in(folder.path(), &["rules", "check", "DIR"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    for id in ["unauthenticated-route", "failed-vpc-link"] {
        assert!(ran.stderr.contains(&format!("apiaudit has a rule `{id}` of its own")), "{}", ran.stderr);
    }
}

#[test]
fn every_case_that_fails_is_told() {
    let folder = TempDir::new().unwrap();
    run_in(folder.path(), &["rules", "new", "our-own", "--subject", "stage", "--dir", "DIR"]).ends(0);
    let cases = folder.path().join("rules/cases/our-own");
    let fail = text_of(&cases.join("fail-rest.json"));
    write(&cases.join("pass-wrong.json"), &fail);
    write(&cases.join("strange.json"), &fail);
    let ran = run_in(folder.path(), &["rules", "test", "DIR"]).ends(1);
    assert!(ran.stdout.contains("FAILED our-own pass-wrong: expected pass, got 1 fail"), "{}", ran.stdout);
    assert!(ran.stdout.contains("FAILED our-own strange: the name does not begin with fail"), "{}", ran.stdout);
    assert!(ran.stdout.ends_with("4 passed, 2 failed\n"), "{}", ran.stdout);
    // A file that is no inventory does not hide the others; it is a mistake of another kind.
    write(&cases.join("unknown-broken.json"), "{");
    let ran = run_in(folder.path(), &["rules", "test", "DIR", "--format", "json"]).ends(2);
    let told = ran.json();
    assert_eq!((&told["passed"], &told["failed"]), (&4.into(), &3.into()), "{told:#}");
    assert!(told["cases"].as_array().unwrap().iter().any(|case| case["case"] == "unknown-broken" && case["passed"] == false));
    run_in(folder.path(), &["rules", "new", "lonely", "--dir", "DIR"]).ends(0);
    std::fs::remove_dir_all(folder.path().join("rules/cases/lonely")).unwrap();
    let ran = run_in(folder.path(), &["rules", "test", "DIR"]).ends(2);
    assert!(ran.stdout.contains("FAILED lonely: there are no cases in"), "{}", ran.stdout);
}

#[test]
fn an_id_of_another_form_is_shown_in_its_place() {
    let folder = TempDir::new().unwrap();
    run_in(folder.path(), &["rules", "new", "our-own", "--dir", "DIR"]).ends(0);
    let file = folder.path().join("rules/team/our-own.toml");
    write(&file, &format!("{}\n[mappings]\nsecurity-hub = [\"ELB.4\", \"elb-4\"]\nnist-800-53 = [\"SC-7 (4)\"]\n", text_of(&file)));
    let ran = run_in(folder.path(), &["rules", "check", "DIR"]);
    assert_eq!(ran.code, 2);
    for words in
        ["`elb-4` is no id of security-hub", "they look like ELB.4 or APIGateway.11", "`SC-7 (4)` is no id of nist-800-53", "^^^^^^^"]
    {
        assert!(ran.stderr.contains(words), "{}", ran.stderr);
    }
}

fn explain(what: &str, inventory: &str) -> Apiaudit {
    Apiaudit::new().arg("explain").arg(what).arg("--inventory").arg(repository(inventory))
}

const BEFORE: &str = "fixtures/inventories/article-before.json";

fn report() -> Value {
    Apiaudit::new().args(["scan", "--format", "json", "--fail-on", "none", "--inventory"]).arg(repository(BEFORE)).run().ends(0).json()
}

#[test]
fn a_finding_is_explained_by_its_fingerprint() {
    let report = report();
    for found in report["findings"].as_array().unwrap().iter().take(6) {
        let text = |name: &str| found[name].as_str().unwrap();
        let told = explain(&text("fingerprint")[..12], BEFORE).run().ends(0).stdout;
        assert!(told.starts_with(&format!("fail: {} on ", text("rule"))), "{told}");
        for words in
            [text("message"), text("fingerprint"), found["subject"]["id"].as_str().unwrap(), "Is it wrong? yes, so it fails", "How to fix"]
        {
            assert!(told.contains(words), "{words} is lacking: {told}");
        }
    }
    insta::assert_snapshot!("explain_fail", explain("http-listener-forwards@9d5e2c7b14f8a036", BEFORE).run().ends(0).stdout);
}

#[test]
fn a_pass_and_what_is_not_judged_are_explained_too() {
    let pass = "fixtures/rules/weak-listener-tls/pass-strong.json";
    insta::assert_snapshot!("explain_pass", explain("weak-listener-tls@listener", pass).run().ends(0).stdout);
    let apart = "fixtures/rules/nlb-without-security-group/not-applicable-application-load-balancer.json";
    let told = explain("nlb-without-security-group@load balancer", apart).run().ends(0).stdout;
    assert!(told.starts_with("not-applicable: ") && told.contains("Does the rule speak of it? no"), "{told}");
}

#[test]
fn what_is_missing_is_named() {
    let unknown = "fixtures/rules/weak-listener-tls/unknown-f2-policies-denied.json";
    let told = explain("weak-listener-tls@listener", unknown).run().ends(0).stdout;
    insta::assert_snapshot!("explain_unknown", told);
    let json = explain("weak-listener-tls@listener", unknown).args(["--format", "json"]).run().ends(0).json();
    assert_eq!(json["verdict"], "unknown");
    assert_eq!(json["missing"][0]["action"], "elasticloadbalancing:DescribeSSLPolicies");
    assert_eq!(json["condition"]["answer"], "unknown");
    // A list that could not be read at all has no facts to ask about.
    let told =
        explain("weak-listener-tls@unread", "fixtures/rules/weak-listener-tls/unknown-f2-load-balancers-denied.json").run().ends(0).stdout;
    assert!(told.contains("Its facts could not be read") && told.contains("elasticloadbalancing:DescribeLoadBalancers"), "{told}");
}

#[test]
fn a_finding_of_a_report_is_told_without_its_facts() {
    let report = report();
    let folder = TempDir::new().unwrap();
    write(&folder.path().join("report.json"), &report.to_string());
    let found = &report["findings"][0];
    let explain = |what: &str| Apiaudit::new().arg("explain").arg(what).arg("--report").arg(folder.path().join("report.json"));
    let told = explain(found["fingerprint"].as_str().unwrap()).run().ends(0).stdout;
    assert!(told.contains(found["message"].as_str().unwrap()) && told.contains("A report does not hold the facts"), "{told}");
    let json = explain(found["fingerprint"].as_str().unwrap()).args(["--format", "json"]).run().ends(0).json();
    assert_eq!(&json["reported"], found);
    explain("0123456789ab").run().refuses(2, "holds no such finding");
    explain("integration-not-private@orders-api").run().refuses(2, "may be meant; say which");
    write(&folder.path().join("report.json"), "{}");
    explain("0123456789ab").run().refuses(2, "is no JSON report of apiaudit");
}

#[test]
fn what_is_not_there_or_not_clear_gets_hints() {
    explain("0123456789ab", BEFORE).run().refuses(2, "no verdict's fingerprint begins with 0123456789ab");
    explain("weak-listener-tls@nothing", BEFORE).run().refuses(2, "there is no listener `nothing`");
    let ran = explain("integration-not-private@orders-api", BEFORE).run().refuses(2, "say which");
    assert!(ran.stderr.contains("integration-not-private@arn:aws:apigateway"), "{}", ran.stderr);
    let ran = explain("weak-listner-tls@x", BEFORE).run().refuses(2, "there is no rule `weak-listner-tls`");
    assert!(ran.stderr.contains("did you mean `weak-listener-tls`?"), "{}", ran.stderr);
}

#[test]
fn a_check_of_another_catalogue_is_told() {
    let told = |what: &str| Apiaudit::new().arg("explain").arg(what).run().ends(0).stdout;
    assert!(told("ELB.1").contains("judged by http-listener-forwards"));
    assert!(told("ELB.2").contains("left out: Classic Load Balancers"));
    assert!(told("apigateway_restapi_public").contains("folded into unauthenticated-route: "));
    assert!(told("de7f5e83").contains("KICS de7f5e83"));
}

/// A code block of a page: the words after its fence, and its text.
fn blocks(page: &str) -> Vec<(Vec<&str>, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(Vec<&str>, String)> = None;
    for line in page.lines() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(words), None) => open = Some((words.split(' ').collect(), String::new())),
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (None, Some((_, text))) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block is not closed");
    blocks
}

/// Every code block of the guide does what the guide says, in its order: files are written, commands run, expressions compiled.
#[test]
fn the_guide_is_true() {
    let folder = TempDir::new().unwrap();
    let page = text_of(&repository("docs/writing-rules.md"));
    let mut said = String::new();
    let mut model = String::new();
    for (words, text) in blocks(&page) {
        let value = |name: &str| words.iter().find_map(|word| word.strip_prefix(name)?.strip_prefix('='));
        match words[0] {
            "toml" if value("file").is_some() => {
                write(&folder.path().join(value("file").unwrap()), &text);
                model = text;
            }
            "toml" => assert_loads(&model, &text),
            "json" => {
                apiaudit::inventory::snapshot::read(&text).unwrap();
                write(&folder.path().join(value("file").unwrap()), &text);
            }
            "cel" => text.lines().for_each(|line| compiles(value("subject").unwrap(), line)),
            "sh" => said = shell(folder.path(), &text),
            "text" => text.lines().for_each(|line| assert!(said.contains(line), "{line:?} was not said:\n{said}")),
            "yaml" => {
                assert!(saphyr::LoadableYamlNode::load_from_str(&text).map(|documents: Vec<saphyr::Yaml<'_>>| documents.len()) == Ok(1));
            }
            other => panic!("a block of {other} is not checked"),
        }
    }
}

fn compiles(subject: &str, source: &str) {
    use apiaudit::rules::expr::{Program, Scope, Want};
    let registry = facts::registry();
    let subject = registry.get(subject).unwrap();
    let scope = Scope { variable: subject.variable, record: subject.record, functions: registry.functions(), thresholds: &[] };
    Program::compile(source, scope, Want::Bool).unwrap_or_else(|errors| panic!("{source}: {errors:?}"));
}

/// A part of a rule is one: the model loads with it in place of its own.
fn assert_loads(model: &str, part: &str) {
    let mut rule: toml::Table = toml::from_str(model).unwrap();
    rule.extend(toml::from_str::<toml::Table>(part).unwrap());
    let file = [("edge/listener-on-odd-port.toml".to_owned(), toml::to_string(&rule).unwrap())];
    let loaded = apiaudit::rules::RulePack::load(file.into_iter(), &facts::registry());
    loaded.map_err(|errors| errors.iter().map(|error| error.render(false, 120)).collect::<Vec<_>>().join("\n")).unwrap();
}

/// Runs commands in a folder, with the program at hand, and says what they said.
fn shell(folder: &Path, script: &str) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_apiaudit")).parent().unwrap().to_str().unwrap();
    let path = format!("{program}:{}", std::env::var("PATH").unwrap());
    let mut command = std::process::Command::new("sh");
    let run = command.args(["-euc", script]).current_dir(folder).env_clear().env("PATH", path).env("HOME", folder).output().unwrap();
    let said = String::from_utf8([run.stdout, run.stderr].concat()).unwrap();
    assert!(run.status.success(), "{script}\n{said}");
    said
}

/// The table of the guide about absent facts says what is so.
#[test]
fn the_guide_is_true_about_absent_facts() {
    use apiaudit::rules::expr::{Program, Scope, Truth, Want};
    use apiaudit::rules::schema::{Field, RecordType, Type};
    use apiaudit::rules::value::RecordBuilder;
    static RECORD: RecordType =
        RecordType { name: "load_balancer", doc: "", fields: &[Field::optional("web_acl", Type::Str, "Its web ACL.", "a:B")] };
    let registry = facts::registry();
    let scope = Scope { variable: "load_balancer", record: &RECORD, functions: registry.functions(), thresholds: &[] };
    let page = text_of(&repository("docs/writing-rules.md"));
    let rows: Vec<(&str, &str)> = page
        .lines()
        .filter_map(|line| {
            let (source, answer) = line.strip_prefix("| `")?.split_once("` | ")?;
            source.contains("web_acl").then(|| (source, answer.trim_end_matches([' ', '|'])))
        })
        .collect();
    assert_eq!(rows.len(), 5, "{rows:?}");
    let absent = RecordBuilder::new(&RECORD).build();
    for (source, answer) in rows {
        let truth = Program::compile(source, scope, Want::Bool).unwrap().truth(&absent);
        assert_eq!(truth, Truth::from(answer == "true"), "{source}");
    }
}
