"""How long to search, and in what pieces: batches with a seed each, so that every core has some.

`HISTORIES` is the number of histories of all kinds together, `SEED` makes a run repeatable.
"""

import os
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, seed, settings

HISTORIES = int(os.environ.get("HISTORIES") or 200)
SEED = os.environ.get("SEED")
BATCH_SIZE = 25
REPRODUCE = "To search there again: HISTORIES={histories} SEED={seed} python -m pytest '{test}'"


class Batch:
    """Some histories of one test: `number` tells them from the other batches', `size` is how many."""

    def __init__(self, number: int, size: int) -> None:
        self.number, self.size = number, size

    def search(self, test: Callable[..., None], *, tally: dict[str, int], request: Any) -> None:
        """Run a test that Hypothesis `given`s its arguments. A failure says how to see it again."""
        bounded = settings(
            max_examples=self.size,
            deadline=None,
            print_blob=True,
            report_multiple_bugs=False,
            phases=[Phase.reuse, Phase.generate, Phase.shrink],  # explaining plays a history many times more
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        )(test)
        try:
            (seed(int(SEED) + self.number)(bounded) if SEED else bounded)()
        except Exception as error:
            tally["diverged"] = 1  # however often it was played again, to find the smallest
            if SEED:
                error.add_note(REPRODUCE.format(histories=HISTORIES, seed=SEED, test=request.node.nodeid))
            raise


def batches(*, first: float, last: float) -> pytest.MarkDecorator:
    """Give a test the part of all histories between two fractions, as its parameter `batch`."""
    wanted = max(1, round(HISTORIES * last) - round(HISTORIES * first))
    sizes = [min(BATCH_SIZE, wanted - begun) for begun in range(0, wanted, BATCH_SIZE)]
    found = [Batch(number, size) for number, size in enumerate(sizes)]
    return pytest.mark.parametrize("batch", found, ids=[f"batch-{batch.number}" for batch in found])
