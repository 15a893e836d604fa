"""How the admin shows amounts of credits."""

from django.contrib.humanize.templatetags.humanize import intcomma

from credits.holders import Holder
from credits.pricing import Price


def credits_text(amount: int, *, signed: bool = False) -> str:
    """Format 1234 as 1,234, with a minus sign for negative and, if `signed`, a plus for positive amounts."""
    sign = "\N{MINUS SIGN}" if amount < 0 else "+" if signed and amount else ""
    return f"{sign}{intcomma(abs(amount))}"


def held_text(holder: Holder) -> str:
    """Describe the reserved credits, such as "50 credits, 20 of them claimed after a refund or dispute"."""
    claimed = f", {credits_text(holder.ai_credits_claimed)} of them claimed after a refund or dispute"
    return f"{credits_text(holder.ai_credits_held)} credits{claimed if holder.ai_credits_claimed else ''}"


def price_text(price: Price) -> str:
    """Describe a price, such as "5 + 1 per question" or "200 per million input tokens, at least 1"."""
    parts = [
        (price.base, ""),
        (price.per_unit, f" per {price.unit or 'unit'}"),
        (price.per_million_input_tokens, " per million input tokens"),
        (price.per_million_output_tokens, " per million output tokens"),
    ]
    shown = [f"{credits_text(number)}{of}" for number, of in parts if number]
    if not shown:
        return credits_text(price.minimum)
    return " + ".join(shown) + (f", at least {credits_text(price.minimum)}" if price.minimum else "")
