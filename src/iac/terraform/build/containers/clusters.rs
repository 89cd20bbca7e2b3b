//! The settings of clusters.

use super::super::read::{Attributes as _, observed};
use crate::iac::code::Declaration;
use crate::iac::value::{Node, Why};
use crate::inventory::{ClusterSettings, ExecuteCommand, Observed, UNDEPLOYED, undeployed_id};

/// The settings of a cluster that the code makes.
pub(super) fn settings(declaration: &Declaration) -> Observed<ClusterSettings> {
    observed(&declaration.address, read(declaration).map(Some))
}

fn read(declaration: &Declaration) -> Result<ClusterSettings, Why> {
    // Where nobody says, a setting of the account decides.
    let mut container_insights = Some(UNDEPLOYED.to_owned());
    for setting in declaration.blocks("setting")? {
        if setting.text_at("name")?.as_deref() == Some("containerInsights") {
            container_insights = setting.text_at("value")?;
        }
    }
    let command = declaration.block("configuration").blocks("execute_command_configuration")?.first();
    Ok(ClusterSettings { container_insights, execute_command: command.map(|block| execute_command(declaration, block)).transpose()? })
}

fn execute_command(declaration: &Declaration, block: &Node) -> Result<ExecuteCommand, Why> {
    let logs = block.block("log_configuration");
    let own_id = || Some(undeployed_id(&format!("{}.kms_key_id", declaration.address)));
    Ok(ExecuteCommand {
        logging: block.text_at("logging")?,
        kms_key_id: block.text_at("kms_key_id").unwrap_or_else(|_| own_id()),
        cloud_watch_log_group: logs.text_at("cloud_watch_log_group_name")?,
        cloud_watch_encryption: logs.flag("cloud_watch_encryption_enabled")?,
        s3_bucket: logs.text_at("s3_bucket_name")?,
        s3_encryption: logs.flag("s3_bucket_encryption_enabled")?,
    })
}
