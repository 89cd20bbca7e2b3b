//! What stands for the values of `Ref` and `Fn::GetAtt` that only deployment decides.

use std::collections::BTreeMap;

use crate::iac::code::in_arn;
use crate::iac::draft::network::{default_acl_of, default_group_of};
use crate::iac::made_up::{Destination, digits};
use crate::iac::value::Node;

/// The made-up values of a resource: `Ref`, and the attributes of `Fn::GetAtt` by name. `body` holds its properties.
pub fn names(kind: &str, address: &str, body: &Node, to: &Destination) -> BTreeMap<String, String> {
    let id = in_arn(address);
    let text = |name: &str| body.get(name).text().ok().flatten();
    match kind.strip_prefix("AWS::").unwrap_or(kind) {
        "ElasticLoadBalancingV2::LoadBalancer" => load_balancer(address, body, to),
        "ElasticLoadBalancingV2::Listener" => also(to.listener(address), &["ListenerArn"]),
        "ElasticLoadBalancingV2::ListenerRule" => also(to.listener_rule(address), &["RuleArn"]),
        "ElasticLoadBalancingV2::TargetGroup" => {
            let arn = to.target_group(&text("Name").unwrap_or_else(|| address.to_owned()), address);
            also(arn, &["TargetGroupArn"])
        }
        "EC2::SecurityGroup" => also(address.to_owned(), &["GroupId", "Id"]),
        "EC2::VPC" => {
            let mut names = also(address.to_owned(), &["VpcId"]);
            names.insert("DefaultSecurityGroup".to_owned(), default_group_of(address));
            names.insert("DefaultNetworkAcl".to_owned(), default_acl_of(address));
            names
        }
        "EC2::Subnet" => also(address.to_owned(), &["SubnetId"]),
        "EC2::RouteTable" => also(address.to_owned(), &["RouteTableId"]),
        "EC2::NetworkAcl" | "EC2::FlowLog" => also(address.to_owned(), &["Id"]),
        "EC2::InternetGateway" => also(format!("igw-{address}"), &["InternetGatewayId"]),
        "EC2::EgressOnlyInternetGateway" => also(format!("eigw-{address}"), &["Id"]),
        "EC2::NatGateway" => also(format!("nat-{address}"), &["NatGatewayId"]),
        "EC2::VPCEndpoint" => also(format!("vpce-{address}"), &["Id"]),
        "EC2::TransitGateway" => also(format!("tgw-{address}"), &["Id"]),
        "EC2::VPCPeeringConnection" => also(format!("pcx-{address}"), &["Id"]),
        "EC2::NetworkInterface" => also(format!("eni-{address}"), &["Id"]),
        "EC2::VPNGateway" => also(format!("vgw-{address}"), &["VPNGatewayId"]),
        "EC2::PrefixList" => also(format!("pl-{address}"), &["PrefixListId"]),
        "ApiGateway::RestApi" | "Serverless::Api" => {
            let mut names = also(id.clone(), &["RestApiId"]);
            names.insert("RootResourceId".to_owned(), format!("{id}/"));
            names
        }
        "ApiGateway::Resource" => also(id, &["ResourceId"]),
        "ApiGateway::VpcLink" | "ApiGatewayV2::VpcLink" => also(id, &["VpcLinkId"]),
        "ApiGateway::Authorizer" | "ApiGatewayV2::Authorizer" => also(id, &["AuthorizerId"]),
        "ApiGatewayV2::Api" | "Serverless::HttpApi" => {
            let mut names = also(id, &["ApiId"]);
            let endpoint = format!("https://{}.execute-api.{}.amazonaws.com", digits(address), to.region);
            names.insert("ApiEndpoint".to_owned(), endpoint);
            names
        }
        "ApiGateway::Stage" | "ApiGatewayV2::Stage" => also(text("StageName").unwrap_or_else(|| address.to_owned()), &[]),
        "ApiGateway::DomainName" | "ApiGatewayV2::DomainName" => also(text("DomainName").unwrap_or_else(|| address.to_owned()), &[]),
        "ECS::Cluster" => {
            let name = text("ClusterName").unwrap_or_else(|| address.to_owned());
            let arn = to.arn("ecs", &format!("cluster/{id}"));
            BTreeMap::from([("Ref".to_owned(), name), ("Arn".to_owned(), arn)])
        }
        "ECS::Service" => also(to.arn("ecs", &format!("service/{id}")), &["ServiceArn"]),
        "ECS::TaskDefinition" => also(to.arn("ecs", &format!("task-definition/{id}:1")), &["TaskDefinitionArn"]),
        "CertificateManager::Certificate" => also(to.arn("acm", &format!("certificate/{id}")), &["Id"]),
        "WAFv2::WebACL" => {
            let arn = to.arn("wafv2", &format!("regional/webacl/{}/{id}", text("Name").unwrap_or_default()));
            BTreeMap::from([("Ref".to_owned(), address.to_owned()), ("Arn".to_owned(), arn)])
        }
        "ServiceDiscovery::Service" => {
            let arn = to.arn("servicediscovery", &format!("service/{id}"));
            BTreeMap::from([("Ref".to_owned(), address.to_owned()), ("Id".to_owned(), address.to_owned()), ("Arn".to_owned(), arn)])
        }
        "Lambda::Function" | "Serverless::Function" => {
            let arn = to.arn("lambda", &format!("function:{id}"));
            BTreeMap::from([("Ref".to_owned(), address.to_owned()), ("Arn".to_owned(), arn)])
        }
        other => {
            let service = other.split("::").next().unwrap_or("aws").to_ascii_lowercase();
            BTreeMap::from([("Ref".to_owned(), address.to_owned()), ("Arn".to_owned(), to.arn(&service, &id))])
        }
    }
}

/// A name that `Ref` and some attributes give.
fn also(name: String, attributes: &[&str]) -> BTreeMap<String, String> {
    let mut names: BTreeMap<String, String> = attributes.iter().map(|attribute| ((*attribute).to_owned(), name.clone())).collect();
    names.insert("Ref".to_owned(), name);
    names
}

fn load_balancer(address: &str, body: &Node, to: &Destination) -> BTreeMap<String, String> {
    let text = |name: &str| body.get(name).text().ok().flatten();
    let kind = text("Type").unwrap_or_else(|| "application".to_owned());
    let scheme = text("Scheme").unwrap_or_else(|| "internet-facing".to_owned());
    // CloudFormation makes up a name of stack and logical id where the template gives none.
    let name = text("Name").unwrap_or_else(|| address.to_owned());
    let arn = to.load_balancer(&kind, &name, address);
    let full = arn.split_once(":loadbalancer/").map(|(_, full)| full.to_owned()).unwrap_or_default();
    let mut names = also(arn, &["LoadBalancerArn"]);
    names.insert("DNSName".to_owned(), to.load_balancer_dns(&kind, &name, &scheme, address));
    names.insert("LoadBalancerFullName".to_owned(), full);
    names.insert("LoadBalancerName".to_owned(), name);
    names
}
