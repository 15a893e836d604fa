"""One user's part of the ledger as the database has it, and as the model has it, to be compared."""

import json
from datetime import datetime
from typing import Any

from credits.services._sql import fetch_one
from tests.properties.model import Account

OPEN_KEYS = ("hold:", "claim:", "expiry:", "refund:", "signup")  # whose wording is not promised

READ = """
select json_build_object(
    'available', u.ai_credits,
    'held', u.ai_credits_held,
    'claimed', u.ai_credits_claimed,
    'due_at', u.credits_due_at,
    'entries', (
        select json_agg(json_build_array(
            id, kind, action_type, amount, balance_after, created_at, idempotency_key, reference_id
        ) order by id) from {ledger} where user_id = u.{pk}
    ),
    'grants', (
        select json_agg(json_build_array(
            id, amount, remaining, reserved, expires_at, rollover_cap, pool, rolled_over, entry_id
        ) order by id) from {grants} where user_id = u.{pk}
    ),
    'consumptions', (
        select coalesce(json_agg(json_build_array(c.entry_id, c.grant_id, c.amount)), '[]')
        from {consumptions} c join {ledger} l on l.id = c.entry_id where l.user_id = u.{pk}
    ),
    'claims', (
        select coalesce(json_agg(json_build_array(
            entry_id, open_amount, collected_amount, written_off_amount
        ) order by id), '[]') from {claims} where user_id = u.{pk}
    ),
    'limits', (
        select coalesce(json_agg(json_build_array(
            subject, period, amount,
            case when date_trunc(period, %(at)s::timestamptz, 'UTC') = period_start then held else 0 end,
            case when date_trunc(period, %(at)s::timestamptz, 'UTC') = period_start then used else 0 end
        ) order by subject, period), '[]') from {limits} where user_id = u.{pk}
    ),
    'limited', u.credits_limited,
    'holds', (
        select coalesce(json_agg(json_build_array(
            state, amount, coalesce(captured_amount, 0), expires_at, coalesce(idempotency_key, ''), subject
        )), '[]') from {holds} where user_id = u.{pk}
    )
)::text from {users} u where u.{pk} = %(user_id)s
"""

Snapshot = dict[str, Any]


def in_database(user_id: int, at: datetime) -> Snapshot:
    """What the database says at this moment, with grants and entries numbered in the order in which they came to be."""
    row = fetch_one(READ, {"user_id": user_id, "at": at})
    assert row is not None
    found: Snapshot = json.loads(row[0])
    entry_number = {entry[0]: number for number, entry in enumerate(found["entries"])}
    grant_number = {grant[0]: number for number, grant in enumerate(found["grants"])}
    found["entries"] = [
        [
            *entry[1:5],
            entry[5] if number else None,  # a database opens accounts at its own time
            None if entry[6].startswith(OPEN_KEYS) else entry[6],
            "" if entry[1] == "expiry" else entry[7],
        ]
        for number, entry in enumerate(found["entries"])
    ]
    found["grants"] = [[*grant[1:-1], entry_number[grant[-1]]] for grant in found["grants"]]
    found["consumptions"] = sorted(
        [entry_number[e], grant_number[grant], amount] for e, grant, amount in found["consumptions"]
    )
    found["claims"] = [[entry_number[claim[0]], *claim[1:]] for claim in found["claims"]]
    found["holds"] = sorted(found["holds"])
    return found


def in_model(account: Account, at: datetime) -> Snapshot:
    """What the model says, in the same words."""
    return {
        "available": account.available,
        "held": account.held,
        "claimed": account.claimed,
        "entries": [
            [
                *(e.kind, e.action, e.amount, e.balance_after, text(e.at)),
                None if e.key is None or e.key.startswith(OPEN_KEYS) else e.key,
                e.reference,
            ]
            for e in account.entries
        ],
        "grants": [
            [
                *(grant.amount, grant.remaining, grant.reserved),
                *(text(grant.expires_at), grant.rollover_cap, grant.pool, grant.rolled_over, grant.given_by),
            ]
            for grant in account.grants
        ],
        "consumptions": sorted(
            [number, grant, amount]
            for number, entry in enumerate(account.entries)
            for grant, amount in entry.consumptions.items()
        ),
        "claims": [[claim.entry, claim.open, claim.collected, claim.written_off] for claim in account.claims],
        "limits": [
            [*key, limit.amount, *account.use(limit, at)] for key, limit in sorted(account.limits.items())
        ],
        "limited": bool(account.limits),
        "holds": sorted(
            [
                *(hold.state, hold.amount, hold.captured or 0, text(hold.expires_at)),
                *(hold.key or "", hold.subject),
            ]
            for hold in account.holds
        ),
    }


def text(moment: datetime | None) -> str | None:
    return moment and moment.isoformat()


def differences(found: Snapshot, expected: Snapshot) -> str:
    """Where the database and the model say something else; empty when they agree."""
    return "\n".join(
        f"{name}\n  ledger {found[name]}\n  model  {says}"
        for name, says in expected.items()
        if found[name] != says
    )
