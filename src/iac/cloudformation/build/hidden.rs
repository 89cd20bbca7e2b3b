//! What the code makes and nobody can see: resources whose number is not known, and kinds that are not read.

use super::Builder;
use crate::iac::code::Uncounted;
use crate::iac::draft::List;
use crate::iac::value::Why;

/// The kinds that change what is judged and are not read, with the lists that then have gaps.
const UNREAD: [(&str, List); 3] = [
    ("ECS::TaskSet", List::Services(None)),
    ("ApiGateway::BasePathMappingV2", List::Mappings(None)),
    ("ApiGatewayV2::RoutingRule", List::Mappings(None)),
];

impl Builder<'_, '_> {
    /// Leaves the gaps of kinds that are not read.
    pub(super) fn hidden(&mut self) {
        for (kind, list) in UNREAD {
            for declaration in self.of(kind) {
                let why = Why::new(format!("{} is of a type that is not read", declaration.address));
                self.draft.lose(list.clone(), &declaration.address, &why);
            }
        }
        if !self.of("ECS::TaskSet").is_empty() {
            self.lose_services();
        }
    }

    /// Leaves the gaps of resources whose number is not known.
    pub(super) fn uncounted(&mut self, uncounted: &Uncounted) {
        let (address, why) = (uncounted.address.as_str(), &uncounted.why);
        let kind = uncounted.kind.strip_prefix("AWS::").unwrap_or(&uncounted.kind);
        if may_be_anything(kind) {
            self.anything(address, why);
        }
        for list in lists(kind) {
            self.draft.lose(list, address, why);
        }
        match kind {
            "ApiGateway::Resource" | "ApiGateway::Method" => self.spoil_all(true, address, why),
            "ApiGatewayV2::Route" | "ApiGatewayV2::Integration" => self.spoil_all(false, address, why),
            "WAFv2::WebACLAssociation" => self.may_protect(address, why),
            "ElasticLoadBalancingV2::ListenerCertificate" => self.uncounted_certificates(address, why),
            "EC2::VPCCidrBlock" => self.draft.region.vpcs.items.clear(),
            "EC2::VPCGatewayAttachment" => self.draft.region.internet_gateways.items.clear(),
            "EC2::Route" => self.draft.region.route_tables.items.clear(),
            "EC2::NetworkAclEntry" => self.lose_acls(None, address, why),
            "EC2::SecurityGroupIngress" => self.anywhere(address, false, why),
            "EC2::SecurityGroupEgress" => self.anywhere(address, true, why),
            "ApiGateway::Deployment" | "ApiGatewayV2::Deployment" => self.lose_undeployed(None),
            "ECS::TaskSet" => self.lose_services(),
            "EC2::SubnetCidrBlock" => self.add_subnet_block(None, address),
            _ => {}
        }
    }

    /// What may make, or add to, whatever there is: a stack or module that is not at hand, a macro.
    fn anything(&mut self, address: &str, why: &Why) {
        for list in List::EVERY {
            self.draft.lose(list, address, why);
        }
        for rest in [true, false] {
            self.spoil_all(rest, address, why);
        }
        for egress in [true, false] {
            self.anywhere(address, egress, why);
        }
        self.may_protect(address, why);
        self.uncounted_certificates(address, why);
        self.lose_acls(None, address, why);
        self.lose_undeployed(None);
        self.lose_services();
        self.draft.region.vpcs.items.clear();
        self.draft.region.internet_gateways.items.clear();
        self.draft.region.route_tables.items.clear();
    }

    fn uncounted_certificates(&mut self, address: &str, why: &Why) {
        for listener in self.draft.region.load_balancers.items.iter_mut().flat_map(|balancer| &mut balancer.listeners.items) {
            listener.extra_certificates.gaps.push(why.gap(address));
        }
    }

    /// Any service may have another's tasks beside its own: none is known whole.
    fn lose_services(&mut self) {
        for cluster in &mut self.draft.region.clusters.items {
            cluster.services.items.clear();
        }
    }
}

/// Whether a kind may hold resources of any other.
fn may_be_anything(kind: &str) -> bool {
    ["CloudFormation::Stack", "CloudFormation::Macro", "Serverless::Application"].contains(&kind) || kind.ends_with("::MODULE")
}

/// The lists that a resource of a kind belongs to, its parent not being known.
fn lists(kind: &str) -> Vec<List> {
    match kind {
        "ElasticLoadBalancingV2::LoadBalancer" => vec![List::Balancers],
        "ElasticLoadBalancingV2::Listener" => vec![List::Listeners(None), List::Balancers],
        "ElasticLoadBalancingV2::ListenerRule" => vec![List::Rules(None), List::Balancers],
        "ElasticLoadBalancingV2::TargetGroup" => vec![List::Groups],
        "ApiGateway::RestApi" => vec![List::RestApis],
        "ApiGatewayV2::Api" => vec![List::HttpApis],
        "ApiGateway::Stage" | "ApiGateway::Deployment" => vec![List::Stages(None), List::RestApis],
        "ApiGatewayV2::Stage" | "ApiGatewayV2::Deployment" => vec![List::Stages(None), List::HttpApis],
        "ApiGateway::Authorizer" | "ApiGatewayV2::Authorizer" => vec![List::Authorizers(None)],
        "ApiGateway::VpcLink" => vec![List::LinksV1],
        "ApiGatewayV2::VpcLink" => vec![List::LinksV2],
        "ApiGateway::DomainName" | "ApiGateway::DomainNameV2" | "ApiGatewayV2::DomainName" => vec![List::Domains],
        "ApiGateway::BasePathMapping" | "ApiGateway::BasePathMappingV2" | "ApiGatewayV2::ApiMapping" | "ApiGatewayV2::RoutingRule" => {
            vec![List::Mappings(None), List::Domains]
        }
        "ServiceDiscovery::Service" => vec![List::CloudMap],
        "EC2::VPC" | "EC2::VPCCidrBlock" => vec![List::Vpcs],
        "EC2::Subnet" => vec![List::Subnets],
        "EC2::RouteTable" | "EC2::Route" | "EC2::SubnetRouteTableAssociation" => vec![List::Tables],
        "EC2::InternetGateway" | "EC2::VPCGatewayAttachment" => vec![List::Gateways],
        "EC2::NetworkAcl" | "EC2::SubnetNetworkAclAssociation" => vec![List::Acls],
        "EC2::SecurityGroup" | "EC2::SecurityGroupIngress" | "EC2::SecurityGroupEgress" => vec![List::SecurityGroups],
        "EC2::PrefixList" => vec![List::PrefixLists],
        "EC2::FlowLog" => vec![List::FlowLogs],
        "ECS::Cluster" => vec![List::Clusters],
        "ECS::Service" | "ECS::TaskSet" => vec![List::Services(None), List::Clusters],
        "ECS::TaskDefinition" => vec![List::TaskDefinitions],
        _ => Vec::new(),
    }
}
