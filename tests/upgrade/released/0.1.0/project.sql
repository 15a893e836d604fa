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


CREATE FUNCTION public.credits_capture(p_user_id bigint, p_hold_id uuid, p_amount bigint, p_now timestamp with time zone, p_reference_type text, p_reference_id text, p_metadata jsonb, p_response_status integer, p_response_body jsonb, OUT entry_id bigint, OUT available bigint, OUT balance bigint, OUT overdue boolean) RETURNS record
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
declare
    held bigint;
    due_at timestamptz;
    hold record;
    consumed bigint;
    consumptions bigint[] := array[]::bigint[];
    rest bigint := p_amount;
    grant_expires_at timestamptz;
begin
    select ai_credits, ai_credits_held, credits_due_at into available, held, due_at
        from "accounts_user" where "id" = p_user_id for no key update;
    -- `closed_at is null` means held, as a constraint guarantees. Unlike `state = 'held'` it keeps the
    -- planner from the partial index of held credits, which it would choose for an empty table.
    -- `is true` keeps it from the user's index likewise: an early plan would scan all of a user's holds.
    update "credits_credithold" h set
        state = 'captured', captured_amount = p_amount, closed_at = p_now,
        response_status = case when h.idempotency_key is not null then p_response_status end,
        response_body = case when h.idempotency_key is not null then p_response_body end
    where h.id = p_hold_id and (h.user_id = p_user_id) is true and h.closed_at is null
        returning h.amount, h.action_type, h.grant_ids, h.grant_amounts into hold;
    if not found then
        return;
    end if;

    overdue := false;
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

    balance := available + held - p_amount;
    available := available + hold.amount - p_amount;
    with entry as (
        insert into "credits_aicreditlog" (user_id, kind, action_type, amount, balance_after, idempotency_key,
                              reference_type, reference_id, reason, metadata, created_at)
        values (p_user_id, 'spend', hold.action_type, -p_amount, balance, 'hold:' || p_hold_id,
                p_reference_type, p_reference_id, '', p_metadata, p_now)
        returning id
    )
    update "accounts_user" u set
        ai_credits = available, ai_credits_held = held - hold.amount, credits_due_at = due_at
    from entry where u."id" = p_user_id
        returning entry.id into entry_id;
    for i in 1 .. cardinality(consumptions) loop
        if consumptions[i] > 0 then
            insert into "credits_creditconsumption" (entry_id, grant_id, amount) values (entry_id, hold.grant_ids[i], consumptions[i]);
        end if;
    end loop;
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


CREATE FUNCTION public.credits_hold(p_user_id bigint, p_hold_id uuid, p_action_type text, p_amount bigint, p_base bigint, p_per_unit bigint, p_now timestamp with time zone, p_expires_at timestamp with time zone, p_endpoint text, p_key text, p_request_hash text, p_alone boolean, p_units bigint DEFAULT 0, p_per_million_input_tokens bigint DEFAULT 0, p_per_million_output_tokens bigint DEFAULT 0, p_minimum bigint DEFAULT 0, p_price_source text DEFAULT ''::text, p_request_id text DEFAULT ''::text, OUT available bigint, OUT reserved boolean) RETURNS record
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
declare
    due_at timestamptz;
    open_grant record;
    free bigint := 0;
    part bigint;
    ids bigint[] := array[]::bigint[];
    parts bigint[] := array[]::bigint[];
    rest bigint := p_amount;
begin
    reserved := false;
    select ai_credits, credits_due_at into available, due_at
        from "accounts_user" where "id" = p_user_id for no key update;
    if not found or available < p_amount or due_at <= p_now then
        return;
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
                         price_source, request_id)
    values (p_hold_id, p_user_id, p_action_type, p_amount, p_base, p_per_unit, 'held', p_now, p_expires_at,
            p_endpoint, p_key, p_request_hash, ids, parts,
            p_units, p_per_million_input_tokens, p_per_million_output_tokens, p_minimum,
            p_price_source, p_request_id)
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
    reserved := true;
    if p_alone then
        perform set_config('synchronous_commit', 'off', true);
    end if;
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


CREATE FUNCTION public.credits_post(p_user_id bigint, p_kind text, p_action_type text, p_amount bigint, p_stop_at_zero boolean, p_due_processed boolean, p_key text, p_reference_type text, p_reference_id text, p_actor_id bigint, p_reason text, p_metadata jsonb, p_now timestamp with time zone, OUT available bigint, OUT due boolean, OUT entry_id bigint, OUT moved bigint, OUT balance bigint) RETURNS record
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
declare
    held bigint;
begin
    select ai_credits, ai_credits_held, p_amount < 0 and not p_due_processed and credits_due_at <= p_now
        into available, held, due
        from "accounts_user" where "id" = p_user_id for no key update;
    moved := case when p_stop_at_zero then greatest(p_amount, -available) else p_amount end;
    if not found or due or available + moved < 0 then
        return;
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


CREATE FUNCTION public.credits_release(p_user_id bigint, p_hold_id uuid, p_state text, p_now timestamp with time zone, OUT available bigint, OUT closed integer, OUT overdue boolean) RETURNS record
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
declare
    held bigint;
    due_at timestamptz;
    hold record;
    grant_expires_at timestamptz;
begin
    closed := 0;
    overdue := false;
    select ai_credits, ai_credits_held, credits_due_at into available, held, due_at
        from "accounts_user" where "id" = p_user_id for no key update;
    for hold in
        update "credits_credithold" h set state = p_state, closed_at = p_now, idempotency_key = null
        where h.user_id = p_user_id and h.state = 'held'
            and (h.id = p_hold_id or (p_hold_id is null and h.expires_at <= p_now))
            returning h.amount, h.grant_ids, h.grant_amounts
    loop
        closed := closed + 1;
        available := available + hold.amount;
        held := held - hold.amount;
        for i in 1 .. cardinality(hold.grant_ids) loop
            update "credits_creditgrant" g set reserved = g.reserved - hold.grant_amounts[i]
            where g.id = hold.grant_ids[i]
                returning g.expires_at into grant_expires_at;
            overdue := overdue or coalesce(grant_expires_at <= p_now, false);
            due_at := least(due_at, grant_expires_at);
        end loop;
    end loop;
    if closed > 0 then
        update "accounts_user" set ai_credits = available, ai_credits_held = held, credits_due_at = due_at
        where "id" = p_user_id;
    end if;
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


CREATE TABLE public.accounts_user (
    id bigint NOT NULL,
    password character varying(128) NOT NULL,
    last_login timestamp with time zone,
    is_superuser boolean NOT NULL,
    is_staff boolean NOT NULL,
    is_active boolean NOT NULL,
    date_joined timestamp with time zone NOT NULL,
    stripe_customer_id character varying(255),
    subscription_id character varying(255),
    subscription_status character varying(32),
    plan character varying(50) DEFAULT 'free'::character varying NOT NULL,
    current_period_end timestamp with time zone,
    cancel_at_period_end boolean DEFAULT false NOT NULL,
    ai_credits bigint DEFAULT 0 NOT NULL,
    ai_credits_held bigint DEFAULT 0 NOT NULL,
    credits_due_at timestamp with time zone,
    credits_consumed_through bigint DEFAULT 0 NOT NULL,
    email character varying(254) NOT NULL,
    name character varying(150) NOT NULL,
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
    marks_available smallint NOT NULL,
    topic character varying(200) NOT NULL,
    excerpt text NOT NULL,
    question_set_id uuid NOT NULL,
    accepted_answers text[] NOT NULL,
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
    slug character varying(50) NOT NULL,
    name character varying(100) NOT NULL,
    stripe_price_id character varying(255) NOT NULL,
    credits integer NOT NULL,
    is_active boolean NOT NULL,
    CONSTRAINT billing_creditpack_credits_check CHECK ((credits >= 0)),
    CONSTRAINT billing_creditpack_gives_credits CHECK ((credits > 0)),
    CONSTRAINT billing_creditpack_has_a_price CHECK ((NOT ((stripe_price_id)::text = ''::text)))
);


