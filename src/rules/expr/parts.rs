//! A condition taken apart at its `&&` and `||`: what each part answers, and which of them decide.

use super::ast::{Kind, Node};
use super::{Fact, Program, Scope, Truth, Want, parse, with_stack};
use crate::rules::value::Value;

/// A part of a condition, with its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its text.
    pub text: String,
    /// Its answer.
    pub truth: Truth,
    /// Whether the answer of the whole rests on it.
    pub decides: bool,
    /// What it is made of.
    pub join: Join,
}

/// What a part is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Join {
    /// All of these must hold.
    All(Vec<Part>),
    /// One of these must hold.
    Any(Vec<Part>),
    /// One question, and the facts it reads.
    One(Vec<Fact>),
}

impl Program {
    /// The condition taken apart, each part evaluated for the subject, also those that evaluation would not come to.
    ///
    /// The scope is the one that the condition was compiled with.
    pub fn parts(&self, scope: Scope<'_>, subject: &Value) -> Part {
        let split = with_stack(|| parse::parse(&self.source).ok().and_then(|node| split(&self.source, &node, scope, subject)));
        // What compiled once compiles again; were it not so, the whole would still be told.
        let mut whole = split.flatten().unwrap_or_else(|| one(&self.source, self, subject));
        whole.decide();
        whole
    }
}

fn split(source: &str, node: &Node, scope: Scope<'_>, subject: &Value) -> Option<Part> {
    let text = source.get(parse::with_brackets(source, &node.span))?.trim().to_owned();
    let mut nodes = Vec::new();
    match &node.kind {
        Kind::And(..) => {
            flatten(node, true, &mut nodes);
            let parts = nodes.into_iter().map(|part| split(source, part, scope, subject)).collect::<Option<Vec<_>>>()?;
            let truth = parts.iter().fold(Truth::True, |so_far, part| so_far.and(|| part.truth.clone()));
            Some(Part { text, truth, decides: false, join: Join::All(parts) })
        }
        Kind::Or(..) => {
            flatten(node, false, &mut nodes);
            let parts = nodes.into_iter().map(|part| split(source, part, scope, subject)).collect::<Option<Vec<_>>>()?;
            let truth = parts.iter().fold(Truth::False, |so_far, part| so_far.or(|| part.truth.clone()));
            Some(Part { text, truth, decides: false, join: Join::Any(parts) })
        }
        _ => Program::compile_here(&text, scope, Want::Bool).ok().map(|program| one(&text, &program, subject)),
    }
}

/// `a && (b && c)` is three parts.
fn flatten<'n>(node: &'n Node, all: bool, parts: &mut Vec<&'n Node>) {
    match (&node.kind, all) {
        (Kind::And(left, right), true) | (Kind::Or(left, right), false) => {
            flatten(left, all, parts);
            flatten(right, all, parts);
        }
        _ => parts.push(node),
    }
}

fn one(text: &str, program: &Program, subject: &Value) -> Part {
    let facts = program.trace(subject).facts().to_vec();
    Part { text: text.trim().to_owned(), truth: program.truth(subject), decides: false, join: Join::One(facts) }
}

impl Part {
    /// Marks what the answer rests on: one that does not hold among those that all must, those that are unknown, or else all.
    fn decide(&mut self) {
        self.decides = true;
        let (parts, stops) = match &mut self.join {
            Join::All(parts) => (parts, Truth::False),
            Join::Any(parts) => (parts, Truth::True),
            Join::One(_) => return,
        };
        let unknown = matches!(self.truth, Truth::Unknown(_));
        for part in parts {
            let decides = match &part.truth {
                Truth::Unknown(_) => unknown,
                truth => !unknown && (self.truth != stops || *truth == stops),
            };
            if decides {
                part.decide();
            }
        }
    }

