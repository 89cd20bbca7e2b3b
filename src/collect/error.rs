//! Why nothing could be collected at all.

use thiserror::Error;

/// Why nothing could be collected at all. Anything less is a gap in the inventory.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CollectError {
    /// No credentials were found.
    #[error("no AWS credentials were found: {detail}")]
    NoCredentials {
        /// Where they were looked for.
        detail: String,
    },
    /// The credentials have expired.
    #[error("the AWS credentials have expired: {detail}")]
    Expired {
        /// AWS's words.
        detail: String,
    },
    /// AWS does not accept the credentials.
    #[error("AWS does not accept the credentials: {detail}")]
    Rejected {
        /// AWS's words.
        detail: String,
    },
    /// No such profile.
    #[error("there is no AWS profile `{profile}`")]
    UnknownProfile {
        /// The profile asked for.
        profile: String,
    },
    /// The configuration files cannot be read.
    #[error("the AWS configuration cannot be read: {detail}")]
    Configuration {
        /// What is wrong with them.
        detail: String,
    },
    /// The role could not be assumed.
    #[error("the role {role} could not be assumed: {detail}")]
    RoleRefused {
        /// The role.
        role: String,
        /// AWS's words.
        detail: String,
    },
    /// The credentials are those of another account.
    #[error("this is the account {account}, and the configuration names {allowed}")]
    OtherAccount {
        /// The account.
        account: String,
        /// The accounts that may be asked.
        allowed: String,
    },
    /// No region was named.
    #[error("no AWS region was named")]
    NoRegion,
    /// That is no region.
    #[error("`{region}` is not the name of an AWS region")]
    BadRegion {
        /// The name given.
        region: String,
    },
    /// The regions of the account could not be listed.
    #[error("the regions of this account could not be listed: {detail}")]
    RegionsUnknown {
        /// AWS's words.
        detail: String,
    },
    /// Nobody answers.
    #[error("{endpoint} does not answer: {detail}")]
    Unreachable {
        /// Who was asked.
        endpoint: String,
        /// What happened.
        detail: String,
    },
    /// None of the regions is open to this account.
    #[error("no region could be read: {detail}")]
    NoRegionOpen {
        /// Why, region by region.
        detail: String,
    },
}

impl CollectError {
    /// What the user can do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::NoCredentials { .. } => {
                "sign in with `aws sso login` or `aws configure`, give `--profile NAME`, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
            }
            Self::Expired { .. } => "sign in again (`aws sso login`), or renew the session token",
            Self::Rejected { .. } => {
                "check the access key, secret and session token, and that this machine's clock is right (`aws sts get-caller-identity` tells)"
            }
            Self::UnknownProfile { .. } => "`aws configure list-profiles` shows the profiles there are",
            Self::Configuration { .. } => {
                "check ~/.aws/config and ~/.aws/credentials, or the files named by AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE"
            }
            Self::RoleRefused { .. } => {
                "check that the caller may `sts:AssumeRole` it, that its trust policy names the caller, and that `--external-id` is what it expects"
            }
            Self::OtherAccount { .. } => "use credentials of one of those accounts, or add this one to `accounts` in apiaudit.toml",
            Self::NoRegion => "give `--region NAME` (more than once for several) or `--all-regions`, or set AWS_REGION",
            Self::BadRegion { .. } => "give a name like `eu-west-1`; `aws ec2 describe-regions` lists those of the account",
            Self::RegionsUnknown { .. } => "allow `ec2:DescribeRegions`, or name the regions with `--region`",
            Self::Unreachable { .. } => {
                "check the network, the proxy settings (HTTPS_PROXY, NO_PROXY) and `--endpoint-url` or AWS_ENDPOINT_URL"
            }
            Self::NoRegionOpen { .. } => "enable the region for this account, or name another with `--region`",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_says_what_to_do() {
        let error = CollectError::BadRegion { region: "mars".into() };
        assert_eq!(error.to_string(), "`mars` is not the name of an AWS region");
        assert!(error.help().contains("describe-regions"));
    }
}
