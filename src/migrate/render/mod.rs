//! Plans, fixes and journals for people, and plans as a script or as code.

mod cloudformation;
mod fixes;
mod made;
mod script;
mod shell;
mod status;
mod terraform;
#[cfg(test)]
mod tests;
mod text;

pub use cloudformation::cloudformation;
pub use fixes::fixes;
pub use script::script;
pub use status::status;
pub use terraform::terraform;
pub use text::text;
