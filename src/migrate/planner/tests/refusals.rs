//! One account for each code, one change away from the article, in which it is given.

use super::*;
use crate::inventory::{Action as Does, Canary, Peer, Rule as ListenerRule, ServiceLoadBalancer, SslPolicy, VpcLink, WeightedTargetGroup};
use crate::migrate::planner::{Code, Link, Target};
use crate::migrate::{farewell, fixes};

fn nlb() -> Options {
    Options { target: Target::Nlb, ..Options::default() }
}

/// The article with one change, asked for a network load balancer.
fn changed(change: impl FnOnce(&mut Region)) -> Vec<Refusal> {
    refused(&with(change), &nlb())
}

fn changed_http(change: impl FnOnce(&mut Region)) -> Vec<Refusal> {
    let mut inventory = http();
    change(&mut inventory.regions[0]);
    refused(&inventory, &nlb())
}

fn changed_https(change: impl FnOnce(&mut Region)) -> Vec<Refusal> {
    let mut inventory = https();
    change(&mut inventory.regions[0]);
    refused(&inventory, &nlb())
}

fn asked(change: impl FnOnce(&mut Options)) -> Vec<Refusal> {
    let mut options = nlb();
    change(&mut options);
    refused(&article(), &options)
}

fn fixing(inventory: &Inventory) -> Vec<Refusal> {
    let found = fixes::fixes(inventory, REGION, &silent(inventory), &fixes::Options::default());
    found.into_iter().filter_map(|fix| fix.refusal).collect()
}

fn leaving(change: impl FnOnce(&mut Inventory)) -> Vec<Refusal> {
    let (mut inventory, done) = migrated();
    change(&mut inventory);
    farewell::plan(&inventory, REGION, &done, &silent(&inventory), false, STAMP).refusals
}

/// Where a code is given. A code without an arm here does not compile.
fn given(code: Code) -> Vec<Refusal> {
    match code {
        Code::WebSocketApi | Code::PrivateApi | Code::ApiNotAvailable | Code::CanaryActive | Code::DraftDiffers | Code::DraftUnread => {
            of_api(code)
        }
        Code::DeployedUnread | Code::StageVariable | Code::UriQuery | Code::PathUnclear | Code::AutoDeployBeside | Code::ManagedByCode => {
            of_stage(code)
        }
        Code::NoSafeProbe | Code::NoListener | Code::ListenerMismatch | Code::OtherRegion | Code::BalancerNotActive | Code::Unread => {
            of_edge(code)
        }
        Code::Tls13Only | Code::ListenerRules | Code::NotAForward | Code::SeveralTargetGroups | Code::WebAcl | Code::MutualTls => {
            of_listener(code)
        }
        Code::StickySessions | Code::HttpVersion | Code::TargetType | Code::Reencryption => of_group(code),
        Code::NoService
        | Code::SeveralServices
        | Code::ServiceNotSteady
        | Code::DeploymentController
        | Code::ManagedByEcs
        | Code::TooManyTargetGroups
        | Code::NoSurge
        | Code::ServiceRole
        | Code::ImageDrift => of_service(code),
        Code::LinkZone
        | Code::LinkVersion
        | Code::LinkQuota
        | Code::BalancerQuota
        | Code::NoSubnets
        | Code::RuleQuota
        | Code::AlbInTwoNlbs => of_way(code),
        Code::OtherCallers => asked(|options| {
            options.lockdown = true;
            options.routes = vec!["GET /status".to_owned()];
        }),
        Code::NoCanary => refused(&http(), &Options { canary_percent: Some(5.0), ..Options::default() }),
        Code::SharedGroup => {
            let inventory = with(|region| region.network_interfaces.items[0].security_groups.push("sg-0a1b2c3d4e5f60c01".to_owned()));
            refused(&inventory, &Options { lockdown: true, ..nlb() })
        }
        Code::LogGroup => fixing(&with(|region| stage(region).access_log = None)),
        Code::NotPrivateYet | Code::NoHttpsListener => fixing(&article()),
        Code::RulesForward => fixing(&with(|region| listener(region).rules.items.push(forwarding_rule()))),
        Code::HttpCaller => fixing(&with(|region| {
            let mut twin = listener(region).clone();
            (twin.port, twin.protocol) = (Some(443), Some("HTTPS".to_owned()));
            twin.certificate_arns = vec!["arn:cert".to_owned()];
            balancer(region).listeners.items.push(twin);
        })),
        Code::NotMigrated => leaving(|inventory| service(&mut inventory.regions[0]).load_balancers.truncate(1)),
        Code::StillOpen => leaving(|inventory| {
            let open = article().regions.remove(0).security_groups.items.remove(0).rules;
            security_group(&mut inventory.regions[0], false).rules = open;
        }),
        Code::BalancerInUse => {
            let inventory = article();
            let done = whole(&inventory, &Options { target: Target::NlbAlb, ..Options::default() });
            farewell::plan(&inventory, REGION, &done, &silent(&inventory), false, STAMP).refusals
        }
    }
}

