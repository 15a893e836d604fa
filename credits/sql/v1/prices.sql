-- Refuse a changed price.

create function credits_refuse_price_change() returns trigger language plpgsql as $$
begin
    raise exception 'credits_price_append_only: price % is immutable; add another', old.id
        using errcode = 'check_violation';
end $$;

create trigger credits_price_append_only
    before update or delete on {prices} for each row execute function credits_refuse_price_change();
