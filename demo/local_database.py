"""Upgrade the database in `.local/`, or say why that is impossible and how to start over."""

from django.apps import apps
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, OperationalError, connection
from django.db.migrations.exceptions import InconsistentMigrationHistory
from django.db.migrations.loader import MigrationLoader

from credits.checks import check_database

START_OVER = "`make reset` deletes this machine's data (users, credits, the local Stripe); `make run` then starts over."


def upgrade() -> None:
    """Migrate. Raises CommandError if another version made the database and this one cannot use it.

    Before 0.1.0, migrations were rewritten under the same names. So the recorded migrations may look right
    while a column or a function of the ledger is missing.
    """
    if unknown := _unknown_migrations():
        raise CommandError(
            f"Another version of this project made the database in .local/: it has migrations that this version "
            f"does not have ({', '.join(unknown)}). If a newer version made it, use that one. {START_OVER}"
        )
    try:
        call_command("migrate", verbosity=0)
    except OperationalError:
        raise  # there is no connection
    except (DatabaseError, InconsistentMigrationHistory) as error:
        (reason, *_) = str(error).splitlines()
        raise CommandError(f"The database in .local/ cannot be upgraded: {reason} {START_OVER}") from error
    misfits = [f"It lacks {name}." for name in _missing_columns()]
    misfits += [message.msg for message in check_database(databases=[connection.alias])]
    if misfits:
        raise CommandError(
            f"The database in .local/ does not fit this version; probably a version before 0.1.0 made it. "
            f"{' '.join(misfits)} {START_OVER}"
        )


def _unknown_migrations() -> list[str]:
    """Return the applied migrations of installed apps that do not exist."""
    loader = MigrationLoader(connection)
    replaced = {name for migration in loader.disk_migrations.values() for name in migration.replaces}
    known = {*loader.disk_migrations, *replaced}
    return sorted(
        f"{app}.{name}"
        for app, name in loader.applied_migrations
        if app in loader.migrated_apps and (app, name) not in known
    )


def _missing_columns() -> list[str]:
    """Return the columns of models that the database does not have, or the tables."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select table_name, column_name from information_schema.columns where table_schema = current_schema()"
        )
        existing = set(cursor.fetchall())
    tables = {table for table, _ in existing}
    missing = {
        (model._meta.db_table, str(field.column))
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
        for field in model._meta.local_concrete_fields
    } - existing
    return sorted({f"{table}.{column}" if table in tables else table for table, column in missing})
