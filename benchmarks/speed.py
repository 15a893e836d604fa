"""`make bench`: one database, a thousand users, and everything that is compared in it."""

from django.db import connection

from benchmarks import charge, databases
from benchmarks.figures import Figure


def measure() -> list[Figure]:
    with databases.new_database(connection.settings_dict["NAME"]) as wrapper:
        databases.load(users=charge.USERS, entries_each=charge.ENTRIES_EACH)
        databases.copy_without_triggers()
        return charge.measure(wrapper)