ALTER TABLE public.billing_creditpack ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.billing_creditpack_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.billing_payment (
    id bigint NOT NULL,
    stripe_id character varying(255) NOT NULL,
    stripe_price_id character varying(255) NOT NULL,
    payment_intent_id character varying(255),
    billing_reason character varying(64) NOT NULL,
    credits integer,
    expires_at timestamp with time zone,
    rollover_cap integer,
    instalments smallint NOT NULL,
    instalments_left smallint NOT NULL,
    next_instalment_at timestamp with time zone,
    action_type character varying(64) NOT NULL,
    amount_paid bigint NOT NULL,
    currency character varying(3) NOT NULL,
    period_start timestamp with time zone,
    period_end timestamp with time zone,
    paid_at timestamp with time zone NOT NULL,
    amount_returned bigint NOT NULL,
    credits_clawed_back integer CONSTRAINT billing_payment_taken_back_not_null NOT NULL,
    written_off integer NOT NULL,
    clawback_count integer CONSTRAINT billing_payment_returns_not_null NOT NULL,
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


CREATE TABLE public.billing_plan (
    id bigint NOT NULL,
    slug character varying(50) NOT NULL,
    name character varying(100) NOT NULL,
    stripe_price_id character varying(255),
    credits_per_period integer NOT NULL,
    trial_credits integer NOT NULL,
    instalments smallint NOT NULL,
    upgrade_credits character varying(16) NOT NULL,
    unspent_credits character varying(16) NOT NULL,
    rollover_cap integer,
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
    CONSTRAINT billing_plan_credits_per_period_check CHECK ((credits_per_period >= 0)),
    CONSTRAINT billing_plan_has_an_instalment CHECK ((instalments >= 1)),
    CONSTRAINT billing_plan_instalments_check CHECK ((instalments >= 0)),
    CONSTRAINT billing_plan_price_is_null_or_given CHECK (((stripe_price_id IS NULL) OR (NOT (((stripe_price_id)::text = ''::text) AND (stripe_price_id IS NOT NULL))))),
    CONSTRAINT billing_plan_rollover_cap_check CHECK ((rollover_cap >= 0)),
    CONSTRAINT billing_plan_trial_credits_check CHECK ((trial_credits >= 0)),
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
    CONSTRAINT credits_aicreditlog_kind_is_known CHECK (((kind)::text = ANY ((ARRAY['grant'::character varying, 'spend'::character varying, 'refund'::character varying, 'adjustment'::character varying, 'expiry'::character varying, 'clawback'::character varying])::text[]))),
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
    base bigint NOT NULL,
    per_unit bigint NOT NULL,
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
    minimum bigint DEFAULT 0 NOT NULL,
    per_million_input_tokens bigint DEFAULT 0 NOT NULL,
    per_million_output_tokens bigint DEFAULT 0 NOT NULL,
    price_source character varying(32) DEFAULT ''::character varying NOT NULL,
    request_id character varying(128) DEFAULT ''::character varying NOT NULL,
    units bigint DEFAULT 0 NOT NULL,
    CONSTRAINT credits_credithold_amount_not_negative CHECK ((amount >= 0)),
    CONSTRAINT credits_credithold_captures_at_most_what_it_holds CHECK ((((captured_amount >= 0) AND (captured_amount <= amount) AND ((state)::text = 'captured'::text)) OR ((NOT ((state)::text = 'captured'::text)) AND (captured_amount IS NULL)))),
    CONSTRAINT credits_credithold_closed_when_not_held CHECK (((((state)::text = 'held'::text) OR (closed_at IS NOT NULL)) AND (1 = (
CASE
    WHEN ((state)::text = 'held'::text) THEN 1
    ELSE 0
END +
CASE
    WHEN (closed_at IS NOT NULL) THEN 1
    ELSE 0
END)))),
    CONSTRAINT credits_credithold_gives_its_key_back CHECK (((NOT ((state)::text = ANY ((ARRAY['released'::character varying, 'expired'::character varying])::text[]))) OR (idempotency_key IS NULL))),
    CONSTRAINT credits_credithold_price_not_negative CHECK (((base >= 0) AND (per_unit >= 0))),
    CONSTRAINT credits_credithold_response_status_check CHECK ((response_status >= 0)),
    CONSTRAINT credits_credithold_state_is_known CHECK (((state)::text = ANY ((ARRAY['held'::character varying, 'captured'::character varying, 'released'::character varying, 'expired'::character varying])::text[]))),
    CONSTRAINT credits_credithold_units_and_tokens_not_negative CHECK (((minimum >= 0) AND (per_million_input_tokens >= 0) AND (per_million_output_tokens >= 0) AND (units >= 0)))
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
    CONSTRAINT jobs_job_finished_when_not_open CHECK (((((state)::text = ANY ((ARRAY['queued'::character varying, 'running'::character varying])::text[])) OR (finished_at IS NOT NULL)) AND (1 = (
CASE
    WHEN ((state)::text = ANY ((ARRAY['queued'::character varying, 'running'::character varying])::text[])) THEN 1
    ELSE 0
END +
CASE
    WHEN (finished_at IS NOT NULL) THEN 1
    ELSE 0
END)))),
    CONSTRAINT jobs_job_has_a_response_if_it_succeeded CHECK (((((state)::text = 'succeeded'::text) OR (response_status IS NULL)) AND (1 = (
CASE
    WHEN ((state)::text = 'succeeded'::text) THEN 1
    ELSE 0
END +
CASE
    WHEN (response_status IS NULL) THEN 1
    ELSE 0
END)))),
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


CREATE TABLE public.token_blacklist_blacklistedtoken (
    id bigint NOT NULL,
    blacklisted_at timestamp with time zone NOT NULL,
    token_id bigint NOT NULL
);


ALTER TABLE public.token_blacklist_blacklistedtoken ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.token_blacklist_blacklistedtoken_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.token_blacklist_outstandingtoken (
    id bigint NOT NULL,
    token text NOT NULL,
    created_at timestamp with time zone,
    expires_at timestamp with time zone NOT NULL,
    user_id bigint,
    jti character varying(255) CONSTRAINT token_blacklist_outstandingtoken_jti_hex_not_null NOT NULL
);


ALTER TABLE public.token_blacklist_outstandingtoken ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.token_blacklist_outstandingtoken_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


ALTER TABLE ONLY public.procrastinate_events ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_events_id_seq'::regclass);


ALTER TABLE ONLY public.procrastinate_jobs ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_jobs_id_seq'::regclass);


ALTER TABLE ONLY public.procrastinate_periodic_defers ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_periodic_defers_id_seq'::regclass);


INSERT INTO public.accounts_user VALUES
	(1, 'md5$8n6jfLGUZXHMHR1CdZPmOi$4b0e972147fdec377bba7c7cad700db4', NULL, false, false, true, '2026-11-27 23:26:33.98752+00', 'cus_vvciYpTnpHToBh', 'sub_uIa4xY1fy3yPpEPgu8iMs9qB', 'active', 'pro', '2026-12-27 23:26:37+00', false, 1000, 669, '2026-11-27 23:41:35.148491+00', 12, 'user0@example.com', 'Mark Brown'),
	(4, 'md5$0q48JtifKOGKflzvlY6Uar$c7ac422fdfef981f40824b6d8d23942c', NULL, false, false, true, '2026-11-27 23:26:40.280902+00', 'cus_zb0sT6HZAEOX3d', NULL, NULL, 'free', NULL, false, 500, 0, NULL, 38, 'user3@example.com', 'Ronald Sanchez'),
	(5, 'md5$UOQI6hZnIPM5fP2PuTKJaa$4b4705329503582899fcc2e5135f5fe3', NULL, false, false, true, '2026-11-27 23:26:41.825118+00', NULL, NULL, NULL, 'free', NULL, false, 90, 2, '2026-11-27 23:41:42.309491+00', 0, 'user4@example.com', 'Victor Brock'),
	(3, 'md5$KFT9XPCXIwypxVzBXRqEd9$efe60b7f8baea9c8d4cafb6b91340914', NULL, false, false, true, '2026-11-27 23:26:35.364566+00', NULL, NULL, NULL, 'free', NULL, false, 70, 0, NULL, 34, 'user2@example.com', 'Matthew Barnes'),
	(2, 'md5$YYPd51u2qFEMux3mrHhExI$aa2289fcac900cda38fe4458c1a8fe21', '2026-11-27 23:26:49.544286+00', true, true, true, '2026-11-27 23:26:34.082209+00', NULL, NULL, NULL, 'free', NULL, false, 100, 0, NULL, 0, 'user1@example.com', 'Christopher Foley');


INSERT INTO public.accounts_user_groups VALUES
	(1, 2, 1);


INSERT INTO public.accounts_user_user_permissions VALUES
	(1, 2, 28);


INSERT INTO public.ai_answerevaluation VALUES
	('1e22ef3e-c4f4-4559-942f-7f6bae8e3310', 'x', 1, 0, 'A number was expected. The expected answer is “seventeen”.', 'code', '2026-11-27 23:26:49.15888+00', 5, '58a42f37-865f-4f9b-aea3-c2b4acd53a11');


INSERT INTO public.ai_modelcallrecord VALUES
	(1, '2026-11-27 23:26:35.380255+00', '8fde4727-0dd3-4eee-af72-f465cde35ca9', 'generate_from_source', 'openai:gpt-5-mini', '1', 'ok', 1726, 234, 0.006655, 7168, 3),
	(2, '2026-11-26 23:26:35.380255+00', 'b970233e-c121-40e5-a4a9-951e5dcc7707', 'evaluate_answer', 'anthropic:claude-haiku-4-5', '1', 'ok', 597, 154, 0.003033, 2242, 3),
	(3, '2026-11-25 23:26:35.380255+00', '852c44c5-8428-4348-b22c-47d3d7c27082', 'generate_from_source', 'openai-compatible:llama', '1', 'ok', 1897, 676, NULL, 1650, 3),
	(4, '2026-11-24 23:26:35.380255+00', 'b987eb78-69ce-4b4e-aec9-d832177c5147', 'evaluate_answer', 'openai:gpt-5-mini', '1', 'model_timeout', 2478, 299, 0.009185, 1314, 3),
	(5, '2026-11-23 23:26:35.380255+00', 'a095c65d-903f-4a2d-9bc1-3dce68e4f274', 'generate_from_source', 'anthropic:claude-haiku-4-5', '1', 'ok', 752, 524, 0.007120, 7551, 3),
	(6, '2026-11-22 23:26:35.380255+00', '7350e9b7-dd6e-4071-bc62-69aaba45fc56', 'evaluate_answer', 'openai-compatible:llama', '1', 'model_timeout', 686, 326, NULL, 2186, 3),
	(7, '2026-11-22 23:26:35.380255+00', '7350e9b7-dd6e-4071-bc62-69aaba45fc56', 'evaluate_answer', 'openai-compatible:llama', '1', 'ok', 686, 326, NULL, 7655, 3),
	(8, '2026-11-21 23:26:35.380255+00', '92a1eb25-3aea-481b-9fd2-f8591ecf179e', 'generate_from_source', 'openai:gpt-5-mini', '1', 'ok', 642, 659, 0.008195, 2728, 3),
	(9, '2026-11-20 23:26:35.380255+00', '44b8ad8a-e574-4718-b844-406c2244bb23', 'evaluate_answer', 'anthropic:claude-haiku-4-5', '1', 'ok', 1314, 725, 0.010535, 1713, 3),
	(10, '2026-11-19 23:26:35.380255+00', '5547e599-00ef-4f52-9e0c-153a853a0466', 'generate_from_source', 'openai-compatible:llama', '1', 'ok', 2763, 679, NULL, 7199, 3),
	(11, '2026-11-18 23:26:35.380255+00', '35a08290-cb07-4dc6-8cf8-30e43a6d8232', 'evaluate_answer', 'openai:gpt-5-mini', '1', 'ok', 603, 306, 0.004568, 1463, 3),
	(12, '2026-11-17 23:26:35.380255+00', '0faf8754-f663-41ea-b6ef-5dbd8ca86f10', 'generate_from_source', 'anthropic:claude-haiku-4-5', '1', 'ok', 2680, 216, 0.008860, 5444, 3),
	(13, '2026-11-16 23:26:35.380255+00', '66b8e4d0-2cc8-44fd-9974-e4c6c026ecbd', 'evaluate_answer', 'openai-compatible:llama', '1', 'model_timeout', 2116, 227, NULL, 2629, 3),
	(14, '2026-11-15 23:26:35.380255+00', 'a5564562-fe93-4e91-b3a7-726e164fcd70', 'generate_from_source', 'openai:gpt-5-mini', '1', 'ok', 2738, 395, 0.010795, 3661, 3),
	(15, '2026-11-14 23:26:35.380255+00', '717e228a-dfb2-4771-be3f-0e7a8a63f048', 'evaluate_answer', 'anthropic:claude-haiku-4-5', '1', 'model_timeout', 822, 675, 0.008805, 3778, 3),
	(16, '2026-11-14 23:26:35.380255+00', '717e228a-dfb2-4771-be3f-0e7a8a63f048', 'evaluate_answer', 'anthropic:claude-haiku-4-5', '1', 'ok', 822, 675, 0.008805, 6801, 3),
	(17, '2026-11-13 23:26:35.380255+00', 'c66666fd-ee14-4eb0-8129-4381bfc956ea', 'generate_from_source', 'openai-compatible:llama', '1', 'ok', 799, 640, NULL, 1728, 3),
	(18, '2026-11-12 23:26:35.380255+00', '786dc282-c89f-4d28-af1e-1417a7ffd903', 'evaluate_answer', 'openai:gpt-5-mini', '1', 'ok', 2711, 141, 0.008188, 4074, 3),
	(19, '2026-11-11 23:26:35.380255+00', '2bc99ba5-5e1a-48c5-9047-da587e3af9d8', 'generate_from_source', 'anthropic:claude-haiku-4-5', '1', 'ok', 2433, 776, 0.013843, 7705, 3),
	(20, '2026-11-10 23:26:35.380255+00', 'ad97fa1c-23a1-4c49-9af6-699b6db1d68d', 'evaluate_answer', 'openai-compatible:llama', '1', 'ok', 1686, 556, NULL, 8124, 3),
	(21, '2026-11-09 23:26:35.380255+00', 'f0074247-7ff0-4753-a03c-3d18f2027fe1', 'generate_from_source', 'openai:gpt-5-mini', '1', 'ok', 1881, 386, 0.008563, 4770, 3),
	(22, '2026-11-08 23:26:35.380255+00', '495fd11f-a7a3-4993-9beb-cf76e7a031e8', 'evaluate_answer', 'anthropic:claude-haiku-4-5', '1', 'model_timeout', 1136, 795, 0.010790, 4699, 3),
	(23, '2026-11-07 23:26:35.380255+00', 'dee09554-56e3-4c3e-8d17-869f44a26d6d', 'generate_from_source', 'openai-compatible:llama', '1', 'ok', 735, 668, NULL, 5619, 3),
	(24, '2026-11-06 23:26:35.380255+00', 'a09c12a0-946b-4c3f-bcf9-b868bdf619f8', 'evaluate_answer', 'openai:gpt-5-mini', '1', 'model_timeout', 2551, 586, 0.012238, 6327, 3),
	(25, '2026-11-06 23:26:35.380255+00', 'a09c12a0-946b-4c3f-bcf9-b868bdf619f8', 'evaluate_answer', 'openai:gpt-5-mini', '1', 'ok', 2551, 586, 0.012238, 8053, 3),
	(26, '2026-11-05 23:26:35.380255+00', '71b16ba5-1919-404c-ba57-fc80e29db913', 'generate_from_source', 'anthropic:claude-haiku-4-5', '1', 'ok', 1579, 703, 0.010978, 1899, 3),
	(27, '2026-11-04 23:26:35.380255+00', 'cce19e1a-76d8-49cb-a374-52234a397e47', 'evaluate_answer', 'openai-compatible:llama', '1', 'ok', 883, 604, NULL, 7550, 3);


INSERT INTO public.ai_question VALUES
	('58a42f37-865f-4f9b-aea3-c2b4acd53a11', 1, 'Which number completes this statement from the text? “The Roman aqueduct of Segovia was built in the first century. It carried water from the Rio Frio, _____ kilometres away, to the city.”', 'short-answer', '{}', 'seventeen', 1, 'Segovia', 'The Roman aqueduct of Segovia was built in the first century. It carried water from the Rio Frio, seventeen kilometres away, to the city.', '7c2fb7a6-d948-426e-a694-be1a55002add', '{seventeen,"seventeen kilometres"}');


INSERT INTO public.ai_questionset VALUES
	('7c2fb7a6-d948-426e-a694-be1a55002add', 'Segovia', 'offline', 'en', '2026-11-27 23:26:49.062889+00', 5);


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
	(21, 'Can add Blacklisted Token', 6, 'add_blacklistedtoken'),
	(22, 'Can change Blacklisted Token', 6, 'change_blacklistedtoken'),
	(23, 'Can delete Blacklisted Token', 6, 'delete_blacklistedtoken'),
	(24, 'Can view Blacklisted Token', 6, 'view_blacklistedtoken'),
	(25, 'Can add Outstanding Token', 7, 'add_outstandingtoken'),
	(26, 'Can change Outstanding Token', 7, 'change_outstandingtoken'),
	(27, 'Can delete Outstanding Token', 7, 'delete_outstandingtoken'),
	(28, 'Can view Outstanding Token', 7, 'view_outstandingtoken'),
	(29, 'Can add country spec', 8, 'add_countryspec'),
	(30, 'Can change country spec', 8, 'change_countryspec'),
	(31, 'Can delete country spec', 8, 'delete_countryspec'),
	(32, 'Can view country spec', 8, 'view_countryspec'),
	(33, 'Can add djstripe payment method', 9, 'add_djstripepaymentmethod'),
	(34, 'Can change djstripe payment method', 9, 'change_djstripepaymentmethod'),
	(35, 'Can delete djstripe payment method', 9, 'delete_djstripepaymentmethod'),
	(36, 'Can view djstripe payment method', 9, 'view_djstripepaymentmethod'),
	(37, 'Can add account', 10, 'add_account'),
	(38, 'Can change account', 10, 'change_account'),
	(39, 'Can delete account', 10, 'delete_account'),
	(40, 'Can view account', 10, 'view_account'),
	(41, 'Can add account v2', 11, 'add_accountv2'),
	(42, 'Can change account v2', 11, 'change_accountv2'),
	(43, 'Can delete account v2', 11, 'delete_accountv2'),
	(44, 'Can view account v2', 11, 'view_accountv2'),
	(45, 'Can add active entitlement', 12, 'add_activeentitlement'),
	(46, 'Can change active entitlement', 12, 'change_activeentitlement'),
	(47, 'Can delete active entitlement', 12, 'delete_activeentitlement'),
	(48, 'Can view active entitlement', 12, 'view_activeentitlement'),
	(49, 'Can add api key', 13, 'add_apikey'),
	(50, 'Can change api key', 13, 'change_apikey'),
	(51, 'Can delete api key', 13, 'delete_apikey'),
	(52, 'Can view api key', 13, 'view_apikey'),
	(53, 'Can add application fee', 14, 'add_applicationfee'),
	(54, 'Can change application fee', 14, 'change_applicationfee'),
	(55, 'Can delete application fee', 14, 'delete_applicationfee'),
	(56, 'Can view application fee', 14, 'view_applicationfee'),
	(57, 'Can add balance transaction', 15, 'add_balancetransaction'),
	(58, 'Can change balance transaction', 15, 'change_balancetransaction'),
	(59, 'Can delete balance transaction', 15, 'delete_balancetransaction'),
	(60, 'Can view balance transaction', 15, 'view_balancetransaction'),
	(61, 'Can add application fee refund', 16, 'add_applicationfeerefund'),
	(62, 'Can change application fee refund', 16, 'change_applicationfeerefund'),
	(63, 'Can delete application fee refund', 16, 'delete_applicationfeerefund'),
	(64, 'Can view application fee refund', 16, 'view_applicationfeerefund'),
	(65, 'Can add bank account', 17, 'add_bankaccount'),
	(66, 'Can change bank account', 17, 'change_bankaccount'),
	(67, 'Can delete bank account', 17, 'delete_bankaccount'),
	(68, 'Can view bank account', 17, 'view_bankaccount'),
	(69, 'Can add card', 18, 'add_card'),
	(70, 'Can change card', 18, 'change_card'),
	(71, 'Can delete card', 18, 'delete_card'),
	(72, 'Can view card', 18, 'view_card'),
	(73, 'Can add charge', 19, 'add_charge'),
	(74, 'Can change charge', 19, 'change_charge'),
	(75, 'Can delete charge', 19, 'delete_charge'),
	(76, 'Can view charge', 19, 'view_charge'),
	(77, 'Can add customer', 20, 'add_customer'),
	(78, 'Can change customer', 20, 'change_customer'),
	(79, 'Can delete customer', 20, 'delete_customer'),
	(80, 'Can view customer', 20, 'view_customer'),
	(81, 'Can add early fraud warning', 21, 'add_earlyfraudwarning'),
	(82, 'Can change early fraud warning', 21, 'change_earlyfraudwarning'),
	(83, 'Can delete early fraud warning', 21, 'delete_earlyfraudwarning'),
	(84, 'Can view early fraud warning', 21, 'view_earlyfraudwarning'),
	(85, 'Can add event', 22, 'add_event'),
	(86, 'Can change event', 22, 'change_event'),
	(87, 'Can delete event', 22, 'delete_event'),
	(88, 'Can view event', 22, 'view_event'),
	(89, 'Can add feature', 23, 'add_feature'),
	(90, 'Can change feature', 23, 'change_feature'),
	(91, 'Can delete feature', 23, 'delete_feature'),
	(92, 'Can view feature', 23, 'view_feature'),
	(93, 'Can add file', 24, 'add_file'),
	(94, 'Can change file', 24, 'change_file'),
	(95, 'Can delete file', 24, 'delete_file'),
	(96, 'Can view file', 24, 'view_file'),
	(97, 'Can add file link', 25, 'add_filelink'),
	(98, 'Can change file link', 25, 'change_filelink'),
	(99, 'Can delete file link', 25, 'delete_filelink'),
	(100, 'Can view file link', 25, 'view_filelink'),
	(101, 'Can add idempotency key', 26, 'add_idempotencykey'),
	(102, 'Can change idempotency key', 26, 'change_idempotencykey'),
	(103, 'Can delete idempotency key', 26, 'delete_idempotencykey'),
	(104, 'Can view idempotency key', 26, 'view_idempotencykey'),
	(105, 'Can add invoice', 27, 'add_invoice'),
	(106, 'Can change invoice', 27, 'change_invoice'),
	(107, 'Can delete invoice', 27, 'delete_invoice'),
	(108, 'Can view invoice', 27, 'view_invoice'),
	(109, 'Can add issuing authorization', 28, 'add_issuingauthorization'),
	(110, 'Can change issuing authorization', 28, 'change_issuingauthorization'),
	(111, 'Can delete issuing authorization', 28, 'delete_issuingauthorization'),
	(112, 'Can view issuing authorization', 28, 'view_issuingauthorization'),
	(113, 'Can add issuing card', 29, 'add_issuingcard'),
	(114, 'Can change issuing card', 29, 'change_issuingcard'),
	(115, 'Can delete issuing card', 29, 'delete_issuingcard'),
	(116, 'Can view issuing card', 29, 'view_issuingcard'),
	(117, 'Can add issuing cardholder', 30, 'add_issuingcardholder'),
	(118, 'Can change issuing cardholder', 30, 'change_issuingcardholder'),
	(119, 'Can delete issuing cardholder', 30, 'delete_issuingcardholder'),
	(120, 'Can view issuing cardholder', 30, 'view_issuingcardholder'),
	(121, 'Can add issuing dispute', 31, 'add_issuingdispute'),
	(122, 'Can change issuing dispute', 31, 'change_issuingdispute'),
	(123, 'Can delete issuing dispute', 31, 'delete_issuingdispute'),
	(124, 'Can view issuing dispute', 31, 'view_issuingdispute'),
	(125, 'Can add issuing transaction', 32, 'add_issuingtransaction'),
	(126, 'Can change issuing transaction', 32, 'change_issuingtransaction'),
	(127, 'Can delete issuing transaction', 32, 'delete_issuingtransaction'),
	(128, 'Can view issuing transaction', 32, 'view_issuingtransaction'),
	(129, 'Can add payment intent', 33, 'add_paymentintent'),
	(130, 'Can change payment intent', 33, 'change_paymentintent'),
	(131, 'Can delete payment intent', 33, 'delete_paymentintent'),
	(132, 'Can view payment intent', 33, 'view_paymentintent'),
	(133, 'Can add dispute', 34, 'add_dispute'),
	(134, 'Can change dispute', 34, 'change_dispute'),
	(135, 'Can delete dispute', 34, 'delete_dispute'),
	(136, 'Can view dispute', 34, 'view_dispute'),
	(137, 'Can add payment method', 35, 'add_paymentmethod'),
	(138, 'Can change payment method', 35, 'change_paymentmethod'),
	(139, 'Can delete payment method', 35, 'delete_paymentmethod'),
	(140, 'Can view payment method', 35, 'view_paymentmethod'),
	(141, 'Can add mandate', 36, 'add_mandate'),
	(142, 'Can change mandate', 36, 'change_mandate'),
	(143, 'Can delete mandate', 36, 'delete_mandate'),
	(144, 'Can view mandate', 36, 'view_mandate'),
	(145, 'Can add payout', 37, 'add_payout'),
	(146, 'Can change payout', 37, 'change_payout'),
	(147, 'Can delete payout', 37, 'delete_payout'),
	(148, 'Can view payout', 37, 'view_payout'),
	(149, 'Can add product', 38, 'add_product'),
	(150, 'Can change product', 38, 'change_product'),
	(151, 'Can delete product', 38, 'delete_product'),
	(152, 'Can view product', 38, 'view_product'),
	(153, 'Can add price', 39, 'add_price'),
	(154, 'Can change price', 39, 'change_price'),
	(155, 'Can delete price', 39, 'delete_price'),
	(156, 'Can view price', 39, 'view_price'),
	(157, 'Can add product feature', 40, 'add_productfeature'),
	(158, 'Can change product feature', 40, 'change_productfeature'),
	(159, 'Can delete product feature', 40, 'delete_productfeature'),
	(160, 'Can view product feature', 40, 'view_productfeature'),
	(161, 'Can add promotion code', 41, 'add_promotioncode'),
	(162, 'Can change promotion code', 41, 'change_promotioncode'),
	(163, 'Can delete promotion code', 41, 'delete_promotioncode'),
	(164, 'Can view promotion code', 41, 'view_promotioncode'),
	(165, 'Can add refund', 42, 'add_refund'),
	(166, 'Can change refund', 42, 'change_refund'),
	(167, 'Can delete refund', 42, 'delete_refund'),
	(168, 'Can view refund', 42, 'view_refund'),
	(169, 'Can add review', 43, 'add_review'),
	(170, 'Can change review', 43, 'change_review'),
	(171, 'Can delete review', 43, 'delete_review'),
	(172, 'Can view review', 43, 'view_review'),
	(173, 'Can add scheduled query run', 44, 'add_scheduledqueryrun'),
	(174, 'Can change scheduled query run', 44, 'change_scheduledqueryrun'),
	(175, 'Can delete scheduled query run', 44, 'delete_scheduledqueryrun'),
	(176, 'Can view scheduled query run', 44, 'view_scheduledqueryrun'),
	(177, 'Can add setup intent', 45, 'add_setupintent'),
	(178, 'Can change setup intent', 45, 'change_setupintent'),
	(179, 'Can delete setup intent', 45, 'delete_setupintent'),
	(180, 'Can view setup intent', 45, 'view_setupintent'),
	(181, 'Can add source', 46, 'add_source'),
	(182, 'Can change source', 46, 'change_source'),
	(183, 'Can delete source', 46, 'delete_source'),
	(184, 'Can view source', 46, 'view_source'),
	(185, 'Can add source transaction', 47, 'add_sourcetransaction'),
	(186, 'Can change source transaction', 47, 'change_sourcetransaction'),
	(187, 'Can delete source transaction', 47, 'delete_sourcetransaction'),
	(188, 'Can view source transaction', 47, 'view_sourcetransaction'),
	(189, 'Can add subscription', 48, 'add_subscription'),
	(190, 'Can change subscription', 48, 'change_subscription'),
	(191, 'Can delete subscription', 48, 'delete_subscription'),
	(192, 'Can view subscription', 48, 'view_subscription'),
	(193, 'Can add session', 49, 'add_session'),
	(194, 'Can change session', 49, 'change_session'),
	(195, 'Can delete session', 49, 'delete_session'),
	(196, 'Can view session', 49, 'view_session'),
	(197, 'Can add invoice item', 50, 'add_invoiceitem'),
	(198, 'Can change invoice item', 50, 'change_invoiceitem'),
	(199, 'Can delete invoice item', 50, 'delete_invoiceitem'),
	(200, 'Can view invoice item', 50, 'view_invoiceitem'),
	(201, 'Can add discount', 51, 'add_discount'),
	(202, 'Can change discount', 51, 'change_discount'),
	(203, 'Can delete discount', 51, 'delete_discount'),
	(204, 'Can view discount', 51, 'view_discount'),
	(205, 'Can add subscription item', 52, 'add_subscriptionitem'),
	(206, 'Can change subscription item', 52, 'change_subscriptionitem'),
	(207, 'Can delete subscription item', 52, 'delete_subscriptionitem'),
	(208, 'Can view subscription item', 52, 'view_subscriptionitem'),
	(209, 'Can add line item', 53, 'add_lineitem'),
	(210, 'Can change line item', 53, 'change_lineitem'),
	(211, 'Can delete line item', 53, 'delete_lineitem'),
	(212, 'Can view line item', 53, 'view_lineitem'),
	(213, 'Can add subscription schedule', 54, 'add_subscriptionschedule'),
	(214, 'Can change subscription schedule', 54, 'change_subscriptionschedule'),
	(215, 'Can delete subscription schedule', 54, 'delete_subscriptionschedule'),
	(216, 'Can view subscription schedule', 54, 'view_subscriptionschedule'),
	(217, 'Can add Tax Code', 55, 'add_taxcode'),
	(218, 'Can change Tax Code', 55, 'change_taxcode'),
	(219, 'Can delete Tax Code', 55, 'delete_taxcode'),
	(220, 'Can view Tax Code', 55, 'view_taxcode'),
	(221, 'Can add Shipping Rate', 56, 'add_shippingrate'),
	(222, 'Can change Shipping Rate', 56, 'change_shippingrate'),
	(223, 'Can delete Shipping Rate', 56, 'delete_shippingrate'),
	(224, 'Can view Shipping Rate', 56, 'view_shippingrate'),
	(225, 'Can add Tax ID', 57, 'add_taxid'),
	(226, 'Can change Tax ID', 57, 'change_taxid'),
	(227, 'Can delete Tax ID', 57, 'delete_taxid'),
	(228, 'Can view Tax ID', 57, 'view_taxid'),
	(229, 'Can add Tax Rate', 58, 'add_taxrate'),
	(230, 'Can change Tax Rate', 58, 'change_taxrate'),
	(231, 'Can delete Tax Rate', 58, 'delete_taxrate'),
	(232, 'Can view Tax Rate', 58, 'view_taxrate'),
	(233, 'Can add transfer', 59, 'add_transfer'),
	(234, 'Can change transfer', 59, 'change_transfer'),
	(235, 'Can delete transfer', 59, 'delete_transfer'),
	(236, 'Can view transfer', 59, 'view_transfer'),
	(237, 'Can add transfer reversal', 60, 'add_transferreversal'),
	(238, 'Can change transfer reversal', 60, 'change_transferreversal'),
	(239, 'Can delete transfer reversal', 60, 'delete_transferreversal'),
	(240, 'Can view transfer reversal', 60, 'view_transferreversal'),
	(241, 'Can add upcoming invoice', 61, 'add_upcominginvoice'),
	(242, 'Can change upcoming invoice', 61, 'change_upcominginvoice'),
	(243, 'Can delete upcoming invoice', 61, 'delete_upcominginvoice'),
	(244, 'Can view upcoming invoice', 61, 'view_upcominginvoice'),
	(245, 'Can add verification report', 62, 'add_verificationreport'),
	(246, 'Can change verification report', 62, 'change_verificationreport'),
	(247, 'Can delete verification report', 62, 'delete_verificationreport'),
	(248, 'Can view verification report', 62, 'view_verificationreport'),
	(249, 'Can add verification session', 63, 'add_verificationsession'),
	(250, 'Can change verification session', 63, 'change_verificationsession'),
	(251, 'Can delete verification session', 63, 'delete_verificationsession'),
	(252, 'Can view verification session', 63, 'view_verificationsession'),
	(253, 'Can add webhook endpoint', 64, 'add_webhookendpoint'),
	(254, 'Can change webhook endpoint', 64, 'change_webhookendpoint'),
	(255, 'Can delete webhook endpoint', 64, 'delete_webhookendpoint'),
	(256, 'Can view webhook endpoint', 64, 'view_webhookendpoint'),
	(257, 'Can add webhook event trigger', 65, 'add_webhookeventtrigger'),
	(258, 'Can change webhook event trigger', 65, 'change_webhookeventtrigger'),
	(259, 'Can delete webhook event trigger', 65, 'delete_webhookeventtrigger'),
	(260, 'Can view webhook event trigger', 65, 'view_webhookeventtrigger'),
	(261, 'Can add coupon', 66, 'add_coupon'),
	(262, 'Can change coupon', 66, 'change_coupon'),
	(263, 'Can delete coupon', 66, 'delete_coupon'),
	(264, 'Can view coupon', 66, 'view_coupon'),
	(265, 'Can add procrastinate event', 67, 'add_procrastinateevent'),
	(266, 'Can change procrastinate event', 67, 'change_procrastinateevent'),
	(267, 'Can delete procrastinate event', 67, 'delete_procrastinateevent'),
	(268, 'Can view procrastinate event', 67, 'view_procrastinateevent'),
	(269, 'Can add procrastinate job', 68, 'add_procrastinatejob'),
	(270, 'Can change procrastinate job', 68, 'change_procrastinatejob'),
	(271, 'Can delete procrastinate job', 68, 'delete_procrastinatejob'),
	(272, 'Can view procrastinate job', 68, 'view_procrastinatejob'),
	(273, 'Can add procrastinate periodic defer', 69, 'add_procrastinateperiodicdefer'),
	(274, 'Can change procrastinate periodic defer', 69, 'change_procrastinateperiodicdefer'),
	(275, 'Can delete procrastinate periodic defer', 69, 'delete_procrastinateperiodicdefer'),
	(276, 'Can view procrastinate periodic defer', 69, 'view_procrastinateperiodicdefer'),
	(277, 'Can add procrastinate worker', 70, 'add_procrastinateworker'),
	(278, 'Can change procrastinate worker', 70, 'change_procrastinateworker'),
	(279, 'Can delete procrastinate worker', 70, 'delete_procrastinateworker'),
	(280, 'Can view procrastinate worker', 70, 'view_procrastinateworker'),
	(281, 'Can add ledger entry', 71, 'add_aicreditlog'),
	(282, 'Can change ledger entry', 71, 'change_aicreditlog'),
	(283, 'Can delete ledger entry', 71, 'delete_aicreditlog'),
	(284, 'Can view ledger entry', 71, 'view_aicreditlog'),
	(285, 'Can adjust a balance and refund a spend', 71, 'adjust_credits'),
	(286, 'Can add credit grant', 72, 'add_creditgrant'),
	(287, 'Can change credit grant', 72, 'change_creditgrant'),
	(288, 'Can delete credit grant', 72, 'delete_creditgrant'),
	(289, 'Can view credit grant', 72, 'view_creditgrant'),
	(290, 'Can add credit consumption', 73, 'add_creditconsumption'),
	(291, 'Can change credit consumption', 73, 'change_creditconsumption'),
	(292, 'Can delete credit consumption', 73, 'delete_creditconsumption'),
	(293, 'Can view credit consumption', 73, 'view_creditconsumption'),
	(294, 'Can add credit hold', 74, 'add_credithold'),
	(295, 'Can change credit hold', 74, 'change_credithold'),
	(296, 'Can delete credit hold', 74, 'delete_credithold'),
	(297, 'Can view credit hold', 74, 'view_credithold'),
	(298, 'Can add action price', 75, 'add_actionprice'),
	(299, 'Can view action price', 75, 'view_actionprice'),
	(300, 'Can add credit pack', 76, 'add_creditpack'),
	(301, 'Can change credit pack', 76, 'change_creditpack'),
	(302, 'Can delete credit pack', 76, 'delete_creditpack'),
	(303, 'Can view credit pack', 76, 'view_creditpack'),
	(304, 'Can add plan', 77, 'add_plan'),
	(305, 'Can change plan', 77, 'change_plan'),
	(306, 'Can delete plan', 77, 'delete_plan'),
	(307, 'Can view plan', 77, 'view_plan'),
	(308, 'Can add payment', 78, 'add_payment'),
	(309, 'Can change payment', 78, 'change_payment'),
	(310, 'Can delete payment', 78, 'delete_payment'),
	(311, 'Can view payment', 78, 'view_payment'),
	(312, 'Can add scheduled command', 79, 'add_scheduledcommand'),
	(313, 'Can change scheduled command', 79, 'change_scheduledcommand'),
	(314, 'Can delete scheduled command', 79, 'delete_scheduledcommand'),
	(315, 'Can view scheduled command', 79, 'view_scheduledcommand'),
	(316, 'Can add job', 80, 'add_job'),
	(317, 'Can change job', 80, 'change_job'),
	(318, 'Can delete job', 80, 'delete_job'),
	(319, 'Can view job', 80, 'view_job'),
	(320, 'Can add user', 81, 'add_user'),
	(321, 'Can change user', 81, 'change_user'),
	(322, 'Can delete user', 81, 'delete_user'),
	(323, 'Can view user', 81, 'view_user'),
	(324, 'Can add question set', 82, 'add_questionset'),
	(325, 'Can change question set', 82, 'change_questionset'),
	(326, 'Can delete question set', 82, 'delete_questionset'),
	(327, 'Can view question set', 82, 'view_questionset'),
	(328, 'Can add question', 83, 'add_question'),
	(329, 'Can change question', 83, 'change_question'),
	(330, 'Can delete question', 83, 'delete_question'),
	(331, 'Can view question', 83, 'view_question'),
	(332, 'Can add answer evaluation', 84, 'add_answerevaluation'),
	(333, 'Can change answer evaluation', 84, 'change_answerevaluation'),
	(334, 'Can delete answer evaluation', 84, 'delete_answerevaluation'),
	(335, 'Can view answer evaluation', 84, 'view_answerevaluation'),
	(336, 'Can add model call', 85, 'add_modelcallrecord'),
	(337, 'Can change model call', 85, 'change_modelcallrecord'),
	(338, 'Can delete model call', 85, 'delete_modelcallrecord'),
	(339, 'Can view model call', 85, 'view_modelcallrecord');


INSERT INTO public.billing_creditpack VALUES
	(1, 'pack-500', '500 credits', 'price_sandbox_pack_500', 500, true);


INSERT INTO public.billing_payment VALUES
	(1, 'in_9bjwrn7r8VdZTfDC4KUkTcAT', 'price_sandbox_pro_monthly', 'pi_vaOibpBQhPEGVqjxF9q1R8W1', 'subscription_create', 1000, NULL, NULL, 1, 0, NULL, 'subscription_start', 999, 'usd', '2026-11-27 23:26:37+00', '2026-12-27 23:26:37+00', '2026-11-27 23:26:37+00', 0, 0, 0, 0, '2026-11-27 23:26:39.903095+00', NULL, 1, 2),
	(2, 'cs_test_OLj0J6AXh2IIGjsN69VYQ2hApzjkYHrb1sQEna9O', 'price_sandbox_pack_500', 'pi_jkt6YWkPnfi4IozIJgm8JLWo', '', 500, NULL, NULL, 1, 0, NULL, 'credit_pack', 499, 'usd', NULL, NULL, '2026-11-27 23:26:40+00', 100, 100, 0, 1, '2026-11-27 23:26:41.200874+00', 1, 4, NULL);


INSERT INTO public.billing_plan VALUES
	(1, 'free', 'Free', NULL, 0, 0, 1, 'prorated', 'rollover', NULL, true),
	(2, 'pro', 'Pro', NULL, 1000, 0, 1, 'prorated', 'rollover', NULL, true);


INSERT INTO public.credits_actionprice VALUES
	(1, 'sample', 3, 0, '', 0, 0, 0, '2026-11-27 23:26:35.267219+00', '2026-11-27 23:26:35.267219+00', 'From a sample.', 2);


INSERT INTO public.credits_aicreditlog VALUES
	(1, 'grant', 'signup', 100, 100, 'signup', '', '', '', '{}', '2026-11-27 23:26:34.007742+00', NULL, 1),
	(2, 'grant', 'signup', 100, 100, 'signup', '', '', '', '{}', '2026-11-27 23:26:34.087149+00', NULL, 2),
	(3, 'grant', 'purchase', 500, 600, 'sample:grant', 'payment', 'sample', '', '{}', '2026-11-27 23:26:34.091386+00', NULL, 1),
	(4, 'grant', 'bonus', 50, 650, 'sample:bonus', '', '', '', '{}', '2026-11-27 23:26:34.240239+00', NULL, 1),
	(5, 'grant', 'bonus', 9, 659, 'sample:old', '', '', '', '{}', '2026-11-27 23:26:34.315293+00', NULL, 1),
	(6, 'expiry', 'credits_expired', -9, 650, 'expiry:5:5', 'credit_grant', '5', '', '{}', '2026-11-27 23:26:34.315293+00', NULL, 1),
	(7, 'spend', 'evaluate_answer', -3, 647, 'sample:spend', '', '', '', '{}', '2026-11-27 23:26:34.504359+00', NULL, 1),
	(8, 'refund', 'evaluate_answer', 3, 650, 'refund:7', '', '', 'The answer was graded wrongly.', '{}', '2026-11-27 23:26:34.53062+00', 2, 1),
	(9, 'spend', 'evaluate_answer', -4, 646, 'sample:another', '', '', '', '{}', '2026-11-27 23:26:34.729986+00', NULL, 1),
	(10, 'adjustment', 'staff_adjustment', 25, 671, 'sample:adjust', '', '', 'Goodwill.', '{"requested": 25}', '2026-11-27 23:26:34.741888+00', 2, 1),
	(11, 'spend', 'evaluate_answer', -2, 669, 'hold:8613063c-6c1c-4e47-9eca-e3336e6c27e8', '', '', '', '{"price": {"base": 2, "source": "settings", "per_unit": 0}}', '2026-11-27 23:26:35.124362+00', NULL, 1),
	(12, 'clawback', 'payment_refunded', 0, 669, 'sample:clawback', 'payment', 'sample', '', '{"requested": -100}', '2026-11-27 23:26:35.156325+00', NULL, 1),
	(13, 'grant', 'signup', 100, 100, 'signup', '', '', '', '{}', '2026-11-27 23:26:35.36564+00', NULL, 3),
	(14, 'spend', 'generate_from_source', -1, 99, 'hold:8fde4727-0dd3-4eee-af72-f465cde35ca9', '', '', '', '{}', '2026-11-27 23:26:39.380255+00', NULL, 3),
	(15, 'spend', 'evaluate_answer', -2, 97, 'hold:b970233e-c121-40e5-a4a9-951e5dcc7707', '', '', '', '{}', '2026-11-26 23:26:39.380255+00', NULL, 3),
	(16, 'spend', 'generate_from_source', -1, 96, 'hold:852c44c5-8428-4348-b22c-47d3d7c27082', '', '', '', '{}', '2026-11-25 23:26:39.380255+00', NULL, 3),
	(17, 'spend', 'generate_from_source', -1, 95, 'hold:a095c65d-903f-4a2d-9bc1-3dce68e4f274', '', '', '', '{}', '2026-11-23 23:26:39.380255+00', NULL, 3),
	(18, 'spend', 'evaluate_answer', -2, 93, 'hold:7350e9b7-dd6e-4071-bc62-69aaba45fc56', '', '', '', '{}', '2026-11-22 23:26:39.380255+00', NULL, 3),
	(19, 'spend', 'generate_from_source', -1, 92, 'hold:92a1eb25-3aea-481b-9fd2-f8591ecf179e', '', '', '', '{}', '2026-11-21 23:26:39.380255+00', NULL, 3),
	(20, 'spend', 'evaluate_answer', -2, 90, 'hold:44b8ad8a-e574-4718-b844-406c2244bb23', '', '', '', '{}', '2026-11-20 23:26:39.380255+00', NULL, 3),
	(21, 'spend', 'generate_from_source', -1, 89, 'hold:5547e599-00ef-4f52-9e0c-153a853a0466', '', '', '', '{}', '2026-11-19 23:26:39.380255+00', NULL, 3),
	(22, 'spend', 'evaluate_answer', -2, 87, 'hold:35a08290-cb07-4dc6-8cf8-30e43a6d8232', '', '', '', '{}', '2026-11-18 23:26:39.380255+00', NULL, 3),
	(23, 'spend', 'generate_from_source', -1, 86, 'hold:0faf8754-f663-41ea-b6ef-5dbd8ca86f10', '', '', '', '{}', '2026-11-17 23:26:39.380255+00', NULL, 3),
	(24, 'spend', 'generate_from_source', -1, 85, 'hold:a5564562-fe93-4e91-b3a7-726e164fcd70', '', '', '', '{}', '2026-11-15 23:26:39.380255+00', NULL, 3),
	(25, 'spend', 'evaluate_answer', -2, 83, 'hold:717e228a-dfb2-4771-be3f-0e7a8a63f048', '', '', '', '{}', '2026-11-14 23:26:39.380255+00', NULL, 3),
	(26, 'spend', 'generate_from_source', -1, 82, 'hold:c66666fd-ee14-4eb0-8129-4381bfc956ea', '', '', '', '{}', '2026-11-13 23:26:39.380255+00', NULL, 3),
	(27, 'spend', 'evaluate_answer', -2, 80, 'hold:786dc282-c89f-4d28-af1e-1417a7ffd903', '', '', '', '{}', '2026-11-12 23:26:39.380255+00', NULL, 3),
	(28, 'spend', 'generate_from_source', -1, 79, 'hold:2bc99ba5-5e1a-48c5-9047-da587e3af9d8', '', '', '', '{}', '2026-11-11 23:26:39.380255+00', NULL, 3),
	(29, 'spend', 'evaluate_answer', -2, 77, 'hold:ad97fa1c-23a1-4c49-9af6-699b6db1d68d', '', '', '', '{}', '2026-11-10 23:26:39.380255+00', NULL, 3),
	(30, 'spend', 'generate_from_source', -1, 76, 'hold:f0074247-7ff0-4753-a03c-3d18f2027fe1', '', '', '', '{}', '2026-11-09 23:26:39.380255+00', NULL, 3),
	(31, 'spend', 'generate_from_source', -1, 75, 'hold:dee09554-56e3-4c3e-8d17-869f44a26d6d', '', '', '', '{}', '2026-11-07 23:26:39.380255+00', NULL, 3),
	(32, 'spend', 'evaluate_answer', -2, 73, 'hold:a09c12a0-946b-4c3f-bcf9-b868bdf619f8', '', '', '', '{}', '2026-11-06 23:26:39.380255+00', NULL, 3),
	(33, 'spend', 'generate_from_source', -1, 72, 'hold:71b16ba5-1919-404c-ba57-fc80e29db913', '', '', '', '{}', '2026-11-05 23:26:39.380255+00', NULL, 3),
	(34, 'spend', 'evaluate_answer', -2, 70, 'hold:cce19e1a-76d8-49cb-a374-52234a397e47', '', '', '', '{}', '2026-11-04 23:26:39.380255+00', NULL, 3),
	(35, 'grant', 'subscription_start', 1000, 1669, 'stripe:invoice:in_9bjwrn7r8VdZTfDC4KUkTcAT', 'payment', 'in_9bjwrn7r8VdZTfDC4KUkTcAT', '', '{}', '2026-11-27 23:26:39.916372+00', NULL, 1),
	(36, 'grant', 'signup', 100, 100, 'signup', '', '', '', '{}', '2026-11-27 23:26:40.281973+00', NULL, 4),
	(37, 'grant', 'credit_pack', 500, 600, 'stripe:checkout:cs_test_OLj0J6AXh2IIGjsN69VYQ2hApzjkYHrb1sQEna9O', 'payment', 'cs_test_OLj0J6AXh2IIGjsN69VYQ2hApzjkYHrb1sQEna9O', '', '{}', '2026-11-27 23:26:41.212662+00', NULL, 4),
	(38, 'clawback', 'payment_returned', -100, 500, 'stripe:checkout:cs_test_OLj0J6AXh2IIGjsN69VYQ2hApzjkYHrb1sQEna9O:return:1', 'payment', 'cs_test_OLj0J6AXh2IIGjsN69VYQ2hApzjkYHrb1sQEna9O', '', '{"requested": -100}', '2026-11-27 23:26:41.682158+00', NULL, 4),
	(39, 'grant', 'signup', 100, 100, 'signup', '', '', '', '{}', '2026-11-27 23:26:41.826196+00', NULL, 5),
	(40, 'spend', 'generate_from_source', -6, 94, 'hold:f31eb248-3938-464f-aee4-3f1d7693ebbe', 'question_set', '7c2fb7a6-d948-426e-a694-be1a55002add', '', '{"price": {"base": 5, "source": "settings", "per_unit": 1}, "units": 1, "request_id": "5246a455-e5ba-4d31-bd39-a58d4ee0e981"}', '2026-11-27 23:26:49.093909+00', NULL, 5),
	(41, 'spend', 'evaluate_answer', -2, 92, 'hold:65187c59-1580-4eb8-b6f6-c66a03853087', 'answer_evaluation', '1e22ef3e-c4f4-4559-942f-7f6bae8e3310', '', '{"price": {"base": 2, "source": "settings", "per_unit": 0}, "request_id": "1cb8ff18-a1bb-4bc5-8092-3eafee534e77"}', '2026-11-27 23:26:49.169649+00', NULL, 5);


INSERT INTO public.credits_creditconsumption VALUES
	(1, 3, 7, 4),
	(2, 3, 8, 4),
	(3, 4, 9, 4),
	(4, 2, 11, 4),
	(5, 1, 14, 7),
	(6, 2, 15, 7),
	(7, 1, 16, 7),
	(8, 1, 17, 7),
	(9, 2, 18, 7),
	(10, 1, 19, 7),
	(11, 2, 20, 7),
	(12, 1, 21, 7),
	(13, 2, 22, 7),
	(14, 1, 23, 7),
	(15, 1, 24, 7),
	(16, 2, 25, 7),
	(17, 1, 26, 7),
	(18, 2, 27, 7),
	(19, 1, 28, 7),
	(20, 2, 29, 7),
	(21, 1, 30, 7),
	(22, 1, 31, 7),
	(23, 2, 32, 7),
	(24, 1, 33, 7),
	(25, 2, 34, 7),
	(26, 100, 38, 10),
	(27, 6, 40, 11),
	(28, 2, 41, 11);


INSERT INTO public.credits_creditgrant VALUES
	(2, '', 100, 100, 0, DEFAULT, NULL, NULL, false, 2, 2),
	(5, '', 9, 0, 0, DEFAULT, '2026-11-26 23:26:34.091351+00', NULL, false, 5, 1),
	(11, '', 100, 92, 2, DEFAULT, NULL, NULL, false, 39, 5),
	(4, '', 50, 44, 44, DEFAULT, '2026-12-27 23:26:34.091351+00', NULL, false, 4, 1),
	(1, '', 100, 100, 100, DEFAULT, NULL, NULL, false, 1, 1),
	(3, '', 500, 500, 500, DEFAULT, NULL, NULL, false, 3, 1),
	(6, '', 25, 25, 25, DEFAULT, NULL, NULL, false, 10, 1),
	(7, '', 100, 70, 0, DEFAULT, NULL, NULL, false, 13, 3),
	(8, 'plan', 1000, 1000, 0, DEFAULT, NULL, NULL, false, 35, 1),
	(9, '', 100, 100, 0, DEFAULT, NULL, NULL, false, 36, 4),
	(10, '', 500, 400, 0, DEFAULT, NULL, NULL, false, 37, 4);


INSERT INTO public.credits_credithold VALUES
	('8613063c-6c1c-4e47-9eca-e3336e6c27e8', '{4}', '{2}', 'evaluate_answer', 2, 2, 0, 'captured', 2, '2026-11-27 23:26:35.098783+00', '2026-11-27 23:41:35.098783+00', '2026-11-27 23:26:35.124362+00', 'sample', 'sample-1', '0000000000000000000000000000000000000000000000000000000000000000', NULL, NULL, 1, 0, 0, 0, 'settings', '', 0),
	('81565424-4bc2-4910-b9e8-4cb52e633872', '{4}', '{2}', 'evaluate_answer', 2, 2, 0, 'released', NULL, '2026-11-27 23:26:35.128005+00', '2026-11-27 23:41:35.128005+00', '2026-11-27 23:26:35.133214+00', '', NULL, '', NULL, NULL, 1, 0, 0, 0, '', '', 0),
	('e98d2801-5516-44f3-b99e-15903a37f792', '{4,1,3,6}', '{44,100,500,25}', 'evaluate_answer', 669, 669, 0, 'held', NULL, '2026-11-27 23:26:35.148491+00', '2026-11-27 23:41:35.148491+00', NULL, '', NULL, '', NULL, NULL, 1, 0, 0, 0, '', '', 0),
	('8fde4727-0dd3-4eee-af72-f465cde35ca9', '{7}', '{1}', 'generate_from_source', 1, 1, 0, 'captured', 1, '2026-11-27 23:26:35.380255+00', '2026-11-27 23:41:35.380255+00', '2026-11-27 23:26:39.380255+00', '', NULL, '', NULL, NULL, 3, 0, 0, 0, '', '', 0),
	('b970233e-c121-40e5-a4a9-951e5dcc7707', '{7}', '{2}', 'evaluate_answer', 2, 2, 0, 'captured', 2, '2026-11-26 23:26:35.380255+00', '2026-11-26 23:41:35.380255+00', '2026-11-26 23:26:39.380255+00', '', NULL, '', NULL, NULL, 3, 0, 0, 0, '', '', 0),
	('852c44c5-8428-4348-b22c-47d3d7c27082', '{7}', '{1}', 'generate_from_source', 1, 1, 0, 'captured', 1, '2026-11-25 23:26:35.380255+00', '2026-11-25 23:41:35.380255+00', '2026-11-25 23:26:39.380255+00', '', NULL, '', NULL, NULL, 3, 0, 0, 0, '', '', 0),
	('b987eb78-69ce-4b4e-aec9-d832177c5147', '{7}', '{2}', 'evaluate_answer', 2, 2, 0, 'released', NULL, '2026-11-24 23:26:35.380255+00', '2026-11-24 23:41:35.380255+00', '2026-11-24 23:26:35.380255+00', '', NULL, '', NULL, NULL, 3, 0, 0, 0, '', '', 0),
	('a095c65d-903f-4a2d-9bc1-3dce68e4f274', '{7}', '{1}', 'generate_from_source', 1, 1, 0, 'captured', 1, '2026-11-23 23:26:35.380255+00', '2026-11-23 23:41:35.380255+00', '2026-11-23 23:26:39.380255+00', '', NULL, '', NULL, NULL, 3, 0, 0, 0, '', '', 0),
	('7350e9b7-dd6e-4071-bc62-69aaba45fc56', '{7}', '{2}', 'evaluate_answer', 2, 2, 0, 'captured', 2, '2026-11-22 23:26:35.380255+00', '2026-11-22 23:41:35.380255+00', '2026-11-22 23:26:39.380255+00', '', NULL, '', NULL, NULL, 3, 0, 0, 0, '', '', 0),
	('92a1eb25-3aea-481b-9fd2-f8591ecf179e', '{7}', '{1}', 'generate_from_source', 1, 1, 0, 'captured', 1, '2026-11-21 23:26:35.380255+00', '2026-11-21 23:41:35.380255+00', '2026-11-21 23:26:39.380255+00', '', NULL, '', NULL, NULL, 3, 0, 0, 0, '', '', 0),
	('44b8ad8a-e574-4718-b844-406c2244bb23', '{7}', '{2}', 'evaluate_answer', 2, 2, 0, 'captured', 2, '2026-11-20 23:26:35.380255+00', '2026-11-20 23:41:35.380255+00', '2026-11-20 23:26:39.380255+00', '', NULL, '', NULL, NULL, 3, 0, 0, 0, '', '', 0),
	('5547e599-00ef-4f52-9e0c-153a853a0466', '{7}', '{1}', 'generate_from_source', 1, 1, 0, 'captured', 1, '2026-11-19 23:26:35.380255+00', '2026-11-19 23:41:35.380255+00', '2026-11-19 23:26:39.380255+00', '', NULL, '', NULL, NULL, 3, 0, 0, 0, '', '', 0),
	('35a08290-cb07-4dc6-8cf8-30e43a6d8232', '{7}', '{2}', 'evaluate_answer', 2, 2, 0, 'captured', 2, '2026-11-18 23:26:35.380255+00', '2026-11-18 23:41:35.380255+00', '2026-11-18 23:26:39.380255+00', '', NULL, '', NULL, NULL, 3, 0, 0, 0, '', '', 0),
	('0faf8754-f663-41ea-b6ef-5dbd8ca86f10', '{7}', '{1}', 'generate_from_source', 1, 1, 0, 'captured', 1, '2026-11-17 23:26:35.380255+00', '2026-11-17 23:41:35.380255+00', '2026-11-17 23:26:39.380255+00', '', NULL, '', NULL, NULL, 3, 0, 0, 0, '', '', 0),
	('66b8e4d0-2cc8-44fd-9974-e4c6c026ecbd', '{7}', '{2}', 'evaluate_answer', 2, 2, 0, 'released', NULL, '2026-11-16 23:26:35.380255+00', '2026-11-16 23:41:35.380255+00', '2026-11-16 23:26:35.380255+00', '', NULL, '', NULL, NULL, 3, 0, 0, 0, '', '', 0),
	('a5564562-fe93-4e91-b3a7-726e164fcd70', '{7}', '{1}', 'generate_from_source', 1, 1, 0, 'captured', 1, '2026-11-15 23:26:35.380255+00', '2026-11-15 23:41:35.380255+00', '2026-11-15 23:26:39.380255+00', '', NULL, '', NULL, NULL, 3, 0, 0, 0, '', '', 0),
	('717e228a-dfb2-4771-be3f-0e7a8a63f048', '{7}', '{2}', 'evaluate_answer', 2, 2, 0, 'captured', 2, '2026-11-14 23:26:35.380255+00', '2026-11-14 23:41:35.380255+00', '2026-11-14 23:26:39.380255+00', '', NULL, '', NULL, NULL, 3, 0, 0, 0, '', '', 0),
	('c66666fd-ee14-4eb0-8129-4381bfc956ea', '{7}', '{1}', 'generate_from_source', 1, 1, 0, 'captured', 1, '2026-11-13 23:26:35.380255+00', '2026-11-13 23:41:35.380255+00', '2026-11-13 23:26:39.380255+00', '', NULL, '', NULL, NULL, 3, 0, 0, 0, '', '', 0),
	('786dc282-c89f-4d28-af1e-1417a7ffd903', '{7}', '{2}', 'evaluate_answer', 2, 2, 0, 'captured', 2, '2026-11-12 23:26:35.380255+00', '2026-11-12 23:41:35.380255+00', '2026-11-12 23:26:39.380255+00', '', NULL, '', NULL, NULL, 3, 0, 0, 0, '', '', 0),
	('2bc99ba5-5e1a-48c5-9047-da587e3af9d8', '{7}', '{1}', 'generate_from_source', 1, 1, 0, 'captured', 1, '2026-11-11 23:26:35.380255+00', '2026-11-11 23:41:35.380255+00', '2026-11-11 23:26:39.380255+00', '', NULL, '', NULL, NULL, 3, 0, 0, 0, '', '', 0),
	('ad97fa1c-23a1-4c49-9af6-699b6db1d68d', '{7}', '{2}', 'evaluate_answer', 2, 2, 0, 'captured', 2, '2026-11-10 23:26:35.380255+00', '2026-11-10 23:41:35.380255+00', '2026-11-10 23:26:39.380255+00', '', NULL, '', NULL, NULL, 3, 0, 0, 0, '', '', 0),
	('f0074247-7ff0-4753-a03c-3d18f2027fe1', '{7}', '{1}', 'generate_from_source', 1, 1, 0, 'captured', 1, '2026-11-09 23:26:35.380255+00', '2026-11-09 23:41:35.380255+00', '2026-11-09 23:26:39.380255+00', '', NULL, '', NULL, NULL, 3, 0, 0, 0, '', '', 0),
	('495fd11f-a7a3-4993-9beb-cf76e7a031e8', '{7}', '{2}', 'evaluate_answer', 2, 2, 0, 'released', NULL, '2026-11-08 23:26:35.380255+00', '2026-11-08 23:41:35.380255+00', '2026-11-08 23:26:35.380255+00', '', NULL, '', NULL, NULL, 3, 0, 0, 0, '', '', 0),
	('dee09554-56e3-4c3e-8d17-869f44a26d6d', '{7}', '{1}', 'generate_from_source', 1, 1, 0, 'captured', 1, '2026-11-07 23:26:35.380255+00', '2026-11-07 23:41:35.380255+00', '2026-11-07 23:26:39.380255+00', '', NULL, '', NULL, NULL, 3, 0, 0, 0, '', '', 0),
	('a09c12a0-946b-4c3f-bcf9-b868bdf619f8', '{7}', '{2}', 'evaluate_answer', 2, 2, 0, 'captured', 2, '2026-11-06 23:26:35.380255+00', '2026-11-06 23:41:35.380255+00', '2026-11-06 23:26:39.380255+00', '', NULL, '', NULL, NULL, 3, 0, 0, 0, '', '', 0),
	('71b16ba5-1919-404c-ba57-fc80e29db913', '{7}', '{1}', 'generate_from_source', 1, 1, 0, 'captured', 1, '2026-11-05 23:26:35.380255+00', '2026-11-05 23:41:35.380255+00', '2026-11-05 23:26:39.380255+00', '', NULL, '', NULL, NULL, 3, 0, 0, 0, '', '', 0),
	('cce19e1a-76d8-49cb-a374-52234a397e47', '{7}', '{2}', 'evaluate_answer', 2, 2, 0, 'captured', 2, '2026-11-04 23:26:35.380255+00', '2026-11-04 23:41:35.380255+00', '2026-11-04 23:26:39.380255+00', '', NULL, '', NULL, NULL, 3, 0, 0, 0, '', '', 0),
	('f31eb248-3938-464f-aee4-3f1d7693ebbe', '{11}', '{10}', 'generate_from_source', 10, 5, 1, 'captured', 6, '2026-11-27 23:26:42.309491+00', '2026-11-27 23:41:42.309491+00', '2026-11-27 23:26:49.093909+00', '', NULL, '', NULL, NULL, 5, 0, 0, 0, 'settings', '5246a455-e5ba-4d31-bd39-a58d4ee0e981', 5),
	('65187c59-1580-4eb8-b6f6-c66a03853087', '{11}', '{2}', 'evaluate_answer', 2, 2, 0, 'captured', 2, '2026-11-27 23:26:49.157287+00', '2026-11-27 23:41:49.157287+00', '2026-11-27 23:26:49.169649+00', '', NULL, '', NULL, NULL, 5, 0, 0, 0, 'settings', '1cb8ff18-a1bb-4bc5-8092-3eafee534e77', 0),
	('f710d28f-7471-4347-945d-533a3f240be7', '{11}', '{2}', 'evaluate_answer', 2, 2, 0, 'held', NULL, '2026-11-27 23:26:49.192177+00', '2026-11-27 23:41:49.192177+00', NULL, '', NULL, '', NULL, NULL, 5, 0, 0, 0, 'settings', '5e7ed62f-067e-4d9a-9c83-85f0c2a2dfc3', 0);


INSERT INTO public.django_admin_log VALUES
	(1, '2026-11-27 23:26:49.764888+00', '1', 'Support staff', 2, '[{"changed": {"fields": ["Name", "Permissions"]}}]', 3, 2);


INSERT INTO public.django_content_type VALUES
	(1, 'admin', 'logentry'),
	(2, 'auth', 'permission'),
	(3, 'auth', 'group'),
	(4, 'contenttypes', 'contenttype'),
	(5, 'sessions', 'session'),
	(6, 'token_blacklist', 'blacklistedtoken'),
	(7, 'token_blacklist', 'outstandingtoken'),
	(8, 'djstripe', 'countryspec'),
	(9, 'djstripe', 'djstripepaymentmethod'),
	(10, 'djstripe', 'account'),
	(11, 'djstripe', 'accountv2'),
	(12, 'djstripe', 'activeentitlement'),
	(13, 'djstripe', 'apikey'),
	(14, 'djstripe', 'applicationfee'),
	(15, 'djstripe', 'balancetransaction'),
	(16, 'djstripe', 'applicationfeerefund'),
	(17, 'djstripe', 'bankaccount'),
	(18, 'djstripe', 'card'),
	(19, 'djstripe', 'charge'),
	(20, 'djstripe', 'customer'),
	(21, 'djstripe', 'earlyfraudwarning'),
	(22, 'djstripe', 'event'),
	(23, 'djstripe', 'feature'),
	(24, 'djstripe', 'file'),
	(25, 'djstripe', 'filelink'),
	(26, 'djstripe', 'idempotencykey'),
	(27, 'djstripe', 'invoice'),
	(28, 'djstripe', 'issuingauthorization'),
	(29, 'djstripe', 'issuingcard'),
	(30, 'djstripe', 'issuingcardholder'),
	(31, 'djstripe', 'issuingdispute'),
	(32, 'djstripe', 'issuingtransaction'),
	(33, 'djstripe', 'paymentintent'),
	(34, 'djstripe', 'dispute'),
	(35, 'djstripe', 'paymentmethod'),
	(36, 'djstripe', 'mandate'),
	(37, 'djstripe', 'payout'),
	(38, 'djstripe', 'product'),
	(39, 'djstripe', 'price'),
	(40, 'djstripe', 'productfeature'),
	(41, 'djstripe', 'promotioncode'),
	(42, 'djstripe', 'refund'),
	(43, 'djstripe', 'review'),
	(44, 'djstripe', 'scheduledqueryrun'),
	(45, 'djstripe', 'setupintent'),
	(46, 'djstripe', 'source'),
	(47, 'djstripe', 'sourcetransaction'),
	(48, 'djstripe', 'subscription'),
	(49, 'djstripe', 'session'),
	(50, 'djstripe', 'invoiceitem'),
	(51, 'djstripe', 'discount'),
	(52, 'djstripe', 'subscriptionitem'),
	(53, 'djstripe', 'lineitem'),
	(54, 'djstripe', 'subscriptionschedule'),
	(55, 'djstripe', 'taxcode'),
	(56, 'djstripe', 'shippingrate'),
	(57, 'djstripe', 'taxid'),
	(58, 'djstripe', 'taxrate'),
	(59, 'djstripe', 'transfer'),
	(60, 'djstripe', 'transferreversal'),
	(61, 'djstripe', 'upcominginvoice'),
	(62, 'djstripe', 'verificationreport'),
	(63, 'djstripe', 'verificationsession'),
	(64, 'djstripe', 'webhookendpoint'),
	(65, 'djstripe', 'webhookeventtrigger'),
	(66, 'djstripe', 'coupon'),
	(67, 'procrastinate', 'procrastinateevent'),
	(68, 'procrastinate', 'procrastinatejob'),
	(69, 'procrastinate', 'procrastinateperiodicdefer'),
	(70, 'procrastinate', 'procrastinateworker'),
	(71, 'credits', 'aicreditlog'),
	(72, 'credits', 'creditgrant'),
	(73, 'credits', 'creditconsumption'),
	(74, 'credits', 'credithold'),
	(75, 'credits', 'actionprice'),
	(76, 'billing', 'creditpack'),
	(77, 'billing', 'plan'),
	(78, 'billing', 'payment'),
	(79, 'jobs', 'scheduledcommand'),
	(80, 'jobs', 'job'),
	(81, 'accounts', 'user'),
	(82, 'ai', 'questionset'),
	(83, 'ai', 'question'),
	(84, 'ai', 'answerevaluation'),
	(85, 'ai', 'modelcallrecord');


INSERT INTO public.django_migrations VALUES
	(1, 'contenttypes', '0001_initial', '2026-11-27 23:26:02.404364+00'),
	(2, 'contenttypes', '0002_remove_content_type_name', '2026-11-27 23:26:02.422881+00'),
	(3, 'auth', '0001_initial', '2026-11-27 23:26:02.479984+00'),
	(4, 'auth', '0002_alter_permission_name_max_length', '2026-11-27 23:26:02.491985+00'),
	(5, 'auth', '0003_alter_user_email_max_length', '2026-11-27 23:26:02.501987+00'),
	(6, 'auth', '0004_alter_user_username_opts', '2026-11-27 23:26:02.511698+00'),
	(7, 'auth', '0005_alter_user_last_login_null', '2026-11-27 23:26:02.52831+00'),
	(8, 'auth', '0006_require_contenttypes_0002', '2026-11-27 23:26:02.53657+00'),
	(9, 'auth', '0007_alter_validators_add_error_messages', '2026-11-27 23:26:02.543118+00'),
	(10, 'auth', '0008_alter_user_username_max_length', '2026-11-27 23:26:02.561379+00'),
	(11, 'auth', '0009_alter_user_last_name_max_length', '2026-11-27 23:26:02.577402+00'),
	(12, 'auth', '0010_alter_group_name_max_length', '2026-11-27 23:26:02.596271+00'),
	(13, 'auth', '0011_update_proxy_permissions', '2026-11-27 23:26:02.60921+00'),
	(14, 'auth', '0012_alter_user_first_name_max_length', '2026-11-27 23:26:02.623171+00'),
	(15, 'accounts', '0001_initial', '2026-11-27 23:26:02.721973+00'),
	(16, 'credits', '0001_initial', '2026-11-27 23:26:03.296436+00'),
	(17, 'credits', '0002_prices', '2026-11-27 23:26:03.648296+00'),
	(18, 'accounts', '0002_attach_ledger', '2026-11-27 23:26:03.669672+00'),
	(19, 'admin', '0001_initial', '2026-11-27 23:26:03.716287+00'),
	(20, 'admin', '0002_logentry_remove_auto_add', '2026-11-27 23:26:03.751617+00'),
	(21, 'admin', '0003_logentry_add_action_flag_choices', '2026-11-27 23:26:03.782173+00'),
	(22, 'ai', '0001_initial', '2026-11-27 23:26:04.490539+00'),
	(23, 'ai', '0002_question_accepted_answers', '2026-11-27 23:26:04.521569+00'),
	(24, 'ai', '0003_model_calls', '2026-11-27 23:26:04.75607+00'),
	(25, 'billing', '0001_initial', '2026-11-27 23:26:05.086018+00'),
	(26, 'billing', '0002_plans', '2026-11-27 23:26:05.178907+00'),
	(27, 'billing', '0003_rename_payment_fields', '2026-11-27 23:26:05.41079+00'),
	(28, 'djstripe', '0001_initial', '2026-11-27 23:26:20.95069+00'),
	(29, 'djstripe', '0002_2_10', '2026-11-27 23:26:20.961351+00'),
	(30, 'djstripe', '0003_2_11', '2026-11-27 23:26:20.968314+00'),
	(31, 'jobs', '0001_initial', '2026-11-27 23:26:21.289327+00'),
	(32, 'procrastinate', '0001_initial', '2026-11-27 23:26:21.334882+00'),
	(33, 'procrastinate', '0002_drop_started_at_column', '2026-11-27 23:26:21.351068+00'),
	(34, 'procrastinate', '0003_drop_started_at_column', '2026-11-27 23:26:21.359802+00'),
	(35, 'procrastinate', '0004_drop_procrastinate_version_table', '2026-11-27 23:26:21.376699+00'),
	(36, 'procrastinate', '0005_fix_procrastinate_fetch_job', '2026-11-27 23:26:21.390197+00'),
	(37, 'procrastinate', '0006_fix_trigger_status_events_insert', '2026-11-27 23:26:21.399515+00'),
	(38, 'procrastinate', '0007_add_queueing_lock_column', '2026-11-27 23:26:21.415259+00'),
	(39, 'procrastinate', '0008_close_fetch_job_race_condition', '2026-11-27 23:26:21.426865+00'),
	(40, 'procrastinate', '0009_add_defer_job_function', '2026-11-27 23:26:21.441131+00'),
	(41, 'procrastinate', '0010_add_procrastinate_periodic_defers', '2026-11-27 23:26:21.462662+00'),
	(42, 'procrastinate', '0011_add_foreign_key_index', '2026-11-27 23:26:21.475898+00'),
	(43, 'procrastinate', '0012_add_locks_to_periodic_defer', '2026-11-27 23:26:21.498174+00'),
	(44, 'procrastinate', '0013_fix_procrastinate_defer_periodic_job', '2026-11-27 23:26:21.512942+00'),
	(45, 'procrastinate', '0014_add_finish_job_and_retry_job_functions', '2026-11-27 23:26:21.525225+00'),
	(46, 'procrastinate', '0015_add_trigger_on_job_deletion', '2026-11-27 23:26:21.541008+00'),
	(47, 'procrastinate', '0016_delete_finished_jobs', '2026-11-27 23:26:21.557465+00'),
	(48, 'procrastinate', '0017_add_checks_to_finish_job', '2026-11-27 23:26:21.563649+00'),
	(49, 'procrastinate', '0018_add_checks_to_retry_job', '2026-11-27 23:26:21.574735+00'),
	(50, 'procrastinate', '0019_fix_finish_job_compat_issue', '2026-11-27 23:26:21.593027+00'),
	(51, 'procrastinate', '0020_add_index_on_procrastinate_jobs', '2026-11-27 23:26:21.602084+00'),
	(52, 'procrastinate', '0021_add_kwargs_to_defer_periodic_job', '2026-11-27 23:26:21.61609+00'),
	(53, 'procrastinate', '0022_null_locks_excluded', '2026-11-27 23:26:21.628235+00'),
	(54, 'procrastinate', '0023_remove_old_finish_job_function', '2026-11-27 23:26:21.636287+00'),
	(55, 'procrastinate', '0024_job_id_bigint', '2026-11-27 23:26:21.667259+00'),
	(56, 'procrastinate', '0025_add_models', '2026-11-27 23:26:21.700282+00'),
	(57, 'procrastinate', '0026_add_job_priority', '2026-11-27 23:26:21.73542+00'),
	(58, 'procrastinate', '0027_add_periodic_job_priority', '2026-11-27 23:26:21.759127+00'),
	(59, 'procrastinate', '0028_add_cancel_states', '2026-11-27 23:26:21.799784+00'),
	(60, 'procrastinate', '0029_add_additional_params_to_retry_job', '2026-11-27 23:26:21.814832+00'),
	(61, 'procrastinate', '0030_alter_procrastinateevent_options', '2026-11-27 23:26:21.83049+00'),
	(62, 'procrastinate', '0031_add_indexes_for_fetch_job', '2026-11-27 23:26:21.848411+00'),
	(63, 'procrastinate', '0032_pre_cancel_notification', '2026-11-27 23:26:21.878426+00'),
	(64, 'procrastinate', '0033_post_cancel_notification', '2026-11-27 23:26:21.930189+00'),
	(65, 'procrastinate', '0034_pre_add_heartbeat', '2026-11-27 23:26:21.95583+00'),
	(66, 'procrastinate', '0035_post_add_heartbeat', '2026-11-27 23:26:21.977732+00'),
	(67, 'procrastinate', '0036_add_worker_model', '2026-11-27 23:26:22.00269+00'),
	(68, 'procrastinate', '0037_pre_batch_defer_jobs', '2026-11-27 23:26:22.015186+00'),
	(69, 'procrastinate', '0038_post_batch_defer_jobs', '2026-11-27 23:26:22.028787+00'),
	(70, 'procrastinate', '0039_pre_priority_lock_fetch_job', '2026-11-27 23:26:22.035205+00'),
	(71, 'procrastinate', '0040_pre_retry_failed_job', '2026-11-27 23:26:22.045097+00'),
	(72, 'procrastinate', '0041_post_retry_failed_job', '2026-11-27 23:26:22.056957+00'),
	(73, 'sessions', '0001_initial', '2026-11-27 23:26:22.093893+00'),
	(74, 'token_blacklist', '0001_initial', '2026-11-27 23:26:23.696654+00'),
	(75, 'token_blacklist', '0002_outstandingtoken_jti_hex', '2026-11-27 23:26:23.895539+00'),
	(76, 'token_blacklist', '0003_auto_20171017_2007', '2026-11-27 23:26:24.543617+00'),
	(77, 'token_blacklist', '0004_auto_20171017_2013', '2026-11-27 23:26:24.732956+00'),
	(78, 'token_blacklist', '0005_remove_outstandingtoken_jti', '2026-11-27 23:26:24.914002+00'),
	(79, 'token_blacklist', '0006_auto_20171017_2113', '2026-11-27 23:26:25.086633+00'),
	(80, 'token_blacklist', '0007_auto_20171017_2214', '2026-11-27 23:26:25.837456+00'),
	(81, 'token_blacklist', '0008_migrate_to_bigautofield', '2026-11-27 23:26:26.616908+00'),
	(82, 'token_blacklist', '0010_fix_migrate_to_bigautofield', '2026-11-27 23:26:28.797166+00'),
	(83, 'token_blacklist', '0011_linearizes_history', '2026-11-27 23:26:28.837024+00'),
	(84, 'token_blacklist', '0012_alter_outstandingtoken_user', '2026-11-27 23:26:29.491299+00'),
	(85, 'token_blacklist', '0013_alter_blacklistedtoken_options_and_more', '2026-11-27 23:26:29.729066+00'),
	(86, 'djstripe', '0001_squashed_2_11', '2026-11-27 23:26:29.757463+00');


INSERT INTO public.django_session VALUES
	('862v2psaljwh8irczz8fodjwwq09p69s', '.eJxVjDsOwjAQBe_iGlk48ZeSnjNYu941DiBbipMKcXcSKQW0M_PeW0RYlxLXznOcSFzEIE6_DCE9ue6CHlDvTaZWl3lCuSfysF3eGvHrerR_BwV62dZ2dIYSMKMOKmiXgs8Z2IVAyqMGAhizd2d2yZhslVNkkK3CYYM4svh8AQCGOHw:1xX5L7:it-iBjBf1ETEL-h8t_UaMFc0tnnNqes6W5vZEIw7vxM', '2026-12-11 23:26:49.552707+00');


INSERT INTO public.djstripe_account VALUES
	('2026-11-27 23:26:38.036854+00', '2026-11-27 23:26:38.163849+00', '{"id": "acct_1SandboxAccount00", "type": "standard", "email": "owner@example.com", "object": "account", "country": "US", "created": 1735689600, "metadata": {}, "settings": null, "capabilities": {"transfers": "active", "card_payments": "active"}, "business_type": "company", "charges_enabled": true, "payouts_enabled": true, "business_profile": null, "default_currency": "usd", "details_submitted": true}', 1, 'acct_1SandboxAccount00', NULL, '2025-01-01 00:00:00+00', '{}', 'acct_1SandboxAccount00');


INSERT INTO public.djstripe_accountv2 VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, NULL);


INSERT INTO public.djstripe_activeentitlement VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, NULL);


