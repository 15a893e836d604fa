"""Compare in turns: A B A B …, so that whatever else the machine does happens to both."""

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

numbers = count(1)  # for keys: no two calls of one run share one


@dataclass(frozen=True, slots=True)
class Compared:
    """Seconds for one call of each contender, one number for each turn."""

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


def compare(contenders: dict[str, Callable[[int], object]], *, turns: int, calls: int) -> Compared:
    """Call each contender `calls` times a turn. A call gets a number that no other call of the run gets.

    The first turn warms caches and prepares statements; it does not count.
    """
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    gc.collect()
    for _turn in range(turns + 1):
        for name, call in contenders.items():
            ours = [next(numbers) for _ in range(calls)]
            start = time.perf_counter()
            for number in ours:
                call(number)
            seconds[name].append((time.perf_counter() - start) / calls)
    return Compared({name: taken[1:] for name, taken in seconds.items()})
