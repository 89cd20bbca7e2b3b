//! What expressions mean over known, absent and unknown facts.

use super::super::{Truth, Want};
use super::*;

/// T, F, or the missing actions.
fn ask(source: &str, subject: &Value) -> String {
    let program = compile(source, Want::Bool).unwrap_or_else(|e| panic!("{source}: {e:#?}"));
    match program.truth(subject) {
        Truth::True => "T".to_owned(),
        Truth::False => "F".to_owned(),
        Truth::Unknown(unknown) => {
            let actions: Vec<&str> = unknown.gaps().iter().map(|gap| gap.action.as_str()).collect();
            actions.join("+")
        }
    }
}

fn all(subject: &Value, cases: &[(&str, &str)]) {
    for (source, expected) in cases {
        assert_eq!(ask(source, subject), *expected, "{source}");
    }
}

#[test]
fn known_facts() {
    all(
        &known().build(),
        &[
            ("lb.scheme == 'internet-facing' && lb.listeners.exists(l, l.port == 80)", "T"),
            ("lb.listeners.all(l, l.protocol.startsWith('HTTP'))", "T"),
            ("lb.listeners.exists_one(l, l.protocol == 'HTTP')", "T"),
            ("lb.listeners.filter(l, l.port > 80).map(l, l.port) == [443]", "T"),
            ("lb.listeners.map(l, l.certificate) == ['arn:cert']", "T"),
            ("lb.listeners.map(l, l.port > 100, l.port)[0] == 443", "T"),
            ("lb.tags.env == 'prod' && lb.tags['team'] == 'shop' && 'env' in lb.tags", "T"),
            ("lb.tags.exists(key, key == 'env')", "T"),
            ("has(lb.tags.owner) || has(lb.dns)", "F"),
            ("has(lb.idle) && has(lb.first.port)", "T"),
            ("size(lb.zones) == 2 && lb.name.size() == 4 && size(lb.tags) == 2", "T"),
            ("443 in lb.ports && !(22 in lb.ports)", "T"),
            ("lb.name + '-x' == 'shop-x' && lb.azs * 3 - 1 == 5 && 7 % lb.azs == 1", "T"),
            ("lb.name.lowerAscii().matches('^sh.p$')", "T"),
            ("(lb.protected ? 1 : 2) == 2 && -lb.azs == -2", "T"),
            ("lb.listeners.exists(a, lb.listeners.exists(b, a.port < b.port && lb.azs == 2))", "T"),
            ("lb.zones.exists(lb, lb == 'eu-west-1a')", "T"),
        ],
    );
}

#[test]
fn absent_facts() {
    let lb = known().set("idle", Value::Absent).set("first", Value::Absent).build();
    all(
        &lb,
        &[
            ("lb.dns == null && lb.idle == null && null == lb.first", "T"),
            ("lb.dns != null", "F"),
            ("lb.dns == 'x'", "F"),
            ("lb.dns != 'x'", "T"),
            ("lb.dns == lb.tags.owner", "T"),
            ("lb.idle < 60 || lb.idle >= 60 || lb.dns.startsWith('') || lb.dns.matches('')", "F"),
            ("lb.first.port == 80 || lb.first.mutual", "F"),
            ("lb.first == null && lb.first.port == null", "T"),
            ("!lb.first.mutual", "T"),
            ("lb.idle + 1 == null && lb.ports[7] == null && 1 / (lb.azs - 2) == null", "T"),
            ("lb.dns in lb.zones", "F"),
            ("size(lb.dns) == 0 || size(lb.dns) > 0", "F"),
            ("size(lb.dns) != 0", "T"),
            ("(lb.first.mutual ? 'a' : 'b') == 'b'", "T"),
        ],
    );
}

#[test]
fn unknown_facts() {
    let lb = known().set("scheme", unknown("S")).set("protected", unknown("P")).set("tags", unknown("T")).set("idle", unknown("I")).build();
    all(
        &lb,
        &[
            ("lb.scheme == 'internal' && lb.azs == 3", "F"),
            ("lb.azs == 3 && lb.scheme == 'internal'", "F"),
            ("lb.protected || lb.azs == 2", "T"),
            ("lb.protected && lb.scheme == 'internal'", "P+S"),
            ("lb.protected || lb.scheme == 'internal'", "P+S"),
            ("!lb.protected", "P"),
            ("has(lb.idle)", "I"),
            ("has(lb.tags.owner)", "T"),
            ("'env' in lb.tags", "T"),
            ("lb.idle + 1 > 3", "I"),
            ("lb.dns < lb.scheme", "F"),
            ("(lb.protected ? 1 : 1) == 1", "T"),
            ("(lb.protected ? lb.scheme : lb.name) == 'x'", "P+S"),
            ("lb.zones.exists(z, z == lb.scheme)", "S"),
            ("lb.name.startsWith(lb.scheme)", "S"),
        ],
    );
}

