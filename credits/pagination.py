"""Cursor pages for lists that grow while they are read."""

from typing import Any

from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request


class CursorPages(CursorPagination):
    """`{"next", "previous", "results"}`, stable while rows are added: no page repeats or skips one.

    A forged cursor is 404: DRF would hand its position to the database as it is. A subclass says in
    `reads` how a position reads, as a function that raises ValueError for what is none.
    """

    page_size_query_param = "pageSize"
    max_page_size = 100

    @staticmethod
    def reads(position: str) -> Any:
        """What a position stands for. Raises ValueError."""
        return int(position)

    def decode_cursor(self, request: Request) -> Any:
        cursor = super().decode_cursor(request)
        if cursor and cursor.position is not None:
            try:
                self.reads(str(cursor.position))
            except ValueError:
                raise NotFound(self.invalid_cursor_message) from None
        return cursor

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """DRF's, in the words of OpenAPI 3.1: it has no `nullable`."""
        page: dict[str, Any] = super().get_paginated_response_schema(schema)
        for name in ("next", "previous"):
            page["properties"][name] = {"type": ["string", "null"], "format": "uri"}
        page["required"] = ["next", "previous", "results"]
        return page
