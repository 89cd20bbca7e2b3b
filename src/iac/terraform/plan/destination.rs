//! Where a plan goes, by what it knows of what is there already.

use super::Planned;

/// The region, where all ARNs agree on one.
pub(super) fn region(planned: &Planned) -> Option<String> {
    only(planned, 3)
}

/// The account: what AWS said who asks, else the only one in the ARNs.
pub(super) fn account(planned: &Planned) -> Option<String> {
    let mut said: Vec<&str> =
        planned.data.keys().map(String::as_str).filter(|address| address.contains("data.aws_caller_identity.")).collect();
    said.sort_unstable();
    let said = said.into_iter().find_map(|address| planned.data.get(address)?.get("account_id").text().ok()?);
    said.or_else(|| only(planned, 4).filter(|account| account.len() == 12 && account.bytes().all(|sign| sign.is_ascii_digit())))
}

/// What all ARNs that are known say at a place, where they agree.
fn only(planned: &Planned, at: usize) -> Option<String> {
    let mut found: Option<String> = None;
    for managed in &planned.managed {
        let arn = planned.resources.get(&managed.address).and_then(|resource| resource.values.get("arn").text().ok()?);
        let part = arn.filter(|arn| arn.starts_with("arn:")).and_then(|arn| Some(arn.split(':').nth(at)?.to_owned()));
        match (part.filter(|part| !part.is_empty()), &found) {
            (Some(part), Some(known)) if part != *known => return None,
            (Some(part), None) => found = Some(part),
            _ => {}
        }
    }
    found
}
