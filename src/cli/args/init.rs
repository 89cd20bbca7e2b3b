//! What `apiaudit init` takes.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use crate::config::FILE;

#[derive(Debug, Clone, ClapArgs)]
pub(crate) struct Init {
    /// The file to write.
    #[arg(value_name = "FILE", default_value = FILE)]
    pub(crate) file: PathBuf,
    /// Write over a file that is there.
    #[arg(long)]
    pub(crate) force: bool,
}
