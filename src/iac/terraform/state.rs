//! States: which live resource each address stands for. A state holds secrets: of its attributes only those are kept that
//! tell a resource from others.

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};

use super::eval::quoted;
use super::plan::{printable, wrong};
use crate::diagnostics::Diagnostic;

/// The attributes that are kept.
const KEPT: &[&str] = &[
    "arn",
    "id",
    "rest_api_id",
    "resource_id",
    "http_method",
    "api_id",
    "route_key",
    "stage_name",
    "name",
    "path",
    "security_group_rule_id",
    "security_group_id",
    "dns_name",
    "region",
];

/// What a state says is there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// The instances of its managed resources, sorted by address.
    pub instances: Vec<Instance>,
}

/// A resource that a state knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// What the code calls it.
    pub address: String,
    /// Its type.
    pub kind: String,
    /// The attributes that tell which live resource it is.
    pub attributes: BTreeMap<String, String>,
}

/// Reads a state file of version 4, or what `terraform show -json` writes of a state. `name` is what the user calls it.
pub fn read_state(json: &str, name: &str) -> Result<State, Vec<Diagnostic>> {
    let refuse = |message: String, help: &str| {
        let mut diagnostic = Diagnostic::error(message).help(help);
        diagnostic.file = Some(name.to_owned());
        Err(vec![diagnostic])
    };
    let file: File<'_> = match serde_json::from_str(json.trim_start_matches('\u{feff}')) {
        Ok(file) => file,
        Err(error) => return refuse(wrong(&error, name, "state"), PULL),
    };
    if file.planned_values.is_some() {
        return refuse(format!("{name} is a plan, not a state"), PULL);
    }
    let mut instances = match (&file.version, &file.format_version) {
        (Some(4), _) => from_file(file.resources),
        (Some(version), _) => {
            let help = "apiaudit reads states of version 4: Terraform 0.12 and newer write them";
            return refuse(format!("{name} is a state of version {version}"), help);
        }
        (None, Some(version)) if version.starts_with("1.") || *version == "0.1" || *version == "0.2" => {
            let mut instances = Vec::new();
            if let Some(module) = file.values.and_then(|values| values.root_module) {
                from_module(module, &mut instances);
            }
            instances
        }
        (None, Some(version)) => {
            let help = "apiaudit reads the JSON of states whose format_version begins with 1";
            return refuse(format!("{name} has the format_version {}", printable(version)), help);
        }
        (None, None) => return refuse(format!("{name} is no Terraform state: it has no version"), PULL),
    };
    instances.sort_by(|one, two| one.address.cmp(&two.address));
    Ok(State { instances })
}

const PULL: &str = "`terraform state pull > state.json` writes a state";

#[derive(Deserialize)]
struct File<'t> {
    version: Option<u64>,
    #[serde(borrow)]
    format_version: Option<Cow<'t, str>>,
    planned_values: Option<IgnoredAny>,
    #[serde(borrow, default)]
    resources: Vec<Resource<'t>>,
    #[serde(borrow)]
    values: Option<Values<'t>>,
}

#[derive(Deserialize)]
struct Resource<'t> {
    #[serde(borrow, default)]
    module: Option<Cow<'t, str>>,
    #[serde(borrow)]
    mode: Cow<'t, str>,
    #[serde(borrow, rename = "type")]
    kind: Cow<'t, str>,
    #[serde(borrow)]
    name: Cow<'t, str>,
    #[serde(default)]
    instances: Vec<Made>,
}

#[derive(Deserialize)]
struct Made {
    index_key: Option<Index>,
    #[serde(default)]
    attributes: Kept,
    deposed: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Index {
    Number(u64),
    Key(String),
}

#[derive(Deserialize)]
struct Values<'t> {
    #[serde(borrow)]
    root_module: Option<Module<'t>>,
}

#[derive(Deserialize)]
struct Module<'t> {
    #[serde(borrow, default)]
    resources: Vec<Shown<'t>>,
    #[serde(default)]
    child_modules: Vec<Self>,
}

#[derive(Deserialize)]
struct Shown<'t> {
    #[serde(borrow)]
    address: Cow<'t, str>,
    #[serde(borrow)]
    mode: Cow<'t, str>,
    #[serde(borrow, rename = "type")]
    kind: Cow<'t, str>,
    #[serde(default)]
    values: Kept,
    deposed_key: Option<IgnoredAny>,
}

fn from_file(resources: Vec<Resource<'_>>) -> Vec<Instance> {
    let managed = resources.into_iter().filter(|resource| resource.mode == "managed");
    let instances = managed.flat_map(|resource| {
        let prefix = resource.module.as_ref().map_or_else(String::new, |module| format!("{module}."));
        let address = format!("{prefix}{}.{}", resource.kind, resource.name);
        let kind = resource.kind.into_owned();
        let made = resource.instances.into_iter().filter(|made| made.deposed.is_none());
        made.map(move |made| {
            let key = match made.index_key {
                None => String::new(),
                Some(Index::Number(index)) => format!("[{index}]"),
                Some(Index::Key(key)) => format!("[{}]", quoted(&key)),
            };
            Instance { address: format!("{address}{key}"), kind: kind.clone(), attributes: made.attributes.0 }
        })
    });
    instances.collect()
}

fn from_module(module: Module<'_>, into: &mut Vec<Instance>) {
    let managed = module.resources.into_iter().filter(|resource| resource.mode == "managed" && resource.deposed_key.is_none());
    into.extend(managed.map(|resource| Instance {
        address: resource.address.into_owned(),
        kind: resource.kind.into_owned(),
        attributes: resource.values.0,
    }));
    for child in module.child_modules {
        from_module(child, into);
    }
}

/// The attributes that are kept, where they are texts. Nothing else is even held.
#[derive(Default)]
struct Kept(BTreeMap<String, String>);

impl<'de> Deserialize<'de> for Kept {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Kept;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("attributes")
    }

    fn visit_unit<E>(self) -> Result<Kept, E> {
        Ok(Kept::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut pairs: A) -> Result<Kept, A::Error> {
        let mut kept = BTreeMap::new();
        while let Some(name) = pairs.next_key::<Cow<'de, str>>()? {
            if KEPT.contains(&&*name) {
                if let Text(Some(text)) = pairs.next_value()? {
                    kept.insert(name.into_owned(), text);
                }
            } else {
                pairs.next_value::<IgnoredAny>()?;
            }
        }
        Ok(Kept(kept))
    }
}

/// A text, or something else that is let go.
#[derive(Deserialize)]
#[serde(from = "super::plan::Tree")]
struct Text(Option<String>);

impl From<super::plan::Tree> for Text {
    fn from(tree: super::plan::Tree) -> Self {
        match tree.0.value {
            crate::iac::value::Value::Text(text) => Self(Some(text.text.to_string())),
            _ => Self(None),
        }
    }
}
