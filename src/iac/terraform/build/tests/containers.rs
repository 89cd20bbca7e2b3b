//! Clusters and services.

use serde_json::json;

use super::{code, programs, region, without};
use crate::inventory::{Cause, Observed, UNDEPLOYED, is_undeployed_id};

#[test]
fn a_service_stands_in_its_cluster_with_its_task_definition() {
    let region = region(&code(&programs::balancer(false)));
    let cluster = &region.clusters.items[0];
    assert_eq!(cluster.name, "main");
    assert_eq!(cluster.tasks.gaps[0].cause, Cause::Undeployed);
    let service = &cluster.services.items[0];
    assert_eq!(service.load_balancers[0].target_group_arn.as_deref(), Some(region.target_groups.items[0].arn.as_str()));
    assert_eq!(service.load_balancers[0].container_port, Some(8080));
    let network = service.network.as_ref().unwrap();
    assert_eq!((network.assign_public_ip.as_deref(), network.security_groups.len()), (Some("ENABLED"), 1));
    let definition = region.task_definitions.iter().find(|one| Some(&one.arn) == service.task_definition.as_ref()).unwrap();
    assert_eq!(definition.containers[0].environment_names, ["TOKEN"]);
    assert_eq!(definition.containers[0].port_mappings[0].container_port, 8080);
    assert!(!format!("{region:?}").contains("s3cret"));
}

#[test]
fn a_service_may_name_its_task_definition_by_family() {
    let region = region(&code(&[
        ("aws_ecs_cluster.c", json!({"name": "c"})),
        ("aws_ecs_task_definition.t", json!({"family": "t", "container_definitions": "[]"})),
        ("aws_ecs_service.s", json!({"name": "s", "cluster": "c", "task_definition": "t:7"})),
    ]));
    let service = &region.clusters.items[0].services.items[0];
    assert_eq!(service.task_definition.as_ref(), Some(&region.task_definitions.items[0].arn));
    assert_eq!(service.launch_type.as_deref(), Some("EC2"));
}

#[test]
fn a_cluster_that_is_not_in_the_code_holds_others_too() {
    let code = code(&[("aws_ecs_service.s", json!({"name": "s", "cluster": "shared", "task_definition": "t"}))]);
    for code in [code.clone(), without(code, "aws_ecs_service.s", &["cluster"])] {
        let region = region(&code);
        assert_eq!(region.clusters.items[0].services.items.len(), 1);
        assert!(!region.clusters.is_complete() && !region.clusters.items[0].services.is_complete());
    }
}

#[test]
fn what_is_not_known_of_a_network_has_an_id_of_its_own_and_what_decides_loses_the_service() {
    let code = code(&programs::balancer(false));
    let known = region(&without(code.clone(), "aws_ecs_service.web", &["network_configuration", "0", "security_groups"]));
    let network = known.clusters.items[0].services.items[0].network.clone().unwrap();
    assert!(is_undeployed_id(&network.security_groups[0]));
    let lost = region(&without(code, "aws_ecs_service.web", &["network_configuration", "0", "assign_public_ip"]));
    assert!(lost.clusters.items[0].services.items.is_empty() && !lost.clusters.items[0].services.is_complete());
}

#[test]
fn a_task_definition_tells_its_platform_its_volumes_and_which_variables_are_secrets() {
    let code = code(&[(
        "aws_ecs_task_definition.t",
        json!({"family": "t", "pid_mode": "host", "runtime_platform": [{"operating_system_family": "LINUX"}],
            "task_role_arn": "orders", "execution_role_arn": "orders",
            "volume": [{"name": "tmp"}, {"name": "data", "efs_volume_configuration": [{"file_system_id": "fs-1"}]}],
            "container_definitions": "[{\"name\":\"a\",\"environment\":[{\"name\":\"DB_PASSWORD\",\"value\":\"hunter2!x9\"},{\"name\":\"LEVEL\",\"value\":\"info\"}],\"logConfiguration\":{\"logDriver\":\"awslogs\",\"options\":{\"mode\":\"blocking\"}}},{\"name\":\"b\"}]"}),
    )]);
    let region = region(&code);
    let definition = &region.task_definitions.items[0];
    assert_eq!(definition.pid_mode, Observed::Known("host".to_owned()));
    assert_eq!(definition.operating_system, Observed::Known("LINUX".to_owned()));
    assert_eq!(definition.volumes.items.len(), 2);
    assert_eq!(definition.volumes.items[0].efs.as_ref().unwrap().transit_encryption, None);
    assert_eq!(definition.containers[0].secret_environment.items, ["DB_PASSWORD"]);
    assert_eq!(definition.containers[0].log_mode, Observed::Known("blocking".to_owned()));
    assert_eq!(definition.containers[1].log_mode, Observed::Absent);
    assert!(!format!("{region:?}").contains("hunter2"));
}

