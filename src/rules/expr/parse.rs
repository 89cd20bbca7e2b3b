//! Text to syntax tree: the only file that knows the `cel` crate.
//!
//! `cel` parses and expands the macros (`has`, `exists`, …); here its tree becomes ours, with exact places.

use std::ops::Range;

use cel::common::ast::{CallExpr, ComprehensionExpr, Expr, IdedExpr, ListExpr, LiteralValue, SourceInfo, operators};
use cel::parser::{ParseError, Parser};

use super::ast::{Fold, Kind, Node, Op};
use super::error::ExprError;

/// The longest expression, in bytes.
pub(crate) const MAX_SOURCE: usize = 4096;
/// How deep brackets may nest.
pub(crate) const MAX_NESTING: usize = 32;
/// How deep the tree may be: `a + b + c + …` nests without brackets.
const MAX_DEPTH: usize = 128;
/// The ANTLR parser behind `cel` is hungry: up to 350 KiB for a trivial expression in a debug build.
const STACK: usize = 16 << 20;
/// More threads than this cost more than they bring.
const THREADS: usize = 8;

/// Runs `work` where the parser has stack enough. Loading a rule pack does this once, not once an expression.
pub(crate) fn with_stack<T: Send>(work: impl FnOnce() -> T + Send) -> Option<T> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("rule-loader".to_owned()).stack_size(STACK);
        thread.spawn_scoped(scope, work).ok()?.join().ok()
    })
}

/// Does `work` on each item where the parser has stack enough, on as many threads as the machine has room for. Answers keep their order.
pub(crate) fn with_stacks<T: Send, R: Send>(items: Vec<T>, work: impl Fn(T) -> R + Sync) -> Option<Vec<R>> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(THREADS);
    let share = items.len().div_ceil(threads).max(1);
    let mut items = items.into_iter().peekable();
    std::thread::scope(|scope| {
        let mut running = Vec::new();
        while items.peek().is_some() {
            let (mine, work): (Vec<T>, _) = (items.by_ref().take(share).collect(), &work);
            let thread = std::thread::Builder::new().name("rule-loader".to_owned()).stack_size(STACK);
            running.push(thread.spawn_scoped(scope, move || mine.into_iter().map(work).collect::<Vec<R>>()).ok()?);
        }
        running.into_iter().map(|thread| thread.join().ok()).collect::<Option<Vec<Vec<R>>>>()
    })
    .map(|parts| parts.into_iter().flatten().collect())
}

/// Parses an expression. Call it inside [`with_stack`].
pub(crate) fn parse(source: &str) -> Result<Node, Vec<ExprError>> {
    if let Some(node) = plain_path(source) {
        return Ok(node);
    }
    limits(source).map_err(|error| vec![error])?;
    let (expr, places) = Parser::new().parse_with_source_info(source).map_err(|errors| {
        let mut errors: Vec<ExprError> = errors.errors.iter().map(|error| syntax_error(source, error)).collect();
        errors.dedup_by(|a, b| a.span == b.span);
        errors
    })?;
    let reader = Reader { source, places: &places };
    reader.node(&expr, 0).map_err(|error| vec![error])
}

/// The place with the brackets that it has one end of: a node does not know those around its outermost parts.
pub(super) fn with_brackets(source: &str, place: &Range<usize>) -> Range<usize> {
    let (mut pairs, mut open) = (Vec::new(), Vec::new());
    let mut outside = Outside::new(source);
    while let Some((at, byte)) = outside.next() {
        match byte {
            b'(' | b'[' | b'{' => open.push(at),
            b')' | b']' | b'}' => pairs.extend(open.pop().map(|start| (start, at))),
            _ => {}
        }
    }
    let mut place = place.clone();
    // Inner pairs close first: one pass takes in what a wider place then cuts through.
    for (start, end) in pairs {
        match (place.contains(&start), place.contains(&end)) {
            (true, false) => place.end = end + 1,
            (false, true) => place.start = start,
            (true, true) | (false, false) => {}
        }
    }
    place
}

fn limits(source: &str) -> Result<(), ExprError> {
    if source.len() > MAX_SOURCE {
        let message = format!("the expression has {} bytes; {MAX_SOURCE} is the limit", source.len());
        return Err(ExprError::new(0..0, message));
    }
    if source.trim().is_empty() {
        return Err(ExprError::new(0..source.len(), "the expression is empty"));
    }
    let mut depth = 0_usize;
    let mut outside = Outside::new(source);
    while let Some((at, byte)) = outside.next() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_NESTING {
            let message = format!("brackets nest deeper than {MAX_NESTING}");
            return Err(ExprError::new(at..at + 1, message));
        }
    }
    Ok(())
}

