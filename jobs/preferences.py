"""Read the Prefer header (RFC 7240)."""

import re

from rest_framework.request import Request

RESPOND_ASYNC = "respond-async"
# A quoted string, other text, or a separator.
_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|[^",;]+|[,;]')


def prefers_async(request: Request) -> bool:
    """Return whether the client asks for a job. Ignore other preferences, such as `wait`, and malformed ones."""
    return RESPOND_ASYNC in preferences(request.META.get("HTTP_PREFER", ""))


def preferences(header: str) -> dict[str, str]:
    """Return the preferences of a header without their parameters.

    Names are in lower case. Of several values of a name, the first counts.
    """
    pairs, in_parameters, position = [""], False, 0
    while match := _PIECE.match(header, position):
        piece, position = match.group(), match.end()
        if piece == ",":
            pairs.append("")
            in_parameters = False
        elif piece == ";":
            in_parameters = True
        elif not in_parameters:
            pairs[-1] += piece
    if position < len(header):  # a quoted string that does not end
        pairs.pop()
    found: dict[str, str] = {}
    for pair in pairs:
        name, _, value = pair.partition("=")
        if name.strip():
            found.setdefault(name.strip().lower(), value.strip().strip('"'))
    return found
