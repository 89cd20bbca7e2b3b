//! The SDK's clients: whose credentials, which region, which endpoint, and how patiently.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_config::profile::ProfileFileLoadError;
use aws_config::retry::RetryConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::{Builder, Connector};
use aws_smithy_runtime_api::client::http::HttpConnectorSettings;
use aws_types::os_shim_internal::{Env, Fs};

use super::gap::roots;
use super::meter::{Count, Meter, NoUse};
use super::{CollectError, Options};

/// How long a connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long the first byte of an answer may take.
const READ_TIMEOUT: Duration = Duration::from_secs(30);

/// The configuration every client starts from, with credentials that can be had.
pub(crate) async fn config(options: &Options) -> Result<SdkConfig, CollectError> {
    check_profile(options).await?;
    let config = tried(load(options).await).await.map_err(|error| refused(&error))?;
    match &options.role_arn {
        Some(role) => assume(options, role, &config).await,
        None => Ok(config),
    }
}

/// What sends a request that is no API call of AWS, as the clients would send it.
pub(crate) fn connector() -> Connector {
    let settings = HttpConnectorSettings::builder().connect_timeout(CONNECT_TIMEOUT).read_timeout(READ_TIMEOUT).build();
    let builder = Connector::builder().connector_settings(settings).sleep_impl(TokioSleep::new()).proxy_config(ProxyConfig::from_env());
    builder.tls_provider(Provider::Rustls(CryptoMode::Ring)).build()
}

async fn load(options: &Options) -> SdkConfig {
    let client = Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(READ_TIMEOUT)
        .operation_attempt_timeout(Duration::from_mins(1))
        .build();
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(client)
        .timeout_config(timeouts)
        // Not adaptive: the rate budget already keeps the pace, and the SDK's own limiter falls to one call in two
        // seconds after a single throttle, for every operation of the client.
        .retry_config(RetryConfig::standard().with_max_attempts(options.max_attempts.max(1)));
    if let Ok(name) = AppName::new("apiaudit") {
        loader = loader.app_name(name);
    }
    if let Some(profile) = &options.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(url) = &options.endpoint_url {
        loader = loader.endpoint_url(url);
    }
    if let Some(region) = options.regions.first() {
        loader = loader.region(Region::new(region.clone()));
    }
    loader.load().await
}

/// Whether the profile asked for exists, before anything else is tried: the SDK would go on to other sources.
#[expect(deprecated, reason = "the SDK's own loader still takes this name, and the new one is in a crate we do not name")]
async fn check_profile(options: &Options) -> Result<(), CollectError> {
    let files = aws_config::profile::profile_file::ProfileFiles::default();
    let profiles = aws_config::profile::load(&Fs::real(), &Env::real(), &files, None).await;
    let profiles = profiles.map_err(|error: ProfileFileLoadError| CollectError::Configuration { detail: roots(&error) })?;
    match &options.profile {
        Some(profile) if profiles.get_profile(profile).is_none() => Err(CollectError::UnknownProfile { profile: profile.clone() }),
        _ => Ok(()),
    }
}

/// The configuration, once its credentials could be had.
async fn tried(config: SdkConfig) -> Result<SdkConfig, CredentialsError> {
    let source = config.credentials_provider().ok_or_else(CredentialsError::not_loaded_no_source)?;
    let first = Mutex::new(Some(source.provide_credentials().await?));
    let provider = SharedCredentialsProvider::new(Tried { source, first });
    Ok(config.to_builder().credentials_provider(provider).build())
}

/// Credentials that were tried before the scan, handed out once more for the clients to keep: a helper program that asks
/// for a code, or a role, is asked once.
#[derive(Debug)]
struct Tried {
    source: SharedCredentialsProvider,
    first: Mutex<Option<Credentials>>,
}

impl ProvideCredentials for Tried {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        let first = self.first.lock().unwrap_or_else(PoisonError::into_inner).take();
        match first {
            Some(first) => future::ProvideCredentials::ready(Ok(first)),
            None => self.source.provide_credentials(),
        }
    }
}

fn refused(error: &CredentialsError) -> CollectError {
    let detail = roots(error);
    match error {
        _ if detail.contains("xpired") => CollectError::Expired { detail },
        CredentialsError::InvalidConfiguration(_) => CollectError::Configuration { detail },
        _ => CollectError::NoCredentials { detail },
    }
}

