//! Templates: their parts, and what strip markers take away.

use hcl_edit::template::{Directive, Element};

use super::{Kind, Native, Part, TemplateFor};
use crate::iac::value::Value;

/// Reads the text of a template.
pub(crate) fn template(text: &str, native: &Native<'_>) -> Result<Vec<Part>, (usize, String)> {
    super::limits::check(text)?;
    let parsed = hcl_edit::parser::parse_template(text);
    let parsed = parsed.map_err(|error| (error.location().offset(), error.message().to_owned()))?;
    Ok(parts(native, parsed.iter()))
}

/// A quoted text of parts: what is only one interpolation keeps the kind of its value.
pub(super) fn whole(mut parts: Vec<Part>) -> Kind {
    match parts.as_mut_slice() {
        [] => Kind::Value(Value::from("")),
        [Part::Text(text)] => Kind::Value(Value::from(std::mem::take(text))),
        [Part::Expr(_)] => match parts.pop() {
            Some(Part::Expr(expr)) => expr.kind,
            _ => Kind::Template(parts),
        },
        _ => Kind::Template(parts),
    }
}

/// The parts of a template.
pub(super) fn parts<'e>(native: &Native<'_>, elements: impl Iterator<Item = &'e Element>) -> Vec<Part> {
    let mut line = Line { parts: Vec::new(), strip: false };
    for element in elements {
        match element {
            Element::Literal(text) => line.text(text),
            Element::Interpolation(inner) => {
                line.cut(inner.strip.strip_start());
                line.parts.push(Part::Expr(native.expr(&inner.expr)));
                line.strip = inner.strip.strip_end();
            }
            Element::Directive(directive) => line.directive(native, directive),
        }
    }
    line.parts
}

/// Parts in the making.
struct Line {
    parts: Vec<Part>,
    /// Whether the text to come loses the space it begins with.
    strip: bool,
}

impl Line {
    fn text(&mut self, text: &str) {
        let text = if std::mem::take(&mut self.strip) { without_space_before(text) } else { text };
        self.parts.push(Part::Text(text.to_owned()));
    }

    /// Takes the space away that the last text ends with.
    fn cut(&mut self, really: bool) {
        if really {
            cut_end(&mut self.parts);
        }
    }

    fn directive(&mut self, native: &Native<'_>, directive: &Directive) {
        match directive {
            Directive::If(choice) => {
                self.cut(choice.if_expr.strip.strip_start());
                let end = choice.endif_expr.strip;
                let other = choice.else_expr.as_ref().map(|other| other.strip);
                let yes =
                    inner(native, choice.if_expr.template.iter(), choice.if_expr.strip.strip_end(), other.unwrap_or(end).strip_start());
                let no = choice
                    .else_expr
                    .as_ref()
                    .map_or_else(Vec::new, |other| inner(native, other.template.iter(), other.strip.strip_end(), end.strip_start()));
                self.parts.push(Part::If(Box::new((native.expr(&choice.if_expr.cond_expr), yes, no))));
                self.strip = end.strip_end();
            }
            Directive::For(each) => {
                self.cut(each.for_expr.strip.strip_start());
                let end = each.endfor_expr.strip;
                self.parts.push(Part::For(Box::new(TemplateFor {
                    key: each.for_expr.key_var.as_ref().map(ToString::to_string),
                    value: each.for_expr.value_var.to_string(),
                    over: native.expr(&each.for_expr.collection_expr),
                    parts: inner(native, each.for_expr.template.iter(), each.for_expr.strip.strip_end(), end.strip_start()),
                })));
                self.strip = end.strip_end();
            }
        }
    }
}

fn inner<'e>(native: &Native<'_>, elements: impl Iterator<Item = &'e Element>, first: bool, last: bool) -> Vec<Part> {
    let mut parts = parts(native, elements);
    if first && let Some(Part::Text(text)) = parts.first_mut() {
        *text = without_space_before(text).to_owned();
    }
    if last {
        cut_end(&mut parts);
    }
    parts
}

/// A strip marker takes the rest of its line, its end with it, and no more.
fn without_space_before(text: &str) -> &str {
    let line = text.find('\n').map_or(text.len(), |end| end + 1);
    let space = text[..line].len() - text[..line].trim_start().len();
    &text[space..]
}

/// Before it, a strip marker takes the beginning of its own line; the end of the line above when it begins its own.
fn cut_end(parts: &mut [Part]) {
    if let Some(Part::Text(text)) = parts.last_mut() {
        let inside = text.strip_suffix('\n').unwrap_or(text);
        let line = if inside.len() == text.len() { text.rfind('\n') } else { inside.rfind('\n') }.map_or(0, |end| end + 1);
        let kept = line + text[line..].trim_end().len();
        text.truncate(kept);
    }
}
