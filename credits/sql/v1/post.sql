-- Post an entry and move the balance. Every movement of credits except a capture ends here.
--
-- Returns the credits that are available afterwards, and the entry. Without an entry, nothing has moved:
--   available null   there is no such user
--   due              due work is pending: the caller processes it and calls again
--   otherwise        the key was used before, or there are too few credits, or it is a spend of a `blocked` user,
--                    or a spending limit has no room for the spend: `limit_reached`. `thresholds` of limits: those
--                    that the spend reached (spending_limits.sql)

create function credits_post(
    p_user_id {pk_type},
    p_kind text,
    p_action_type text,
    p_amount bigint,
    p_stop_at_zero boolean,
    p_due_processed boolean,
    p_key text,
    p_reference_type text,
    p_reference_id text,
    p_actor_id {pk_type},
    p_reason text,
    p_metadata jsonb,
    p_now timestamptz,
    p_subject text default '',
    out available bigint,
    out due boolean,
    out entry_id bigint,
    out moved bigint,
    out balance bigint,
    out limit_reached jsonb,
    out thresholds jsonb,
    out blocked boolean
) language plpgsql set enable_seqscan = off as $$
declare
    held bigint;
    limited boolean;
begin
    select ai_credits, ai_credits_held, p_amount < 0 and not p_due_processed and credits_due_at <= p_now,
           p_kind = 'spend' and credits_limited, p_kind = 'spend' and blocked_at is not null
        into available, held, due, limited, blocked
        from {users} where {pk} = p_user_id for no key update;
    moved := case when p_stop_at_zero then greatest(p_amount, -available) else p_amount end;
    if not found or due or blocked or available + moved < 0 then
        return;
    end if;
    if limited then
        select l.counted_at, l.reached into p_now, limit_reached
            from credits_find_reached_limit(p_user_id, p_subject, -moved, p_now) l;
        if limit_reached is not null then
            return;
        end if;
    end if;

    balance := available + held + moved;
    with entry as (
        insert into {ledger} (user_id, kind, action_type, amount, balance_after, idempotency_key,
                              reference_type, reference_id, actor_id, reason, metadata, created_at)
        values (p_user_id, p_kind, p_action_type, moved, balance, p_key,
                p_reference_type, p_reference_id, p_actor_id, p_reason, p_metadata, p_now)
        on conflict (user_id, idempotency_key) do nothing
        returning id
    )
    update {users} u set ai_credits = available + moved from entry where u.{pk} = p_user_id
        returning entry.id into entry_id;
    if found then
        available := available + moved;
        if limited then
            select l.reached into thresholds
                from credits_count_against_limits(p_user_id, p_subject, p_now, 0, -moved) l;
        end if;
    end if;
end $$;
