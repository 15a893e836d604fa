"""How the admin shows amounts of credits."""

from django.contrib.humanize.templatetags.humanize import intcomma


def credits_text(amount: int, *, signed: bool = False) -> str:
    """1234 → 1,234, with a real minus; `signed` puts a plus before what was given."""
    sign = "\N{MINUS SIGN}" if amount < 0 else "+" if signed and amount else ""
    return f"{sign}{intcomma(abs(amount))}"