INSERT INTO public.djstripe_apikey VALUES
	('2026-11-27 23:26:37.980708+00', '2026-11-27 23:26:38.208288+00', '{}', 1, NULL, 'djstripe_mk_JjJvMU7eT5C1foFJbAnd1g', 'secret', '', 'sk_test_sandboxSandboxSandbox0000', false, 'acct_1SandboxAccount00');


INSERT INTO public.djstripe_applicationfee VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, 'acct_1SandboxAccount00', NULL, 'txn_gILQdhgbOeClxHOqMD5NXwHO', 'ch_aArhjr2ziDPfHVcr8V2A9ssQ');


INSERT INTO public.djstripe_applicationfeerefund VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, NULL, 'x', 'txn_gILQdhgbOeClxHOqMD5NXwHO');


INSERT INTO public.djstripe_balancetransaction VALUES
	('2026-11-27 23:26:41.493031+00', '2026-11-27 23:26:41.493049+00', '{"id": "txn_gILQdhgbOeClxHOqMD5NXwHO", "fee": 44, "net": 455, "type": "charge", "amount": 499, "object": "balance_transaction", "source": "ch_aArhjr2ziDPfHVcr8V2A9ssQ", "status": "pending", "created": 1795822000, "currency": "usd", "description": null, "fee_details": [{"type": "stripe_fee", "amount": 44, "currency": "usd", "application": null, "description": "Stripe processing fees"}], "available_on": 1795994800, "balance_type": "payments", "exchange_rate": null, "reporting_category": "charge"}', 1, 'txn_gILQdhgbOeClxHOqMD5NXwHO', NULL, '2026-11-27 23:26:40+00', NULL, 499, 'usd', 'ch_aArhjr2ziDPfHVcr8V2A9ssQ', 'charge', 'acct_1SandboxAccount00');


