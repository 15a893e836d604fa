"""Paid actions that fail where a test wants them to: real views behind real URLs, for the tests alone.

`POST /api/<name>` with `{"text": …, "units": …}` stores a note (a Group, as good a row as any).
"""

from threading import Event
from typing import Any, ClassVar

from django.contrib.auth.models import Group
from django.db import connection
from django.urls import include, path
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.permissions import IsAuthenticated

from credits import services as ledger
from credits.paid_views import PaidActionView, PaidResult

handler500 = "config.errors.server_error"

PRICES = {"note": {"base": 3, "per_unit": 2, "unit": "line"}}


class NoteSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=50)
    units = serializers.IntegerField(min_value=0, max_value=10, default=0)


class NoteView(PaidActionView):
    """Costs 3 and 2 for each unit."""

    credit_action = "note"
    serializer_class = NoteSerializer
    delivered: int | None = None
    performed: ClassVar[list[str]] = []

    def get_credit_units(self, data):
        return data["units"]

    def perform(self, data):
        self.performed.append(data["text"])
        return {"inTransaction": connection.in_atomic_block}

    def store(self, data, outcome):
        note = Group.objects.create(name=data["text"])
        return PaidResult(
            body={"id": note.pk, **outcome},
            status=201,
            units=self.delivered,
            reference=ledger.Reference(type="note", id=str(note.pk)),
            metadata={"pages": 7},
        )


class HalfView(NoteView):
    """Delivers one unit, whatever was asked for."""

    delivered = 1


class GenerousView(NoteView):
    """Delivers more than was asked for, which is not the caller's debt."""

    delivered = 99


class AbsentView(NoteView):
    def prepare(self, data):
        raise NotFound("There is no such note.")


class FailingWorkView(NoteView):
    def perform(self, data):
        raise RuntimeError("the engine broke")


class KilledWorkView(NoteView):
    def perform(self, data):
        raise SystemExit(1)


class FailingStoreView(NoteView):
    def store(self, data, outcome):
        super().store(data, outcome)
        raise RuntimeError("the disk is full")


class UnspeakableView(NoteView):
    """Its answer cannot be kept as JSON, so it cannot be sold."""

    def store(self, data, outcome):
        super().store(data, outcome)
        return PaidResult(body={"text": "half a pair: \ud800"})


class SweepingView(NoteView):
    """While it works its hold runs out, and another request spends what that freed."""

    def perform(self, data):
        ledger.spend(user_id=self.request.user.pk, amount=99, action_type="note", key="another request")
        return super().perform(data)


class SlowView(NoteView):
    """Waits in the middle of its work until the test lets it go on."""

    entered, leave = Event(), Event()

    def perform(self, data):
        self.entered.set()
        assert self.leave.wait(timeout=30)
        return super().perform(data)


class RefusingView(NoteView):
    """Wants to be paid for saying no."""

    def store(self, data, outcome):
        super().store(data, outcome)
        return PaidResult(body={}, status=422)


class UngatedView(NoteView):
    """Replaces the permission classes: the hold alone refuses."""

    permission_classes = [IsAuthenticated]


class FileSerializer(serializers.Serializer[Any]):
    tag = serializers.ListField(child=serializers.CharField(), allow_empty=True, default=list)
    file = serializers.FileField(required=False)


class FileView(PaidActionView):
    """Costs 3, and says what it was sent, in the body and in the address."""

    credit_action = "note"
    serializer_class = FileSerializer
    parser_classes = [MultiPartParser, FormParser]

    def perform(self, data):
        file = data.get("file")
        return {"tag": data["tag"], "text": file and file.read().decode(), **self.kwargs}

    def store(self, data, outcome):
        return PaidResult(body={**outcome, "query": self.request.query_params.dict()})


class UnpricedView(NoteView):
    credit_action = "unheard_of"


class UnfinishedView(PaidActionView):
    """Says its price and what it wants to hear, but neither works nor stores."""

    credit_action = "note"
    serializer_class = NoteSerializer


class UnfinishedStoreView(UnfinishedView):
    def perform(self, data):
        return None


urlpatterns = [
    path("api/note", NoteView.as_view()),
    path("api/half", HalfView.as_view()),
    path("api/generous", GenerousView.as_view()),
    path("api/absent", AbsentView.as_view()),
    path("api/failing-work", FailingWorkView.as_view()),
    path("api/killed-work", KilledWorkView.as_view()),
    path("api/failing-store", FailingStoreView.as_view()),
    path("api/unspeakable", UnspeakableView.as_view()),
    path("api/sweeping", SweepingView.as_view()),
    path("api/slow", SlowView.as_view()),
    path("api/refusing", RefusingView.as_view()),
    path("api/ungated", UngatedView.as_view()),
    path("api/books/<int:book>/file", FileView.as_view()),
    path("api/unpriced", UnpricedView.as_view()),
    path("api/unfinished", UnfinishedView.as_view()),
    path("api/unfinished-store", UnfinishedStoreView.as_view()),
    path("api/", include("credits.urls")),
]
