"""Every patch of moto, one module a service. Importing the package fills `hooks.patches`."""
from patches import acm, domains, ec2, ecs, elb, http, http_export, load_balancer_network, rest, rest_export, waf  # noqa: F401
