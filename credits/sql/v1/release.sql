-- Close one hold (`p_hold_id`), or all expired holds of the user (null), and free their reserved credits. Requests
-- with their keys may run again, and spending limits no longer count the holds. Claims of clawbacks collect from
-- the freed credits first (claims.sql).
--
-- Returns the credits that are available afterwards (null if there is no such user), the number of closed holds,
-- `overdue`: whether returned credits belong to a grant that has expired, so that the caller must process due
-- work; the collected credits, and the balance.

create function credits_release(
    p_user_id {pk_type},
    p_hold_id uuid,
    p_state text,
    p_now timestamptz,
    out available bigint,
    out closed integer,
    out overdue boolean,
    out collected bigint,
    out balance bigint
) language plpgsql set enable_seqscan = off as $$
declare
    held bigint;
    claimed bigint;
    limited boolean;
    grant_ids bigint[] := array[]::bigint[];
    parts bigint[] := array[]::bigint[];
    due_at timestamptz;
    hold record;
    grant_expires_at timestamptz;
begin
    closed := 0;
    overdue := false;
    collected := 0;
    select ai_credits, ai_credits_held, ai_credits_claimed, credits_due_at, credits_limited
        into available, held, claimed, due_at, limited
        from {users} where {pk} = p_user_id for no key update;
    for hold in
        update {holds} h set state = p_state, closed_at = p_now, idempotency_key = null
        where h.user_id = p_user_id and h.state = 'held'
            and (h.id = p_hold_id or (p_hold_id is null and h.expires_at <= p_now))
            returning h.amount, h.grant_ids, h.grant_amounts, h.subject, h.created_at
    loop
        closed := closed + 1;
        available := available + hold.amount;
        held := held - hold.amount;
        if limited then
            perform credits_count_against_limits(p_user_id, hold.subject, hold.created_at, -hold.amount, 0);
        end if;
        if claimed > 0 then
            grant_ids := grant_ids || hold.grant_ids;
            parts := parts || hold.grant_amounts;
        end if;
        for i in 1 .. cardinality(hold.grant_ids) loop
            update {grants} g set reserved = g.reserved - hold.grant_amounts[i]
            where g.id = hold.grant_ids[i]
                returning g.expires_at into grant_expires_at;
            overdue := overdue or coalesce(grant_expires_at <= p_now, false);
            due_at := least(due_at, grant_expires_at);
        end loop;
    end loop;
    if closed > 0 then
        if claimed > 0 then
            select c.collected from credits_collect(p_user_id, p_hold_id, grant_ids, parts, held, p_now) c
                into collected;
            available := available - collected;
        end if;
        update {users} set ai_credits = available, ai_credits_held = held, credits_due_at = due_at
        where {pk} = p_user_id;
    end if;
    balance := available + held;
end $$;
