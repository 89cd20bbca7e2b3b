//! Code as a source: Terraform and CloudFormation, SAM and the CDK, read into the same [`crate::inventory::Inventory`] as an
//! account, and the line of code behind a live resource.
//!
//! A reader turns files into [`Code`]: declarations whose attributes are known, made up (the ARN that only deployment
//! decides, see [`made_up`]) or unknown for a reason. A builder of each language fills a [`draft`] from them, which knows
//! what AWS adds by itself and leaves a gap wherever code says too little. Nothing here reads a file: callers hand over texts.

pub mod audit;
pub mod built;
pub mod cloudformation;
pub mod code;
pub mod draft;
pub mod folder;
pub mod made_up;
pub mod parts;
pub mod sources;
pub mod terraform;
pub mod text;
pub mod trace;
pub mod value;

pub use built::Built;
pub use code::{Code, Declaration, Language, Uncounted};
pub use folder::Folder;
pub use text::{Files, Span};
pub use value::{Node, Text, Value, Why};
