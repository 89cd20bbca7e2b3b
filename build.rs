//! Has the rule pack embedded again when a rule changes: `include_dir!` alone does not see new files.

fn main() {
    println!("cargo::rerun-if-changed=rules");
}
