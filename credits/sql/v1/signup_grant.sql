-- Give each new user an entry and a grant for the balance in their row, even if it is 0.
--
-- Only this trigger reads the database's clock, because SQL that inserts a row may pass no time.
create function credits_open_account() returns trigger language plpgsql as $$
declare
    opening bigint;
begin
    if new.ai_credits_held <> 0 then
        raise exception 'credits_ledger_new_holder_holds_none: % credits held by a new user',
            new.ai_credits_held using errcode = 'check_violation';
    end if;
    insert into {ledger} (user_id, kind, action_type, amount, balance_after, idempotency_key,
                          reference_type, reference_id, reason, metadata, created_at)
    values (new.{pk}, 'grant', 'signup', new.ai_credits, new.ai_credits, 'signup',
            '', '', '', '{{}}', clock_timestamp())
    returning id into opening;
    insert into {grants} (user_id, entry_id, pool, amount, remaining, reserved)
    values (new.{pk}, opening, '', new.ai_credits, new.ai_credits, 0);
    return null;
end $$;

create trigger credits_account_opened
    after insert on {users} for each row execute function credits_open_account();
