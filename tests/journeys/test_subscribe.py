"""A user subscribes through the API, and webhooks grant the credits."""

from accounts.models import User
from credits.models import AiCreditLog


def test_a_user_subscribes_and_is_topped_up_by_webhooks(sandbox_with_webhooks, user, client_of):
    api = client_of(user)
    answer = api.post("/api/payments/create-checkout-session", {}, format="json")
    assert answer.status_code == 200, answer.json()
    session = answer.json()
    assert session["url"].startswith(sandbox_with_webhooks.url)

    sandbox_with_webhooks.pay(session["sessionId"])
    answers = sandbox_with_webhooks.deliver_pending()
    assert {delivery["status"] for delivery in answers} == {200}, answers

    user = User.objects.get(pk=user.pk)
    assert (user.plan, user.subscription_status, user.ai_credits) == ("pro", "active", 1100)
    assert user.current_period_end is not None
    entries = AiCreditLog.objects.of(user.pk).order_by("id")
    assert [(e.action_type, e.amount, e.balance_after) for e in entries] == [
        ("signup", 100, 100),
        ("subscription_start", 1000, 1100),
    ]
