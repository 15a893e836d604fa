"""What a caller reads of their own credits: balance, log, usage. Only their own, and nothing can be written."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from credits import services as ledger
from credits.models import AiCreditLog
from credits.services import holds

pytestmark = [
    pytest.mark.this_project,
    pytest.mark.django_db,
    pytest.mark.urls("credits.tests.paid_view_examples"),
]
PATHS = ["/api/credits", "/api/credits/log", "/api/credits/usage"]


def spend_on(user, day, amount=3, action="evaluate_answer"):
    hold = holds.hold(user_id=user.pk, amount=amount, action_type=action)
    holds.capture(hold=hold, at=datetime.combine(day, datetime.min.time(), UTC))


@pytest.mark.parametrize("path", PATHS)
class TestEveryPath:
    def test_an_anonymous_caller_is_401(self, anonymous, path):
        answer = anonymous.get(path)
        assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")

    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
    def test_nothing_can_be_written(self, api, user, path, method):
        answer = getattr(api, method)(path, {"aiCredits": 10**6, "amount": 10**6}, format="json")
        assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
        user.refresh_from_db()
        assert user.ai_credits == 100


class TestBalance:
    def test_says_what_is_left_and_what_things_cost(self, api):
        nothing_else = {"perMillionInputTokens": 0, "perMillionOutputTokens": 0, "minimum": 0}
        assert api.get("/api/credits").json() == {
            "aiCredits": 100,
            "aiCreditsHeld": 0,
            "nextExpiryAt": None,
            "prices": [
                {"action": "evaluate_answer", "base": 2, "perUnit": 0, "unit": "", **nothing_else},
                {
                    "action": "generate_from_source",
                    "base": 5,
                    "perUnit": 1,
                    "unit": "question",
                    **nothing_else,
                },
            ],
        }

    def test_shows_what_is_held(self, api, user):
        holds.hold(user_id=user.pk, amount=30, action_type="test")
        answer = api.get("/api/credits").json()
        assert (answer["aiCredits"], answer["aiCreditsHeld"]) == (70, 30)

    def test_what_a_dead_process_held_is_free_again(self, api, user, settings):
        settings.CREDIT_HOLD_SECONDS = 0
        holds.hold(user_id=user.pk, amount=30, action_type="test")
        answer = api.get("/api/credits").json()
        assert (answer["aiCredits"], answer["aiCreditsHeld"]) == (100, 0)


class TestLog:
    def test_an_entry_on_the_wire(self, api, user):
        posted = ledger.spend(
            user_id=user.pk,
            amount=7,
            action_type="generate_from_source",
            key="k",
        )
        page = api.get("/api/credits/log").json()
        spend, signup = page["results"]
        created_at = AiCreditLog.objects.get(id=posted.entry_id).created_at
        assert datetime.fromisoformat(spend.pop("createdAt")) == created_at
        assert spend == {
            "id": posted.entry_id,
            "kind": "spend",
            "actionType": "generate_from_source",
            "amount": -7,
            "creditsUsed": 7,
            "referenceType": "",
            "referenceId": "",
            "balanceAfter": 93,
            "reason": "",
        }
        assert (signup["actionType"], signup["amount"], signup["creditsUsed"]) == ("signup", 100, 0)
        assert (page["next"], page["previous"]) == (None, None)

    def test_only_a_spend_is_used(self, api, user):
        spent = ledger.spend(user_id=user.pk, amount=7, action_type="test", key="k")
        ledger.refund(entry_id=spent.entry_id)
        used = {
            entry["kind"]: entry["creditsUsed"] for entry in api.get("/api/credits/log").json()["results"]
        }
        assert used == {"grant": 0, "spend": 7, "refund": 0}

    def test_only_ones_own_entries(self, api, staff):
        ledger.spend(user_id=staff.pk, amount=7, action_type="secret", key="k")
        assert [entry["actionType"] for entry in api.get("/api/credits/log").json()["results"]] == ["signup"]

    def test_pages_meet_even_while_entries_are_added(self, api, user):
        for number in range(30):
            ledger.spend(user_id=user.pk, amount=1, action_type=f"n{number}", key=f"k{number}")
        first = api.get("/api/credits/log").json()
        assert len(first["results"]) == 25
        ledger.spend(user_id=user.pk, amount=1, action_type="meanwhile", key="meanwhile")
        second = api.get(first["next"]).json()
        seen = [entry["actionType"] for page in (first, second) for entry in page["results"]]
        assert seen == [f"n{number}" for number in reversed(range(30))] + ["signup"]
        assert second["next"] is None
        assert api.get(second["previous"]).json()["results"][-1]["actionType"] == "n5"

    def test_a_page_has_the_size_that_is_asked_for(self, api, user):
        for number in range(30):
            ledger.spend(user_id=user.pk, amount=1, action_type="test", key=f"k{number}")
        assert len(api.get("/api/credits/log?pageSize=2").json()["results"]) == 2
        assert len(api.get("/api/credits/log?pageSize=100").json()["results"]) == 31

    @pytest.mark.parametrize(
        "query",
        [
            *(f"pageSize={size}" for size in ("0", "-1", "abc", "null", "", "1.0", "101", "9" * 9, "%D9%A3")),
            *(f"cursor={cursor}" for cursor in ("x", "%F0%9F", "cD1hYmM=")),
            *(f"kind={kind}" for kind in ("", "bonus", "SPEND")),
            *(f"from={day}" for day in ("yesterday", "2026-02-30", "0001-01-01")),
            "to=9999-12-31",
        ],
    )
    def test_a_bad_parameter_is_400_and_named(self, api, query):
        answer = api.get(f"/api/credits/log?{query}")
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
        assert set(answer.json()["errors"]) == {query.split("=")[0]}

    def test_from_after_to_is_400(self, api):
        answer = api.get("/api/credits/log?from=2026-02-02&to=2026-02-01")
        assert (answer.status_code, set(answer.json()["errors"])) == (400, {"from"})

    def test_the_filters_select_entries_and_the_links_keep_them(self, api, user, staff):
        for number in range(3):
            reference = ledger.Reference(type="report", id=str(number))
            action = "odd" if number % 2 else "even"
            for payer in (user, staff):
                ledger.spend(
                    user_id=payer.pk, amount=1, action_type=action, key=f"k{number}", reference=reference
                )
        today = timezone.now().date()

        def found(**query):
            page = api.get("/api/credits/log", query).json()
            seen = page["results"]
            while page["next"]:
                page = api.get(page["next"]).json()
                seen += page["results"]
            return [entry["referenceId"] or entry["actionType"] for entry in seen]

        assert found(kind="spend", pageSize=1) == ["2", "1", "0"]
        assert found(kind="grant") == ["signup"]
        assert found(actionType="even") == ["2", "0"]
        assert found(referenceType="report", referenceId="1") == ["1"]
        assert found(referenceType="report", kind="refund") == []
        whole_day = {"from": today - timedelta(days=1), "to": today + timedelta(days=1)}
        assert found(**whole_day) == ["2", "1", "0", "signup"]
        assert found(**{"from": today + timedelta(days=2)}) == []
        assert found(to=today - timedelta(days=2)) == []

    def test_any_number_of_entries_costs_two_queries(self, api, user, django_assert_num_queries):
        for number in range(30):
            ledger.spend(user_id=user.pk, amount=1, action_type="test", key=f"k{number}")
        with django_assert_num_queries(2):
            api.get("/api/credits/log")


class TestUsage:
    def test_by_day(self, api, user):
        spend_on(user, date(2026, 3, 1), 3)
        spend_on(user, date(2026, 3, 1), 4)
        spend_on(user, date(2026, 3, 31), 5)
        spend_on(user, date(2026, 4, 1), 6)
        assert api.get("/api/credits/usage?from=2026-03-01&to=2026-03-31").json() == {
            "from": "2026-03-01",
            "to": "2026-03-31",
            "groupBy": "day",
            "totalCreditsUsed": 12,
            "results": [
                {"group": "2026-03-01", "creditsUsed": 7, "calls": 2},
                {"group": "2026-03-31", "creditsUsed": 5, "calls": 1},
            ],
        }

    def test_by_action(self, api, user):
        spend_on(user, date(2026, 3, 1), 3, "evaluate_answer")
        spend_on(user, date(2026, 3, 9), 4, "generate_from_source")
        spend_on(user, date(2026, 3, 9), 2, "evaluate_answer")
        answer = api.get("/api/credits/usage?from=2026-03-01&to=2026-03-31&groupBy=action").json()
        assert answer["results"] == [
            {"group": "evaluate_answer", "creditsUsed": 5, "calls": 2},
            {"group": "generate_from_source", "creditsUsed": 4, "calls": 1},
        ]

    def test_what_was_refunded_was_not_used(self, api, user):
        spend_on(user, date(2026, 3, 1), 3)
        spend_on(user, date(2026, 3, 1), 4)
        ledger.refund(entry_id=AiCreditLog.objects.of(user.pk).spends().latest("id").id)
        answer = api.get("/api/credits/usage?from=2026-03-01&to=2026-03-31").json()
        assert answer["results"] == [{"group": "2026-03-01", "creditsUsed": 3, "calls": 1}]

    def test_the_last_thirty_days_by_default(self, api, user):
        today = datetime.now(UTC).date()
        spend_on(user, today, 3)
        spend_on(user, today - timedelta(days=29), 4)
        spend_on(user, today - timedelta(days=30), 5)
        answer = api.get("/api/credits/usage").json()
        assert (answer["from"], answer["to"]) == (str(today - timedelta(days=29)), str(today))
        assert answer["totalCreditsUsed"] == 7

    def test_only_spends_and_only_ones_own(self, api, user, staff):
        ledger.grant(user_id=user.pk, amount=50, action_type="test", key="g")
        ledger.spend(user_id=staff.pk, amount=7, action_type="secret", key="k")
        answer = api.get("/api/credits/usage").json()
        assert (answer["totalCreditsUsed"], answer["results"]) == (0, [])

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ("from=yesterday", "from"),
            ("from=2026-02-30", "from"),
            ("to=2026-13-01", "to"),
            ("from=2026-03-02&to=2026-03-01", "from"),
            ("from=2020-01-01&to=2026-01-01", "from"),
            ("groupBy=month", "groupBy"),
        ],
    )
    def test_a_bad_question_is_400(self, api, query, field):
        answer = api.get(f"/api/credits/usage?{query}")
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
        assert set(answer.json()["errors"]) == {field}
