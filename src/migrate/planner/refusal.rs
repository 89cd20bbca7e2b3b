//! Why a migration is refused: a closed list of codes, each with what it means and what to do.

use serde::{Deserialize, Serialize};

/// A refusal: what cannot be migrated, why, and by what.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Refusal {
    /// The reason.
    pub code: Code,
    /// What is refused: an API, a stage, a load balancer or a service, by name.
    pub subject: String,
    /// What exactly is in the way, with the resource, rule or permission that causes it.
    pub because: String,
}

macro_rules! codes {
    ($($name:ident $code:literal $what:literal $remedy:literal;)*) => {
        /// The reasons for a refusal.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Code {
            $(#[doc = $what] #[serde(rename = $code)] $name,)*
        }

        impl Code {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Its name in output and documentation.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// What it means.
            pub fn what(self) -> &'static str {
                match self { $(Self::$name => $what,)* }
            }

            /// What to do.
            pub fn remedy(self) -> &'static str {
                match self { $(Self::$name => $remedy,)* }
            }
        }
    };
}

codes! {
    WebSocketApi "websocket-api"
        "WebSocket APIs are not migrated." "Move its integrations by hand; they need a VPC link V1.";
    PrivateApi "private-api"
        "The API is PRIVATE: its callers are in a VPC, and another threat is to be met." "Review who may use its VPC endpoints instead.";
    ApiNotAvailable "api-not-available"
        "The API is being changed just now, or failed." "Wait until its status is AVAILABLE.";
    NoCanary "no-canary"
        "HTTP APIs know no canary: their stages move whole." "Leave `--canary` out, or migrate REST APIs with it by `--api`.";
    CanaryActive "canary-active"
        "The stage has a canary: it takes no other deployment meanwhile." "Promote or remove the canary first.";
    DraftDiffers "draft-differs"
        "The working copy differs from what the stage serves: the deployment would ship the difference, too." "Deploy or revert the draft first.";
    DraftUnread "draft-unread"
        "The working copy could not be read, so nobody knows what a deployment would ship." "Grant the permission named.";
    DeployedUnread "deployed-unread"
        "What a stage serves could not be read." "Grant the permission named.";
    StageVariable "stage-variable"
        "The integration's URI uses a stage variable, and a private integration of an HTTP API names a listener instead; or its stages lead to different load balancers."
        "Write the load balancer's name into the integration, or migrate by hand.";
    UriQuery "uri-query"
        "The integration's URI has a query or a password, which a private integration of an HTTP API cannot add." "Map the query by a parameter instead.";
    PathUnclear "path-unclear"
        "The route takes any path and the integration's URI names none: which path the back end is asked for is not documented, and a private integration has to be told." "Give the URI a path, such as `/{proxy}` for a route `/{proxy+}`.";
    AutoDeployBeside "auto-deploy-beside"
        "Another stage deploys each change at once and was not selected: it would move with the first change." "Select it, too, or switch its auto deploy off.";
    ManagedByCode "managed-by-code"
        "The resource is managed by CloudFormation, CDK, SAM or Terraform: a change beside the code would be undone by it, or break it."
        "Change the code: `--output terraform` or `--output cloudformation` prints it. `--allow-iac-managed` goes on all the same.";
    NoListener "no-listener"
        "The load balancer has no listener on the URI's port." "Mend the integration first.";
    ListenerMismatch "listener-mismatch"
        "The URI's scheme is not the listener's." "Mend the integration first.";
    OtherRegion "other-region"
        "The load balancer is in another region than the API: no VPC link leads there." "Migrate by hand.";
    BalancerNotActive "balancer-not-active"
        "The load balancer is not active." "Wait, or mend it first.";
    Unread "unread"
        "Something the plan has to rely on could not be read." "Grant the permission named.";
    Tls13Only "tls13-only"
        "The listener takes TLS 1.3 only, and API Gateway speaks TLS 1.2 to back ends." "Choose a TLS policy that also takes TLS 1.2.";
    ListenerRules "listener-rules"
        "The listener has rules: a network load balancer knows no host, path or header." "Use `--target nlb-alb` or `--target alb`, which keep the rules.";
    NotAForward "not-a-forward"
        "The listener does something else than forward: a redirect, a fixed response, a login." "Use `--target nlb-alb` or `--target alb`; change the listener by hand.";
    SeveralTargetGroups "several-target-groups"
        "The listener splits requests among several target groups." "Use `--target nlb-alb` or `--target alb`; change the listener by hand.";
    StickySessions "sticky-sessions"
        "The target group keeps clients by cookie." "Use `--target nlb-alb` or `--target alb`.";
    HttpVersion "http-version"
        "The target group speaks HTTP/2 or gRPC to its targets, which the load balancer translates." "Use `--target nlb-alb` or `--target alb`.";
    TargetType "target-type"
        "The targets are not IPv4 addresses of ECS tasks with interfaces of their own." "Use `--target nlb-alb` or `--target alb`.";
    Reencryption "reencryption"
        "The load balancer takes HTTP and speaks HTTPS to its targets." "Use `--target nlb-alb` or `--target alb`.";
    WebAcl "web-acl"
        "A web ACL stands before the load balancer, and none can stand before a network load balancer." "Use `--target nlb-alb` or `--target alb`, or move the web ACL to the API's stage.";
    MutualTls "mutual-tls"
        "The listener asks clients for certificates." "Use `--target nlb-alb` or `--target alb` where it only passes them on; where it verifies them, migrate by hand.";
    NoService "no-service"
        "No ECS service of this region registers in the target group." "Use `--target nlb-alb` or `--target alb`.";
    SeveralServices "several-services"
        "Several ECS services register in the target group." "Use `--target nlb-alb` or `--target alb`.";
    ServiceNotSteady "service-not-steady"
        "The service is not active, not complete, not healthy, or in the middle of a deployment." "Wait until it is steady.";
    DeploymentController "deployment-controller"
        "The service is deployed by CodeDeploy or another controller, or blue/green: its load balancers cannot be set by UpdateService." "Use `--new-service`, or `--target nlb-alb` or `--target alb`.";
    ManagedByEcs "managed-by-ecs"
        "ECS itself manages the service (Express)." "Use `--target alb`.";
    TooManyTargetGroups "too-many-target-groups"
        "The service has five target groups already, the most there can be." "Remove one, or use `--target nlb-alb` or `--target alb`.";
    NoSurge "no-surge"
        "The service's deployment may stop old tasks before new ones are healthy." "Set minimumHealthyPercent to 100 and maximumPercent above 100.";
    ServiceRole "service-role"
        "The service registers its targets by a role of its own instead of the service-linked one." "Use `--target nlb-alb` or `--target alb`.";
    ImageDrift "image-drift"
        "The rollout resolves the image's tag anew and may ship other code." "Pin the image by digest, or give `--accept-image-drift`.";
    LinkZone "vpc-link-zone"
        "VPC links V2 do not work in the zone." "Give `--subnet` in other zones, or use `--link v1`.";
    LinkVersion "vpc-link-version"
        "The kind of VPC link cannot do this: HTTP APIs and application load balancers need V2." "Leave `--link` out.";
    LinkQuota "vpc-link-quota"
        "The region has as many VPC links as its quota allows." "Delete unused links, or raise the quota.";
    BalancerQuota "load-balancer-quota"
        "The region has as many network load balancers as its quota allows." "Delete unused ones, or raise the quota.";
    NoSubnets "no-subnets"
        "There are no subnets for the new load balancer or link, they have too few free addresses, or they leave out a zone of the tasks." "Name subnets with `--subnet`.";
    RuleQuota "rule-quota"
        "The security group has no room for the rules of the new way." "Merge or remove rules, or raise the quota.";
    AlbInTwoNlbs "alb-in-two-nlbs"
        "The load balancer is a target of two network load balancers already, the most there can be." "Use `--target alb`.";
    NoSafeProbe "no-safe-probe"
        "No route that moves takes GET, so the new way cannot be proven without changing anything." "Add a GET route for health checks, or migrate by hand.";
    OtherCallers "other-callers"
        "Routes of other APIs or stages use the load balancer over the internet: closing it would cut them off." "Migrate them, too, or leave `--lockdown` out.";
    SharedGroup "shared-group"
        "The load balancer shares its security group with something else, which would be closed, too." "Give the load balancer a group of its own, or leave `--lockdown` out.";
    LogGroup "log-group"
        "Access logs need a log group or stream to go to." "Name one with `--log-group ARN`.";
    NotPrivateYet "not-private-yet"
        "An API still reaches the load balancer over the internet: closing it would cut the API off." "Migrate first.";
    NoHttpsListener "no-https-listener"
        "The load balancer has no HTTPS listener with a certificate on port 443 to redirect to." "Create one first, with the same rules.";
    RulesForward "rules-forward"
        "Rules of the listener forward, too, and would go on doing so." "Delete them, or let them redirect.";
    HttpCaller "http-caller"
        "An integration of an API calls the listener over http:// and follows no redirect." "Lead it to https:// first, or migrate it to a private path.";
    NotMigrated "not-migrated"
        "The account is not as the plan left it: the service does not stand behind the new target group." "Apply the plan first, or delete by hand what it had made.";
    StillOpen "still-open"
        "The internet still reaches the load balancer: whoever calls it directly would get no answer any more." "Close it first (`--lockdown`, or the fix `close-world-rule`), and see who complains.";
    BalancerInUse "load-balancer-in-use"
        "Something still needs the load balancer or its target group." "Move what needs it first; with `--target nlb-alb` or `--target alb` the load balancer stays.";
}

/// The table of all codes, in Markdown.
pub fn refusal_table() -> String {
    let mut table = String::from("| code | what it means | what to do |\n|---|---|---|\n");
    for code in Code::ALL {
        for part in ["| `", code.as_str(), "` | ", code.what(), " | ", code.remedy(), " |\n"] {
            table.push_str(part);
        }
    }
    table
}

impl Refusal {
    /// A refusal.
    pub fn new(code: Code, subject: impl Into<String>, because: impl Into<String>) -> Self {
        Self { code, subject: subject.into(), because: because.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_speak_in_sentences() {
        let names: std::collections::BTreeSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(names.len(), Code::ALL.len());
        for code in Code::ALL {
            assert!(code.what().ends_with('.') && code.remedy().ends_with('.'), "{}", code.as_str());
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
            assert!(!code.what().contains('|') && !code.remedy().contains('|'), "{} would break the table", code.as_str());
        }
    }
}
