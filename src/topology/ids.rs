//! How resources are named, also those to which AWS gives no ARN.

use crate::inventory::{Api, Inventory, Observed, Protocol, Region, Stage};

use super::{ServedRoute, Variant};

/// Names the resources of one account.
#[derive(Debug, Clone, Copy)]
pub struct Ids<'a> {
    /// The partition, `aws` where it could not be read.
    pub partition: &'a str,
    /// The account, empty where it could not be read.
    pub account: &'a str,
}

impl<'a> Ids<'a> {
    /// Takes partition and account from the inventory.
    pub fn new(inventory: &'a Inventory) -> Self {
        match &inventory.account {
            Observed::Known(account) => Self { partition: &account.partition, account: &account.id },
            _ => Self { partition: "aws", account: "" },
        }
    }

    /// The ARN of an API.
    pub fn api(&self, region: &Region, api: &Api) -> String {
        let kind = if api.protocol == Protocol::Rest { "restapis" } else { "apis" };
        format!("arn:{}:apigateway:{}::/{kind}/{}", self.partition, region.name, api.id)
    }

    /// The ARN of a stage.
    pub fn stage(&self, region: &Region, api: &Api, stage: &Stage) -> String {
        format!("{}/stages/{}", self.api(region, api), stage.name)
    }

    /// The id of a route as a stage serves it: the stage's ARN and the route's key.
    pub fn route(&self, served: &ServedRoute<'_>) -> String {
        let place = match served.variant {
            Variant::Deployed => "",
            Variant::Canary => "/canary",
            Variant::Draft => "/working-copy",
        };
        format!("{}{place}#{}", self.stage(served.region, served.api, served.stage), served.key())
    }

    /// The ARN of a VPC link.
    pub fn vpc_link(&self, region: &Region, id: &str) -> String {
        format!("arn:{}:apigateway:{}::/vpclinks/{id}", self.partition, region.name)
    }
}

/// The region, the account and the resource of an ARN.
pub fn split_arn(arn: &str) -> Option<(&str, &str, &str)> {
    let mut parts = arn.splitn(6, ':');
    if parts.next()? != "arn" {
        return None;
    }
    let (_, _) = (parts.next()?, parts.next()?);
    Some((parts.next()?, parts.next()?, parts.next()?))
}

/// What an interface's description calls a load balancer, such as `app/web/0123456789abcdef`.
pub fn lb_resource_of(arn: &str) -> Option<&str> {
    split_arn(arn)?.2.strip_prefix("loadbalancer/")
}