#[test]
fn what_is_not_known_of_a_task_definition_is_not_taken_for_absent() {
    let definition = json!({"family": "t", "volume": [{"name": "data", "efs_volume_configuration": [{"file_system_id": "fs-1"}]}],
        "container_definitions": [{"name": "a", "environment": [{"name": "DB_PASSWORD", "value": "hunter2!x9"}]}]});
    let code = code(&[("aws_ecs_task_definition.t", definition)]);
    let read = |path: &[&str]| region(&without(code.clone(), "aws_ecs_task_definition.t", path)).task_definitions.items.remove(0);
    assert!(read(&["pid_mode"]).pid_mode.gap().is_some());
    assert!(read(&["runtime_platform"]).operating_system.gap().is_some());
    assert!(!read(&["volume"]).volumes.is_complete());
    assert!(!read(&["volume", "0", "efs_volume_configuration"]).volumes.is_complete());
    let efs = read(&["volume", "0", "efs_volume_configuration", "0", "transit_encryption"]).volumes.items.remove(0).efs.unwrap();
    assert_eq!(efs.transit_encryption.as_deref(), Some(UNDEPLOYED));
    assert!(is_undeployed_id(&read(&["task_role_arn"]).task_role_arn.unwrap()));
    let secret = read(&["container_definitions", "0", "environment", "0", "value"]).containers.remove(0).secret_environment;
    assert!(secret.items.is_empty() && !secret.is_complete());
}

#[test]
fn a_cluster_tells_its_settings_and_leaves_what_nobody_says_to_the_account() {
    let settings = |body: serde_json::Value| {
        let region = region(&code(&[("aws_ecs_cluster.c", body)]));
        region.clusters.items[0].settings.known().cloned().unwrap()
    };
    let none = settings(json!({"name": "c"}));
    assert_eq!((none.container_insights.as_deref(), none.execute_command), (Some(UNDEPLOYED), None));
    let told = settings(json!({"name": "c", "setting": [{"name": "containerInsights", "value": "enhanced"}], "configuration": [
        {"execute_command_configuration": [{"kms_key_id": "key", "logging": "OVERRIDE",
            "log_configuration": [{"cloud_watch_log_group_name": "exec", "cloud_watch_encryption_enabled": true}]}]}]}));
    let command = told.execute_command.unwrap();
    assert_eq!(told.container_insights.as_deref(), Some("enhanced"));
    assert_eq!((command.logging.as_deref(), command.cloud_watch_log_group.as_deref()), (Some("OVERRIDE"), Some("exec")));
    assert!(command.cloud_watch_encryption && command.kms_key_id.as_deref() == Some("key"));
}

#[test]
fn a_service_on_fargate_has_the_system_of_its_task_definition() {
    let service = |service: serde_json::Value, system: serde_json::Value| {
        let mut body = json!({"name": "s", "cluster": "c", "task_definition": "=aws_ecs_task_definition.t.arn"});
        body.as_object_mut().unwrap().extend(service.as_object().unwrap().clone());
        let region = region(&code(&[
            ("aws_ecs_cluster.c", json!({"name": "c"})),
            ("aws_ecs_task_definition.t", json!({"family": "t", "container_definitions": "[]", "runtime_platform": system})),
            ("aws_ecs_service.s", body),
        ]));
        let service = region.clusters.items[0].services.items[0].clone();
        (service.platform_version, service.platform_family)
    };
    let windows = json!([{"operating_system_family": "WINDOWS_SERVER_2022_CORE"}]);
    let known = |family: &str| Observed::Known(family.to_owned());
    let latest = || Some("LATEST".to_owned());
    assert_eq!(service(json!({"launch_type": "FARGATE"}), windows), (latest(), known("WINDOWS_SERVER_2022_CORE")));
    let spot = json!({"capacity_provider_strategy": [{"capacity_provider": "FARGATE_SPOT"}]});
    assert_eq!(service(spot, json!([])), (latest(), known("LINUX")));
    assert_eq!(service(json!({"launch_type": "EC2"}), json!([])), (None, Observed::Absent));
    // Without both, the cluster's default strategy decides; only Fargate has versions.
    assert_eq!(service(json!({"platform_version": "1.3.0"}), json!([])), (Some("1.3.0".to_owned()), known("LINUX")));
}
