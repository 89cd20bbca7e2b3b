//! Whether a condition of a rule holds for a request.

use std::cell::OnceCell;
use std::collections::HashMap;

use regex::{Regex, RegexBuilder};

use super::glob::{self, Text, literal, open_pattern};
use super::{Caller, Truth};
use crate::inventory::Condition;
use crate::network::AddressSet;

/// Headers that clients send for reasons of their own: asking for one keeps nobody out.
const COMMON: [&str; 24] = [
    "accept",
    "accept-charset",
    "accept-encoding",
    "accept-language",
    "authorization",
    "cache-control",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "cookie",
    "forwarded",
    "host",
    "if-modified-since",
    "if-none-match",
    "origin",
    "range",
    "referer",
    "te",
    "upgrade",
    "user-agent",
    "via",
    "x-forwarded-for",
    "x-requested-with",
];

/// The header, in lower case, that a condition asks for as a shared secret; none for any other condition.
pub(crate) fn secret_header(condition: &Condition) -> Option<String> {
    let name = condition.header.as_deref().filter(|_| condition.field == "http-header")?.to_ascii_lowercase();
    let common = COMMON.contains(&name.as_str()) || name.starts_with("x-forwarded-") || name.starts_with("sec-");
    (!common).then_some(name)
}

/// The addresses that a condition lets through; none where it is not about addresses.
pub(super) fn sources(condition: &Condition) -> Option<AddressSet> {
    (condition.field == "source-ip").then(|| condition.values.iter().filter_map(|block| AddressSet::block(block)).collect())
}

/// A request, whole but for its values of headers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) host: String,
    pub(super) path: String,
    pub(super) query: String,
    /// The rule, by its place, whose headers it sends with the right values.
    pub(super) holds_headers_of: Option<usize>,
}

/// Whether a condition of the rule at a place holds for a request, addresses apart.
pub(super) fn holds(condition: &Condition, place: usize, request: &Request, caller: &Caller, expressions: &Expressions) -> Truth {
    let text = match condition.field.as_str() {
        "source-ip" => return Truth::Yes,
        "host-header" => request.host.to_ascii_lowercase(),
        "path-pattern" => request.path.clone(),
        "http-request-method" => return yes_or_no(condition.values.contains(&request.method)),
        "query-string" => return query(condition, &request.query),
        "http-header" => return header(condition, place, request, caller),
        _ => return Truth::Perhaps,
    };
    let lower = condition.field == "host-header";
    let by_pattern = condition.values.iter().map(|value| glob::matches(&folded(value, lower), &literal(&text)));
    let by_regex = condition.regex_values.iter().map(|value| expressions.takes(value, &text, lower));
    by_pattern.chain(by_regex).fold(Truth::No, Truth::or)
}

fn yes_or_no(holds: bool) -> Truth {
    if holds { Truth::Yes } else { Truth::No }
}

fn folded(text: &str, lower: bool) -> String {
    if lower { text.to_ascii_lowercase() } else { text.to_owned() }
}

/// The values that a header condition looks for are not kept: whoever sends the header for a rule sends what that rule wants.
fn header(condition: &Condition, place: usize, request: &Request, caller: &Caller) -> Truth {
    let name = condition.header.as_deref().unwrap_or_default().to_ascii_lowercase();
    match request.holds_headers_of {
        _ if caller.headers.contains(&name) => Truth::Yes,
        _ if caller.unsettled.contains(&name) => Truth::Perhaps,
        Some(own) if own == place => Truth::Yes,
        Some(_) => Truth::Perhaps,
        // Nobody sends a header by accident with the value that a rule asks for; whoever wants to be taken by no rule sends none.
        None => Truth::No,
    }
}

/// A condition's pairs, one of which must be among the request's; either side of a pair may have wildcards.
fn query(condition: &Condition, query: &str) -> Truth {
    let matches_one = |wanted: &String| {
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        let by_value = |pair: &str| {
            let value = pair.split_once('=').map_or(pair, |(_, value)| value);
            let judged = if wanted.contains('=') { pair } else { value };
            glob::matches(&wanted.to_ascii_lowercase(), &literal(&judged.to_ascii_lowercase()))
        };
        pairs.map(by_value).fold(Truth::No, Truth::or)
    };
    condition.values.iter().map(matches_one).fold(Truth::No, Truth::or)
}

/// The regular expressions of some conditions, each read once: many requests are tried against each, and few get as far as the second form.
#[derive(Debug, Default)]
pub(super) struct Expressions(HashMap<(String, bool), Expression>);

/// An expression that takes part of a text, and the same that takes the whole; none where it cannot be read.
#[derive(Debug)]
struct Expression {
    part: Option<Regex>,
    whole: OnceCell<Option<Regex>>,
    text: String,
    lower: bool,
}

impl Expressions {
    pub(super) fn of<'c>(conditions: impl Iterator<Item = &'c Condition>) -> Self {
        let texts =
            conditions.flat_map(|condition| condition.regex_values.iter().map(|text| (text.clone(), condition.field == "host-header")));
        Self(texts.map(|(text, lower)| ((text.clone(), lower), Expression::read(&text, lower))).collect())
    }

    fn takes(&self, expression: &str, text: &str, lower: bool) -> Truth {
        self.0.get(&(expression.to_owned(), lower)).map_or(Truth::Perhaps, |known| known.takes(text))
    }
}

impl Expression {
    fn read(text: &str, lower: bool) -> Self {
        Self { part: compile(text, lower), whole: OnceCell::new(), text: text.to_owned(), lower }
    }

