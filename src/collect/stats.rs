//! What a scan cost: calls, retries, bytes and time, by operation and region.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use super::calls;

/// What a scan cost.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Stats {
    /// How long it took.
    pub elapsed: Duration,
    /// What each operation cost in each region, in order.
    pub operations: Vec<OperationStats>,
    /// What is missing from the inventory without leaving a gap in it, in words: nothing that a verdict needs.
    pub notes: Vec<String>,
}

/// What one operation cost in one region.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct OperationStats {
    /// The region.
    pub region: String,
    /// The operation, such as `elbv2:DescribeLoadBalancers`.
    pub operation: String,
    /// What it cost.
    #[serde(flatten)]
    pub cost: Cost,
}

/// A cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Cost {
    /// Calls made, each counted once however often it was tried.
    pub calls: u64,
    /// Tries after the first.
    pub retries: u64,
    /// Tries that AWS throttled.
    pub throttles: u64,
    /// Calls that brought no answer in the end.
    pub failures: u64,
    /// Bytes of answers.
    pub bytes: u64,
    /// Time spent on the wire, all calls together.
    pub time: Duration,
    /// Time spent waiting for the rate budget, all calls together.
    pub waited: Duration,
}

impl Cost {
    /// The sum of two costs.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            calls: self.calls + other.calls,
            retries: self.retries + other.retries,
            throttles: self.throttles + other.throttles,
            failures: self.failures + other.failures,
            bytes: self.bytes + other.bytes,
            time: self.time + other.time,
            waited: self.waited + other.waited,
        }
    }

    /// Requests on the wire.
    pub fn requests(&self) -> u64 {
        self.calls + self.retries
    }
}

impl Stats {
    /// Everything together.
    pub fn total(&self) -> Cost {
        self.operations.iter().fold(Cost::default(), |sum, operation| sum.plus(operation.cost))
    }

    /// The cost of each service in each region, in order.
    pub fn by_service(&self) -> Vec<((String, &'static str), Cost)> {
        let mut services: BTreeMap<(String, &'static str), Cost> = BTreeMap::new();
        for operation in &self.operations {
            let service = calls::find(&operation.operation).map_or("other", calls::Call::service);
            let cost = services.entry((operation.region.clone(), service)).or_default();
            *cost = cost.plus(operation.cost);
        }
        services.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_add_up_by_service() {
        let one = |operation: &str, calls| OperationStats {
            region: "eu-west-1".into(),
            operation: operation.into(),
            cost: Cost { calls, retries: 1, ..Cost::default() },
        };
        let stats = Stats {
            operations: vec![one("ec2:DescribeVpcs", 2), one("ec2:DescribeSubnets", 3), one("ecs:ListTasks", 1)],
            ..Stats::default()
        };
        assert_eq!(stats.total().requests(), 9);
        let services = stats.by_service();
        assert_eq!(services.len(), 2);
        assert_eq!(services[0].0.1, "ec2");
        assert_eq!(services[0].1.calls, 5);
    }
}
