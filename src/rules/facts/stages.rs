//! Facts about what a stage sets for its routes: which of them are logged, traced, cached and throttled, and how.
//!
//! Each route is judged by the settings that hold for it: its own where it has some, else those for all. What AWS does not
//! document (a value that a route's own settings leave out, a key that names only half of a method) is known only where it makes no
//! difference.

use std::collections::BTreeSet;

use super::certificates::days_until;
use super::settings::{Settings, View, both};
use super::{lacking, missing, strings};
use crate::inventory::{Api, Cause, Configuration, Gap, Inventory, MethodSettings, Observed, Protocol, Region, Route, Stage};
use crate::rules::value::{RecordBuilder, Unknown, Value};

const GET: &str = "apigateway:GET";

/// What stands for the routes of a stage that were not read, or of which there is none yet, where the same is true of all.
const EVERY: &str = "any of its routes";

/// What AWS shows where no limit was set: an account's own, requests a second and burst, as long as nobody raised it.
const ACCOUNT: (f64, i32) = (10_000.0, 5_000);

/// The same in the newer regions.
const SMALL_ACCOUNT: (f64, i32) = (2_500.0, 1_250);

/// Fills in what a stage sets for its routes.
pub(super) fn fill(builder: RecordBuilder, inventory: &Inventory, region: &Region, api: &Api, stage: &Stage) -> RecordBuilder {
    let settings = Settings::new(api, stage);
    let served = served(stage);
    let routes = |tell: &dyn Fn(&View<'_>) -> Observed<bool>| list(&settings, &served, tell);
    let never = || Value::list(Vec::new());
    // HTTP APIs have neither execution logs nor data traces, and only REST APIs have caches.
    let logs = api.protocol != Protocol::Http;
    let variables: BTreeSet<&String> =
        stage.variables.keys().chain(stage.canary.iter().flat_map(|canary| canary.variables.keys())).collect();
    let secrets = if variables.is_empty() { never() } else { secrets(stage) };
    builder
        .set("unlogged_routes", if logs { routes(&|view| view.holds(&is_off, true)) } else { never() })
        .set("traced_routes", if logs { routes(&is_traced) } else { never() })
        .set("plain_cached_routes", if stage.cache_cluster_enabled { routes(&is_cached_in_plain) } else { never() })
        .set("unthrottled_routes", routes(&|view| view.holds(&is_unlimited, true)))
        .set("http_routes", http_routes(&served))
        .set("variables", strings(variables))
        .set("secret_variables", secrets)
        .set("client_certificate_ends", certificate(region, stage, |end| end.into()))
        .set(
            "client_certificate_days_left",
            certificate(region, stage, |end| days_until(&inventory.taken_at, end, GET, "a client certificate")),
        )
}

/// What a stage serves, and its canary, where one is under way.
fn served(stage: &Stage) -> Vec<&Observed<Configuration>> {
    let canary = stage.canary.is_some().then_some(&stage.canary_deployed);
    [Some(&stage.deployed), canary].into_iter().flatten().collect()
}

fn routes<'s>(served: &[&'s Observed<Configuration>]) -> impl Iterator<Item = &'s Route> + use<'s> {
    let known: Vec<&Configuration> = served.iter().filter_map(|one| one.known()).collect();
    known.into_iter().flat_map(|configuration| &configuration.routes)
}

/// The routes of which something is true, by name.
fn list(settings: &Settings<'_>, served: &[&Observed<Configuration>], tell: &dyn Fn(&View<'_>) -> Observed<bool>) -> Value {
    let (mut names, mut gaps) = (BTreeSet::new(), Vec::new());
    let mut is_empty = true;
    for route in routes(served) {
        is_empty = false;
        match tell(&settings.of(route)) {
            Observed::Known(true) => drop(names.insert(route.key())),
            Observed::Unknown(gap) => gaps.push(gap.or_action(GET)),
            Observed::Known(false) | Observed::Absent => {}
        }
    }
    let unread: Vec<&Gap> = served.iter().filter_map(|one| one.gap()).collect();
    if is_empty || !unread.is_empty() {
        match settings.of_any(tell) {
            Observed::Known(true) if is_empty => drop(names.insert(EVERY.to_owned())),
            Observed::Known(false) => {}
            told => {
                gaps.extend(told.gap().filter(|_| is_empty).into_iter().chain(unread).map(|gap| gap.clone().or_action(GET)));
            }
        }
    }
    Value::partial_list(names.into_iter().map(Value::from).collect(), Unknown::of(gaps))
}

/// Whether settings switch execution logs off.
fn is_off(settings: &MethodSettings) -> Observed<bool> {
    match &settings.logging_level {
        Observed::Known(level) if level == "OFF" => Observed::Known(true),
        Observed::Known(level) if ["ERROR", "INFO"].contains(&level.as_str()) => Observed::Known(false),
        Observed::Known(new) => {
            Observed::Unknown(Gap::new(GET, Cause::NotSupported).because(format!("this apiaudit does not know logging level {new:?}")))
        }
        Observed::Absent => Observed::Absent,
        Observed::Unknown(gap) => Observed::Unknown(gap.clone()),
    }
}

