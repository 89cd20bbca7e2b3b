//! Security groups and their entries.

use super::Builder;
use super::read::{id, name, needed, place_of, reference, tags};
use crate::iac::code::Declaration;
use crate::iac::draft::List;
use crate::iac::draft::network::everything;
use crate::iac::value::{Node, Why};
use crate::inventory::{Observed, Peer, PrefixList, SecurityGroup, SecurityGroupRule};

/// The properties of a group, and the kinds of entries that are resources of their own, by direction.
const DIRECTIONS: [(bool, &str); 2] = [(false, "SecurityGroupIngress"), (true, "SecurityGroupEgress")];

impl Builder<'_, '_> {
    pub(super) fn security_groups(&mut self) {
        self.each("EC2::SecurityGroup", &List::SecurityGroups, Self::security_group);
        for (egress, kind) in DIRECTIONS {
            for declaration in self.of(&format!("EC2::{kind}")) {
                self.own_entry(declaration, egress);
            }
        }
    }

    fn security_group(&mut self, declaration: &Declaration) -> Result<(), Why> {
        let mut rules = Vec::new();
        for (egress, property) in DIRECTIONS {
            for (number, item) in declaration.body.get(property).items()?.iter().enumerate() {
                let place = place_of(declaration, &format!("{property}[{number}]"));
                rules.extend(self.entry(&place, item, egress)?);
                self.note_entry(&place, declaration, item);
            }
        }
        let group = reference(declaration);
        if declaration.body.get("SecurityGroupEgress").items()?.is_empty() {
            rules.extend(self.default_egress(declaration, &group));
        }
        self.draft.region.security_groups.items.push(SecurityGroup {
            name: name(declaration, "GroupName"),
            vpc_id: id(declaration, "VpcId"),
            owner_id: Some(self.draft.to.account.clone()).filter(|account| !account.is_empty()),
            rules,
            tags: tags(declaration.body.get("Tags")),
            id: group,
        });
        Ok(())
    }

    fn note_entry(&mut self, place: &str, declaration: &Declaration, item: &Node) {
        if let Some(span) = item.span {
            self.built.entries.insert(place.to_owned(), (declaration.address.clone(), span));
        }
    }

    /// The entry that lets everything out, which AWS adds to a group without others. Whether it stays beside entries that are
    /// resources of their own is not documented.
    fn default_egress(&mut self, declaration: &Declaration, group: &str) -> Vec<SecurityGroupRule> {
        let others = self.of("EC2::SecurityGroupEgress");
        let mut others = others.into_iter().map(|other| needed(&other.body, "GroupId"));
        if others.any(|of| of.is_err() || of.is_ok_and(|of| of == group)) {
            let why = Why::new("whether AWS's own egress entry stays beside an AWS::EC2::SecurityGroupEgress is not documented");
            return vec![everything(true, self.anyone(&place_of(declaration, "SecurityGroupEgress"), &why))];
        }
        let mut rules = vec![everything(true, Peer::CidrIpv4("0.0.0.0/0".to_owned()))];
        let vpc = declaration.body.get("VpcId").text().ok().flatten();
        let has_ipv6 = |id: String| self.draft.region.vpcs.iter().any(|vpc| vpc.id == id && !vpc.ipv6_cidr_blocks.is_empty());
        if vpc.is_some_and(has_ipv6) {
            rules.push(everything(true, Peer::CidrIpv6("::/0".to_owned())));
        }
        rules
    }

    /// An entry that is a resource of its own. Where nobody knows whose it is, every group may have it.
    fn own_entry(&mut self, declaration: &Declaration, egress: bool) {
        let place = declaration.address.clone();
        if let Some(span) = declaration.block.or(declaration.head) {
            self.built.entries.insert(place.clone(), (declaration.address.clone(), span));
        }
        self.built.name(&declaration.address, &*place);
        let of = match needed(&declaration.body, "GroupId") {
            Ok(of) => of,
            Err(why) => return self.anywhere(&place, egress, &why),
        };
        match self.entry(&place, &declaration.body, egress) {
            Ok(rules) => match self.group_of_entry(&of) {
                Some(group) => group.rules.extend(rules),
                None => self.outside(&List::SecurityGroups, &of),
            },
            Err(why) => {
                self.group_of_entry(&of);
                self.draft.lose(List::SecurityGroups, &declaration.address, &why);
                self.draft.region.security_groups.items.retain(|group| group.id != of);
                self.lost.insert(of);
            }
        }
    }

