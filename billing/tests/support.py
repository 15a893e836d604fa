"""Helpers that several test modules share."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from django.db import connection, connections, transaction

from billing import services
from billing.customer_lock import lock_customer
from credits.models import AiCreditLog


def credits_of(user):
    user.refresh_from_db()
    return user.ai_credits


def state_of(user):
    """Return plan, subscription status and credits."""
    user.refresh_from_db()
    return user.plan, user.subscription_status, user.ai_credits


def run_concurrently(*calls):
    """Run each call in a thread and on a connection of its own, all at once, and return the results."""
    barrier = threading.Barrier(len(calls))

    def run(call):
        barrier.wait()
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def form_of(browser, page):
    """Return the values of a page's form and of its prices, as a browser posts them."""
    context = browser.get(page).context
    (prices,) = context["inline_admin_formsets"]
    forms = [context["adminform"].form, prices.formset.management_form, *prices.formset.forms]
    data = {}
    for form in forms:
        for field in form:
            value = field.value()
            if value is not None and value is not False:
                data[field.html_name] = "on" if value is True else value
    return data


def returned(payment):
    payment.refresh_from_db()
    return payment.amount_returned, payment.credits_clawed_back, payment.written_off


def parts(payment):
    return sorted(payment.parts.values_list("amount", "amount_refunded", "amount_disputed"))


def keys(user):
    return list(AiCreditLog.objects.filter(user=user).order_by("id").values_list("idempotency_key", "amount"))


def assert_resync_agrees(user):
    """A resync finds nothing to do."""
    before = credits_of(user)
    assert services.resync_customer(customer_id=user.stripe_customer_id).has_changes is False
    assert credits_of(user) == before


@contextmanager
def lock_held_elsewhere(customer_id, *, seconds=20):
    """Hold a customer's lock on another connection until the block ends, at most `seconds`.

    The value of the block is a function that tells whether the lock is still held.
    """
    locked, done = threading.Event(), threading.Event()

    def hold():
        try:
            with transaction.atomic():
                lock_customer(customer_id)
                locked.set()
                done.wait(timeout=seconds)
        finally:
            connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    try:
        assert locked.wait(timeout=60)
        yield thread.is_alive
    finally:
        done.set()
        thread.join()
