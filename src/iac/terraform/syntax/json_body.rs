//! The JSON syntax: what its objects mean as blocks and attributes.

use super::json::{Json as Tree, JsonKind};
use super::{Attribute, Block, Body, Expr, Kind, Native, Part, template};
use crate::iac::text::Span;
use crate::iac::value::{Value, Why};

/// Turns JSON into blocks.
pub(super) struct Json<'t> {
    pub file: Option<u32>,
    pub text: &'t str,
}

/// The blocks of a file, and how many labels each kind has.
const LABELS: &[(&str, usize)] = &[
    ("resource", 2),
    ("data", 2),
    ("ephemeral", 2),
    ("variable", 1),
    ("output", 1),
    ("module", 1),
    ("provider", 1),
    ("check", 1),
    ("locals", 0),
    ("terraform", 0),
    ("moved", 0),
    ("import", 0),
    ("removed", 0),
];

/// A file of the JSON syntax.
pub(super) fn file(tree: &Tree, json: &Json<'_>) -> Body {
    let mut body = Body::default();
    for (kind, start, value) in pairs(tree) {
        if let Some((_, labels)) = LABELS.iter().find(|(name, _)| name == kind) {
            json.blocks(kind, *labels, &mut Vec::new(), *start, value, &mut body.blocks);
        } else {
            body.attributes.push(json.attribute(kind, *start, value));
        }
    }
    body
}

/// The pairs of an object, and of every object of a list: the syntax lets either stand for blocks.
pub(crate) fn pairs(tree: &Tree) -> Vec<&(String, usize, Tree)> {
    match &tree.kind {
        // A key of `//` is a comment.
        JsonKind::Object(pairs) => pairs.iter().filter(|(key, ..)| key != "//").collect(),
        JsonKind::List(items) => items.iter().filter(|item| matches!(item.kind, JsonKind::Object(_))).flat_map(pairs).collect(),
        _ => Vec::new(),
    }
}

impl Json<'_> {
    fn span(&self, start: usize, end: usize) -> Option<Span> {
        Some(Span { file: self.file?, start: u32::try_from(start).ok()?, end: u32::try_from(end).ok()? })
    }

    fn blocks(&self, kind: &str, labels: usize, names: &mut Vec<String>, start: usize, tree: &Tree, into: &mut Vec<Block>) {
        if labels > 0 {
            for (name, start, value) in pairs(tree) {
                names.push(name.clone());
                self.blocks(kind, labels - 1, names, *start, value, into);
                names.pop();
            }
            return;
        }
        let several = if let JsonKind::List(items) = &tree.kind { items.as_slice() } else { std::slice::from_ref(tree) };
        for one in several {
            let begin = if several.len() == 1 { start } else { one.span.start };
            // The head is the key that names it.
            let head_end = self.text.get(start..).and_then(|text| text.find(':')).map_or(start, |colon| start + colon);
            let head_end = start + self.text.get(start..head_end).unwrap_or_default().trim_end().len();
            into.push(Block {
                kind: kind.to_owned(),
                labels: names.clone(),
                body: self.body(one),
                head: self.span(start, head_end),
                span: self.span(begin, one.span.end),
            });
        }
    }

    /// The inside of a block. Which objects in it mean nested blocks, only a provider's schema could tell: they are all
    /// attributes here, and look alike once they are evaluated.
    fn body(&self, tree: &Tree) -> Body {
        let mut body = Body::default();
        for (key, start, value) in pairs(tree) {
            if key == "dynamic" {
                self.dynamic(value, &mut body);
            } else if matches!(key.as_str(), "lifecycle" | "provisioner" | "connection" | "validation" | "precondition") {
                body.blocks.push(Block {
                    kind: key.clone(),
                    labels: Vec::new(),
                    body: Body::default(),
                    head: None,
                    span: self.span(*start, value.span.end),
                });
            } else {
                body.attributes.push(self.attribute(key, *start, value));
            }
        }
        body
    }

    fn dynamic(&self, tree: &Tree, body: &mut Body) {
        for (kind, start, value) in pairs(tree) {
            let several = if let JsonKind::List(items) = &value.kind { items.as_slice() } else { std::slice::from_ref(value) };
            for one in several {
                let mut inside = self.body(one);
                if let Some(at) = inside.attributes.iter().position(|attribute| attribute.name == "content") {
                    let attribute = inside.attributes.remove(at);
                    let content = pairs(one).into_iter().find(|(key, ..)| key == "content");
                    let content = content.map(|(.., content)| self.body(content)).unwrap_or_default();
                    inside.blocks.push(Block {
                        kind: "content".to_owned(),
                        labels: Vec::new(),
                        body: content,
                        head: None,
                        span: attribute.span,
                    });
                }
                body.blocks.push(Block {
                    kind: "dynamic".to_owned(),
                    labels: vec![kind.clone()],
                    body: inside,
                    head: None,
                    span: self.span(*start, one.span.end),
                });
            }
        }
    }

    fn attribute(&self, key: &str, start: usize, value: &Tree) -> Attribute {
        Attribute { name: key.to_owned(), value: self.expr(value), span: self.span(start, value.span.end) }
    }

    /// A value: texts are templates, keys too.
    fn expr(&self, tree: &Tree) -> Expr {
        let span = self.span(tree.span.start, tree.span.end);
        let kind = match &tree.kind {
            JsonKind::Null => Kind::Value(Value::Null),
            JsonKind::Bool(value) => Kind::Value(Value::Bool(*value)),
            JsonKind::Number(number) => Kind::Value(Value::Number(*number)),
            JsonKind::Text(text) => text_of(text),
            JsonKind::List(items) => Kind::List(items.iter().map(|item| self.expr(item)).collect()),
            JsonKind::Object(pairs) => {
                let pairs = pairs.iter().map(|(key, start, value)| {
                    (Expr { kind: text_of(key), span: self.span(*start, *start + key.len() + 2) }, self.expr(value))
                });
                Kind::Object(pairs.collect())
            }
        };
        Expr { kind, span }
    }
}

/// A text of JSON as a template; the places of what stands in it are those of the whole text.
fn text_of(text: &str) -> Kind {
    if !text.contains("${") && !text.contains("%{") {
        return Kind::Value(Value::from(text));
    }
    let native = Native::of(None, 0, text);
    match template(text, &native) {
        Ok(parts) if matches!(parts.as_slice(), [Part::Expr(_)]) => template::whole(parts),
        Ok(parts) => Kind::Template(parts),
        Err((_, reason)) => Kind::Unreadable(Why::new(format!("a template in a text does not parse: {reason}"))),
    }
}