INSERT INTO public.djstripe_bankaccount VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, 'x', NULL, NULL);


INSERT INTO public.djstripe_card VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, 'x', NULL, NULL);


INSERT INTO public.djstripe_charge VALUES
	('2026-11-27 23:26:41.531244+00', '2026-11-27 23:26:41.53128+00', '{"id": "ch_aArhjr2ziDPfHVcr8V2A9ssQ", "paid": true, "amount": 499, "object": "charge", "review": null, "status": "succeeded", "created": 1795822000, "outcome": {"type": "authorized", "reason": null, "risk_level": "normal", "risk_score": 20, "advice_code": null, "network_status": "approved_by_network", "seller_message": "Payment complete.", "network_advice_code": null, "network_decline_code": null}, "captured": true, "currency": "usd", "customer": "cus_zb0sT6HZAEOX3d", "disputed": false, "livemode": false, "metadata": {"pack": "pack-500", "user_id": "4"}, "refunded": false, "shipping": null, "application": null, "description": null, "receipt_url": null, "failure_code": null, "on_behalf_of": null, "fraud_details": {}, "receipt_email": null, "transfer_data": null, "payment_intent": "pi_jkt6YWkPnfi4IozIJgm8JLWo", "payment_method": "pm_tlKgYaKlmpwGAwnPiL5NNx1P", "receipt_number": null, "transfer_group": null, "amount_captured": 499, "amount_refunded": 100, "application_fee": null, "billing_details": {"name": null, "email": null, "phone": null, "tax_id": null, "address": {"city": null, "line1": null, "line2": null, "state": null, "country": null, "postal_code": null}}, "failure_message": null, "source_transfer": null, "balance_transaction": {"id": "txn_gILQdhgbOeClxHOqMD5NXwHO", "fee": 44, "net": 455, "type": "charge", "amount": 499, "object": "balance_transaction", "source": "ch_aArhjr2ziDPfHVcr8V2A9ssQ", "status": "pending", "created": 1795822000, "currency": "usd", "description": null, "fee_details": [{"type": "stripe_fee", "amount": 44, "currency": "usd", "application": null, "description": "Stripe processing fees"}], "available_on": 1795994800, "balance_type": "payments", "exchange_rate": null, "reporting_category": "charge"}, "statement_descriptor": null, "application_fee_amount": null, "payment_method_details": {"card": {"brand": "visa", "last4": "4242", "country": "US", "funding": "credit", "mandate": null, "network": "visa", "exp_year": 2040, "exp_month": 12, "fingerprint": "Sandbox42424242", "installments": null, "network_token": null, "three_d_secure": null, "regulated_status": "unregulated", "amount_authorized": null}, "type": "card"}, "failure_balance_transaction": null, "statement_descriptor_suffix": null, "calculated_statement_descriptor": null}', 1, 'ch_aArhjr2ziDPfHVcr8V2A9ssQ', false, '2026-11-27 23:26:40+00', '{"pack": "pack-500", "user_id": "4"}', 4.99, 'usd', 'succeeded', 'txn_gILQdhgbOeClxHOqMD5NXwHO', 'acct_1SandboxAccount00', 'cus_zb0sT6HZAEOX3d', NULL, NULL, 'pi_jkt6YWkPnfi4IozIJgm8JLWo', 'pm_tlKgYaKlmpwGAwnPiL5NNx1P');


INSERT INTO public.djstripe_countryspec VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 'x', 'x', '{}', '{}', '{}', '{}', '{}');


INSERT INTO public.djstripe_coupon VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, NULL, NULL, NULL, 'x', NULL);


