"""Verify that the ledger is consistent, and list every breach.

Each rule is one query over a range of users, so that memory does not grow with the ledger. A breach
means that something wrote past the services and the triggers, such as a restored backup or a superuser's
session, or that this app has a bug.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone

from credits.claims import CreditClaim
from credits.exceptions import GrantBalanceMismatch
from credits.holders import UserId
from credits.models import AiCreditLog, CreditGrant, CreditHold, HoldState
from credits.services._claims import write_off
from credits.services._sql import fetch_one, sql
from credits.services.due_work import process_due
from credits.services.spending_limits import HELD, USED, recount
from credits.spending_limits import SpendingLimit

USERS_AT_A_TIME = 5_000

# Name of the rule → a query for its breaches: user, what was expected, what was found.
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
    "grants_reserve_another_sum": """
        select u.{pk}, u.ai_credits_held::text, coalesce(sum(g.reserved), 0)::text
        from {users} u left join {grants} g on g.user_id = u.{pk} and g.is_open
        where u.{pk} between %(first)s and %(last)s
        group by u.{pk} having coalesce(sum(g.reserved), 0) <> u.ai_credits_held
    """,
    # The remaining credits of the grants are the balance plus the spends not yet taken from them.
    "grants_do_not_explain_the_balance": """
        select u.{pk}, (u.ai_credits + u.ai_credits_held + coalesce(unconsumed.amount, 0))::text,
               coalesce(grants.remaining, 0)::text
        from {users} u
        left join (
            select user_id, sum(remaining) as remaining from {grants}
            where user_id between %(first)s and %(last)s and is_open group by user_id
        ) grants on grants.user_id = u.{pk}
        left join (
            select l.user_id, -sum(l.amount) as amount
            from {ledger} l join {users} o on o.{pk} = l.user_id and l.id > o.credits_consumed_through
            where l.user_id between %(first)s and %(last)s and l.amount < 0
              and l.kind <> 'expiry' and l.idempotency_key not like 'hold:%%'
              and l.idempotency_key not like 'claim:%%'
            group by l.user_id
        ) unconsumed on unconsumed.user_id = u.{pk}
        where u.{pk} between %(first)s and %(last)s
          and coalesce(grants.remaining, 0) <> u.ai_credits + u.ai_credits_held + coalesce(unconsumed.amount, 0)
    """,
    "claimed_is_not_what_claims_claim": """
        select u.{pk}, coalesce(sum(c.open_amount), 0)::text, u.ai_credits_claimed::text
        from {users} u left join {claims} c on c.user_id = u.{pk} and c.open_amount > 0
        where u.{pk} between %(first)s and %(last)s
        group by u.{pk} having coalesce(sum(c.open_amount), 0) <> u.ai_credits_claimed
    """,
    "claim_did_not_post_what_it_collected": """
        select c.user_id, c.collected_amount::text, coalesce(-sum(l.amount), 0) || ' by claim ' || c.id
        from {claims} c
        left join {ledger} l on l.user_id = c.user_id and l.idempotency_key like 'claim:' || c.id || ':%%'
        where c.user_id between %(first)s and %(last)s
        group by c.id having coalesce(-sum(l.amount), 0) <> c.collected_amount
    """,
    "limited_is_not_whether_there_are_limits": """
        select u.{pk}, exists (select from {limits} l where l.user_id = u.{pk})::text, u.credits_limited::text
        from {users} u
        where u.{pk} between %(first)s and %(last)s
          and u.credits_limited <> exists (select from {limits} l where l.user_id = u.{pk})
    """,
    "limit_is_not_what_was_held_and_used": f"""
        select user_id, expected_held || ' held, ' || expected_used || ' used',
               held || ' held, ' || used || ' used of limit ' || id
        from (
            select l.*, {HELD} as expected_held, {USED} as expected_used from {{limits}} l
            where l.user_id between %(first)s and %(last)s
        ) counted where (held, used) <> (expected_held, expected_used)
    """,  # noqa: S608  (constants)
    # Credits that a refund or a clawback returned to a grant can be consumed again.
    "grant_consumed_more_than_it_gave": """
        select grants.user_id, grants.amount::text,
               sum(case when l.amount > 0 then -c.amount else c.amount end) || ' of grant ' || grants.id
        from {grants} grants join {consumptions} c on c.grant_id = grants.id
        left join {ledger} l on l.id = c.entry_id and l.user_id between %(first)s and %(last)s
        where grants.user_id between %(first)s and %(last)s
        group by grants.id
        having sum(case when l.amount > 0 then -c.amount else c.amount end) > grants.amount
    """,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A rule that does not hold for a user."""

    rule: str
    user_id: UserId
    expected: str
    found: str


def ranges() -> Iterator[tuple[UserId, UserId, int]]:
    """Yield ranges of a few thousand users: first id, last id, how many."""
    after = None
    users = get_user_model().objects.order_by("pk")
    while True:
        page = users if after is None else users.filter(pk__gt=after)
        ids = list(page.values_list("pk", flat=True)[:USERS_AT_A_TIME])
        if not ids:
            return
        yield ids[0], ids[-1], len(ids)
        after = ids[-1]


