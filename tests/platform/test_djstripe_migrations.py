"""The squash of dj-stripe's migrations makes the very schema that upstream's make, only sooner."""

import json

import pytest

SQUASH = {"MIGRATION_MODULES": {"djstripe": "billing.djstripe_migrations"}}
COMMON = {
    "INSTALLED_APPS": ["django.contrib.contenttypes", "django.contrib.auth", "djstripe"],
    "DJSTRIPE_FOREIGN_KEY_TO_FIELD": "id",
    "STRIPE_LIVE_MODE": False,
    "STRIPE_TEST_SECRET_KEY": "sk_test_sandboxSandboxSandbox0000",
    "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
}
WITH_SQUASH = json.dumps(COMMON | SQUASH)
WITH_UPSTREAM = json.dumps(COMMON)

MIGRATE = """
    from django.core.management import call_command
    call_command("migrate", verbosity=0)
"""
# Everything but the order of columns, which PostgreSQL cannot change and nothing depends on.
DESCRIBE = """
    with connection.cursor() as cursor:
        cursor.execute(
            '''
            SELECT concat_ws(' ', 'column', attrelid::regclass, attname, format_type(atttypid, atttypmod),
                             attnotnull, attidentity, attcollation::regcollation,
                             pg_get_expr(adbin, adrelid))
            FROM pg_attribute
            JOIN pg_class ON pg_class.oid = attrelid AND relkind = 'r'
            LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
            WHERE relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped
            UNION ALL
            SELECT concat_ws(' ', 'constraint', conrelid::regclass, conname, pg_get_constraintdef(oid))
            FROM pg_constraint WHERE connamespace = 'public'::regnamespace
            UNION ALL
            SELECT concat_ws(' ', 'index', indexdef) FROM pg_indexes WHERE schemaname = 'public'
            UNION ALL
            SELECT concat_ws(' ', 'sequence', sequencename, data_type) FROM pg_sequences
            '''
        )
        for (line,) in sorted(cursor):
            say(line)
"""


@pytest.mark.proof
def test_both_make_the_same_schema_and_upstreams_databases_need_nothing(machine):
    """Takes 35 s, nearly all of it upstream's second migration, which is why there is a squash."""
    machine.run("ask('DROP DATABASE IF EXISTS squash'); ask('DROP DATABASE IF EXISTS upstream')")
    upstream = machine.start(MIGRATE + DESCRIBE, DATABASE="upstream", MORE_SETTINGS=WITH_UPSTREAM)
    ours = machine.run(MIGRATE + DESCRIBE, DATABASE="squash", MORE_SETTINGS=WITH_SQUASH).splitlines()
    output, errors = upstream.communicate(timeout=900)
    assert errors == ""
    theirs = output.splitlines()

    assert len(theirs) > 1000
    assert sorted(set(ours) ^ set(theirs)) == []
    assert ours == theirs

    onto_upstreams = machine.run(
        """
        from django.core.management import call_command
        call_command("migrate", no_color=True)
        """,
        DATABASE="upstream",
        MORE_SETTINGS=WITH_SQUASH,
    )
    assert "No migrations to apply." in onto_upstreams


def test_migrating_a_new_database_is_quick(machine):
    machine.run("ask('DROP DATABASE IF EXISTS quick')")
    seconds = machine.run(
        """
        from django.core.management import call_command
        ask("SELECT 1")
        before = time.process_time()
        call_command("migrate", verbosity=0)
        say(time.process_time() - before)
        """,
        DATABASE="quick",
        MORE_SETTINGS=WITH_SQUASH,
    )
    assert float(seconds) < 10  # of the processor; 3 as measured, where upstream's take 32


def test_no_migration_of_djstripe_is_missing(machine):
    output = machine.run(
        """
        from django.core.management import call_command
        call_command("makemigrations", "djstripe", check_changes=True, dry_run=True)
        """,
        MORE_SETTINGS=WITH_SQUASH,
    )
    assert "No changes detected" in output


def test_the_squash_stands_for_all_of_upstreams_and_depends_on_the_same_user(machine):
    output = machine.run(
        """
        import importlib, pkgutil
        from djstripe import migrations
        ours = importlib.import_module("billing.djstripe_migrations.0001_squashed_2_11").Migration
        first, *others = sorted(module.name for module in pkgutil.iter_modules(migrations.__path__))
        theirs = importlib.import_module(f"djstripe.migrations.{first}").Migration
        say(ours.replaces == [("djstripe", name) for name in (first, *others)])
        say(ours.dependencies == theirs.dependencies, ours.initial == theirs.initial)
        """,
        MORE_SETTINGS=WITH_SQUASH,
    )
    assert output.split() == ["True", "True", "True"]
