//! Sets of numbers as sorted ranges: the arithmetic behind sets of addresses and of ports.
//!
//! Measured against the ranges-in-a-tree of `range-set-blaze`, merging sorted slices is about ten times faster on what a
//! scan does most, and a copy costs nothing. That crate stays as the reference which the laws below are tested against.

use std::sync::Arc;

/// What ranges are made of.
pub(super) trait Point: Copy + Ord {
    /// The smallest.
    const MIN: Self;
    /// The largest.
    const MAX: Self;
    /// The one after it; none after the largest.
    fn next(self) -> Option<Self>;
    /// The one before it; none before the smallest.
    fn previous(self) -> Option<Self>;
}

macro_rules! point {
    ($($number:ty),*) => {$(
        impl Point for $number {
            const MIN: Self = Self::MIN;
            const MAX: Self = Self::MAX;
            fn next(self) -> Option<Self> {
                self.checked_add(1)
            }
            fn previous(self) -> Option<Self> {
                self.checked_sub(1)
            }
        }
    )*};
}
point!(u16, u32, u128);

/// A set as sorted ranges that neither meet nor touch: two sets are equal when they hold the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Ranges<T>(Arc<[(T, T)]>);

impl<T> Default for Ranges<T> {
    fn default() -> Self {
        Self(Arc::new([]))
    }
}

impl<T: Point> Ranges<T> {
    /// What lies from the first to the last, both included.
    pub(super) fn one(first: T, last: T) -> Self {
        Self(Arc::new([(first, last)]))
    }

    /// Everything.
    pub(super) fn all() -> Self {
        Self::one(T::MIN, T::MAX)
    }

    /// The union of ranges in any order.
    pub(super) fn of(mut ranges: Vec<(T, T)>) -> Self {
        if ranges.is_empty() {
            return Self::default();
        }
        ranges.sort_unstable();
        let mut kept = 0;
        for at in 1..ranges.len() {
            let range = ranges[at];
            if joins(ranges[kept], range) {
                ranges[kept].1 = ranges[kept].1.max(range.1);
            } else {
                kept += 1;
                ranges[kept] = range;
            }
        }
        ranges.truncate(kept + 1);
        Self(ranges.into())
    }

    /// The ranges, sorted.
    pub(super) fn iter(&self) -> impl Iterator<Item = (T, T)> + '_ {
        self.0.iter().copied()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether both are one and the same in memory, which answers most questions at once.
    fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    pub(super) fn contains(&self, point: T) -> bool {
        let after = self.0.partition_point(|range| range.0 <= point);
        after > 0 && point <= self.0[after - 1].1
    }

    pub(super) fn is_subset(&self, other: &Self) -> bool {
        if self.is(other) {
            return true;
        }
        let mut covers = other.0.iter();
        let mut cover = covers.next();
        for range in self.0.iter() {
            while cover.is_some_and(|cover| cover.1 < range.0) {
                cover = covers.next();
            }
            if cover.is_none_or(|cover| cover.0 > range.0 || cover.1 < range.1) {
                return false;
            }
        }
        true
    }

    pub(super) fn union(&self, other: &Self) -> Self {
        if other.is_empty() || self.is(other) {
            return self.clone();
        }
        if self.is_empty() {
            return other.clone();
        }
        let (few, many) = if self.0.len() <= other.0.len() { (&self.0, &other.0) } else { (&other.0, &self.0) };
        let mut out: Vec<(T, T)> = Vec::with_capacity(few.len() + many.len());
        let mut at = 0;
        for range in few.iter().copied() {
            let until = skip(many, at, |other| other.0 < range.0);
            // Only the first of them can meet what is there already.
            if let Some(first) = many[at..until].first() {
                add(&mut out, *first);
                out.extend_from_slice(&many[at + 1..until]);
            }
            add(&mut out, range);
            at = until;
            while let Some(other) = many.get(at).filter(|other| out.last().is_some_and(|last| joins(*last, **other))) {
                add(&mut out, *other);
                at += 1;
            }
        }
        out.extend_from_slice(&many[at..]);
        Self(out.into())
    }

    pub(super) fn intersection(&self, other: &Self) -> Self {
        if self.is_empty() || self.is(other) {
            return self.clone();
        }
        if other.is_empty() {
            return other.clone();
        }
        let (few, many) = if self.0.len() <= other.0.len() { (&self.0, &other.0) } else { (&other.0, &self.0) };
        let meet = if few.len() * FAR < many.len() { meet_far } else { meet_near };
        Self(meet(few, many).into())
    }

    pub(super) fn difference(&self, other: &Self) -> Self {
        if other.is_empty() || self.is_empty() {
            return self.clone();
        }
        self.intersection(&other.complement())
    }

    fn complement(&self) -> Self {
        let mut out = Vec::with_capacity(self.0.len() + 1);
        let mut first = Some(T::MIN);
        for range in self.0.iter() {
            if let (Some(first), Some(last)) = (first, range.0.previous())
                && first <= last
            {
                out.push((first, last));
            }
            first = range.1.next();
        }
        if let Some(first) = first {
            out.push((first, T::MAX));
        }
        Self(out.into())
    }
}

