"""A password validator, in addition to Django's."""

from typing import Any

from django.core.exceptions import ValidationError


class VarietyValidator:
    """Refuse passwords with few different characters, such as "aaaaaaaa". White space does not count."""

    def __init__(self, min_different: int = 5) -> None:
        self.min_different = min_different

    def validate(self, password: str, user: Any = None) -> None:
        if len({*password} - {*" \t\r\n\u00a0"}) < self.min_different:
            raise ValidationError(self.get_help_text(), code="password_too_uniform")

    def get_help_text(self) -> str:
        return f"Your password must contain at least {self.min_different} different characters other than spaces."
