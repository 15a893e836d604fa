"""A database error that is our fault is a 500, and its line in the log has no text of a user."""

import io
import logging

import psycopg
import pytest
from django.db import DataError, IntegrityError

from common.database_errors import remove_values
from credits.models import AiCreditLog
from credits.tests.paid_view_examples import PRICES

SECRET = "What my patient told me"


@pytest.fixture
def console():
    """What the configured handler writes."""
    (handler,) = [
        one
        for one in logging.getLogger().handlers
        if type(one) is logging.StreamHandler and one.formatter and one.filters
    ]
    written = io.StringIO()
    before = handler.setStream(written)
    yield written
    handler.setStream(before)


@pytest.fixture
def failing(settings):
    settings.ROOT_URLCONF = "config.tests.database_error_views"
    settings.CREDIT_PRICES = PRICES


@pytest.mark.django_db
@pytest.mark.usefixtures("failing")
class TestFaults:
    @pytest.mark.parametrize("method", ["get", "head"])
    def test_a_data_error_of_a_read_is_500(self, api, method):
        answer = getattr(api, method)("/api/overflow")
        assert answer.status_code == 500
        if method == "get":
            assert answer.json()["code"] == "server_error"

    @pytest.mark.parametrize(
        ("path", "kept"),
        [
            ("/api/twice", 'IntegrityError: duplicate key value violates unique constraint "auth_group_name'),
            ("/api/raising", "it failed"),
            ("/api/invalid", 'DataError: invalid input syntax for type integer: "…"'),
        ],
    )
    @pytest.mark.django_db(transaction=True)
    def test_the_log_has_the_failure_and_no_text(self, api, user, console, path, kept):
        text = f"{SECRET}\nyesterday"
        answer = api.post(path, {"text": text}, format="json", headers={"X-Request-ID": "r-9"})
        assert answer.status_code == 500
        logged = console.getvalue()
        assert "[r-9]" in logged
        assert "Traceback" in logged
        assert kept in logged
        assert SECRET not in logged
        assert "yesterday" not in logged
        assert AiCreditLog.objects.of(user.pk).count() == 1

    @pytest.mark.django_db(transaction=True)
    def test_a_job_that_fails_logs_no_text(self, console):
        error = IntegrityError(f"it failed\nDETAIL:  {SECRET}")
        logging.getLogger("jobs.services").error("A job failed: %s", error, exc_info=error)
        assert SECRET not in console.getvalue()
        assert console.getvalue().count("it failed") == 2


class TestRemoveValues:
    def test_causes_contexts_and_groups(self):
        inner = psycopg.errors.UniqueViolation(f"first\nDETAIL:  {SECRET}")
        outer = IntegrityError(f"first\nDETAIL:  {SECRET}")
        outer.__cause__ = inner
        group = ExceptionGroup("several", [ValueError("a\nb"), outer])
        inner.__context__ = group  # a cycle
        remove_values(group)
        assert (str(inner), str(outer), str(group.exceptions[0])) == ("first", "first", "a\nb")

    @pytest.mark.parametrize(
        ("message", "kept"),
        [
            (
                "value too long for type character varying(5)",
                "value too long for type character varying(5)",
            ),
            ('invalid input syntax for type uuid: "a "b" c', 'invalid input syntax for type uuid: "…"'),
            ("", ""),
        ],
    )
    def test_a_data_error_quotes_no_value(self, message, kept):
        error = DataError(message)
        remove_values(error)
        assert str(error) == kept

    def test_an_error_without_a_message(self):
        error = DataError()
        remove_values(error)
        assert error.args == ()
