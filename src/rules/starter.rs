//! A rule to begin with: valid as it stands, with a case for each verdict, and a sentence to replace under every heading.
//!
//! Its conditions and its cases are those of a rule of the pack about the same kind of subject: real ones, which can be changed
//! one step at a time while they go on passing.

use std::fmt::Write as _;

use crate::rules::hint::hints;
use crate::rules::{Rule, RulePack, embedded, facts};

/// What to begin from, for each kind of subject.
struct Start {
    subject: &'static str,
    rule: &'static str,
    /// Names and texts of its cases.
    cases: [(&'static str, &'static str); 4],
}

macro_rules! start {
    ($subject:literal, $rule:literal, [$($case:literal),+]) => {
        Start {
            subject: $subject,
            rule: $rule,
            cases: [$(($case, include_str!(concat!("../../fixtures/rules/", $rule, "/", $case, ".json")))),+],
        }
    };
}

/// A new kind of subject needs a line: a rule about it, and a case of it for each verdict.
static STARTS: &[Start] = &[
    start!(
        "stage",
        "api-without-access-logs",
        ["fail-rest", "pass-f10-all-protocols", "unknown-f2-stages-denied", "not-applicable-nothing-deployed"]
    ),
    start!(
        "route",
        "plaintext-backend",
        ["fail-http-over-the-internet", "pass-https", "unknown-f2-integration-denied", "not-applicable-lambda"]
    ),
    start!(
        "vpc-link",
        "vpc-link-without-nlb",
        [
            "fail-v1-target-gone",
            "pass-v1-to-network-load-balancer",
            "unknown-f2-v1-load-balancers-denied",
            "not-applicable-v2-without-uses"
        ]
    ),
    start!(
        "load-balancer",
        "nlb-without-security-group",
        ["fail-internet-facing", "pass-with-group", "unknown-f2-load-balancers-denied", "not-applicable-application-load-balancer"]
    ),
    start!("listener", "weak-listener-tls", ["fail-tls-1-1", "pass-strong", "unknown-f2-policies-denied", "not-applicable-http-and-tcp"]),
    start!(
        "target-group",
        "no-healthy-target",
        ["fail-all-unhealthy", "pass-one-healthy", "unknown-f2-target-health-denied", "not-applicable-not-behind-an-api"]
    ),
    start!(
        "service",
        "task-with-public-ip",
        ["fail-assigns", "pass-private", "unknown-f2-services-denied", "not-applicable-bridge-network"]
    ),
    start!(
        "certificate",
        "certificate-expiring",
        ["fail-ends-today", "pass-a-year", "unknown-f2-certificates-denied", "not-applicable-nobody-shows-it"]
    ),
    start!(
        "security-group",
        "security-group-opens-high-risk-port",
        ["fail-postgres", "pass-https", "unknown-f2-security-groups-denied", "not-applicable-ssh-alone"]
    ),
    start!(
        "network-acl",
        "network-acl-opens-administration-port",
        ["fail-ssh", "pass-https-only", "unknown-f2-network-acls-denied", "not-applicable-default-acl"]
    ),
    start!(
        "subnet",
        "subnet-assigns-public-addresses",
        ["fail-public-ipv4", "pass-private", "unknown-f2-subnets-denied", "not-applicable-nothing-stands-in-it"]
    ),
    start!("api", "cors-any-origin", ["fail-every-origin", "pass-named-origins", "unknown-f2-cors-denied", "not-applicable-no-cors"]),
    start!(
        "domain-name",
        "mutual-tls-truststore-warnings",
        ["fail-expired-certificate", "pass-no-warnings", "unknown-f2-domain-names-denied", "not-applicable-no-mutual-tls"]
    ),
    start!(
        "task-definition",
        "efs-volume-without-tls",
        ["fail-disabled", "pass-enabled", "unknown-f2-task-definitions-denied", "not-applicable-no-volume"]
    ),
    start!(
        "cluster",
        "cluster-without-container-insights",
        ["fail-off", "pass-enabled", "unknown-f2-settings-denied", "not-applicable-empty"]
    ),
    start!("vpc", "vpc-without-flow-logs", ["fail-none", "pass-all", "unknown-f2-flow-logs-denied", "not-applicable-nothing-stands-in-it"]),
];

/// A file of a rule to begin with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// Its name below the folder of the rules, with `/` between folders.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// The files of a rule to begin with: the rule first, then its cases. Says what to do when there can be none.
pub fn new_rule(id: &str, family: &str, subject: &str) -> Result<Vec<NewFile>, (String, Vec<String>)> {
    let registry = facts::registry();
    let kinds: Vec<&str> = registry.subjects().iter().map(|subject| subject.kind).collect();
    let Some(kind) = registry.get(subject) else {
        return Err((format!("there is no subject `{subject}`"), hints(subject, "the subjects are", &kinds)));
    };
    if family.is_empty() || !family.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
        return Err((format!("`{family}` is no folder for rules"), vec!["use small letters, digits and hyphens".to_owned()]));
    }
    let start = STARTS.iter().find(|start| start.subject == kind.kind);
    let pack = RulePack::load(embedded().into_iter(), &registry).unwrap_or_default();
    let (Some(start), Some(model)) = (start, start.and_then(|start| pack.get(start.rule))) else {
        return Err((format!("there is no rule about a {subject} to begin from"), vec!["please report this".to_owned()]));
    };
    if let Some(ours) = pack.get(id) {
        let help = "give yours another id: it names the bad pattern, such as `listener-on-odd-port`".to_owned();
        return Err((format!("apiaudit has a rule `{}` of its own", ours.id), vec![help]));
    }
    let mut files = vec![NewFile { name: format!("{family}/{id}.toml"), text: rule_file(id, family, model, kind.variable) }];
    files.extend(start.cases.iter().map(|(case, text)| NewFile { name: format!("cases/{id}/{case}.json"), text: (*text).to_owned() }));
    Ok(files)
}

