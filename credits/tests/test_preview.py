"""`?preview=true` on a paid action: what the call would hold, while nothing is held, used or done."""

import pytest

from credits import services as ledger
from credits.models import CreditHold
from credits.tests.ledger_helpers import balance
from credits.tests.paid_view_examples import NoteView

pytestmark = [pytest.mark.this_project, pytest.mark.django_db, pytest.mark.usefixtures("paid_actions")]
PRICE = {
    "action": "note",
    "base": 3,
    "perUnit": 2,
    "unit": "line",
    "perMillionInputTokens": 0,
    "perMillionOutputTokens": 0,
    "minimum": 0,
}


def post(client, query="preview=true", name="note", data=None, **headers):
    return client.post(
        f"/api/{name}?{query}",
        {"text": "hello", "units": 4} if data is None else data,
        format="json",
        headers=headers,
    )


@pytest.mark.parametrize("name", ["note", "ungated"])
@pytest.mark.parametrize(("available", "covered"), [(100, True), (11, True), (10, False), (0, False)])
def test_says_what_the_call_would_hold_and_changes_nothing(client_of, make_user, name, available, covered):
    user = make_user(credits=available)
    answer = post(client_of(user), name=name)
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "required": 11,
            "available": available,
            "covered": covered,
            "spendingLimitReached": None,
            "price": PRICE,
        },
    )
    assert "X-Credits-Charged" not in answer
    assert NoteView.performed == []
    assert CreditHold.objects.count() == 0
    assert balance(user) == (available, 0)


def test_is_what_the_call_then_holds(api, user):
    required = post(api, name="half").json()["required"]
    post(api, "", name="half")
    assert CreditHold.objects.get().amount == required


def test_shows_the_price_that_staff_set(api, user, staff, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        ledger.set_price(action="note", actor_id=staff.pk, base=8, minimum=9)
    preview = post(api).json()
    assert (preview["required"], preview["price"]["base"], preview["price"]["minimum"]) == (9, 8, 9)


def test_does_not_use_the_key_up(api, user):
    key = {"Idempotency-Key": "k"}
    for _ in range(2):
        assert post(api, **key).json()["required"] == 11
    paid = post(api, "", **key)
    assert (paid.status_code, paid["X-Credits-Charged"]) == (201, "11")
    assert post(api, **key).json()["required"] == 11  # and answers no stored response
    assert post(api, "", **key)["Idempotent-Replayed"] == "true"
    assert balance(user) == (89, 0)


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"data": {}}, "text"),
        ({"query": "preview=banana"}, "preview"),
        ({"query": "preview="}, "preview"),
        ({"query": "preview=1"}, "preview"),
        ({"query": "preview=True"}, "preview"),
        ({"query": "preview=true&preview=false"}, "preview"),
    ],
)
@pytest.mark.parametrize("name", ["note", "ungated"])
def test_a_bad_request_is_400(client_of, make_user, name, bad, field):
    for available in (0, 100):
        answer = post(client_of(make_user(credits=available)), name=name, **bad)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
        assert set(answer.json()["errors"]) == {field}
    assert NoteView.performed == []


def test_a_bad_key_is_400(api):
    assert post(api, **{"Idempotency-Key": "two words"}).json()["code"] == "invalid_idempotency_key"


def test_false_is_a_call(api, user):
    assert post(api, "preview=false").status_code == 201
    assert balance(user) == (89, 0)


def test_what_is_looked_up_first_is_404(api):
    assert post(api, name="absent").status_code == 404


def test_an_anonymous_caller_learns_nothing(anonymous):
    assert post(anonymous).status_code == 401
    assert post(anonymous, "preview=banana").status_code == 401


def test_reads_and_writes_nothing_else(api, django_assert_num_queries):
    post(api)
    with django_assert_num_queries(1):  # authentication
        post(api)