/// `a.b.c`, which most evidence and placeholders are, without the slow parser.
fn plain_path(source: &str) -> Option<Node> {
    const KEYWORDS: [&str; 4] = ["true", "false", "null", "in"];
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
            && !KEYWORDS.contains(&name)
    };
    let mut node: Option<Node> = None;
    let mut start = 0;
    if source.len() > 256 || source.matches('.').count() > MAX_NESTING {
        return None;
    }
    for name in source.split('.') {
        if !is_name(name) {
            return None;
        }
        let anchor = start..start + name.len();
        let kind = match node.take() {
            None => Kind::Ident(name.to_owned()),
            Some(base) => Kind::Select(Box::new(base), name.to_owned()),
        };
        start = anchor.end + 1;
        node = Some(Node { kind, span: 0..anchor.end, anchor });
    }
    node
}

fn syntax_error(source: &str, error: &ParseError) -> ExprError {
    let at = offset(source, error.pos);
    let end = source[at..].chars().next().map_or(at, |next| at + next.len_utf8());
    let (message, help) = plain_words(&error.msg);
    let error = ExprError::new(at..end, message);
    match help {
        Some(help) => error.help(help),
        None => error,
    }
}

/// ANTLR's message for people. It lists every token that could have stood there: more noise than help.
fn plain_words(message: &str) -> (String, Option<&'static str>) {
    if message == "UNKNOWN" || message.contains("ecursion limit") {
        return ("the expression is nested too deeply".to_owned(), None);
    }
    let text = message.strip_prefix("Syntax error: ").unwrap_or(message);
    if text.starts_with("mismatched input '<EOF>'") {
        return ("the expression ends too early".to_owned(), None);
    }
    if let Some(token) = text.strip_prefix("token recognition error at: '") {
        let token = token.trim_end_matches('\'').trim();
        let help = token.starts_with('=').then_some("to compare, write `==`");
        return (format!("unexpected `{token}`"), help);
    }
    let text = text.split(" expecting ").next().unwrap_or(text);
    (text.replace("'<EOF>'", "the end"), None)
}

/// The byte at a line and column, both counted from one.
fn offset(source: &str, (line, column): (isize, isize)) -> usize {
    let line = usize::try_from(line - 1).unwrap_or(0);
    let column = usize::try_from(column - 1).unwrap_or(0);
    let before: usize = source.split_inclusive('\n').take(line).map(str::len).sum();
    let rest = source[before..].chars().take(column);
    before + rest.map(char::len_utf8).sum::<usize>()
}

/// The bytes of a source that are outside its strings and comments.
struct Outside<'a> {
    bytes: &'a [u8],
    at: usize,
    quote: Option<Quote>,
}

/// An open string: its mark, and whether a backslash in it is just that.
#[derive(Clone, Copy)]
struct Quote {
    mark: u8,
    raw: bool,
}

impl<'a> Outside<'a> {
    fn new(source: &'a str) -> Self {
        Self { bytes: source.as_bytes(), at: 0, quote: None }
    }

    fn next(&mut self) -> Option<(usize, u8)> {
        loop {
            let at = self.at;
            let byte = *self.bytes.get(at)?;
            self.at += 1;
            match (self.quote, byte) {
                (None, b'"' | b'\'') => {
                    let raw = at > 0 && matches!(self.bytes[at - 1], b'r' | b'R');
                    self.quote = Some(Quote { mark: byte, raw });
                }
                (None, b'/') if self.bytes.get(self.at) == Some(&b'/') => self.skip_line(),
                (None, _) => return Some((at, byte)),
                (Some(Quote { raw: false, .. }), b'\\') => self.at += 1,
                (Some(open), _) if open.mark == byte => self.quote = None,
                (Some(_), _) => {}
            }
        }
    }

    /// Goes to the end of a comment.
    fn skip_line(&mut self) {
        while self.bytes.get(self.at).is_some_and(|byte| *byte != b'\n') {
            self.at += 1;
        }
    }
}

/// Reads `cel`'s tree into ours.
struct Reader<'a> {
    source: &'a str,
    places: &'a SourceInfo,
}

