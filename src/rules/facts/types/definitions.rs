//! Task definitions.

use super::{BOOL, STR, STRS, WAYS_IN, optional, required};
use crate::rules::schema::{RecordType, Type};

const DEFINITIONS: &str = "ecs:DescribeTaskDefinition";
/// What it takes to know who runs a task definition.
const RUN_BY: &str = "ecs:ListClusters ecs:ListServices ecs:DescribeServices ecs:ListTasks ecs:DescribeTasks";

/// A container of a task definition.
pub(crate) static CONTAINER: RecordType = RecordType {
    name: "container",
    doc: "A container of a task definition.",
    fields: &[
        required("name", STR, "Its name.", DEFINITIONS),
        optional("image", STR, "Its image.", DEFINITIONS),
        optional("user", STR, "The user it runs as, where the definition says so.", DEFINITIONS),
        required(
            "superuser",
            BOOL,
            "Whether it runs as root (`root`, `0`, with or without a group) or ContainerAdministrator, or the definition names no user.",
            DEFINITIONS,
        ),
        required("privileged", BOOL, "Whether it has the privileges of its host.", DEFINITIONS),
        required("readonly_root", BOOL, "Whether its root file system is read-only.", DEFINITIONS),
        optional("log_driver", STR, "Where its output goes, such as `awslogs`.", DEFINITIONS),
        optional(
            "log_mode",
            STR,
            "What happens when its output cannot be delivered, where the definition says so: `blocking` or `non-blocking`.",
            DEFINITIONS,
        ),
    ],
};

/// An EFS volume of a task definition.
pub(crate) static EFS_VOLUME: RecordType = RecordType {
    name: "efs_volume",
    doc: "A volume of a task definition on an EFS file system.",
    fields: &[
        required("name", STR, "Its name.", DEFINITIONS),
        required("file_system", STR, "The file system.", DEFINITIONS),
        required("encrypted", BOOL, "Whether data is encrypted between the host and EFS.", DEFINITIONS),
    ],
};

/// A task definition.
pub(crate) static TASK_DEFINITION: RecordType = RecordType {
    name: "task_definition",
    doc: "A revision of a task definition that a service, a deployment, a task set or a running task uses.",
    fields: &[
        required("arn", STR, "Its ARN, with the revision.", DEFINITIONS),
        required("name", STR, "Family and revision, such as `orders:7`; before deployment the family alone.", DEFINITIONS),
        required("region", STR, "Its region.", DEFINITIONS),
        required("containers", Type::List(&Type::Record(&CONTAINER)), "Its containers.", DEFINITIONS),
        required(
            "credentials",
            STRS,
            "The environment variables that hold credentials, by AWS's own names for them or by values that look like ones: `DB_PASSWORD of orders`.",
            DEFINITIONS,
        ),
        optional("network_mode", STR, "`bridge`, `host`, `awsvpc` or `none`; none means the platform's default.", DEFINITIONS),
        optional("pid_mode", STR, "Whose processes its containers see: `host` or `task`; none means each its own.", DEFINITIONS),
        optional("operating_system", STR, "The operating system, such as `LINUX`; none means Linux.", DEFINITIONS),
        required("windows", BOOL, "Whether it is for Windows.", DEFINITIONS),
        required("efs_volumes", Type::List(&Type::Record(&EFS_VOLUME)), "Its volumes on EFS.", DEFINITIONS),
        optional("task_role", STR, "The role of its containers.", DEFINITIONS),
        optional("execution_role", STR, "The role with which ECS starts it: pulls images, reads secrets, writes logs.", DEFINITIONS),
        required("one_role", BOOL, "Whether its containers have the role with which ECS starts them.", DEFINITIONS),
        required("run_by", STRS, "Who runs it, in words: `service orders in cluster shop`, `a task of its own in cluster shop`.", RUN_BY),
        required("behind_api", BOOL, "Whether an API leads to its tasks.", WAYS_IN),
        required("public_ways", STRS, "The ways past every API by which the internet gets to its tasks, in words.", WAYS_IN),
    ],
};
