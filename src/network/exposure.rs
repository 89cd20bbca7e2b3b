//! Who can open a connection.

use super::{AddressSet, Bounds};
use crate::inventory::Gap;

/// Who can open a connection, as a set of source addresses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exposure {
    /// The public addresses whose packets arrive through an internet gateway and are let in.
    pub internet: Bounds,
    /// The addresses in the VPC, and in networks connected to it, that are let in.
    pub inside: Bounds,
    /// Why either is not known exactly, sorted, each once; empty when both are.
    pub gaps: Vec<Gap>,
    /// Those among the gaps that leave `internet` open.
    pub internet_gaps: Vec<Gap>,
}

impl Exposure {
    /// Nobody can.
    pub fn nobody() -> Self {
        Self::default()
    }

    /// Nothing is known.
    pub fn unknown(gap: Gap) -> Self {
        Self {
            internet: Bounds::at_most(AddressSet::public().clone()),
            inside: Bounds::anything(),
            gaps: vec![gap.clone()],
            internet_gaps: vec![gap],
        }
    }

    /// Bounds with the reasons why they differ: those that do not matter are dropped.
    pub(super) fn told(internet: Told, inside: Told) -> Self {
        let internet_gaps = internet.why();
        let mut gaps = internet_gaps.clone();
        gaps.extend(inside.why());
        gaps.sort();
        gaps.dedup();
        Self { internet: internet.bounds, inside: inside.bounds, gaps, internet_gaps }
    }

    fn parts(&self) -> (Told, Told) {
        let internet = Told { bounds: self.internet.clone(), gaps: self.internet_gaps.clone() };
        (internet, Told { bounds: self.inside.clone(), gaps: self.gaps.clone() })
    }

    /// Who can by either way.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        let ((internet, inside), (other_internet, other_inside)) = (self.parts(), other.parts());
        Self::told(internet.or(&other_internet), inside.or(&other_inside))
    }

    /// One of the two, and nobody knows which, because of a gap.
    #[must_use]
    pub fn either(&self, other: &Self, gap: &Gap) -> Self {
        let ((internet, inside), (other_internet, other_inside)) = (self.parts(), other.parts());
        Self::told(internet.either(&other_internet, gap), inside.either(&other_inside, gap))
    }

    /// Only those within a set, such as that of a `source-ip` condition.
    #[must_use]
    pub fn within(&self, set: &AddressSet) -> Self {
        self.through(&Bounds::exactly(set.clone()).into())
    }

    /// Only those that something further on lets through.
    pub(super) fn through(&self, filter: &Told) -> Self {
        let (internet, inside) = self.parts();
        Self::told(internet.and(filter), inside.and(filter))
    }

    /// Whether so many public addresses can that it is the world.
    pub fn world(&self) -> Option<bool> {
        self.internet.tell(AddressSet::is_world)
    }

    /// Whether anyone on the internet can.
    pub fn anyone(&self) -> Option<bool> {
        self.internet.tell(|set| !set.is_empty())
    }
}

/// Bounds with the reasons why they may differ.
#[derive(Debug, Clone, Default)]
pub(super) struct Told {
    pub(super) bounds: Bounds,
    pub(super) gaps: Vec<Gap>,
}

impl From<Bounds> for Told {
    fn from(bounds: Bounds) -> Self {
        Self { bounds, gaps: Vec::new() }
    }
}

impl Told {
    /// A set of which is only known that it holds nothing else, because of a gap.
    pub(super) fn at_most(set: AddressSet, gap: Gap) -> Self {
        Self { bounds: Bounds::at_most(set), gaps: vec![gap] }
    }

    /// The reasons, where the bounds do differ: sorted, each once.
    fn why(&self) -> Vec<Gap> {
        if self.bounds.is_exact() {
            return Vec::new();
        }
        let mut gaps = self.gaps.clone();
        gaps.sort();
        gaps.dedup();
        gaps
    }

    pub(super) fn and(&self, other: &Self) -> Self {
        self.joined(other, self.bounds.and(&other.bounds))
    }

    pub(super) fn or(&self, other: &Self) -> Self {
        self.joined(other, self.bounds.or(&other.bounds))
    }

    pub(super) fn either(&self, other: &Self, gap: &Gap) -> Self {
        let mut told = self.joined(other, self.bounds.either(&other.bounds));
        told.gaps.push(gap.clone());
        told
    }

    fn joined(&self, other: &Self, bounds: Bounds) -> Self {
        // Only what leaves a part open can leave the whole open.
        let open = [self, other].into_iter().filter(|part| !part.gaps.is_empty() && !part.bounds.is_exact());
        Self { bounds, gaps: open.flat_map(|part| part.gaps.iter().cloned()).collect() }
    }

    /// What both are in where nobody knows whether it applies, because of a gap.
    pub(super) fn only_perhaps(mut self, gap: Gap) -> Self {
        self.bounds = self.bounds.at_best();
        self.gaps.push(gap);
        self
    }
}
