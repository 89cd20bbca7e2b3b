//! Task definitions and clusters.

use serde_json::{Value as Json, json};

use super::region;
use crate::inventory::{ClusterSettings, Observed, TaskDefinition, UNDEPLOYED, is_undeployed_id};

fn definition(properties: &Json) -> TaskDefinition {
    region(&json!({"T": ["AWS::ECS::TaskDefinition", properties]})).task_definitions.items.remove(0)
}

#[test]
fn a_task_definition_tells_its_platform_its_volumes_and_which_variables_are_secrets() {
    let told = definition(&json!({"PidMode": "host", "RuntimePlatform": {"OperatingSystemFamily": "LINUX"},
        "Volumes": [{"Name": "tmp"}, {"Name": "data", "EFSVolumeConfiguration": {"FilesystemId": "fs-1"}}],
        "ContainerDefinitions": [
            {"Name": "a", "Environment": [{"Name": "DB_PASSWORD", "Value": "hunter2!x9"}, {"Name": "LEVEL", "Value": "info"}],
                "LogConfiguration": {"LogDriver": "awslogs", "Options": {"mode": "blocking"}}},
            {"Name": "b"}]}));
    assert_eq!(told.pid_mode, Observed::Known("host".to_owned()));
    assert_eq!(told.operating_system, Observed::Known("LINUX".to_owned()));
    assert_eq!(told.volumes.items[0].efs.as_ref().unwrap().file_system_id, "fs-1");
    assert_eq!(told.containers[0].secret_environment.items, ["DB_PASSWORD"]);
    assert_eq!(told.containers[0].log_mode, Observed::Known("blocking".to_owned()));
    assert_eq!(told.containers[1].log_mode, Observed::Absent);
    assert!(!format!("{told:?}").contains("hunter2"));
}

#[test]
fn what_is_not_known_of_a_task_definition_is_not_taken_for_absent() {
    let hidden = || json!({"Unknown": "Value has no value"});
    let told = definition(&json!({"PidMode": hidden(), "RuntimePlatform": hidden(), "TaskRoleArn": hidden(),
        "Volumes": [{"Name": "a", "EFSVolumeConfiguration": hidden()},
            {"Name": "b", "EFSVolumeConfiguration": {"FilesystemId": hidden(), "TransitEncryption": hidden()}}],
        "ContainerDefinitions": [{"Name": "a", "LogConfiguration": {"LogDriver": "awslogs", "Options": hidden()},
            "Environment": [{"Name": "DB_PASSWORD", "Value": hidden()}]}]}));
    assert!(told.pid_mode.gap().is_some() && told.operating_system.gap().is_some());
    assert!(is_undeployed_id(told.task_role_arn.as_deref().unwrap()));
    assert!(told.volumes.items.len() == 1 && !told.volumes.is_complete());
    let efs = told.volumes.items[0].efs.as_ref().unwrap();
    assert!(is_undeployed_id(&efs.file_system_id) && efs.transit_encryption.as_deref() == Some(UNDEPLOYED));
    assert!(told.containers[0].log_mode.gap().is_some());
    assert!(!told.containers[0].secret_environment.is_complete());
}

#[test]
fn a_cluster_tells_its_settings_and_leaves_what_nobody_says_to_the_account() {
    let settings = |properties: Json| -> ClusterSettings {
        let region = region(&json!({"C": ["AWS::ECS::Cluster", properties]}));
        region.clusters.items[0].settings.known().cloned().unwrap()
    };
    let none = settings(json!({}));
    assert_eq!((none.container_insights.as_deref(), none.execute_command), (Some(UNDEPLOYED), None));
    let told = settings(json!({"ClusterSettings": [{"Name": "containerInsights", "Value": "enhanced"}],
        "Configuration": {"ExecuteCommandConfiguration": {"KmsKeyId": "key", "Logging": "OVERRIDE",
            "LogConfiguration": {"CloudWatchLogGroupName": "exec", "CloudWatchEncryptionEnabled": true}}}}));
    let command = told.execute_command.unwrap();
    assert_eq!(told.container_insights.as_deref(), Some("enhanced"));
    assert_eq!((command.logging.as_deref(), command.cloud_watch_log_group.as_deref()), (Some("OVERRIDE"), Some("exec")));
    assert!(command.cloud_watch_encryption && command.kms_key_id.as_deref() == Some("key"));
}

#[test]
fn a_service_on_fargate_has_the_system_of_its_task_definition() {
    let service = |mut properties: Json| {
        properties["Cluster"] = json!({"Ref": "C"});
        properties["TaskDefinition"] = json!({"Ref": "T"});
        let region = region(&json!({"C": ["AWS::ECS::Cluster", {}], "S": ["AWS::ECS::Service", properties],
            "T": ["AWS::ECS::TaskDefinition", {"ContainerDefinitions": [], "RuntimePlatform": {"OperatingSystemFamily": "WINDOWS_SERVER_2022_CORE"}}]}));
        let service = region.clusters.items[0].services.items[0].clone();
        (service.platform_version, service.platform_family)
    };
    let windows = (Some("LATEST".to_owned()), Observed::Known("WINDOWS_SERVER_2022_CORE".to_owned()));
    assert_eq!(service(json!({"LaunchType": "FARGATE"})), windows);
    assert_eq!(service(json!({"CapacityProviderStrategy": [{"CapacityProvider": "FARGATE"}]})), windows);
    assert_eq!(service(json!({"LaunchType": "EC2"})), (None, Observed::Absent));
    // Without both, the cluster's default strategy decides; only Fargate has versions.
    let by_cluster = service(json!({"PlatformVersion": "1.3.0"}));
    assert_eq!(by_cluster, (Some("1.3.0".to_owned()), windows.1));
}