impl Reader<'_> {
    fn node(&self, expr: &IdedExpr, depth: usize) -> Result<Node, ExprError> {
        let token = self.token(expr.id);
        if depth > MAX_DEPTH {
            return Err(ExprError::new(token, "the expression is nested too deeply"));
        }
        let depth = depth + 1;
        match &expr.expr {
            Expr::Literal(literal) => Ok(leaf(literal_kind(literal), token)),
            Expr::Ident(name) => Ok(leaf(Kind::Ident(name.clone()), token)),
            Expr::Select(select) => {
                let base = self.node(&select.operand, depth)?;
                let field = select.field.clone();
                Ok(if select.test {
                    self.has(base, field, token.start)
                } else {
                    let anchor = self.name_after(token.end);
                    let span = base.span.start..anchor.end;
                    wide(Kind::Select(Box::new(base), field), span, anchor)
                })
            }
            Expr::Call(call) => self.call(call, token, depth),
            Expr::List(ListExpr { elements, .. }) => {
                let span = token.start..self.closing(token.start);
                let items: Result<Vec<Node>, ExprError> = elements.iter().map(|item| self.node(item, depth)).collect();
                Ok(wide(Kind::List(items?), span, token))
            }
            Expr::Comprehension(comprehension) => self.comprehension(comprehension, token, depth),
            Expr::Map(_) => Ok(leaf(Kind::Unsupported("a map literal"), token)),
            Expr::Struct(_) => Ok(leaf(Kind::Unsupported("a message literal"), token)),
            Expr::Unspecified => Ok(leaf(Kind::Unsupported("an empty expression"), token)),
        }
    }

    /// The token of a node.
    fn token(&self, id: u64) -> Range<usize> {
        let (start, stop) = self.places.offset_for(id).unwrap_or_default();
        let end = (stop as usize + 1).min(self.source.len());
        (start as usize).min(end)..end
    }

    /// The name after a dot.
    fn name_after(&self, dot_end: usize) -> Range<usize> {
        let rest = self.source.get(dot_end..).unwrap_or_default();
        let start = dot_end + (rest.len() - rest.trim_start().len());
        let name = rest.trim_start();
        let length = name.find(|c| !is_name_char(c)).unwrap_or(name.len());
        start..start + length
    }

    /// The name before a bracket.
    fn name_before(&self, open: usize) -> Range<usize> {
        let before = self.source.get(..open).unwrap_or_default().trim_end();
        let start = before.rfind(|c| !is_name_char(c)).map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
        start..before.len()
    }

    /// The byte after the bracket that closes the one at `open`.
    fn closing(&self, open: usize) -> usize {
        let mut depth = 0_usize;
        let rest = self.source.get(open..).unwrap_or_default();
        let mut outside = Outside::new(rest);
        while let Some((at, byte)) = outside.next() {
            match byte {
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                return open + at + 1;
            }
        }
        self.source.len()
    }

    /// `has(base.field)`: the macro keeps no place for the field, which is the last name before the bracket closes.
    fn has(&self, base: Node, field: String, open: usize) -> Node {
        let end = self.closing(open);
        let anchor = self.name_before(end.saturating_sub(1));
        let span = self.name_before(open).start..end;
        wide(Kind::Has(Box::new(base), field), span, anchor)
    }

    fn call(&self, call: &CallExpr, token: Range<usize>, depth: usize) -> Result<Node, ExprError> {
        let target = match &call.target {
            Some(target) => Some(self.node(target, depth)?),
            None => None,
        };
        let args: Result<Vec<Node>, ExprError> = call.args.iter().map(|arg| self.node(arg, depth)).collect();
        let args = args?;
        if target.is_none() && !call.func_name.starts_with(|c: char| c.is_alphabetic()) {
            return Ok(self.operator(&call.func_name, args, token));
        }
        let anchor = self.name_before(token.start);
        let start = target.as_ref().map_or(anchor.start, |target| target.span.start);
        let span = start..self.closing(token.start);
        let kind = Kind::Call { name: call.func_name.clone(), target: target.map(Box::new), args };
        Ok(wide(kind, span, anchor))
    }

    fn operator(&self, name: &str, args: Vec<Node>, token: Range<usize>) -> Node {
        let start = args.first().map_or(token.start, |arg| arg.span.start);
        let end = args.last().map_or(token.end, |arg| arg.span.end);
        let span = start.min(token.start)..end.max(token.end);
        let mut operands = args.into_iter().map(Box::new);
        let kind = match (name, operands.next(), operands.next(), operands.next()) {
            (operators::LOGICAL_NOT, Some(a), None, None) => Kind::Not(a),
            (operators::NEGATE, Some(a), None, None) => Kind::Negate(a),
            (operators::LOGICAL_AND, Some(a), Some(b), None) => Kind::And(a, b),
            (operators::LOGICAL_OR, Some(a), Some(b), None) => Kind::Or(a, b),
            (operators::CONDITIONAL, Some(a), Some(b), Some(c)) => Kind::Cond(Box::new([*a, *b, *c])),
            (operators::INDEX, Some(a), Some(b), None) => {
                let span = a.span.start..self.closing(token.start);
                return wide(Kind::Index(a, b), span, token);
            }
            (_, Some(a), Some(b), None) => match binary(name) {
                Some(op) => Kind::Binary(op, a, b),
                None => Kind::Unsupported("this operator"),
            },
            _ => Kind::Unsupported("this operator"),
        };
        wide(kind, span, token)
    }

    fn comprehension(&self, comprehension: &ComprehensionExpr, token: Range<usize>, depth: usize) -> Result<Node, ExprError> {
        let range = Box::new(self.node(&comprehension.iter_range, depth)?);
        let span = range.span.start..self.closing(token.start);
        let anchor = self.name_before(token.start);
        let var = comprehension.iter_var.clone();
        let kind = match macro_of(comprehension) {
            Some(Macro::Fold(kind, body)) => Kind::Fold { kind, var, range, body: Box::new(self.node(body, depth)?) },
            Some(Macro::Gather(filter, body)) => {
                let keeps = matches!(&body.expr, Expr::Ident(name) if *name == var);
                let part = |expr: &IdedExpr| self.node(expr, depth).map(Box::new);
                Kind::Gather { filter: filter.map(part).transpose()?, body: if keeps { None } else { Some(part(body)?) }, var, range }
            }
            None => Kind::Unsupported("this macro"),
        };
        Ok(wide(kind, span, anchor))
    }
}

