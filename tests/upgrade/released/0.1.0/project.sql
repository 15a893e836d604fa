-- Dumped from database version 18.4
-- Dumped by pg_dump version 18.4

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

CREATE TYPE public.procrastinate_job_event_type AS ENUM (
    'deferred',
    'started',
    'deferred_for_retry',
    'failed',
    'succeeded',
    'cancelled',
    'abort_requested',
    'aborted',
    'scheduled',
    'retried'
);


CREATE TYPE public.procrastinate_job_status AS ENUM (
    'todo',
    'doing',
    'succeeded',
    'failed',
    'cancelled',
    'aborting',
    'aborted'
);


CREATE TYPE public.procrastinate_job_to_defer_v1 AS (
	queue_name character varying,
	task_name character varying,
	priority integer,
	lock text,
	queueing_lock text,
	args jsonb,
	scheduled_at timestamp with time zone
);


CREATE FUNCTION public.credits_capture(p_user_id bigint, p_hold_id uuid, p_amount bigint, p_now timestamp with time zone, p_reference_type text, p_reference_id text, p_metadata jsonb, p_response_status integer, p_response_body jsonb, OUT entry_id bigint, OUT available bigint, OUT balance bigint, OUT overdue boolean, OUT collected bigint, OUT written_off jsonb, OUT thresholds jsonb) RETURNS record
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
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
        from "accounts_user" where "id" = p_user_id for no key update;
    -- `closed_at is null` means held, as a constraint guarantees. Unlike `state = 'held'` it keeps the
    -- planner from the partial index of held credits, which it would choose for an empty table.
    -- `is true` keeps it from the user's index likewise: an early plan would scan all of a user's holds.
    update "credits_credithold" h set
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
        update "credits_creditgrant" g set remaining = g.remaining - consumed, reserved = g.reserved - hold.grant_amounts[i]
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
        insert into "credits_aicreditlog" (user_id, kind, action_type, amount, balance_after, idempotency_key,
                              reference_type, reference_id, reason, metadata, created_at)
        values (p_user_id, 'spend', hold.action_type, -p_amount, balance, 'hold:' || p_hold_id,
                p_reference_type, p_reference_id, '', p_metadata, p_now)
        returning id
    ), taken as (
        insert into "credits_creditconsumption" (entry_id, grant_id, amount)
        select entry.id, c.grant_id, c.amount
        from entry, unnest(hold.grant_ids, consumptions) as c(grant_id, amount) where c.amount > 0
    )
    update "accounts_user" u set
        ai_credits = available, ai_credits_held = held - hold.amount, credits_due_at = due_at
    from entry where u."id" = p_user_id
        returning entry.id into entry_id;
end $$;


CREATE FUNCTION public.credits_check_balance() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
declare
    last_balance bigint;
begin
    select balance_after into last_balance from (
        select user_id, balance_after from "credits_aicreditlog"
        where user_id <= new."id" order by user_id desc, id desc limit 1
    ) neighbour where user_id = new."id";
    if last_balance is distinct from new.ai_credits + new.ai_credits_held then
        raise exception 'credits_ledger_balance_needs_entry: user % would hold %, the ledger says %',
            new."id", new.ai_credits + new.ai_credits_held, last_balance using errcode = 'check_violation';
    end if;
    return null;
end $$;


CREATE FUNCTION public.credits_check_entry() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
declare
    last_id bigint;
    before_it bigint;
    balance bigint;
begin
    select id, balance_after into last_id, before_it from (
        select user_id, id, balance_after from "credits_aicreditlog"
        where user_id <= new.user_id and id <> new.id order by user_id desc, id desc limit 1
    ) neighbour where user_id = new.user_id;
    -- An old id would insert an entry between existing ones, and create credits.
    if last_id > new.id or coalesce(before_it, 0) + new.amount <> new.balance_after then
        raise exception 'credits_ledger_continuous: % after % cannot leave %',
            new.amount, coalesce(before_it, 0), new.balance_after using errcode = 'check_violation';
    end if;
    select ai_credits + ai_credits_held into balance from "accounts_user" where "id" = new.user_id;
    if balance is distinct from new.balance_after then
        raise exception 'credits_ledger_entry_needs_balance: the entry leaves %, the user holds %',
            new.balance_after, balance using errcode = 'check_violation';
    end if;
    return null;
end $$;


CREATE FUNCTION public.credits_collect(p_user_id bigint, p_hold_id uuid, p_grant_ids bigint[], p_returned bigint[], p_held_after bigint, p_now timestamp with time zone, OUT collected bigint, OUT written_off jsonb) RETURNS record
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
declare
    ids bigint[];
    parts bigint[];
    rest bigint;
    claim record;
    part bigint;
    collection bigint;
    n integer;
    taken bigint;
    surplus bigint;
begin
    collected := 0;
    select array_agg(returned.id), array_agg(returned.amount), coalesce(sum(returned.amount), 0)
    into ids, parts, rest from (
        select g.id, sum(r.amount)::bigint as amount
        from unnest(p_grant_ids, p_returned) as r(grant_id, amount) join "credits_creditgrant" g on g.id = r.grant_id
        where r.amount > 0 group by g.id order by g.expires_at asc nulls last, g.id
    ) returned;

    for claim in
        select c.id, c.open_amount, c.collected_amount, c.entry_id, e.action_type, e.reference_type, e.reference_id
        from "credits_creditclaim" c join "credits_aicreditlog" e on e.id = c.entry_id
        where c.user_id = p_user_id and c.open_amount > 0 order by c.id
    loop
        exit when rest = 0;
        part := least(claim.open_amount, rest);
        rest := rest - part;
        collected := collected + part;
        update "credits_creditclaim" set open_amount = open_amount - part, collected_amount = collected_amount + part
        where id = claim.id;
        -- The amount collected so far makes the key of each collection of a claim unique.
        with entry as (
            insert into "credits_aicreditlog" (user_id, kind, action_type, amount, balance_after, idempotency_key,
                                  reference_type, reference_id, reason, metadata, created_at)
            select p_user_id, 'clawback', claim.action_type, -part, u.ai_credits + u.ai_credits_held - part,
                   'claim:' || claim.id || ':' || claim.collected_amount,
                   claim.reference_type, claim.reference_id, '',
                   jsonb_strip_nulls(jsonb_build_object('clawback', claim.entry_id, 'hold', p_hold_id)), p_now
            from "accounts_user" u where u."id" = p_user_id
            returning id
        )
        update "accounts_user" u set ai_credits_held = u.ai_credits_held - part from entry where u."id" = p_user_id
            returning entry.id into collection;
        for n in
            select i from generate_subscripts(ids, 1) i
            join "credits_creditgrant" g on g.id = ids[i] join "credits_aicreditlog" e on e.id = g.entry_id
            order by (claim.reference_id <> '' and e.reference_id = claim.reference_id
                      and e.reference_type = claim.reference_type) desc, i
        loop
            taken := least(part, parts[n]);
            if taken > 0 then
                part := part - taken;
                parts[n] := parts[n] - taken;
                update "credits_creditgrant" set remaining = remaining - taken where id = ids[n];
                insert into "credits_creditconsumption" (entry_id, grant_id, amount) values (collection, ids[n], taken);
            end if;
        end loop;
    end loop;

    select coalesce(sum(open_amount), 0) - p_held_after into surplus
    from "credits_creditclaim" where user_id = p_user_id and open_amount > 0;
    for claim in
        select id, open_amount from "credits_creditclaim" where user_id = p_user_id and open_amount > 0 order by id desc
    loop
        exit when surplus <= 0;
        part := least(claim.open_amount, surplus);
        surplus := surplus - part;
        update "credits_creditclaim" set open_amount = open_amount - part, written_off_amount = written_off_amount + part
        where id = claim.id;
        written_off := coalesce(written_off, '{}') || jsonb_build_object(claim.id, part);
    end loop;
end $$;


CREATE FUNCTION public.credits_count_against_limits(p_user_id bigint, p_subject text, p_at timestamp with time zone, p_held bigint, p_used bigint, OUT reached jsonb) RETURNS jsonb
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
begin
    with counted as (
        update "credits_spendinglimit" l set
            held = p_held + case when l.period_start = this.start then l.held else 0 end,
            used = p_used + case when l.period_start = this.start then l.used else 0 end,
            period_start = this.start
        from (
            select id, date_trunc(period, p_at, 'UTC') as start
            from "credits_spendinglimit" where user_id = p_user_id and subject in ('', p_subject)
        ) this
        where l.id = this.id and l.period_start <= this.start
        returning l.subject, l.period, l.amount, l.used, l.period_start
    )
    select jsonb_agg(
        jsonb_build_object(
            'subject', c.subject, 'period', c.period, 'period_start', c.period_start,
            'percent', threshold.percent, 'amount', c.amount, 'used', c.used
        ) order by c.subject, c.period, threshold.percent
    ) into reached
    from counted c cross join unnest(array[80, 90, 100]) as threshold(percent)
    where (c.used - p_used) * 100 < threshold.percent * c.amount and c.used * 100 >= threshold.percent * c.amount;
end $$;


CREATE FUNCTION public.credits_count_claims() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
begin
    update "accounts_user" u set ai_credits_claimed = (
        select coalesce(sum(c.open_amount), 0) from "credits_creditclaim" c where c.user_id = u."id" and c.open_amount > 0
    )
    where u."id" in (new.user_id, old.user_id);
    return null;
end $$;


CREATE FUNCTION public.credits_find_reached_limit(p_user_id bigint, p_subject text, p_amount bigint, p_now timestamp with time zone, OUT counted_at timestamp with time zone, OUT reached jsonb) RETURNS record
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
begin
    select greatest(p_now, max(l.period_start)) into counted_at
    from "credits_spendinglimit" l where l.user_id = p_user_id and l.subject in ('', p_subject);

    select jsonb_build_object(
        'subject', l.subject, 'period', l.period, 'amount', l.amount, 'period_start', this.start, 'used', this.used
    ) into reached
    from "credits_spendinglimit" l
    cross join lateral (
        select date_trunc(l.period, counted_at, 'UTC') as start,
               case when l.period_start = date_trunc(l.period, counted_at, 'UTC') then l.used + l.held else 0 end as used
    ) this
    where l.user_id = p_user_id and l.subject in ('', p_subject)
        and p_amount > 0 and this.used + p_amount > l.amount
    order by l.period desc, l.subject limit 1;
end $$;


CREATE FUNCTION public.credits_hold(p_user_id bigint, p_hold_id uuid, p_action_type text, p_amount bigint, p_base bigint, p_per_unit bigint, p_now timestamp with time zone, p_expires_at timestamp with time zone, p_endpoint text, p_key text, p_request_hash text, p_alone boolean, p_units bigint DEFAULT 0, p_per_million_input_tokens bigint DEFAULT 0, p_per_million_output_tokens bigint DEFAULT 0, p_minimum bigint DEFAULT 0, p_price_source text DEFAULT ''::text, p_request_id text DEFAULT ''::text, p_most_open bigint DEFAULT NULL::bigint, p_subject text DEFAULT ''::text, OUT available bigint, OUT reserved boolean, OUT limit_reached jsonb, OUT blocked boolean) RETURNS record
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
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
        from "accounts_user" where "id" = p_user_id for no key update;
    if not found or blocked or available < p_amount or due_at <= p_now then
        return;
    end if;
    -- The user is locked, so the number of open holds stays what it is.
    if p_most_open <= (
        select count(*) from (
            select from "credits_credithold" h where h.user_id = p_user_id and h.state = 'held' limit p_most_open
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
        select g.id, g.remaining - g.reserved as free from "credits_creditgrant" g
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

    insert into "credits_credithold" (id, user_id, action_type, amount, base, per_unit, state, created_at, expires_at,
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
        update "credits_creditgrant" g set reserved = g.reserved + parts[i] where g.id = ids[i];
    end loop;
    update "accounts_user" set
        ai_credits = available - p_amount,
        ai_credits_held = ai_credits_held + p_amount,
        credits_due_at = least(due_at, p_expires_at)
    where "id" = p_user_id;
    if limited then
        perform credits_count_against_limits(p_user_id, p_subject, p_now, p_amount, 0);
    end if;
    reserved := true;
    if p_alone then
        perform set_config('synchronous_commit', 'off', true);
    end if;
end $$;


CREATE FUNCTION public.credits_note_limited() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
begin
    update "accounts_user" u set credits_limited = exists (select from "credits_spendinglimit" l where l.user_id = u."id")
    where u."id" in (new.user_id, old.user_id);
    return null;
end $$;


CREATE FUNCTION public.credits_open_account() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
declare
    opening bigint;
begin
    if new.ai_credits_held <> 0 then
        raise exception 'credits_ledger_new_holder_holds_none: % credits held by a new user',
            new.ai_credits_held using errcode = 'check_violation';
    end if;
    insert into "credits_aicreditlog" (user_id, kind, action_type, amount, balance_after, idempotency_key,
                          reference_type, reference_id, reason, metadata, created_at)
    values (new."id", 'grant', 'signup', new.ai_credits, new.ai_credits, 'signup',
            '', '', '', '{}', clock_timestamp())
    returning id into opening;
    insert into "credits_creditgrant" (user_id, entry_id, pool, amount, remaining, reserved)
    values (new."id", opening, '', new.ai_credits, new.ai_credits, 0);
    return null;
end $$;


CREATE FUNCTION public.credits_post(p_user_id bigint, p_kind text, p_action_type text, p_amount bigint, p_stop_at_zero boolean, p_due_processed boolean, p_key text, p_reference_type text, p_reference_id text, p_actor_id bigint, p_reason text, p_metadata jsonb, p_now timestamp with time zone, p_subject text DEFAULT ''::text, OUT available bigint, OUT due boolean, OUT entry_id bigint, OUT moved bigint, OUT balance bigint, OUT limit_reached jsonb, OUT thresholds jsonb, OUT blocked boolean) RETURNS record
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
declare
    held bigint;
    limited boolean;
begin
    select ai_credits, ai_credits_held, p_amount < 0 and not p_due_processed and credits_due_at <= p_now,
           p_kind = 'spend' and credits_limited, p_kind = 'spend' and blocked_at is not null
        into available, held, due, limited, blocked
        from "accounts_user" where "id" = p_user_id for no key update;
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
        insert into "credits_aicreditlog" (user_id, kind, action_type, amount, balance_after, idempotency_key,
                              reference_type, reference_id, actor_id, reason, metadata, created_at)
        values (p_user_id, p_kind, p_action_type, moved, balance, p_key,
                p_reference_type, p_reference_id, p_actor_id, p_reason, p_metadata, p_now)
        on conflict (user_id, idempotency_key) do nothing
        returning id
    )
    update "accounts_user" u set ai_credits = available + moved from entry where u."id" = p_user_id
        returning entry.id into entry_id;
    if found then
        available := available + moved;
        if limited then
            select l.reached into thresholds
                from credits_count_against_limits(p_user_id, p_subject, p_now, 0, -moved) l;
        end if;
    end if;
end $$;


CREATE FUNCTION public.credits_refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    raise exception 'credits_ledger_append_only: entry % of the ledger is immutable', old.id
        using errcode = 'check_violation';
end $$;


CREATE FUNCTION public.credits_refuse_price_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    raise exception 'credits_price_append_only: price % is immutable; add another', old.id
        using errcode = 'check_violation';
end $$;


CREATE FUNCTION public.credits_release(p_user_id bigint, p_hold_id uuid, p_state text, p_now timestamp with time zone, OUT available bigint, OUT closed integer, OUT overdue boolean, OUT collected bigint, OUT balance bigint) RETURNS record
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
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
        from "accounts_user" where "id" = p_user_id for no key update;
    for hold in
        update "credits_credithold" h set state = p_state, closed_at = p_now, idempotency_key = null
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
            update "credits_creditgrant" g set reserved = g.reserved - hold.grant_amounts[i]
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
        update "accounts_user" set ai_credits = available, ai_credits_held = held, credits_due_at = due_at
        where "id" = p_user_id;
    end if;
    balance := available + held;
end $$;


CREATE FUNCTION public.procrastinate_cancel_job_v1(job_id bigint, abort boolean, delete_job boolean) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status = 'todo'
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        IF abort THEN
            UPDATE procrastinate_jobs
            SET abort_requested = true,
                status = CASE status
                    WHEN 'todo' THEN 'cancelled'::procrastinate_job_status ELSE status
                END
            WHERE id = job_id AND status IN ('todo', 'doing')
            RETURNING id INTO _job_id;
        ELSE
            UPDATE procrastinate_jobs
            SET status = 'cancelled'::procrastinate_job_status
            WHERE id = job_id AND status = 'todo'
            RETURNING id INTO _job_id;
        END IF;
    END IF;
    RETURN _job_id;
END;
$$;


CREATE FUNCTION public.procrastinate_defer_jobs_v1(jobs public.procrastinate_job_to_defer_v1[]) RETURNS bigint[]
    LANGUAGE plpgsql
    AS $$
DECLARE
    job_ids bigint[];
BEGIN
    WITH inserted_jobs AS (
        INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
        SELECT (job).queue_name,
               (job).task_name,
               (job).priority,
               (job).lock,
               (job).queueing_lock,
               (job).args,
               (job).scheduled_at
        FROM unnest(jobs) AS job
        RETURNING id
    )
    SELECT array_agg(id) FROM inserted_jobs INTO job_ids;

    RETURN job_ids;
END;
$$;


CREATE FUNCTION public.procrastinate_defer_periodic_job_v2(_queue_name character varying, _lock character varying, _queueing_lock character varying, _task_name character varying, _priority integer, _periodic_id character varying, _defer_timestamp bigint, _args jsonb) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
	_job_id bigint;
	_defer_id bigint;
BEGIN
    INSERT
        INTO procrastinate_periodic_defers (task_name, periodic_id, defer_timestamp)
        VALUES (_task_name, _periodic_id, _defer_timestamp)
        ON CONFLICT DO NOTHING
        RETURNING id into _defer_id;

    IF _defer_id IS NULL THEN
        RETURN NULL;
    END IF;

    UPDATE procrastinate_periodic_defers
        SET job_id = (
            SELECT COALESCE((
                SELECT unnest(procrastinate_defer_jobs_v1(
                    ARRAY[
                        ROW(
                            _queue_name,
                            _task_name,
                            _priority,
                            _lock,
                            _queueing_lock,
                            _args,
                            NULL::timestamptz
                        )
                    ]::procrastinate_job_to_defer_v1[]
                ))
            ), NULL)
        )
        WHERE id = _defer_id
        RETURNING job_id INTO _job_id;

    DELETE
        FROM procrastinate_periodic_defers
        USING (
            SELECT id
            FROM procrastinate_periodic_defers
            WHERE procrastinate_periodic_defers.task_name = _task_name
            AND procrastinate_periodic_defers.periodic_id = _periodic_id
            AND procrastinate_periodic_defers.defer_timestamp < _defer_timestamp
            ORDER BY id
            FOR UPDATE
        ) to_delete
        WHERE procrastinate_periodic_defers.id = to_delete.id;

    RETURN _job_id;
END;
$$;


SET default_tablespace = '';

SET default_table_access_method = heap;

CREATE TABLE public.procrastinate_jobs (
    id bigint NOT NULL,
    queue_name character varying(128) NOT NULL,
    task_name character varying(128) NOT NULL,
    lock text,
    args jsonb DEFAULT '{}'::jsonb NOT NULL,
    status public.procrastinate_job_status DEFAULT 'todo'::public.procrastinate_job_status NOT NULL,
    scheduled_at timestamp with time zone,
    attempts integer DEFAULT 0 NOT NULL,
    queueing_lock text,
    priority integer DEFAULT 0 NOT NULL,
    abort_requested boolean DEFAULT false NOT NULL,
    worker_id bigint,
    CONSTRAINT check_not_todo_abort_requested CHECK ((NOT ((status = 'todo'::public.procrastinate_job_status) AND (abort_requested = true))))
);


CREATE FUNCTION public.procrastinate_fetch_job_v2(target_queue_names character varying[], p_worker_id bigint) RETURNS public.procrastinate_jobs
    LANGUAGE plpgsql
    AS $$
DECLARE
	found_jobs procrastinate_jobs;
BEGIN
    WITH candidate AS (
        SELECT jobs.*
            FROM procrastinate_jobs AS jobs
            WHERE
                -- reject the job if its lock has earlier or higher priority jobs
                NOT EXISTS (
                    SELECT 1
                        FROM procrastinate_jobs AS other_jobs
                        WHERE
                            jobs.lock IS NOT NULL
                            AND other_jobs.lock = jobs.lock
                            AND (
                                -- job with same lock is already running
                                other_jobs.status = 'doing'
                                OR
                                -- job with same lock is waiting and has higher priority (or same priority but was queued first)
                                (
                                    other_jobs.status = 'todo'
                                    AND (
                                        other_jobs.priority > jobs.priority
                                        OR (
                                        other_jobs.priority = jobs.priority
                                        AND other_jobs.id < jobs.id
                                        )
                                    )
                                )
                            )
                )
                AND jobs.status = 'todo'
                AND (target_queue_names IS NULL OR jobs.queue_name = ANY( target_queue_names ))
                AND (jobs.scheduled_at IS NULL OR jobs.scheduled_at <= now())
            ORDER BY jobs.priority DESC, jobs.id ASC LIMIT 1
            FOR UPDATE OF jobs SKIP LOCKED
    )
    UPDATE procrastinate_jobs
        SET status = 'doing', worker_id = p_worker_id
        FROM candidate
        WHERE procrastinate_jobs.id = candidate.id
        RETURNING procrastinate_jobs.* INTO found_jobs;

 RETURN found_jobs;
END;
$$;


CREATE FUNCTION public.procrastinate_finish_job_v1(job_id bigint, end_status public.procrastinate_job_status, delete_job boolean) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF end_status NOT IN ('succeeded', 'failed', 'aborted') THEN
        RAISE 'End status should be either "succeeded", "failed" or "aborted" (job id: %)', job_id;
    END IF;
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = end_status,
            abort_requested = false,
            attempts = CASE status
                WHEN 'doing' THEN attempts + 1 ELSE attempts
            END
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" or "todo" status (job id: %)', job_id;
    END IF;
END;
$$;


CREATE FUNCTION public.procrastinate_notify_queue_abort_job_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'abort_job_requested', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;


CREATE FUNCTION public.procrastinate_notify_queue_job_inserted_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'job_inserted', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;


CREATE FUNCTION public.procrastinate_prune_stalled_workers_v1(seconds_since_heartbeat double precision) RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN QUERY
    DELETE FROM procrastinate_workers
    WHERE last_heartbeat < NOW() - (seconds_since_heartbeat || 'SECOND')::INTERVAL
    RETURNING procrastinate_workers.id;
END;
$$;


CREATE FUNCTION public.procrastinate_register_worker_v1() RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN QUERY
    INSERT INTO procrastinate_workers DEFAULT VALUES
    RETURNING procrastinate_workers.id;
END;
$$;


CREATE FUNCTION public.procrastinate_retry_job_v1(job_id bigint, retry_at timestamp with time zone, new_priority integer, new_queue_name character varying, new_lock character varying) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
BEGIN
    SELECT abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status = 'doing'
    FOR UPDATE
    INTO _abort_requested;
    IF _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    END IF;

    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" status (job id: %)', job_id;
    END IF;
END;
$$;


CREATE FUNCTION public.procrastinate_retry_job_v2(job_id bigint, retry_at timestamp with time zone, new_priority integer, new_queue_name character varying, new_lock character varying) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
    _current_status procrastinate_job_status;
BEGIN
    SELECT status, abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status IN ('doing', 'failed')
    FOR UPDATE
    INTO _current_status, _abort_requested;
    IF _current_status = 'doing' AND _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status IN ('doing', 'failed')
        RETURNING id INTO _job_id;
    END IF;

    IF _job_id IS NULL THEN
        RAISE 'Job was not found or has an invalid status to retry (job id: %)', job_id;
    END IF;

END;
$$;


CREATE FUNCTION public.procrastinate_trigger_abort_requested_events_procedure_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'abort_requested'::procrastinate_job_event_type);
    RETURN NEW;
END;
$$;


CREATE FUNCTION public.procrastinate_trigger_function_scheduled_events_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type, at)
        VALUES (NEW.id, 'scheduled'::procrastinate_job_event_type, NEW.scheduled_at);

	RETURN NEW;
END;
$$;


CREATE FUNCTION public.procrastinate_trigger_function_status_events_insert_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'deferred'::procrastinate_job_event_type);
	RETURN NEW;
END;
$$;


CREATE FUNCTION public.procrastinate_trigger_function_status_events_update_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    WITH t AS (
        SELECT CASE
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND NEW.status = 'doing'::procrastinate_job_status
                THEN 'started'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'deferred_for_retry'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'failed'::procrastinate_job_status
                THEN 'failed'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'succeeded'::procrastinate_job_status
                THEN 'succeeded'::procrastinate_job_event_type
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND (
                    NEW.status = 'cancelled'::procrastinate_job_status
                    OR NEW.status = 'failed'::procrastinate_job_status
                    OR NEW.status = 'succeeded'::procrastinate_job_status
                )
                THEN 'cancelled'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'aborted'::procrastinate_job_status
                THEN 'aborted'::procrastinate_job_event_type
            WHEN OLD.status = 'failed'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'retried'::procrastinate_job_event_type
            ELSE NULL
        END as event_type
    )
    INSERT INTO procrastinate_events(job_id, type)
        SELECT NEW.id, t.event_type
        FROM t
        WHERE t.event_type IS NOT NULL;
	RETURN NEW;
END;
$$;


CREATE FUNCTION public.procrastinate_unlink_periodic_defers_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE procrastinate_periodic_defers
    SET job_id = NULL
    WHERE job_id = OLD.id;
    RETURN OLD;
END;
$$;


CREATE FUNCTION public.procrastinate_unregister_worker_v1(worker_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    DELETE FROM procrastinate_workers
    WHERE id = worker_id;
END;
$$;


CREATE FUNCTION public.procrastinate_update_heartbeat_v1(worker_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE procrastinate_workers
    SET last_heartbeat = NOW()
    WHERE id = worker_id;
END;
$$;


CREATE TABLE public.accounts_apikey (
    id bigint NOT NULL,
    name character varying(100) NOT NULL,
    prefix character varying(8) NOT NULL,
    secret_hash character varying(64) NOT NULL,
    can_read boolean NOT NULL,
    can_spend boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone,
    expires_at timestamp with time zone,
    revoked_at timestamp with time zone,
    user_id bigint NOT NULL,
    CONSTRAINT accounts_apikey_has_a_scope CHECK ((can_read OR can_spend))
);


ALTER TABLE public.accounts_apikey ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_apikey_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.accounts_emailchange (
    id bigint NOT NULL,
    old_email character varying(254) NOT NULL,
    new_email character varying(254) NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    confirmed_at timestamp with time zone,
    user_id bigint NOT NULL
);


ALTER TABLE public.accounts_emailchange ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_emailchange_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.accounts_formermailbox (
    key character varying(64) NOT NULL,
    deleted_at timestamp with time zone NOT NULL
);


CREATE TABLE public.accounts_recoverycode (
    id bigint NOT NULL,
    code_hash character varying(64) NOT NULL,
    user_id bigint NOT NULL
);


ALTER TABLE public.accounts_recoverycode ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_recoverycode_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.accounts_session (
    id uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    refresh_jti character varying(32) NOT NULL,
    previous_jti character varying(32) NOT NULL,
    password_hash character varying(64) NOT NULL,
    user_agent character varying(200) NOT NULL,
    address character varying(43) NOT NULL,
    user_id bigint NOT NULL
);


CREATE TABLE public.accounts_user (
    id bigint NOT NULL,
    password character varying(128) NOT NULL,
    last_login timestamp with time zone,
    is_superuser boolean NOT NULL,
    is_staff boolean NOT NULL,
    is_active boolean NOT NULL,
    date_joined timestamp with time zone NOT NULL,
    ai_credits_held bigint DEFAULT 0 NOT NULL,
    ai_credits_claimed bigint DEFAULT 0 NOT NULL,
    credits_limited boolean DEFAULT false NOT NULL,
    credits_due_at timestamp with time zone,
    credits_consumed_through bigint DEFAULT 0 NOT NULL,
    blocked_at timestamp with time zone,
    blocked_reason character varying(500) DEFAULT ''::character varying NOT NULL,
    email_verified_at timestamp with time zone,
    stripe_customer_id character varying(255),
    subscription_id character varying(255),
    subscription_status character varying(32),
    plan character varying(50) DEFAULT 'free'::character varying NOT NULL,
    current_period_end timestamp with time zone,
    cancel_at_period_end boolean DEFAULT false NOT NULL,
    billing_closed_at timestamp with time zone,
    email character varying(254) NOT NULL,
    name character varying(150) NOT NULL,
    ai_credits bigint DEFAULT 0 NOT NULL,
    CONSTRAINT accounts_user_block_has_a_reason CHECK ((((blocked_at IS NULL) AND ((blocked_reason)::text = ''::text)) OR ((blocked_at IS NOT NULL) AND (NOT ((blocked_reason)::text = ''::text))))),
    CONSTRAINT accounts_user_claims_only_held_credits CHECK (((ai_credits_claimed >= 0) AND (ai_credits_claimed <= ai_credits_held))),
    CONSTRAINT accounts_user_credits_not_negative CHECK ((ai_credits >= 0)),
    CONSTRAINT accounts_user_email_is_lower_case CHECK (((email)::text = lower((email)::text))),
    CONSTRAINT accounts_user_held_credits_not_negative CHECK ((ai_credits_held >= 0)),
    CONSTRAINT accounts_user_plan_not_empty CHECK ((NOT ((plan)::text = ''::text))),
    CONSTRAINT accounts_user_subscription_has_a_customer CHECK (((subscription_id IS NULL) OR (stripe_customer_id IS NOT NULL))),
    CONSTRAINT accounts_user_subscription_has_a_status CHECK ((((subscription_id IS NULL) AND (subscription_status IS NULL)) OR ((subscription_id IS NOT NULL) AND (subscription_status IS NOT NULL))))
);


CREATE TABLE public.accounts_user_groups (
    id bigint NOT NULL,
    user_id bigint NOT NULL,
    group_id integer NOT NULL
);


ALTER TABLE public.accounts_user_groups ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_user_groups_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


ALTER TABLE public.accounts_user ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_user_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.accounts_user_user_permissions (
    id bigint NOT NULL,
    user_id bigint NOT NULL,
    permission_id integer NOT NULL
);


ALTER TABLE public.accounts_user_user_permissions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_user_user_permissions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.ai_answerevaluation (
    id uuid NOT NULL,
    user_answer text NOT NULL,
    marks_available smallint NOT NULL,
    marks_achieved smallint NOT NULL,
    feedback text NOT NULL,
    engine character varying(100) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    user_id bigint NOT NULL,
    question_id uuid NOT NULL,
    CONSTRAINT ai_answerevaluation_marks_achieved_check CHECK ((marks_achieved >= 0)),
    CONSTRAINT ai_answerevaluation_marks_available_check CHECK ((marks_available >= 0)),
    CONSTRAINT ai_answerevaluation_marks_within_what_is_available CHECK ((marks_achieved <= marks_available))
);


CREATE TABLE public.ai_modelcallrecord (
    id bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    hold_id uuid NOT NULL,
    action character varying(100) NOT NULL,
    model character varying(100) NOT NULL,
    prompt_version character varying(50) NOT NULL,
    outcome character varying(50) NOT NULL,
    input_tokens integer NOT NULL,
    output_tokens integer NOT NULL,
    cost numeric(12,6),
    latency_ms integer NOT NULL,
    user_id bigint NOT NULL,
    CONSTRAINT ai_modelcallrecord_input_tokens_check CHECK ((input_tokens >= 0)),
    CONSTRAINT ai_modelcallrecord_latency_ms_check CHECK ((latency_ms >= 0)),
    CONSTRAINT ai_modelcallrecord_output_tokens_check CHECK ((output_tokens >= 0))
);


ALTER TABLE public.ai_modelcallrecord ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.ai_modelcallrecord_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.ai_question (
    id uuid NOT NULL,
    "position" smallint NOT NULL,
    text text NOT NULL,
    question_type character varying(20) NOT NULL,
    options text[] NOT NULL,
    answer text NOT NULL,
    accepted_answers text[] NOT NULL,
    marks_available smallint NOT NULL,
    topic character varying(200) NOT NULL,
    excerpt text NOT NULL,
    question_set_id uuid NOT NULL,
    CONSTRAINT ai_question_is_worth_marks CHECK ((marks_available > 0)),
    CONSTRAINT ai_question_marks_available_check CHECK ((marks_available >= 0)),
    CONSTRAINT ai_question_position_check CHECK (("position" >= 0))
);


CREATE TABLE public.ai_questionset (
    id uuid NOT NULL,
    name character varying(200) NOT NULL,
    engine character varying(100) NOT NULL,
    language character varying(35) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    user_id bigint NOT NULL
);


CREATE TABLE public.auth_group (
    id integer NOT NULL,
    name character varying(150) NOT NULL
);


ALTER TABLE public.auth_group ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_group_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.auth_group_permissions (
    id bigint NOT NULL,
    group_id integer NOT NULL,
    permission_id integer NOT NULL
);


ALTER TABLE public.auth_group_permissions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_group_permissions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.auth_permission (
    id integer NOT NULL,
    name character varying(255) NOT NULL,
    content_type_id integer NOT NULL,
    codename character varying(100) NOT NULL
);


ALTER TABLE public.auth_permission ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_permission_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.billing_creditpack (
    id bigint NOT NULL,
    max_quantity smallint NOT NULL,
    promotion_codes boolean NOT NULL,
    automatic_tax boolean NOT NULL,
    slug character varying(50) NOT NULL,
    name character varying(100) NOT NULL,
    credits integer NOT NULL,
    invoice boolean NOT NULL,
    is_active boolean NOT NULL,
    CONSTRAINT billing_creditpack_credits_check CHECK ((credits >= 0)),
    CONSTRAINT billing_creditpack_credits_fit CHECK (((max_quantity = 0) OR (credits <= (2147483647 / max_quantity)))),
    CONSTRAINT billing_creditpack_gives_credits CHECK ((credits > 0)),
    CONSTRAINT billing_creditpack_max_quantity_check CHECK ((max_quantity >= 0)),
    CONSTRAINT billing_creditpack_max_quantity_is_sane CHECK (((max_quantity >= 1) AND (max_quantity <= 999)))
);


ALTER TABLE public.billing_creditpack ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.billing_creditpack_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.billing_customerdeletion (
    id bigint NOT NULL,
    customer_id character varying(255) NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    attempts integer NOT NULL,
    failure text NOT NULL,
    finished_at timestamp with time zone,
    user_id bigint NOT NULL,
    CONSTRAINT billing_customerdeletion_attempts_check CHECK ((attempts >= 0))
);


ALTER TABLE public.billing_customerdeletion ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.billing_customerdeletion_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.billing_payment (
    id bigint NOT NULL,
    stripe_id character varying(255) NOT NULL,
    invoice_id character varying(255),
    stripe_price_id character varying(255) NOT NULL,
    billing_reason character varying(64) NOT NULL,
    credits integer,
    expires_at timestamp with time zone,
    rollover_cap integer,
    instalments smallint NOT NULL,
    instalments_left smallint NOT NULL,
    next_instalment_at timestamp with time zone,
    action_type character varying(64) NOT NULL,
    subtotal bigint NOT NULL,
    tax bigint NOT NULL,
    total bigint NOT NULL,
    tax_country character varying(2) NOT NULL,
    tax_exempt character varying(16) NOT NULL,
    amount_paid bigint NOT NULL,
    currency character varying(3) NOT NULL,
    period_start timestamp with time zone,
    period_end timestamp with time zone,
    paid_at timestamp with time zone NOT NULL,
    amount_returned bigint NOT NULL,
    credits_clawed_back integer NOT NULL,
    written_off integer NOT NULL,
    clawback_count integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    pack_id bigint,
    user_id bigint NOT NULL,
    plan_id bigint,
    CONSTRAINT billing_payment_amount_returned_check CHECK ((amount_returned >= 0)),
    CONSTRAINT billing_payment_clawback_count_check CHECK ((clawback_count >= 0)),
    CONSTRAINT billing_payment_credits_check CHECK ((credits >= 0)),
    CONSTRAINT billing_payment_credits_clawed_back_check CHECK ((credits_clawed_back >= 0)),
    CONSTRAINT billing_payment_credits_come_from_what_is_sold CHECK (((NOT ((credits > 0) AND (credits IS NOT NULL))) OR (plan_id IS NOT NULL) OR (pack_id IS NOT NULL))),
    CONSTRAINT billing_payment_gives_its_first_instalment_at_once CHECK ((instalments > instalments_left)),
    CONSTRAINT billing_payment_instalments_check CHECK ((instalments >= 0)),
    CONSTRAINT billing_payment_instalments_left_check CHECK ((instalments_left >= 0)),
    CONSTRAINT billing_payment_is_for_a_plan_or_a_pack CHECK (((plan_id IS NULL) OR (pack_id IS NULL))),
    CONSTRAINT billing_payment_next_instalment_while_some_are_left CHECK ((((instalments_left = 0) OR (next_instalment_at IS NOT NULL)) AND (1 = (
CASE
    WHEN (instalments_left = 0) THEN 1
    ELSE 0
END +
CASE
    WHEN (next_instalment_at IS NOT NULL) THEN 1
    ELSE 0
END)))),
    CONSTRAINT billing_payment_returns_at_most_what_it_gave CHECK ((credits_clawed_back <= (COALESCE(credits, 0) - written_off))),
    CONSTRAINT billing_payment_rollover_cap_check CHECK ((rollover_cap >= 0)),
    CONSTRAINT billing_payment_written_off_check CHECK ((written_off >= 0))
);


ALTER TABLE public.billing_payment ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.billing_payment_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.billing_paymentpart (
    id bigint NOT NULL,
    stripe_id character varying(255) NOT NULL,
    amount bigint NOT NULL,
    amount_refunded bigint NOT NULL,
    amount_disputed bigint NOT NULL,
    payment_id bigint NOT NULL,
    CONSTRAINT billing_paymentpart_amount_check CHECK ((amount >= 0)),
    CONSTRAINT billing_paymentpart_amount_disputed_check CHECK ((amount_disputed >= 0)),
    CONSTRAINT billing_paymentpart_amount_refunded_check CHECK ((amount_refunded >= 0)),
    CONSTRAINT billing_paymentpart_returns_at_most_what_it_paid CHECK ((amount >= (amount_refunded + amount_disputed)))
);


ALTER TABLE public.billing_paymentpart ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.billing_paymentpart_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.billing_plan (
    id bigint NOT NULL,
    max_quantity smallint NOT NULL,
    promotion_codes boolean NOT NULL,
    automatic_tax boolean NOT NULL,
    slug character varying(50) NOT NULL,
    name character varying(100) NOT NULL,
    credits_per_period integer NOT NULL,
    trial_credits integer NOT NULL,
    instalments smallint NOT NULL,
    upgrade_credits character varying(16) NOT NULL,
    unspent_credits character varying(16) NOT NULL,
    rollover_cap integer,
    trial_days smallint NOT NULL,
    is_active boolean NOT NULL,
    CONSTRAINT billing_plan_cap_where_capped CHECK (((((unspent_credits)::text = 'rollover_capped'::text) OR (rollover_cap IS NULL)) AND (1 = (
CASE
    WHEN ((unspent_credits)::text = 'rollover_capped'::text) THEN 1
    ELSE 0
END +
CASE
    WHEN (rollover_cap IS NULL) THEN 1
    ELSE 0
END)))),
    CONSTRAINT billing_plan_credits_fit CHECK (((max_quantity = 0) OR (credits_per_period <= (2147483647 / max_quantity)))),
    CONSTRAINT billing_plan_credits_per_period_check CHECK ((credits_per_period >= 0)),
    CONSTRAINT billing_plan_has_an_instalment CHECK ((instalments >= 1)),
    CONSTRAINT billing_plan_instalments_check CHECK ((instalments >= 0)),
    CONSTRAINT billing_plan_max_quantity_check CHECK ((max_quantity >= 0)),
    CONSTRAINT billing_plan_max_quantity_is_sane CHECK (((max_quantity >= 1) AND (max_quantity <= 999))),
    CONSTRAINT billing_plan_rollover_cap_check CHECK ((rollover_cap >= 0)),
    CONSTRAINT billing_plan_trial_credits_check CHECK ((trial_credits >= 0)),
    CONSTRAINT billing_plan_trial_days_check CHECK ((trial_days >= 0)),
    CONSTRAINT billing_plan_trial_is_not_too_long CHECK ((trial_days <= 730)),
    CONSTRAINT billing_plan_unspent_credits_are_known CHECK (((unspent_credits)::text = ANY ((ARRAY['expire'::character varying, 'rollover'::character varying, 'rollover_capped'::character varying])::text[]))),
    CONSTRAINT billing_plan_upgrade_credits_are_known CHECK (((upgrade_credits)::text = ANY ((ARRAY['prorated'::character varying, 'full'::character varying, 'none'::character varying])::text[])))
);


ALTER TABLE public.billing_plan ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.billing_plan_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.billing_price (
    id bigint NOT NULL,
    stripe_id character varying(255) NOT NULL,
    product_id character varying(255) NOT NULL,
    unit_amount bigint NOT NULL,
    currency character varying(3) NOT NULL,
    "interval" character varying(8) NOT NULL,
    interval_count smallint NOT NULL,
    is_active boolean NOT NULL,
    is_default boolean NOT NULL,
    credits_per_period integer,
    instalments smallint,
    pack_id bigint,
    plan_id bigint,
    CONSTRAINT billing_price_credits_per_period_check CHECK ((credits_per_period >= 0)),
    CONSTRAINT billing_price_currency_is_a_code CHECK (((currency)::text ~ '^[a-z]{3}$'::text)),
    CONSTRAINT billing_price_has_a_stripe_id CHECK ((NOT ((stripe_id)::text = ''::text))),
    CONSTRAINT billing_price_has_an_instalment CHECK (((instalments IS NULL) OR (instalments >= 1))),
    CONSTRAINT billing_price_instalments_check CHECK ((instalments >= 0)),
    CONSTRAINT billing_price_interval_count_check CHECK ((interval_count >= 0)),
    CONSTRAINT billing_price_interval_count_is_positive CHECK ((interval_count >= 1)),
    CONSTRAINT billing_price_interval_is_known CHECK ((("interval")::text = ANY ((ARRAY['day'::character varying, 'week'::character varying, 'month'::character varying, 'year'::character varying, ''::character varying])::text[]))),
    CONSTRAINT billing_price_is_of_a_plan_or_a_pack CHECK ((((plan_id IS NULL) OR (pack_id IS NULL)) AND (1 = (
CASE
    WHEN (plan_id IS NULL) THEN 1
    ELSE 0
END +
CASE
    WHEN (pack_id IS NULL) THEN 1
    ELSE 0
END)))),
    CONSTRAINT billing_price_overrides_a_plan_only CHECK (((plan_id IS NOT NULL) OR ((credits_per_period IS NULL) AND (instalments IS NULL)))),
    CONSTRAINT billing_price_recurs_for_a_plan_only CHECK ((((pack_id IS NULL) OR (("interval")::text = ''::text)) AND (1 = (
CASE
    WHEN (pack_id IS NULL) THEN 1
    ELSE 0
END +
CASE
    WHEN (("interval")::text = ''::text) THEN 1
    ELSE 0
END)))),
    CONSTRAINT billing_price_unit_amount_check CHECK ((unit_amount >= 0))
);


ALTER TABLE public.billing_price ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.billing_price_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.credits_actionprice (
    id bigint NOT NULL,
    action character varying(64) NOT NULL,
    base bigint NOT NULL,
    per_unit bigint NOT NULL,
    unit character varying(32) NOT NULL,
    per_million_input_tokens bigint NOT NULL,
    per_million_output_tokens bigint NOT NULL,
    minimum bigint NOT NULL,
    effective_from timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    note character varying(500) NOT NULL,
    created_by_id bigint NOT NULL,
    CONSTRAINT credits_actionprice_costs_something CHECK ((NOT ((base = 0) AND (minimum = 0) AND (per_million_input_tokens = 0) AND (per_million_output_tokens = 0) AND (per_unit = 0)))),
    CONSTRAINT credits_actionprice_names_its_action CHECK ((NOT ((action)::text = ''::text))),
    CONSTRAINT credits_actionprice_names_its_unit CHECK ((((per_unit = 0) OR (NOT ((unit)::text = ''::text))) AND (1 = (
CASE
    WHEN (per_unit = 0) THEN 1
    ELSE 0
END +
CASE
    WHEN (NOT ((unit)::text = ''::text)) THEN 1
    ELSE 0
END)))),
    CONSTRAINT credits_actionprice_not_retroactive CHECK ((effective_from >= created_at)),
    CONSTRAINT credits_actionprice_numbers_in_range CHECK ((((base >= 0) AND (base <= '1000000000000'::bigint)) AND ((minimum >= 0) AND (minimum <= '1000000000000'::bigint)) AND ((per_million_input_tokens >= 0) AND (per_million_input_tokens <= '1000000000000'::bigint)) AND ((per_million_output_tokens >= 0) AND (per_million_output_tokens <= '1000000000000'::bigint)) AND ((per_unit >= 0) AND (per_unit <= '1000000000000'::bigint))))
);


ALTER TABLE public.credits_actionprice ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.credits_actionprice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.credits_aicreditlog (
    id bigint NOT NULL,
    kind character varying(16) NOT NULL,
    action_type character varying(64) NOT NULL,
    amount bigint NOT NULL,
    balance_after bigint NOT NULL,
    idempotency_key character varying(255) NOT NULL,
    reference_type character varying(64) NOT NULL,
    reference_id character varying(255) NOT NULL,
    reason character varying(500) NOT NULL,
    metadata jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    actor_id bigint,
    user_id bigint NOT NULL,
    CONSTRAINT credits_aicreditlog_adjustment_has_actor_and_reason CHECK (((NOT ((kind)::text = 'adjustment'::text)) OR ((actor_id IS NOT NULL) AND (NOT ((reason)::text = ''::text))))),
    CONSTRAINT credits_aicreditlog_balance_not_negative CHECK ((balance_after >= 0)),
    CONSTRAINT credits_aicreditlog_key_not_empty CHECK ((NOT ((idempotency_key)::text = ''::text))),
    CONSTRAINT credits_aicreditlog_sign_follows_kind CHECK ((((amount >= 0) AND ((kind)::text = ANY ((ARRAY['grant'::character varying, 'refund'::character varying])::text[]))) OR ((amount <= 0) AND ((kind)::text = ANY ((ARRAY['spend'::character varying, 'expiry'::character varying])::text[]))) OR ((kind)::text = ANY ((ARRAY['adjustment'::character varying, 'clawback'::character varying])::text[]))))
);


ALTER TABLE public.credits_aicreditlog ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.credits_aicreditlog_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.credits_creditclaim (
    id bigint NOT NULL,
    open_amount bigint NOT NULL,
    collected_amount bigint DEFAULT 0 NOT NULL,
    written_off_amount bigint DEFAULT 0 NOT NULL,
    entry_id bigint NOT NULL,
    user_id bigint NOT NULL,
    CONSTRAINT credits_creditclaim_amounts_not_negative CHECK (((collected_amount >= 0) AND (open_amount >= 0) AND (written_off_amount >= 0)))
);


ALTER TABLE public.credits_creditclaim ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.credits_creditclaim_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.credits_creditconsumption (
    id bigint NOT NULL,
    amount bigint NOT NULL,
    entry_id bigint NOT NULL,
    grant_id bigint NOT NULL,
    CONSTRAINT credits_creditconsumption_amount_positive CHECK ((amount > 0))
);


ALTER TABLE public.credits_creditconsumption ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.credits_creditconsumption_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.credits_creditgrant (
    id bigint NOT NULL,
    pool character varying(64) NOT NULL,
    amount bigint NOT NULL,
    remaining bigint NOT NULL,
    reserved bigint DEFAULT 0 NOT NULL,
    is_open boolean GENERATED ALWAYS AS ((remaining > 0)) STORED,
    expires_at timestamp with time zone,
    rollover_cap bigint,
    rolled_over boolean DEFAULT false NOT NULL,
    entry_id bigint NOT NULL,
    user_id bigint NOT NULL,
    CONSTRAINT credits_creditgrant_only_what_expires_rolls_over CHECK (((rollover_cap IS NULL) OR ((expires_at IS NOT NULL) AND (rollover_cap >= 0)))),
    CONSTRAINT credits_creditgrant_reserved_within_remaining_within_amount CHECK (((remaining <= amount) AND (reserved >= 0) AND (reserved <= remaining)))
);


ALTER TABLE public.credits_creditgrant ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.credits_creditgrant_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.credits_credithold (
    id uuid NOT NULL,
    grant_ids bigint[] NOT NULL,
    grant_amounts bigint[] NOT NULL,
    action_type character varying(64) NOT NULL,
    amount bigint NOT NULL,
    units bigint DEFAULT 0 NOT NULL,
    base bigint NOT NULL,
    per_unit bigint NOT NULL,
    per_million_input_tokens bigint DEFAULT 0 NOT NULL,
    per_million_output_tokens bigint DEFAULT 0 NOT NULL,
    minimum bigint DEFAULT 0 NOT NULL,
    price_source character varying(32) DEFAULT ''::character varying NOT NULL,
    request_id character varying(128) DEFAULT ''::character varying NOT NULL,
    subject character varying(64) DEFAULT ''::character varying NOT NULL,
    state character varying(16) NOT NULL,
    captured_amount bigint,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    endpoint character varying(255) NOT NULL,
    idempotency_key character varying(255),
    request_hash character varying(64) NOT NULL,
    response_status smallint,
    response_body jsonb,
    user_id bigint NOT NULL,
    CONSTRAINT credits_credithold_columns_follow_state CHECK ((((captured_amount IS NULL) AND (closed_at IS NULL) AND ((state)::text = 'held'::text)) OR ((captured_amount IS NOT NULL) AND (captured_amount <= amount) AND (closed_at IS NOT NULL) AND ((state)::text = 'captured'::text)) OR ((captured_amount IS NULL) AND (closed_at IS NOT NULL) AND (idempotency_key IS NULL) AND ((state)::text = ANY ((ARRAY['released'::character varying, 'expired'::character varying])::text[]))))),
    CONSTRAINT credits_credithold_numbers_not_negative CHECK ((LEAST(amount, captured_amount, units, base, per_unit, per_million_input_tokens, per_million_output_tokens, minimum) >= 0)),
    CONSTRAINT credits_credithold_response_status_check CHECK ((response_status >= 0))
);


CREATE TABLE public.credits_spendinglimit (
    id bigint NOT NULL,
    subject character varying(64) NOT NULL,
    period character varying(8) NOT NULL,
    amount bigint NOT NULL,
    held bigint DEFAULT 0 NOT NULL,
    used bigint DEFAULT 0 NOT NULL,
    period_start timestamp with time zone NOT NULL,
    user_id bigint NOT NULL,
    CONSTRAINT credits_spendinglimit_amount_not_negative CHECK ((amount >= 0)),
    CONSTRAINT credits_spendinglimit_period_is_known CHECK (((period)::text = ANY ((ARRAY['day'::character varying, 'month'::character varying])::text[])))
);


ALTER TABLE public.credits_spendinglimit ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.credits_spendinglimit_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.django_admin_log (
    id integer NOT NULL,
    action_time timestamp with time zone NOT NULL,
    object_id text,
    object_repr character varying(200) NOT NULL,
    action_flag smallint NOT NULL,
    change_message text NOT NULL,
    content_type_id integer,
    user_id bigint NOT NULL,
    CONSTRAINT django_admin_log_action_flag_check CHECK ((action_flag >= 0))
);


ALTER TABLE public.django_admin_log ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_admin_log_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.django_content_type (
    id integer NOT NULL,
    app_label character varying(100) NOT NULL,
    model character varying(100) NOT NULL
);


ALTER TABLE public.django_content_type ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_content_type_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.django_migrations (
    id bigint NOT NULL,
    app character varying(255) NOT NULL,
    name character varying(255) NOT NULL,
    applied timestamp with time zone NOT NULL
);


ALTER TABLE public.django_migrations ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_migrations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.django_session (
    session_key character varying(40) NOT NULL,
    session_data text NOT NULL,
    expire_date timestamp with time zone NOT NULL
);


CREATE TABLE public.djstripe_account (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    djstripe_owner_account_id character varying(255)
);


ALTER TABLE public.djstripe_account ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_account_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_accountv2 (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    djstripe_owner_account_id character varying(255)
);


ALTER TABLE public.djstripe_accountv2 ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_accountv2_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_activeentitlement (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    djstripe_owner_account_id character varying(255)
);


ALTER TABLE public.djstripe_activeentitlement ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_activeentitlement_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_apikey (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    created timestamp with time zone,
    id character varying(255) NOT NULL,
    type character varying(255) NOT NULL,
    name character varying(100) NOT NULL,
    secret character varying(128) NOT NULL,
    livemode boolean NOT NULL,
    djstripe_owner_account_id character varying(255)
);


ALTER TABLE public.djstripe_apikey ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_apikey_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_applicationfee (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    account_id character varying(255) NOT NULL,
    djstripe_owner_account_id character varying(255),
    balance_transaction_id character varying(255) NOT NULL,
    charge_id character varying(255) NOT NULL
);


ALTER TABLE public.djstripe_applicationfee ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_applicationfee_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_applicationfeerefund (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    djstripe_owner_account_id character varying(255),
    fee_id character varying(255) NOT NULL,
    balance_transaction_id character varying(255) NOT NULL
);


ALTER TABLE public.djstripe_applicationfeerefund ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_applicationfeerefund_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_balancetransaction (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    amount bigint NOT NULL,
    currency character varying(3) NOT NULL,
    source character varying(255) NOT NULL,
    type character varying(255) NOT NULL,
    djstripe_owner_account_id character varying(255)
);


ALTER TABLE public.djstripe_balancetransaction ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_balancetransaction_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_bankaccount (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    fingerprint character varying(16) NOT NULL,
    account_id character varying(255),
    djstripe_owner_account_id character varying(255)
);


ALTER TABLE public.djstripe_bankaccount ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_bankaccount_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_card (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    fingerprint character varying(16) NOT NULL,
    account_id character varying(255),
    djstripe_owner_account_id character varying(255)
);


ALTER TABLE public.djstripe_card ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_card_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_charge (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    amount numeric(14,2) NOT NULL,
    currency character varying(3) NOT NULL,
    status character varying(255) NOT NULL,
    balance_transaction_id character varying(255),
    djstripe_owner_account_id character varying(255),
    customer_id character varying(255),
    source_id character varying(255),
    invoice_id character varying(255),
    payment_intent_id character varying(255),
    payment_method_id character varying(255)
);


ALTER TABLE public.djstripe_charge ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_charge_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_countryspec (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    id character varying(2) NOT NULL,
    default_currency character varying(3) NOT NULL,
    supported_bank_account_currencies jsonb NOT NULL,
    supported_payment_currencies jsonb NOT NULL,
    supported_payment_methods jsonb NOT NULL,
    supported_transfer_countries jsonb NOT NULL,
    verification_fields jsonb NOT NULL
);


CREATE TABLE public.djstripe_coupon (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    id character varying(500) NOT NULL,
    djstripe_owner_account_id character varying(255)
);


ALTER TABLE public.djstripe_coupon ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_coupon_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_customer (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    email text NOT NULL,
    date_purged timestamp with time zone,
    djstripe_owner_account_id character varying(255),
    subscriber_id bigint,
    default_payment_method_id character varying(255)
);


ALTER TABLE public.djstripe_customer ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_customer_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_discount (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    promotion_code character varying(255) NOT NULL,
    customer_id character varying(255),
    djstripe_owner_account_id character varying(255),
    invoice_id character varying(255),
    subscription_id character varying(255)
);


ALTER TABLE public.djstripe_discount ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_discount_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_dispute (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    balance_transaction_id character varying(255),
    charge_id character varying(255),
    djstripe_owner_account_id character varying(255),
    payment_intent_id character varying(255)
);


ALTER TABLE public.djstripe_dispute ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_dispute_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_djstripeinvoicedefaulttaxrate (
    id bigint NOT NULL,
    invoice_id bigint NOT NULL,
    taxrate_id bigint NOT NULL
);


ALTER TABLE public.djstripe_djstripeinvoicedefaulttaxrate ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_djstripeinvoicedefaulttaxrate_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_djstripeinvoiceitemtaxrate (
    id bigint NOT NULL,
    invoiceitem_id bigint NOT NULL,
    taxrate_id bigint NOT NULL
);


ALTER TABLE public.djstripe_djstripeinvoiceitemtaxrate ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_djstripeinvoiceitemtaxrate_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_djstripepaymentmethod (
    id character varying(255) NOT NULL,
    type character varying(50) NOT NULL
);


CREATE TABLE public.djstripe_djstripesubscriptionitemtaxrate (
    id bigint NOT NULL,
    subscriptionitem_id bigint CONSTRAINT djstripe_djstripesubscriptionitemt_subscriptionitem_id_not_null NOT NULL,
    taxrate_id bigint NOT NULL
);


ALTER TABLE public.djstripe_djstripesubscriptionitemtaxrate ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_djstripesubscriptionitemtaxrate_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_earlyfraudwarning (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    djstripe_owner_account_id character varying(255)
);


ALTER TABLE public.djstripe_earlyfraudwarning ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_earlyfraudwarning_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_event (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    api_version character varying(64) NOT NULL,
    data jsonb NOT NULL,
    request_id character varying(50) NOT NULL,
    idempotency_key text NOT NULL,
    type character varying(250) NOT NULL,
    djstripe_owner_account_id character varying(255)
);


ALTER TABLE public.djstripe_event ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_event_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_feature (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    djstripe_owner_account_id character varying(255)
);


ALTER TABLE public.djstripe_feature ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_feature_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_file (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    djstripe_owner_account_id character varying(255)
);


ALTER TABLE public.djstripe_file ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_file_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_filelink (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    djstripe_owner_account_id character varying(255),
    file_id character varying(255) NOT NULL
);


ALTER TABLE public.djstripe_filelink ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_filelink_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_idempotencykey (
    uuid uuid NOT NULL,
    action character varying(100) NOT NULL,
    livemode boolean NOT NULL,
    created timestamp with time zone NOT NULL
);


CREATE TABLE public.djstripe_invoice (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    charge_id bigint,
    customer_id character varying(255) NOT NULL,
    djstripe_owner_account_id character varying(255),
    payment_intent_id bigint,
    default_payment_method_id character varying(255),
    subscription_id character varying(255)
);


ALTER TABLE public.djstripe_invoice ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_invoice_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_invoiceitem (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    customer_id character varying(255) NOT NULL,
    djstripe_owner_account_id character varying(255),
    invoice_id character varying(255),
    price_id bigint,
    subscription_id character varying(255)
);


ALTER TABLE public.djstripe_invoiceitem ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_invoiceitem_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_issuing_authorization (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    djstripe_owner_account_id character varying(255)
);


ALTER TABLE public.djstripe_issuing_authorization ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_issuing_authorization_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_issuing_card (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    djstripe_owner_account_id character varying(255)
);


ALTER TABLE public.djstripe_issuing_card ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_issuing_card_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_issuing_cardholder (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    djstripe_owner_account_id character varying(255)
);


ALTER TABLE public.djstripe_issuing_cardholder ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_issuing_cardholder_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_issuing_dispute (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    djstripe_owner_account_id character varying(255)
);


ALTER TABLE public.djstripe_issuing_dispute ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_issuing_dispute_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_issuing_transaction (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    djstripe_owner_account_id character varying(255)
);


ALTER TABLE public.djstripe_issuing_transaction ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_issuing_transaction_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_lineitem (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    djstripe_owner_account_id character varying(255),
    invoice_item_id character varying(255),
    subscription_id character varying(255),
    subscription_item_id character varying(255)
);


ALTER TABLE public.djstripe_lineitem ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_lineitem_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_mandate (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    djstripe_owner_account_id character varying(255),
    payment_method_id character varying(255) NOT NULL
);


ALTER TABLE public.djstripe_mandate ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_mandate_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_paymentintent (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    customer_id character varying(255),
    djstripe_owner_account_id character varying(255),
    on_behalf_of_id character varying(255),
    payment_method_id character varying(255)
);


ALTER TABLE public.djstripe_paymentintent ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_paymentintent_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_paymentmethod (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    customer_id character varying(255),
    djstripe_owner_account_id character varying(255)
);


ALTER TABLE public.djstripe_paymentmethod ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_paymentmethod_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_payout (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    currency character varying(3) NOT NULL,
    balance_transaction_id character varying(255),
    destination_id character varying(255),
    djstripe_owner_account_id character varying(255),
    failure_balance_transaction_id character varying(255),
    original_payout_id bigint,
    reversed_by_id bigint
);


ALTER TABLE public.djstripe_payout ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_payout_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_price (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    active boolean NOT NULL,
    currency character varying(3) NOT NULL,
    nickname character varying(250) NOT NULL,
    lookup_key character varying(250),
    djstripe_owner_account_id character varying(255),
    product_id character varying(255) NOT NULL
);


ALTER TABLE public.djstripe_price ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_price_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_product (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    name text NOT NULL,
    active boolean,
    djstripe_owner_account_id character varying(255)
);


ALTER TABLE public.djstripe_product ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_product_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_productfeature (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    djstripe_owner_account_id character varying(255),
    entitlement_feature_id character varying(255) NOT NULL,
    product_id character varying(255) NOT NULL
);


ALTER TABLE public.djstripe_productfeature ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_productfeature_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_promotioncode (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    djstripe_owner_account_id character varying(255)
);


ALTER TABLE public.djstripe_promotioncode ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_promotioncode_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_refund (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    amount bigint NOT NULL,
    currency character varying(3) NOT NULL,
    balance_transaction_id character varying(255),
    charge_id character varying(255) NOT NULL,
    djstripe_owner_account_id character varying(255),
    failure_balance_transaction_id character varying(255)
);


ALTER TABLE public.djstripe_refund ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_refund_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_review (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    djstripe_owner_account_id character varying(255)
);


ALTER TABLE public.djstripe_review ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_review_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_scheduledqueryrun (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    data_load_time timestamp with time zone NOT NULL,
    error jsonb,
    result_available_until timestamp with time zone NOT NULL,
    sql text NOT NULL,
    status character varying(255) NOT NULL,
    title text NOT NULL,
    djstripe_owner_account_id character varying(255),
    file_id character varying(255)
);


ALTER TABLE public.djstripe_scheduledqueryrun ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_scheduledqueryrun_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_session (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    customer_id character varying(255),
    djstripe_owner_account_id character varying(255),
    payment_intent_id character varying(255),
    setup_intent_id character varying(255),
    subscription_id character varying(255)
);


ALTER TABLE public.djstripe_session ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_session_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_setupintent (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    customer_id character varying(255),
    djstripe_owner_account_id character varying(255),
    on_behalf_of_id character varying(255),
    payment_method_id character varying(255)
);


ALTER TABLE public.djstripe_setupintent ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_setupintent_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_shippingrate (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    djstripe_owner_account_id character varying(255),
    tax_code_id character varying(255)
);


ALTER TABLE public.djstripe_shippingrate ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_shippingrate_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_source (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    customer_id character varying(255),
    djstripe_owner_account_id character varying(255)
);


ALTER TABLE public.djstripe_source ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_source_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_sourcetransaction (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    ach_credit_transfer jsonb NOT NULL,
    amount numeric(14,2),
    currency character varying(3) NOT NULL,
    customer_data jsonb,
    status character varying(255) NOT NULL,
    djstripe_owner_account_id character varying(255),
    source_id character varying(255)
);


ALTER TABLE public.djstripe_sourcetransaction ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_sourcetransaction_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_subscription (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    customer_id character varying(255) NOT NULL,
    djstripe_owner_account_id character varying(255)
);


ALTER TABLE public.djstripe_subscription ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_subscription_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_subscriptionitem (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    djstripe_owner_account_id character varying(255),
    price_id bigint,
    subscription_id character varying(255) NOT NULL
);


ALTER TABLE public.djstripe_subscriptionitem ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_subscriptionitem_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_subscriptionschedule (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    canceled_at timestamp with time zone,
    completed_at timestamp with time zone,
    current_phase jsonb,
    default_settings jsonb,
    end_behavior character varying(255) NOT NULL,
    phases jsonb,
    released_at timestamp with time zone,
    status character varying(255) NOT NULL,
    customer_id bigint NOT NULL,
    djstripe_owner_account_id character varying(255),
    released_subscription_id bigint,
    subscription_id bigint
);


ALTER TABLE public.djstripe_subscriptionschedule ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_subscriptionschedule_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_taxcode (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    djstripe_owner_account_id character varying(255)
);


ALTER TABLE public.djstripe_taxcode ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_taxcode_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_taxid (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    customer_id character varying(255),
    djstripe_owner_account_id character varying(255)
);


ALTER TABLE public.djstripe_taxid ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_taxid_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_taxrate (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    djstripe_owner_account_id character varying(255)
);


ALTER TABLE public.djstripe_taxrate ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_taxrate_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_transfer (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    balance_transaction_id character varying(255),
    djstripe_owner_account_id character varying(255)
);


ALTER TABLE public.djstripe_transfer ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_transfer_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_transferreversal (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    balance_transaction_id character varying(255),
    djstripe_owner_account_id character varying(255),
    transfer_id character varying(255) NOT NULL
);


ALTER TABLE public.djstripe_transferreversal ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_transferreversal_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_upcominginvoice (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    charge_id bigint,
    customer_id character varying(255) NOT NULL,
    default_payment_method_id character varying(255),
    djstripe_owner_account_id character varying(255),
    payment_intent_id bigint,
    subscription_id character varying(255)
);


ALTER TABLE public.djstripe_upcominginvoice ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_upcominginvoice_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_verificationreport (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    document jsonb,
    id_number jsonb,
    options jsonb,
    selfie jsonb,
    type character varying(255) NOT NULL,
    djstripe_owner_account_id character varying(255)
);


ALTER TABLE public.djstripe_verificationreport ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_verificationreport_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_verificationsession (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    last_error jsonb,
    redaction jsonb,
    verified_outputs jsonb,
    status character varying(255) NOT NULL,
    type character varying(255) NOT NULL,
    djstripe_owner_account_id character varying(255),
    last_verification_report_id character varying(255)
);


ALTER TABLE public.djstripe_verificationsession ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_verificationsession_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_webhookendpoint (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    api_version character varying(64) NOT NULL,
    enabled_events jsonb NOT NULL,
    secret character varying(256) NOT NULL,
    status character varying(255) NOT NULL,
    url character varying(2048) NOT NULL,
    application character varying(255) NOT NULL,
    djstripe_uuid uuid NOT NULL,
    djstripe_tolerance smallint NOT NULL,
    djstripe_validation_method character varying(255) NOT NULL,
    djstripe_owner_account_id character varying(255),
    CONSTRAINT djstripe_webhookendpoint_djstripe_tolerance_check CHECK ((djstripe_tolerance >= 0))
);


ALTER TABLE public.djstripe_webhookendpoint ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_webhookendpoint_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.djstripe_webhookeventtrigger (
    id bigint NOT NULL,
    remote_ip inet NOT NULL,
    headers jsonb NOT NULL,
    body text NOT NULL,
    valid boolean NOT NULL,
    processed boolean NOT NULL,
    exception character varying(128) NOT NULL,
    traceback text NOT NULL,
    djstripe_version character varying(32) NOT NULL,
    created timestamp with time zone NOT NULL,
    updated timestamp with time zone NOT NULL,
    event_id character varying(255),
    stripe_trigger_account_id character varying(255),
    webhook_endpoint_id character varying(255)
);


ALTER TABLE public.djstripe_webhookeventtrigger ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.djstripe_webhookeventtrigger_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.jobs_job (
    id uuid NOT NULL,
    hold_id uuid NOT NULL,
    action character varying(100) NOT NULL,
    state character varying(10) NOT NULL,
    body jsonb,
    units integer NOT NULL,
    partial jsonb NOT NULL,
    deliverable jsonb,
    finished_units integer NOT NULL,
    response_status smallint,
    response_body jsonb,
    error jsonb,
    attempts smallint NOT NULL,
    queue_id bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    deadline_at timestamp with time zone NOT NULL,
    user_id bigint NOT NULL,
    CONSTRAINT jobs_job_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT jobs_job_finished_units_check CHECK ((finished_units >= 0)),
    CONSTRAINT jobs_job_finished_when_not_open CHECK (((((state)::text = ANY ((ARRAY['queued'::character varying, 'running'::character varying])::text[])) OR (finished_at IS NOT NULL)) AND (1 = (
CASE
    WHEN ((state)::text = ANY ((ARRAY['queued'::character varying, 'running'::character varying])::text[])) THEN 1
    ELSE 0
END +
CASE
    WHEN (finished_at IS NOT NULL) THEN 1
    ELSE 0
END)))),
    CONSTRAINT jobs_job_has_a_response_if_it_succeeded CHECK ((((((state)::text = 'succeeded'::text) OR (response_status IS NULL)) AND (1 = (
CASE
    WHEN ((state)::text = 'succeeded'::text) THEN 1
    ELSE 0
END +
CASE
    WHEN (response_status IS NULL) THEN 1
    ELSE 0
END))) OR ((state)::text = 'cancelled'::text))),
    CONSTRAINT jobs_job_has_an_error_if_it_failed CHECK (((((state)::text = 'failed'::text) OR (error IS NULL)) AND (1 = (
CASE
    WHEN ((state)::text = 'failed'::text) THEN 1
    ELSE 0
END +
CASE
    WHEN (error IS NULL) THEN 1
    ELSE 0
END)))),
    CONSTRAINT jobs_job_keeps_the_body_while_open CHECK (((((state)::text = ANY ((ARRAY['queued'::character varying, 'running'::character varying])::text[])) OR (body IS NULL)) AND (1 = (
CASE
    WHEN ((state)::text = ANY ((ARRAY['queued'::character varying, 'running'::character varying])::text[])) THEN 1
    ELSE 0
END +
CASE
    WHEN (body IS NULL) THEN 1
    ELSE 0
END)))),
    CONSTRAINT jobs_job_known_state CHECK (((state)::text = ANY ((ARRAY['queued'::character varying, 'running'::character varying, 'succeeded'::character varying, 'failed'::character varying, 'cancelled'::character varying])::text[]))),
    CONSTRAINT jobs_job_response_status_check CHECK ((response_status >= 0)),
    CONSTRAINT jobs_job_started_when_running CHECK (((NOT ((state)::text = 'running'::text)) OR ((attempts > 0) AND (started_at IS NOT NULL)))),
    CONSTRAINT jobs_job_units_check CHECK ((units >= 0))
);


CREATE TABLE public.jobs_scheduledcommand (
    name character varying(100) NOT NULL,
    first_seen_at timestamp with time zone NOT NULL,
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    succeeded_at timestamp with time zone,
    failure text NOT NULL,
    reported_at timestamp with time zone
);


CREATE TABLE public.limits_knownaddress (
    key character varying(64) NOT NULL,
    last_login_at timestamp with time zone NOT NULL,
    account character varying(64) NOT NULL
);


CREATE UNLOGGED TABLE public.limits_requestcount (
    key character varying(64) NOT NULL,
    count bigint NOT NULL,
    resets_at timestamp with time zone NOT NULL
)
WITH (fillfactor='50');


CREATE TABLE public.otp_totp_totpdevice (
    id integer NOT NULL,
    name character varying(64) NOT NULL,
    confirmed boolean NOT NULL,
    key character varying(80) NOT NULL,
    step smallint NOT NULL,
    t0 bigint NOT NULL,
    digits smallint NOT NULL,
    tolerance smallint NOT NULL,
    drift smallint NOT NULL,
    last_t bigint NOT NULL,
    user_id bigint NOT NULL,
    throttling_failure_count integer NOT NULL,
    throttling_failure_timestamp timestamp with time zone,
    created_at timestamp with time zone,
    last_used_at timestamp with time zone,
    CONSTRAINT otp_totp_totpdevice_digits_check CHECK ((digits >= 0)),
    CONSTRAINT otp_totp_totpdevice_step_check CHECK ((step >= 0)),
    CONSTRAINT otp_totp_totpdevice_throttling_failure_count_check CHECK ((throttling_failure_count >= 0)),
    CONSTRAINT otp_totp_totpdevice_tolerance_check CHECK ((tolerance >= 0))
);


ALTER TABLE public.otp_totp_totpdevice ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.otp_totp_totpdevice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.procrastinate_events (
    id bigint NOT NULL,
    job_id bigint NOT NULL,
    type public.procrastinate_job_event_type,
    at timestamp with time zone DEFAULT now()
);


CREATE SEQUENCE public.procrastinate_events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


ALTER SEQUENCE public.procrastinate_events_id_seq OWNED BY public.procrastinate_events.id;


CREATE SEQUENCE public.procrastinate_jobs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


ALTER SEQUENCE public.procrastinate_jobs_id_seq OWNED BY public.procrastinate_jobs.id;


CREATE TABLE public.procrastinate_periodic_defers (
    id bigint NOT NULL,
    task_name character varying(128) NOT NULL,
    defer_timestamp bigint,
    job_id bigint,
    periodic_id character varying(128) DEFAULT ''::character varying NOT NULL
);


CREATE SEQUENCE public.procrastinate_periodic_defers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


ALTER SEQUENCE public.procrastinate_periodic_defers_id_seq OWNED BY public.procrastinate_periodic_defers.id;


CREATE TABLE public.procrastinate_workers (
    id bigint NOT NULL,
    last_heartbeat timestamp with time zone DEFAULT now() NOT NULL
);


ALTER TABLE public.procrastinate_workers ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.procrastinate_workers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


ALTER TABLE ONLY public.procrastinate_events ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_events_id_seq'::regclass);


ALTER TABLE ONLY public.procrastinate_jobs ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_jobs_id_seq'::regclass);


ALTER TABLE ONLY public.procrastinate_periodic_defers ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_periodic_defers_id_seq'::regclass);


INSERT INTO public.accounts_apikey VALUES
	(1, 'Server', 'XrFsjK52', '1281dd4c02a97c8b42723e448e54ace69fe16e2a4fc3c143cd589733a1960e14', true, true, '2026-11-28 10:50:17.792589+00', NULL, NULL, NULL, 1);


INSERT INTO public.accounts_emailchange VALUES
	(1, 'user1@example.com', 'staff.new@example.com', '2026-11-28 10:50:17.820678+00', NULL, 2);


INSERT INTO public.accounts_formermailbox VALUES
	('42ebcc0e2af9b8e93d3c42b2fce0e14a35780f87cc030d079e30e60c9e2ca614', '2026-11-28 10:50:18.980884+00');


INSERT INTO public.accounts_recoverycode VALUES
	(1, '28ede2a56bdd2fc64d7541ff4db3f80bb0f120b9b3600803ba4cdbc8a83218bd', 2),
	(2, '6b90e06fc551b587bc03f1ea93652cc945f1c525ebb37e91443b344d7d79e78c', 2),
	(3, 'df0cc465974d5db7989eb0507edb019efb7468615be5736c27699817e9a28ecd', 2),
	(4, '3f4e67e25083d791f1bda93b4ed346545936902e0620d4efa9ce073c7528b761', 2),
	(5, 'bfe3f34e80514fc1f47ed74e1fb3852b10c22196941f00bd502be6f5709f30c3', 2),
	(6, 'fd145eee7d528c3406e704f4de100745bbf60bc9e0c6bbe655d14d98f1b16318', 2),
	(7, '1e1805537de4c4ed0cfb5bbc5174aa7a6f0f79d3d1a6d3bd2f83f702c453ba11', 2),
	(8, 'aeb7fa66f99e23b311474ffe5fe63c5444f6ce5d955956e3c4e6a8aa2515ff0a', 2),
	(9, '4fb9792abdf90d32eab2e772bc3fc89f9b981846a023654e771c98a021e2fe03', 2),
	(10, 'f65a0a26f012588ddc3e4109f3b730fd381643a7b784e3f04530052869144f13', 2);


INSERT INTO public.accounts_session VALUES
	('e1b22267-a689-446c-aa6d-7cd69ba75fb0', '2026-11-28 10:50:16.121877+00', '2026-11-28 10:50:16.121877+00', '2026-12-28 10:50:16+00', 'dc1fe6f35fd647d8ad772d930cb768dd', '', '4af2c82f2a672f8402c4c64ed8cfa215dc7686db5577e39798f15c11d9caacff', '', '', 5),
	('9f33b21d-43d7-4ba8-9572-3ab3b38ec00c', '2026-11-28 10:50:17.745308+00', '2026-11-28 10:50:17.745308+00', '2026-12-28 10:50:17+00', '6ffeec7c5c954f2da2f282eaea79305e', '', 'fc35f7827339d0083b0e13fce956afa2b4af3d9b4a922cddf91b723eae7635dd', '', '127.0.0.1', 1);


INSERT INTO public.accounts_user VALUES
	(6, '!iHUmXT5fy9WCHHL8n0Yk2Cc0psmCkRB34EVRanRV', NULL, false, false, false, '2026-11-28 10:50:18.191706+00', 0, 0, false, NULL, 44, NULL, '', NULL, 'cus_lYsIOZdgsO34wD', 'sub_K0fE3r2GqcuPL75H6FOAQGIt', 'active', 'pro', '2026-12-28 10:50:18+00', false, '2026-11-28 10:50:18.980884+00', 'deleted-92fc96e6473141e69b9bc3c507532f5a@deleted.invalid', '', 0),
	(1, 'md5$kkAymjVZYfbOPtaLZPRfDJ$fe64dde7790aae5106b34952749e927f', NULL, false, false, true, '2026-11-28 10:50:12.937298+00', 669, 100, true, '2026-11-28 11:05:13.099912+00', 12, NULL, '', NULL, 'cus_VW4AWSuzj59FO2', 'sub_PdT9U7HrlGdc1vXAsja0Dfl9', 'active', 'pro', '2026-12-28 10:50:14+00', false, NULL, 'user0@example.com', 'Ada Example', 1000),
	(4, 'md5$IRMiZTyc4vNM365sR6yMb2$4cfc1477b1fdc1b2777caf473dd9bd98', NULL, false, false, true, '2026-11-28 10:50:15.284905+00', 0, 0, false, NULL, 38, NULL, '', NULL, 'cus_lEWsZAqpKDNmid', NULL, NULL, 'free', NULL, false, NULL, 'user3@example.com', 'Ada Example', 500),
	(3, 'md5$iEPgsxF1aulLNNfsmFAJbG$957b0d271528533a778ca0b58ccf2087', NULL, false, false, true, '2026-11-28 10:50:13.132443+00', 0, 0, false, '2026-11-28 11:05:13.140327+00', 33, NULL, '', NULL, NULL, NULL, NULL, 'free', NULL, false, NULL, 'user2@example.com', 'Ada Example', 70),
	(5, 'md5$zRMZdwNX73tQVUWWZso18D$7997d5f2578b5cee7bdebdacf1c79983', NULL, false, false, true, '2026-11-28 10:50:16.114957+00', 2, 0, false, '2026-11-28 11:05:16.249592+00', 0, NULL, '', NULL, NULL, NULL, NULL, 'free', NULL, false, NULL, 'user4@example.com', 'Ada Example', 90),
	(2, 'md5$1cinBYHQXU150jb5454Q6y$caede89fc49df7ea667fc4834a6d63ab', '2026-11-28 10:50:17.94685+00', true, true, true, '2026-11-28 10:50:12.957871+00', 0, 0, false, NULL, 0, NULL, '', NULL, NULL, NULL, NULL, 'free', NULL, false, NULL, 'user1@example.com', 'Ada Example', 100);


INSERT INTO public.accounts_user_groups VALUES
	(1, 2, 1);


INSERT INTO public.accounts_user_user_permissions VALUES
	(1, 2, 20);


INSERT INTO public.ai_answerevaluation VALUES
	('d7b9e4a2-6815-42d0-8a5c-fe61dc1ea48f', 'x', 1, 0, 'Answer “True” or “False”. The expected answer is “True”.', 'code', '2026-11-28 10:50:17.538715+00', 5, '6b10a893-2ebe-4b87-994b-101ed2bcda6a');


INSERT INTO public.ai_modelcallrecord VALUES
	(1, '2026-11-05 10:50:13.140327+00', '4061eb40-ad20-47cb-bd26-acfdbe983b97', 'evaluate_answer', 'openai-compatible:llama', '1', 'ok', 1726, 234, NULL, 7168, 3),
	(2, '2026-11-06 10:50:13.140327+00', 'baa1b6b7-06cc-41ba-86ce-dfce9f665f1c', 'generate_from_source', 'anthropic:claude-haiku-4-5', '1', 'ok', 597, 154, 0.003033, 2242, 3),
	(3, '2026-11-07 10:50:13.140327+00', 'ee220fd6-bcf8-4a1f-be1f-840c1e335255', 'evaluate_answer', 'openai:gpt-5-mini', '1', 'model_timeout', 1897, 676, 0.011503, 1650, 3),
	(4, '2026-11-07 10:50:13.140327+00', 'ee220fd6-bcf8-4a1f-be1f-840c1e335255', 'evaluate_answer', 'openai:gpt-5-mini', '1', 'ok', 1897, 676, 0.011503, 4217, 3),
	(5, '2026-11-08 10:50:13.140327+00', '65868f9e-8d22-4eb2-8434-9951770e2c3a', 'generate_from_source', 'openai-compatible:llama', '1', 'ok', 553, 168, NULL, 7804, 3),
	(6, '2026-11-09 10:50:13.140327+00', '764dfc63-d55c-4537-9f15-f20325bcf9f3', 'evaluate_answer', 'anthropic:claude-haiku-4-5', '1', 'model_timeout', 2112, 151, 0.006790, 4643, 3),
	(7, '2026-11-10 10:50:13.140327+00', 'c89cf490-582c-4ce1-8d2d-0354490513d6', 'generate_from_source', 'openai:gpt-5-mini', '1', 'ok', 771, 644, 0.008368, 7655, 3),
	(8, '2026-11-11 10:50:13.140327+00', '21eef9f0-ddfc-4d6e-b242-7c03dbca3539', 'evaluate_answer', 'openai-compatible:llama', '1', 'ok', 642, 659, NULL, 2728, 3),
	(9, '2026-11-12 10:50:13.140327+00', '1ae965a7-a06f-48a0-bf85-265bb04d3ece', 'generate_from_source', 'anthropic:claude-haiku-4-5', '1', 'ok', 1314, 725, 0.010535, 1713, 3),
	(10, '2026-11-13 10:50:13.140327+00', 'a3154db0-bf0a-47df-9fd1-922cbd66aac9', 'evaluate_answer', 'openai:gpt-5-mini', '1', 'ok', 2763, 679, 0.013698, 7199, 3),
	(11, '2026-11-14 10:50:13.140327+00', '04bc0bad-7ad7-4364-ba42-14cf12cb9ce3', 'generate_from_source', 'openai-compatible:llama', '1', 'ok', 603, 306, NULL, 1463, 3),
	(12, '2026-11-15 10:50:13.140327+00', '6770dc2d-dfd3-4781-a855-e33788909afa', 'evaluate_answer', 'anthropic:claude-haiku-4-5', '1', 'model_timeout', 2680, 216, 0.008860, 5444, 3),
	(13, '2026-11-15 10:50:13.140327+00', '6770dc2d-dfd3-4781-a855-e33788909afa', 'evaluate_answer', 'anthropic:claude-haiku-4-5', '1', 'ok', 2680, 216, 0.008860, 7567, 3),
	(14, '2026-11-16 10:50:13.140327+00', '559d4f7f-8ff1-4790-a84c-1f8e89a16435', 'generate_from_source', 'openai:gpt-5-mini', '1', 'ok', 990, 633, 0.008805, 2629, 3),
	(15, '2026-11-17 10:50:13.140327+00', '1b01a510-5397-44b9-b2c8-5e01066bd1b0', 'evaluate_answer', 'openai-compatible:llama', '1', 'model_timeout', 2738, 395, NULL, 3661, 3),
	(16, '2026-11-18 10:50:13.140327+00', '953fd3b3-8a00-4a1d-b3ae-f05ce419eb88', 'generate_from_source', 'anthropic:claude-haiku-4-5', '1', 'ok', 822, 675, 0.008805, 3778, 3),
	(17, '2026-11-19 10:50:13.140327+00', 'e045dd01-f025-4d01-a390-a12eab27897e', 'evaluate_answer', 'openai:gpt-5-mini', '1', 'ok', 1925, 179, 0.006603, 1728, 3),
	(18, '2026-11-20 10:50:13.140327+00', '0a8a8141-f6f9-45b2-86cc-a65f2a7a8cb4', 'generate_from_source', 'openai-compatible:llama', '1', 'ok', 2711, 141, NULL, 4074, 3),
	(19, '2026-11-21 10:50:13.140327+00', '4dd6f72c-e5a3-413b-9f56-382efff397bf', 'evaluate_answer', 'anthropic:claude-haiku-4-5', '1', 'ok', 2433, 776, 0.013843, 7705, 3),
	(20, '2026-11-22 10:50:13.140327+00', 'a69c63e7-64a9-4820-9e36-c0a457823087', 'generate_from_source', 'openai:gpt-5-mini', '1', 'ok', 1686, 556, 0.009775, 8124, 3),
	(21, '2026-11-23 10:50:13.140327+00', '23a26172-07d6-4887-8929-aacb46b316a1', 'evaluate_answer', 'openai-compatible:llama', '1', 'model_timeout', 1881, 386, NULL, 4770, 3),
	(22, '2026-11-23 10:50:13.140327+00', '23a26172-07d6-4887-8929-aacb46b316a1', 'evaluate_answer', 'openai-compatible:llama', '1', 'ok', 1881, 386, NULL, 3645, 3),
	(23, '2026-11-24 10:50:13.140327+00', '3b789468-2afb-42ab-ab60-89dd5d03c680', 'generate_from_source', 'anthropic:claude-haiku-4-5', '1', 'ok', 1399, 163, 0.005128, 5619, 3),
	(24, '2026-11-25 10:50:13.140327+00', '833bc883-ed37-4fa7-98ff-d48f5eec9f19', 'evaluate_answer', 'openai:gpt-5-mini', '1', 'model_timeout', 2551, 586, 0.012238, 6327, 3),
	(25, '2026-11-26 10:50:13.140327+00', 'da8e6bc3-fc17-4c81-9971-5e2a0276adb2', 'generate_from_source', 'openai-compatible:llama', '1', 'ok', 2238, 374, NULL, 1899, 3),
	(26, '2026-11-27 10:50:13.140327+00', '0301d731-c3e4-4a19-9b95-d5ba9f8d10aa', 'evaluate_answer', 'anthropic:claude-haiku-4-5', '1', 'ok', 883, 604, 0.008248, 7550, 3),
	(27, '2026-11-28 10:50:13.140327+00', '13a5e196-1eb5-49a1-8107-7609ad004200', 'generate_from_source', 'openai:gpt-5-mini', '1', 'ok', 1075, 855, 0.011238, 6304, 3);


INSERT INTO public.ai_question VALUES
	('6b10a893-2ebe-4b87-994b-101ed2bcda6a', 1, 'After “The Roman aqueduct of Segovia was built in the first century”, according to the text, is this statement true or false? “It carried water from the Rio Frio, seventeen kilometres away, to the city.”', 'true-false', '{True,False}', 'True', '{}', 1, 'water', 'It carried water from the Rio Frio, seventeen kilometres away, to the city.', 'aaedeee6-07ff-4486-aa45-74456ed3fb4f');


INSERT INTO public.ai_questionset VALUES
	('aaedeee6-07ff-4486-aa45-74456ed3fb4f', 'Water', 'offline', 'en', '2026-11-28 10:50:17.484852+00', 5);


INSERT INTO public.auth_group VALUES
	(1, 'Support staff');


INSERT INTO public.auth_group_permissions VALUES
	(2, 1, 1);


INSERT INTO public.auth_permission VALUES
	(1, 'Can add log entry', 1, 'add_logentry'),
	(2, 'Can change log entry', 1, 'change_logentry'),
	(3, 'Can delete log entry', 1, 'delete_logentry'),
	(4, 'Can view log entry', 1, 'view_logentry'),
	(5, 'Can add permission', 2, 'add_permission'),
	(6, 'Can change permission', 2, 'change_permission'),
	(7, 'Can delete permission', 2, 'delete_permission'),
	(8, 'Can view permission', 2, 'view_permission'),
	(9, 'Can add group', 3, 'add_group'),
	(10, 'Can change group', 3, 'change_group'),
	(11, 'Can delete group', 3, 'delete_group'),
	(12, 'Can view group', 3, 'view_group'),
	(13, 'Can add content type', 4, 'add_contenttype'),
	(14, 'Can change content type', 4, 'change_contenttype'),
	(15, 'Can delete content type', 4, 'delete_contenttype'),
	(16, 'Can view content type', 4, 'view_contenttype'),
	(17, 'Can add session', 5, 'add_session'),
	(18, 'Can change session', 5, 'change_session'),
	(19, 'Can delete session', 5, 'delete_session'),
	(20, 'Can view session', 5, 'view_session'),
	(21, 'Can add TOTP device', 6, 'add_totpdevice'),
	(22, 'Can change TOTP device', 6, 'change_totpdevice'),
	(23, 'Can delete TOTP device', 6, 'delete_totpdevice'),
	(24, 'Can view TOTP device', 6, 'view_totpdevice'),
	(25, 'Can add country spec', 7, 'add_countryspec'),
	(26, 'Can change country spec', 7, 'change_countryspec'),
	(27, 'Can delete country spec', 7, 'delete_countryspec'),
	(28, 'Can view country spec', 7, 'view_countryspec'),
	(29, 'Can add djstripe payment method', 8, 'add_djstripepaymentmethod'),
	(30, 'Can change djstripe payment method', 8, 'change_djstripepaymentmethod'),
	(31, 'Can delete djstripe payment method', 8, 'delete_djstripepaymentmethod'),
	(32, 'Can view djstripe payment method', 8, 'view_djstripepaymentmethod'),
	(33, 'Can add account', 9, 'add_account'),
	(34, 'Can change account', 9, 'change_account'),
	(35, 'Can delete account', 9, 'delete_account'),
	(36, 'Can view account', 9, 'view_account'),
	(37, 'Can add account v2', 10, 'add_accountv2'),
	(38, 'Can change account v2', 10, 'change_accountv2'),
	(39, 'Can delete account v2', 10, 'delete_accountv2'),
	(40, 'Can view account v2', 10, 'view_accountv2'),
	(41, 'Can add active entitlement', 11, 'add_activeentitlement'),
	(42, 'Can change active entitlement', 11, 'change_activeentitlement'),
	(43, 'Can delete active entitlement', 11, 'delete_activeentitlement'),
	(44, 'Can view active entitlement', 11, 'view_activeentitlement'),
	(45, 'Can add api key', 12, 'add_apikey'),
	(46, 'Can change api key', 12, 'change_apikey'),
	(47, 'Can delete api key', 12, 'delete_apikey'),
	(48, 'Can view api key', 12, 'view_apikey'),
	(49, 'Can add application fee', 13, 'add_applicationfee'),
	(50, 'Can change application fee', 13, 'change_applicationfee'),
	(51, 'Can delete application fee', 13, 'delete_applicationfee'),
	(52, 'Can view application fee', 13, 'view_applicationfee'),
	(53, 'Can add balance transaction', 14, 'add_balancetransaction'),
	(54, 'Can change balance transaction', 14, 'change_balancetransaction'),
	(55, 'Can delete balance transaction', 14, 'delete_balancetransaction'),
	(56, 'Can view balance transaction', 14, 'view_balancetransaction'),
	(57, 'Can add application fee refund', 15, 'add_applicationfeerefund'),
	(58, 'Can change application fee refund', 15, 'change_applicationfeerefund'),
	(59, 'Can delete application fee refund', 15, 'delete_applicationfeerefund'),
	(60, 'Can view application fee refund', 15, 'view_applicationfeerefund'),
	(61, 'Can add bank account', 16, 'add_bankaccount'),
	(62, 'Can change bank account', 16, 'change_bankaccount'),
	(63, 'Can delete bank account', 16, 'delete_bankaccount'),
	(64, 'Can view bank account', 16, 'view_bankaccount'),
	(65, 'Can add card', 17, 'add_card'),
	(66, 'Can change card', 17, 'change_card'),
	(67, 'Can delete card', 17, 'delete_card'),
	(68, 'Can view card', 17, 'view_card'),
	(69, 'Can add charge', 18, 'add_charge'),
	(70, 'Can change charge', 18, 'change_charge'),
	(71, 'Can delete charge', 18, 'delete_charge'),
	(72, 'Can view charge', 18, 'view_charge'),
	(73, 'Can add customer', 19, 'add_customer'),
	(74, 'Can change customer', 19, 'change_customer'),
	(75, 'Can delete customer', 19, 'delete_customer'),
	(76, 'Can view customer', 19, 'view_customer'),
	(77, 'Can add early fraud warning', 20, 'add_earlyfraudwarning'),
	(78, 'Can change early fraud warning', 20, 'change_earlyfraudwarning'),
	(79, 'Can delete early fraud warning', 20, 'delete_earlyfraudwarning'),
	(80, 'Can view early fraud warning', 20, 'view_earlyfraudwarning'),
	(81, 'Can add event', 21, 'add_event'),
	(82, 'Can change event', 21, 'change_event'),
	(83, 'Can delete event', 21, 'delete_event'),
	(84, 'Can view event', 21, 'view_event'),
	(85, 'Can add feature', 22, 'add_feature'),
	(86, 'Can change feature', 22, 'change_feature'),
	(87, 'Can delete feature', 22, 'delete_feature'),
	(88, 'Can view feature', 22, 'view_feature'),
	(89, 'Can add file', 23, 'add_file'),
	(90, 'Can change file', 23, 'change_file'),
	(91, 'Can delete file', 23, 'delete_file'),
	(92, 'Can view file', 23, 'view_file'),
	(93, 'Can add file link', 24, 'add_filelink'),
	(94, 'Can change file link', 24, 'change_filelink'),
	(95, 'Can delete file link', 24, 'delete_filelink'),
	(96, 'Can view file link', 24, 'view_filelink'),
	(97, 'Can add idempotency key', 25, 'add_idempotencykey'),
	(98, 'Can change idempotency key', 25, 'change_idempotencykey'),
	(99, 'Can delete idempotency key', 25, 'delete_idempotencykey'),
	(100, 'Can view idempotency key', 25, 'view_idempotencykey'),
	(101, 'Can add invoice', 26, 'add_invoice'),
	(102, 'Can change invoice', 26, 'change_invoice'),
	(103, 'Can delete invoice', 26, 'delete_invoice'),
	(104, 'Can view invoice', 26, 'view_invoice'),
	(105, 'Can add issuing authorization', 27, 'add_issuingauthorization'),
	(106, 'Can change issuing authorization', 27, 'change_issuingauthorization'),
	(107, 'Can delete issuing authorization', 27, 'delete_issuingauthorization'),
	(108, 'Can view issuing authorization', 27, 'view_issuingauthorization'),
	(109, 'Can add issuing card', 28, 'add_issuingcard'),
	(110, 'Can change issuing card', 28, 'change_issuingcard'),
	(111, 'Can delete issuing card', 28, 'delete_issuingcard'),
	(112, 'Can view issuing card', 28, 'view_issuingcard'),
	(113, 'Can add issuing cardholder', 29, 'add_issuingcardholder'),
	(114, 'Can change issuing cardholder', 29, 'change_issuingcardholder'),
	(115, 'Can delete issuing cardholder', 29, 'delete_issuingcardholder'),
	(116, 'Can view issuing cardholder', 29, 'view_issuingcardholder'),
	(117, 'Can add issuing dispute', 30, 'add_issuingdispute'),
	(118, 'Can change issuing dispute', 30, 'change_issuingdispute'),
	(119, 'Can delete issuing dispute', 30, 'delete_issuingdispute'),
	(120, 'Can view issuing dispute', 30, 'view_issuingdispute'),
	(121, 'Can add issuing transaction', 31, 'add_issuingtransaction'),
	(122, 'Can change issuing transaction', 31, 'change_issuingtransaction'),
	(123, 'Can delete issuing transaction', 31, 'delete_issuingtransaction'),
	(124, 'Can view issuing transaction', 31, 'view_issuingtransaction'),
	(125, 'Can add payment intent', 32, 'add_paymentintent'),
	(126, 'Can change payment intent', 32, 'change_paymentintent'),
	(127, 'Can delete payment intent', 32, 'delete_paymentintent'),
	(128, 'Can view payment intent', 32, 'view_paymentintent'),
	(129, 'Can add dispute', 33, 'add_dispute'),
	(130, 'Can change dispute', 33, 'change_dispute'),
	(131, 'Can delete dispute', 33, 'delete_dispute'),
	(132, 'Can view dispute', 33, 'view_dispute'),
	(133, 'Can add payment method', 34, 'add_paymentmethod'),
	(134, 'Can change payment method', 34, 'change_paymentmethod'),
	(135, 'Can delete payment method', 34, 'delete_paymentmethod'),
	(136, 'Can view payment method', 34, 'view_paymentmethod'),
	(137, 'Can add mandate', 35, 'add_mandate'),
	(138, 'Can change mandate', 35, 'change_mandate'),
	(139, 'Can delete mandate', 35, 'delete_mandate'),
	(140, 'Can view mandate', 35, 'view_mandate'),
	(141, 'Can add payout', 36, 'add_payout'),
	(142, 'Can change payout', 36, 'change_payout'),
	(143, 'Can delete payout', 36, 'delete_payout'),
	(144, 'Can view payout', 36, 'view_payout'),
	(145, 'Can add product', 37, 'add_product'),
	(146, 'Can change product', 37, 'change_product'),
	(147, 'Can delete product', 37, 'delete_product'),
	(148, 'Can view product', 37, 'view_product'),
	(149, 'Can add price', 38, 'add_price'),
	(150, 'Can change price', 38, 'change_price'),
	(151, 'Can delete price', 38, 'delete_price'),
	(152, 'Can view price', 38, 'view_price'),
	(153, 'Can add product feature', 39, 'add_productfeature'),
	(154, 'Can change product feature', 39, 'change_productfeature'),
	(155, 'Can delete product feature', 39, 'delete_productfeature'),
	(156, 'Can view product feature', 39, 'view_productfeature'),
	(157, 'Can add promotion code', 40, 'add_promotioncode'),
	(158, 'Can change promotion code', 40, 'change_promotioncode'),
	(159, 'Can delete promotion code', 40, 'delete_promotioncode'),
	(160, 'Can view promotion code', 40, 'view_promotioncode'),
	(161, 'Can add refund', 41, 'add_refund'),
	(162, 'Can change refund', 41, 'change_refund'),
	(163, 'Can delete refund', 41, 'delete_refund'),
	(164, 'Can view refund', 41, 'view_refund'),
	(165, 'Can add review', 42, 'add_review'),
	(166, 'Can change review', 42, 'change_review'),
	(167, 'Can delete review', 42, 'delete_review'),
	(168, 'Can view review', 42, 'view_review'),
	(169, 'Can add scheduled query run', 43, 'add_scheduledqueryrun'),
	(170, 'Can change scheduled query run', 43, 'change_scheduledqueryrun'),
	(171, 'Can delete scheduled query run', 43, 'delete_scheduledqueryrun'),
	(172, 'Can view scheduled query run', 43, 'view_scheduledqueryrun'),
	(173, 'Can add setup intent', 44, 'add_setupintent'),
	(174, 'Can change setup intent', 44, 'change_setupintent'),
	(175, 'Can delete setup intent', 44, 'delete_setupintent'),
	(176, 'Can view setup intent', 44, 'view_setupintent'),
	(177, 'Can add source', 45, 'add_source'),
	(178, 'Can change source', 45, 'change_source'),
	(179, 'Can delete source', 45, 'delete_source'),
	(180, 'Can view source', 45, 'view_source'),
	(181, 'Can add source transaction', 46, 'add_sourcetransaction'),
	(182, 'Can change source transaction', 46, 'change_sourcetransaction'),
	(183, 'Can delete source transaction', 46, 'delete_sourcetransaction'),
	(184, 'Can view source transaction', 46, 'view_sourcetransaction'),
	(185, 'Can add subscription', 47, 'add_subscription'),
	(186, 'Can change subscription', 47, 'change_subscription'),
	(187, 'Can delete subscription', 47, 'delete_subscription'),
	(188, 'Can view subscription', 47, 'view_subscription'),
	(189, 'Can add session', 48, 'add_session'),
	(190, 'Can change session', 48, 'change_session'),
	(191, 'Can delete session', 48, 'delete_session'),
	(192, 'Can view session', 48, 'view_session'),
	(193, 'Can add invoice item', 49, 'add_invoiceitem'),
	(194, 'Can change invoice item', 49, 'change_invoiceitem'),
	(195, 'Can delete invoice item', 49, 'delete_invoiceitem'),
	(196, 'Can view invoice item', 49, 'view_invoiceitem'),
	(197, 'Can add discount', 50, 'add_discount'),
	(198, 'Can change discount', 50, 'change_discount'),
	(199, 'Can delete discount', 50, 'delete_discount'),
	(200, 'Can view discount', 50, 'view_discount'),
	(201, 'Can add subscription item', 51, 'add_subscriptionitem'),
	(202, 'Can change subscription item', 51, 'change_subscriptionitem'),
	(203, 'Can delete subscription item', 51, 'delete_subscriptionitem'),
	(204, 'Can view subscription item', 51, 'view_subscriptionitem'),
	(205, 'Can add line item', 52, 'add_lineitem'),
	(206, 'Can change line item', 52, 'change_lineitem'),
	(207, 'Can delete line item', 52, 'delete_lineitem'),
	(208, 'Can view line item', 52, 'view_lineitem'),
	(209, 'Can add subscription schedule', 53, 'add_subscriptionschedule'),
	(210, 'Can change subscription schedule', 53, 'change_subscriptionschedule'),
	(211, 'Can delete subscription schedule', 53, 'delete_subscriptionschedule'),
	(212, 'Can view subscription schedule', 53, 'view_subscriptionschedule'),
	(213, 'Can add Tax Code', 54, 'add_taxcode'),
	(214, 'Can change Tax Code', 54, 'change_taxcode'),
	(215, 'Can delete Tax Code', 54, 'delete_taxcode'),
	(216, 'Can view Tax Code', 54, 'view_taxcode'),
	(217, 'Can add Shipping Rate', 55, 'add_shippingrate'),
	(218, 'Can change Shipping Rate', 55, 'change_shippingrate'),
	(219, 'Can delete Shipping Rate', 55, 'delete_shippingrate'),
	(220, 'Can view Shipping Rate', 55, 'view_shippingrate'),
	(221, 'Can add Tax ID', 56, 'add_taxid'),
	(222, 'Can change Tax ID', 56, 'change_taxid'),
	(223, 'Can delete Tax ID', 56, 'delete_taxid'),
	(224, 'Can view Tax ID', 56, 'view_taxid'),
	(225, 'Can add Tax Rate', 57, 'add_taxrate'),
	(226, 'Can change Tax Rate', 57, 'change_taxrate'),
	(227, 'Can delete Tax Rate', 57, 'delete_taxrate'),
	(228, 'Can view Tax Rate', 57, 'view_taxrate'),
	(229, 'Can add transfer', 58, 'add_transfer'),
	(230, 'Can change transfer', 58, 'change_transfer'),
	(231, 'Can delete transfer', 58, 'delete_transfer'),
	(232, 'Can view transfer', 58, 'view_transfer'),
	(233, 'Can add transfer reversal', 59, 'add_transferreversal'),
	(234, 'Can change transfer reversal', 59, 'change_transferreversal'),
	(235, 'Can delete transfer reversal', 59, 'delete_transferreversal'),
	(236, 'Can view transfer reversal', 59, 'view_transferreversal'),
	(237, 'Can add upcoming invoice', 60, 'add_upcominginvoice'),
	(238, 'Can change upcoming invoice', 60, 'change_upcominginvoice'),
	(239, 'Can delete upcoming invoice', 60, 'delete_upcominginvoice'),
	(240, 'Can view upcoming invoice', 60, 'view_upcominginvoice'),
	(241, 'Can add verification report', 61, 'add_verificationreport'),
	(242, 'Can change verification report', 61, 'change_verificationreport'),
	(243, 'Can delete verification report', 61, 'delete_verificationreport'),
	(244, 'Can view verification report', 61, 'view_verificationreport'),
	(245, 'Can add verification session', 62, 'add_verificationsession'),
	(246, 'Can change verification session', 62, 'change_verificationsession'),
	(247, 'Can delete verification session', 62, 'delete_verificationsession'),
	(248, 'Can view verification session', 62, 'view_verificationsession'),
	(249, 'Can add webhook endpoint', 63, 'add_webhookendpoint'),
	(250, 'Can change webhook endpoint', 63, 'change_webhookendpoint'),
	(251, 'Can delete webhook endpoint', 63, 'delete_webhookendpoint'),
	(252, 'Can view webhook endpoint', 63, 'view_webhookendpoint'),
	(253, 'Can add webhook event trigger', 64, 'add_webhookeventtrigger'),
	(254, 'Can change webhook event trigger', 64, 'change_webhookeventtrigger'),
	(255, 'Can delete webhook event trigger', 64, 'delete_webhookeventtrigger'),
	(256, 'Can view webhook event trigger', 64, 'view_webhookeventtrigger'),
	(257, 'Can add coupon', 65, 'add_coupon'),
	(258, 'Can change coupon', 65, 'change_coupon'),
	(259, 'Can delete coupon', 65, 'delete_coupon'),
	(260, 'Can view coupon', 65, 'view_coupon'),
	(261, 'Can add procrastinate event', 66, 'add_procrastinateevent'),
	(262, 'Can change procrastinate event', 66, 'change_procrastinateevent'),
	(263, 'Can delete procrastinate event', 66, 'delete_procrastinateevent'),
	(264, 'Can view procrastinate event', 66, 'view_procrastinateevent'),
	(265, 'Can add procrastinate job', 67, 'add_procrastinatejob'),
	(266, 'Can change procrastinate job', 67, 'change_procrastinatejob'),
	(267, 'Can delete procrastinate job', 67, 'delete_procrastinatejob'),
	(268, 'Can view procrastinate job', 67, 'view_procrastinatejob'),
	(269, 'Can add procrastinate periodic defer', 68, 'add_procrastinateperiodicdefer'),
	(270, 'Can change procrastinate periodic defer', 68, 'change_procrastinateperiodicdefer'),
	(271, 'Can delete procrastinate periodic defer', 68, 'delete_procrastinateperiodicdefer'),
	(272, 'Can view procrastinate periodic defer', 68, 'view_procrastinateperiodicdefer'),
	(273, 'Can add procrastinate worker', 69, 'add_procrastinateworker'),
	(274, 'Can change procrastinate worker', 69, 'change_procrastinateworker'),
	(275, 'Can delete procrastinate worker', 69, 'delete_procrastinateworker'),
	(276, 'Can view procrastinate worker', 69, 'view_procrastinateworker'),
	(277, 'Can add known address', 70, 'add_knownaddress'),
	(278, 'Can change known address', 70, 'change_knownaddress'),
	(279, 'Can delete known address', 70, 'delete_knownaddress'),
	(280, 'Can view known address', 70, 'view_knownaddress'),
	(281, 'Can add request count', 71, 'add_requestcount'),
	(282, 'Can change request count', 71, 'change_requestcount'),
	(283, 'Can delete request count', 71, 'delete_requestcount'),
	(284, 'Can view request count', 71, 'view_requestcount'),
	(285, 'Can add ledger entry', 72, 'add_aicreditlog'),
	(286, 'Can change ledger entry', 72, 'change_aicreditlog'),
	(287, 'Can delete ledger entry', 72, 'delete_aicreditlog'),
	(288, 'Can view ledger entry', 72, 'view_aicreditlog'),
	(289, 'Can adjust a balance and refund a spend', 72, 'adjust_credits'),
	(290, 'Can adjust a balance by more than CREDIT_ADJUSTMENT_LIMIT', 72, 'adjust_without_limit'),
	(291, 'Can add credit claim', 73, 'add_creditclaim'),
	(292, 'Can change credit claim', 73, 'change_creditclaim'),
	(293, 'Can delete credit claim', 73, 'delete_creditclaim'),
	(294, 'Can view credit claim', 73, 'view_creditclaim'),
	(295, 'Can add credit grant', 74, 'add_creditgrant'),
	(296, 'Can change credit grant', 74, 'change_creditgrant'),
	(297, 'Can delete credit grant', 74, 'delete_creditgrant'),
	(298, 'Can view credit grant', 74, 'view_creditgrant'),
	(299, 'Can add credit consumption', 75, 'add_creditconsumption'),
	(300, 'Can change credit consumption', 75, 'change_creditconsumption'),
	(301, 'Can delete credit consumption', 75, 'delete_creditconsumption'),
	(302, 'Can view credit consumption', 75, 'view_creditconsumption'),
	(303, 'Can add credit hold', 76, 'add_credithold'),
	(304, 'Can change credit hold', 76, 'change_credithold'),
	(305, 'Can delete credit hold', 76, 'delete_credithold'),
	(306, 'Can view credit hold', 76, 'view_credithold'),
	(307, 'Can add spending limit', 77, 'add_spendinglimit'),
	(308, 'Can change spending limit', 77, 'change_spendinglimit'),
	(309, 'Can delete spending limit', 77, 'delete_spendinglimit'),
	(310, 'Can view spending limit', 77, 'view_spendinglimit'),
	(311, 'Can add action price', 78, 'add_actionprice'),
	(312, 'Can view action price', 78, 'view_actionprice'),
	(313, 'Can add credit pack', 79, 'add_creditpack'),
	(314, 'Can change credit pack', 79, 'change_creditpack'),
	(315, 'Can delete credit pack', 79, 'delete_creditpack'),
	(316, 'Can view credit pack', 79, 'view_creditpack'),
	(317, 'Can add plan', 80, 'add_plan'),
	(318, 'Can change plan', 80, 'change_plan'),
	(319, 'Can delete plan', 80, 'delete_plan'),
	(320, 'Can view plan', 80, 'view_plan'),
	(321, 'Can add payment', 81, 'add_payment'),
	(322, 'Can change payment', 81, 'change_payment'),
	(323, 'Can delete payment', 81, 'delete_payment'),
	(324, 'Can view payment', 81, 'view_payment'),
	(325, 'Can add price', 82, 'add_price'),
	(326, 'Can change price', 82, 'change_price'),
	(327, 'Can delete price', 82, 'delete_price'),
	(328, 'Can view price', 82, 'view_price'),
	(329, 'Can add customer deletion', 83, 'add_customerdeletion'),
	(330, 'Can change customer deletion', 83, 'change_customerdeletion'),
	(331, 'Can delete customer deletion', 83, 'delete_customerdeletion'),
	(332, 'Can view customer deletion', 83, 'view_customerdeletion'),
	(333, 'Can add payment part', 84, 'add_paymentpart'),
	(334, 'Can change payment part', 84, 'change_paymentpart'),
	(335, 'Can delete payment part', 84, 'delete_paymentpart'),
	(336, 'Can view payment part', 84, 'view_paymentpart'),
	(337, 'Can add scheduled command', 85, 'add_scheduledcommand'),
	(338, 'Can change scheduled command', 85, 'change_scheduledcommand'),
	(339, 'Can delete scheduled command', 85, 'delete_scheduledcommand'),
	(340, 'Can view scheduled command', 85, 'view_scheduledcommand'),
	(341, 'Can add job', 86, 'add_job'),
	(342, 'Can change job', 86, 'change_job'),
	(343, 'Can delete job', 86, 'delete_job'),
	(344, 'Can view job', 86, 'view_job'),
	(345, 'Can add former mailbox', 87, 'add_formermailbox'),
	(346, 'Can change former mailbox', 87, 'change_formermailbox'),
	(347, 'Can delete former mailbox', 87, 'delete_formermailbox'),
	(348, 'Can view former mailbox', 87, 'view_formermailbox'),
	(349, 'Can add user', 88, 'add_user'),
	(350, 'Can change user', 88, 'change_user'),
	(351, 'Can delete user', 88, 'delete_user'),
	(352, 'Can view user', 88, 'view_user'),
	(353, 'Can block and unblock users', 88, 'block_user'),
	(354, 'Can delete the account of a user', 88, 'delete_account'),
	(355, 'Can export the data of a user', 88, 'export_account'),
	(356, 'Can add API key', 89, 'add_apikey'),
	(357, 'Can change API key', 89, 'change_apikey'),
	(358, 'Can delete API key', 89, 'delete_apikey'),
	(359, 'Can view API key', 89, 'view_apikey'),
	(360, 'Can revoke API keys of users', 89, 'revoke_apikey'),
	(361, 'Can add email change', 90, 'add_emailchange'),
	(362, 'Can change email change', 90, 'change_emailchange'),
	(363, 'Can delete email change', 90, 'delete_emailchange'),
	(364, 'Can view email change', 90, 'view_emailchange'),
	(365, 'Can add recovery code', 91, 'add_recoverycode'),
	(366, 'Can change recovery code', 91, 'change_recoverycode'),
	(367, 'Can delete recovery code', 91, 'delete_recoverycode'),
	(368, 'Can view recovery code', 91, 'view_recoverycode'),
	(369, 'Can add session', 92, 'add_session'),
	(370, 'Can change session', 92, 'change_session'),
	(371, 'Can delete session', 92, 'delete_session'),
	(372, 'Can view session', 92, 'view_session'),
	(373, 'Can add question set', 93, 'add_questionset'),
	(374, 'Can change question set', 93, 'change_questionset'),
	(375, 'Can delete question set', 93, 'delete_questionset'),
	(376, 'Can view question set', 93, 'view_questionset'),
	(377, 'Can add question', 94, 'add_question'),
	(378, 'Can change question', 94, 'change_question'),
	(379, 'Can delete question', 94, 'delete_question'),
	(380, 'Can view question', 94, 'view_question'),
	(381, 'Can add model call', 95, 'add_modelcallrecord'),
	(382, 'Can change model call', 95, 'change_modelcallrecord'),
	(383, 'Can delete model call', 95, 'delete_modelcallrecord'),
	(384, 'Can view model call', 95, 'view_modelcallrecord'),
	(385, 'Can add answer evaluation', 96, 'add_answerevaluation'),
	(386, 'Can change answer evaluation', 96, 'change_answerevaluation'),
	(387, 'Can delete answer evaluation', 96, 'delete_answerevaluation'),
	(388, 'Can view answer evaluation', 96, 'view_answerevaluation');


INSERT INTO public.billing_creditpack VALUES
	(1, 1, false, false, 'pack-500', '500 credits', 500, false, true);


INSERT INTO public.billing_customerdeletion VALUES
	(1, 'cus_lYsIOZdgsO34wD', '2026-11-28 10:50:18.980884+00', 0, '', NULL, 6);


INSERT INTO public.billing_payment VALUES
	(1, 'in_Qx1OMna5zGUBiuuYKmBWPhRh', 'in_Qx1OMna5zGUBiuuYKmBWPhRh', 'price_sandbox_pro_monthly', 'subscription_create', 1000, NULL, NULL, 1, 0, NULL, 'subscription_start', 999, 0, 999, '', 'none', 999, 'usd', '2026-11-28 10:50:14+00', '2026-12-28 10:50:14+00', '2026-11-28 10:50:14+00', 0, 0, 0, 0, '2026-11-28 10:50:15.109911+00', NULL, 1, 2),
	(2, 'cs_test_X7Vi8DJ6VAhRYCbybXcFjmdr34fLISBMyKlJOLH6', NULL, 'price_sandbox_pack_500', '', 500, NULL, NULL, 1, 0, NULL, 'credit_pack', 499, 0, 499, '', 'none', 499, 'usd', NULL, NULL, '2026-11-28 10:50:15+00', 100, 100, 0, 1, '2026-11-28 10:50:15.673203+00', 1, 4, NULL),
	(3, 'in_f2u7jPLoXbJiLUSXgZ9huBEG', 'in_f2u7jPLoXbJiLUSXgZ9huBEG', 'price_sandbox_pro_monthly', 'subscription_create', 1000, NULL, NULL, 1, 0, NULL, 'subscription_start', 999, 0, 999, '', 'none', 999, 'usd', '2026-11-28 10:50:18+00', '2026-12-28 10:50:18+00', '2026-11-28 10:50:18+00', 0, 0, 0, 0, '2026-11-28 10:50:18.841195+00', NULL, 6, 2);


INSERT INTO public.billing_paymentpart VALUES
	(1, 'pi_p5VUMl2Rv7ZLDvzemUtKsYPR', 999, 0, 0, 1),
	(2, 'pi_7NDSIITz5MuRJ4csBHrXtCxC', 499, 100, 0, 2),
	(3, 'pi_gRPTc9gGSEUfwlsOoad4XaYo', 999, 0, 0, 3);


INSERT INTO public.billing_plan VALUES
	(1, 1, false, false, 'free', 'Free', 0, 0, 1, 'prorated', 'rollover', NULL, 0, true),
	(2, 1, false, false, 'pro', 'Pro', 1000, 0, 1, 'prorated', 'rollover', NULL, 0, true);


INSERT INTO public.billing_price VALUES
	(1, 'price_sandbox_pro_monthly', '', 999, 'usd', 'month', 1, true, true, NULL, NULL, NULL, 2),
	(2, 'price_sandbox_pack_500', 'prod_sandbox_pack', 499, 'usd', '', 1, true, true, NULL, NULL, 1, NULL);


INSERT INTO public.credits_actionprice VALUES
	(1, 'sample', 3, 0, '', 0, 0, 0, '2026-11-28 10:50:13.120141+00', '2026-11-28 10:50:13.120141+00', 'From a sample.', 2);


INSERT INTO public.credits_aicreditlog VALUES
	(1, 'grant', 'signup', 100, 100, 'signup', '', '', '', '{}', '2026-11-28 10:50:12.939876+00', NULL, 1),
	(2, 'grant', 'signup', 100, 100, 'signup', '', '', '', '{}', '2026-11-28 10:50:12.959202+00', NULL, 2),
	(3, 'grant', 'purchase', 500, 600, 'sample:grant', 'payment', 'sample', '', '{}', '2026-11-28 10:50:12.964585+00', NULL, 1),
	(4, 'grant', 'bonus', 50, 650, 'sample:bonus', '', '', '', '{}', '2026-11-28 10:50:12.97358+00', NULL, 1),
	(5, 'grant', 'bonus', 9, 659, 'sample:old', '', '', '', '{}', '2026-11-28 10:50:12.985029+00', NULL, 1),
	(6, 'expiry', 'credits_expired', -9, 650, 'expiry:5:5', 'credit_grant', '5', '', '{}', '2026-11-28 10:50:12.985029+00', NULL, 1),
	(7, 'spend', 'evaluate_answer', -3, 647, 'sample:spend', '', '', '', '{}', '2026-11-28 10:50:13.00054+00', NULL, 1),
	(8, 'refund', 'evaluate_answer', 3, 650, 'refund:7', '', '', 'The answer was graded wrongly.', '{}', '2026-11-28 10:50:13.006965+00', 2, 1),
	(9, 'spend', 'evaluate_answer', -4, 646, 'sample:another', '', '', '', '{}', '2026-11-28 10:50:13.034326+00', NULL, 1),
	(10, 'adjustment', 'staff_adjustment', 25, 671, 'sample:adjust', '', '', 'Goodwill.', '{"requested": 25}', '2026-11-28 10:50:13.041632+00', 2, 1),
	(11, 'spend', 'evaluate_answer', -2, 669, 'hold:5e1372be-b7de-4ed9-bd8f-795e08666c7e', '', '', '', '{"price": {"base": 2, "source": "settings", "per_unit": 0}}', '2026-11-28 10:50:13.065848+00', NULL, 1),
	(12, 'clawback', 'payment_refunded', 0, 669, 'sample:clawback', 'payment', 'sample', '', '{"claimed": 100, "requested": -100}', '2026-11-28 10:50:13.101936+00', NULL, 1),
	(13, 'grant', 'signup', 100, 100, 'signup', '', '', '', '{}', '2026-11-28 10:50:13.133545+00', NULL, 3),
	(14, 'spend', 'evaluate_answer', -2, 98, 'hold:4061eb40-ad20-47cb-bd26-acfdbe983b97', '', '', '', '{}', '2026-11-05 10:50:17.140327+00', NULL, 3),
	(15, 'spend', 'generate_from_source', -1, 97, 'hold:baa1b6b7-06cc-41ba-86ce-dfce9f665f1c', '', '', '', '{}', '2026-11-06 10:50:17.140327+00', NULL, 3),
	(16, 'spend', 'evaluate_answer', -2, 95, 'hold:ee220fd6-bcf8-4a1f-be1f-840c1e335255', '', '', '', '{}', '2026-11-07 10:50:17.140327+00', NULL, 3),
	(17, 'spend', 'generate_from_source', -1, 94, 'hold:65868f9e-8d22-4eb2-8434-9951770e2c3a', '', '', '', '{}', '2026-11-08 10:50:17.140327+00', NULL, 3),
	(18, 'spend', 'generate_from_source', -1, 93, 'hold:c89cf490-582c-4ce1-8d2d-0354490513d6', '', '', '', '{}', '2026-11-10 10:50:17.140327+00', NULL, 3),
	(19, 'spend', 'evaluate_answer', -2, 91, 'hold:21eef9f0-ddfc-4d6e-b242-7c03dbca3539', '', '', '', '{}', '2026-11-11 10:50:17.140327+00', NULL, 3),
	(20, 'spend', 'generate_from_source', -1, 90, 'hold:1ae965a7-a06f-48a0-bf85-265bb04d3ece', '', '', '', '{}', '2026-11-12 10:50:17.140327+00', NULL, 3),
	(21, 'spend', 'evaluate_answer', -2, 88, 'hold:a3154db0-bf0a-47df-9fd1-922cbd66aac9', '', '', '', '{}', '2026-11-13 10:50:17.140327+00', NULL, 3),
	(22, 'spend', 'generate_from_source', -1, 87, 'hold:04bc0bad-7ad7-4364-ba42-14cf12cb9ce3', '', '', '', '{}', '2026-11-14 10:50:17.140327+00', NULL, 3),
	(23, 'spend', 'evaluate_answer', -2, 85, 'hold:6770dc2d-dfd3-4781-a855-e33788909afa', '', '', '', '{}', '2026-11-15 10:50:17.140327+00', NULL, 3),
	(24, 'spend', 'generate_from_source', -1, 84, 'hold:559d4f7f-8ff1-4790-a84c-1f8e89a16435', '', '', '', '{}', '2026-11-16 10:50:17.140327+00', NULL, 3),
	(25, 'spend', 'generate_from_source', -1, 83, 'hold:953fd3b3-8a00-4a1d-b3ae-f05ce419eb88', '', '', '', '{}', '2026-11-18 10:50:17.140327+00', NULL, 3),
	(26, 'spend', 'evaluate_answer', -2, 81, 'hold:e045dd01-f025-4d01-a390-a12eab27897e', '', '', '', '{}', '2026-11-19 10:50:17.140327+00', NULL, 3),
	(27, 'spend', 'generate_from_source', -1, 80, 'hold:0a8a8141-f6f9-45b2-86cc-a65f2a7a8cb4', '', '', '', '{}', '2026-11-20 10:50:17.140327+00', NULL, 3),
	(28, 'spend', 'evaluate_answer', -2, 78, 'hold:4dd6f72c-e5a3-413b-9f56-382efff397bf', '', '', '', '{}', '2026-11-21 10:50:17.140327+00', NULL, 3),
	(29, 'spend', 'generate_from_source', -1, 77, 'hold:a69c63e7-64a9-4820-9e36-c0a457823087', '', '', '', '{}', '2026-11-22 10:50:17.140327+00', NULL, 3),
	(30, 'spend', 'evaluate_answer', -2, 75, 'hold:23a26172-07d6-4887-8929-aacb46b316a1', '', '', '', '{}', '2026-11-23 10:50:17.140327+00', NULL, 3),
	(31, 'spend', 'generate_from_source', -1, 74, 'hold:3b789468-2afb-42ab-ab60-89dd5d03c680', '', '', '', '{}', '2026-11-24 10:50:17.140327+00', NULL, 3),
	(32, 'spend', 'generate_from_source', -1, 73, 'hold:da8e6bc3-fc17-4c81-9971-5e2a0276adb2', '', '', '', '{}', '2026-11-26 10:50:17.140327+00', NULL, 3),
	(33, 'spend', 'evaluate_answer', -2, 71, 'hold:0301d731-c3e4-4a19-9b95-d5ba9f8d10aa', '', '', '', '{}', '2026-11-27 10:50:17.140327+00', NULL, 3),
	(34, 'spend', 'generate_from_source', -1, 70, 'hold:13a5e196-1eb5-49a1-8107-7609ad004200', '', '', '', '{}', '2026-11-28 10:50:17.140327+00', NULL, 3),
	(35, 'grant', 'subscription_start', 1000, 1669, 'stripe:invoice:in_Qx1OMna5zGUBiuuYKmBWPhRh', 'payment', 'in_Qx1OMna5zGUBiuuYKmBWPhRh', '', '{}', '2026-11-28 10:50:15.120341+00', NULL, 1),
	(36, 'grant', 'signup', 100, 100, 'signup', '', '', '', '{}', '2026-11-28 10:50:15.285963+00', NULL, 4),
	(37, 'grant', 'credit_pack', 500, 600, 'stripe:checkout:cs_test_X7Vi8DJ6VAhRYCbybXcFjmdr34fLISBMyKlJOLH6', 'payment', 'cs_test_X7Vi8DJ6VAhRYCbybXcFjmdr34fLISBMyKlJOLH6', '', '{}', '2026-11-28 10:50:15.677611+00', NULL, 4),
	(38, 'clawback', 'payment_returned', -100, 500, 'stripe:checkout:cs_test_X7Vi8DJ6VAhRYCbybXcFjmdr34fLISBMyKlJOLH6:return:1', 'payment', 'cs_test_X7Vi8DJ6VAhRYCbybXcFjmdr34fLISBMyKlJOLH6', '', '{"claimed": 0, "requested": -100}', '2026-11-28 10:50:15.860404+00', NULL, 4),
	(39, 'grant', 'signup', 100, 100, 'signup', '', '', '', '{}', '2026-11-28 10:50:16.116034+00', NULL, 5),
	(40, 'spend', 'generate_from_source', -6, 94, 'hold:a29f20c4-a49a-4ad8-b39a-f5189ee51896', 'question_set', 'aaedeee6-07ff-4486-aa45-74456ed3fb4f', '', '{"price": {"base": 5, "source": "settings", "per_unit": 1}, "units": 1, "request_id": "e6af9177-9069-49f2-9b65-acf7bc9d7959"}', '2026-11-28 10:50:17.491705+00', NULL, 5),
	(41, 'spend', 'evaluate_answer', -2, 92, 'hold:94f9727f-a4ba-4171-a3c4-f886f8268a92', 'answer_evaluation', 'd7b9e4a2-6815-42d0-8a5c-fe61dc1ea48f', '', '{"price": {"base": 2, "source": "settings", "per_unit": 0}, "request_id": "fdf5c2c2-ed3b-40f3-8df1-da103dbdbb38"}', '2026-11-28 10:50:17.54047+00', NULL, 5),
	(42, 'grant', 'signup', 100, 100, 'signup', '', '', '', '{}', '2026-11-28 10:50:18.193364+00', NULL, 6),
	(43, 'grant', 'subscription_start', 1000, 1100, 'stripe:invoice:in_f2u7jPLoXbJiLUSXgZ9huBEG', 'payment', 'in_f2u7jPLoXbJiLUSXgZ9huBEG', '', '{}', '2026-11-28 10:50:18.845583+00', NULL, 6),
	(44, 'expiry', 'account_deleted', -1100, 0, 'account:deleted', '', '', '', '{"requested": -1000000000000}', '2026-11-28 10:50:18.980884+00', NULL, 6);


INSERT INTO public.credits_creditclaim VALUES
	(1, 100, 0, 0, 12, 1);


INSERT INTO public.credits_creditconsumption VALUES
	(1, 3, 7, 4),
	(2, 3, 8, 4),
	(3, 4, 9, 4),
	(4, 2, 11, 4),
	(5, 2, 14, 7),
	(6, 1, 15, 7),
	(7, 2, 16, 7),
	(8, 1, 17, 7),
	(9, 1, 18, 7),
	(10, 2, 19, 7),
	(11, 1, 20, 7),
	(12, 2, 21, 7),
	(13, 1, 22, 7),
	(14, 2, 23, 7),
	(15, 1, 24, 7),
	(16, 1, 25, 7),
	(17, 2, 26, 7),
	(18, 1, 27, 7),
	(19, 2, 28, 7),
	(20, 1, 29, 7),
	(21, 2, 30, 7),
	(22, 1, 31, 7),
	(23, 1, 32, 7),
	(24, 2, 33, 7),
	(25, 1, 34, 7),
	(26, 100, 38, 10),
	(27, 6, 40, 11),
	(28, 2, 41, 11);


INSERT INTO public.credits_creditgrant VALUES
	(2, '', 100, 100, 0, DEFAULT, NULL, NULL, false, 2, 2),
	(5, '', 9, 0, 0, DEFAULT, '2026-11-27 10:50:12.964545+00', NULL, false, 5, 1),
	(11, '', 100, 92, 2, DEFAULT, NULL, NULL, false, 39, 5),
	(4, '', 50, 44, 44, DEFAULT, '2026-12-28 10:50:12.964545+00', NULL, false, 4, 1),
	(1, '', 100, 100, 100, DEFAULT, NULL, NULL, false, 1, 1),
	(3, '', 500, 500, 500, DEFAULT, NULL, NULL, false, 3, 1),
	(6, '', 25, 25, 25, DEFAULT, NULL, NULL, false, 10, 1),
	(12, '', 100, 0, 0, DEFAULT, NULL, NULL, false, 42, 6),
	(13, 'plan', 1000, 0, 0, DEFAULT, NULL, NULL, false, 43, 6),
	(7, '', 100, 70, 0, DEFAULT, NULL, NULL, false, 13, 3),
	(8, 'plan', 1000, 1000, 0, DEFAULT, NULL, NULL, false, 35, 1),
	(9, '', 100, 100, 0, DEFAULT, NULL, NULL, false, 36, 4),
	(10, '', 500, 400, 0, DEFAULT, NULL, NULL, false, 37, 4);


INSERT INTO public.credits_credithold VALUES
	('5e1372be-b7de-4ed9-bd8f-795e08666c7e', '{4}', '{2}', 'evaluate_answer', 2, 0, 2, 0, 0, 0, 0, 'settings', '', '', 'captured', 2, '2026-11-28 10:50:13.062596+00', '2026-11-28 11:05:13.062596+00', '2026-11-28 10:50:13.065848+00', 'sample', 'sample-1', '0000000000000000000000000000000000000000000000000000000000000000', NULL, NULL, 1),
	('880ba3a9-95c6-401c-84b2-3505ee0763b8', '{4}', '{2}', 'evaluate_answer', 2, 0, 2, 0, 0, 0, 0, '', '', '', 'released', NULL, '2026-11-28 10:50:13.073813+00', '2026-11-28 11:05:13.073813+00', '2026-11-28 10:50:13.075674+00', '', NULL, '', NULL, NULL, 1),
	('fc4b9103-9e9c-4726-a249-5b251e5df158', '{4,1,3,6}', '{44,100,500,25}', 'evaluate_answer', 669, 0, 669, 0, 0, 0, 0, '', '', '', 'held', NULL, '2026-11-28 10:50:13.099912+00', '2026-11-28 11:05:13.099912+00', NULL, '', NULL, '', NULL, NULL, 1),
	('4061eb40-ad20-47cb-bd26-acfdbe983b97', '{7}', '{2}', 'evaluate_answer', 2, 0, 2, 0, 0, 0, 0, '', '', '', 'captured', 2, '2026-11-05 10:50:13.140327+00', '2026-11-05 11:05:13.140327+00', '2026-11-05 10:50:17.140327+00', '', NULL, '', NULL, NULL, 3),
	('baa1b6b7-06cc-41ba-86ce-dfce9f665f1c', '{7}', '{1}', 'generate_from_source', 1, 0, 1, 0, 0, 0, 0, '', '', '', 'captured', 1, '2026-11-06 10:50:13.140327+00', '2026-11-06 11:05:13.140327+00', '2026-11-06 10:50:17.140327+00', '', NULL, '', NULL, NULL, 3),
	('ee220fd6-bcf8-4a1f-be1f-840c1e335255', '{7}', '{2}', 'evaluate_answer', 2, 0, 2, 0, 0, 0, 0, '', '', '', 'captured', 2, '2026-11-07 10:50:13.140327+00', '2026-11-07 11:05:13.140327+00', '2026-11-07 10:50:17.140327+00', '', NULL, '', NULL, NULL, 3),
	('65868f9e-8d22-4eb2-8434-9951770e2c3a', '{7}', '{1}', 'generate_from_source', 1, 0, 1, 0, 0, 0, 0, '', '', '', 'captured', 1, '2026-11-08 10:50:13.140327+00', '2026-11-08 11:05:13.140327+00', '2026-11-08 10:50:17.140327+00', '', NULL, '', NULL, NULL, 3),
	('764dfc63-d55c-4537-9f15-f20325bcf9f3', '{7}', '{2}', 'evaluate_answer', 2, 0, 2, 0, 0, 0, 0, '', '', '', 'released', NULL, '2026-11-09 10:50:13.140327+00', '2026-11-09 11:05:13.140327+00', '2026-11-09 10:50:13.140327+00', '', NULL, '', NULL, NULL, 3),
	('c89cf490-582c-4ce1-8d2d-0354490513d6', '{7}', '{1}', 'generate_from_source', 1, 0, 1, 0, 0, 0, 0, '', '', '', 'captured', 1, '2026-11-10 10:50:13.140327+00', '2026-11-10 11:05:13.140327+00', '2026-11-10 10:50:17.140327+00', '', NULL, '', NULL, NULL, 3),
	('21eef9f0-ddfc-4d6e-b242-7c03dbca3539', '{7}', '{2}', 'evaluate_answer', 2, 0, 2, 0, 0, 0, 0, '', '', '', 'captured', 2, '2026-11-11 10:50:13.140327+00', '2026-11-11 11:05:13.140327+00', '2026-11-11 10:50:17.140327+00', '', NULL, '', NULL, NULL, 3),
	('1ae965a7-a06f-48a0-bf85-265bb04d3ece', '{7}', '{1}', 'generate_from_source', 1, 0, 1, 0, 0, 0, 0, '', '', '', 'captured', 1, '2026-11-12 10:50:13.140327+00', '2026-11-12 11:05:13.140327+00', '2026-11-12 10:50:17.140327+00', '', NULL, '', NULL, NULL, 3),
	('a3154db0-bf0a-47df-9fd1-922cbd66aac9', '{7}', '{2}', 'evaluate_answer', 2, 0, 2, 0, 0, 0, 0, '', '', '', 'captured', 2, '2026-11-13 10:50:13.140327+00', '2026-11-13 11:05:13.140327+00', '2026-11-13 10:50:17.140327+00', '', NULL, '', NULL, NULL, 3),
	('04bc0bad-7ad7-4364-ba42-14cf12cb9ce3', '{7}', '{1}', 'generate_from_source', 1, 0, 1, 0, 0, 0, 0, '', '', '', 'captured', 1, '2026-11-14 10:50:13.140327+00', '2026-11-14 11:05:13.140327+00', '2026-11-14 10:50:17.140327+00', '', NULL, '', NULL, NULL, 3),
	('6770dc2d-dfd3-4781-a855-e33788909afa', '{7}', '{2}', 'evaluate_answer', 2, 0, 2, 0, 0, 0, 0, '', '', '', 'captured', 2, '2026-11-15 10:50:13.140327+00', '2026-11-15 11:05:13.140327+00', '2026-11-15 10:50:17.140327+00', '', NULL, '', NULL, NULL, 3),
	('559d4f7f-8ff1-4790-a84c-1f8e89a16435', '{7}', '{1}', 'generate_from_source', 1, 0, 1, 0, 0, 0, 0, '', '', '', 'captured', 1, '2026-11-16 10:50:13.140327+00', '2026-11-16 11:05:13.140327+00', '2026-11-16 10:50:17.140327+00', '', NULL, '', NULL, NULL, 3),
	('1b01a510-5397-44b9-b2c8-5e01066bd1b0', '{7}', '{2}', 'evaluate_answer', 2, 0, 2, 0, 0, 0, 0, '', '', '', 'released', NULL, '2026-11-17 10:50:13.140327+00', '2026-11-17 11:05:13.140327+00', '2026-11-17 10:50:13.140327+00', '', NULL, '', NULL, NULL, 3),
	('953fd3b3-8a00-4a1d-b3ae-f05ce419eb88', '{7}', '{1}', 'generate_from_source', 1, 0, 1, 0, 0, 0, 0, '', '', '', 'captured', 1, '2026-11-18 10:50:13.140327+00', '2026-11-18 11:05:13.140327+00', '2026-11-18 10:50:17.140327+00', '', NULL, '', NULL, NULL, 3),
	('e045dd01-f025-4d01-a390-a12eab27897e', '{7}', '{2}', 'evaluate_answer', 2, 0, 2, 0, 0, 0, 0, '', '', '', 'captured', 2, '2026-11-19 10:50:13.140327+00', '2026-11-19 11:05:13.140327+00', '2026-11-19 10:50:17.140327+00', '', NULL, '', NULL, NULL, 3),
	('0a8a8141-f6f9-45b2-86cc-a65f2a7a8cb4', '{7}', '{1}', 'generate_from_source', 1, 0, 1, 0, 0, 0, 0, '', '', '', 'captured', 1, '2026-11-20 10:50:13.140327+00', '2026-11-20 11:05:13.140327+00', '2026-11-20 10:50:17.140327+00', '', NULL, '', NULL, NULL, 3),
	('4dd6f72c-e5a3-413b-9f56-382efff397bf', '{7}', '{2}', 'evaluate_answer', 2, 0, 2, 0, 0, 0, 0, '', '', '', 'captured', 2, '2026-11-21 10:50:13.140327+00', '2026-11-21 11:05:13.140327+00', '2026-11-21 10:50:17.140327+00', '', NULL, '', NULL, NULL, 3),
	('a69c63e7-64a9-4820-9e36-c0a457823087', '{7}', '{1}', 'generate_from_source', 1, 0, 1, 0, 0, 0, 0, '', '', '', 'captured', 1, '2026-11-22 10:50:13.140327+00', '2026-11-22 11:05:13.140327+00', '2026-11-22 10:50:17.140327+00', '', NULL, '', NULL, NULL, 3),
	('23a26172-07d6-4887-8929-aacb46b316a1', '{7}', '{2}', 'evaluate_answer', 2, 0, 2, 0, 0, 0, 0, '', '', '', 'captured', 2, '2026-11-23 10:50:13.140327+00', '2026-11-23 11:05:13.140327+00', '2026-11-23 10:50:17.140327+00', '', NULL, '', NULL, NULL, 3),
	('3b789468-2afb-42ab-ab60-89dd5d03c680', '{7}', '{1}', 'generate_from_source', 1, 0, 1, 0, 0, 0, 0, '', '', '', 'captured', 1, '2026-11-24 10:50:13.140327+00', '2026-11-24 11:05:13.140327+00', '2026-11-24 10:50:17.140327+00', '', NULL, '', NULL, NULL, 3),
	('833bc883-ed37-4fa7-98ff-d48f5eec9f19', '{7}', '{2}', 'evaluate_answer', 2, 0, 2, 0, 0, 0, 0, '', '', '', 'released', NULL, '2026-11-25 10:50:13.140327+00', '2026-11-25 11:05:13.140327+00', '2026-11-25 10:50:13.140327+00', '', NULL, '', NULL, NULL, 3),
	('da8e6bc3-fc17-4c81-9971-5e2a0276adb2', '{7}', '{1}', 'generate_from_source', 1, 0, 1, 0, 0, 0, 0, '', '', '', 'captured', 1, '2026-11-26 10:50:13.140327+00', '2026-11-26 11:05:13.140327+00', '2026-11-26 10:50:17.140327+00', '', NULL, '', NULL, NULL, 3),
	('0301d731-c3e4-4a19-9b95-d5ba9f8d10aa', '{7}', '{2}', 'evaluate_answer', 2, 0, 2, 0, 0, 0, 0, '', '', '', 'captured', 2, '2026-11-27 10:50:13.140327+00', '2026-11-27 11:05:13.140327+00', '2026-11-27 10:50:17.140327+00', '', NULL, '', NULL, NULL, 3),
	('13a5e196-1eb5-49a1-8107-7609ad004200', '{7}', '{1}', 'generate_from_source', 1, 0, 1, 0, 0, 0, 0, '', '', '', 'captured', 1, '2026-11-28 10:50:13.140327+00', '2026-11-28 11:05:13.140327+00', '2026-11-28 10:50:17.140327+00', '', NULL, '', NULL, NULL, 3),
	('a29f20c4-a49a-4ad8-b39a-f5189ee51896', '{11}', '{10}', 'generate_from_source', 10, 5, 5, 1, 0, 0, 0, 'settings', 'e6af9177-9069-49f2-9b65-acf7bc9d7959', '', 'captured', 6, '2026-11-28 10:50:16.249592+00', '2026-11-28 11:05:16.249592+00', '2026-11-28 10:50:17.491705+00', '', NULL, '', NULL, NULL, 5),
	('94f9727f-a4ba-4171-a3c4-f886f8268a92', '{11}', '{2}', 'evaluate_answer', 2, 0, 2, 0, 0, 0, 0, 'settings', 'fdf5c2c2-ed3b-40f3-8df1-da103dbdbb38', '', 'captured', 2, '2026-11-28 10:50:17.528677+00', '2026-11-28 11:05:17.528677+00', '2026-11-28 10:50:17.54047+00', '', NULL, '', NULL, NULL, 5),
	('458aed89-209d-44d2-83b7-43c900665f80', '{11}', '{2}', 'evaluate_answer', 2, 0, 2, 0, 0, 0, 0, 'settings', '2a0f811d-f755-4c6b-800b-57f711ac455c', '', 'held', NULL, '2026-11-28 10:50:17.582087+00', '2026-11-28 11:05:17.582087+00', NULL, '', NULL, '', NULL, NULL, 5);


INSERT INTO public.credits_spendinglimit VALUES
	(1, 'sample', 'month', 10000, 0, 0, '2026-11-01 00:00:00+00', 1);


INSERT INTO public.django_admin_log VALUES
	(1, '2026-11-28 10:50:18.03662+00', '1', 'Support staff', 2, '[{"changed": {"fields": ["Name", "Permissions"]}}]', 3, 2);


INSERT INTO public.django_content_type VALUES
	(1, 'admin', 'logentry'),
	(2, 'auth', 'permission'),
	(3, 'auth', 'group'),
	(4, 'contenttypes', 'contenttype'),
	(5, 'sessions', 'session'),
	(6, 'otp_totp', 'totpdevice'),
	(7, 'djstripe', 'countryspec'),
	(8, 'djstripe', 'djstripepaymentmethod'),
	(9, 'djstripe', 'account'),
	(10, 'djstripe', 'accountv2'),
	(11, 'djstripe', 'activeentitlement'),
	(12, 'djstripe', 'apikey'),
	(13, 'djstripe', 'applicationfee'),
	(14, 'djstripe', 'balancetransaction'),
	(15, 'djstripe', 'applicationfeerefund'),
	(16, 'djstripe', 'bankaccount'),
	(17, 'djstripe', 'card'),
	(18, 'djstripe', 'charge'),
	(19, 'djstripe', 'customer'),
	(20, 'djstripe', 'earlyfraudwarning'),
	(21, 'djstripe', 'event'),
	(22, 'djstripe', 'feature'),
	(23, 'djstripe', 'file'),
	(24, 'djstripe', 'filelink'),
	(25, 'djstripe', 'idempotencykey'),
	(26, 'djstripe', 'invoice'),
	(27, 'djstripe', 'issuingauthorization'),
	(28, 'djstripe', 'issuingcard'),
	(29, 'djstripe', 'issuingcardholder'),
	(30, 'djstripe', 'issuingdispute'),
	(31, 'djstripe', 'issuingtransaction'),
	(32, 'djstripe', 'paymentintent'),
	(33, 'djstripe', 'dispute'),
	(34, 'djstripe', 'paymentmethod'),
	(35, 'djstripe', 'mandate'),
	(36, 'djstripe', 'payout'),
	(37, 'djstripe', 'product'),
	(38, 'djstripe', 'price'),
	(39, 'djstripe', 'productfeature'),
	(40, 'djstripe', 'promotioncode'),
	(41, 'djstripe', 'refund'),
	(42, 'djstripe', 'review'),
	(43, 'djstripe', 'scheduledqueryrun'),
	(44, 'djstripe', 'setupintent'),
	(45, 'djstripe', 'source'),
	(46, 'djstripe', 'sourcetransaction'),
	(47, 'djstripe', 'subscription'),
	(48, 'djstripe', 'session'),
	(49, 'djstripe', 'invoiceitem'),
	(50, 'djstripe', 'discount'),
	(51, 'djstripe', 'subscriptionitem'),
	(52, 'djstripe', 'lineitem'),
	(53, 'djstripe', 'subscriptionschedule'),
	(54, 'djstripe', 'taxcode'),
	(55, 'djstripe', 'shippingrate'),
	(56, 'djstripe', 'taxid'),
	(57, 'djstripe', 'taxrate'),
	(58, 'djstripe', 'transfer'),
	(59, 'djstripe', 'transferreversal'),
	(60, 'djstripe', 'upcominginvoice'),
	(61, 'djstripe', 'verificationreport'),
	(62, 'djstripe', 'verificationsession'),
	(63, 'djstripe', 'webhookendpoint'),
	(64, 'djstripe', 'webhookeventtrigger'),
	(65, 'djstripe', 'coupon'),
	(66, 'procrastinate', 'procrastinateevent'),
	(67, 'procrastinate', 'procrastinatejob'),
	(68, 'procrastinate', 'procrastinateperiodicdefer'),
	(69, 'procrastinate', 'procrastinateworker'),
	(70, 'limits', 'knownaddress'),
	(71, 'limits', 'requestcount'),
	(72, 'credits', 'aicreditlog'),
	(73, 'credits', 'creditclaim'),
	(74, 'credits', 'creditgrant'),
	(75, 'credits', 'creditconsumption'),
	(76, 'credits', 'credithold'),
	(77, 'credits', 'spendinglimit'),
	(78, 'credits', 'actionprice'),
	(79, 'billing', 'creditpack'),
	(80, 'billing', 'plan'),
	(81, 'billing', 'payment'),
	(82, 'billing', 'price'),
	(83, 'billing', 'customerdeletion'),
	(84, 'billing', 'paymentpart'),
	(85, 'jobs', 'scheduledcommand'),
	(86, 'jobs', 'job'),
	(87, 'accounts', 'formermailbox'),
	(88, 'accounts', 'user'),
	(89, 'accounts', 'apikey'),
	(90, 'accounts', 'emailchange'),
	(91, 'accounts', 'recoverycode'),
	(92, 'accounts', 'session'),
	(93, 'ai', 'questionset'),
	(94, 'ai', 'question'),
	(95, 'ai', 'modelcallrecord'),
	(96, 'ai', 'answerevaluation');


INSERT INTO public.django_migrations VALUES
	(1, 'contenttypes', '0001_initial', '2026-11-28 10:49:46.417514+00'),
	(2, 'contenttypes', '0002_remove_content_type_name', '2026-11-28 10:49:46.423654+00'),
	(3, 'auth', '0001_initial', '2026-11-28 10:49:46.532478+00'),
	(4, 'auth', '0002_alter_permission_name_max_length', '2026-11-28 10:49:46.568461+00'),
	(5, 'auth', '0003_alter_user_email_max_length', '2026-11-28 10:49:46.599206+00'),
	(6, 'auth', '0004_alter_user_username_opts', '2026-11-28 10:49:46.640321+00'),
	(7, 'auth', '0005_alter_user_last_login_null', '2026-11-28 10:49:46.657951+00'),
	(8, 'auth', '0006_require_contenttypes_0002', '2026-11-28 10:49:46.676338+00'),
	(9, 'auth', '0007_alter_validators_add_error_messages', '2026-11-28 10:49:46.695797+00'),
	(10, 'auth', '0008_alter_user_username_max_length', '2026-11-28 10:49:46.718708+00'),
	(11, 'auth', '0009_alter_user_last_name_max_length', '2026-11-28 10:49:46.742097+00'),
	(12, 'auth', '0010_alter_group_name_max_length', '2026-11-28 10:49:46.773947+00'),
	(13, 'auth', '0011_update_proxy_permissions', '2026-11-28 10:49:46.797608+00'),
	(14, 'auth', '0012_alter_user_first_name_max_length', '2026-11-28 10:49:46.818549+00'),
	(15, 'accounts', '0001_initial', '2026-11-28 10:49:47.648606+00'),
	(16, 'credits', '0001_initial', '2026-11-28 10:49:49.840547+00'),
	(17, 'accounts', '0002_attach_ledger', '2026-11-28 10:49:49.878339+00'),
	(18, 'admin', '0001_initial', '2026-11-28 10:49:49.99667+00'),
	(19, 'admin', '0002_logentry_remove_auto_add', '2026-11-28 10:49:50.097079+00'),
	(20, 'admin', '0003_logentry_add_action_flag_choices', '2026-11-28 10:49:50.165751+00'),
	(21, 'ai', '0001_initial', '2026-11-28 10:49:50.724874+00'),
	(22, 'billing', '0001_initial', '2026-11-28 10:49:52.8751+00'),
	(23, 'billing', '0002_plans', '2026-11-28 10:49:52.952662+00'),
	(24, 'djstripe', '0001_initial', '2026-11-28 10:50:10.875175+00'),
	(25, 'djstripe', '0002_2_10', '2026-11-28 10:50:10.876862+00'),
	(26, 'djstripe', '0003_2_11', '2026-11-28 10:50:10.880357+00'),
	(27, 'jobs', '0001_initial', '2026-11-28 10:50:11.040175+00'),
	(28, 'limits', '0001_initial', '2026-11-28 10:50:11.080473+00'),
	(29, 'otp_totp', '0001_initial', '2026-11-28 10:50:11.19221+00'),
	(30, 'otp_totp', '0002_auto_20190420_0723', '2026-11-28 10:50:11.261279+00'),
	(31, 'otp_totp', '0003_add_timestamps', '2026-11-28 10:50:11.329926+00'),
	(32, 'procrastinate', '0001_initial', '2026-11-28 10:50:11.358697+00'),
	(33, 'procrastinate', '0002_drop_started_at_column', '2026-11-28 10:50:11.364552+00'),
	(34, 'procrastinate', '0003_drop_started_at_column', '2026-11-28 10:50:11.367095+00'),
	(35, 'procrastinate', '0004_drop_procrastinate_version_table', '2026-11-28 10:50:11.372756+00'),
	(36, 'procrastinate', '0005_fix_procrastinate_fetch_job', '2026-11-28 10:50:11.37686+00'),
	(37, 'procrastinate', '0006_fix_trigger_status_events_insert', '2026-11-28 10:50:11.378801+00'),
	(38, 'procrastinate', '0007_add_queueing_lock_column', '2026-11-28 10:50:11.386466+00'),
	(39, 'procrastinate', '0008_close_fetch_job_race_condition', '2026-11-28 10:50:11.395247+00'),
	(40, 'procrastinate', '0009_add_defer_job_function', '2026-11-28 10:50:11.400585+00'),
	(41, 'procrastinate', '0010_add_procrastinate_periodic_defers', '2026-11-28 10:50:11.410861+00'),
	(42, 'procrastinate', '0011_add_foreign_key_index', '2026-11-28 10:50:11.413949+00'),
	(43, 'procrastinate', '0012_add_locks_to_periodic_defer', '2026-11-28 10:50:11.418088+00'),
	(44, 'procrastinate', '0013_fix_procrastinate_defer_periodic_job', '2026-11-28 10:50:11.421367+00'),
	(45, 'procrastinate', '0014_add_finish_job_and_retry_job_functions', '2026-11-28 10:50:11.424944+00'),
	(46, 'procrastinate', '0015_add_trigger_on_job_deletion', '2026-11-28 10:50:11.42694+00'),
	(47, 'procrastinate', '0016_delete_finished_jobs', '2026-11-28 10:50:11.433809+00'),
	(48, 'procrastinate', '0017_add_checks_to_finish_job', '2026-11-28 10:50:11.43542+00'),
	(49, 'procrastinate', '0018_add_checks_to_retry_job', '2026-11-28 10:50:11.43698+00'),
	(50, 'procrastinate', '0019_fix_finish_job_compat_issue', '2026-11-28 10:50:11.440487+00'),
	(51, 'procrastinate', '0020_add_index_on_procrastinate_jobs', '2026-11-28 10:50:11.446331+00'),
	(52, 'procrastinate', '0021_add_kwargs_to_defer_periodic_job', '2026-11-28 10:50:11.455283+00'),
	(53, 'procrastinate', '0022_null_locks_excluded', '2026-11-28 10:50:11.458783+00'),
	(54, 'procrastinate', '0023_remove_old_finish_job_function', '2026-11-28 10:50:11.461453+00'),
	(55, 'procrastinate', '0024_job_id_bigint', '2026-11-28 10:50:11.467657+00'),
	(56, 'procrastinate', '0025_add_models', '2026-11-28 10:50:11.487786+00'),
	(57, 'procrastinate', '0026_add_job_priority', '2026-11-28 10:50:11.499155+00'),
	(58, 'procrastinate', '0027_add_periodic_job_priority', '2026-11-28 10:50:11.506133+00'),
	(59, 'procrastinate', '0028_add_cancel_states', '2026-11-28 10:50:11.891498+00'),
	(60, 'procrastinate', '0029_add_additional_params_to_retry_job', '2026-11-28 10:50:11.896794+00'),
	(61, 'procrastinate', '0030_alter_procrastinateevent_options', '2026-11-28 10:50:11.905942+00'),
	(62, 'procrastinate', '0031_add_indexes_for_fetch_job', '2026-11-28 10:50:11.912097+00'),
	(63, 'procrastinate', '0032_pre_cancel_notification', '2026-11-28 10:50:11.929273+00'),
	(64, 'procrastinate', '0033_post_cancel_notification', '2026-11-28 10:50:11.957449+00'),
	(65, 'procrastinate', '0034_pre_add_heartbeat', '2026-11-28 10:50:11.97699+00'),
	(66, 'procrastinate', '0035_post_add_heartbeat', '2026-11-28 10:50:11.980226+00'),
	(67, 'procrastinate', '0036_add_worker_model', '2026-11-28 10:50:11.987906+00'),
	(68, 'procrastinate', '0037_pre_batch_defer_jobs', '2026-11-28 10:50:11.999663+00'),
	(69, 'procrastinate', '0038_post_batch_defer_jobs', '2026-11-28 10:50:12.00293+00'),
	(70, 'procrastinate', '0039_pre_priority_lock_fetch_job', '2026-11-28 10:50:12.005506+00'),
	(71, 'procrastinate', '0040_pre_retry_failed_job', '2026-11-28 10:50:12.007644+00'),
	(72, 'procrastinate', '0041_post_retry_failed_job', '2026-11-28 10:50:12.012747+00'),
	(73, 'sessions', '0001_initial', '2026-11-28 10:50:12.028353+00'),
	(74, 'djstripe', '0001_squashed_2_11', '2026-11-28 10:50:12.031464+00');


INSERT INTO public.django_session VALUES
	('imddxt5i07epl8ovzmr96ftgmn425h6h', '.eJxVjMsOwiAURP-FtSE8Lg9duvcbyIULUjU0Ke3K-O_SpAvdzcyZmTcLuK01bD0vYSJ2YYqdfrOI6ZnbDuiB7T7zNLd1mSLfK_ygnd9myq_r0f07qNjrWHugZLUzhoQyIqqz9BoiDK2FtQ6NgQLJkSKSJUlJkMlFLYrH4UCwzxex_jb4:1xXG0X:eNKbuDkaa3gOklBYVJMZ3bfqrj7VKXMiMdOyx688F44', '2026-12-12 10:50:17.953522+00');


INSERT INTO public.djstripe_account VALUES
	('2026-11-28 10:50:14.602659+00', '2026-11-28 10:50:14.640442+00', '{"id": "acct_1SandboxAccount00", "type": "standard", "email": "owner@example.com", "object": "account", "country": "US", "created": 1735689600, "metadata": {}, "settings": null, "capabilities": {"transfers": "active", "card_payments": "active"}, "business_type": "company", "charges_enabled": true, "payouts_enabled": true, "business_profile": null, "default_currency": "usd", "details_submitted": true}', 1, 'acct_1SandboxAccount00', NULL, '2025-01-01 00:00:00+00', '{}', 'acct_1SandboxAccount00');


INSERT INTO public.djstripe_accountv2 VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, NULL);


INSERT INTO public.djstripe_activeentitlement VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, NULL);


INSERT INTO public.djstripe_apikey VALUES
	('2026-11-28 10:50:14.576886+00', '2026-11-28 10:50:14.6484+00', '{}', 1, NULL, 'djstripe_mk_ZugpA6ETQFFX9ngKSVuQ', 'secret', '', 'sk_test_sandboxSandboxSandbox0000', false, 'acct_1SandboxAccount00');


INSERT INTO public.djstripe_applicationfee VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, 'acct_1SandboxAccount00', NULL, 'txn_3l5jqyPo0FUJueuPcnLbZfyH', 'ch_CnO7fISWkiQYqE52Mt94wXsC');


INSERT INTO public.djstripe_applicationfeerefund VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, NULL, 'x', 'txn_3l5jqyPo0FUJueuPcnLbZfyH');


INSERT INTO public.djstripe_balancetransaction VALUES
	('2026-11-28 10:50:16.016311+00', '2026-11-28 10:50:16.016327+00', '{"id": "txn_3l5jqyPo0FUJueuPcnLbZfyH", "fee": 44, "net": 455, "type": "charge", "amount": 499, "object": "balance_transaction", "source": "ch_CnO7fISWkiQYqE52Mt94wXsC", "status": "pending", "created": 1795863015, "currency": "usd", "description": null, "fee_details": [{"type": "stripe_fee", "amount": 44, "currency": "usd", "application": null, "description": "Stripe processing fees"}], "available_on": 1796035815, "balance_type": "payments", "exchange_rate": null, "reporting_category": "charge"}', 1, 'txn_3l5jqyPo0FUJueuPcnLbZfyH', NULL, '2026-11-28 10:50:15+00', NULL, 499, 'usd', 'ch_CnO7fISWkiQYqE52Mt94wXsC', 'charge', 'acct_1SandboxAccount00');


INSERT INTO public.djstripe_bankaccount VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, 'x', NULL, NULL);


INSERT INTO public.djstripe_card VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, 'x', NULL, NULL);


INSERT INTO public.djstripe_charge VALUES
	('2026-11-28 10:50:16.028329+00', '2026-11-28 10:50:16.028347+00', '{"id": "ch_CnO7fISWkiQYqE52Mt94wXsC", "paid": true, "amount": 499, "object": "charge", "review": null, "status": "succeeded", "created": 1795863015, "outcome": {"type": "authorized", "reason": null, "risk_level": "normal", "risk_score": 20, "advice_code": null, "network_status": "approved_by_network", "seller_message": "Payment complete.", "network_advice_code": null, "network_decline_code": null}, "captured": true, "currency": "usd", "customer": "cus_lEWsZAqpKDNmid", "disputed": false, "livemode": false, "metadata": {"pack": "pack-500", "user_id@api.example": "4"}, "refunded": false, "shipping": null, "application": null, "description": null, "receipt_url": null, "failure_code": null, "on_behalf_of": null, "fraud_details": {}, "receipt_email": null, "transfer_data": null, "payment_intent": "pi_7NDSIITz5MuRJ4csBHrXtCxC", "payment_method": "pm_jh4pkIiF5aSUHF9iHAn3mrrr", "receipt_number": null, "transfer_group": null, "amount_captured": 499, "amount_refunded": 100, "application_fee": null, "billing_details": {"name": null, "email": null, "phone": null, "tax_id": null, "address": {"city": null, "line1": null, "line2": null, "state": null, "country": null, "postal_code": null}}, "failure_message": null, "source_transfer": null, "balance_transaction": {"id": "txn_3l5jqyPo0FUJueuPcnLbZfyH", "fee": 44, "net": 455, "type": "charge", "amount": 499, "object": "balance_transaction", "source": "ch_CnO7fISWkiQYqE52Mt94wXsC", "status": "pending", "created": 1795863015, "currency": "usd", "description": null, "fee_details": [{"type": "stripe_fee", "amount": 44, "currency": "usd", "application": null, "description": "Stripe processing fees"}], "available_on": 1796035815, "balance_type": "payments", "exchange_rate": null, "reporting_category": "charge"}, "statement_descriptor": null, "application_fee_amount": null, "payment_method_details": {"card": {"brand": "visa", "last4": "4242", "country": "US", "funding": "credit", "mandate": null, "network": "visa", "exp_year": 2040, "exp_month": 12, "fingerprint": "Sandbox42424242", "installments": null, "network_token": null, "three_d_secure": null, "regulated_status": "unregulated", "amount_authorized": null}, "type": "card"}, "failure_balance_transaction": null, "statement_descriptor_suffix": null, "calculated_statement_descriptor": null}', 1, 'ch_CnO7fISWkiQYqE52Mt94wXsC', false, '2026-11-28 10:50:15+00', '{"pack": "pack-500", "user_id@api.example": "4"}', 4.99, 'usd', 'succeeded', 'txn_3l5jqyPo0FUJueuPcnLbZfyH', 'acct_1SandboxAccount00', 'cus_lEWsZAqpKDNmid', NULL, NULL, 'pi_7NDSIITz5MuRJ4csBHrXtCxC', 'pm_jh4pkIiF5aSUHF9iHAn3mrrr');


INSERT INTO public.djstripe_countryspec VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 'x', 'x', '{}', '{}', '{}', '{}', '{}');


INSERT INTO public.djstripe_coupon VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, NULL, NULL, NULL, 'x', NULL);


INSERT INTO public.djstripe_customer VALUES
	('2026-11-28 10:50:14.691+00', '2026-11-28 10:50:14.737151+00', '{"id": "cus_VW4AWSuzj59FO2", "name": "Ada Example", "email": "user0@example.com", "phone": null, "object": "customer", "address": null, "balance": 0, "created": 1795863014, "deleted": false, "sources": {"url": "/v1/customers/cus_VW4AWSuzj59FO2/sources", "data": [], "object": "list", "has_more": false}, "currency": "usd", "discount": null, "livemode": false, "metadata": {"user_id@api.example": "1"}, "shipping": null, "delinquent": false, "tax_exempt": "none", "test_clock": null, "description": null, "cash_balance": null, "default_source": null, "invoice_prefix": "UZJ59FO2", "customer_account": null, "invoice_settings": {"footer": null, "custom_fields": null, "rendering_options": null, "default_payment_method": null}, "preferred_locales": [], "next_invoice_sequence": 2, "default_payment_method": null}', 1, 'cus_VW4AWSuzj59FO2', false, '2026-11-28 10:50:14+00', '{"user_id@api.example": "1"}', 'user0@example.com', NULL, 'acct_1SandboxAccount00', 1, NULL),
	('2026-11-28 10:50:15.446655+00', '2026-11-28 10:50:15.478658+00', '{"id": "cus_lEWsZAqpKDNmid", "name": "Ada Example", "email": "user3@example.com", "phone": null, "object": "customer", "address": null, "balance": 0, "created": 1795863015, "deleted": false, "sources": {"url": "/v1/customers/cus_lEWsZAqpKDNmid/sources", "data": [], "object": "list", "has_more": false}, "currency": null, "discount": null, "livemode": false, "metadata": {"user_id@api.example": "4"}, "shipping": null, "delinquent": false, "tax_exempt": "none", "test_clock": null, "description": null, "cash_balance": null, "default_source": null, "invoice_prefix": "QPKDNMID", "customer_account": null, "invoice_settings": {"footer": null, "custom_fields": null, "rendering_options": null, "default_payment_method": null}, "preferred_locales": [], "next_invoice_sequence": 1, "default_payment_method": null}', 2, 'cus_lEWsZAqpKDNmid', false, '2026-11-28 10:50:15+00', '{"user_id@api.example": "4"}', 'user3@example.com', NULL, 'acct_1SandboxAccount00', 4, NULL);


INSERT INTO public.djstripe_discount VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, 'x', NULL, NULL, NULL, NULL);


INSERT INTO public.djstripe_dispute VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, NULL, NULL, NULL, NULL);


INSERT INTO public.djstripe_djstripeinvoicedefaulttaxrate VALUES
	(1, 1, 1);


INSERT INTO public.djstripe_djstripeinvoiceitemtaxrate VALUES
	(1, 1, 1);


INSERT INTO public.djstripe_djstripepaymentmethod VALUES
	('x', 'x');


INSERT INTO public.djstripe_djstripesubscriptionitemtaxrate VALUES
	(1, 1, 1);


INSERT INTO public.djstripe_earlyfraudwarning VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, NULL);


INSERT INTO public.djstripe_event VALUES
	('2026-11-28 10:50:14.654738+00', '2026-11-28 10:50:14.654757+00', '{"id": "evt_k5m6OYQ5dgqZJVyZpLcHiayX", "data": {"object": {"id": "cus_VW4AWSuzj59FO2", "name": "Ada Example", "email": "user0@example.com", "phone": null, "object": "customer", "address": null, "balance": 0, "created": 1795863014, "currency": null, "discount": null, "livemode": false, "metadata": {"user_id@api.example": "1"}, "shipping": null, "delinquent": false, "tax_exempt": "none", "test_clock": null, "description": null, "cash_balance": null, "default_source": null, "invoice_prefix": "UZJ59FO2", "customer_account": null, "invoice_settings": {"footer": null, "custom_fields": null, "rendering_options": null, "default_payment_method": null}, "preferred_locales": [], "next_invoice_sequence": 1}}, "type": "customer.created", "object": "event", "created": 1795863014, "request": {"id": "req_X5DWwBss2fTTxB", "idempotency_key": "customer:1:3eb7dd23d4be4a3ba4fa7649b790fb09"}, "livemode": false, "api_version": "2026-05-27.dahlia", "pending_webhooks": 0}', 1, 'evt_k5m6OYQ5dgqZJVyZpLcHiayX', false, '2026-11-28 10:50:14+00', NULL, '2026-05-27.dahlia', '{"object": {"id": "cus_VW4AWSuzj59FO2", "name": "Ada Example", "email": "user0@example.com", "phone": null, "object": "customer", "address": null, "balance": 0, "created": 1795863014, "currency": null, "discount": null, "livemode": false, "metadata": {"user_id@api.example": "1"}, "shipping": null, "delinquent": false, "tax_exempt": "none", "test_clock": null, "description": null, "cash_balance": null, "default_source": null, "invoice_prefix": "UZJ59FO2", "customer_account": null, "invoice_settings": {"footer": null, "custom_fields": null, "rendering_options": null, "default_payment_method": null}, "preferred_locales": [], "next_invoice_sequence": 1}}', 'req_X5DWwBss2fTTxB', 'customer:1:3eb7dd23d4be4a3ba4fa7649b790fb09', 'customer.created', 'acct_1SandboxAccount00'),
	('2026-11-28 10:50:14.848593+00', '2026-11-28 10:50:14.848613+00', '{"id": "evt_mQgPhxls9hF8VCf8vL4aCdU3", "data": {"object": {"id": "sub_PdT9U7HrlGdc1vXAsja0Dfl9", "items": {"url": "/v1/subscription_items?subscription=sub_PdT9U7HrlGdc1vXAsja0Dfl9", "data": [{"id": "si_O03Fd8pTy9nIsRVbBUVnK4Jh", "price": {"id": "price_sandbox_pro_monthly", "type": "recurring", "active": true, "object": "price", "created": 1795863012, "product": "prod_sandbox_pro", "currency": "usd", "livemode": false, "metadata": {}, "nickname": null, "recurring": {"meter": null, "interval": "month", "usage_type": "licensed", "interval_count": 1}, "lookup_key": null, "tiers_mode": null, "unit_amount": 999, "tax_behavior": "unspecified", "billing_scheme": "per_unit", "custom_unit_amount": null, "transform_quantity": null, "unit_amount_decimal": "999"}, "object": "subscription_item", "created": 1795863014, "metadata": {}, "quantity": 1, "discounts": [], "tax_rates": [], "subscription": "sub_PdT9U7HrlGdc1vXAsja0Dfl9", "billing_thresholds": null, "current_period_end": 1798455014, "current_period_start": 1795863014}], "object": "list", "has_more": false}, "object": "subscription", "status": "active", "created": 1795863014, "currency": "usd", "customer": "cus_VW4AWSuzj59FO2", "ended_at": null, "livemode": false, "metadata": {"plan": "pro", "user_id@api.example": "1"}, "schedule": null, "cancel_at": null, "discounts": [], "trial_end": null, "start_date": 1795863014, "test_clock": null, "application": null, "canceled_at": null, "description": null, "trial_start": null, "billing_mode": {"type": "flexible", "flexible": {"proration_discounts": "included"}}, "on_behalf_of": null, "automatic_tax": {"enabled": false, "liability": null, "disabled_reason": null}, "transfer_data": null, "days_until_due": null, "default_source": null, "latest_invoice": null, "pending_update": null, "trial_settings": {"end_behavior": {"missing_payment_method": "create_invoice"}}, "customer_account": null, "invoice_settings": {"issuer": {"type": "self"}, "account_tax_ids": null}, "managed_payments": null, "pause_collection": null, "payment_settings": {"payment_method_types": null, "payment_method_options": null, "save_default_payment_method": "off"}, "billing_schedules": [], "collection_method": "charge_automatically", "default_tax_rates": [], "billing_thresholds": null, "billing_cycle_anchor": 1795863014, "cancel_at_period_end": false, "cancellation_details": {"reason": null, "comment": null, "feedback": null}, "pending_setup_intent": null, "default_payment_method": "pm_Ss9KUvJgfzCESBmv1aE7zVMH", "application_fee_percent": null, "billing_cycle_anchor_config": null, "pending_invoice_item_interval": null, "next_pending_invoice_item_invoice": null}}, "type": "customer.subscription.created", "object": "event", "created": 1795863014, "request": {"id": "req_XOCsKx31yP7xCA", "idempotency_key": null}, "livemode": false, "api_version": "2026-05-27.dahlia", "pending_webhooks": 0}', 2, 'evt_mQgPhxls9hF8VCf8vL4aCdU3', false, '2026-11-28 10:50:14+00', NULL, '2026-05-27.dahlia', '{"object": {"id": "sub_PdT9U7HrlGdc1vXAsja0Dfl9", "items": {"url": "/v1/subscription_items?subscription=sub_PdT9U7HrlGdc1vXAsja0Dfl9", "data": [{"id": "si_O03Fd8pTy9nIsRVbBUVnK4Jh", "price": {"id": "price_sandbox_pro_monthly", "type": "recurring", "active": true, "object": "price", "created": 1795863012, "product": "prod_sandbox_pro", "currency": "usd", "livemode": false, "metadata": {}, "nickname": null, "recurring": {"meter": null, "interval": "month", "usage_type": "licensed", "interval_count": 1}, "lookup_key": null, "tiers_mode": null, "unit_amount": 999, "tax_behavior": "unspecified", "billing_scheme": "per_unit", "custom_unit_amount": null, "transform_quantity": null, "unit_amount_decimal": "999"}, "object": "subscription_item", "created": 1795863014, "metadata": {}, "quantity": 1, "discounts": [], "tax_rates": [], "subscription": "sub_PdT9U7HrlGdc1vXAsja0Dfl9", "billing_thresholds": null, "current_period_end": 1798455014, "current_period_start": 1795863014}], "object": "list", "has_more": false}, "object": "subscription", "status": "active", "created": 1795863014, "currency": "usd", "customer": "cus_VW4AWSuzj59FO2", "ended_at": null, "livemode": false, "metadata": {"plan": "pro", "user_id@api.example": "1"}, "schedule": null, "cancel_at": null, "discounts": [], "trial_end": null, "start_date": 1795863014, "test_clock": null, "application": null, "canceled_at": null, "description": null, "trial_start": null, "billing_mode": {"type": "flexible", "flexible": {"proration_discounts": "included"}}, "on_behalf_of": null, "automatic_tax": {"enabled": false, "liability": null, "disabled_reason": null}, "transfer_data": null, "days_until_due": null, "default_source": null, "latest_invoice": null, "pending_update": null, "trial_settings": {"end_behavior": {"missing_payment_method": "create_invoice"}}, "customer_account": null, "invoice_settings": {"issuer": {"type": "self"}, "account_tax_ids": null}, "managed_payments": null, "pause_collection": null, "payment_settings": {"payment_method_types": null, "payment_method_options": null, "save_default_payment_method": "off"}, "billing_schedules": [], "collection_method": "charge_automatically", "default_tax_rates": [], "billing_thresholds": null, "billing_cycle_anchor": 1795863014, "cancel_at_period_end": false, "cancellation_details": {"reason": null, "comment": null, "feedback": null}, "pending_setup_intent": null, "default_payment_method": "pm_Ss9KUvJgfzCESBmv1aE7zVMH", "application_fee_percent": null, "billing_cycle_anchor_config": null, "pending_invoice_item_interval": null, "next_pending_invoice_item_invoice": null}}', 'req_XOCsKx31yP7xCA', '', 'customer.subscription.created', 'acct_1SandboxAccount00'),
	('2026-11-28 10:50:15.031092+00', '2026-11-28 10:50:15.031115+00', '{"id": "evt_cfBxIlIsog6mbBipp9QgmD4C", "data": {"object": {"id": "in_Qx1OMna5zGUBiuuYKmBWPhRh", "lines": {"url": "/v1/invoices/in_Qx1OMna5zGUBiuuYKmBWPhRh/lines", "data": [{"id": "il_WsVqYapUHXWMFVItdSEJdXXH", "taxes": [], "amount": 999, "object": "line_item", "parent": {"type": "subscription_item_details", "invoice_item_details": null, "subscription_item_details": {"proration": false, "invoice_item": null, "subscription": "sub_PdT9U7HrlGdc1vXAsja0Dfl9", "proration_details": {"credited_items": null}, "subscription_item": "si_O03Fd8pTy9nIsRVbBUVnK4Jh"}}, "period": {"end": 1798455014, "start": 1795863014}, "invoice": "in_Qx1OMna5zGUBiuuYKmBWPhRh", "pricing": {"type": "price_details", "price_details": {"price": "price_sandbox_pro_monthly", "product": "prod_sandbox_pro"}, "unit_amount_decimal": "999"}, "currency": "usd", "livemode": false, "metadata": {}, "quantity": 1, "subtotal": 999, "discounts": [], "description": "1 × Elevate Pro Plan (at $9.99 / month)", "discountable": true, "subscription": "sub_PdT9U7HrlGdc1vXAsja0Dfl9", "discount_amounts": [], "quantity_decimal": "1", "pretax_credit_amounts": []}], "object": "list", "has_more": false}, "total": 999, "footer": null, "issuer": {"type": "self"}, "number": "UZJ59FO2-0001", "object": "invoice", "parent": {"type": "subscription_details", "quote_details": null, "subscription_details": {"metadata": {"plan": "pro", "user_id@api.example": "1"}, "subscription": "sub_PdT9U7HrlGdc1vXAsja0Dfl9"}}, "status": "paid", "created": 1795863014, "currency": "usd", "customer": "cus_VW4AWSuzj59FO2", "due_date": null, "livemode": false, "metadata": {}, "subtotal": 999, "attempted": true, "discounts": [], "rendering": null, "amount_due": 999, "period_end": 1795863014, "test_clock": null, "amount_paid": 999, "application": null, "description": null, "invoice_pdf": "http://127.0.0.1:39061/i/acct_1SandboxAccount00/in_Qx1OMna5zGUBiuuYKmBWPhRh?format=pdf", "total_taxes": [], "account_name": "Stripe sandbox", "auto_advance": false, "effective_at": 1795863014, "from_invoice": null, "on_behalf_of": null, "period_start": 1795863014, "attempt_count": 1, "automatic_tax": {"status": null, "enabled": false, "provider": null, "liability": null, "disabled_reason": null}, "custom_fields": null, "customer_name": "Ada Example", "shipping_cost": null, "billing_reason": "subscription_create", "customer_email": "user0@example.com", "customer_phone": null, "default_source": null, "ending_balance": 0, "receipt_number": null, "account_country": "US", "account_tax_ids": null, "amount_overpaid": 0, "amount_shipping": 0, "latest_revision": null, "amount_remaining": 0, "customer_account": null, "customer_address": null, "customer_tax_ids": [], "payment_settings": {"default_mandate": null, "payment_method_types": null, "payment_method_options": null}, "shipping_details": null, "starting_balance": 0, "collection_method": "charge_automatically", "customer_shipping": null, "default_tax_rates": [], "hosted_invoice_url": "http://127.0.0.1:39061/i/acct_1SandboxAccount00/in_Qx1OMna5zGUBiuuYKmBWPhRh", "status_transitions": {"paid_at": 1795863014, "voided_at": null, "finalized_at": 1795863014, "marked_uncollectible_at": null}, "confirmation_secret": null, "customer_tax_exempt": "none", "total_excluding_tax": 999, "next_payment_attempt": null, "statement_descriptor": null, "webhooks_delivered_at": null, "amount_paid_off_stripe": 0, "default_payment_method": null, "subtotal_excluding_tax": 999, "total_discount_amounts": [], "last_finalization_error": null, "automatically_finalizes_at": null, "total_pretax_credit_amounts": [], "pre_payment_credit_notes_amount": 0, "post_payment_credit_notes_amount": 0}}, "type": "invoice.paid", "object": "event", "created": 1795863014, "request": {"id": "req_XOCsKx31yP7xCA", "idempotency_key": null}, "livemode": false, "api_version": "2026-05-27.dahlia", "pending_webhooks": 0}', 3, 'evt_cfBxIlIsog6mbBipp9QgmD4C', false, '2026-11-28 10:50:14+00', NULL, '2026-05-27.dahlia', '{"object": {"id": "in_Qx1OMna5zGUBiuuYKmBWPhRh", "lines": {"url": "/v1/invoices/in_Qx1OMna5zGUBiuuYKmBWPhRh/lines", "data": [{"id": "il_WsVqYapUHXWMFVItdSEJdXXH", "taxes": [], "amount": 999, "object": "line_item", "parent": {"type": "subscription_item_details", "invoice_item_details": null, "subscription_item_details": {"proration": false, "invoice_item": null, "subscription": "sub_PdT9U7HrlGdc1vXAsja0Dfl9", "proration_details": {"credited_items": null}, "subscription_item": "si_O03Fd8pTy9nIsRVbBUVnK4Jh"}}, "period": {"end": 1798455014, "start": 1795863014}, "invoice": "in_Qx1OMna5zGUBiuuYKmBWPhRh", "pricing": {"type": "price_details", "price_details": {"price": "price_sandbox_pro_monthly", "product": "prod_sandbox_pro"}, "unit_amount_decimal": "999"}, "currency": "usd", "livemode": false, "metadata": {}, "quantity": 1, "subtotal": 999, "discounts": [], "description": "1 × Elevate Pro Plan (at $9.99 / month)", "discountable": true, "subscription": "sub_PdT9U7HrlGdc1vXAsja0Dfl9", "discount_amounts": [], "quantity_decimal": "1", "pretax_credit_amounts": []}], "object": "list", "has_more": false}, "total": 999, "footer": null, "issuer": {"type": "self"}, "number": "UZJ59FO2-0001", "object": "invoice", "parent": {"type": "subscription_details", "quote_details": null, "subscription_details": {"metadata": {"plan": "pro", "user_id@api.example": "1"}, "subscription": "sub_PdT9U7HrlGdc1vXAsja0Dfl9"}}, "status": "paid", "created": 1795863014, "currency": "usd", "customer": "cus_VW4AWSuzj59FO2", "due_date": null, "livemode": false, "metadata": {}, "subtotal": 999, "attempted": true, "discounts": [], "rendering": null, "amount_due": 999, "period_end": 1795863014, "test_clock": null, "amount_paid": 999, "application": null, "description": null, "invoice_pdf": "http://127.0.0.1:39061/i/acct_1SandboxAccount00/in_Qx1OMna5zGUBiuuYKmBWPhRh?format=pdf", "total_taxes": [], "account_name": "Stripe sandbox", "auto_advance": false, "effective_at": 1795863014, "from_invoice": null, "on_behalf_of": null, "period_start": 1795863014, "attempt_count": 1, "automatic_tax": {"status": null, "enabled": false, "provider": null, "liability": null, "disabled_reason": null}, "custom_fields": null, "customer_name": "Ada Example", "shipping_cost": null, "billing_reason": "subscription_create", "customer_email": "user0@example.com", "customer_phone": null, "default_source": null, "ending_balance": 0, "receipt_number": null, "account_country": "US", "account_tax_ids": null, "amount_overpaid": 0, "amount_shipping": 0, "latest_revision": null, "amount_remaining": 0, "customer_account": null, "customer_address": null, "customer_tax_ids": [], "payment_settings": {"default_mandate": null, "payment_method_types": null, "payment_method_options": null}, "shipping_details": null, "starting_balance": 0, "collection_method": "charge_automatically", "customer_shipping": null, "default_tax_rates": [], "hosted_invoice_url": "http://127.0.0.1:39061/i/acct_1SandboxAccount00/in_Qx1OMna5zGUBiuuYKmBWPhRh", "status_transitions": {"paid_at": 1795863014, "voided_at": null, "finalized_at": 1795863014, "marked_uncollectible_at": null}, "confirmation_secret": null, "customer_tax_exempt": "none", "total_excluding_tax": 999, "next_payment_attempt": null, "statement_descriptor": null, "webhooks_delivered_at": null, "amount_paid_off_stripe": 0, "default_payment_method": null, "subtotal_excluding_tax": 999, "total_discount_amounts": [], "last_finalization_error": null, "automatically_finalizes_at": null, "total_pretax_credit_amounts": [], "pre_payment_credit_notes_amount": 0, "post_payment_credit_notes_amount": 0}}', 'req_XOCsKx31yP7xCA', '', 'invoice.paid', 'acct_1SandboxAccount00'),
	('2026-11-28 10:50:15.18445+00', '2026-11-28 10:50:15.18447+00', '{"id": "evt_qiATDzS06BtzB9DYKqcYFy6F", "data": {"object": {"id": "cs_test_Zwv6tcLhHgxBpK3ymN8Zfi5ytRaeUl84tgC057ga", "url": null, "mode": "subscription", "locale": null, "object": "checkout.session", "status": "complete", "consent": null, "created": 1795863014, "invoice": "in_Qx1OMna5zGUBiuuYKmBWPhRh", "ui_mode": "hosted_page", "currency": "usd", "customer": "cus_VW4AWSuzj59FO2", "livemode": false, "metadata": {"plan": "pro", "terms": "eeea3c5f3701c95e", "user_id@api.example": "1"}, "discounts": [], "cancel_url": "https://app.example/cancelled", "expires_at": 1795949414, "custom_text": {"submit": null, "after_submit": null, "shipping_address": null, "terms_of_service_acceptance": null}, "permissions": null, "submit_type": null, "success_url": "https://app.example/success?session_id={CHECKOUT_SESSION_ID}", "amount_total": 999, "payment_link": null, "setup_intent": null, "subscription": "sub_PdT9U7HrlGdc1vXAsja0Dfl9", "automatic_tax": {"status": null, "enabled": false, "provider": null, "liability": null}, "client_secret": null, "custom_fields": [], "shipping_cost": null, "total_details": {"amount_tax": 0, "amount_discount": 0, "amount_shipping": 0}, "customer_email": null, "optional_items": null, "origin_context": null, "payment_intent": null, "payment_status": "paid", "recovered_from": null, "wallet_options": null, "amount_subtotal": 999, "adaptive_pricing": {"enabled": false}, "after_expiration": null, "customer_account": null, "customer_details": {"name": "Ada Example", "email": "user0@example.com", "phone": null, "address": null, "tax_ids": null, "tax_exempt": "none", "business_name": null, "individual_name": null}, "invoice_creation": null, "managed_payments": null, "shipping_options": [], "customer_creation": null, "consent_collection": null, "client_reference_id": "1", "currency_conversion": null, "payment_method_types": ["card"], "allow_promotion_codes": null, "collected_information": null, "integration_identifier": null, "payment_method_options": {}, "phone_number_collection": {"enabled": false}, "payment_method_collection": "always", "billing_address_collection": null, "shipping_address_collection": null, "saved_payment_method_options": null, "payment_method_configuration_details": null}}, "type": "checkout.session.completed", "object": "event", "created": 1795863014, "request": {"id": "req_XOCsKx31yP7xCA", "idempotency_key": null}, "livemode": false, "api_version": "2026-05-27.dahlia", "pending_webhooks": 0}', 4, 'evt_qiATDzS06BtzB9DYKqcYFy6F', false, '2026-11-28 10:50:14+00', NULL, '2026-05-27.dahlia', '{"object": {"id": "cs_test_Zwv6tcLhHgxBpK3ymN8Zfi5ytRaeUl84tgC057ga", "url": null, "mode": "subscription", "locale": null, "object": "checkout.session", "status": "complete", "consent": null, "created": 1795863014, "invoice": "in_Qx1OMna5zGUBiuuYKmBWPhRh", "ui_mode": "hosted_page", "currency": "usd", "customer": "cus_VW4AWSuzj59FO2", "livemode": false, "metadata": {"plan": "pro", "terms": "eeea3c5f3701c95e", "user_id@api.example": "1"}, "discounts": [], "cancel_url": "https://app.example/cancelled", "expires_at": 1795949414, "custom_text": {"submit": null, "after_submit": null, "shipping_address": null, "terms_of_service_acceptance": null}, "permissions": null, "submit_type": null, "success_url": "https://app.example/success?session_id={CHECKOUT_SESSION_ID}", "amount_total": 999, "payment_link": null, "setup_intent": null, "subscription": "sub_PdT9U7HrlGdc1vXAsja0Dfl9", "automatic_tax": {"status": null, "enabled": false, "provider": null, "liability": null}, "client_secret": null, "custom_fields": [], "shipping_cost": null, "total_details": {"amount_tax": 0, "amount_discount": 0, "amount_shipping": 0}, "customer_email": null, "optional_items": null, "origin_context": null, "payment_intent": null, "payment_status": "paid", "recovered_from": null, "wallet_options": null, "amount_subtotal": 999, "adaptive_pricing": {"enabled": false}, "after_expiration": null, "customer_account": null, "customer_details": {"name": "Ada Example", "email": "user0@example.com", "phone": null, "address": null, "tax_ids": null, "tax_exempt": "none", "business_name": null, "individual_name": null}, "invoice_creation": null, "managed_payments": null, "shipping_options": [], "customer_creation": null, "consent_collection": null, "client_reference_id": "1", "currency_conversion": null, "payment_method_types": ["card"], "allow_promotion_codes": null, "collected_information": null, "integration_identifier": null, "payment_method_options": {}, "phone_number_collection": {"enabled": false}, "payment_method_collection": "always", "billing_address_collection": null, "shipping_address_collection": null, "saved_payment_method_options": null, "payment_method_configuration_details": null}}', 'req_XOCsKx31yP7xCA', '', 'checkout.session.completed', 'acct_1SandboxAccount00'),
	('2026-11-28 10:50:15.426172+00', '2026-11-28 10:50:15.426192+00', '{"id": "evt_EtIs4WZR7UlnvN4ceMcUVRjM", "data": {"object": {"id": "cus_lEWsZAqpKDNmid", "name": "Ada Example", "email": "user3@example.com", "phone": null, "object": "customer", "address": null, "balance": 0, "created": 1795863015, "currency": null, "discount": null, "livemode": false, "metadata": {"user_id@api.example": "4"}, "shipping": null, "delinquent": false, "tax_exempt": "none", "test_clock": null, "description": null, "cash_balance": null, "default_source": null, "invoice_prefix": "QPKDNMID", "customer_account": null, "invoice_settings": {"footer": null, "custom_fields": null, "rendering_options": null, "default_payment_method": null}, "preferred_locales": [], "next_invoice_sequence": 1}}, "type": "customer.created", "object": "event", "created": 1795863015, "request": {"id": "req_m6hdXHbQlQPsol", "idempotency_key": "customer:4:ba96d5d188710a89d2281e4072b4a691"}, "livemode": false, "api_version": "2026-05-27.dahlia", "pending_webhooks": 0}', 5, 'evt_EtIs4WZR7UlnvN4ceMcUVRjM', false, '2026-11-28 10:50:15+00', NULL, '2026-05-27.dahlia', '{"object": {"id": "cus_lEWsZAqpKDNmid", "name": "Ada Example", "email": "user3@example.com", "phone": null, "object": "customer", "address": null, "balance": 0, "created": 1795863015, "currency": null, "discount": null, "livemode": false, "metadata": {"user_id@api.example": "4"}, "shipping": null, "delinquent": false, "tax_exempt": "none", "test_clock": null, "description": null, "cash_balance": null, "default_source": null, "invoice_prefix": "QPKDNMID", "customer_account": null, "invoice_settings": {"footer": null, "custom_fields": null, "rendering_options": null, "default_payment_method": null}, "preferred_locales": [], "next_invoice_sequence": 1}}', 'req_m6hdXHbQlQPsol', 'customer:4:ba96d5d188710a89d2281e4072b4a691', 'customer.created', 'acct_1SandboxAccount00'),
	('2026-11-28 10:50:15.56869+00', '2026-11-28 10:50:15.56871+00', '{"id": "evt_53HRv8ya0tcSkDHgh8L0ZTDK", "data": {"object": {"id": "cs_test_X7Vi8DJ6VAhRYCbybXcFjmdr34fLISBMyKlJOLH6", "url": null, "mode": "payment", "locale": null, "object": "checkout.session", "status": "complete", "consent": null, "created": 1795863015, "invoice": null, "ui_mode": "hosted_page", "currency": "usd", "customer": "cus_lEWsZAqpKDNmid", "livemode": false, "metadata": {"pack": "pack-500", "terms": "30705407a66ef9c0", "user_id@api.example": "4"}, "discounts": [], "cancel_url": "https://app.example/cancelled", "expires_at": 1795949415, "custom_text": {"submit": null, "after_submit": null, "shipping_address": null, "terms_of_service_acceptance": null}, "permissions": null, "submit_type": null, "success_url": "https://app.example/success?session_id={CHECKOUT_SESSION_ID}", "amount_total": 499, "payment_link": null, "setup_intent": null, "subscription": null, "automatic_tax": {"status": null, "enabled": false, "provider": null, "liability": null}, "client_secret": null, "custom_fields": [], "shipping_cost": null, "total_details": {"amount_tax": 0, "amount_discount": 0, "amount_shipping": 0}, "customer_email": null, "optional_items": null, "origin_context": null, "payment_intent": "pi_7NDSIITz5MuRJ4csBHrXtCxC", "payment_status": "paid", "recovered_from": null, "wallet_options": null, "amount_subtotal": 499, "adaptive_pricing": {"enabled": false}, "after_expiration": null, "customer_account": null, "customer_details": {"name": "Ada Example", "email": "user3@example.com", "phone": null, "address": null, "tax_ids": null, "tax_exempt": "none", "business_name": null, "individual_name": null}, "invoice_creation": {"enabled": false, "invoice_data": {"footer": null, "issuer": null, "metadata": {}, "description": null, "custom_fields": null, "account_tax_ids": null, "rendering_options": null}}, "managed_payments": null, "shipping_options": [], "customer_creation": null, "consent_collection": null, "client_reference_id": "4", "currency_conversion": null, "payment_method_types": ["card"], "allow_promotion_codes": null, "collected_information": null, "integration_identifier": null, "payment_method_options": {}, "phone_number_collection": {"enabled": false}, "payment_method_collection": "if_required", "billing_address_collection": null, "shipping_address_collection": null, "saved_payment_method_options": null, "payment_method_configuration_details": null}}, "type": "checkout.session.completed", "object": "event", "created": 1795863015, "request": {"id": "req_O10ZtYkqhcnGbd", "idempotency_key": "f57742c0-4067-c594-aade-ba3bcec8b4db"}, "livemode": false, "api_version": "2026-05-27.dahlia", "pending_webhooks": 0}', 6, 'evt_53HRv8ya0tcSkDHgh8L0ZTDK', false, '2026-11-28 10:50:15+00', NULL, '2026-05-27.dahlia', '{"object": {"id": "cs_test_X7Vi8DJ6VAhRYCbybXcFjmdr34fLISBMyKlJOLH6", "url": null, "mode": "payment", "locale": null, "object": "checkout.session", "status": "complete", "consent": null, "created": 1795863015, "invoice": null, "ui_mode": "hosted_page", "currency": "usd", "customer": "cus_lEWsZAqpKDNmid", "livemode": false, "metadata": {"pack": "pack-500", "terms": "30705407a66ef9c0", "user_id@api.example": "4"}, "discounts": [], "cancel_url": "https://app.example/cancelled", "expires_at": 1795949415, "custom_text": {"submit": null, "after_submit": null, "shipping_address": null, "terms_of_service_acceptance": null}, "permissions": null, "submit_type": null, "success_url": "https://app.example/success?session_id={CHECKOUT_SESSION_ID}", "amount_total": 499, "payment_link": null, "setup_intent": null, "subscription": null, "automatic_tax": {"status": null, "enabled": false, "provider": null, "liability": null}, "client_secret": null, "custom_fields": [], "shipping_cost": null, "total_details": {"amount_tax": 0, "amount_discount": 0, "amount_shipping": 0}, "customer_email": null, "optional_items": null, "origin_context": null, "payment_intent": "pi_7NDSIITz5MuRJ4csBHrXtCxC", "payment_status": "paid", "recovered_from": null, "wallet_options": null, "amount_subtotal": 499, "adaptive_pricing": {"enabled": false}, "after_expiration": null, "customer_account": null, "customer_details": {"name": "Ada Example", "email": "user3@example.com", "phone": null, "address": null, "tax_ids": null, "tax_exempt": "none", "business_name": null, "individual_name": null}, "invoice_creation": {"enabled": false, "invoice_data": {"footer": null, "issuer": null, "metadata": {}, "description": null, "custom_fields": null, "account_tax_ids": null, "rendering_options": null}}, "managed_payments": null, "shipping_options": [], "customer_creation": null, "consent_collection": null, "client_reference_id": "4", "currency_conversion": null, "payment_method_types": ["card"], "allow_promotion_codes": null, "collected_information": null, "integration_identifier": null, "payment_method_options": {}, "phone_number_collection": {"enabled": false}, "payment_method_collection": "if_required", "billing_address_collection": null, "shipping_address_collection": null, "saved_payment_method_options": null, "payment_method_configuration_details": null}}', 'req_O10ZtYkqhcnGbd', 'f57742c0-4067-c594-aade-ba3bcec8b4db', 'checkout.session.completed', 'acct_1SandboxAccount00'),
	('2026-11-28 10:50:15.786915+00', '2026-11-28 10:50:15.786937+00', '{"id": "evt_v6ZhgEpeqgno0kq9455EQXD7", "data": {"object": {"id": "re_yaKBv0lUnGfgarX4PcoygWrz", "amount": 100, "charge": "ch_CnO7fISWkiQYqE52Mt94wXsC", "object": "refund", "reason": null, "status": "succeeded", "created": 1795863015, "currency": "usd", "metadata": {}, "payment_intent": "pi_7NDSIITz5MuRJ4csBHrXtCxC", "receipt_number": null, "transfer_reversal": null, "balance_transaction": "txn_K4d2bMZjRf9HsjpPYsJJ4lma", "source_transfer_reversal": null}}, "type": "refund.created", "object": "event", "created": 1795863015, "request": {"id": "req_dmVyL2PNaPyXan", "idempotency_key": null}, "livemode": false, "api_version": "2026-05-27.dahlia", "pending_webhooks": 0}', 7, 'evt_v6ZhgEpeqgno0kq9455EQXD7', false, '2026-11-28 10:50:15+00', NULL, '2026-05-27.dahlia', '{"object": {"id": "re_yaKBv0lUnGfgarX4PcoygWrz", "amount": 100, "charge": "ch_CnO7fISWkiQYqE52Mt94wXsC", "object": "refund", "reason": null, "status": "succeeded", "created": 1795863015, "currency": "usd", "metadata": {}, "payment_intent": "pi_7NDSIITz5MuRJ4csBHrXtCxC", "receipt_number": null, "transfer_reversal": null, "balance_transaction": "txn_K4d2bMZjRf9HsjpPYsJJ4lma", "source_transfer_reversal": null}}', 'req_dmVyL2PNaPyXan', '', 'refund.created', 'acct_1SandboxAccount00'),
	('2026-11-28 10:50:15.950768+00', '2026-11-28 10:50:15.950789+00', '{"id": "evt_1s6A6eIbSEkvXPgMkCqJEMHU", "data": {"object": {"id": "ch_CnO7fISWkiQYqE52Mt94wXsC", "paid": true, "amount": 499, "object": "charge", "review": null, "status": "succeeded", "created": 1795863015, "outcome": {"type": "authorized", "reason": null, "risk_level": "normal", "risk_score": 20, "advice_code": null, "network_status": "approved_by_network", "seller_message": "Payment complete.", "network_advice_code": null, "network_decline_code": null}, "captured": true, "currency": "usd", "customer": "cus_lEWsZAqpKDNmid", "disputed": false, "livemode": false, "metadata": {"pack": "pack-500", "user_id@api.example": "4"}, "refunded": false, "shipping": null, "application": null, "description": null, "receipt_url": null, "failure_code": null, "on_behalf_of": null, "fraud_details": {}, "receipt_email": null, "transfer_data": null, "payment_intent": "pi_7NDSIITz5MuRJ4csBHrXtCxC", "payment_method": "pm_jh4pkIiF5aSUHF9iHAn3mrrr", "receipt_number": null, "transfer_group": null, "amount_captured": 499, "amount_refunded": 100, "application_fee": null, "billing_details": {"name": null, "email": null, "phone": null, "tax_id": null, "address": {"city": null, "line1": null, "line2": null, "state": null, "country": null, "postal_code": null}}, "failure_message": null, "source_transfer": null, "balance_transaction": "txn_3l5jqyPo0FUJueuPcnLbZfyH", "statement_descriptor": null, "application_fee_amount": null, "payment_method_details": {"card": {"brand": "visa", "last4": "4242", "country": "US", "funding": "credit", "mandate": null, "network": "visa", "exp_year": 2040, "exp_month": 12, "fingerprint": "Sandbox42424242", "installments": null, "network_token": null, "three_d_secure": null, "regulated_status": "unregulated", "amount_authorized": null}, "type": "card"}, "failure_balance_transaction": null, "statement_descriptor_suffix": null, "calculated_statement_descriptor": null}, "previous_attributes": {"amount_refunded": 0}}, "type": "charge.refunded", "object": "event", "created": 1795863015, "request": {"id": "req_dmVyL2PNaPyXan", "idempotency_key": null}, "livemode": false, "api_version": "2026-05-27.dahlia", "pending_webhooks": 0}', 8, 'evt_1s6A6eIbSEkvXPgMkCqJEMHU', false, '2026-11-28 10:50:15+00', NULL, '2026-05-27.dahlia', '{"object": {"id": "ch_CnO7fISWkiQYqE52Mt94wXsC", "paid": true, "amount": 499, "object": "charge", "review": null, "status": "succeeded", "created": 1795863015, "outcome": {"type": "authorized", "reason": null, "risk_level": "normal", "risk_score": 20, "advice_code": null, "network_status": "approved_by_network", "seller_message": "Payment complete.", "network_advice_code": null, "network_decline_code": null}, "captured": true, "currency": "usd", "customer": "cus_lEWsZAqpKDNmid", "disputed": false, "livemode": false, "metadata": {"pack": "pack-500", "user_id@api.example": "4"}, "refunded": false, "shipping": null, "application": null, "description": null, "receipt_url": null, "failure_code": null, "on_behalf_of": null, "fraud_details": {}, "receipt_email": null, "transfer_data": null, "payment_intent": "pi_7NDSIITz5MuRJ4csBHrXtCxC", "payment_method": "pm_jh4pkIiF5aSUHF9iHAn3mrrr", "receipt_number": null, "transfer_group": null, "amount_captured": 499, "amount_refunded": 100, "application_fee": null, "billing_details": {"name": null, "email": null, "phone": null, "tax_id": null, "address": {"city": null, "line1": null, "line2": null, "state": null, "country": null, "postal_code": null}}, "failure_message": null, "source_transfer": null, "balance_transaction": "txn_3l5jqyPo0FUJueuPcnLbZfyH", "statement_descriptor": null, "application_fee_amount": null, "payment_method_details": {"card": {"brand": "visa", "last4": "4242", "country": "US", "funding": "credit", "mandate": null, "network": "visa", "exp_year": 2040, "exp_month": 12, "fingerprint": "Sandbox42424242", "installments": null, "network_token": null, "three_d_secure": null, "regulated_status": "unregulated", "amount_authorized": null}, "type": "card"}, "failure_balance_transaction": null, "statement_descriptor_suffix": null, "calculated_statement_descriptor": null}, "previous_attributes": {"amount_refunded": 0}}', 'req_dmVyL2PNaPyXan', '', 'charge.refunded', 'acct_1SandboxAccount00'),
	('2026-11-28 10:50:18.412987+00', '2026-11-28 10:50:18.41301+00', '{"id": "evt_w9ohtRjcrJJawkGNyVFI3dFx", "data": {"object": {"id": "cus_lYsIOZdgsO34wD", "name": "Ada Example", "email": "user5@example.com", "phone": null, "object": "customer", "address": null, "balance": 0, "created": 1795863018, "currency": null, "discount": null, "livemode": false, "metadata": {"user_id@api.example": "6"}, "shipping": null, "delinquent": false, "tax_exempt": "none", "test_clock": null, "description": null, "cash_balance": null, "default_source": null, "invoice_prefix": "DGSO34WD", "customer_account": null, "invoice_settings": {"footer": null, "custom_fields": null, "rendering_options": null, "default_payment_method": null}, "preferred_locales": [], "next_invoice_sequence": 1}}, "type": "customer.created", "object": "event", "created": 1795863018, "request": {"id": "req_sEndDwpTmT3b5R", "idempotency_key": "customer:6:76e2c0d8b13eac973e3bfd7e66f4c06c"}, "livemode": false, "api_version": "2026-05-27.dahlia", "pending_webhooks": 0}', 9, 'evt_w9ohtRjcrJJawkGNyVFI3dFx', false, '2026-11-28 10:50:18+00', NULL, '2026-05-27.dahlia', '{"object": {"id": "cus_lYsIOZdgsO34wD", "name": "Ada Example", "email": "user5@example.com", "phone": null, "object": "customer", "address": null, "balance": 0, "created": 1795863018, "currency": null, "discount": null, "livemode": false, "metadata": {"user_id@api.example": "6"}, "shipping": null, "delinquent": false, "tax_exempt": "none", "test_clock": null, "description": null, "cash_balance": null, "default_source": null, "invoice_prefix": "DGSO34WD", "customer_account": null, "invoice_settings": {"footer": null, "custom_fields": null, "rendering_options": null, "default_payment_method": null}, "preferred_locales": [], "next_invoice_sequence": 1}}', 'req_sEndDwpTmT3b5R', 'customer:6:76e2c0d8b13eac973e3bfd7e66f4c06c', 'customer.created', 'acct_1SandboxAccount00'),
	('2026-11-28 10:50:18.608722+00', '2026-11-28 10:50:18.608744+00', '{"id": "evt_kfN5ZtcBWAgIf3GlbXsWA0sW", "data": {"object": {"id": "sub_K0fE3r2GqcuPL75H6FOAQGIt", "items": {"url": "/v1/subscription_items?subscription=sub_K0fE3r2GqcuPL75H6FOAQGIt", "data": [{"id": "si_FPBpk2rwLKzv0FXnkyqimzO7", "price": {"id": "price_sandbox_pro_monthly", "type": "recurring", "active": true, "object": "price", "created": 1795863012, "product": "prod_sandbox_pro", "currency": "usd", "livemode": false, "metadata": {}, "nickname": null, "recurring": {"meter": null, "interval": "month", "usage_type": "licensed", "interval_count": 1}, "lookup_key": null, "tiers_mode": null, "unit_amount": 999, "tax_behavior": "unspecified", "billing_scheme": "per_unit", "custom_unit_amount": null, "transform_quantity": null, "unit_amount_decimal": "999"}, "object": "subscription_item", "created": 1795863018, "metadata": {}, "quantity": 1, "discounts": [], "tax_rates": [], "subscription": "sub_K0fE3r2GqcuPL75H6FOAQGIt", "billing_thresholds": null, "current_period_end": 1798455018, "current_period_start": 1795863018}], "object": "list", "has_more": false}, "object": "subscription", "status": "active", "created": 1795863018, "currency": "usd", "customer": "cus_lYsIOZdgsO34wD", "ended_at": null, "livemode": false, "metadata": {"plan": "pro", "user_id@api.example": "6"}, "schedule": null, "cancel_at": null, "discounts": [], "trial_end": null, "start_date": 1795863018, "test_clock": null, "application": null, "canceled_at": null, "description": null, "trial_start": null, "billing_mode": {"type": "flexible", "flexible": {"proration_discounts": "included"}}, "on_behalf_of": null, "automatic_tax": {"enabled": false, "liability": null, "disabled_reason": null}, "transfer_data": null, "days_until_due": null, "default_source": null, "latest_invoice": null, "pending_update": null, "trial_settings": {"end_behavior": {"missing_payment_method": "create_invoice"}}, "customer_account": null, "invoice_settings": {"issuer": {"type": "self"}, "account_tax_ids": null}, "managed_payments": null, "pause_collection": null, "payment_settings": {"payment_method_types": null, "payment_method_options": null, "save_default_payment_method": "off"}, "billing_schedules": [], "collection_method": "charge_automatically", "default_tax_rates": [], "billing_thresholds": null, "billing_cycle_anchor": 1795863018, "cancel_at_period_end": false, "cancellation_details": {"reason": null, "comment": null, "feedback": null}, "pending_setup_intent": null, "default_payment_method": "pm_B8QT4jI95gCg855q47NZCm0d", "application_fee_percent": null, "billing_cycle_anchor_config": null, "pending_invoice_item_interval": null, "next_pending_invoice_item_invoice": null}}, "type": "customer.subscription.created", "object": "event", "created": 1795863018, "request": {"id": "req_SSkF15aNqI1A8a", "idempotency_key": null}, "livemode": false, "api_version": "2026-05-27.dahlia", "pending_webhooks": 0}', 10, 'evt_kfN5ZtcBWAgIf3GlbXsWA0sW', false, '2026-11-28 10:50:18+00', NULL, '2026-05-27.dahlia', '{"object": {"id": "sub_K0fE3r2GqcuPL75H6FOAQGIt", "items": {"url": "/v1/subscription_items?subscription=sub_K0fE3r2GqcuPL75H6FOAQGIt", "data": [{"id": "si_FPBpk2rwLKzv0FXnkyqimzO7", "price": {"id": "price_sandbox_pro_monthly", "type": "recurring", "active": true, "object": "price", "created": 1795863012, "product": "prod_sandbox_pro", "currency": "usd", "livemode": false, "metadata": {}, "nickname": null, "recurring": {"meter": null, "interval": "month", "usage_type": "licensed", "interval_count": 1}, "lookup_key": null, "tiers_mode": null, "unit_amount": 999, "tax_behavior": "unspecified", "billing_scheme": "per_unit", "custom_unit_amount": null, "transform_quantity": null, "unit_amount_decimal": "999"}, "object": "subscription_item", "created": 1795863018, "metadata": {}, "quantity": 1, "discounts": [], "tax_rates": [], "subscription": "sub_K0fE3r2GqcuPL75H6FOAQGIt", "billing_thresholds": null, "current_period_end": 1798455018, "current_period_start": 1795863018}], "object": "list", "has_more": false}, "object": "subscription", "status": "active", "created": 1795863018, "currency": "usd", "customer": "cus_lYsIOZdgsO34wD", "ended_at": null, "livemode": false, "metadata": {"plan": "pro", "user_id@api.example": "6"}, "schedule": null, "cancel_at": null, "discounts": [], "trial_end": null, "start_date": 1795863018, "test_clock": null, "application": null, "canceled_at": null, "description": null, "trial_start": null, "billing_mode": {"type": "flexible", "flexible": {"proration_discounts": "included"}}, "on_behalf_of": null, "automatic_tax": {"enabled": false, "liability": null, "disabled_reason": null}, "transfer_data": null, "days_until_due": null, "default_source": null, "latest_invoice": null, "pending_update": null, "trial_settings": {"end_behavior": {"missing_payment_method": "create_invoice"}}, "customer_account": null, "invoice_settings": {"issuer": {"type": "self"}, "account_tax_ids": null}, "managed_payments": null, "pause_collection": null, "payment_settings": {"payment_method_types": null, "payment_method_options": null, "save_default_payment_method": "off"}, "billing_schedules": [], "collection_method": "charge_automatically", "default_tax_rates": [], "billing_thresholds": null, "billing_cycle_anchor": 1795863018, "cancel_at_period_end": false, "cancellation_details": {"reason": null, "comment": null, "feedback": null}, "pending_setup_intent": null, "default_payment_method": "pm_B8QT4jI95gCg855q47NZCm0d", "application_fee_percent": null, "billing_cycle_anchor_config": null, "pending_invoice_item_interval": null, "next_pending_invoice_item_invoice": null}}', 'req_SSkF15aNqI1A8a', '', 'customer.subscription.created', 'acct_1SandboxAccount00'),
	('2026-11-28 10:50:18.766049+00', '2026-11-28 10:50:18.766068+00', '{"id": "evt_iBnsY4n84q0SuAcGbLpq5Z3z", "data": {"object": {"id": "in_f2u7jPLoXbJiLUSXgZ9huBEG", "lines": {"url": "/v1/invoices/in_f2u7jPLoXbJiLUSXgZ9huBEG/lines", "data": [{"id": "il_MFAu2Jqy9H4odCmaGdITAPL3", "taxes": [], "amount": 999, "object": "line_item", "parent": {"type": "subscription_item_details", "invoice_item_details": null, "subscription_item_details": {"proration": false, "invoice_item": null, "subscription": "sub_K0fE3r2GqcuPL75H6FOAQGIt", "proration_details": {"credited_items": null}, "subscription_item": "si_FPBpk2rwLKzv0FXnkyqimzO7"}}, "period": {"end": 1798455018, "start": 1795863018}, "invoice": "in_f2u7jPLoXbJiLUSXgZ9huBEG", "pricing": {"type": "price_details", "price_details": {"price": "price_sandbox_pro_monthly", "product": "prod_sandbox_pro"}, "unit_amount_decimal": "999"}, "currency": "usd", "livemode": false, "metadata": {}, "quantity": 1, "subtotal": 999, "discounts": [], "description": "1 × Elevate Pro Plan (at $9.99 / month)", "discountable": true, "subscription": "sub_K0fE3r2GqcuPL75H6FOAQGIt", "discount_amounts": [], "quantity_decimal": "1", "pretax_credit_amounts": []}], "object": "list", "has_more": false}, "total": 999, "footer": null, "issuer": {"type": "self"}, "number": "DGSO34WD-0001", "object": "invoice", "parent": {"type": "subscription_details", "quote_details": null, "subscription_details": {"metadata": {"plan": "pro", "user_id@api.example": "6"}, "subscription": "sub_K0fE3r2GqcuPL75H6FOAQGIt"}}, "status": "paid", "created": 1795863018, "currency": "usd", "customer": "cus_lYsIOZdgsO34wD", "due_date": null, "livemode": false, "metadata": {}, "subtotal": 999, "attempted": true, "discounts": [], "rendering": null, "amount_due": 999, "period_end": 1795863018, "test_clock": null, "amount_paid": 999, "application": null, "description": null, "invoice_pdf": "http://127.0.0.1:39061/i/acct_1SandboxAccount00/in_f2u7jPLoXbJiLUSXgZ9huBEG?format=pdf", "total_taxes": [], "account_name": "Stripe sandbox", "auto_advance": false, "effective_at": 1795863018, "from_invoice": null, "on_behalf_of": null, "period_start": 1795863018, "attempt_count": 1, "automatic_tax": {"status": null, "enabled": false, "provider": null, "liability": null, "disabled_reason": null}, "custom_fields": null, "customer_name": "Ada Example", "shipping_cost": null, "billing_reason": "subscription_create", "customer_email": "user5@example.com", "customer_phone": null, "default_source": null, "ending_balance": 0, "receipt_number": null, "account_country": "US", "account_tax_ids": null, "amount_overpaid": 0, "amount_shipping": 0, "latest_revision": null, "amount_remaining": 0, "customer_account": null, "customer_address": null, "customer_tax_ids": [], "payment_settings": {"default_mandate": null, "payment_method_types": null, "payment_method_options": null}, "shipping_details": null, "starting_balance": 0, "collection_method": "charge_automatically", "customer_shipping": null, "default_tax_rates": [], "hosted_invoice_url": "http://127.0.0.1:39061/i/acct_1SandboxAccount00/in_f2u7jPLoXbJiLUSXgZ9huBEG", "status_transitions": {"paid_at": 1795863018, "voided_at": null, "finalized_at": 1795863018, "marked_uncollectible_at": null}, "confirmation_secret": null, "customer_tax_exempt": "none", "total_excluding_tax": 999, "next_payment_attempt": null, "statement_descriptor": null, "webhooks_delivered_at": null, "amount_paid_off_stripe": 0, "default_payment_method": null, "subtotal_excluding_tax": 999, "total_discount_amounts": [], "last_finalization_error": null, "automatically_finalizes_at": null, "total_pretax_credit_amounts": [], "pre_payment_credit_notes_amount": 0, "post_payment_credit_notes_amount": 0}}, "type": "invoice.paid", "object": "event", "created": 1795863018, "request": {"id": "req_SSkF15aNqI1A8a", "idempotency_key": null}, "livemode": false, "api_version": "2026-05-27.dahlia", "pending_webhooks": 0}', 11, 'evt_iBnsY4n84q0SuAcGbLpq5Z3z', false, '2026-11-28 10:50:18+00', NULL, '2026-05-27.dahlia', '{"object": {"id": "in_f2u7jPLoXbJiLUSXgZ9huBEG", "lines": {"url": "/v1/invoices/in_f2u7jPLoXbJiLUSXgZ9huBEG/lines", "data": [{"id": "il_MFAu2Jqy9H4odCmaGdITAPL3", "taxes": [], "amount": 999, "object": "line_item", "parent": {"type": "subscription_item_details", "invoice_item_details": null, "subscription_item_details": {"proration": false, "invoice_item": null, "subscription": "sub_K0fE3r2GqcuPL75H6FOAQGIt", "proration_details": {"credited_items": null}, "subscription_item": "si_FPBpk2rwLKzv0FXnkyqimzO7"}}, "period": {"end": 1798455018, "start": 1795863018}, "invoice": "in_f2u7jPLoXbJiLUSXgZ9huBEG", "pricing": {"type": "price_details", "price_details": {"price": "price_sandbox_pro_monthly", "product": "prod_sandbox_pro"}, "unit_amount_decimal": "999"}, "currency": "usd", "livemode": false, "metadata": {}, "quantity": 1, "subtotal": 999, "discounts": [], "description": "1 × Elevate Pro Plan (at $9.99 / month)", "discountable": true, "subscription": "sub_K0fE3r2GqcuPL75H6FOAQGIt", "discount_amounts": [], "quantity_decimal": "1", "pretax_credit_amounts": []}], "object": "list", "has_more": false}, "total": 999, "footer": null, "issuer": {"type": "self"}, "number": "DGSO34WD-0001", "object": "invoice", "parent": {"type": "subscription_details", "quote_details": null, "subscription_details": {"metadata": {"plan": "pro", "user_id@api.example": "6"}, "subscription": "sub_K0fE3r2GqcuPL75H6FOAQGIt"}}, "status": "paid", "created": 1795863018, "currency": "usd", "customer": "cus_lYsIOZdgsO34wD", "due_date": null, "livemode": false, "metadata": {}, "subtotal": 999, "attempted": true, "discounts": [], "rendering": null, "amount_due": 999, "period_end": 1795863018, "test_clock": null, "amount_paid": 999, "application": null, "description": null, "invoice_pdf": "http://127.0.0.1:39061/i/acct_1SandboxAccount00/in_f2u7jPLoXbJiLUSXgZ9huBEG?format=pdf", "total_taxes": [], "account_name": "Stripe sandbox", "auto_advance": false, "effective_at": 1795863018, "from_invoice": null, "on_behalf_of": null, "period_start": 1795863018, "attempt_count": 1, "automatic_tax": {"status": null, "enabled": false, "provider": null, "liability": null, "disabled_reason": null}, "custom_fields": null, "customer_name": "Ada Example", "shipping_cost": null, "billing_reason": "subscription_create", "customer_email": "user5@example.com", "customer_phone": null, "default_source": null, "ending_balance": 0, "receipt_number": null, "account_country": "US", "account_tax_ids": null, "amount_overpaid": 0, "amount_shipping": 0, "latest_revision": null, "amount_remaining": 0, "customer_account": null, "customer_address": null, "customer_tax_ids": [], "payment_settings": {"default_mandate": null, "payment_method_types": null, "payment_method_options": null}, "shipping_details": null, "starting_balance": 0, "collection_method": "charge_automatically", "customer_shipping": null, "default_tax_rates": [], "hosted_invoice_url": "http://127.0.0.1:39061/i/acct_1SandboxAccount00/in_f2u7jPLoXbJiLUSXgZ9huBEG", "status_transitions": {"paid_at": 1795863018, "voided_at": null, "finalized_at": 1795863018, "marked_uncollectible_at": null}, "confirmation_secret": null, "customer_tax_exempt": "none", "total_excluding_tax": 999, "next_payment_attempt": null, "statement_descriptor": null, "webhooks_delivered_at": null, "amount_paid_off_stripe": 0, "default_payment_method": null, "subtotal_excluding_tax": 999, "total_discount_amounts": [], "last_finalization_error": null, "automatically_finalizes_at": null, "total_pretax_credit_amounts": [], "pre_payment_credit_notes_amount": 0, "post_payment_credit_notes_amount": 0}}', 'req_SSkF15aNqI1A8a', '', 'invoice.paid', 'acct_1SandboxAccount00'),
	('2026-11-28 10:50:18.904574+00', '2026-11-28 10:50:18.904592+00', '{"id": "evt_EuAr6Cr7AAKfsu29OZBemU1N", "data": {"object": {"id": "cs_test_W46MGmw9mzwzOU4vyOzTBCHzvpuOBOsbT34neg0B", "url": null, "mode": "subscription", "locale": null, "object": "checkout.session", "status": "complete", "consent": null, "created": 1795863018, "invoice": "in_f2u7jPLoXbJiLUSXgZ9huBEG", "ui_mode": "hosted_page", "currency": "usd", "customer": "cus_lYsIOZdgsO34wD", "livemode": false, "metadata": {"plan": "pro", "terms": "2eeed86cb603deca", "user_id@api.example": "6"}, "discounts": [], "cancel_url": "https://app.example/cancelled", "expires_at": 1795949418, "custom_text": {"submit": null, "after_submit": null, "shipping_address": null, "terms_of_service_acceptance": null}, "permissions": null, "submit_type": null, "success_url": "https://app.example/success?session_id={CHECKOUT_SESSION_ID}", "amount_total": 999, "payment_link": null, "setup_intent": null, "subscription": "sub_K0fE3r2GqcuPL75H6FOAQGIt", "automatic_tax": {"status": null, "enabled": false, "provider": null, "liability": null}, "client_secret": null, "custom_fields": [], "shipping_cost": null, "total_details": {"amount_tax": 0, "amount_discount": 0, "amount_shipping": 0}, "customer_email": null, "optional_items": null, "origin_context": null, "payment_intent": null, "payment_status": "paid", "recovered_from": null, "wallet_options": null, "amount_subtotal": 999, "adaptive_pricing": {"enabled": false}, "after_expiration": null, "customer_account": null, "customer_details": {"name": "Ada Example", "email": "user5@example.com", "phone": null, "address": null, "tax_ids": null, "tax_exempt": "none", "business_name": null, "individual_name": null}, "invoice_creation": null, "managed_payments": null, "shipping_options": [], "customer_creation": null, "consent_collection": null, "client_reference_id": "6", "currency_conversion": null, "payment_method_types": ["card"], "allow_promotion_codes": null, "collected_information": null, "integration_identifier": null, "payment_method_options": {}, "phone_number_collection": {"enabled": false}, "payment_method_collection": "always", "billing_address_collection": null, "shipping_address_collection": null, "saved_payment_method_options": null, "payment_method_configuration_details": null}}, "type": "checkout.session.completed", "object": "event", "created": 1795863018, "request": {"id": "req_SSkF15aNqI1A8a", "idempotency_key": null}, "livemode": false, "api_version": "2026-05-27.dahlia", "pending_webhooks": 0}', 12, 'evt_EuAr6Cr7AAKfsu29OZBemU1N', false, '2026-11-28 10:50:18+00', NULL, '2026-05-27.dahlia', '{"object": {"id": "cs_test_W46MGmw9mzwzOU4vyOzTBCHzvpuOBOsbT34neg0B", "url": null, "mode": "subscription", "locale": null, "object": "checkout.session", "status": "complete", "consent": null, "created": 1795863018, "invoice": "in_f2u7jPLoXbJiLUSXgZ9huBEG", "ui_mode": "hosted_page", "currency": "usd", "customer": "cus_lYsIOZdgsO34wD", "livemode": false, "metadata": {"plan": "pro", "terms": "2eeed86cb603deca", "user_id@api.example": "6"}, "discounts": [], "cancel_url": "https://app.example/cancelled", "expires_at": 1795949418, "custom_text": {"submit": null, "after_submit": null, "shipping_address": null, "terms_of_service_acceptance": null}, "permissions": null, "submit_type": null, "success_url": "https://app.example/success?session_id={CHECKOUT_SESSION_ID}", "amount_total": 999, "payment_link": null, "setup_intent": null, "subscription": "sub_K0fE3r2GqcuPL75H6FOAQGIt", "automatic_tax": {"status": null, "enabled": false, "provider": null, "liability": null}, "client_secret": null, "custom_fields": [], "shipping_cost": null, "total_details": {"amount_tax": 0, "amount_discount": 0, "amount_shipping": 0}, "customer_email": null, "optional_items": null, "origin_context": null, "payment_intent": null, "payment_status": "paid", "recovered_from": null, "wallet_options": null, "amount_subtotal": 999, "adaptive_pricing": {"enabled": false}, "after_expiration": null, "customer_account": null, "customer_details": {"name": "Ada Example", "email": "user5@example.com", "phone": null, "address": null, "tax_ids": null, "tax_exempt": "none", "business_name": null, "individual_name": null}, "invoice_creation": null, "managed_payments": null, "shipping_options": [], "customer_creation": null, "consent_collection": null, "client_reference_id": "6", "currency_conversion": null, "payment_method_types": ["card"], "allow_promotion_codes": null, "collected_information": null, "integration_identifier": null, "payment_method_options": {}, "phone_number_collection": {"enabled": false}, "payment_method_collection": "always", "billing_address_collection": null, "shipping_address_collection": null, "saved_payment_method_options": null, "payment_method_configuration_details": null}}', 'req_SSkF15aNqI1A8a', '', 'checkout.session.completed', 'acct_1SandboxAccount00');


INSERT INTO public.djstripe_feature VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, NULL);


INSERT INTO public.djstripe_file VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, NULL);


INSERT INTO public.djstripe_filelink VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, NULL, 'x');


INSERT INTO public.djstripe_idempotencykey VALUES
	('00000000-0000-4000-8000-000000000001', 'x', false, '2026-01-01 00:00:00+00');


INSERT INTO public.djstripe_invoice VALUES
	('2026-11-28 10:50:15.063286+00', '2026-11-28 10:50:15.063306+00', '{"id": "in_Qx1OMna5zGUBiuuYKmBWPhRh", "lines": {"url": "/v1/invoices/in_Qx1OMna5zGUBiuuYKmBWPhRh/lines", "data": [{"id": "il_WsVqYapUHXWMFVItdSEJdXXH", "taxes": [], "amount": 999, "object": "line_item", "parent": {"type": "subscription_item_details", "invoice_item_details": null, "subscription_item_details": {"proration": false, "invoice_item": null, "subscription": "sub_PdT9U7HrlGdc1vXAsja0Dfl9", "proration_details": {"credited_items": null}, "subscription_item": "si_O03Fd8pTy9nIsRVbBUVnK4Jh"}}, "period": {"end": 1798455014, "start": 1795863014}, "invoice": "in_Qx1OMna5zGUBiuuYKmBWPhRh", "pricing": {"type": "price_details", "price_details": {"price": "price_sandbox_pro_monthly", "product": "prod_sandbox_pro"}, "unit_amount_decimal": "999"}, "currency": "usd", "livemode": false, "metadata": {}, "quantity": 1, "subtotal": 999, "discounts": [], "description": "1 × Elevate Pro Plan (at $9.99 / month)", "discountable": true, "subscription": "sub_PdT9U7HrlGdc1vXAsja0Dfl9", "discount_amounts": [], "quantity_decimal": "1", "pretax_credit_amounts": []}], "object": "list", "has_more": false}, "total": 999, "footer": null, "issuer": {"type": "self"}, "number": "UZJ59FO2-0001", "object": "invoice", "parent": {"type": "subscription_details", "quote_details": null, "subscription_details": {"metadata": {"plan": "pro", "user_id@api.example": "1"}, "subscription": "sub_PdT9U7HrlGdc1vXAsja0Dfl9"}}, "status": "paid", "created": 1795863014, "currency": "usd", "customer": "cus_VW4AWSuzj59FO2", "due_date": null, "livemode": false, "metadata": {}, "payments": {"url": "/v1/invoices/in_Qx1OMna5zGUBiuuYKmBWPhRh/payments", "data": [{"id": "inpay_bM2sraBCj9OkY0VT38LFQzf5", "object": "invoice_payment", "status": "paid", "created": 1795863014, "invoice": "in_Qx1OMna5zGUBiuuYKmBWPhRh", "payment": {"type": "payment_intent", "payment_intent": "pi_p5VUMl2Rv7ZLDvzemUtKsYPR"}, "currency": "usd", "livemode": false, "is_default": true, "amount_paid": 999, "amount_requested": 999, "status_transitions": {"paid_at": 1795863014, "canceled_at": null}}], "object": "list", "has_more": false}, "subtotal": 999, "attempted": true, "discounts": [], "rendering": null, "amount_due": 999, "period_end": 1795863014, "test_clock": null, "amount_paid": 999, "application": null, "description": null, "invoice_pdf": "http://127.0.0.1:39061/i/acct_1SandboxAccount00/in_Qx1OMna5zGUBiuuYKmBWPhRh?format=pdf", "total_taxes": [], "account_name": "Stripe sandbox", "auto_advance": false, "effective_at": 1795863014, "from_invoice": null, "on_behalf_of": null, "period_start": 1795863014, "attempt_count": 1, "automatic_tax": {"status": null, "enabled": false, "provider": null, "liability": null, "disabled_reason": null}, "custom_fields": null, "customer_name": "Ada Example", "shipping_cost": null, "billing_reason": "subscription_create", "customer_email": "user0@example.com", "customer_phone": null, "default_source": null, "ending_balance": 0, "receipt_number": null, "account_country": "US", "account_tax_ids": null, "amount_overpaid": 0, "amount_shipping": 0, "latest_revision": null, "amount_remaining": 0, "customer_account": null, "customer_address": null, "customer_tax_ids": [], "payment_settings": {"default_mandate": null, "payment_method_types": null, "payment_method_options": null}, "shipping_details": null, "starting_balance": 0, "collection_method": "charge_automatically", "customer_shipping": null, "default_tax_rates": [], "hosted_invoice_url": "http://127.0.0.1:39061/i/acct_1SandboxAccount00/in_Qx1OMna5zGUBiuuYKmBWPhRh", "status_transitions": {"paid_at": 1795863014, "voided_at": null, "finalized_at": 1795863014, "marked_uncollectible_at": null}, "confirmation_secret": null, "customer_tax_exempt": "none", "total_excluding_tax": 999, "next_payment_attempt": null, "statement_descriptor": null, "webhooks_delivered_at": null, "amount_paid_off_stripe": 0, "default_payment_method": null, "subtotal_excluding_tax": 999, "total_discount_amounts": [], "last_finalization_error": null, "automatically_finalizes_at": null, "total_pretax_credit_amounts": [], "pre_payment_credit_notes_amount": 0, "post_payment_credit_notes_amount": 0}', 1, 'in_Qx1OMna5zGUBiuuYKmBWPhRh', false, '2026-11-28 10:50:14+00', '{}', NULL, 'cus_VW4AWSuzj59FO2', 'acct_1SandboxAccount00', NULL, NULL, NULL);


INSERT INTO public.djstripe_invoiceitem VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, 'cus_VW4AWSuzj59FO2', NULL, NULL, NULL, NULL);


INSERT INTO public.djstripe_issuing_authorization VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, NULL);


INSERT INTO public.djstripe_issuing_card VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, NULL);


INSERT INTO public.djstripe_issuing_cardholder VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, NULL);


INSERT INTO public.djstripe_issuing_dispute VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, NULL);


INSERT INTO public.djstripe_issuing_transaction VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, NULL);


INSERT INTO public.djstripe_lineitem VALUES
	('2026-11-28 10:50:15.080563+00', '2026-11-28 10:50:15.080589+00', '{"id": "il_WsVqYapUHXWMFVItdSEJdXXH", "date": 1795863014, "taxes": [], "amount": 999, "object": "line_item", "parent": {"type": "subscription_item_details", "invoice_item_details": null, "subscription_item_details": {"proration": false, "invoice_item": null, "subscription": "sub_PdT9U7HrlGdc1vXAsja0Dfl9", "proration_details": {"credited_items": null}, "subscription_item": "si_O03Fd8pTy9nIsRVbBUVnK4Jh"}}, "period": {"end": 1798455014, "start": 1795863014}, "invoice": "in_Qx1OMna5zGUBiuuYKmBWPhRh", "pricing": {"type": "price_details", "price_details": {"price": "price_sandbox_pro_monthly", "product": "prod_sandbox_pro"}, "unit_amount_decimal": "999"}, "currency": "usd", "customer": "cus_VW4AWSuzj59FO2", "livemode": false, "metadata": {}, "quantity": 1, "subtotal": 999, "discounts": [], "period_end": 1798455014, "description": "1 × Elevate Pro Plan (at $9.99 / month)", "discountable": true, "period_start": 1795863014, "subscription": "sub_PdT9U7HrlGdc1vXAsja0Dfl9", "discount_amounts": [], "quantity_decimal": "1", "pretax_credit_amounts": []}', 1, 'il_WsVqYapUHXWMFVItdSEJdXXH', false, NULL, '{}', 'acct_1SandboxAccount00', NULL, 'sub_PdT9U7HrlGdc1vXAsja0Dfl9', NULL);


INSERT INTO public.djstripe_mandate VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, NULL, 'pm_jh4pkIiF5aSUHF9iHAn3mrrr');


INSERT INTO public.djstripe_paymentintent VALUES
	('2026-11-28 10:50:15.626746+00', '2026-11-28 10:50:15.626761+00', '{"id": "pi_7NDSIITz5MuRJ4csBHrXtCxC", "amount": 499, "object": "payment_intent", "review": null, "status": "succeeded", "created": 1795863015, "currency": "usd", "customer": "cus_lEWsZAqpKDNmid", "livemode": false, "metadata": {"pack": "pack-500", "user_id@api.example": "4"}, "shipping": null, "processing": null, "application": null, "canceled_at": null, "description": null, "next_action": null, "on_behalf_of": null, "client_secret": "pi_7NDSIITz5MuRJ4csBHrXtCxC_secret_0vGNB0vC7XSV1zIlXFYly4XdP", "latest_charge": "ch_CnO7fISWkiQYqE52Mt94wXsC", "receipt_email": null, "transfer_data": null, "amount_details": {"tip": {}}, "capture_method": "automatic", "payment_method": "pm_jh4pkIiF5aSUHF9iHAn3mrrr", "transfer_group": null, "amount_received": 499, "customer_account": null, "managed_payments": null, "amount_capturable": 0, "last_payment_error": null, "setup_future_usage": null, "cancellation_reason": null, "confirmation_method": "automatic", "payment_method_types": ["card"], "statement_descriptor": null, "application_fee_amount": null, "payment_method_options": null, "automatic_payment_methods": null, "statement_descriptor_suffix": null, "excluded_payment_method_types": null, "payment_method_configuration_details": null}', 1, 'pi_7NDSIITz5MuRJ4csBHrXtCxC', false, '2026-11-28 10:50:15+00', '{"pack": "pack-500", "user_id@api.example": "4"}', 'cus_lEWsZAqpKDNmid', 'acct_1SandboxAccount00', NULL, 'pm_jh4pkIiF5aSUHF9iHAn3mrrr');


INSERT INTO public.djstripe_paymentmethod VALUES
	('2026-11-28 10:50:15.624575+00', '2026-11-28 10:50:15.624593+00', '{"id": "pm_jh4pkIiF5aSUHF9iHAn3mrrr", "card": {"brand": "visa", "last4": "4242", "checks": {"cvc_check": "pass", "address_line1_check": null, "address_postal_code_check": null}, "wallet": null, "country": "US", "funding": "credit", "exp_year": 2040, "networks": {"available": ["visa"], "preferred": null}, "exp_month": 12, "fingerprint": "Sandbox42424242", "display_brand": "visa", "generated_from": null, "regulated_status": "unregulated", "three_d_secure_usage": {"supported": true}}, "type": "card", "object": "payment_method", "created": 1795863015, "customer": "cus_lEWsZAqpKDNmid", "livemode": false, "metadata": {}, "allow_redisplay": "limited", "billing_details": {"name": null, "email": null, "phone": null, "tax_id": null, "address": {"city": null, "line1": null, "line2": null, "state": null, "country": null, "postal_code": null}}, "customer_account": null}', 1, 'pm_jh4pkIiF5aSUHF9iHAn3mrrr', false, '2026-11-28 10:50:15+00', '{}', 'cus_lEWsZAqpKDNmid', 'acct_1SandboxAccount00');


INSERT INTO public.djstripe_payout VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, 'x', NULL, NULL, NULL, NULL, NULL, NULL);


INSERT INTO public.djstripe_price VALUES
	('2026-11-28 10:50:14.914294+00', '2026-11-28 10:50:14.914312+00', '{"id": "price_sandbox_pro_monthly", "type": "recurring", "active": true, "object": "price", "created": 1795863012, "product": "prod_sandbox_pro", "currency": "usd", "livemode": false, "metadata": {}, "nickname": null, "recurring": {"meter": null, "interval": "month", "usage_type": "licensed", "interval_count": 1}, "lookup_key": null, "tiers_mode": null, "unit_amount": 999, "tax_behavior": "unspecified", "billing_scheme": "per_unit", "custom_unit_amount": null, "transform_quantity": null, "unit_amount_decimal": "999"}', 1, 'price_sandbox_pro_monthly', false, '2026-11-28 10:50:12+00', '{}', true, 'usd', '', '', 'acct_1SandboxAccount00', 'prod_sandbox_pro');


INSERT INTO public.djstripe_product VALUES
	('2026-11-28 10:50:14.894105+00', '2026-11-28 10:50:14.89412+00', '{"id": "prod_sandbox_pro", "url": null, "name": "Elevate Pro Plan", "active": true, "images": [], "object": "product", "created": 1795863012, "updated": 1795863012, "livemode": false, "metadata": {}, "tax_code": null, "shippable": null, "unit_label": null, "description": "1,000 credits a month for question sets and marking.", "default_price": null, "marketing_features": [], "package_dimensions": null, "statement_descriptor": null}', 1, 'prod_sandbox_pro', false, '2026-11-28 10:50:12+00', '{}', 'Elevate Pro Plan', true, 'acct_1SandboxAccount00');


INSERT INTO public.djstripe_productfeature VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, NULL, 'x', 'prod_sandbox_pro');


INSERT INTO public.djstripe_promotioncode VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, NULL);


INSERT INTO public.djstripe_refund VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, 1, 'x', NULL, 'ch_CnO7fISWkiQYqE52Mt94wXsC', NULL, NULL);


INSERT INTO public.djstripe_review VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, NULL);


INSERT INTO public.djstripe_scheduledqueryrun VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, '2026-01-01 00:00:00+00', NULL, '2026-01-01 00:00:00+00', 'x', 'x', 'x', NULL, NULL);


INSERT INTO public.djstripe_session VALUES
	('2026-11-28 10:50:15.22472+00', '2026-11-28 10:50:15.224744+00', '{"id": "cs_test_Zwv6tcLhHgxBpK3ymN8Zfi5ytRaeUl84tgC057ga", "url": null, "mode": "subscription", "locale": null, "object": "checkout.session", "status": "complete", "consent": null, "created": 1795863014, "invoice": "in_Qx1OMna5zGUBiuuYKmBWPhRh", "ui_mode": "hosted_page", "currency": "usd", "customer": "cus_VW4AWSuzj59FO2", "livemode": false, "metadata": {"plan": "pro", "terms": "eeea3c5f3701c95e", "user_id@api.example": "1"}, "discounts": [], "cancel_url": "https://app.example/cancelled", "expires_at": 1795949414, "line_items": {"url": "/v1/checkout/sessions/cs_test_Zwv6tcLhHgxBpK3ymN8Zfi5ytRaeUl84tgC057ga/line_items", "data": [{"id": "li_XJqF29bEQ4aAfuH8MXxQqTCv", "price": {"id": "price_sandbox_pro_monthly", "type": "recurring", "active": true, "object": "price", "created": 1795863012, "product": "prod_sandbox_pro", "currency": "usd", "livemode": false, "metadata": {}, "nickname": null, "recurring": {"meter": null, "interval": "month", "usage_type": "licensed", "interval_count": 1}, "lookup_key": null, "tiers_mode": null, "unit_amount": 999, "tax_behavior": "unspecified", "billing_scheme": "per_unit", "custom_unit_amount": null, "transform_quantity": null, "unit_amount_decimal": "999"}, "object": "item", "currency": "usd", "metadata": {}, "quantity": 1, "amount_tax": 0, "description": "Elevate Pro Plan", "amount_total": 999, "amount_discount": 0, "amount_subtotal": 999, "adjustable_quantity": null}], "object": "list", "has_more": false}, "custom_text": {"submit": null, "after_submit": null, "shipping_address": null, "terms_of_service_acceptance": null}, "permissions": null, "submit_type": null, "success_url": "https://app.example/success?session_id={CHECKOUT_SESSION_ID}", "amount_total": 999, "payment_link": null, "setup_intent": null, "subscription": "sub_PdT9U7HrlGdc1vXAsja0Dfl9", "automatic_tax": {"status": null, "enabled": false, "provider": null, "liability": null}, "client_secret": null, "custom_fields": [], "shipping_cost": null, "total_details": {"breakdown": {"taxes": [], "discounts": []}, "amount_tax": 0, "amount_discount": 0, "amount_shipping": 0}, "customer_email": null, "optional_items": null, "origin_context": null, "payment_intent": null, "payment_status": "paid", "recovered_from": null, "wallet_options": null, "amount_subtotal": 999, "adaptive_pricing": {"enabled": false}, "after_expiration": null, "customer_account": null, "customer_details": {"name": "Ada Example", "email": "user0@example.com", "phone": null, "address": null, "tax_ids": null, "tax_exempt": "none", "business_name": null, "individual_name": null}, "invoice_creation": null, "managed_payments": null, "shipping_options": [], "customer_creation": null, "consent_collection": null, "client_reference_id": "1", "currency_conversion": null, "payment_method_types": ["card"], "allow_promotion_codes": null, "collected_information": null, "integration_identifier": null, "payment_method_options": {}, "phone_number_collection": {"enabled": false}, "payment_method_collection": "always", "billing_address_collection": null, "shipping_address_collection": null, "saved_payment_method_options": null, "payment_method_configuration_details": null}', 1, 'cs_test_Zwv6tcLhHgxBpK3ymN8Zfi5ytRaeUl84tgC057ga', false, '2026-11-28 10:50:14+00', '{"plan": "pro", "terms": "eeea3c5f3701c95e", "user_id@api.example": "1"}', 'cus_VW4AWSuzj59FO2', 'acct_1SandboxAccount00', NULL, NULL, 'sub_PdT9U7HrlGdc1vXAsja0Dfl9'),
	('2026-11-28 10:50:15.637947+00', '2026-11-28 10:50:15.637965+00', '{"id": "cs_test_X7Vi8DJ6VAhRYCbybXcFjmdr34fLISBMyKlJOLH6", "url": null, "mode": "payment", "locale": null, "object": "checkout.session", "status": "complete", "consent": null, "created": 1795863015, "invoice": null, "ui_mode": "hosted_page", "currency": "usd", "customer": "cus_lEWsZAqpKDNmid", "livemode": false, "metadata": {"pack": "pack-500", "terms": "30705407a66ef9c0", "user_id@api.example": "4"}, "discounts": [], "cancel_url": "https://app.example/cancelled", "expires_at": 1795949415, "line_items": {"url": "/v1/checkout/sessions/cs_test_X7Vi8DJ6VAhRYCbybXcFjmdr34fLISBMyKlJOLH6/line_items", "data": [{"id": "li_JrrXGAsV5B2eBCyhH9rGotSs", "price": {"id": "price_sandbox_pack_500", "type": "one_time", "active": true, "object": "price", "created": 1795863012, "product": "prod_sandbox_pack", "currency": "usd", "livemode": false, "metadata": {}, "nickname": null, "recurring": null, "lookup_key": null, "tiers_mode": null, "unit_amount": 499, "tax_behavior": "unspecified", "billing_scheme": "per_unit", "custom_unit_amount": null, "transform_quantity": null, "unit_amount_decimal": "499"}, "object": "item", "currency": "usd", "metadata": {}, "quantity": 1, "amount_tax": 0, "description": "500 credits", "amount_total": 499, "amount_discount": 0, "amount_subtotal": 499, "adjustable_quantity": null}], "object": "list", "has_more": false}, "custom_text": {"submit": null, "after_submit": null, "shipping_address": null, "terms_of_service_acceptance": null}, "permissions": null, "submit_type": null, "success_url": "https://app.example/success?session_id={CHECKOUT_SESSION_ID}", "amount_total": 499, "payment_link": null, "setup_intent": null, "subscription": null, "automatic_tax": {"status": null, "enabled": false, "provider": null, "liability": null}, "client_secret": null, "custom_fields": [], "shipping_cost": null, "total_details": {"breakdown": {"taxes": [], "discounts": []}, "amount_tax": 0, "amount_discount": 0, "amount_shipping": 0}, "customer_email": null, "optional_items": null, "origin_context": null, "payment_intent": "pi_7NDSIITz5MuRJ4csBHrXtCxC", "payment_status": "paid", "recovered_from": null, "wallet_options": null, "amount_subtotal": 499, "adaptive_pricing": {"enabled": false}, "after_expiration": null, "customer_account": null, "customer_details": {"name": "Ada Example", "email": "user3@example.com", "phone": null, "address": null, "tax_ids": null, "tax_exempt": "none", "business_name": null, "individual_name": null}, "invoice_creation": {"enabled": false, "invoice_data": {"footer": null, "issuer": null, "metadata": {}, "description": null, "custom_fields": null, "account_tax_ids": null, "rendering_options": null}}, "managed_payments": null, "shipping_options": [], "customer_creation": null, "consent_collection": null, "client_reference_id": "4", "currency_conversion": null, "payment_method_types": ["card"], "allow_promotion_codes": null, "collected_information": null, "integration_identifier": null, "payment_method_options": {}, "phone_number_collection": {"enabled": false}, "payment_method_collection": "if_required", "billing_address_collection": null, "shipping_address_collection": null, "saved_payment_method_options": null, "payment_method_configuration_details": null}', 2, 'cs_test_X7Vi8DJ6VAhRYCbybXcFjmdr34fLISBMyKlJOLH6', false, '2026-11-28 10:50:15+00', '{"pack": "pack-500", "terms": "30705407a66ef9c0", "user_id@api.example": "4"}', 'cus_lEWsZAqpKDNmid', 'acct_1SandboxAccount00', 'pi_7NDSIITz5MuRJ4csBHrXtCxC', NULL, NULL);


INSERT INTO public.djstripe_setupintent VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, NULL, NULL, NULL, NULL);


INSERT INTO public.djstripe_shippingrate VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, NULL, NULL);


INSERT INTO public.djstripe_source VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, NULL, NULL);


INSERT INTO public.djstripe_sourcetransaction VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, '{}', NULL, 'x', NULL, 'x', NULL, NULL);


INSERT INTO public.djstripe_subscription VALUES
	('2026-11-28 10:50:14.868602+00', '2026-11-28 10:50:14.868621+00', '{"id": "sub_PdT9U7HrlGdc1vXAsja0Dfl9", "items": {"url": "/v1/subscription_items?subscription=sub_PdT9U7HrlGdc1vXAsja0Dfl9", "data": [{"id": "si_O03Fd8pTy9nIsRVbBUVnK4Jh", "price": {"id": "price_sandbox_pro_monthly", "type": "recurring", "active": true, "object": "price", "created": 1795863012, "product": "prod_sandbox_pro", "currency": "usd", "livemode": false, "metadata": {}, "nickname": null, "recurring": {"meter": null, "interval": "month", "usage_type": "licensed", "interval_count": 1}, "lookup_key": null, "tiers_mode": null, "unit_amount": 999, "tax_behavior": "unspecified", "billing_scheme": "per_unit", "custom_unit_amount": null, "transform_quantity": null, "unit_amount_decimal": "999"}, "object": "subscription_item", "created": 1795863014, "metadata": {}, "quantity": 1, "discounts": [], "tax_rates": [], "subscription": "sub_PdT9U7HrlGdc1vXAsja0Dfl9", "billing_thresholds": null, "current_period_end": 1798455014, "current_period_start": 1795863014}], "object": "list", "has_more": false}, "object": "subscription", "status": "active", "created": 1795863014, "currency": "usd", "customer": "cus_VW4AWSuzj59FO2", "ended_at": null, "livemode": false, "metadata": {"plan": "pro", "user_id@api.example": "1"}, "schedule": null, "cancel_at": null, "discounts": [], "trial_end": null, "start_date": 1795863014, "test_clock": null, "application": null, "canceled_at": null, "description": null, "trial_start": null, "billing_mode": {"type": "flexible", "flexible": {"proration_discounts": "included"}}, "on_behalf_of": null, "automatic_tax": {"enabled": false, "liability": null, "disabled_reason": null}, "transfer_data": null, "days_until_due": null, "default_source": null, "latest_invoice": "in_Qx1OMna5zGUBiuuYKmBWPhRh", "pending_update": null, "trial_settings": {"end_behavior": {"missing_payment_method": "create_invoice"}}, "customer_account": null, "invoice_settings": {"issuer": {"type": "self"}, "account_tax_ids": null}, "managed_payments": null, "pause_collection": null, "payment_settings": {"payment_method_types": null, "payment_method_options": null, "save_default_payment_method": "off"}, "billing_schedules": [], "collection_method": "charge_automatically", "default_tax_rates": [], "billing_thresholds": null, "billing_cycle_anchor": 1795863014, "cancel_at_period_end": false, "cancellation_details": {"reason": null, "comment": null, "feedback": null}, "pending_setup_intent": null, "default_payment_method": "pm_Ss9KUvJgfzCESBmv1aE7zVMH", "application_fee_percent": null, "billing_cycle_anchor_config": null, "pending_invoice_item_interval": null, "next_pending_invoice_item_invoice": null}', 1, 'sub_PdT9U7HrlGdc1vXAsja0Dfl9', false, '2026-11-28 10:50:14+00', '{"plan": "pro", "user_id@api.example": "1"}', 'cus_VW4AWSuzj59FO2', 'acct_1SandboxAccount00');


INSERT INTO public.djstripe_subscriptionitem VALUES
	('2026-11-28 10:50:14.932724+00', '2026-11-28 10:50:14.95086+00', '{"id": "si_O03Fd8pTy9nIsRVbBUVnK4Jh", "price": {"id": "price_sandbox_pro_monthly", "type": "recurring", "active": true, "object": "price", "created": 1795863012, "product": "prod_sandbox_pro", "currency": "usd", "livemode": false, "metadata": {}, "nickname": null, "recurring": {"meter": null, "interval": "month", "usage_type": "licensed", "interval_count": 1}, "lookup_key": null, "tiers_mode": null, "unit_amount": 999, "tax_behavior": "unspecified", "billing_scheme": "per_unit", "custom_unit_amount": null, "transform_quantity": null, "unit_amount_decimal": "999"}, "object": "subscription_item", "created": 1795863014, "metadata": {}, "quantity": 1, "discounts": [], "tax_rates": [], "subscription": "sub_PdT9U7HrlGdc1vXAsja0Dfl9", "billing_thresholds": null, "current_period_end": 1798455014, "current_period_start": 1795863014}', 1, 'si_O03Fd8pTy9nIsRVbBUVnK4Jh', NULL, '2026-11-28 10:50:14+00', '{}', 'acct_1SandboxAccount00', 1, 'sub_PdT9U7HrlGdc1vXAsja0Dfl9');


INSERT INTO public.djstripe_subscriptionschedule VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'x', NULL, NULL, 'x', 1, NULL, NULL, NULL);


INSERT INTO public.djstripe_taxcode VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL);


INSERT INTO public.djstripe_taxid VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, NULL);


INSERT INTO public.djstripe_taxrate VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, NULL);


INSERT INTO public.djstripe_transfer VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, NULL, NULL);


INSERT INTO public.djstripe_transferreversal VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, NULL, NULL, 'x');


INSERT INTO public.djstripe_upcominginvoice VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, NULL, NULL, NULL, NULL, 'cus_VW4AWSuzj59FO2', NULL, NULL, NULL, NULL);


INSERT INTO public.djstripe_verificationreport VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'x', NULL);


INSERT INTO public.djstripe_verificationsession VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, NULL, NULL, NULL, 'x', 'x', NULL, NULL);


INSERT INTO public.djstripe_webhookendpoint VALUES
	('2026-11-28 10:50:14.512733+00', '2026-11-28 10:50:14.512755+00', '{}', 1, 'we_from_environment', false, NULL, NULL, '2026-05-27.dahlia', '["*"]', 'whsec_sandboxSandboxSandbox0000', 'enabled', 'https://localhost/api/stripe-webhook', '', '268f459e-41de-5f23-a6cf-bcc1befdece8', 300, 'verify_signature', NULL);


INSERT INTO public.djstripe_webhookeventtrigger VALUES
	(1, '127.0.0.1', '{"Cookie": "", "Content-Type": "application/json", "Content-Length": "961", "Stripe-Signature": "t=1795863014,v1=8c8e9315fee3f495fa0c8943c6c238cd7e2e713ed2a63ffaed3dbf0149ae26e2"}', '{"api_version": "2026-05-27.dahlia", "created": 1795863014, "data": {"object": {"address": null, "cash_balance": null, "created": 1795863014, "currency": null, "customer_account": null, "default_source": null, "delinquent": false, "description": null, "discount": null, "email": "user0@example.com", "id": "cus_VW4AWSuzj59FO2", "invoice_prefix": "UZJ59FO2", "livemode": false, "name": "Ada Example", "object": "customer", "phone": null, "preferred_locales": [], "shipping": null, "tax_exempt": "none", "test_clock": null, "metadata": {"user_id@api.example": "1"}, "balance": 0, "next_invoice_sequence": 1, "invoice_settings": {"custom_fields": null, "default_payment_method": null, "footer": null, "rendering_options": null}}}, "id": "evt_k5m6OYQ5dgqZJVyZpLcHiayX", "livemode": false, "object": "event", "pending_webhooks": 0, "request": {"id": "req_X5DWwBss2fTTxB", "idempotency_key": "customer:1:3eb7dd23d4be4a3ba4fa7649b790fb09"}, "type": "customer.created"}', true, true, '', '', '2.11.0', '2026-11-28 10:50:14.53689+00', '2026-11-28 10:50:14.790838+00', 'evt_k5m6OYQ5dgqZJVyZpLcHiayX', NULL, 'we_from_environment'),
	(2, '127.0.0.1', '{"Cookie": "", "Content-Type": "application/json", "Content-Length": "2886", "Stripe-Signature": "t=1795863014,v1=788f28634bd69f436ce71294a7f9b60a2e1834df18cadfb27e729430c35bfabe"}', '{"api_version": "2026-05-27.dahlia", "created": 1795863014, "data": {"object": {"application": null, "application_fee_percent": null, "automatic_tax": {"disabled_reason": null, "enabled": false, "liability": null}, "billing_cycle_anchor": 1795863014, "billing_cycle_anchor_config": null, "billing_mode": {"flexible": {"proration_discounts": "included"}, "type": "flexible"}, "billing_schedules": [], "billing_thresholds": null, "cancel_at": null, "cancel_at_period_end": false, "canceled_at": null, "cancellation_details": {"comment": null, "feedback": null, "reason": null}, "collection_method": "charge_automatically", "created": 1795863014, "currency": "usd", "customer": "cus_VW4AWSuzj59FO2", "customer_account": null, "days_until_due": null, "default_payment_method": "pm_Ss9KUvJgfzCESBmv1aE7zVMH", "default_source": null, "default_tax_rates": [], "description": null, "discounts": [], "ended_at": null, "id": "sub_PdT9U7HrlGdc1vXAsja0Dfl9", "invoice_settings": {"account_tax_ids": null, "issuer": {"type": "self"}}, "items": {"object": "list", "data": [{"billing_thresholds": null, "created": 1795863014, "current_period_end": 1798455014, "current_period_start": 1795863014, "discounts": [], "id": "si_O03Fd8pTy9nIsRVbBUVnK4Jh", "metadata": {}, "object": "subscription_item", "price": {"active": true, "billing_scheme": "per_unit", "created": 1795863012, "currency": "usd", "custom_unit_amount": null, "id": "price_sandbox_pro_monthly", "livemode": false, "lookup_key": null, "metadata": {}, "nickname": null, "object": "price", "product": "prod_sandbox_pro", "recurring": {"interval_count": 1, "meter": null, "usage_type": "licensed", "interval": "month"}, "tax_behavior": "unspecified", "tiers_mode": null, "transform_quantity": null, "type": "recurring", "unit_amount": 999, "unit_amount_decimal": "999"}, "subscription": "sub_PdT9U7HrlGdc1vXAsja0Dfl9", "tax_rates": [], "quantity": 1}], "has_more": false, "url": "/v1/subscription_items?subscription=sub_PdT9U7HrlGdc1vXAsja0Dfl9"}, "latest_invoice": null, "livemode": false, "managed_payments": null, "metadata": {"user_id@api.example": "1", "plan": "pro"}, "next_pending_invoice_item_invoice": null, "object": "subscription", "on_behalf_of": null, "pause_collection": null, "payment_settings": {"payment_method_options": null, "payment_method_types": null, "save_default_payment_method": "off"}, "pending_invoice_item_interval": null, "pending_setup_intent": null, "pending_update": null, "schedule": null, "start_date": 1795863014, "status": "active", "test_clock": null, "transfer_data": null, "trial_end": null, "trial_settings": {"end_behavior": {"missing_payment_method": "create_invoice"}}, "trial_start": null}}, "id": "evt_mQgPhxls9hF8VCf8vL4aCdU3", "livemode": false, "object": "event", "pending_webhooks": 0, "request": {"id": "req_XOCsKx31yP7xCA", "idempotency_key": null}, "type": "customer.subscription.created"}', true, true, '', '', '2.11.0', '2026-11-28 10:50:14.817022+00', '2026-11-28 10:50:14.992732+00', 'evt_mQgPhxls9hF8VCf8vL4aCdU3', NULL, 'we_from_environment'),
	(3, '127.0.0.1', '{"Cookie": "", "Content-Type": "application/json", "Content-Length": "3875", "Stripe-Signature": "t=1795863015,v1=8878aefc0cf1abb42753537330c728e71926f601584697bd70108548a984626e"}', '{"api_version": "2026-05-27.dahlia", "created": 1795863014, "data": {"object": {"account_country": "US", "account_name": "Stripe sandbox", "account_tax_ids": null, "amount_due": 999, "amount_overpaid": 0, "amount_paid": 999, "amount_paid_off_stripe": 0, "amount_remaining": 0, "amount_shipping": 0, "application": null, "attempt_count": 1, "attempted": true, "auto_advance": false, "automatic_tax": {"disabled_reason": null, "enabled": false, "liability": null, "provider": null, "status": null}, "automatically_finalizes_at": null, "billing_reason": "subscription_create", "collection_method": "charge_automatically", "confirmation_secret": null, "created": 1795863014, "currency": "usd", "custom_fields": null, "customer": "cus_VW4AWSuzj59FO2", "customer_account": null, "customer_address": null, "customer_email": "user0@example.com", "customer_name": "Ada Example", "customer_phone": null, "customer_shipping": null, "customer_tax_exempt": "none", "customer_tax_ids": [], "default_payment_method": null, "default_source": null, "default_tax_rates": [], "description": null, "discounts": [], "due_date": null, "effective_at": 1795863014, "ending_balance": 0, "footer": null, "from_invoice": null, "hosted_invoice_url": "http://127.0.0.1:39061/i/acct_1SandboxAccount00/in_Qx1OMna5zGUBiuuYKmBWPhRh", "id": "in_Qx1OMna5zGUBiuuYKmBWPhRh", "invoice_pdf": "http://127.0.0.1:39061/i/acct_1SandboxAccount00/in_Qx1OMna5zGUBiuuYKmBWPhRh?format=pdf", "issuer": {"type": "self"}, "last_finalization_error": null, "latest_revision": null, "lines": {"object": "list", "data": [{"amount": 999, "currency": "usd", "description": "1 \u00d7 Elevate Pro Plan (at $9.99 / month)", "discount_amounts": [], "discountable": true, "discounts": [], "id": "il_WsVqYapUHXWMFVItdSEJdXXH", "invoice": "in_Qx1OMna5zGUBiuuYKmBWPhRh", "livemode": false, "metadata": {}, "object": "line_item", "parent": {"invoice_item_details": null, "subscription_item_details": {"invoice_item": null, "proration": false, "proration_details": {"credited_items": null}, "subscription": "sub_PdT9U7HrlGdc1vXAsja0Dfl9", "subscription_item": "si_O03Fd8pTy9nIsRVbBUVnK4Jh"}, "type": "subscription_item_details"}, "period": {"start": 1795863014, "end": 1798455014}, "pretax_credit_amounts": [], "pricing": {"price_details": {"price": "price_sandbox_pro_monthly", "product": "prod_sandbox_pro"}, "type": "price_details", "unit_amount_decimal": "999"}, "quantity": 1, "quantity_decimal": "1", "subscription": "sub_PdT9U7HrlGdc1vXAsja0Dfl9", "subtotal": 999, "taxes": []}], "has_more": false, "url": "/v1/invoices/in_Qx1OMna5zGUBiuuYKmBWPhRh/lines"}, "livemode": false, "metadata": {}, "next_payment_attempt": null, "number": "UZJ59FO2-0001", "object": "invoice", "on_behalf_of": null, "parent": {"quote_details": null, "subscription_details": {"metadata": {"user_id@api.example": "1", "plan": "pro"}, "subscription": "sub_PdT9U7HrlGdc1vXAsja0Dfl9"}, "type": "subscription_details"}, "payment_settings": {"default_mandate": null, "payment_method_options": null, "payment_method_types": null}, "period_end": 1795863014, "period_start": 1795863014, "post_payment_credit_notes_amount": 0, "pre_payment_credit_notes_amount": 0, "receipt_number": null, "rendering": null, "shipping_cost": null, "shipping_details": null, "starting_balance": 0, "statement_descriptor": null, "status": "paid", "status_transitions": {"finalized_at": 1795863014, "marked_uncollectible_at": null, "paid_at": 1795863014, "voided_at": null}, "subtotal": 999, "subtotal_excluding_tax": 999, "test_clock": null, "total": 999, "total_discount_amounts": [], "total_excluding_tax": 999, "total_pretax_credit_amounts": [], "total_taxes": [], "webhooks_delivered_at": null}}, "id": "evt_cfBxIlIsog6mbBipp9QgmD4C", "livemode": false, "object": "event", "pending_webhooks": 0, "request": {"id": "req_XOCsKx31yP7xCA", "idempotency_key": null}, "type": "invoice.paid"}', true, true, '', '', '2.11.0', '2026-11-28 10:50:15.013013+00', '2026-11-28 10:50:15.14042+00', 'evt_cfBxIlIsog6mbBipp9QgmD4C', NULL, 'we_from_environment'),
	(4, '127.0.0.1', '{"Cookie": "", "Content-Type": "application/json", "Content-Length": "2461", "Stripe-Signature": "t=1795863015,v1=46c74a863fea12ad893a452b47928d07332bc17734256edac9a89c36d1c4c63c"}', '{"api_version": "2026-05-27.dahlia", "created": 1795863014, "data": {"object": {"adaptive_pricing": {"enabled": false}, "after_expiration": null, "allow_promotion_codes": null, "amount_subtotal": 999, "amount_total": 999, "automatic_tax": {"enabled": false, "liability": null, "provider": null, "status": null}, "billing_address_collection": null, "cancel_url": "https://app.example/cancelled", "client_reference_id": "1", "client_secret": null, "collected_information": null, "consent": null, "consent_collection": null, "created": 1795863014, "currency": "usd", "currency_conversion": null, "custom_fields": [], "custom_text": {"after_submit": null, "shipping_address": null, "submit": null, "terms_of_service_acceptance": null}, "customer": "cus_VW4AWSuzj59FO2", "customer_account": null, "customer_creation": null, "customer_details": {"address": null, "business_name": null, "email": "user0@example.com", "individual_name": null, "name": "Ada Example", "phone": null, "tax_exempt": "none", "tax_ids": null}, "customer_email": null, "discounts": [], "expires_at": 1795949414, "id": "cs_test_Zwv6tcLhHgxBpK3ymN8Zfi5ytRaeUl84tgC057ga", "integration_identifier": null, "invoice": "in_Qx1OMna5zGUBiuuYKmBWPhRh", "invoice_creation": null, "livemode": false, "locale": null, "managed_payments": null, "metadata": {"user_id@api.example": "1", "plan": "pro", "terms": "eeea3c5f3701c95e"}, "mode": "subscription", "object": "checkout.session", "optional_items": null, "origin_context": null, "payment_intent": null, "payment_link": null, "payment_method_collection": "always", "payment_method_configuration_details": null, "payment_method_options": {}, "payment_method_types": ["card"], "payment_status": "paid", "permissions": null, "recovered_from": null, "saved_payment_method_options": null, "setup_intent": null, "shipping_address_collection": null, "shipping_cost": null, "shipping_options": [], "status": "complete", "submit_type": null, "subscription": "sub_PdT9U7HrlGdc1vXAsja0Dfl9", "success_url": "https://app.example/success?session_id={CHECKOUT_SESSION_ID}", "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0}, "ui_mode": "hosted_page", "url": null, "wallet_options": null, "phone_number_collection": {"enabled": false}}}, "id": "evt_qiATDzS06BtzB9DYKqcYFy6F", "livemode": false, "object": "event", "pending_webhooks": 0, "request": {"id": "req_XOCsKx31yP7xCA", "idempotency_key": null}, "type": "checkout.session.completed"}', true, true, '', '', '2.11.0', '2026-11-28 10:50:15.156897+00', '2026-11-28 10:50:15.276549+00', 'evt_qiATDzS06BtzB9DYKqcYFy6F', NULL, 'we_from_environment'),
	(5, '127.0.0.1', '{"Cookie": "", "Content-Type": "application/json", "Content-Length": "961", "Stripe-Signature": "t=1795863015,v1=87b5c8f75ae703f588677bf1d1e22cc21f964a3c1e772d97670e26c2c68bfe22"}', '{"api_version": "2026-05-27.dahlia", "created": 1795863015, "data": {"object": {"address": null, "cash_balance": null, "created": 1795863015, "currency": null, "customer_account": null, "default_source": null, "delinquent": false, "description": null, "discount": null, "email": "user3@example.com", "id": "cus_lEWsZAqpKDNmid", "invoice_prefix": "QPKDNMID", "livemode": false, "name": "Ada Example", "object": "customer", "phone": null, "preferred_locales": [], "shipping": null, "tax_exempt": "none", "test_clock": null, "metadata": {"user_id@api.example": "4"}, "balance": 0, "next_invoice_sequence": 1, "invoice_settings": {"custom_fields": null, "default_payment_method": null, "footer": null, "rendering_options": null}}}, "id": "evt_EtIs4WZR7UlnvN4ceMcUVRjM", "livemode": false, "object": "event", "pending_webhooks": 0, "request": {"id": "req_m6hdXHbQlQPsol", "idempotency_key": "customer:4:ba96d5d188710a89d2281e4072b4a691"}, "type": "customer.created"}', true, true, '', '', '2.11.0', '2026-11-28 10:50:15.40907+00', '2026-11-28 10:50:15.520108+00', 'evt_EtIs4WZR7UlnvN4ceMcUVRjM', NULL, 'we_from_environment'),
	(6, '127.0.0.1', '{"Cookie": "", "Content-Type": "application/json", "Content-Length": "2650", "Stripe-Signature": "t=1795863015,v1=e46100738f1226a671fb9b290edddc0cdf89b19fe1f0cd9d0c559e6388446117"}', '{"api_version": "2026-05-27.dahlia", "created": 1795863015, "data": {"object": {"adaptive_pricing": {"enabled": false}, "after_expiration": null, "allow_promotion_codes": null, "amount_subtotal": 499, "amount_total": 499, "automatic_tax": {"enabled": false, "liability": null, "provider": null, "status": null}, "billing_address_collection": null, "cancel_url": "https://app.example/cancelled", "client_reference_id": "4", "client_secret": null, "collected_information": null, "consent": null, "consent_collection": null, "created": 1795863015, "currency": "usd", "currency_conversion": null, "custom_fields": [], "custom_text": {"after_submit": null, "shipping_address": null, "submit": null, "terms_of_service_acceptance": null}, "customer": "cus_lEWsZAqpKDNmid", "customer_account": null, "customer_creation": null, "customer_details": {"address": null, "business_name": null, "email": "user3@example.com", "individual_name": null, "name": "Ada Example", "phone": null, "tax_exempt": "none", "tax_ids": null}, "customer_email": null, "discounts": [], "expires_at": 1795949415, "id": "cs_test_X7Vi8DJ6VAhRYCbybXcFjmdr34fLISBMyKlJOLH6", "integration_identifier": null, "invoice": null, "invoice_creation": {"enabled": false, "invoice_data": {"account_tax_ids": null, "custom_fields": null, "description": null, "footer": null, "issuer": null, "rendering_options": null, "metadata": {}}}, "livemode": false, "locale": null, "managed_payments": null, "metadata": {"user_id@api.example": "4", "pack": "pack-500", "terms": "30705407a66ef9c0"}, "mode": "payment", "object": "checkout.session", "optional_items": null, "origin_context": null, "payment_intent": "pi_7NDSIITz5MuRJ4csBHrXtCxC", "payment_link": null, "payment_method_collection": "if_required", "payment_method_configuration_details": null, "payment_method_options": {}, "payment_method_types": ["card"], "payment_status": "paid", "permissions": null, "recovered_from": null, "saved_payment_method_options": null, "setup_intent": null, "shipping_address_collection": null, "shipping_cost": null, "shipping_options": [], "status": "complete", "submit_type": null, "subscription": null, "success_url": "https://app.example/success?session_id={CHECKOUT_SESSION_ID}", "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0}, "ui_mode": "hosted_page", "url": null, "wallet_options": null, "phone_number_collection": {"enabled": false}}}, "id": "evt_53HRv8ya0tcSkDHgh8L0ZTDK", "livemode": false, "object": "event", "pending_webhooks": 0, "request": {"id": "req_O10ZtYkqhcnGbd", "idempotency_key": "f57742c0-4067-c594-aade-ba3bcec8b4db"}, "type": "checkout.session.completed"}', true, true, '', '', '2.11.0', '2026-11-28 10:50:15.542652+00', '2026-11-28 10:50:15.708517+00', 'evt_53HRv8ya0tcSkDHgh8L0ZTDK', NULL, 'we_from_environment'),
	(7, '127.0.0.1', '{"Cookie": "", "Content-Type": "application/json", "Content-Length": "671", "Stripe-Signature": "t=1795863015,v1=c1be236a04431d1b6ad707ee7864f956bdf98457d5652b4eb661646232261b82"}', '{"api_version": "2026-05-27.dahlia", "created": 1795863015, "data": {"object": {"amount": 100, "balance_transaction": "txn_K4d2bMZjRf9HsjpPYsJJ4lma", "charge": "ch_CnO7fISWkiQYqE52Mt94wXsC", "created": 1795863015, "currency": "usd", "id": "re_yaKBv0lUnGfgarX4PcoygWrz", "metadata": {}, "object": "refund", "payment_intent": "pi_7NDSIITz5MuRJ4csBHrXtCxC", "reason": null, "receipt_number": null, "source_transfer_reversal": null, "status": "succeeded", "transfer_reversal": null}}, "id": "evt_v6ZhgEpeqgno0kq9455EQXD7", "livemode": false, "object": "event", "pending_webhooks": 0, "request": {"id": "req_dmVyL2PNaPyXan", "idempotency_key": null}, "type": "refund.created"}', true, true, '', '', '2.11.0', '2026-11-28 10:50:15.766631+00', '2026-11-28 10:50:15.905539+00', 'evt_v6ZhgEpeqgno0kq9455EQXD7', NULL, 'we_from_environment'),
	(8, '127.0.0.1', '{"Cookie": "", "Content-Type": "application/json", "Content-Length": "2157", "Stripe-Signature": "t=1795863015,v1=10f96869bbadf0e5ea4babad0c7d832e7b15b4156001625967fd9e40d654d396"}', '{"api_version": "2026-05-27.dahlia", "created": 1795863015, "data": {"object": {"amount": 499, "amount_captured": 499, "amount_refunded": 100, "application": null, "application_fee": null, "application_fee_amount": null, "balance_transaction": "txn_3l5jqyPo0FUJueuPcnLbZfyH", "billing_details": {"address": {"city": null, "country": null, "line1": null, "line2": null, "postal_code": null, "state": null}, "email": null, "name": null, "phone": null, "tax_id": null}, "calculated_statement_descriptor": null, "captured": true, "created": 1795863015, "currency": "usd", "customer": "cus_lEWsZAqpKDNmid", "description": null, "disputed": false, "failure_balance_transaction": null, "failure_code": null, "failure_message": null, "fraud_details": {}, "id": "ch_CnO7fISWkiQYqE52Mt94wXsC", "livemode": false, "metadata": {"user_id@api.example": "4", "pack": "pack-500"}, "object": "charge", "on_behalf_of": null, "outcome": {"advice_code": null, "network_advice_code": null, "network_decline_code": null, "network_status": "approved_by_network", "reason": null, "seller_message": "Payment complete.", "type": "authorized", "risk_level": "normal", "risk_score": 20}, "paid": true, "payment_intent": "pi_7NDSIITz5MuRJ4csBHrXtCxC", "payment_method": "pm_jh4pkIiF5aSUHF9iHAn3mrrr", "payment_method_details": {"type": "card", "card": {"amount_authorized": null, "installments": null, "mandate": null, "network_token": null, "three_d_secure": null, "brand": "visa", "country": "US", "exp_month": 12, "exp_year": 2040, "fingerprint": "Sandbox42424242", "funding": "credit", "last4": "4242", "regulated_status": "unregulated", "network": "visa"}}, "receipt_email": null, "receipt_number": null, "receipt_url": null, "refunded": false, "review": null, "shipping": null, "source_transfer": null, "statement_descriptor": null, "statement_descriptor_suffix": null, "status": "succeeded", "transfer_data": null, "transfer_group": null}, "previous_attributes": {"amount_refunded": 0}}, "id": "evt_1s6A6eIbSEkvXPgMkCqJEMHU", "livemode": false, "object": "event", "pending_webhooks": 0, "request": {"id": "req_dmVyL2PNaPyXan", "idempotency_key": null}, "type": "charge.refunded"}', true, true, '', '', '2.11.0', '2026-11-28 10:50:15.925436+00', '2026-11-28 10:50:16.106108+00', 'evt_1s6A6eIbSEkvXPgMkCqJEMHU', NULL, 'we_from_environment'),
	(9, '127.0.0.1', '{"Cookie": "", "Content-Type": "application/json", "Content-Length": "961", "Stripe-Signature": "t=1795863018,v1=358e4be9a8c8920e6e901fce6acab9d44e72f1b0edfcb00abb8549cfce82c954"}', '{"api_version": "2026-05-27.dahlia", "created": 1795863018, "data": {"object": {"address": null, "cash_balance": null, "created": 1795863018, "currency": null, "customer_account": null, "default_source": null, "delinquent": false, "description": null, "discount": null, "email": "user5@example.com", "id": "cus_lYsIOZdgsO34wD", "invoice_prefix": "DGSO34WD", "livemode": false, "name": "Ada Example", "object": "customer", "phone": null, "preferred_locales": [], "shipping": null, "tax_exempt": "none", "test_clock": null, "metadata": {"user_id@api.example": "6"}, "balance": 0, "next_invoice_sequence": 1, "invoice_settings": {"custom_fields": null, "default_payment_method": null, "footer": null, "rendering_options": null}}}, "id": "evt_w9ohtRjcrJJawkGNyVFI3dFx", "livemode": false, "object": "event", "pending_webhooks": 0, "request": {"id": "req_sEndDwpTmT3b5R", "idempotency_key": "customer:6:76e2c0d8b13eac973e3bfd7e66f4c06c"}, "type": "customer.created"}', true, true, '', '', '2.11.0', '2026-11-28 10:50:18.382628+00', '2026-11-28 10:50:18.560512+00', 'evt_w9ohtRjcrJJawkGNyVFI3dFx', NULL, 'we_from_environment'),
	(10, '127.0.0.1', '{"Cookie": "", "Content-Type": "application/json", "Content-Length": "2886", "Stripe-Signature": "t=1795863018,v1=23f5d29e6b24291422d1b13f05635b69780a28deb4883006ed336b5008a1a555"}', '{"api_version": "2026-05-27.dahlia", "created": 1795863018, "data": {"object": {"application": null, "application_fee_percent": null, "automatic_tax": {"disabled_reason": null, "enabled": false, "liability": null}, "billing_cycle_anchor": 1795863018, "billing_cycle_anchor_config": null, "billing_mode": {"flexible": {"proration_discounts": "included"}, "type": "flexible"}, "billing_schedules": [], "billing_thresholds": null, "cancel_at": null, "cancel_at_period_end": false, "canceled_at": null, "cancellation_details": {"comment": null, "feedback": null, "reason": null}, "collection_method": "charge_automatically", "created": 1795863018, "currency": "usd", "customer": "cus_lYsIOZdgsO34wD", "customer_account": null, "days_until_due": null, "default_payment_method": "pm_B8QT4jI95gCg855q47NZCm0d", "default_source": null, "default_tax_rates": [], "description": null, "discounts": [], "ended_at": null, "id": "sub_K0fE3r2GqcuPL75H6FOAQGIt", "invoice_settings": {"account_tax_ids": null, "issuer": {"type": "self"}}, "items": {"object": "list", "data": [{"billing_thresholds": null, "created": 1795863018, "current_period_end": 1798455018, "current_period_start": 1795863018, "discounts": [], "id": "si_FPBpk2rwLKzv0FXnkyqimzO7", "metadata": {}, "object": "subscription_item", "price": {"active": true, "billing_scheme": "per_unit", "created": 1795863012, "currency": "usd", "custom_unit_amount": null, "id": "price_sandbox_pro_monthly", "livemode": false, "lookup_key": null, "metadata": {}, "nickname": null, "object": "price", "product": "prod_sandbox_pro", "recurring": {"interval_count": 1, "meter": null, "usage_type": "licensed", "interval": "month"}, "tax_behavior": "unspecified", "tiers_mode": null, "transform_quantity": null, "type": "recurring", "unit_amount": 999, "unit_amount_decimal": "999"}, "subscription": "sub_K0fE3r2GqcuPL75H6FOAQGIt", "tax_rates": [], "quantity": 1}], "has_more": false, "url": "/v1/subscription_items?subscription=sub_K0fE3r2GqcuPL75H6FOAQGIt"}, "latest_invoice": null, "livemode": false, "managed_payments": null, "metadata": {"user_id@api.example": "6", "plan": "pro"}, "next_pending_invoice_item_invoice": null, "object": "subscription", "on_behalf_of": null, "pause_collection": null, "payment_settings": {"payment_method_options": null, "payment_method_types": null, "save_default_payment_method": "off"}, "pending_invoice_item_interval": null, "pending_setup_intent": null, "pending_update": null, "schedule": null, "start_date": 1795863018, "status": "active", "test_clock": null, "transfer_data": null, "trial_end": null, "trial_settings": {"end_behavior": {"missing_payment_method": "create_invoice"}}, "trial_start": null}}, "id": "evt_kfN5ZtcBWAgIf3GlbXsWA0sW", "livemode": false, "object": "event", "pending_webhooks": 0, "request": {"id": "req_SSkF15aNqI1A8a", "idempotency_key": null}, "type": "customer.subscription.created"}', true, true, '', '', '2.11.0', '2026-11-28 10:50:18.580934+00', '2026-11-28 10:50:18.724369+00', 'evt_kfN5ZtcBWAgIf3GlbXsWA0sW', NULL, 'we_from_environment'),
	(11, '127.0.0.1', '{"Cookie": "", "Content-Type": "application/json", "Content-Length": "3875", "Stripe-Signature": "t=1795863018,v1=c22b26959f51ca5ea3aa4a6f5e578b7aad4e0f5242fa44d9dfc82e1fc5bb3ed7"}', '{"api_version": "2026-05-27.dahlia", "created": 1795863018, "data": {"object": {"account_country": "US", "account_name": "Stripe sandbox", "account_tax_ids": null, "amount_due": 999, "amount_overpaid": 0, "amount_paid": 999, "amount_paid_off_stripe": 0, "amount_remaining": 0, "amount_shipping": 0, "application": null, "attempt_count": 1, "attempted": true, "auto_advance": false, "automatic_tax": {"disabled_reason": null, "enabled": false, "liability": null, "provider": null, "status": null}, "automatically_finalizes_at": null, "billing_reason": "subscription_create", "collection_method": "charge_automatically", "confirmation_secret": null, "created": 1795863018, "currency": "usd", "custom_fields": null, "customer": "cus_lYsIOZdgsO34wD", "customer_account": null, "customer_address": null, "customer_email": "user5@example.com", "customer_name": "Ada Example", "customer_phone": null, "customer_shipping": null, "customer_tax_exempt": "none", "customer_tax_ids": [], "default_payment_method": null, "default_source": null, "default_tax_rates": [], "description": null, "discounts": [], "due_date": null, "effective_at": 1795863018, "ending_balance": 0, "footer": null, "from_invoice": null, "hosted_invoice_url": "http://127.0.0.1:39061/i/acct_1SandboxAccount00/in_f2u7jPLoXbJiLUSXgZ9huBEG", "id": "in_f2u7jPLoXbJiLUSXgZ9huBEG", "invoice_pdf": "http://127.0.0.1:39061/i/acct_1SandboxAccount00/in_f2u7jPLoXbJiLUSXgZ9huBEG?format=pdf", "issuer": {"type": "self"}, "last_finalization_error": null, "latest_revision": null, "lines": {"object": "list", "data": [{"amount": 999, "currency": "usd", "description": "1 \u00d7 Elevate Pro Plan (at $9.99 / month)", "discount_amounts": [], "discountable": true, "discounts": [], "id": "il_MFAu2Jqy9H4odCmaGdITAPL3", "invoice": "in_f2u7jPLoXbJiLUSXgZ9huBEG", "livemode": false, "metadata": {}, "object": "line_item", "parent": {"invoice_item_details": null, "subscription_item_details": {"invoice_item": null, "proration": false, "proration_details": {"credited_items": null}, "subscription": "sub_K0fE3r2GqcuPL75H6FOAQGIt", "subscription_item": "si_FPBpk2rwLKzv0FXnkyqimzO7"}, "type": "subscription_item_details"}, "period": {"start": 1795863018, "end": 1798455018}, "pretax_credit_amounts": [], "pricing": {"price_details": {"price": "price_sandbox_pro_monthly", "product": "prod_sandbox_pro"}, "type": "price_details", "unit_amount_decimal": "999"}, "quantity": 1, "quantity_decimal": "1", "subscription": "sub_K0fE3r2GqcuPL75H6FOAQGIt", "subtotal": 999, "taxes": []}], "has_more": false, "url": "/v1/invoices/in_f2u7jPLoXbJiLUSXgZ9huBEG/lines"}, "livemode": false, "metadata": {}, "next_payment_attempt": null, "number": "DGSO34WD-0001", "object": "invoice", "on_behalf_of": null, "parent": {"quote_details": null, "subscription_details": {"metadata": {"user_id@api.example": "6", "plan": "pro"}, "subscription": "sub_K0fE3r2GqcuPL75H6FOAQGIt"}, "type": "subscription_details"}, "payment_settings": {"default_mandate": null, "payment_method_options": null, "payment_method_types": null}, "period_end": 1795863018, "period_start": 1795863018, "post_payment_credit_notes_amount": 0, "pre_payment_credit_notes_amount": 0, "receipt_number": null, "rendering": null, "shipping_cost": null, "shipping_details": null, "starting_balance": 0, "statement_descriptor": null, "status": "paid", "status_transitions": {"finalized_at": 1795863018, "marked_uncollectible_at": null, "paid_at": 1795863018, "voided_at": null}, "subtotal": 999, "subtotal_excluding_tax": 999, "test_clock": null, "total": 999, "total_discount_amounts": [], "total_excluding_tax": 999, "total_pretax_credit_amounts": [], "total_taxes": [], "webhooks_delivered_at": null}}, "id": "evt_iBnsY4n84q0SuAcGbLpq5Z3z", "livemode": false, "object": "event", "pending_webhooks": 0, "request": {"id": "req_SSkF15aNqI1A8a", "idempotency_key": null}, "type": "invoice.paid"}', true, true, '', '', '2.11.0', '2026-11-28 10:50:18.744969+00', '2026-11-28 10:50:18.864337+00', 'evt_iBnsY4n84q0SuAcGbLpq5Z3z', NULL, 'we_from_environment'),
	(12, '127.0.0.1', '{"Cookie": "", "Content-Type": "application/json", "Content-Length": "2461", "Stripe-Signature": "t=1795863018,v1=2a41fa3ea67531cb3132652f7baa5819b5abf1cb6aeb2403d8b4bd6753ae8733"}', '{"api_version": "2026-05-27.dahlia", "created": 1795863018, "data": {"object": {"adaptive_pricing": {"enabled": false}, "after_expiration": null, "allow_promotion_codes": null, "amount_subtotal": 999, "amount_total": 999, "automatic_tax": {"enabled": false, "liability": null, "provider": null, "status": null}, "billing_address_collection": null, "cancel_url": "https://app.example/cancelled", "client_reference_id": "6", "client_secret": null, "collected_information": null, "consent": null, "consent_collection": null, "created": 1795863018, "currency": "usd", "currency_conversion": null, "custom_fields": [], "custom_text": {"after_submit": null, "shipping_address": null, "submit": null, "terms_of_service_acceptance": null}, "customer": "cus_lYsIOZdgsO34wD", "customer_account": null, "customer_creation": null, "customer_details": {"address": null, "business_name": null, "email": "user5@example.com", "individual_name": null, "name": "Ada Example", "phone": null, "tax_exempt": "none", "tax_ids": null}, "customer_email": null, "discounts": [], "expires_at": 1795949418, "id": "cs_test_W46MGmw9mzwzOU4vyOzTBCHzvpuOBOsbT34neg0B", "integration_identifier": null, "invoice": "in_f2u7jPLoXbJiLUSXgZ9huBEG", "invoice_creation": null, "livemode": false, "locale": null, "managed_payments": null, "metadata": {"user_id@api.example": "6", "plan": "pro", "terms": "2eeed86cb603deca"}, "mode": "subscription", "object": "checkout.session", "optional_items": null, "origin_context": null, "payment_intent": null, "payment_link": null, "payment_method_collection": "always", "payment_method_configuration_details": null, "payment_method_options": {}, "payment_method_types": ["card"], "payment_status": "paid", "permissions": null, "recovered_from": null, "saved_payment_method_options": null, "setup_intent": null, "shipping_address_collection": null, "shipping_cost": null, "shipping_options": [], "status": "complete", "submit_type": null, "subscription": "sub_K0fE3r2GqcuPL75H6FOAQGIt", "success_url": "https://app.example/success?session_id={CHECKOUT_SESSION_ID}", "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0}, "ui_mode": "hosted_page", "url": null, "wallet_options": null, "phone_number_collection": {"enabled": false}}}, "id": "evt_EuAr6Cr7AAKfsu29OZBemU1N", "livemode": false, "object": "event", "pending_webhooks": 0, "request": {"id": "req_SSkF15aNqI1A8a", "idempotency_key": null}, "type": "checkout.session.completed"}', true, true, '', '', '2.11.0', '2026-11-28 10:50:18.885075+00', '2026-11-28 10:50:18.970166+00', 'evt_EuAr6Cr7AAKfsu29OZBemU1N', NULL, 'we_from_environment');


INSERT INTO public.jobs_job VALUES
	('590376f1-3a41-4d72-a3b7-3170a7ec4261', '458aed89-209d-44d2-83b7-43c900665f80', 'evaluate_answer', 'queued', '{"questionId": "6b10a893-2ebe-4b87-994b-101ed2bcda6a", "userAnswer": "x"}', 0, '[]', NULL, 0, NULL, NULL, NULL, 0, 1, '2026-11-28 10:50:17.581843+00', NULL, NULL, '2026-11-28 11:00:17.581843+00', 5);


INSERT INTO public.jobs_scheduledcommand VALUES
	('process_due_credits', '2026-11-28 10:50:17.642002+00', '2026-11-28 10:50:17.642002+00', '2026-11-28 10:50:17.687274+00', '2026-11-28 10:50:17.687274+00', '', NULL);


INSERT INTO public.limits_knownaddress VALUES
	('fca93a9b177c11e1e225c12471c73579143eb063d5bcde409ca98788a0f81291', '2026-11-28 10:50:17.763228+00', '18979b9e731438f0c1f971b020d1ee4708db8478c8b4491dc9e6dcad8a64cf2a');


INSERT INTO public.limits_requestcount VALUES
	('79c1c05a94fa193270f960d72abdd1250fe3c5738ba4991ae726c6ea8fd14bea', 1, '2026-11-28 10:51:17.722835+00');


INSERT INTO public.otp_totp_totpdevice VALUES
	(1, 'Authenticator app', true, 'b84ff88107fca4e2ff49e9cb42ea1af8016cd05a', 30, 0, 6, 1, 0, 59862100, 2, 0, NULL, '2026-11-28 10:50:18.156552+00', '2026-11-28 10:50:18.15881+00');


INSERT INTO public.procrastinate_events VALUES
	(1, 1, 'deferred', '2026-11-28 10:50:17.58249+00'),
	(2, 2, 'deferred', '2026-11-28 10:50:17.786541+00'),
	(3, 3, 'deferred', '2026-11-28 10:50:17.813186+00'),
	(4, 4, 'deferred', '2026-11-28 10:50:17.813186+00'),
	(5, 5, 'deferred', '2026-11-28 10:50:18.984014+00');


INSERT INTO public.procrastinate_jobs VALUES
	(1, 'paid', 'jobs.run_job', NULL, '{"job_id": "590376f1-3a41-4d72-a3b7-3170a7ec4261"}', 'todo', NULL, 0, NULL, 0, false, NULL),
	(2, 'mail', 'accounts.send_mail', NULL, '{"kind": "api_key_notice", "row_id": 1}', 'todo', NULL, 0, NULL, 0, false, NULL),
	(3, 'mail', 'accounts.send_mail', NULL, '{"kind": "email_change_notice", "row_id": 1}', 'todo', NULL, 0, NULL, 0, false, NULL),
	(4, 'mail', 'accounts.send_mail', NULL, '{"kind": "confirm_email", "row_id": 1}', 'todo', NULL, 0, NULL, 0, false, NULL),
	(5, 'scheduled', 'jobs.run_scheduled', NULL, '{"name": "process_due_billing", "timestamp": 1795863019}', 'todo', NULL, 0, 'scheduled:process_due_billing', 0, false, NULL);


INSERT INTO public.procrastinate_periodic_defers VALUES
	(1, 'x', NULL, NULL, '');


INSERT INTO public.procrastinate_workers OVERRIDING SYSTEM VALUE VALUES
	(1, '2026-11-28 10:50:19.843991+00');


SELECT pg_catalog.setval('public.accounts_apikey_id_seq', 1, true);


SELECT pg_catalog.setval('public.accounts_emailchange_id_seq', 1, true);


SELECT pg_catalog.setval('public.accounts_recoverycode_id_seq', 10, true);


SELECT pg_catalog.setval('public.accounts_user_groups_id_seq', 1, true);


SELECT pg_catalog.setval('public.accounts_user_id_seq', 6, true);


SELECT pg_catalog.setval('public.accounts_user_user_permissions_id_seq', 1, true);


SELECT pg_catalog.setval('public.ai_modelcallrecord_id_seq', 27, true);


SELECT pg_catalog.setval('public.auth_group_id_seq', 1, true);


SELECT pg_catalog.setval('public.auth_group_permissions_id_seq', 2, true);


SELECT pg_catalog.setval('public.auth_permission_id_seq', 388, true);


SELECT pg_catalog.setval('public.billing_creditpack_id_seq', 1, true);


SELECT pg_catalog.setval('public.billing_customerdeletion_id_seq', 1, true);


SELECT pg_catalog.setval('public.billing_payment_id_seq', 3, true);


SELECT pg_catalog.setval('public.billing_paymentpart_id_seq', 3, true);


SELECT pg_catalog.setval('public.billing_plan_id_seq', 2, true);


SELECT pg_catalog.setval('public.billing_price_id_seq', 2, true);


SELECT pg_catalog.setval('public.credits_actionprice_id_seq', 1, true);


SELECT pg_catalog.setval('public.credits_aicreditlog_id_seq', 44, true);


SELECT pg_catalog.setval('public.credits_creditclaim_id_seq', 1, true);


SELECT pg_catalog.setval('public.credits_creditconsumption_id_seq', 28, true);


SELECT pg_catalog.setval('public.credits_creditgrant_id_seq', 13, true);


SELECT pg_catalog.setval('public.credits_spendinglimit_id_seq', 1, true);


SELECT pg_catalog.setval('public.django_admin_log_id_seq', 1, true);


SELECT pg_catalog.setval('public.django_content_type_id_seq', 96, true);


SELECT pg_catalog.setval('public.django_migrations_id_seq', 74, true);


SELECT pg_catalog.setval('public.djstripe_account_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_accountv2_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_activeentitlement_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_apikey_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_applicationfee_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_applicationfeerefund_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_balancetransaction_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_bankaccount_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_card_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_charge_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_coupon_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_customer_djstripe_id_seq', 3, true);


SELECT pg_catalog.setval('public.djstripe_discount_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_dispute_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_djstripeinvoicedefaulttaxrate_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_djstripeinvoiceitemtaxrate_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_djstripesubscriptionitemtaxrate_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_earlyfraudwarning_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_event_djstripe_id_seq', 12, true);


SELECT pg_catalog.setval('public.djstripe_feature_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_file_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_filelink_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_invoice_djstripe_id_seq', 2, true);


SELECT pg_catalog.setval('public.djstripe_invoiceitem_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_issuing_authorization_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_issuing_card_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_issuing_cardholder_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_issuing_dispute_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_issuing_transaction_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_lineitem_djstripe_id_seq', 2, true);


SELECT pg_catalog.setval('public.djstripe_mandate_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_paymentintent_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_paymentmethod_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_payout_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_price_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_product_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_productfeature_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_promotioncode_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_refund_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_review_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_scheduledqueryrun_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_session_djstripe_id_seq', 3, true);


SELECT pg_catalog.setval('public.djstripe_setupintent_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_shippingrate_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_source_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_sourcetransaction_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_subscription_djstripe_id_seq', 2, true);


SELECT pg_catalog.setval('public.djstripe_subscriptionitem_djstripe_id_seq', 2, true);


SELECT pg_catalog.setval('public.djstripe_subscriptionschedule_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_taxcode_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_taxid_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_taxrate_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_transfer_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_transferreversal_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_upcominginvoice_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_verificationreport_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_verificationsession_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_webhookendpoint_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_webhookeventtrigger_id_seq', 12, true);


SELECT pg_catalog.setval('public.otp_totp_totpdevice_id_seq', 1, true);


SELECT pg_catalog.setval('public.procrastinate_events_id_seq', 5, true);


SELECT pg_catalog.setval('public.procrastinate_jobs_id_seq', 5, true);


SELECT pg_catalog.setval('public.procrastinate_periodic_defers_id_seq', 1, true);


SELECT pg_catalog.setval('public.procrastinate_workers_id_seq', 1, true);


ALTER TABLE ONLY public.accounts_apikey
    ADD CONSTRAINT accounts_apikey_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.accounts_apikey
    ADD CONSTRAINT accounts_apikey_prefix UNIQUE (prefix);


ALTER TABLE ONLY public.accounts_apikey
    ADD CONSTRAINT accounts_apikey_secret_hash UNIQUE (secret_hash);


ALTER TABLE ONLY public.accounts_emailchange
    ADD CONSTRAINT accounts_emailchange_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.accounts_formermailbox
    ADD CONSTRAINT accounts_formermailbox_pkey PRIMARY KEY (key);


ALTER TABLE ONLY public.accounts_recoverycode
    ADD CONSTRAINT accounts_recoverycode_code_hash_key UNIQUE (code_hash);


ALTER TABLE ONLY public.accounts_recoverycode
    ADD CONSTRAINT accounts_recoverycode_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.accounts_session
    ADD CONSTRAINT accounts_session_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.accounts_user
    ADD CONSTRAINT accounts_user_email_key UNIQUE (email);


ALTER TABLE ONLY public.accounts_user_groups
    ADD CONSTRAINT accounts_user_groups_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.accounts_user_groups
    ADD CONSTRAINT accounts_user_groups_user_id_group_id_59c0b32f_uniq UNIQUE (user_id, group_id);


ALTER TABLE ONLY public.accounts_user
    ADD CONSTRAINT accounts_user_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.accounts_user
    ADD CONSTRAINT accounts_user_stripe_customer_id_key UNIQUE (stripe_customer_id);


ALTER TABLE ONLY public.accounts_user
    ADD CONSTRAINT accounts_user_subscription_id_key UNIQUE (subscription_id);


ALTER TABLE ONLY public.accounts_user_user_permissions
    ADD CONSTRAINT accounts_user_user_permi_user_id_permission_id_2ab516c2_uniq UNIQUE (user_id, permission_id);


ALTER TABLE ONLY public.accounts_user_user_permissions
    ADD CONSTRAINT accounts_user_user_permissions_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.ai_answerevaluation
    ADD CONSTRAINT ai_answerevaluation_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.ai_modelcallrecord
    ADD CONSTRAINT ai_modelcallrecord_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.ai_question
    ADD CONSTRAINT ai_question_one_at_each_position UNIQUE (question_set_id, "position");


ALTER TABLE ONLY public.ai_question
    ADD CONSTRAINT ai_question_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.ai_questionset
    ADD CONSTRAINT ai_questionset_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_name_key UNIQUE (name);


ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_permission_id_0cd325b0_uniq UNIQUE (group_id, permission_id);


ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_codename_01ab375a_uniq UNIQUE (content_type_id, codename);


ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.billing_creditpack
    ADD CONSTRAINT billing_creditpack_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.billing_creditpack
    ADD CONSTRAINT billing_creditpack_slug_key UNIQUE (slug);


ALTER TABLE ONLY public.billing_customerdeletion
    ADD CONSTRAINT billing_customerdeletion_customer_id_key UNIQUE (customer_id);


ALTER TABLE ONLY public.billing_customerdeletion
    ADD CONSTRAINT billing_customerdeletion_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.billing_payment
    ADD CONSTRAINT billing_payment_invoice_id_key UNIQUE (invoice_id);


ALTER TABLE ONLY public.billing_payment
    ADD CONSTRAINT billing_payment_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.billing_payment
    ADD CONSTRAINT billing_payment_stripe_id_key UNIQUE (stripe_id);


ALTER TABLE ONLY public.billing_paymentpart
    ADD CONSTRAINT billing_paymentpart_pays_a_payment_once UNIQUE (stripe_id, payment_id);


ALTER TABLE ONLY public.billing_paymentpart
    ADD CONSTRAINT billing_paymentpart_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.billing_plan
    ADD CONSTRAINT billing_plan_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.billing_plan
    ADD CONSTRAINT billing_plan_slug_key UNIQUE (slug);


ALTER TABLE ONLY public.billing_price
    ADD CONSTRAINT billing_price_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.billing_price
    ADD CONSTRAINT billing_price_stripe_id_key UNIQUE (stripe_id);


ALTER TABLE ONLY public.credits_actionprice
    ADD CONSTRAINT credits_actionprice_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.credits_aicreditlog
    ADD CONSTRAINT credits_aicreditlog_one_entry_per_cause UNIQUE (user_id, idempotency_key);


ALTER TABLE ONLY public.credits_aicreditlog
    ADD CONSTRAINT credits_aicreditlog_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.credits_creditclaim
    ADD CONSTRAINT credits_creditclaim_entry_id_key UNIQUE (entry_id);


ALTER TABLE ONLY public.credits_creditclaim
    ADD CONSTRAINT credits_creditclaim_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.credits_creditconsumption
    ADD CONSTRAINT credits_creditconsumption_one_per_grant_and_entry UNIQUE (grant_id, entry_id);


ALTER TABLE ONLY public.credits_creditconsumption
    ADD CONSTRAINT credits_creditconsumption_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.credits_creditgrant
    ADD CONSTRAINT credits_creditgrant_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.credits_credithold
    ADD CONSTRAINT credits_credithold_one_run_per_key UNIQUE (user_id, endpoint, idempotency_key);


ALTER TABLE ONLY public.credits_credithold
    ADD CONSTRAINT credits_credithold_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.credits_spendinglimit
    ADD CONSTRAINT credits_spendinglimit_one_per_subject_and_period UNIQUE (user_id, subject, period);


ALTER TABLE ONLY public.credits_spendinglimit
    ADD CONSTRAINT credits_spendinglimit_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.django_admin_log
    ADD CONSTRAINT django_admin_log_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_app_label_model_76bd3d3b_uniq UNIQUE (app_label, model);


ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.django_migrations
    ADD CONSTRAINT django_migrations_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.django_session
    ADD CONSTRAINT django_session_pkey PRIMARY KEY (session_key);


ALTER TABLE ONLY public.djstripe_account
    ADD CONSTRAINT djstripe_account_id_key UNIQUE (id);


ALTER TABLE ONLY public.djstripe_account
    ADD CONSTRAINT djstripe_account_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_accountv2
    ADD CONSTRAINT djstripe_accountv2_id_key UNIQUE (id);


ALTER TABLE ONLY public.djstripe_accountv2
    ADD CONSTRAINT djstripe_accountv2_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_activeentitlement
    ADD CONSTRAINT djstripe_activeentitlement_id_key UNIQUE (id);


ALTER TABLE ONLY public.djstripe_activeentitlement
    ADD CONSTRAINT djstripe_activeentitlement_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_apikey
    ADD CONSTRAINT djstripe_apikey_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_apikey
    ADD CONSTRAINT djstripe_apikey_secret_key UNIQUE (secret);


ALTER TABLE ONLY public.djstripe_applicationfee
    ADD CONSTRAINT djstripe_applicationfee_id_key UNIQUE (id);


ALTER TABLE ONLY public.djstripe_applicationfee
    ADD CONSTRAINT djstripe_applicationfee_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_applicationfeerefund
    ADD CONSTRAINT djstripe_applicationfeerefund_id_key UNIQUE (id);


ALTER TABLE ONLY public.djstripe_applicationfeerefund
    ADD CONSTRAINT djstripe_applicationfeerefund_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_balancetransaction
    ADD CONSTRAINT djstripe_balancetransaction_id_key UNIQUE (id);


ALTER TABLE ONLY public.djstripe_balancetransaction
    ADD CONSTRAINT djstripe_balancetransaction_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_bankaccount
    ADD CONSTRAINT djstripe_bankaccount_id_key UNIQUE (id);


ALTER TABLE ONLY public.djstripe_bankaccount
    ADD CONSTRAINT djstripe_bankaccount_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_card
    ADD CONSTRAINT djstripe_card_id_key UNIQUE (id);


ALTER TABLE ONLY public.djstripe_card
    ADD CONSTRAINT djstripe_card_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_charge
    ADD CONSTRAINT djstripe_charge_id_key UNIQUE (id);


ALTER TABLE ONLY public.djstripe_charge
    ADD CONSTRAINT djstripe_charge_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_countryspec
    ADD CONSTRAINT djstripe_countryspec_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.djstripe_coupon
    ADD CONSTRAINT djstripe_coupon_id_livemode_c4511f5e_uniq UNIQUE (id, livemode);


ALTER TABLE ONLY public.djstripe_coupon
    ADD CONSTRAINT djstripe_coupon_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_customer
    ADD CONSTRAINT djstripe_customer_id_key UNIQUE (id);


ALTER TABLE ONLY public.djstripe_customer
    ADD CONSTRAINT djstripe_customer_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_discount
    ADD CONSTRAINT djstripe_discount_id_key UNIQUE (id);


ALTER TABLE ONLY public.djstripe_discount
    ADD CONSTRAINT djstripe_discount_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_dispute
    ADD CONSTRAINT djstripe_dispute_id_key UNIQUE (id);


ALTER TABLE ONLY public.djstripe_dispute
    ADD CONSTRAINT djstripe_dispute_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_djstripeinvoicedefaulttaxrate
    ADD CONSTRAINT djstripe_djstripeinvoice_invoice_id_taxrate_id_bfb12c22_uniq UNIQUE (invoice_id, taxrate_id);


ALTER TABLE ONLY public.djstripe_djstripeinvoiceitemtaxrate
    ADD CONSTRAINT djstripe_djstripeinvoice_invoiceitem_id_taxrate_i_f226923e_uniq UNIQUE (invoiceitem_id, taxrate_id);


ALTER TABLE ONLY public.djstripe_djstripeinvoicedefaulttaxrate
    ADD CONSTRAINT djstripe_djstripeinvoicedefaulttaxrate_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.djstripe_djstripeinvoiceitemtaxrate
    ADD CONSTRAINT djstripe_djstripeinvoiceitemtaxrate_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.djstripe_djstripepaymentmethod
    ADD CONSTRAINT djstripe_djstripepaymentmethod_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.djstripe_djstripesubscriptionitemtaxrate
    ADD CONSTRAINT djstripe_djstripesubscri_subscriptionitem_id_taxr_7562ac42_uniq UNIQUE (subscriptionitem_id, taxrate_id);


ALTER TABLE ONLY public.djstripe_djstripesubscriptionitemtaxrate
    ADD CONSTRAINT djstripe_djstripesubscriptionitemtaxrate_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.djstripe_earlyfraudwarning
    ADD CONSTRAINT djstripe_earlyfraudwarning_id_key UNIQUE (id);


ALTER TABLE ONLY public.djstripe_earlyfraudwarning
    ADD CONSTRAINT djstripe_earlyfraudwarning_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_event
    ADD CONSTRAINT djstripe_event_id_key UNIQUE (id);


ALTER TABLE ONLY public.djstripe_event
    ADD CONSTRAINT djstripe_event_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_feature
    ADD CONSTRAINT djstripe_feature_id_key UNIQUE (id);


ALTER TABLE ONLY public.djstripe_feature
    ADD CONSTRAINT djstripe_feature_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_file
    ADD CONSTRAINT djstripe_file_id_key UNIQUE (id);


ALTER TABLE ONLY public.djstripe_file
    ADD CONSTRAINT djstripe_file_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_filelink
    ADD CONSTRAINT djstripe_filelink_id_key UNIQUE (id);


ALTER TABLE ONLY public.djstripe_filelink
    ADD CONSTRAINT djstripe_filelink_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_idempotencykey
    ADD CONSTRAINT djstripe_idempotencykey_action_livemode_5003eb11_uniq UNIQUE (action, livemode);


ALTER TABLE ONLY public.djstripe_idempotencykey
    ADD CONSTRAINT djstripe_idempotencykey_pkey PRIMARY KEY (uuid);


ALTER TABLE ONLY public.djstripe_invoice
    ADD CONSTRAINT djstripe_invoice_charge_id_key UNIQUE (charge_id);


ALTER TABLE ONLY public.djstripe_invoice
    ADD CONSTRAINT djstripe_invoice_id_key UNIQUE (id);


ALTER TABLE ONLY public.djstripe_invoice
    ADD CONSTRAINT djstripe_invoice_payment_intent_id_key UNIQUE (payment_intent_id);


ALTER TABLE ONLY public.djstripe_invoice
    ADD CONSTRAINT djstripe_invoice_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_invoiceitem
    ADD CONSTRAINT djstripe_invoiceitem_id_key UNIQUE (id);


ALTER TABLE ONLY public.djstripe_invoiceitem
    ADD CONSTRAINT djstripe_invoiceitem_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_issuing_authorization
    ADD CONSTRAINT djstripe_issuing_authorization_id_key UNIQUE (id);


ALTER TABLE ONLY public.djstripe_issuing_authorization
    ADD CONSTRAINT djstripe_issuing_authorization_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_issuing_card
    ADD CONSTRAINT djstripe_issuing_card_id_key UNIQUE (id);


ALTER TABLE ONLY public.djstripe_issuing_card
    ADD CONSTRAINT djstripe_issuing_card_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_issuing_cardholder
    ADD CONSTRAINT djstripe_issuing_cardholder_id_key UNIQUE (id);


ALTER TABLE ONLY public.djstripe_issuing_cardholder
    ADD CONSTRAINT djstripe_issuing_cardholder_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_issuing_dispute
    ADD CONSTRAINT djstripe_issuing_dispute_id_key UNIQUE (id);


ALTER TABLE ONLY public.djstripe_issuing_dispute
    ADD CONSTRAINT djstripe_issuing_dispute_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_issuing_transaction
    ADD CONSTRAINT djstripe_issuing_transaction_id_key UNIQUE (id);


ALTER TABLE ONLY public.djstripe_issuing_transaction
    ADD CONSTRAINT djstripe_issuing_transaction_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_lineitem
    ADD CONSTRAINT djstripe_lineitem_id_key UNIQUE (id);


ALTER TABLE ONLY public.djstripe_lineitem
    ADD CONSTRAINT djstripe_lineitem_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_mandate
    ADD CONSTRAINT djstripe_mandate_id_key UNIQUE (id);


ALTER TABLE ONLY public.djstripe_mandate
    ADD CONSTRAINT djstripe_mandate_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_paymentintent
    ADD CONSTRAINT djstripe_paymentintent_id_key UNIQUE (id);


ALTER TABLE ONLY public.djstripe_paymentintent
    ADD CONSTRAINT djstripe_paymentintent_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_paymentmethod
    ADD CONSTRAINT djstripe_paymentmethod_id_key UNIQUE (id);


ALTER TABLE ONLY public.djstripe_paymentmethod
    ADD CONSTRAINT djstripe_paymentmethod_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_payout
    ADD CONSTRAINT djstripe_payout_id_key UNIQUE (id);


ALTER TABLE ONLY public.djstripe_payout
    ADD CONSTRAINT djstripe_payout_original_payout_id_key UNIQUE (original_payout_id);


ALTER TABLE ONLY public.djstripe_payout
    ADD CONSTRAINT djstripe_payout_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_payout
    ADD CONSTRAINT djstripe_payout_reversed_by_id_key UNIQUE (reversed_by_id);


ALTER TABLE ONLY public.djstripe_price
    ADD CONSTRAINT djstripe_price_id_key UNIQUE (id);


ALTER TABLE ONLY public.djstripe_price
    ADD CONSTRAINT djstripe_price_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_product
    ADD CONSTRAINT djstripe_product_id_key UNIQUE (id);


ALTER TABLE ONLY public.djstripe_product
    ADD CONSTRAINT djstripe_product_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_productfeature
    ADD CONSTRAINT djstripe_productfeature_id_key UNIQUE (id);


ALTER TABLE ONLY public.djstripe_productfeature
    ADD CONSTRAINT djstripe_productfeature_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_promotioncode
    ADD CONSTRAINT djstripe_promotioncode_id_key UNIQUE (id);


ALTER TABLE ONLY public.djstripe_promotioncode
    ADD CONSTRAINT djstripe_promotioncode_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_refund
    ADD CONSTRAINT djstripe_refund_id_key UNIQUE (id);


ALTER TABLE ONLY public.djstripe_refund
    ADD CONSTRAINT djstripe_refund_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_review
    ADD CONSTRAINT djstripe_review_id_key UNIQUE (id);


ALTER TABLE ONLY public.djstripe_review
    ADD CONSTRAINT djstripe_review_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_scheduledqueryrun
    ADD CONSTRAINT djstripe_scheduledqueryrun_id_key UNIQUE (id);


ALTER TABLE ONLY public.djstripe_scheduledqueryrun
    ADD CONSTRAINT djstripe_scheduledqueryrun_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_session
    ADD CONSTRAINT djstripe_session_id_key UNIQUE (id);


ALTER TABLE ONLY public.djstripe_session
    ADD CONSTRAINT djstripe_session_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_setupintent
    ADD CONSTRAINT djstripe_setupintent_id_key UNIQUE (id);


ALTER TABLE ONLY public.djstripe_setupintent
    ADD CONSTRAINT djstripe_setupintent_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_shippingrate
    ADD CONSTRAINT djstripe_shippingrate_id_key UNIQUE (id);


ALTER TABLE ONLY public.djstripe_shippingrate
    ADD CONSTRAINT djstripe_shippingrate_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_source
    ADD CONSTRAINT djstripe_source_id_key UNIQUE (id);


ALTER TABLE ONLY public.djstripe_source
    ADD CONSTRAINT djstripe_source_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_sourcetransaction
    ADD CONSTRAINT djstripe_sourcetransaction_id_key UNIQUE (id);


ALTER TABLE ONLY public.djstripe_sourcetransaction
    ADD CONSTRAINT djstripe_sourcetransaction_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_subscription
    ADD CONSTRAINT djstripe_subscription_id_key UNIQUE (id);


ALTER TABLE ONLY public.djstripe_subscription
    ADD CONSTRAINT djstripe_subscription_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_subscriptionitem
    ADD CONSTRAINT djstripe_subscriptionitem_id_key UNIQUE (id);


ALTER TABLE ONLY public.djstripe_subscriptionitem
    ADD CONSTRAINT djstripe_subscriptionitem_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_subscriptionschedule
    ADD CONSTRAINT djstripe_subscriptionschedule_id_key UNIQUE (id);


ALTER TABLE ONLY public.djstripe_subscriptionschedule
    ADD CONSTRAINT djstripe_subscriptionschedule_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_taxcode
    ADD CONSTRAINT djstripe_taxcode_id_key UNIQUE (id);


ALTER TABLE ONLY public.djstripe_taxcode
    ADD CONSTRAINT djstripe_taxcode_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_taxid
    ADD CONSTRAINT djstripe_taxid_id_key UNIQUE (id);


ALTER TABLE ONLY public.djstripe_taxid
    ADD CONSTRAINT djstripe_taxid_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_taxrate
    ADD CONSTRAINT djstripe_taxrate_id_key UNIQUE (id);


ALTER TABLE ONLY public.djstripe_taxrate
    ADD CONSTRAINT djstripe_taxrate_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_transfer
    ADD CONSTRAINT djstripe_transfer_id_key UNIQUE (id);


ALTER TABLE ONLY public.djstripe_transfer
    ADD CONSTRAINT djstripe_transfer_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_transferreversal
    ADD CONSTRAINT djstripe_transferreversal_id_key UNIQUE (id);


ALTER TABLE ONLY public.djstripe_transferreversal
    ADD CONSTRAINT djstripe_transferreversal_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_upcominginvoice
    ADD CONSTRAINT djstripe_upcominginvoice_charge_id_key UNIQUE (charge_id);


ALTER TABLE ONLY public.djstripe_upcominginvoice
    ADD CONSTRAINT djstripe_upcominginvoice_payment_intent_id_key UNIQUE (payment_intent_id);


ALTER TABLE ONLY public.djstripe_upcominginvoice
    ADD CONSTRAINT djstripe_upcominginvoice_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_verificationreport
    ADD CONSTRAINT djstripe_verificationreport_id_key UNIQUE (id);


ALTER TABLE ONLY public.djstripe_verificationreport
    ADD CONSTRAINT djstripe_verificationreport_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_verificationsession
    ADD CONSTRAINT djstripe_verificationsession_id_key UNIQUE (id);


ALTER TABLE ONLY public.djstripe_verificationsession
    ADD CONSTRAINT djstripe_verificationsession_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_webhookendpoint
    ADD CONSTRAINT djstripe_webhookendpoint_djstripe_uuid_key UNIQUE (djstripe_uuid);


ALTER TABLE ONLY public.djstripe_webhookendpoint
    ADD CONSTRAINT djstripe_webhookendpoint_id_key UNIQUE (id);


ALTER TABLE ONLY public.djstripe_webhookendpoint
    ADD CONSTRAINT djstripe_webhookendpoint_pkey PRIMARY KEY (djstripe_id);


ALTER TABLE ONLY public.djstripe_webhookeventtrigger
    ADD CONSTRAINT djstripe_webhookeventtrigger_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.jobs_job
    ADD CONSTRAINT jobs_job_hold_id_key UNIQUE (hold_id);


ALTER TABLE ONLY public.jobs_job
    ADD CONSTRAINT jobs_job_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.jobs_scheduledcommand
    ADD CONSTRAINT jobs_scheduledcommand_pkey PRIMARY KEY (name);


ALTER TABLE ONLY public.limits_knownaddress
    ADD CONSTRAINT limits_knownaddress_pkey PRIMARY KEY (key);


ALTER TABLE ONLY public.limits_requestcount
    ADD CONSTRAINT limits_requestcount_pkey PRIMARY KEY (key);


ALTER TABLE ONLY public.otp_totp_totpdevice
    ADD CONSTRAINT otp_totp_totpdevice_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.procrastinate_events
    ADD CONSTRAINT procrastinate_events_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.procrastinate_jobs
    ADD CONSTRAINT procrastinate_jobs_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_unique UNIQUE (task_name, periodic_id, defer_timestamp);


ALTER TABLE ONLY public.procrastinate_workers
    ADD CONSTRAINT procrastinate_workers_pkey PRIMARY KEY (id);


CREATE INDEX accounts_apikey_user_id_bd902026 ON public.accounts_apikey USING btree (user_id);


CREATE UNIQUE INDEX accounts_emailchange_one_open ON public.accounts_emailchange USING btree (user_id) WHERE (confirmed_at IS NULL);


CREATE INDEX accounts_emailchange_user_id_7a5ccb00 ON public.accounts_emailchange USING btree (user_id);


CREATE INDEX accounts_formermailbox_deleted_at_dcedba47 ON public.accounts_formermailbox USING btree (deleted_at);


CREATE INDEX accounts_formermailbox_key_58d569c1_like ON public.accounts_formermailbox USING btree (key varchar_pattern_ops);


CREATE INDEX accounts_recoverycode_code_hash_936dc363_like ON public.accounts_recoverycode USING btree (code_hash varchar_pattern_ops);


CREATE INDEX accounts_recoverycode_user_id_994761d3 ON public.accounts_recoverycode USING btree (user_id);


CREATE INDEX accounts_session_expires_at ON public.accounts_session USING btree (expires_at);


CREATE INDEX accounts_session_of_user ON public.accounts_session USING btree (user_id, created_at DESC, id DESC);


CREATE INDEX accounts_user_credits_due_at_d1965626 ON public.accounts_user USING btree (credits_due_at);


CREATE INDEX accounts_user_email_b2644a56_like ON public.accounts_user USING btree (email varchar_pattern_ops);


CREATE UNIQUE INDEX accounts_user_email_mailbox ON public.accounts_user USING btree (regexp_replace(regexp_replace(regexp_replace((email)::text, '\+[^@]*@'::text, '@'::text), '\.(?=[^@]*@(gmail|googlemail)\.com$)'::text, ''::text, 'g'::text), '@googlemail.com$'::text, '@gmail.com'::text));


CREATE INDEX accounts_user_groups_group_id_bd11a704 ON public.accounts_user_groups USING btree (group_id);


CREATE INDEX accounts_user_groups_user_id_52b62117 ON public.accounts_user_groups USING btree (user_id);


CREATE INDEX accounts_user_stripe_customer_id_6876c4fe_like ON public.accounts_user USING btree (stripe_customer_id varchar_pattern_ops);


CREATE INDEX accounts_user_subscription_id_3649897b_like ON public.accounts_user USING btree (subscription_id varchar_pattern_ops);


CREATE INDEX accounts_user_user_permissions_permission_id_113bb443 ON public.accounts_user_user_permissions USING btree (permission_id);


CREATE INDEX accounts_user_user_permissions_user_id_e4f0a161 ON public.accounts_user_user_permissions USING btree (user_id);


CREATE INDEX ai_answerevaluation_question_id_0530f437 ON public.ai_answerevaluation USING btree (question_id);


CREATE INDEX ai_calls_by_time ON public.ai_modelcallrecord USING btree (created_at, action, model);


CREATE INDEX ai_evaluations_by_user ON public.ai_answerevaluation USING btree (user_id, created_at DESC, id DESC);


CREATE INDEX ai_modelcallrecord_hold_id_24d755f0 ON public.ai_modelcallrecord USING btree (hold_id);


CREATE INDEX ai_modelcallrecord_user_id_d2f6cc02 ON public.ai_modelcallrecord USING btree (user_id);


CREATE INDEX ai_sets_by_user ON public.ai_questionset USING btree (user_id, created_at DESC, id DESC);


CREATE INDEX auth_group_name_a6ea08ec_like ON public.auth_group USING btree (name varchar_pattern_ops);


CREATE INDEX auth_group_permissions_group_id_b120cbf9 ON public.auth_group_permissions USING btree (group_id);


CREATE INDEX auth_group_permissions_permission_id_84c5c92e ON public.auth_group_permissions USING btree (permission_id);


CREATE INDEX auth_permission_content_type_id_2f476e4b ON public.auth_permission USING btree (content_type_id);


CREATE INDEX billing_creditpack_slug_51303e09_like ON public.billing_creditpack USING btree (slug varchar_pattern_ops);


CREATE INDEX billing_customerdeletion_customer_id_0d697002_like ON public.billing_customerdeletion USING btree (customer_id varchar_pattern_ops);


CREATE INDEX billing_customerdeletion_user_id_2655eb78 ON public.billing_customerdeletion USING btree (user_id);


CREATE INDEX billing_deletion_pending ON public.billing_customerdeletion USING btree (id) WHERE (finished_at IS NULL);


CREATE INDEX billing_payment_instalment_due ON public.billing_payment USING btree (next_instalment_at) WHERE (next_instalment_at IS NOT NULL);


CREATE INDEX billing_payment_invoice_id_998dd3c5_like ON public.billing_payment USING btree (invoice_id varchar_pattern_ops);


CREATE INDEX billing_payment_pack_id_4a0fedf0 ON public.billing_payment USING btree (pack_id);


CREATE INDEX billing_payment_plan_id_29e11642 ON public.billing_payment USING btree (plan_id);


CREATE INDEX billing_payment_stripe_id_bfe94caa_like ON public.billing_payment USING btree (stripe_id varchar_pattern_ops);


CREATE INDEX billing_payment_ungranted ON public.billing_payment USING btree (paid_at) WHERE (credits IS NULL);


CREATE INDEX billing_payment_user_id_a21ad6ba ON public.billing_payment USING btree (user_id);


CREATE INDEX billing_paymentpart_payment_id_cd9f64ad ON public.billing_paymentpart USING btree (payment_id);


CREATE INDEX billing_plan_slug_bcbf3b72_like ON public.billing_plan USING btree (slug varchar_pattern_ops);


CREATE UNIQUE INDEX billing_price_one_default_of_a_pack ON public.billing_price USING btree (pack_id) WHERE is_default;


CREATE UNIQUE INDEX billing_price_one_default_of_a_plan ON public.billing_price USING btree (plan_id) WHERE is_default;


CREATE INDEX billing_price_pack_id_d75c3b8d ON public.billing_price USING btree (pack_id);


CREATE INDEX billing_price_plan_id_621bd31c ON public.billing_price USING btree (plan_id);


CREATE INDEX billing_price_stripe_id_835c5838_like ON public.billing_price USING btree (stripe_id varchar_pattern_ops);


CREATE INDEX credits_claim_open ON public.credits_creditclaim USING btree (user_id, id) WHERE (open_amount > 0);


CREATE INDEX credits_consumption_order ON public.credits_creditgrant USING btree (user_id, expires_at, id) WHERE is_open;


CREATE INDEX credits_creditconsumption_entry_id_4dc7044f ON public.credits_creditconsumption USING btree (entry_id);


CREATE INDEX credits_creditgrant_entry_id_79fe3375 ON public.credits_creditgrant USING btree (entry_id);


CREATE INDEX credits_hold_answered ON public.credits_credithold USING btree (closed_at) WHERE (response_status IS NOT NULL);


CREATE INDEX credits_hold_due ON public.credits_credithold USING btree (user_id, expires_at) WHERE ((state)::text = 'held'::text);


CREATE INDEX credits_hold_released ON public.credits_credithold USING btree (closed_at) WHERE ((captured_amount IS NULL) AND (closed_at IS NOT NULL));


CREATE INDEX credits_log_by_actor ON public.credits_aicreditlog USING btree (actor_id) WHERE (actor_id IS NOT NULL);


CREATE INDEX credits_log_by_time ON public.credits_aicreditlog USING brin (created_at) WITH (autosummarize='on');


CREATE INDEX credits_log_by_user ON public.credits_aicreditlog USING btree (user_id, id);


CREATE INDEX credits_price_in_force ON public.credits_actionprice USING btree (action, effective_from, id);


CREATE INDEX django_admin_log_content_type_id_c4bce8eb ON public.django_admin_log USING btree (content_type_id);


CREATE INDEX django_admin_log_user_id_c564eba6 ON public.django_admin_log USING btree (user_id);


CREATE INDEX django_session_expire_date_a5c62663 ON public.django_session USING btree (expire_date);


CREATE INDEX django_session_session_key_c0390e0f_like ON public.django_session USING btree (session_key varchar_pattern_ops);


CREATE INDEX djstripe_account_djstripe_owner_account_id_64558c8f ON public.djstripe_account USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_account_djstripe_owner_account_id_64558c8f_like ON public.djstripe_account USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_account_id_d412c108_like ON public.djstripe_account USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_accountv2_djstripe_owner_account_id_d9b27175 ON public.djstripe_accountv2 USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_accountv2_djstripe_owner_account_id_d9b27175_like ON public.djstripe_accountv2 USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_accountv2_id_afc5a11a_like ON public.djstripe_accountv2 USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_activeentitleme_djstripe_owner_account_i_d4f2dd53_like ON public.djstripe_activeentitlement USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_activeentitlement_djstripe_owner_account_id_d4f2dd53 ON public.djstripe_activeentitlement USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_activeentitlement_id_e669c288_like ON public.djstripe_activeentitlement USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_apikey_djstripe_owner_account_id_037f32cb ON public.djstripe_apikey USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_apikey_djstripe_owner_account_id_037f32cb_like ON public.djstripe_apikey USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_apikey_secret_3a7141b8_like ON public.djstripe_apikey USING btree (secret varchar_pattern_ops);


CREATE INDEX djstripe_applicationfee_account_id_f50a2a15 ON public.djstripe_applicationfee USING btree (account_id);


CREATE INDEX djstripe_applicationfee_account_id_f50a2a15_like ON public.djstripe_applicationfee USING btree (account_id varchar_pattern_ops);


CREATE INDEX djstripe_applicationfee_balance_transaction_id_ff735754 ON public.djstripe_applicationfee USING btree (balance_transaction_id);


CREATE INDEX djstripe_applicationfee_balance_transaction_id_ff735754_like ON public.djstripe_applicationfee USING btree (balance_transaction_id varchar_pattern_ops);


CREATE INDEX djstripe_applicationfee_charge_id_8ba8ce37 ON public.djstripe_applicationfee USING btree (charge_id);


CREATE INDEX djstripe_applicationfee_charge_id_8ba8ce37_like ON public.djstripe_applicationfee USING btree (charge_id varchar_pattern_ops);


CREATE INDEX djstripe_applicationfee_djstripe_owner_account_id_07bb6a78 ON public.djstripe_applicationfee USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_applicationfee_djstripe_owner_account_id_07bb6a78_like ON public.djstripe_applicationfee USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_applicationfee_id_0e5dcda7_like ON public.djstripe_applicationfee USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_applicationfeer_balance_transaction_id_bc35b031_like ON public.djstripe_applicationfeerefund USING btree (balance_transaction_id varchar_pattern_ops);


CREATE INDEX djstripe_applicationfeer_djstripe_owner_account_i_7418f0b2_like ON public.djstripe_applicationfeerefund USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_applicationfeeref_djstripe_owner_account_id_7418f0b2 ON public.djstripe_applicationfeerefund USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_applicationfeerefund_balance_transaction_id_bc35b031 ON public.djstripe_applicationfeerefund USING btree (balance_transaction_id);


CREATE INDEX djstripe_applicationfeerefund_fee_id_8fabef2d ON public.djstripe_applicationfeerefund USING btree (fee_id);


CREATE INDEX djstripe_applicationfeerefund_fee_id_8fabef2d_like ON public.djstripe_applicationfeerefund USING btree (fee_id varchar_pattern_ops);


CREATE INDEX djstripe_applicationfeerefund_id_4b8013c7_like ON public.djstripe_applicationfeerefund USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_balancetransact_djstripe_owner_account_i_868dfd07_like ON public.djstripe_balancetransaction USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_balancetransaction_djstripe_owner_account_id_868dfd07 ON public.djstripe_balancetransaction USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_balancetransaction_id_178c6a1f_like ON public.djstripe_balancetransaction USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_bankaccount_account_id_5434506d ON public.djstripe_bankaccount USING btree (account_id);


CREATE INDEX djstripe_bankaccount_account_id_5434506d_like ON public.djstripe_bankaccount USING btree (account_id varchar_pattern_ops);


CREATE INDEX djstripe_bankaccount_djstripe_owner_account_id_7c978af8 ON public.djstripe_bankaccount USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_bankaccount_djstripe_owner_account_id_7c978af8_like ON public.djstripe_bankaccount USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_bankaccount_id_f9330816_like ON public.djstripe_bankaccount USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_card_account_id_ef99457f ON public.djstripe_card USING btree (account_id);


CREATE INDEX djstripe_card_account_id_ef99457f_like ON public.djstripe_card USING btree (account_id varchar_pattern_ops);


CREATE INDEX djstripe_card_djstripe_owner_account_id_1a2f42f2 ON public.djstripe_card USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_card_djstripe_owner_account_id_1a2f42f2_like ON public.djstripe_card USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_card_id_126b867f_like ON public.djstripe_card USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_charge_balance_transaction_id_2eac625e ON public.djstripe_charge USING btree (balance_transaction_id);


CREATE INDEX djstripe_charge_balance_transaction_id_2eac625e_like ON public.djstripe_charge USING btree (balance_transaction_id varchar_pattern_ops);


CREATE INDEX djstripe_charge_customer_id_fb15eb2b ON public.djstripe_charge USING btree (customer_id);


CREATE INDEX djstripe_charge_customer_id_fb15eb2b_like ON public.djstripe_charge USING btree (customer_id varchar_pattern_ops);


CREATE INDEX djstripe_charge_djstripe_owner_account_id_5664eb74 ON public.djstripe_charge USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_charge_djstripe_owner_account_id_5664eb74_like ON public.djstripe_charge USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_charge_id_3bd5e579_like ON public.djstripe_charge USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_charge_invoice_id_bb36cca4 ON public.djstripe_charge USING btree (invoice_id);


CREATE INDEX djstripe_charge_invoice_id_bb36cca4_like ON public.djstripe_charge USING btree (invoice_id varchar_pattern_ops);


CREATE INDEX djstripe_charge_payment_intent_id_e2c03053 ON public.djstripe_charge USING btree (payment_intent_id);


CREATE INDEX djstripe_charge_payment_intent_id_e2c03053_like ON public.djstripe_charge USING btree (payment_intent_id varchar_pattern_ops);


CREATE INDEX djstripe_charge_payment_method_id_061d5812 ON public.djstripe_charge USING btree (payment_method_id);


CREATE INDEX djstripe_charge_payment_method_id_061d5812_like ON public.djstripe_charge USING btree (payment_method_id varchar_pattern_ops);


CREATE INDEX djstripe_charge_source_id_2502db60 ON public.djstripe_charge USING btree (source_id);


CREATE INDEX djstripe_charge_source_id_2502db60_like ON public.djstripe_charge USING btree (source_id varchar_pattern_ops);


CREATE INDEX djstripe_countryspec_id_f0eac598_like ON public.djstripe_countryspec USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_coupon_djstripe_owner_account_id_ea85f74e ON public.djstripe_coupon USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_coupon_djstripe_owner_account_id_ea85f74e_like ON public.djstripe_coupon USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_customer_default_payment_method_id_00268b63 ON public.djstripe_customer USING btree (default_payment_method_id);


CREATE INDEX djstripe_customer_default_payment_method_id_00268b63_like ON public.djstripe_customer USING btree (default_payment_method_id varchar_pattern_ops);


CREATE INDEX djstripe_customer_djstripe_owner_account_id_2c5ac18d ON public.djstripe_customer USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_customer_djstripe_owner_account_id_2c5ac18d_like ON public.djstripe_customer USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_customer_id_2ff13e9a_like ON public.djstripe_customer USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_customer_subscriber_id_60f5c7bc ON public.djstripe_customer USING btree (subscriber_id);


CREATE INDEX djstripe_discount_customer_id_eaab7ecc ON public.djstripe_discount USING btree (customer_id);


CREATE INDEX djstripe_discount_customer_id_eaab7ecc_like ON public.djstripe_discount USING btree (customer_id varchar_pattern_ops);


CREATE INDEX djstripe_discount_djstripe_owner_account_id_76f33de0 ON public.djstripe_discount USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_discount_djstripe_owner_account_id_76f33de0_like ON public.djstripe_discount USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_discount_id_7220ad1f_like ON public.djstripe_discount USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_discount_invoice_id_4acd89bf ON public.djstripe_discount USING btree (invoice_id);


CREATE INDEX djstripe_discount_invoice_id_4acd89bf_like ON public.djstripe_discount USING btree (invoice_id varchar_pattern_ops);


CREATE INDEX djstripe_discount_subscription_id_c9b8f55a ON public.djstripe_discount USING btree (subscription_id);


CREATE INDEX djstripe_discount_subscription_id_c9b8f55a_like ON public.djstripe_discount USING btree (subscription_id varchar_pattern_ops);


CREATE INDEX djstripe_dispute_balance_transaction_id_aa7cb920 ON public.djstripe_dispute USING btree (balance_transaction_id);


CREATE INDEX djstripe_dispute_balance_transaction_id_aa7cb920_like ON public.djstripe_dispute USING btree (balance_transaction_id varchar_pattern_ops);


CREATE INDEX djstripe_dispute_charge_id_ba680941 ON public.djstripe_dispute USING btree (charge_id);


CREATE INDEX djstripe_dispute_charge_id_ba680941_like ON public.djstripe_dispute USING btree (charge_id varchar_pattern_ops);


CREATE INDEX djstripe_dispute_djstripe_owner_account_id_8010e2d7 ON public.djstripe_dispute USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_dispute_djstripe_owner_account_id_8010e2d7_like ON public.djstripe_dispute USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_dispute_id_1a3a7b0d_like ON public.djstripe_dispute USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_dispute_payment_intent_id_dc834ee4 ON public.djstripe_dispute USING btree (payment_intent_id);


CREATE INDEX djstripe_dispute_payment_intent_id_dc834ee4_like ON public.djstripe_dispute USING btree (payment_intent_id varchar_pattern_ops);


CREATE INDEX djstripe_djstripeinvoicedefaulttaxrate_invoice_id_541494fb ON public.djstripe_djstripeinvoicedefaulttaxrate USING btree (invoice_id);


CREATE INDEX djstripe_djstripeinvoicedefaulttaxrate_taxrate_id_fd618ddd ON public.djstripe_djstripeinvoicedefaulttaxrate USING btree (taxrate_id);


CREATE INDEX djstripe_djstripeinvoiceitemtaxrate_invoiceitem_id_ddc00567 ON public.djstripe_djstripeinvoiceitemtaxrate USING btree (invoiceitem_id);


CREATE INDEX djstripe_djstripeinvoiceitemtaxrate_taxrate_id_bd22e20a ON public.djstripe_djstripeinvoiceitemtaxrate USING btree (taxrate_id);


CREATE INDEX djstripe_djstripepaymentmethod_id_698e95f6_like ON public.djstripe_djstripepaymentmethod USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_djstripepaymentmethod_type_a56a0cac ON public.djstripe_djstripepaymentmethod USING btree (type);


CREATE INDEX djstripe_djstripepaymentmethod_type_a56a0cac_like ON public.djstripe_djstripepaymentmethod USING btree (type varchar_pattern_ops);


CREATE INDEX djstripe_djstripesubscript_subscriptionitem_id_04bcb65f ON public.djstripe_djstripesubscriptionitemtaxrate USING btree (subscriptionitem_id);


CREATE INDEX djstripe_djstripesubscriptionitemtaxrate_taxrate_id_01b3bd7f ON public.djstripe_djstripesubscriptionitemtaxrate USING btree (taxrate_id);


CREATE INDEX djstripe_earlyfraudwarni_djstripe_owner_account_i_83708c78_like ON public.djstripe_earlyfraudwarning USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_earlyfraudwarning_djstripe_owner_account_id_83708c78 ON public.djstripe_earlyfraudwarning USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_earlyfraudwarning_id_531f1f22_like ON public.djstripe_earlyfraudwarning USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_event_djstripe_owner_account_id_622cdfe3 ON public.djstripe_event USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_event_djstripe_owner_account_id_622cdfe3_like ON public.djstripe_event USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_event_id_70b63fc9_like ON public.djstripe_event USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_feature_djstripe_owner_account_id_c571a7da ON public.djstripe_feature USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_feature_djstripe_owner_account_id_c571a7da_like ON public.djstripe_feature USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_feature_id_2b6b2a40_like ON public.djstripe_feature USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_file_djstripe_owner_account_id_4919c058 ON public.djstripe_file USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_file_djstripe_owner_account_id_4919c058_like ON public.djstripe_file USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_file_id_b8bf6de6_like ON public.djstripe_file USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_filelink_djstripe_owner_account_id_bb039aa3 ON public.djstripe_filelink USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_filelink_djstripe_owner_account_id_bb039aa3_like ON public.djstripe_filelink USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_filelink_file_id_5241d36f ON public.djstripe_filelink USING btree (file_id);


CREATE INDEX djstripe_filelink_file_id_5241d36f_like ON public.djstripe_filelink USING btree (file_id varchar_pattern_ops);


CREATE INDEX djstripe_filelink_id_87413144_like ON public.djstripe_filelink USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_invoice_customer_id_c0cd871c ON public.djstripe_invoice USING btree (customer_id);


CREATE INDEX djstripe_invoice_customer_id_c0cd871c_like ON public.djstripe_invoice USING btree (customer_id varchar_pattern_ops);


CREATE INDEX djstripe_invoice_default_payment_method_id_670990d5 ON public.djstripe_invoice USING btree (default_payment_method_id);


CREATE INDEX djstripe_invoice_default_payment_method_id_670990d5_like ON public.djstripe_invoice USING btree (default_payment_method_id varchar_pattern_ops);


CREATE INDEX djstripe_invoice_djstripe_owner_account_id_cc0c7f79 ON public.djstripe_invoice USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_invoice_djstripe_owner_account_id_cc0c7f79_like ON public.djstripe_invoice USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_invoice_id_27a64f0b_like ON public.djstripe_invoice USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_invoice_subscription_id_2dbc2461 ON public.djstripe_invoice USING btree (subscription_id);


CREATE INDEX djstripe_invoice_subscription_id_2dbc2461_like ON public.djstripe_invoice USING btree (subscription_id varchar_pattern_ops);


CREATE INDEX djstripe_invoiceitem_customer_id_259466b8 ON public.djstripe_invoiceitem USING btree (customer_id);


CREATE INDEX djstripe_invoiceitem_customer_id_259466b8_like ON public.djstripe_invoiceitem USING btree (customer_id varchar_pattern_ops);


CREATE INDEX djstripe_invoiceitem_djstripe_owner_account_id_9afac289 ON public.djstripe_invoiceitem USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_invoiceitem_djstripe_owner_account_id_9afac289_like ON public.djstripe_invoiceitem USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_invoiceitem_id_6fb46a4d_like ON public.djstripe_invoiceitem USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_invoiceitem_invoice_id_d302912e ON public.djstripe_invoiceitem USING btree (invoice_id);


CREATE INDEX djstripe_invoiceitem_invoice_id_d302912e_like ON public.djstripe_invoiceitem USING btree (invoice_id varchar_pattern_ops);


CREATE INDEX djstripe_invoiceitem_price_id_24d80db8 ON public.djstripe_invoiceitem USING btree (price_id);


CREATE INDEX djstripe_invoiceitem_subscription_id_a7760178 ON public.djstripe_invoiceitem USING btree (subscription_id);


CREATE INDEX djstripe_invoiceitem_subscription_id_a7760178_like ON public.djstripe_invoiceitem USING btree (subscription_id varchar_pattern_ops);


CREATE INDEX djstripe_issuing_authori_djstripe_owner_account_i_a5d3464b_like ON public.djstripe_issuing_authorization USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_issuing_authoriza_djstripe_owner_account_id_a5d3464b ON public.djstripe_issuing_authorization USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_issuing_authorization_id_c9aa2cd6_like ON public.djstripe_issuing_authorization USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_issuing_card_djstripe_owner_account_id_0bdfc97c ON public.djstripe_issuing_card USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_issuing_card_djstripe_owner_account_id_0bdfc97c_like ON public.djstripe_issuing_card USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_issuing_card_id_505f923b_like ON public.djstripe_issuing_card USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_issuing_cardhol_djstripe_owner_account_i_fa7389b4_like ON public.djstripe_issuing_cardholder USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_issuing_cardholder_djstripe_owner_account_id_fa7389b4 ON public.djstripe_issuing_cardholder USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_issuing_cardholder_id_eba09729_like ON public.djstripe_issuing_cardholder USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_issuing_dispute_djstripe_owner_account_i_388b366f_like ON public.djstripe_issuing_dispute USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_issuing_dispute_djstripe_owner_account_id_388b366f ON public.djstripe_issuing_dispute USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_issuing_dispute_id_0895a489_like ON public.djstripe_issuing_dispute USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_issuing_transac_djstripe_owner_account_i_dfdd0ee5_like ON public.djstripe_issuing_transaction USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_issuing_transaction_djstripe_owner_account_id_dfdd0ee5 ON public.djstripe_issuing_transaction USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_issuing_transaction_id_379ffc7f_like ON public.djstripe_issuing_transaction USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_lineitem_djstripe_owner_account_id_94fe816a ON public.djstripe_lineitem USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_lineitem_djstripe_owner_account_id_94fe816a_like ON public.djstripe_lineitem USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_lineitem_id_11970d1d_like ON public.djstripe_lineitem USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_lineitem_invoice_item_id_673833e2 ON public.djstripe_lineitem USING btree (invoice_item_id);


CREATE INDEX djstripe_lineitem_invoice_item_id_673833e2_like ON public.djstripe_lineitem USING btree (invoice_item_id varchar_pattern_ops);


CREATE INDEX djstripe_lineitem_subscription_id_7d83979b ON public.djstripe_lineitem USING btree (subscription_id);


CREATE INDEX djstripe_lineitem_subscription_id_7d83979b_like ON public.djstripe_lineitem USING btree (subscription_id varchar_pattern_ops);


CREATE INDEX djstripe_lineitem_subscription_item_id_6e53d0a7 ON public.djstripe_lineitem USING btree (subscription_item_id);


CREATE INDEX djstripe_lineitem_subscription_item_id_6e53d0a7_like ON public.djstripe_lineitem USING btree (subscription_item_id varchar_pattern_ops);


CREATE INDEX djstripe_mandate_djstripe_owner_account_id_63974808 ON public.djstripe_mandate USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_mandate_djstripe_owner_account_id_63974808_like ON public.djstripe_mandate USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_mandate_id_be49f4ea_like ON public.djstripe_mandate USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_mandate_payment_method_id_43a90a75 ON public.djstripe_mandate USING btree (payment_method_id);


CREATE INDEX djstripe_mandate_payment_method_id_43a90a75_like ON public.djstripe_mandate USING btree (payment_method_id varchar_pattern_ops);


CREATE INDEX djstripe_paymentintent_customer_id_93ee54a2 ON public.djstripe_paymentintent USING btree (customer_id);


CREATE INDEX djstripe_paymentintent_customer_id_93ee54a2_like ON public.djstripe_paymentintent USING btree (customer_id varchar_pattern_ops);


CREATE INDEX djstripe_paymentintent_djstripe_owner_account_id_3433b556 ON public.djstripe_paymentintent USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_paymentintent_djstripe_owner_account_id_3433b556_like ON public.djstripe_paymentintent USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_paymentintent_id_d5fea8c5_like ON public.djstripe_paymentintent USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_paymentintent_on_behalf_of_id_4db305db ON public.djstripe_paymentintent USING btree (on_behalf_of_id);


CREATE INDEX djstripe_paymentintent_on_behalf_of_id_4db305db_like ON public.djstripe_paymentintent USING btree (on_behalf_of_id varchar_pattern_ops);


CREATE INDEX djstripe_paymentintent_payment_method_id_814dd02d ON public.djstripe_paymentintent USING btree (payment_method_id);


CREATE INDEX djstripe_paymentintent_payment_method_id_814dd02d_like ON public.djstripe_paymentintent USING btree (payment_method_id varchar_pattern_ops);


CREATE INDEX djstripe_paymentmethod_customer_id_c482a8b6 ON public.djstripe_paymentmethod USING btree (customer_id);


CREATE INDEX djstripe_paymentmethod_customer_id_c482a8b6_like ON public.djstripe_paymentmethod USING btree (customer_id varchar_pattern_ops);


CREATE INDEX djstripe_paymentmethod_djstripe_owner_account_id_12af66c9 ON public.djstripe_paymentmethod USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_paymentmethod_djstripe_owner_account_id_12af66c9_like ON public.djstripe_paymentmethod USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_paymentmethod_id_0b9251df_like ON public.djstripe_paymentmethod USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_payout_balance_transaction_id_a9393fb6 ON public.djstripe_payout USING btree (balance_transaction_id);


CREATE INDEX djstripe_payout_balance_transaction_id_a9393fb6_like ON public.djstripe_payout USING btree (balance_transaction_id varchar_pattern_ops);


CREATE INDEX djstripe_payout_destination_id_a5fa55c2 ON public.djstripe_payout USING btree (destination_id);


CREATE INDEX djstripe_payout_destination_id_a5fa55c2_like ON public.djstripe_payout USING btree (destination_id varchar_pattern_ops);


CREATE INDEX djstripe_payout_djstripe_owner_account_id_8aac4e8e ON public.djstripe_payout USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_payout_djstripe_owner_account_id_8aac4e8e_like ON public.djstripe_payout USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_payout_failure_balance_transaction_id_77d442db ON public.djstripe_payout USING btree (failure_balance_transaction_id);


CREATE INDEX djstripe_payout_failure_balance_transaction_id_77d442db_like ON public.djstripe_payout USING btree (failure_balance_transaction_id varchar_pattern_ops);


CREATE INDEX djstripe_payout_id_53408957_like ON public.djstripe_payout USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_price_djstripe_owner_account_id_01c819f7 ON public.djstripe_price USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_price_djstripe_owner_account_id_01c819f7_like ON public.djstripe_price USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_price_id_31290b55_like ON public.djstripe_price USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_price_product_id_9f3d37eb ON public.djstripe_price USING btree (product_id);


CREATE INDEX djstripe_price_product_id_9f3d37eb_like ON public.djstripe_price USING btree (product_id varchar_pattern_ops);


CREATE INDEX djstripe_product_djstripe_owner_account_id_6c90c2b6 ON public.djstripe_product USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_product_djstripe_owner_account_id_6c90c2b6_like ON public.djstripe_product USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_product_id_5b4bdbcb_like ON public.djstripe_product USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_productfeature_djstripe_owner_account_id_d507d3d1 ON public.djstripe_productfeature USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_productfeature_djstripe_owner_account_id_d507d3d1_like ON public.djstripe_productfeature USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_productfeature_entitlement_feature_id_6880bac7 ON public.djstripe_productfeature USING btree (entitlement_feature_id);


CREATE INDEX djstripe_productfeature_entitlement_feature_id_6880bac7_like ON public.djstripe_productfeature USING btree (entitlement_feature_id varchar_pattern_ops);


CREATE INDEX djstripe_productfeature_id_9a105172_like ON public.djstripe_productfeature USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_productfeature_product_id_b01ed73e ON public.djstripe_productfeature USING btree (product_id);


CREATE INDEX djstripe_productfeature_product_id_b01ed73e_like ON public.djstripe_productfeature USING btree (product_id varchar_pattern_ops);


CREATE INDEX djstripe_promotioncode_djstripe_owner_account_id_7997d59a ON public.djstripe_promotioncode USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_promotioncode_djstripe_owner_account_id_7997d59a_like ON public.djstripe_promotioncode USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_promotioncode_id_bdd69a36_like ON public.djstripe_promotioncode USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_refund_balance_transaction_id_dec480cf ON public.djstripe_refund USING btree (balance_transaction_id);


CREATE INDEX djstripe_refund_balance_transaction_id_dec480cf_like ON public.djstripe_refund USING btree (balance_transaction_id varchar_pattern_ops);


CREATE INDEX djstripe_refund_charge_id_e7efd717 ON public.djstripe_refund USING btree (charge_id);


CREATE INDEX djstripe_refund_charge_id_e7efd717_like ON public.djstripe_refund USING btree (charge_id varchar_pattern_ops);


CREATE INDEX djstripe_refund_djstripe_owner_account_id_ece3ea81 ON public.djstripe_refund USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_refund_djstripe_owner_account_id_ece3ea81_like ON public.djstripe_refund USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_refund_failure_balance_transaction_id_817ae640 ON public.djstripe_refund USING btree (failure_balance_transaction_id);


CREATE INDEX djstripe_refund_failure_balance_transaction_id_817ae640_like ON public.djstripe_refund USING btree (failure_balance_transaction_id varchar_pattern_ops);


CREATE INDEX djstripe_refund_id_bcdf86d4_like ON public.djstripe_refund USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_review_djstripe_owner_account_id_543dfbd7 ON public.djstripe_review USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_review_djstripe_owner_account_id_543dfbd7_like ON public.djstripe_review USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_review_id_d2d8ebc8_like ON public.djstripe_review USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_scheduledqueryr_djstripe_owner_account_i_b5cc7091_like ON public.djstripe_scheduledqueryrun USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_scheduledqueryrun_djstripe_owner_account_id_b5cc7091 ON public.djstripe_scheduledqueryrun USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_scheduledqueryrun_file_id_707bbc03 ON public.djstripe_scheduledqueryrun USING btree (file_id);


CREATE INDEX djstripe_scheduledqueryrun_file_id_707bbc03_like ON public.djstripe_scheduledqueryrun USING btree (file_id varchar_pattern_ops);


CREATE INDEX djstripe_scheduledqueryrun_id_94f43855_like ON public.djstripe_scheduledqueryrun USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_session_customer_id_b4510dc3 ON public.djstripe_session USING btree (customer_id);


CREATE INDEX djstripe_session_customer_id_b4510dc3_like ON public.djstripe_session USING btree (customer_id varchar_pattern_ops);


CREATE INDEX djstripe_session_djstripe_owner_account_id_8bbc07af ON public.djstripe_session USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_session_djstripe_owner_account_id_8bbc07af_like ON public.djstripe_session USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_session_id_44e9e22a_like ON public.djstripe_session USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_session_payment_intent_id_cae83ebf ON public.djstripe_session USING btree (payment_intent_id);


CREATE INDEX djstripe_session_payment_intent_id_cae83ebf_like ON public.djstripe_session USING btree (payment_intent_id varchar_pattern_ops);


CREATE INDEX djstripe_session_setup_intent_id_c884fe95 ON public.djstripe_session USING btree (setup_intent_id);


CREATE INDEX djstripe_session_setup_intent_id_c884fe95_like ON public.djstripe_session USING btree (setup_intent_id varchar_pattern_ops);


CREATE INDEX djstripe_session_subscription_id_29499760 ON public.djstripe_session USING btree (subscription_id);


CREATE INDEX djstripe_session_subscription_id_29499760_like ON public.djstripe_session USING btree (subscription_id varchar_pattern_ops);


CREATE INDEX djstripe_setupintent_customer_id_6ff5bbcc ON public.djstripe_setupintent USING btree (customer_id);


CREATE INDEX djstripe_setupintent_customer_id_6ff5bbcc_like ON public.djstripe_setupintent USING btree (customer_id varchar_pattern_ops);


CREATE INDEX djstripe_setupintent_djstripe_owner_account_id_046c1671 ON public.djstripe_setupintent USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_setupintent_djstripe_owner_account_id_046c1671_like ON public.djstripe_setupintent USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_setupintent_id_42f3ad46_like ON public.djstripe_setupintent USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_setupintent_on_behalf_of_id_1ea4d941 ON public.djstripe_setupintent USING btree (on_behalf_of_id);


CREATE INDEX djstripe_setupintent_on_behalf_of_id_1ea4d941_like ON public.djstripe_setupintent USING btree (on_behalf_of_id varchar_pattern_ops);


CREATE INDEX djstripe_setupintent_payment_method_id_0ca17b5e ON public.djstripe_setupintent USING btree (payment_method_id);


CREATE INDEX djstripe_setupintent_payment_method_id_0ca17b5e_like ON public.djstripe_setupintent USING btree (payment_method_id varchar_pattern_ops);


CREATE INDEX djstripe_shippingrate_djstripe_owner_account_id_4f8a0f20 ON public.djstripe_shippingrate USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_shippingrate_djstripe_owner_account_id_4f8a0f20_like ON public.djstripe_shippingrate USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_shippingrate_id_5f536051_like ON public.djstripe_shippingrate USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_shippingrate_tax_code_id_8affacec ON public.djstripe_shippingrate USING btree (tax_code_id);


CREATE INDEX djstripe_shippingrate_tax_code_id_8affacec_like ON public.djstripe_shippingrate USING btree (tax_code_id varchar_pattern_ops);


CREATE INDEX djstripe_source_customer_id_4d678557 ON public.djstripe_source USING btree (customer_id);


CREATE INDEX djstripe_source_customer_id_4d678557_like ON public.djstripe_source USING btree (customer_id varchar_pattern_ops);


CREATE INDEX djstripe_source_djstripe_owner_account_id_f99f1fe6 ON public.djstripe_source USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_source_djstripe_owner_account_id_f99f1fe6_like ON public.djstripe_source USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_source_id_a2bd4cd5_like ON public.djstripe_source USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_sourcetransacti_djstripe_owner_account_i_a8c9bdee_like ON public.djstripe_sourcetransaction USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_sourcetransaction_djstripe_owner_account_id_a8c9bdee ON public.djstripe_sourcetransaction USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_sourcetransaction_id_449f3638_like ON public.djstripe_sourcetransaction USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_sourcetransaction_source_id_3c972638 ON public.djstripe_sourcetransaction USING btree (source_id);


CREATE INDEX djstripe_sourcetransaction_source_id_3c972638_like ON public.djstripe_sourcetransaction USING btree (source_id varchar_pattern_ops);


CREATE INDEX djstripe_subscription_customer_id_aff64ee5 ON public.djstripe_subscription USING btree (customer_id);


CREATE INDEX djstripe_subscription_customer_id_aff64ee5_like ON public.djstripe_subscription USING btree (customer_id varchar_pattern_ops);


CREATE INDEX djstripe_subscription_djstripe_owner_account_id_9d333296 ON public.djstripe_subscription USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_subscription_djstripe_owner_account_id_9d333296_like ON public.djstripe_subscription USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_subscription_id_230b4d6a_like ON public.djstripe_subscription USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_subscriptionite_djstripe_owner_account_i_aafd9387_like ON public.djstripe_subscriptionitem USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_subscriptionitem_djstripe_owner_account_id_aafd9387 ON public.djstripe_subscriptionitem USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_subscriptionitem_id_6f0d84b1_like ON public.djstripe_subscriptionitem USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_subscriptionitem_price_id_c7f55fc3 ON public.djstripe_subscriptionitem USING btree (price_id);


CREATE INDEX djstripe_subscriptionitem_subscription_id_992d9919 ON public.djstripe_subscriptionitem USING btree (subscription_id);


CREATE INDEX djstripe_subscriptionitem_subscription_id_992d9919_like ON public.djstripe_subscriptionitem USING btree (subscription_id varchar_pattern_ops);


CREATE INDEX djstripe_subscriptionsch_djstripe_owner_account_i_c7d8d9c4_like ON public.djstripe_subscriptionschedule USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_subscriptionsched_djstripe_owner_account_id_c7d8d9c4 ON public.djstripe_subscriptionschedule USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_subscriptionschedule_customer_id_b124e27d ON public.djstripe_subscriptionschedule USING btree (customer_id);


CREATE INDEX djstripe_subscriptionschedule_id_7a8ae9dd_like ON public.djstripe_subscriptionschedule USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_subscriptionschedule_released_subscription_id_3de9daa1 ON public.djstripe_subscriptionschedule USING btree (released_subscription_id);


CREATE INDEX djstripe_subscriptionschedule_subscription_id_d12d014b ON public.djstripe_subscriptionschedule USING btree (subscription_id);


CREATE INDEX djstripe_taxcode_djstripe_owner_account_id_1f7fc204 ON public.djstripe_taxcode USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_taxcode_djstripe_owner_account_id_1f7fc204_like ON public.djstripe_taxcode USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_taxcode_id_ae6cca5b_like ON public.djstripe_taxcode USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_taxid_customer_id_e973248d ON public.djstripe_taxid USING btree (customer_id);


CREATE INDEX djstripe_taxid_customer_id_e973248d_like ON public.djstripe_taxid USING btree (customer_id varchar_pattern_ops);


CREATE INDEX djstripe_taxid_djstripe_owner_account_id_acff63ae ON public.djstripe_taxid USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_taxid_djstripe_owner_account_id_acff63ae_like ON public.djstripe_taxid USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_taxid_id_1a055bd6_like ON public.djstripe_taxid USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_taxrate_djstripe_owner_account_id_d6421376 ON public.djstripe_taxrate USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_taxrate_djstripe_owner_account_id_d6421376_like ON public.djstripe_taxrate USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_taxrate_id_1bf83ed0_like ON public.djstripe_taxrate USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_transfer_balance_transaction_id_b5b00270 ON public.djstripe_transfer USING btree (balance_transaction_id);


CREATE INDEX djstripe_transfer_balance_transaction_id_b5b00270_like ON public.djstripe_transfer USING btree (balance_transaction_id varchar_pattern_ops);


CREATE INDEX djstripe_transfer_djstripe_owner_account_id_78ad63fe ON public.djstripe_transfer USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_transfer_djstripe_owner_account_id_78ad63fe_like ON public.djstripe_transfer USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_transfer_id_529741b5_like ON public.djstripe_transfer USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_transferreversa_djstripe_owner_account_i_2e3051e1_like ON public.djstripe_transferreversal USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_transferreversal_balance_transaction_id_5044f084 ON public.djstripe_transferreversal USING btree (balance_transaction_id);


CREATE INDEX djstripe_transferreversal_balance_transaction_id_5044f084_like ON public.djstripe_transferreversal USING btree (balance_transaction_id varchar_pattern_ops);


CREATE INDEX djstripe_transferreversal_djstripe_owner_account_id_2e3051e1 ON public.djstripe_transferreversal USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_transferreversal_id_229d4d84_like ON public.djstripe_transferreversal USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_transferreversal_transfer_id_8f250dd3 ON public.djstripe_transferreversal USING btree (transfer_id);


CREATE INDEX djstripe_transferreversal_transfer_id_8f250dd3_like ON public.djstripe_transferreversal USING btree (transfer_id varchar_pattern_ops);


CREATE INDEX djstripe_upcominginvoice_customer_id_c94e7284 ON public.djstripe_upcominginvoice USING btree (customer_id);


CREATE INDEX djstripe_upcominginvoice_customer_id_c94e7284_like ON public.djstripe_upcominginvoice USING btree (customer_id varchar_pattern_ops);


CREATE INDEX djstripe_upcominginvoice_default_payment_method_i_31da058e_like ON public.djstripe_upcominginvoice USING btree (default_payment_method_id varchar_pattern_ops);


CREATE INDEX djstripe_upcominginvoice_default_payment_method_id_31da058e ON public.djstripe_upcominginvoice USING btree (default_payment_method_id);


CREATE INDEX djstripe_upcominginvoice_djstripe_owner_account_i_fac79479_like ON public.djstripe_upcominginvoice USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_upcominginvoice_djstripe_owner_account_id_fac79479 ON public.djstripe_upcominginvoice USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_upcominginvoice_subscription_id_72fb41e3 ON public.djstripe_upcominginvoice USING btree (subscription_id);


CREATE INDEX djstripe_upcominginvoice_subscription_id_72fb41e3_like ON public.djstripe_upcominginvoice USING btree (subscription_id varchar_pattern_ops);


CREATE INDEX djstripe_verificationrep_djstripe_owner_account_i_7a5869e4_like ON public.djstripe_verificationreport USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_verificationreport_djstripe_owner_account_id_7a5869e4 ON public.djstripe_verificationreport USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_verificationreport_id_540e2b29_like ON public.djstripe_verificationreport USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_verificationses_djstripe_owner_account_i_11bac9bf_like ON public.djstripe_verificationsession USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_verificationses_last_verification_report_192f6b6d_like ON public.djstripe_verificationsession USING btree (last_verification_report_id varchar_pattern_ops);


CREATE INDEX djstripe_verificationsessi_last_verification_report_i_192f6b6d ON public.djstripe_verificationsession USING btree (last_verification_report_id);


CREATE INDEX djstripe_verificationsession_djstripe_owner_account_id_11bac9bf ON public.djstripe_verificationsession USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_verificationsession_id_21591a2e_like ON public.djstripe_verificationsession USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_webhookendpoint_djstripe_owner_account_i_f1ac5c9d_like ON public.djstripe_webhookendpoint USING btree (djstripe_owner_account_id varchar_pattern_ops);


CREATE INDEX djstripe_webhookendpoint_djstripe_owner_account_id_f1ac5c9d ON public.djstripe_webhookendpoint USING btree (djstripe_owner_account_id);


CREATE INDEX djstripe_webhookendpoint_id_cf8ef4b0_like ON public.djstripe_webhookendpoint USING btree (id varchar_pattern_ops);


CREATE INDEX djstripe_webhookeventtri_stripe_trigger_account_i_06d35fda_like ON public.djstripe_webhookeventtrigger USING btree (stripe_trigger_account_id varchar_pattern_ops);


CREATE INDEX djstripe_webhookeventtrigger_event_id_b2e08de6 ON public.djstripe_webhookeventtrigger USING btree (event_id);


CREATE INDEX djstripe_webhookeventtrigger_event_id_b2e08de6_like ON public.djstripe_webhookeventtrigger USING btree (event_id varchar_pattern_ops);


CREATE INDEX djstripe_webhookeventtrigger_stripe_trigger_account_id_06d35fda ON public.djstripe_webhookeventtrigger USING btree (stripe_trigger_account_id);


CREATE INDEX djstripe_webhookeventtrigger_webhook_endpoint_id_6e762b2f ON public.djstripe_webhookeventtrigger USING btree (webhook_endpoint_id);


CREATE INDEX djstripe_webhookeventtrigger_webhook_endpoint_id_6e762b2f_like ON public.djstripe_webhookeventtrigger USING btree (webhook_endpoint_id varchar_pattern_ops);


CREATE INDEX idx_procrastinate_jobs_worker_not_null ON public.procrastinate_jobs USING btree (worker_id) WHERE ((worker_id IS NOT NULL) AND (status = 'doing'::public.procrastinate_job_status));


CREATE INDEX idx_procrastinate_workers_last_heartbeat ON public.procrastinate_workers USING btree (last_heartbeat);


CREATE INDEX jobs_by_user ON public.jobs_job USING btree (user_id, created_at DESC, id DESC);


CREATE INDEX jobs_finished ON public.jobs_job USING btree (finished_at) WHERE (finished_at IS NOT NULL);


CREATE INDEX jobs_open_by_deadline ON public.jobs_job USING btree (deadline_at) WHERE ((state)::text = ANY ((ARRAY['queued'::character varying, 'running'::character varying])::text[]));


CREATE INDEX jobs_scheduledcommand_name_f27e72ff_like ON public.jobs_scheduledcommand USING btree (name varchar_pattern_ops);


CREATE INDEX limits_count_resets_at ON public.limits_requestcount USING btree (resets_at);


CREATE INDEX limits_knownaddress_account_5966e2cf ON public.limits_knownaddress USING btree (account);


CREATE INDEX limits_knownaddress_account_5966e2cf_like ON public.limits_knownaddress USING btree (account varchar_pattern_ops);


CREATE INDEX limits_knownaddress_key_92871adb_like ON public.limits_knownaddress USING btree (key varchar_pattern_ops);


CREATE INDEX limits_requestcount_key_fd55d68d_like ON public.limits_requestcount USING btree (key varchar_pattern_ops);


CREATE INDEX otp_totp_totpdevice_user_id_0fb18292 ON public.otp_totp_totpdevice USING btree (user_id);


CREATE INDEX procrastinate_events_job_id_fkey_v1 ON public.procrastinate_events USING btree (job_id);


CREATE INDEX procrastinate_jobs_id_lock_idx_v1 ON public.procrastinate_jobs USING btree (id, lock) WHERE (status = ANY (ARRAY['todo'::public.procrastinate_job_status, 'doing'::public.procrastinate_job_status]));


CREATE UNIQUE INDEX procrastinate_jobs_lock_idx_v1 ON public.procrastinate_jobs USING btree (lock) WHERE (status = 'doing'::public.procrastinate_job_status);


CREATE INDEX procrastinate_jobs_priority_idx_v1 ON public.procrastinate_jobs USING btree (priority DESC, id) WHERE (status = 'todo'::public.procrastinate_job_status);


CREATE INDEX procrastinate_jobs_queue_name_idx_v1 ON public.procrastinate_jobs USING btree (queue_name);


CREATE UNIQUE INDEX procrastinate_jobs_queueing_lock_idx_v1 ON public.procrastinate_jobs USING btree (queueing_lock) WHERE (status = 'todo'::public.procrastinate_job_status);


CREATE INDEX procrastinate_periodic_defers_job_id_fkey_v1 ON public.procrastinate_periodic_defers USING btree (job_id);


CREATE TRIGGER credits_account_opened AFTER INSERT ON public.accounts_user FOR EACH ROW EXECUTE FUNCTION public.credits_open_account();


CREATE TRIGGER credits_balance_checked AFTER UPDATE OF ai_credits, ai_credits_held ON public.accounts_user FOR EACH ROW WHEN (((old.ai_credits + old.ai_credits_held) IS DISTINCT FROM (new.ai_credits + new.ai_credits_held))) EXECUTE FUNCTION public.credits_check_balance();


CREATE TRIGGER credits_claims_counted AFTER INSERT OR DELETE OR UPDATE ON public.credits_creditclaim FOR EACH ROW EXECUTE FUNCTION public.credits_count_claims();


CREATE TRIGGER credits_entry_checked AFTER INSERT ON public.credits_aicreditlog FOR EACH ROW EXECUTE FUNCTION public.credits_check_entry();


CREATE TRIGGER credits_ledger_append_only BEFORE DELETE OR UPDATE ON public.credits_aicreditlog FOR EACH ROW EXECUTE FUNCTION public.credits_refuse_change();


CREATE TRIGGER credits_limits_noted AFTER INSERT OR DELETE ON public.credits_spendinglimit FOR EACH ROW EXECUTE FUNCTION public.credits_note_limited();


CREATE TRIGGER credits_price_append_only BEFORE DELETE OR UPDATE ON public.credits_actionprice FOR EACH ROW EXECUTE FUNCTION public.credits_refuse_price_change();


CREATE TRIGGER procrastinate_jobs_notify_queue_job_aborted_v1 AFTER UPDATE OF abort_requested ON public.procrastinate_jobs FOR EACH ROW WHEN (((old.abort_requested = false) AND (new.abort_requested = true) AND (new.status = 'doing'::public.procrastinate_job_status))) EXECUTE FUNCTION public.procrastinate_notify_queue_abort_job_v1();


CREATE TRIGGER procrastinate_jobs_notify_queue_job_inserted_v1 AFTER INSERT ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.status = 'todo'::public.procrastinate_job_status)) EXECUTE FUNCTION public.procrastinate_notify_queue_job_inserted_v1();


CREATE TRIGGER procrastinate_trigger_abort_requested_events_v1 AFTER UPDATE OF abort_requested ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.abort_requested = true)) EXECUTE FUNCTION public.procrastinate_trigger_abort_requested_events_procedure_v1();


CREATE TRIGGER procrastinate_trigger_delete_jobs_v1 BEFORE DELETE ON public.procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION public.procrastinate_unlink_periodic_defers_v1();


CREATE TRIGGER procrastinate_trigger_scheduled_events_v1 AFTER INSERT OR UPDATE ON public.procrastinate_jobs FOR EACH ROW WHEN (((new.scheduled_at IS NOT NULL) AND (new.status = 'todo'::public.procrastinate_job_status))) EXECUTE FUNCTION public.procrastinate_trigger_function_scheduled_events_v1();


CREATE TRIGGER procrastinate_trigger_status_events_insert_v1 AFTER INSERT ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.status = 'todo'::public.procrastinate_job_status)) EXECUTE FUNCTION public.procrastinate_trigger_function_status_events_insert_v1();


CREATE TRIGGER procrastinate_trigger_status_events_update_v1 AFTER UPDATE OF status ON public.procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION public.procrastinate_trigger_function_status_events_update_v1();


ALTER TABLE ONLY public.accounts_apikey
    ADD CONSTRAINT accounts_apikey_user_id_bd902026_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.accounts_emailchange
    ADD CONSTRAINT accounts_emailchange_user_id_7a5ccb00_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.accounts_recoverycode
    ADD CONSTRAINT accounts_recoverycode_user_id_994761d3_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.accounts_session
    ADD CONSTRAINT accounts_session_user_id_d5aaed01_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.accounts_user_groups
    ADD CONSTRAINT accounts_user_groups_group_id_bd11a704_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.accounts_user_groups
    ADD CONSTRAINT accounts_user_groups_user_id_52b62117_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.accounts_user_user_permissions
    ADD CONSTRAINT accounts_user_user_p_permission_id_113bb443_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.accounts_user_user_permissions
    ADD CONSTRAINT accounts_user_user_p_user_id_e4f0a161_fk_accounts_ FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.ai_answerevaluation
    ADD CONSTRAINT ai_answerevaluation_question_id_0530f437_fk_ai_question_id FOREIGN KEY (question_id) REFERENCES public.ai_question(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.ai_answerevaluation
    ADD CONSTRAINT ai_answerevaluation_user_id_9f283926_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.ai_modelcallrecord
    ADD CONSTRAINT ai_modelcallrecord_user_id_d2f6cc02_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.ai_question
    ADD CONSTRAINT ai_question_question_set_id_feb43cf7_fk_ai_questionset_id FOREIGN KEY (question_set_id) REFERENCES public.ai_questionset(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.ai_questionset
    ADD CONSTRAINT ai_questionset_user_id_a4b2a011_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissio_permission_id_84c5c92e_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_b120cbf9_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_2f476e4b_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.billing_customerdeletion
    ADD CONSTRAINT billing_customerdeletion_user_id_2655eb78_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.billing_payment
    ADD CONSTRAINT billing_payment_pack_id_4a0fedf0_fk_billing_creditpack_id FOREIGN KEY (pack_id) REFERENCES public.billing_creditpack(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.billing_payment
    ADD CONSTRAINT billing_payment_plan_id_29e11642_fk_billing_plan_id FOREIGN KEY (plan_id) REFERENCES public.billing_plan(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.billing_payment
    ADD CONSTRAINT billing_payment_user_id_a21ad6ba_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.billing_paymentpart
    ADD CONSTRAINT billing_paymentpart_payment_id_cd9f64ad_fk_billing_payment_id FOREIGN KEY (payment_id) REFERENCES public.billing_payment(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.billing_price
    ADD CONSTRAINT billing_price_pack_id_d75c3b8d_fk_billing_creditpack_id FOREIGN KEY (pack_id) REFERENCES public.billing_creditpack(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.billing_price
    ADD CONSTRAINT billing_price_plan_id_621bd31c_fk_billing_plan_id FOREIGN KEY (plan_id) REFERENCES public.billing_plan(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.credits_actionprice
    ADD CONSTRAINT credits_actionprice_created_by_id_fc01861f_fk_accounts_user_id FOREIGN KEY (created_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.credits_aicreditlog
    ADD CONSTRAINT credits_aicreditlog_actor_id_5abd888f_fk_accounts_user_id FOREIGN KEY (actor_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.credits_aicreditlog
    ADD CONSTRAINT credits_aicreditlog_user_id_af862ef4_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.credits_creditclaim
    ADD CONSTRAINT credits_creditclaim_entry_id_3b4885c7_fk_credits_aicreditlog_id FOREIGN KEY (entry_id) REFERENCES public.credits_aicreditlog(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.credits_creditclaim
    ADD CONSTRAINT credits_creditclaim_user_id_2393fee5_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.credits_creditconsumption
    ADD CONSTRAINT credits_creditconsum_entry_id_4dc7044f_fk_credits_a FOREIGN KEY (entry_id) REFERENCES public.credits_aicreditlog(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.credits_creditconsumption
    ADD CONSTRAINT credits_creditconsum_grant_id_56a53db7_fk_credits_c FOREIGN KEY (grant_id) REFERENCES public.credits_creditgrant(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.credits_creditgrant
    ADD CONSTRAINT credits_creditgrant_entry_id_79fe3375_fk_credits_aicreditlog_id FOREIGN KEY (entry_id) REFERENCES public.credits_aicreditlog(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.credits_creditgrant
    ADD CONSTRAINT credits_creditgrant_user_id_3cb542d6_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.credits_credithold
    ADD CONSTRAINT credits_credithold_user_id_65d53d92_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.credits_spendinglimit
    ADD CONSTRAINT credits_spendinglimit_user_id_357a8188_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.django_admin_log
    ADD CONSTRAINT django_admin_log_content_type_id_c4bce8eb_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.django_admin_log
    ADD CONSTRAINT django_admin_log_user_id_c564eba6_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_account
    ADD CONSTRAINT djstripe_account_djstripe_owner_accou_64558c8f_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_accountv2
    ADD CONSTRAINT djstripe_accountv2_djstripe_owner_accou_d9b27175_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_activeentitlement
    ADD CONSTRAINT djstripe_activeentit_djstripe_owner_accou_d4f2dd53_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_apikey
    ADD CONSTRAINT djstripe_apikey_djstripe_owner_accou_037f32cb_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_applicationfee
    ADD CONSTRAINT djstripe_application_account_id_f50a2a15_fk_djstripe_ FOREIGN KEY (account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_applicationfeerefund
    ADD CONSTRAINT djstripe_application_balance_transaction__bc35b031_fk_djstripe_ FOREIGN KEY (balance_transaction_id) REFERENCES public.djstripe_balancetransaction(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_applicationfee
    ADD CONSTRAINT djstripe_application_balance_transaction__ff735754_fk_djstripe_ FOREIGN KEY (balance_transaction_id) REFERENCES public.djstripe_balancetransaction(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_applicationfee
    ADD CONSTRAINT djstripe_application_charge_id_8ba8ce37_fk_djstripe_ FOREIGN KEY (charge_id) REFERENCES public.djstripe_charge(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_applicationfee
    ADD CONSTRAINT djstripe_application_djstripe_owner_accou_07bb6a78_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_applicationfeerefund
    ADD CONSTRAINT djstripe_application_djstripe_owner_accou_7418f0b2_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_applicationfeerefund
    ADD CONSTRAINT djstripe_application_fee_id_8fabef2d_fk_djstripe_ FOREIGN KEY (fee_id) REFERENCES public.djstripe_applicationfee(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_balancetransaction
    ADD CONSTRAINT djstripe_balancetran_djstripe_owner_accou_868dfd07_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_bankaccount
    ADD CONSTRAINT djstripe_bankaccount_account_id_5434506d_fk_djstripe_account_id FOREIGN KEY (account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_bankaccount
    ADD CONSTRAINT djstripe_bankaccount_djstripe_owner_accou_7c978af8_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_card
    ADD CONSTRAINT djstripe_card_account_id_ef99457f_fk_djstripe_account_id FOREIGN KEY (account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_card
    ADD CONSTRAINT djstripe_card_djstripe_owner_accou_1a2f42f2_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_charge
    ADD CONSTRAINT djstripe_charge_balance_transaction__2eac625e_fk_djstripe_ FOREIGN KEY (balance_transaction_id) REFERENCES public.djstripe_balancetransaction(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_charge
    ADD CONSTRAINT djstripe_charge_customer_id_fb15eb2b_fk_djstripe_customer_id FOREIGN KEY (customer_id) REFERENCES public.djstripe_customer(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_charge
    ADD CONSTRAINT djstripe_charge_djstripe_owner_accou_5664eb74_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_charge
    ADD CONSTRAINT djstripe_charge_invoice_id_bb36cca4_fk_djstripe_invoice_id FOREIGN KEY (invoice_id) REFERENCES public.djstripe_invoice(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_charge
    ADD CONSTRAINT djstripe_charge_payment_intent_id_e2c03053_fk_djstripe_ FOREIGN KEY (payment_intent_id) REFERENCES public.djstripe_paymentintent(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_charge
    ADD CONSTRAINT djstripe_charge_payment_method_id_061d5812_fk_djstripe_ FOREIGN KEY (payment_method_id) REFERENCES public.djstripe_paymentmethod(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_charge
    ADD CONSTRAINT djstripe_charge_source_id_2502db60_fk_djstripe_ FOREIGN KEY (source_id) REFERENCES public.djstripe_djstripepaymentmethod(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_coupon
    ADD CONSTRAINT djstripe_coupon_djstripe_owner_accou_ea85f74e_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_customer
    ADD CONSTRAINT djstripe_customer_default_payment_meth_00268b63_fk_djstripe_ FOREIGN KEY (default_payment_method_id) REFERENCES public.djstripe_paymentmethod(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_customer
    ADD CONSTRAINT djstripe_customer_djstripe_owner_accou_2c5ac18d_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_customer
    ADD CONSTRAINT djstripe_customer_subscriber_id_60f5c7bc_fk_accounts_user_id FOREIGN KEY (subscriber_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_discount
    ADD CONSTRAINT djstripe_discount_customer_id_eaab7ecc_fk_djstripe_customer_id FOREIGN KEY (customer_id) REFERENCES public.djstripe_customer(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_discount
    ADD CONSTRAINT djstripe_discount_djstripe_owner_accou_76f33de0_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_discount
    ADD CONSTRAINT djstripe_discount_invoice_id_4acd89bf_fk_djstripe_invoice_id FOREIGN KEY (invoice_id) REFERENCES public.djstripe_invoice(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_discount
    ADD CONSTRAINT djstripe_discount_subscription_id_c9b8f55a_fk_djstripe_ FOREIGN KEY (subscription_id) REFERENCES public.djstripe_subscription(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_dispute
    ADD CONSTRAINT djstripe_dispute_balance_transaction__aa7cb920_fk_djstripe_ FOREIGN KEY (balance_transaction_id) REFERENCES public.djstripe_balancetransaction(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_dispute
    ADD CONSTRAINT djstripe_dispute_charge_id_ba680941_fk_djstripe_charge_id FOREIGN KEY (charge_id) REFERENCES public.djstripe_charge(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_dispute
    ADD CONSTRAINT djstripe_dispute_djstripe_owner_accou_8010e2d7_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_dispute
    ADD CONSTRAINT djstripe_dispute_payment_intent_id_dc834ee4_fk_djstripe_ FOREIGN KEY (payment_intent_id) REFERENCES public.djstripe_paymentintent(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_djstripeinvoicedefaulttaxrate
    ADD CONSTRAINT djstripe_djstripeinv_invoice_id_541494fb_fk_djstripe_ FOREIGN KEY (invoice_id) REFERENCES public.djstripe_invoice(djstripe_id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_djstripeinvoiceitemtaxrate
    ADD CONSTRAINT djstripe_djstripeinv_invoiceitem_id_ddc00567_fk_djstripe_ FOREIGN KEY (invoiceitem_id) REFERENCES public.djstripe_invoiceitem(djstripe_id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_djstripeinvoiceitemtaxrate
    ADD CONSTRAINT djstripe_djstripeinv_taxrate_id_bd22e20a_fk_djstripe_ FOREIGN KEY (taxrate_id) REFERENCES public.djstripe_taxrate(djstripe_id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_djstripeinvoicedefaulttaxrate
    ADD CONSTRAINT djstripe_djstripeinv_taxrate_id_fd618ddd_fk_djstripe_ FOREIGN KEY (taxrate_id) REFERENCES public.djstripe_taxrate(djstripe_id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_djstripesubscriptionitemtaxrate
    ADD CONSTRAINT djstripe_djstripesub_subscriptionitem_id_04bcb65f_fk_djstripe_ FOREIGN KEY (subscriptionitem_id) REFERENCES public.djstripe_subscriptionitem(djstripe_id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_djstripesubscriptionitemtaxrate
    ADD CONSTRAINT djstripe_djstripesub_taxrate_id_01b3bd7f_fk_djstripe_ FOREIGN KEY (taxrate_id) REFERENCES public.djstripe_taxrate(djstripe_id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_earlyfraudwarning
    ADD CONSTRAINT djstripe_earlyfraudw_djstripe_owner_accou_83708c78_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_event
    ADD CONSTRAINT djstripe_event_djstripe_owner_accou_622cdfe3_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_feature
    ADD CONSTRAINT djstripe_feature_djstripe_owner_accou_c571a7da_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_file
    ADD CONSTRAINT djstripe_file_djstripe_owner_accou_4919c058_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_filelink
    ADD CONSTRAINT djstripe_filelink_djstripe_owner_accou_bb039aa3_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_filelink
    ADD CONSTRAINT djstripe_filelink_file_id_5241d36f_fk_djstripe_file_id FOREIGN KEY (file_id) REFERENCES public.djstripe_file(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_invoice
    ADD CONSTRAINT djstripe_invoice_charge_id_1e660b26_fk_djstripe_ FOREIGN KEY (charge_id) REFERENCES public.djstripe_charge(djstripe_id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_invoice
    ADD CONSTRAINT djstripe_invoice_customer_id_c0cd871c_fk_djstripe_customer_id FOREIGN KEY (customer_id) REFERENCES public.djstripe_customer(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_invoice
    ADD CONSTRAINT djstripe_invoice_default_payment_meth_670990d5_fk_djstripe_ FOREIGN KEY (default_payment_method_id) REFERENCES public.djstripe_paymentmethod(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_invoice
    ADD CONSTRAINT djstripe_invoice_djstripe_owner_accou_cc0c7f79_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_invoice
    ADD CONSTRAINT djstripe_invoice_payment_intent_id_280d90d8_fk_djstripe_ FOREIGN KEY (payment_intent_id) REFERENCES public.djstripe_paymentintent(djstripe_id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_invoice
    ADD CONSTRAINT djstripe_invoice_subscription_id_2dbc2461_fk_djstripe_ FOREIGN KEY (subscription_id) REFERENCES public.djstripe_subscription(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_invoiceitem
    ADD CONSTRAINT djstripe_invoiceitem_customer_id_259466b8_fk_djstripe_ FOREIGN KEY (customer_id) REFERENCES public.djstripe_customer(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_invoiceitem
    ADD CONSTRAINT djstripe_invoiceitem_djstripe_owner_accou_9afac289_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_invoiceitem
    ADD CONSTRAINT djstripe_invoiceitem_invoice_id_d302912e_fk_djstripe_invoice_id FOREIGN KEY (invoice_id) REFERENCES public.djstripe_invoice(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_invoiceitem
    ADD CONSTRAINT djstripe_invoiceitem_price_id_24d80db8_fk_djstripe_ FOREIGN KEY (price_id) REFERENCES public.djstripe_price(djstripe_id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_invoiceitem
    ADD CONSTRAINT djstripe_invoiceitem_subscription_id_a7760178_fk_djstripe_ FOREIGN KEY (subscription_id) REFERENCES public.djstripe_subscription(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_issuing_authorization
    ADD CONSTRAINT djstripe_issuing_aut_djstripe_owner_accou_a5d3464b_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_issuing_card
    ADD CONSTRAINT djstripe_issuing_car_djstripe_owner_accou_0bdfc97c_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_issuing_cardholder
    ADD CONSTRAINT djstripe_issuing_car_djstripe_owner_accou_fa7389b4_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_issuing_dispute
    ADD CONSTRAINT djstripe_issuing_dis_djstripe_owner_accou_388b366f_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_issuing_transaction
    ADD CONSTRAINT djstripe_issuing_tra_djstripe_owner_accou_dfdd0ee5_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_lineitem
    ADD CONSTRAINT djstripe_lineitem_djstripe_owner_accou_94fe816a_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_lineitem
    ADD CONSTRAINT djstripe_lineitem_invoice_item_id_673833e2_fk_djstripe_ FOREIGN KEY (invoice_item_id) REFERENCES public.djstripe_invoiceitem(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_lineitem
    ADD CONSTRAINT djstripe_lineitem_subscription_id_7d83979b_fk_djstripe_ FOREIGN KEY (subscription_id) REFERENCES public.djstripe_subscription(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_lineitem
    ADD CONSTRAINT djstripe_lineitem_subscription_item_id_6e53d0a7_fk_djstripe_ FOREIGN KEY (subscription_item_id) REFERENCES public.djstripe_subscriptionitem(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_mandate
    ADD CONSTRAINT djstripe_mandate_djstripe_owner_accou_63974808_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_mandate
    ADD CONSTRAINT djstripe_mandate_payment_method_id_43a90a75_fk_djstripe_ FOREIGN KEY (payment_method_id) REFERENCES public.djstripe_paymentmethod(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_paymentintent
    ADD CONSTRAINT djstripe_paymentinte_customer_id_93ee54a2_fk_djstripe_ FOREIGN KEY (customer_id) REFERENCES public.djstripe_customer(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_paymentintent
    ADD CONSTRAINT djstripe_paymentinte_djstripe_owner_accou_3433b556_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_paymentintent
    ADD CONSTRAINT djstripe_paymentinte_on_behalf_of_id_4db305db_fk_djstripe_ FOREIGN KEY (on_behalf_of_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_paymentintent
    ADD CONSTRAINT djstripe_paymentinte_payment_method_id_814dd02d_fk_djstripe_ FOREIGN KEY (payment_method_id) REFERENCES public.djstripe_paymentmethod(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_paymentmethod
    ADD CONSTRAINT djstripe_paymentmeth_customer_id_c482a8b6_fk_djstripe_ FOREIGN KEY (customer_id) REFERENCES public.djstripe_customer(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_paymentmethod
    ADD CONSTRAINT djstripe_paymentmeth_djstripe_owner_accou_12af66c9_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_payout
    ADD CONSTRAINT djstripe_payout_balance_transaction__a9393fb6_fk_djstripe_ FOREIGN KEY (balance_transaction_id) REFERENCES public.djstripe_balancetransaction(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_payout
    ADD CONSTRAINT djstripe_payout_destination_id_a5fa55c2_fk_djstripe_ FOREIGN KEY (destination_id) REFERENCES public.djstripe_bankaccount(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_payout
    ADD CONSTRAINT djstripe_payout_djstripe_owner_accou_8aac4e8e_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_payout
    ADD CONSTRAINT djstripe_payout_failure_balance_tran_77d442db_fk_djstripe_ FOREIGN KEY (failure_balance_transaction_id) REFERENCES public.djstripe_balancetransaction(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_payout
    ADD CONSTRAINT djstripe_payout_original_payout_id_e99fb157_fk_djstripe_ FOREIGN KEY (original_payout_id) REFERENCES public.djstripe_payout(djstripe_id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_payout
    ADD CONSTRAINT djstripe_payout_reversed_by_id_f12b125d_fk_djstripe_ FOREIGN KEY (reversed_by_id) REFERENCES public.djstripe_payout(djstripe_id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_price
    ADD CONSTRAINT djstripe_price_djstripe_owner_accou_01c819f7_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_price
    ADD CONSTRAINT djstripe_price_product_id_9f3d37eb_fk_djstripe_product_id FOREIGN KEY (product_id) REFERENCES public.djstripe_product(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_product
    ADD CONSTRAINT djstripe_product_djstripe_owner_accou_6c90c2b6_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_productfeature
    ADD CONSTRAINT djstripe_productfeat_djstripe_owner_accou_d507d3d1_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_productfeature
    ADD CONSTRAINT djstripe_productfeat_entitlement_feature__6880bac7_fk_djstripe_ FOREIGN KEY (entitlement_feature_id) REFERENCES public.djstripe_feature(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_productfeature
    ADD CONSTRAINT djstripe_productfeat_product_id_b01ed73e_fk_djstripe_ FOREIGN KEY (product_id) REFERENCES public.djstripe_product(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_promotioncode
    ADD CONSTRAINT djstripe_promotionco_djstripe_owner_accou_7997d59a_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_refund
    ADD CONSTRAINT djstripe_refund_balance_transaction__dec480cf_fk_djstripe_ FOREIGN KEY (balance_transaction_id) REFERENCES public.djstripe_balancetransaction(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_refund
    ADD CONSTRAINT djstripe_refund_charge_id_e7efd717_fk_djstripe_charge_id FOREIGN KEY (charge_id) REFERENCES public.djstripe_charge(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_refund
    ADD CONSTRAINT djstripe_refund_djstripe_owner_accou_ece3ea81_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_refund
    ADD CONSTRAINT djstripe_refund_failure_balance_tran_817ae640_fk_djstripe_ FOREIGN KEY (failure_balance_transaction_id) REFERENCES public.djstripe_balancetransaction(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_review
    ADD CONSTRAINT djstripe_review_djstripe_owner_accou_543dfbd7_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_scheduledqueryrun
    ADD CONSTRAINT djstripe_scheduledqu_djstripe_owner_accou_b5cc7091_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_scheduledqueryrun
    ADD CONSTRAINT djstripe_scheduledqueryrun_file_id_707bbc03_fk_djstripe_file_id FOREIGN KEY (file_id) REFERENCES public.djstripe_file(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_session
    ADD CONSTRAINT djstripe_session_customer_id_b4510dc3_fk_djstripe_customer_id FOREIGN KEY (customer_id) REFERENCES public.djstripe_customer(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_session
    ADD CONSTRAINT djstripe_session_djstripe_owner_accou_8bbc07af_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_session
    ADD CONSTRAINT djstripe_session_payment_intent_id_cae83ebf_fk_djstripe_ FOREIGN KEY (payment_intent_id) REFERENCES public.djstripe_paymentintent(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_session
    ADD CONSTRAINT djstripe_session_setup_intent_id_c884fe95_fk_djstripe_ FOREIGN KEY (setup_intent_id) REFERENCES public.djstripe_setupintent(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_session
    ADD CONSTRAINT djstripe_session_subscription_id_29499760_fk_djstripe_ FOREIGN KEY (subscription_id) REFERENCES public.djstripe_subscription(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_setupintent
    ADD CONSTRAINT djstripe_setupintent_customer_id_6ff5bbcc_fk_djstripe_ FOREIGN KEY (customer_id) REFERENCES public.djstripe_customer(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_setupintent
    ADD CONSTRAINT djstripe_setupintent_djstripe_owner_accou_046c1671_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_setupintent
    ADD CONSTRAINT djstripe_setupintent_on_behalf_of_id_1ea4d941_fk_djstripe_ FOREIGN KEY (on_behalf_of_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_setupintent
    ADD CONSTRAINT djstripe_setupintent_payment_method_id_0ca17b5e_fk_djstripe_ FOREIGN KEY (payment_method_id) REFERENCES public.djstripe_paymentmethod(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_shippingrate
    ADD CONSTRAINT djstripe_shippingrat_djstripe_owner_accou_4f8a0f20_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_shippingrate
    ADD CONSTRAINT djstripe_shippingrat_tax_code_id_8affacec_fk_djstripe_ FOREIGN KEY (tax_code_id) REFERENCES public.djstripe_taxcode(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_source
    ADD CONSTRAINT djstripe_source_customer_id_4d678557_fk_djstripe_customer_id FOREIGN KEY (customer_id) REFERENCES public.djstripe_customer(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_source
    ADD CONSTRAINT djstripe_source_djstripe_owner_accou_f99f1fe6_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_sourcetransaction
    ADD CONSTRAINT djstripe_sourcetrans_djstripe_owner_accou_a8c9bdee_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_sourcetransaction
    ADD CONSTRAINT djstripe_sourcetrans_source_id_3c972638_fk_djstripe_ FOREIGN KEY (source_id) REFERENCES public.djstripe_source(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_subscription
    ADD CONSTRAINT djstripe_subscriptio_customer_id_aff64ee5_fk_djstripe_ FOREIGN KEY (customer_id) REFERENCES public.djstripe_customer(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_subscriptionschedule
    ADD CONSTRAINT djstripe_subscriptio_customer_id_b124e27d_fk_djstripe_ FOREIGN KEY (customer_id) REFERENCES public.djstripe_customer(djstripe_id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_subscription
    ADD CONSTRAINT djstripe_subscriptio_djstripe_owner_accou_9d333296_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_subscriptionitem
    ADD CONSTRAINT djstripe_subscriptio_djstripe_owner_accou_aafd9387_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_subscriptionschedule
    ADD CONSTRAINT djstripe_subscriptio_djstripe_owner_accou_c7d8d9c4_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_subscriptionitem
    ADD CONSTRAINT djstripe_subscriptio_price_id_c7f55fc3_fk_djstripe_ FOREIGN KEY (price_id) REFERENCES public.djstripe_price(djstripe_id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_subscriptionschedule
    ADD CONSTRAINT djstripe_subscriptio_released_subscriptio_3de9daa1_fk_djstripe_ FOREIGN KEY (released_subscription_id) REFERENCES public.djstripe_subscription(djstripe_id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_subscriptionitem
    ADD CONSTRAINT djstripe_subscriptio_subscription_id_992d9919_fk_djstripe_ FOREIGN KEY (subscription_id) REFERENCES public.djstripe_subscription(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_subscriptionschedule
    ADD CONSTRAINT djstripe_subscriptio_subscription_id_d12d014b_fk_djstripe_ FOREIGN KEY (subscription_id) REFERENCES public.djstripe_subscription(djstripe_id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_taxcode
    ADD CONSTRAINT djstripe_taxcode_djstripe_owner_accou_1f7fc204_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_taxid
    ADD CONSTRAINT djstripe_taxid_customer_id_e973248d_fk_djstripe_customer_id FOREIGN KEY (customer_id) REFERENCES public.djstripe_customer(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_taxid
    ADD CONSTRAINT djstripe_taxid_djstripe_owner_accou_acff63ae_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_taxrate
    ADD CONSTRAINT djstripe_taxrate_djstripe_owner_accou_d6421376_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_transfer
    ADD CONSTRAINT djstripe_transfer_balance_transaction__b5b00270_fk_djstripe_ FOREIGN KEY (balance_transaction_id) REFERENCES public.djstripe_balancetransaction(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_transfer
    ADD CONSTRAINT djstripe_transfer_djstripe_owner_accou_78ad63fe_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_transferreversal
    ADD CONSTRAINT djstripe_transferrev_balance_transaction__5044f084_fk_djstripe_ FOREIGN KEY (balance_transaction_id) REFERENCES public.djstripe_balancetransaction(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_transferreversal
    ADD CONSTRAINT djstripe_transferrev_djstripe_owner_accou_2e3051e1_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_transferreversal
    ADD CONSTRAINT djstripe_transferrev_transfer_id_8f250dd3_fk_djstripe_ FOREIGN KEY (transfer_id) REFERENCES public.djstripe_transfer(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_upcominginvoice
    ADD CONSTRAINT djstripe_upcominginv_charge_id_65b60495_fk_djstripe_ FOREIGN KEY (charge_id) REFERENCES public.djstripe_charge(djstripe_id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_upcominginvoice
    ADD CONSTRAINT djstripe_upcominginv_customer_id_c94e7284_fk_djstripe_ FOREIGN KEY (customer_id) REFERENCES public.djstripe_customer(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_upcominginvoice
    ADD CONSTRAINT djstripe_upcominginv_default_payment_meth_31da058e_fk_djstripe_ FOREIGN KEY (default_payment_method_id) REFERENCES public.djstripe_paymentmethod(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_upcominginvoice
    ADD CONSTRAINT djstripe_upcominginv_djstripe_owner_accou_fac79479_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_upcominginvoice
    ADD CONSTRAINT djstripe_upcominginv_payment_intent_id_ff12d414_fk_djstripe_ FOREIGN KEY (payment_intent_id) REFERENCES public.djstripe_paymentintent(djstripe_id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_upcominginvoice
    ADD CONSTRAINT djstripe_upcominginv_subscription_id_72fb41e3_fk_djstripe_ FOREIGN KEY (subscription_id) REFERENCES public.djstripe_subscription(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_verificationsession
    ADD CONSTRAINT djstripe_verificatio_djstripe_owner_accou_11bac9bf_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_verificationreport
    ADD CONSTRAINT djstripe_verificatio_djstripe_owner_accou_7a5869e4_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_verificationsession
    ADD CONSTRAINT djstripe_verificatio_last_verification_re_192f6b6d_fk_djstripe_ FOREIGN KEY (last_verification_report_id) REFERENCES public.djstripe_verificationreport(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_webhookendpoint
    ADD CONSTRAINT djstripe_webhookendp_djstripe_owner_accou_f1ac5c9d_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_webhookeventtrigger
    ADD CONSTRAINT djstripe_webhookeven_event_id_b2e08de6_fk_djstripe_ FOREIGN KEY (event_id) REFERENCES public.djstripe_event(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_webhookeventtrigger
    ADD CONSTRAINT djstripe_webhookeven_stripe_trigger_accou_06d35fda_fk_djstripe_ FOREIGN KEY (stripe_trigger_account_id) REFERENCES public.djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.djstripe_webhookeventtrigger
    ADD CONSTRAINT djstripe_webhookeven_webhook_endpoint_id_6e762b2f_fk_djstripe_ FOREIGN KEY (webhook_endpoint_id) REFERENCES public.djstripe_webhookendpoint(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.jobs_job
    ADD CONSTRAINT jobs_job_user_id_093659ab_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.otp_totp_totpdevice
    ADD CONSTRAINT otp_totp_totpdevice_user_id_0fb18292_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.procrastinate_events
    ADD CONSTRAINT procrastinate_events_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.procrastinate_jobs(id) ON DELETE CASCADE;


ALTER TABLE ONLY public.procrastinate_jobs
    ADD CONSTRAINT procrastinate_jobs_worker_id_fkey FOREIGN KEY (worker_id) REFERENCES public.procrastinate_workers(id) ON DELETE SET NULL;


ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.procrastinate_jobs(id);
