"""Stripe client: key, version, timeouts, retries, errors. dj-stripe's calls use the same host and transport."""

import logging
import math
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import requests
import requests.utils
import stripe
from django.conf import settings

from billing.exceptions import PaymentsNotConfigured, StripeFailed, StripeObjectMissing, StripeUnavailable

logger = logging.getLogger(__name__)

CONFLICT = 409
SERVER_ERROR = 500
MAX_RETRIES = 2  # on lost connections, 409, 429 and 5xx; each request carries an idempotency key

_no_request_after: ContextVar[float] = ContextVar("_no_request_after", default=math.inf)


class HTTPClient(stripe.RequestsClient):
    """A transport that sends no request, and no retry, after the `deadline`. It reads the environment once."""

    def request(  # type: ignore[override]  # the library's class does not follow its base either
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        if time.monotonic() > _no_request_after.get():
            message = "Stripe took too long before this request."
            raise stripe.APIConnectionError(message, should_retry=False)  # type: ignore[no-untyped-call]  # of the library
        if getattr(self._thread_local, "session", None) is None:
            self._thread_local.session = _session()
        return super().request(method, url, headers, post_data)


def _session() -> requests.Session:
    """Return a session that has read the proxies in the environment.

    By default, requests reads the whole environment and .netrc again for each request.
    """
    session = requests.Session()
    session.proxies = dict(requests.utils.get_environ_proxies(settings.STRIPE_API_HOST))
    session.trust_env = False
    return session


def configure() -> None:
    """Set version, timeout and retries also for dj-stripe's calls. Called once, at start-up."""
    stripe.api_version = settings.STRIPE_API_VERSION
    stripe.max_network_retries = MAX_RETRIES
    stripe.default_http_client = HTTPClient(timeout=settings.STRIPE_TIMEOUT_SECONDS)
    stripe.set_app_info("prepaid-credits", version="0.1.0")


@contextmanager
def stripe_client() -> Iterator[stripe.StripeClient]:
    """Yield a client for the configured key and host, and translate the library's exceptions.

    Raises PaymentsNotConfigured without a key, StripeUnavailable (no response, rate limit, rejected key),
    StripeObjectMissing (the object never existed, or was deleted), StripeFailed (any other error).
    """
    if not settings.STRIPE_SECRET_KEY:
        raise PaymentsNotConfigured
    client = stripe.StripeClient(
        settings.STRIPE_SECRET_KEY,
        stripe_version=settings.STRIPE_API_VERSION,
        base_addresses={"api": settings.STRIPE_API_HOST},
        max_network_retries=MAX_RETRIES,
        http_client=stripe.default_http_client,
    )
    try:
        yield client
    except (stripe.APIConnectionError, stripe.RateLimitError) as error:
        logger.warning("Stripe does not respond: %s", error)
        retry_after = (error.headers or {}).get("Retry-After", "")
        raise StripeUnavailable(retry_after=int(retry_after) if retry_after.isdigit() else 5) from error
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        logger.exception("Stripe rejects our key.")
        raise StripeUnavailable(retry_after=60) from error
    except stripe.StripeError as error:
        if error.http_status == CONFLICT:
            # Stripe still processes this request, which we sent before and which timed out.
            raise StripeUnavailable(retry_after=2) from error
        if isinstance(error, stripe.InvalidRequestError) and error.code == "resource_missing":
            logger.warning("Stripe does not know an object: %s", error)
            raise StripeObjectMissing(parameter=error.param) from error
        if error.code == "email_invalid":
            logger.warning("Stripe refuses an email address.")  # its message quotes the address
        else:
            logger.exception("Stripe returned an error.")
        raise StripeFailed(stripe_code=error.code, is_stored=_is_stored(error)) from error


def _is_stored(error: stripe.StripeError) -> bool:
    """Return whether a 5xx is the stored response to an earlier request with the same idempotency key.

    The library does not retry a new 5xx: Stripe forbids it with the header `Stripe-Should-Retry`.
    """
    replayed = (error.headers or {}).get("Idempotent-Replayed", "")
    return replayed == "true" and (error.http_status or 0) >= SERVER_ERROR


@contextmanager
def deadline() -> Iterator[None]:
    """Limit the time of all requests to Stripe within the block, including retries.

    After STRIPE_DEADLINE_SECONDS, no request is started and StripeUnavailable is raised. So the block waits
    for Stripe at most that long plus the timeout of one request.
    """
    end = time.monotonic() + settings.STRIPE_DEADLINE_SECONDS
    before = _no_request_after.set(min(end, _no_request_after.get()))
    try:
        yield
    finally:
        _no_request_after.reset(before)
