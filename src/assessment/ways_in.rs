//! Every way in to some targets, and how each stands to the others. Every drawing of ways is made from this.

use super::Path;
use crate::inventory::{Account, Gap, SkippedRegion};

/// The ways in to the targets of an account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WaysIn {
    /// The version of apiaudit that found them.
    pub tool_version: String,
    /// When the inventory was taken, as RFC 3339.
    pub taken_at: String,
    /// Whose account it is; none when even that could not be read.
    pub account: Option<Account>,
    /// The regions that were read.
    pub regions: Vec<String>,
    /// The regions that were not, and why.
    pub skipped_regions: Vec<SkippedRegion>,
    /// Whether only ways around an API were asked for.
    pub around_only: bool,
    /// The targets to which such ways lead, in a stable order.
    pub targets: Vec<TargetWays>,
    /// How many targets were looked at to which no such way was found: they are not listed.
    pub without: usize,
    /// The routes that lead to no load balancer, and so are no ways.
    pub undrawn: Vec<Undrawn>,
    /// Why there may be more ways than these, and why these may lack more than is said.
    pub gaps: Vec<Gap>,
}

/// Routes that are not drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undrawn {
    /// How many.
    pub routes: usize,
    /// Where they lead, as the end of a sentence.
    pub to: String,
}

/// The ways in to one target.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TargetWays {
    /// `service` or `target-group`.
    pub kind: String,
    /// Its ARN.
    pub id: String,
    /// Its name in words, such as `ECS service orders in cluster shop`.
    pub name: String,
    /// Its region.
    pub region: String,
    /// The ways to it: first those that lack nothing, then those around.
    pub ways: Vec<WayIn>,
    /// How many more ways lead to it that were not looked at.
    pub left_out: usize,
    /// The ways through APIs that the ways around are compared with, by name; only where no others were asked for.
    pub compared_with: Vec<String>,
}

/// A way in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WayIn {
    /// Where it begins: `api`, `load-balancer`, `task` or `instance`.
    pub entry: String,
    /// The ARN or id of where it begins.
    pub id: String,
    /// The way in words: where it begins, and which rule takes it on.
    pub name: String,
    /// The region where it begins.
    pub region: String,
    /// Whether it leads through an API.
    pub through_api: bool,
    /// Whether it was read from a working copy, because what is deployed could not be read.
    pub draft: bool,
    /// Whether it is there for certain; else only perhaps.
    pub certain: bool,
    /// Who can take it, in words.
    pub sources: String,
    /// Whether so many public addresses can take it that it is the world; none when that is not known.
    pub world: Option<bool>,
    /// Whether anyone on the internet can take it; none when that is not known.
    pub anyone: Option<bool>,
    /// Why it is not known whether it is there, or who exactly can take it.
    pub gaps: Vec<Gap>,
    /// The controls that a request meets on it, in words.
    pub met: Vec<String>,
    /// The controls that it may meet, and why that is not known.
    pub unread: Vec<Unread>,
    /// The controls that a way through an API to the same target has and it lacks.
    pub lacks: Vec<Lack>,
    /// The controls that it may lack.
    pub may_lack: Vec<MayLack>,
    /// Whether it asks for proof that a stranger lacks; none when that is not known.
    pub barred: Option<bool>,
    /// A request that takes it past the listener's rules, in words.
    pub request: Option<String>,
    /// The entries that let its first packet in.
    pub let_in_by: Vec<String>,
    /// The way, hop by hop.
    pub path: Path,
}

/// A control that may be met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// Its kind, in words.
    pub control: String,
    /// Why it is not known.
    pub gap: Gap,
}

/// A control that a way lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lack {
    /// Its kind, in words.
    pub control: String,
    /// The control, as the way through the API has it.
    pub has: String,
}

/// A control that a way may lack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MayLack {
    /// Its kind, in words.
    pub control: String,
    /// Why it is not known.
    pub gaps: Vec<Gap>,
}

/// How a way stands to the others that lead to the same target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Course {
    /// Through an API, and no other API's way has a control that it lacks.
    Through,
    /// Through no API, and no way through an API was found that has a control which it lacks.
    Direct,
    /// Around: a way through an API has a control that it lacks.
    Around,
    /// Around, perhaps.
    PerhapsAround,
}

impl Course {
    /// Its name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Through => "through",
            Self::Direct => "direct",
            Self::Around => "around",
            Self::PerhapsAround => "perhaps-around",
        }
    }

    /// Whether it goes around an API, or may.
    pub fn is_around(self) -> bool {
        matches!(self, Self::Around | Self::PerhapsAround)
    }
}

impl WayIn {
    /// How it stands to the other ways to the same target.
    pub fn course(&self) -> Course {
        match (self.lacks.is_empty(), self.may_lack.is_empty(), self.through_api) {
            (false, _, _) => Course::Around,
            (true, false, _) => Course::PerhapsAround,
            (true, true, true) => Course::Through,
            (true, true, false) => Course::Direct,
        }
    }
}

impl WaysIn {
    /// Every way, as often as it stands under a target.
    pub fn ways(&self) -> impl Iterator<Item = &WayIn> {
        self.targets.iter().flat_map(|target| &target.ways)
    }

    /// Whether everything that decides was read.
    pub fn is_complete(&self) -> bool {
        self.gaps.is_empty() && self.skipped_regions.is_empty()
    }
}
