"""Killed workers and killed databases, in small: `make crash-test KILLS=200` is the long run."""

import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]


@pytest.mark.proof
def test_nothing_is_lost_or_minted_when_workers_and_the_database_are_killed():
    run = subprocess.run(
        [sys.executable, "-m", "tests.crash", "15", "--server-kills", "2"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert run.stdout.endswith("15 kills, 0 lost, 0 minted\n"), run.stdout + run.stderr
    assert (run.returncode, run.stderr) == (0, "")
