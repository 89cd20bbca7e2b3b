//! The library behind `apiaudit`.

pub mod diagnostics;
pub mod inventory;
pub mod rules;
