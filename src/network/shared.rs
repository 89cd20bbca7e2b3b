//! The address ranges that a service of AWS's speaks from for all its customers alike.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::{AddressSet, Bounds, Exposure};
use crate::inventory::{Observed, PrefixList, Region};

/// An excerpt of the file that AWS publishes: the two services below.
const EMBEDDED: &str = include_str!("ip-ranges.json");

static KNOWN: LazyLock<SharedRanges> = LazyLock::new(|| SharedRanges::parse(EMBEDDED).unwrap_or_default());

/// A service that speaks from ranges which all its customers share.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SharedBy {
    /// API Gateway's integrations, by region.
    ApiGateway(String),
    /// What CloudFront asks origins from.
    CloudFront,
}

impl SharedBy {
    /// Its ranges in words.
    pub fn in_words(&self) -> String {
        match self {
            Self::ApiGateway(region) => format!("API Gateway's published ranges of {region}"),
            Self::CloudFront => "CloudFront's origin-facing list".to_owned(),
        }
    }

    /// Who shares them, in words.
    pub fn sharers(&self) -> &'static str {
        match self {
            Self::ApiGateway(_) => "every customer",
            Self::CloudFront => "every CloudFront customer",
        }
    }
}

/// What an exposure has to do with the ranges of one service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedUse {
    /// The service.
    pub by: SharedBy,
    /// Whether an address of the ranges is let in.
    pub touches: Option<bool>,
    /// Whether all of them are.
    pub covers: Option<bool>,
}

/// The ranges of services, and when they were published.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SharedRanges {
    /// When AWS published the file, such as `2026-08-22-15-17-05`.
    pub published: String,
    /// AWS's number for that version of the file: the time in seconds.
    pub sync_token: String,
    ranges: BTreeMap<SharedBy, AddressSet>,
}

/// Why a file of ranges could not be read.
#[derive(Debug, thiserror::Error)]
pub enum RangesError {
    /// It is not the file that AWS publishes.
    #[error("not AWS's ip-ranges.json: {0}")]
    Format(#[from] serde_json::Error),
    /// A block in it is none.
    #[error("not AWS's ip-ranges.json: {0:?} is no block of addresses")]
    Block(String),
    /// It speaks of neither service.
    #[error("the file names no ranges of API_GATEWAY or CLOUDFRONT_ORIGIN_FACING")]
    Empty,
}

#[derive(Deserialize)]
struct Published {
    #[serde(rename = "syncToken")]
    sync_token: String,
    #[serde(rename = "createDate")]
    create_date: String,
    prefixes: Vec<Prefix>,
    #[serde(default)]
    ipv6_prefixes: Vec<Prefix>,
}

#[derive(Deserialize)]
struct Prefix {
    #[serde(alias = "ip_prefix", alias = "ipv6_prefix")]
    block: String,
    region: String,
    service: String,
}

impl SharedRanges {
    /// Those that came with this version of apiaudit.
    pub fn embedded() -> &'static Self {
        &KNOWN
    }

    /// Reads the file that AWS publishes at `https://ip-ranges.amazonaws.com/ip-ranges.json`.
    pub fn parse(ip_ranges_json: &str) -> Result<Self, RangesError> {
        let published: Published = serde_json::from_str(ip_ranges_json)?;
        let mut blocks: BTreeMap<SharedBy, Vec<ipnet::IpNet>> = BTreeMap::new();
        for prefix in published.prefixes.into_iter().chain(published.ipv6_prefixes) {
            let by = match prefix.service.as_str() {
                "API_GATEWAY" => SharedBy::ApiGateway(prefix.region),
                "CLOUDFRONT_ORIGIN_FACING" => SharedBy::CloudFront,
                _ => continue,
            };
            let block = AddressSet::block(&prefix.block).ok_or(RangesError::Block(prefix.block))?;
            blocks.entry(by).or_default().push(block);
        }
        if blocks.is_empty() {
            return Err(RangesError::Empty);
        }
        let ranges = blocks.into_iter().map(|(by, blocks)| (by, blocks.into_iter().collect())).collect();
        Ok(Self { published: published.create_date, sync_token: published.sync_token, ranges })
    }

    /// The same with what AWS's own prefix lists hold in a region, which may be newer than the file.
    #[must_use]
    pub fn with_lists(&self, region: &Region) -> Self {
        let mut ranges = self.clone();
        for list in region.prefix_lists.iter().filter(|list| is_cloudfront(list)) {
            if let Observed::Known(entries) = &list.entries {
                let set: AddressSet = entries.iter().filter_map(|entry| AddressSet::block(entry)).collect();
                ranges.ranges.entry(SharedBy::CloudFront).or_default().extend(&set);
            }
        }
        ranges
    }

    /// The ranges of a service.
    pub fn of(&self, by: &SharedBy) -> Option<&AddressSet> {
        self.ranges.get(by)
    }

    /// All ranges together.
    pub fn all(&self) -> AddressSet {
        self.ranges.values().fold(AddressSet::new(), |all, set| all.union(set))
    }

    /// The services whose ranges an exposure to the internet touches, or may touch.
    pub fn uses(&self, exposure: &Exposure) -> Vec<SharedUse> {
        let internet = &exposure.internet;
        let uses = self.ranges.iter().map(|(by, set)| SharedUse {
            by: by.clone(),
            touches: internet.tell(|sources| !sources.intersection(set).is_empty()),
            covers: internet.tell(|sources| set.is_subset(sources)),
        });
        uses.filter(|used| used.touches != Some(false)).collect()
    }

