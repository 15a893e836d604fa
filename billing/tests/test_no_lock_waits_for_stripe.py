"""No charge waits for Stripe: no user row is locked while a webhook sends requests."""

from concurrent.futures import ThreadPoolExecutor
from time import sleep

from django.db import connection

from accounts.models import User
from credits import services as ledger

WAIT_SECONDS = 3


def test_a_user_spends_while_their_webhook_waits_for_stripe(sandbox_with_webhooks, user, client_of):
    answer = client_of(user).post("/api/payments/create-checkout-session", {}, format="json")
    sandbox_with_webhooks.pay(answer.json()["sessionId"])
    paid = sandbox_with_webhooks.events(type="invoice.paid")[0]["id"]
    with connection.cursor() as cursor:
        cursor.execute("set lock_timeout = '2s'")
    sandbox_with_webhooks.fail("delay", seconds=WAIT_SECONDS, path="/v1/invoices", method="GET")
    with ThreadPoolExecutor(1) as pool:
        delivery = pool.submit(sandbox_with_webhooks.deliver, paid)
        spends = 0
        while not delivery.done() and spends < 90:
            ledger.spend(user_id=user.pk, amount=1, action_type="test", key=f"spend:{spends}")
            spends += 1
            sleep(WAIT_SECONDS / 30)  # spread them over the whole delay
        assert [one["status"] for one in delivery.result()] == [200]
    assert User.objects.get(pk=user.pk).ai_credits == 1100 - spends
