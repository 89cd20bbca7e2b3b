//! Short words for reading declarations.

use std::collections::BTreeMap;

use super::Room;
use crate::iac::code::{Declaration, in_arn};
use crate::iac::draft::List;
use crate::iac::value::{Node, Value, Why};
use crate::inventory::{Observed, undeployed_id};

/// The attributes of a block.
pub(super) trait Attributes {
    /// An attribute as it is.
    fn attr(&self, name: &str) -> &Node;

    /// A text; none where there is nothing.
    fn text_at(&self, name: &str) -> Result<Option<String>, Why> {
        self.attr(name).text()
    }

    /// A text, or the provider's default.
    fn text_or(&self, name: &str, default: &str) -> Result<String, Why> {
        Ok(self.text_at(name)?.unwrap_or_else(|| default.to_owned()))
    }

    /// A text that has to be there.
    fn required(&self, name: &str) -> Result<String, Why> {
        self.text_at(name)?.ok_or_else(|| Why::new(format!("{name} is not set")))
    }

    /// True, or false where there is nothing.
    fn flag(&self, name: &str) -> Result<bool, Why> {
        Ok(self.attr(name).bool()?.unwrap_or_default())
    }

    /// Nested blocks.
    fn blocks(&self, name: &str) -> Result<&[Node], Why> {
        self.attr(name).items()
    }

    /// The only nested block; null where there is none.
    fn block(&self, name: &str) -> &Node {
        self.attr(name).first()
    }
}

impl Attributes for Node {
    fn attr(&self, name: &str) -> &Node {
        self.get(name)
    }
}

impl Attributes for Declaration {
    fn attr(&self, name: &str) -> &Node {
        self.body.get(name)
    }
}

/// The id that stands for a resource.
pub(super) fn id(declaration: &Declaration) -> String {
    declaration.name("id").unwrap_or(&declaration.address).to_owned()
}

/// The ARN that stands for a resource, or its id.
pub(super) fn arn(declaration: &Declaration) -> String {
    declaration.name("arn").map_or_else(|| id(declaration), ToOwned::to_owned)
}

/// The name that people gave; where nobody knows it, the address is what people call it.
pub(super) fn label(declaration: &Declaration, attribute: &str) -> String {
    declaration.text_at(attribute).ok().flatten().unwrap_or_else(|| declaration.address.clone())
}

/// A value of its own slot.
pub(super) fn observed<T>(address: &str, read: Result<Option<T>, Why>) -> Observed<T> {
    match read {
        Ok(value) => value.into(),
        Err(why) => Observed::Unknown(why.gap(address)),
    }
}

/// The tags, with those that the provider adds. No rule asks for them: one that is not known is left out.
pub(super) fn tags(declaration: &Declaration) -> BTreeMap<String, String> {
    let all = declaration.attr("tags_all");
    let pairs = if all.is_null() || all.value.why().is_some() { declaration.attr("tags") } else { all };
    let pairs = pairs.pairs().unwrap_or_default();
    pairs.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value.text().ok()?.unwrap_or_default()))).collect()
}

/// The tags as an answer of their own.
pub(super) fn observed_tags(declaration: &Declaration) -> Observed<BTreeMap<String, String>> {
    match declaration.attr("tags_all").value.why().or_else(|| declaration.attr("tags").value.why()) {
        Some(why) => Observed::Unknown(why.gap(&declaration.address)),
        None => Observed::Known(tags(declaration)),
    }
}

impl Room<'_, '_> {
    /// An id that refers to something. One that is not known becomes an id of its own, which no list has.
    pub(super) fn id_at(&mut self, address: &str, at: &Node, name: &str, list: List) -> Option<String> {
        match at.text() {
            Ok(id) => id,
            Err(why) => {
                let id = undeployed_id(&format!("{address}.{name}"));
                self.lose(list, &id, &why);
                Some(id)
            }
        }
    }

    /// The ids in a list, as [`Self::id_at`] takes them.
    pub(super) fn ids_at(&mut self, address: &str, at: &Node, name: &str, list: &List) -> Vec<String> {
        match &at.value {
            Value::List(items) => items
                .iter()
                .enumerate()
                .filter_map(|(number, item)| self.id_at(address, item, &format!("{name}[{number}]"), list.clone()))
                .collect(),
            _ => self.id_at(address, at, name, list.clone()).into_iter().collect(),
        }
    }

    /// The ARN of a resource of load balancing, as [`Self::id_at`] takes ids: joins read the region out of it.
    pub(super) fn arn_at(&mut self, address: &str, at: &Node, name: &str, (kind, list): (&str, List)) -> Option<String> {
        match at.text() {
            Ok(arn) => arn,
            Err(why) => {
                let place = in_arn(&undeployed_id(&format!("{address}.{name}")));
                let arn = self.draft.to.arn("elasticloadbalancing", &format!("{kind}/{place}"));
                self.lose(list, &arn, &why);
                Some(arn)
            }
        }
    }
}
