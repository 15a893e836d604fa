"""The JSON parser."""

import json
import math
from collections.abc import Mapping
from typing import IO, Any

from rest_framework import parsers
from rest_framework.exceptions import ParseError

MAX_DEPTH = 20


class JSONParser(parsers.BaseParser):
    """Parse UTF-8 (RFC 8259), strictly: no NaN, no number such as 1e400, no name twice, no nesting beyond MAX_DEPTH.

    Of two equal names, some parsers use the first and some the last. So a proxy might check a value that is
    not used.

    DRF's own parser decodes with whatever charset the client names, and lets a RecursionError become a 500.
    """

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            data = json.loads(
                stream.read().decode(),
                parse_constant=_refuse,
                parse_float=_finite,
                object_pairs_hook=_unique,
            )
        except RecursionError:
            raise ParseError("JSON parse error - nested too deep") from None
        except UnicodeDecodeError:
            raise ParseError("JSON parse error - the body is not UTF-8") from None
        except ValueError as error:
            raise ParseError(f"JSON parse error - {error}") from None
        if not _is_flat(data):
            raise ParseError("JSON parse error - nested too deep")
        return data


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number is out of range")
    return number


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name occurs twice")
    return found


def _is_flat(data: Any) -> bool:
    """Return whether `data` is nested at most MAX_DEPTH deep."""
    level = [data]
    for _ in range(MAX_DEPTH + 1):
        level = [
            child
            for node in level
            if isinstance(node, dict | list)
            for child in (node.values() if isinstance(node, dict) else node)
        ]
        if not level:
            return True
    return False