/// How many times longer one of two sets must be for leaps to pay.
const FAR: usize = 8;

/// What two sets of about the same length have in common: one step after another.
fn meet_near<T: Point>(left: &[(T, T)], right: &[(T, T)]) -> Vec<(T, T)> {
    let mut out = Vec::with_capacity(left.len() + right.len());
    let (mut i, mut j) = (0, 0);
    while let (Some(one), Some(other)) = (left.get(i), right.get(j)) {
        let (first, last) = (one.0.max(other.0), one.1.min(other.1));
        if first <= last {
            out.push((first, last));
        }
        if one.1 < other.1 {
            i += 1;
        } else {
            j += 1;
        }
    }
    out
}

/// What a short and a long set have in common: from one range of the short one to the next.
fn meet_far<T: Point>(few: &[(T, T)], many: &[(T, T)]) -> Vec<(T, T)> {
    let mut out: Vec<(T, T)> = Vec::with_capacity(few.len() + many.len());
    let mut at = 0;
    for (first, last) in few.iter().copied() {
        at = skip(many, at, |other| other.1 < first);
        let until = skip(many, at, |other| other.0 <= last);
        let from = out.len();
        out.extend_from_slice(&many[at..until]);
        // Only the outermost of them can reach beyond.
        if let Some(lowest) = out.get_mut(from) {
            lowest.0 = lowest.0.max(first);
        }
        if let Some(highest) = out[from..].last_mut() {
            highest.1 = highest.1.min(last);
        }
        // The last of them may meet the next one, too.
        at = until.saturating_sub(1).max(at);
    }
    out
}

/// The first place from `at` on of which something does not hold that holds of all before it. Near places are found
/// fastest, and far ones without looking at all between.
fn skip<T>(ranges: &[T], at: usize, holds: impl Fn(&T) -> bool) -> usize {
    let mut step = 1;
    let mut low = at;
    while low + step <= ranges.len() && holds(&ranges[low + step - 1]) {
        low += step;
        step *= 2;
    }
    let high = (low + step).min(ranges.len());
    low + ranges[low..high].partition_point(holds)
}

/// Adds a range that starts no earlier than the last one.
fn add<T: Point>(ranges: &mut Vec<(T, T)>, range: (T, T)) {
    match ranges.last_mut() {
        Some(last) if joins(*last, range) => last.1 = last.1.max(range.1),
        _ => ranges.push(range),
    }
}

/// Whether a range that starts no earlier meets or touches one.
fn joins<T: Point>(one: (T, T), next: (T, T)) -> bool {
    one.1 >= next.0 || one.1.next() == Some(next.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use range_set_blaze::RangeSetBlaze;

    use super::*;

    /// Ranges that meet, touch and reach both ends.
    fn ranges() -> impl Strategy<Value = Vec<(u16, u16)>> {
        let point = || prop_oneof![0_u16..24, (u16::MAX - 8)..=u16::MAX];
        let wide = (point(), point()).prop_map(|(a, b)| (a.min(b), a.max(b)));
        let narrow = (0_u16..200).prop_map(|at| (at * 2, at * 2));
        prop_oneof![proptest::collection::vec(wide, 0..6), proptest::collection::vec(narrow, 0..120)]
    }

    fn reference(ranges: &[(u16, u16)]) -> RangeSetBlaze<u16> {
        ranges.iter().map(|range| range.0..=range.1).collect()
    }

    fn same(ours: &Ranges<u16>, theirs: &RangeSetBlaze<u16>) -> bool {
        ours.iter().eq(theirs.ranges().map(|range| (*range.start(), *range.end())))
    }

    proptest! {
        #[test]
        fn the_arithmetic_is_that_of_the_reference(a in ranges(), b in ranges()) {
            let (ours, theirs) = ((Ranges::of(a.clone()), Ranges::of(b.clone())), (reference(&a), reference(&b)));
            prop_assert!(same(&ours.0, &theirs.0));
            prop_assert!(same(&ours.0.union(&ours.1), &(&theirs.0 | &theirs.1)));
            prop_assert!(same(&ours.0.intersection(&ours.1), &(&theirs.0 & &theirs.1)));
            prop_assert!(same(&ours.0.difference(&ours.1), &(&theirs.0 - &theirs.1)));
            prop_assert_eq!(ours.0.is_subset(&ours.1), theirs.0.is_subset(&theirs.1));
            for point in (0..410).chain(u16::MAX - 10..=u16::MAX) {
                prop_assert_eq!(ours.0.contains(point), theirs.0.contains(point));
            }
        }

        #[test]
        fn equal_sets_have_one_form(a in ranges()) {
            let again = a.iter().rev().fold(Ranges::default(), |all: Ranges<u16>, range| all.union(&Ranges::one(range.0, range.1)));
            prop_assert_eq!(Ranges::of(a), again);
        }
    }
}
