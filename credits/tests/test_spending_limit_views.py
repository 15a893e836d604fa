"""Spending limits over HTTP: the caller's own, the 402, and the preview."""

from itertools import count
from types import SimpleNamespace

import pytest
from django.contrib.auth import get_user_model
from django.http import Http404
from django.urls import include, path
from rest_framework.authentication import BaseAuthentication

from credits import services as ledger
from credits.permissions import HasAiCredits
from credits.services import Period, holds
from credits.spending_limits import SpendingLimit
from credits.tests import paid_view_examples
from credits.tests.ledger_helpers import balance
from credits.tests.paid_view_examples import PRICES, NoteView
from credits.views import SpendingLimitsView, SpendingLimitView

pytestmark = [pytest.mark.this_project, pytest.mark.django_db]
LIMITS = "/api/credits/limits"
KEY = "key:12"
numbers = count()


class TestOwnLimits:
    def test_are_set_changed_listed_and_removed(self, api, user):
        holds.capture(hold=holds.hold(user_id=user.pk, amount=7, action_type="work"))
        holds.hold(user_id=user.pk, amount=2, action_type="work")
        assert api.get(LIMITS).json() == {"next": None, "previous": None, "results": []}
        created = api.put(f"{LIMITS}/month", {"amount": 50}, format="json")
        row = SpendingLimit.objects.get()
        resets_at = row.resets_at.isoformat().replace("+00:00", "Z")
        expected = {"period": "month", "amount": 50, "held": 2, "used": 7, "resetsAt": resets_at}
        assert (created.status_code, created.json()) == (200, expected)
        changed = api.put(f"{LIMITS}/month", {"amount": 60}, format="json")
        assert changed.json() == {**expected, "amount": 60}
        api.put(f"{LIMITS}/day", {"amount": 0}, format="json")
        assert [row["period"] for row in api.get(LIMITS).json()["results"]] == ["month", "day"]
        for _ in range(2):
            assert api.delete(f"{LIMITS}/month").status_code == 204
        assert [row["period"] for row in api.get(LIMITS).json()["results"]] == ["day"]

    @pytest.mark.parametrize(
        "body",
        [{}, {"amount": -1}, {"amount": None}, {"amount": "5"}, {"amount": 10**12 + 1}, {"amount": 1.5}, []],
    )
    def test_of_a_wrong_amount_are_400(self, api, body):
        answer = api.put(f"{LIMITS}/day", body, format="json")
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
        assert not SpendingLimit.objects.exists()

    @pytest.mark.parametrize("period", ["year", "DAY", "%00", "day%20"])
    def test_of_an_unknown_period_are_404(self, api, period):
        assert api.put(f"{LIMITS}/{period}", {"amount": 1}, format="json").status_code == 404
        assert api.delete(f"{LIMITS}/{period}").status_code == 404

    def test_are_the_callers_own(self, api, client_of, make_user):
        other = client_of(make_user())
        other.put(f"{LIMITS}/day", {"amount": 1}, format="json")
        assert api.get(LIMITS).json()["results"] == []
        api.delete(f"{LIMITS}/day")
        assert len(other.get(LIMITS).json()["results"]) == 1

    def test_do_not_show_those_of_subjects(self, api, user):
        ledger.set_spending_limit(user_id=user.pk, subject=KEY, period=Period.DAY, amount=1)
        assert api.get(LIMITS).json()["results"] == []
        api.delete(f"{LIMITS}/day")
        assert SpendingLimit.objects.count() == 1

    def test_need_a_login(self, anonymous):
        for answer in (
            anonymous.get(LIMITS),
            anonymous.put(f"{LIMITS}/day", {"amount": 1}, format="json"),
            anonymous.delete(f"{LIMITS}/day"),
        ):
            assert answer.status_code == 401


class KeyAuthentication(BaseAuthentication):
    """A credential with a subject, as an API key is."""

    def authenticate(self, request):
        return get_user_model().objects.get(pk=self.user.pk), SimpleNamespace(credit_subject=KEY)


class NoteByKeyView(NoteView):
    authentication_classes = [KeyAuthentication]


class SlowPermission(HasAiCredits):
    """Admits everything, as the check does when two requests pass at once."""

    def has_permission(self, request, view):
        return True


class RacingNoteView(NoteByKeyView):
    permission_classes = [SlowPermission]


class OfKey:
    def get_subject(self):
        if self.kwargs["pk"] != 12:
            raise Http404
        return f"key:{self.kwargs['pk']}"


class KeyLimitsView(OfKey, SpendingLimitsView):
    permission_classes = SpendingLimitsView.permission_classes


class KeyLimitView(OfKey, SpendingLimitView):
    permission_classes = SpendingLimitView.permission_classes


