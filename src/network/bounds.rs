//! A set of which only the least and the most is known.

use super::AddressSet;

/// What a set holds for certain, and what it may hold at most.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bounds {
    /// What it certainly holds.
    pub surely: AddressSet,
    /// What it may hold: nothing else is in it. Holds everything that is surely in it.
    pub perhaps: AddressSet,
}

impl From<AddressSet> for Bounds {
    fn from(set: AddressSet) -> Self {
        Self::exactly(set)
    }
}

impl Bounds {
    /// A set that is known.
    pub fn exactly(set: AddressSet) -> Self {
        Self { perhaps: set.clone(), surely: set }
    }

    /// The empty set.
    pub fn nothing() -> Self {
        Self::default()
    }

    /// A set of which nothing is known.
    pub fn anything() -> Self {
        Self::at_most(AddressSet::all().clone())
    }

    /// A set of which only is known that it holds nothing else.
    pub fn at_most(set: AddressSet) -> Self {
        Self { surely: AddressSet::new(), perhaps: set }
    }

    /// What both hold.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        self.both(other, AddressSet::intersection)
    }

    /// What either holds.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        self.both(other, AddressSet::union)
    }

    /// One of the two, and nobody knows which.
    #[must_use]
    pub fn either(&self, other: &Self) -> Self {
        Self { surely: self.surely.intersection(&other.surely), perhaps: self.perhaps.union(&other.perhaps) }
    }

    /// What lies within a set.
    #[must_use]
    pub fn within(&self, set: &AddressSet) -> Self {
        self.both(&Self::exactly(set.clone()), AddressSet::intersection)
    }

    /// The same of which nothing is certain any more.
    #[must_use]
    pub fn at_best(self) -> Self {
        Self::at_most(self.perhaps)
    }

    fn both(&self, other: &Self, join: impl Fn(&AddressSet, &AddressSet) -> AddressSet) -> Self {
        // Sets that are known stay cheap: one result serves as both bounds.
        let surely = join(&self.surely, &other.surely);
        let perhaps = if self.is_exact() && other.is_exact() { surely.clone() } else { join(&self.perhaps, &other.perhaps) };
        Self { surely, perhaps }
    }

    /// Whether the set is known.
    pub fn is_exact(&self) -> bool {
        self.perhaps.is_subset(&self.surely)
    }

    /// Whether an address is in it.
    pub fn contains(&self, address: std::net::IpAddr) -> Option<bool> {
        self.tell(|set| set.contains(address))
    }

    /// The answer to a question that more addresses can only turn from no to yes; none where the unknown decides.
    pub fn tell(&self, ask: impl Fn(&AddressSet) -> bool) -> Option<bool> {
        if ask(&self.surely) {
            Some(true)
        } else if self.is_exact() || !ask(&self.perhaps) {
            Some(false)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(block: &str) -> AddressSet {
        AddressSet::parse(block).unwrap()
    }

    #[test]
    fn only_what_decides_is_unknown() {
        let bounds = Bounds { surely: set("10.0.0.0/24"), perhaps: set("10.0.0.0/8") };
        assert_eq!(bounds.tell(|set| set.count_ipv4() > 10), Some(true));
        assert_eq!(bounds.tell(|set| set.count_ipv4() > 1000), None);
        assert_eq!(bounds.tell(AddressSet::is_world), Some(false));
        assert_eq!(bounds.contains("10.0.0.1".parse().unwrap()), Some(true));
        assert_eq!(bounds.contains("10.1.0.1".parse().unwrap()), None);
        assert_eq!(bounds.contains("11.1.0.1".parse().unwrap()), Some(false));
    }

    #[test]
    fn one_of_two_holds_for_certain_what_both_hold() {
        let (wide, narrow) = (Bounds::exactly(set("10.0.0.0/8")), Bounds::exactly(set("10.0.0.0/16")));
        assert_eq!(wide.either(&narrow), Bounds { surely: set("10.0.0.0/16"), perhaps: set("10.0.0.0/8") });
        assert!(wide.and(&narrow).is_exact());
        assert_eq!(wide.or(&narrow), wide);
    }
}
