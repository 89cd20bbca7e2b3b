//! Code as a source: files into an inventory.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::args::{Code as Asked, Lines};
use super::disk::Disk;
use super::{Failure, VERSION};
use crate::assessment::Sources;
use crate::diagnostics::Diagnostic;
use crate::iac::audit::{self, Input, Run};
use crate::iac::draft::Assumptions;
use crate::iac::made_up::Destination;
use crate::iac::{Code, cloudformation, terraform};
use crate::inventory::Inventory;
use crate::report::text::escape;
use crate::shell::{self, Shell};

/// What code was read into.
pub(super) struct Read {
    pub(super) inventory: Inventory,
    pub(super) sources: Sources,
}

/// Reads the code that was named.
pub(super) fn read(asked: &Asked, lines: &Lines, region: &[String], shell: Shell) -> Result<Read, Failure> {
    if region.len() > 1 {
        return Err(Failure::usage("code goes to one region that --region can name", "give --region once"));
    }
    let reader = Reader { asked, lines, to: destination(asked, region) };
    let (code, input, files) = reader.read()?;
    let code = reader.placed(code);
    let run = Run {
        input,
        files,
        assumptions: Assumptions { block_public_access: asked.block_public_access.mode() },
        version: VERSION.to_owned(),
        taken_at: shell::now(),
    };
    let (inventory, sources) = audit::read(&code, &run);
    if let Some(about) = &inventory.code {
        tell(about, shell);
    }
    Ok(Read { inventory, sources })
}

struct Reader<'r> {
    asked: &'r Asked,
    lines: &'r Lines,
    to: Destination,
}

impl Reader<'_> {
    fn read(&self) -> Result<(Code, Input, Vec<String>), Failure> {
        if let Some(plan) = &self.asked.terraform_plan {
            return self.plan(plan);
        }
        if let Some(out) = &self.asked.cdk {
            let (disk, names) = self.disk(&[out])?;
            let code = cloudformation::read_cdk(&names[0], &disk, &parameters(&self.asked.parameters)?, &self.to).map_err(shown)?;
            return Ok((code, Input::Cdk, names));
        }
        if !self.asked.cloudformation.is_empty() {
            let templates: Vec<&Path> = self.asked.cloudformation.iter().map(PathBuf::as_path).collect();
            let (disk, names) = self.disk(&templates)?;
            let parameters = parameters(&self.asked.parameters)?;
            let code = cloudformation::read(&names, &disk, &parameters, &self.to).map_err(shown)?;
            return Ok((code, Input::CloudFormation, names));
        }
        let folder = self.lines.iac.as_deref().unwrap_or_else(|| Path::new("."));
        let (disk, names) = self.disk(&[folder])?;
        let code = terraform_code(&disk, &names[0])?;
        Ok((code, Input::TerraformCode, names))
    }

    fn plan(&self, plan: &Path) -> Result<(Code, Input, Vec<String>), Failure> {
        let help = "give what `terraform show -json PLAN` prints";
        let text = shell::read_file(plan).map_err(|error| Failure::usage(format!("{} cannot be read: {error}", plan.display()), help))?;
        let name = plan.display().to_string();
        let beside = match self.lines.iac.as_deref() {
            Some(folder) => {
                let (disk, names) = self.disk(&[folder])?;
                let root = the_root(&disk, &names[0])?;
                Some((disk, root))
            }
            None => None,
        };
        let beside = beside.as_ref().map(|(disk, root)| (disk as &dyn crate::iac::Folder, root.as_str()));
        let code = terraform::read_plan(&text, &name, beside).map_err(shown)?;
        Ok((code, Input::TerraformPlan, vec![name]))
    }

    fn disk(&self, paths: &[&Path]) -> Result<(Disk, Vec<String>), Failure> {
        Disk::around(paths, self.lines.repo_root.as_deref())
    }

    /// The code with the destination that the user named, where it names none itself.
    fn placed(&self, mut code: Code) -> Code {
        if self.to.region != crate::iac::made_up::NO_REGION {
            code.region.get_or_insert_with(|| self.to.region.clone());
        }
        if let Some(account) = &self.asked.account_id {
            code.account.get_or_insert_with(|| account.clone());
        }
        code
    }
}

