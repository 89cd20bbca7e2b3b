//! The end of a migration, from the article's account as the migration leaves it.

use crate::inventory::{Inventory, LoadBalancer, Observed, TargetGroup};
use crate::migrate::farewell::{backup, plan};
use crate::migrate::fixes::Planned;
use crate::migrate::plan::{Action, Check, Phase};
use crate::migrate::planner::Code;
use crate::migrate::planner::tests::{
    NEW, REGION, STAMP, balancer, both, denied, group, ids, listener, migrated, said, service, silent, sound, step,
};
use crate::migrate::thing::{Remove, State};

fn planned(change: impl FnOnce(&mut Inventory)) -> Planned {
    let (mut inventory, done) = migrated();
    change(&mut inventory);
    plan(&inventory, REGION, &done, &silent(&inventory), false, STAMP)
}

fn codes(change: impl FnOnce(&mut Inventory)) -> Vec<Code> {
    let planned = planned(change);
    assert!(planned.plan.is_none());
    planned.refusals.iter().map(|refusal| refusal.code).collect()
}

#[test]
fn the_old_load_balancer_goes_last_and_only_after_all_that_can_fail() {
    let planned = planned(|_| {});
    assert_eq!(planned.refusals, []);
    let plan = planned.plan.unwrap();
    sound(&plan);
    assert_eq!(
        ids(&plan),
        [
            "asked-before",
            "deregister-orders",
            "healthy-orders",
            "asked-after",
            "rescan",
            "unprotect-orders-alb",
            "delete-listener-orders-alb-80",
            "delete-orders-alb",
            "delete-targets-orders",
        ]
    );
    let first = plan.steps.iter().position(|step| matches!(step.action, Action::Remove(_))).unwrap();
    assert!(plan.steps[first..].iter().all(|step| step.phase == Phase::Remove && matches!(step.action, Action::Remove(_))));
    assert!(plan.warnings[0].contains("delete-listener-orders-alb-80") && plan.warnings[1].contains("orders-alb-1684573902"));
    let Action::Set { before: State::Targets(before), after: State::Targets(after), .. } = &step(&plan, "deregister-orders").action else {
        panic!()
    };
    assert_eq!((before.len(), after.len(), after[0].target_group.as_str()), (2, 1, NEW));
    let Action::Check(Check::Healthy { target_group, at_least, .. }) = &step(&plan, "healthy-orders").action else { panic!() };
    assert_eq!((target_group.as_str(), *at_least), (NEW, 2));
    assert!(!plan.locks.is_empty());
}

#[test]
fn without_protection_there_is_nothing_to_switch_off() {
    let planned = planned(|inventory| {
        let Observed::Known(attributes) = &mut balancer(&mut inventory.regions[0]).attributes else { return };
        attributes.insert("deletion_protection.enabled".to_owned(), "false".to_owned());
    });
    assert!(planned.plan.unwrap().step("unprotect-orders-alb").is_none());
}

#[test]
fn it_stays_while_anything_needs_it() {
    let in_use = [Code::BalancerInUse];
    assert_eq!(
        codes(|inventory| both(&mut inventory.regions[0], |configuration| {
            let Observed::Known(integration) = &mut configuration.routes[0].integration else { return };
            integration.connection_type = Some("INTERNET".to_owned());
        })),
        in_use
    );
    assert_eq!(
        codes(|inventory| {
            let region = &mut inventory.regions[0];
            let mut other = service(region).clone();
            other.arn = "arn:aws:ecs:eu-west-1:123456789012:service/orders/other".to_owned();
            region.clusters.items[0].services.items.push(other);
        }),
        in_use
    );
    assert_eq!(codes(|inventory| group(&mut inventory.regions[0]).load_balancer_arns.push("arn:other".to_owned())), in_use);
    assert_eq!(
        codes(|inventory| {
            let arn = inventory.regions[0].load_balancers.items[0].arn.clone();
            let front =
                TargetGroup { arn: "arn:front".to_owned(), target_type: "alb".to_owned(), ..group(&mut inventory.regions[0]).clone() };
            let target = crate::inventory::Target {
                id: arn,
                port: Some(80),
                zone: None,
                state: "healthy".to_owned(),
                reason: None,
                description: None,
            };
            inventory.regions[0].target_groups.items.push(TargetGroup { targets: Observed::Known(vec![target]), ..front });
        }),
        in_use
    );
}

#[test]
fn nothing_that_was_not_read_is_taken_for_nothing() {
    let unread = [Code::Unread];
    assert_eq!(codes(|inventory| inventory.regions[0].http_apis.gaps.push(denied())), unread);
    assert_eq!(codes(|inventory| listener(&mut inventory.regions[0]).rules.gaps.push(denied())), unread);
    assert_eq!(codes(|inventory| balancer(&mut inventory.regions[0]).attributes = Observed::Unknown(denied())), unread);
    assert_eq!(codes(|inventory| balancer(&mut inventory.regions[0]).tags = Observed::Unknown(denied())), unread);
    assert_eq!(codes(|inventory| inventory.regions[0].clusters.gaps.push(denied())), unread);
    assert_eq!(codes(|inventory| inventory.regions[0].target_groups.items[1].tags = Observed::Unknown(denied())), unread);
}

#[test]
fn the_service_must_be_well_where_it_stays() {
    let codes = codes(|inventory| {
        let Observed::Known(targets) = &mut inventory.regions[0].target_groups.items[1].targets else { return };
        targets[1].state = "unhealthy".to_owned();
    });
    assert_eq!(codes, [Code::ServiceNotSteady]);
}

#[test]
fn what_code_manages_is_left_to_it() {
    let codes = codes(|inventory| {
        let Observed::Known(tags) = &mut balancer(&mut inventory.regions[0]).tags else { return };
        tags.insert("terraform".to_owned(), "true".to_owned());
    });
    assert_eq!(codes, [Code::ManagedByCode]);
}

#[test]
fn what_is_gone_already_is_neither_planned_nor_refused() {
    let planned = planned(|inventory| _ = inventory.regions[0].load_balancers.items.remove(0));
    assert!(planned.plan.is_none() && planned.refusals.is_empty());
}

#[test]
fn the_backup_holds_all_that_goes() {
    let (inventory, done) = migrated();
    let plan = plan(&inventory, REGION, &done, &said(&inventory), false, STAMP).plan.unwrap();
    let kept = backup(&inventory, REGION, &plan);
    let region = &inventory.regions[0];
    let balancers: Vec<LoadBalancer> = serde_json::from_value(kept["load_balancers"].clone()).unwrap();
    let groups: Vec<TargetGroup> = serde_json::from_value(kept["target_groups"].clone()).unwrap();
    assert_eq!((&balancers[..], &groups[..]), (&region.load_balancers.items[..1], &region.target_groups.items[..1]));
    assert_eq!(kept["security_groups"][0]["id"], "sg-0a1b2c3d4e5f60c01");
    assert_eq!(kept["services"][0]["load_balancers"].as_array().unwrap().len(), 2);
    let removed = plan.steps.iter().filter(|step| matches!(step.action, Action::Remove(Remove::Listener { .. })));
    assert_eq!(removed.count(), balancers[0].listeners.items.len());
}
