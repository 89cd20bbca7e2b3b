//! The functions of Terraform that are evaluated.

mod arguments;
mod cidr;
mod collections;
mod convert;
mod encode;
mod format;
mod numbers;
mod sets;
mod texts;

pub(super) use arguments::{Arguments, Result, Stop};
pub(crate) use encode::without_marks;
pub(super) use sets::{once, ordered};

use super::{Evaluator, Outcome, Scope, ops};
use crate::iac::terraform::syntax::{Expr, Native};
use crate::iac::value::{Node, Value};

impl Evaluator<'_> {
    /// Calls a function.
    pub(super) fn call(&self, name: &str, arguments: &[Expr], spread: bool, scope: &Scope<'_>) -> Outcome {
        let name = name.strip_prefix("core::").unwrap_or(name);
        match name {
            "try" => return self.first_without_error(arguments, scope),
            "can" => return self.can(arguments, scope),
            _ => {}
        }
        let mut values = arguments.iter().map(|argument| self.eval(argument, scope)).collect::<std::result::Result<Vec<_>, _>>()?;
        if spread {
            match values.pop() {
                Some(Value::List(items)) => values.extend(items.into_iter().map(|item| item.value)),
                Some(Value::Unknown(why)) => return Ok(Value::Unknown(why)),
                _ => return ops::error(format!("what {name} is called with cannot be spread")),
            }
        }
        self.budget.take(values.len())?;
        let arguments = Arguments { name, values: &values };
        let result = match name {
            "file" => self.file(&arguments, scope),
            "templatefile" => self.template_file(&arguments, scope),
            _ => self.pure(&arguments),
        };
        match result {
            Ok(value) => Ok(value),
            Err(Stop::Unknown(why)) => Ok(Value::Unknown(why)),
            Err(Stop::Error(why)) => Err(why),
        }
    }

    fn pure(&self, arguments: &Arguments<'_>) -> Result<Value> {
        let answered = collections::call(arguments)
            .or_else(|| texts::call(arguments))
            .or_else(|| convert::call(arguments))
            .or_else(|| numbers::call(arguments))
            .or_else(|| sets::call(arguments))
            .or_else(|| encode::call(arguments))
            .or_else(|| format::call(arguments))
            .or_else(|| cidr::call(arguments));
        if let Some(answer) = answered {
            let answer = answer?;
            self.budget.copy(&answer).map_err(Stop::Error)?;
            return Ok(answer);
        }
        *self.skipped.borrow_mut().entry(arguments.name.to_owned()).or_default() += 1;
        Err(Stop::unknown(format!("function {} is not evaluated", arguments.name)))
    }

    fn first_without_error(&self, arguments: &[Expr], scope: &Scope<'_>) -> Outcome {
        let mut last = None;
        for argument in arguments {
            match self.eval(argument, scope) {
                Ok(value) => return Ok(value),
                Err(why) => last = Some(why),
            }
        }
        last.map_or_else(|| ops::error("try is called with nothing"), Err)
    }

    fn can(&self, arguments: &[Expr], scope: &Scope<'_>) -> Outcome {
        let [argument] = arguments else { return ops::error("can takes one expression") };
        Ok(match self.eval(argument, scope) {
            Ok(value) => value.why().map_or(Value::Bool(true), |why| Value::Unknown(why.clone())),
            Err(_) => Value::Bool(false),
        })
    }

    fn text_of(&self, arguments: &Arguments<'_>, scope: &Scope<'_>) -> Result<std::sync::Arc<str>> {
        let path = arguments.text(0)?;
        let text = self.names.file(&path, scope);
        text.ok_or_else(|| Stop::unknown(format!("a file that {} reads is not at hand", arguments.name)))
    }

    fn file(&self, arguments: &Arguments<'_>, scope: &Scope<'_>) -> Result<Value> {
        Ok(Value::from(&*self.text_of(arguments, scope)?))
    }

    fn template_file(&self, arguments: &Arguments<'_>, scope: &Scope<'_>) -> Result<Value> {
        let text = self.text_of(arguments, scope)?;
        let names = arguments.map(1)?;
        let pairs: Vec<(&str, Value)> = names.iter().map(|(name, node): (&String, &Node)| (name.as_str(), node.value.clone())).collect();
        let native = Native::of(None, 0, &text);
        let parts = crate::iac::terraform::syntax::template(&text, &native);
        let parts = parts.map_err(|(_, reason)| Stop::unknown(format!("a template file does not parse: {reason}")))?;
        let run = || Scope::LITERALS.with(&pairs, |scope| self.template(&parts, scope));
        self.budget.deeper(run).map_err(Stop::Error)
    }
}
