//! What can be concluded from the references of an expression, when the expression itself is not at hand.
//!
//! `subnet_id` with the one reference `aws_subnet.a.id` is that reference. `uri` with the one reference
//! `aws_lb.x.dns_name` is something around it: nobody can tell.

use crate::iac::terraform::syntax::{Expr, Kind, Native, Part};
use crate::iac::value::{Node, Value, Why};

/// What could not be concluded.
pub(super) fn unreadable(why: Why) -> Expr {
    Expr { kind: Kind::Unreadable(why), span: None }
}

/// The expression of an attribute, as far as its references give it away.
pub(super) fn expression(node: &Node, name: &str, kind: &str) -> Expr {
    if let Value::Map(map) = &node.value
        && let Some(constant) = map.get("constant_value")
    {
        return Expr::literal(constant.value.clone(), None);
    }
    let texts = node.get("references").texts().unwrap_or_default();
    let deepest: Vec<&String> = texts.iter().filter(|text| !texts.iter().any(|other| leads_on(other, text))).collect();
    let parsed: Option<Vec<Expr>> = deepest.iter().map(|text| path(text)).collect();
    let parsed = parsed.filter(|parsed| !parsed.is_empty());
    match parsed {
        Some(mut parsed) if is_list(name) => {
            let list = Expr { kind: Kind::List(std::mem::take(&mut parsed)), span: None };
            Expr { kind: Kind::Call("flatten".to_owned(), vec![list], false), span: None }
        }
        Some(mut parsed) if parsed.len() == 1 && (is_one(name) || is_listener(name, deepest[0])) => {
            parsed.pop().unwrap_or_else(|| because(&deepest))
        }
        // API Gateway takes no other form for the target of a route.
        Some(mut parsed) if parsed.len() == 1 && name == "target" && kind == "aws_apigatewayv2_route" => {
            let parts = [Some(Part::Text("integrations/".to_owned())), parsed.pop().map(Part::Expr)];
            Expr { kind: Kind::Template(parts.into_iter().flatten().collect()), span: None }
        }
        _ => because(&deepest),
    }
}

fn because(references: &[&String]) -> Expr {
    let what = references.first().map_or_else(|| "an expression".to_owned(), |reference| format!("what is made of {reference}"));
    unreadable(Why::new(format!("{what} is not in the plan: read it with its code beside it")))
}

/// Whether one reference is another one and more: lists of references name `a.b.c` and `a.b`.
fn leads_on(longer: &str, text: &str) -> bool {
    longer.len() > text.len() && longer.strip_prefix(text).is_some_and(|rest| rest.starts_with(['.', '[']))
}

/// A reference that names an identity of something, as an expression.
fn path(text: &str) -> Option<Expr> {
    let last = text.rsplit('.').next()?;
    let of_value = text.starts_with("var.") || text.starts_with("module.");
    let fits = last == "id" || last == "arn" || of_value;
    if !fits || text.starts_with("each.") || text.starts_with("local.") || text.len() > 1_000 {
        return None;
    }
    let parsed = hcl_edit::parser::parse_expr(text).ok()?;
    Some(Native::of(None, 0, text).expr(&parsed))
}

/// Attributes that hold one identity and nothing around it.
fn is_one(name: &str) -> bool {
    ["_id", "_arn"].iter().any(|end| name.ends_with(end)) || matches!(name, "id" | "arn" | "cluster" | "task_definition")
}

/// An integration of a VPC link with the listener, or the service, that it leads to.
fn is_listener(name: &str, reference: &str) -> bool {
    let leads = ["aws_lb_listener.", "aws_alb_listener.", "aws_service_discovery_service."];
    name == "integration_uri" && leads.iter().any(|kind| reference.contains(kind))
}

/// Attributes that hold a list of identities.
fn is_list(name: &str) -> bool {
    ["_ids", "_arns"].iter().any(|end| name.ends_with(end)) || matches!(name, "subnets" | "security_groups")
}
