//! Resources of which no code is at hand, not even the plan's own.

use super::{Managed, Planned, fill};
use crate::iac::code::{Declaration, Language};
use crate::iac::made_up::Destination;
use crate::iac::terraform::names;
use crate::iac::terraform::world::{World, partition};
use crate::iac::value::{Node, Value};

/// A resource of which no code is at hand.
pub(super) fn declaration(world: &World<'_>, planned: &Planned, managed: &Managed) -> Declaration {
    let why = Node::from(Value::unknown(format!("what {} says is known only after apply", managed.address)));
    let resource = planned.resources.get(&managed.address);
    let body = resource.and_then(|resource| fill::attribute(&resource.values, &resource.unknown.value, Some(&why)));
    let body = body.unwrap_or_else(Node::empty);
    let arn = || Some(body.get("arn").text().ok()??.split(':').nth(3)?.to_owned()).filter(|region| !region.is_empty());
    let region = body.get("region").text().ok().flatten().or_else(arn);
    let to = match &region {
        Some(region) => Destination { region: region.clone(), partition: partition(region).to_owned(), ..world.to.clone() },
        None => world.to.clone(),
    };
    let mut names = names::names(&managed.kind, &managed.address, &body, &to);
    for (name, value) in &mut names {
        if let Ok(Some(text)) = body.get(name).text() {
            *value = text;
        }
    }
    let (address, kind) = (managed.address.clone(), managed.kind.clone());
    Declaration { address, kind, language: Language::Terraform, region, body, head: None, block: None, calls: Vec::new(), names }
}
