"""The system checks of the settings."""

import pytest

from jobs.checks import check_deadline, check_threads


@pytest.mark.parametrize("deadline", [1, 600, 840])
def test_a_deadline_well_before_the_holds_expiry_is_accepted(settings, deadline):
    settings.CREDIT_HOLD_SECONDS, settings.JOB_DEADLINE_SECONDS = 900, deadline
    assert check_deadline() == []


@pytest.mark.parametrize("deadline", [841, 900, 10_000, 0, -1, "600", None])
def test_any_other_is_an_error(settings, deadline):
    settings.CREDIT_HOLD_SECONDS, settings.JOB_DEADLINE_SECONDS = 900, deadline
    assert [error.id for error in check_deadline()] == ["jobs.E001"]


@pytest.mark.parametrize(("threads", "errors"), [(1, []), (4, []), (0, ["jobs.E002"]), (None, ["jobs.E002"])])
def test_there_is_at_least_one_thread(settings, threads, errors):
    settings.JOB_DATABASE_THREADS = threads
    assert [error.id for error in check_threads()] == errors
