//! Syntax tree to program: names and types are settled when a rule is loaded, so that a typo is an error with a
//! caret and never a Pass.

use std::collections::BTreeSet;
use std::ops::Range;

use super::Scope;
use super::ast::{Fold, Kind, Node};
use super::error::ExprError;
use super::functions::Functions;
use super::ir::{Gather, Ir};
use super::types::Ty;
use crate::rules::rule::Threshold;
use crate::rules::schema::RecordType;
use crate::rules::value::Value;

/// A checked piece of an expression.
pub(super) struct Typed {
    pub ir: Ir,
    pub ty: Ty,
    /// Whether the piece can be absent.
    pub optional: bool,
}

impl Typed {
    pub(super) fn new(ir: Ir, ty: Ty) -> Self {
        Self { ir, ty, optional: false }
    }

    pub(super) fn optional(mut self, optional: bool) -> Self {
        self.optional = optional;
        self
    }

    /// Stands for a piece with an error: it fits everywhere, so that one mistake is reported once.
    pub(super) fn broken() -> Self {
        Self::new(Ir::Const(Value::Absent), Ty::Any)
    }
}

/// Checks one expression, collecting every mistake.
pub(super) struct Checker<'a> {
    pub functions: &'a Functions,
    thresholds: &'a [Threshold],
    /// The variables in scope, the innermost last.
    scope: Vec<(String, Ty)>,
    pub errors: Vec<ExprError>,
    /// The IAM actions behind every field that was selected.
    pub actions: BTreeSet<&'static str>,
}

impl<'a> Checker<'a> {
    pub(super) fn new(scope: Scope<'a>, ty: Ty) -> Self {
        let Scope { variable, functions, thresholds, .. } = scope;
        Self { functions, thresholds, scope: vec![(variable.to_owned(), ty)], errors: Vec::new(), actions: BTreeSet::new() }
    }

    pub(super) fn fail(&mut self, error: ExprError) -> Typed {
        self.errors.push(error);
        Typed::broken()
    }

    pub(super) fn check(&mut self, node: &Node) -> Typed {
        match &node.kind {
            Kind::Null => {
                let error =
                    ExprError::new(node.span.clone(), "null has no place here").help("compare an optional fact with it: `x.fact == null`");
                self.fail(error)
            }
            Kind::Bool(value) => Typed::new(Ir::Const((*value).into()), Ty::Bool),
            Kind::Int(value) => Typed::new(Ir::Const((*value).into()), Ty::Int),
            Kind::Str(value) => Typed::new(Ir::Const(value.as_str().into()), Ty::Str),
            Kind::Ident(name) => self.variable(name, &node.span),
            Kind::List(items) => self.list(items),
            Kind::Select(base, field) => self.select(base, field, &node.anchor),
            Kind::Has(base, field) => {
                let picked = self.select(base, field, &node.anchor);
                Typed::new(Ir::Has(Box::new(picked.ir)), Ty::Bool)
            }
            Kind::Index(base, index) => self.index(base, index),
            Kind::Not(inner) => {
                let inner = self.bool(inner, "`!`");
                Typed::new(Ir::Not(Box::new(inner)), Ty::Bool)
            }
            Kind::Negate(inner) => self.negate(inner),
            Kind::And(left, right) => {
                let (left, right) = (self.bool(left, "`&&`"), self.bool(right, "`&&`"));
                Typed::new(Ir::And(Box::new(left), Box::new(right)), Ty::Bool)
            }
            Kind::Or(left, right) => {
                let (left, right) = (self.bool(left, "`||`"), self.bool(right, "`||`"));
                Typed::new(Ir::Or(Box::new(left), Box::new(right)), Ty::Bool)
            }
            Kind::Cond(parts) => self.cond(parts, node),
            Kind::Binary(op, left, right) => self.binary(*op, left, right, node),
            Kind::Call { name, target, args } => self.call(name, target.as_deref(), args, node),
            Kind::Fold { kind, var, range, body } => self.fold(*kind, var, range, body),
            Kind::Gather { var, range, filter, body } => self.gather(var, range, filter.as_deref(), body.as_deref()),
            Kind::Unsupported(what) => {
                let message = format!("rules cannot use {what}");
                self.fail(ExprError::new(node.span.clone(), message))
            }
        }
    }