INSERT INTO public.djstripe_customer VALUES
	('2026-11-27 23:26:38.325214+00', '2026-11-27 23:26:38.459067+00', '{"id": "cus_vvciYpTnpHToBh", "name": "Mark Brown", "email": "user0@example.com", "phone": null, "object": "customer", "address": null, "balance": 0, "created": 1795821997, "deleted": false, "sources": {"url": "/v1/customers/cus_vvciYpTnpHToBh/sources", "data": [], "object": "list", "has_more": false}, "currency": "usd", "discount": null, "livemode": false, "metadata": {"user_id": "1"}, "shipping": null, "delinquent": false, "tax_exempt": "none", "test_clock": null, "description": null, "cash_balance": null, "default_source": null, "invoice_prefix": "TNPHTOBH", "customer_account": null, "invoice_settings": {"footer": null, "custom_fields": null, "rendering_options": null, "default_payment_method": null}, "preferred_locales": [], "next_invoice_sequence": 2, "default_payment_method": null}', 1, 'cus_vvciYpTnpHToBh', false, '2026-11-27 23:26:37+00', '{"user_id": "1"}', 'user0@example.com', NULL, 'acct_1SandboxAccount00', 1, NULL),
	('2026-11-27 23:26:40.668406+00', '2026-11-27 23:26:40.76052+00', '{"id": "cus_zb0sT6HZAEOX3d", "name": "Ronald Sanchez", "email": "user3@example.com", "phone": null, "object": "customer", "address": null, "balance": 0, "created": 1795822000, "deleted": false, "sources": {"url": "/v1/customers/cus_zb0sT6HZAEOX3d/sources", "data": [], "object": "list", "has_more": false}, "currency": null, "discount": null, "livemode": false, "metadata": {"user_id": "4"}, "shipping": null, "delinquent": false, "tax_exempt": "none", "test_clock": null, "description": null, "cash_balance": null, "default_source": null, "invoice_prefix": "HZAEOX3D", "customer_account": null, "invoice_settings": {"footer": null, "custom_fields": null, "rendering_options": null, "default_payment_method": null}, "preferred_locales": [], "next_invoice_sequence": 1, "default_payment_method": null}', 2, 'cus_zb0sT6HZAEOX3d', false, '2026-11-27 23:26:40+00', '{"user_id": "4"}', 'user3@example.com', NULL, 'acct_1SandboxAccount00', 4, NULL);


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
	('2026-11-27 23:26:38.238126+00', '2026-11-27 23:26:38.238148+00', '{"id": "evt_IqP3IYwUkzUJdBYF9TkI8mbt", "data": {"object": {"id": "cus_vvciYpTnpHToBh", "name": "Mark Brown", "email": "user0@example.com", "phone": null, "object": "customer", "address": null, "balance": 0, "created": 1795821997, "currency": null, "discount": null, "livemode": false, "metadata": {"user_id": "1"}, "shipping": null, "delinquent": false, "tax_exempt": "none", "test_clock": null, "description": null, "cash_balance": null, "default_source": null, "invoice_prefix": "TNPHTOBH", "customer_account": null, "invoice_settings": {"footer": null, "custom_fields": null, "rendering_options": null, "default_payment_method": null}, "preferred_locales": [], "next_invoice_sequence": 1}}, "type": "customer.created", "object": "event", "created": 1795821997, "request": {"id": "req_2bxOr1xxqozX8U", "idempotency_key": "customer:1:0fdcd87127f861469cee54aeaf1b342b"}, "livemode": false, "api_version": "2026-05-27.dahlia", "pending_webhooks": 0}', 1, 'evt_IqP3IYwUkzUJdBYF9TkI8mbt', false, '2026-11-27 23:26:37+00', NULL, '2026-05-27.dahlia', '{"object": {"id": "cus_vvciYpTnpHToBh", "name": "Mark Brown", "email": "user0@example.com", "phone": null, "object": "customer", "address": null, "balance": 0, "created": 1795821997, "currency": null, "discount": null, "livemode": false, "metadata": {"user_id": "1"}, "shipping": null, "delinquent": false, "tax_exempt": "none", "test_clock": null, "description": null, "cash_balance": null, "default_source": null, "invoice_prefix": "TNPHTOBH", "customer_account": null, "invoice_settings": {"footer": null, "custom_fields": null, "rendering_options": null, "default_payment_method": null}, "preferred_locales": [], "next_invoice_sequence": 1}}', 'req_2bxOr1xxqozX8U', 'customer:1:0fdcd87127f861469cee54aeaf1b342b', 'customer.created', 'acct_1SandboxAccount00'),
	('2026-11-27 23:26:38.789342+00', '2026-11-27 23:26:38.789363+00', '{"id": "evt_wLzuRspOCQqKOIKciN3zR7Es", "data": {"object": {"id": "sub_uIa4xY1fy3yPpEPgu8iMs9qB", "items": {"url": "/v1/subscription_items?subscription=sub_uIa4xY1fy3yPpEPgu8iMs9qB", "data": [{"id": "si_zSPuu4SVkZenDxJcj31Ob0pI", "price": {"id": "price_sandbox_pro_monthly", "type": "recurring", "active": true, "object": "price", "created": 1795821993, "product": "prod_sandbox_pro", "currency": "usd", "livemode": false, "metadata": {}, "nickname": null, "recurring": {"meter": null, "interval": "month", "usage_type": "licensed", "interval_count": 1}, "lookup_key": null, "tiers_mode": null, "unit_amount": 999, "tax_behavior": "unspecified", "billing_scheme": "per_unit", "custom_unit_amount": null, "transform_quantity": null, "unit_amount_decimal": "999"}, "object": "subscription_item", "created": 1795821997, "metadata": {}, "quantity": 1, "discounts": [], "tax_rates": [], "subscription": "sub_uIa4xY1fy3yPpEPgu8iMs9qB", "billing_thresholds": null, "current_period_end": 1798413997, "current_period_start": 1795821997}], "object": "list", "has_more": false}, "object": "subscription", "status": "active", "created": 1795821997, "currency": "usd", "customer": "cus_vvciYpTnpHToBh", "ended_at": null, "livemode": false, "metadata": {"plan": "pro", "user_id": "1"}, "schedule": null, "cancel_at": null, "discounts": [], "trial_end": null, "start_date": 1795821997, "test_clock": null, "application": null, "canceled_at": null, "description": null, "trial_start": null, "billing_mode": {"type": "flexible", "flexible": {"proration_discounts": "included"}}, "on_behalf_of": null, "automatic_tax": {"enabled": false, "liability": null, "disabled_reason": null}, "transfer_data": null, "days_until_due": null, "default_source": null, "latest_invoice": null, "pending_update": null, "trial_settings": {"end_behavior": {"missing_payment_method": "create_invoice"}}, "customer_account": null, "invoice_settings": {"issuer": {"type": "self"}, "account_tax_ids": null}, "managed_payments": null, "pause_collection": null, "payment_settings": {"payment_method_types": null, "payment_method_options": null, "save_default_payment_method": "off"}, "billing_schedules": [], "collection_method": "charge_automatically", "default_tax_rates": [], "billing_thresholds": null, "billing_cycle_anchor": 1795821997, "cancel_at_period_end": false, "cancellation_details": {"reason": null, "comment": null, "feedback": null}, "pending_setup_intent": null, "default_payment_method": "pm_roKps19JHepPJvVP9Ez345Wi", "application_fee_percent": null, "billing_cycle_anchor_config": null, "pending_invoice_item_interval": null, "next_pending_invoice_item_invoice": null}}, "type": "customer.subscription.created", "object": "event", "created": 1795821997, "request": {"id": "req_W1Ciw65cbILIRW", "idempotency_key": null}, "livemode": false, "api_version": "2026-05-27.dahlia", "pending_webhooks": 0}', 2, 'evt_wLzuRspOCQqKOIKciN3zR7Es', false, '2026-11-27 23:26:37+00', NULL, '2026-05-27.dahlia', '{"object": {"id": "sub_uIa4xY1fy3yPpEPgu8iMs9qB", "items": {"url": "/v1/subscription_items?subscription=sub_uIa4xY1fy3yPpEPgu8iMs9qB", "data": [{"id": "si_zSPuu4SVkZenDxJcj31Ob0pI", "price": {"id": "price_sandbox_pro_monthly", "type": "recurring", "active": true, "object": "price", "created": 1795821993, "product": "prod_sandbox_pro", "currency": "usd", "livemode": false, "metadata": {}, "nickname": null, "recurring": {"meter": null, "interval": "month", "usage_type": "licensed", "interval_count": 1}, "lookup_key": null, "tiers_mode": null, "unit_amount": 999, "tax_behavior": "unspecified", "billing_scheme": "per_unit", "custom_unit_amount": null, "transform_quantity": null, "unit_amount_decimal": "999"}, "object": "subscription_item", "created": 1795821997, "metadata": {}, "quantity": 1, "discounts": [], "tax_rates": [], "subscription": "sub_uIa4xY1fy3yPpEPgu8iMs9qB", "billing_thresholds": null, "current_period_end": 1798413997, "current_period_start": 1795821997}], "object": "list", "has_more": false}, "object": "subscription", "status": "active", "created": 1795821997, "currency": "usd", "customer": "cus_vvciYpTnpHToBh", "ended_at": null, "livemode": false, "metadata": {"plan": "pro", "user_id": "1"}, "schedule": null, "cancel_at": null, "discounts": [], "trial_end": null, "start_date": 1795821997, "test_clock": null, "application": null, "canceled_at": null, "description": null, "trial_start": null, "billing_mode": {"type": "flexible", "flexible": {"proration_discounts": "included"}}, "on_behalf_of": null, "automatic_tax": {"enabled": false, "liability": null, "disabled_reason": null}, "transfer_data": null, "days_until_due": null, "default_source": null, "latest_invoice": null, "pending_update": null, "trial_settings": {"end_behavior": {"missing_payment_method": "create_invoice"}}, "customer_account": null, "invoice_settings": {"issuer": {"type": "self"}, "account_tax_ids": null}, "managed_payments": null, "pause_collection": null, "payment_settings": {"payment_method_types": null, "payment_method_options": null, "save_default_payment_method": "off"}, "billing_schedules": [], "collection_method": "charge_automatically", "default_tax_rates": [], "billing_thresholds": null, "billing_cycle_anchor": 1795821997, "cancel_at_period_end": false, "cancellation_details": {"reason": null, "comment": null, "feedback": null}, "pending_setup_intent": null, "default_payment_method": "pm_roKps19JHepPJvVP9Ez345Wi", "application_fee_percent": null, "billing_cycle_anchor_config": null, "pending_invoice_item_interval": null, "next_pending_invoice_item_invoice": null}}', 'req_W1Ciw65cbILIRW', '', 'customer.subscription.created', 'acct_1SandboxAccount00'),
	('2026-11-27 23:26:39.544532+00', '2026-11-27 23:26:39.544553+00', '{"id": "evt_s1jB2KyfsXBpvXNCsF0mDFys", "data": {"object": {"id": "in_9bjwrn7r8VdZTfDC4KUkTcAT", "lines": {"url": "/v1/invoices/in_9bjwrn7r8VdZTfDC4KUkTcAT/lines", "data": [{"id": "il_KJpw7hSazW5LNBN1rUL9TZkB", "taxes": [], "amount": 999, "object": "line_item", "parent": {"type": "subscription_item_details", "invoice_item_details": null, "subscription_item_details": {"proration": false, "invoice_item": null, "subscription": "sub_uIa4xY1fy3yPpEPgu8iMs9qB", "proration_details": {"credited_items": null}, "subscription_item": "si_zSPuu4SVkZenDxJcj31Ob0pI"}}, "period": {"end": 1798413997, "start": 1795821997}, "invoice": "in_9bjwrn7r8VdZTfDC4KUkTcAT", "pricing": {"type": "price_details", "price_details": {"price": "price_sandbox_pro_monthly", "product": "prod_sandbox_pro"}, "unit_amount_decimal": "999"}, "currency": "usd", "livemode": false, "metadata": {}, "quantity": 1, "subtotal": 999, "discounts": [], "description": "1 × Elevate Pro Plan (at $9.99 / month)", "discountable": true, "subscription": "sub_uIa4xY1fy3yPpEPgu8iMs9qB", "discount_amounts": [], "quantity_decimal": "1", "pretax_credit_amounts": []}], "object": "list", "has_more": false}, "total": 999, "footer": null, "issuer": {"type": "self"}, "number": "TNPHTOBH-0001", "object": "invoice", "parent": {"type": "subscription_details", "quote_details": null, "subscription_details": {"metadata": {"plan": "pro", "user_id": "1"}, "subscription": "sub_uIa4xY1fy3yPpEPgu8iMs9qB"}}, "status": "paid", "created": 1795821997, "currency": "usd", "customer": "cus_vvciYpTnpHToBh", "due_date": null, "livemode": false, "metadata": {}, "subtotal": 999, "attempted": true, "discounts": [], "rendering": null, "amount_due": 999, "period_end": 1795821997, "test_clock": null, "amount_paid": 999, "application": null, "description": null, "invoice_pdf": "http://127.0.0.1:37543/i/acct_1SandboxAccount00/in_9bjwrn7r8VdZTfDC4KUkTcAT?format=pdf", "total_taxes": [], "account_name": "Stripe sandbox", "auto_advance": false, "effective_at": 1795821997, "from_invoice": null, "on_behalf_of": null, "period_start": 1795821997, "attempt_count": 1, "automatic_tax": {"status": null, "enabled": false, "provider": null, "liability": null, "disabled_reason": null}, "custom_fields": null, "customer_name": "Mark Brown", "shipping_cost": null, "billing_reason": "subscription_create", "customer_email": "user0@example.com", "customer_phone": null, "default_source": null, "ending_balance": 0, "receipt_number": null, "account_country": "US", "account_tax_ids": null, "amount_overpaid": 0, "amount_shipping": 0, "latest_revision": null, "amount_remaining": 0, "customer_account": null, "customer_address": null, "customer_tax_ids": [], "payment_settings": {"default_mandate": null, "payment_method_types": null, "payment_method_options": null}, "shipping_details": null, "starting_balance": 0, "collection_method": "charge_automatically", "customer_shipping": null, "default_tax_rates": [], "hosted_invoice_url": "http://127.0.0.1:37543/i/acct_1SandboxAccount00/in_9bjwrn7r8VdZTfDC4KUkTcAT", "status_transitions": {"paid_at": 1795821997, "voided_at": null, "finalized_at": 1795821997, "marked_uncollectible_at": null}, "confirmation_secret": null, "customer_tax_exempt": "none", "total_excluding_tax": 999, "next_payment_attempt": null, "statement_descriptor": null, "webhooks_delivered_at": null, "amount_paid_off_stripe": 0, "default_payment_method": null, "subtotal_excluding_tax": 999, "total_discount_amounts": [], "last_finalization_error": null, "automatically_finalizes_at": null, "total_pretax_credit_amounts": [], "pre_payment_credit_notes_amount": 0, "post_payment_credit_notes_amount": 0}}, "type": "invoice.paid", "object": "event", "created": 1795821997, "request": {"id": "req_W1Ciw65cbILIRW", "idempotency_key": null}, "livemode": false, "api_version": "2026-05-27.dahlia", "pending_webhooks": 0}', 3, 'evt_s1jB2KyfsXBpvXNCsF0mDFys', false, '2026-11-27 23:26:37+00', NULL, '2026-05-27.dahlia', '{"object": {"id": "in_9bjwrn7r8VdZTfDC4KUkTcAT", "lines": {"url": "/v1/invoices/in_9bjwrn7r8VdZTfDC4KUkTcAT/lines", "data": [{"id": "il_KJpw7hSazW5LNBN1rUL9TZkB", "taxes": [], "amount": 999, "object": "line_item", "parent": {"type": "subscription_item_details", "invoice_item_details": null, "subscription_item_details": {"proration": false, "invoice_item": null, "subscription": "sub_uIa4xY1fy3yPpEPgu8iMs9qB", "proration_details": {"credited_items": null}, "subscription_item": "si_zSPuu4SVkZenDxJcj31Ob0pI"}}, "period": {"end": 1798413997, "start": 1795821997}, "invoice": "in_9bjwrn7r8VdZTfDC4KUkTcAT", "pricing": {"type": "price_details", "price_details": {"price": "price_sandbox_pro_monthly", "product": "prod_sandbox_pro"}, "unit_amount_decimal": "999"}, "currency": "usd", "livemode": false, "metadata": {}, "quantity": 1, "subtotal": 999, "discounts": [], "description": "1 × Elevate Pro Plan (at $9.99 / month)", "discountable": true, "subscription": "sub_uIa4xY1fy3yPpEPgu8iMs9qB", "discount_amounts": [], "quantity_decimal": "1", "pretax_credit_amounts": []}], "object": "list", "has_more": false}, "total": 999, "footer": null, "issuer": {"type": "self"}, "number": "TNPHTOBH-0001", "object": "invoice", "parent": {"type": "subscription_details", "quote_details": null, "subscription_details": {"metadata": {"plan": "pro", "user_id": "1"}, "subscription": "sub_uIa4xY1fy3yPpEPgu8iMs9qB"}}, "status": "paid", "created": 1795821997, "currency": "usd", "customer": "cus_vvciYpTnpHToBh", "due_date": null, "livemode": false, "metadata": {}, "subtotal": 999, "attempted": true, "discounts": [], "rendering": null, "amount_due": 999, "period_end": 1795821997, "test_clock": null, "amount_paid": 999, "application": null, "description": null, "invoice_pdf": "http://127.0.0.1:37543/i/acct_1SandboxAccount00/in_9bjwrn7r8VdZTfDC4KUkTcAT?format=pdf", "total_taxes": [], "account_name": "Stripe sandbox", "auto_advance": false, "effective_at": 1795821997, "from_invoice": null, "on_behalf_of": null, "period_start": 1795821997, "attempt_count": 1, "automatic_tax": {"status": null, "enabled": false, "provider": null, "liability": null, "disabled_reason": null}, "custom_fields": null, "customer_name": "Mark Brown", "shipping_cost": null, "billing_reason": "subscription_create", "customer_email": "user0@example.com", "customer_phone": null, "default_source": null, "ending_balance": 0, "receipt_number": null, "account_country": "US", "account_tax_ids": null, "amount_overpaid": 0, "amount_shipping": 0, "latest_revision": null, "amount_remaining": 0, "customer_account": null, "customer_address": null, "customer_tax_ids": [], "payment_settings": {"default_mandate": null, "payment_method_types": null, "payment_method_options": null}, "shipping_details": null, "starting_balance": 0, "collection_method": "charge_automatically", "customer_shipping": null, "default_tax_rates": [], "hosted_invoice_url": "http://127.0.0.1:37543/i/acct_1SandboxAccount00/in_9bjwrn7r8VdZTfDC4KUkTcAT", "status_transitions": {"paid_at": 1795821997, "voided_at": null, "finalized_at": 1795821997, "marked_uncollectible_at": null}, "confirmation_secret": null, "customer_tax_exempt": "none", "total_excluding_tax": 999, "next_payment_attempt": null, "statement_descriptor": null, "webhooks_delivered_at": null, "amount_paid_off_stripe": 0, "default_payment_method": null, "subtotal_excluding_tax": 999, "total_discount_amounts": [], "last_finalization_error": null, "automatically_finalizes_at": null, "total_pretax_credit_amounts": [], "pre_payment_credit_notes_amount": 0, "post_payment_credit_notes_amount": 0}}', 'req_W1Ciw65cbILIRW', '', 'invoice.paid', 'acct_1SandboxAccount00'),
	('2026-11-27 23:26:40.124623+00', '2026-11-27 23:26:40.124644+00', '{"id": "evt_2T7hZyOwSfBT7U3PsF7yetDv", "data": {"object": {"id": "cs_test_CtUPb56z9hsMLHby3313FMjrXQedfzIWSIW8Hp5B", "url": null, "mode": "subscription", "locale": null, "object": "checkout.session", "status": "complete", "consent": null, "created": 1795821997, "invoice": "in_9bjwrn7r8VdZTfDC4KUkTcAT", "ui_mode": "hosted_page", "currency": "usd", "customer": "cus_vvciYpTnpHToBh", "livemode": false, "metadata": {"plan": "pro", "user_id": "1"}, "discounts": [], "cancel_url": "https://app.example/cancelled", "expires_at": 1795908397, "custom_text": {"submit": null, "after_submit": null, "shipping_address": null, "terms_of_service_acceptance": null}, "permissions": null, "submit_type": null, "success_url": "https://app.example/success?session_id={CHECKOUT_SESSION_ID}", "amount_total": 999, "payment_link": null, "setup_intent": null, "subscription": "sub_uIa4xY1fy3yPpEPgu8iMs9qB", "automatic_tax": {"status": null, "enabled": false, "provider": null, "liability": null}, "client_secret": null, "custom_fields": [], "shipping_cost": null, "total_details": {"amount_tax": 0, "amount_discount": 0, "amount_shipping": 0}, "customer_email": null, "optional_items": null, "origin_context": null, "payment_intent": null, "payment_status": "paid", "recovered_from": null, "wallet_options": null, "amount_subtotal": 999, "adaptive_pricing": {"enabled": false}, "after_expiration": null, "customer_account": null, "customer_details": {"name": "Mark Brown", "email": "user0@example.com", "phone": null, "address": null, "tax_ids": null, "tax_exempt": "none", "business_name": null, "individual_name": null}, "invoice_creation": null, "managed_payments": null, "shipping_options": [], "customer_creation": null, "consent_collection": null, "client_reference_id": "1", "currency_conversion": null, "payment_method_types": ["card"], "allow_promotion_codes": null, "collected_information": null, "integration_identifier": null, "payment_method_options": {}, "phone_number_collection": {"enabled": false}, "payment_method_collection": "always", "billing_address_collection": null, "shipping_address_collection": null, "saved_payment_method_options": null, "payment_method_configuration_details": null}}, "type": "checkout.session.completed", "object": "event", "created": 1795821997, "request": {"id": "req_W1Ciw65cbILIRW", "idempotency_key": null}, "livemode": false, "api_version": "2026-05-27.dahlia", "pending_webhooks": 0}', 4, 'evt_2T7hZyOwSfBT7U3PsF7yetDv', false, '2026-11-27 23:26:37+00', NULL, '2026-05-27.dahlia', '{"object": {"id": "cs_test_CtUPb56z9hsMLHby3313FMjrXQedfzIWSIW8Hp5B", "url": null, "mode": "subscription", "locale": null, "object": "checkout.session", "status": "complete", "consent": null, "created": 1795821997, "invoice": "in_9bjwrn7r8VdZTfDC4KUkTcAT", "ui_mode": "hosted_page", "currency": "usd", "customer": "cus_vvciYpTnpHToBh", "livemode": false, "metadata": {"plan": "pro", "user_id": "1"}, "discounts": [], "cancel_url": "https://app.example/cancelled", "expires_at": 1795908397, "custom_text": {"submit": null, "after_submit": null, "shipping_address": null, "terms_of_service_acceptance": null}, "permissions": null, "submit_type": null, "success_url": "https://app.example/success?session_id={CHECKOUT_SESSION_ID}", "amount_total": 999, "payment_link": null, "setup_intent": null, "subscription": "sub_uIa4xY1fy3yPpEPgu8iMs9qB", "automatic_tax": {"status": null, "enabled": false, "provider": null, "liability": null}, "client_secret": null, "custom_fields": [], "shipping_cost": null, "total_details": {"amount_tax": 0, "amount_discount": 0, "amount_shipping": 0}, "customer_email": null, "optional_items": null, "origin_context": null, "payment_intent": null, "payment_status": "paid", "recovered_from": null, "wallet_options": null, "amount_subtotal": 999, "adaptive_pricing": {"enabled": false}, "after_expiration": null, "customer_account": null, "customer_details": {"name": "Mark Brown", "email": "user0@example.com", "phone": null, "address": null, "tax_ids": null, "tax_exempt": "none", "business_name": null, "individual_name": null}, "invoice_creation": null, "managed_payments": null, "shipping_options": [], "customer_creation": null, "consent_collection": null, "client_reference_id": "1", "currency_conversion": null, "payment_method_types": ["card"], "allow_promotion_codes": null, "collected_information": null, "integration_identifier": null, "payment_method_options": {}, "phone_number_collection": {"enabled": false}, "payment_method_collection": "always", "billing_address_collection": null, "shipping_address_collection": null, "saved_payment_method_options": null, "payment_method_configuration_details": null}}', 'req_W1Ciw65cbILIRW', '', 'checkout.session.completed', 'acct_1SandboxAccount00'),
	('2026-11-27 23:26:40.564874+00', '2026-11-27 23:26:40.564895+00', '{"id": "evt_r9AbW9q89hhU7HzDzmTHHb9g", "data": {"object": {"id": "cus_zb0sT6HZAEOX3d", "name": "Ronald Sanchez", "email": "user3@example.com", "phone": null, "object": "customer", "address": null, "balance": 0, "created": 1795822000, "currency": null, "discount": null, "livemode": false, "metadata": {"user_id": "4"}, "shipping": null, "delinquent": false, "tax_exempt": "none", "test_clock": null, "description": null, "cash_balance": null, "default_source": null, "invoice_prefix": "HZAEOX3D", "customer_account": null, "invoice_settings": {"footer": null, "custom_fields": null, "rendering_options": null, "default_payment_method": null}, "preferred_locales": [], "next_invoice_sequence": 1}}, "type": "customer.created", "object": "event", "created": 1795822000, "request": {"id": "req_yz0cau8gfcwrua", "idempotency_key": "customer:4:5379b0a764f4e41b05b8e23bc958cb03"}, "livemode": false, "api_version": "2026-05-27.dahlia", "pending_webhooks": 0}', 5, 'evt_r9AbW9q89hhU7HzDzmTHHb9g', false, '2026-11-27 23:26:40+00', NULL, '2026-05-27.dahlia', '{"object": {"id": "cus_zb0sT6HZAEOX3d", "name": "Ronald Sanchez", "email": "user3@example.com", "phone": null, "object": "customer", "address": null, "balance": 0, "created": 1795822000, "currency": null, "discount": null, "livemode": false, "metadata": {"user_id": "4"}, "shipping": null, "delinquent": false, "tax_exempt": "none", "test_clock": null, "description": null, "cash_balance": null, "default_source": null, "invoice_prefix": "HZAEOX3D", "customer_account": null, "invoice_settings": {"footer": null, "custom_fields": null, "rendering_options": null, "default_payment_method": null}, "preferred_locales": [], "next_invoice_sequence": 1}}', 'req_yz0cau8gfcwrua', 'customer:4:5379b0a764f4e41b05b8e23bc958cb03', 'customer.created', 'acct_1SandboxAccount00'),
	('2026-11-27 23:26:40.932776+00', '2026-11-27 23:26:40.932799+00', '{"id": "evt_t0ClzuhmzKkRgpLnTSTBBnLp", "data": {"object": {"id": "cs_test_OLj0J6AXh2IIGjsN69VYQ2hApzjkYHrb1sQEna9O", "url": null, "mode": "payment", "locale": null, "object": "checkout.session", "status": "complete", "consent": null, "created": 1795822000, "invoice": null, "ui_mode": "hosted_page", "currency": "usd", "customer": "cus_zb0sT6HZAEOX3d", "livemode": false, "metadata": {"pack": "pack-500", "user_id": "4"}, "discounts": [], "cancel_url": "https://app.example/cancelled", "expires_at": 1795908400, "custom_text": {"submit": null, "after_submit": null, "shipping_address": null, "terms_of_service_acceptance": null}, "permissions": null, "submit_type": null, "success_url": "https://app.example/success?session_id={CHECKOUT_SESSION_ID}", "amount_total": 499, "payment_link": null, "setup_intent": null, "subscription": null, "automatic_tax": {"status": null, "enabled": false, "provider": null, "liability": null}, "client_secret": null, "custom_fields": [], "shipping_cost": null, "total_details": {"amount_tax": 0, "amount_discount": 0, "amount_shipping": 0}, "customer_email": null, "optional_items": null, "origin_context": null, "payment_intent": "pi_jkt6YWkPnfi4IozIJgm8JLWo", "payment_status": "paid", "recovered_from": null, "wallet_options": null, "amount_subtotal": 499, "adaptive_pricing": {"enabled": false}, "after_expiration": null, "customer_account": null, "customer_details": {"name": "Ronald Sanchez", "email": "user3@example.com", "phone": null, "address": null, "tax_ids": null, "tax_exempt": "none", "business_name": null, "individual_name": null}, "invoice_creation": {"enabled": false, "invoice_data": {"footer": null, "issuer": null, "metadata": {}, "description": null, "custom_fields": null, "account_tax_ids": null, "rendering_options": null}}, "managed_payments": null, "shipping_options": [], "customer_creation": null, "consent_collection": null, "client_reference_id": "4", "currency_conversion": null, "payment_method_types": ["card"], "allow_promotion_codes": null, "collected_information": null, "integration_identifier": null, "payment_method_options": {}, "phone_number_collection": {"enabled": false}, "payment_method_collection": "if_required", "billing_address_collection": null, "shipping_address_collection": null, "saved_payment_method_options": null, "payment_method_configuration_details": null}}, "type": "checkout.session.completed", "object": "event", "created": 1795822000, "request": {"id": "req_P3gLKi8fJ9Web6", "idempotency_key": "ae6f21ac-1990-a241-310b-8fd59c2da6de"}, "livemode": false, "api_version": "2026-05-27.dahlia", "pending_webhooks": 0}', 6, 'evt_t0ClzuhmzKkRgpLnTSTBBnLp', false, '2026-11-27 23:26:40+00', NULL, '2026-05-27.dahlia', '{"object": {"id": "cs_test_OLj0J6AXh2IIGjsN69VYQ2hApzjkYHrb1sQEna9O", "url": null, "mode": "payment", "locale": null, "object": "checkout.session", "status": "complete", "consent": null, "created": 1795822000, "invoice": null, "ui_mode": "hosted_page", "currency": "usd", "customer": "cus_zb0sT6HZAEOX3d", "livemode": false, "metadata": {"pack": "pack-500", "user_id": "4"}, "discounts": [], "cancel_url": "https://app.example/cancelled", "expires_at": 1795908400, "custom_text": {"submit": null, "after_submit": null, "shipping_address": null, "terms_of_service_acceptance": null}, "permissions": null, "submit_type": null, "success_url": "https://app.example/success?session_id={CHECKOUT_SESSION_ID}", "amount_total": 499, "payment_link": null, "setup_intent": null, "subscription": null, "automatic_tax": {"status": null, "enabled": false, "provider": null, "liability": null}, "client_secret": null, "custom_fields": [], "shipping_cost": null, "total_details": {"amount_tax": 0, "amount_discount": 0, "amount_shipping": 0}, "customer_email": null, "optional_items": null, "origin_context": null, "payment_intent": "pi_jkt6YWkPnfi4IozIJgm8JLWo", "payment_status": "paid", "recovered_from": null, "wallet_options": null, "amount_subtotal": 499, "adaptive_pricing": {"enabled": false}, "after_expiration": null, "customer_account": null, "customer_details": {"name": "Ronald Sanchez", "email": "user3@example.com", "phone": null, "address": null, "tax_ids": null, "tax_exempt": "none", "business_name": null, "individual_name": null}, "invoice_creation": {"enabled": false, "invoice_data": {"footer": null, "issuer": null, "metadata": {}, "description": null, "custom_fields": null, "account_tax_ids": null, "rendering_options": null}}, "managed_payments": null, "shipping_options": [], "customer_creation": null, "consent_collection": null, "client_reference_id": "4", "currency_conversion": null, "payment_method_types": ["card"], "allow_promotion_codes": null, "collected_information": null, "integration_identifier": null, "payment_method_options": {}, "phone_number_collection": {"enabled": false}, "payment_method_collection": "if_required", "billing_address_collection": null, "shipping_address_collection": null, "saved_payment_method_options": null, "payment_method_configuration_details": null}}', 'req_P3gLKi8fJ9Web6', 'ae6f21ac-1990-a241-310b-8fd59c2da6de', 'checkout.session.completed', 'acct_1SandboxAccount00'),
	('2026-11-27 23:26:41.392501+00', '2026-11-27 23:26:41.392522+00', '{"id": "evt_MN0j3gLmiekokv8U5NFVZIi1", "data": {"object": {"id": "ch_aArhjr2ziDPfHVcr8V2A9ssQ", "paid": true, "amount": 499, "object": "charge", "review": null, "status": "succeeded", "created": 1795822000, "outcome": {"type": "authorized", "reason": null, "risk_level": "normal", "risk_score": 20, "advice_code": null, "network_status": "approved_by_network", "seller_message": "Payment complete.", "network_advice_code": null, "network_decline_code": null}, "captured": true, "currency": "usd", "customer": "cus_zb0sT6HZAEOX3d", "disputed": false, "livemode": false, "metadata": {"pack": "pack-500", "user_id": "4"}, "refunded": false, "shipping": null, "application": null, "description": null, "receipt_url": null, "failure_code": null, "on_behalf_of": null, "fraud_details": {}, "receipt_email": null, "transfer_data": null, "payment_intent": "pi_jkt6YWkPnfi4IozIJgm8JLWo", "payment_method": "pm_tlKgYaKlmpwGAwnPiL5NNx1P", "receipt_number": null, "transfer_group": null, "amount_captured": 499, "amount_refunded": 100, "application_fee": null, "billing_details": {"name": null, "email": null, "phone": null, "tax_id": null, "address": {"city": null, "line1": null, "line2": null, "state": null, "country": null, "postal_code": null}}, "failure_message": null, "source_transfer": null, "balance_transaction": "txn_gILQdhgbOeClxHOqMD5NXwHO", "statement_descriptor": null, "application_fee_amount": null, "payment_method_details": {"card": {"brand": "visa", "last4": "4242", "country": "US", "funding": "credit", "mandate": null, "network": "visa", "exp_year": 2040, "exp_month": 12, "fingerprint": "Sandbox42424242", "installments": null, "network_token": null, "three_d_secure": null, "regulated_status": "unregulated", "amount_authorized": null}, "type": "card"}, "failure_balance_transaction": null, "statement_descriptor_suffix": null, "calculated_statement_descriptor": null}, "previous_attributes": {"amount_refunded": 0}}, "type": "charge.refunded", "object": "event", "created": 1795822001, "request": {"id": "req_xA4BXkwBhPfpvT", "idempotency_key": null}, "livemode": false, "api_version": "2026-05-27.dahlia", "pending_webhooks": 0}', 7, 'evt_MN0j3gLmiekokv8U5NFVZIi1', false, '2026-11-27 23:26:41+00', NULL, '2026-05-27.dahlia', '{"object": {"id": "ch_aArhjr2ziDPfHVcr8V2A9ssQ", "paid": true, "amount": 499, "object": "charge", "review": null, "status": "succeeded", "created": 1795822000, "outcome": {"type": "authorized", "reason": null, "risk_level": "normal", "risk_score": 20, "advice_code": null, "network_status": "approved_by_network", "seller_message": "Payment complete.", "network_advice_code": null, "network_decline_code": null}, "captured": true, "currency": "usd", "customer": "cus_zb0sT6HZAEOX3d", "disputed": false, "livemode": false, "metadata": {"pack": "pack-500", "user_id": "4"}, "refunded": false, "shipping": null, "application": null, "description": null, "receipt_url": null, "failure_code": null, "on_behalf_of": null, "fraud_details": {}, "receipt_email": null, "transfer_data": null, "payment_intent": "pi_jkt6YWkPnfi4IozIJgm8JLWo", "payment_method": "pm_tlKgYaKlmpwGAwnPiL5NNx1P", "receipt_number": null, "transfer_group": null, "amount_captured": 499, "amount_refunded": 100, "application_fee": null, "billing_details": {"name": null, "email": null, "phone": null, "tax_id": null, "address": {"city": null, "line1": null, "line2": null, "state": null, "country": null, "postal_code": null}}, "failure_message": null, "source_transfer": null, "balance_transaction": "txn_gILQdhgbOeClxHOqMD5NXwHO", "statement_descriptor": null, "application_fee_amount": null, "payment_method_details": {"card": {"brand": "visa", "last4": "4242", "country": "US", "funding": "credit", "mandate": null, "network": "visa", "exp_year": 2040, "exp_month": 12, "fingerprint": "Sandbox42424242", "installments": null, "network_token": null, "three_d_secure": null, "regulated_status": "unregulated", "amount_authorized": null}, "type": "card"}, "failure_balance_transaction": null, "statement_descriptor_suffix": null, "calculated_statement_descriptor": null}, "previous_attributes": {"amount_refunded": 0}}', 'req_xA4BXkwBhPfpvT', '', 'charge.refunded', 'acct_1SandboxAccount00');


