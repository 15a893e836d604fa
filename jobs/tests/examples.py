"""Paid work that does what a test wants, behind real URLs: `POST /api/note` with `{"text": …, "units": …}`."""

import asyncio
from typing import Any, ClassVar

from django.contrib.auth.models import Group
from django.http import Http404
from django.urls import include, path
from rest_framework import serializers

from common.exceptions import APIError
from credits import services as ledger
from credits.paid_views import PaidResult
from jobs.paid_work import PaidWork, register
from jobs.views import PaidJobView

handler500 = "config.errors.server_error"
PRICES = {"note": {"base": 3, "per_unit": 2, "unit": "line"}}


class Unavailable(APIError):
    status_code = 503
    code = "unavailable"
    message = "Try again."
    wait = 0


class Refused(APIError):
    status_code = 422
    code = "refused"
    message = "Not this text."


class NoteSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=50)
    units = serializers.IntegerField(min_value=0, max_value=10, default=1)


@register
class Note(PaidWork):
    """Costs 3 and 2 for each unit. `during` is awaited in the middle of the work."""

    action = "note"
    serializer_class = NoteSerializer
    performed: ClassVar[list[str]] = []
    errors: ClassVar[list[Exception]] = []  # raised by the next attempts
    during: ClassVar[Any] = None

    def units(self):
        return self.data["units"]

    def prepare(self):
        if self.data["text"] == "missing":
            raise Http404("There is no such thing.")

    def perform(self, *, hold, is_wanted=None):
        self.performed.append(self.data["text"])
        return self.data["text"]

    async def aperform(self, *, hold, report):
        self.performed.append(self.data["text"])
        for number in range(self.data["units"]):
            done = number + 1
            await report([{"line": line} for line in range(done)], {"text": self.data["text"], "lines": done})
        if Note.during:
            await Note.during()
        await asyncio.sleep(0)
        if Note.errors:
            raise Note.errors.pop(0)
        return self.data["text"]

    def store(self, outcome):
        return self._store(outcome, self.data["units"])

    def store_partial(self, deliverable):
        return self._store(deliverable["text"], deliverable["lines"])

    def _store(self, text, units):
        note = Group.objects.create(name=text)
        return PaidResult(
            status=201,
            body={"id": note.pk, "text": text},
            units=units,
            reference=ledger.Reference(type="note", id=str(note.pk)),
        )


class NoteView(PaidJobView):
    paid_work = Note


urlpatterns = [
    path("api/note", NoteView.as_view()),
    path("", include("config.urls")),
]
