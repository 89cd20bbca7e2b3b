//! Under which ids an inventory or a finding speaks of each declaration.

use super::Builder;
use super::read::{needed, reference};
use crate::iac::code::Declaration;
use crate::iac::draft::network::{default_acl_of, default_group_of};

/// The kinds that are spoken of by what `Ref` gives.
const BY_REFERENCE: [&str; 21] = [
    "ElasticLoadBalancingV2::LoadBalancer",
    "ElasticLoadBalancingV2::Listener",
    "ElasticLoadBalancingV2::ListenerRule",
    "ElasticLoadBalancingV2::TargetGroup",
    "EC2::VPC",
    "EC2::Subnet",
    "EC2::InternetGateway",
    "EC2::RouteTable",
    "EC2::NetworkAcl",
    "EC2::SecurityGroup",
    "EC2::PrefixList",
    "EC2::FlowLog",
    "ECS::Service",
    "ECS::TaskDefinition",
    "CertificateManager::Certificate",
    "ApiGateway::DomainName",
    "ApiGatewayV2::DomainName",
    "ApiGateway::VpcLink",
    "ApiGatewayV2::VpcLink",
    "ApiGateway::ClientCertificate",
    "ApiGateway::RequestValidator",
];
/// The kinds that are spoken of by their ARN.
const BY_ARN: [&str; 3] = ["ECS::Cluster", "ServiceDiscovery::Service", "WAFv2::WebACL"];

/// The kinds of which something else is made: entries, associations, routes. Their ids are noted where that is done.
const PARTS: [&str; 29] = [
    "ElasticLoadBalancingV2::ListenerCertificate",
    "ApiGateway::RestApi",
    "ApiGateway::Resource",
    "ApiGateway::Method",
    "ApiGateway::Authorizer",
    "ApiGateway::Deployment",
    "ApiGateway::Stage",
    "ApiGateway::DomainNameV2",
    "ApiGateway::BasePathMapping",
    "ApiGatewayV2::Api",
    "ApiGatewayV2::Route",
    "ApiGatewayV2::Integration",
    "ApiGatewayV2::Authorizer",
    "ApiGatewayV2::Stage",
    "ApiGatewayV2::Deployment",
    "ApiGatewayV2::ApiMapping",
    "WAFv2::WebACLAssociation",
    "EC2::VPCCidrBlock",
    "EC2::VPCGatewayAttachment",
    "EC2::Route",
    "EC2::SubnetRouteTableAssociation",
    "EC2::NetworkAclEntry",
    "EC2::SubnetNetworkAclAssociation",
    "EC2::SecurityGroupIngress",
    "EC2::SecurityGroupEgress",
    "ECS::TaskSet",
    "ApiGateway::BasePathMappingV2",
    "ApiGatewayV2::RoutingRule",
    "EC2::SubnetCidrBlock",
];

impl Builder<'_, '_> {
    /// Names the declarations whose ids say themselves, and counts those that no rule looks at.
    pub(super) fn names(&mut self) {
        for declaration in self.declarations.clone() {
            let kind = declaration.kind.strip_prefix("AWS::").unwrap_or(&declaration.kind);
            if BY_REFERENCE.contains(&kind) {
                self.built.name(&declaration.address, reference(declaration));
                if kind == "EC2::VPC" {
                    // What comes with a VPC stands nowhere else in the code.
                    for own in [default_group_of, default_acl_of] {
                        self.built.name(&declaration.address, own(&reference(declaration)));
                    }
                }
            } else if BY_ARN.contains(&kind) {
                self.built.name(&declaration.address, arn(declaration));
            } else if !PARTS.contains(&kind) {
                *self.built.ignored.entry(declaration.kind.clone()).or_default() += 1;
            }
            if kind.ends_with("::VpcLink") {
                self.built.name(&declaration.address, self.api_arn("vpclinks", &reference(declaration)));
            }
            // Nothing of what is judged is made of a web ACL itself.
            if kind == "WAFv2::WebACL" {
                *self.built.ignored.entry(declaration.kind.clone()).or_default() += 1;
            }
        }
    }

    /// The ARN of something of API Gateway, as findings spell it: they know no partition without an account.
    pub(super) fn api_arn(&self, kind: &str, id: &str) -> String {
        let mut to = self.draft.to.clone();
        if to.account.is_empty() {
            "aws".clone_into(&mut to.partition);
        }
        to.api(kind, id)
    }

    /// Notes the routes that a declaration made, under the ARN of their API.
    pub(super) fn name_route(&mut self, declaration: &Declaration, api: &str, key: &str) -> String {
        let id = format!("{api}#{key}");
        self.built.name(&declaration.address, &*id);
        id
    }
}

/// The ARN of a declaration that `Ref` does not give.
pub(super) fn arn(declaration: &Declaration) -> String {
    declaration.name("Arn").map_or_else(|| reference(declaration), ToOwned::to_owned)
}

/// The name of a custom domain: that of its property, or the declaration's own where that is not known.
pub(super) fn domain(declaration: &Declaration) -> String {
    needed(&declaration.body, "DomainName").unwrap_or_else(|_| declaration.address.clone())
}
