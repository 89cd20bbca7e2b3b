//! What gets through a network load balancer, case by case.

use apiaudit::network::{Exposure, Network};
use serde_json::{Value, json};

use super::scene::Scene;

/// A network load balancer with the address 10.0.0.5, and a task with 10.0.0.9 behind it.
fn scene(task_rules: &Value, group: &Value) -> Scene {
    let network =
        Scene::open().with("/load_balancers/0/type", json!("network")).with("/load_balancers/0/listeners/0/protocol", json!("TCP"));
    let interface = |id: &str, description: &str, group: &str, address: &str| {
        json!({"id": id, "description": description, "subnet_id": "subnet-1", "vpc_id": "vpc-1", "security_groups": [group],
               "addresses": [{"private_ip": address}], "instance_id": "i-1"})
    };
    let mut target_group = json!({"arn": "tg-1", "name": "tg", "target_type": "ip", "protocol": "TCP", "ip_address_type": "ipv4",
        "vpc_id": "vpc-1", "port": 8080, "attributes": {}, "health_check": {"enabled": true, "port": "traffic-port"},
        "targets": [{"id": "10.0.0.9", "state": "unhealthy"}]});
    for (key, value) in group.as_object().unwrap() {
        target_group[key] = value.clone();
    }
    let nodes = interface("eni-1", "ELB net/web/1", "sg-1", "10.0.0.5");
    let mut nodes = nodes;
    nodes["instance_id"] = Value::Null;
    network
        .and("/security_groups", json!({"id": "sg-task", "rules": task_rules}))
        .and("/network_interfaces", nodes)
        .and("/network_interfaces", interface("eni-2", "task", "sg-task", "10.0.0.9"))
        .and("/target_groups", target_group)
}

fn through(scene: &Scene) -> Exposure {
    let region = scene.region();
    let network = Network::new(&region);
    let balancer = &region.load_balancers.items[0];
    let group = &region.target_groups.items[0];
    let clients = network.listener(balancer, &balancer.listeners.items[0]);
    network.through(balancer, group, &group.targets.known().unwrap()[0], &clients)
}

fn rules(peer: &str, value: &str) -> Value {
    json!([{"protocol": "tcp", "from_port": 8080, "to_port": 8080, peer: value}])
}

#[test]
fn without_the_clients_addresses_the_load_balancer_is_judged() {
    assert_eq!(through(&scene(&rules("cidr_ipv4", "10.0.0.5/32"), &json!({}))).world(), Some(true));
    assert_eq!(through(&scene(&rules("security_group", "sg-1"), &json!({}))).world(), Some(true));
    assert_eq!(through(&scene(&rules("cidr_ipv4", "17.0.0.0/24"), &json!({}))).anyone(), Some(false));
}

#[test]
fn with_the_clients_addresses_the_clients_are_judged() {
    for kept in [
        json!({"target_type": "instance", "targets": [{"id": "i-1", "state": "unhealthy"}]}),
        json!({"attributes": {"preserve_client_ip.enabled": "true"}}),
    ] {
        let through = |rules: &Value| through(&scene(rules, &kept));
        assert_eq!(through(&rules("cidr_ipv4", "10.0.0.5/32")).anyone(), Some(false), "{kept}");
        let partner = through(&rules("cidr_ipv4", "17.0.0.0/24"));
        assert_eq!((partner.world(), partner.anyone()), (Some(false), Some(true)), "{kept}");
        assert_eq!(through(&rules("cidr_ipv4", "0.0.0.0/0")).world(), Some(true), "{kept}");
        // AWS lets in whatever comes through the load balancer where its group is named.
        assert_eq!(through(&rules("security_group", "sg-1")).world(), Some(true), "{kept}");
    }
}

#[test]
fn udp_always_keeps_the_clients_addresses() {
    let udp = json!({"protocol": "UDP", "attributes": {"preserve_client_ip.enabled": "false"}});
    let open = json!([{"protocol": "udp", "from_port": 8080, "to_port": 8080, "cidr_ipv4": "10.0.0.5/32"}]);
    assert_eq!(through(&scene(&open, &udp)).anyone(), Some(false));
}

#[test]
fn an_unread_attribute_leaves_both_cases_open() {
    let unread = json!({"attributes": {"$unknown": {"action": "", "cause": "denied"}}});
    let exposure = through(&scene(&rules("cidr_ipv4", "17.0.0.0/24"), &unread));
    assert_eq!((exposure.world(), exposure.anyone()), (Some(false), None));
    assert_eq!(exposure.gaps[0].action, "elasticloadbalancing:DescribeTargetGroupAttributes");
    assert_eq!(through(&scene(&rules("cidr_ipv4", "0.0.0.0/0"), &unread)).world(), Some(true), "open either way");
}

#[test]
fn a_healthy_target_is_reached_whatever_could_not_be_read() {
    let unseen = |state: &str| scene(&json!([]), &json!({"targets": [{"id": "10.9.9.9", "state": state}]}));
    assert_eq!(through(&unseen("healthy")).world(), Some(true));
    let unknown = through(&unseen("unhealthy"));
    assert_eq!(unknown.world(), None);
    assert!(unknown.gaps.iter().any(|gap| gap.detail.as_deref().is_some_and(|detail| detail.contains("10.9.9.9"))));
    // A probe of another port proves nothing about this one.
    let other = json!({"targets": [{"id": "10.9.9.9", "state": "healthy"}], "health_check": {"enabled": true, "port": "9000"}});
    assert_eq!(through(&scene(&json!([]), &other)).world(), None);
}

#[test]
fn clients_of_the_other_family_arrive_with_the_load_balancers_address() {
    let both = json!([{"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_ipv6": "::/0"}]);
    let kept = json!({"attributes": {"preserve_client_ip.enabled": "true"}});
    let dualstack = |task: &str| {
        scene(&rules("cidr_ipv4", task), &kept).rules(both.clone()).with("/load_balancers/0/ip_address_type", json!("dualstack"))
    };
    assert_eq!(through(&dualstack("10.0.0.5/32")).world(), Some(true));
    assert_eq!(through(&dualstack("17.0.0.0/24")).anyone(), Some(false));
}

#[test]
fn a_load_balancer_behind_judges_the_clients() {
    let behind = |rules: Value| {
        let alb = json!({"arn": "arn:alb", "name": "alb", "dns_name": "alb", "type": "application", "scheme": "internal",
            "ip_address_type": "ipv4", "vpc_id": "vpc-1", "zones": [{"zone": "a", "subnet_id": "subnet-1"}],
            "security_groups": ["sg-task"], "attributes": {}, "listeners": []});
        let group = json!({"target_type": "alb", "targets": [{"id": "arn:alb", "port": 8080, "state": "healthy"}]});
        through(&scene(&rules, &group).and("/load_balancers", alb))
    };
    assert_eq!(behind(rules("cidr_ipv4", "0.0.0.0/0")).world(), Some(true));
    assert_eq!(behind(rules("cidr_ipv4", "10.0.0.0/16")).anyone(), Some(false));
    assert_eq!(behind(rules("security_group", "sg-1")).world(), Some(true));
}

#[test]
fn an_application_load_balancer_speaks_to_its_targets_itself() {
    let scene = scene(&json!([]), &json!({})).with("/load_balancers/0/type", json!("application"));
    assert_eq!(through(&scene).world(), Some(true));
}
