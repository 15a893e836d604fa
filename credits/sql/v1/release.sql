-- Close one hold (`p_hold_id`), or all expired ones of the user (null), and free what they reserved.
-- Their keys may run again.
--
-- Returns the credits that are available then (null if there is no such user), how many holds were closed, and
-- `overdue`: whether returned credits belong to a grant that has expired, so that the caller must process due
-- work.

create function credits_release(
    p_user_id {pk_type},
    p_hold_id uuid,
    p_state text,
    p_now timestamptz,
    out available bigint,
    out closed integer,
    out overdue boolean
) language plpgsql set enable_seqscan = off as $$
declare
    held bigint;
    due_at timestamptz;
    hold record;
    grant_expires_at timestamptz;
begin
    closed := 0;
    overdue := false;
    select ai_credits, ai_credits_held, credits_due_at into available, held, due_at
        from {users} where {pk} = p_user_id for no key update;
    for hold in
        update {holds} h set state = p_state, closed_at = p_now, idempotency_key = null
        where h.user_id = p_user_id and h.state = 'held'
            and (h.id = p_hold_id or (p_hold_id is null and h.expires_at <= p_now))
            returning h.amount, h.grant_ids, h.grant_amounts
    loop
        closed := closed + 1;
        available := available + hold.amount;
        held := held - hold.amount;
        for i in 1 .. cardinality(hold.grant_ids) loop
            update {grants} g set reserved = g.reserved - hold.grant_amounts[i]
            where g.id = hold.grant_ids[i]
                returning g.expires_at into grant_expires_at;
            overdue := overdue or coalesce(grant_expires_at <= p_now, false);
            due_at := least(due_at, grant_expires_at);
        end loop;
    end loop;
    if closed > 0 then
        update {users} set ai_credits = available, ai_credits_held = held, credits_due_at = due_at
        where {pk} = p_user_id;
    end if;
end $$;
