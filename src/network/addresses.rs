//! Sets of IPv4 and IPv6 addresses.

use std::net::IpAddr;
use std::sync::LazyLock;

use ipnet::{IpNet, Ipv4Subnets, Ipv6Subnets};

use super::ranges::Ranges;

/// The IPv4 blocks that the internet does not route (IANA's special-purpose registry, and what is above multicast).
const NOT_PUBLIC_V4: [&str; 15] = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
];

/// More public IPv4 addresses than this belong to no single organisation: the largest blocks ever handed out are /8.
const WORLD_V4: u64 = 1 << 24;
/// More public IPv6 addresses than this belong to no single organisation: the largest blocks ever handed out are /16.
const WORLD_V6: u128 = 1 << 112;

static ALL: LazyLock<AddressSet> = LazyLock::new(|| AddressSet::all_ipv4().union(&AddressSet::all_ipv6()));

static PUBLIC: LazyLock<AddressSet> = LazyLock::new(|| {
    let mut all = AddressSet::all_ipv4();
    for block in NOT_PUBLIC_V4.iter().filter_map(|block| AddressSet::parse(block)) {
        all = all.difference(&block);
    }
    // Global unicast is 2000::/3; documentation addresses within it lead nowhere.
    let global = AddressSet::parse("2000::/3").unwrap_or_default();
    let documentation = AddressSet::parse("2001:db8::/32").unwrap_or_default();
    all.union(&global.difference(&documentation))
});

/// A set of addresses of both families, in one canonical form: two sets are equal when they hold the same addresses.
/// A copy costs nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct AddressSet {
    v4: Ranges<u32>,
    v6: Ranges<u128>,
}

impl From<IpNet> for AddressSet {
    fn from(block: IpNet) -> Self {
        let mut builder = Builder::default();
        builder.add(block);
        builder.build()
    }
}

impl FromIterator<IpNet> for AddressSet {
    /// The union of blocks, made in one go: adding them one by one would copy the set each time.
    fn from_iter<I: IntoIterator<Item = IpNet>>(blocks: I) -> Self {
        let mut builder = Builder::default();
        for block in blocks {
            builder.add(block);
        }
        builder.build()
    }
}

/// Blocks on their way into a set.
#[derive(Debug, Default)]
pub(super) struct Builder {
    v4: Vec<(u32, u32)>,
    v6: Vec<(u128, u128)>,
}

impl Builder {
    pub(super) fn add(&mut self, block: IpNet) {
        match block {
            IpNet::V4(block) => self.v4.push((block.network().into(), block.broadcast().into())),
            IpNet::V6(block) => self.v6.push((block.network().into(), block.broadcast().into())),
        }
    }

    pub(super) fn build(self) -> AddressSet {
        AddressSet { v4: Ranges::of(self.v4), v6: Ranges::of(self.v6) }
    }
}

