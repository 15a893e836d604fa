"""Kill workers, and the database under them, in the middle of paid work: `python -m tests.crash 200`.

The last line says how many credits, results and answers were lost, and how many were minted.
"""

import argparse
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import django


def counted(counter: Counter[str]) -> str:
    return "; ".join(f"{what}: {number}" for what, number in sorted(counter.items())) or "none"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument(
        "kills", type=int, nargs="?", default=200, help="how many, those of the server included"
    )
    parser.add_argument(
        "--server-kills", type=int, help="how many of them hit the database (default: a tenth)"
    )
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="of the order of events")
    options = parser.parse_args()
    server_kills = options.kills // 10 if options.server_kills is None else options.server_kills

    directory = Path(tempfile.mkdtemp(prefix="crash-"))
    directory.chmod(0o711)  # root's server account must pass
    os.environ |= {"DJANGO_SETTINGS_MODULE": "tests.crash.settings", "CRASH_DIRECTORY": str(directory)}
    django.setup()
    from django.core.management import call_command
    from django.db import connections

    from tests.crash import drill

    try:
        call_command("migrate", verbosity=0)
        started = time.monotonic()
        done = drill.run(kills=options.kills, server_kills=server_kills, seed=options.seed)
        seconds = time.monotonic() - started
        connections.close_all()
        workers = options.kills - server_kills
        report = (
            f"seed {options.seed}, {seconds:.0f} s: killed {workers} workers, a third of them of jobs, and {server_kills} database servers",
            f"{len(done.asked)} requests; answers: {counted(done.answers)}",
            f"cut short: {counted(done.interrupted)}",
            f"jobs: {counted(done.jobs)}",
        )
        sys.stdout.write("\n".join(report) + "\n")
        for fault in (*done.lost, *done.minted):
            sys.stdout.write(f"  {fault}\n")
        sys.stdout.write(f"{options.kills} kills, {len(done.lost)} lost, {len(done.minted)} minted\n")
        return int(bool(done.lost or done.minted))
    finally:
        server = drill.EmbeddedServer(directory / "postgres")
        server.stop()
        server.leave()
        shutil.rmtree(directory)


if __name__ == "__main__":
    sys.exit(main())
