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
