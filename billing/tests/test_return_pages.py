"""The pages to which Stripe returns, in a project without a front end."""

import re
from urllib.parse import urlsplit

import pytest
from django.conf import settings as configured
from django.contrib.staticfiles.finders import AppDirectoriesFinder
from django.urls import reverse

from billing.checks import check_claims, check_return_urls, check_waiting_threads


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("/payments/success?session_id=cs_test_1", "Thank you"),
        ("/payments/success", "Thank you"),
        ("/payments/cancel", "Back from the payment page"),
    ],
)
def test_stripe_returns_to_a_page_that_says_what_happens_next(client, path, heading):
    page = client.get(path)
    text = page.content.decode()
    assert page.status_code == 200
    assert f"<h1>{heading}</h1>" in text
    assert "cs_test_1" not in text
    assert not re.search(r"<script|<form|https?://|[A-Z]{3,}_", text)


def test_a_hostile_query_is_not_shown(client):
    page = client.get("/payments/success", {"session_id": "<script>alert(1)</script>"})
    assert "script" not in page.content.decode()


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_the_pages_only_answer(client, method):
    assert getattr(client, method)("/payments/success").status_code == 405


def test_the_stylesheet_is_in_the_app(client):
    """A deployment has no `demo`, and a project that installs the wheel has no `accounts`."""
    (path,) = re.findall(r'href="/static/([^"]+)"', client.get("/payments/success").content.decode())
    assert AppDirectoriesFinder(["billing"]).find(path)


def test_the_default_urls_lead_to_the_pages(client):
    for name in ("payment-success", "payment-cancel"):
        assert client.get(urlsplit(configured.SITE_URL + reverse(name)).path).status_code == 200


class TestChecks:
    def test_a_deployment_with_public_urls_is_accepted(self):
        assert [*check_return_urls(), *check_claims()] == []

    @pytest.mark.parametrize("name", ["STRIPE_SUCCESS_URL", "STRIPE_CANCEL_URL"])
    @pytest.mark.parametrize(
        "url",
        ["http://127.0.0.1:8000/payments/success", "http://localhost/x", "https://[::1]/x", "/paid", ""],
    )
    def test_a_deployment_that_returns_to_the_buyers_machine_is_refused(self, settings, name, url):
        setattr(settings, name, url)
        assert [message.id for message in check_return_urls()] == ["billing.E004"]

    def test_without_payments_no_return_url_is_needed(self, settings):
        settings.STRIPE_SECRET_KEY, settings.STRIPE_SUCCESS_URL = "", ""
        assert check_return_urls() == []

    @pytest.mark.parametrize("namespace", ["", "x" * 33])
    def test_the_namespace_must_fit_a_metadata_key(self, settings, namespace):
        settings.STRIPE_NAMESPACE = namespace
        assert [message.id for message in check_claims()] == ["billing.E005"]
        settings.STRIPE_NAMESPACE = "x" * 32
        assert check_claims() == []

    def test_one_thread_may_wait_for_stripe(self, settings):
        settings.STRIPE_MAX_WAITING_THREADS = 0
        assert [message.id for message in check_waiting_threads()] == ["billing.E007"]
        settings.STRIPE_MAX_WAITING_THREADS = 1
        assert check_waiting_threads() == []
        del settings.STRIPE_MAX_WAITING_THREADS
        assert [message.id for message in check_waiting_threads()] == ["billing.E007"]

    def test_dj_stripe_must_not_link_customers(self, settings):
        settings.DJSTRIPE_SUBSCRIBER_CUSTOMER_KEY = "djstripe_subscriber"
        assert [message.id for message in check_claims()] == ["billing.E006"]
