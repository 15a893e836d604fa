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
        from "people_person" where "id" = p_user_id for no key update;
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
    update "people_person" u set
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
    select ai_credits + ai_credits_held into balance from "people_person" where "id" = new.user_id;
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
            from "people_person" u where u."id" = p_user_id
            returning id
        )
        update "people_person" u set ai_credits_held = u.ai_credits_held - part from entry where u."id" = p_user_id
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
    update "people_person" u set ai_credits_claimed = (
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
        from "people_person" where "id" = p_user_id for no key update;
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
    update "people_person" set
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
    update "people_person" u set credits_limited = exists (select from "credits_spendinglimit" l where l.user_id = u."id")
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
        from "people_person" where "id" = p_user_id for no key update;
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
    update "people_person" u set ai_credits = available + moved from entry where u."id" = p_user_id
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
        from "people_person" where "id" = p_user_id for no key update;
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
        update "people_person" set ai_credits = available, ai_credits_held = held, credits_due_at = due_at
        where "id" = p_user_id;
    end if;
    balance := available + held;
end $$;


SET default_tablespace = '';

SET default_table_access_method = heap;

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


CREATE TABLE public.people_person (
    id bigint NOT NULL,
    password character varying(128) NOT NULL,
    last_login timestamp with time zone,
    handle character varying(50) NOT NULL,
    ai_credits bigint DEFAULT 0 NOT NULL,
    ai_credits_held bigint DEFAULT 0 NOT NULL,
    ai_credits_claimed bigint DEFAULT 0 NOT NULL,
    credits_due_at timestamp with time zone,
    credits_consumed_through bigint DEFAULT 0 NOT NULL,
    credits_limited boolean DEFAULT false NOT NULL,
    blocked_at timestamp with time zone,
    blocked_reason character varying(500) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT people_person_block_has_a_reason CHECK ((((blocked_at IS NULL) AND ((blocked_reason)::text = ''::text)) OR ((blocked_at IS NOT NULL) AND (NOT ((blocked_reason)::text = ''::text))))),
    CONSTRAINT people_person_claims_only_held_credits CHECK (((ai_credits_claimed >= 0) AND (ai_credits_claimed <= ai_credits_held))),
    CONSTRAINT people_person_credits_not_negative CHECK ((ai_credits >= 0)),
    CONSTRAINT people_person_held_credits_not_negative CHECK ((ai_credits_held >= 0))
);


ALTER TABLE public.people_person ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.people_person_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


INSERT INTO public.auth_group VALUES
	(1, 'x');


INSERT INTO public.auth_group_permissions VALUES
	(1, 1, 1);


INSERT INTO public.auth_permission VALUES
	(1, 'Can add permission', 1, 'add_permission'),
	(2, 'Can change permission', 1, 'change_permission'),
	(3, 'Can delete permission', 1, 'delete_permission'),
	(4, 'Can view permission', 1, 'view_permission'),
	(5, 'Can add group', 2, 'add_group'),
	(6, 'Can change group', 2, 'change_group'),
	(7, 'Can delete group', 2, 'delete_group'),
	(8, 'Can view group', 2, 'view_group'),
	(9, 'Can add content type', 3, 'add_contenttype'),
	(10, 'Can change content type', 3, 'change_contenttype'),
	(11, 'Can delete content type', 3, 'delete_contenttype'),
	(12, 'Can view content type', 3, 'view_contenttype'),
	(13, 'Can add ledger entry', 4, 'add_aicreditlog'),
	(14, 'Can change ledger entry', 4, 'change_aicreditlog'),
	(15, 'Can delete ledger entry', 4, 'delete_aicreditlog'),
	(16, 'Can view ledger entry', 4, 'view_aicreditlog'),
	(17, 'Can adjust a balance and refund a spend', 4, 'adjust_credits'),
	(18, 'Can adjust a balance by more than CREDIT_ADJUSTMENT_LIMIT', 4, 'adjust_without_limit'),
	(19, 'Can add credit claim', 5, 'add_creditclaim'),
	(20, 'Can change credit claim', 5, 'change_creditclaim'),
	(21, 'Can delete credit claim', 5, 'delete_creditclaim'),
	(22, 'Can view credit claim', 5, 'view_creditclaim'),
	(23, 'Can add credit grant', 6, 'add_creditgrant'),
	(24, 'Can change credit grant', 6, 'change_creditgrant'),
	(25, 'Can delete credit grant', 6, 'delete_creditgrant'),
	(26, 'Can view credit grant', 6, 'view_creditgrant'),
	(27, 'Can add credit consumption', 7, 'add_creditconsumption'),
	(28, 'Can change credit consumption', 7, 'change_creditconsumption'),
	(29, 'Can delete credit consumption', 7, 'delete_creditconsumption'),
	(30, 'Can view credit consumption', 7, 'view_creditconsumption'),
	(31, 'Can add credit hold', 8, 'add_credithold'),
	(32, 'Can change credit hold', 8, 'change_credithold'),
	(33, 'Can delete credit hold', 8, 'delete_credithold'),
	(34, 'Can view credit hold', 8, 'view_credithold'),
	(35, 'Can add spending limit', 9, 'add_spendinglimit'),
	(36, 'Can change spending limit', 9, 'change_spendinglimit'),
	(37, 'Can delete spending limit', 9, 'delete_spendinglimit'),
	(38, 'Can view spending limit', 9, 'view_spendinglimit'),
	(39, 'Can add action price', 10, 'add_actionprice'),
	(40, 'Can view action price', 10, 'view_actionprice'),
	(41, 'Can add person', 11, 'add_person'),
	(42, 'Can change person', 11, 'change_person'),
	(43, 'Can delete person', 11, 'delete_person'),
	(44, 'Can view person', 11, 'view_person');


INSERT INTO public.credits_actionprice VALUES
	(1, 'sample', 3, 0, '', 0, 0, 0, '2026-11-28 10:50:29.960016+00', '2026-11-28 10:50:29.960016+00', 'From a sample.', 2);


INSERT INTO public.credits_aicreditlog VALUES
	(1, 'grant', 'signup', 100, 100, 'signup', '', '', '', '{}', '2026-11-28 10:50:29.334165+00', NULL, 1),
	(2, 'grant', 'signup', 100, 100, 'signup', '', '', '', '{}', '2026-11-28 10:50:29.356429+00', NULL, 2),
	(3, 'grant', 'purchase', 500, 600, 'sample:grant', 'payment', 'sample', '', '{}', '2026-11-28 10:50:29.368121+00', NULL, 1),
	(4, 'grant', 'bonus', 50, 650, 'sample:bonus', '', '', '', '{}', '2026-11-28 10:50:29.422314+00', NULL, 1),
	(5, 'grant', 'bonus', 9, 659, 'sample:old', '', '', '', '{}', '2026-11-28 10:50:29.465191+00', NULL, 1),
	(6, 'expiry', 'credits_expired', -9, 650, 'expiry:5:5', 'credit_grant', '5', '', '{}', '2026-11-28 10:50:29.465191+00', NULL, 1),
	(7, 'spend', 'note', -3, 647, 'sample:spend', '', '', '', '{}', '2026-11-28 10:50:29.548514+00', NULL, 1),
	(8, 'refund', 'note', 3, 650, 'refund:7', '', '', 'The answer was graded wrongly.', '{}', '2026-11-28 10:50:29.572819+00', 2, 1),
	(9, 'spend', 'note', -4, 646, 'sample:another', '', '', '', '{}', '2026-11-28 10:50:29.694263+00', NULL, 1),
	(10, 'adjustment', 'staff_adjustment', 25, 671, 'sample:adjust', '', '', 'Goodwill.', '{"requested": 25}', '2026-11-28 10:50:29.708708+00', 2, 1),
	(11, 'spend', 'note', -3, 668, 'hold:83480a80-0703-47eb-b830-041ad0518943', '', '', '', '{"price": {"base": 3, "source": "settings", "per_unit": 0}}', '2026-11-28 10:50:29.798212+00', NULL, 1),
	(12, 'clawback', 'payment_refunded', 0, 668, 'sample:clawback', 'payment', 'sample', '', '{"claimed": 100, "requested": -100}', '2026-11-28 10:50:29.899094+00', NULL, 1);


INSERT INTO public.credits_creditclaim VALUES
	(1, 100, 0, 0, 12, 1);


INSERT INTO public.credits_creditconsumption VALUES
	(1, 3, 7, 4),
	(2, 3, 8, 4),
	(3, 4, 9, 4),
	(4, 3, 11, 4);


INSERT INTO public.credits_creditgrant VALUES
	(2, '', 100, 100, 0, DEFAULT, NULL, NULL, false, 2, 2),
	(5, '', 9, 0, 0, DEFAULT, '2026-11-27 10:50:29.368063+00', NULL, false, 5, 1),
	(4, '', 50, 43, 43, DEFAULT, '2026-12-28 10:50:29.368063+00', NULL, false, 4, 1),
	(1, '', 100, 100, 100, DEFAULT, NULL, NULL, false, 1, 1),
	(3, '', 500, 500, 500, DEFAULT, NULL, NULL, false, 3, 1),
	(6, '', 25, 25, 25, DEFAULT, NULL, NULL, false, 10, 1);


INSERT INTO public.credits_credithold VALUES
	('83480a80-0703-47eb-b830-041ad0518943', '{4}', '{3}', 'note', 3, 0, 3, 0, 0, 0, 0, 'settings', '', '', 'captured', 3, '2026-11-28 10:50:29.788784+00', '2026-11-28 11:05:29.788784+00', '2026-11-28 10:50:29.798212+00', 'sample', 'sample-1', '0000000000000000000000000000000000000000000000000000000000000000', NULL, NULL, 1),
	('44bbe7bf-d573-4971-b82f-17f24f367ca5', '{4}', '{2}', 'note', 2, 0, 2, 0, 0, 0, 0, '', '', '', 'released', NULL, '2026-11-28 10:50:29.809741+00', '2026-11-28 11:05:29.809741+00', '2026-11-28 10:50:29.811816+00', '', NULL, '', NULL, NULL, 1),
	('55974cd3-92de-4808-82f6-1f38c069034d', '{4,1,3,6}', '{43,100,500,25}', 'note', 668, 0, 668, 0, 0, 0, 0, '', '', '', 'held', NULL, '2026-11-28 10:50:29.888888+00', '2026-11-28 11:05:29.888888+00', NULL, '', NULL, '', NULL, NULL, 1);


INSERT INTO public.credits_spendinglimit VALUES
	(1, 'sample', 'month', 10000, 0, 0, '2026-11-01 00:00:00+00', 1);


INSERT INTO public.django_content_type VALUES
	(1, 'auth', 'permission'),
	(2, 'auth', 'group'),
	(3, 'contenttypes', 'contenttype'),
	(4, 'credits', 'aicreditlog'),
	(5, 'credits', 'creditclaim'),
	(6, 'credits', 'creditgrant'),
	(7, 'credits', 'creditconsumption'),
	(8, 'credits', 'credithold'),
	(9, 'credits', 'spendinglimit'),
	(10, 'credits', 'actionprice'),
	(11, 'people', 'person');


INSERT INTO public.django_migrations VALUES
	(1, 'contenttypes', '0001_initial', '2026-11-28 10:50:25.834982+00'),
	(2, 'contenttypes', '0002_remove_content_type_name', '2026-11-28 10:50:25.843579+00'),
	(3, 'auth', '0001_initial', '2026-11-28 10:50:25.881541+00'),
	(4, 'auth', '0002_alter_permission_name_max_length', '2026-11-28 10:50:25.890238+00'),
	(5, 'auth', '0003_alter_user_email_max_length', '2026-11-28 10:50:25.898932+00'),
	(6, 'auth', '0004_alter_user_username_opts', '2026-11-28 10:50:25.908429+00'),
	(7, 'auth', '0005_alter_user_last_login_null', '2026-11-28 10:50:25.914974+00'),
	(8, 'auth', '0006_require_contenttypes_0002', '2026-11-28 10:50:25.916645+00'),
	(9, 'auth', '0007_alter_validators_add_error_messages', '2026-11-28 10:50:25.92252+00'),
	(10, 'auth', '0008_alter_user_username_max_length', '2026-11-28 10:50:25.932041+00'),
	(11, 'auth', '0009_alter_user_last_name_max_length', '2026-11-28 10:50:25.939515+00'),
	(12, 'auth', '0010_alter_group_name_max_length', '2026-11-28 10:50:25.953629+00'),
	(13, 'auth', '0011_update_proxy_permissions', '2026-11-28 10:50:25.965749+00'),
	(14, 'auth', '0012_alter_user_first_name_max_length', '2026-11-28 10:50:25.984057+00'),
	(15, 'people', '0001_people', '2026-11-28 10:50:26.014625+00'),
	(16, 'credits', '0001_initial', '2026-11-28 10:50:26.950852+00'),
	(17, 'people', '0002_credits', '2026-11-28 10:50:27.664396+00'),
	(18, 'people', '0003_attach_ledger', '2026-11-28 10:50:27.717165+00');


INSERT INTO public.people_person VALUES
	(2, '!uQFN8N1hNrvfgQn9oL7XPlVdDiK14sY16DH0yvgb', NULL, 'bob', 100, 0, 0, NULL, 0, false, NULL, ''),
	(1, '!1mT5OhbZed82d70fmXvGqRphZxRjRKa5ZmnCLk7I', NULL, 'ann', 0, 668, 100, '2026-11-28 11:05:29.888888+00', 12, true, NULL, '');


SELECT pg_catalog.setval('public.auth_group_id_seq', 1, true);


SELECT pg_catalog.setval('public.auth_group_permissions_id_seq', 1, true);


SELECT pg_catalog.setval('public.auth_permission_id_seq', 44, true);


SELECT pg_catalog.setval('public.credits_actionprice_id_seq', 1, true);


SELECT pg_catalog.setval('public.credits_aicreditlog_id_seq', 12, true);


SELECT pg_catalog.setval('public.credits_creditclaim_id_seq', 1, true);


SELECT pg_catalog.setval('public.credits_creditconsumption_id_seq', 4, true);


SELECT pg_catalog.setval('public.credits_creditgrant_id_seq', 6, true);


SELECT pg_catalog.setval('public.credits_spendinglimit_id_seq', 1, true);


SELECT pg_catalog.setval('public.django_content_type_id_seq', 11, true);


SELECT pg_catalog.setval('public.django_migrations_id_seq', 18, true);


SELECT pg_catalog.setval('public.people_person_id_seq', 2, true);


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


ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_app_label_model_76bd3d3b_uniq UNIQUE (app_label, model);


ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.django_migrations
    ADD CONSTRAINT django_migrations_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.people_person
    ADD CONSTRAINT people_person_handle_key UNIQUE (handle);


ALTER TABLE ONLY public.people_person
    ADD CONSTRAINT people_person_pkey PRIMARY KEY (id);


CREATE INDEX auth_group_name_a6ea08ec_like ON public.auth_group USING btree (name varchar_pattern_ops);


CREATE INDEX auth_group_permissions_group_id_b120cbf9 ON public.auth_group_permissions USING btree (group_id);


CREATE INDEX auth_group_permissions_permission_id_84c5c92e ON public.auth_group_permissions USING btree (permission_id);


CREATE INDEX auth_permission_content_type_id_2f476e4b ON public.auth_permission USING btree (content_type_id);


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


CREATE INDEX people_person_credits_due_at_72bed10a ON public.people_person USING btree (credits_due_at);


CREATE INDEX people_person_handle_a7022575_like ON public.people_person USING btree (handle varchar_pattern_ops);


CREATE TRIGGER credits_account_opened AFTER INSERT ON public.people_person FOR EACH ROW EXECUTE FUNCTION public.credits_open_account();


CREATE TRIGGER credits_balance_checked AFTER UPDATE OF ai_credits, ai_credits_held ON public.people_person FOR EACH ROW WHEN (((old.ai_credits + old.ai_credits_held) IS DISTINCT FROM (new.ai_credits + new.ai_credits_held))) EXECUTE FUNCTION public.credits_check_balance();


CREATE TRIGGER credits_claims_counted AFTER INSERT OR DELETE OR UPDATE ON public.credits_creditclaim FOR EACH ROW EXECUTE FUNCTION public.credits_count_claims();


CREATE TRIGGER credits_entry_checked AFTER INSERT ON public.credits_aicreditlog FOR EACH ROW EXECUTE FUNCTION public.credits_check_entry();


CREATE TRIGGER credits_ledger_append_only BEFORE DELETE OR UPDATE ON public.credits_aicreditlog FOR EACH ROW EXECUTE FUNCTION public.credits_refuse_change();


CREATE TRIGGER credits_limits_noted AFTER INSERT OR DELETE ON public.credits_spendinglimit FOR EACH ROW EXECUTE FUNCTION public.credits_note_limited();


CREATE TRIGGER credits_price_append_only BEFORE DELETE OR UPDATE ON public.credits_actionprice FOR EACH ROW EXECUTE FUNCTION public.credits_refuse_price_change();


ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissio_permission_id_84c5c92e_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_b120cbf9_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_2f476e4b_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.credits_actionprice
    ADD CONSTRAINT credits_actionprice_created_by_id_fc01861f_fk_people_person_id FOREIGN KEY (created_by_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.credits_aicreditlog
    ADD CONSTRAINT credits_aicreditlog_actor_id_5abd888f_fk_people_person_id FOREIGN KEY (actor_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.credits_aicreditlog
    ADD CONSTRAINT credits_aicreditlog_user_id_af862ef4_fk_people_person_id FOREIGN KEY (user_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.credits_creditclaim
    ADD CONSTRAINT credits_creditclaim_entry_id_3b4885c7_fk_credits_aicreditlog_id FOREIGN KEY (entry_id) REFERENCES public.credits_aicreditlog(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.credits_creditclaim
    ADD CONSTRAINT credits_creditclaim_user_id_2393fee5_fk_people_person_id FOREIGN KEY (user_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.credits_creditconsumption
    ADD CONSTRAINT credits_creditconsum_entry_id_4dc7044f_fk_credits_a FOREIGN KEY (entry_id) REFERENCES public.credits_aicreditlog(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.credits_creditconsumption
    ADD CONSTRAINT credits_creditconsum_grant_id_56a53db7_fk_credits_c FOREIGN KEY (grant_id) REFERENCES public.credits_creditgrant(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.credits_creditgrant
    ADD CONSTRAINT credits_creditgrant_entry_id_79fe3375_fk_credits_aicreditlog_id FOREIGN KEY (entry_id) REFERENCES public.credits_aicreditlog(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.credits_creditgrant
    ADD CONSTRAINT credits_creditgrant_user_id_3cb542d6_fk_people_person_id FOREIGN KEY (user_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.credits_credithold
    ADD CONSTRAINT credits_credithold_user_id_65d53d92_fk_people_person_id FOREIGN KEY (user_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.credits_spendinglimit
    ADD CONSTRAINT credits_spendinglimit_user_id_357a8188_fk_people_person_id FOREIGN KEY (user_id) REFERENCES public.people_person(id) DEFERRABLE INITIALLY DEFERRED;
