"""Cursor pagination for lists that grow during pagination."""

from datetime import datetime, timedelta
from typing import Any

from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request


class CursorPages(CursorPagination):
    """Pages `{"next", "previous", "results"}` that neither repeat nor skip rows when rows are added.

    A forged cursor returns 404; DRF would pass its position to the database unchecked. A subclass overrides
    `parse_position` for an ordering that does not start with an integer.
    """

    page_size_query_param = "pageSize"
    max_page_size = 100

    @staticmethod
    def parse_position(position: str) -> object:
        """Parse the value in a cursor. Raises ValueError."""
        return int(position)

    def decode_cursor(self, request: Request) -> Any:
        cursor = super().decode_cursor(request)
        if cursor and cursor.position is not None:
            try:
                self.parse_position(str(cursor.position))
            except ValueError:
                raise NotFound(self.invalid_cursor_message) from None
        return cursor

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return DRF's schema without `nullable`, which OpenAPI 3.1 does not have."""
        page: dict[str, Any] = super().get_paginated_response_schema(schema)
        for name in ("next", "previous"):
            page["properties"][name] = {"type": ["string", "null"], "format": "uri"}
        page["required"] = ["next", "previous", "results"]
        return page


class NewestFirst(CursorPages):
    """Pages of rows that have `created_at`, newest first."""

    ordering = ("-created_at", "-id")
    page_size = 20

    @staticmethod
    def parse_position(position: str) -> datetime:
        moment = datetime.fromisoformat(position)
        if moment.utcoffset() != timedelta():
            raise ValueError(position)
        return moment
