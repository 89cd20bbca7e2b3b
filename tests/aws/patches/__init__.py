"""Every patch of moto, by service and theme. Importing the package fills `hooks.patches`."""
from patches import acm, client_certificates, domains, ec2, ecs, elb, http, http_export  # noqa: F401
from patches import load_balancer_network, rest, rest_export, stacks, waf  # noqa: F401
# What is written and what takes time stands around what is read.
from patches import groups, links, load_balancer_life, targets  # noqa: F401
from patches import ecs_rollout, http_writes, rest_writes  # noqa: F401
