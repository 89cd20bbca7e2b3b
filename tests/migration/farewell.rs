//! The old load balancer goes for good: what cannot be taken back is not begun twice, and nobody is led back to it.

use apiaudit::migrate::farewell;
use apiaudit::migrate::plan::Plan;
use apiaudit::migrate::planner::Stamp;
use apiaudit::migrate::run::Outcome;
use apiaudit::rules::assess;

use crate::faults::{Fault, Faults};
use crate::game::{Ended, Game, Way, rules};
use crate::scene::{ALB, SERVICE, Shape, Strategy, group_arn};
use crate::store::View;
use crate::stride;
use crate::world::REGION;

/// A migration that is over.
fn migrated() -> Game {
    let shape = Shape::of(Strategy::RestNlbV1);
    let world = shape.world(5);
    let mut game = Game::new(shape, world, Faults::none(), Faults::none(), false);
    assert_eq!(game.run(Way::Forward), Ok(Ended::With(Outcome::Applied)));
    game.cloud.world.pass(300);
    game
}

fn goodbye(done: &Game) -> Plan {
    let world = &done.cloud.world;
    let inventory = world.inventory(View { now: world.now, flapping: false, salt: 0 });
    let said = assess(&inventory, &rules(), "test");
    let stamp = Stamp { tool_version: "test", made_at: "2026-11-24T12:00:00Z" };
    let planned = farewell::plan(&inventory, REGION, &done.plan, &said, false, stamp);
    planned.plan.unwrap_or_else(|| panic!("{:#?}", planned.refusals))
}

/// The deletion of the old load balancer in the world that a migration left.
fn begun(done: &Game, plan: &Plan) -> Game {
    Game::of(done.shape.clone(), plan.clone(), done.cloud.world.clone(), Faults::none(), Faults::none(), false)
}

fn is_gone(game: &Game) -> bool {
    let world = &game.cloud.world;
    let left = world.balancers.get(ALB).is_some() || world.target_groups.get(&group_arn("orders")).is_some();
    !left && world.services.get(SERVICE).unwrap().targets.len() == 1 && world.lost.is_empty()
}

fn outcome(game: &mut Game, way: Way) -> Outcome {
    match game.run(way).unwrap() {
        Ended::With(outcome) => outcome,
        Ended::Killed => panic!("killed"),
    }
}

#[test]
fn a_kill_at_every_call_of_a_deletion() {
    let done = migrated();
    let plan = goodbye(&done);
    let mut quiet = begun(&done, &plan);
    assert_eq!(outcome(&mut quiet, Way::Forward), Outcome::Applied);
    assert!(is_gone(&quiet));
    for fault in [Fault::KilledBefore, Fault::KilledAfter, Fault::LostAfter, Fault::LostBefore, Fault::Busy] {
        for call in (1..=quiet.cloud.calls).step_by(stride(4)) {
            let mut game = begun(&done, &plan);
            game.cloud.faults.at.insert(call, fault);
            if game.run(Way::Forward).unwrap() == Ended::Killed {
                assert!(matches!(outcome(&mut game, Way::Forward), Outcome::Applied | Outcome::NothingToDo), "{fault:?} at {call}");
            }
            assert!(is_gone(&game), "{fault:?} at {call}");
        }
    }
}

/// Before the first deletion there is a way back; after it, only on.
#[test]
fn a_deletion_that_is_denied_goes_on_once_it_is_not() {
    let done = migrated();
    let plan = goodbye(&done);
    for (denied, back) in [("remove Listener", true), ("remove LoadBalancer", false), ("remove TargetGroup", false)] {
        let mut game = begun(&done, &plan);
        game.cloud.faults.denied.insert(denied.to_owned(), 0);
        match outcome(&mut game, Way::Forward) {
            Outcome::RolledBack { .. } if back => game.is_restored().unwrap(),
            Outcome::Stuck { why, .. } if !back => {
                assert!(why.contains("denied"), "{why}");
                game.calm();
                assert_eq!(outcome(&mut game, Way::Forward), Outcome::Applied);
                assert!(is_gone(&game));
            }
            other => panic!("{denied}: {other:?}"),
        }
    }
}

/// Until the first deletion the service comes back to the old target group, and the run waits until it has.
#[test]
fn a_kill_at_every_call_of_the_way_back_from_a_deletion() {
    let done = migrated();
    let plan = goodbye(&done);
    let denied = || {
        let mut game = begun(&done, &plan);
        game.cloud.faults.denied.insert("remove".to_owned(), 0);
        game
    };
    let mut quiet = denied();
    assert!(matches!(outcome(&mut quiet, Way::Forward), Outcome::RolledBack { .. }));
    quiet.is_restored().unwrap();
    for fault in [Fault::KilledAfter, Fault::KilledBefore] {
        for call in (1..=quiet.cloud.calls).step_by(stride(2)) {
            let mut game = denied();
            game.cloud.faults.at.insert(call, fault);
            let ended = game.run(Way::Forward).unwrap();
            if ended == Ended::Killed {
                let back = outcome(&mut game, Way::Back);
                assert!(matches!(back, Outcome::RolledBack { .. }), "{fault:?} at {call}: {back:?}");
            }
            game.is_restored().unwrap_or_else(|why| panic!("{fault:?} at {call}: {why}"));
        }
    }
}

#[test]
fn what_was_deleted_cannot_be_taken_back() {
    let done = migrated();
    let mut game = begun(&done, &goodbye(&done));
    assert_eq!(outcome(&mut game, Way::Forward), Outcome::Applied);
    let Outcome::Stuck { why, .. } = outcome(&mut game, Way::Back) else { panic!("it went back") };
    assert!(why.contains("deleted for good"), "{why}");
    assert!(is_gone(&game));
}

/// The migration itself must not lead requests back to a load balancer that is gone, or that the service has left.
#[test]
fn no_request_is_led_back_to_what_is_gone() {
    let mut gone = migrated();
    let mut game = begun(&gone, &goodbye(&gone));
    assert_eq!(outcome(&mut game, Way::Forward), Outcome::Applied);
    gone.cloud.world = game.cloud.world;
    let mut left = migrated();
    let world = &mut left.cloud.world;
    let mut service = world.services.get(SERVICE).unwrap().clone();
    service.targets.retain(|target| target.target_group != group_arn("orders"));
    world.services.place(SERVICE, service.clone());
    world.start_rollout(&service, false);
    world.pass(1_200);
    for mut done in [gone, left] {
        let Outcome::Stuck { why, .. } = outcome(&mut done, Way::Back) else { panic!("it went back") };
        assert!(why.contains("the old way is gone"), "{why}");
        done.cloud.world.pass(600);
        assert!(done.cloud.world.lost.is_empty());
    }
}
