"""Prove that the books balance, or say exactly where they do not.

Each rule is one query over a range of users, so that the memory needed does not grow with the
ledger. A breach can only come from past the services and the triggers: a restored backup, a
superuser's session, a bug of ours.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone

from credits.exceptions import LotsDisagree
from credits.models import AiCreditLog, CreditGrant, CreditHold, HoldState
from credits.services.settling import settle
from credits.services.tables import fetch_one, sql

USERS_AT_A_TIME = 5_000

# Rule → what it selects: user, what was expected, what was found.
RULES = {
    "no_opening_entry": """
        select u.{pk}, 'an opening entry', 'none' from {users} u
        where u.{pk} between %(first)s and %(last)s and not exists (select from {ledger} l where l.user_id = u.{pk})
    """,
    "balance_is_not_the_sum": """
        select u.{pk}, total.amount::text, (u.ai_credits + u.ai_credits_held)::text
        from {users} u join (
            select user_id, sum(amount) as amount from {ledger}
            where user_id between %(first)s and %(last)s group by user_id
        ) total on total.user_id = u.{pk}
        where total.amount <> u.ai_credits + u.ai_credits_held
    """,
    "entry_does_not_continue": """
        select user_id, expected::text, balance_after || ' in entry ' || id from (
            select id, user_id, balance_after,
                   coalesce(lag(balance_after) over (partition by user_id order by id), 0) + amount as expected
            from {ledger} where user_id between %(first)s and %(last)s
        ) entries where expected <> balance_after
    """,
    "held_is_not_what_holds_hold": """
        select u.{pk}, coalesce(sum(h.amount), 0)::text, u.ai_credits_held::text
        from {users} u left join {holds} h on h.user_id = u.{pk} and h.state = 'held'
        where u.{pk} between %(first)s and %(last)s
        group by u.{pk} having coalesce(sum(h.amount), 0) <> u.ai_credits_held
    """,
    "lots_reserve_another_sum": """
        select u.{pk}, u.ai_credits_held::text, coalesce(sum(l.reserved), 0)::text
        from {users} u left join {lots} l on l.user_id = u.{pk} and l.is_open
        where u.{pk} between %(first)s and %(last)s
        group by u.{pk} having coalesce(sum(l.reserved), 0) <> u.ai_credits_held
    """,
    # What is left in lots is the balance and the spends that are not yet taken from them.
    "lots_do_not_explain_the_balance": """
        select u.{pk}, (u.ai_credits + u.ai_credits_held + coalesce(unsettled.amount, 0))::text,
               coalesce(lots.remaining, 0)::text
        from {users} u
        left join (
            select user_id, sum(remaining) as remaining from {lots}
            where user_id between %(first)s and %(last)s and is_open group by user_id
        ) lots on lots.user_id = u.{pk}
        left join (
            select l.user_id, -sum(l.amount) as amount
            from {ledger} l join {users} o on o.{pk} = l.user_id and l.id > o.credits_settled_through
            where l.user_id between %(first)s and %(last)s and l.amount < 0
              and l.kind <> 'expiry' and l.idempotency_key not like 'hold:%%'
            group by l.user_id
        ) unsettled on unsettled.user_id = u.{pk}
        where u.{pk} between %(first)s and %(last)s
          and coalesce(lots.remaining, 0) <> u.ai_credits + u.ai_credits_held + coalesce(unsettled.amount, 0)
    """,
    # What a refund or a clawback that gives back put into a lot again can burn again.
    "lot_burned_more_than_it_gave": """
        select lots.user_id, lots.amount::text,
               sum(case when l.amount > 0 then -b.amount else b.amount end) || ' of lot ' || lots.id
        from {lots} lots join {burns} b on b.lot_id = lots.id
        left join {ledger} l on l.id = b.entry_id and l.user_id between %(first)s and %(last)s
        where lots.user_id between %(first)s and %(last)s
        group by lots.id
        having sum(case when l.amount > 0 then -b.amount else b.amount end) > lots.amount
    """,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """One rule that does not hold for one user."""

    rule: str
    user_id: Any
    expected: str
    found: str


def ranges() -> Iterator[tuple[Any, Any, int]]:
    """The users, a few thousand at a time: first id, last id, how many."""
    after = None
    users = get_user_model().objects.order_by("pk")
    while True:
        page = users if after is None else users.filter(pk__gt=after)
        ids = list(page.values_list("pk", flat=True)[:USERS_AT_A_TIME])
        if not ids:
            return
        yield ids[0], ids[-1], len(ids)
        after = ids[-1]


def breaches(*, first: Any, last: Any) -> list[Breach]:
    """Every breach among these users, as of one moment."""
    in_a_transaction = connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if not in_a_transaction:
            # One snapshot for all rules: what is spent meanwhile is no breach.
            cursor.execute("set transaction isolation level repeatable read, read only")
        found = []
        for rule, query in RULES.items():
            cursor.execute(sql(query), {"first": first, "last": last})
            found += [
                Breach(rule=rule, user_id=user_id, expected=expected, found=value)
                for user_id, expected, value in cursor.fetchall()
            ]
    return found


def repair(*, user_id: Any) -> bool:
    """Bring one user's balance and lots back in line with the ledger, which is the truth.

    Posts what is missing and never edits an entry. Returns whether anything was changed. What
    contradicts itself within the ledger cannot be repaired, only explained by a person.
    """
    with transaction.atomic():
        available, held = fetch_one(  # type: ignore[misc]  # the user exists: it was just audited
            "select ai_credits, ai_credits_held from {users} where {pk} = %(user_id)s for no key update",
            {"user_id": user_id},
        )
        changed = False
        entries = AiCreditLog.objects.filter(user_id=user_id)
        if not entries.exists():
            fetch_one(OPEN, {"user_id": user_id})
            changed = True
        last = entries.order_by("-id").values_list("balance_after", flat=True).first() or 0
        total = entries.aggregate(total=Sum("amount"))["total"] or 0
        if last != total:
            return changed
        open_holds = CreditHold.objects.filter(user_id=user_id, state=HoldState.HELD)
        holds = open_holds.aggregate(total=Sum("amount"))["total"] or 0
        if holds > total:  # what they hold is spent; whoever captures one takes it afresh, if it is there
            open_holds.update(state=HoldState.EXPIRED, closed_at=timezone.now(), idempotency_key=None)
            holds, changed = 0, True
        if (available + held, held) != (total, holds):
            get_user_model().objects.filter(pk=user_id).update(
                ai_credits=total - holds, ai_credits_held=holds
            )
            changed = True
        with suppress(LotsDisagree), transaction.atomic():
            settle(user_id=user_id)  # so that no spend waits for its lots
            total = entries.latest("id").balance_after
        return _repair_lots(user_id=user_id, balance=total) or changed


OPEN = """
insert into {ledger} (user_id, kind, action_type, amount, balance_after, idempotency_key,
                      reference_type, reference_id, reason, metadata, created_at)
