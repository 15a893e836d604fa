"""`make bench`: all comparisons in one database with a thousand users."""

from django.db import connection

from benchmarks import charge, databases, growth, hot_user, paid_requests, slow_models, webhooks
from benchmarks.figures import Figure


def measure() -> list[Figure]:
    """Return all figures.

    The flush at every commit is the same for both sides and takes longer than the compared work, so the
    ratios are measured without it, and again with it.
    """
    with databases.new_database(connection.settings_dict["NAME"]) as wrapper:
        databases.load(users=charge.USERS, entries_each=charge.ENTRIES_EACH)
        databases.copy_without_triggers()
        databases.flush_at_commit(on=False)
        unflushed = [
            *charge.measure(wrapper),
            *hot_user.measure(wrapper),
            *paid_requests.measure(),
            *webhooks.measure(),
            *slow_models.measure(),
        ]
        databases.flush_at_commit(on=True)
        flushed = [*charge.measure(wrapper), *paid_requests.measure()]
    return [*unflushed, *growth.measure(), *(figure.flushed() for figure in flushed)]