fn of_api(code: Code) -> Vec<Refusal> {
    match code {
        Code::WebSocketApi => changed_http(|region| api(region).protocol = Protocol::WebSocket),
        Code::PrivateApi => changed(|region| api(region).endpoint_types = vec!["PRIVATE".to_owned()]),
        Code::ApiNotAvailable => changed(|region| api(region).status = Some("UPDATING".to_owned())),
        Code::CanaryActive => changed(|region| {
            stage(region).canary = Some(Canary { deployment_id: None, percent_traffic: 0.0, variables: [].into() });
        }),
        Code::DraftDiffers => changed(|region| {
            let Observed::Known(copy) = &mut api(region).working_copy else { return };
            copy.routes[0].authorization = Observed::Known("NONE".to_owned());
        }),
        _ => changed(|region| api(region).working_copy = Observed::Unknown(denied())),
    }
}

fn of_stage(code: Code) -> Vec<Refusal> {
    match code {
        Code::DeployedUnread => changed(|region| stage(region).deployed = Observed::Unknown(denied())),
        Code::StageVariable => changed_http(|region| {
            let host = balancer(region).dns_name.clone();
            stage(region).variables.insert("host".to_owned(), Some(host.clone()));
            uris(region, |uri| uri.replace(&host, "${stageVariables.host}"));
        }),
        Code::UriQuery => changed_http(|region| uris(region, |uri| format!("{uri}?a=1"))),
        Code::PathUnclear => changed_http(|region| {
            both(region, |configuration| {
                configuration.routes.truncate(1);
                configuration.routes[0].path = "$default".to_owned();
                configuration.routes[0].method = String::new();
            });
        }),
        Code::AutoDeployBeside => {
            let mut inventory = http();
            let mut beside = stage(&mut inventory.regions[0]).clone();
            (beside.name, beside.auto_deploy) = ("test".to_owned(), true);
            api(&mut inventory.regions[0]).stages.items.push(beside);
            refused(&inventory, &Options { stages: vec!["prod".to_owned()], ..nlb() })
        }
        _ => changed(|region| _ = api(region).tags.insert("aws:cloudformation:stack-name".to_owned(), "orders".to_owned())),
    }
}

fn of_edge(code: Code) -> Vec<Refusal> {
    match code {
        Code::NoSafeProbe => changed(|region| both(region, |configuration| configuration.routes.retain(|route| route.method == "POST"))),
        Code::NoListener => changed(|region| uris(region, |uri| uri.replace(".com/", ".com:8081/"))),
        Code::ListenerMismatch => changed(|region| listener(region).protocol = Some("HTTPS".to_owned())),
        Code::OtherRegion => {
            let mut inventory = article();
            let mut other = Region { name: "eu-central-1".to_owned(), ..Region::default() };
            std::mem::swap(&mut other.load_balancers, &mut inventory.regions[0].load_balancers);
            inventory.regions[0].load_balancers = Vec::new().into();
            inventory.regions.push(other);
            refused(&inventory, &nlb())
        }
        Code::BalancerNotActive => changed(|region| balancer(region).state = Some("provisioning".to_owned())),
        _ => changed(|region| balancer(region).web_acl_arn = Observed::Unknown(denied())),
    }
}

fn forwarding_rule() -> ListenerRule {
    let target_groups = vec![WeightedTargetGroup { arn: "arn:tg".to_owned(), weight: 1 }];
    let actions = vec![Does { kind: "forward".to_owned(), target_groups, ..Does::default() }];
    ListenerRule { arn: "arn:rule".to_owned(), priority: 1, conditions: Vec::new(), actions, transforms: Vec::new() }
}

fn of_listener(code: Code) -> Vec<Refusal> {
    match code {
        Code::Tls13Only => changed_https(|region| {
            let protocols = vec!["TLSv1.3".to_owned()];
            region.ssl_policies.items.push(SslPolicy { name: "new".to_owned(), protocols, ciphers: Vec::new() });
            listener(region).ssl_policy = Some("new".to_owned());
        }),
        Code::ListenerRules => changed(|region| listener(region).rules.items.push(forwarding_rule())),
        Code::NotAForward => changed(|region| listener(region).default_actions[0].kind = "redirect".to_owned()),
        Code::SeveralTargetGroups => changed(|region| {
            let share = listener(region).default_actions[0].target_groups[0].clone();
            listener(region).default_actions[0].target_groups.push(share);
        }),
        Code::WebAcl => changed(|region| balancer(region).web_acl_arn = Observed::Known("arn:acl".to_owned())),
        _ => changed_https(|region| mutual(region, "verify")),
    }
}

