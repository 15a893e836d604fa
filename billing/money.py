"""Amounts of money as text."""

from decimal import Decimal

# Decimal places of the currencies whose minor unit is not a hundredth, as Stripe's API counts them:
# https://docs.stripe.com/currencies#zero-decimal and #three-decimal. ISK and UGX have no decimals either,
# but Stripe keeps counting them in hundredths: https://docs.stripe.com/currencies#special-cases
DECIMAL_PLACES = {
    **dict.fromkeys(["bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga"], 0),
    **dict.fromkeys(["pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf"], 0),
    **dict.fromkeys(["bhd", "jod", "kwd", "omr", "tnd"], 3),
}


def money(amount: int | None, currency: str | None) -> str:
    """Format an amount in minor units in the currency's major unit: (2000, "eur") → 20.00 EUR."""
    if amount is None or not currency:
        return "-"
    places = DECIMAL_PLACES.get(currency, 2)
    return f"{Decimal(amount).scaleb(-places):,.{places}f}\N{NO-BREAK SPACE}{currency.upper()}"
