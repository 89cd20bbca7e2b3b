//! Text with `{CEL}` in it; `{{` and `}}` stand for the braces themselves.

use crate::rules::expr::{ExprError, Program, Scope, Want};
use crate::rules::value::Value;

/// Text with placeholders, checked.
#[derive(Debug, Clone)]
pub struct Template {
    source: String,
    parts: Vec<Part>,
}

#[derive(Debug, Clone)]
enum Part {
    Text(String),
    Value(Program, Quote),
}

/// What the text is for, which decides how values are written into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// For a person.
    Message,
    /// For a shell: names come from an AWS account, and nobody wants to run what somebody wrote into a name.
    Shell,
}

/// Where in a shell command a value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quote {
    /// Not in a shell command.
    None,
    /// Outside quotes: it gets its own when it needs them.
    Bare,
    /// Between single quotes.
    Single,
    /// Between double quotes.
    Double,
    /// In a comment.
    Comment,
}

impl Template {
    /// Reads and checks a template. Call it where the parser has stack enough.
    pub(crate) fn compile_here(source: &str, scope: Scope<'_>, purpose: Purpose) -> Result<Self, Vec<ExprError>> {
        let mut reader = Reader {
            source,
            scope,
            quote: match purpose {
                Purpose::Message => Quote::None,
                Purpose::Shell => Quote::Bare,
            },
            text: String::new(),
            parts: Vec::new(),
            errors: Vec::new(),
        };
        reader.read();
        if reader.errors.is_empty() { Ok(Self { source: source.to_owned(), parts: reader.parts }) } else { Err(reader.errors) }
    }

    /// The text as it was written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The text for a subject.
    pub fn fill(&self, subject: &Value) -> String {
        let parts = self.parts.iter().map(|part| match part {
            Part::Text(text) => text.clone(),
            Part::Value(program, quote) => write(&program.value(subject), *quote),
        });
        parts.collect()
    }

    /// The expressions of the placeholders.
    pub(crate) fn programs(&self) -> impl Iterator<Item = &Program> {
        self.parts.iter().filter_map(|part| match part {
            Part::Text(_) => None,
            Part::Value(program, _) => Some(program),
        })
    }
}

struct Reader<'a> {
    source: &'a str,
    scope: Scope<'a>,
    quote: Quote,
    text: String,
    parts: Vec<Part>,
    errors: Vec<ExprError>,
}

impl Reader<'_> {
    fn read(&mut self) {
        let mut at = 0;
        let mut before = '\n';
        while let Some(c) = self.source[at..].chars().next() {
            let rest = &self.source[at..];
            if rest.starts_with("{{") || rest.starts_with("}}") {
                self.text.push(c);
                at += 2;
            } else if c == '{' {
                at = self.placeholder(at);
            } else if c == '}' {
                let error = ExprError::new(at..at + 1, "a `}` that closes nothing");
                self.errors.push(error.help("write `}}` for a brace"));
                at += 1;
            } else {
                self.text.push(c);
                at += c.len_utf8();
                if c == '\\' && matches!(self.quote, Quote::Bare | Quote::Double) {
                    let escaped = self.source[at..].chars().next();
                    self.text.extend(escaped);
                    at += escaped.map_or(0, char::len_utf8);
                }
                self.quote = self.quote.after(before, c);
            }
            before = c;
        }
        self.flush();
    }

    fn flush(&mut self) {
        if !self.text.is_empty() {
            self.parts.push(Part::Text(std::mem::take(&mut self.text)));
        }
    }

    /// Reads the placeholder that opens at `open`, and says where the text goes on.
    fn placeholder(&mut self, open: usize) -> usize {
        let start = open + 1;
        let Some(length) = closing(&self.source[start..]) else {
            let error = ExprError::new(open..start, "a `{` that is never closed");
            self.errors.push(error.help("write `{{` for a brace"));
            return self.source.len();
        };
        let end = start + length;
        match Program::compile_here(&self.source[start..end], self.scope, Want::Shown) {
            Ok(program) => {
                self.flush();
                self.parts.push(Part::Value(program, self.quote));
            }
            Err(errors) => self.errors.extend(errors.into_iter().map(|mut error| {
                error.span = error.span.start + start..error.span.end + start;
                error
            })),
        }
        end + 1
    }
}

/// Where the first `}` outside a string is.
fn closing(rest: &str) -> Option<usize> {
    let mut quote = None;
    let mut escaped = false;
    for (at, byte) in rest.bytes().enumerate() {
        match (quote, byte) {
            _ if escaped => escaped = false,
            (Some(_), b'\\') => escaped = true,
            (Some(open), _) if open == byte => quote = None,
            (None, b'\'' | b'"') => quote = Some(byte),
            (None, b'}') => return Some(at),
            _ => {}
        }
    }
    None
}

impl Quote {
    /// The state of the shell after one more character.
    fn after(self, before: char, c: char) -> Self {
        match (self, c) {
            (Self::Bare, '\'') => Self::Single,
            (Self::Bare, '"') => Self::Double,
            (Self::Bare, '#') if before.is_whitespace() => Self::Comment,
            (Self::Single, '\'') | (Self::Double, '"') | (Self::Comment, '\n') => Self::Bare,
            (state, _) => state,
        }
    }
}

