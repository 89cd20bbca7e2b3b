//! The library behind `apiaudit`.
