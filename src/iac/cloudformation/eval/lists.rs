//! Items of lists.

use super::{Here, World};
use crate::iac::cloudformation::document::Item;
use crate::iac::value::{Node, Value};

impl World {
    /// `Fn::Select`. What is not known may also be nothing, so that an item after it could be another one.
    pub(super) fn select(&self, here: Here, argument: &Item) -> Value {
        let [index, list] = argument.items() else { return Value::unknown("Fn::Select takes an index and a list") };
        let index = match Node::from(self.value(here, index)).integer::<usize>() {
            Ok(Some(index)) => index,
            Ok(None) => return Value::unknown("Fn::Select takes an index"),
            Err(why) => return Value::Unknown(why),
        };
        let list = self.value(here, list);
        let items = match &list {
            Value::List(items) => items,
            Value::Unknown(why) => return Value::Unknown(why.clone()),
            _ => return Value::unknown("Fn::Select takes a list"),
        };
        let before = items.iter().take(index).find_map(|item| match &item.value {
            Value::Unknown(why) => Some(why.clone()),
            _ => None,
        });
        let found = items.get(index).map(|item| item.value.clone());
        let outside = || Value::unknown(format!("Fn::Select asks for item {index} of a list of {}", items.len()));
        before.map_or_else(|| found.unwrap_or_else(outside), Value::Unknown)
    }

    /// `Fn::Length`.
    pub(super) fn length(&self, here: Here, argument: &Item) -> Value {
        match self.value(here, argument) {
            Value::List(items) => match items.iter().find(|item| matches!(item.value, Value::Unknown(_))) {
                Some(item) => item.value.clone(),
                None => {
                    i32::try_from(items.len()).map_or_else(|_| Value::unknown("a list is too long"), |length| Value::Number(length.into()))
                }
            },
            Value::Unknown(why) => Value::Unknown(why),
            _ => Value::unknown("Fn::Length takes a list"),
        }
    }
}
