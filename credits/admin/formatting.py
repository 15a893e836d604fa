"""How the admin shows amounts of credits."""

from django.contrib.humanize.templatetags.humanize import intcomma


def credits_text(amount: int, *, signed: bool = False) -> str:
    """Format 1234 as 1,234, with a minus sign for negative and, if `signed`, a plus for positive amounts."""
    sign = "\N{MINUS SIGN}" if amount < 0 else "+" if signed and amount else ""
    return f"{sign}{intcomma(abs(amount))}"
