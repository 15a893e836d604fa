"""The second factor of staff: an authenticator app (TOTP, RFC 6238) and recovery codes.

django-otp stores the device, compares codes, refuses used codes, and doubles the wait after each wrong code. A
thief of the password could make the owner wait by wrong codes. So a few codes an hour are compared during the
wait if they come from an address block at which the owner has entered a right code before.
"""

import logging
import re
from math import ceil

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp.util import random_hex

from accounts.models import RecoveryCode, User
from accounts.models.recovery_codes import hash_of_code, new_code
from accounts.services.sessions import end_admin_sessions
from limits import counter
from limits.rates import Limit

logger = logging.getLogger(__name__)

RECOVERY_CODES = 10
KEY_BYTES = 20  # as RFC 4226 recommends
# The codes from one address block that are compared although the device waits.
DURING_WAIT = Limit(name="second factor", quota=5, seconds=3600, reported=False)
WRONG_CODE = "The code is wrong, or it was used before."


def has_second_factor(user: User) -> bool:
    return bool(TOTPDevice.objects.filter(user=user, confirmed=True).exists())


def new_device(*, user: User, key: str | None = None) -> TOTPDevice:
    """Return an unsaved device, with a new key if none is given."""
    return TOTPDevice(user=user, name="Authenticator app", key=key or random_hex(KEY_BYTES))


def verify_code(*, user: User, code: str, block: str = "") -> TOTPDevice:
    """Use a code of the authenticator app, or a recovery code, once; return the user's device.

    `block` is the client's address block. Raises ValidationError. Wrong codes are counted, so the next attempt
    must wait.
    """
    with transaction.atomic():
        device = TOTPDevice.objects.select_for_update(no_key=True).filter(user=user, confirmed=True).first()
        if device is None:
            raise ValidationError(WRONG_CODE, code="wrong")
        allowed, refusal = device.verify_is_allowed()
        lifted = not allowed and _is_lifted(user, block)
        if (allowed or lifted) and _use(device, code, counts=not lifted):
            return device
        allowed = allowed or lifted
    # Outside of the transaction, so that the failure stays counted.
    logger.warning("A code for the second factor of user %s was refused.", user.pk)
    if allowed:
        raise ValidationError(WRONG_CODE, code="wrong")
    seconds = ceil((refusal["locked_until"] - timezone.now()).total_seconds())
    raise ValidationError(f"Too many wrong codes. Try again in {max(1, seconds)} seconds.", code="throttled")


def _use(device: TOTPDevice, code: str, *, counts: bool) -> bool:
    """Return whether the code is right. The caller has locked the device.

    A wrong code doubles the wait if it `counts`. One that is compared during the wait does not: the wait of other
    addresses would grow to years. The caller has counted it.
    """
    code = code.strip()
    failures, since = device.throttling_failure_count, device.throttling_failure_timestamp
    device.throttling_failure_count = 0  # verify_token() would check the wait again, which may be lifted
    if re.fullmatch(r"[0-9 ]+", code):
        used = device.verify_token(code.replace(" ", ""))
    else:
        used, _ = RecoveryCode.objects.filter(user_id=device.user_id, code_hash=hash_of_code(code)).delete()
    if used:
        device.throttle_reset()
    else:
        device.throttling_failure_count = failures
        if counts:
            device.throttle_increment()
        else:
            device.throttling_failure_timestamp = since
            device.save()
    return bool(used)


def _is_lifted(user: User, block: str) -> bool:
    """Return whether a code from this address block is compared despite the wait, and count it."""
    account = _account(user)
    if not counter.is_known_address(account=account, block=block):
        return False
    return counter.count(limit=DURING_WAIT, subject=f"{account} {block}").granted > 0


def remember_second_factor(*, user: User, block: str) -> None:
    """Remember that the user has entered a right code at this address block."""
    counter.remember_address(account=_account(user), block=block)


def forget_second_factor(*, user: User) -> None:
    """Forget the address blocks at which the user has entered right codes."""
    counter.forget_addresses(account=_account(user))


def _account(user: User) -> str:
    """Return the name for `counter`. Logins with the password have another one: the email address."""
    return f"second factor of {user.pk}"


@transaction.atomic
def set_up_second_factor(*, user: User, key: str, code: str) -> tuple[TOTPDevice, list[str]]:
    """Store a device if `code` proves that the app has its key. Return the device and new recovery codes.

    The codes are stored as hashes, so they can be shown only now. Raises ValidationError if the code is wrong
    or there is a device already.
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # so that two requests store one device
    if has_second_factor(user):
        raise ValidationError("There is a second factor already.", code="exists")
    device = new_device(user=user, key=key)
    device.save()
    if not device.verify_token(code.replace(" ", "")):
        raise ValidationError(WRONG_CODE, code="wrong")  # rolls the device back
    codes = [new_code() for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user=user, code_hash=hash_of_code(recovery_code)) for recovery_code in codes
    )
    return device, codes


@transaction.atomic
def reset_second_factor(*, user: User) -> bool:
    """Delete a user's device and recovery codes, and end the sessions in the admin.

    Otherwise, a stolen session could set up the next second factor. Return whether there was a device.
    """
    end_admin_sessions(user=user)
    forget_second_factor(user=user)
    deleted, _ = TOTPDevice.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()
    return bool(deleted)
