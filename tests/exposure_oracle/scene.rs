//! A small open network to change one thing in: a load balancer in one public subnet.

use std::sync::Arc;

use apiaudit::inventory::Region;
use apiaudit::network::{Exposure, Leg, Network};
use serde_json::{Value, json};

/// The network as it is written in an inventory.
pub(crate) struct Scene(pub(crate) Value);

impl Scene {
    /// An internet-facing application load balancer that lets anyone in on 443.
    pub(crate) fn open() -> Self {
        let all =
            |egress: bool| json!({"egress": egress, "rule_number": 100, "action": "allow", "protocol": "-1", "cidr_block": "0.0.0.0/0"});
        let all_v6 =
            |egress: bool| json!({"egress": egress, "rule_number": 101, "action": "allow", "protocol": "-1", "cidr_block": "::/0"});
        Self(json!({
            "name": "eu-west-1",
            "vpcs": [{"id": "vpc-1", "cidr_blocks": ["10.0.0.0/16"]}],
            "subnets": [{"id": "subnet-1", "vpc_id": "vpc-1", "cidr_block": "10.0.0.0/24", "internet_gateway_block_mode": "off"}],
            "route_tables": [{"id": "rtb-1", "vpc_id": "vpc-1", "subnet_ids": ["subnet-1"], "routes": [
                {"destination": "10.0.0.0/16", "target": "local", "state": "active"},
                {"destination": "0.0.0.0/0", "target": "igw-1", "state": "active"},
                {"destination": "::/0", "target": "igw-1", "state": "active"},
            ]}],
            "network_acls": [{"id": "acl-1", "vpc_id": "vpc-1", "is_default": true, "entries": [all(false), all(true), all_v6(false), all_v6(true)]}],
            "security_groups": [{"id": "sg-1", "name": "web", "rules": [
                {"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_ipv4": "0.0.0.0/0", "id": "sgr-1"},
            ]}],
            "prefix_lists": [],
            "network_interfaces": [],
            "load_balancers": [{
                "arn": "arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/net/web/1", "name": "web", "dns_name": "web",
                "type": "application", "scheme": "internet-facing", "ip_address_type": "ipv4", "vpc_id": "vpc-1", "state": "active",
                "zones": [{"zone": "a", "subnet_id": "subnet-1"}], "security_groups": ["sg-1"], "attributes": {},
                "listeners": [{"arn": "listener-443", "port": 443, "protocol": "HTTPS"}],
            }],
            "target_groups": [],
        }))
    }

    /// The same with one part changed, by its JSON pointer.
    pub(crate) fn with(mut self, pointer: &str, value: Value) -> Self {
        if let Some(part) = self.0.pointer_mut(pointer) {
            *part = value;
            return self;
        }
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        self.0.pointer_mut(parent).unwrap_or_else(|| panic!("{pointer}"))[key] = value;
        self
    }

    /// The same with one more item in a list.
    pub(crate) fn and(mut self, pointer: &str, item: Value) -> Self {
        self.0.pointer_mut(pointer).and_then(Value::as_array_mut).unwrap_or_else(|| panic!("{pointer}")).push(item);
        self
    }

    /// The group's only rules.
    pub(crate) fn rules(self, rules: Value) -> Self {
        self.with("/security_groups/0/rules", rules)
    }

    pub(crate) fn region(&self) -> Region {
        serde_json::from_value(self.0.clone()).unwrap()
    }

    /// Who gets in to the first listener of the first load balancer.
    pub(crate) fn exposure(&self) -> Arc<Exposure> {
        let region = self.region();
        let balancer = &region.load_balancers.items[0];
        Network::new(&region).listener(balancer, &balancer.listeners.items[0])
    }

    pub(crate) fn trace(&self) -> Vec<Leg> {
        let region = self.region();
        let balancer = &region.load_balancers.items[0];
        Network::new(&region).trace_listener(balancer, &balancer.listeners.items[0])
    }

    pub(crate) fn world(&self) -> Option<bool> {
        self.exposure().world()
    }

    pub(crate) fn anyone(&self) -> Option<bool> {
        self.exposure().anyone()
    }
}
