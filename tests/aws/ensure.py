#!/usr/bin/env python3
"""Makes the Python environment of the AWS emulator and prints the path of its interpreter.

    python3 tests/aws/ensure.py          -> /…/target/aws-emulator/bin/python

Only the standard library is used. Calling it again costs nothing while requirements.txt stays the same, and two
test binaries may call it at once: the second waits for the first.
"""
import fcntl
import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
REQUIREMENTS = HERE / "requirements.txt"
ENVIRONMENT = HERE.parent.parent / "target" / "aws-emulator"
MINIMUM = (3, 11)  # moto 5.2 needs it


def wanted_stamp():
    """What the environment was made from: the requirements and the interpreter."""
    digest = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    return f"{digest} {sys.version_info.major}.{sys.version_info.minor}\n"


def is_ready(stamp, interpreter):
    return interpreter.exists() and stamp.exists() and stamp.read_text() == wanted_stamp()


def make(interpreter):
    venv.EnvBuilder(with_pip=True, clear=True).create(ENVIRONMENT)
    # Progress goes to stderr: stdout carries the path alone.
    subprocess.run(
        [interpreter, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", REQUIREMENTS],
        check=True, stdout=sys.stderr)


def main():
    if sys.version_info < MINIMUM:
        sys.exit(f"the AWS emulator needs Python {'.'.join(map(str, MINIMUM))} or newer, this is {sys.version.split()[0]}")
    interpreter = ENVIRONMENT / "bin" / "python"
    stamp = ENVIRONMENT / "requirements.stamp"
    ENVIRONMENT.parent.mkdir(parents=True, exist_ok=True)
    # The lock lies beside the environment, which `make` empties.
    with open(ENVIRONMENT.with_suffix(".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_ready(stamp, interpreter):
            make(interpreter)
            fresh = stamp.with_suffix(".new")
            fresh.write_text(wanted_stamp())
            os.replace(fresh, stamp)
    print(interpreter)


if __name__ == "__main__":
    main()
