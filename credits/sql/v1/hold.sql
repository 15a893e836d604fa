-- Move credits from available to held, and reserve grants in consumption order.
--
-- Nothing is reserved while due work is pending, or while a spend is not yet taken from grants (they do not
-- add up to the balance then): the caller processes due work and calls again. Nothing is reserved either if
-- the request's key was used, there are too few credits, or the user is `blocked`. `available` are the credits that
-- were available before, null if there is no such user. The order of the grants is that of credits/consumption_order.py.
--
-- `limit_reached` is a spending limit without room for the hold (spending_limits.sql): nothing is reserved then.
--
-- `p_alone`: a hold in its own transaction does not wait for the disk. If the server crashes before it is
-- written, nothing was reserved and nothing can be captured; the flush of a capture writes it first.
--
-- The parameters with defaults were added later: during a deployment, the previous release omits them.

create function credits_hold(
    p_user_id {pk_type},
    p_hold_id uuid,
    p_action_type text,
    p_amount bigint,
    p_base bigint,
    p_per_unit bigint,
    p_now timestamptz,
    p_expires_at timestamptz,
    p_endpoint text,
    p_key text,
    p_request_hash text,
    p_alone boolean,
    p_units bigint default 0,
    p_per_million_input_tokens bigint default 0,
    p_per_million_output_tokens bigint default 0,
    p_minimum bigint default 0,
    p_price_source text default '',
    p_request_id text default '',
    p_most_open bigint default null,
    p_subject text default '',
    out available bigint,
    out reserved boolean,
    out limit_reached jsonb,
    out blocked boolean
) language plpgsql set enable_seqscan = off as $$
declare
    due_at timestamptz;
    limited boolean;
    open_grant record;
    free bigint := 0;
    part bigint;
    ids bigint[] := array[]::bigint[];
    parts bigint[] := array[]::bigint[];
    rest bigint := p_amount;
begin
    reserved := false;
    select ai_credits, credits_due_at, credits_limited, blocked_at is not null
        into available, due_at, limited, blocked
        from {users} where {pk} = p_user_id for no key update;
    if not found or blocked or available < p_amount or due_at <= p_now then
        return;
    end if;
    -- The user is locked, so the number of open holds stays what it is.
    if p_most_open <= (
        select count(*) from (
            select from {holds} h where h.user_id = p_user_id and h.state = 'held' limit p_most_open
        ) open_holds
    ) then
        return;
    end if;
    if limited then
        select l.counted_at, l.reached into p_now, limit_reached
            from credits_find_reached_limit(p_user_id, p_subject, p_amount, p_now) l;
        if limit_reached is not null then
            return;
        end if;
    end if;

    for open_grant in
        select g.id, g.remaining - g.reserved as free from {grants} g
        where g.user_id = p_user_id and g.is_open
        order by g.expires_at asc nulls last, g.id
    loop
        free := free + open_grant.free;
        part := least(open_grant.free, rest);
        if part > 0 then
            ids := ids || open_grant.id;
            parts := parts || part;
            rest := rest - part;
        end if;
    end loop;
    if free <> available then
        return;
    end if;

    insert into {holds} (id, user_id, action_type, amount, base, per_unit, state, created_at, expires_at,
                         endpoint, idempotency_key, request_hash, grant_ids, grant_amounts,
                         units, per_million_input_tokens, per_million_output_tokens, minimum,
                         price_source, request_id, subject)
    values (p_hold_id, p_user_id, p_action_type, p_amount, p_base, p_per_unit, 'held', p_now, p_expires_at,
            p_endpoint, p_key, p_request_hash, ids, parts,
            p_units, p_per_million_input_tokens, p_per_million_output_tokens, p_minimum,
            p_price_source, p_request_id, p_subject)
    on conflict (user_id, endpoint, idempotency_key) do nothing;
    if not found then
        return;
    end if;
    for i in 1 .. cardinality(ids) loop
        update {grants} g set reserved = g.reserved + parts[i] where g.id = ids[i];
    end loop;
    update {users} set
        ai_credits = available - p_amount,
        ai_credits_held = ai_credits_held + p_amount,
        credits_due_at = least(due_at, p_expires_at)
    where {pk} = p_user_id;
    if limited then
        perform credits_count_against_limits(p_user_id, p_subject, p_now, p_amount, 0);
    end if;
    reserved := true;
    if p_alone then
        perform set_config('synchronous_commit', 'off', true);
    end if;
end $$;
