//! What a verdict costs: one rule over one load balancer, and a rule over many.
#![expect(clippy::expect_used, reason = "a bench may stop")]

use std::hint::black_box;

use apiaudit::rules::expr::{Functions, Program, Scope, Want};
use apiaudit::rules::schema::{Field, RecordType, Type};
use apiaudit::rules::value::{RecordBuilder, Value};
use criterion::{Criterion, criterion_group, criterion_main};

static INGRESS: RecordType = RecordType {
    name: "ingress",
    doc: "An ingress rule.",
    fields: &[
        Field::required("from_port", Type::Int, "First port.", "ec2:DescribeSecurityGroups"),
        Field::required("cidrs", Type::List(&Type::Str), "Sources.", "ec2:DescribeSecurityGroups"),
    ],
};

static BALANCER: RecordType = RecordType {
    name: "load_balancer",
    doc: "A load balancer.",
    fields: &[
        Field::required("name", Type::Str, "Its name.", "a:B"),
        Field::required("scheme", Type::Str, "Its scheme.", "a:B"),
        Field::required("kind", Type::Str, "Its kind.", "a:B"),
        Field::optional("waf", Type::Str, "Its web ACL.", "a:B"),
        Field::required("ingress", Type::List(&Type::Record(&INGRESS)), "Its rules.", "a:B"),
    ],
};

const CONDITIONS: [(&str, &str); 2] = [
    ("three clauses", "lb.scheme == 'internet-facing' && lb.kind == 'application' && !has(lb.waf)"),
    ("nested lists", "lb.scheme == 'internet-facing' && lb.ingress.exists(i, i.from_port == 443 && '0.0.0.0/0' in i.cidrs)"),
];

fn balancer(n: i64) -> Value {
    let ingress = (0..4_i64).map(|place| {
        RecordBuilder::new(&INGRESS)
            .set("from_port", if place == n % 5 { 443 } else { 80 + place })
            .set("cidrs", vec!["10.0.0.0/8", "0.0.0.0/0"])
            .build()
    });
    RecordBuilder::new(&BALANCER)
        .set("name", format!("lb-{n}"))
        .set("scheme", if n % 2 == 0 { "internet-facing" } else { "internal" })
        .set("kind", "application")
        .set("ingress", Value::list(ingress.collect()))
        .build()
}

fn verdicts(c: &mut Criterion) {
    let functions = Functions::new();
    let scope = Scope { variable: "lb", record: &BALANCER, functions: &functions, thresholds: &[] };
    let balancers: Vec<Value> = (0..100_000).map(balancer).collect();
    for (name, condition) in CONDITIONS {
        let program = Program::compile(condition, scope, Want::Bool).expect("it is right");
        let first = &balancers[0];
        c.bench_function(name, |b| b.iter(|| program.truth(black_box(first))));
        let all = format!("{name}, 100,000 load balancers");
        c.bench_function(&all, |b| {
            b.iter(|| {
                for balancer in &balancers {
                    black_box(program.truth(balancer));
                }
            });
        });
    }
    c.bench_function("compile three clauses", |b| {
        b.iter(|| Program::compile(black_box(CONDITIONS[0].1), scope, Want::Bool));
    });
}

criterion_group!(benches, verdicts);
criterion_main!(benches);
