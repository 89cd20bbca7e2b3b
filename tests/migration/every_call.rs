//! One fault at every call, and the journal cut at every line, for the smallest world of each strategy.

use apiaudit::migrate::journal::{self, JournalError};
use apiaudit::migrate::plan::Plan;
use apiaudit::migrate::run::Outcome;

use crate::faults::{Fault, Faults};
use crate::game::{Ended, Game, Way, planned};
use crate::scene::{Shape, Strategy};
use crate::world::World;
use crate::{in_parallel, stride};

/// A world and the plan for it.
struct Start {
    shape: Shape,
    world: World,
    plan: Plan,
}

impl Start {
    fn of(strategy: Strategy) -> Self {
        let canary = matches!(strategy, Strategy::RestAlb | Strategy::RestNlbV1 | Strategy::BothNlbV2);
        let auto_deploy = matches!(strategy, Strategy::HttpAlb | Strategy::BothAlb);
        let shape = Shape { canary, auto_deploy, stages: if auto_deploy { 2 } else { 1 }, ..Shape::of(strategy) };
        let mut world = shape.world(7);
        world.nature.flapping = true;
        let plan = planned(&shape, &world);
        Self { shape, world, plan }
    }

    fn game(&self) -> Game {
        Game::of(self.shape.clone(), self.plan.clone(), self.world.clone(), Faults::none(), Faults::none(), false)
    }

    /// The game after a run without faults.
    fn applied(&self) -> Game {
        let mut game = self.game();
        assert_eq!(game.run(Way::Forward), Ok(Ended::With(Outcome::Applied)), "{:?}", self.shape);
        game.is_applied().unwrap();
        game
    }
}

/// Runs until it is over, and looks at what came of it.
fn ends_well(game: &mut Game, mut way: Way) -> Result<(), String> {
    for _ in 0..10 {
        match game.run(way)? {
            Ended::Killed | Ended::With(Outcome::Stopped | Outcome::Unwritten(_)) => {}
            // The journal tells of a run that had ended well: only going back is left.
            Ended::With(Outcome::Drifted) => way = Way::Back,
            Ended::With(Outcome::Applied) if way == Way::Forward => return game.is_applied(),
            Ended::With(Outcome::RolledBack { .. }) => return game.is_restored(),
            Ended::With(Outcome::NothingToDo) => {
                let applied = journal::read(&game.disk.text).is_ok_and(|told| told.ended == Some(true));
                return if applied { game.is_applied() } else { game.is_restored() };
            }
            other @ Ended::With(_) => return Err(format!("{other:?}")),
        }
    }
    Err("no end".to_owned())
}

/// Kills a run at its first chance, and then goes one way.
fn killed_then(game: &mut Game, way: Way) -> Result<(), String> {
    match game.run(Way::Forward)? {
        Ended::Killed => ends_well(game, way),
        // The fault came after the last call.
        Ended::With(Outcome::Applied) => game.is_applied(),
        other @ Ended::With(_) => Err(format!("{other:?}")),
    }
}

fn all(work: impl Fn(Strategy) -> Vec<String> + Sync) {
    let failed: Vec<String> = in_parallel(0..Strategy::ALL.len() as u64, |number| work(Strategy::ALL[usize::try_from(number).unwrap()]))
        .into_iter()
        .flat_map(|(_, failed)| failed)
        .collect();
    assert!(failed.is_empty(), "{} failed:\n{}", failed.len(), failed.join("\n"));
}

#[test]
fn a_kill_at_every_call_then_on_or_back() {
    all(|strategy| {
        let start = Start::of(strategy);
        let calls = start.applied().cloud.calls;
        let mut failed = Vec::new();
        let combinations = [
            (Fault::KilledBefore, Way::Forward),
            (Fault::KilledAfter, Way::Forward),
            (Fault::KilledBefore, Way::Back),
            (Fault::KilledAfter, Way::Back),
            (Fault::Stop, Way::Forward),
        ];
        for (place, (fault, way)) in combinations.into_iter().enumerate() {
            for call in (1 + place * 5..=calls).step_by(stride(41)) {
                let mut game = start.game();
                game.cloud.faults.at.insert(call, fault);
                let ended = if fault == Fault::Stop { ends_well(&mut game, way) } else { killed_then(&mut game, way) };
                if let Err(why) = ended {
                    failed.push(format!("{strategy:?}, {fault:?} at call {call}, then {way:?}: {why}"));
                }
            }
        }
        failed
    });
}

