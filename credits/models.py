"""The ledger.

`AiCreditLog` is authoritative: one immutable row for each movement of credits. A user's `ai_credits`
(available) and `ai_credits_held` (reserved) cache its sum:

    ai_credits + ai_credits_held = Σ AiCreditLog.amount        after every commit

A `CreditHold` moves credits from available to held. Its capture posts one `spend`; its release posts nothing.

A `CreditGrant` is the credits that one entry gave, with their expiry. Credits are taken from the grant
that expires first, then from the oldest. A hold reserves grants when it is created. A spend only posts
its entry. `process_due` (credits/services/due_work.py) later takes the spend from grants and records each
part as a `CreditConsumption`. After that:

    Σ CreditGrant.remaining = ai_credits + ai_credits_held
    Σ CreditGrant.reserved  = ai_credits_held = Σ CreditHold.amount where held

A `CreditClaim` (credits/claims.py) is a clawback's claim on held credits. Triggers (ledger_guards.sql in
`credits/sql/`) refuse entries and balances that do not match. `docs/adr/0001` gives the reasons.
"""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Least
from django.db.models.lookups import GreaterThanOrEqual

from credits.claims import CreditClaim  # noqa: F401  (Django looks for an app's models here)
from credits.consumption_order import CONSUMPTION_ORDER
from credits.holders import UserId
from credits.spending_limits import SpendingLimit  # noqa: F401  (as CreditClaim)

MAX_AMOUNT = 10**12  # credits in one movement; keeps every sum within its column
PRICE_NUMBERS = ("base", "per_unit", "per_million_input_tokens", "per_million_output_tokens", "minimum")


class EntryKind(models.TextChoices):
    """The cause of an entry. It determines the sign of the amount, except for adjustments and clawbacks."""

    GRANT = "grant"  # at sign-up, or for a payment
    SPEND = "spend"  # for work
    REFUND = "refund"  # undoes a spend
    ADJUSTMENT = "adjustment"  # by staff, with a reason
    EXPIRY = "expiry"  # unused credits of a grant that expired
    CLAWBACK = "clawback"  # after a refund or dispute; positive if the dispute is won


class AiCreditLogQuerySet(models.QuerySet["AiCreditLog"]):
    def of(self, user_id: UserId) -> "AiCreditLogQuerySet":
        return self.filter(user_id=user_id)

    def spends(self) -> "AiCreditLogQuerySet":
        return self.filter(kind=EntryKind.SPEND)


