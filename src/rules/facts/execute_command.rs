//! Facts about the shells that people open in containers (ECS Exec).

use super::{Context, lacking, observed, unknown, word};
use crate::inventory::{Cause, Cluster, ExecuteCommand, Gap, Observed, TaskDefinition};
use crate::rules::expr::Truth;
use crate::rules::value::Value;
use crate::topology::ServiceRef;

const CLUSTERS: &str = "ecs:DescribeClusters";
const LOGGING: [&str; 3] = ["NONE", "DEFAULT", "OVERRIDE"];

/// What a cluster says; nothing where nobody set it, which means `DEFAULT`.
fn command(cluster: &Cluster) -> Observed<Option<&ExecuteCommand>> {
    match &cluster.settings {
        Observed::Known(settings) => Observed::Known(settings.execute_command.as_ref()),
        Observed::Absent => Observed::Known(None),
        Observed::Unknown(gap) => Observed::Unknown(gap.clone()),
    }
}

fn told(command: Option<&ExecuteCommand>) -> &str {
    command.and_then(|command| command.logging.as_deref()).unwrap_or("DEFAULT")
}

/// What a cluster says of the logs.
pub(super) fn logging(cluster: &Cluster) -> Value {
    observed(&command(cluster), CLUSTERS, |command| word(told(*command), &LOGGING, CLUSTERS, "setting of the logs of ECS Exec"))
}

/// The key that encrypts the shells.
pub(super) fn key(cluster: &Cluster) -> Value {
    observed(&command(cluster), CLUSTERS, |command| command.and_then(|command| command.kms_key_id.as_deref()).into())
}

/// Whether what is done in the shells of a service's containers is logged.
pub(super) fn is_logged<'a>(context: &Context<'a>, found: &ServiceRef<'a>) -> Value {
    observed(&command(found.cluster), CLUSTERS, |command| match (told(*command), command) {
        ("NONE", _) => false.into(),
        ("OVERRIDE", Some(command)) => (command.cloud_watch_log_group.is_some() || command.s3_bucket.is_some()).into(),
        ("DEFAULT", _) => by_task_definitions(context, found),
        (other, _) => word(other, &[], CLUSTERS, "setting of the logs of ECS Exec"),
    })
}

/// Whether the task definitions of a service log by awslogs, each of them.
fn by_task_definitions<'a>(context: &Context<'a>, found: &ServiceRef<'a>) -> Value {
    let Some(definitions) = context.users(&found.region.name).map(|users| users.definitions(found.service)) else {
        return lacking("ecs:DescribeServices", "the region's services");
    };
    if definitions.items.is_empty() && definitions.is_complete() {
        return lacking("ecs:DescribeServices", &format!("which task definition {} runs", found.service.name));
    }
    let unread = unknown(&definitions.gaps).map_or(Truth::True, Truth::Unknown);
    definitions.items.into_iter().map(uses_awslogs).fold(unread, |all, one| all.and(|| one)).into()
}

/// AWS speaks of the task definition's awslogs driver, and not of what happens where only some of its containers have it.
fn uses_awslogs(definition: &TaskDefinition) -> Truth {
    let mut drivers = definition.containers.iter().map(|container| container.log_driver.as_deref() == Some("awslogs"));
    let (some, all) = (drivers.clone().any(|awslogs| awslogs), drivers.all(|awslogs| awslogs));
    if some == all {
        return some.into();
    }
    let why = format!("AWS does not say whether a shell is logged where only some containers of {} use awslogs", definition.arn);
    Truth::Unknown(Gap::new("ecs:DescribeTaskDefinition", Cause::NotSupported).because(why).into())
}