    /// Every fact that the parts read, each once.
    pub fn facts(&self) -> Vec<&Fact> {
        let mut facts: Vec<&Fact> = Vec::new();
        match &self.join {
            Join::One(own) => facts.extend(own),
            Join::All(parts) | Join::Any(parts) => facts.extend(parts.iter().flat_map(Self::facts)),
        }
        let mut seen = std::collections::BTreeSet::new();
        facts.retain(|fact| seen.insert(fact.path.as_str()));
        facts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::expr::Functions;
    use crate::rules::expr::tests::{BALANCER, gap, known};

    fn parts(source: &str, lb: &Value) -> String {
        let functions = Functions::new();
        let scope = Scope { variable: "lb", record: &BALANCER, functions: &functions, thresholds: &[] };
        let program = Program::compile(source, scope, Want::Bool).unwrap();
        let part = program.parts(scope, lb);
        assert_eq!(part.truth, program.truth(lb), "{source}");
        let mut text = String::new();
        show(&part, 0, &mut text);
        text
    }

    fn show(part: &Part, depth: usize, text: &mut String) {
        use std::fmt::Write as _;
        let answer = match part.truth {
            Truth::True => "true",
            Truth::False => "false",
            Truth::Unknown(_) => "unknown",
        };
        let star = if part.decides { " *" } else { "" };
        let (kind, parts) = match &part.join {
            Join::All(parts) => ("all of", parts.as_slice()),
            Join::Any(parts) => ("any of", parts.as_slice()),
            Join::One(_) => (part.text.as_str(), &[][..]),
        };
        writeln!(text, "{}{answer}{star} {kind}", "  ".repeat(depth)).unwrap();
        for part in parts {
            show(part, depth + 1, text);
        }
    }

    #[test]
    fn says_which_parts_decide() {
        let lb = known().build();
        insta::assert_snapshot!(parts("lb.azs == 2 && (lb.scheme == 'internal' || lb.azs > 1) && lb.name != 'x'", &lb), @r"
        true * all of
          true * lb.azs == 2
          true * any of
            false lb.scheme == 'internal'
            true * lb.azs > 1
          true * lb.name != 'x'
        ");
        insta::assert_snapshot!(parts("lb.azs == 3 && lb.scheme == 'internal' && lb.name != 'x'", &lb), @r"
        false * all of
          false * lb.azs == 3
          false * lb.scheme == 'internal'
          true lb.name != 'x'
        ");
        let unsure = known().set("azs", Value::from(gap("Z"))).build();
        insta::assert_snapshot!(parts("lb.azs == 3 && (lb.name == 'shop' || lb.azs > 9) || lb.scheme == 'internal'", &unsure), @r"
        unknown * any of
          unknown * all of
            unknown * lb.azs == 3
            true any of
              true lb.name == 'shop'
              unknown lb.azs > 9
          false lb.scheme == 'internal'
        ");
        insta::assert_snapshot!(parts("!(lb.azs == 2 && lb.name == 'x')", &lb), @"true * !(lb.azs == 2 && lb.name == 'x')");
    }

    #[test]
    fn brackets_stay_with_their_parts() {
        let lb = known().build();
        insta::assert_snapshot!(parts("has(lb.dns) || !(lb.azs in [1, 3]) && (lb.azs + 1) * (2 + 1) == 9 && lb.name != ')('", &lb), @r"
        true * any of
          false has(lb.dns)
          true * all of
            true * !(lb.azs in [1, 3])
            true * (lb.azs + 1) * (2 + 1) == 9
            true * lb.name != ')('
        ");
    }

    /// The conditions that are there come apart: none is told as a whole because a part of it could not be compiled alone.
    #[test]
    fn every_rule_comes_apart() {
        let registry = crate::rules::facts::registry();
        let pack = crate::rules::RulePack::load(crate::rules::embedded().into_iter(), &registry).unwrap();
        let mut apart = 0;
        for rule in pack.rules() {
            let subject = registry.get(rule.subject).unwrap();
            let scope =
                Scope { variable: subject.variable, record: subject.record, functions: registry.functions(), thresholds: &rule.thresholds };
            for program in rule.applies.iter().chain([&rule.condition]) {
                let node = with_stack(|| parse::parse(program.source())).unwrap().unwrap();
                let joined = matches!(node.kind, Kind::And(..) | Kind::Or(..));
                let part = program.parts(scope, &Value::from(gap("X")));
                assert_eq!(joined, !matches!(part.join, Join::One(_)), "{}: {}", rule.id, program.source());
                apart += usize::from(joined);
            }
        }
        assert!(apart > 10, "{apart}");
    }

    #[test]
    fn facts_say_where_they_come_from() {
        let functions = Functions::new();
        let scope = Scope { variable: "lb", record: &BALANCER, functions: &functions, thresholds: &[] };
        let program = Program::compile("lb.scheme == 'internal' && lb.listeners.exists(l, l.port == 80)", scope, Want::Bool).unwrap();
        let part = program.parts(scope, &known().build());
        let facts: Vec<String> = part.facts().iter().map(|fact| format!("{} {}", fact.path, fact.actions.join(","))).collect();
        assert_eq!(
            facts,
            [
                "lb.scheme elasticloadbalancing:DescribeLoadBalancers",
                "lb.listeners elasticloadbalancing:DescribeListeners",
                "lb.listeners[0].port elasticloadbalancing:DescribeListeners",
            ]
        );
    }
}
