"""Views whose SQL fails with the user's text in PostgreSQL's message, for the tests alone."""

from typing import Any

from django.contrib.auth.models import Group
from django.db import connection
from django.urls import include, path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from credits.paid_views import PaidResult
from credits.tests.paid_view_examples import NoteView

handler500 = "config.errors.server_error"


class OverflowView(APIView):
    """A fault of ours: a number that no column can hold."""

    permission_classes = []

    def get(self, request: Request) -> Response:
        with connection.cursor() as cursor:
            cursor.execute("select (%s::bigint)::smallint", [99_999])
        return Response({})


class TwiceView(NoteView):
    """Stores the same unique text twice: PostgreSQL quotes it in the DETAIL."""

    def store(self, data: Any, outcome: Any) -> PaidResult:
        Group.objects.create(name=data["text"])
        return super().store(data, outcome)


class RaisingView(NoteView):
    """Fails in a function that quotes the text in DETAIL and HINT."""

    def store(self, data: Any, outcome: Any) -> PaidResult:
        with connection.cursor() as cursor:
            cursor.execute(
                "create function pg_temp.fails(v text) returns void language plpgsql as $$"
                " begin raise exception 'it failed' using detail = v, hint = v; end $$"
            )
            cursor.execute("select pg_temp.fails(%s)", [data["text"]])
        return super().store(data, outcome)


class InvalidView(NoteView):
    """Casts the text to a number: PostgreSQL quotes it in the first line."""

    def store(self, data: Any, outcome: Any) -> PaidResult:
        with connection.cursor() as cursor:
            cursor.execute("select (%s::text)::integer", [data["text"]])
        return super().store(data, outcome)


urlpatterns = [
    path("api/overflow", OverflowView.as_view()),
    path("api/twice", TwiceView.as_view()),
    path("api/raising", RaisingView.as_view()),
    path("api/invalid", InvalidView.as_view()),
    path("api/", include("credits.urls")),
]
