"""What the checks of the patches share."""
import json
import pathlib
import subprocess
import sys
import time
import urllib.error
import urllib.request

from builders import Aws

HERE = pathlib.Path(__file__).resolve().parent
checks = {}


def check(name):
    """Decorator: the function says whether what it reads back is what AWS would answer."""
    def register_check(function):
        checks[name] = function
        return function
    return register_check


def refused(call, code=None):
    """Whether the service refuses this, by this code."""
    try:
        call()
    except Exception as problem:
        found = getattr(problem, "response", {}).get("Error", {}).get("Code")
        return code in (None, found) and found not in (None, "NotImplemented", "InternalFailure")
    return False


def until(holds, seconds=30):
    """What `holds` answers once it is true."""
    end = time.monotonic() + seconds
    while not (found := holds()):
        if time.monotonic() > end:
            raise TimeoutError("it never came true")
        time.sleep(0.05)
    return found


class Running:
    """An emulator of our own, until `stop`."""

    def __init__(self, *options):
        self.process = subprocess.Popen([sys.executable, HERE / "emulator.py", *options], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.endpoint = json.loads(self.process.stdout.readline())["endpoint"]

    def control(self, path, body):
        with urllib.request.urlopen(self.endpoint + path, data=json.dumps(body).encode()) as answer:
            return json.load(answer)

    def get(self, api, stage, path):
        """(status, JSON value) of a request through an API."""
        try:
            with urllib.request.urlopen(f"{self.endpoint}/_aws/execute-api/{api}/{stage}{path}") as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as answer:
            return answer.code, json.load(answer)

    def holds(self, name):
        self.control("/_emulator/reset", {})
        # Nothing takes time, unless a check wants it to.
        self.control("/_emulator/set", {"delays": {"*": 0}})
        try:
            return bool(checks[name](Aws(self.endpoint)))
        except Exception as problem:  # refused, not implemented, or a field that is not there
            self.problem = f"{type(problem).__name__}: {problem}"
            return False

    def stop(self):
        self.process.stdin.close()
        self.process.wait(timeout=10)
