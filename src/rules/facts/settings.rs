//! Which settings of a stage hold for a route.

use std::collections::HashMap;

use crate::inventory::{Api, Cause, Gap, MethodSettings, Observed, Protocol, Route, Stage};

/// What is asked of settings: absent where they do not say.
pub(super) type Ask<'a> = dyn Fn(&MethodSettings) -> Observed<bool> + 'a;

/// The settings of a stage.
pub(super) struct Settings<'s> {
    /// Those for all routes.
    general: Option<&'s MethodSettings>,
    /// Those of one route, by its path without the slash before it (REST) or by its key.
    own: HashMap<String, Vec<Own<'s>>>,
    unread: Option<&'s Gap>,
    is_rest: bool,
}

/// Settings under a key of their own.
struct Own<'s> {
    verb: String,
    /// Whether AWS writes such keys.
    is_sure: bool,
    settings: &'s MethodSettings,
}

/// The settings that hold for a route, or may.
pub(super) struct View<'v> {
    /// The route's verb; empty for any.
    pub(super) method: &'v str,
    general: Option<&'v MethodSettings>,
    own: Option<&'v MethodSettings>,
    perhaps: Vec<&'v MethodSettings>,
    unread: Option<&'v Gap>,
}

impl<'s> Settings<'s> {
    pub(super) fn new(api: &Api, stage: &'s Stage) -> Self {
        let is_rest = api.protocol == Protocol::Rest;
        let all = if is_rest { "*/*" } else { "*" };
        let mut own: HashMap<String, Vec<Own<'s>>> = HashMap::new();
        for (key, settings) in stage.method_settings.iter().filter(|(key, _)| *key != all) {
            let (path, one) = if is_rest { of_method(key, settings) } else { of_route(key, settings) };
            own.entry(path).or_default().push(one);
        }
        Self { general: stage.method_settings.get(all), own, unread: stage.unread_settings.first(), is_rest }
    }

    /// The settings for a route.
    pub(super) fn of<'v>(&'v self, route: &'v Route) -> View<'v> {
        let key = if self.is_rest { route.path.trim_start_matches('/').to_owned() } else { route.key() };
        let verb = if self.is_rest { route.method.as_str() } else { "" };
        let here = self.own.get(&key).map_or(&[][..], Vec::as_slice);
        let exact = here.iter().find(|one| one.verb == verb && one.is_sure);
        let everywhere = self.own.get("*").filter(|_| self.is_rest).map_or(&[][..], Vec::as_slice);
        // Nobody documents what a key does that names all verbs of a path, or a verb of all paths, or one verb of a method ANY.
        let may = |one: &&Own<'_>| self.is_rest && (one.verb == verb || one.verb == "*" || verb == "ANY");
        let perhaps = here.iter().chain(everywhere).filter(may).map(|one| one.settings).collect();
        self.view(&route.method, exact.map(|one| one.settings), perhaps)
    }

    fn view<'v>(&'v self, method: &'v str, own: Option<&'v MethodSettings>, perhaps: Vec<&'v MethodSettings>) -> View<'v> {
        View { method, general: self.general, own, perhaps, unread: self.unread }
    }

    /// What is true of every route, whichever there are.
    pub(super) fn of_any(&self, tell: &dyn Fn(&View<'_>) -> Observed<bool>) -> Observed<bool> {
        let general = tell(&self.view("", None, Vec::new()));
        let own = self.own.values().flatten().map(|one| tell(&self.view("", Some(one.settings), Vec::new())));
        own.fold(general, either)
    }
}

/// The key of a REST method's settings: `~1orders~1{id}/GET`. Terraform leaves the first slash out, and the others as they are.
fn of_method<'s>(key: &str, settings: &'s MethodSettings) -> (String, Own<'s>) {
    let (path, verb) = key.rsplit_once('/').unwrap_or((key, "*"));
    let path = path.replace("~1", "/").replace("~0", "~");
    let path = path.trim_start_matches('/').to_owned();
    (path, Own { verb: verb.to_ascii_uppercase(), is_sure: !key.starts_with('/'), settings })
}

/// The key of a route's settings is the route's.
fn of_route<'s>(key: &str, settings: &'s MethodSettings) -> (String, Own<'s>) {
    (key.to_owned(), Own { verb: String::new(), is_sure: true, settings })
}

impl View<'_> {
    /// Whether the route has settings of its own.
    pub(super) fn has_own(&self) -> bool {
        self.own.is_some()
    }

    /// Whether what is asked holds for the route; `unset` where nothing says so.
    pub(super) fn holds(&self, ask: &Ask<'_>, unset: bool) -> Observed<bool> {
        let or_unset = |told| if told == Observed::Absent { Observed::Known(unset) } else { told };
        let own = self.own.map(ask);
        if let Some(told) = own.clone().filter(|told| *told != Observed::Absent) {
            return told;
        }
        // What was not read may be this route's, and the general settings, too.
        if let Some(gap) = self.unread {
            return Observed::Unknown(gap.clone());
        }
        let general = self.general.map_or(Observed::Known(unset), |general| or_unset(ask(general)));
        if own.is_some() {
            // Whether a route takes from the general settings what its own leave out, AWS does not say.
            return either(Observed::Known(unset), general);
        }
        self.perhaps.iter().map(|settings| or_unset(ask(settings))).fold(general, either)
    }
}