def breaches(*, first: UserId, last: UserId) -> list[Breach]:
    """Return every breach among these users, in one snapshot."""
    in_a_transaction = connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if not in_a_transaction:
            # One snapshot for all rules, so that a spend in the meantime is no breach.
            cursor.execute("set transaction isolation level repeatable read, read only")
        found = []
        for rule, query in RULES.items():
            cursor.execute(sql(query), {"first": first, "last": last})
            found += [
                Breach(rule=rule, user_id=user_id, expected=expected, found=value)
                for user_id, expected, value in cursor.fetchall()
            ]
    return found


def repair(*, user_id: UserId) -> bool:
    """Bring a user's balance, grants and spending limits in line with the ledger. Return whether any changed.

    Posts missing entries and never edits one. Entries that contradict each other are not repaired.
    """
    with transaction.atomic():
        changed = _repair_ledger(user_id=user_id)
        limited = SpendingLimit.objects.filter(user_id=user_id).exists()
        wrong = get_user_model().objects.filter(pk=user_id, credits_limited=not limited)
        changed |= bool(wrong.update(credits_limited=limited))
        return recount(user_id=user_id) or changed


def _repair_ledger(*, user_id: UserId) -> bool:
    """Lock the user, and repair the balance, the held credits and the grants."""
    available, held, claimed = fetch_one(  # type: ignore[misc]  # the user exists: it was just audited
        "select ai_credits, ai_credits_held, ai_credits_claimed from {users} "
        "where {pk} = %(user_id)s for no key update",
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
    if (
        holds > total
    ):  # the held credits no longer exist; a later capture reserves again if enough are available
        open_holds.update(state=HoldState.EXPIRED, closed_at=timezone.now(), idempotency_key=None)
        holds, changed = 0, True
    claims = CreditClaim.objects.open_of(user_id).aggregate(total=Sum("open_amount"))["total"] or 0
    if (available + held, held, claimed) != (total, holds, claims):
        user = get_user_model().objects.filter(pk=user_id)
        user.update(ai_credits=total - holds, ai_credits_held=holds, ai_credits_claimed=0)
        if claims > holds:  # no hold is left to collect them from
            write_off(claims - holds, user_id=user_id)
        user.update(ai_credits_claimed=min(claims, holds))
        changed = True
    with suppress(GrantBalanceMismatch), transaction.atomic():
        process_due(user_id=user_id)  # so that every spend is taken from grants
        total = entries.latest("id").balance_after
    return _repair_grants(user_id=user_id, balance=total) or changed


OPEN = """
insert into {ledger} (user_id, kind, action_type, amount, balance_after, idempotency_key,
                      reference_type, reference_id, reason, metadata, created_at)
select u.{pk}, 'grant', 'opening', u.ai_credits + u.ai_credits_held, u.ai_credits + u.ai_credits_held, 'opening',
       '', '', 'verify_ledger --repair', '{{}}', clock_timestamp()
from {users} u where u.{pk} = %(user_id)s
returning id
"""


def _repair_grants(*, user_id: UserId, balance: int) -> bool:
    """Set `reserved` from the open holds, then make the grants add up to `balance`.

    Missing credits become a grant that never expires, in the user's favour; a surplus is taken from
    the grants that are consumed last. This also covers spends that were not yet taken from grants.
    """
    grants = {grant.pk: grant for grant in CreditGrant.objects.filter(user_id=user_id).in_consumption_order()}
    before = {pk: (grant.remaining, grant.reserved) for pk, grant in grants.items()}
    for grant in grants.values():
        grant.reserved = 0
    for hold in CreditHold.objects.filter(user_id=user_id, state=HoldState.HELD):
        for grant_id, reserved in zip(hold.grant_ids, hold.grant_amounts, strict=True):
            grants[grant_id].reserved += reserved
            grants[grant_id].remaining = max(grants[grant_id].remaining, grants[grant_id].reserved)
    surplus = sum(grant.remaining for grant in grants.values()) - balance
    for grant in reversed(grants.values()):
        taken = max(0, min(surplus, grant.remaining - grant.reserved))
        grant.remaining -= taken
        surplus -= taken
    changed = [grant for pk, grant in grants.items() if before[pk] != (grant.remaining, grant.reserved)]
    for grant in changed:
        CreditGrant.objects.filter(pk=grant.pk).update(remaining=grant.remaining, reserved=grant.reserved)
    last_entry = AiCreditLog.objects.filter(user_id=user_id).latest("id")
    if surplus < 0:
        CreditGrant.objects.create(user_id=user_id, entry=last_entry, amount=-surplus, remaining=-surplus)
    get_user_model().objects.filter(pk=user_id).update(credits_consumed_through=last_entry.pk)
    return bool(changed) or surplus < 0