#[test]
fn an_answer_lost_at_every_call() {
    all(|strategy| {
        let start = Start::of(strategy);
        let quiet = start.applied();
        let (calls, creates) = (quiet.cloud.calls, quiet.cloud.creates);
        let mut failed = Vec::new();
        for (place, fault) in [Fault::LostAfter, Fault::LostBefore, Fault::Busy, Fault::Throttled].into_iter().enumerate() {
            for call in (1 + place * 7..=calls).step_by(stride(47)) {
                let mut game = start.game();
                (game.cloud.world.nature.slowest, game.cloud.world.nature.flapping) = (true, false);
                game.cloud.faults.at.insert(call, fault);
                let ended = game.run(Way::Forward);
                let ended = ended.and_then(|ended| match ended {
                    Ended::With(Outcome::Applied) if fault == Fault::LostAfter && game.cloud.creates > creates => {
                        Err("what was made was made again".to_owned())
                    }
                    Ended::With(Outcome::Applied) => game.is_applied(),
                    other => Err(format!("{other:?}")),
                });
                if let Err(why) = ended {
                    failed.push(format!("{strategy:?}, {fault:?} at call {call}: {why}"));
                }
            }
        }
        failed
    });
}

/// Backwards, too, no call may be the wrong one to be killed at, or to lose its answer.
#[test]
fn a_fault_at_every_call_of_the_way_back() {
    all(|strategy| {
        let start = Start::of(strategy);
        let applied = start.applied();
        let (world, text, first) = (applied.cloud.world.clone(), applied.disk.text.clone(), applied.cloud.calls);
        let resumed = || {
            let mut game = start.game();
            game.cloud.world = world.clone();
            game.cloud.calls = first;
            game.disk.text.clone_from(&text);
            game
        };
        let mut whole = resumed();
        assert_eq!(ends_well(&mut whole, Way::Back), Ok(()), "{strategy:?}");
        let mut failed = Vec::new();
        for (place, fault) in [Fault::KilledBefore, Fault::KilledAfter, Fault::LostAfter, Fault::LostBefore].into_iter().enumerate() {
            for call in (first + 1 + place * 7..=whole.cloud.calls).step_by(stride(41)) {
                let mut game = resumed();
                game.cloud.faults.at.insert(call, fault);
                if let Err(why) = ends_well(&mut game, Way::Back) {
                    failed.push(format!("{strategy:?}, {fault:?} at call {call} back: {why}"));
                }
            }
        }
        failed
    });
}

/// A run that turns back late, is killed there, and goes on: what it never came to is not taken back, nor anything twice.
#[test]
fn a_kill_at_every_call_of_a_way_back_that_a_refusal_began() {
    all(|strategy| {
        let start = Start::of(strategy);
        let refused = || {
            let mut game = start.game();
            game.cloud.faults.denied.insert("write GroupIngress".to_owned(), 0);
            game
        };
        let mut quiet = refused();
        assert!(matches!(quiet.run(Way::Forward), Ok(Ended::With(Outcome::RolledBack { .. }))), "{strategy:?}");
        quiet.is_restored().unwrap();
        let mut failed = Vec::new();
        for (place, fault) in [Fault::KilledBefore, Fault::KilledAfter].into_iter().enumerate() {
            for call in (quiet.cloud.calls / 2 + place * 5..=quiet.cloud.calls).step_by(stride(13)) {
                let mut game = refused();
                game.cloud.faults.at.insert(call, fault);
                if let Err(why) = ends_well(&mut game, Way::Forward) {
                    failed.push(format!("{strategy:?}, {fault:?} at call {call}: {why}"));
                }
            }
        }
        failed
    });
}

