//! The `apiaudit` binary.
fn main() {}
