//! Facts about task definitions.

use std::collections::BTreeSet;

use super::exposure::told;
use super::types::{CONTAINER, EFS_VOLUME, TASK_DEFINITION};
use super::users::{Users, behind_api};
use super::ways::merge;
use super::{Context, missing, observed, strings, unknown, word};
use crate::inventory::{Cause, Container, EfsVolume, Gap, Observed, Region, TaskDefinition, Volume, undeployed_place};
use crate::rules::value::{RecordBuilder, Unknown, Value};
use crate::topology::{Key, Topology};

const DESCRIBE: &str = "ecs:DescribeTaskDefinition";

/// The variables by which Security Hub knows credentials of AWS (ECS.8).
const CREDENTIALS: [&str; 3] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "ECS_ENGINE_AUTH_DATA"];

/// The facts about a task definition.
pub(crate) fn task_definition<'a>(
    topology: &Topology<'a>,
    context: &Context<'a>,
    region: &'a Region,
    definition: &'a TaskDefinition,
) -> Value {
    let users = context.users(&region.name);
    let keys = users.map_or_else(Vec::new, |users| users.keys(topology, &definition.arn));
    let unread = users.and_then(Users::unread);
    RecordBuilder::new(&TASK_DEFINITION)
        .set("arn", &definition.arn)
        .set("name", name(definition))
        .set("region", &region.name)
        .set("containers", Value::list(definition.containers.iter().map(container).collect()))
        .set("credentials", credentials(definition))
        .set("network_mode", definition.network_mode.as_deref().map(network_mode))
        .set("pid_mode", observed(&definition.pid_mode, DESCRIBE, |mode| word(mode, &["host", "task"], DESCRIBE, "PID mode")))
        .set("operating_system", observed(&definition.operating_system, DESCRIBE, |family| family.as_str().into()))
        .set("windows", windows(definition))
        .set("efs_volumes", efs_volumes(definition))
        .set("task_role", definition.task_role_arn.as_deref().map(role))
        .set("execution_role", definition.execution_role_arn.as_deref().map(role))
        .set("one_role", one_role(definition))
        .set("run_by", users.map_or_else(|| Value::list(Vec::new()), |users| users.in_words(&definition.arn)))
        .set("behind_api", behind_api(context, &region.name, &keys, unread.clone()))
        .set("public_ways", public_ways(topology, context, region, &keys, unread))
        .build()
}

/// Family and revision; before deployment there is no revision.
pub(crate) fn name(definition: &TaskDefinition) -> &str {
    if let Some(family) = &definition.family {
        return family;
    }
    definition.arn.rsplit_once('/').map_or(definition.arn.as_str(), |(_, name)| name)
}

fn network_mode(mode: &str) -> Value {
    word(mode, &["bridge", "host", "awsvpc", "none"], DESCRIBE, "network mode")
}

/// Whether it is for Windows. AWS takes Linux where nobody says.
fn windows(definition: &TaskDefinition) -> Value {
    match &definition.operating_system {
        Observed::Absent => false.into(),
        Observed::Known(family) if family.starts_with("WINDOWS_SERVER_") => true.into(),
        Observed::Known(family) if family == "LINUX" => false.into(),
        Observed::Known(family) => word(family, &[], DESCRIBE, "operating system"),
        Observed::Unknown(gap) => gap.clone().or_action(DESCRIBE).into(),
    }
}

fn container(container: &Container) -> Value {
    let log_mode = observed(&container.log_mode, DESCRIBE, |mode| word(mode, &["blocking", "non-blocking"], DESCRIBE, "log mode"));
    RecordBuilder::new(&CONTAINER)
        .set("name", &container.name)
        .set("image", container.image.as_deref())
        .set("user", container.user.as_deref())
        .set("superuser", is_superuser(container.user.as_deref()))
        .set("privileged", container.privileged)
        .set("readonly_root", container.readonly_root_filesystem)
        .set("log_driver", container.log_driver.as_deref())
        .set("log_mode", log_mode)
        .build()
}

/// Whether a user, with or without a group, is the one that may do everything. The image decides where nobody is named, and
/// most images leave it at that user.
fn is_superuser(user: Option<&str>) -> bool {
    let name = user.and_then(|user| user.split(':').next()).unwrap_or_default().trim();
    name.is_empty() || name == "root" || name.parse::<u32>() == Ok(0) || name.eq_ignore_ascii_case("ContainerAdministrator")
}

/// The variables that hold credentials. Of their values none was kept.
fn credentials(definition: &TaskDefinition) -> Value {
    let (mut found, mut unread) = (BTreeSet::new(), None);
    for container in &definition.containers {
        let by_name = container.environment_names.iter().filter(|name| CREDENTIALS.contains(&name.as_str()));
        found.extend(by_name.chain(&container.secret_environment).map(|name| format!("{name} of {}", container.name)));
        unread = merge(unread, missing(&container.secret_environment, DESCRIBE));
    }
    Value::partial_list(found.into_iter().map(Value::from).collect(), unread)
}

