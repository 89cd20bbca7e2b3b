//! The URIs of integrations: stage variables, hosts and ports.

use std::collections::BTreeMap;

/// Where an integration's URL leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Url {
    /// Whether it is `https`.
    pub encrypted: bool,
    /// The host in lower case, without the dot that may end it.
    pub host: String,
    /// The port, by scheme where none is named.
    pub port: u16,
}

/// Why an URI names no place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UrlError {
    /// It is no `http` or `https` URL.
    NotAUrl,
}

impl Url {
    /// Reads a URL.
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        let (scheme, rest) = text.split_once("://").ok_or(UrlError::NotAUrl)?;
        let encrypted = match scheme.to_ascii_lowercase().as_str() {
            "http" => false,
            "https" => true,
            _ => return Err(UrlError::NotAUrl),
        };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let (host, port) = split_port(authority)?;
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        if host.is_empty() || host.contains(|letter: char| letter.is_whitespace() || "{}$".contains(letter)) {
            return Err(UrlError::NotAUrl);
        }
        Ok(Self { encrypted, host, port: port.unwrap_or(if encrypted { 443 } else { 80 }) })
    }
}

fn split_port(authority: &str) -> Result<(&str, Option<u16>), UrlError> {
    if let Some(rest) = authority.strip_prefix('[') {
        let (host, after) = rest.split_once(']').ok_or(UrlError::NotAUrl)?;
        return match after.strip_prefix(':') {
            Some(port) => Ok((host, Some(port.parse().map_err(|_| UrlError::NotAUrl)?))),
            None => Ok((host, None)),
        };
    }
    match authority.split_once(':') {
        Some((host, "")) => Ok((host, None)),
        Some((host, port)) => Ok((host, Some(port.parse().map_err(|_| UrlError::NotAUrl)?))),
        None => Ok((authority, None)),
    }
}

/// The text before, the name within and the text after the first `${stageVariables.name}`.
fn next_variable(text: &str) -> Option<(&str, &str, &str)> {
    const OPENING: &str = "${stageVariables.";
    let start = text.find(OPENING)?;
    let after = &text[start + OPENING.len()..];
    let end = after.find('}')?;
    Some((&text[..start], &after[..end], &after[end + 1..]))
}

/// The names of the stage variables that a text refers to.
pub fn stage_variables(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut rest = text;
    while let Some((_, name, after)) = next_variable(rest) {
        names.push(name);
        rest = after;
    }
    names
}

/// What became of a stage variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Missing {
    /// The stage does not set it.
    Unset(String),
    /// The snapshot keeps its name and not its value.
    Withheld(String),
}

/// Puts stage variables in: those of the canary before those of the stage.
pub(super) fn substitute(
    text: &str,
    stage: &BTreeMap<String, Option<String>>,
    canary: Option<&BTreeMap<String, Option<String>>>,
) -> Result<String, Missing> {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, name, after)) = next_variable(rest) {
        filled.push_str(before);
        match canary.and_then(|overrides| overrides.get(name)).or_else(|| stage.get(name)) {
            Some(Some(value)) => filled.push_str(value),
            Some(None) => return Err(Missing::Withheld(name.to_owned())),
            None => return Err(Missing::Unset(name.to_owned())),
        }
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_read_in_every_form() {
        for (text, encrypted, host, port) in [
            ("http://Web-1.EU-west-1.elb.amazonaws.com/x/{proxy}", false, "web-1.eu-west-1.elb.amazonaws.com", 80),
            ("https://web.example.com.:8443/?a=b", true, "web.example.com", 8443),
            ("HTTP://user:pass@10.0.0.1", false, "10.0.0.1", 80),
            ("https://[2600::1]:444/", true, "2600::1", 444),
            ("http://h:/x", false, "h", 80),
            ("http://h?x=1", false, "h", 80),
        ] {
            assert_eq!(Url::parse(text), Ok(Url { encrypted, host: host.into(), port }), "{text}");
        }
    }

    #[test]
    fn what_is_no_url_is_refused() {
        for text in ["", "web", "ftp://h", "http://", "http:///x", "http://h:port", "http://h:99999", "http://{proxy}/", "http://a b/"] {
            assert_eq!(Url::parse(text), Err(UrlError::NotAUrl), "{text}");
        }
    }

    #[test]
    fn stage_variables_are_put_in_and_canaries_win() {
        let stage = BTreeMap::from([("host".to_owned(), Some("a".to_owned())), ("secret".to_owned(), None)]);
        let canary = BTreeMap::from([("host".to_owned(), Some("b".to_owned()))]);
        let text = "http://${stageVariables.host}.example.com/${stageVariables.host}";
        assert_eq!(substitute(text, &stage, None), Ok("http://a.example.com/a".into()));
        assert_eq!(substitute(text, &stage, Some(&canary)), Ok("http://b.example.com/b".into()));
        assert_eq!(substitute("${stageVariables.no}", &stage, None), Err(Missing::Unset("no".into())));
        assert_eq!(substitute("${stageVariables.secret}", &stage, None), Err(Missing::Withheld("secret".into())));
        assert_eq!(stage_variables(text), ["host", "host"]);
        assert_eq!(substitute("${stageVariables.open", &stage, None), Ok("${stageVariables.open".into()));
    }
}