select u.{pk}, 'grant', 'opening', u.ai_credits + u.ai_credits_held, u.ai_credits + u.ai_credits_held, 'opening',
       '', '', 'verify_ledger --repair', '{{}}', clock_timestamp()
from {users} u where u.{pk} = %(user_id)s
returning id
"""


def _repair_lots(*, user_id: Any, balance: int) -> bool:
    """Reserve what open holds reserve, then add or take what the lots do not explain.

    What is missing becomes a lot that never expires, in the user's favour; what is too much is taken
    from the lots that burn last. A spend that waited for its lots is settled by that.
    """
    lots = {lot.pk: lot for lot in CreditGrant.objects.filter(user_id=user_id)}
    before = {pk: (lot.remaining, lot.reserved) for pk, lot in lots.items()}
    for lot in lots.values():
        lot.reserved = 0
    for hold in CreditHold.objects.filter(user_id=user_id, state=HoldState.HELD):
        for lot_id, reserved in zip(hold.lot_ids, hold.lot_amounts, strict=True):
            lots[lot_id].reserved += reserved
            lots[lot_id].remaining = max(lots[lot_id].remaining, lots[lot_id].reserved)
    surplus = sum(lot.remaining for lot in lots.values()) - balance
    burn_last = sorted(
        lots.values(), key=lambda lot: (lot.expires_at is None, lot.expires_at, lot.pk), reverse=True
    )
    for lot in burn_last:
        taken = max(0, min(surplus, lot.remaining - lot.reserved))
        lot.remaining -= taken
        surplus -= taken
    changed = [lot for pk, lot in lots.items() if before[pk] != (lot.remaining, lot.reserved)]
    for lot in changed:
        CreditGrant.objects.filter(pk=lot.pk).update(remaining=lot.remaining, reserved=lot.reserved)
    if surplus < 0:
        entry = AiCreditLog.objects.filter(user_id=user_id).latest("id")
        CreditGrant.objects.create(user_id=user_id, entry=entry, amount=-surplus, remaining=-surplus)
    last_entry = AiCreditLog.objects.filter(user_id=user_id).latest("id")
    get_user_model().objects.filter(pk=user_id).update(credits_settled_through=last_entry.pk)
    return bool(changed) or surplus < 0