impl AddressSet {
    /// The empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Every address.
    pub fn all() -> &'static Self {
        &ALL
    }

    /// Every IPv4 address.
    pub fn all_ipv4() -> Self {
        Self { v4: Ranges::all(), v6: Ranges::default() }
    }

    /// Every IPv6 address.
    pub fn all_ipv6() -> Self {
        Self { v4: Ranges::default(), v6: Ranges::all() }
    }

    /// The addresses that the internet routes.
    pub fn public() -> &'static Self {
        &PUBLIC
    }

    /// The addresses of a block such as `10.0.0.0/8`, or of a lone address; none when the text is neither.
    pub fn parse(block: &str) -> Option<Self> {
        Self::block(block).map(Self::from)
    }

    /// A block such as `10.0.0.0/8`, or a lone address as a block.
    pub fn block(text: &str) -> Option<IpNet> {
        let text = text.trim();
        text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
    }

    /// Adds what another set holds.
    pub fn extend(&mut self, other: &Self) {
        *self = self.union(other);
    }

    /// What either holds.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self { v4: self.v4.union(&other.v4), v6: self.v6.union(&other.v6) }
    }

    /// What both hold.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        Self { v4: self.v4.intersection(&other.v4), v6: self.v6.intersection(&other.v6) }
    }

    /// What this one holds and the other does not.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        Self { v4: self.v4.difference(&other.v4), v6: self.v6.difference(&other.v6) }
    }

    /// Only its IPv4 or only its IPv6 addresses.
    #[must_use]
    pub fn only(&self, ipv6: bool) -> Self {
        if ipv6 { Self { v4: Ranges::default(), v6: self.v6.clone() } } else { Self { v4: self.v4.clone(), v6: Ranges::default() } }
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.v4.is_empty() && self.v6.is_empty()
    }

    /// Whether the other holds all that this one holds.
    pub fn is_subset(&self, other: &Self) -> bool {
        self.v4.is_subset(&other.v4) && self.v6.is_subset(&other.v6)
    }

    /// Whether it holds an address.
    pub fn contains(&self, address: IpAddr) -> bool {
        match address {
            IpAddr::V4(address) => self.v4.contains(address.into()),
            IpAddr::V6(address) => self.v6.contains(address.into()),
        }
    }

    /// How many IPv4 addresses it holds.
    pub fn count_ipv4(&self) -> u64 {
        self.v4.iter().map(|(first, last)| u64::from(last - first) + 1).sum()
    }

    /// How many IPv6 addresses it holds; the whole family counts as `u128::MAX`.
    pub fn count_ipv6(&self) -> u128 {
        self.v6.iter().fold(0_u128, |sum, (first, last)| sum.saturating_add((last - first).saturating_add(1)))
    }

    /// Whether it holds so many public IPv4 addresses that they cannot be one organisation's: more than a /8.
    pub fn is_ipv4_world(&self) -> bool {
        self.count_ipv4() > WORLD_V4 && self.intersection(Self::public()).count_ipv4() > WORLD_V4
    }

    /// Whether it holds so many public IPv6 addresses that they cannot be one organisation's: more than a /16.
    pub fn is_ipv6_world(&self) -> bool {
        self.count_ipv6() > WORLD_V6 && self.intersection(Self::public()).count_ipv6() > WORLD_V6
    }

    /// Whether it is the world in either family.
    pub fn is_world(&self) -> bool {
        self.is_ipv4_world() || self.is_ipv6_world()
    }

    /// The fewest blocks that make up the set, IPv4 first.
    pub fn blocks(&self) -> Vec<IpNet> {
        self.iter_blocks().collect()
    }

    /// The same, one by one.
    pub fn iter_blocks(&self) -> impl Iterator<Item = IpNet> + '_ {
        let v4 = self.v4.iter().flat_map(|(first, last)| Ipv4Subnets::new(first.into(), last.into(), 0)).map(IpNet::V4);
        let v6 = self.v6.iter().flat_map(|(first, last)| Ipv6Subnets::new(first.into(), last.into(), 0)).map(IpNet::V6);
        v4.chain(v6)
    }

    /// How many blocks that are.
    pub fn count_blocks(&self) -> usize {
        self.iter_blocks().count()
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr};

    use ipnet::{Ipv4Net, Ipv6Net};
    use proptest::prelude::*;

    use super::*;

    fn set(blocks: &[&str]) -> AddressSet {
        blocks.iter().fold(AddressSet::new(), |all, block| all.union(&AddressSet::parse(block).unwrap()))
    }

    #[test]
    fn two_halves_are_the_world() {
        let halves = set(&["0.0.0.0/1", "128.0.0.0/1"]);
        assert_eq!(halves, AddressSet::all_ipv4());
        assert!(halves.is_ipv4_world());
        assert!(!halves.is_ipv6_world());
        assert_eq!(halves.blocks(), ["0.0.0.0/0".parse::<IpNet>().unwrap()]);
    }

    #[test]
    fn the_world_less_one_address_is_still_the_world() {
        assert!(AddressSet::all_ipv4().difference(&set(&["198.51.100.7"])).is_world());
        assert!(set(&["::/0"]).is_ipv6_world());
    }

    #[test]
    fn one_organisation_is_not_the_world() {
        assert!(!set(&["17.0.0.0/8"]).is_world());
        assert!(!set(&["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "240.0.0.0/4"]).is_world());
        assert!(!set(&["fc00::/7", "fe80::/10"]).is_world());
        assert!(set(&["17.0.0.0/8", "18.0.0.0/32"]).is_world());
    }

    #[test]
    fn text_that_is_no_block_is_nothing() {
        assert_eq!(AddressSet::parse("0.0.0.0/33"), None);
        assert_eq!(AddressSet::parse("pl-123"), None);
        assert_eq!(AddressSet::parse("10.0.0.1").unwrap().count_ipv4(), 1);
    }

    /// Blocks within a narrow part of the space, so that they meet.
    fn blocks() -> impl Strategy<Value = AddressSet> {
        let block =
            (0_u32..4096, 20_u8..=32).prop_map(|(low, length)| IpNet::V4(Ipv4Net::new(Ipv4Addr::from(0x0A00_0000 | low), length).unwrap()));
        let block6 = (0_u128..4096, 116_u8..=128)
            .prop_map(|(low, length)| IpNet::V6(Ipv6Net::new(Ipv6Addr::from((0x2600_u128 << 112) | low), length).unwrap()));
        proptest::collection::vec(prop_oneof![block, block6], 0..6)
            .prop_map(|nets| nets.into_iter().fold(AddressSet::new(), |all, net| all.union(&net.into())))
    }

    proptest! {
        #[test]
        fn the_laws_of_sets_hold(a in blocks(), b in blocks(), c in blocks()) {
            prop_assert_eq!(a.union(&b), b.union(&a));
            prop_assert_eq!(a.intersection(&b.union(&c)), a.intersection(&b).union(&a.intersection(&c)));
            prop_assert_eq!(a.difference(&b).union(&a.intersection(&b)), a.clone());
            prop_assert!(a.difference(&b).intersection(&b).is_empty());
            prop_assert_eq!(a.is_subset(&b), a.difference(&b).is_empty());
            prop_assert_eq!(a.only(false).union(&a.only(true)), a.clone());
            prop_assert_eq!(a.count_ipv4() + b.count_ipv4(), a.union(&b).count_ipv4() + a.intersection(&b).count_ipv4());
            prop_assert_eq!(a.count_ipv6() + b.count_ipv6(), a.union(&b).count_ipv6() + a.intersection(&b).count_ipv6());
        }

        #[test]
        fn blocks_make_up_the_set(a in blocks()) {
            let again = a.blocks().into_iter().fold(AddressSet::new(), |all, net| all.union(&net.into()));
            prop_assert_eq!(again, a);
        }
    }
}