/// The text of the rule: what the model asks, and everything else to be replaced.
fn rule_file(id: &str, family: &str, model: &Rule, variable: &str) -> String {
    let mut text = format!(
        "#:schema ../rule.schema.json\n\
         # Begun from the rule `{}`: its conditions and cases are still those. `apiaudit explain {0}` tells about it.\n\
         # What conditions can ask: `apiaudit rules facts`. How to write them: docs/writing-rules.md.\n\n\
         id = {}\n\
         title = \"Replace this: what is wrong, as a headline\"\n\
         severity = {}\n\
         severity-reason = \"Replace this: why it is as bad as that.\"\n\
         precision = {}\n\
         family = {}\n\
         subject = {}\n\
         since = \"0.1.0\"\n",
        model.id,
        quoted(id),
        quoted(model.severity.as_str()),
        quoted(model.precision.name()),
        quoted(family),
        quoted(model.subject)
    );
    if !model.thresholds.is_empty() {
        let numbers: Vec<String> = model.thresholds.iter().map(|one| format!("{} = {}", one.name, one.default)).collect();
        let _ = writeln!(
            text,
            "# Numbers that the conditions ask by name, and that apiaudit.toml may set.\nthresholds = {{ {} }}",
            numbers.join(", ")
        );
    }
    if let Some(applies) = &model.applies {
        let _ = writeln!(text, "# Which subjects the rule speaks of.\napplies = {}", literal(applies.source()));
    }
    let _ = writeln!(
        text,
        "# What is wrong. What cannot be told from what was read is unknown by itself.\ncondition = {}",
        literal(model.condition.source())
    );
    let _ = writeln!(text, "message = {}\nevidence = [", literal(model.message.source()));
    for evidence in &model.evidence {
        let key = if evidence.key { ", key = true" } else { "" };
        let _ = writeln!(text, "    {{ expr = {}, label = {}{key} }},", quoted(evidence.value.source().trim()), quoted(&evidence.label));
    }
    let _ = write!(
        text,
        "]\n\n[docs]\n\
         what = \"Replace this: what the rule finds, and on what.\"\n\
         why = \"Replace this: why that matters.\"\n\
         attack = \"Replace this: what somebody does with it.\"\n\
         fine = \"Replace this: when it is fine, so that nobody has to argue.\"\n\
         references = [\"https://docs.aws.amazon.com/\"]\n\n\
         [remediation]\n\
         steps = [\"Replace this: what to do first.\", \"Replace this: what to do then.\"]\n\
         console = \"Replace this: where to do it in the AWS console.\"\n\
         # Values are quoted for the shell, wherever they stand.\n\
         cli = '''\n# Replace this: commands that close it, with the finding's own names, such as {{{variable}.{}}}\n'''\n",
        model_name(model)
    );
    text
}

/// A fact of the subject that can be shown: the first one that is text.
fn model_name(model: &Rule) -> &'static str {
    let registry = facts::registry();
    let record = registry.get(model.subject).map(|subject| subject.record);
    let text =
        record.and_then(|record| record.fields.iter().find(|field| matches!(field.ty, crate::rules::schema::Type::Str) && !field.optional));
    text.map_or("arn", |field| field.name)
}

/// The text as TOML, on one line.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// The text as TOML, as it was written where that is possible.
fn literal(text: &str) -> String {
    let text = text.trim();
    if text.contains('\n') && !text.contains("'''") { format!("'''\n{text}\n'''") } else { quoted(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_subject_has_something_to_begin_from() {
        for subject in facts::registry().subjects() {
            let start = STARTS.iter().find(|start| start.subject == subject.kind);
            let start = start.unwrap_or_else(|| {
                panic!(
                    "`rules new --subject {}` has nothing to begin from: add a line to STARTS in src/rules/starter.rs, with a rule about a {} \
                     and one of its cases for each verdict",
                    subject.kind, subject.kind
                )
            });
            let begins = start.cases.map(|(case, _)| case.split('-').next().unwrap());
            assert_eq!(begins, ["fail", "pass", "unknown", "not"], "{}", subject.kind);
        }
    }

    #[test]
    fn what_is_begun_is_a_rule() {
        let registry = facts::registry();
        for subject in registry.subjects() {
            let files = new_rule("our-own", "team", subject.kind).unwrap();
            let loaded = RulePack::load([(files[0].name.clone(), files[0].text.clone())].into_iter(), &registry);
            assert!(loaded.is_ok(), "{}: {:?}", subject.kind, loaded.err());
        }
    }
}
