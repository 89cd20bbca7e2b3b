//! VPCs and what decides who reaches what in them.

mod acls;
mod entries;
mod flow_logs;
mod groups;
mod lists;
mod tables;
mod vpcs;

use super::Room;

/// Reads everything of the network.
pub(super) fn fill(room: &mut Room<'_, '_>) {
    vpcs::fill(room);
    tables::fill(room);
    acls::fill(room);
    lists::fill(room);
    groups::fill(room);
    flow_logs::fill(room);
}

/// A protocol as AWS tells it of security groups: by name where it has one of the common ones.
fn protocol(word: &str) -> String {
    let word = word.to_ascii_lowercase();
    match word.as_str() {
        "all" | "-1" => "-1",
        "6" => "tcp",
        "17" => "udp",
        "1" => "icmp",
        "58" => "icmpv6",
        other => other,
    }
    .to_owned()
}