#[test]
fn lists_known_in_part() {
    let items = vec![listener(80, "HTTP", None), listener(81, "HTTP", None)];
    let lb = known()
        .set("listeners", Value::partial_list(items, Some(missing("L"))))
        .set("ports", Value::list(vec![80_i64.into(), unknown("P")]))
        .build();
    all(
        &lb,
        &[
            ("lb.listeners.exists(l, l.port == 80)", "T"),
            ("lb.listeners.exists(l, l.port == 443)", "L"),
            ("lb.listeners.all(l, l.port == 80)", "F"),
            ("lb.listeners.all(l, l.port < 90)", "L"),
            ("lb.listeners.exists_one(l, l.protocol == 'HTTP')", "F"),
            ("lb.listeners.exists_one(l, l.port == 80)", "L"),
            ("size(lb.listeners) > 1 && 2 <= size(lb.listeners) && size(lb.listeners) != 0", "T"),
            ("size(lb.listeners) == 1 || size(lb.listeners) < 2", "F"),
            ("size(lb.listeners) == 2", "L"),
            ("size(lb.listeners) + 0 > 1", "L"),
            ("80 in lb.listeners.map(l, l.port)", "T"),
            ("443 in lb.listeners.map(l, l.port)", "L"),
            ("size(lb.listeners.filter(l, l.port == 80)) > 0", "T"),
            ("lb.listeners[0].port == 80", "L"),
            ("lb.listeners == lb.listeners", "L"),
            ("80 in lb.ports", "T"),
            ("81 in lb.ports", "P"),
            ("size(lb.ports) == 2", "T"),
            ("lb.ports[0] == 80", "T"),
            ("size(lb.ports.filter(p, p > 1)) == 2", "P"),
            ("size(lb.ports + [1]) == 3", "T"),
            ("lb.ports == [81, 1]", "F"),
            ("lb.ports == [80, 1]", "P"),
        ],
    );
}

#[test]
fn a_trace_names_the_facts_that_were_read() {
    let program = compile("lb.tags.env == 'prod' && lb.listeners.exists(l, l.port == 443)", Want::Bool);
    let trace = program.unwrap().trace(&known().build());
    let text: Vec<String> = trace.facts().iter().map(|fact| format!("{} = {}", fact.path, fact.value)).collect();
    insta::assert_snapshot!(text.join("\n"), @r"
    lb.tags.env = prod
    lb.listeners = 2 of them
    lb.listeners[0].port = 80
    lb.listeners[1].port = 443
    ");
}

#[test]
fn actions_come_from_the_fields_read() {
    let actions = |source| {
        let program = compile(source, Want::Bool).unwrap();
        program.actions().iter().copied().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(actions("lb.listeners.exists(l, l.port == 1)"), LISTENERS);
    assert_eq!(actions("has(lb.tags.a) || lb.azs == 1"), format!("{BALANCERS} elasticloadbalancing:DescribeTags"));
    assert_eq!(actions("lb.first == null"), LISTENERS);
    assert_eq!(actions("lb.first in lb.listeners"), LISTENERS);
}

#[test]
fn functions_can_be_added() {
    let functions = Functions::new().with(super::super::Function {
        name: "twice",
        method: false,
        params: &[Type::Int],
        result: Type::Int,
        optional: false,
        partial: false,
        doc: "Doubles.",
        apply: |args| match args {
            [Value::Int(n)] => n.saturating_mul(2).into(),
            _ => Value::Absent,
        },
    });
    let scope = Scope { variable: "lb", record: &BALANCER, functions: &functions, thresholds: &[] };
    let truth = |source: &str, lb: &Value| Program::compile(source, scope, Want::Bool).map(|program| program.truth(lb));
    let lb = known().set("azs", unknown("A")).set("idle", Value::Absent).build();
    assert_eq!(truth("twice(3) == 6", &lb), Ok(Truth::True));
    assert_eq!(truth("twice(lb.azs) == 6", &lb), Ok(Truth::Unknown(gap("A").into())));
    assert_eq!(truth("twice(lb.idle) == null", &lb), Ok(Truth::True));
    let errors = truth("twice('3') == 6 || twice(1, 2) == 3", &lb).unwrap_err();
    assert_eq!(errors.len(), 2, "{errors:#?}");
}
