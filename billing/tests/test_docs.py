"""The documentation matches the code."""

import re
from fnmatch import fnmatch
from pathlib import Path

from django.conf import settings

from billing.exceptions import BillingError
from billing.webhooks.handlers import HANDLED_EVENTS

PAGE = (Path(settings.BASE_DIR) / "docs" / "billing.md").read_text()


def documented_events():
    """Return the types in the table's first column; `.updated` continues the type before it."""
    table = PAGE.split("## Events")[1].split("| response |")[0]
    found = []
    for row in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE):
        for name in re.findall(r"`([^`]+)`", row):
            found.append(f"{found[-1].rpartition('.')[0]}{name}" if name.startswith(".") else name)
    return found


def test_every_handled_event_is_documented():
    patterns = documented_events()
    assert [kind for kind in HANDLED_EVENTS if not any(fnmatch(kind, one) for one in patterns)] == []


def test_every_documented_event_is_handled():
    unknown = [one for one in documented_events() if not any(fnmatch(kind, one) for kind in HANDLED_EVENTS)]
    assert unknown == []


def test_every_error_code_is_documented():
    codes = {error.code for error in BillingError.__subclasses__()}
    assert {code for code in codes if f"`{code}`" not in PAGE} == set()
