"""The mailbox of an email address, in Python and in SQL."""

import re
from typing import Any

from django.db.models import Expression, F, Func, Value
from django.db.models.lookups import Exact

TAG = r"\+[^@]*@"
DOT_OF_GMAIL = r"\.(?=[^@]*@(gmail|googlemail)\.com$)"
GOOGLEMAIL = "@googlemail.com$"


def mailbox(email: str) -> str:
    """Return a normalized email address without `+tag` and, at Gmail, without dots and with one domain."""
    untagged = re.sub(TAG, "@", email, count=1)
    return re.sub(GOOGLEMAIL, "@gmail.com", re.sub(DOT_OF_GMAIL, "", untagged))


def mailbox_of_column(constant: type[Value] = Value) -> Func:
    """Return SQL that computes the same from the column `email`."""
    untagged = Func(F("email"), constant(TAG), constant("@"), function="regexp_replace")
    undotted = Func(untagged, constant(DOT_OF_GMAIL), constant(""), constant("g"), function="regexp_replace")
    return Func(undotted, constant(GOOGLEMAIL), constant("@gmail.com"), function="regexp_replace")


class _Literal(Value):
    """A constant of this module, as a part of the SQL instead of a parameter."""

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[()]]:
        return f"'{self.value}'", ()


def in_mailbox(email: str) -> Expression:
    """Return the condition that a user has the mailbox of a normalized email address.

    A prepared statement with parameters in the indexed expression could not use the index.
    """
    return Exact(mailbox_of_column(_Literal), mailbox(email))
