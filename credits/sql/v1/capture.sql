-- Spend the credits of a hold, return the unspent rest, and store the response for the key of its request. Claims of
-- clawbacks collect from the rest first. Claims that exceed the remaining held credits are written off (claims.sql).
--
-- Returns the entry (null if the hold is not open), the credits that are available afterwards, the balance;
-- `overdue`: whether returned credits belong to a grant that has expired, so that the caller must process due
-- work; the collected credits, and the written-off credits by the id of the claim (null if none);
-- `thresholds`: the thresholds of spending limits that the spend reached (spending_limits.sql; null if none).

create function credits_capture(
    p_user_id {pk_type},
    p_hold_id uuid,
    p_amount bigint,
    p_now timestamptz,
    p_reference_type text,
    p_reference_id text,
    p_metadata jsonb,
    p_response_status integer,
    p_response_body jsonb,
    out entry_id bigint,
    out available bigint,
    out balance bigint,
    out overdue boolean,
    out collected bigint,
    out written_off jsonb,
    out thresholds jsonb
) language plpgsql set enable_seqscan = off as $$
declare
    held bigint;
    claimed bigint;
    limited boolean;
    returned bigint[] := array[]::bigint[];
    due_at timestamptz;
    hold record;
    consumed bigint;
    consumptions bigint[] := array[]::bigint[];
    rest bigint := p_amount;
    grant_expires_at timestamptz;
begin
    select ai_credits, ai_credits_held, ai_credits_claimed, credits_due_at, credits_limited
        into available, held, claimed, due_at, limited
        from {users} where {pk} = p_user_id for no key update;
    -- `closed_at is null` means held, as a constraint guarantees. Unlike `state = 'held'` it keeps the
    -- planner from the partial index of held credits, which it would choose for an empty table.
    -- `is true` keeps it from the user's index likewise: an early plan would scan all of a user's holds.
    update {holds} h set
        state = 'captured', captured_amount = p_amount, closed_at = p_now,
        response_status = case when h.idempotency_key is not null then p_response_status end,
        response_body = case when h.idempotency_key is not null then p_response_body end
    where h.id = p_hold_id and (h.user_id = p_user_id) is true and h.closed_at is null
        returning h.amount, h.action_type, h.grant_ids, h.grant_amounts, h.subject, h.created_at into hold;
    if not found then
        return;
    end if;

    if limited then
        select l.reached into thresholds from credits_count_against_limits(
            p_user_id, hold.subject, hold.created_at, -hold.amount, p_amount
        ) l;
    end if;
    overdue := false;
    collected := 0;
    for i in 1 .. cardinality(hold.grant_ids) loop
        consumed := least(hold.grant_amounts[i], rest);
        consumptions := consumptions || consumed;
        rest := rest - consumed;
        update {grants} g set remaining = g.remaining - consumed, reserved = g.reserved - hold.grant_amounts[i]
        where g.id = hold.grant_ids[i]
            returning g.expires_at into grant_expires_at;
        if consumed < hold.grant_amounts[i] then
            overdue := overdue or coalesce(grant_expires_at <= p_now, false);
            due_at := least(due_at, grant_expires_at);
        end if;
    end loop;

    if claimed > 0 then
        for i in 1 .. cardinality(consumptions) loop
            returned := returned || (hold.grant_amounts[i] - consumptions[i]);
        end loop;
        select c.collected, c.written_off
            from credits_collect(p_user_id, p_hold_id, hold.grant_ids, returned, held - hold.amount, p_now) c
            into collected, written_off;
    end if;
    balance := available + held - collected - p_amount;
    available := available + hold.amount - collected - p_amount;
    with entry as (
        insert into {ledger} (user_id, kind, action_type, amount, balance_after, idempotency_key,
                              reference_type, reference_id, reason, metadata, created_at)
        values (p_user_id, 'spend', hold.action_type, -p_amount, balance, 'hold:' || p_hold_id,
                p_reference_type, p_reference_id, '', p_metadata, p_now)
        returning id
    ), taken as (
        insert into {consumptions} (entry_id, grant_id, amount)
        select entry.id, c.grant_id, c.amount
        from entry, unnest(hold.grant_ids, consumptions) as c(grant_id, amount) where c.amount > 0
    )
    update {users} u set
        ai_credits = available, ai_credits_held = held - hold.amount, credits_due_at = due_at
    from entry where u.{pk} = p_user_id
        returning entry.id into entry_id;
end $$;
