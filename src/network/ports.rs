//! Sets of ports.

use super::ranges::Ranges;

/// A set of TCP or UDP ports, in one canonical form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct PortSet(Ranges<u16>);

impl PortSet {
    /// The empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Every port.
    pub fn all() -> Self {
        Self(Ranges::all())
    }

    /// The ports that clients connect from: 1024 to 65535.
    pub fn ephemeral() -> Self {
        Self(Ranges::one(1024, u16::MAX))
    }

    /// The ports from the first to the last, both included; none when the last comes first.
    pub fn range(first: u16, last: u16) -> Self {
        if first <= last { Self(Ranges::one(first, last)) } else { Self::default() }
    }

    /// What AWS means by two numbers: all ports where the first is missing or -1, one port where the last is missing.
    pub(super) fn of_rule(first: Option<i32>, last: Option<i32>) -> Self {
        match first {
            None | Some(-1) => Self::all(),
            Some(first) => {
                let last = last.unwrap_or(first).min(i32::from(u16::MAX));
                match (u16::try_from(first.max(0)), u16::try_from(last)) {
                    (Ok(first), Ok(last)) => Self::range(first, last),
                    _ => Self::default(),
                }
            }
        }
    }

    /// What either holds.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self(self.0.union(&other.0))
    }

    /// What both hold.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        Self(self.0.intersection(&other.0))
    }

    /// What this one holds and the other does not.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        Self(self.0.difference(&other.0))
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the other holds all that this one holds.
    pub fn is_subset(&self, other: &Self) -> bool {
        self.0.is_subset(&other.0)
    }

    /// Whether it holds a port.
    pub fn contains(&self, port: u16) -> bool {
        self.0.contains(port)
    }

    /// How many ports it holds.
    pub fn count(&self) -> u32 {
        self.0.iter().map(|(first, last)| u32::from(last - first) + 1).sum()
    }

    /// The fewest ranges that make it up, sorted.
    pub fn ranges(&self) -> impl Iterator<Item = (u16, u16)> + '_ {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ports() -> impl Strategy<Value = PortSet> {
        proptest::collection::vec((0_u16..60, 0_u16..60), 0..5)
            .prop_map(|pairs| pairs.into_iter().fold(PortSet::new(), |all, (first, last)| all.union(&PortSet::range(first, last))))
    }

    proptest! {
        #[test]
        fn the_laws_of_sets_hold(a in ports(), b in ports(), c in ports()) {
            prop_assert_eq!(a.union(&b), b.union(&a));
            prop_assert_eq!(a.intersection(&b.union(&c)), a.intersection(&b).union(&a.intersection(&c)));
            prop_assert_eq!(a.difference(&b).union(&a.intersection(&b)), a.clone());
            prop_assert_eq!(a.count() + b.count(), a.union(&b).count() + a.intersection(&b).count());
            prop_assert_eq!(a.is_subset(&b), a.difference(&b).is_empty());
            prop_assert_eq!(PortSet::all().difference(&PortSet::all().difference(&a)), a);
        }
    }

    #[test]
    fn the_numbers_of_a_rule_mean_what_aws_means() {
        assert_eq!(PortSet::of_rule(None, None), PortSet::all());
        assert_eq!(PortSet::of_rule(Some(-1), Some(-1)), PortSet::all());
        assert_eq!(PortSet::of_rule(Some(443), None).count(), 1);
        assert_eq!(PortSet::of_rule(Some(80), Some(65535)).count(), 65456);
        assert_eq!(PortSet::of_rule(Some(0), Some(65535)), PortSet::all());
        assert!(PortSet::of_rule(Some(90), Some(80)).is_empty());
    }
}