fn destination(asked: &Asked, region: &[String]) -> Destination {
    let mut to = Destination::default();
    if let Some(region) = region.first() {
        to.region.clone_from(region);
        region.starts_with("cn-").then(|| "aws-cn".clone_into(&mut to.partition));
        region.starts_with("us-gov-").then(|| "aws-us-gov".clone_into(&mut to.partition));
    }
    to.account = asked.account_id.clone().unwrap_or_default();
    to
}

/// The one root module below a folder.
fn terraform_code(disk: &Disk, folder: &str) -> Result<Code, Failure> {
    terraform::read_folder(disk, &the_root(disk, folder)?).map_err(shown)
}

/// The one root module below a folder, or the folder itself.
fn the_root(disk: &Disk, folder: &str) -> Result<String, Failure> {
    let mut roots = roots_below(disk, folder);
    // Examples and tests below a root module are no part of it.
    if roots.iter().any(|root| root == folder) {
        roots = vec![folder.to_owned()];
    }
    match roots.as_slice() {
        [] => {
            let here = if folder.is_empty() { "." } else { folder };
            Err(Failure::usage(
                format!("there is no Terraform code below {here}"),
                "name a folder of .tf files, or a plan with --terraform-plan",
            ))
        }
        [root] => Ok(root.clone()),
        several => {
            let mut help = vec!["name one of them with --iac, so that no two are taken for one".to_owned()];
            help.extend(several.iter().take(20).map(|root| format!("there is {}", if root.is_empty() { "." } else { root })));
            let message = format!("there are {} root modules below {folder}", several.len());
            Err(Failure::Told { ended: super::Ended::Usage, message, help })
        }
    }
}

/// The root modules below a folder.
pub(super) fn roots_below(disk: &Disk, folder: &str) -> Vec<String> {
    let is_below = |root: &String| folder.is_empty() || root == folder || root.starts_with(&format!("{folder}/"));
    terraform::roots(disk).into_iter().filter(is_below).collect()
}

/// Mistakes in code. Where the reader knows no better, the place is the help.
pub(super) fn shown(mut diagnostics: Vec<Diagnostic>) -> Failure {
    for diagnostic in diagnostics.iter_mut().filter(|diagnostic| diagnostic.help.is_empty()) {
        diagnostic.help.push("mend the file at the place shown; nothing was judged".to_owned());
    }
    Failure::Shown(diagnostics)
}

/// Parameters as pairs and files.
fn parameters(given: &[String]) -> Result<BTreeMap<String, String>, Failure> {
    let mut found = BTreeMap::new();
    for one in given {
        if let Some((name, value)) = one.split_once('=').filter(|(name, _)| !name.contains(['/', '\\', '.'])) {
            found.insert(name.to_owned(), value.to_owned());
            continue;
        }
        let help = "give KEY=VALUE, or a file as `aws cloudformation --parameters` takes it";
        let file = one.strip_prefix("file://").unwrap_or(one);
        let text = shell::read_file(Path::new(file)).map_err(|error| Failure::usage(format!("{file} cannot be read: {error}"), help))?;
        found.extend(cloudformation::parse_parameters(&text).map_err(|mut wrong| {
            wrong.file.get_or_insert_with(|| file.to_owned());
            shown(vec![wrong])
        })?);
    }
    Ok(found)
}

/// Says what the reading leaves open.
fn tell(about: &crate::inventory::Code, shell: Shell) {
    let ignored: usize = about.ignored.values().sum();
    shell.say(format!("{} resources read from code, {ignored} of types that no rule looks at left out", about.resources));
    for assumption in &about.assumptions {
        shell.say(format!("assumed: {}", escape(assumption)));
    }
    for note in &about.notes {
        shell.say(format!("note: {}", escape(note)));
    }
}