class AiCreditLog(models.Model):
    """One movement of credits. Append-only: the database refuses UPDATE and DELETE.

    `amount` is signed, in credits. `balance_after` is the previous entry's plus `amount`; it includes
    held credits. `idempotency_key` is unique per user, so that one cause posts at most once.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="ledger_entries", db_index=False
    )
    kind = models.CharField(max_length=16, choices=EntryKind)
    action_type = models.CharField(max_length=64)
    amount = models.BigIntegerField()
    balance_after = models.BigIntegerField()
    idempotency_key = models.CharField(max_length=255)
    reference_type = models.CharField(max_length=64, blank=True, default="")
    reference_id = models.CharField(max_length=255, blank=True, default="")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    reason = models.CharField(max_length=500, blank=True, default="")
    metadata = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField()

    objects = AiCreditLogQuerySet.as_manager()

    class Meta:
        verbose_name = "ledger entry"
        verbose_name_plural = "ledger"
        permissions: ClassVar = [
            ("adjust_credits", "Can adjust a balance and refund a spend"),
            ("adjust_without_limit", "Can adjust a balance by more than CREDIT_ADJUSTMENT_LIMIT"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "idempotency_key"], name="credits_aicreditlog_one_entry_per_cause"
            ),
            models.CheckConstraint(
                condition=Q(balance_after__gte=0), name="credits_aicreditlog_balance_not_negative"
            ),
            models.CheckConstraint(  # no other kind is accepted
                condition=(
                    Q(kind__in=[EntryKind.GRANT, EntryKind.REFUND], amount__gte=0)
                    | Q(kind__in=[EntryKind.SPEND, EntryKind.EXPIRY], amount__lte=0)
                    | Q(kind__in=[EntryKind.ADJUSTMENT, EntryKind.CLAWBACK])
                ),
                name="credits_aicreditlog_sign_follows_kind",
            ),
            models.CheckConstraint(
                condition=~Q(kind=EntryKind.ADJUSTMENT) | (Q(actor__isnull=False) & ~Q(reason="")),
                name="credits_aicreditlog_adjustment_has_actor_and_reason",
            ),
            models.CheckConstraint(
                condition=~Q(idempotency_key=""), name="credits_aicreditlog_key_not_empty"
            ),
        ]
        indexes: ClassVar = [
            # For the pages of the log, newest first, and for the triggers, which read the latest entry.
            models.Index(fields=["user", "id"], name="credits_log_by_user"),
            models.Index(fields=["actor"], condition=Q(actor__isnull=False), name="credits_log_by_actor"),
            # Rows are stored in order of time, so a small BRIN index finds a month among millions of rows.
            BrinIndex(fields=["created_at"], name="credits_log_by_time", autosummarize=True),
        ]

    def __str__(self) -> str:
        return f"{self.amount:+d} {self.action_type}"


class HoldState(models.TextChoices):
    HELD = "held"
    CAPTURED = "captured"
    RELEASED = "released"
    EXPIRED = "expired"


class CreditHold(models.Model):
    """Credits reserved for one piece of work, and the record of its Idempotency-Key.

    held → captured: the result was stored, `captured_amount` was spent
    held → released: the work failed, nothing was spent
    held → expired:  it was not closed before `expires_at`, nothing was spent

    A released or expired hold gives up its key, so that the request may run again. A captured hold
    keeps its key permanently, and the response for CREDIT_RESPONSE_DAYS. The other two are deleted after
    RELEASED_HOLD_DAYS.
    """

    id = models.UUIDField(primary_key=True)
    # The grants that it reserves and how much of each, in consumption order.
    grant_ids = ArrayField(models.BigIntegerField(), default=list)
    grant_amounts = ArrayField(models.BigIntegerField(), default=list)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="credit_holds", db_index=False
    )
    action_type = models.CharField(max_length=64)
    amount = models.BigIntegerField()
    # The requested units, and the price at the time of the hold: a later price does not affect the capture.
    units = models.BigIntegerField(default=0, db_default=0)
    base = models.BigIntegerField(default=0)
    per_unit = models.BigIntegerField(default=0)
    per_million_input_tokens = models.BigIntegerField(default=0, db_default=0)
    per_million_output_tokens = models.BigIntegerField(default=0, db_default=0)
    minimum = models.BigIntegerField(default=0, db_default=0)
    # `settings`, or `row:` and the id of an ActionPrice. No foreign key: each hold would lock that row.
    price_source = models.CharField(max_length=32, blank=True, default="", db_default="")
    # The X-Request-ID of the request, and the subject whose spending limits count the hold.
    request_id = models.CharField(max_length=128, blank=True, default="", db_default="")
    subject = models.CharField(max_length=64, blank=True, default="", db_default="")
    state = models.CharField(max_length=16, choices=HoldState, default=HoldState.HELD)
    captured_amount = models.BigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    endpoint = models.CharField(max_length=255, blank=True, default="")
    idempotency_key = models.CharField(max_length=255, null=True, blank=True)
    request_hash = models.CharField(max_length=64, blank=True, default="")
    response_status = models.PositiveSmallIntegerField(null=True, blank=True)
    response_body = models.JSONField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "endpoint", "idempotency_key"], name="credits_credithold_one_run_per_key"
            ),
            # PostgreSQL parses and checks all of a table's conditions at every write of a row, so these two are
            # short. `least` ignores nulls.
            models.CheckConstraint(
                condition=GreaterThanOrEqual(
                    Least("amount", "captured_amount", "units", *PRICE_NUMBERS), Value(0)
                ),
                name="credits_credithold_numbers_not_negative",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state=HoldState.HELD, closed_at__isnull=True, captured_amount__isnull=True)
                    | Q(
                        state=HoldState.CAPTURED,
                        closed_at__isnull=False,
                        captured_amount__isnull=False,
                        captured_amount__lte=F("amount"),
                    )
                    | Q(
                        state__in=[HoldState.RELEASED, HoldState.EXPIRED],
                        closed_at__isnull=False,
                        captured_amount__isnull=True,
                        idempotency_key__isnull=True,
                    )
                ),
                name="credits_credithold_columns_follow_state",
            ),
        ]
        indexes: ClassVar = [
            # For due work. It has only open holds, so it stays small.
            models.Index(fields=["user", "expires_at"], condition=Q(state="held"), name="credits_hold_due"),
            # For deleting old stored responses, the oldest first.
            models.Index(
                fields=["closed_at"],
                condition=Q(response_status__isnull=False),
                name="credits_hold_answered",
            ),
            # For deleting old holds without a charge (retention.py).
            models.Index(
                fields=["closed_at"],
                condition=Q(captured_amount__isnull=True, closed_at__isnull=False),
                name="credits_hold_released",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} for {self.action_type} ({self.state})"


class ActionPriceQuerySet(models.QuerySet["ActionPrice"]):
    def effective(self, *, at: datetime) -> "ActionPriceQuerySet":
        return self.filter(effective_from__lte=at)

    def not_superseded(self, *, at: datetime) -> "ActionPriceQuerySet":
        """Return the rows in force at `at`, one for each action, and all later ones."""
        newer = ActionPrice.objects.effective(at=at).filter(
            Q(effective_from__gt=OuterRef("effective_from"))
            | Q(effective_from=OuterRef("effective_from"), pk__gt=OuterRef("pk")),
            action=OuterRef("action"),
        )
        return self.filter(~Exists(newer))

    def newest_first(self) -> "ActionPriceQuerySet":
        return self.order_by("action", "-effective_from", "-id")


class ActionPrice(models.Model):
    """The price of an action from a moment on, in credits.

    Append-only: the database refuses UPDATE and DELETE. Of the rows whose `effective_from` has passed, the
    row with the latest one is in force; if several are equal, the row added last. So to change a price, or to
    correct a scheduled change, add a row.
    """

    action = models.CharField(max_length=64)
    base = models.BigIntegerField(default=0)
    per_unit = models.BigIntegerField(default=0)
    unit = models.CharField(max_length=32, blank=True, default="")
    per_million_input_tokens = models.BigIntegerField(default=0)
    per_million_output_tokens = models.BigIntegerField(default=0)
    minimum = models.BigIntegerField(default=0)
    effective_from = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField()
    note = models.CharField(max_length=500, blank=True, default="")

    objects = ActionPriceQuerySet.as_manager()

    class Meta:
        verbose_name = "action price"
        default_permissions = ("add", "view")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(action=""),
                name="credits_actionprice_names_its_action",
                violation_error_message="A price needs an action.",
            ),
            models.CheckConstraint(
                condition=Q(**{f"{name}__range": (0, MAX_AMOUNT) for name in PRICE_NUMBERS}),
                name="credits_actionprice_numbers_in_range",
                violation_error_message=f"Enter a number of credits from 0 to {MAX_AMOUNT:,}.",
            ),
            models.CheckConstraint(
                condition=~Q(**dict.fromkeys(PRICE_NUMBERS, 0)),
                name="credits_actionprice_costs_something",
                violation_error_message="At least one number of a price must be above 0.",
            ),
            models.CheckConstraint(
                condition=Q(per_unit=0) ^ ~Q(unit=""),
                name="credits_actionprice_names_its_unit",
                violation_error_message="A price per unit needs the name of the unit; other prices have no unit.",
            ),
            models.CheckConstraint(
                condition=Q(effective_from__gte=F("created_at")),
                name="credits_actionprice_not_retroactive",
                violation_error_message="A price cannot start in the past.",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["action", "effective_from", "id"], name="credits_price_in_force"),
        ]

    def __str__(self) -> str:
        return f"{self.action} from {self.effective_from:%Y-%m-%d %H:%M}"


class CreditGrantQuerySet(models.QuerySet["CreditGrant"]):
    def open_of(self, user_id: UserId) -> "CreditGrantQuerySet":
        """Return a user's grants with credits left."""
        return self.filter(user_id=user_id, is_open=True)

    def in_consumption_order(self, *before: str) -> "CreditGrantQuerySet":
        """Order by `before`, then in consumption order."""
        return self.order_by(*before, *CONSUMPTION_ORDER)