/// Whether full requests and answers are logged. What a data trace does while the level is off, AWS does not say.
fn is_traced(view: &View<'_>) -> Observed<bool> {
    let traced = view.holds(&|settings| settings.data_trace_enabled.clone(), false);
    let logged = match view.holds(&is_off, true) {
        Observed::Known(true) => {
            let why = "AWS does not document whether full requests are logged while the logging level is OFF";
            Observed::Unknown(Gap::new("", Cause::NotSupported).because(why))
        }
        Observed::Known(false) | Observed::Absent => Observed::Known(true),
        unknown @ Observed::Unknown(_) => unknown,
    };
    both(traced, logged)
}

/// Whether answers are cached and not encrypted. What is cached for all methods is cached for `GET` alone.
fn is_cached_in_plain(view: &View<'_>) -> Observed<bool> {
    let cached = |settings: &MethodSettings| settings.caching_enabled.clone();
    let cached = match view.holds(&cached, false) {
        Observed::Known(true) if !view.has_own() && view.method != "GET" => match view.method {
            "ANY" | "" => {
                let why = "AWS does not document whether caching for all methods holds for a method ANY";
                Observed::Unknown(Gap::new("", Cause::NotSupported).because(why))
            }
            _ => Observed::Known(false),
        },
        told => told,
    };
    both(cached, view.holds(&|settings| settings.cache_data_encrypted.clone().map(|encrypted| !encrypted), true))
}

/// Whether no limit but the account's own holds.
fn is_unlimited(settings: &MethodSettings) -> Observed<bool> {
    let rate = match &settings.throttling_rate_limit {
        Observed::Known(rate) => *rate,
        Observed::Absent => return Observed::Absent,
        Observed::Unknown(gap) => return Observed::Unknown(gap.clone()),
    };
    // What code writes for no limit, and what AWS then shows.
    if rate < 0.0 {
        return Observed::Known(true);
    }
    let burst = &settings.throttling_burst_limit;
    if is_of_account(rate, burst, ACCOUNT) == Some(true) {
        return Observed::Known(true);
    }
    if rate < ACCOUNT.0 && is_of_account(rate, burst, SMALL_ACCOUNT) == Some(false) {
        return Observed::Known(false);
    }
    let why = format!("the account's own limit is not read, and {rate} requests a second may be no less");
    Observed::Unknown(Gap::new("", Cause::NotSupported).because(why))
}

/// Whether limits are those of an account; nobody can tell without the burst.
fn is_of_account(rate: f64, burst: &Observed<i32>, account: (f64, i32)) -> Option<bool> {
    if (rate - account.0).abs() > 0.5 {
        return Some(false);
    }
    match burst {
        Observed::Known(burst) => Some(*burst == account.1),
        Observed::Absent => Some(false),
        Observed::Unknown(_) => None,
    }
}

/// The routes that an HTTP back end answers.
fn http_routes(served: &[&Observed<Configuration>]) -> Value {
    let mut gaps: Vec<Gap> = served.iter().filter_map(|one| one.gap()).cloned().collect();
    let mut names = BTreeSet::new();
    for route in routes(served) {
        match &route.integration {
            Observed::Known(integration) => match integration.kind.as_str() {
                "HTTP" | "HTTP_PROXY" => drop(names.insert(route.key())),
                "AWS" | "AWS_PROXY" | "MOCK" => {}
                new => {
                    gaps.push(Gap::new(GET, Cause::NotSupported).because(format!("this apiaudit does not know integration type {new:?}")));
                }
            },
            Observed::Absent => {}
            Observed::Unknown(gap) => gaps.push(gap.clone()),
        }
    }
    let missing = Unknown::of(gaps.into_iter().map(|gap| gap.or_action(GET)));
    Value::partial_list(names.into_iter().map(Value::from).collect(), missing)
}

fn secrets(stage: &Stage) -> Value {
    let names = stage.secret_variables.iter().map(Value::from).collect();
    Value::partial_list(names, missing(&stage.secret_variables, GET))
}

/// What there is to tell of the end of the certificate that a stage shows.
fn certificate(region: &Region, stage: &Stage, tell: impl FnOnce(&str) -> Value) -> Value {
    let Some(id) = stage.client_certificate_id.as_deref() else { return Value::Absent };
    match region.client_certificates.iter().find(|certificate| certificate.id == id) {
        Some(certificate) => match &certificate.expires {
            Some(end) => tell(end),
            None => lacking(GET, &format!("when client certificate {id} ends")),
        },
        None => match missing(&region.client_certificates, GET) {
            Some(unread) => unread.into(),
            None => lacking(GET, &format!("what client certificate {id} is")),
        },
    }
}
