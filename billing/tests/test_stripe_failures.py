"""A webhook that fails returns 5xx, is rolled back, and succeeds when Stripe retries it."""

import pytest
from djstripe import models as mirror

from billing.models import Payment
from billing.signals import payment_recorded
from billing.tests.support import credits_of

pytestmark = pytest.mark.django_db


class TestFailure:
    @pytest.fixture
    def event(self, fake_stripe, user):
        fake_stripe.subscribe(user, deliver=False)
        return next(one for one in fake_stripe.new_events() if one["type"] == "invoice.paid")

    @pytest.mark.parametrize("path", ["/v1/invoices", "/v1/customers"])  # before and during the writes
    @pytest.mark.parametrize("kind", ["error", "rate_limit", "drop", "garbage"])
    def test_a_stripe_failure_is_5xx_rolls_back_and_can_be_retried(
        self, fake_stripe, user, event, kind, path
    ):
        fake_stripe.sandbox.fail(kind, path=path)
        answer = fake_stripe.post(event)
        assert answer.status_code in {502, 503}
        assert answer.json()["code"] in {"stripe_unavailable", "stripe_error"}
        assert credits_of(user) == 100
        assert not Payment.objects.exists()
        assert not mirror.Event.objects.exists()
        assert not mirror.Invoice.objects.exists()
        assert mirror.WebhookEventTrigger.objects.get().exception is not None
        fake_stripe.sandbox.stop_failing()
        assert fake_stripe.post(event).status_code == 200
        assert credits_of(user) == 1100

    def test_a_passed_deadline_is_503_and_can_be_retried(self, fake_stripe, user, event, settings):
        settings.STRIPE_DEADLINE_SECONDS, patience = 0, settings.STRIPE_DEADLINE_SECONDS
        answer = fake_stripe.post(event)
        assert (answer.status_code, answer.json()["code"]) == (503, "stripe_unavailable")
        assert credits_of(user) == 100
        assert not mirror.Event.objects.exists()
        settings.STRIPE_DEADLINE_SECONDS = patience
        assert fake_stripe.post(event).status_code == 200
        assert credits_of(user) == 1100

    def test_a_failing_receiver_is_500_rolls_back_and_can_be_retried(self, fake_stripe, user, event):
        def breaks(**kwargs):
            raise RuntimeError("the disk is full")

        payment_recorded.connect(breaks)
        try:
            assert fake_stripe.post(event).status_code == 500
        finally:
            payment_recorded.disconnect(breaks)
        assert credits_of(user) == 100
        assert not Payment.objects.exists()
        assert not mirror.Event.objects.exists()
        assert "disk is full" in mirror.WebhookEventTrigger.objects.get().traceback
        assert fake_stripe.post(event).status_code == 200
        assert credits_of(user) == 1100
