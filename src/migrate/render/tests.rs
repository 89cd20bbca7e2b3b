//! Plans as text, script and code.
