//! Attributes that are what the template set.

/// The property that an attribute of a resource, or `Ref`, is where the template sets it.
pub(super) fn property(kind: &str, attribute: &str) -> Option<&'static str> {
    let kind = kind.strip_prefix("AWS::")?;
    Some(match (kind, attribute) {
        ("EC2::VPC" | "EC2::Subnet", "CidrBlock") => "CidrBlock",
        ("EC2::Subnet" | "EC2::SecurityGroup" | "EC2::RouteTable" | "EC2::VPCEndpoint" | "EC2::NetworkAcl", "VpcId") => "VpcId",
        ("EC2::Subnet", "AvailabilityZone") => "AvailabilityZone",
        ("EC2::Subnet", "Ipv6CidrBlock") => "Ipv6CidrBlock",
        ("EC2::NetworkInterface", "SubnetId") => "SubnetId",
        ("ElasticLoadBalancingV2::LoadBalancer", "LoadBalancerName")
        | ("ElasticLoadBalancingV2::TargetGroup", "TargetGroupName")
        | ("Events::EventBus", "Ref" | "Name")
        | ("Lambda::Alias" | "ServiceDiscovery::Service", "Name")
        | ("Kinesis::Stream" | "SSM::Parameter", "Ref") => "Name",
        ("ApiGateway::Stage" | "ApiGatewayV2::Stage", "Ref") => "StageName",
        ("ApiGateway::DomainName" | "ApiGatewayV2::DomainName", "Ref") => "DomainName",
        ("ECS::Cluster", "Ref") => "ClusterName",
        ("ECS::Service", "Name") => "ServiceName",
        ("Lambda::Function" | "Serverless::Function", "Ref") => "FunctionName",
        ("Logs::LogGroup", "Ref") => "LogGroupName",
        ("S3::Bucket", "Ref") => "BucketName",
        ("IAM::Role", "Ref" | "RoleName") => "RoleName",
        ("SSM::Parameter", "Value") => "Value",
        ("SSM::Parameter", "Type") => "Type",
        ("DynamoDB::Table" | "Serverless::SimpleTable", "Ref") => "TableName",
        ("SQS::Queue", "QueueName") => "QueueName",
        ("SNS::Topic", "TopicName") => "TopicName",
        ("StepFunctions::StateMachine", "Name") => "StateMachineName",
        ("AutoScaling::AutoScalingGroup", "Ref") => "AutoScalingGroupName",
        _ => return None,
    })
}