    fn group_of_entry(&mut self, id: &str) -> Option<&mut SecurityGroup> {
        if self.draft.default_group(id).is_some() {
            return self.draft.default_group(id);
        }
        self.draft.security_group(id)
    }

    /// An entry that any group may have.
    pub(super) fn anywhere(&mut self, place: &str, egress: bool, why: &Why) {
        let rule = SecurityGroupRule { id: Some(place.to_owned()), ..everything(egress, self.anyone(place, why)) };
        let vpcs: Vec<String> = self.draft.region.vpcs.iter().map(|vpc| vpc.id.clone()).collect();
        for vpc in vpcs {
            self.draft.default_group(&crate::iac::draft::network::default_group_of(&vpc));
        }
        for group in &mut self.draft.region.security_groups.items {
            group.rules.push(rule.clone());
        }
    }

    /// The rule of an entry; none for one that names nobody, which EC2 does not add.
    fn entry(&mut self, place: &str, item: &Node, egress: bool) -> Result<Option<SecurityGroupRule>, Why> {
        let protocol = protocol(&needed(item, "IpProtocol")?);
        let (from_port, to_port) = (item.get("FromPort").integer()?, item.get("ToPort").integer()?);
        let all = protocol == "-1";
        let peer = match peer(item, egress) {
            Ok(None) => return Ok(None),
            Ok(Some(peer)) => peer,
            Err(why) => self.anyone(place, &why),
        };
        Ok(Some(SecurityGroupRule {
            egress,
            from_port: if all { None } else { from_port },
            to_port: if all { None } else { to_port },
            protocol,
            peer,
            id: Some(place.to_owned()),
            description: item.get("Description").text().ok().flatten(),
        }))
    }

    /// What stands for addresses that are not known: a list of its own, whose blocks are a gap.
    fn anyone(&mut self, place: &str, why: &Why) -> Peer {
        let lists = &mut self.draft.region.prefix_lists.items;
        if !lists.iter().any(|list| list.id == place) {
            lists.push(PrefixList {
                id: place.to_owned(),
                name: String::new(),
                owner_id: None,
                address_family: None,
                entries: Observed::Unknown(why.gap(place)),
            });
        }
        Peer::PrefixList(place.to_owned())
    }
}

/// A protocol as EC2 answers it.
fn protocol(told: &str) -> String {
    match told.to_ascii_lowercase().as_str() {
        "6" => "tcp",
        "17" => "udp",
        "1" => "icmp",
        "58" => "icmpv6",
        "all" => "-1",
        other => return other.to_owned(),
    }
    .to_owned()
}

/// How a text becomes a peer.
type Kind = fn(String) -> Peer;

fn peer(item: &Node, egress: bool) -> Result<Option<Peer>, Why> {
    let (list, group) =
        if egress { ("DestinationPrefixListId", "DestinationSecurityGroupId") } else { ("SourcePrefixListId", "SourceSecurityGroupId") };
    if let Some(name) = item.get("SourceSecurityGroupName").text()? {
        return Err(Why::new(format!("the security group called {name} is not in this code")));
    }
    let kinds: [(&str, Kind); 4] =
        [("CidrIp", Peer::CidrIpv4), ("CidrIpv6", Peer::CidrIpv6), (list, Peer::PrefixList), (group, Peer::SecurityGroup)];
    let mut found = None;
    for (name, kind) in kinds {
        // All of them are looked at: one that is not known may be the one that counts.
        if let Some(text) = item.get(name).text()? {
            found = Some(kind(text));
        }
    }
    Ok(found)
}
