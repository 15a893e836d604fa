"""The JSON parser."""

import json
from collections.abc import Mapping
from typing import IO, Any

from rest_framework import parsers
from rest_framework.exceptions import ParseError


class JSONParser(parsers.JSONParser):
    """DRF's parser, but deeply nested JSON is a 400, and so are numbers such as 1e400.

    DRF lets the RecursionError become a 500, and makes an infinity of such a number, which no JSON can store.
    """

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            data = super().parse(stream, media_type, parser_context)
            json.dumps(data, allow_nan=False)
        except RecursionError:
            raise ParseError("JSON parse error - nested too deep") from None
        except ValueError:
            raise ParseError("JSON parse error - a number is out of range") from None
        return data
