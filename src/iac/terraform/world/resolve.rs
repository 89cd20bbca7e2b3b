//! What the names of Terraform stand for.

use std::sync::Arc;

use super::{Sort, Thing, World, value};
use crate::iac::folder::normal;
use crate::iac::terraform::eval::{Evaluator, Key, Names, Outcome, Scope, follow};
use crate::iac::terraform::load::join;
use crate::iac::terraform::syntax::Step;
use crate::iac::value::{Value, Why};

impl Names for World<'_> {
    fn resolve(&self, evaluator: &Evaluator<'_>, name: &str, steps: &[Step], scope: &Scope<'_>) -> Outcome {
        let nothing = || Err(Why::new(format!("{name} is not declared here")));
        let Some(module) = scope.module else { return nothing() };
        let (attribute, rest) = match steps {
            [Step::Attribute(attribute), rest @ ..] => (attribute.as_str(), rest),
            // `module["a"]` and the like are no names.
            _ => return nothing(),
        };
        let found = match name {
            "var" => value(self.variable(evaluator, module, attribute))?,
            "local" => value(self.local(evaluator, module, attribute))?,
            "each" | "count" => key(scope, name, attribute)?,
            "path" => self.path(module, attribute),
            "terraform" | "tofu" | "self" => Value::unknown(format!("{name}.{attribute} is not known from code")),
            "module" => return self.called(evaluator, module, attribute, rest, scope),
            "data" => {
                let [Step::Attribute(label), rest @ ..] = rest else { return nothing() };
                return self.declared(evaluator, module, (Sort::Data, attribute, label), rest, scope);
            }
            kind => return self.declared(evaluator, module, (Sort::Resource, kind, attribute), rest, scope),
        };
        evaluator.budget.copy(&found)?;
        follow(evaluator, found, rest, scope)
    }

    fn file(&self, path: &str, scope: &Scope<'_>) -> Option<Arc<str>> {
        scope.module?;
        let path = normal(&join(&self.config.root, path))?;
        self.folder?.read(&path).ok()?
    }
}

/// What `each` and `count` are.
fn key(scope: &Scope<'_>, name: &str, attribute: &str) -> Outcome {
    match (scope.key, name, attribute) {
        (Some(Key::Each(key, _)), "each", "key") => Ok(Value::from(key.as_str())),
        (Some(Key::Each(_, value)), "each", "value") => Ok(value.clone()),
        #[expect(clippy::cast_precision_loss, reason = "counts are small")]
        (Some(Key::Index(index)), "count", "index") => Ok(Value::Number(*index as f64)),
        _ => Err(Why::new(format!("{name}.{attribute} means nothing here"))),
    }
}

impl World<'_> {
    fn called(&self, evaluator: &Evaluator<'_>, module: usize, name: &str, steps: &[Step], scope: &Scope<'_>) -> Outcome {
        match self.module(module).calls.get(name) {
            Some(block) => self.thing(evaluator, &Thing { module, sort: Sort::Module, block }, steps, scope),
            None => Ok(Value::unknown(format!("module.{name} is not declared here"))),
        }
    }

    fn declared(
        &self,
        evaluator: &Evaluator<'_>,
        module: usize,
        (sort, kind, name): (Sort, &str, &str),
        steps: &[Step],
        scope: &Scope<'_>,
    ) -> Outcome {
        let blocks = if sort == Sort::Data { &self.module(module).data } else { &self.module(module).resources };
        match blocks.get(&(kind.to_owned(), name.to_owned())) {
            Some(block) => self.thing(evaluator, &Thing { module, sort, block }, steps, scope),
            None if sort == Sort::Data => Ok(Value::unknown(format!("data.{kind}.{name} is not declared here"))),
            None => Ok(Value::unknown(format!("{kind}.{name} is not declared here"))),
        }
    }

    /// The folders that `path` names, as Terraform run in the root module's folder has them.
    fn path(&self, module: usize, name: &str) -> Value {
        match name {
            "module" => Value::from(relative(&self.config.root, &self.module(module).folder)),
            "root" => Value::from("."),
            _ => Value::unknown(format!("path.{name} is not known from code")),
        }
    }
}

/// The way from one folder to another.
fn relative(from: &str, to: &str) -> String {
    let parts = |path: &str| path.split('/').filter(|part| !part.is_empty()).map(ToOwned::to_owned).collect::<Vec<_>>();
    let (from, to) = (parts(from), parts(to));
    let shared = from.iter().zip(&to).take_while(|(one, two)| one == two).count();
    let up = std::iter::repeat_n("..".to_owned(), from.len() - shared);
    let way: Vec<String> = up.chain(to[shared..].iter().cloned()).collect();
    if way.is_empty() { ".".to_owned() } else { way.join("/") }
}
