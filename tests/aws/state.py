"""What the patches remember beside moto's own backends. `reset` forgets it all."""
import random
from collections import defaultdict
from fnmatch import fnmatchcase


class State:
    def __init__(self):
        self.reset()

    def reset(self, seed=1):
        # VPC link id -> {"status": …, "message": …}; V1 and V2 alike.
        self.vpc_links = {}
        # Pattern of a name -> {"status": …, "message": …}: what becomes of VPC links made from now on.
        self.new_vpc_links = {}
        # Pattern of a target group's name -> "unhealthy" or "healthy": how targets registered from now on are found.
        self.health = {}
        # Pattern of a service's name -> "fail" or "succeed": how its next deployments end.
        self.rollout = {}
        # Who draws: canaries and weighted target groups.
        self.random = random.Random(seed)
        # Target group ARN or name -> {target id, "id:port" or "*": {"State": …, "Reason": …, "Description": …}}.
        self.target_health = defaultdict(dict)
        # (account, region) -> InternetGatewayBlockMode; absent is "off".
        self.block_mode = {}
        # (account, region) -> exclusions, as DescribeVpcBlockPublicAccessExclusions shows them.
        self.block_exclusions = defaultdict(list)
        # Subnet id -> InternetGatewayBlockMode, where a test sets it outright.
        self.subnet_block_mode = {}
        # (account, region) -> the stacks deployed there, in the order they were made.
        self.stacks = defaultdict(list)
        # (account, region, API id, deployment id) -> the configuration as it was when the deployment was made.
        self.rest_deployments = {}
        # (account, region, API id) -> {deployment id: {"deployment": …, "configuration": …}}.
        self.http_deployments = defaultdict(dict)
        # Load balancer ARN -> ids of its network interfaces.
        self.load_balancer_enis = defaultdict(list)
        # VPC link id (V2) -> ids of its network interfaces.
        self.vpc_link_enis = defaultdict(list)
        # Service ARN -> its tasks, as DescribeTasks shows them.
        self.tasks = defaultdict(list)
        # Deployment id -> what a service was told when it began, for the way back.
        self.service_deployments = {}
        # Client token -> (service ARN, what was asked).
        self.service_tokens = {}
        # (account, region) -> client certificates, as GetClientCertificates shows them.
        self.client_certificates = defaultdict(list)
        # Client certificate id -> how long it lasts from its making on, where a test says so.
        self.client_certificate_life = {}
        # Domain name -> what AWS has against the certificates in its trust store.
        self.trust_store_warnings = {}
        # Listener ARN -> MutualAuthentication.
        self.mutual_authentication = {}
        # (account, region) -> trust stores, as DescribeTrustStores shows them.
        self.trust_stores = defaultdict(list)


def wish(wishes, *names):
    """What a test wants of something with one of these names: the keys of `wishes` are names or patterns of them."""
    return next((value for pattern, value in wishes.items()
                 if any(fnmatchcase(name, pattern) for name in names)), None)


state = State()