INSERT INTO public.djstripe_feature VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, NULL);


INSERT INTO public.djstripe_file VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, NULL);


INSERT INTO public.djstripe_filelink VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, NULL, 'x');


INSERT INTO public.djstripe_idempotencykey VALUES
	('00000000-0000-4000-8000-000000000001', 'x', false, '2026-01-01 00:00:00+00');


INSERT INTO public.djstripe_invoice VALUES
	('2026-11-27 23:26:39.716808+00', '2026-11-27 23:26:39.716829+00', '{"id": "in_9bjwrn7r8VdZTfDC4KUkTcAT", "lines": {"url": "/v1/invoices/in_9bjwrn7r8VdZTfDC4KUkTcAT/lines", "data": [{"id": "il_KJpw7hSazW5LNBN1rUL9TZkB", "taxes": [], "amount": 999, "object": "line_item", "parent": {"type": "subscription_item_details", "invoice_item_details": null, "subscription_item_details": {"proration": false, "invoice_item": null, "subscription": "sub_uIa4xY1fy3yPpEPgu8iMs9qB", "proration_details": {"credited_items": null}, "subscription_item": "si_zSPuu4SVkZenDxJcj31Ob0pI"}}, "period": {"end": 1798413997, "start": 1795821997}, "invoice": "in_9bjwrn7r8VdZTfDC4KUkTcAT", "pricing": {"type": "price_details", "price_details": {"price": "price_sandbox_pro_monthly", "product": "prod_sandbox_pro"}, "unit_amount_decimal": "999"}, "currency": "usd", "livemode": false, "metadata": {}, "quantity": 1, "subtotal": 999, "discounts": [], "description": "1 × Elevate Pro Plan (at $9.99 / month)", "discountable": true, "subscription": "sub_uIa4xY1fy3yPpEPgu8iMs9qB", "discount_amounts": [], "quantity_decimal": "1", "pretax_credit_amounts": []}], "object": "list", "has_more": false}, "total": 999, "footer": null, "issuer": {"type": "self"}, "number": "TNPHTOBH-0001", "object": "invoice", "parent": {"type": "subscription_details", "quote_details": null, "subscription_details": {"metadata": {"plan": "pro", "user_id": "1"}, "subscription": "sub_uIa4xY1fy3yPpEPgu8iMs9qB"}}, "status": "paid", "created": 1795821997, "currency": "usd", "customer": "cus_vvciYpTnpHToBh", "due_date": null, "livemode": false, "metadata": {}, "payments": {"url": "/v1/invoices/in_9bjwrn7r8VdZTfDC4KUkTcAT/payments", "data": [{"id": "inpay_o9cEF3tbI0TQSCCHP3TdjjWm", "object": "invoice_payment", "status": "paid", "created": 1795821997, "invoice": "in_9bjwrn7r8VdZTfDC4KUkTcAT", "payment": {"type": "payment_intent", "payment_intent": "pi_vaOibpBQhPEGVqjxF9q1R8W1"}, "currency": "usd", "livemode": false, "is_default": true, "amount_paid": 999, "amount_requested": 999, "status_transitions": {"paid_at": 1795821997, "canceled_at": null}}], "object": "list", "has_more": false}, "subtotal": 999, "attempted": true, "discounts": [], "rendering": null, "amount_due": 999, "period_end": 1795821997, "test_clock": null, "amount_paid": 999, "application": null, "description": null, "invoice_pdf": "http://127.0.0.1:37543/i/acct_1SandboxAccount00/in_9bjwrn7r8VdZTfDC4KUkTcAT?format=pdf", "total_taxes": [], "account_name": "Stripe sandbox", "auto_advance": false, "effective_at": 1795821997, "from_invoice": null, "on_behalf_of": null, "period_start": 1795821997, "attempt_count": 1, "automatic_tax": {"status": null, "enabled": false, "provider": null, "liability": null, "disabled_reason": null}, "custom_fields": null, "customer_name": "Mark Brown", "shipping_cost": null, "billing_reason": "subscription_create", "customer_email": "user0@example.com", "customer_phone": null, "default_source": null, "ending_balance": 0, "receipt_number": null, "account_country": "US", "account_tax_ids": null, "amount_overpaid": 0, "amount_shipping": 0, "latest_revision": null, "amount_remaining": 0, "customer_account": null, "customer_address": null, "customer_tax_ids": [], "payment_settings": {"default_mandate": null, "payment_method_types": null, "payment_method_options": null}, "shipping_details": null, "starting_balance": 0, "collection_method": "charge_automatically", "customer_shipping": null, "default_tax_rates": [], "hosted_invoice_url": "http://127.0.0.1:37543/i/acct_1SandboxAccount00/in_9bjwrn7r8VdZTfDC4KUkTcAT", "status_transitions": {"paid_at": 1795821997, "voided_at": null, "finalized_at": 1795821997, "marked_uncollectible_at": null}, "confirmation_secret": null, "customer_tax_exempt": "none", "total_excluding_tax": 999, "next_payment_attempt": null, "statement_descriptor": null, "webhooks_delivered_at": null, "amount_paid_off_stripe": 0, "default_payment_method": null, "subtotal_excluding_tax": 999, "total_discount_amounts": [], "last_finalization_error": null, "automatically_finalizes_at": null, "total_pretax_credit_amounts": [], "pre_payment_credit_notes_amount": 0, "post_payment_credit_notes_amount": 0}', 1, 'in_9bjwrn7r8VdZTfDC4KUkTcAT', false, '2026-11-27 23:26:37+00', '{}', NULL, 'cus_vvciYpTnpHToBh', 'acct_1SandboxAccount00', NULL, NULL, NULL);


INSERT INTO public.djstripe_invoiceitem VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, 'cus_vvciYpTnpHToBh', NULL, NULL, NULL, NULL);


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
	('2026-11-27 23:26:39.766933+00', '2026-11-27 23:26:39.766953+00', '{"id": "il_KJpw7hSazW5LNBN1rUL9TZkB", "date": 1795821997, "taxes": [], "amount": 999, "object": "line_item", "parent": {"type": "subscription_item_details", "invoice_item_details": null, "subscription_item_details": {"proration": false, "invoice_item": null, "subscription": "sub_uIa4xY1fy3yPpEPgu8iMs9qB", "proration_details": {"credited_items": null}, "subscription_item": "si_zSPuu4SVkZenDxJcj31Ob0pI"}}, "period": {"end": 1798413997, "start": 1795821997}, "invoice": "in_9bjwrn7r8VdZTfDC4KUkTcAT", "pricing": {"type": "price_details", "price_details": {"price": "price_sandbox_pro_monthly", "product": "prod_sandbox_pro"}, "unit_amount_decimal": "999"}, "currency": "usd", "customer": "cus_vvciYpTnpHToBh", "livemode": false, "metadata": {}, "quantity": 1, "subtotal": 999, "discounts": [], "period_end": 1798413997, "description": "1 × Elevate Pro Plan (at $9.99 / month)", "discountable": true, "period_start": 1795821997, "subscription": "sub_uIa4xY1fy3yPpEPgu8iMs9qB", "discount_amounts": [], "quantity_decimal": "1", "pretax_credit_amounts": []}', 1, 'il_KJpw7hSazW5LNBN1rUL9TZkB', false, NULL, '{}', 'acct_1SandboxAccount00', NULL, 'sub_uIa4xY1fy3yPpEPgu8iMs9qB', NULL);


INSERT INTO public.djstripe_mandate VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, NULL, 'pm_tlKgYaKlmpwGAwnPiL5NNx1P');


INSERT INTO public.djstripe_paymentintent VALUES
	('2026-11-27 23:26:41.123132+00', '2026-11-27 23:26:41.123151+00', '{"id": "pi_jkt6YWkPnfi4IozIJgm8JLWo", "amount": 499, "object": "payment_intent", "review": null, "status": "succeeded", "created": 1795822000, "currency": "usd", "customer": "cus_zb0sT6HZAEOX3d", "livemode": false, "metadata": {"pack": "pack-500", "user_id": "4"}, "shipping": null, "processing": null, "application": null, "canceled_at": null, "description": null, "next_action": null, "on_behalf_of": null, "client_secret": "pi_jkt6YWkPnfi4IozIJgm8JLWo_secret_vKi0LryBwX7WqoZ603ZXcgra7", "latest_charge": "ch_aArhjr2ziDPfHVcr8V2A9ssQ", "receipt_email": null, "transfer_data": null, "amount_details": {"tip": {}}, "capture_method": "automatic", "payment_method": "pm_tlKgYaKlmpwGAwnPiL5NNx1P", "transfer_group": null, "amount_received": 499, "customer_account": null, "managed_payments": null, "amount_capturable": 0, "last_payment_error": null, "setup_future_usage": null, "cancellation_reason": null, "confirmation_method": "automatic", "payment_method_types": ["card"], "statement_descriptor": null, "application_fee_amount": null, "payment_method_options": null, "automatic_payment_methods": null, "statement_descriptor_suffix": null, "excluded_payment_method_types": null, "payment_method_configuration_details": null}', 1, 'pi_jkt6YWkPnfi4IozIJgm8JLWo', false, '2026-11-27 23:26:40+00', '{"pack": "pack-500", "user_id": "4"}', 'cus_zb0sT6HZAEOX3d', 'acct_1SandboxAccount00', NULL, 'pm_tlKgYaKlmpwGAwnPiL5NNx1P');


INSERT INTO public.djstripe_paymentmethod VALUES
	('2026-11-27 23:26:41.116661+00', '2026-11-27 23:26:41.11668+00', '{"id": "pm_tlKgYaKlmpwGAwnPiL5NNx1P", "card": {"brand": "visa", "last4": "4242", "checks": {"cvc_check": "pass", "address_line1_check": null, "address_postal_code_check": null}, "wallet": null, "country": "US", "funding": "credit", "exp_year": 2040, "networks": {"available": ["visa"], "preferred": null}, "exp_month": 12, "fingerprint": "Sandbox42424242", "display_brand": "visa", "generated_from": null, "regulated_status": "unregulated", "three_d_secure_usage": {"supported": true}}, "type": "card", "object": "payment_method", "created": 1795822000, "customer": "cus_zb0sT6HZAEOX3d", "livemode": false, "metadata": {}, "allow_redisplay": "limited", "billing_details": {"name": null, "email": null, "phone": null, "tax_id": null, "address": {"city": null, "line1": null, "line2": null, "state": null, "country": null, "postal_code": null}}, "customer_account": null}', 1, 'pm_tlKgYaKlmpwGAwnPiL5NNx1P', false, '2026-11-27 23:26:40+00', '{}', 'cus_zb0sT6HZAEOX3d', 'acct_1SandboxAccount00');


INSERT INTO public.djstripe_payout VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, 'x', NULL, NULL, NULL, NULL, NULL, NULL);


INSERT INTO public.djstripe_price VALUES
	('2026-11-27 23:26:39.108797+00', '2026-11-27 23:26:39.108817+00', '{"id": "price_sandbox_pro_monthly", "type": "recurring", "active": true, "object": "price", "created": 1795821993, "product": "prod_sandbox_pro", "currency": "usd", "livemode": false, "metadata": {}, "nickname": null, "recurring": {"meter": null, "interval": "month", "usage_type": "licensed", "interval_count": 1}, "lookup_key": null, "tiers_mode": null, "unit_amount": 999, "tax_behavior": "unspecified", "billing_scheme": "per_unit", "custom_unit_amount": null, "transform_quantity": null, "unit_amount_decimal": "999"}', 1, 'price_sandbox_pro_monthly', false, '2026-11-27 23:26:33+00', '{}', true, 'usd', '', '', 'acct_1SandboxAccount00', 'prod_sandbox_pro');


INSERT INTO public.djstripe_product VALUES
	('2026-11-27 23:26:39.020622+00', '2026-11-27 23:26:39.020644+00', '{"id": "prod_sandbox_pro", "url": null, "name": "Elevate Pro Plan", "active": true, "images": [], "object": "product", "created": 1795821993, "updated": 1795821993, "livemode": false, "metadata": {}, "tax_code": null, "shippable": null, "unit_label": null, "description": "1,000 credits a month for question sets and marking.", "default_price": null, "marketing_features": [], "package_dimensions": null, "statement_descriptor": null}', 1, 'prod_sandbox_pro', false, '2026-11-27 23:26:33+00', '{}', 'Elevate Pro Plan', true, 'acct_1SandboxAccount00');


INSERT INTO public.djstripe_productfeature VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, NULL, 'x', 'prod_sandbox_pro');


INSERT INTO public.djstripe_promotioncode VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, NULL);


INSERT INTO public.djstripe_refund VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, 1, 'x', NULL, 'ch_aArhjr2ziDPfHVcr8V2A9ssQ', NULL, NULL);


INSERT INTO public.djstripe_review VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, NULL);


INSERT INTO public.djstripe_scheduledqueryrun VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, '2026-01-01 00:00:00+00', NULL, '2026-01-01 00:00:00+00', 'x', 'x', 'x', NULL, NULL);


