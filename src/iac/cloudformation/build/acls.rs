//! Network ACLs.

use super::Builder;
use super::read::{flag, id, needed, own_id, reference};
use crate::iac::code::Declaration;
use crate::iac::draft::List;
use crate::iac::value::{Node, Why};
use crate::inventory::{NetworkAcl, NetworkAclEntry};

impl Builder<'_, '_> {
    pub(super) fn acls(&mut self) {
        for declaration in self.of("EC2::NetworkAcl") {
            let acl = NetworkAcl {
                id: reference(declaration),
                vpc_id: id(declaration, "VpcId").unwrap_or_else(|| own_id(declaration, "VpcId")),
                is_default: false,
                subnet_ids: Vec::new(),
                entries: Vec::new(),
            };
            self.draft.region.network_acls.items.push(acl);
        }
        for declaration in self.of("EC2::NetworkAclEntry") {
            self.acl_entry(declaration);
        }
        for declaration in self.of("EC2::SubnetNetworkAclAssociation") {
            self.guard_subnet(declaration);
        }
    }

    fn acl_entry(&mut self, declaration: &Declaration) {
        let (of, entry) = (needed(&declaration.body, "NetworkAclId"), entry(&declaration.body));
        match (of, entry) {
            (Ok(of), Ok(entry)) => match self.acl(&of) {
                Some(acl) => acl.entries.push(entry),
                None => self.outside(&List::Acls, &of),
            },
            (Ok(of), Err(why)) => self.lose_acls(Some(&of), &declaration.address, &why),
            (Err(why), _) => self.lose_acls(None, &declaration.address, &why),
        }
    }

    fn acl(&mut self, id: &str) -> Option<&mut NetworkAcl> {
        if self.draft.default_acl(id).is_some() {
            return self.draft.default_acl(id);
        }
        self.draft.region.network_acls.items.iter_mut().find(|acl| acl.id == id)
    }

    /// Loses an ACL of which an entry is not known; every one, also those that come with VPCs, where nobody knows whose the entry is.
    pub(super) fn lose_acls(&mut self, of: Option<&str>, address: &str, why: &Why) {
        self.draft.lose(List::Acls, address, why);
        let vpcs: Vec<String> = self.draft.region.vpcs.iter().map(|vpc| vpc.id.clone()).collect();
        for vpc in vpcs {
            let default = crate::iac::draft::network::default_acl_of(&vpc);
            if of.is_none_or(|of| of == default) {
                self.draft.default_acl(&default);
            }
        }
        let acls = &mut self.draft.region.network_acls.items;
        self.lost.extend(acls.iter().filter(|acl| of.is_none_or(|of| of == acl.id)).map(|acl| acl.id.clone()));
        acls.retain(|acl| of.is_some_and(|of| of != acl.id));
    }

    /// Gives a subnet its ACL. One that is not known is an id of its own, and which subnet it is a gap in the list.
    fn guard_subnet(&mut self, declaration: &Declaration) {
        let (acl, subnet) = (needed(&declaration.body, "NetworkAclId"), needed(&declaration.body, "SubnetId"));
        if let Err(why) = acl.as_ref().and(subnet.as_ref()) {
            self.draft.lose(List::Acls, &declaration.address, why);
        }
        if let Ok(acl) = &acl
            && self.acl(acl).is_none()
        {
            self.outside(&List::Acls, acl);
        }
        if let Ok(subnet) = subnet {
            let acl = acl.unwrap_or_else(|_| own_id(declaration, "NetworkAclId"));
            self.draft.acl_of_subnet.insert(subnet, acl);
        }
    }
}

fn entry(body: &Node) -> Result<NetworkAclEntry, Why> {
    let block = match body.get("CidrBlock").text()? {
        Some(block) => block,
        None => needed(body, "Ipv6CidrBlock")?,
    };
    let number = body.get("RuleNumber").integer()?;
    let ports = body.get("PortRange");
    Ok(NetworkAclEntry {
        egress: flag(body, "Egress")?,
        rule_number: number.ok_or_else(|| Why::new("RuleNumber is not given"))?,
        action: needed(body, "RuleAction")?,
        protocol: needed(body, "Protocol")?,
        cidr_block: block,
        from_port: ports.get("From").integer()?,
        to_port: ports.get("To").integer()?,
    })
}
