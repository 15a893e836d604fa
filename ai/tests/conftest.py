from jobs.tests.conftest import queue_tables, run_worker  # noqa: F401  (fixtures)
