//! Ways for programs: everything that is known of each, in a shape with a version.

use std::io;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde::Serialize;

use crate::assessment::{self, TargetWays, WayIn, WaysIn};
use crate::report::json::{Account, Gap, Hop, SkippedRegion};
use crate::report::text;

/// What a document says it is.
pub const FORMAT: &str = "apiaudit-paths";
/// The version of its shape. Keys may be added within a version; none changes its meaning or goes.
pub const VERSION: u32 = 1;

/// Writes the document.
pub fn write(ways: &WaysIn, out: &mut dyn io::Write) -> io::Result<()> {
    text::write_json(&Paths::from(ways), true, out)
}

/// The JSON Schema of a document.
pub fn schema() -> Schema {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<Paths<'static>>()
}

/// The ways in to an account's targets.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Paths<'a> {
    /// Always `apiaudit-paths`.
    format: &'static str,
    /// The version of this shape.
    version: u32,
    /// The version of apiaudit that found the ways.
    tool_version: &'a str,
    /// When the inventory was taken, as RFC 3339.
    taken_at: &'a str,
    /// Whose account it is; null when that could not be read.
    account: Option<Account<'a>>,
    /// The regions that were read.
    regions: &'a [String],
    /// The regions that were not, and why.
    skipped_regions: Vec<SkippedRegion<'a>>,
    /// Whether only ways around an API were asked for.
    around_only: bool,
    /// Whether everything was read that may hide a way. Without that, no way does not mean that there is none.
    complete: bool,
    /// The targets to which such ways lead.
    targets: Vec<Target<'a>>,
    /// How many targets were looked at to which no such way was found: they are not listed.
    without: usize,
    /// The routes that lead to no load balancer, and so are no ways.
    undrawn: Vec<Undrawn<'a>>,
    /// Why there may be more ways than these, and why these may lack more than is said.
    gaps: Vec<Gap<'a>>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Undrawn<'a> {
    /// How many routes.
    routes: usize,
    /// Where they lead, in words.
    to: &'a str,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Target<'a> {
    /// `service` or `target-group`.
    kind: &'a str,
    /// Its ARN.
    id: &'a str,
    /// Its name in words.
    name: &'a str,
    region: &'a str,
    /// The ways to it: first those that lack nothing, then those around.
    ways: Vec<Way<'a>>,
    /// How many more ways lead to it that were not looked at.
    left_out: usize,
    /// The ways through APIs that the ways around are compared with, by name; empty unless only ways around were asked for.
    compared_with: &'a [String],
}

#[derive(Debug, Serialize, JsonSchema)]
struct Way<'a> {
    /// How it stands to the other ways to the same target.
    course: Course,
    /// Where it begins: `api`, `load-balancer`, `task` or `instance`.
    entry: &'a str,
    /// The ARN or id of where it begins.
    id: &'a str,
    /// The way in words.
    name: &'a str,
    /// The region where it begins.
    region: &'a str,
    /// Whether it leads through an API.
    through_api: bool,
    /// Whether it was read from a working copy, because what is deployed could not be read.
    draft: bool,
    /// Whether it is there for certain; else only perhaps, and `gaps` say why.
    certain: bool,
    /// Who can take it, in words.
    sources: &'a str,
    /// Whether so many public addresses can take it that it is the world; null when that is not known.
    world: Option<bool>,
    /// Whether anyone on the internet can take it; null when that is not known.
    anyone: Option<bool>,
    /// The controls that a request meets on it, in words.
    met: &'a [String],
    /// The controls that it may meet, and why that is not known.
    unread: Vec<Unread<'a>>,
    /// The controls that a way through an API to the same target has and it lacks.
    lacks: Vec<Lack<'a>>,
    /// The controls that it may lack, and why that is not known.
    may_lack: Vec<MayLack<'a>>,
    /// Whether it asks for proof that a stranger lacks; null when that is not known.
    barred: Option<bool>,
    /// A request that takes it past the listener's rules; null where every request does, or none is known.
    request: Option<&'a str>,
    /// The entries that let its first packet in.
    let_in_by: &'a [String],
    /// The way, hop by hop.
    steps: Vec<Hop<'a>>,
    /// Why it is not known whether it is there, or who exactly can take it.
    gaps: Vec<Gap<'a>>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Course {
    /// Through an API, and no other API's way has a control that it lacks.
    Through,
    /// Through no API, and no way through an API was found that has a control which it lacks.
    Direct,
    /// Around: a way through an API has a control that it lacks.
    Around,
    /// Around, perhaps.
    PerhapsAround,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Unread<'a> {
    /// Its kind, such as `web ACL`.
    control: &'a str,
    gap: Gap<'a>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Lack<'a> {
    /// Its kind, such as `authorization`.
    control: &'a str,
    /// The control, as the way through the API has it.
    has: &'a str,
}

#[derive(Debug, Serialize, JsonSchema)]
struct MayLack<'a> {
    /// Its kind, such as `web ACL`.
    control: &'a str,
    gaps: Vec<Gap<'a>>,
}