INSERT INTO public.djstripe_session VALUES
	('2026-11-27 23:26:40.214856+00', '2026-11-27 23:26:40.214875+00', '{"id": "cs_test_CtUPb56z9hsMLHby3313FMjrXQedfzIWSIW8Hp5B", "url": null, "mode": "subscription", "locale": null, "object": "checkout.session", "status": "complete", "consent": null, "created": 1795821997, "invoice": "in_9bjwrn7r8VdZTfDC4KUkTcAT", "ui_mode": "hosted_page", "currency": "usd", "customer": "cus_vvciYpTnpHToBh", "livemode": false, "metadata": {"plan": "pro", "user_id": "1"}, "discounts": [], "cancel_url": "https://app.example/cancelled", "expires_at": 1795908397, "line_items": {"url": "/v1/checkout/sessions/cs_test_CtUPb56z9hsMLHby3313FMjrXQedfzIWSIW8Hp5B/line_items", "data": [{"id": "li_pMiwByJzdlAXRz7rqKDAvHsl", "price": {"id": "price_sandbox_pro_monthly", "type": "recurring", "active": true, "object": "price", "created": 1795821993, "product": "prod_sandbox_pro", "currency": "usd", "livemode": false, "metadata": {}, "nickname": null, "recurring": {"meter": null, "interval": "month", "usage_type": "licensed", "interval_count": 1}, "lookup_key": null, "tiers_mode": null, "unit_amount": 999, "tax_behavior": "unspecified", "billing_scheme": "per_unit", "custom_unit_amount": null, "transform_quantity": null, "unit_amount_decimal": "999"}, "object": "item", "currency": "usd", "metadata": {}, "quantity": 1, "amount_tax": 0, "description": "Elevate Pro Plan", "amount_total": 999, "amount_discount": 0, "amount_subtotal": 999, "adjustable_quantity": null}], "object": "list", "has_more": false}, "custom_text": {"submit": null, "after_submit": null, "shipping_address": null, "terms_of_service_acceptance": null}, "permissions": null, "submit_type": null, "success_url": "https://app.example/success?session_id={CHECKOUT_SESSION_ID}", "amount_total": 999, "payment_link": null, "setup_intent": null, "subscription": "sub_uIa4xY1fy3yPpEPgu8iMs9qB", "automatic_tax": {"status": null, "enabled": false, "provider": null, "liability": null}, "client_secret": null, "custom_fields": [], "shipping_cost": null, "total_details": {"breakdown": {"taxes": [], "discounts": []}, "amount_tax": 0, "amount_discount": 0, "amount_shipping": 0}, "customer_email": null, "optional_items": null, "origin_context": null, "payment_intent": null, "payment_status": "paid", "recovered_from": null, "wallet_options": null, "amount_subtotal": 999, "adaptive_pricing": {"enabled": false}, "after_expiration": null, "customer_account": null, "customer_details": {"name": "Mark Brown", "email": "user0@example.com", "phone": null, "address": null, "tax_ids": null, "tax_exempt": "none", "business_name": null, "individual_name": null}, "invoice_creation": null, "managed_payments": null, "shipping_options": [], "customer_creation": null, "consent_collection": null, "client_reference_id": "1", "currency_conversion": null, "payment_method_types": ["card"], "allow_promotion_codes": null, "collected_information": null, "integration_identifier": null, "payment_method_options": {}, "phone_number_collection": {"enabled": false}, "payment_method_collection": "always", "billing_address_collection": null, "shipping_address_collection": null, "saved_payment_method_options": null, "payment_method_configuration_details": null}', 1, 'cs_test_CtUPb56z9hsMLHby3313FMjrXQedfzIWSIW8Hp5B', false, '2026-11-27 23:26:37+00', '{"plan": "pro", "user_id": "1"}', 'cus_vvciYpTnpHToBh', 'acct_1SandboxAccount00', NULL, NULL, 'sub_uIa4xY1fy3yPpEPgu8iMs9qB'),
	('2026-11-27 23:26:41.13833+00', '2026-11-27 23:26:41.138352+00', '{"id": "cs_test_OLj0J6AXh2IIGjsN69VYQ2hApzjkYHrb1sQEna9O", "url": null, "mode": "payment", "locale": null, "object": "checkout.session", "status": "complete", "consent": null, "created": 1795822000, "invoice": null, "ui_mode": "hosted_page", "currency": "usd", "customer": "cus_zb0sT6HZAEOX3d", "livemode": false, "metadata": {"pack": "pack-500", "user_id": "4"}, "discounts": [], "cancel_url": "https://app.example/cancelled", "expires_at": 1795908400, "line_items": {"url": "/v1/checkout/sessions/cs_test_OLj0J6AXh2IIGjsN69VYQ2hApzjkYHrb1sQEna9O/line_items", "data": [{"id": "li_mZNiQFTg7pUZ26Vh13By3mQ4", "price": {"id": "price_sandbox_pack_500", "type": "one_time", "active": true, "object": "price", "created": 1795821993, "product": "prod_sandbox_pack", "currency": "usd", "livemode": false, "metadata": {}, "nickname": null, "recurring": null, "lookup_key": null, "tiers_mode": null, "unit_amount": 499, "tax_behavior": "unspecified", "billing_scheme": "per_unit", "custom_unit_amount": null, "transform_quantity": null, "unit_amount_decimal": "499"}, "object": "item", "currency": "usd", "metadata": {}, "quantity": 1, "amount_tax": 0, "description": "500 credits", "amount_total": 499, "amount_discount": 0, "amount_subtotal": 499, "adjustable_quantity": null}], "object": "list", "has_more": false}, "custom_text": {"submit": null, "after_submit": null, "shipping_address": null, "terms_of_service_acceptance": null}, "permissions": null, "submit_type": null, "success_url": "https://app.example/success?session_id={CHECKOUT_SESSION_ID}", "amount_total": 499, "payment_link": null, "setup_intent": null, "subscription": null, "automatic_tax": {"status": null, "enabled": false, "provider": null, "liability": null}, "client_secret": null, "custom_fields": [], "shipping_cost": null, "total_details": {"breakdown": {"taxes": [], "discounts": []}, "amount_tax": 0, "amount_discount": 0, "amount_shipping": 0}, "customer_email": null, "optional_items": null, "origin_context": null, "payment_intent": "pi_jkt6YWkPnfi4IozIJgm8JLWo", "payment_status": "paid", "recovered_from": null, "wallet_options": null, "amount_subtotal": 499, "adaptive_pricing": {"enabled": false}, "after_expiration": null, "customer_account": null, "customer_details": {"name": "Ronald Sanchez", "email": "user3@example.com", "phone": null, "address": null, "tax_ids": null, "tax_exempt": "none", "business_name": null, "individual_name": null}, "invoice_creation": {"enabled": false, "invoice_data": {"footer": null, "issuer": null, "metadata": {}, "description": null, "custom_fields": null, "account_tax_ids": null, "rendering_options": null}}, "managed_payments": null, "shipping_options": [], "customer_creation": null, "consent_collection": null, "client_reference_id": "4", "currency_conversion": null, "payment_method_types": ["card"], "allow_promotion_codes": null, "collected_information": null, "integration_identifier": null, "payment_method_options": {}, "phone_number_collection": {"enabled": false}, "payment_method_collection": "if_required", "billing_address_collection": null, "shipping_address_collection": null, "saved_payment_method_options": null, "payment_method_configuration_details": null}', 2, 'cs_test_OLj0J6AXh2IIGjsN69VYQ2hApzjkYHrb1sQEna9O', false, '2026-11-27 23:26:40+00', '{"pack": "pack-500", "user_id": "4"}', 'cus_zb0sT6HZAEOX3d', 'acct_1SandboxAccount00', 'pi_jkt6YWkPnfi4IozIJgm8JLWo', NULL, NULL);


INSERT INTO public.djstripe_setupintent VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, NULL, NULL, NULL, NULL);


INSERT INTO public.djstripe_shippingrate VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, NULL, NULL);


INSERT INTO public.djstripe_source VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, NULL, NULL);


INSERT INTO public.djstripe_sourcetransaction VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, '{}', NULL, 'x', NULL, 'x', NULL, NULL);


INSERT INTO public.djstripe_subscription VALUES
	('2026-11-27 23:26:38.90642+00', '2026-11-27 23:26:38.906437+00', '{"id": "sub_uIa4xY1fy3yPpEPgu8iMs9qB", "items": {"url": "/v1/subscription_items?subscription=sub_uIa4xY1fy3yPpEPgu8iMs9qB", "data": [{"id": "si_zSPuu4SVkZenDxJcj31Ob0pI", "price": {"id": "price_sandbox_pro_monthly", "type": "recurring", "active": true, "object": "price", "created": 1795821993, "product": "prod_sandbox_pro", "currency": "usd", "livemode": false, "metadata": {}, "nickname": null, "recurring": {"meter": null, "interval": "month", "usage_type": "licensed", "interval_count": 1}, "lookup_key": null, "tiers_mode": null, "unit_amount": 999, "tax_behavior": "unspecified", "billing_scheme": "per_unit", "custom_unit_amount": null, "transform_quantity": null, "unit_amount_decimal": "999"}, "object": "subscription_item", "created": 1795821997, "metadata": {}, "quantity": 1, "discounts": [], "tax_rates": [], "subscription": "sub_uIa4xY1fy3yPpEPgu8iMs9qB", "billing_thresholds": null, "current_period_end": 1798413997, "current_period_start": 1795821997}], "object": "list", "has_more": false}, "object": "subscription", "status": "active", "created": 1795821997, "currency": "usd", "customer": "cus_vvciYpTnpHToBh", "ended_at": null, "livemode": false, "metadata": {"plan": "pro", "user_id": "1"}, "schedule": null, "cancel_at": null, "discounts": [], "trial_end": null, "start_date": 1795821997, "test_clock": null, "application": null, "canceled_at": null, "description": null, "trial_start": null, "billing_mode": {"type": "flexible", "flexible": {"proration_discounts": "included"}}, "on_behalf_of": null, "automatic_tax": {"enabled": false, "liability": null, "disabled_reason": null}, "transfer_data": null, "days_until_due": null, "default_source": null, "latest_invoice": "in_9bjwrn7r8VdZTfDC4KUkTcAT", "pending_update": null, "trial_settings": {"end_behavior": {"missing_payment_method": "create_invoice"}}, "customer_account": null, "invoice_settings": {"issuer": {"type": "self"}, "account_tax_ids": null}, "managed_payments": null, "pause_collection": null, "payment_settings": {"payment_method_types": null, "payment_method_options": null, "save_default_payment_method": "off"}, "billing_schedules": [], "collection_method": "charge_automatically", "default_tax_rates": [], "billing_thresholds": null, "billing_cycle_anchor": 1795821997, "cancel_at_period_end": false, "cancellation_details": {"reason": null, "comment": null, "feedback": null}, "pending_setup_intent": null, "default_payment_method": "pm_roKps19JHepPJvVP9Ez345Wi", "application_fee_percent": null, "billing_cycle_anchor_config": null, "pending_invoice_item_interval": null, "next_pending_invoice_item_invoice": null}', 1, 'sub_uIa4xY1fy3yPpEPgu8iMs9qB', false, '2026-11-27 23:26:37+00', '{"plan": "pro", "user_id": "1"}', 'cus_vvciYpTnpHToBh', 'acct_1SandboxAccount00');


INSERT INTO public.djstripe_subscriptionitem VALUES
	('2026-11-27 23:26:39.160904+00', '2026-11-27 23:26:39.26168+00', '{"id": "si_zSPuu4SVkZenDxJcj31Ob0pI", "price": {"id": "price_sandbox_pro_monthly", "type": "recurring", "active": true, "object": "price", "created": 1795821993, "product": "prod_sandbox_pro", "currency": "usd", "livemode": false, "metadata": {}, "nickname": null, "recurring": {"meter": null, "interval": "month", "usage_type": "licensed", "interval_count": 1}, "lookup_key": null, "tiers_mode": null, "unit_amount": 999, "tax_behavior": "unspecified", "billing_scheme": "per_unit", "custom_unit_amount": null, "transform_quantity": null, "unit_amount_decimal": "999"}, "object": "subscription_item", "created": 1795821997, "metadata": {}, "quantity": 1, "discounts": [], "tax_rates": [], "subscription": "sub_uIa4xY1fy3yPpEPgu8iMs9qB", "billing_thresholds": null, "current_period_end": 1798413997, "current_period_start": 1795821997}', 1, 'si_zSPuu4SVkZenDxJcj31Ob0pI', NULL, '2026-11-27 23:26:37+00', '{}', 'acct_1SandboxAccount00', 1, 'sub_uIa4xY1fy3yPpEPgu8iMs9qB');


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
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, NULL, NULL, NULL, NULL, 'cus_vvciYpTnpHToBh', NULL, NULL, NULL, NULL);


INSERT INTO public.djstripe_verificationreport VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'x', NULL);


