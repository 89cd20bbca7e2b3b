//! What is left of a file that does not parse: its top-level blocks are read one by one, and those that cannot be read are
//! kept by name, so that what they declare is unknown and not absent.

use std::ops::Range;

use hcl_edit::structure::{BlockLabel, Structure};

use super::{Attribute, Block, Body, Expr, Kind, Native};
use crate::iac::value::Why;

/// How many pieces are tried: a file of nothing but errors must not be read over and over.
const PIECES: usize = 10_000;

/// The blocks of a broken file.
pub(super) fn body(text: &str, file: Option<u32>, reason: &str) -> Body {
    let mut read = Body::default();
    for range in pieces(text).into_iter().take(PIECES) {
        let piece = &text[range.clone()];
        let native = Native::of(file, range.start, piece);
        let parsed = super::limits::check(piece).ok().and_then(|()| hcl_edit::parser::parse_body(piece).ok());
        match parsed {
            Some(body) => {
                let mut body = native.body(&body);
                read.attributes.append(&mut body.attributes);
                read.blocks.append(&mut body.blocks);
            }
            None => read.blocks.extend(unreadable(piece, &native, reason)),
        }
    }
    read
}

/// The text from one line that begins with a name to the next.
fn pieces(text: &str) -> Vec<Range<usize>> {
    let mut starts: Vec<usize> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.starts_with(|sign: char| sign.is_ascii_alphabetic()) && line.contains(['{', '=']) {
            starts.push(at);
        }
        at += line.len();
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts.iter().copied().zip(ends).map(|(start, end)| start..end).collect()
}

/// A block of which only the head could be read.
fn unreadable(piece: &str, native: &Native<'_>, reason: &str) -> Option<Block> {
    let head = piece.lines().next()?.split('{').next()?.trim_end();
    let parsed = hcl_edit::parser::parse_body(&format!("{head} {{}}\n")).ok()?;
    let Some(Structure::Block(block)) = parsed.into_iter().next() else { return None };
    let why = Kind::Unreadable(Why::new(reason));
    // A block that is made nobody knows how often: what it declares is not counted, what refers to it is unknown.
    let count = Attribute { name: "count".to_owned(), value: Expr { kind: why, span: None }, span: None };
    let attributes = [count].into_iter().chain(source(piece)).collect();
    Some(Block {
        kind: block.ident.to_string(),
        labels: block.labels.iter().map(BlockLabel::as_str).map(ToOwned::to_owned).collect(),
        body: Body { attributes, blocks: Vec::new() },
        head: native.span(Some(0..head.len())),
        span: native.span(Some(0..piece.trim_end().len())),
    })
}

/// Where a module that could not be read says its code is: so that it is known what nobody can count.
fn source(piece: &str) -> Option<Attribute> {
    let line = piece.lines().map(str::trim).find(|line| line.split('=').next().is_some_and(|name| name.trim() == "source"))?;
    let path = line.split_once('"')?.1.split('"').next()?;
    let value = Expr::literal(crate::iac::value::Value::from(path), None);
    Some(Attribute { name: "source".to_owned(), value, span: None })
}
