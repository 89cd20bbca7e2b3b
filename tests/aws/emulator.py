#!/usr/bin/env python3
"""AWS on 127.0.0.1: moto with our patches, behind our proxy, in one process.

    target/aws-emulator/bin/python tests/aws/emulator.py [--without PATCH]… [--stock]

Prints one line, {"endpoint": "http://127.0.0.1:P", "moto": "http://127.0.0.1:Q"}, and serves until stdin closes, so
that a test that dies leaves nothing behind. Tests use `endpoint`; `moto` is the same without the proxy.

POST /_emulator/reset      {"seed": 1}: forgets everything, proxy settings too; ids repeat with the same seed
POST /_emulator/seed       {"scenario": "article-before", "region": "us-east-1"}: answers the ids it made
POST /_emulator/deploy     {"stack": "shop", "files": ["fixtures/cloudformation/x.yaml"], "parameters": {}}: see `deploy`
POST /_emulator/set        states no API sets, see `set_state`
POST /_emulator/traffic    a client that never stops, see traffic.py
GET  /_aws/execute-api/…   a request through an API, see dataplane.py
GET  /_emulator/scenarios, /_emulator/patches
"""
import argparse
import json
import logging
import os
import pathlib
import sys
import threading
from collections import defaultdict
from datetime import timedelta

# Before moto and botocore are imported: no AMIs to load, no credentials to look for outside.
os.environ |= {
    "MOTO_EC2_LOAD_DEFAULT_AMIS": "false", "MOTO_IAM_LOAD_MANAGED_POLICIES": "false", "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN"):
    os.environ.pop(name, None)
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from moto.moto_api._internal import mock_random  # noqa: E402
from moto.moto_api._internal.models import moto_api_backend  # noqa: E402
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app  # noqa: E402
from moto.server import ThreadedMotoServer  # noqa: E402

import hooks  # noqa: E402
import patches  # noqa: E402, F401
import proxy as proxy_module  # noqa: E402
from clock import clock  # noqa: E402
from state import state  # noqa: E402
from traffic import Traffic  # noqa: E402


REPOSITORY = pathlib.Path(__file__).resolve().parent.parent.parent


class Emulator:
    def __init__(self, keeping):
        self.application = DomainDispatcherApplication(create_backend_app)
        self.proxy = proxy_module.Proxy(self.application, self.control, keeping)
        self.seeding, self.traffic = threading.Lock(), Traffic()
        # (account, region) -> what stacks there exported
        self.exports = defaultdict(dict)

    def control(self, path, body):
        """(status, JSON value)"""
        import scenarios  # not needed to serve, and slow to import
        hooks.changed()
        if path == "/_emulator/reset":
            self.reset(body.get("seed", 1))
            return 200, {}
        if path == "/_emulator/set":
            return set_state(body)
        if path == "/_emulator/traffic":
            return self.traffic.control(body)
        if path == "/_emulator/patches":
            return 200, {patch.name: patch.about for patch in hooks.patches.values()}
        if path == "/_emulator/scenarios":
            return 200, sorted(scenarios.SCENARIOS)
        if path == "/_emulator/deploy":
            return self.deploy(body)
        if path != "/_emulator/seed":
            return 404, {"error": f"no such control: {path}"}
        if body.get("scenario") not in scenarios.SCENARIOS:
            return 400, {"error": f"no such scenario: {body.get('scenario')}"}
        with self.seeding, clock.no_time_passes():
            aws = scenarios.Aws.in_process(self.application, set_state, body.get("region", "us-east-1"),
                                           body.get("account"))
            made = scenarios.SCENARIOS[body["scenario"]](aws)
        hooks.changed()
        return 200, made

    def deploy(self, body):
        """Makes CloudFormation stacks: files relative to the repository, parameters as an object, as the AWS CLI's list,
        or the name of a file that holds either; region and account are optional. Answers their resources and outputs."""
        import cloudformation  # not needed to serve, and slow to import
        import scenarios
        region, account = body.get("region", "us-east-1"), body.get("account")
        given = body.get("parameters")
        given = cloudformation.read(REPOSITORY / given) if isinstance(given, str) else given
        with self.seeding, clock.no_time_passes():
            aws = scenarios.Aws.in_process(self.application, set_state, region, account)
            try:
                made = cloudformation.deploy(aws, body["stack"], [REPOSITORY / file for file in body["files"]], given,
                                             self.exports[account, region], account)
            except cloudformation.Invalid as problem:
                return 400, {"error": str(problem)}
            finally:
                hooks.changed()
        return 200, made

    def reset(self, seed):
        self.traffic.stop()
        self.exports.clear()
        moto_api_backend.reset()
        state.reset(seed)
        clock.reset()
        self.proxy.reset()
        self.proxy.kept.clear()
        mock_random.seed(seed)


def set_state(body):
    """Sets what AWS itself decides:
    vpc_links            {link id: {"status": "FAILED", "message": "…"}}
    target_health        {target group ARN or name: {target id, "id:port" or "*": {"State": …, "Reason": …}}}
    subnets              {subnet id: InternetGatewayBlockMode}
    block_public_access  {"mode": …, "region": "us-east-1", "account": "123456789012"}
    delays               {what takes time, see clock.py, or "*": seconds}
    new_vpc_links        {pattern of the name: {"status": "FAILED", "message": "…"}}, of links made later
    health               {pattern of a target group's name: "unhealthy"}, of targets registered later
    trust_store_warnings {domain name: [warning]}, of those with mutual TLS
    client_certificates  {id: days from its making to its end}
    rollout              {pattern of a service's name: "fail"}, of deployments not yet complete
    """
    unknown = set(body) - {"vpc_links", "target_health", "subnets", "block_public_access", "delays", "new_vpc_links",
                           "health", "rollout", "client_certificates", "trust_store_warnings"}
    if unknown:
        return 400, {"error": f"no such state: {', '.join(sorted(unknown))}"}
    clock.set(body.get("delays", {}))
    for name in ("vpc_links", "new_vpc_links", "health", "rollout"):
        # A later wish goes before an earlier one for the same name.
        setattr(state, name, body.get(name, {}) | {key: value for key, value in getattr(state, name).items()
                                                   if key not in body.get(name, {})})
    state.trust_store_warnings |= body.get("trust_store_warnings", {})
    for id, days in body.get("client_certificates", {}).items():
        state.client_certificate_life[id] = timedelta(days=days)
    for group, targets in body.get("target_health", {}).items():
        state.target_health[group] |= targets
    state.subnet_block_mode |= body.get("subnets", {})
    block = body.get("block_public_access")
    if block:
        place = (block.get("account", "123456789012"), block.get("region", "us-east-1"))
        state.block_mode[place] = block["mode"]
    return 200, {}


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--without", action="append", default=[], metavar="PATCH", help="leave a patch out")
    arguments.add_argument("--stock", action="store_true", help="moto as it comes, no patches")
    options = arguments.parse_args()
    unknown = set(options.without) - set(hooks.patches)
    if unknown:
        arguments.error(f"no such patch: {', '.join(sorted(unknown))}")
    if not options.stock:
        hooks.enable([name for name in hooks.patches if name not in options.without])
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    # Without our hooks nothing says when moto changes, so no answer may be kept.
    emulator = Emulator(keeping=not options.stock)
    emulator.reset(seed=1)
    print(json.dumps({"endpoint": proxy_module.serve(emulator.proxy), "moto": f"http://{host}:{port}"}), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
