//! What people and other runs do meanwhile, and what must be said when something cannot be taken back.

use std::collections::BTreeMap;

use apiaudit::migrate::cloud::LOCK_TAG;
use apiaudit::migrate::journal;
use apiaudit::migrate::run::Outcome;
use apiaudit::migrate::thing::ServiceTarget;
use serde_json::Value;

use crate::cloud::Meddling;
use crate::faults::{Fault, Faults};
use crate::game::{Ended, Game, Way};
use crate::gateway::stage_key;
use crate::scene::{ALB, SERVICE, Shape, Strategy, TASK_GROUP, group_arn};
use crate::world::{Listener, Stage, TargetGroup, World};

fn game(shape: Shape) -> Game {
    let world = shape.world(3);
    Game::new(shape, world, Faults::none(), Faults::none(), false)
}

fn applied(shape: Shape) -> Game {
    let mut game = game(shape);
    assert_eq!(game.run(Way::Forward), Ok(Ended::With(Outcome::Applied)));
    game.is_applied().unwrap();
    game
}

fn outcome(game: &mut Game, way: Way) -> Outcome {
    match game.run(way).unwrap() {
        Ended::With(outcome) => outcome,
        Ended::Killed => panic!("killed"),
    }
}

#[test]
fn every_strategy_applies_once_and_goes_back() {
    for strategy in Strategy::ALL {
        let mut game = applied(Shape::of(strategy));
        assert_eq!(outcome(&mut game, Way::Forward), Outcome::NothingToDo, "{strategy:?}");
        assert!(matches!(outcome(&mut game, Way::Back), Outcome::RolledBack { .. }), "{strategy:?}");
        game.is_restored().unwrap();
        assert_eq!(outcome(&mut game, Way::Back), Outcome::NothingToDo, "{strategy:?}");
        assert!(matches!(outcome(&mut game, Way::Forward), Outcome::RolledBack { .. }), "{strategy:?}");
        game.is_restored().unwrap();
    }
}

/// Whatever cannot be undone stops the way back there, with requests on a way that works; and once it can be, all goes back.
#[test]
fn an_undo_that_is_denied_leaves_requests_a_way() {
    let undos = [
        "write GroupIngress",
        "write RestStage",
        "write HttpStage",
        "write RestIntegration",
        "write HttpIntegration",
        "write ServiceTargets",
    ];
    let deletes = ["SecurityGroup", "GroupRules", "LoadBalancer", "TargetGroup", "Listener", "AlbTarget", "VpcLinkV1", "VpcLinkV2"];
    let deletes = deletes.into_iter().chain(["RestDeployment", "HttpDeployment"]).map(|noun| format!("delete {noun}"));
    let all: Vec<String> = undos.into_iter().map(str::to_owned).chain(deletes).collect();
    let mut stuck: BTreeMap<&str, usize> = BTreeMap::new();
    for (place, denied) in all.iter().enumerate() {
        let strategies = Strategy::ALL.into_iter().enumerate().filter(|(number, _)| crate::is_long() || (number + place) % 3 == 0);
        for (_, strategy) in strategies {
            let mut game = applied(Shape::of(strategy));
            game.cloud.faults.denied.insert(denied.clone(), 0);
            match outcome(&mut game, Way::Back) {
                Outcome::Stuck { why, .. } => {
                    assert!(why.contains("denied"), "{why}");
                    *stuck.entry(denied).or_default() += 1;
                    game.cloud.world.pass(3_600);
                    assert!(game.cloud.world.lost.is_empty());
                    game.calm();
                    assert!(matches!(outcome(&mut game, Way::Forward), Outcome::RolledBack { .. }), "{strategy:?} {denied}");
                }
                Outcome::RolledBack { .. } => {}
                other => panic!("{strategy:?}, {denied}: {other:?}"),
            }
            game.is_restored().unwrap();
        }
    }
    assert!(all.iter().all(|denied| stuck.contains_key(denied.as_str())), "never stuck: {stuck:?}");
}

