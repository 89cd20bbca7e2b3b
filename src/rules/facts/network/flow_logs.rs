//! Whether somebody writes down what a VPC refuses.

use std::collections::{HashMap, HashSet};

use crate::inventory::{Cause, FlowLog, Gap, NetworkInterface, Region, Vpc, is_undeployed_id};
use crate::rules::facts::{missing, seen, unknown, word};
use crate::rules::value::{Unknown, Value};

const FLOW_LOGS: &str = "ec2:DescribeFlowLogs";

/// What flow logs can watch, by the VPC it is in.
#[derive(Debug)]
pub(super) struct Watched<'a> {
    region: &'a Region,
    subnets: HashMap<&'a str, Vec<&'a str>>,
    interfaces: HashMap<&'a str, Vec<&'a NetworkInterface>>,
    logs: HashMap<&'a str, Vec<&'a FlowLog>>,
    /// Whether a log watches something that was not read, and that may be in any VPC.
    strays: bool,
}

/// What a flow log is good for.
enum Worth {
    /// It writes down what is refused.
    Good,
    /// It does not.
    Idle,
    /// Nobody can tell.
    Open(Gap),
}

impl<'a> Watched<'a> {
    pub(super) fn new(region: &'a Region) -> Self {
        let mut vpc_of: HashMap<&str, &str> = region.vpcs.iter().map(|vpc| (vpc.id.as_str(), vpc.id.as_str())).collect();
        let mut subnets: HashMap<&str, Vec<&str>> = HashMap::new();
        let mut interfaces: HashMap<&str, Vec<&NetworkInterface>> = HashMap::new();
        for subnet in &region.subnets {
            vpc_of.insert(&subnet.id, &subnet.vpc_id);
            subnets.entry(&subnet.vpc_id).or_default().push(&subnet.id);
        }
        for interface in &region.network_interfaces {
            if let Some(vpc) = interface.vpc_id.as_deref() {
                vpc_of.insert(&interface.id, vpc);
                interfaces.entry(vpc).or_default().push(interface);
            }
        }
        let mut watched = Self { region, subnets, interfaces, logs: HashMap::new(), strays: false };
        let all_read = region.subnets.is_complete() && region.network_interfaces.is_complete();
        for log in &region.flow_logs {
            match vpc_of.get(log.resource_id.as_str()) {
                Some(vpc) if is_undeployed_id(vpc) => watched.strays = true,
                Some(vpc) => watched.logs.entry(vpc).or_default().push(log),
                None => watched.strays |= !all_read && !["tgw-", "vpc-"].iter().any(|kind| log.resource_id.starts_with(kind)),
            }
        }
        watched
    }

    fn logs_of(&self, vpc: &Vpc) -> &[&'a FlowLog] {
        self.logs.get(vpc.id.as_str()).map_or(&[], Vec::as_slice)
    }

    /// Whether refused connections are written down: those of the VPC, or of all that stands in it.
    pub(super) fn logged(&self, vpc: &Vpc) -> Value {
        let (mut good, mut open) = (HashSet::new(), Vec::new());
        for log in self.logs_of(vpc) {
            match worth(log) {
                Worth::Good => drop(good.insert(log.resource_id.as_str())),
                Worth::Idle => {}
                Worth::Open(gap) => open.push(gap),
            }
        }
        if good.contains(vpc.id.as_str()) {
            return true.into();
        }
        let mut gaps = missing(&self.region.flow_logs, FLOW_LOGS);
        if let Some(open) = unknown(&open) {
            Unknown::merge(&mut gaps, &open);
        }
        if good.is_empty() && !self.strays {
            return seen(false, gaps);
        }
        self.covered(vpc, &good, gaps)
    }

    /// Whether logs of subnets and interfaces leave nothing out that stands in a VPC.
    fn covered(&self, vpc: &Vpc, good: &HashSet<&str>, mut gaps: Option<Unknown>) -> Value {
        let watched = |interface: &&NetworkInterface| {
            good.contains(interface.id.as_str()) || interface.subnet_id.as_deref().is_some_and(|subnet| good.contains(subnet))
        };
        let interfaces = self.interfaces.get(vpc.id.as_str()).map_or(&[][..], Vec::as_slice);
        let subnets = self.subnets.get(vpc.id.as_str()).map_or(&[][..], Vec::as_slice);
        let hidden = missing(&self.region.network_interfaces, "ec2:DescribeNetworkInterfaces");
        // A subnet whose VPC only deployment tells may be in this one.
        let placed = self.subnets.keys().all(|vpc| !is_undeployed_id(vpc));
        if interfaces.iter().all(watched) {
            let every_subnet =
                placed && self.region.subnets.is_complete() && !subnets.is_empty() && subnets.iter().all(|id| good.contains(id));
            if every_subnet || (hidden.is_none() && !interfaces.is_empty()) {
                return true.into();
            }
        }
        for more in [hidden, missing(&self.region.subnets, "ec2:DescribeSubnets")].into_iter().flatten() {
            Unknown::merge(&mut gaps, &more);
        }
        seen(false, gaps)
    }

    /// The flow logs that concern a VPC, in words.
    pub(super) fn in_words(&self, vpc: &Vpc) -> Value {
        let words = self.logs_of(vpc).iter().map(|log| {
            let says = |value: &Option<String>| value.clone().unwrap_or_else(|| "unsaid".to_owned());
            let delivery = log.deliver_status.as_ref().map_or_else(String::new, |status| format!(", delivery {status}"));
            format!("{} of {} ({}, {}{delivery})", log.id, log.resource_id, says(&log.status), says(&log.traffic_type)).into()
        });
        Value::partial_list(words.collect(), missing(&self.region.flow_logs, FLOW_LOGS))
    }
}

/// What a flow log is good for: it has to work, to deliver, and to write down what is refused.
fn worth(log: &FlowLog) -> Worth {
    let unheard = |value: &Option<String>, documented: &[&str], what: &str| match word(value.as_deref()?, documented, FLOW_LOGS, what) {
        Value::Unknown(why) => why.gaps().first().cloned(),
        _ => None,
    };
    let open = unheard(&log.status, &["ACTIVE"], "state of a flow log")
        .or_else(|| unheard(&log.traffic_type, &["ACCEPT", "REJECT", "ALL"], "traffic type of a flow log"))
        .or_else(|| unheard(&log.deliver_status, &["SUCCESS", "FAILED"], "state of a flow log's delivery"));
    let unsaid = || Gap::new(FLOW_LOGS, Cause::NotSupported).because(format!("the inventory does not say what {} writes down", log.id));
    match (log.deliver_status.as_deref(), log.traffic_type.as_deref(), open) {
        (Some("FAILED"), ..) | (_, Some("ACCEPT"), _) => Worth::Idle,
        (_, _, Some(gap)) => Worth::Open(gap),
        (_, Some(_), None) if log.status.is_some() => Worth::Good,
        _ => Worth::Open(unsaid()),
    }
}