    fn variable(&mut self, name: &str, span: &Range<usize>) -> Typed {
        let up = self.scope.iter().rev().position(|(known, _)| known == name);
        if let Some(up) = up {
            let ty = self.scope[self.scope.len() - 1 - up].1.clone();
            return Typed::new(Ir::Var(up), ty);
        }
        if let Some(threshold) = self.thresholds.iter().find(|threshold| threshold.name == name) {
            return Typed::new(Ir::Const(threshold.value.into()), Ty::Int);
        }
        let thresholds = self.thresholds.iter().map(|threshold| threshold.name.clone());
        let known: Vec<String> = self.scope.iter().map(|(name, _)| name.clone()).chain(thresholds).collect();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        let error = ExprError::new(span.clone(), format!("unknown variable `{name}`"));
        self.fail(error.suggest(name, "there is", &known))
    }

    fn list(&mut self, items: &[Node]) -> Typed {
        let mut ty = Ty::Any;
        let mut parts = Vec::new();
        for item in items {
            let part = self.check(item);
            if !ty.meets(&part.ty) {
                let message = format!("a list of {ty} cannot hold a {}", part.ty);
                self.fail(ExprError::new(item.span.clone(), message));
            } else if part.optional {
                let error = ExprError::new(item.span.clone(), "a list cannot hold what may be absent");
                self.fail(error.help("compare with `==` instead, or use a fact that is always there"));
            } else {
                ty = ty.join(part.ty);
            }
            parts.push(part.ir);
        }
        Typed::new(Ir::List(parts), Ty::List(Box::new(ty)))
    }

    fn select(&mut self, base: &Node, field: &str, anchor: &Range<usize>) -> Typed {
        let whole = self.check(base);
        match whole.ty {
            Ty::Any => Typed::broken(),
            Ty::Map(value) => {
                let ir = Ir::Entry(Box::new(whole.ir), field.into());
                Typed::new(ir, *value).optional(true)
            }
            Ty::Record(record) => {
                let Some((place, found)) = record.field(field) else {
                    return self.no_field(record, field, anchor);
                };
                self.actions.extend(found.actions());
                let ir = Ir::Field(Box::new(whole.ir), record, place);
                Typed::new(ir, found.ty.into()).optional(whole.optional || found.optional)
            }
            ty => {
                let message = format!("a {ty} has no fields");
                let mut error = ExprError::new(anchor.clone(), message);
                if let Ty::List(_) = ty {
                    error = error.help(format!("ask about its items: `.exists(item, item.{field} …)`"));
                }
                self.fail(error)
            }
        }
    }

    fn no_field(&mut self, record: &RecordType, field: &str, anchor: &Range<usize>) -> Typed {
        let names: Vec<&str> = record.fields.iter().map(|field| field.name).collect();
        let message = format!("{} has no field `{field}`", record.name);
        let error = ExprError::new(anchor.clone(), message);
        self.fail(error.suggest(field, "its fields", &names))
    }

    fn index(&mut self, base: &Node, index: &Node) -> Typed {
        let whole = self.check(base);
        let place = self.check(index);
        let (item, wanted) = match whole.ty {
            Ty::Any => return Typed::broken(),
            Ty::List(item) => (*item, Ty::Int),
            Ty::Map(value) => (*value, Ty::Str),
            ty => {
                let message = format!("a {ty} has no items");
                return self.fail(ExprError::new(base.span.clone(), message));
            }
        };
        if !wanted.meets(&place.ty) {
            let message = format!("an index here is {wanted}, not {}", place.ty);
            return self.fail(ExprError::new(index.span.clone(), message));
        }
        Typed::new(Ir::Index(Box::new(whole.ir), Box::new(place.ir)), item).optional(true)
    }

