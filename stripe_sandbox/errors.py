"""Refusals, in the shape and with the status codes that Stripe uses."""

from __future__ import annotations

from typing import Any


class StripeError(Exception):
    """A refusal that the client sees.

    Source: https://docs.stripe.com/api/errors
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.keeps_changes = False  # whether what was written before the refusal stays
        self.error: dict[str, Any] = {"message": message, "type": kind}
        if code:
            self.error["code"] = code
            self.error["doc_url"] = f"https://docs.stripe.com/error-codes/{code.replace('_', '-')}"
        if param:
            self.error["param"] = param
        self.error.update({key: value for key, value in extra.items() if value is not None})

    @property
    def body(self) -> dict[str, Any]:
        """The JSON that Stripe answers with."""
        return {"error": self.error}


class CardDeclined(StripeError):
    """The bank said no: 402 with the decline code."""

    def __init__(self, *, decline_code: str, **extra: Any) -> None:
        code = decline_code if decline_code in OWN_CODES else "card_declined"
        super().__init__(
            OWN_CODES.get(decline_code) or DECLINES.get(decline_code, "Your card was declined."),
            status=402,
            kind="card_error",
            code=code,
            decline_code=decline_code,
            **extra,
        )
        self.decline_code = decline_code


DECLINES = {
    "generic_decline": "Your card was declined.",
    "insufficient_funds": "Your card has insufficient funds.",
    "lost_card": "Your card was declined.",
    "stolen_card": "Your card was declined.",
}
OWN_CODES = {
    "expired_card": "Your card has expired.",
    "incorrect_cvc": "Your card's security code is incorrect.",
    "processing_error": "An error occurred while processing your card. Try again in a little bit.",
}


def missing(kind: str, object_id: str, param: str = "id") -> StripeError:
    """Return the 404 for an object that does not exist."""
    name = kind.replace(".", " ").replace("_", " ")
    return StripeError(f"No such {name}: '{object_id}'", status=404, code="resource_missing", param=param)


def missing_param(kind: str, object_id: str, param: str) -> StripeError:
    """Return the 400 for a parameter that names an object that does not exist."""
    error = missing(kind, object_id, param)
    error.status = 400
    return error