    /// Whether every public address that is let in belongs to shared ranges, and there is one.
    pub fn only_shared(&self, exposure: &Exposure) -> Option<bool> {
        let all = self.all();
        match (within(&exposure.internet, &all), exposure.anyone()) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        }
    }

    /// The service to whose ranges alone a set belongs.
    pub(super) fn home(&self, set: &AddressSet) -> Option<&SharedBy> {
        self.ranges.iter().find(|(_, ranges)| !set.is_empty() && set.is_subset(ranges)).map(|(by, _)| by)
    }
}

/// Whether bounds lie within a set: more addresses can only turn that from yes to no.
pub(super) fn within(bounds: &Bounds, set: &AddressSet) -> Option<bool> {
    bounds.tell(|sources| !sources.is_subset(set)).map(|outside| !outside)
}

/// Whether a prefix list is the one that AWS keeps of what CloudFront asks origins from.
pub fn is_cloudfront(list: &PrefixList) -> bool {
    list.owner_id.as_deref() == Some("AWS") && list.name.ends_with(".cloudfront.origin-facing")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exposure(surely: &str, perhaps: &str) -> Exposure {
        let set = |text: &str| text.split_whitespace().filter_map(AddressSet::block).collect::<AddressSet>();
        let bounds = Bounds { surely: set(surely), perhaps: set(perhaps).union(&set(surely)) };
        Exposure { internet: bounds, ..Exposure::nobody() }
    }

    #[test]
    fn what_is_embedded_can_be_read() {
        let known = SharedRanges::embedded();
        let ireland = known.of(&SharedBy::ApiGateway("eu-west-1".into())).unwrap();
        assert!(ireland.count_ipv4() > 0 && ireland.is_subset(AddressSet::public()));
        assert!(known.of(&SharedBy::CloudFront).unwrap().count_ipv6() > 0);
        assert!(known.published.starts_with("2026-"));
        assert!(known.sync_token.parse::<u64>().is_ok());
    }

    #[test]
    fn another_file_is_refused_in_words() {
        assert!(SharedRanges::parse("{}").unwrap_err().to_string().starts_with("not AWS's ip-ranges.json"));
        let odd = r#"{"syncToken": "1", "createDate": "x", "prefixes": [{"ip_prefix": "x", "region": "r", "service": "API_GATEWAY"}]}"#;
        assert!(matches!(SharedRanges::parse(odd), Err(RangesError::Block(_))));
        let other = r#"{"syncToken": "1", "createDate": "x", "prefixes": [{"ip_prefix": "1.2.3.0/24", "region": "r", "service": "S3"}]}"#;
        assert!(matches!(SharedRanges::parse(other), Err(RangesError::Empty)));
    }

    #[test]
    fn what_is_shared_is_told_with_doubt_where_there_is_doubt() {
        let file = r#"{"syncToken": "1", "createDate": "x", "prefixes": [
            {"ip_prefix": "1.2.0.0/16", "region": "eu-west-1", "service": "API_GATEWAY"},
            {"ip_prefix": "1.3.0.0/16", "region": "GLOBAL", "service": "CLOUDFRONT_ORIGIN_FACING"}]}"#;
        let ranges = SharedRanges::parse(file).unwrap();
        let told = |surely, perhaps| {
            let exposure = exposure(surely, perhaps);
            let uses = ranges.uses(&exposure).into_iter().map(|used| (used.touches, used.covers)).collect::<Vec<_>>();
            (ranges.only_shared(&exposure), uses)
        };
        assert_eq!(told("1.2.0.0/16", ""), (Some(true), vec![(Some(true), Some(true))]));
        assert_eq!(told("1.2.3.0/24", ""), (Some(true), vec![(Some(true), Some(false))]));
        assert_eq!(told("1.2.3.0/24 8.8.8.8", ""), (Some(false), vec![(Some(true), Some(false))]));
        assert_eq!(told("1.2.3.0/24", "8.8.8.8"), (None, vec![(Some(true), Some(false))]));
        assert_eq!(told("", "1.2.0.0/15"), (None, vec![(None, None), (None, None)]));
        assert_eq!(told("", ""), (Some(false), vec![]));
    }

    #[test]
    fn aws_own_lists_count_and_a_namesake_does_not() {
        let list = |owner: &str, block: &str| {
            format!(
                r#"{{"id": "pl-1", "name": "com.amazonaws.global.cloudfront.origin-facing", "owner_id": "{owner}", "entries": ["{block}"]}}"#
            )
        };
        let text = format!(
            r#"{{"name": "eu-west-1", "prefix_lists": [{}, {}]}}"#,
            list("AWS", "17.0.0.0/24"),
            list("123456789012", "18.0.0.0/24")
        );
        let ranges = SharedRanges::embedded().with_lists(&serde_json::from_str(&text).unwrap());
        let cloudfront = ranges.of(&SharedBy::CloudFront).unwrap();
        assert!(cloudfront.contains("17.0.0.1".parse().unwrap()));
        assert!(!cloudfront.contains("18.0.0.1".parse().unwrap()));
    }
}
