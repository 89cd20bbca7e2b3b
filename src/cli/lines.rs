//! From a live account to the code that made it, as far as the user told where to look.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;

use super::Failure;
use super::args::Lines;
use super::disk::Disk;
use crate::assessment::{Confidence, Sources, Via};
use crate::diagnostics::Diagnostic;
use crate::iac::made_up::Destination;
use crate::iac::sources::How;
use crate::iac::trace::{Identity, stacks_of, stacks_read, trace as follow, yor};
use crate::iac::{Built, Code, Folder, audit, cloudformation, terraform};
use crate::inventory::{Cause, Inventory};
use crate::report::text::escape;
use crate::shell::{self, Shell};

/// The share of its logical ids that a template must have in common with a stack to be taken for its template.
const ALIKE: f64 = 0.5;

/// How many resources must bear a stack's tags for them to lead to a template.
const TAGGED: usize = 3;

/// Traces an account's resources to code.
pub(super) fn trace(lines: &Lines, inventory: &Inventory, shell: Shell) -> Result<Sources, Failure> {
    let Some(folder) = &lines.iac else { return Ok(Sources::default()) };
    let (disk, names) = Disk::around(&[folder], lines.repo_root.as_deref())?;
    let mut tracer = Tracer { inventory, sources: Sources::default(), notes: Vec::new() };
    let modules = tracer.modules(&disk, &names[0]);
    for file in &lines.tfstate {
        tracer.state(file, &modules, &disk)?;
    }
    let mut stacks = stacks_read(inventory);
    stacks.extend(stack_resources(&lines.stack_resources)?);
    for gap in inventory.regions.iter().flat_map(|region| &region.stacks.gaps).filter(|gap| gap.cause != Cause::NotAsked) {
        tracer.notes.push(format!("{gap}: its resources are traced by their tags only"));
    }
    let templates = tracer.templates(&disk, &names[0]);
    tracer.stacks(&stacks, &templates, Via::StackResources, Confidence::Exact);
    // What a stack's own resources have decided, tags do not decide otherwise; and one name in common is no likeness.
    let mut tagged = stacks_of(inventory);
    tagged.retain(|stack, ids| !stacks.contains_key(stack) && ids.len() >= TAGGED);
    tracer.stacks(&tagged, &templates, Via::StackTags, Confidence::Strong);
    for module in &modules {
        let identities = yor(&module.code, inventory);
        tracer.follow(module, &identities, Via::YorTags, Confidence::Strong);
    }
    for note in &tracer.notes {
        shell.say(format!("note: {}", escape(note)));
    }
    if tracer.sources.is_empty() {
        let words = "no resource could be traced to code: give a Terraform state (--tfstate) or a stack's resources (--stack-resources)";
        shell.say(format!("note: {words}"));
    }
    tracer.sources.notes.clone_from(&tracer.notes);
    Ok(tracer.sources)
}

/// Code with what was built of it.
struct Module {
    /// The folder, or the file.
    name: String,
    code: Code,
    built: Built,
    /// What resources were called before they were moved.
    moved: BTreeMap<String, String>,
    /// Whether its lines are those that the CDK recorded.
    cdk: bool,
}

impl Module {
    fn new(name: &str, code: Code) -> Self {
        let built = audit::build(&code);
        Self { name: name.to_owned(), code, built, moved: BTreeMap::new(), cdk: false }
    }

    /// What an address of a state is called since it was moved.
    fn today(&self, address: &str) -> String {
        let mut address = address.to_owned();
        // A chain of moves is no longer than there are moves.
        for _ in 0..=self.moved.len() {
            let is_of = |old: &str| address.strip_prefix(old).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']));
            // Where a resource got a key, its new address begins with the old one.
            let moves = self.moved.iter().filter(|(old, new)| is_of(old) && !(new.starts_with(old.as_str()) && is_of(new)));
            let Some((old, new)) = moves.max_by_key(|(old, _)| old.len()) else { break };
            address = format!("{new}{}", &address[old.len()..]);
        }
        address
    }

