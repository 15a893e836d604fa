"""Serializer fields that accept only values of the right JSON type."""

from typing import Any

from rest_framework import serializers


class StringField(serializers.CharField):
    """A string. DRF's CharField also accepts numbers, and converts them to strings."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class IdField(serializers.UUIDField):
    """The text of a UUID. DRF's UUIDField also accepts numbers, and converts them to UUIDs."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class WholeNumberField(serializers.IntegerField):
    """A number without a fraction. DRF's IntegerField also accepts strings."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("invalid")
        return super().to_internal_value(data)


class ListField(serializers.ListField):
    """A list of at most `max_length` elements. A longer list is refused before its elements are validated.

    DRF's ListField first validates every element and reports each that is invalid: seconds of work and
    megabytes of errors for one body.
    """

    def __init__(self, *, max_length: int, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)
        self.bound = max_length

    def to_internal_value(self, data: Any) -> list[Any]:
        if not isinstance(data, list):
            self.fail("not_a_list", input_type=type(data).__name__)
        if len(data) > self.bound:
            self.fail("max_length", max_length=self.bound)
        return super().to_internal_value(data)