    /// A piece that must be true or false.
    pub(super) fn bool(&mut self, node: &Node, role: &str) -> Ir {
        let part = self.check(node);
        if !part.ty.meets(&Ty::Bool) {
            let message = format!("{role} needs a bool, and this is {}", a(&part.ty));
            let mut error = ExprError::new(node.span.clone(), message);
            match part.ty {
                Ty::List(_) => error = error.help("ask `size(…) > 0`, or `.exists(item, …)`"),
                Ty::Str | Ty::Int => error = error.help("compare it: `… == …`"),
                _ => {}
            }
            self.fail(error);
        }
        part.ir
    }

    fn cond(&mut self, parts: &[Node; 3], node: &Node) -> Typed {
        let [cond, yes, no] = parts;
        let cond = self.bool(cond, "`?`");
        let (yes, no) = (self.check(yes), self.check(no));
        if !yes.ty.meets(&no.ty) {
            let message = format!("one side of `?:` is {}, the other {}", a(&yes.ty), a(&no.ty));
            return self.fail(ExprError::new(node.span.clone(), message));
        }
        let optional = yes.optional || no.optional;
        let ir = Ir::Cond(Box::new([cond, yes.ir, no.ir]));
        Typed::new(ir, yes.ty.join(no.ty)).optional(optional)
    }

    /// What a list or a map has items of, when it can be walked.
    fn range(&mut self, node: &Node) -> (Typed, Ty) {
        let range = self.check(node);
        let item = match &range.ty {
            Ty::List(item) => (**item).clone(),
            Ty::Map(_) => Ty::Str,
            Ty::Any => Ty::Any,
            ty => {
                let message = format!("only lists and maps have items, and this is {}", a(ty));
                self.fail(ExprError::new(node.span.clone(), message));
                Ty::Any
            }
        };
        (range, item)
    }

    fn fold(&mut self, kind: Fold, var: &str, range: &Node, body: &Node) -> Typed {
        let (range, item) = self.range(range);
        self.scope.push((var.to_owned(), item));
        let body = self.bool(body, "the condition");
        self.scope.pop();
        Typed::new(Ir::Fold(kind, Box::new(range.ir), Box::new(body)), Ty::Bool)
    }

    fn gather(&mut self, var: &str, range: &Node, filter: Option<&Node>, body: Option<&Node>) -> Typed {
        let (range, item) = self.range(range);
        self.scope.push((var.to_owned(), item.clone()));
        let filter = filter.map(|filter| self.bool(filter, "the condition"));
        let body = body.map(|body| self.check(body));
        self.scope.pop();
        let (body, ty, optional) = match body {
            Some(body) => (Some(body.ir), body.ty, body.optional),
            None => (None, item, false),
        };
        let gather = Gather { range: range.ir, filter, body, optional };
        let ir = Ir::Gather(Box::new(gather));
        Typed::new(ir, Ty::List(Box::new(ty))).optional(range.optional)
    }

    /// A whole record goes into a comparison or a function: every field of it may be read.
    pub(super) fn reads_all(&mut self, record: &'static RecordType) {
        let mut seen = BTreeSet::new();
        let mut rest = vec![record];
        while let Some(record) = rest.pop() {
            if !seen.insert(record.name) {
                continue;
            }
            for field in record.fields {
                self.actions.extend(field.actions());
                rest.extend(Ty::from(field.ty).record());
            }
        }
    }
}

/// The type with its article.
pub(super) fn a(ty: &Ty) -> String {
    match ty {
        Ty::Int => "an int".to_owned(),
        Ty::Any => ty.to_string(),
        ty => format!("a {ty}"),
    }
}
