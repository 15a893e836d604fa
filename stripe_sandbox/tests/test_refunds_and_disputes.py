"""Refunds and disputes."""

import pytest
import stripe

from stripe_sandbox.testing import SandboxRefused


@pytest.fixture
def intent(buy):
    return buy("price_sandbox_pack_500", mode="payment").payment_intent


@pytest.fixture
def charge(api, intent):
    return api.payment_intents.retrieve(intent).latest_charge


def test_refunds_add_up(api, sandbox, intent, charge):
    api.refunds.create({"payment_intent": intent, "amount": 100})
    part = api.charges.retrieve(charge)
    assert (part.amount_refunded, part.refunded) == (100, False)
    api.refunds.create({"charge": charge})
    whole = api.charges.retrieve(charge, {"expand": ["refunds"]})
    assert (whole.amount_refunded, whole.refunded) == (499, True)
    assert [one.amount for one in whole.refunds.data] == [399, 100]
    assert [
        event["data"]["object"]["amount_refunded"] for event in sandbox.events(type="charge.refunded")
    ] == [100, 499]


@pytest.mark.parametrize("amount", [0, -5, 500])
def test_no_more_than_was_paid_is_refunded(api, intent, amount):
    with pytest.raises(stripe.InvalidRequestError):
        api.refunds.create({"payment_intent": intent, "amount": amount})


def test_a_refunded_charge_is_not_refunded_again(api, charge):
    api.refunds.create({"charge": charge})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.refunds.create({"charge": charge})
    assert refused.value.code == "charge_already_refunded"
    with pytest.raises(stripe.InvalidRequestError):
        api.refunds.create({"reason": "duplicate"})


def test_a_charge_may_be_named_by_what_it_paid(api, sandbox, buy):
    session = buy()
    assert sandbox.refund(session.id, amount=1)["amount"] == 1
    assert sandbox.refund(session.invoice, amount=2)["amount"] == 2
    with pytest.raises(SandboxRefused):
        sandbox.refund(session.customer)


@pytest.mark.parametrize("won", [True, False])
def test_a_dispute_is_won_or_lost(api, sandbox, charge, won):
    dispute = sandbox.dispute(charge)
    assert (dispute["status"], dispute["amount"]) == ("needs_response", 499)
    assert api.charges.retrieve(charge).disputed
    with pytest.raises(stripe.InvalidRequestError):
        api.refunds.create({"charge": charge})
    with pytest.raises(SandboxRefused):
        sandbox.dispute(charge)
    assert sandbox.close_dispute(dispute["id"], won=won)["status"] == ("won" if won else "lost")
    with pytest.raises(SandboxRefused):
        sandbox.close_dispute(dispute["id"], won=won)
    wanted = ["created", "funds_withdrawn", "closed", *(["funds_reinstated"] if won else [])]
    assert [event["type"].split(".")[-1] for event in sandbox.events(type="charge.dispute.*")] == wanted


@pytest.mark.parametrize("status", ["failed", "canceled"])
def test_a_refund_can_fail_later(api, sandbox, intent, charge, status):
    first = api.refunds.create({"payment_intent": intent, "amount": 100})
    api.refunds.create({"payment_intent": intent, "amount": 50})
    failed = sandbox.fail_refund(first.id, status=status)
    assert failed["status"] == status
    assert "customer" not in failed
    entry = api.balance_transactions.retrieve(failed["failure_balance_transaction"])
    assert (entry.type, entry.amount) == ("refund_failure", 100)
    assert api.charges.retrieve(charge).amount_refunded == 50
    with pytest.raises(SandboxRefused):
        sandbox.fail_refund(first.id)
    sent = [event["type"] for event in sandbox.events() if "refund" in event["type"]][4:]
    assert sent == ["refund.updated", "charge.refund.updated", *["refund.failed"] * (status == "failed")]
