-- Refuse writes that would make the ledger inconsistent. credits/migration_operations.py lists the rules.

create function credits_refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'credits_ledger_append_only: entry % of the ledger is immutable', old.id
        using errcode = 'check_violation';
end $$;

create trigger credits_ledger_append_only
    before update or delete on {ledger} for each row execute function credits_refuse_change();

create function credits_check_entry() returns trigger language plpgsql
set enable_seqscan = off as $$
declare
    last_id bigint;
    before_it bigint;
    balance bigint;
begin
    select id, balance_after into last_id, before_it from (
        select user_id, id, balance_after from {ledger}
        where user_id <= new.user_id and id <> new.id order by user_id desc, id desc limit 1
    ) neighbour where user_id = new.user_id;
    -- An old id would insert an entry between existing ones, and create credits.
    if last_id > new.id or coalesce(before_it, 0) + new.amount <> new.balance_after then
        raise exception 'credits_ledger_continuous: % after % cannot leave %',
            new.amount, coalesce(before_it, 0), new.balance_after using errcode = 'check_violation';
    end if;
    select ai_credits + ai_credits_held into balance from {users} where {pk} = new.user_id;
    if balance is distinct from new.balance_after then
        raise exception 'credits_ledger_entry_needs_balance: the entry leaves %, the user holds %',
            new.balance_after, balance using errcode = 'check_violation';
    end if;
    return null;
end $$;

create trigger credits_entry_checked
    after insert on {ledger} for each row execute function credits_check_entry();

create function credits_check_balance() returns trigger language plpgsql
set enable_seqscan = off as $$
declare
    last_balance bigint;
begin
    select balance_after into last_balance from (
        select user_id, balance_after from {ledger}
        where user_id <= new.{pk} order by user_id desc, id desc limit 1
    ) neighbour where user_id = new.{pk};
    if last_balance is distinct from new.ai_credits + new.ai_credits_held then
        raise exception 'credits_ledger_balance_needs_entry: user % would hold %, the ledger says %',
            new.{pk}, new.ai_credits + new.ai_credits_held, last_balance using errcode = 'check_violation';
    end if;
    return null;
end $$;

create trigger credits_balance_checked
    after update of ai_credits, ai_credits_held on {users} for each row
    when (old.ai_credits + old.ai_credits_held is distinct from new.ai_credits + new.ai_credits_held)
    execute function credits_check_balance();
