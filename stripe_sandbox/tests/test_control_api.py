"""The control API."""

import httpx
import pytest

from stripe_sandbox.testing import SandboxRefused


def test_health_and_unknown_command(sandbox):
    assert httpx.get(f"{sandbox.url}/_sandbox/health", trust_env=False).json() == {
        "status": "ok",
        "url": sandbox.url,
    }
    assert httpx.get(f"{sandbox.url}/_sandbox/nothing", trust_env=False).status_code == 404


@pytest.mark.parametrize("body", [b"{", b"[]", b'"x"'])
def test_body_must_be_a_json_object(sandbox, body):
    assert httpx.post(f"{sandbox.url}/_sandbox/reset", content=body, trust_env=False).status_code == 400


@pytest.mark.parametrize("move", [{"seconds": -5}, {"to": 5}, {"days": 4000}])
def test_the_clock_goes_forward_only(sandbox, move):
    with pytest.raises(SandboxRefused):
        sandbox.advance(**move)


def test_the_clock_advances(sandbox):
    before = sandbox.now()
    sandbox.advance(days=1, hours=2, seconds=3)
    assert 0 <= sandbox.now() - before - (86400 + 7200 + 3) <= 2
    sandbox.advance(to=sandbox.now() + 60)
    sandbox.reset()
    assert abs(sandbox.now() - before) < 60


def test_reset_deletes_everything_but_the_catalog(api, sandbox, customer):
    sandbox.reset()
    assert api.customers.list().data == []
    assert len(api.prices.list().data) == 3


@pytest.mark.parametrize(
    "command",
    [
        lambda sandbox: sandbox.pay("cs_none"),
        lambda sandbox: sandbox.renew("sub_none"),
        lambda sandbox: sandbox.retry("in_none"),
        lambda sandbox: sandbox.refund("ch_none"),
        lambda sandbox: sandbox.deliver("evt_none"),
        lambda sandbox: sandbox.decline_cards("cus_none"),
        lambda sandbox: sandbox.discount_customer("cus_none", coupon="x"),
    ],
)
def test_unknown_object_is_a_404(sandbox, command):
    with pytest.raises(SandboxRefused) as refused:
        command(sandbox)
    assert refused.value.status == 404


def test_unknown_mode_is_refused(sandbox):
    with pytest.raises(SandboxRefused):
        sandbox.set_delivery("sometimes")
    with pytest.raises(SandboxRefused):
        sandbox.settings(after_retries="forgotten")


def test_a_paid_invoice_is_not_retried(api, sandbox, subscription):
    with pytest.raises(SandboxRefused, match="nothing to pay"):
        sandbox.retry(subscription.latest_invoice)
