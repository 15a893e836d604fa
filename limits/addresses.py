"""The block of addresses that one client controls."""

import ipaddress

from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

UNKNOWN = "unknown"
IPV6_PREFIX = 64  # a provider gives a customer at least this much


def address_block(text: str) -> str:
    """Return an IPv4 address itself, and an IPv6 address as its /64. What is no address is one block."""
    try:
        address = ipaddress.ip_address(text.strip())
    except ValueError:
        return UNKNOWN
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((int(address), IPV6_PREFIX), strict=False))
    return str(address)


def client_block(request: Request) -> str:
    """Return the block of the client's address. NUM_PROXIES tells how much of X-Forwarded-For to trust."""
    return address_block(BaseThrottle().get_ident(request) or "")
