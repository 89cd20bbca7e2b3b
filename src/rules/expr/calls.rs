//! Checks calls of functions.

use regex::RegexBuilder;

use super::ast::{Kind, Node};
use super::check::{Checker, Typed, a};
use super::error::ExprError;
use super::functions::{BUILT_IN, Function, MACROS};
use super::ir::{Ir, TextTest};
use super::types::Ty;

/// The most memory a compiled pattern may take.
const PATTERN_LIMIT: usize = 1 << 20;

impl Checker<'_> {
    pub(super) fn call(&mut self, name: &str, target: Option<&Node>, args: &[Node], node: &Node) -> Typed {
        let all: Vec<&Node> = target.into_iter().chain(args).collect();
        match (name, target.is_some(), all.as_slice()) {
            ("size", _, [of]) => self.size(of),
            ("startsWith", true, [text, part]) => self.text(TextTest::StartsWith, text, part, name),
            ("endsWith", true, [text, part]) => self.text(TextTest::EndsWith, text, part, name),
            ("contains", true, [text, part]) => self.text(TextTest::Contains, text, part, name),
            ("matches", true, [text, pattern]) => self.matches(text, pattern),
            ("lowerAscii", true, [text]) => self.lower(text),
            _ => match self.functions.get(name).copied() {
                Some(function) if function.method == target.is_some() => self.registered(function, &all, node),
                _ => self.no_call(name, target, &all, node),
            },
        }
    }

    /// A call that fits nothing: say how the function is called, or which functions there are.
    fn no_call(&mut self, name: &str, target: Option<&Node>, all: &[&Node], node: &Node) -> Typed {
        let usage = BUILT_IN.iter().chain(&MACROS).find(|(known, _)| *known == name);
        let signature = match usage {
            Some((_, usage)) => Some((*usage).to_owned()),
            None => self.functions.get(name).map(Function::signature),
        };
        let error = if let Some(signature) = signature {
            let message = format!("`{name}` is not called like this");
            ExprError::new(node.anchor.clone(), message).help(format!("write `{signature}`"))
        } else {
            let kind = if target.is_some() { "method" } else { "function" };
            let built_in = BUILT_IN.iter().chain(&MACROS).map(|(name, _)| *name);
            let known: Vec<&str> = built_in.chain(self.functions.iter().map(|function| function.name)).collect();
            let message = format!("unknown {kind} `{name}`");
            ExprError::new(node.anchor.clone(), message).suggest(name, "there are", &known)
        };
        // The arguments may have mistakes of their own, but not the variable of a macro that is none.
        if usage.is_none() {
            for part in all {
                self.check(part);
            }
        }
        self.fail(error)
    }

    /// An argument that must be of one type.
    fn argument(&mut self, node: &Node, wanted: &Ty, function: &str) -> Typed {
        let part = self.check(node);
        if !part.ty.meets(wanted) {
            let message = format!("`{function}` needs {}, and this is {}", a(wanted), a(&part.ty));
            let mut error = ExprError::new(node.span.clone(), message);
            if matches!(part.ty, Ty::List(_)) && *wanted == Ty::Str {
                error = error.help("to find a value in a list, write `value in list`");
            }
            return self.fail(error);
        }
        part
    }

    fn size(&mut self, of: &Node) -> Typed {
        let part = self.check(of);
        match part.ty {
            Ty::Str | Ty::List(_) | Ty::Map(_) | Ty::Any => Typed::new(Ir::Size(Box::new(part.ir)), Ty::Int).optional(part.optional),
            ty => {
                let message = format!("{} has no size", a(&ty));
                self.fail(ExprError::new(of.span.clone(), message))
            }
        }
    }

    fn text(&mut self, kind: TextTest, text: &Node, part: &Node, name: &str) -> Typed {
        let text = self.argument(text, &Ty::Str, name).ir;
        let part = self.argument(part, &Ty::Str, name).ir;
        Typed::new(Ir::Text(kind, Box::new(text), Box::new(part)), Ty::Bool)
    }

    fn lower(&mut self, text: &Node) -> Typed {
        let text = self.argument(text, &Ty::Str, "lowerAscii");
        Typed::new(Ir::Lower(Box::new(text.ir)), Ty::Str).optional(text.optional)
    }

    fn matches(&mut self, text: &Node, pattern: &Node) -> Typed {
        let text = self.argument(text, &Ty::Str, "matches").ir;
        let Kind::Str(source) = &pattern.kind else {
            let error =
                ExprError::new(pattern.span.clone(), "a pattern must be written out").help("it is compiled when the rule is loaded");
            return self.fail(error);
        };
        match RegexBuilder::new(source).size_limit(PATTERN_LIMIT).build() {
            Ok(regex) => Typed::new(Ir::Matches(Box::new(text), regex), Ty::Bool),
            Err(error) => {
                // The crate draws the pattern and a caret; the last line says what is wrong.
                let text = error.to_string();
                let last = text.lines().last().unwrap_or("it does not compile");
                let reason = last.strip_prefix("error: ").unwrap_or(last).to_owned();
                let message = format!("not a regular expression: {reason}");
                self.fail(ExprError::new(pattern.span.clone(), message))
            }
        }
    }

    fn registered(&mut self, function: Function, all: &[&Node], node: &Node) -> Typed {
        if all.len() != function.params.len() {
            let message = format!("`{}` takes {} arguments, not {}", function.name, function.params.len(), all.len());
            let error = ExprError::new(node.span.clone(), message).help(format!("write `{}`", function.signature()));
            return self.fail(error);
        }
        let mut optional = function.optional;
        let mut args = Vec::new();
        for (part, wanted) in all.iter().zip(function.params) {
            let arg = self.argument(part, &(*wanted).into(), function.name);
            if let Some(record) = arg.ty.record() {
                self.reads_all(record);
            }
            optional |= arg.optional;
            args.push(arg.ir);
        }
        let result = Ty::from(function.result);
        let optional = optional && (result != Ty::Bool || function.optional);
        Typed::new(Ir::Call(function, args), result).optional(optional)
    }
}
