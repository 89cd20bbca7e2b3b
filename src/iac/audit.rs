//! From code to what a scan judges.

use super::built::Built;
use super::code::{Code, Language};
use super::draft::{self, Assumptions};
use super::sources::{How, sources};
use crate::assessment::{Confidence, Sources, Via};
use crate::inventory::{Code as About, Inventory};

/// What code was read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// A Terraform plan.
    TerraformPlan,
    /// Terraform code without a plan.
    TerraformCode,
    /// `CloudFormation` templates.
    CloudFormation,
    /// What the CDK wrote.
    Cdk,
}

impl Input {
    /// Its name in inventories and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TerraformPlan => "terraform-plan",
            Self::TerraformCode => "terraform-code",
            Self::CloudFormation => "cloudformation",
            Self::Cdk => "cdk",
        }
    }

    fn via(self) -> Via {
        match self {
            Self::TerraformPlan => Via::TerraformPlan,
            Self::TerraformCode => Via::TerraformCode,
            Self::CloudFormation => Via::Template,
            Self::Cdk => Via::CdkCreationStack,
        }
    }
}

/// What is known of a run that judges code.
#[derive(Debug, Clone)]
pub struct Run {
    /// What the code was read as.
    pub input: Input,
    /// The files that were named.
    pub files: Vec<String>,
    /// What is taken for given.
    pub assumptions: Assumptions,
    /// The version of apiaudit.
    pub version: String,
    /// The moment, as RFC 3339.
    pub taken_at: String,
}

/// Fills the regions that code describes.
pub fn build(code: &Code) -> Built {
    let terraform = code.declarations.iter().any(|declaration| declaration.language == Language::Terraform)
        || code.uncounted.iter().any(|uncounted| !uncounted.kind.contains("::"));
    if terraform { super::terraform::build::build(code) } else { super::cloudformation::build::build(code) }
}

/// What is taken for given, where the code itself says otherwise: it may switch Block Public Access on.
fn with_code(code: &Code, assumptions: &Assumptions) -> Assumptions {
    let says = |kind: &str| {
        let kind = kind.to_ascii_lowercase().replace(['_', ':'], "");
        kind.contains("vpcblockpublicaccess")
    };
    let said = code.declarations.iter().map(|one| &one.kind).chain(code.uncounted.iter().map(|one| &one.kind)).any(|kind| says(kind));
    if said { Assumptions { block_public_access: None } } else { assumptions.clone() }
}

/// The inventory that code describes, and the lines behind it.
pub fn read(code: &Code, run: &Run) -> (Inventory, Sources) {
    let built = build(code);
    let assumptions = with_code(code, &run.assumptions);
    let sources = sources(code, &built, How { via: run.input.via(), confidence: Confidence::Exact });
    let mut notes = code.notes.clone();
    if run.input == Input::TerraformCode {
        notes.insert(0, "read without a plan: only what the code itself says is known".to_owned());
    }
    let ignored: usize = built.ignored.values().sum();
    let about = About {
        kind: run.input.as_str().to_owned(),
        files: run.files.clone(),
        resources: code.declarations.len() - ignored.min(code.declarations.len()),
        ignored: built.ignored.clone(),
        assumptions: assumptions.in_words(),
        notes,
    };
    let inventory = draft::inventory(built.drafts, code, about, &assumptions, &run.version, &run.taken_at);
    (inventory, sources)
}
