"""Requests that the webhook refuses before dj-stripe records them."""

import json
import time

import pytest
from djstripe import models as mirror

from billing.tests.fake_stripe import URL, FakeStripe
from stripe_sandbox.webhook_delivery import signature

SECRET = "whsec_sandboxSandboxSandbox0000"


@pytest.fixture
def post(db):
    """Post to the webhook without a sandbox: a refused request must not send any to Stripe."""
    return FakeStripe(sandbox=None).post


@pytest.fixture
def post_to(post, sandbox):
    """Post to the webhook with the sandbox, which dj-stripe asks for the account of a recorded event."""
    return post


def an_event(**changes):
    return {
        "id": "evt_guard",
        "object": "event",
        "type": "price.rounded",
        "livemode": False,
        "api_version": "2026-05-27.dahlia",
        "created": 1_800_000_000,
        "data": {"object": {"id": "price_1", "object": "price"}},
    } | changes


def assert_refused(answer, status, code):
    assert answer.status_code == status
    assert answer.json()["code"] == code
    assert answer.json()["message"]
    assert not mirror.WebhookEventTrigger.objects.exists()
    assert not mirror.WebhookEndpoint.objects.exists()
    assert not mirror.Event.objects.exists()


class TestSignature:
    def test_a_request_without_a_signature_is_refused(self, post, client):
        answer = client.post(URL, json.dumps(an_event()), content_type="application/json")
        assert_refused(answer, 400, "invalid_signature")

    @pytest.mark.parametrize(
        "header",
        ["", "garbage", "t=,v1=", "t=abc,v1=abc", "v1=abc", "t=1", f"t={'9' * 400},v1=x", "t=1,v1=\x00"],
    )
    def test_a_malformed_signature_is_refused(self, client, db, header):
        answer = client.post(
            URL, json.dumps(an_event()), content_type="application/json", headers={"Stripe-Signature": header}
        )
        assert_refused(answer, 400, "invalid_signature")

    def test_a_signature_with_another_secret_is_refused(self, post):
        assert_refused(post(an_event(), secret="whsec_anotherSender0000000000000"), 400, "invalid_signature")

    def test_a_signature_of_another_body_is_refused(self, client, db):
        signed = signature(SECRET, json.dumps(an_event(id="evt_other")).encode())
        answer = client.post(
            URL, json.dumps(an_event()), content_type="application/json", headers={"Stripe-Signature": signed}
        )
        assert_refused(answer, 400, "invalid_signature")

    def test_an_old_signature_is_refused(self, post):
        assert_refused(post(an_event(), at=int(time.time()) - 301), 400, "invalid_signature")

    def test_a_signature_within_the_tolerance_is_accepted(self, post_to):
        assert post_to(an_event(), at=int(time.time()) - 290).status_code == 200

    def test_debug_does_not_let_a_header_override_the_secret(self, post, settings):
        settings.DEBUG = True
        own = "whsec_mineMineMineMineMine0000"
        forged = post(an_event(), secret=own, **{"X-Djstripe-Webhook-Secret": own})
        assert_refused(forged, 400, "invalid_signature")

    def test_debug_drops_the_override_header_of_a_genuine_request(self, post_to, settings):
        settings.DEBUG = True
        answer = post_to(an_event(), **{"X-Djstripe-Webhook-Secret": "whsec_mineMineMineMineMine0000"})
        assert answer.status_code == 200
        assert "X-Djstripe-Webhook-Secret" not in mirror.WebhookEventTrigger.objects.get().headers


