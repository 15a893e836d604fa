"""`make bench-scale`: the same calls on a thousand and on a million users, interleaved.

Each call is for a different user, spread over all users, so that the rows are not in the cache.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from rest_framework.test import APIClient
from rest_framework_simplejwt.tokens import AccessToken

from benchmarks import databases
from benchmarks.figures import Figure, at_most
from benchmarks.timing import compare
from credits import services as ledger

ENTRIES_EACH = 10
SMALL = 1_000  # users
LARGE = int(os.environ.get("BENCHMARK_USERS", "1_000_000"))
ROUNDS, CALLS = 20, 50
PRIME = 7_919  # the step through all users


def measure() -> list[Figure]:
    """Return all figures. Loading takes most of the time."""
    name = connection.settings_dict["NAME"]
    with databases.new_database(f"{name}_small") as small:
        databases.load(users=SMALL, entries_each=ENTRIES_EACH)
        with databases.new_database(f"{name}_large") as large:
            start = time.monotonic()
            databases.load(users=LARGE, entries_each=ENTRIES_EACH)
            print(
                f"{LARGE:,} users and {LARGE * ENTRIES_EACH:,} entries: {time.monotonic() - start:.0f} s",
                flush=True,
            )
            return [
                _compare("spend", "`ledger.spend`", _spend, small, large),
                _compare(
                    "log", "the first page of `GET /api/credits/log`", _get("/api/credits/log"), small, large
                ),
                _compare("credits", "`GET /api/credits`", _get("/api/credits"), small, large),
                *_verify(),
            ]


def _compare(
    name: str,
    what: str,
    call: Callable[[int, int], object],
    small: BaseDatabaseWrapper,
    large: BaseDatabaseWrapper,
) -> Figure:
    def on(wrapper: BaseDatabaseWrapper, users: int) -> Callable[[int], None]:
        def run(number: int) -> None:
            with databases.using(wrapper):
                call(number, 1 + number * PRIME % users)

        return run

    found = compare({"small": on(small, SMALL), "large": on(large, LARGE)}, rounds=ROUNDS, calls=CALLS)
    return Figure(
        f"scale_{name}",
        found.ratio("large", to="small"),
        at_most(1.25),
        f"{what} with {LARGE:,} users and {LARGE * ENTRIES_EACH:,} entries, against {SMALL:,} and "
        f"{SMALL * ENTRIES_EACH:,}",
        f"{found.milliseconds('large')}, {found.milliseconds('small')}",
    )


def _spend(number: int, user_id: int) -> None:
    ledger.spend(user_id=user_id, amount=1, action_type="evaluate_answer", key=f"scale:{number}")


def _get(path: str) -> Callable[[int, int], None]:
    client = APIClient()

    def get(_number: int, user_id: int) -> None:
        token = AccessToken()
        token["user_id"], token["sid"] = (
            str(user_id),
            str(UUID(int=user_id)),
        )  # as databases.load() stores them
        response = client.get(path, HTTP_AUTHORIZATION=f"Bearer {token}")
        assert response.status_code == 200, response.content

    return get


def _verify() -> list[Figure]:
    """Verify the ledger in a separate process, to measure its memory."""
    start = time.monotonic()
    child = subprocess.Popen(
        [sys.executable, "manage.py", "verify_ledger"],
        cwd=settings.BASE_DIR,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
            "BENCHMARK_DATABASE": connection.settings_dict["NAME"],
        },
    )
    _, status, used = os.wait4(child.pid, 0)
    seconds = time.monotonic() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0, "verify_ledger found a breach"
    return [
        Figure(
            "scale_verify_seconds",
            seconds,
            at_most(300),
            f"`manage.py verify_ledger` on {LARGE:,} users and {LARGE * ENTRIES_EACH:,} entries: seconds",
            f"{LARGE / seconds:,.0f} users/s",
        ),
        Figure(
            "scale_verify_megabytes",
            used.ru_maxrss / (1024 if sys.platform == "linux" else 1024**2),
            at_most(300),
            "the same: peak memory, MB",
            "of the command; the server's memory depends on its configuration",
        ),
    ]
