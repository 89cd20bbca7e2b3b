//! Managed prefix lists.

use super::super::Room;
use super::super::read::{Attributes as _, id, label};
use crate::iac::code::Declaration;
use crate::iac::value::Why;
use crate::inventory::{Observed, PrefixList};

pub(super) fn fill(room: &mut Room<'_, '_>) {
    for declaration in room.of(&["aws_ec2_managed_prefix_list"]) {
        room.name(declaration, id(declaration));
        let list = list(declaration);
        room.draft.region.prefix_lists.items.push(list);
    }
    for declaration in room.of(&["aws_ec2_managed_prefix_list_entry"]) {
        let of = declaration.required("prefix_list_id").ok();
        let entry = declaration.required("cidr");
        add(room, of.as_deref(), &declaration.address, &entry);
    }
    for block in room.uncounted_of(&["aws_ec2_managed_prefix_list_entry"]) {
        add(room, None, &block.address, &Err(block.why.clone()));
    }
}

fn list(declaration: &Declaration) -> PrefixList {
    let entries = declaration.blocks("entry").and_then(|blocks| blocks.iter().map(|block| block.required("cidr")).collect());
    PrefixList {
        id: id(declaration),
        name: label(declaration, "name"),
        owner_id: None,
        address_family: declaration.text_at("address_family").unwrap_or_default(),
        entries: match entries {
            Ok(entries) => Observed::Known(entries),
            Err(why) => Observed::Unknown(why.gap(&declaration.address)),
        },
    }
}

/// Adds an entry to a list: to every list where it does not say to which.
fn add(room: &mut Room<'_, '_>, of: Option<&str>, address: &str, entry: &Result<String, Why>) {
    let lists = room.draft.region.prefix_lists.items.iter_mut().filter(|list| of.is_none_or(|of| list.id == of));
    for list in lists {
        match (entry, of) {
            (Ok(entry), Some(_)) => {
                if let Observed::Known(entries) = &mut list.entries {
                    entries.push(entry.clone());
                }
            }
            (Ok(_), None) => list.entries = Observed::Unknown(Why::new("of which prefix list an entry is, is not known").gap(address)),
            (Err(why), _) => list.entries = Observed::Unknown(why.gap(address)),
        }
    }
}
