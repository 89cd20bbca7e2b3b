//! Where in code the resources of an account were made.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

/// A span of a source file. Lines and columns count from 1, columns in UTF-16 units; the end is exclusive.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file, relative to the root of the repository, with `/` between folders.
    pub file: Arc<str>,
    /// The line it begins on.
    pub start_line: u32,
    /// The column it begins at.
    pub start_column: u32,
    /// The line it ends on.
    pub end_line: u32,
    /// The column before which it ends.
    pub end_column: u32,
}

/// How a resource was traced to its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Via {
    /// A Terraform state holds its ARN or id.
    TerraformState,
    /// The resource was planned by Terraform.
    TerraformPlan,
    /// The resource was read from Terraform code without a plan.
    TerraformCode,
    /// A `CloudFormation` stack lists it.
    StackResources,
    /// The resource was read from a `CloudFormation` template.
    Template,
    /// The tags that `CloudFormation` sets name its stack and logical id.
    StackTags,
    /// The CDK recorded the line that made it.
    CdkCreationStack,
    /// `yor_trace` or `git_*` tags name its file.
    YorTags,
}

impl Via {
    /// Its name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TerraformState => "terraform-state",
            Self::TerraformPlan => "terraform-plan",
            Self::TerraformCode => "terraform-code",
            Self::StackResources => "stack-resources",
            Self::Template => "template",
            Self::StackTags => "stack-tags",
            Self::CdkCreationStack => "cdk-creation-stack",
            Self::YorTags => "yor-tags",
        }
    }
}

/// How sure it is that a place is the right one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// An id led there.
    Exact,
    /// Tags led there, which people can copy.
    Strong,
}

impl Confidence {
    /// Its name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Strong => "strong",
        }
    }
}

/// The code that made a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// What the code calls it: `module.web.aws_lb.main["a"]`, or a logical id.
    pub address: String,
    /// How it was found.
    pub via: Via,
    /// How sure that is.
    pub confidence: Confidence,
    /// The head of its block.
    pub block: Place,
    /// The parts of the block, by the names that inventories give them (`scheme`, `listeners.ssl_policy`).
    pub parts: BTreeMap<String, Place>,
    /// The module calls that led to the block, outermost first.
    pub calls: Vec<Place>,
    /// Rules that a comment beside the block or a part keeps quiet, each with its reason.
    pub quiet: Vec<Quiet>,
}

/// A comment that keeps a rule quiet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quiet {
    /// The rule's id.
    pub rule: String,
    /// The reason that was given.
    pub reason: String,
    /// Where the comment stands.
    pub place: Place,
}

/// Where a finding stands in code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located<'a> {
    /// The narrowest part whose change closes it, or the head of the block.
    pub place: &'a Place,
    /// The block.
    pub origin: &'a Origin,
}

/// The code behind an account's resources, as far as it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sources {
    by_id: BTreeMap<String, Arc<Origin>>,
    texts: BTreeMap<Arc<str>, Arc<str>>,
    /// What was said of the tracing itself: files that could not be read, methods that were not available.
    pub notes: Vec<String>,
}

impl Sources {
    /// Adds the code of a resource. What was found first stays; another block of the same code that makes a part of the resource, as an integration is of a route, adds its parts.
    pub fn add(&mut self, id: impl Into<String>, origin: Arc<Origin>) {
        match self.by_id.entry(id.into()) {
            Entry::Vacant(place) => {
                place.insert(origin);
            }
            Entry::Occupied(mut known) if known.get().via == origin.via && known.get().address != origin.address => {
                let mut both = known.get().as_ref().clone();
                for (part, place) in &origin.parts {
                    both.parts.entry(part.clone()).or_insert_with(|| place.clone());
                }
                both.quiet.extend(origin.quiet.iter().cloned());
                known.insert(Arc::new(both));
            }
            Entry::Occupied(_) => {}
        }
    }

    /// Adds the text of a file, by its path relative to the root of the repository.
    pub fn add_text(&mut self, file: Arc<str>, text: Arc<str>) {
        self.texts.insert(file, text);
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// How many resources are traced.
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// A file by its path: the path and the text as they are kept here.
    pub fn file(&self, file: &str) -> Option<(&str, &str)> {
        self.texts.get_key_value(file).map(|(path, text)| (path.as_ref(), text.as_ref()))
    }

    /// The code of a resource, by ARN or id.
    pub fn origin(&self, id: &str) -> Option<&Origin> {
        self.by_id.get(id).map(AsRef::as_ref)
    }

    /// Where a resource stands: the head of its block.
    pub fn locate(&self, id: &str) -> Option<Located<'_>> {
        self.nearest(id).map(|origin| Located { place: &origin.block, origin })
    }

    /// Where a part of a resource stands; none where the code does not have it.
    pub fn part(&self, id: &str, part: &str) -> Option<Located<'_>> {
        let origin = self.nearest(id)?;
        origin.parts.get(part).map(|place| Located { place, origin })
    }

    /// The code of a resource, or of the one it is a part of: of a route as any stage serves it, then of its API.
    fn nearest(&self, id: &str) -> Option<&Origin> {
        if let Some(origin) = self.origin(id) {
            return Some(origin);
        }
        let (resource, key) = id.split_once('#').map_or((id, None), |(resource, key)| (resource, Some(key)));
        let (api, _) = resource.split_once("/stages/").unwrap_or((resource, ""));
        let route = key.and_then(|key| self.origin(&format!("{api}#{key}")));
        route.or_else(|| self.origin(resource)).or_else(|| self.origin(api))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(address: &str) -> Arc<Origin> {
        let block = Place { file: "main.tf".into(), start_line: 1, start_column: 1, end_line: 1, end_column: 9 };
        let scheme = Place { start_line: 3, ..block.clone() };
        Arc::new(Origin {
            address: address.to_owned(),
            via: Via::TerraformPlan,
            confidence: Confidence::Exact,
            block,
            parts: BTreeMap::from([("scheme".to_owned(), scheme)]),
            calls: Vec::new(),
            quiet: Vec::new(),
        })
    }

    #[test]
    fn the_narrowest_part_goes_before_the_block() {
        let mut sources = Sources::default();
        sources.add("alb", origin("aws_lb.web"));
        assert_eq!(sources.part("alb", "scheme").unwrap().place.start_line, 3);
        assert_eq!(sources.part("alb", "type"), None);
        assert_eq!(sources.locate("alb").unwrap().place.start_line, 1);
        assert_eq!(sources.locate("nlb"), None);
    }

    #[test]
    fn a_route_is_the_same_code_in_every_stage() {
        let mut sources = Sources::default();
        sources.add("arn:aws:apigateway:r::/restapis/a", origin("api"));
        sources.add("arn:aws:apigateway:r::/restapis/a#GET /x", origin("method"));
        let address = |id: &str| sources.locate(id).map(|found| found.origin.address.as_str());
        assert_eq!(address("arn:aws:apigateway:r::/restapis/a/stages/prod#GET /x"), Some("method"));
        assert_eq!(address("arn:aws:apigateway:r::/restapis/a/stages/prod/canary#GET /x"), Some("method"));
        assert_eq!(address("arn:aws:apigateway:r::/restapis/a/stages/prod"), Some("api"));
    }
}
