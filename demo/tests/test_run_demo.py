"""What cannot be timed from outside; `make run` itself is in tests/setup."""

import os
import signal

import pytest

from demo.management.commands import run_demo


@pytest.mark.parametrize("number", run_demo.STOP_SIGNALS)
def test_a_signal_waits_until_a_child_that_starts_is_noted(number):
    before = {each: signal.getsignal(each) for each in run_demo.STOP_SIGNALS}
    noted = []

    def start():
        with run_demo._signals_wait():
            os.kill(os.getpid(), number)
            noted.append("a child")

    try:
        for each in run_demo.STOP_SIGNALS:
            signal.signal(each, run_demo._stop)
        with pytest.raises(KeyboardInterrupt):
            start()
        assert noted
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
