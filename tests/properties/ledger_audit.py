"""Audit the ledger of all users with SQL of its own: what must hold after every commit.

`manage.py verify_ledger` is the product's own audit; this one shares no line with it.
"""

from typing import Any

from django.core.management import call_command
from django.db import connection, transaction

from credits import services as ledger
from credits.services._sql import sql

ALWAYS = {
    "the balance is the sum of the entries": """
        select u.{pk} from {users} u left join {ledger} l on l.user_id = u.{pk}
        group by u.{pk} having coalesce(sum(l.amount), 0) <> u.ai_credits + u.ai_credits_held
    """,
    "no balance is below zero": "select {pk} from {users} where ai_credits < 0 or ai_credits_held < 0",
    "each entry continues the one before it": """
        select user_id from (
            select user_id, balance_after,
                   sum(amount) over (partition by user_id order by id) as running
            from {ledger}
        ) entries where running <> balance_after
    """,
    "what is held is what open holds hold": """
        select u.{pk} from {users} u
        where u.ai_credits_held <> (
            select coalesce(sum(amount), 0) from {holds} where user_id = u.{pk} and state = 'held'
        )
    """,
    "each open hold reserves its amount, in its own grants": """
        select h.user_id from {holds} h
        where h.state = 'held' and h.amount <> (
            select coalesce(sum(part.reserved), 0) from unnest(h.grant_ids, h.grant_amounts) as part(grant_id, reserved)
            join {grants} g on g.id = part.grant_id and g.user_id = h.user_id
        )
    """,
    "each grant is reserved by open holds alone": """
        select g.user_id from {grants} g
        where g.reserved <> (
            select coalesce(sum(part.reserved), 0)
            from {holds} h, unnest(h.grant_ids, h.grant_amounts) as part(grant_id, reserved)
            where h.user_id = g.user_id and h.state = 'held' and part.grant_id = g.id
        )
    """,
    "each captured hold posted what it captured, once": """
        select h.user_id from {holds} h
        where h.state = 'captured' and 1 <> (
            select count(*) from {ledger} l
            where l.user_id = h.user_id and l.idempotency_key = 'hold:' || h.id
              and l.kind = 'spend' and l.amount = -h.captured_amount
        )
    """,
    "only captured holds posted": """
        select l.user_id from {ledger} l
        where l.idempotency_key like 'hold:%%' and not exists (
            select from {holds} h
            where 'hold:' || h.id = l.idempotency_key and h.user_id = l.user_id and h.state = 'captured'
        )
    """,
    "no entry took more or less from grants than it took": """
        select l.user_id from {ledger} l join {consumptions} c on c.entry_id = l.id
        where l.amount < 0 group by l.id having sum(c.amount) <> -l.amount
    """,
    "no entry put more into grants than it gave": """
        select l.user_id from {ledger} l join {consumptions} c on c.entry_id = l.id
        where l.amount >= 0 group by l.id having sum(c.amount) > l.amount
    """,
    "no grant has more left than it gave and was not taken": """
        select g.user_id from {grants} g
        join {consumptions} c on c.grant_id = g.id join {ledger} l on l.id = c.entry_id
        group by g.id having g.remaining > g.amount + sum(c.amount * sign(l.amount))
    """,
    "no payment won back more than it lost": """
        select user_id from {ledger} where kind = 'clawback'
        group by user_id, reference_type, reference_id having sum(amount) > 0
    """,
    "a clawback is taken from its grants at once": """
        select l.user_id from {ledger} l
        where l.kind = 'clawback' and l.amount < 0 and -l.amount <> (
            select coalesce(sum(amount), 0) from {consumptions} where entry_id = l.id
        )
    """,
    "claims are on what is held, and the user's row says how much": """
        select u.{pk} from {users} u where u.ai_credits_claimed > u.ai_credits_held or u.ai_credits_claimed <> (
            select coalesce(sum(open_amount), 0) from {claims} where user_id = u.{pk}
        )
    """,
    "each claim posted what it collected, for the payment of its clawback": """
        select c.user_id from {claims} c join {ledger} first on first.id = c.entry_id
        where c.collected_amount <> (
            select coalesce(-sum(l.amount), 0) from {ledger} l
            where l.user_id = c.user_id and l.kind = 'clawback' and l.idempotency_key like 'claim:%%'
              and (l.metadata->>'clawback')::bigint = c.entry_id
              and (l.reference_type, l.reference_id) = (first.reference_type, first.reference_id)
        )
    """,
    "only claims collect": """
        select l.user_id from {ledger} l where l.idempotency_key like 'claim:%%' and not exists (
            select from {claims} c where c.user_id = l.user_id and c.entry_id = (l.metadata->>'clawback')::bigint
        )
    """,
    "a clawback claimed no more than it did not take": """
        select c.user_id from {claims} c join {ledger} l on l.id = c.entry_id
        where l.amount - c.open_amount - c.collected_amount - c.written_off_amount
              < (l.metadata->>'requested')::bigint
    """,
    "a user is limited who has limits": """
        select {pk} from {users}
        where credits_limited <> ({pk} in (select user_id from {limits}))
    """,
    "a limit counts the open holds of its period": """
        select l.user_id from {limits} l left join {holds} h
            on h.user_id = l.user_id and h.state = 'held' and h.created_at >= l.period_start
            and (l.subject = '' or l.subject = h.subject)
        group by l.id having coalesce(sum(h.amount), 0) <> l.held
    """,
    "a limit counts the captures and the other spends of its period": """
        select l.user_id from {limits} l left join (
            select e.user_id, e.amount, coalesce(h.subject, e.metadata->>'credit_subject', '') as subject,
                   coalesce(h.created_at, e.created_at) as counted_at
            from {ledger} e left join {holds} h on e.idempotency_key = 'hold:' || h.id
            where e.kind = 'spend'
        ) spent on spent.user_id = l.user_id and spent.counted_at >= l.period_start
            and (l.subject = '' or l.subject = spent.subject)
        group by l.id having coalesce(-sum(spent.amount), 0) <> l.used
    """,
    "no limit counts the charges of two periods": """
        select l.user_id from {limits} l join {holds} h
            on h.user_id = l.user_id and (l.subject = '' or l.subject = h.subject)
            and h.created_at >= l.period_start + ('1 ' || l.period)::interval
    """,
    "what is due has been seen": """
        select u.{pk} from {users} u
        where least(
            (select min(expires_at) from {holds} where user_id = u.{pk} and state = 'held'),
            (select min(expires_at) from {grants} where user_id = u.{pk} and remaining > reserved)
        ) < coalesce(u.credits_due_at, 'infinity')
    """,
}

