//! Task definitions. Of the environment only the names are kept: the values may be secrets.

use super::Builder;
use super::ecs::container_name;
use super::read::{flag, id, needed, observed_text, own_id, reference};
use crate::iac::code::Declaration;
use crate::iac::draft::List;
use crate::iac::value::{Node, Value, Why};
use crate::inventory::credentials::looks_like_credential;
use crate::inventory::{Container, EfsVolume, Listed, PortMapping, TaskDefinition, UNDEPLOYED, Volume};

impl Builder<'_, '_> {
    pub(super) fn task_definitions(&mut self) {
        self.each("ECS::TaskDefinition", &List::TaskDefinitions, |builder, declaration| {
            let definition = definition(declaration)?;
            builder.draft.region.task_definitions.items.push(definition);
            Ok(())
        });
    }
}

fn definition(declaration: &Declaration) -> Result<TaskDefinition, Why> {
    let body = &declaration.body;
    let containers = body.get("ContainerDefinitions").items()?.iter().enumerate();
    Ok(TaskDefinition {
        operating_system: observed_text(declaration, body.get("RuntimePlatform").get("OperatingSystemFamily")),
        pid_mode: observed_text(declaration, body.get("PidMode")),
        volumes: volumes(declaration, body.get("Volumes")),
        arn: reference(declaration),
        family: body.get("Family").text().unwrap_or_default(),
        network_mode: body.get("NetworkMode").text()?,
        task_role_arn: id(declaration, "TaskRoleArn"),
        execution_role_arn: id(declaration, "ExecutionRoleArn"),
        containers: containers.map(|(number, item)| container(declaration, number, item)).collect::<Result<_, _>>()?,
    })
}

fn container(declaration: &Declaration, number: usize, item: &Node) -> Result<Container, Why> {
    let mut environment_names =
        item.get("Environment").items()?.iter().map(|pair| needed(pair, "Name")).collect::<Result<Vec<String>, _>>()?;
    environment_names.sort();
    let image = item.get("Image").text();
    Ok(Container {
        log_mode: observed_text(declaration, item.get("LogConfiguration").get("Options").get("mode")),
        secret_environment: secret_environment(declaration, item)?,
        name: container_name(declaration, number, item),
        image: image.unwrap_or_else(|_| Some(own_id(declaration, &format!("ContainerDefinitions[{number}].Image")))),
        port_mappings: item.get("PortMappings").items()?.iter().map(port_mapping).collect::<Result<Vec<_>, _>>()?,
        environment_names,
        user: item.get("User").text()?,
        privileged: flag(item, "Privileged")?,
        readonly_root_filesystem: flag(item, "ReadonlyRootFilesystem")?,
        log_driver: item.get("LogConfiguration").get("LogDriver").text()?,
    })
}

/// The variables whose values look like credentials. A value that only deployment tells may be one, and the id, ARN or name of a
/// resource is none.
fn secret_environment(declaration: &Declaration, item: &Node) -> Result<Listed<String>, Why> {
    let mut secrets = Listed::from(Vec::new());
    for pair in item.get("Environment").items()? {
        let name = needed(pair, "Name")?;
        let value = &pair.get("Value").value;
        match value.words() {
            Ok(Some(text)) if !value.is_made_up() && looks_like_credential(&name, &text) => secrets.items.push(name),
            Ok(_) => {}
            Err(why) => secrets.gaps.push(why.gap(&declaration.address)),
        }
    }
    secrets.items.sort();
    secrets.items.dedup();
    Ok(secrets)
}

fn volumes(declaration: &Declaration, node: &Node) -> Listed<Volume> {
    let items = match node.items() {
        Ok(items) => items,
        Err(why) => return Listed::unknown(why.gap(&declaration.address)),
    };
    let mut volumes = Listed::from(Vec::new());
    for item in items {
        match volume(declaration, item) {
            Ok(volume) => volumes.items.push(volume),
            Err(why) => volumes.gaps.push(why.gap(&declaration.address)),
        }
    }
    volumes
}

fn volume(declaration: &Declaration, item: &Node) -> Result<Volume, Why> {
    let efs = item.get("EFSVolumeConfiguration");
    if let Value::Unknown(why) = &efs.value {
        return Err(why.clone());
    }
    let word = |node: &Node| node.text().unwrap_or_else(|_| Some(UNDEPLOYED.to_owned()));
    let own_id = || Some(own_id(declaration, "Volumes.FilesystemId"));
    Ok(Volume {
        name: item.get("Name").text()?.unwrap_or_default(),
        efs: (!efs.is_null()).then(|| EfsVolume {
            file_system_id: efs.get("FilesystemId").text().unwrap_or_else(|_| own_id()).unwrap_or_default(),
            transit_encryption: word(efs.get("TransitEncryption")),
            iam: word(efs.get("AuthorizationConfig").get("IAM")),
        }),
    })
}

fn port_mapping(item: &Node) -> Result<PortMapping, Why> {
    let port = item.get("ContainerPort").integer()?;
    Ok(PortMapping {
        // A range of ports has no single one; zero is none that anything listens on.
        container_port: port.unwrap_or_default(),
        host_port: item.get("HostPort").integer()?,
        protocol: Some(item.get("Protocol").text()?.unwrap_or_else(|| "tcp".to_owned())),
    })
}