class TestBody:
    @pytest.mark.parametrize("body", [b"", b"not json", b"{", b"\xff\xfe", b'{"a": 1}garbage'])
    def test_a_body_that_is_not_json_is_refused(self, post, body):
        answer = post(body)
        assert_refused(answer, 400, "invalid_signature" if body == b"\xff\xfe" else "invalid")

    @pytest.mark.parametrize(
        "event",
        [
            [],
            "event",
            None,
            7,
            {},
            an_event(id=None),
            an_event(id=7),
            an_event(type=None),
            an_event(data=None),
            an_event(data={}),
            an_event(data={"object": []}),
        ],
    )
    def test_a_body_that_is_not_an_event_is_refused(self, post, event):
        assert_refused(post(event), 400, "invalid")

    @pytest.mark.parametrize("character", ["\\u0000", "\\ud800"])
    def test_a_body_with_an_unstorable_character_is_refused(self, post, character):
        body = json.dumps(an_event(id="evt_X")).replace("evt_X", f"evt_{character}").encode()
        assert_refused(post(body), 400, "invalid")

    @pytest.mark.parametrize("livemode", [True, None, "false", 0])
    def test_an_event_of_the_other_mode_is_refused(self, post, livemode):
        assert_refused(post(an_event(livemode=livemode)), 400, "livemode_mismatch")

    def test_a_charset_other_than_utf_8_is_refused(self, db, client):
        body = json.dumps(an_event(note="é"), ensure_ascii=False).encode()
        answer = client.generic(
            "POST",
            URL,
            body,
            content_type="application/json; charset=utf-16",
            headers={"Stripe-Signature": signature(SECRET, body)},
        )
        assert_refused(answer, 415, "unsupported_media_type")


class TestConfiguration:
    @pytest.mark.parametrize("missing", ["STRIPE_WEBHOOK_SECRET", "STRIPE_SECRET_KEY"])
    def test_the_endpoint_is_closed_without_a_configuration(self, post, settings, missing):
        setattr(settings, missing, "")
        assert_refused(post(an_event(), secret=SECRET), 503, "payments_not_configured")

    def test_a_signature_with_an_empty_secret_is_refused(self, db, client, settings):
        settings.STRIPE_WEBHOOK_SECRET = ""
        body = json.dumps(an_event()).encode()
        answer = client.post(
            URL,
            body,
            content_type="application/json",
            headers={"Stripe-Signature": signature("", body)},
        )
        assert_refused(answer, 503, "payments_not_configured")

    def test_a_changed_secret_takes_effect_at_once(self, post_to, settings):
        assert post_to(an_event(id="evt_1")).status_code == 200
        settings.STRIPE_WEBHOOK_SECRET = "whsec_rotatedRotatedRotated0000"
        assert post_to(an_event(id="evt_2")).status_code == 200
        assert post_to(an_event(id="evt_3"), secret=SECRET).status_code == 400
        assert mirror.WebhookEndpoint.objects.get().secret == settings.STRIPE_WEBHOOK_SECRET

    @pytest.mark.parametrize("method", ["get", "put", "delete"])
    def test_only_post_is_allowed(self, client, db, method):
        assert getattr(client, method)(URL).status_code == 405


class TestSender:
    @pytest.mark.parametrize("claimed", ["10.0.0.1, 10.0.0.2", "nobody", "999.1.1.1", "' or 1=1", "::1"])
    def test_a_forged_sender_address_is_harmless(self, post_to, claimed):
        assert post_to(an_event(), **{"X-Forwarded-For": claimed}).status_code == 200


class TestUnhandledEvent:
    def test_an_unhandled_event_is_recorded_with_200(self, post_to):
        assert post_to(an_event(type="price.rounded")).status_code == 200
        assert mirror.Event.objects.get().type == "price.rounded"

    def test_a_repeated_unhandled_event_is_recorded_once(self, post_to):
        assert [post_to(an_event()).status_code for _ in range(2)] == [200, 200]
        assert mirror.Event.objects.count() == 1


@pytest.mark.parametrize("ours", [0, 1])
def test_an_event_that_is_signed_with_two_secrets_is_accepted_by_either(post_to, sandbox, client, ours):
    """While a secret is rolled, Stripe signs with the old one and the new one."""
    body = json.dumps(an_event()).encode()
    signed = [signature(secret, body) for secret in ("whsec_another0Another0Another0000", SECRET)]
    moment, first = signed[1 - ours].split(",")
    header = f"{moment},{first},{signed[ours].split(',')[1]}"
    answer = client.post(URL, body, content_type="application/json", headers={"Stripe-Signature": header})
    assert answer.status_code == 200
    assert mirror.WebhookEventTrigger.objects.get().valid
