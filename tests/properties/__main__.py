"""The long run: `python -m tests.properties 2000`. Its last line says how many histories diverged."""

import argparse
import os
import sys

import django

AT_A_TIME = 100

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.properties", description=__doc__)
    parser.add_argument("examples", type=int, nargs="?", default=200, help="how many histories")
    wanted = parser.parse_args().examples

    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings_test"
    os.environ.setdefault("TEST_DATABASE_SUFFIX", "_search")
    django.setup()
    from django.test.utils import setup_databases, teardown_databases

    from tests.properties.search import search

    databases = setup_databases(verbosity=0, interactive=False)
    done, diverged = 0, 0
    try:
        while done < wanted and not diverged:
            batch = min(AT_A_TIME, wanted - done)
            try:
                search(batch)
            except AssertionError as error:
                sys.stdout.write("\n".join([str(error), *getattr(error, "__notes__", [])]) + "\n")
                diverged = 1
            done += batch
            sys.stdout.write(f"{done} histories, {diverged} diverged\n")
            sys.stdout.flush()
    finally:
        teardown_databases(databases, verbosity=0)
    sys.exit(diverged)
