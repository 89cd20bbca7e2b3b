//! The journal: what a run is about to do, and what came of it, each line on disk before the run goes on.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::cloud::{Answer, Made};
use super::plan::Plan;

/// A line of a journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "record", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Record {
    /// The first line: the whole plan, so that the journal suffices for everything.
    Begun {
        /// The plan.
        plan: Box<Plan>,
        /// Who runs it, as the lock on the APIs says.
        owner: String,
    },
    /// A run goes on where another one ended.
    Resumed,
    /// A write call is about to be made.
    Intent {
        /// The step.
        step: String,
        /// Whether it takes the step back.
        undo: bool,
    },
    /// The call came back.
    Called {
        /// The step.
        step: String,
        /// What was made.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        made: Option<Made>,
        /// Why not.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<String>,
    },
    /// A step is done, and what it is there for was read back.
    Done {
        /// The step.
        step: String,
        /// What was made.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        made: Option<Made>,
        /// The answers of a baseline, two for each request.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        answers: Vec<(Answer, Answer)>,
    },
    /// From here on the run goes back.
    GoingBack {
        /// Why.
        why: String,
    },
    /// A step was taken back, and that was read back.
    Undone {
        /// The step.
        step: String,
    },
    /// The run cannot go on, in either direction, before somebody helps.
    Stuck {
        /// The step.
        step: String,
        /// Why.
        why: String,
    },
    /// The run is over: migrated, or restored.
    Ended {
        /// Whether the plan was applied; else it was taken back.
        applied: bool,
    },
}

/// Where a journal's lines go. An append that returned is on disk.
pub trait Journal {
    /// Appends a line.
    fn append(&mut self, line: &str) -> io::Result<()>;
}

#[derive(Serialize, Deserialize)]
struct Line {
    sum: String,
    at: u64,
    #[serde(flatten)]
    record: serde_json::Value,
}

/// A record as a line, with its moment in seconds since 1970 and a checksum.
pub fn line(record: &Record, at: u64) -> Result<String, serde_json::Error> {
    let record = serde_json::to_value(record)?;
    let line = Line { sum: sum(&record, at), at, record };
    Ok(format!("{}\n", serde_json::to_string(&line)?))
}

fn sum(record: &serde_json::Value, at: u64) -> String {
    Sha256::digest(format!("{at} {record}")).iter().take(4).fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

/// What a journal tells.
#[derive(Debug, Clone)]
pub struct Told {
    /// The plan.
    pub plan: Arc<Plan>,
    /// Who runs it.
    pub owner: String,
    /// The steps that are done.
    pub done: BTreeSet<String>,
    /// What steps made, whether or not it is ready.
    pub made: BTreeMap<String, Made>,
    /// The steps of which a call was about to be made.
    pub intended: BTreeMap<String, bool>,
    /// The answers of baselines.
    pub answers: BTreeMap<String, Vec<(Answer, Answer)>>,
    /// Why the run goes back.
    pub going_back: Option<String>,
    /// The steps that were taken back.
    pub undone: Vec<String>,
    /// What the run waits for somebody to mend.
    pub stuck: Option<(String, String)>,
    /// How it ended.
    pub ended: Option<bool>,
    /// When the last line was written, in seconds since 1970.
    pub last: u64,
    /// How many bytes of the text hold whole lines: what is beyond was torn off while it was written.
    pub whole: usize,
}

/// Why a journal tells nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JournalError {
    /// It holds no whole line: whoever wrote it had not made a call yet.
    Empty,
    /// A line that is not the last is damaged.
    Damaged {
        /// The line.
        line: usize,
        /// What is wrong with it.
        why: String,
    },
    /// It does not begin with a plan.
    NoPlan,
}

impl fmt::Display for JournalError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => out.write_str("holds no whole line: the run that wrote it had made no call yet"),
            Self::Damaged { line, why } => write!(out, "line {line} is damaged ({why})"),
            Self::NoPlan => out.write_str("does not begin with a plan"),
        }
    }
}

/// Reads a journal. A last line that was torn off is no error: nothing had followed it.
pub fn read(text: &str) -> Result<Told, JournalError> {
    let mut told: Option<Told> = None;
    let mut whole = 0;
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    for (number, raw) in lines.iter().enumerate() {
        let (at, record) = match parse(raw) {
            Ok(parsed) => parsed,
            Err(_) if number + 1 == lines.len() => break,
            Err(why) => return Err(JournalError::Damaged { line: number + 1, why }),
        };
        whole += raw.len();
        match &mut told {
            Some(told) => told.hear(record),
            None => told = Some(Told::begin(record).ok_or(JournalError::NoPlan)?),
        }
        if let Some(told) = &mut told {
            (told.last, told.whole) = (at, whole);
        }
    }
    told.ok_or(JournalError::Empty)
}

fn parse(raw: &str) -> Result<(u64, Record), String> {
    let text = raw.strip_suffix('\n').ok_or("it has no end")?;
    let line: Line = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if line.sum != sum(&line.record, line.at) {
        return Err("its checksum is wrong".to_owned());
    }
    let record = serde_json::from_value(line.record).map_err(|error| error.to_string())?;
    Ok((line.at, record))
}

impl Told {
    fn begin(record: Record) -> Option<Self> {
        let Record::Begun { plan, owner } = record else { return None };
        Some(Self::of(*plan, owner))
    }

    /// What a run knows that has only just begun.
    pub fn of(plan: Plan, owner: String) -> Self {
        Self {
            plan: Arc::new(plan),
            owner,
            done: BTreeSet::new(),
            made: BTreeMap::new(),
            intended: BTreeMap::new(),
            answers: BTreeMap::new(),
            going_back: None,
            undone: Vec::new(),
            stuck: None,
            ended: None,
            last: 0,
            whole: 0,
        }
    }

    /// Takes a record in.
    pub fn hear(&mut self, record: Record) {
        match record {
            Record::Resumed => self.stuck = None,
            Record::Intent { step, undo } => {
                self.intended.insert(step, undo);
            }
            Record::Called { step, made: Some(made), .. } => {
                self.made.insert(step, made);
            }
            Record::Begun { .. } | Record::Called { .. } => {}
            Record::Done { step, made, answers } => {
                if !answers.is_empty() {
                    self.answers.insert(step.clone(), answers);
                }
                if let Some(made) = made {
                    self.made.insert(step.clone(), made);
                }
                self.done.insert(step);
            }
            Record::GoingBack { why } => {
                self.going_back = Some(why);
                self.ended = None;
            }
            Record::Undone { step } => self.undone.push(step),
            Record::Stuck { step, why } => self.stuck = Some((step, why)),
            Record::Ended { applied } => self.ended = Some(applied),
        }
    }
}
