"""The block of addresses that one client controls."""

import ipaddress

from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

UNKNOWN = "unknown"
IPV6_PREFIX = 64  # a provider gives a customer at least this much


def address_block(text: str) -> str:
    """Return an IPv4 address unchanged, and an IPv6 address as its /64. All invalid addresses are one block."""
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
    """Return the block of the client's address. NUM_PROXIES is the number of trusted X-Forwarded-For entries."""
    return address_block(BaseThrottle().get_ident(request) or "")
