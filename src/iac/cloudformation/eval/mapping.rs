//! `Fn::FindInMap`.

use super::conditions::opaque;
use super::{Here, World};
use crate::iac::cloudformation::document::Item;
use crate::iac::value::{Value, Why};

impl World {
    /// A value of a mapping, or the default one; none where that is `AWS::NoValue`.
    pub(super) fn find_in_map(&self, here: Here, argument: &Item) -> Option<Value> {
        let (names, default) = match argument.items() {
            [map, first, second] => ([map, first, second], None),
            [map, first, second, more] => ([map, first, second], more.get("DefaultValue")),
            _ => return Some(Value::unknown("Fn::FindInMap takes a mapping and two keys")),
        };
        let keys: Result<Vec<String>, Why> = names.iter().map(|item| self.key(here, item)).collect();
        let keys = match keys {
            Ok(keys) => keys,
            Err(why) => return Some(Value::Unknown(why)),
        };
        let mappings = self.stacks[here.stack].root.get("Mappings");
        let mapping = mappings.and_then(|mappings| mappings.get(&keys[0]));
        let hidden = [mappings, mapping].into_iter().flatten().any(|map| map.get("Fn::Transform").is_some());
        match mapping.and_then(|map| map.get(&keys[1])).and_then(|map| map.get(&keys[2])) {
            Some(item) => self.eval(here, item),
            None if hidden => Some(Value::unknown(format!("mapping {} is put in only at deployment", keys[0]))),
            None => match default {
                Some(item) => self.eval(here, item),
                None => Some(Value::unknown(format!("mapping {} has no {}.{}", keys[0], keys[1], keys[2]))),
            },
        }
    }

    fn key(&self, here: Here, item: &Item) -> Result<String, Why> {
        match self.value(here, item) {
            Value::Text(text) if text.made_up => Err(opaque(&text.text, "looked up in a mapping")),
            other => Ok(other.words()?.unwrap_or_default().to_string()),
        }
    }
}
