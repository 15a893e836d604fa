"""Compare in turns: A B, B A, A B … so that whatever else the machine does happens to both."""

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count

numbers = count(1)  # for keys: no two calls of one run share one


@dataclass(frozen=True, slots=True)
class Compared:
    """Seconds that a call of each contender took, one number for each turn."""

    seconds: dict[str, list[float]]

    def median(self, name: str) -> float:
        return statistics.median(self.seconds[name])

    def ratio(self, name: str, *, to: str) -> float:
        """How long a call of `name` takes, as a multiple of one of `to` in the same turn: the median."""
        pairs = zip(self.seconds[name], self.seconds[to], strict=True)
        return statistics.median(one / other for one, other in pairs)

    def per_second(self, name: str) -> str:
        return f"{1 / self.median(name):,.0f}/s"

    def milliseconds(self, name: str) -> str:
        return f"{1000 * self.median(name):.2f} ms"


def undisturbed(taken: list[float]) -> float:
    """The fastest tenth: a call that the machine interrupted tells nothing about the code.

    The median would favour short calls on a busy machine, since long ones are interrupted more often.
    """
    return statistics.quantiles(taken, n=10)[0]


def compare(
    contenders: Mapping[str, Callable[[int], object]],
    *,
    turns: int,
    calls: int,
    summary: Callable[[list[float]], float] = undisturbed,
) -> Compared:
    """Call each contender `calls` times a turn, each time with a number that the run has not had.

    A turn counts with the `summary` of its calls' seconds.

    The first turn warms caches and prepares statements; it does not count.
    """
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    order = list(contenders)
    gc.collect()
    for turn in range(turns + 1):
        for name in order:
            taken = [_time(contenders[name], next(numbers)) for _ in range(calls)]
            if turn:
                seconds[name].append(summary(taken))
        order.reverse()
    return Compared(seconds)


def _time(call: Callable[[int], object], number: int) -> float:
    start = time.perf_counter()
    call(number)
    return time.perf_counter() - start
