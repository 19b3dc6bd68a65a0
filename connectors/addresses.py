"""What an address says of the machine behind it. Standard library alone: settings use it, too."""

from ipaddress import ip_address


def is_loopback(host: str | None) -> bool:
    """Whether a host name or address means this machine alone. Total."""
    if host is None:
        return False
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
