"""Read the Prefer header (RFC 7240)."""

import re

from rest_framework.request import Request

RESPOND_ASYNC = "respond-async"
_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # noqa: S105  (a token of HTTP)
_VALUE = rf'(?:{_TOKEN}|"(?:[^"\\]|\\.)*")'
_PAIR = rf"({_TOKEN})(?:\s*=\s*({_VALUE})?)?"
_PREFERENCE = re.compile(rf"[,\s]*{_PAIR}((?:\s*;\s*(?:{_TOKEN}(?:\s*=\s*{_VALUE}?)?)?)*)\s*(?:,|$)")


def prefers_async(request: Request) -> bool:
    """Return whether the client asks for a job. Other preferences, `wait` too, are ignored.

    A header that cannot be read is ignored, as every preference may be.
    """
    return RESPOND_ASYNC in preferences(request.META.get("HTTP_PREFER", ""))


def preferences(header: str) -> dict[str, str]:
    """Return the preferences of a header, with lower-case names. The first of a name counts."""
    found: dict[str, str] = {}
    position = 0
    while match := _PREFERENCE.match(header, position):
        name, value, _ = match.groups()
        found.setdefault(name.lower(), (value or "").strip('"'))
        position = match.end()
    return found