handler500 = paid_view_examples.handler500
urlpatterns = [
    path("api/note-by-key", NoteByKeyView.as_view()),
    path("api/racing-note", RacingNoteView.as_view()),
    path("api/keys/<int:pk>/limits", KeyLimitsView.as_view()),
    path("api/keys/<int:pk>/limits/<str:period>", KeyLimitView.as_view()),
    path("", include(paid_view_examples.urlpatterns)),
]


@pytest.fixture
def paid_by_key(settings, user):
    settings.ROOT_URLCONF = __name__
    settings.CREDIT_PRICES = PRICES
    NoteView.performed.clear()
    KeyAuthentication.user = user


def post(client, name="note", query="", units=0, **headers):
    data = {"text": f"note {next(numbers)}", "units": units}
    return client.post(f"/api/{name}{query}", data, format="json", headers=headers)


@pytest.mark.usefixtures("paid_by_key")
class TestPaidRequests:
    def test_beyond_a_limit_are_402_and_do_no_work(self, api, user):
        ledger.set_spending_limit(user_id=user.pk, period=Period.MONTH, amount=5)
        assert post(api).status_code == 201
        refused = post(api)
        resets_at = SpendingLimit.objects.get().resets_at.isoformat().replace("+00:00", "Z")
        assert (refused.status_code, refused.json()) == (
            402,
            {
                "message": "This costs 3 credits. 3 of the 5 credits that may be spent in a month are used or held.",
                "code": "spending_limit_reached",
                "limit": 5,
                "period": "month",
                "used": 3,
                "required": 3,
                "resetsAt": resets_at,
                "subject": "",
            },
        )
        assert len(NoteView.performed) == 1
        assert balance(user) == (97, 0)

    def test_by_a_key_count_for_the_key_and_the_user(self, api, anonymous, user):
        ledger.set_spending_limit(user_id=user.pk, subject=KEY, period=Period.DAY, amount=5)
        ledger.set_spending_limit(user_id=user.pk, period=Period.DAY, amount=8)
        assert post(anonymous, "note-by-key").status_code == 201
        for name in ("note-by-key", "racing-note"):  # the permission class refuses, or else the hold
            refused = post(anonymous, name)
            assert (refused.status_code, refused.json()["subject"]) == (402, KEY)
        assert post(api).status_code == 201
        assert post(api).json()["used"] == 6
        assert len(NoteView.performed) == 2

    def test_that_are_repeated_are_replayed_beyond_the_limit(self, anonymous, user):
        ledger.set_spending_limit(user_id=user.pk, subject=KEY, period=Period.DAY, amount=5)
        data, key = {"text": "once"}, {"Idempotency-Key": "k"}
        first = anonymous.post("/api/note-by-key", data, format="json", headers=key)
        again = anonymous.post("/api/note-by-key", data, format="json", headers=key)
        assert (first.status_code, again.status_code, again["Idempotent-Replayed"]) == (201, 201, "true")
        assert SpendingLimit.objects.get().used == 3

    def test_preview_says_whether_limits_cover_them(self, api, anonymous, user):
        ledger.set_spending_limit(user_id=user.pk, subject=KEY, period=Period.DAY, amount=2)
        own, by_key = (
            post(api, query="?preview=true").json(),
            post(anonymous, "note-by-key", "?preview=true").json(),
        )
        assert (own["covered"], own["spendingLimitReached"]) == (True, None)
        assert not by_key["covered"]
        assert by_key["spendingLimitReached"].pop("resetsAt")
        assert by_key["spendingLimitReached"] == {"limit": 2, "period": "day", "used": 0, "subject": KEY}

    def test_without_limits_cost_no_query_more(self, api, user, django_assert_num_queries):
        post(api, query="?preview=true")
        with django_assert_num_queries(1):  # authentication
            post(api, query="?preview=true")
        ledger.set_spending_limit(user_id=user.pk, period=Period.DAY, amount=2)
        with django_assert_num_queries(2):
            post(api, query="?preview=true")

    def test_limits_of_a_key_are_a_view_of_few_lines(self, api, user):
        assert api.put("/api/keys/12/limits/day", {"amount": 4}, format="json").json()["amount"] == 4
        assert [row["amount"] for row in api.get("/api/keys/12/limits").json()["results"]] == [4]
        assert SpendingLimit.objects.get().subject == KEY
        for answer in (
            api.get("/api/keys/13/limits"),
            api.put("/api/keys/13/limits/day", {"amount": 4}, format="json"),
            api.delete("/api/keys/13/limits/day"),
        ):
            assert answer.status_code == 404
        assert api.delete("/api/keys/12/limits/day").status_code == 204
        assert not SpendingLimit.objects.exists()
