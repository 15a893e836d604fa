"""Counts the histories that were played, and says so in the last line: `60 histories, 0 diverged`."""

import pytest

TALLY = {"histories": 0, "diverged": 0}


@pytest.fixture
def tally():
    return TALLY


def pytest_unconfigure():
    if TALLY["histories"]:
        print(f"{TALLY['histories']} histories, {TALLY['diverged']} diverged")  # noqa: T201