#[test]
fn what_a_killed_run_never_came_to_is_not_touched() {
    let shape = Shape { auto_deploy: true, stages: 2, ..Shape::of(Strategy::HttpAlb) };
    let at = first_call(&shape, "create VpcLinkV2");
    let world = shape.world(3);
    let mut game = Game::new(shape, world, Faults::none(), Faults::none(), true);
    game.cloud.faults.at.insert(at, Fault::KilledAfter);
    assert_eq!(game.run(Way::Forward), Ok(Ended::Killed));
    assert!(matches!(outcome(&mut game, Way::Back), Outcome::RolledBack { .. }));
    game.is_restored().unwrap();
    let trace = game.cloud.trace.take().unwrap();
    assert!(!trace.iter().any(|line| line.contains("write HttpStage") || line.contains("write HttpIntegration")), "{}", trace.join("\n"));
}

/// What a role lacks is often found out right after something was made, when reads may not show that yet.
#[test]
fn a_permission_that_lacks_leaves_nothing_behind() {
    let nouns =
        ["SecurityGroup", "GroupRules", "LoadBalancer", "TargetGroup", "Listener", "AlbTarget", "VpcLinkV1", "VpcLinkV2", "RestDeployment"];
    let nouns = nouns.into_iter().chain(["HttpDeployment", "RestApi", "RestResource", "RestMethod", "HttpApi", "HttpStage", "HttpRoute"]);
    for (place, noun) in nouns.enumerate() {
        let strategies = Strategy::ALL.into_iter().enumerate().filter(|(number, _)| crate::is_long() || (number + place) % 3 == 0);
        for (_, strategy) in strategies {
            let shape = Shape::of(strategy);
            let mut world = shape.world(9 + place as u64);
            (world.nature.flapping, world.nature.slowest) = (true, true);
            let mut game = Game::new(shape, world, Faults::none(), Faults::none(), false);
            game.cloud.faults.denied.insert(format!("create {noun}"), 0);
            match outcome(&mut game, Way::Forward) {
                Outcome::RolledBack { why } => {
                    assert!(why.contains("denied"), "{why}");
                    game.is_restored().unwrap_or_else(|why| panic!("{strategy:?} {noun}: {why}"));
                }
                Outcome::Applied => game.is_applied().unwrap(),
                other => panic!("{strategy:?} {noun}: {other:?}"),
            }
        }
    }
}

#[test]
fn a_lock_left_behind_keeps_others_away_and_is_named() {
    let mut game = game(Shape { apis: 2, ..Shape::of(Strategy::RestAlb) });
    let api = game.plan.locks.last().unwrap().clone();
    let theirs = "plan=0000000000000000 owner=someone else since=1790000000".to_owned();
    game.cloud.world.locks.place(&api, theirs.clone());
    game.before = game.cloud.world.picture();
    let Outcome::Locked { by } = outcome(&mut game, Way::Forward) else { panic!("it went on") };
    assert!(by.contains("someone else") && by.contains("min ago"), "{by}");
    game.is_restored().unwrap();
    assert_eq!(game.cloud.world.locks.get(&api), Some(&theirs), "{LOCK_TAG}");
    game.cloud.world.locks.put(&api, None, 0, 0);
    game.before.remove(&format!("lock {api}"));
    assert_eq!(outcome(&mut game, Way::Forward), Outcome::Applied);
    game.is_applied().unwrap();
}

/// The call at which something happens for the first time in a quiet run.
fn first_call(shape: &Shape, of: &str) -> usize {
    let world = shape.world(3);
    let mut game = Game::new(shape.clone(), world, Faults::none(), Faults::none(), true);
    game.run(Way::Forward).unwrap();
    let trace = game.cloud.trace.unwrap();
    let line = trace.iter().find(|line| line.contains(of)).unwrap_or_else(|| panic!("no {of}"));
    line.split_once('#').unwrap().1.split(' ').next().unwrap().parse().unwrap()
}