INSERT INTO public.djstripe_verificationsession VALUES
	('2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '{}', 1, 'x', NULL, NULL, NULL, NULL, NULL, NULL, 'x', 'x', NULL, NULL);


INSERT INTO public.djstripe_webhookendpoint VALUES
	('2026-11-27 23:26:37.869259+00', '2026-11-27 23:26:37.869281+00', '{}', 1, 'we_from_environment', false, NULL, NULL, '2026-05-27.dahlia', '["*"]', 'whsec_sandboxSandboxSandbox0000', 'enabled', 'https://localhost/api/stripe-webhook', '', '268f459e-41de-5f23-a6cf-bcc1befdece8', 300, 'verify_signature', NULL);


INSERT INTO public.djstripe_webhookeventtrigger VALUES
	(1, '127.0.0.1', '{"Cookie": "", "Content-Type": "application/json", "Content-Length": "948", "Stripe-Signature": "t=1795821997,v1=7f6ce2b4b62faeeb5db639a34c4e149a6ae08689d882a197b4a7d5c6ac61c953"}', '{"api_version": "2026-05-27.dahlia", "created": 1795821997, "data": {"object": {"address": null, "cash_balance": null, "created": 1795821997, "currency": null, "customer_account": null, "default_source": null, "delinquent": false, "description": null, "discount": null, "email": "user0@example.com", "id": "cus_vvciYpTnpHToBh", "invoice_prefix": "TNPHTOBH", "livemode": false, "name": "Mark Brown", "object": "customer", "phone": null, "preferred_locales": [], "shipping": null, "tax_exempt": "none", "test_clock": null, "metadata": {"user_id": "1"}, "balance": 0, "next_invoice_sequence": 1, "invoice_settings": {"custom_fields": null, "default_payment_method": null, "footer": null, "rendering_options": null}}}, "id": "evt_IqP3IYwUkzUJdBYF9TkI8mbt", "livemode": false, "object": "event", "pending_webhooks": 0, "request": {"id": "req_2bxOr1xxqozX8U", "idempotency_key": "customer:1:0fdcd87127f861469cee54aeaf1b342b"}, "type": "customer.created"}', true, true, '', '', '2.11.0', '2026-11-27 23:26:37.893039+00', '2026-11-27 23:26:38.604864+00', 'evt_IqP3IYwUkzUJdBYF9TkI8mbt', NULL, 'we_from_environment'),
	(2, '127.0.0.1', '{"Cookie": "", "Content-Type": "application/json", "Content-Length": "2874", "Stripe-Signature": "t=1795821998,v1=eddbe58c48d6d53ffc4d55a0f6cdf7ad425a72fe271896b49020ab77851a793f"}', '{"api_version": "2026-05-27.dahlia", "created": 1795821997, "data": {"object": {"application": null, "application_fee_percent": null, "automatic_tax": {"disabled_reason": null, "enabled": false, "liability": null}, "billing_cycle_anchor": 1795821997, "billing_cycle_anchor_config": null, "billing_mode": {"flexible": {"proration_discounts": "included"}, "type": "flexible"}, "billing_schedules": [], "billing_thresholds": null, "cancel_at": null, "cancel_at_period_end": false, "canceled_at": null, "cancellation_details": {"comment": null, "feedback": null, "reason": null}, "collection_method": "charge_automatically", "created": 1795821997, "currency": "usd", "customer": "cus_vvciYpTnpHToBh", "customer_account": null, "days_until_due": null, "default_payment_method": "pm_roKps19JHepPJvVP9Ez345Wi", "default_source": null, "default_tax_rates": [], "description": null, "discounts": [], "ended_at": null, "id": "sub_uIa4xY1fy3yPpEPgu8iMs9qB", "invoice_settings": {"account_tax_ids": null, "issuer": {"type": "self"}}, "items": {"object": "list", "data": [{"billing_thresholds": null, "created": 1795821997, "current_period_end": 1798413997, "current_period_start": 1795821997, "discounts": [], "id": "si_zSPuu4SVkZenDxJcj31Ob0pI", "metadata": {}, "object": "subscription_item", "price": {"active": true, "billing_scheme": "per_unit", "created": 1795821993, "currency": "usd", "custom_unit_amount": null, "id": "price_sandbox_pro_monthly", "livemode": false, "lookup_key": null, "metadata": {}, "nickname": null, "object": "price", "product": "prod_sandbox_pro", "recurring": {"interval_count": 1, "meter": null, "usage_type": "licensed", "interval": "month"}, "tax_behavior": "unspecified", "tiers_mode": null, "transform_quantity": null, "type": "recurring", "unit_amount": 999, "unit_amount_decimal": "999"}, "subscription": "sub_uIa4xY1fy3yPpEPgu8iMs9qB", "tax_rates": [], "quantity": 1}], "has_more": false, "url": "/v1/subscription_items?subscription=sub_uIa4xY1fy3yPpEPgu8iMs9qB"}, "latest_invoice": null, "livemode": false, "managed_payments": null, "metadata": {"user_id": "1", "plan": "pro"}, "next_pending_invoice_item_invoice": null, "object": "subscription", "on_behalf_of": null, "pause_collection": null, "payment_settings": {"payment_method_options": null, "payment_method_types": null, "save_default_payment_method": "off"}, "pending_invoice_item_interval": null, "pending_setup_intent": null, "pending_update": null, "schedule": null, "start_date": 1795821997, "status": "active", "test_clock": null, "transfer_data": null, "trial_end": null, "trial_settings": {"end_behavior": {"missing_payment_method": "create_invoice"}}, "trial_start": null}}, "id": "evt_wLzuRspOCQqKOIKciN3zR7Es", "livemode": false, "object": "event", "pending_webhooks": 0, "request": {"id": "req_W1Ciw65cbILIRW", "idempotency_key": null}, "type": "customer.subscription.created"}', true, true, '', '', '2.11.0', '2026-11-27 23:26:38.666858+00', '2026-11-27 23:26:39.411387+00', 'evt_wLzuRspOCQqKOIKciN3zR7Es', NULL, 'we_from_environment'),
	(3, '127.0.0.1', '{"Cookie": "", "Content-Type": "application/json", "Content-Length": "3862", "Stripe-Signature": "t=1795821999,v1=bed5064a1d1105e2e097b057786fa99651a051b25c371f46549b448db3f0cea5"}', '{"api_version": "2026-05-27.dahlia", "created": 1795821997, "data": {"object": {"account_country": "US", "account_name": "Stripe sandbox", "account_tax_ids": null, "amount_due": 999, "amount_overpaid": 0, "amount_paid": 999, "amount_paid_off_stripe": 0, "amount_remaining": 0, "amount_shipping": 0, "application": null, "attempt_count": 1, "attempted": true, "auto_advance": false, "automatic_tax": {"disabled_reason": null, "enabled": false, "liability": null, "provider": null, "status": null}, "automatically_finalizes_at": null, "billing_reason": "subscription_create", "collection_method": "charge_automatically", "confirmation_secret": null, "created": 1795821997, "currency": "usd", "custom_fields": null, "customer": "cus_vvciYpTnpHToBh", "customer_account": null, "customer_address": null, "customer_email": "user0@example.com", "customer_name": "Mark Brown", "customer_phone": null, "customer_shipping": null, "customer_tax_exempt": "none", "customer_tax_ids": [], "default_payment_method": null, "default_source": null, "default_tax_rates": [], "description": null, "discounts": [], "due_date": null, "effective_at": 1795821997, "ending_balance": 0, "footer": null, "from_invoice": null, "hosted_invoice_url": "http://127.0.0.1:37543/i/acct_1SandboxAccount00/in_9bjwrn7r8VdZTfDC4KUkTcAT", "id": "in_9bjwrn7r8VdZTfDC4KUkTcAT", "invoice_pdf": "http://127.0.0.1:37543/i/acct_1SandboxAccount00/in_9bjwrn7r8VdZTfDC4KUkTcAT?format=pdf", "issuer": {"type": "self"}, "last_finalization_error": null, "latest_revision": null, "lines": {"object": "list", "data": [{"amount": 999, "currency": "usd", "description": "1 \u00d7 Elevate Pro Plan (at $9.99 / month)", "discount_amounts": [], "discountable": true, "discounts": [], "id": "il_KJpw7hSazW5LNBN1rUL9TZkB", "invoice": "in_9bjwrn7r8VdZTfDC4KUkTcAT", "livemode": false, "metadata": {}, "object": "line_item", "parent": {"invoice_item_details": null, "subscription_item_details": {"invoice_item": null, "proration": false, "proration_details": {"credited_items": null}, "subscription": "sub_uIa4xY1fy3yPpEPgu8iMs9qB", "subscription_item": "si_zSPuu4SVkZenDxJcj31Ob0pI"}, "type": "subscription_item_details"}, "period": {"start": 1795821997, "end": 1798413997}, "pretax_credit_amounts": [], "pricing": {"price_details": {"price": "price_sandbox_pro_monthly", "product": "prod_sandbox_pro"}, "type": "price_details", "unit_amount_decimal": "999"}, "quantity": 1, "quantity_decimal": "1", "subscription": "sub_uIa4xY1fy3yPpEPgu8iMs9qB", "subtotal": 999, "taxes": []}], "has_more": false, "url": "/v1/invoices/in_9bjwrn7r8VdZTfDC4KUkTcAT/lines"}, "livemode": false, "metadata": {}, "next_payment_attempt": null, "number": "TNPHTOBH-0001", "object": "invoice", "on_behalf_of": null, "parent": {"quote_details": null, "subscription_details": {"metadata": {"user_id": "1", "plan": "pro"}, "subscription": "sub_uIa4xY1fy3yPpEPgu8iMs9qB"}, "type": "subscription_details"}, "payment_settings": {"default_mandate": null, "payment_method_options": null, "payment_method_types": null}, "period_end": 1795821997, "period_start": 1795821997, "post_payment_credit_notes_amount": 0, "pre_payment_credit_notes_amount": 0, "receipt_number": null, "rendering": null, "shipping_cost": null, "shipping_details": null, "starting_balance": 0, "statement_descriptor": null, "status": "paid", "status_transitions": {"finalized_at": 1795821997, "marked_uncollectible_at": null, "paid_at": 1795821997, "voided_at": null}, "subtotal": 999, "subtotal_excluding_tax": 999, "test_clock": null, "total": 999, "total_discount_amounts": [], "total_excluding_tax": 999, "total_pretax_credit_amounts": [], "total_taxes": [], "webhooks_delivered_at": null}}, "id": "evt_s1jB2KyfsXBpvXNCsF0mDFys", "livemode": false, "object": "event", "pending_webhooks": 0, "request": {"id": "req_W1Ciw65cbILIRW", "idempotency_key": null}, "type": "invoice.paid"}', true, true, '', '', '2.11.0', '2026-11-27 23:26:39.444811+00', '2026-11-27 23:26:40.032804+00', 'evt_s1jB2KyfsXBpvXNCsF0mDFys', NULL, 'we_from_environment'),
	(4, '127.0.0.1', '{"Cookie": "", "Content-Type": "application/json", "Content-Length": "2419", "Stripe-Signature": "t=1795822000,v1=32cc0ae6c021b15c7242cc02067d95d0f1aef5cb1ebd8a60d29ab856c522d9cd"}', '{"api_version": "2026-05-27.dahlia", "created": 1795821997, "data": {"object": {"adaptive_pricing": {"enabled": false}, "after_expiration": null, "allow_promotion_codes": null, "amount_subtotal": 999, "amount_total": 999, "automatic_tax": {"enabled": false, "liability": null, "provider": null, "status": null}, "billing_address_collection": null, "cancel_url": "https://app.example/cancelled", "client_reference_id": "1", "client_secret": null, "collected_information": null, "consent": null, "consent_collection": null, "created": 1795821997, "currency": "usd", "currency_conversion": null, "custom_fields": [], "custom_text": {"after_submit": null, "shipping_address": null, "submit": null, "terms_of_service_acceptance": null}, "customer": "cus_vvciYpTnpHToBh", "customer_account": null, "customer_creation": null, "customer_details": {"address": null, "business_name": null, "email": "user0@example.com", "individual_name": null, "name": "Mark Brown", "phone": null, "tax_exempt": "none", "tax_ids": null}, "customer_email": null, "discounts": [], "expires_at": 1795908397, "id": "cs_test_CtUPb56z9hsMLHby3313FMjrXQedfzIWSIW8Hp5B", "integration_identifier": null, "invoice": "in_9bjwrn7r8VdZTfDC4KUkTcAT", "invoice_creation": null, "livemode": false, "locale": null, "managed_payments": null, "metadata": {"user_id": "1", "plan": "pro"}, "mode": "subscription", "object": "checkout.session", "optional_items": null, "origin_context": null, "payment_intent": null, "payment_link": null, "payment_method_collection": "always", "payment_method_configuration_details": null, "payment_method_options": {}, "payment_method_types": ["card"], "payment_status": "paid", "permissions": null, "recovered_from": null, "saved_payment_method_options": null, "setup_intent": null, "shipping_address_collection": null, "shipping_cost": null, "shipping_options": [], "status": "complete", "submit_type": null, "subscription": "sub_uIa4xY1fy3yPpEPgu8iMs9qB", "success_url": "https://app.example/success?session_id={CHECKOUT_SESSION_ID}", "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0}, "ui_mode": "hosted_page", "url": null, "wallet_options": null, "phone_number_collection": {"enabled": false}}}, "id": "evt_2T7hZyOwSfBT7U3PsF7yetDv", "livemode": false, "object": "event", "pending_webhooks": 0, "request": {"id": "req_W1Ciw65cbILIRW", "idempotency_key": null}, "type": "checkout.session.completed"}', true, true, '', '', '2.11.0', '2026-11-27 23:26:40.069794+00', '2026-11-27 23:26:40.270379+00', 'evt_2T7hZyOwSfBT7U3PsF7yetDv', NULL, 'we_from_environment'),
	(5, '127.0.0.1', '{"Cookie": "", "Content-Type": "application/json", "Content-Length": "952", "Stripe-Signature": "t=1795822000,v1=cef23138de5696f43a68537427ba7ccb918f509c2994eea6e54f1e9a24ab4aa0"}', '{"api_version": "2026-05-27.dahlia", "created": 1795822000, "data": {"object": {"address": null, "cash_balance": null, "created": 1795822000, "currency": null, "customer_account": null, "default_source": null, "delinquent": false, "description": null, "discount": null, "email": "user3@example.com", "id": "cus_zb0sT6HZAEOX3d", "invoice_prefix": "HZAEOX3D", "livemode": false, "name": "Ronald Sanchez", "object": "customer", "phone": null, "preferred_locales": [], "shipping": null, "tax_exempt": "none", "test_clock": null, "metadata": {"user_id": "4"}, "balance": 0, "next_invoice_sequence": 1, "invoice_settings": {"custom_fields": null, "default_payment_method": null, "footer": null, "rendering_options": null}}}, "id": "evt_r9AbW9q89hhU7HzDzmTHHb9g", "livemode": false, "object": "event", "pending_webhooks": 0, "request": {"id": "req_yz0cau8gfcwrua", "idempotency_key": "customer:4:5379b0a764f4e41b05b8e23bc958cb03"}, "type": "customer.created"}', true, true, '', '', '2.11.0', '2026-11-27 23:26:40.498028+00', '2026-11-27 23:26:40.842875+00', 'evt_r9AbW9q89hhU7HzDzmTHHb9g', NULL, 'we_from_environment'),
	(6, '127.0.0.1', '{"Cookie": "", "Content-Type": "application/json", "Content-Length": "2612", "Stripe-Signature": "t=1795822000,v1=d8a4556842cb6c742cd3e546fd42a03624b9a18a5fecf7cc4a696fe28a36f3bf"}', '{"api_version": "2026-05-27.dahlia", "created": 1795822000, "data": {"object": {"adaptive_pricing": {"enabled": false}, "after_expiration": null, "allow_promotion_codes": null, "amount_subtotal": 499, "amount_total": 499, "automatic_tax": {"enabled": false, "liability": null, "provider": null, "status": null}, "billing_address_collection": null, "cancel_url": "https://app.example/cancelled", "client_reference_id": "4", "client_secret": null, "collected_information": null, "consent": null, "consent_collection": null, "created": 1795822000, "currency": "usd", "currency_conversion": null, "custom_fields": [], "custom_text": {"after_submit": null, "shipping_address": null, "submit": null, "terms_of_service_acceptance": null}, "customer": "cus_zb0sT6HZAEOX3d", "customer_account": null, "customer_creation": null, "customer_details": {"address": null, "business_name": null, "email": "user3@example.com", "individual_name": null, "name": "Ronald Sanchez", "phone": null, "tax_exempt": "none", "tax_ids": null}, "customer_email": null, "discounts": [], "expires_at": 1795908400, "id": "cs_test_OLj0J6AXh2IIGjsN69VYQ2hApzjkYHrb1sQEna9O", "integration_identifier": null, "invoice": null, "invoice_creation": {"enabled": false, "invoice_data": {"account_tax_ids": null, "custom_fields": null, "description": null, "footer": null, "issuer": null, "rendering_options": null, "metadata": {}}}, "livemode": false, "locale": null, "managed_payments": null, "metadata": {"user_id": "4", "pack": "pack-500"}, "mode": "payment", "object": "checkout.session", "optional_items": null, "origin_context": null, "payment_intent": "pi_jkt6YWkPnfi4IozIJgm8JLWo", "payment_link": null, "payment_method_collection": "if_required", "payment_method_configuration_details": null, "payment_method_options": {}, "payment_method_types": ["card"], "payment_status": "paid", "permissions": null, "recovered_from": null, "saved_payment_method_options": null, "setup_intent": null, "shipping_address_collection": null, "shipping_cost": null, "shipping_options": [], "status": "complete", "submit_type": null, "subscription": null, "success_url": "https://app.example/success?session_id={CHECKOUT_SESSION_ID}", "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0}, "ui_mode": "hosted_page", "url": null, "wallet_options": null, "phone_number_collection": {"enabled": false}}}, "id": "evt_t0ClzuhmzKkRgpLnTSTBBnLp", "livemode": false, "object": "event", "pending_webhooks": 0, "request": {"id": "req_P3gLKi8fJ9Web6", "idempotency_key": "ae6f21ac-1990-a241-310b-8fd59c2da6de"}, "type": "checkout.session.completed"}', true, true, '', '', '2.11.0', '2026-11-27 23:26:40.869829+00', '2026-11-27 23:26:41.274919+00', 'evt_t0ClzuhmzKkRgpLnTSTBBnLp', NULL, 'we_from_environment'),
	(7, '127.0.0.1', '{"Cookie": "", "Content-Type": "application/json", "Content-Length": "2145", "Stripe-Signature": "t=1795822001,v1=0a05f9c16fa70dd2faf7c2a16c9259a064b354fa4015c7f777cb78c2fdee964b"}', '{"api_version": "2026-05-27.dahlia", "created": 1795822001, "data": {"object": {"amount": 499, "amount_captured": 499, "amount_refunded": 100, "application": null, "application_fee": null, "application_fee_amount": null, "balance_transaction": "txn_gILQdhgbOeClxHOqMD5NXwHO", "billing_details": {"address": {"city": null, "country": null, "line1": null, "line2": null, "postal_code": null, "state": null}, "email": null, "name": null, "phone": null, "tax_id": null}, "calculated_statement_descriptor": null, "captured": true, "created": 1795822000, "currency": "usd", "customer": "cus_zb0sT6HZAEOX3d", "description": null, "disputed": false, "failure_balance_transaction": null, "failure_code": null, "failure_message": null, "fraud_details": {}, "id": "ch_aArhjr2ziDPfHVcr8V2A9ssQ", "livemode": false, "metadata": {"user_id": "4", "pack": "pack-500"}, "object": "charge", "on_behalf_of": null, "outcome": {"advice_code": null, "network_advice_code": null, "network_decline_code": null, "network_status": "approved_by_network", "reason": null, "seller_message": "Payment complete.", "type": "authorized", "risk_level": "normal", "risk_score": 20}, "paid": true, "payment_intent": "pi_jkt6YWkPnfi4IozIJgm8JLWo", "payment_method": "pm_tlKgYaKlmpwGAwnPiL5NNx1P", "payment_method_details": {"type": "card", "card": {"amount_authorized": null, "installments": null, "mandate": null, "network_token": null, "three_d_secure": null, "brand": "visa", "country": "US", "exp_month": 12, "exp_year": 2040, "fingerprint": "Sandbox42424242", "funding": "credit", "last4": "4242", "regulated_status": "unregulated", "network": "visa"}}, "receipt_email": null, "receipt_number": null, "receipt_url": null, "refunded": false, "review": null, "shipping": null, "source_transfer": null, "statement_descriptor": null, "statement_descriptor_suffix": null, "status": "succeeded", "transfer_data": null, "transfer_group": null}, "previous_attributes": {"amount_refunded": 0}}, "id": "evt_MN0j3gLmiekokv8U5NFVZIi1", "livemode": false, "object": "event", "pending_webhooks": 0, "request": {"id": "req_xA4BXkwBhPfpvT", "idempotency_key": null}, "type": "charge.refunded"}', true, true, '', '', '2.11.0', '2026-11-27 23:26:41.344906+00', '2026-11-27 23:26:41.813059+00', 'evt_MN0j3gLmiekokv8U5NFVZIi1', NULL, 'we_from_environment');


INSERT INTO public.jobs_job VALUES
	('b1f5886d-d09f-4f3e-ac65-e835becb13ba', 'f710d28f-7471-4347-945d-533a3f240be7', 'evaluate_answer', 'queued', '{"questionId": "58a42f37-865f-4f9b-aea3-c2b4acd53a11", "userAnswer": "x"}', 0, '[]', NULL, NULL, NULL, 0, 1, '2026-11-27 23:26:49.188733+00', NULL, NULL, '2026-11-27 23:36:49.188733+00', 5);


INSERT INTO public.jobs_scheduledcommand VALUES
	('process_due_credits', '2026-11-27 23:26:49.263846+00', '2026-11-27 23:26:49.263846+00', '2026-11-27 23:26:49.363251+00', '2026-11-27 23:26:49.363251+00', '', NULL);


INSERT INTO public.procrastinate_events VALUES
	(1, 1, 'deferred', '2026-11-27 23:26:49.192351+00');


INSERT INTO public.procrastinate_jobs VALUES
	(1, 'paid', 'jobs.run_job', NULL, '{"job_id": "b1f5886d-d09f-4f3e-ac65-e835becb13ba"}', 'todo', NULL, 0, NULL, 0, false, NULL);


INSERT INTO public.procrastinate_periodic_defers VALUES
	(1, 'x', NULL, NULL, '');


INSERT INTO public.procrastinate_workers OVERRIDING SYSTEM VALUE VALUES
	(1, '2026-11-27 23:26:50.223261+00');


INSERT INTO public.token_blacklist_blacklistedtoken VALUES
	(1, '2026-11-27 23:26:49.416222+00', 2);


INSERT INTO public.token_blacklist_outstandingtoken VALUES
	(1, 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ0b2tlbl90eXBlIjoicmVmcmVzaCIsImV4cCI6MTc5ODQxNDAwMSwiaWF0IjoxNzk1ODIyMDAxLCJqdGkiOiI1ODI5ZDMyMWQ5ZjM0MThhYjVkNmM0ZmU0YzZlMmJmZiIsInVzZXJfaWQiOiI1IiwiaGFzaF9wYXNzd29yZCI6IjgzMzJEQjIxOUMxRkRCMzY2Mjc5RkRFQUZCODg4MDYwIn0.tuLxUidl7vVvSnfLsgwZ3SWaxlt4_RBA1aP5tXuJKBI', '2026-11-27 23:26:41.828531+00', '2026-12-27 23:26:41+00', 5, '5829d321d9f3418ab5d6c4fe4c6e2bff'),
	(2, 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ0b2tlbl90eXBlIjoicmVmcmVzaCIsImV4cCI6MTc5ODQxNDAwOSwiaWF0IjoxNzk1ODIyMDA5LCJqdGkiOiI2YThlYTI1MTRkMmQ0NmE0YThkNTUzNzJkZGIwMDNjMyIsInVzZXJfaWQiOiIxIiwiaGFzaF9wYXNzd29yZCI6IjUyM0U2OTBGOEZFNzlCQzQ0QzExRDhFMzEzNThGRTFBIn0.tATPFHATWeC9zN2l0am5X-yT8QuK7e_Usi7q0p-JaFE', '2026-11-27 23:26:49.37231+00', '2026-12-27 23:26:49+00', 1, '6a8ea2514d2d46a4a8d55372ddb003c3');


SELECT pg_catalog.setval('public.accounts_user_groups_id_seq', 1, true);


SELECT pg_catalog.setval('public.accounts_user_id_seq', 5, true);


SELECT pg_catalog.setval('public.accounts_user_user_permissions_id_seq', 1, true);


SELECT pg_catalog.setval('public.ai_modelcallrecord_id_seq', 27, true);


SELECT pg_catalog.setval('public.auth_group_id_seq', 1, true);


SELECT pg_catalog.setval('public.auth_group_permissions_id_seq', 2, true);


SELECT pg_catalog.setval('public.auth_permission_id_seq', 339, true);


SELECT pg_catalog.setval('public.billing_creditpack_id_seq', 1, true);


SELECT pg_catalog.setval('public.billing_payment_id_seq', 2, true);


SELECT pg_catalog.setval('public.billing_plan_id_seq', 2, true);


SELECT pg_catalog.setval('public.credits_actionprice_id_seq', 1, true);


SELECT pg_catalog.setval('public.credits_aicreditlog_id_seq', 41, true);


SELECT pg_catalog.setval('public.credits_creditconsumption_id_seq', 28, true);


SELECT pg_catalog.setval('public.credits_creditgrant_id_seq', 11, true);


SELECT pg_catalog.setval('public.django_admin_log_id_seq', 1, true);


SELECT pg_catalog.setval('public.django_content_type_id_seq', 85, true);


SELECT pg_catalog.setval('public.django_migrations_id_seq', 86, true);


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


SELECT pg_catalog.setval('public.djstripe_customer_djstripe_id_seq', 2, true);


SELECT pg_catalog.setval('public.djstripe_discount_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_dispute_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_djstripeinvoicedefaulttaxrate_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_djstripeinvoiceitemtaxrate_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_djstripesubscriptionitemtaxrate_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_earlyfraudwarning_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_event_djstripe_id_seq', 7, true);


SELECT pg_catalog.setval('public.djstripe_feature_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_file_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_filelink_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_invoice_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_invoiceitem_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_issuing_authorization_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_issuing_card_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_issuing_cardholder_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_issuing_dispute_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_issuing_transaction_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_lineitem_djstripe_id_seq', 1, true);


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


SELECT pg_catalog.setval('public.djstripe_session_djstripe_id_seq', 2, true);


SELECT pg_catalog.setval('public.djstripe_setupintent_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_shippingrate_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_source_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_sourcetransaction_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_subscription_djstripe_id_seq', 1, true);


SELECT pg_catalog.setval('public.djstripe_subscriptionitem_djstripe_id_seq', 1, true);


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


SELECT pg_catalog.setval('public.djstripe_webhookeventtrigger_id_seq', 7, true);


SELECT pg_catalog.setval('public.procrastinate_events_id_seq', 1, true);


SELECT pg_catalog.setval('public.procrastinate_jobs_id_seq', 1, true);


SELECT pg_catalog.setval('public.procrastinate_periodic_defers_id_seq', 1, true);


SELECT pg_catalog.setval('public.procrastinate_workers_id_seq', 1, true);


SELECT pg_catalog.setval('public.token_blacklist_blacklistedtoken_id_seq', 1, true);


SELECT pg_catalog.setval('public.token_blacklist_outstandingtoken_id_seq', 2, true);


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


ALTER TABLE ONLY public.billing_creditpack
    ADD CONSTRAINT billing_creditpack_stripe_price_id_key UNIQUE (stripe_price_id);


ALTER TABLE ONLY public.billing_payment
    ADD CONSTRAINT billing_payment_payment_intent_id_key UNIQUE (payment_intent_id);


ALTER TABLE ONLY public.billing_payment
    ADD CONSTRAINT billing_payment_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.billing_payment
    ADD CONSTRAINT billing_payment_stripe_id_key UNIQUE (stripe_id);


ALTER TABLE ONLY public.billing_plan
    ADD CONSTRAINT billing_plan_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.billing_plan
    ADD CONSTRAINT billing_plan_slug_key UNIQUE (slug);


ALTER TABLE ONLY public.billing_plan
    ADD CONSTRAINT billing_plan_stripe_price_id_key UNIQUE (stripe_price_id);


ALTER TABLE ONLY public.credits_actionprice
    ADD CONSTRAINT credits_actionprice_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.credits_aicreditlog
    ADD CONSTRAINT credits_aicreditlog_one_entry_per_cause UNIQUE (user_id, idempotency_key);


ALTER TABLE ONLY public.credits_aicreditlog
    ADD CONSTRAINT credits_aicreditlog_pkey PRIMARY KEY (id);


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


ALTER TABLE ONLY public.token_blacklist_blacklistedtoken
    ADD CONSTRAINT token_blacklist_blacklistedtoken_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.token_blacklist_blacklistedtoken
    ADD CONSTRAINT token_blacklist_blacklistedtoken_token_id_key UNIQUE (token_id);


ALTER TABLE ONLY public.token_blacklist_outstandingtoken
    ADD CONSTRAINT token_blacklist_outstandingtoken_jti_hex_d9bdf6f7_uniq UNIQUE (jti);


ALTER TABLE ONLY public.token_blacklist_outstandingtoken
    ADD CONSTRAINT token_blacklist_outstandingtoken_pkey PRIMARY KEY (id);


CREATE INDEX accounts_user_credits_due_at_d1965626 ON public.accounts_user USING btree (credits_due_at);


CREATE INDEX accounts_user_email_b2644a56_like ON public.accounts_user USING btree (email varchar_pattern_ops);


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


CREATE INDEX billing_creditpack_stripe_price_id_9a5acb5e_like ON public.billing_creditpack USING btree (stripe_price_id varchar_pattern_ops);


CREATE INDEX billing_payment_instalment_due ON public.billing_payment USING btree (next_instalment_at) WHERE (next_instalment_at IS NOT NULL);


CREATE INDEX billing_payment_pack_id_4a0fedf0 ON public.billing_payment USING btree (pack_id);


CREATE INDEX billing_payment_payment_intent_id_d886d68f_like ON public.billing_payment USING btree (payment_intent_id varchar_pattern_ops);


CREATE INDEX billing_payment_plan_id_29e11642 ON public.billing_payment USING btree (plan_id);


CREATE INDEX billing_payment_stripe_id_bfe94caa_like ON public.billing_payment USING btree (stripe_id varchar_pattern_ops);


CREATE INDEX billing_payment_ungranted ON public.billing_payment USING btree (paid_at) WHERE (credits IS NULL);


CREATE INDEX billing_payment_user_id_a21ad6ba ON public.billing_payment USING btree (user_id);


CREATE INDEX billing_plan_slug_bcbf3b72_like ON public.billing_plan USING btree (slug varchar_pattern_ops);


CREATE INDEX billing_plan_stripe_price_id_4f6b2400_like ON public.billing_plan USING btree (stripe_price_id varchar_pattern_ops);


CREATE INDEX credits_consumption_order ON public.credits_creditgrant USING btree (user_id, expires_at, id) WHERE is_open;


CREATE INDEX credits_creditconsumption_entry_id_4dc7044f ON public.credits_creditconsumption USING btree (entry_id);


CREATE INDEX credits_creditgrant_entry_id_79fe3375 ON public.credits_creditgrant USING btree (entry_id);


CREATE INDEX credits_hold_answered ON public.credits_credithold USING btree (closed_at) WHERE (response_status IS NOT NULL);


CREATE INDEX credits_hold_due ON public.credits_credithold USING btree (user_id, expires_at) WHERE ((state)::text = 'held'::text);


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


CREATE INDEX procrastinate_events_job_id_fkey_v1 ON public.procrastinate_events USING btree (job_id);


CREATE INDEX procrastinate_jobs_id_lock_idx_v1 ON public.procrastinate_jobs USING btree (id, lock) WHERE (status = ANY (ARRAY['todo'::public.procrastinate_job_status, 'doing'::public.procrastinate_job_status]));


CREATE UNIQUE INDEX procrastinate_jobs_lock_idx_v1 ON public.procrastinate_jobs USING btree (lock) WHERE (status = 'doing'::public.procrastinate_job_status);


CREATE INDEX procrastinate_jobs_priority_idx_v1 ON public.procrastinate_jobs USING btree (priority DESC, id) WHERE (status = 'todo'::public.procrastinate_job_status);


CREATE INDEX procrastinate_jobs_queue_name_idx_v1 ON public.procrastinate_jobs USING btree (queue_name);


CREATE UNIQUE INDEX procrastinate_jobs_queueing_lock_idx_v1 ON public.procrastinate_jobs USING btree (queueing_lock) WHERE (status = 'todo'::public.procrastinate_job_status);


CREATE INDEX procrastinate_periodic_defers_job_id_fkey_v1 ON public.procrastinate_periodic_defers USING btree (job_id);


CREATE INDEX token_blacklist_outstandingtoken_jti_hex_d9bdf6f7_like ON public.token_blacklist_outstandingtoken USING btree (jti varchar_pattern_ops);


CREATE INDEX token_blacklist_outstandingtoken_user_id_83bc629a ON public.token_blacklist_outstandingtoken USING btree (user_id);


CREATE TRIGGER credits_account_opened AFTER INSERT ON public.accounts_user FOR EACH ROW EXECUTE FUNCTION public.credits_open_account();


CREATE TRIGGER credits_balance_checked AFTER UPDATE OF ai_credits, ai_credits_held ON public.accounts_user FOR EACH ROW WHEN (((old.ai_credits + old.ai_credits_held) IS DISTINCT FROM (new.ai_credits + new.ai_credits_held))) EXECUTE FUNCTION public.credits_check_balance();


CREATE TRIGGER credits_entry_checked AFTER INSERT ON public.credits_aicreditlog FOR EACH ROW EXECUTE FUNCTION public.credits_check_entry();


CREATE TRIGGER credits_ledger_append_only BEFORE DELETE OR UPDATE ON public.credits_aicreditlog FOR EACH ROW EXECUTE FUNCTION public.credits_refuse_change();


CREATE TRIGGER credits_price_append_only BEFORE DELETE OR UPDATE ON public.credits_actionprice FOR EACH ROW EXECUTE FUNCTION public.credits_refuse_price_change();


CREATE TRIGGER procrastinate_jobs_notify_queue_job_aborted_v1 AFTER UPDATE OF abort_requested ON public.procrastinate_jobs FOR EACH ROW WHEN (((old.abort_requested = false) AND (new.abort_requested = true) AND (new.status = 'doing'::public.procrastinate_job_status))) EXECUTE FUNCTION public.procrastinate_notify_queue_abort_job_v1();


CREATE TRIGGER procrastinate_jobs_notify_queue_job_inserted_v1 AFTER INSERT ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.status = 'todo'::public.procrastinate_job_status)) EXECUTE FUNCTION public.procrastinate_notify_queue_job_inserted_v1();


CREATE TRIGGER procrastinate_trigger_abort_requested_events_v1 AFTER UPDATE OF abort_requested ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.abort_requested = true)) EXECUTE FUNCTION public.procrastinate_trigger_abort_requested_events_procedure_v1();


CREATE TRIGGER procrastinate_trigger_delete_jobs_v1 BEFORE DELETE ON public.procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION public.procrastinate_unlink_periodic_defers_v1();


CREATE TRIGGER procrastinate_trigger_scheduled_events_v1 AFTER INSERT OR UPDATE ON public.procrastinate_jobs FOR EACH ROW WHEN (((new.scheduled_at IS NOT NULL) AND (new.status = 'todo'::public.procrastinate_job_status))) EXECUTE FUNCTION public.procrastinate_trigger_function_scheduled_events_v1();


CREATE TRIGGER procrastinate_trigger_status_events_insert_v1 AFTER INSERT ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.status = 'todo'::public.procrastinate_job_status)) EXECUTE FUNCTION public.procrastinate_trigger_function_status_events_insert_v1();


CREATE TRIGGER procrastinate_trigger_status_events_update_v1 AFTER UPDATE OF status ON public.procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION public.procrastinate_trigger_function_status_events_update_v1();


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


ALTER TABLE ONLY public.billing_payment
    ADD CONSTRAINT billing_payment_pack_id_4a0fedf0_fk_billing_creditpack_id FOREIGN KEY (pack_id) REFERENCES public.billing_creditpack(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.billing_payment
    ADD CONSTRAINT billing_payment_plan_id_29e11642_fk_billing_plan_id FOREIGN KEY (plan_id) REFERENCES public.billing_plan(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.billing_payment
    ADD CONSTRAINT billing_payment_user_id_a21ad6ba_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.credits_actionprice
    ADD CONSTRAINT credits_actionprice_created_by_id_fc01861f_fk_accounts_user_id FOREIGN KEY (created_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.credits_aicreditlog
    ADD CONSTRAINT credits_aicreditlog_actor_id_5abd888f_fk_accounts_user_id FOREIGN KEY (actor_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.credits_aicreditlog
    ADD CONSTRAINT credits_aicreditlog_user_id_af862ef4_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


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


ALTER TABLE ONLY public.procrastinate_events
    ADD CONSTRAINT procrastinate_events_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.procrastinate_jobs(id) ON DELETE CASCADE;


ALTER TABLE ONLY public.procrastinate_jobs
    ADD CONSTRAINT procrastinate_jobs_worker_id_fkey FOREIGN KEY (worker_id) REFERENCES public.procrastinate_workers(id) ON DELETE SET NULL;


ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.procrastinate_jobs(id);


ALTER TABLE ONLY public.token_blacklist_blacklistedtoken
    ADD CONSTRAINT token_blacklist_blacklistedtoken_token_id_3cc7fe56_fk FOREIGN KEY (token_id) REFERENCES public.token_blacklist_outstandingtoken(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.token_blacklist_outstandingtoken
    ADD CONSTRAINT token_blacklist_outs_user_id_83bc629a_fk_accounts_ FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
