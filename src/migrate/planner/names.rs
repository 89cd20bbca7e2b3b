//! How what a plan makes is called: the same for the same plan, and never longer than AWS takes.

/// Names and step ids for one load balancer's new way.
#[derive(Debug, Clone)]
pub(super) struct Names {
    plan: String,
    suffix: String,
}

impl Names {
    /// For the load balancer with this number, from 0.
    pub(super) fn new(plan_id: &str, number: usize) -> Self {
        let suffix = if number == 0 { String::new() } else { format!("-{}", number + 1) };
        Self { plan: plan_id.chars().take(8).collect(), suffix }
    }

    /// A step's id.
    pub(super) fn step(&self, what: &str) -> String {
        format!("{what}{}", self.suffix)
    }

    /// What a step makes.
    pub(super) fn made(&self, what: &str) -> String {
        format!("${{{}}}", self.step(what))
    }

    /// A part of what a step makes.
    pub(super) fn part(&self, what: &str, part: &str) -> String {
        format!("${{{}.{part}}}", self.step(what))
    }

    /// The name of a resource: at most 32 letters, digits and hyphens.
    pub(super) fn resource(&self, what: &str) -> String {
        format!("apiaudit-{}-{what}{}", self.plan, self.suffix)
    }
}

/// Text as a part of a step's id.
pub(in crate::migrate) fn slug(text: &str) -> String {
    let mut slug = String::new();
    for letter in text.chars() {
        match letter {
            letter if letter.is_ascii_alphanumeric() => slug.push(letter.to_ascii_lowercase()),
            _ if !slug.is_empty() && !slug.ends_with('-') => slug.push('-'),
            _ => {}
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "root".to_owned() } else { slug.to_owned() }
}
