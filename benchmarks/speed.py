"""`make bench`: one database, a thousand users, and everything that is compared in it."""

from django.db import connection

from benchmarks import charge, databases, growth, hot_user, requests, webhooks
from benchmarks.figures import Figure


def measure() -> list[Figure]:
    """All figures of the table.

    The flush to disk at every commit is the same for both sides and takes longer than the work that
    is compared, so the ratios of statements are taken without it, and once more with it.
    """
    with databases.new_database(connection.settings_dict["NAME"]) as wrapper:
        databases.load(users=charge.USERS, entries_each=charge.ENTRIES_EACH)
        databases.copy_without_triggers()
        databases.flush_at_commit(on=False)
        unflushed = [
            *charge.measure(wrapper),
            *hot_user.measure(wrapper),
            *requests.measure(),
            *webhooks.measure(),
        ]
        databases.flush_at_commit(on=True)
        flushed = [*charge.measure(wrapper), *requests.measure()]
    return [*unflushed, *growth.measure(), *(figure.flushed() for figure in flushed)]