impl<'a> From<&'a WaysIn> for Paths<'a> {
    fn from(ways: &'a WaysIn) -> Self {
        Self {
            format: FORMAT,
            version: VERSION,
            tool_version: &ways.tool_version,
            taken_at: &ways.taken_at,
            account: ways.account.as_ref().map(Into::into),
            regions: &ways.regions,
            skipped_regions: ways.skipped_regions.iter().map(Into::into).collect(),
            around_only: ways.around_only,
            complete: ways.is_complete(),
            targets: ways.targets.iter().map(Into::into).collect(),
            without: ways.without,
            undrawn: ways.undrawn.iter().map(|undrawn| Undrawn { routes: undrawn.routes, to: &undrawn.to }).collect(),
            gaps: ways.gaps.iter().map(Into::into).collect(),
        }
    }
}

impl<'a> From<&'a TargetWays> for Target<'a> {
    fn from(target: &'a TargetWays) -> Self {
        Self {
            kind: &target.kind,
            id: &target.id,
            name: &target.name,
            region: &target.region,
            ways: target.ways.iter().map(Into::into).collect(),
            left_out: target.left_out,
            compared_with: &target.compared_with,
        }
    }
}

impl<'a> From<&'a WayIn> for Way<'a> {
    fn from(way: &'a WayIn) -> Self {
        let unread = way.unread.iter().map(|unread| Unread { control: &unread.control, gap: (&unread.gap).into() });
        let lacks = way.lacks.iter().map(|lack| Lack { control: &lack.control, has: &lack.has });
        let may_lack = way.may_lack.iter().map(|may| MayLack { control: &may.control, gaps: may.gaps.iter().map(Into::into).collect() });
        Self {
            course: way.course().into(),
            entry: &way.entry,
            id: &way.id,
            name: &way.name,
            region: &way.region,
            through_api: way.through_api,
            draft: way.draft,
            certain: way.certain,
            sources: &way.sources,
            world: way.world,
            anyone: way.anyone,
            met: &way.met,
            unread: unread.collect(),
            lacks: lacks.collect(),
            may_lack: may_lack.collect(),
            barred: way.barred,
            request: way.request.as_deref(),
            let_in_by: &way.let_in_by,
            steps: way.path.steps.iter().map(Into::into).collect(),
            gaps: way.gaps.iter().map(Into::into).collect(),
        }
    }
}

impl From<assessment::Course> for Course {
    fn from(course: assessment::Course) -> Self {
        match course {
            assessment::Course::Through => Self::Through,
            assessment::Course::Direct => Self::Direct,
            assessment::Course::Around => Self::Around,
            assessment::Course::PerhapsAround => Self::PerhapsAround,
        }
    }
}
