//! `Fn::Cidr`.

use std::net::IpAddr;

use ipnet::IpNet;

use super::conditions::opaque;
use super::{Here, World};
use crate::iac::cloudformation::document::Item;
use crate::iac::value::{Node, Value, Why};

impl World {
    /// A number of networks inside of one.
    pub(super) fn cidr(&self, here: Here, argument: &Item) -> Value {
        let [block, count, bits] = argument.items() else { return Value::unknown("Fn::Cidr takes a block, a count and a number of bits") };
        let networks = || {
            let block = match self.value(here, block) {
                Value::Text(text) if text.made_up => return Err(opaque(&text.text, "taken apart")),
                Value::Unknown(why) => return Err(why),
                other => other.words()?.unwrap_or_default(),
            };
            let number = |item: &Item| {
                let number = Node::from(self.value(here, item)).integer::<u32>()?;
                number.ok_or_else(|| Why::new("Fn::Cidr takes a count and a number of bits"))
            };
            let (count, bits) = (number(count)?, number(bits)?);
            networks(&block, count, bits).ok_or_else(|| Why::new(format!("Fn::Cidr finds no {count} networks of {bits} bits in {block}")))
        };
        networks().map_or_else(Value::Unknown, |found| Value::List(found.into_iter().map(|network| Value::from(network).into()).collect()))
    }
}

/// The first networks of a size inside of another one.
fn networks(block: &str, count: u32, bits: u32) -> Option<Vec<String>> {
    let block: IpNet = block.parse().ok()?;
    let prefix = u32::from(block.max_prefix_len()).checked_sub(bits)?;
    let room = prefix.checked_sub(u32::from(block.prefix_len()))?;
    if count == 0 || count > 256 || (room < 9 && count > 1 << room) || bits > 127 {
        return None;
    }
    let network = |index: u32| match block.network() {
        IpAddr::V4(start) => {
            let start = u32::from(start).checked_add(u32::try_from(u64::from(index) << bits).ok()?)?;
            Some(format!("{}/{prefix}", std::net::Ipv4Addr::from(start)))
        }
        IpAddr::V6(start) => {
            let start = u128::from(start).checked_add(u128::from(index).checked_shl(bits)?)?;
            Some(format!("{}/{prefix}", std::net::Ipv6Addr::from(start)))
        }
    };
    (0..count).map(network).collect()
}

#[cfg(test)]
mod tests {
    use super::networks;

    #[test]
    fn networks_are_counted_from_the_start() {
        assert_eq!(networks("10.0.0.0/16", 2, 8).unwrap(), ["10.0.0.0/24", "10.0.1.0/24"]);
        assert_eq!(networks("2001:db8::/56", 2, 64).unwrap(), ["2001:db8::/64", "2001:db8:0:1::/64"]);
        assert_eq!(networks("10.0.0.0/24", 3, 7), None);
        assert_eq!(networks("10.0.0.0/24", 1, 33), None);
        assert_eq!(networks("0.0.0.0/0", 1, 32).unwrap(), ["0.0.0.0/0"]);
        assert_eq!(networks("x", 1, 8), None);
    }
}
