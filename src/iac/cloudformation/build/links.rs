//! VPC links.

use super::Builder;
use super::read::own_id;
use super::read::{ids, name, reference, tags};
use crate::iac::code::Declaration;
use crate::inventory::{UNDEPLOYED, VpcLink};

impl Builder<'_, '_> {
    pub(super) fn links(&mut self) {
        for declaration in self.of("ApiGateway::VpcLink") {
            let link = VpcLink { target_arns: self.link_targets(declaration), ..link(declaration) };
            self.draft.region.vpc_links_v1.items.push(link);
        }
        for declaration in self.of("ApiGatewayV2::VpcLink") {
            let link = VpcLink {
                subnet_ids: ids(declaration, declaration.body.get("SubnetIds"), "SubnetIds"),
                security_group_ids: ids(declaration, declaration.body.get("SecurityGroupIds"), "SecurityGroupIds"),
                ..link(declaration)
            };
            self.draft.region.vpc_links_v2.items.push(link);
        }
    }

    /// The load balancers that a link leads to. One that is not known is an ARN of its own.
    fn link_targets(&self, declaration: &Declaration) -> Vec<String> {
        let own = |place: &str| self.draft.to.load_balancer("network", "", &own_id(declaration, place));
        let Ok(items) = declaration.body.get("TargetArns").items() else { return vec![own("TargetArns")] };
        let one = |(number, item): (usize, &crate::iac::Node)| item.text().unwrap_or_else(|_| Some(own(&format!("TargetArns[{number}]"))));
        items.iter().enumerate().filter_map(one).collect()
    }
}

/// What both kinds have. Their state begins with deployment.
fn link(declaration: &Declaration) -> VpcLink {
    VpcLink {
        id: reference(declaration),
        name: name(declaration, "Name"),
        status: UNDEPLOYED.to_owned(),
        status_message: None,
        target_arns: Vec::new(),
        subnet_ids: Vec::new(),
        security_group_ids: Vec::new(),
        tags: tags(declaration.body.get("Tags")),
    }
}
