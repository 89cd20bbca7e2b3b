//! Rules of listeners.

use super::super::Room;
use super::super::read::{Attributes as _, arn};
use super::{actions, conditions};
use crate::iac::code::Declaration;
use crate::iac::draft::List;
use crate::iac::value::Why;
use crate::inventory::Rule;

pub(super) fn fill(room: &mut Room<'_, '_>) {
    for declaration in room.of(&["aws_lb_listener_rule", "aws_alb_listener_rule"]) {
        room.name(declaration, arn(declaration));
        match declaration.required("listener_arn") {
            Ok(listener) => {
                let list = List::Rules(Some(listener.clone()));
                let read = rule(room, declaration);
                if let Some(rule) = room.kept(list, &declaration.address, read) {
                    add(room, &listener, &declaration.address, rule);
                }
            }
            Err(why) => room.lose(List::Rules(None), &declaration.address, &why),
        }
    }
}

fn rule(room: &mut Room<'_, '_>, declaration: &Declaration) -> Result<Rule, Why> {
    Ok(Rule {
        arn: arn(declaration),
        priority: declaration.attr("priority").integer()?.ok_or_else(|| Why::new("the rule's place is known only after deployment"))?,
        conditions: conditions::conditions(declaration.attr("condition"))?,
        actions: actions::actions(room, &declaration.address, declaration.attr("action"), "action")?,
        transforms: conditions::transforms(declaration.attr("transform"))?,
    })
}

fn add(room: &mut Room<'_, '_>, listener: &str, address: &str, rule: Rule) {
    match room.draft.listener(listener) {
        Some(known) => known.rules.items.push(rule),
        // The listener, too, is out there or was lost: with it, whatever its rules say.
        None => room.lose(List::Balancers, address, &Why::new(format!("{listener} is not in this code"))),
    }
}
