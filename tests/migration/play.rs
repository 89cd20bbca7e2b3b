//! One seed from beginning to end: a plan for a random world, and everything that can go wrong with it.

use apiaudit::migrate::journal;
use apiaudit::migrate::run::Outcome;

use crate::faults::Faults;
use crate::game::{Ended, Game, Way};
use crate::rng::Rng;
use crate::scene::Shape;
use crate::world::World;

/// How often a seed may start a run.
const MOST_RUNS: usize = 40;

/// What came of a seed.
#[derive(Debug, Default, Clone)]
pub(crate) struct Tale {
    pub(crate) applied: bool,
    pub(crate) restored: bool,
    pub(crate) stuck: bool,
    pub(crate) runs: usize,
    pub(crate) calls: usize,
    pub(crate) seconds: u64,
    pub(crate) strategy: String,
}

/// Operations that a role may lack.
const DENIABLE: [&str; 5] = ["create ", "write ", "delete ", "find ", "read "];
const NOUNS: [&str; 14] = [
    "SecurityGroup",
    "GroupRules",
    "LoadBalancer",
    "TargetGroup",
    "Listener",
    "VpcLinkV1",
    "VpcLinkV2",
    "RestDeployment",
    "HttpDeployment",
    "RestIntegration",
    "HttpIntegration",
    "RestStage",
    "GroupIngress",
    "ServiceTargets",
];

/// Plays a seed. The trace of its calls comes with what went wrong.
pub(crate) fn play(seed: u64, traced: bool) -> Result<Tale, (String, Vec<String>)> {
    let mut rng = Rng::new(seed);
    let shape = Shape::random(&mut rng);
    let mut world = shape.world(rng.next());
    let mut faults = Faults::random(&mut rng);
    let disk = Faults::random(&mut rng);
    draw_nature(&mut world, &mut rng);
    if rng.chance(150) {
        let operation = format!("{}{}", rng.pick(&DENIABLE), rng.pick(&NOUNS));
        let from = if rng.chance(300) { 0 } else { rng.below(400) };
        faults.denied.insert(operation, from);
    }
    let mut game = Game::new(shape, world, faults, disk, traced);
    let start = game.cloud.world.now;
    let played = to_the_end(&mut game, &mut rng).map(|tale| Tale {
        calls: game.cloud.calls,
        seconds: game.cloud.world.now - start,
        strategy: format!("{:?}", game.shape.strategy),
        ..tale
    });
    let trace = game.cloud.trace.take().unwrap_or_default();
    played.map_err(|why| (format!("seed {seed}, {:?}: {why}", game.shape), trace))
}

fn draw_nature(world: &mut World, rng: &mut Rng) {
    let nature = &mut world.nature;
    nature.flapping = rng.chance(500);
    nature.orphans_pin = rng.chance(500);
    nature.release_deploys = rng.chance(500);
    nature.links_fail = rng.chance(50);
    nature.never_healthy = rng.chance(40);
    nature.sick_tasks = rng.chance(60);
    nature.other_answers = rng.chance(40);
}

fn to_the_end(game: &mut Game, rng: &mut Rng) -> Result<Tale, String> {
    let mut tale = Tale::default();
    let mut way = Way::Forward;
    let mut excused = false;
    loop {
        tale.runs += 1;
        if tale.runs > MOST_RUNS {
            return Err(format!("no end after {MOST_RUNS} runs"));
        }
        let ended = game.run(way)?;
        excused |= game.cloud.faults.fatal;
        let done = matches!(ended, Ended::With(Outcome::Applied | Outcome::RolledBack { .. } | Outcome::NothingToDo));
        if done && excused && game.cloud.world.locks.iter().next().is_some() {
            // The lock could not be taken away: the same run, once it can, does.
            game.calm();
            game.run(Way::Forward)?;
        }
        match ended {
            Ended::Killed | Ended::With(Outcome::Stopped | Outcome::Unwritten(_)) => {
                let waits = rng.range(0, 200);
                game.cloud.world.pass(waits);
                cut(game, rng);
                way = if rng.chance(250) { Way::Back } else { way };
            }
            Ended::With(Outcome::Applied) => {
                tale.applied = true;
                game.is_applied()?;
                if rng.chance(600) {
                    return Ok(tale);
                }
                way = Way::Back;
            }
            Ended::With(Outcome::RolledBack { .. }) => {
                tale.restored = true;
                return game.is_restored().map(|()| tale);
            }
            // A journal that lost the lines of a rollback tells of a run that had ended well: only going back is left.
            Ended::With(Outcome::Drifted) => way = Way::Back,
            Ended::With(Outcome::NothingToDo) => {
                let told = journal::read(&game.disk.text).map_err(|error| error.to_string())?;
                return if told.ended == Some(true) { game.is_applied() } else { game.is_restored() }.map(|()| tale);
            }
            Ended::With(Outcome::Stuck { step, why }) => {
                if !excused {
                    return Err(format!("stuck at {step:?} for no reason: {why}"));
                }
                tale.stuck = true;
                game.cloud.world.pass(600);
                game.calm();
                (way, excused) = (Way::Back, false);
            }
            Ended::With(Outcome::Locked { by }) => return Err(format!("locked by {by}")),
        }
    }
}

/// Now and then a journal loses its end.
fn cut(game: &mut Game, rng: &mut Rng) {
    if rng.chance(850) || game.disk.text.is_empty() {
        return;
    }
    let first = game.disk.text.find('\n').unwrap_or(0);
    let from = if rng.chance(150) { 0 } else { first };
    let at = from + rng.below(game.disk.text.len() - from + 1);
    let at = (0..=at).rev().find(|at| game.disk.text.is_char_boundary(*at)).unwrap();
    game.cloud.note(|| format!("=== the journal is cut at {at}"));
    game.disk.text.truncate(at);
}
