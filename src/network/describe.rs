//! Sets of addresses in words.

use std::fmt::Write as _;

use super::{AddressSet, Bounds, Exposure, SharedRanges};

/// How many blocks are named before the rest is only counted.
const BLOCKS: usize = 3;
/// Sets are called nearly everything when they lack fewer public IPv4 addresses than this.
const NEARLY: u64 = 1 << 24;

impl AddressSet {
    /// What the set holds of the internet, in words, such as `4,096 public addresses in 3 blocks (198.51.100.0/24, …)`.
    pub fn describe(&self) -> String {
        let public = self.intersection(Self::public());
        let parts: Vec<String> = [family(&public, false), family(&public, true)].into_iter().flatten().collect();
        match parts.as_slice() {
            [] if self.is_empty() => "nobody".to_owned(),
            [] => format!("only private addresses ({})", blocks(self)),
            [v4, v6] if v4 == "any IPv4 address" && v6 == "any IPv6 address" => "any IPv4 or IPv6 address".to_owned(),
            _ => parts.join(" and "),
        }
    }
}

/// What a set holds of one family of the internet.
fn family(public: &AddressSet, ipv6: bool) -> Option<String> {
    let held = public.only(ipv6);
    if held.is_empty() {
        return None;
    }
    let name = if ipv6 { "IPv6" } else { "IPv4" };
    let missing = AddressSet::public().only(ipv6).difference(&held);
    if missing.is_empty() {
        return Some(format!("any {name} address"));
    }
    if ipv6 {
        let blocks = blocks(&held);
        return Some(if held.is_ipv6_world() { format!("much of IPv6 ({blocks})") } else { format!("public IPv6 addresses ({blocks})") });
    }
    let (count, lacks) = (held.count_ipv4(), missing.count_ipv4());
    Some(if lacks <= NEARLY {
        format!("nearly any IPv4 address (all but {})", grouped(lacks))
    } else if count == 1 {
        format!("the public address {}", held.iter_blocks().next().map(|block| block.addr().to_string()).unwrap_or_default())
    } else {
        let blocks_held = held.count_blocks();
        let in_blocks = if blocks_held == 1 { String::new() } else { format!(" in {} blocks", grouped(blocks_held as u64)) };
        format!("{} public addresses{in_blocks} ({})", grouped(count), blocks(&held))
    })
}

/// The first blocks of a set.
fn blocks(set: &AddressSet) -> String {
    let mut words: Vec<String> = set.iter_blocks().take(BLOCKS).map(|block| block.to_string()).collect();
    if set.iter_blocks().nth(BLOCKS).is_some() {
        words.push("…".to_owned());
    }
    words.join(", ")
}

/// A number with its thousands apart.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        let _ = write!(out, "{digit}");
    }
    out
}

impl Exposure {
    /// Who can open a connection, in words. `vpc` names where the private addresses are.
    pub fn describe(&self, shared: &SharedRanges, vpc: Option<&str>) -> String {
        let internet = internet(&self.internet, shared);
        match internet {
            Some(words) => words,
            None => inside(&self.inside, vpc),
        }
    }
}

/// Who on the internet can; none where nobody does.
fn internet(bounds: &Bounds, shared: &SharedRanges) -> Option<String> {
    let words = |set: &AddressSet| match shared.home(set) {
        Some(by) => format!("only {} (shared by {})", by.in_words(), by.sharers()),
        None => set.describe(),
    };
    match (bounds.surely.is_empty(), bounds.is_exact()) {
        (true, true) => None,
        (false, true) => Some(words(&bounds.surely)),
        (true, false) => Some(format!("perhaps {}", words(&bounds.perhaps))),
        (false, false) => {
            let (least, most) = (words(&bounds.surely), bounds.perhaps.describe());
            let least = least.strip_prefix("only ").unwrap_or(&least).to_owned();
            Some(if least == most { least } else { format!("at least {least} and perhaps {most}") })
        }
    }
}

