-- Collect the claims of clawbacks from the credits that holds return.

-- Keep the sum of a user's open claims on the user's row. A constraint there keeps it within the held credits.
create function credits_count_claims() returns trigger language plpgsql set enable_seqscan = off as $$
begin
    update {users} u set ai_credits_claimed = (
        select coalesce(sum(c.open_amount), 0) from {claims} c where c.user_id = u.{pk} and c.open_amount > 0
    )
    where u.{pk} in (new.user_id, old.user_id);
    return null;
end $$;

create trigger credits_claims_counted
    after insert or update or delete on {claims} for each row execute function credits_count_claims();

-- Pay open claims from the credits that closed holds are about to return, and write off the claims that the
-- remaining held credits no longer cover. The callers are credits_release and credits_capture. They have locked the
-- user, closed the holds and freed their grants, but the user's row still counts the credits as held. So the
-- credits leave the balance without ever being available.
--
-- `p_returned` are the returned credits of each of `p_grant_ids`, and `p_held_after` the credits of other holds.
-- The oldest claim is paid first, from the grants of its own payment first, then in consumption order. The newest
-- claim is written off first. Returns the collected credits, and the written-off credits by the id of the claim.
create function credits_collect(
    p_user_id {pk_type},
    p_hold_id uuid,
    p_grant_ids bigint[],
    p_returned bigint[],
    p_held_after bigint,
    p_now timestamptz,
    out collected bigint,
    out written_off jsonb
) language plpgsql set enable_seqscan = off as $$
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
        from unnest(p_grant_ids, p_returned) as r(grant_id, amount) join {grants} g on g.id = r.grant_id
        where r.amount > 0 group by g.id order by g.expires_at asc nulls last, g.id
    ) returned;

    for claim in
        select c.id, c.open_amount, c.collected_amount, c.entry_id, e.action_type, e.reference_type, e.reference_id
        from {claims} c join {ledger} e on e.id = c.entry_id
        where c.user_id = p_user_id and c.open_amount > 0 order by c.id
    loop
        exit when rest = 0;
        part := least(claim.open_amount, rest);
        rest := rest - part;
        collected := collected + part;
        update {claims} set open_amount = open_amount - part, collected_amount = collected_amount + part
        where id = claim.id;
        -- The amount collected so far makes the key of each collection of a claim unique.
        with entry as (
            insert into {ledger} (user_id, kind, action_type, amount, balance_after, idempotency_key,
                                  reference_type, reference_id, reason, metadata, created_at)
            select p_user_id, 'clawback', claim.action_type, -part, u.ai_credits + u.ai_credits_held - part,
                   'claim:' || claim.id || ':' || claim.collected_amount,
                   claim.reference_type, claim.reference_id, '',
                   jsonb_strip_nulls(jsonb_build_object('clawback', claim.entry_id, 'hold', p_hold_id)), p_now
            from {users} u where u.{pk} = p_user_id
            returning id
        )
        update {users} u set ai_credits_held = u.ai_credits_held - part from entry where u.{pk} = p_user_id
            returning entry.id into collection;
        for n in
            select i from generate_subscripts(ids, 1) i
            join {grants} g on g.id = ids[i] join {ledger} e on e.id = g.entry_id
            order by (claim.reference_id <> '' and e.reference_id = claim.reference_id
                      and e.reference_type = claim.reference_type) desc, i
        loop
            taken := least(part, parts[n]);
            if taken > 0 then
                part := part - taken;
                parts[n] := parts[n] - taken;
                update {grants} set remaining = remaining - taken where id = ids[n];
                insert into {consumptions} (entry_id, grant_id, amount) values (collection, ids[n], taken);
            end if;
        end loop;
    end loop;

    select coalesce(sum(open_amount), 0) - p_held_after into surplus
    from {claims} where user_id = p_user_id and open_amount > 0;
    for claim in
        select id, open_amount from {claims} where user_id = p_user_id and open_amount > 0 order by id desc
    loop
        exit when surplus <= 0;
        part := least(claim.open_amount, surplus);
        surplus := surplus - part;
        update {claims} set open_amount = open_amount - part, written_off_amount = written_off_amount + part
        where id = claim.id;
        written_off := coalesce(written_off, '{{}}') || jsonb_build_object(claim.id, part);
    end loop;
end $$;
