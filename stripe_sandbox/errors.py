"""Errors in the shape and with the status codes that Stripe uses."""

from typing import Any


class StripeError(Exception):
    """An error that the client receives.

    With `keeps_changes`, the request's changes before the error are committed. Source: https://docs.stripe.com/api/errors
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        keeps_changes: bool = False,
        **extra: str | None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.keeps_changes = keeps_changes
        self.error: dict[str, Any] = {"message": message, "type": kind}
        if code:
            self.error["code"] = code
            self.error["doc_url"] = f"https://docs.stripe.com/error-codes/{code.replace('_', '-')}"
        if param:
            self.error["param"] = param
        self.error.update({key: value for key, value in extra.items() if value is not None})

    @property
    def body(self) -> dict[str, Any]:
        """The JSON body of the response."""
        return {"error": self.error}


class CardDeclined(StripeError):
    """The bank declines the card: status 402 with the decline code."""

    def __init__(self, *, decline_code: str, charge: str | None = None, keeps_changes: bool = False) -> None:
        super().__init__(
            MESSAGES.get(decline_code, "Your card was declined."),
            status=402,
            kind="card_error",
            code=decline_code if decline_code in CODES else "card_declined",
            decline_code=decline_code,
            charge=charge,
            keeps_changes=keeps_changes,
        )
        self.decline_code = decline_code


# Decline codes that are error codes as well.
CODES = frozenset({"expired_card", "incorrect_cvc", "processing_error"})
MESSAGES = {
    "expired_card": "Your card has expired.",
    "incorrect_cvc": "Your card's security code is incorrect.",
    "insufficient_funds": "Your card has insufficient funds.",
    "processing_error": "An error occurred while processing your card. Try again in a little bit.",
}


def not_found(kind: str, object_id: str, *, param: str = "id", status: int = 404) -> StripeError:
    """Return the error for an object that does not exist."""
    name = kind.replace(".", " ").replace("_", " ")
    message = f"No such {name}: '{object_id}'"
    return StripeError(message, status=status, code="resource_missing", param=param)


def missing_parameter(name: str, *, param: str | None = None) -> StripeError:
    """Return the error for a required parameter that was not sent."""
    return StripeError(f"Missing required param: {name}.", code="parameter_missing", param=param or name)
