"""The number of histories and their batches, each with a seed of its own, to be spread over all cores.

`HISTORIES` is the number of histories of all tests together. `SEED` makes a run reproducible.
"""

import os
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, seed, settings

HISTORIES = int(os.environ.get("HISTORIES") or 200)
SEED = os.environ.get("SEED")
BATCH_SIZE = 25
REPRODUCE = "To reproduce it: HISTORIES={histories} SEED={seed} python -m pytest '{test}'"


class Batch:
    """A batch of one test: its number and its size in histories."""

    def __init__(self, number: int, size: int) -> None:
        self.number, self.size = number, size

    def search(self, test: Callable[..., None], *, tally: dict[str, int], request: Any) -> None:
        """Run a test decorated with `given`. A failure notes how to reproduce it."""
        bounded = settings(
            max_examples=self.size,
            deadline=None,
            print_blob=True,
            report_multiple_bugs=False,
            phases=[
                Phase.reuse,
                Phase.generate,
                Phase.shrink,
            ],  # the explain phase would replay a history many times
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        )(test)
        try:
            (seed(int(SEED) + self.number)(bounded) if SEED else bounded)()
        except Exception as error:
            tally["diverged"] = 1  # once, however often Hypothesis replayed it while shrinking
            if SEED:
                error.add_note(REPRODUCE.format(histories=HISTORIES, seed=SEED, test=request.node.nodeid))
            raise


def batches(*, first: float, last: float) -> pytest.MarkDecorator:
    """Parametrize a test with its `batch`es: the histories between two fractions of all."""
    wanted = max(1, round(HISTORIES * last) - round(HISTORIES * first))
    sizes = [min(BATCH_SIZE, wanted - begun) for begun in range(0, wanted, BATCH_SIZE)]
    found = [Batch(number, size) for number, size in enumerate(sizes)]
    return pytest.mark.parametrize("batch", found, ids=[f"batch-{batch.number}" for batch in found])