fn of_group(code: Code) -> Vec<Refusal> {
    match code {
        Code::StickySessions => changed(|region| {
            let Observed::Known(attributes) = &mut group(region).attributes else { return };
            attributes.insert("stickiness.enabled".to_owned(), "true".to_owned());
        }),
        Code::HttpVersion => changed(|region| group(region).protocol_version = Some("GRPC".to_owned())),
        Code::TargetType => changed(|region| group(region).target_type = "instance".to_owned()),
        _ => changed(|region| group(region).protocol = Some("HTTPS".to_owned())),
    }
}

fn of_service(code: Code) -> Vec<Refusal> {
    match code {
        Code::NoService => changed(|region| service(region).load_balancers.clear()),
        Code::SeveralServices => changed(|region| {
            let other = Service { arn: "arn:aws:ecs:eu-west-1:123456789012:service/orders/twin".to_owned(), ..service(region).clone() };
            region.clusters.items[0].services.items.push(other);
        }),
        Code::ServiceNotSteady => changed(|region| service(region).running_count = 1),
        Code::DeploymentController => changed(|region| service(region).deployment_controller = Some("CODE_DEPLOY".to_owned())),
        Code::ManagedByEcs => changed(|region| service(region).resource_management_type = Some("ECS".to_owned())),
        Code::TooManyTargetGroups => changed(|region| {
            for number in 0..4 {
                let arn = format!("arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/more/{number}");
                service(region).load_balancers.push(ServiceLoadBalancer { target_group_arn: Some(arn), ..ServiceLoadBalancer::default() });
            }
        }),
        Code::NoSurge => changed(|region| service(region).deployment_configuration.minimum_healthy_percent = Some(50)),
        Code::ServiceRole => changed(|region| service(region).role_arn = Some("arn:aws:iam::123456789012:role/own".to_owned())),
        _ => changed(|region| region.task_definitions.items[0].containers[0].image = Some("host:5000/orders".to_owned())),
    }
}

fn of_way(code: Code) -> Vec<Refusal> {
    match code {
        Code::LinkZone => {
            let inventory = with(|region| region.subnets.items.iter_mut().for_each(|subnet| subnet.zone_id = Some("euw1-az9".to_owned())));
            refused(&inventory, &Options { target: Target::Alb, ..Options::default() })
        }
        Code::LinkVersion => refused(&article(), &Options { target: Target::Alb, link: Link::V1, ..Options::default() }),
        Code::LinkQuota => changed(|region| {
            let text = r#"{"id": "l", "status": "AVAILABLE"}"#;
            region.vpc_links_v2 = (0..10).map(|_| serde_json::from_str::<VpcLink>(text).unwrap()).collect::<Vec<_>>().into();
        }),
        Code::BalancerQuota => changed(|region| {
            let more = (0..50).map(|number| LoadBalancer {
                arn: format!("arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/net/n/{number}"),
                dns_name: format!("n-{number}.elb.eu-west-1.amazonaws.com"),
                kind: "network".to_owned(),
                ..region.load_balancers.items[0].clone()
            });
            let more: Vec<LoadBalancer> = more.collect();
            region.load_balancers.items.extend(more);
        }),
        Code::NoSubnets => asked(|options| options.subnets = vec!["subnet-elsewhere".to_owned()]),
        Code::RuleQuota => changed(|region| {
            let rule = security_group(region, true).rules[0].clone();
            let more = (0..60)
                .map(|number| crate::inventory::SecurityGroupRule { peer: Peer::CidrIpv4(format!("10.0.{number}.0/24")), ..rule.clone() });
            security_group(region, true).rules.extend(more);
        }),
        _ => {
            let inventory = with(|region| {
                let arn = balancer(region).arn.clone();
                for nlb in ["arn:nlb:1", "arn:nlb:2"] {
                    let target = crate::inventory::Target {
                        id: arn.clone(),
                        port: Some(80),
                        zone: None,
                        state: "healthy".to_owned(),
                        reason: None,
                        description: None,
                    };
                    let more = TargetGroup {
                        arn: format!("{nlb}/targets"),
                        target_type: "alb".to_owned(),
                        load_balancer_arns: vec![nlb.to_owned()],
                        targets: Observed::Known(vec![target]),
                        ..group(region).clone()
                    };
                    region.target_groups.items.push(more);
                }
            });
            refused(&inventory, &Options { target: Target::NlbAlb, ..Options::default() })
        }
    }
}

#[test]
fn every_code_is_given_somewhere() {
    for code in Code::ALL {
        let found = given(*code);
        assert!(found.iter().any(|refusal| refusal.code == *code), "{} is not among {found:#?}", code.as_str());
        assert!(found.iter().all(|refusal| !refusal.subject.is_empty() && !refusal.because.is_empty()), "{found:#?}");
    }
}

#[test]
fn nothing_of_it_is_given_without_a_reason() {
    for target in [Target::Auto, Target::Nlb, Target::NlbAlb, Target::Alb] {
        for inventory in [article(), http(), https()] {
            assert_eq!(refused(&inventory, &Options { target, lockdown: true, ..Options::default() }), [], "{target}");
        }
    }
}
