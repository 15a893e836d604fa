"""Keep user data out of the log of a database error."""

import re
from collections.abc import Iterator

import django.db
import psycopg

ERRORS = (django.db.Error, psycopg.Error)
DATA_ERRORS = (django.db.DataError, psycopg.DataError)


def remove_values(error: BaseException) -> None:
    """Cut the message of each database error among `error` and its causes to its first line.

    PostgreSQL's DETAIL, HINT and CONTEXT quote rows and parameters, so they may contain a user's text. The
    first line names the failure and the constraint. The first line of a DataError quotes the value, which is
    removed too.
    """
    for one in _chain(error):
        if isinstance(one, ERRORS) and one.args:
            message = str(one.args[0]).partition("\n")[0]
            if isinstance(one, DATA_ERRORS):
                message = re.sub(r'".*', '"…"', message)
            one.args = (message,)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception with its causes, contexts and the members of groups, each once."""
    seen: dict[int, BaseException] = {}
    unseen: list[BaseException | None] = [error]
    while unseen:
        one = unseen.pop()
        if one is None or id(one) in seen:
            continue
        seen[id(one)] = one
        yield one
        unseen += [one.__cause__, one.__context__, *getattr(one, "exceptions", ())]
