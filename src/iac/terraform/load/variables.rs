//! The values of a root module's variables that files beside the code give.

use std::collections::BTreeMap;

use super::{Config, join};
use crate::iac::folder::Folder;
use crate::iac::terraform::eval::{Evaluator, Names, Outcome, Scope};
use crate::iac::terraform::syntax::{self, Step};
use crate::iac::value::{Value, Why};

/// Nothing but literals may stand in such files.
struct Nothing;

impl Names for Nothing {
    fn resolve(&self, _: &Evaluator<'_>, name: &str, _: &[Step], _: &Scope<'_>) -> Outcome {
        Err(Why::new(format!("{name} means nothing in a file of variables")))
    }

    fn file(&self, _: &str, _: &Scope<'_>) -> Option<std::sync::Arc<str>> {
        None
    }
}

/// What `terraform.tfvars` and `*.auto.tfvars` give, the later ones before the earlier ones.
pub(crate) fn read(folder: &dyn Folder, config: &mut Config) -> BTreeMap<String, Value> {
    let mut names = folder.files(&config.root);
    names.retain(|name| {
        matches!(name.as_str(), "terraform.tfvars" | "terraform.tfvars.json")
            || name.ends_with(".auto.tfvars")
            || name.ends_with(".auto.tfvars.json")
    });
    names.sort_by_key(|name| (name.contains(".auto."), name.clone()));
    let mut values = BTreeMap::new();
    for name in names {
        let path = join(&config.root, &name);
        let Ok(Some(text)) = folder.read(&path) else { continue };
        let number = config.files.add(&path, text.clone());
        let parsed = syntax::file(&path, &text, Some(number));
        if let Some(error) = parsed.error {
            config.notes.push(error.message.clone());
            config.errors.push(error);
        }
        let evaluator = Evaluator::new(&Nothing);
        for attribute in parsed.body.attributes {
            values.insert(attribute.name, evaluator.node(&attribute.value, &Scope::LITERALS).value);
        }
    }
    values
}
