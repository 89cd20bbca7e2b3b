//! Templates.

use super::loops::elements;
use super::{Evaluator, Outcome, Scope, budget, ops};
use crate::iac::terraform::syntax::Part;
use crate::iac::value::{Text, Value, Why};

/// A text in the making: known so far, made up in parts, or unknown.
#[derive(Default)]
pub(super) struct Writing {
    text: String,
    made_up: bool,
    unknown: Option<Why>,
}

impl Writing {
    /// Adds a value as its words.
    pub(crate) fn push(&mut self, value: &Value) -> Result<(), Why> {
        match value {
            Value::Unknown(why) => drop(self.unknown.get_or_insert_with(|| why.clone())),
            Value::Null => return ops::error("null stands in a template"),
            value => {
                self.made_up |= value.is_made_up();
                let words = value.words()?;
                self.text(words.as_deref().unwrap_or_default())?;
            }
        }
        Ok(())
    }

    /// Adds text.
    pub(crate) fn text(&mut self, text: &str) -> Result<(), Why> {
        if self.text.len() + text.len() > budget::TEXT {
            return ops::error("a text gets longer than apiaudit takes");
        }
        self.text.push_str(text);
        Ok(())
    }

    /// The text.
    pub(crate) fn value(self) -> Value {
        match self.unknown {
            Some(why) => Value::Unknown(why),
            None => Value::Text(Text { text: self.text.into(), made_up: self.made_up }),
        }
    }
}

impl Evaluator<'_> {
    /// The text of a template.
    pub(super) fn template(&self, parts: &[Part], scope: &Scope<'_>) -> Outcome {
        let mut writing = Writing::default();
        self.parts(parts, scope, &mut writing)?;
        self.budget.take(writing.text.len() / 64)?;
        Ok(writing.value())
    }

    fn parts(&self, parts: &[Part], scope: &Scope<'_>, writing: &mut Writing) -> Result<(), Why> {
        for part in parts {
            match part {
                Part::Text(text) => writing.text(text)?,
                Part::Expr(expr) => writing.push(&self.eval(expr, scope)?)?,
                Part::If(choice) => match ops::truth(&self.eval(&choice.0, scope)?)? {
                    Ok(true) => self.budget.deeper(|| self.parts(&choice.1, scope, writing))?,
                    Ok(false) => self.budget.deeper(|| self.parts(&choice.2, scope, writing))?,
                    Err(why) => writing.push(&Value::Unknown(why))?,
                },
                Part::For(each) => match elements(self.eval(&each.over, scope)?)? {
                    Ok(over) => {
                        for (key, node) in over {
                            self.budget.take(1)?;
                            let pairs = [(each.value.as_str(), node.value), (each.key.as_deref().unwrap_or("\0"), key)];
                            self.budget.deeper(|| scope.with(&pairs, |scope| self.parts(&each.parts, scope, writing)))?;
                        }
                    }
                    Err(why) => writing.push(&Value::Unknown(why))?,
                },
            }
        }
        Ok(())
    }
}
