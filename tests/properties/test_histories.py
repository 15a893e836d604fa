"""Whatever happens in whatever order, the ledger is what its model in plain Python says."""

import time

import pytest

from tests.properties.search import search

AT_LEAST = 200  # histories
SECONDS = 70  # more of them, as long as there is time; `make fuzz-ledger EXAMPLES=2000` is the long run


@pytest.mark.proof
@pytest.mark.django_db(transaction=True)
def test_no_history_divides_the_ledger_from_its_model():
    started = time.monotonic()
    search(AT_LEAST)
    while time.monotonic() - started < SECONDS:
        search(25)
