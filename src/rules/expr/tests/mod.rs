//! Tests of the expression engine, over a small invented account.

mod against_cel;
mod errors;
pub(crate) mod properties;
mod semantics;

use super::{ExprError, Functions, Program, Scope, Want};
use crate::inventory::{Cause, Gap};
use crate::rules::schema::{Field, RecordType, Type};
use crate::rules::value::{RecordBuilder, Unknown, Value};

const LISTENERS: &str = "elasticloadbalancing:DescribeListeners";
const BALANCERS: &str = "elasticloadbalancing:DescribeLoadBalancers";

pub(crate) static LISTENER: RecordType = RecordType {
    name: "listener",
    doc: "A port on which a load balancer answers.",
    fields: &[
        Field::required("port", Type::Int, "The port.", LISTENERS),
        Field::required("protocol", Type::Str, "HTTP, HTTPS, …", LISTENERS),
        Field::optional("certificate", Type::Str, "The default certificate.", LISTENERS),
        Field::optional("mutual", Type::Bool, "Whether clients show a certificate.", LISTENERS),
    ],
};

pub(crate) static BALANCER: RecordType = RecordType {
    name: "load_balancer",
    doc: "A load balancer.",
    fields: &[
        Field::required("name", Type::Str, "Its name.", BALANCERS),
        Field::required("arn", Type::Str, "Its ARN.", BALANCERS),
        Field::required("scheme", Type::Str, "internal or internet-facing.", BALANCERS),
        Field::required("azs", Type::Int, "How many zones it is in.", BALANCERS),
        Field::required("protected", Type::Bool, "Whether it refuses deletion.", "elasticloadbalancing:DescribeLoadBalancerAttributes"),
        Field::optional("idle", Type::Int, "Idle timeout in seconds.", "elasticloadbalancing:DescribeLoadBalancerAttributes"),
        Field::optional("dns", Type::Str, "Its DNS name.", BALANCERS),
        Field::required("zones", Type::List(&Type::Str), "The zones it is in.", BALANCERS),
        Field::required("ports", Type::List(&Type::Int), "Its ports.", LISTENERS),
        Field::required("tags", Type::Map(&Type::Str), "Its tags.", "elasticloadbalancing:DescribeTags"),
        Field::required("listeners", Type::List(&Type::Record(&LISTENER)), "Its listeners.", LISTENERS),
        Field::optional("first", Type::Record(&LISTENER), "Its first listener.", LISTENERS),
    ],
};

pub(crate) fn gap(action: &str) -> Gap {
    Gap { region: "eu-west-1".to_owned(), ..Gap::new(action, Cause::Denied) }
}

fn unknown(action: &str) -> Value {
    gap(action).into()
}

fn missing(action: &str) -> Unknown {
    gap(action).into()
}

pub(crate) fn listener(port: i64, protocol: &str, certificate: Option<&str>) -> Value {
    RecordBuilder::new(&LISTENER).set("port", port).set("protocol", protocol).set("certificate", certificate).build()
}

/// A load balancer with everything known.
pub(crate) fn known() -> RecordBuilder {
    let http = listener(80, "HTTP", None);
    let https = listener(443, "HTTPS", Some("arn:cert"));
    RecordBuilder::new(&BALANCER)
        .set("name", "shop")
        .set("arn", "arn:aws:lb/shop")
        .set("scheme", "internet-facing")
        .set("azs", 2_i64)
        .set("protected", false)
        .set("idle", 60_i64)
        .set("zones", vec!["eu-west-1a", "eu-west-1b"])
        .set("ports", vec![80_i64, 443])
        .set("tags", [("team", "shop"), ("env", "prod")].into_iter().collect::<Value>())
        .set("listeners", Value::list(vec![http.clone(), https]))
        .set("first", http)
}

pub(crate) fn compile(source: &str, want: Want) -> Result<Program, Vec<ExprError>> {
    let functions = Functions::new();
    let scope = Scope { variable: "lb", record: &BALANCER, functions: &functions, thresholds: &[] };
    Program::compile(source, scope, want)
}
