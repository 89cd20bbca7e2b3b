//! Web ACLs before load balancers and stages.

use super::Builder;
use super::read::{needed, own_id};
use crate::iac::draft::List;
use crate::iac::value::Why;
use crate::inventory::Observed;

impl Builder<'_, '_> {
    pub(super) fn web_acls(&mut self) {
        for declaration in self.of("WAFv2::WebACLAssociation") {
            let acl = declaration.body.get("WebACLArn").text();
            let acl = acl.ok().flatten().unwrap_or_else(|| own_id(declaration, "WebACLArn"));
            match needed(&declaration.body, "ResourceArn") {
                Ok(arn) => self.protect(&arn, &acl),
                Err(why) => self.may_protect(&declaration.address, &why),
            }
        }
    }

    /// Puts a web ACL before a load balancer or a stage. Other resources have none that an inventory knows.
    fn protect(&mut self, arn: &str, acl: &str) {
        if let Some(balancer) = self.draft.balancer(arn) {
            balancer.web_acl_arn = Observed::Known(acl.to_owned());
        } else if let Some((api, stage)) = stage_of(arn) {
            let api = self.draft.region.rest_apis.items.iter_mut().find(|known| known.id == api);
            let stage = api.and_then(|api| api.stages.items.iter_mut().find(|known| known.name == stage));
            if let Some(stage) = stage {
                stage.web_acl_arn = Some(acl.to_owned());
            }
        }
    }

    /// A web ACL of which nobody knows what it protects: any load balancer, and any stage, which has no slot for that and is lost.
    pub(super) fn may_protect(&mut self, address: &str, why: &Why) {
        for balancer in &mut self.draft.region.load_balancers.items {
            if balancer.kind == "application" && balancer.web_acl_arn == Observed::Absent {
                balancer.web_acl_arn = Observed::Unknown(why.gap(address));
            }
        }
        let mut losing = Vec::new();
        for api in &mut self.draft.region.rest_apis.items {
            let before = api.stages.items.len();
            api.stages.items.retain(|stage| stage.web_acl_arn.is_some());
            if api.stages.items.len() < before {
                losing.push(api.id.clone());
            }
        }
        for api in losing {
            self.draft.lose(List::Stages(Some(api)), address, why);
        }
    }
}

/// The API and the stage within the ARN of a stage, however its head was put together.
fn stage_of(arn: &str) -> Option<(&str, &str)> {
    let (_, rest) = arn.rsplit_once("/restapis/").or_else(|| arn.split_once("restapis/"))?;
    rest.split_once("/stages/")
}