/// One or the other: known where both say the same.
fn either(one: Observed<bool>, other: Observed<bool>) -> Observed<bool> {
    match (&one, &other) {
        (Observed::Unknown(_), _) => one,
        (_, Observed::Unknown(_)) => other,
        _ if one == other => one,
        _ => Observed::Unknown(
            Gap::new("", Cause::NotSupported).because("AWS does not document which of the stage's settings holds for a route"),
        ),
    }
}

/// One and the other.
pub(super) fn both(one: Observed<bool>, other: Observed<bool>) -> Observed<bool> {
    match (&one, &other) {
        (Observed::Known(false), _) | (_, Observed::Known(true)) => one,
        _ => match one {
            Observed::Unknown(_) if other != Observed::Known(false) => one,
            _ => other,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn api(protocol: &str) -> Api {
        serde_json::from_value(serde_json::json!({"id": "a", "protocol": protocol})).unwrap()
    }

    fn stage(settings: &[(&str, Option<bool>)]) -> Stage {
        let mut stage: Stage = serde_json::from_value(serde_json::json!({"name": "prod"})).unwrap();
        for (key, traced) in settings {
            let of = MethodSettings { data_trace_enabled: (*traced).into(), ..MethodSettings::NONE };
            stage.method_settings.insert((*key).to_owned(), of);
        }
        stage
    }

    fn route(method: &str, path: &str) -> Route {
        serde_json::from_value(serde_json::json!({"method": method, "path": path})).unwrap()
    }

    /// Whether a route is traced; none where nobody knows.
    fn traced(protocol: &str, stage: &Stage, method: &str, path: &str) -> Option<bool> {
        let (api, route) = (api(protocol), route(method, path));
        let settings = Settings::new(&api, stage);
        settings.of(&route).holds(&|settings| settings.data_trace_enabled.clone(), false).known().copied()
    }

    #[test]
    fn own_settings_come_first_however_their_key_is_written() {
        for key in ["~1orders~1{id}/GET", "orders~1{id}/GET", "orders/{id}/GET", "~1orders~1{id}/get"] {
            let stage = stage(&[("*/*", Some(false)), (key, Some(true))]);
            assert_eq!(traced("REST", &stage, "GET", "/orders/{id}"), Some(true), "{key}");
            assert_eq!(traced("REST", &stage, "PUT", "/orders/{id}"), Some(false), "{key}");
        }
        let root = stage(&[("~1/GET", Some(true))]);
        assert_eq!(traced("REST", &root, "GET", "/"), Some(true));
        assert_eq!(traced("REST", &root, "GET", "/orders"), Some(false));
    }

    #[test]
    fn a_key_that_nobody_documents_leaves_open_what_it_would_change() {
        for key in ["*/GET", "~1orders/*", "/orders/GET"] {
            let same = stage(&[("*/*", Some(true)), (key, Some(true))]);
            assert_eq!(traced("REST", &same, "GET", "/orders"), Some(true), "{key}");
            let other = stage(&[("*/*", Some(false)), (key, Some(true))]);
            assert_eq!(traced("REST", &other, "GET", "/orders"), None, "{key}");
            assert_eq!(traced("REST", &other, "PUT", "/items"), Some(false), "{key}");
        }
        let part = stage(&[("~1orders/GET", Some(true))]);
        assert_eq!(traced("REST", &part, "ANY", "/orders"), None);
    }

    #[test]
    fn what_own_settings_leave_out_is_known_only_where_it_makes_no_difference() {
        let on = stage(&[("*/*", Some(true)), ("~1orders/GET", None)]);
        assert_eq!(traced("REST", &on, "GET", "/orders"), None);
        let off = stage(&[("*/*", Some(false)), ("~1orders/GET", None)]);
        assert_eq!(traced("REST", &off, "GET", "/orders"), Some(false));
    }

    #[test]
    fn routes_have_their_own_key_and_a_star_for_all() {
        let of = stage(&[("*", Some(true)), ("GET /orders", Some(false)), ("$connect", Some(false))]);
        assert_eq!(traced("HTTP", &of, "GET", "/orders"), Some(false));
        assert_eq!(traced("HTTP", &of, "PUT", "/orders"), Some(true));
        assert_eq!(traced("WEBSOCKET", &of, "", "$connect"), Some(false));
    }

    #[test]
    fn settings_that_were_not_read_may_be_those_of_any_route_without_its_own() {
        let mut of = stage(&[("*/*", Some(false)), ("~1orders/GET", Some(true))]);
        of.unread_settings.push(Gap::new("", Cause::Undeployed));
        assert_eq!(traced("REST", &of, "GET", "/orders"), Some(true));
        assert_eq!(traced("REST", &of, "GET", "/items"), None);
        of.method_settings.insert("~1orders/PUT".to_owned(), MethodSettings::NONE);
        assert_eq!(traced("REST", &of, "PUT", "/orders"), None, "the general settings may be among them");
    }

    #[test]
    fn both_is_false_as_soon_as_one_is() {
        let unknown = || Observed::Unknown(Gap::not_asked());
        let [yes, no] = [true, false].map(Observed::Known);
        assert_eq!(both(unknown(), no.clone()), no);
        assert_eq!(both(no.clone(), unknown()), no);
        assert_eq!(both(yes.clone(), unknown()), unknown());
        assert_eq!(both(unknown(), yes.clone()), unknown());
        assert_eq!(both(yes.clone(), yes.clone()), yes);
    }
}
