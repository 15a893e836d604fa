"""System checks of the user model, the settings and the database."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as CheckWarning
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.utils import timezone

from common.checks import check_user_composes
from credits.holders import CreditHolder
from credits.ledger_sql import FUNCTION, NEWEST, TRIGGER, definitions_of, render
from credits.models import MAX_AMOUNT, ActionPrice
from credits.pricing import price_in_settings, price_of_row

# Name of a setting → its lowest value, and a description of valid values.
NUMBERS = {
    "SIGNUP_CREDITS": (0, f"a number of credits from 0 to {MAX_AMOUNT:,}"),
    "CREDIT_HOLD_SECONDS": (1, "a positive number of seconds, longer than the slowest paid call takes"),
    "CREDIT_RESPONSE_DAYS": (1, "a positive number of days"),
    "CREDIT_MAX_OPEN_HOLDS": (1, "a positive number of calls"),
    "CREDIT_ADJUSTMENT_LIMIT": (0, "a number of credits, or 0 for none without the second permission"),
    "CREDIT_LOW_BALANCE": (0, "a number of credits, or 0 for no signal"),
}


@register(Tags.models)
def check_holder(**kwargs: Any) -> list[CheckMessage]:
    """Check that the user model composes CreditHolder with all its constraints."""
    return check_user_composes(CreditHolder, app="credits")


@register(Tags.models)
def check_prices(**kwargs: Any) -> list[CheckMessage]:
    """Check that every price in settings can be read and is not negative."""
    try:
        declared = [price_in_settings(action) for action in sorted(settings.CREDIT_PRICES)]
        wrong = [price for price in declared if min(price.numbers.values()) < 0]
    except (TypeError, AttributeError, ImproperlyConfigured) as error:
        return [Error(f"CREDIT_PRICES cannot be read: {error}", id="credits.E003")]
    return [Error(f"The price of {price.action} is negative.", id="credits.E004") for price in wrong]


@register(Tags.models)
def check_numbers(**kwargs: Any) -> list[CheckMessage]:
    """Check the numbers in settings that the ledger reads."""
    return [
        Error(f"{name} must be {what}, not {given!r}.", id="credits.E008")
        for name, (lowest, what) in NUMBERS.items()
        if type(given := getattr(settings, name, None)) is not int or not lowest <= given <= MAX_AMOUNT
    ]


@register(Tags.admin)
def check_admin(**kwargs: Any) -> list[CheckMessage]:
    """Check that the theme of the admin pages is installed."""
    missing = [app for app in ("unfold", "unfold.contrib.filters") if not apps.is_installed(app)]
    if not missing or not apps.is_installed("django.contrib.admin"):
        return []
    return [
        Error(
            f"The admin of credits needs {' and '.join(missing)} in INSTALLED_APPS.",
            hint="Put them before 'django.contrib.admin'; the package is django-unfold.",
            id="credits.E009",
        )
    ]


@register(Tags.database)
def check_price_rows(databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Check that no price in settings differs from the row that is in force instead of it."""
    messages: list[CheckMessage] = []
    for alias in databases or []:
        connection = connections[alias]
        if connection.vendor != "postgresql":
            continue  # check_database reports it
        with connection.cursor() as cursor:
            if ActionPrice._meta.db_table not in connection.introspection.table_names(cursor):
                continue  # it is not migrated yet
        now = timezone.now()
        rows = ActionPrice.objects.using(alias).effective(at=now).not_superseded(at=now)
        for row in rows.filter(action__in=settings.CREDIT_PRICES).order_by("action"):
            priced, declared = price_of_row(row), price_in_settings(row.action)
            if (priced.numbers, priced.unit) != (declared.numbers, declared.unit):
                messages.append(
                    CheckWarning(
                        f"The price of {row.action} in CREDIT_PRICES differs from row {row.pk} "
                        f"in the database {alias!r}, which is in force.",
                        hint="Put the same numbers into CREDIT_PRICES, or remove the action there.",
                        id="credits.W010",
                    )
                )
    return messages


@register(Tags.database)
def check_database(databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Check that the database is PostgreSQL and, once migrated, has the functions and triggers."""
    errors: list[CheckMessage] = []
    for alias in databases or []:
        connection = connections[alias]
        if connection.vendor != "postgresql":
            errors.append(
                Error(
                    f"The database {alias!r} is {connection.display_name}; the ledger needs PostgreSQL.",
                    hint="The charge is SQL that only PostgreSQL runs.",
                    id="credits.E005",
                )
            )
            continue
        with connection.cursor() as cursor:
            cursor.execute(
                "select count(*) filter (where app = 'credits'), count(*) filter (where app = %s) "
                "from django_migrations"
                if "django_migrations" in connection.introspection.table_names(cursor)
                else "select 0, 0 where %s <> ''",
                [get_user_model()._meta.app_label],
            )
            if not all(cursor.fetchone() or (0,)):
                continue
            cursor.execute("select tgname from pg_trigger where not tgisinternal")
            triggers = {name for (name,) in cursor.fetchall()}
            cursor.execute("select proname, prosrc from pg_proc where proname like 'credits%'")
            functions = _by_name(cursor.fetchall())
        label = get_user_model()._meta.label
        wanted = "".join(
            render(path, model=label, apps=apps, connection=connection)
            for path in definitions_of(NEWEST).values()
        )
        # Warnings: an error would stop the `migrate` that installs them.
        hint = (
            f'Put credits.migration_operations.AttachLedger("{label}", version={NEWEST}) into a new migration of '
            f"the user's app, with `replaces` if an earlier migration installed an earlier version, and migrate."
        )
        errors += [
            CheckWarning(
                f"The trigger {name} is missing from the database {alias!r}: the ledger is unguarded.",
                hint=hint,
                id="credits.W006",
            )
            for name in TRIGGER.findall(wanted)
            if name not in triggers
        ]
        errors += [
            CheckWarning(
                f"The function {name} in the database {alias!r} is not the one of this version of credits.",
                hint=hint,
                id="credits.W007",
            )
            for name, sources in _by_name(FUNCTION.findall(wanted)).items()
            if functions.get(name) != sources
        ]
    return errors


def _by_name(functions: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Return the sources of functions by name: a name may have several, with different arguments."""
    found: dict[str, set[str]] = {}
    for name, source in functions:
        found.setdefault(name, set()).add(source)
    return found
