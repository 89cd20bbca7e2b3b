//! The snapshot: an [`Inventory`] as one versioned JSON file.

use schemars::Schema;
use serde::Deserialize;
use thiserror::Error;

use super::{Inventory, Listed, Region};

/// What a snapshot says it is.
pub const FORMAT: &str = "apiaudit-inventory";
/// The version this program writes and reads.
pub const VERSION: u32 = 1;

/// Why a snapshot could not be read.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum SnapshotError {
    /// The text ends too early.
    #[error("the snapshot is cut off at line {line}, column {column}")]
    Truncated {
        /// Where it ends, from 1.
        line: usize,
        /// Where it ends, from 1.
        column: usize,
    },
    /// The text is no JSON, or not of the right shape.
    #[error("line {line}, column {column}: {reason}")]
    Malformed {
        /// Where, from 1.
        line: usize,
        /// Where, from 1.
        column: usize,
        /// What is wrong there.
        reason: String,
    },
    /// JSON of something else.
    #[error("this is no apiaudit inventory: `format` is {found}, not \"{FORMAT}\"")]
    Foreign {
        /// What it says it is.
        found: String,
    },
    /// It lists a region twice.
    #[error("region {name} stands in the snapshot twice")]
    Repeated {
        /// The region.
        name: String,
    },
    /// A later apiaudit wrote it.
    #[error("the snapshot has format version {found}, and this apiaudit reads up to {VERSION}")]
    Newer {
        /// The version it has.
        found: u32,
    },
}

impl SnapshotError {
    /// What the user can do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Truncated { .. } => "write it again with `apiaudit scan --save-inventory FILE`; the copy or download was not complete",
            Self::Malformed { .. } => {
                "compare with docs/inventory.schema.json, or write it again with `apiaudit scan --save-inventory FILE`"
            }
            Self::Repeated { .. } => "keep one of them, or write the snapshot again with `apiaudit scan --save-inventory FILE`",
            Self::Foreign { .. } => "give a file that `apiaudit scan --save-inventory FILE` wrote",
            Self::Newer { .. } => "update apiaudit, or take the snapshot again with this version",
        }
    }
}

/// The head of a snapshot, read before the rest so that a foreign or newer file is named for what it is.
#[derive(Deserialize)]
struct Head {
    #[serde(default)]
    format: Option<serde_json::Value>,
    #[serde(default)]
    version: Option<u32>,
}

/// Reads a snapshot.
pub fn read(text: &str) -> Result<Inventory, SnapshotError> {
    match serde_json::from_str(text) {
        Ok(inventory) => check(inventory),
        // Only a file that is not ours at first sight is looked at twice.
        Err(error) => Err(explain(text, &error)),
    }
}

fn check(mut inventory: Inventory) -> Result<Inventory, SnapshotError> {
    if inventory.format != FORMAT {
        return Err(SnapshotError::Foreign { found: format!("{:?}", inventory.format) });
    }
    if inventory.version > VERSION {
        return Err(SnapshotError::Newer { found: inventory.version });
    }
    sort(&mut inventory);
    if let Some(pair) = inventory.regions.windows(2).find(|pair| pair[0].name == pair[1].name) {
        return Err(SnapshotError::Repeated { name: pair[0].name.clone() });
    }
    Ok(inventory)
}

fn explain(text: &str, error: &serde_json::Error) -> SnapshotError {
    if error.is_eof() {
        return SnapshotError::Truncated { line: error.line(), column: error.column() };
    }
    if text.trim_start().starts_with('[') {
        return SnapshotError::Foreign { found: "missing: it is a list".to_owned() };
    }
    if let Ok(head) = serde_json::from_str::<Head>(text) {
        let ours = head.format.as_ref().and_then(|format| format.as_str()) == Some(FORMAT);
        if !ours {
            let found = head.format.map_or_else(|| "missing".to_owned(), |format| format.to_string());
            return SnapshotError::Foreign { found };
        }
        if let Some(found) = head.version.filter(|version| *version > VERSION) {
            return SnapshotError::Newer { found };
        }
    }
    SnapshotError::Malformed { line: error.line(), column: error.column(), reason: reason(error) }
}

/// serde's message without the place it repeats at its end.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(text.as_str(), |(reason, _)| reason).to_owned()
}

/// Writes a snapshot: sorted, so that the same account always gives the same text.
pub fn write(inventory: &Inventory) -> String {
    let mut sorted = inventory.clone();
    sort(&mut sorted);
    let mut text = serde_json::to_string_pretty(&sorted).unwrap_or_default();
    text.push('\n');
    text
}

/// The JSON Schema of a snapshot.
pub fn schema() -> Schema {
    schemars::schema_for!(Inventory)
}

/// Brings every list into the order of its ids, so that nothing depends on the order of answers.
pub fn sort(inventory: &mut Inventory) {
    inventory.regions.sort_by(|a, b| a.name.cmp(&b.name));
    inventory.skipped_regions.sort();
    for region in &mut inventory.regions {
        sort_region(region);
    }
}

fn by<T, K: Ord>(list: &mut Listed<T>, key: impl Fn(&T) -> K) {
    list.items.sort_by_key(key);
    list.gaps.sort();
    list.gaps.dedup();
}