    fn has(&self, address: &str) -> bool {
        let address = &self.today(address);
        self.code.declarations.binary_search_by(|declaration| declaration.address.as_str().cmp(address.as_str())).is_ok()
    }

    /// The logical ids, of the template itself.
    fn logical_ids(&self) -> BTreeSet<&str> {
        self.code.declarations.iter().map(|declaration| declaration.address.rsplit('.').next().unwrap_or_default()).collect()
    }
}

struct Tracer<'i> {
    inventory: &'i Inventory,
    sources: Sources,
    notes: Vec<String>,
}

impl Tracer<'_> {
    fn follow(&mut self, module: &Module, identities: &[Identity], via: Via, confidence: Confidence) {
        if !identities.is_empty() {
            follow(&module.code, &module.built, identities, self.inventory, How { via, confidence }, &mut self.sources);
        }
    }

    /// What cannot be read is no reason to lose the lines of all the rest.
    fn left_out(&mut self, name: &str, diagnostics: &[Diagnostic]) {
        let why = diagnostics.first().map_or_else(String::new, |diagnostic| format!(": {}", diagnostic.message));
        self.notes.push(format!("{name} is left out{why}"));
    }

    /// The root modules below a folder.
    fn modules(&mut self, disk: &Disk, folder: &str) -> Vec<Module> {
        let mut modules = Vec::new();
        for root in super::code::roots_below(disk, folder) {
            match terraform::read_folder(disk, &root) {
                Ok(code) => modules.push(Module { moved: terraform::moved(disk, &root), ..Module::new(&root, code) }),
                Err(diagnostics) => self.left_out(&root, &diagnostics),
            }
        }
        modules
    }

    /// What a state says was made by which block of the root module it belongs to.
    fn state(&mut self, file: &Path, modules: &[Module], disk: &Disk) -> Result<(), Failure> {
        let help = "give a Terraform state, or what `terraform show -json` prints of one";
        let text = shell::read_file(file).map_err(|error| Failure::usage(format!("{} cannot be read: {error}", file.display()), help))?;
        let state = terraform::read_state(&text, &file.display().to_string()).map_err(super::code::shown)?;
        let beside = file.parent().and_then(|folder| disk.relative(folder));
        let alike = |module: &&Module| state.instances.iter().filter(|instance| module.has(&instance.address)).count();
        let most = modules.iter().map(|module| alike(&module)).max().unwrap_or_default();
        let mut best = modules.iter().filter(|module| most > 0 && alike(module) == most);
        let module =
            match (modules.iter().find(|module| Some(&module.name) == beside.as_ref() && alike(module) > 0), best.next(), best.next()) {
                (Some(module), _, _) | (None, Some(module), None) => module,
                (None, None, _) => {
                    self.notes.push(format!("{}: no root module below --iac declares what this state holds", file.display()));
                    return Ok(());
                }
                (None, Some(one), Some(other)) => {
                    self.notes.push(format!("{}: it fits {} and {} alike, and neither is taken", file.display(), one.name, other.name));
                    return Ok(());
                }
            };
        let identities: Vec<Identity> = state
            .instances
            .iter()
            .map(|instance| Identity { address: module.today(&instance.address), names: instance.attributes.clone() })
            .collect();
        self.follow(module, &identities, Via::TerraformState, Confidence::Exact);
        Ok(())
    }

    /// The templates below a folder, also those that the CDK wrote.
    fn templates(&mut self, disk: &Disk, folder: &str) -> Vec<Module> {
        let mut found = Vec::new();
        let mut open = vec![folder.to_owned()];
        while let Some(folder) = open.pop() {
            let below = |name: &String| if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
            let files: Vec<String> = disk.files(&folder).iter().map(below).collect();
            if files.iter().any(|file| file.ends_with("manifest.json") && is_cdk(disk, file)) {
                match cloudformation::read_cdk(&folder, disk, &BTreeMap::new(), &Destination::default()) {
                    Ok(code) => found.push(Module { cdk: true, ..Module::new(&folder, code) }),
                    Err(diagnostics) => self.left_out(&folder, &diagnostics),
                }
                continue;
            }
            for file in files.iter().filter(|file| is_template(disk, file)) {
                match cloudformation::read(std::slice::from_ref(file), disk, &BTreeMap::new(), &Destination::default()) {
                    Ok(code) => found.push(Module::new(file, code)),
                    Err(diagnostics) => self.left_out(file, &diagnostics),
                }
            }
            open.extend(disk.folders(&folder).iter().filter(|name| !name.starts_with('.')).map(below));
        }
        found.sort_by(|a, b| a.name.cmp(&b.name));
        found
    }

    /// Follows each stack into the one template that holds its logical ids.
    fn stacks(&mut self, stacks: &BTreeMap<String, BTreeMap<String, String>>, templates: &[Module], via: Via, confidence: Confidence) {
        for (stack, resources) in stacks {
            let alike = |module: &Module| {
                let ids = module.logical_ids();
                let shared = resources.keys().filter(|id| ids.contains(id.as_str())).count();
                // Tags show only a part of a stack: what they show must be there.
                let of = if via == Via::StackTags { resources.len() } else { resources.len() + ids.len() - shared };
                #[expect(clippy::cast_precision_loss, reason = "a share of some hundred ids")]
                let share = shared as f64 / of.max(1) as f64;
                share
            };
            let most = templates.iter().map(alike).fold(0.0, f64::max);
            let mut best = templates.iter().filter(|module| most >= ALIKE && alike(module) >= most);
            let (Some(module), None) = (best.next(), best.next()) else {
                self.notes.push(format!("stack {stack}: no one template below --iac holds its logical ids"));
                continue;
            };
            let named = module.code.declarations.iter().filter_map(|declaration| {
                let id = resources.get(declaration.address.rsplit('.').next()?)?;
                let names = ["Ref", "Arn", "GroupId"].map(|name| (name.to_owned(), id.clone()));
                Some(Identity { address: declaration.address.clone(), names: names.into() })
            });
            let identities: Vec<Identity> = named.collect();
            let via = if module.cdk { Via::CdkCreationStack } else { via };
            self.follow(module, &identities, via, confidence);
        }
    }
}

