//! The settings of ECS clusters.

use super::read::{flag, observed, own_id};
use crate::iac::code::Declaration;
use crate::iac::value::{Node, Value, Why};
use crate::inventory::{ClusterSettings, ExecuteCommand, Observed, UNDEPLOYED};

/// The settings of a cluster that the code makes.
pub(super) fn settings(declaration: &Declaration) -> Observed<ClusterSettings> {
    observed(declaration, read(declaration))
}

fn read(declaration: &Declaration) -> Result<ClusterSettings, Why> {
    // Where nobody says, a setting of the account decides.
    let mut container_insights = Some(UNDEPLOYED.to_owned());
    for setting in declaration.body.get("ClusterSettings").items()? {
        if setting.get("Name").text()?.as_deref() == Some("containerInsights") {
            container_insights = setting.get("Value").text()?;
        }
    }
    let command = declaration.body.get("Configuration").get("ExecuteCommandConfiguration");
    let execute_command = match &command.value {
        Value::Null => None,
        _ => Some(execute_command(declaration, command)?),
    };
    Ok(ClusterSettings { container_insights, execute_command })
}

fn execute_command(declaration: &Declaration, command: &Node) -> Result<ExecuteCommand, Why> {
    let logs = command.get("LogConfiguration");
    Ok(ExecuteCommand {
        logging: command.get("Logging").text()?,
        kms_key_id: command.get("KmsKeyId").text().unwrap_or_else(|_| Some(own_id(declaration, "Configuration.KmsKeyId"))),
        cloud_watch_log_group: logs.get("CloudWatchLogGroupName").text()?,
        cloud_watch_encryption: flag(logs, "CloudWatchEncryptionEnabled")?,
        s3_bucket: logs.get("S3BucketName").text()?,
        s3_encryption: flag(logs, "S3EncryptionEnabled")?,
    })
}
