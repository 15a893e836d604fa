"""The one door to Stripe's API for our own calls. dj-stripe's go through the same host and transport."""

import logging
import math
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import stripe
from django.conf import settings

from billing.exceptions import PaymentsNotConfigured, StripeFailed, StripeUnavailable

logger = logging.getLogger(__name__)

CONFLICT = 409
MAX_RETRIES = 2  # on lost connections, 409, 429 and 5xx; each request carries an idempotency key

_no_request_after: ContextVar[float] = ContextVar("_no_request_after", default=math.inf)


class HTTPClient(stripe.RequestsClient):
    """Sends nothing, and nothing again, after the `deadline`."""

    def request(  # type: ignore[override]  # the library's class does not follow its base either
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        if time.monotonic() > _no_request_after.get():
            late = "Stripe took too long before this request."
            raise stripe.APIConnectionError(late, should_retry=False)  # type: ignore[no-untyped-call]  # of the library
        return super().request(method, url, headers, post_data)


def configure() -> None:
    """Bound what dj-stripe's calls may wait, too. Called once, at start-up."""
    stripe.api_version = settings.STRIPE_API_VERSION
    stripe.max_network_retries = MAX_RETRIES
    stripe.default_http_client = HTTPClient(timeout=settings.STRIPE_TIMEOUT_SECONDS)
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


@contextmanager
def deadline() -> Iterator[None]:
    """Bound the whole of what somebody waits for: several requests to Stripe, each tried again.

    Ends with StripeUnavailable, STRIPE_DEADLINE_SECONDS and one request's timeout from now at the latest.
    """
    end = time.monotonic() + settings.STRIPE_DEADLINE_SECONDS
    before = _no_request_after.set(min(end, _no_request_after.get()))
    try:
        yield
    finally:
        _no_request_after.reset(before)


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
