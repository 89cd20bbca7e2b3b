//! The command line: parse, run, exit code; nothing else.

use std::process::ExitCode;

fn main() -> ExitCode {
    apiaudit::cli::main()
}
