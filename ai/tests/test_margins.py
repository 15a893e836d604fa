"""What calls of models cost the operator, and what users paid for them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ai.engines.base import ModelCall, Tokens
from ai.models import ModelCallRecord
from ai.selectors import margins, total_margin
from ai.services import record_calls
from credits import services as ledger
from credits.models import AiCreditLog
from credits.services import holds

pytestmark = pytest.mark.django_db
PAGE = "/admin/ai/modelcallrecord/"
FIRST, SECOND = "openai:first", "openai:second"


@pytest.fixture
def browser(client, staff):
    client.force_login(staff)
    return client


def call(model=FIRST, *, cost="0.01", outcome="ok"):
    return ModelCall(
        model=model,
        prompt_version="1",
        outcome=outcome,
        tokens=Tokens(input=100, output=10),
        latency_ms=900,
        cost=None if cost is None else Decimal(cost),
    )


def work(user, *calls, amount=4, action="evaluate_answer", pays=True):
    """Make calls for one hold and capture it; return the hold."""
    hold = holds.hold(user_id=user.pk, amount=amount, action_type=action)
    record_calls(calls, hold=hold)
    holds.capture(hold=hold) if pays else holds.release(hold=hold)
    return hold


def found(*, since=None, until=None):
    now = timezone.now()
    return margins(since=since or now - timedelta(days=1), until=until or now + timedelta(days=1))


def test_sums_by_action_and_model(user):
    work(user, call(), amount=4)
    work(user, call(cost="0.03"), amount=6)
    work(user, call(), action="generate_from_source", amount=9)
    evaluate, generate = found()
    assert (evaluate.action, evaluate.model, evaluate.calls, evaluate.failures) == (
        "evaluate_answer",
        FIRST,
        2,
        0,
    )
    assert (evaluate.input_tokens, evaluate.output_tokens) == (200, 20)
    assert (evaluate.cost, evaluate.credits, evaluate.credits_per_dollar) == (Decimal("0.04"), 10, 250)
    assert (generate.action, generate.credits) == ("generate_from_source", 9)
    total = total_margin([evaluate, generate])
    assert (total.calls, total.cost, total.credits) == (3, Decimal("0.05"), 19)


def test_credits_of_a_charge_count_once_for_the_model_that_was_called_last(user):
    work(user, call(FIRST, outcome="model_timeout"), call(SECOND), call(SECOND), amount=5)
    first, second = found()
    assert (first.model, first.calls, first.failures, first.credits) == (FIRST, 1, 1, 0)
    assert (second.model, second.calls, second.failures, second.credits) == (SECOND, 2, 0, 5)


def test_a_failed_call_costs_and_brings_nothing(user):
    work(user, call(outcome="model_timeout"), pays=False)
    (margin,) = found()
    assert (margin.failures, margin.credits, margin.cost, margin.credits_per_dollar) == (
        1,
        0,
        Decimal("0.01"),
        0,
    )


def test_a_refunded_spend_brings_nothing(user, staff):
    work(user, call(), amount=4)
    work(user, call(), amount=5)
    spend = AiCreditLog.objects.of(user.pk).spends().get(amount=-4)
    ledger.refund(entry_id=spend.pk, actor_id=staff.pk, reason="It graded another question.")
    (margin,) = found()
    assert margin.credits == 5


def test_a_cost_that_is_not_known_is_not_zero(user):
    work(user, call(cost=None))
    work(user, call())
    (margin,) = found()
    assert (margin.known_cost, margin.unknown_costs, margin.cost) == (Decimal("0.01"), 1, None)
    assert margin.credits_per_dollar is None


def test_a_model_that_is_free_has_no_rate(user):
    work(user, call(cost="0"))
    (margin,) = found()
    assert (margin.cost, margin.credits_per_dollar) == (0, None)


def test_counts_the_calls_of_the_period(user):
    hold = work(user, call())
    noon = datetime(2026, 11, 1, 12, tzinfo=UTC)
    ModelCallRecord.objects.filter(hold_id=hold.id).update(created_at=noon)
    assert found(since=noon + timedelta(seconds=1)) == []
    assert found(since=noon - timedelta(days=1), until=noon) == []
    assert len(found(since=noon, until=noon + timedelta(seconds=1))) == 1


def test_is_one_query_that_its_indexes_serve(user):
    work(user, call(), call(SECOND))
    with CaptureQueriesContext(connection) as queries:
        found()
    (query,) = queries
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")  # the tables of a test are too small for an index
        cursor.execute(f"explain {query['sql']}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "ai_calls_by_time" in plan
    assert "Seq Scan" not in plan  # which of two indexes finds an entry depends on the tables' statistics


class TestPage:
    def rows(self, browser, query=""):
        answer = browser.get(f"{PAGE}margins/{query}")
        assert answer.status_code == 200
        return [[str(cell) for cell in row] for row in answer.context["table"]["rows"]]

    def test_shows_each_model_and_the_total(self, browser, user):
        work(user, call(), amount=4)
        work(user, call(SECOND, cost=None), amount=3)
        assert self.rows(browser) == [
            ["evaluate_answer", FIRST, "1", "0", "100", "10", "$0.01", "4", "400"],
            ["evaluate_answer", SECOND, "1", "0", "100", "10", "unknown", "3", "unknown"],
            ["Total", "", "2", "0", "200", "20", "$0.01 + 1 unknown", "7", "unknown"],
        ]

    def test_is_empty_without_calls(self, browser):
        assert self.rows(browser) == []

    def test_of_a_period(self, browser, user):
        work(user, call())
        today = timezone.now().date()
        assert self.rows(browser, f"?first={today}&last={today}")
        assert self.rows(browser, "?first=2020-01-01&last=2020-12-31") == []

    @pytest.mark.parametrize(
        "query",
        [
            "?first=banana",
            "?last=2026-02-30",
            "?first=0001-01-01",
            "?last=9999-12-31",
            "?first=2026-02-01&last=2026-01-01",
        ],
    )
    def test_says_what_is_wrong_with_a_period(self, browser, user, query):
        work(user, call())
        answer = browser.get(f"{PAGE}margins/{query}")
        assert answer.status_code == 200
        assert answer.context["form"].errors
        assert answer.context["table"]["rows"] == []

    def test_needs_permission(self, client, make_user):
        client.force_login(make_user(is_staff=True))
        assert client.get(f"{PAGE}margins/").status_code == 403

    def test_a_call_links_to_the_entry_that_paid_for_it_and_is_found_by_its_key(self, browser, user):
        hold = work(user, call(), amount=4)
        work(user, call(SECOND), pays=False)
        spend = AiCreditLog.objects.of(user.pk).spends().get()
        record = ModelCallRecord.objects.get(hold_id=hold.id)
        page = browser.get(f"{PAGE}{record.pk}/change/").content.decode()
        assert f"/aicreditlog/{spend.pk}/change/" in page
        for key in (f"hold:{hold.id}", str(hold.id)):
            assert list(browser.get(PAGE, {"q": key}).context["cl"].queryset) == [record]
        other = ModelCallRecord.objects.exclude(pk=record.pk).get()
        assert "nothing was charged" in browser.get(f"{PAGE}{other.pk}/change/").content.decode()
