"""Where a sign-in came from: the academy's name for the network, else the address itself."""

from collections.abc import Mapping
from ipaddress import ip_address, ip_network


def place_of(address: str, networks: Mapping[str, str]) -> str:
    """Answer the name of the narrowest network an address is in, else the address."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    known = ((ip_network(cidr), name) for cidr, name in networks.items())
    fitting = [
        (network.prefixlen, name)
        for network, name in known
        if network.version == found.version and found in network
    ]
    return max(fitting)[1] if fitting else address


def are_networks(value: Mapping[str, str]) -> str | None:
    """Refuse what is not a network in CIDR notation; for the setting NETWORKS."""
    for cidr in value:
        try:
            ip_network(cidr)
        except ValueError as error:
            return f"has a bad network: {error}"
    return None
