#!/usr/bin/env python3
"""Deploys every template of fixtures/cloudformation, each case to an account of its own, and prints what was made.

    target/aws-emulator/bin/python tests/aws/check_templates.py [-v] [CASE]…

Nothing listens: the calls go to moto in this process. Exits 1 when a template cannot be deployed, or stands in no case."""
import sys

import emulator
import hooks
import patches  # noqa: F401
from cloudformation import read

FOLDER = emulator.REPOSITORY / "fixtures" / "cloudformation"
CASES = read(FOLDER / "cases.json")


def main():
    options = [one for one in sys.argv[1:] if one.startswith("-")]
    wanted = [one for one in sys.argv[1:] if not one.startswith("-")]
    hooks.enable(list(hooks.patches))
    aws, failed = emulator.Emulator(keeping=False), False
    for case in CASES:
        if wanted and case["stack"] not in wanted:
            continue
        aws.reset(1)
        body = {name: value for name, value in case.items() if name != "about"}
        status, made = aws.deploy(body)
        failed |= status != 200
        print(f"{'ok  ' if status == 200 else 'FAIL'} {case['stack']}: "
              + (f"{len(made['resources'])} resources" if status == 200 else made["error"]))
        if "-v" in options and status == 200:
            for name, one in made["resources"].items():
                print(f"       {name:40} {one['type']:45} {one['id']}")
            for name, value in made["outputs"].items():
                print(f"       => {name}: {value}")
    named = {file for case in CASES for file in [*case["files"], *case.get("nested", [])]}
    there = {str(path.relative_to(emulator.REPOSITORY)) for path in FOLDER.rglob("*")
             if path.suffix in (".yaml", ".yml") or path.name.endswith((".template.json", "-ingress.json"))}
    for file in sorted(there - named):
        failed = True
        print(f"FAIL {file} stands in no case of cases.json")
    return failed


if __name__ == "__main__":
    sys.exit(main())
