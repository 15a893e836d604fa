"""Amounts as text, and the prices that they come from."""

from stripe_sandbox.store import Json

# Sources: https://docs.stripe.com/currencies#zero-decimal, #three-decimal and #special-cases (ugx, isk)
ZERO_DECIMAL = frozenset(
    {
        "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf",
    }
)  # fmt: skip
THREE_DECIMAL = frozenset({"bhd", "jod", "kwd", "omr", "tnd"})
SYMBOLS = {"usd": "$", "eur": "€", "gbp": "£", "jpy": "¥"}


def unit_cost(price: Json) -> float:
    """Return the cost of one unit, in minor units."""
    return float(price["unit_amount"] if price["unit_amount"] is not None else price["unit_amount_decimal"])


def currency_text(amount: float, currency: str) -> str:
    """Return an amount of minor units as text, such as `$9.99`."""
    places = 0 if currency in ZERO_DECIMAL else 3 if currency in THREE_DECIMAL else 2
    number = f"{abs(amount) / 10**places:,.{places}f}"
    sign = "-" if amount < 0 else ""
    symbol = SYMBOLS.get(currency)
    return f"{sign}{symbol}{number}" if symbol else f"{sign}{number} {currency.upper()}"
