"""Helpers that several test modules share."""

import threading
from concurrent.futures import ThreadPoolExecutor

from django.db import connections


def credits_of(user):
    user.refresh_from_db()
    return user.ai_credits


def state_of(user):
    """Return plan, subscription status and credits."""
    user.refresh_from_db()
    return user.plan, user.subscription_status, user.ai_credits


def run_concurrently(*calls):
    """Run each call in a thread and on a connection of its own, all at once, and return the results."""
    barrier = threading.Barrier(len(calls))

    def run(call):
        barrier.wait()
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))