fn is_cdk(disk: &Disk, file: &str) -> bool {
    disk.read(file).ok().flatten().is_some_and(|text| text.contains("\"aws:cloudformation:stack\""))
}

fn is_template(disk: &Disk, file: &str) -> bool {
    let extension = file.rsplit('.').next().unwrap_or_default();
    let looks = || disk.read(file).ok().flatten().is_some_and(|text| text.contains("Resources") && text.contains("AWS::"));
    ["yaml", "yml", "json", "template"].contains(&extension) && looks()
}

#[derive(Deserialize)]
struct StackFile {
    #[serde(alias = "StackResourceSummaries", rename = "StackResources")]
    resources: Vec<StackResource>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct StackResource {
    #[serde(default)]
    stack_name: Option<String>,
    logical_resource_id: String,
    #[serde(default)]
    physical_resource_id: Option<String>,
}

/// What the AWS CLI printed of stacks: ids of resources by stack and logical id.
fn stack_resources(files: &[std::path::PathBuf]) -> Result<BTreeMap<String, BTreeMap<String, String>>, Failure> {
    let mut stacks: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for file in files {
        let help = "give what `aws cloudformation describe-stack-resources --stack-name NAME` prints";
        let name = file.display().to_string();
        let text = shell::read_file(file).map_err(|error| Failure::usage(format!("{name} cannot be read: {error}"), help))?;
        let read: StackFile = serde_json::from_str(&text).map_err(|error| Failure::usage(format!("{name}: {error}"), help))?;
        for resource in read.resources {
            let stack = resource.stack_name.unwrap_or_else(|| name.clone());
            if let Some(id) = resource.physical_resource_id.filter(|id| !id.is_empty()) {
                stacks.entry(stack).or_default().insert(resource.logical_resource_id, id);
            }
        }
    }
    Ok(stacks)
}