fn with_meddling(shape: Shape, at: usize, meddle: Meddling) -> Game {
    let mut game = game(shape);
    game.cloud.meddling = Some((at, meddle));
    game
}

/// What it was before, with what somebody did to it.
fn meddled(game: &Game, meddle: Meddling) -> BTreeMap<String, Value> {
    let mut world = game.shape.world(3);
    meddle(&mut world);
    world.pass(300);
    world.picture()
}

#[test]
fn an_integration_that_somebody_changed_first_stays_as_they_left_it() {
    let meddle: Meddling = |world| {
        let mut api = world.apis.values().next().unwrap().clone();
        let settings = api.integrations.values_mut().last().unwrap();
        settings.insert("/uri".to_owned(), "https://example.com/elsewhere".to_owned());
        let (id, now) = (api.id.clone(), world.now);
        world.apis.put(&id, Some(api), now, 5);
    };
    let shape = Shape::of(Strategy::RestAlb);
    let at = first_call(&shape, "create VpcLinkV2");
    let mut game = with_meddling(shape, at, meddle);
    game.before = meddled(&game, meddle);
    let Outcome::RolledBack { why } = outcome(&mut game, Way::Forward) else { panic!("it went on") };
    assert!(why.contains("no longer there") || why.contains("neither"), "{why}");
    game.is_restored().unwrap();
}

/// A stage that a person moves after the cut is theirs: the way back stops there.
#[test]
fn a_stage_that_somebody_moved_is_not_taken_back() {
    let meddle: Meddling = |world| {
        let stage = world.stages.values().next().unwrap().clone();
        let id = world.deploy(&stage.api, None, false).unwrap();
        world.set_stage(Stage { deployment: Some(id), ..stage });
    };
    for strategy in [Strategy::RestAlb, Strategy::RestNlbV1, Strategy::HttpNlbV2] {
        let mut game = applied(Shape::of(strategy));
        meddle(&mut game.cloud.world);
        let stage = game.cloud.world.stages.values().next().unwrap().clone();
        let Outcome::Stuck { step, why } = outcome(&mut game, Way::Back) else { panic!("it went on") };
        assert!(step.contains("cut") && why.contains("somebody else"), "{step}: {why}");
        let now = game.cloud.world.stages.get(&stage_key(&stage.api, &stage.name)).unwrap();
        assert_eq!(now.deployment, stage.deployment);
        assert!(game.cloud.world.lost.is_empty());
    }
}

/// What a person registers the service in meanwhile stays registered.
#[test]
fn only_what_the_plan_registered_is_taken_back() {
    let mut game = applied(Shape::of(Strategy::RestNlbV1));
    let meddle: Meddling = |world| {
        add_target_group(world);
        let mut service = world.services.get(SERVICE).unwrap().clone();
        service.targets.push(ServiceTarget { target_group: group_arn("special"), container: "orders".to_owned(), port: 8080 });
        let now = world.now;
        world.services.put(SERVICE, Some(service.clone()), now, 3);
        world.start_rollout(&service, false);
        world.pass(900);
    };
    meddle(&mut game.cloud.world);
    assert!(matches!(outcome(&mut game, Way::Back), Outcome::RolledBack { .. }));
    let mut targets: Vec<&str> = game
        .cloud
        .world
        .services
        .get(SERVICE)
        .unwrap()
        .targets
        .iter()
        .map(|target| target.target_group.rsplit('/').nth(1).unwrap())
        .collect();
    targets.sort_unstable();
    assert_eq!(targets, ["orders", "special"].map(|name| name).to_vec());
    assert!(game.cloud.world.marked(&game.plan.id).is_empty());
    assert!(game.cloud.world.lost.is_empty());
}

