"""Expected failures of billing. Each carries its data, its code and its HTTP status."""

from common.exceptions import APIError


class BillingError(APIError):
    """The base of this app's expected failures. Nothing was changed."""

    code = "billing_error"


class PaymentsNotConfigured(BillingError):
    """STRIPE_SECRET_KEY is empty: nothing can be sold here."""

    status_code = 503
    code = "payments_not_configured"
    message = "Payments are not configured on this server."


class NotForSale(BillingError):
    """The plan or pack is unknown, not on sale, or has no price."""

    code = "invalid"

    def __init__(self, *, plan: str = "", pack: str = "") -> None:
        self.plan, self.pack = plan, pack
        kind, slug = ("pack", pack) if pack else ("plan", plan)
        message = f"The {kind} {slug!r} is not on sale."
        super().__init__(message, errors={kind: [message]})


class NoCustomer(BillingError):
    """The user has never been to the checkout, so there is nothing to manage."""

    status_code = 409
    code = "no_customer"
    message = "There is no subscription or payment to manage yet. Start with a checkout."


class AlreadySubscribed(BillingError):
    """The user has this plan. A second subscription would be paid twice."""

    status_code = 409
    code = "already_subscribed"

    def __init__(self, *, plan: str, portal_url: str) -> None:
        self.plan, self.portal_url = plan, portal_url
        super().__init__(
            f"There is a subscription to {plan!r} already. Manage it in the portal.",
            plan=plan,
            portalUrl=portal_url,
        )


class StripeUnavailable(BillingError):
    """Stripe did not answer, or asked us to wait. Try again."""

    status_code = 503
    code = "stripe_unavailable"

    def __init__(self, *, retry_after: int = 5) -> None:
        self.wait = retry_after
        super().__init__("The payment service does not answer. Nothing was charged; try again in a moment.")


class StripeFailed(BillingError):
    """Stripe answered with an error that is its or our fault, not the caller's."""

    status_code = 502
    code = "stripe_error"

    def __init__(self, *, stripe_code: str | None = None) -> None:
        self.stripe_code = stripe_code
        super().__init__("The payment service refused the request. Nothing was charged.")


class StripeObjectMissing(StripeFailed):
    """Stripe does not know, or no longer knows, what a request is about. `parameter` names it."""

    def __init__(self, *, parameter: str | None = None) -> None:
        self.parameter = parameter
        super().__init__(stripe_code="resource_missing")
