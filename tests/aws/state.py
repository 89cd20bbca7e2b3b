"""What the patches remember beside moto's own backends. `reset` forgets it all."""
from collections import defaultdict


class State:
    def __init__(self):
        self.reset()

    def reset(self):
        # VPC link id -> {"status": …, "message": …}; V1 and V2 alike.
        self.vpc_links = {}
        # Target group ARN or name -> {target id, "id:port" or "*": {"State": …, "Reason": …, "Description": …}}.
        self.target_health = defaultdict(dict)
        # (account, region) -> InternetGatewayBlockMode; absent is "off".
        self.block_mode = {}
        # (account, region) -> exclusions, as DescribeVpcBlockPublicAccessExclusions shows them.
        self.block_exclusions = defaultdict(list)
        # Subnet id -> InternetGatewayBlockMode, where a test sets it outright.
        self.subnet_block_mode = {}
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
        # Listener ARN -> MutualAuthentication.
        self.mutual_authentication = {}
        # (account, region) -> trust stores, as DescribeTrustStores shows them.
        self.trust_stores = defaultdict(list)


state = State()
