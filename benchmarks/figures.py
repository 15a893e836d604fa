"""Figures and their output: `results.json` and the tables of docs/benchmarks.md."""

import json
import os
import platform
import re
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal, NamedTuple, Self

from django.conf import settings
from django.db import connection

RESULTS = Path(__file__).parent / "results.json"
PAGE = settings.BASE_DIR / "docs" / "benchmarks.md"


class Target(NamedTuple):
    """The bound of a figure."""

    sign: Literal["≤", "≥"]
    bound: float

    def met_by(self, value: float) -> bool:
        return value <= self.bound if self.sign == "≤" else value >= self.bound

    def __str__(self) -> str:
        return f"{self.sign} {self.bound:g}"


at_least = partial(Target, "≥")
at_most = partial(Target, "≤")


@dataclass(frozen=True, slots=True)
class Figure:
    """A named number. If it could not be measured, `value` is None and `detail` gives the reason."""

    name: str
    value: float | None
    target: Target | None
    what: str
    detail: str

    def flushed(self) -> Self:
        """Return the figure as measured with flushed commits. It depends on the disk, so it has no target."""
        return replace(self, name=f"{self.name}_flushed", target=None, what="the same, each commit flushed")

    def __str__(self) -> str:
        return f"{self.name:41} {self._value():>6}  {self._verdict():14} {self.detail}"

    def row(self) -> str:
        return f"| `{self.name}` | {self._value()} | {self._verdict()} | {self.what} | {self.detail} |"

    def _value(self) -> str:
        return "—" if self.value is None else f"{self.value:.3g}"

    def _verdict(self) -> str:
        if self.target is None or self.value is None:
            return str(self.target or "")
        return f"{self.target} {'✓' if self.target.met_by(self.value) else '✗ missed'}"


def machine() -> str:
    """Describe the machine without naming it."""
    with connection._nodb_cursor() as cursor:  # noqa: SLF001  (the benchmark's own database is dropped)
        cursor.execute("show server_version")
        version = cursor.fetchone()[0].split()[0]
    model = re.search(r"model name\s*: (.*)", _read("/proc/cpuinfo"))
    memory = re.search(r"MemTotal:\s*(\d+)", _read("/proc/meminfo"))
    parts = [
        f"{os.cpu_count()} cores ({model[1] if model else platform.machine()})",
        f"{int(memory[1]) / 1024**2:.0f} GB of memory" if memory else "",
        f"{platform.system()}, Python {platform.python_version()}, PostgreSQL {version}",
    ]
    return ", ".join(filter(None, parts))


def write(section: str, figures: list[Figure]) -> None:
    """Write the figures into the JSON file and their table into the section of the page."""
    known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    known |= {figure.name: figure.value and float(f"{figure.value:.3g}") for figure in figures}
    RESULTS.write_text(json.dumps(known, indent=2, sort_keys=True) + "\n")

    table = [
        f"Measured on {machine()}.",
        "",
        "| name | ratio | target | what | in this run |",
        "|---|---|---|---|---|",
        *(figure.row() for figure in figures),
    ]
    start, end = f"<!-- {section}: written by the command -->", f"<!-- /{section} -->"
    page = PAGE.read_text()
    before, _, rest = page.partition(start)
    _, _, after = rest.partition(end)
    PAGE.write_text(f"{before}{start}\n" + "\n".join(table) + f"\n{end}{after}")


def _read(path: str) -> str:
    try:
        return Path(path).read_text()
    except OSError:
        return ""
