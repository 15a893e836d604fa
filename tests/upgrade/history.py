"""What happened in the databases whose dumps later versions upgrade: every table has rows."""

from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from credits import services as ledger
from credits.services import holds
from credits.services.idempotency import RequestKey

PAYMENT = ledger.Reference(type="payment", id="sample")


def fill_ledger(user, staff, *, action):
    """Post entries of every kind, and leave holds, grants and a price in every state."""
    now = timezone.now()
    ledger.grant(user_id=user.pk, amount=500, action_type="purchase", key="sample:grant", reference=PAYMENT)
    ledger.grant(
        user_id=user.pk,
        amount=50,
        action_type="bonus",
        key="sample:bonus",
        expires_at=now + timedelta(days=30),
    )
    ledger.grant(
        user_id=user.pk, amount=9, action_type="bonus", key="sample:old", expires_at=now - timedelta(days=1)
    )
    spent = ledger.spend(user_id=user.pk, amount=3, action_type=action, key="sample:spend")
    ledger.refund(entry_id=spent.entry_id, actor_id=staff.pk, reason="The answer was graded wrongly.")
    ledger.spend(user_id=user.pk, amount=4, action_type=action, key="sample:another")
    ledger.adjust(user_id=user.pk, amount=25, actor_id=staff.pk, reason="Goodwill.", key="sample:adjust")
    key = RequestKey(endpoint="sample", key="sample-1", request_hash="0" * 64)
    with ledger.charge(user=user, action=action, request=key) as charge, transaction.atomic():
        charge.capture()
    holds.release(hold=holds.hold(user_id=user.pk, amount=2, action_type=action))
    ledger.set_spending_limit(user_id=user.pk, period=ledger.Period.MONTH, amount=10_000, subject="sample")
    # A clawback while everything is held.
    user.refresh_from_db()
    holds.hold(user_id=user.pk, amount=user.ai_credits, action_type=action)
    ledger.clawback(
        user_id=user.pk, amount=-100, action_type="payment_refunded", key="sample:clawback", reference=PAYMENT
    )
    ledger.set_price(action="sample", actor_id=staff.pk, base=3, note="From a sample.")


def fill_tables_of_others(apps):
    """Put a row into each empty table whose name starts with one of `apps`, in the order of foreign keys.

    They are tables of packages. Our own tables are filled by what happens in them.
    """
    with connection.cursor() as cursor:
        remaining = [table for table in _empty(cursor) if table.startswith(apps)]
        while remaining:
            left = [table for table in remaining if not _insert(cursor, table)]
            assert left != remaining, f"No row could be made for {left}"
            remaining = left


def _empty(cursor):
    cursor.execute("select tablename from pg_tables where schemaname = 'public'")
    tables = [table for (table,) in cursor.fetchall()]
    found = []
    for table in tables:
        cursor.execute(f'select exists (select from "{table}")')
        if cursor.fetchone() == (False,):
            found.append(table)
    return found


COLUMNS = """
select attname, format_type(atttypid, null), confrelid::regclass::text,
    (select attname from pg_attribute k where k.attrelid = confrelid and k.attnum = confkey[1]),
    (select enumlabel from pg_enum where enumtypid = atttypid order by enumsortorder limit 1)
from pg_attribute a
left join pg_constraint c on c.contype = 'f' and c.conrelid = a.attrelid and c.conkey = array[a.attnum]
where attrelid = %s::regclass and attnum > 0 and not attisdropped and attnotnull and not atthasdef
    and attidentity = ''
"""
VALUES = {
    "bigint": 1,
    "integer": 1,
    "smallint": 1,
    "numeric": 1,
    "boolean": False,
    "jsonb": "{}",
    "json": "{}",
    "uuid": "00000000-0000-4000-8000-000000000001",
    "date": "2026-01-01",
    "timestamp with time zone": "2026-01-01T00:00:00Z",
    "interval": "1 day",
}


def _insert(cursor, table):
    cursor.execute(COLUMNS, [f'"{table}"'])
    values = {}
    for name, kind, parent, key, label in cursor.fetchall():
        if parent:
            cursor.execute(f'select "{key}" from {parent} limit 1')
            found = cursor.fetchone()
            if found is None:
                return False
            values[name] = found[0]
        else:
            values[name] = label or VALUES.get(kind, "x")
    names = ", ".join(f'"{name}"' for name in values)
    cursor.execute(
        f'insert into "{table}" ({names}) values ({", ".join(["%s"] * len(values))})'
        if values
        else f'insert into "{table}" default values',
        list(values.values()),
    )
    return True