    /// AWS does not say whether an expression must take the whole text: where that makes a difference, it is left open.
    fn takes(&self, text: &str) -> Truth {
        let taken = |regex: &Option<Regex>| regex.as_ref().map(|regex| regex.is_match(text));
        match taken(&self.part) {
            Some(false) => Truth::No,
            Some(true) if taken(self.whole.get_or_init(|| compile(&format!("^(?:{})$", self.text), self.lower))) == Some(true) => {
                Truth::Yes
            }
            _ => Truth::Perhaps,
        }
    }
}

fn compile(text: &str, lower: bool) -> Option<Regex> {
    RegexBuilder::new(text).case_insensitive(lower).size_limit(1 << 20).build().ok()
}

/// Whether every request of the caller that meets `narrow` also meets this condition of a rule before it, addresses apart.
pub(super) fn covers(condition: &Condition, narrow: &[Condition], caller: &Caller) -> bool {
    match condition.field.as_str() {
        "source-ip" => true,
        "host-header" => covers_text(condition, narrow, caller.host.as_ref().map(|host| literal(&host.to_ascii_lowercase()))),
        "path-pattern" => covers_text(condition, narrow, caller.path.clone()),
        "http-request-method" => covers_method(condition, narrow, caller),
        "http-header" => condition.header.as_ref().is_some_and(|name| caller.headers.contains(&name.to_ascii_lowercase())),
        _ => false,
    }
}

/// Either what the caller settles, or what the narrower rule asks for, or anything at all is taken by one of the patterns.
fn covers_text(condition: &Condition, narrow: &[Condition], settled: Option<Text>) -> bool {
    let lower = condition.field == "host-header";
    let taken = |text: &Text| condition.values.iter().any(|value| glob::matches(&folded(value, lower), text) == Truth::Yes);
    let asked = narrow.iter().filter(|other| other.field == condition.field && other.regex_values.is_empty());
    let mut asked = asked.map(|other| other.values.iter().map(|value| open_pattern(&folded(value, lower))).collect::<Vec<Text>>());
    // Every path begins with a slash.
    let anything = open_pattern(if lower { "*" } else { "/*" });
    taken(&settled.unwrap_or(anything)) || asked.any(|texts| texts.iter().all(taken))
}

fn covers_method(condition: &Condition, narrow: &[Condition], caller: &Caller) -> bool {
    let asked = narrow.iter().find(|condition| condition.field == "http-request-method");
    let methods: Vec<&String> = match (&caller.method, asked) {
        (Some(method), _) => vec![method],
        (None, Some(asked)) => asked.values.iter().collect(),
        (None, None) => return false,
    };
    methods.iter().all(|method| condition.values.contains(method))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn condition(field: &str, values: &[&str]) -> Condition {
        Condition { field: field.into(), values: values.iter().map(|value| (*value).to_owned()).collect(), ..Condition::default() }
    }

    fn request(method: &str, host: &str, path: &str, query: &str) -> Request {
        Request { method: method.into(), host: host.into(), path: path.into(), query: query.into(), holds_headers_of: None }
    }

    fn judged(condition: &Condition, sent: &Request) -> Truth {
        holds(condition, 0, sent, &Caller::default(), &Expressions::of(std::iter::once(condition)))
    }

    #[test]
    fn each_kind_of_condition_is_judged_as_elb_does() {
        let sent = request("GET", "WWW.Example.com", "/Orders/7", "v=2&Debug=1");
        for (field, values, holds_) in [
            ("host-header", &["www.example.com"][..], Truth::Yes),
            ("host-header", &["*.EXAMPLE.com"], Truth::Yes),
            ("host-header", &["example.com"], Truth::No),
            // Paths are told apart by case, hosts and queries are not.
            ("path-pattern", &["/orders/*"], Truth::No),
            ("path-pattern", &["/x", "/Orders/?"], Truth::Yes),
            ("http-request-method", &["GET", "HEAD"], Truth::Yes),
            ("http-request-method", &["POST"], Truth::No),
            ("query-string", &["debug=*"], Truth::Yes),
            ("query-string", &["2"], Truth::Yes),
            ("query-string", &["v=3"], Truth::No),
            ("source-ip", &["10.0.0.0/8"], Truth::Yes),
            ("something-new", &["x"], Truth::Perhaps),
        ] {
            assert_eq!(judged(&condition(field, values), &sent), holds_, "{field} {values:?}");
        }
    }

    #[test]
    fn an_expression_is_left_open_where_its_ends_decide() {
        let by =
            |expression: &str| Condition { field: "path-pattern".into(), regex_values: vec![expression.into()], ..Condition::default() };
        let sent = request("GET", "h", "/orders/7", "");
        assert_eq!(judged(&by("^/orders/[0-9]+$"), &sent), Truth::Yes);
        assert_eq!(judged(&by("orders"), &sent), Truth::Perhaps);
        assert_eq!(judged(&by("users"), &sent), Truth::No);
        assert_eq!(judged(&by("(unclosed"), &sent), Truth::Perhaps);
    }

    #[test]
    fn a_header_of_ones_own_is_a_secret_and_a_browsers_is_not() {
        let header =
            |name: &str| Condition { field: "http-header".into(), header: Some(name.into()), withheld_values: 1, ..Condition::default() };
        assert_eq!(secret_header(&header("X-Origin-Verify")).as_deref(), Some("x-origin-verify"));
        for name in ["User-Agent", "Cookie", "X-Forwarded-Proto", "Sec-Fetch-Mode"] {
            assert_eq!(secret_header(&header(name)), None, "{name}");
        }
        assert_eq!(secret_header(&condition("path-pattern", &["/x"])), None);
    }
}