fn add_target_group(world: &mut World) {
    let group = world.target_groups.get(&group_arn("orders")).unwrap().clone();
    let arn = group_arn("special");
    world.target_groups.place(&arn, TargetGroup { arn: arn.clone(), name: "special".to_owned(), ..group });
    let listener = world.listeners.values().find(|listener| listener.balancer == ALB).unwrap().clone();
    let special = Listener { arn: format!("{}-special", listener.arn), port: 8_081, default: arn, ..listener };
    world.listeners.place(&special.arn.clone(), special);
}

/// What the simulation must not let pass: each of these breaks a way that requests take.
#[test]
fn the_simulation_sees_lost_requests() {
    let breaks: [(&str, Strategy, Meddling); 7] = [
        ("enforcement", Strategy::RestNlbV1, |world| {
            let mut balancer = world.balancers.values().find(|balancer| balancer.network).unwrap().clone();
            balancer.enforce = true;
            world.balancers.place(&balancer.arn.clone(), balancer);
        }),
        ("link failed", Strategy::HttpAlb, |world| {
            let mut link = world.links.values().next().unwrap().clone();
            link.fails = true;
            world.links.place(&link.id.clone(), link);
        }),
        ("link let in no more", Strategy::RestAlb, |world| {
            let mut group = world.groups.get(crate::scene::ALB_GROUP).unwrap().clone();
            group.rules.retain(|(rule, _)| rule.egress);
            world.groups.place(&group.id.clone(), group);
        }),
        ("NLB let in no more", Strategy::RestNlbV2, |world| {
            let mut group = world.groups.get(TASK_GROUP).unwrap().clone();
            group.rules.retain(|(_, mark)| mark.is_none());
            world.groups.place(&group.id.clone(), group);
        }),
        ("addresses let in no more", Strategy::RestNlbV1, |world| {
            let mut group = world.groups.get(TASK_GROUP).unwrap().clone();
            group.rules.retain(|(rule, _)| !matches!(&rule.peer, apiaudit::inventory::Peer::CidrIpv4(block) if block.ends_with("/32")));
            world.groups.place(&group.id.clone(), group);
        }),
        ("ALB no target", Strategy::RestNlbAlbV1, |world| world.registered.retain(|(_, target), _| target != ALB)),
        ("old way after the lockdown", Strategy::RestAlb, |world| {
            let stage = world.stages.values().next().unwrap().clone();
            let old = world.deployments.values().find(|deployment| deployment.mark.is_none()).unwrap().id.clone();
            world.set_stage(Stage { deployment: Some(old), ..stage });
        }),
    ];
    for (what, strategy, meddle) in breaks {
        let mut game = applied(Shape::of(strategy));
        game.cloud.world.pass(300);
        assert!(game.cloud.world.lost.is_empty());
        meddle(&mut game.cloud.world);
        game.cloud.world.dirty = true;
        game.cloud.world.happen();
        assert!(!game.cloud.world.lost.is_empty(), "{what}");
    }
}

/// Each of these is found out before a request is lost, and everything goes back.
#[test]
fn what_never_works_is_taken_back() {
    type Wrong = fn(&mut World);
    let wrongs: [(&str, Wrong); 4] = [
        ("FAILED", |world| world.nature.links_fail = true),
        ("healthy", |world| world.nature.never_healthy = true),
        ("rollout", |world| world.nature.sick_tasks = true),
        ("body", |world| world.nature.other_answers = true),
    ];
    for (word, wrong) in wrongs {
        let mut game = game(Shape::of(Strategy::RestNlbV1));
        wrong(&mut game.cloud.world);
        let Outcome::RolledBack { why } = outcome(&mut game, Way::Forward) else { panic!("{word}: it went on") };
        assert!(why.contains(word) || (word == "healthy" && why.contains("rollout")), "{word}: {why}");
        game.is_restored().unwrap();
        let told = journal::read(&game.disk.text).unwrap();
        assert_eq!(told.ended, Some(false));
    }
}
