"""Cursor pagination for lists that grow during pagination."""

import re
from datetime import datetime, timedelta
from typing import Any

from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request


class CursorPages(CursorPagination):
    """Pages `{"next", "previous", "results"}` that neither repeat nor skip rows when rows are added.

    A forged cursor, or a page size outside 1 to 100, returns 400. DRF would pass a cursor's position to the
    database unchecked, and ignore a wrong size. A subclass overrides `parse_position` for an ordering
    that does not start with an integer.
    """

    page_size_query_param = "pageSize"
    max_page_size = 100

    @staticmethod
    def parse_position(position: str) -> object:
        """Parse the value in a cursor. Raises ValueError."""
        return int(position)

    def decode_cursor(self, request: Request) -> Any:
        try:
            cursor = super().decode_cursor(request)
            if cursor and cursor.position is not None:
                self.parse_position(str(cursor.position))
        except (NotFound, ValueError):
            raise ValidationError({self.cursor_query_param: [self.invalid_cursor_message]}) from None
        return cursor

    def get_page_size(self, request: Request) -> int:
        given = request.query_params.get(self.page_size_query_param, str(self.page_size))
        if not re.fullmatch(r"[0-9]{1,4}", given) or not 1 <= int(given) <= self.max_page_size:
            message = f"This must be a number from 1 to {self.max_page_size}."
            raise ValidationError({self.page_size_query_param: [message]})
        return int(given)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        parameters: list[dict[str, Any]] = super().get_schema_operation_parameters(view)
        for parameter in parameters:
            if parameter["name"] == self.page_size_query_param:
                size = {"type": "integer", "minimum": 1, "maximum": self.max_page_size}
                parameter["schema"] = {**size, "default": self.page_size}
            else:
                parameter["description"] = (
                    "From the `next` or `previous` of a page. Follow these links as given."
                )
        return parameters

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
