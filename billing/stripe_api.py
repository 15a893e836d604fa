"""The one door to Stripe's API for our own calls. dj-stripe's go through the same host and transport."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import stripe
from django.conf import settings

from billing.exceptions import PaymentsNotConfigured, StripeFailed, StripeUnavailable

logger = logging.getLogger(__name__)

CONFLICT = 409
MAX_RETRIES = 2  # on lost connections, 409, 429 and 5xx; each request carries an idempotency key


def configure() -> None:
    """Bound what dj-stripe's calls may wait, too. Called once, at start-up."""
    stripe.api_version = settings.STRIPE_API_VERSION
    stripe.max_network_retries = MAX_RETRIES
    stripe.default_http_client = stripe.RequestsClient(timeout=settings.STRIPE_TIMEOUT_SECONDS)
    stripe.set_app_info("prepaid-credits", version="0.1.0")


def client() -> stripe.StripeClient:
    """Stripe's client for the configured key and host. Raises PaymentsNotConfigured without a key."""
    if not settings.STRIPE_SECRET_KEY:
        raise PaymentsNotConfigured
    return stripe.StripeClient(
        settings.STRIPE_SECRET_KEY,
        stripe_version=settings.STRIPE_API_VERSION,
        base_addresses={"api": settings.STRIPE_API_HOST},
        max_network_retries=MAX_RETRIES,
        http_client=stripe.default_http_client,
    )


def is_absent(error: stripe.StripeError) -> bool:
    """Whether Stripe says that it does not know, or no longer knows, what was asked about."""
    return isinstance(error, stripe.InvalidRequestError) and error.code == "resource_missing"


@contextmanager
def stripe_errors() -> Iterator[None]:
    """Turn what Stripe's library raises into what a caller can be told."""
    try:
        yield
    except (stripe.APIConnectionError, stripe.RateLimitError) as error:
        logger.warning("Stripe does not answer: %s", error)
        retry_after = (error.headers or {}).get("Retry-After", "")
        raise StripeUnavailable(retry_after=int(retry_after) if retry_after.isdigit() else 5) from error
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        logger.exception("Stripe refuses our key.")
        raise StripeUnavailable(retry_after=60) from error
    except stripe.StripeError as error:
        if error.http_status == CONFLICT:
            # The same request is still running there: ours, after we stopped waiting for its answer.
            raise StripeUnavailable(retry_after=2) from error
        logger.exception("Stripe answered with an error.")
        raise StripeFailed(stripe_code=error.code) from error
