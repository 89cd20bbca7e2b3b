//! Clusters and services.

use serde_json::json;

use super::{code, programs, region, without};
use crate::inventory::{Cause, is_undeployed_id};

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
    let definition = &region.task_definitions.items[0];
    assert_eq!(service.task_definition.as_ref(), Some(&definition.arn));
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
