"""Time contenders in alternation (A B, B A, A B …), so that other load on the machine affects both."""

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count

numbers = count(1)  # for keys: unique in one run


@dataclass(frozen=True, slots=True)
class Comparison:
    """Seconds per call of each contender, one number for each round."""

    seconds: dict[str, list[float]]

    def median(self, name: str) -> float:
        return statistics.median(self.seconds[name])

    def ratio(self, name: str, *, to: str) -> float:
        """Return the median over the rounds of the seconds of `name` divided by those of `to`."""
        rounds = zip(self.seconds[name], self.seconds[to], strict=True)
        return statistics.median(seconds / base for seconds, base in rounds)

    def per_second(self, name: str) -> str:
        return f"{1 / self.median(name):,.0f}/s"

    def milliseconds(self, name: str) -> str:
        return f"{1000 * self.median(name):.2f} ms"


def fastest_decile(taken: list[float]) -> float:
    """Return the fastest decile, which excludes calls that the machine interrupted.

    The median would favour short calls on a busy machine, because long calls are interrupted more often.
    """
    return statistics.quantiles(taken, n=10)[0]


def compare(
    contenders: Mapping[str, Callable[[int], object]],
    *,
    rounds: int,
    calls: int,
    summary: Callable[[list[float]], float] = fastest_decile,
) -> Comparison:
    """Call each contender `calls` times per round, each time with a number that is unique in the run.

    A round's result is the `summary` of its calls' seconds. The first round, which fills caches and
    prepares statements, does not count.
    """
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    order = list(contenders)
    gc.collect()
    for round_number in range(rounds + 1):
        for name in order:
            taken = [_time(contenders[name], next(numbers)) for _ in range(calls)]
            if round_number:
                seconds[name].append(summary(taken))
        order.reverse()
    return Comparison(seconds)


def _time(call: Callable[[int], object], number: int) -> float:
    start = time.perf_counter()
    call(number)
    return time.perf_counter() - start
