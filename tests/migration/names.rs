//! What a call is called, for denials and for the trace.

use apiaudit::migrate::thing::{Create, Property, Remove};

pub(crate) fn of_create(thing: &Create) -> &'static str {
    match thing {
        Create::SecurityGroup { .. } => "SecurityGroup",
        Create::GroupRules { .. } => "GroupRules",
        Create::LoadBalancer { .. } => "LoadBalancer",
        Create::TargetGroup { .. } => "TargetGroup",
        Create::Listener { .. } => "Listener",
        Create::AlbTarget { .. } => "AlbTarget",
        Create::VpcLinkV1 { .. } => "VpcLinkV1",
        Create::VpcLinkV2 { .. } => "VpcLinkV2",
        Create::Service { .. } => "Service",
        Create::RestDeployment { .. } => "RestDeployment",
        Create::HttpDeployment { .. } => "HttpDeployment",
        Create::RestApi { .. } => "RestApi",
        Create::RestResource { .. } => "RestResource",
        Create::RestMethod { .. } => "RestMethod",
        Create::RestIntegration { .. } => "RestIntegration",
        Create::HttpApi { .. } => "HttpApi",
        Create::HttpIntegration { .. } => "HttpIntegration",
        Create::HttpRoute { .. } => "HttpRoute",
        Create::HttpStage { .. } => "HttpStage",
    }
}

pub(crate) fn of_property(property: &Property) -> &'static str {
    match property {
        Property::LoadBalancerGroups { .. } => "LoadBalancerGroups",
        Property::LoadBalancerAttributes { .. } => "LoadBalancerAttributes",
        Property::TargetGroupAttributes { .. } => "TargetGroupAttributes",
        Property::Listener { .. } => "Listener",
        Property::ListenerCertificates { .. } => "ListenerCertificates",
        Property::ServiceTargets { .. } => "ServiceTargets",
        Property::RestIntegration { .. } => "RestIntegration",
        Property::HttpIntegration { .. } => "HttpIntegration",
        Property::RestStage { .. } => "RestStage",
        Property::HttpStage { .. } => "HttpStage",
        Property::RestApi { .. } => "RestApi",
        Property::HttpApi { .. } => "HttpApi",
        Property::GroupIngress { .. } => "GroupIngress",
        Property::Lock { .. } => "Lock",
    }
}

pub(crate) fn of_remove(thing: &Remove) -> &'static str {
    match thing {
        Remove::Listener { .. } => "Listener",
        Remove::LoadBalancer { .. } => "LoadBalancer",
        Remove::TargetGroup { .. } => "TargetGroup",
    }
}
