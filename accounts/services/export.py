"""Export all stored data of a user as one JSON document. accounts/personal_data.py lists what is in it.

The document is generated while it is sent, a few hundred rows at a time. So a large one needs no more memory,
and no job or file. A row that changes during the export appears as it is when it is read. If reading fails,
the document ends early and is not valid JSON.
"""

import json
from collections.abc import Iterator
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from accounts.models import User
from accounts.personal_data import RULES, Rule
from billing import services as billing

ROWS_AT_A_TIME = 500


def export_file_name(*, user: User) -> str:
    """Return the name of the file in which an export is downloaded."""
    return f"account-{user.pk}.json"


def export_account(*, user: User) -> Iterator[str]:
    """Yield the JSON document: the profile, then a list for each section, then the objects from Stripe."""
    yield '{"exportedAt": ' + _json(timezone.now())
    yield ', "profile": ' + _json(_profile(user))
    for label, rule in RULES.items():
        if rule.section:
            yield from _list(rule.section, _rows(label, rule, user_id=user.pk))
    yield from _list("stripeObjects", billing.stored_objects(user_id=user.pk))
    yield "}\n"


def _profile(user: User) -> dict[str, Any]:
    hidden = {"password", "credits_due_at", "credits_consumed_through"}
    hidden |= {"blocked_reason"}  # for staff
    fields = [field.attname for field in User._meta.concrete_fields if field.attname not in hidden]
    return {_camel_case(name): getattr(user, name) for name in fields}


def _list(name: str, rows: Iterator[Any]) -> Iterator[str]:
    yield f", {_json(name)}: ["
    comma = ""
    for row in rows:
        yield comma + _json(row)
        comma = ", "
    yield "]"


def _rows(label: str, rule: Rule, *, user_id: Any) -> Iterator[dict[str, Any]]:
    """Yield the rows of a section, ordered by their keys. This needs no cursor in the database."""
    names = {_camel_case(name): name for name in rule.fields} | dict(rule.values)
    rows = rule.rows(label, user_id=user_id).order_by("pk")
    after = None
    while True:
        page = list(
            (rows if after is None else rows.filter(pk__gt=after)).values("pk", *names.values())[
                :ROWS_AT_A_TIME
            ]
        )
        for row in page:
            yield {name: row[field] for name, field in names.items()}
        if len(page) < ROWS_AT_A_TIME:
            return
        after = page[-1]["pk"]


def _camel_case(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.title() for word in others)


def _json(value: Any) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
