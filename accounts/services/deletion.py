"""Delete an account: erase its personal data and keep what accounting needs.

One transaction erases the data in this database. The customer in Stripe is deleted later, by the queue:
`billing.services.customer_deletions`. `accounts/personal_data.py` says what happens to each model.

Lock order: customers → jobs → user. The user's row gets the full lock at once (FOR UPDATE, as for a change of
a unique column), before any weaker lock. A paid request that stores its result has a shared lock on that row,
so to strengthen a weaker lock later could end in a deadlock.
"""

import uuid
from collections.abc import Iterable
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from accounts.exceptions import AccountBusy, StaffAccount, WrongPassword
from accounts.models import ApiKey, User
from accounts.personal_data import RULES, Erasure
from accounts.services.former_mailboxes import remember_mailbox
from accounts.services.passwords import require_password
from accounts.services.second_factor import forget_second_factor
from accounts.services.sessions import revoke_sessions
from billing import services as billing
from billing.exceptions import StripeBusy
from credits import services as ledger
from credits.exceptions import AccountBlocked
from jobs import queue
from jobs import services as jobs
from limits import counter

ATTEMPTS = 5
KEY = "account:deleted"  # of the entry that writes the credits off


class _Changed(Exception):
    """A customer or a job was added after the others were locked."""


def delete_own_account(*, user: User, password: str) -> None:
    """Delete the account of a user who has entered the password.

    Raises WrongPassword, and what `erase_account` raises.
    """
    require_password(user=user, password=password)
    if user.blocked_at:  # or a blocked user could start again with a new account
        raise AccountBlocked
    erase_account(user_id=user.pk, password_hash=user.password)


def erase_account(*, user_id: Any, password_hash: str = "") -> bool:
    """Erase the account. Return False if it was erased before. Raises WrongPassword if the hash is another one.

    Jobs are cancelled and holds released, so that work in progress costs nothing and stores nothing. Unspent
    credits are written off. Raises StaffAccount, and AccountBusy while an event of the customer is processed, or
    if requests keep starting new work.
    """
    for _ in range(ATTEMPTS):
        try:
            with transaction.atomic():
                return _erase(user_id, password_hash)
        except _Changed:
            continue
        except StripeBusy:
            break
    raise AccountBusy


def _erase(user_id: Any, password_hash: str) -> bool:
    now = timezone.now()
    customer_ids = billing.lock_customers_of(user_id=user_id)
    open_jobs = jobs.lock_open(user_id=user_id)
    user = User.objects.select_for_update(no_key=False).get(pk=user_id)
    if user.billing_closed_at:
        return False
    if password_hash not in {"", user.password}:
        raise WrongPassword  # it was changed meanwhile
    if user.is_staff or user.is_superuser:
        raise StaffAccount
    # Compared without a lock: a customer or a job that is locked after the user could end in a deadlock.
    if billing.customers_of(user_id=user_id) != customer_ids or jobs.list_open(user_id=user_id) != open_jobs:
        raise _Changed
    jobs.cancel_locked(jobs=open_jobs)
    ledger.write_off(user_id=user_id, key=KEY, at=now)
    ledger.forget_requests(user_id=user_id)
    billing.close_billing(user_id=user_id, customer_ids=customer_ids, at=now)
    remember_mailbox(user=user, at=now)
    counter.forget_addresses(account=user.email)
    forget_second_factor(user=user)
    revoke_sessions(user=user)  # in the order in which a request locks them
    _rename_in_history(
        ApiKey, ApiKey.objects.filter(user=user_id).values_list("pk", flat=True), "deleted API key"
    )
    for label, rule in RULES.items():
        if rule.erasure is Erasure.DELETE:
            rule.rows(label, user_id=user_id).delete()
    _erase_user(user)
    if customer_ids:
        queue.enqueue_command("process_due_billing")
    return True


def _erase_user(user: User) -> None:
    # The email is unique, cannot receive mail, and cannot be guessed, so no other account can have it.
    user.email = f"deleted-{uuid.uuid4().hex}@deleted.invalid"
    user.name = ""
    user.set_unusable_password()
    user.is_active, user.last_login = False, None
    user.save(update_fields=["email", "name", "password", "is_active", "last_login"])
    _rename_in_history(User, [user.pk], f"deleted user {user.pk}")


def _rename_in_history(model: type[Model], keys: Iterable[Any], name: str) -> None:
    """Replace the names of objects in the admin's history."""
    entries = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(model))
    entries.filter(object_id__in=[str(key) for key in keys]).update(object_repr=name)
