//! What an account holds, and what could not be read of it.

mod observed;

pub use observed::{Cause, Gap};
