//! Flow logs.

use super::super::Room;
use super::super::read::{Attributes as _, id};
use crate::iac::code::Declaration;
use crate::iac::draft::List;
use crate::iac::value::Why;
use crate::inventory::FlowLog;

/// What a flow log can watch.
const WATCHED: [&str; 5] = ["vpc_id", "subnet_id", "eni_id", "transit_gateway_id", "transit_gateway_attachment_id"];

pub(super) fn fill(room: &mut Room<'_, '_>) {
    for declaration in room.of(&["aws_flow_log"]) {
        room.name(declaration, id(declaration));
        let read = flow_log(declaration);
        if let Some(log) = room.kept(List::FlowLogs, &declaration.address, read) {
            room.draft.region.flow_logs.items.push(log);
        }
    }
}

fn flow_log(declaration: &Declaration) -> Result<FlowLog, Why> {
    let mut watched = None;
    for name in WATCHED {
        // All of them are looked at: one that is not known may be the one that counts.
        watched = watched.or(declaration.text_at(name)?);
    }
    Ok(FlowLog {
        id: id(declaration),
        resource_id: watched.ok_or_else(|| Why::new("it does not name what it watches"))?,
        // It works from its deployment on; whether it then delivers, nobody can tell from here.
        status: Some("ACTIVE".to_owned()),
        traffic_type: declaration.text_at("traffic_type")?,
        deliver_status: None,
    })
}
