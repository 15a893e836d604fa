-- Count charges against spending limits (credits/spending_limits.py).
--
-- Every caller has locked the user's row, so no other transaction changes the counters in the meantime. A limit
-- applies to a charge if it is for the user as a whole or for the charge's subject.

-- Store on the user's row whether there are any limits, so that charges of a user without limits need no look-up.
create function credits_note_limited() returns trigger language plpgsql set enable_seqscan = off as $$
begin
    update {users} u set credits_limited = exists (select from {limits} l where l.user_id = u.{pk})
    where u.{pk} in (new.user_id, old.user_id);
    return null;
end $$;

create trigger credits_limits_noted
    after insert or delete on {limits} for each row execute function credits_note_limited();

-- Find a limit without room for `p_amount` more credits; of several, find the limit that resets last. A charge of 0
-- credits is within every limit.
--
-- `counted_at` is the time at which the charge counts: `p_now`, unless a charge of a later period has already been
-- counted. The clocks of servers differ, and a charge may wait for the user's lock past midnight. The caller stores
-- `counted_at` as the time of the hold or the entry, so that the row shows the period in which it was counted.
create function credits_find_reached_limit(
    p_user_id {pk_type},
    p_subject text,
    p_amount bigint,
    p_now timestamptz,
    out counted_at timestamptz,
    out reached jsonb
) language plpgsql set enable_seqscan = off as $$
begin
    select greatest(p_now, max(l.period_start)) into counted_at
    from {limits} l where l.user_id = p_user_id and l.subject in ('', p_subject);

    select jsonb_build_object(
        'subject', l.subject, 'period', l.period, 'amount', l.amount, 'period_start', this.start, 'used', this.used
    ) into reached
    from {limits} l
    cross join lateral (
        select date_trunc(l.period, counted_at, 'UTC') as start,
               case when l.period_start = date_trunc(l.period, counted_at, 'UTC') then l.used + l.held else 0 end as used
    ) this
    where l.user_id = p_user_id and l.subject in ('', p_subject)
        and p_amount > 0 and this.used + p_amount > l.amount
    order by l.period desc, l.subject limit 1;
end $$;

-- Change the held and used credits in the period that contains `p_at`, the time of the hold or of the entry. The
-- counters of an earlier period move to this period. Counters of a later period do not change, because the earlier
-- period no longer matters.
--
-- Returns the thresholds, in percent, that `used` has newly reached; null if none.
create function credits_count_against_limits(
    p_user_id {pk_type},
    p_subject text,
    p_at timestamptz,
    p_held bigint,
    p_used bigint,
    out reached jsonb
) language plpgsql set enable_seqscan = off as $$
begin
    with counted as (
        update {limits} l set
            held = p_held + case when l.period_start = this.start then l.held else 0 end,
            used = p_used + case when l.period_start = this.start then l.used else 0 end,
            period_start = this.start
        from (
            select id, date_trunc(period, p_at, 'UTC') as start
            from {limits} where user_id = p_user_id and subject in ('', p_subject)
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
