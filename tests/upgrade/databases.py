"""Databases for the tests of upgrades: made from a dump, described by their catalog."""

import contextlib
import re
import subprocess

import psycopg
from django.db import connection

from config.embedded_postgres import binaries

# Of tables, everything but the order of columns: ALTER TABLE can only append one.
CATALOG = """
SELECT concat_ws(' ', 'column', attrelid::regclass, attname, format_type(atttypid, atttypmod), attnotnull,
                 attidentity, attcollation::regcollation, pg_get_expr(adbin, adrelid))
FROM pg_attribute
JOIN pg_class ON pg_class.oid = attrelid AND relkind = 'r'
LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped
UNION ALL
SELECT concat_ws(' ', 'constraint', conrelid::regclass, conname, convalidated, pg_get_constraintdef(oid))
FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
UNION ALL
SELECT concat_ws(' ', 'index', indexdef) FROM pg_indexes WHERE schemaname = 'public'
UNION ALL
SELECT concat_ws(' ', 'sequence', sequencename, data_type) FROM pg_sequences WHERE schemaname = 'public'
UNION ALL
SELECT concat_ws(' ', 'function', pg_get_functiondef(oid)) FROM pg_proc
WHERE pronamespace = 'public'::regnamespace
UNION ALL
SELECT concat_ws(' ', 'trigger', tgrelid::regclass, tgenabled, pg_get_triggerdef(oid)) FROM pg_trigger
WHERE NOT tgisinternal
UNION ALL
SELECT concat_ws(' ', 'type', typname, enumlabel) FROM pg_enum JOIN pg_type ON pg_type.oid = enumtypid
UNION ALL
SELECT concat_ws(' ', 'view', viewname, definition) FROM pg_views WHERE schemaname = 'public'
"""
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"


@contextlib.contextmanager
def new_database(name):
    """Create an empty database beside the one of the tests, and drop it afterwards."""
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'drop database if exists "{name}" with (force)')
        cursor.execute(f'create database "{name}"')
    try:
        yield name
    finally:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'drop database "{name}" with (force)')


def connect(name):
    """Connect to a database of the server that the tests use, without Django."""
    parameters = connection.get_connection_params()
    wanted = {key: parameters[key] for key in ("host", "port", "user", "password") if key in parameters}
    return psycopg.connect(**wanted, dbname=name, autocommit=True)


def load(name, dump):
    """Execute a dump in an empty database."""
    with connect(name) as database:
        database.execute(dump.read_text(encoding="utf-8"))


def catalog(name):
    """Describe the schema, one line for each part."""
    with connect(name) as database:
        return sorted(_plain(line) for (line,) in database.execute(CATALOG).fetchall())


def _plain(line):
    """Return a constraint or an index without parentheses and casts of strings: a restored dump has others of them."""
    if not line.startswith(("constraint", "index")):
        return line
    return re.sub(r"::(character varying|text)(\[\])?|[()]", "", line)


def ledger_objects(name):
    """Describe the functions and triggers of the ledger."""
    return [line for line in catalog(name) if line.startswith(("function credits", "trigger "))]


def empty_tables(name):
    with connect(name) as database:
        tables = [table for (table,) in database.execute(TABLES).fetchall()]
        assert tables
        return [
            table for table in tables if not database.execute(f'select 1 from "{table}" limit 1').fetchone()
        ]


def rows(name, table, columns="*"):
    with connect(name) as database:
        return database.execute(f"select {columns} from {table} order by 1").fetchall()


def columns_of(name, table):
    with connect(name) as database:
        return [column.name for column in database.execute(f"select * from {table} limit 0").description]


def pg_dump(name):
    """Return a dump of a database of the embedded server as statements that a client can execute."""
    assert hasattr(connection, "server"), "Make the dump on the embedded PostgreSQL."
    account = binaries.server_account()
    at = connection.server.connection_parameters()
    done = binaries.run(
        binaries.directory(account) / "pg_dump",
        *("--host", at["host"], "--port", at["port"], "--username", at["user"]),
        *("--no-owner", "--no-privileges", "--no-comments", "--inserts", "--rows-per-insert=1000", name),
        account=account,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def run_python(*arguments, cwd, **environment):
    """Run Python in a project to its end, and return what it printed."""
    done = subprocess.run(arguments, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
