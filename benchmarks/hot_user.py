"""One user, many connections: the cost of Python under lock contention.

pgbench runs the bare statement on the same row from as many connections. It comes with the embedded
server and with Debian's postgresql-contrib.
"""

import re
import shutil
import statistics
import subprocess
import tempfile
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.conninfo import make_conninfo

from benchmarks.figures import Figure, at_least
from benchmarks.spenders import Spenders
from config.embedded_postgres import binaries
from credits.services._sql import invocation

CONNECTIONS, PROCESSES = 16, 4
ROUNDS, SECONDS = 7, 2
USER_ID = 1


# Literals where the service sends parameters; only the key differs between calls.
LITERALS = {
    "user_id": f"{USER_ID}::bigint",
    "kind": "'spend'",
    "action_type": "'evaluate_answer'",
    "amount": "-1::bigint",
    "stop_at_zero": "false",
    "due_processed": "false",
    "key": "'pgbench:' || :run::text || ':' || :number::text",
    "reference_type": "''",
    "reference_id": "''",
    "actor_id": "null",
    "reason": "''",
    "metadata": "'{}'",
    "now": "'2026-01-01'",
}


def measure(wrapper: BaseDatabaseWrapper) -> list[Figure]:
    name = "hot_user_vs_pgbench"
    what = f"`ledger.spend` of one user from {CONNECTIONS} connections, against its statement in as many of pgbench"
    program = pgbench()
    if program is None:
        return [Figure(name, None, at_least(0.5), what, "skipped: there is no pgbench on this machine")]
    service_rates, pgbench_rates = [], []
    with (
        Spenders(processes=PROCESSES, threads=CONNECTIONS // PROCESSES, user_id=USER_ID) as spenders,
        tempfile.TemporaryDirectory() as directory,
    ):
        script = Path(directory) / "spend.sql"
        script.write_text(
            f"\\set number random(1, 9000000000000000)\n{' '.join((invocation('credits_post', *LITERALS) % LITERALS).split())};\n"
        )
        for round_number in range(ROUNDS + 1):
            pgbench_rates.append(_run_pgbench(program, script, wrapper, run=round_number))
            service_rates.append(spenders.rate(seconds=SECONDS))
    rounds = zip(service_rates[1:], pgbench_rates[1:], strict=True)  # the first round does not count
    ratio = statistics.median(service / bare for service, bare in rounds)
    return [
        Figure(
            name,
            ratio,
            at_least(0.5),
            what,
            f"{statistics.median(service_rates[1:]):,.0f}/s, pgbench {statistics.median(pgbench_rates[1:]):,.0f}/s",
        )
    ]


def pgbench() -> Path | None:
    """Return pgbench, preferably the embedded server's."""
    try:
        program = binaries.directory(None) / "pgbench"
        if program.exists():
            return program
    except ImproperlyConfigured:
        pass
    found = shutil.which("pgbench")
    return Path(found) if found else None


def _run_pgbench(program: Path, script: Path, wrapper: BaseDatabaseWrapper, *, run: int) -> float:
    """Return transactions per second, without connection time."""
    where = wrapper.get_connection_params()
    libpq = {name: where[name] for name in ("host", "port", "user", "password", "dbname") if name in where}
    done = subprocess.run(
        [
            program,
            *("--no-vacuum", "--protocol=prepared", f"--client={CONNECTIONS}", "--jobs=2"),
            *(f"--time={SECONDS}", f"--define=run={run}", f"--file={script}", make_conninfo(**libpq)),
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    match = re.search(r"tps = ([\d.]+)", done.stdout)
    assert match, done.stdout
    return float(match[1])
