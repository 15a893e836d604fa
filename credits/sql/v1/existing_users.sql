-- Give users from before the ledger an entry and a grant for the balance in their row.

with opening as (
    insert into {ledger} (user_id, kind, action_type, amount, balance_after, idempotency_key,
                          reference_type, reference_id, reason, metadata, created_at)
    select u.{pk}, 'grant', 'opening', u.ai_credits, u.ai_credits, 'opening', '', '', '', '{{}}', clock_timestamp()
    from {users} u
    where not exists (select from {ledger} l where l.user_id = u.{pk})
    returning id, user_id, amount
)
insert into {grants} (user_id, entry_id, pool, amount, remaining, reserved)
select user_id, id, '', amount, amount, 0 from opening;