fn sort_region(region: &mut Region) {
    for apis in [&mut region.rest_apis, &mut region.http_apis] {
        by(apis, |api| api.id.clone());
        for api in &mut apis.items {
            by(&mut api.authorizers, |authorizer| authorizer.id.clone());
            by(&mut api.stages, |stage| stage.name.clone());
            if let super::Observed::Known(copy) = &mut api.working_copy {
                sort_routes(copy);
            }
            for stage in &mut api.stages.items {
                by(&mut stage.secret_variables, Clone::clone);
                for served in [&mut stage.deployed, &mut stage.canary_deployed] {
                    if let super::Observed::Known(served) = served {
                        sort_routes(served);
                    }
                }
            }
        }
    }
    by(&mut region.vpc_links_v1, |link| link.id.clone());
    by(&mut region.vpc_links_v2, |link| link.id.clone());
    by(&mut region.domain_names, |domain| domain.name.clone());
    for domain in &mut region.domain_names.items {
        by(&mut domain.mappings, Clone::clone);
        by(&mut domain.mutual_tls_warnings, Clone::clone);
    }
    by(&mut region.client_certificates, |certificate| certificate.id.clone());
    by(&mut region.cloud_map_services, |service| service.arn.clone());
    sort_balancing(region);
    sort_network(region);
    by(&mut region.clusters, |cluster| cluster.arn.clone());
    for cluster in &mut region.clusters.items {
        by(&mut cluster.services, |service| service.arn.clone());
        by(&mut cluster.tasks, |task| task.arn.clone());
    }
    by(&mut region.task_definitions, |definition| definition.arn.clone());
    for definition in &mut region.task_definitions.items {
        by(&mut definition.volumes, |volume| volume.name.clone());
        definition.containers.iter_mut().for_each(|container| by(&mut container.secret_environment, Clone::clone));
    }
    by(&mut region.stacks, |stack| stack.name.clone());
}

fn sort_routes(configuration: &mut super::Configuration) {
    configuration.routes.sort_by(|a, b| (&a.path, &a.method).cmp(&(&b.path, &b.method)));
}

fn sort_balancing(region: &mut Region) {
    by(&mut region.load_balancers, |balancer| balancer.arn.clone());
    for balancer in &mut region.load_balancers.items {
        balancer.security_groups.sort();
        balancer.zones.sort_by(|a, b| (&a.zone, &a.subnet_id).cmp(&(&b.zone, &b.subnet_id)));
        by(&mut balancer.listeners, |listener| (listener.port, listener.arn.clone()));
        for listener in &mut balancer.listeners.items {
            by(&mut listener.extra_certificates, Clone::clone);
            by(&mut listener.rules, |rule| (rule.priority, rule.arn.clone()));
        }
    }
    by(&mut region.target_groups, |group| group.arn.clone());
    for group in &mut region.target_groups.items {
        if let super::Observed::Known(targets) = &mut group.targets {
            targets.sort();
        }
    }
    by(&mut region.ssl_policies, |policy| policy.name.clone());
    by(&mut region.certificates, |certificate| certificate.arn.clone());
}

fn sort_network(region: &mut Region) {
    by(&mut region.vpcs, |vpc| vpc.id.clone());
    by(&mut region.subnets, |subnet| subnet.id.clone());
    by(&mut region.route_tables, |table| table.id.clone());
    for table in &mut region.route_tables.items {
        table.subnet_ids.sort();
        table.routes.sort();
    }
    by(&mut region.internet_gateways, |gateway| gateway.id.clone());
    by(&mut region.network_acls, |acl| acl.id.clone());
    for acl in &mut region.network_acls.items {
        acl.subnet_ids.sort();
        acl.entries.sort();
    }
    by(&mut region.security_groups, |group| group.id.clone());
    for group in &mut region.security_groups.items {
        group.rules.sort();
    }
    by(&mut region.prefix_lists, |list| list.id.clone());
    by(&mut region.network_interfaces, |interface| interface.id.clone());
    by(&mut region.addresses, |address| address.public_ip.clone());
    by(&mut region.flow_logs, |log| log.id.clone());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::Observed;

    fn empty() -> Inventory {
        Inventory {
            format: FORMAT.into(),
            version: VERSION,
            tool_version: "0.1.0".into(),
            taken_at: "2026-11-22T00:00:00Z".into(),
            account: Observed::default(),
            regions: vec![Region { name: "eu-west-1".into(), ..Region::default() }],
            skipped_regions: Vec::new(),
            code: None,
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let text = write(&empty());
        assert_eq!(read(&text).unwrap(), empty());
        assert_eq!(write(&read(&text).unwrap()), text);
    }

    #[test]
    fn each_bad_file_is_named_for_what_it_is() {
        let text = write(&empty());
        assert!(matches!(read(&text[..text.len() / 2]), Err(SnapshotError::Truncated { .. })));
        assert!(matches!(read("{\"Vpcs\": []}"), Err(SnapshotError::Foreign { .. })));
        assert!(matches!(read("[1]"), Err(SnapshotError::Foreign { .. })));
        assert!(matches!(read("not json"), Err(SnapshotError::Malformed { line: 1, .. })));
        let newer = text.replace("\"version\": 1", "\"version\": 2");
        assert_eq!(read(&newer), Err(SnapshotError::Newer { found: 2 }));
        let newer = newer.replace("\"regions\"", "\"later\": 1, \"regions\"");
        assert_eq!(read(&newer), Err(SnapshotError::Newer { found: 2 }));
        let mut twice = empty();
        twice.regions.push(twice.regions[0].clone());
        assert_eq!(read(&serde_json::to_string(&twice).unwrap()), Err(SnapshotError::Repeated { name: "eu-west-1".into() }));
        let typo = text.replace("taken_at", "takenat");
        let Err(SnapshotError::Malformed { line, reason, .. }) = read(&typo) else { panic!("a typo was read") };
        assert_eq!(line, 5);
        assert!(reason.contains("takenat"), "{reason}");
    }
}
