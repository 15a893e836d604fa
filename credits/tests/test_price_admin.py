"""Staff add a price in the admin. They cannot edit or delete one."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from credits import services as ledger
from credits.models import ActionPrice
from credits.pricing import price_of

pytestmark = [pytest.mark.this_project, pytest.mark.django_db(transaction=True)]
LIST, ADD = "/admin/credits/actionprice/", "/admin/credits/actionprice/add/"
NUMBERS = {
    "base": 5,
    "per_unit": 0,
    "per_million_input_tokens": 0,
    "per_million_output_tokens": 0,
    "minimum": 0,
}


@pytest.fixture
def browser(client, staff):
    client.force_login(staff)
    return client


def add(browser, **fields):
    """Send the form as it is shown now, with these fields filled in."""
    seen = browser.get(ADD).context["adminform"].form["seen"].value()
    posted = {"action": "evaluate_answer", **NUMBERS, "unit": "", "note": "", "seen": seen, **fields}
    return browser.post(ADD, posted)


def errors(answer):
    assert answer.status_code == 200
    return answer.context["adminform"].form.errors


def in_an_hour():
    start = timezone.now() + timedelta(hours=1)
    return {"effective_from_0": start.strftime("%Y-%m-%d"), "effective_from_1": start.strftime("%H:%M:%S")}


def test_a_price_starts_at_once_and_names_who_added_it(browser, staff):
    assert price_of("evaluate_answer").base == 2
    assert add(browser, minimum=6, note="The model costs more.").status_code == 302
    row = ActionPrice.objects.get()
    assert (row.created_by, row.note, row.effective_from) == (staff, "The model costs more.", row.created_at)
    assert (price_of("evaluate_answer").base, price_of("evaluate_answer").minimum) == (5, 6)
    page = browser.get(LIST).content.decode()
    assert "In force" in page
    assert staff.email in page
    assert "5, at least 6" in page


def test_a_price_starts_later(browser):
    assert add(browser, **in_an_hour()).status_code == 302
    assert price_of("evaluate_answer").base == 2
    assert price_of("evaluate_answer", at=timezone.now() + timedelta(hours=2)).base == 5
    assert "Scheduled" in browser.get(LIST).content.decode()


def test_the_list_shows_past_current_future_and_replaced_prices(browser, staff):
    now = timezone.now()
    for base, start in [(1, -2), (2, -1), (3, 5), (4, 5)]:
        at = now + timedelta(hours=start)
        ledger.set_price(
            action="evaluate_answer", actor_id=staff.pk, base=base, effective_from=at, at=min(at, now)
        )
    changelist = browser.get(LIST).context["cl"]
    model_admin = changelist.model_admin
    states = {row.base: str(model_admin.state(row)) for row in changelist.queryset}
    for base, state in {1: "Past", 2: "In force", 3: "Replaced", 4: "Scheduled"}.items():
        assert state in states[base]


def test_the_list_shows_prices_of_settings_that_no_row_replaces(browser):
    rows = browser.get(LIST).context["in_force"]["rows"]
    assert rows == [
        ["evaluate_answer", "2", "CREDIT_PRICES"],
        ["generate_from_source", "5 + 1 per question", "CREDIT_PRICES"],
    ]
    add(browser)
    (evaluate, _) = browser.get(LIST).context["in_force"]["rows"]
    assert evaluate[:2] == ["evaluate_answer", "5"]
    assert "/actionprice/" in evaluate[2]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"base": 0}, "__all__"),
        ({"base": -1}, "__all__"),
        ({"base": ""}, "base"),
        ({"base": 10**12 + 1}, "__all__"),
        ({"base": 10**30}, "base"),
        ({"base": "1.5"}, "base"),
        ({"per_unit": 1}, "__all__"),
        ({"unit": "page"}, "__all__"),
        ({"action": "no_such_action"}, "action"),
        ({"note": "x" * 501}, "note"),
        ({"effective_from_0": "2020-01-01", "effective_from_1": "00:00"}, "effective_from"),
        ({"effective_from_0": "tomorrow", "effective_from_1": ""}, "effective_from"),
        ({"seen": "x"}, "seen"),
    ],
)
def test_a_wrong_price_is_refused_with_a_sentence(browser, wrong, field):
    assert field in errors(add(browser, **wrong))
    assert not ActionPrice.objects.exists()


def test_an_action_that_counts_no_tokens_has_no_price_for_them(browser, settings):
    from credits.tests import paid_view_examples  # noqa: F401  (loads the view)

    found = errors(add(browser, action="note", per_million_input_tokens=5, per_million_output_tokens=5))
    assert set(found) == {"per_million_input_tokens", "per_million_output_tokens"}
    assert add(browser, per_million_input_tokens=5).status_code == 302  # the views of `ai` count them


def test_a_price_that_a_colleague_added_meanwhile_is_reported_once(browser, staff, make_user):
    other = make_user(is_staff=True)
    seen = browser.get(ADD).context["adminform"].form["seen"].value()
    ledger.set_price(action="evaluate_answer", actor_id=other.pk, base=8)
    answer = add(browser, seen=seen)
    assert other.email in str(errors(answer))
    again = answer.context["adminform"].form["seen"].value()
    assert add(browser, seen=again).status_code == 302
    assert [row.base for row in ActionPrice.objects.order_by("id")] == [8, 5]


def test_a_form_that_is_sent_twice_adds_one_price(browser):
    seen = browser.get(ADD).context["adminform"].form["seen"].value()
    assert add(browser, seen=seen).status_code == 302
    assert "__all__" in errors(add(browser, seen=seen))
    assert ActionPrice.objects.count() == 1


def test_another_actions_new_price_is_no_conflict(browser, staff):
    seen = browser.get(ADD).context["adminform"].form["seen"].value()
    ledger.set_price(action="generate_from_source", actor_id=staff.pk, base=8)
    assert add(browser, seen=seen).status_code == 302


def test_nothing_is_edited_or_deleted(browser, staff):
    row = ledger.set_price(action="evaluate_answer", actor_id=staff.pk, base=8)
    for page in ("change", "delete"):
        assert browser.post(f"{LIST}{row.pk}/{page}/", {"post": "yes", **NUMBERS}).status_code == 403
    assert browser.get(f"{LIST}{row.pk}/change/").status_code == 200
    assert ActionPrice.objects.get().base == 8


@pytest.mark.parametrize(
    ("rights", "may_view", "may_add"),
    [
        ([], 403, 403),
        (["view_actionprice"], 200, 403),
        (["view_actionprice", "add_actionprice"], 200, 200),
        (["adjust_credits"], 403, 403),
    ],
)
def test_needs_permission(client, make_user, rights, may_view, may_add):
    support = make_user(is_staff=True)
    support.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client.force_login(support)
    assert (client.get(LIST).status_code, client.get(ADD).status_code) == (may_view, may_add)
