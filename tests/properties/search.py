"""Run so many histories. The first that diverges is cut down to the shortest, and raised."""

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.properties.machine import LedgerMachine

STEPS = 40  # in one history, at most
PROFILE = settings(
    stateful_step_count=STEPS,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    report_multiple_bugs=False,
    print_blob=True,
    phases=[Phase.generate, Phase.shrink],
)


def search(histories: int) -> None:
    """Raises AssertionError with the counter-example, if one of the new random histories is one."""
    run_state_machine_as_test(LedgerMachine, settings=settings(PROFILE, max_examples=histories))
