//! The native syntax, from the tree of `hcl-edit`.

use std::ops::Range;

use hcl_edit::Span as _;
use hcl_edit::expr::{BinaryOperator, Expression, ForExpr, ObjectKey, TraversalOperator, UnaryOperator};
use hcl_edit::structure::{Block as HclBlock, Body as HclBody, Structure};

use super::twice::Keys;
use super::{Attribute, Block, Body, Expr, For, Kind, Operator, Step, template};
use crate::iac::text::Span;
use crate::iac::value::Value;

/// Turns trees of `hcl-edit` into ours.
pub(crate) struct Native<'t> {
    /// The number of the file; none for code outside the repository.
    pub file: Option<u32>,
    /// Where in the file the text begins.
    pub base: usize,
    /// The text.
    pub text: &'t str,
    /// Keys that were written over, by where they begin.
    pub keys: Keys,
}

impl<'t> Native<'t> {
    /// For a text as it stands.
    pub(crate) fn of(file: Option<u32>, base: usize, text: &'t str) -> Self {
        Self { file, base, text, keys: Keys::new() }
    }
}

impl Native<'_> {
    /// A place in the file.
    pub(crate) fn span(&self, range: Option<Range<usize>>) -> Option<Span> {
        let range = range?;
        let start = u32::try_from(self.base + range.start).ok()?;
        let end = u32::try_from(self.base + range.end).ok()?;
        Some(Span { file: self.file?, start, end })
    }

    /// The inside of a block or of a file.
    pub(crate) fn body(&self, body: &HclBody) -> Body {
        let mut read = Body::default();
        for structure in body {
            match structure {
                Structure::Attribute(attribute) => {
                    let value = self.expr(&attribute.value);
                    read.attributes.push(Attribute { name: attribute.key.to_string(), value, span: self.span(attribute.span()) });
                }
                Structure::Block(block) => read.blocks.push(self.block(block)),
            }
        }
        read
    }

    fn block(&self, block: &HclBlock) -> Block {
        let span = block.span();
        let head = span.as_ref().map(|span| span.start..span.start + self.head(span));
        Block {
            kind: block.ident.to_string(),
            labels: block.labels.iter().map(|label| label.as_str().to_owned()).collect(),
            body: self.body(&block.body),
            head: self.span(head),
            span: self.span(span),
        }
    }

    /// How long what stands before the brace of a block is.
    fn head(&self, span: &Range<usize>) -> usize {
        let text = self.text.get(span.clone()).unwrap_or_default();
        let mut quoted = false;
        let brace = text.bytes().position(|byte| {
            quoted ^= byte == b'"';
            byte == b'{' && !quoted
        });
        text[..brace.unwrap_or(text.len())].trim_end().len()
    }

    /// An expression.
    pub(crate) fn expr(&self, expr: &Expression) -> Expr {
        let kind = match expr {
            Expression::Null(_) => Kind::Value(Value::Null),
            Expression::Bool(value) => Kind::Value(Value::Bool(*value.value())),
            Expression::Number(number) => Kind::Value(Value::Number(number.value().as_f64().unwrap_or(f64::NAN))),
            Expression::String(text) => Kind::Value(Value::from(text.as_str())),
            Expression::Array(items) => Kind::List(items.iter().map(|item| self.expr(item)).collect()),
            Expression::Object(object) => {
                Kind::Object(object.iter().map(|(key, value)| (self.key(key), self.expr(value.expr()))).collect())
            }
            Expression::StringTemplate(text) => template::whole(template::parts(self, text.iter())),
            Expression::HeredocTemplate(heredoc) => Kind::Template(template::parts(self, heredoc.template.iter())),
            Expression::Parenthesis(inner) => return self.expr(inner.inner()),
            Expression::Variable(name) => Kind::Name(name.to_string()),
            Expression::Conditional(choice) => {
                Kind::Choice(Box::new((self.expr(&choice.cond_expr), self.expr(&choice.true_expr), self.expr(&choice.false_expr))))
            }
            Expression::FuncCall(call) => {
                let mut name: String = call.name.namespace.iter().fold(String::new(), |name, part| name + part + "::");
                name.push_str(&call.name.name);
                Kind::Call(name, call.args.iter().map(|item| self.expr(item)).collect(), call.args.expand_final())
            }
            Expression::Traversal(path) => {
                let steps = path.operators.iter().map(|operator| self.step(operator.value())).collect();
                Kind::Path(Box::new(self.expr(&path.expr)), steps)
            }
            Expression::UnaryOp(unary) => match unary.operator.value() {
                UnaryOperator::Not => Kind::Not(Box::new(self.expr(&unary.expr))),
                UnaryOperator::Neg => Kind::Minus(Box::new(self.expr(&unary.expr))),
            },
            Expression::BinaryOp(binary) => {
                let operator = operator(*binary.operator.value());
                Kind::Binary(Box::new((operator, self.expr(&binary.lhs_expr), self.expr(&binary.rhs_expr))))
            }
            Expression::ForExpr(each) => Kind::For(Box::new(self.each(each))),
        };
        Expr { kind, span: self.span(expr.span()) }
    }

    fn key(&self, key: &ObjectKey) -> Expr {
        if let Some(name) = self.written_over(key) {
            let span = if let ObjectKey::Ident(name) = key { name.span() } else { None };
            return Expr::literal(Value::from(name), self.span(span));
        }
        match key {
            // A bare name is the key itself; in parentheses it is a reference.
            ObjectKey::Ident(name) | ObjectKey::Expression(Expression::Variable(name)) => {
                Expr::literal(Value::from(name.as_str()), self.span(name.span()))
            }
            ObjectKey::Expression(expr) => self.expr(expr),
        }
    }

    /// The name of a key that was written over.
    fn written_over(&self, key: &ObjectKey) -> Option<&str> {
        if self.keys.is_empty() {
            return None;
        }
        let start = match key {
            ObjectKey::Ident(name) | ObjectKey::Expression(Expression::Variable(name)) => name.span()?.start,
            ObjectKey::Expression(Expression::String(text)) => text.span()?.start + 1,
            ObjectKey::Expression(_) => return None,
        };
        self.keys.get(&start).map(String::as_str)
    }

    fn step(&self, operator: &TraversalOperator) -> Step {
        match operator {
            TraversalOperator::AttrSplat(_) => Step::Splat { full: false },
            TraversalOperator::FullSplat(_) => Step::Splat { full: true },
            TraversalOperator::GetAttr(name) => Step::Attribute(name.to_string()),
            TraversalOperator::Index(expr) => Step::Index(self.expr(expr)),
            #[expect(clippy::cast_precision_loss, reason = "indices are small")]
            TraversalOperator::LegacyIndex(index) => Step::Index(Expr::literal(Value::Number(*index.value() as f64), None)),
        }
    }

    fn each(&self, each: &ForExpr) -> For {
        For {
            key: each.intro.key_var.as_ref().map(ToString::to_string),
            value: each.intro.value_var.to_string(),
            over: self.expr(&each.intro.collection_expr),
            make_key: each.key_expr.as_ref().map(|key| self.expr(key)),
            make: self.expr(&each.value_expr),
            group: each.grouping,
            when: each.cond.as_ref().map(|when| self.expr(&when.expr)),
        }
    }
}

fn operator(operator: BinaryOperator) -> Operator {
    match operator {
        BinaryOperator::Eq => Operator::Equal,
        BinaryOperator::NotEq => Operator::NotEqual,
        BinaryOperator::LessEq => Operator::LessOrEqual,
        BinaryOperator::GreaterEq => Operator::GreaterOrEqual,
        BinaryOperator::Less => Operator::Less,
        BinaryOperator::Greater => Operator::Greater,
        BinaryOperator::Plus => Operator::Plus,
        BinaryOperator::Minus => Operator::Minus,
        BinaryOperator::Mul => Operator::Times,
        BinaryOperator::Div => Operator::Divide,
        BinaryOperator::Mod => Operator::Remainder,
        BinaryOperator::And => Operator::And,
        BinaryOperator::Or => Operator::Or,
    }
}
