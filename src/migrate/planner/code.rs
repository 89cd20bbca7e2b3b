//! Who manages a resource, by the tags that code leaves on it.

use std::collections::BTreeMap;

/// Who manages a resource with these tags; none when nothing says that code does.
///
/// CloudFormation (so CDK and SAM, too) always leaves its tag. Terraform leaves none of its own, but teams do.
pub fn manager(tags: &BTreeMap<String, String>) -> Option<String> {
    if let Some(stack) = tags.get("aws:cloudformation:stack-name") {
        return Some(format!("CloudFormation (stack {stack})"));
    }
    tags.iter().find_map(|(key, value)| {
        let (name, text) = (key.to_ascii_lowercase(), value.to_ascii_lowercase());
        let tools = ["terraform", "opentofu", "pulumi", "cloudformation", "cdk", "sam"];
        let named = |text: &str| tools.iter().find(|tool| text.split(|letter: char| !letter.is_alphanumeric()).any(|word| word == **tool));
        let says_who = ["managed-by", "managedby", "managed_by", "provisioner", "created-by", "createdby", "iac"].contains(&name.as_str());
        let tool = if says_who { named(&text) } else { None };
        // `terraform = true`, but not `terraform = false`.
        let tool = tool.or_else(|| named(&name).filter(|_| !["false", "no", "0"].contains(&text.as_str())));
        tool.map(|tool| format!("{tool} (tag {key} = {value})"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_tell_who_manages() {
        let tell = |key: &str, value: &str| manager(&BTreeMap::from([(key.to_owned(), value.to_owned())])).is_some();
        assert!(tell("aws:cloudformation:stack-name", "shop"));
        assert!(tell("ManagedBy", "Terraform"));
        assert!(tell("terraform", "true"));
        assert!(tell("terraform:module", "network"));
        assert!(tell("lambda:createdBy", "SAM") || !tell("team", "sam"));
        for (key, value) in [("terraform", "false"), ("team", "orders"), ("Name", "samples"), ("managed-by", "hand")] {
            assert!(!tell(key, value), "{key} = {value}");
        }
    }
}