fn is_name_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

fn leaf(kind: Kind, span: Range<usize>) -> Node {
    wide(kind, span.clone(), span)
}

fn wide(kind: Kind, span: Range<usize>, anchor: Range<usize>) -> Node {
    Node { kind, span, anchor }
}

fn literal_kind(literal: &LiteralValue) -> Kind {
    match literal {
        LiteralValue::Boolean(value) => Kind::Bool(*value.inner()),
        LiteralValue::Int(value) => Kind::Int(*value.inner()),
        LiteralValue::String(value) => Kind::Str(value.inner().to_owned()),
        LiteralValue::Null => Kind::Null,
        LiteralValue::Double(_) => Kind::Unsupported("a number with a fraction"),
        LiteralValue::UInt(_) => Kind::Unsupported("an unsigned number"),
        LiteralValue::Bytes(_) => Kind::Unsupported("a bytes literal"),
    }
}

fn binary(name: &str) -> Option<Op> {
    Some(match name {
        operators::EQUALS => Op::Equal,
        operators::NOT_EQUALS => Op::NotEqual,
        operators::LESS => Op::Less,
        operators::LESS_EQUALS => Op::LessOrEqual,
        operators::GREATER => Op::Greater,
        operators::GREATER_EQUALS => Op::GreaterOrEqual,
        operators::ADD => Op::Add,
        operators::SUBSTRACT => Op::Subtract,
        operators::MULTIPLY => Op::Multiply,
        operators::DIVIDE => Op::Divide,
        operators::MODULO => Op::Remainder,
        operators::IN => Op::In,
        _ => return None,
    })
}

/// What a comprehension was before it was expanded.
enum Macro<'a> {
    Fold(Fold, &'a IdedExpr),
    Gather(Option<&'a IdedExpr>, &'a IdedExpr),
}

fn macro_of(comprehension: &ComprehensionExpr) -> Option<Macro<'_>> {
    let Expr::Call(step) = &comprehension.loop_step.expr else {
        return None;
    };
    let args = step.args.as_slice();
    let starts_empty = matches!(&comprehension.accu_init.expr, Expr::List(_));
    match (step.func_name.as_str(), args) {
        (operators::LOGICAL_OR, [_, body]) => Some(Macro::Fold(Fold::Exists, body)),
        (operators::LOGICAL_AND, [_, body]) => Some(Macro::Fold(Fold::All, body)),
        (operators::ADD, _) => Some(Macro::Gather(None, gathered(&comprehension.loop_step)?)),
        (operators::CONDITIONAL, [filter, step, _]) if starts_empty => Some(Macro::Gather(Some(filter), gathered(step)?)),
        (operators::CONDITIONAL, [body, _, _]) => Some(Macro::Fold(Fold::ExistsOne, body)),
        _ => None,
    }
}

/// The `x` of `@result + [x]`.
fn gathered(step: &IdedExpr) -> Option<&IdedExpr> {
    let Expr::Call(add) = &step.expr else {
        return None;
    };
    match &add.args.get(1)?.expr {
        Expr::List(list) => list.elements.first(),
        _ => None,
    }
}