#[test]
fn a_line_of_the_journal_torn_everywhere() {
    all(|strategy| {
        let start = Start::of(strategy);
        let lines = start.applied().disk.lines;
        let mut failed = Vec::new();
        for line in (1..=lines).step_by(stride(23)) {
            for (keep, way) in [(0, Way::Forward), (40, Way::Back), (usize::MAX, Way::Forward)] {
                let mut game = start.game();
                game.disk.torn = Some((line, keep));
                if let Err(why) = killed_then(&mut game, way) {
                    failed.push(format!("{strategy:?}, line {line} torn after {keep}, then {way:?}: {why}"));
                }
            }
        }
        failed
    });
}

/// The ends of a text's lines.
fn ends(text: &str) -> Vec<usize> {
    text.match_indices('\n').map(|(place, _)| place + 1).collect()
}

/// What follows when lines are lost that tell of what really happened: all of them, or those since a moment of the run.
#[test]
fn a_journal_cut_at_every_line() {
    all(|strategy| {
        let start = Start::of(strategy);
        let applied = start.applied();
        let mut failed = Vec::new();
        for (part, of) in [1, 2, 3, 4, 5].into_iter().map(|part| (part, 5)) {
            let mut seen = start.game();
            seen.cloud.faults.at.insert(applied.cloud.calls * part / of + 1, Fault::KilledAfter);
            seen.run(Way::Forward).unwrap();
            for (place, end) in std::iter::once(0).chain(ends(&seen.disk.text)).enumerate().skip(part).step_by(stride(37)) {
                for way in [Way::Forward, Way::Back] {
                    let mut game = start.game();
                    game.cloud.world = seen.cloud.world.clone();
                    game.cloud.calls = seen.cloud.calls;
                    game.disk.text = seen.disk.text[..end].to_owned();
                    if let Err(why) = ends_well(&mut game, if end == 0 { Way::Forward } else { way }) {
                        failed.push(format!("{strategy:?}, killed at {part}/{of}, {place} lines left, then {way:?}: {why}"));
                    }
                }
            }
        }
        failed
    });
}

/// The same on the way back: a run that reads an old journal may believe in what was taken back since.
#[test]
fn a_journal_cut_on_the_way_back() {
    all(|strategy| {
        let start = Start::of(strategy);
        let applied = start.applied();
        let mut whole = start.applied();
        ends_well(&mut whole, Way::Back).unwrap();
        let (first, last) = (applied.cloud.calls, whole.cloud.calls);
        let mut failed = Vec::new();
        for part in 1..=4 {
            let mut seen = start.applied();
            seen.cloud.faults.at.insert(first + (last - first) * part / 5, Fault::KilledAfter);
            seen.run(Way::Back).unwrap();
            let ends = ends(&seen.disk.text);
            for (place, end) in ends.iter().enumerate().rev().step_by(stride(13)) {
                for way in [Way::Forward, Way::Back] {
                    let mut game = start.game();
                    game.cloud.world = seen.cloud.world.clone();
                    game.cloud.calls = seen.cloud.calls;
                    game.disk.text = seen.disk.text[..*end].to_owned();
                    if let Err(why) = ends_well(&mut game, way) {
                        let of = ends.len();
                        failed.push(format!("{strategy:?}, killed at {part}/5 back, {place} of {of} lines left, then {way:?}: {why}"));
                    }
                }
            }
        }
        failed
    });
}

/// A cut within a line is a cut before it: so the lines are all there is to try.
#[test]
fn a_journal_cut_at_a_byte_tells_what_its_whole_lines_tell() {
    let text = Start::of(Strategy::RestNlbV1).applied().disk.text;
    let ends = ends(&text);
    for at in (0..text.len()).step_by(stride(53)).filter(|at| text.is_char_boundary(*at)) {
        let whole = ends.iter().rev().find(|end| **end <= at).copied();
        match (journal::read(&text[..at]), whole) {
            (Ok(told), Some(whole)) => assert_eq!(told.whole, whole, "cut at {at}"),
            (Err(JournalError::Empty), None) => {}
            other => panic!("cut at {at}: {other:?}"),
        }
    }
}