/// Who in the VPC and in connected networks can.
fn inside(bounds: &Bounds, vpc: Option<&str>) -> String {
    let place = vpc.map_or_else(|| "of its VPC".to_owned(), |vpc| format!("of {vpc}"));
    match (bounds.surely.is_empty(), bounds.is_exact()) {
        (true, true) => "nobody".to_owned(),
        (false, true) => format!("only private addresses {place}"),
        (true, false) => format!("perhaps private addresses {place} or of networks connected with it"),
        (false, false) => format!("only private addresses {place}, and perhaps of networks connected with it"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(blocks: &str) -> AddressSet {
        blocks.split_whitespace().filter_map(AddressSet::block).collect()
    }

    #[test]
    fn a_set_is_told_in_words() {
        for (blocks, words) in [
            ("", "nobody"),
            ("0.0.0.0/0", "any IPv4 address"),
            ("0.0.0.0/1 128.0.0.0/1", "any IPv4 address"),
            ("::/0", "any IPv6 address"),
            ("0.0.0.0/0 ::/0", "any IPv4 or IPv6 address"),
            ("17.0.0.0/20", "4,096 public addresses (17.0.0.0/20)"),
            ("17.0.0.0/24 18.0.0.0/24 19.0.0.0/23", "1,024 public addresses in 3 blocks (17.0.0.0/24, 18.0.0.0/24, 19.0.0.0/23)"),
            ("17.0.0.0/24 18.0.0.0/24 19.0.0.0/24 20.0.0.1", "769 public addresses in 4 blocks (17.0.0.0/24, 18.0.0.0/24, 19.0.0.0/24, …)"),
            ("8.8.8.8", "the public address 8.8.8.8"),
            ("8.8.8.8 2600::/32", "the public address 8.8.8.8 and public IPv6 addresses (2600::/32)"),
            ("2000::/4", "much of IPv6 (2000::/16, 2001::/21, 2001:800::/22, …)"),
            ("10.0.0.0/16", "only private addresses (10.0.0.0/16)"),
        ] {
            assert_eq!(set(blocks).describe(), words, "{blocks}");
        }
        let nearly = AddressSet::all_ipv4().difference(&set("17.0.0.0/20"));
        assert_eq!(nearly.describe(), "nearly any IPv4 address (all but 4,096)");
    }

    #[test]
    fn an_exposure_is_told_in_words() {
        let shared = SharedRanges::parse(
            r#"{"syncToken": "1", "createDate": "x", "prefixes": [
                {"ip_prefix": "1.2.0.0/16", "region": "eu-west-1", "service": "API_GATEWAY"},
                {"ip_prefix": "1.3.0.0/16", "region": "GLOBAL", "service": "CLOUDFRONT_ORIGIN_FACING"}]}"#,
        )
        .unwrap();
        let told = |surely: &str, perhaps: &str, inside: Bounds| {
            let internet = Bounds { surely: set(surely), perhaps: set(perhaps).union(&set(surely)) };
            Exposure { internet, inside, ..Exposure::nobody() }.describe(&shared, Some("vpc-1"))
        };
        let (nothing, vpc) = (Bounds::nothing(), Bounds::exactly(set("10.0.0.0/16")));
        assert_eq!(told("", "", nothing.clone()), "nobody");
        assert_eq!(told("", "", vpc.clone()), "only private addresses of vpc-1");
        assert_eq!(told("", "", Bounds::anything()), "perhaps private addresses of vpc-1 or of networks connected with it");
        assert_eq!(told("0.0.0.0/0", "", vpc), "any IPv4 address");
        assert_eq!(told("1.2.3.0/24", "", nothing.clone()), "only API Gateway's published ranges of eu-west-1 (shared by every customer)");
        assert_eq!(told("1.3.0.0/16", "", nothing.clone()), "only CloudFront's origin-facing list (shared by every CloudFront customer)");
        assert_eq!(told("", "0.0.0.0/0", nothing.clone()), "perhaps any IPv4 address");
        assert_eq!(told("17.0.0.0/24", "0.0.0.0/0", nothing), "at least 256 public addresses (17.0.0.0/24) and perhaps any IPv4 address");
    }
}
