"""Expected failures of billing. Each carries its data, its code and its HTTP status."""

from collections.abc import Sequence

from common.exceptions import APIError


class BillingError(APIError):
    """Base of this app's expected failures. Nothing was changed."""

    code = "billing_error"


class PaymentsNotConfigured(BillingError):
    """Payments are not configured on this server: STRIPE_SECRET_KEY is empty."""

    status_code = 503
    code = "payments_not_configured"
    message = "Payments are not configured on this server."


class AccountBlocked(BillingError):
    """The account is blocked: it can read, but can neither spend credits nor buy."""

    status_code = 403
    code = "account_blocked"
    message = "This account is blocked. It cannot spend credits or buy. Please contact support."


class NotForSale(BillingError):
    """The plan or pack is unknown, not on sale, or has no active price. `terms` name a missing price."""

    code = "invalid"
    fields = {"errors": "The messages by field."}
    example = {"plan": "gold"}

    def __init__(self, *, plan: str = "", pack: str = "", terms: Sequence[str] = ()) -> None:
        self.plan, self.pack = plan, pack
        kind, slug = ("pack", pack) if pack else ("plan", plan)
        message = f"The {kind} {slug!r} is not on sale."
        if terms:
            message = f"The {kind} {slug!r} has no such price: see `prices` at /api/payments/plans."
        super().__init__(message, errors={name: [message] for name in terms or [kind]})


class PriceRefused(BillingError):
    """A plan or a pack cannot be sold at this price. The message gives the reason."""

    code = "price_refused"


class NoCustomer(BillingError):
    """The user has no Stripe customer, because there has been no checkout yet."""

    status_code = 409
    code = "no_customer"
    message = "There is no subscription or payment to manage yet. Start with a checkout."


class BillingClosed(BillingError):
    """The account was deleted while the request ran, so it cannot buy any more."""

    status_code = 409
    code = "billing_closed"
    message = "This account was deleted. Nothing was charged."


class PortalNotConfigured(BillingError):
    """The Stripe account has no portal configuration, or not the one in the settings."""

    status_code = 503
    code = "portal_not_configured"
    message = "The customer portal is not configured on this server."


class AlreadySubscribed(BillingError):
    """The user already has a subscription to this plan or to another one.

    `portal_url` is None without a portal.
    """

    status_code = 409
    code = "already_subscribed"
    fields = {
        "plan": "The plan of the subscription.",
        "portalUrl": "The URL of a Stripe page where the user manages the subscription; null if Stripe opens none.",
    }
    nullable = frozenset({"portalUrl"})
    example = {"plan": "pro", "portal_url": "https://billing.stripe.com/p/session/test_YWNjdF8x"}

    def __init__(self, *, plan: str, portal_url: str | None) -> None:
        self.plan, self.portal_url = plan, portal_url
        super().__init__(
            f"There is already a subscription to {plan!r}. Manage it in the portal.",
            plan=plan,
            portalUrl=portal_url,
        )


class StripeUnavailable(BillingError):
    """Stripe does not respond, rate-limits us or rejects our key. The request can be retried."""

    status_code = 503
    code = "stripe_unavailable"
    wait = 5  # seconds, unless Stripe says otherwise

    def __init__(self, *, retry_after: int = wait) -> None:
        self.wait = retry_after
        super().__init__("The payment service does not respond. Nothing was charged; try again in a moment.")


class StripeBusy(BillingError):
    """Too many requests already wait for Stripe, or an event keeps a lock that this one needs. It can be retried."""

    status_code = 503
    code = "stripe_busy"
    message = "Too many requests wait for the payment service. Nothing was charged; try again in a moment."
    wait = 2  # seconds


class StripeFailed(BillingError):
    """Stripe returned an error that the caller did not cause.

    `is_stored`: Stripe stored it under the request's idempotency key, and returns it for a day.
    """

    status_code = 502
    code = "stripe_error"

    def __init__(self, *, stripe_code: str | None = None, is_stored: bool = False) -> None:
        self.stripe_code, self.is_stored = stripe_code, is_stored
        super().__init__("The payment service refused the request. Nothing was charged.")


class CustomerMismatch(StripeFailed):
    """In Stripe, an event's object belongs to another customer, whose lock is not held."""


class StripeObjectMissing(StripeFailed):
    """Stripe does not know an object of the request, or it was deleted. `parameter` is the object's parameter."""

    def __init__(self, *, parameter: str | None = None) -> None:
        self.parameter = parameter
        super().__init__(stripe_code="resource_missing")