fn efs_volumes(definition: &TaskDefinition) -> Value {
    let volumes = definition.volumes.iter().filter_map(|volume| Some(efs_volume(volume, volume.efs.as_ref()?)));
    Value::partial_list(volumes.collect(), missing(&definition.volumes, DESCRIBE))
}

/// A volume on EFS. AWS does not encrypt where nobody says.
fn efs_volume(volume: &Volume, efs: &EfsVolume) -> Value {
    let encrypted = match efs.transit_encryption.as_deref() {
        Some("ENABLED") => true.into(),
        None | Some("DISABLED") => false.into(),
        Some(other) => word(other, &[], DESCRIBE, "transit encryption"),
    };
    RecordBuilder::new(&EFS_VOLUME).set("name", &volume.name).set("file_system", &efs.file_system_id).set("encrypted", encrypted).build()
}

/// A role, unless only deployment tells which.
fn role(role: &str) -> Value {
    match undeployed_place(role) {
        Some(place) => Gap::new("", Cause::Undeployed).because(format!("{place}: known only after deployment")).into(),
        None => role.into(),
    }
}

/// Whether the containers have the role with which ECS starts them.
fn one_role(definition: &TaskDefinition) -> Value {
    let (Some(own), Some(agent)) = (&definition.task_role_arn, &definition.execution_role_arn) else { return false.into() };
    match (role(own), role(agent)) {
        (Value::Unknown(one), Value::Unknown(other)) => one.union(&other).into(),
        (unknown @ Value::Unknown(_), _) | (_, unknown @ Value::Unknown(_)) => unknown,
        _ => is_same_role(own, agent).into(),
    }
}

/// Whether two roles are one: AWS takes an ARN, or the name alone, which no two roles of an account share.
fn is_same_role(one: &str, other: &str) -> bool {
    let name = |role: &str| role.rsplit('/').next().unwrap_or_default().to_owned();
    one == other || one.starts_with("arn:") != other.starts_with("arn:") && name(one) == name(other)
}

/// The ways past every API by which the internet gets to tasks.
fn public_ways<'a>(topology: &Topology<'a>, context: &Context<'a>, region: &Region, keys: &[Key<'a>], unread: Option<Unknown>) -> Value {
    let (ways, cut) = context.ways.most_to(keys);
    let mut missing = merge(cut.map(Unknown::from), merge(context.unseen_past_apis(&region.name), unread));
    let mut names = Vec::new();
    for way in ways.into_iter().filter(|way| !way.is_through_api()) {
        match told(way.is_public(), &way.sources.internet_gaps) {
            Value::Bool(true) => names.push(format!("{} from {}", topology.way_name(way), context.ways.sources_of(way))),
            Value::Unknown(gaps) => missing = merge(missing, unknown(gaps.gaps())),
            _ => {}
        }
    }
    names.dedup();
    match strings(names) {
        Value::List(list) => Value::partial_list(list.items().to_vec(), missing),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::snapshot;
    use crate::rules::assess::Settings;

    #[test]
    fn a_task_definition_tells_who_gets_to_its_tasks() {
        let inventory = snapshot::read(include_str!("../../../fixtures/inventories/article-before.json")).unwrap();
        let topology = Topology::new(&inventory);
        let context = Context::new(&topology, Settings::default());
        let region = &inventory.regions[0];
        let Value::Record(facts) = task_definition(&topology, &context, region, &region.task_definitions.items[0]) else { panic!() };
        let shown = |name: &str| facts.get(name).unwrap().render();
        assert_eq!(shown("name"), "orders:17");
        assert_eq!(shown("run_by"), "service orders in cluster orders");
        assert_eq!(facts.get("behind_api"), Some(&true.into()));
        assert!(shown("public_ways").contains("ALB") && shown("public_ways").contains("any IPv4 address"), "{}", shown("public_ways"));
    }

    #[test]
    fn root_has_many_names() {
        for user in ["root", "0", "0:0", "root:root", "root:", ":1000", "00", "ContainerAdministrator", "containeradministrator", " "] {
            assert!(is_superuser(Some(user)), "{user}");
        }
        assert!(is_superuser(None));
        for user in ["app", "1000", "1000:0", "app:root", "rooted", "10", "ContainerUser"] {
            assert!(!is_superuser(Some(user)), "{user}");
        }
    }

    #[test]
    fn a_role_may_be_told_by_its_name_alone() {
        let arn = "arn:aws:iam::123456789012:role/service/orders";
        assert!(is_same_role(arn, arn) && is_same_role("orders", arn) && is_same_role(arn, "orders"));
        assert!(!is_same_role("orders-task", arn) && !is_same_role(arn, "arn:aws:iam::123456789012:role/orders"));
    }
}
