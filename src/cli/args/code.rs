//! What a user can type to have code read.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

use super::Aws;

/// Code that is judged instead of an account.
#[derive(Debug, Clone, Default, ClapArgs)]
#[command(next_help_heading = "Code before deployment")]
pub(crate) struct Code {
    /// Audit this Terraform plan: what `terraform show -json PLAN` prints. Give --iac, too, for lines and locals.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["inventory", "cloudformation", "cdk"], conflicts_with_all = LIVE)]
    pub(crate) terraform_plan: Option<PathBuf>,
    /// Audit these CloudFormation or SAM templates, YAML or JSON; what one exports, another may import.
    #[arg(long, value_name = "TEMPLATE", num_args = 1.., conflicts_with_all = ["inventory", "cdk"], conflicts_with_all = LIVE)]
    pub(crate) cloudformation: Vec<PathBuf>,
    /// Audit what `cdk synth` wrote in this folder, such as `cdk.out`.
    #[arg(long, value_name = "DIR", conflicts_with = "inventory", conflicts_with_all = LIVE)]
    pub(crate) cdk: Option<PathBuf>,
    /// A parameter of the templates, or a file of them as the AWS CLI takes it; may be given more than once.
    #[arg(long, value_name = "KEY=VALUE|FILE", num_args = 1.., requires = "cloudformation")]
    pub(crate) parameters: Vec<String>,
    /// The account that the code goes to, where it does not say so.
    #[arg(long, value_name = "ID", value_parser = account)]
    pub(crate) account_id: Option<String>,
    /// What VPC Block Public Access does in the account that the code goes to.
    #[arg(long, value_enum, default_value_t, value_name = "MODE")]
    pub(crate) block_public_access: BlockPublicAccess,
}

/// Where the code behind a finding is looked for.
#[derive(Debug, Clone, Default, ClapArgs)]
#[command(next_help_heading = "Lines of code")]
pub(crate) struct Lines {
    /// The code that made the account: findings are put on its lines. With a Terraform plan, the code it was made of. Where nothing
    /// says whom to ask of AWS, the Terraform code in it is audited as far as it goes.
    #[arg(long, value_name = "DIR")]
    pub(crate) iac: Option<PathBuf>,
    /// A Terraform state, or what `terraform show -json` prints of one: which resource was made by which block; may be given more than once.
    #[arg(long, value_name = "FILE", requires = "iac")]
    pub(crate) tfstate: Vec<PathBuf>,
    /// What `aws cloudformation describe-stack-resources` prints of a stack: which resource was made by which logical id; may be given more than once.
    #[arg(long, value_name = "FILE", requires = "iac")]
    pub(crate) stack_resources: Vec<PathBuf>,
    /// Ask AWS nothing: audit the Terraform code in --iac, as far as it goes without a plan.
    #[arg(long, requires = "iac", conflicts_with_all = ["inventory", "terraform_plan", "cloudformation", "cdk"], conflicts_with_all = LIVE)]
    pub(crate) offline: bool,
    /// The folder that reports name files relative to. Without it, the repository that holds the code.
    #[arg(long, value_name = "DIR")]
    pub(crate) repo_root: Option<PathBuf>,
}

/// What asks AWS.
const LIVE: [&str; 6] = ["all_regions", "profile", "role_arn", "endpoint_url", "external_id", "stats"];

fn account(text: &str) -> Result<String, String> {
    let digits = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { Ok(text.to_owned()) } else { Err("give the account's twelve digits".to_owned()) }
}

/// What VPC Block Public Access does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum BlockPublicAccess {
    /// Nothing, as in every account where nobody switched it on.
    #[default]
    Off,
    /// It keeps traffic from the internet out.
    BlockIngress,
    /// It keeps traffic from and to the internet away.
    BlockBidirectional,
    /// Nobody knows: what hangs on it is unknown.
    Unknown,
}

impl BlockPublicAccess {
    /// AWS's word for it; none when nobody knows.
    pub(crate) fn mode(self) -> Option<String> {
        let mode = match self {
            Self::Off => "off",
            Self::BlockIngress => "block-ingress",
            Self::BlockBidirectional => "block-bidirectional",
            Self::Unknown => return None,
        };
        Some(mode.to_owned())
    }
}

impl Lines {
    /// Whether the code itself is to be judged: that was asked for, or nothing says whom to ask of AWS.
    pub(crate) fn instead_of(&self, aws: &Aws) -> bool {
        let asked =
            !aws.region.is_empty() || aws.all_regions || aws.profile.is_some() || aws.role_arn.is_some() || aws.endpoint_url.is_some();
        let configured = || {
            ["AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_ROLE_ARN"]
                .iter()
                .any(|name| std::env::var_os(name).is_some())
        };
        self.iac.is_some() && (self.offline || cfg!(not(feature = "aws")) || !(asked || configured()))
    }
}

impl Code {
    /// Whether code is to be judged.
    pub(crate) fn is_given(&self) -> bool {
        self.terraform_plan.is_some() || !self.cloudformation.is_empty() || self.cdk.is_some()
    }
}