async fn assume(options: &Options, role: &str, config: &SdkConfig) -> Result<SdkConfig, CollectError> {
    let mut builder = AssumeRoleProvider::builder(role).session_name("apiaudit").configure(config);
    if let Some(id) = &options.external_id {
        builder = builder.external_id(id);
    }
    let Some(base) = config.credentials_provider() else {
        return Err(CollectError::NoCredentials { detail: "no credentials to assume the role with".to_owned() });
    };
    let provider = SharedCredentialsProvider::new(builder.build_from_provider(base).await);
    let config = config.to_builder().credentials_provider(provider).build();
    tried(config).await.map_err(|error| CollectError::RoleRefused { role: role.to_owned(), detail: roots(&error) })
}

/// The clients of one region.
pub(crate) struct Clients {
    config: SdkConfig,
    meter: Arc<Meter>,
    /// API Gateway V1.
    pub(crate) apigateway: aws_sdk_apigateway::Client,
    /// API Gateway V2.
    pub(crate) apigatewayv2: aws_sdk_apigatewayv2::Client,
    /// `CloudFormation`.
    pub(crate) cloudformation: aws_sdk_cloudformation::Client,
    /// ELB v2.
    pub(crate) elbv2: aws_sdk_elasticloadbalancingv2::Client,
    /// EC2.
    pub(crate) ec2: aws_sdk_ec2::Client,
    /// ECS.
    pub(crate) ecs: aws_sdk_ecs::Client,
    /// WAF v2.
    pub(crate) wafv2: aws_sdk_wafv2::Client,
    /// Cloud Map.
    pub(crate) servicediscovery: aws_sdk_servicediscovery::Client,
}

/// A client of one service that counts its requests.
macro_rules! client {
    ($sdk:ident, $service:literal, $config:expr, $meter:expr) => {
        $sdk::Client::from_conf(
            $sdk::config::Builder::from($config)
                .interceptor(Count { service: $service, meter: Arc::clone($meter) })
                .retry_classifier(NoUse)
                .build(),
        )
    };
}

impl Clients {
    /// The clients of a region.
    pub(crate) fn new(config: &SdkConfig, region: &str, meter: &Arc<Meter>) -> Self {
        let config = config.to_builder().region(Region::new(region.to_owned())).build();
        Self {
            apigateway: client!(aws_sdk_apigateway, "apigateway", &config, meter),
            apigatewayv2: client!(aws_sdk_apigatewayv2, "apigatewayv2", &config, meter),
            cloudformation: client!(aws_sdk_cloudformation, "cloudformation", &config, meter),
            elbv2: client!(aws_sdk_elasticloadbalancingv2, "elbv2", &config, meter),
            ec2: client!(aws_sdk_ec2, "ec2", &config, meter),
            ecs: client!(aws_sdk_ecs, "ecs", &config, meter),
            wafv2: client!(aws_sdk_wafv2, "wafv2", &config, meter),
            servicediscovery: client!(aws_sdk_servicediscovery, "servicediscovery", &config, meter),
            meter: Arc::clone(meter),
            config,
        }
    }

    /// The same for calls that change something: each is made once, for whoever makes it has to know whether it may have happened.
    pub(crate) fn once(config: &SdkConfig, region: &str, meter: &Arc<Meter>) -> Self {
        let config = config.to_builder().retry_config(RetryConfig::disabled()).build();
        Self::new(&config, region, meter)
    }

    /// ACM, perhaps of another region: an edge-optimised domain name has its certificate in us-east-1.
    pub(crate) fn acm(&self, region: &str) -> aws_sdk_acm::Client {
        let config = self.config.to_builder().region(Region::new(region.to_owned())).build();
        client!(aws_sdk_acm, "acm", &config, &self.meter)
    }

    /// STS, which is asked once and need not be as patient.
    pub(crate) fn sts(&self) -> aws_sdk_sts::Client {
        let attempts = self.config.retry_config().map_or(3, RetryConfig::max_attempts).min(3);
        let config = self.config.to_builder().retry_config(RetryConfig::standard().with_max_attempts(attempts)).build();
        client!(aws_sdk_sts, "sts", &config, &self.meter)
    }
}