class CreditGrant(models.Model):
    """Credits that one entry gave, the credits that remain of them, and their expiry.

    `remaining` includes the credits that holds have `reserved`. A grant whose `expires_at` is null never
    expires. At `expires_at`, the remaining credits expire. With a `rollover_cap`, they become a grant
    without an expiry instead, until the rolled-over grants of the same `pool` reach the cap.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="credit_grants", db_index=False
    )
    entry = models.ForeignKey(AiCreditLog, models.PROTECT, related_name="grants")
    pool = models.CharField(max_length=64, blank=True, default="")
    amount = models.BigIntegerField()
    remaining = models.BigIntegerField()
    reserved = models.BigIntegerField(default=0, db_default=0)
    # The index of open grants uses this column, because `remaining` changes with every charge. So a
    # charge updates the row in place (HOT), without new index entries.
    is_open = models.GeneratedField(
        expression=Q(remaining__gt=0),  # type: ignore[arg-type]  # Django takes a Q, its stubs do not
        output_field=models.BooleanField(),
        db_persist=True,
    )
    expires_at = models.DateTimeField(null=True, blank=True)
    rollover_cap = models.BigIntegerField(null=True, blank=True)
    rolled_over = models.BooleanField(default=False, db_default=False)

    objects = CreditGrantQuerySet.as_manager()

    class Meta:
        verbose_name = "credit grant"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(reserved__gte=0, reserved__lte=F("remaining"), remaining__lte=F("amount")),
                name="credits_creditgrant_reserved_within_remaining_within_amount",
            ),
            models.CheckConstraint(
                condition=Q(rollover_cap__isnull=True) | Q(rollover_cap__gte=0, expires_at__isnull=False),
                name="credits_creditgrant_only_what_expires_rolls_over",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                F("user"),
                *CONSUMPTION_ORDER,
                condition=Q(is_open=True),
                name="credits_consumption_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.remaining} of {self.amount}"

    def has_expired(self, *, at: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= at


class CreditConsumption(models.Model):
    """The credits that an entry took from a grant, or returned to it if the entry gives credits."""

    entry = models.ForeignKey(AiCreditLog, models.PROTECT, related_name="consumptions")
    grant = models.ForeignKey(CreditGrant, models.PROTECT, related_name="consumptions", db_index=False)
    amount = models.BigIntegerField()

    class Meta:
        verbose_name = "credit consumption"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["grant", "entry"], name="credits_creditconsumption_one_per_grant_and_entry"
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="credits_creditconsumption_amount_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} of grant {self.grant_id}"
