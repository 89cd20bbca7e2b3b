//! Fixes of a whole account.
