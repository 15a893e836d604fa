"""The mailbox of an email address, in Python and in SQL."""

import re

from django.db.models import F, Func, Value

TAG = r"\+[^@]*@"
DOT_OF_GMAIL = r"\.(?=[^@]*@(gmail|googlemail)\.com$)"
GOOGLEMAIL = "@googlemail.com$"


def mailbox(email: str) -> str:
    """Return a normalized email address without `+tag` and, at Gmail, without dots and with one domain."""
    untagged = re.sub(TAG, "@", email, count=1)
    return re.sub(GOOGLEMAIL, "@gmail.com", re.sub(DOT_OF_GMAIL, "", untagged))


def mailbox_of_column() -> Func:
    """Return SQL that computes the same from the column `email`."""
    untagged = Func(F("email"), Value(TAG), Value("@"), function="regexp_replace")
    undotted = Func(untagged, Value(DOT_OF_GMAIL), Value(""), Value("g"), function="regexp_replace")
    return Func(undotted, Value(GOOGLEMAIL), Value("@gmail.com"), function="regexp_replace")