WHEN_NOTHING_IS_DUE = {
    "the grants are the balance": """
        select u.{pk} from {users} u
        where u.ai_credits + u.ai_credits_held <> (
            select coalesce(sum(remaining), 0) from {grants} where user_id = u.{pk}
        )
    """,
    "every spend was taken from grants": """
        select l.user_id from {ledger} l
        where l.amount < 0 and l.kind <> 'expiry' and -l.amount <> (
            select coalesce(sum(amount), 0) from {consumptions} where entry_id = l.id
        )
    """,
}


def breaches(*, due_processed: bool = False) -> list[tuple[str, Any]]:
    """Every rule that does not hold, and for whom, as of one moment."""
    rules = ALWAYS | WHEN_NOTHING_IS_DUE if due_processed else ALWAYS
    found = []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set transaction isolation level repeatable read, read only")
        for rule, query in rules.items():
            cursor.execute(sql(query), {})
            found += [(rule, user_id) for (user_id,) in cursor.fetchall()]
    return found


def assert_ledgers_consistent(*, users: list[Any], at: Any) -> None:
    """The ledger is consistent now, and also when what is due for these users at that time has been processed."""
    found = breaches()
    assert found == [], found
    for user_id in users:
        ledger.process_due(user_id=user_id, at=at)
    assert breaches(due_processed=True) == []
    call_command("verify_ledger")