fn write(value: &Value, quote: Quote) -> String {
    // A command names what is known; that there may be more, the evidence says.
    if let (Quote::Bare, Value::List(list)) = (quote, value)
        && !list.items().is_empty()
    {
        let words = list.items().iter().map(|item| write(item, quote));
        return words.collect::<Vec<_>>().join(" ");
    }
    let text = value.render();
    match quote {
        Quote::None => brief(value).unwrap_or(text),
        Quote::Bare if text.bytes().all(is_plain) && !text.is_empty() => text,
        Quote::Bare => format!("'{}'", text.replace('\'', r"'\''")),
        Quote::Single => text.replace('\'', r"'\''"),
        Quote::Double => {
            let escape = |c| match c {
                '"' | '\\' | '$' | '`' => vec!['\\', c],
                c => vec![c],
            };
            text.chars().flat_map(escape).collect()
        }
        Quote::Comment => text.replace(['\n', '\r'], " "),
    }
}

/// How many items of a long list a message names.
const NAMED: usize = 5;

/// A long list of texts, as a message has it: the first of them and how many more there are. The evidence has them all.
fn brief(value: &Value) -> Option<String> {
    let Value::List(list) = value else { return None };
    let all_texts = list.items().iter().all(|item| matches!(item, Value::Str(_)));
    // It takes two to be worth counting.
    let more = list.items().len().checked_sub(NAMED).filter(|more| *more > 1 && all_texts && list.missing().is_none())?;
    let named: Vec<String> = list.items().iter().take(NAMED).map(Value::render).collect();
    Some(format!("{} and {more} more", named.join(", ")))
}

/// Bytes that mean nothing to a shell.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_-./:@%+=,".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::expr::tests::{BALANCER, gap, known};
    use crate::rules::expr::{Functions, with_stack};

    fn compile(source: &str, purpose: Purpose) -> Result<Template, Vec<ExprError>> {
        let functions = Functions::new();
        let scope = Scope { variable: "lb", record: &BALANCER, functions: &functions, thresholds: &[] };
        with_stack(|| Template::compile_here(source, scope, purpose)).unwrap()
    }

    fn fill(source: &str, name: &str, purpose: Purpose) -> String {
        let lb = known().set("name", name).set("tags", Value::from(gap("T"))).build();
        compile(source, purpose).unwrap().fill(&lb)
    }

    #[test]
    fn fills_in_values() {
        let fill = |source| fill(source, "shop", Purpose::Message);
        assert_eq!(fill("{lb.name} has {size(lb.zones)} zones: {lb.zones}"), "shop has 2 zones: eu-west-1a, eu-west-1b");
        assert_eq!(fill("{{{lb.azs}}} {lb.dns} {lb.tags.env}"), "{2} none unknown (T)");
        assert_eq!(fill("{lb.name == '}' ? 'a' : \"{b\"}é"), "{bé");
    }

    #[test]
    fn long_lists_are_cut_in_messages_alone() {
        let zones = |count: i64| Value::list((1..=count).map(|number| format!("z{number}").into()).collect());
        let fill = |count, purpose| compile("{lb.zones}", purpose).unwrap().fill(&known().set("zones", zones(count)).build());
        assert_eq!(fill(6, Purpose::Message), "z1, z2, z3, z4, z5, z6");
        assert_eq!(fill(7, Purpose::Message), "z1, z2, z3, z4, z5 and 2 more");
        assert_eq!(fill(7, Purpose::Shell), "z1 z2 z3 z4 z5 z6 z7");
    }

    #[test]
    fn a_command_names_what_is_known_of_a_list() {
        let Value::Unknown(missing) = Value::from(gap("T")) else { unreachable!() };
        let zones = Value::partial_list(vec!["z1".into(), "z2".into()], Some(missing));
        assert_eq!(compile("aws x {lb.zones}", Purpose::Shell).unwrap().fill(&known().set("zones", zones).build()), "aws x z1 z2");
    }

    #[test]
    fn values_cannot_run_in_a_shell() {
        let fill = |source, name| fill(source, name, Purpose::Shell);
        assert_eq!(fill("aws x {lb.name} {lb.zones}", "a-b"), "aws x a-b eu-west-1a eu-west-1b");
        assert_eq!(fill("x {lb.name}", "a;rm 'b'"), r"x 'a;rm '\''b'\'''");
        assert_eq!(fill("x '[{{\"n\":\"{lb.name}\"}}]'", "a'b"), r#"x '[{"n":"a'\''b"}]'"#);
        assert_eq!(fill("x \"{lb.name}\" {lb.name}", "$(a)"), r#"x "\$(a)" '$(a)'"#);
        assert_eq!(fill("# don't {lb.name}\nx {lb.name}", "a\nb"), "# don't a b\nx 'a\nb'");
    }

    #[test]
    fn errors_point_into_the_template() {
        let spans = |source| {
            let errors = compile(source, Purpose::Message).unwrap_err();
            errors.into_iter().map(|error| error.span).collect::<Vec<_>>()
        };
        assert_eq!(spans("é {lb.nme} {lb.listeners} }"), [7..10, 13..25, 27..28]);
        assert_eq!(spans("a {lb.name").first(), Some(&(2..3)));
        assert_eq!(spans("a {}").first(), Some(&(3..3)));
    }
}
