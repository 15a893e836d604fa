"""The wire, in camelCase."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from common.fields import WholeNumberField
from credits.models import MAX_AMOUNT, AiCreditLog, EntryKind
from credits.spending_limits import Period, SpendingLimit


class LogEntrySerializer(serializers.ModelSerializer[AiCreditLog]):
    actionType = serializers.CharField(source="action_type")
    creditsUsed = serializers.SerializerMethodField(
        help_text="The credits that a spend took; 0 for other kinds."
    )
    referenceType = serializers.CharField(
        source="reference_type",
        help_text='The kind of object that the entry is about, such as "payment"; may be empty.',
    )
    referenceId = serializers.CharField(source="reference_id")
    balanceAfter = serializers.IntegerField(
        source="balance_after", help_text="The balance after this entry, including held credits."
    )
    createdAt = serializers.DateTimeField(source="created_at")

    class Meta:
        model = AiCreditLog
        fields = [
            "id",
            "kind",
            "actionType",
            "amount",
            "creditsUsed",
            "balanceAfter",
            "referenceType",
            "referenceId",
            "reason",
            "createdAt",
        ]
        read_only_fields = fields

    def get_creditsUsed(self, entry: AiCreditLog) -> int:
        return -entry.amount if entry.kind == EntryKind.SPEND else 0


class PriceSerializer(serializers.Serializer[Any]):
    action = serializers.CharField()
    base = serializers.IntegerField(help_text="Credits for the call.")
    perUnit = serializers.IntegerField(source="per_unit", help_text="Credits for each unit delivered.")
    unit = serializers.CharField(help_text='The name of a unit, such as "question"; empty if there is none.')
    perMillionInputTokens = serializers.IntegerField(
        source="per_million_input_tokens", help_text="Credits for a million tokens that a model reads."
    )
    perMillionOutputTokens = serializers.IntegerField(
        source="per_million_output_tokens", help_text="Credits for a million tokens that a model writes."
    )
    minimum = serializers.IntegerField(help_text="The lowest cost of a call.")


class ReachedLimitSerializer(serializers.Serializer[Any]):
    """A spending limit without room for a call."""

    limit = serializers.IntegerField(source="amount", help_text="Credits that may be spent in the period.")
    period = serializers.ChoiceField(choices=Period.choices, help_text="A calendar day or month in UTC.")
    used = serializers.IntegerField(help_text="Credits that were used in the period or are held.")
    resetsAt = serializers.DateTimeField(source="resets_at", help_text="The end of the period.")
    subject = serializers.CharField(
        help_text="The subject of the limit, such as `key:12`; empty for the user as a whole."
    )


class SpendingLimitSerializer(serializers.ModelSerializer[SpendingLimit]):
    """A spending limit, and its use in the current period."""

    held = serializers.IntegerField(help_text="Credits that calls in progress hold.")
    used = serializers.IntegerField(help_text="Credits that were spent in the current period.")
    resetsAt = serializers.DateTimeField(source="resets_at", help_text="The end of the current period.")

    class Meta:
        model = SpendingLimit
        fields = ["period", "amount", "held", "used", "resetsAt"]
        read_only_fields = fields

    def to_representation(self, instance: SpendingLimit) -> dict[str, Any]:
        return super().to_representation(instance.at(timezone.now()))


class SetSpendingLimitSerializer(serializers.Serializer[Any]):
    amount = WholeNumberField(
        min_value=0, max_value=MAX_AMOUNT, help_text="Credits that may be spent in each period."
    )


class PreviewSerializer(serializers.Serializer[Any]):
    """The credits that a call would hold. Nothing was changed."""

    required = serializers.IntegerField(  # type: ignore[assignment]  # the metaclass takes it off the class
        help_text="Credits that the call would hold: the most it may cost."
    )
    available = serializers.IntegerField(help_text="Credits that can be spent now.")
    covered = serializers.BooleanField(
        help_text="Whether the available credits are enough and every spending limit has room."
    )
    spendingLimitReached = ReachedLimitSerializer(
        source="spending_limit_reached",
        allow_null=True,
        help_text="The spending limit that has no room, or null.",
    )
    price = PriceSerializer()


class BalanceSerializer(serializers.Serializer[Any]):
    aiCredits = serializers.IntegerField(source="user.ai_credits", help_text="Credits that can be spent now.")
    aiCreditsHeld = serializers.IntegerField(
        source="user.ai_credits_held", help_text="Reserved for calls in progress."
    )
    nextExpiryAt = serializers.DateTimeField(
        source="next_expiry_at", allow_null=True, help_text="When credits expire next; null if none expire."
    )
    prices = PriceSerializer(many=True)


FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2999, 12, 31)  # the days around them exist


def _check_day(day: date) -> None:
    if not FIRST_DAY <= day <= LAST_DAY:
        raise serializers.ValidationError(f"From {FIRST_DAY} to {LAST_DAY}.")


class PeriodSerializer(serializers.Serializer[Any]):
    """`from` and `to` are dates (UTC), inclusive."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        days: dict[str, serializers.Field[Any, Any, Any, Any]] = {
            name: serializers.DateField(
                required=False,
                validators=[_check_day],
                help_text=f"{which} day (UTC), included.",
            )
            for name, which in (("from", "First"), ("to", "Last"))  # `from` is a keyword of Python's
        }
        return {**days, **super().get_fields()}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "from" in attrs and "to" in attrs and attrs["from"] > attrs["to"]:
            raise serializers.ValidationError({"from": ["This is after `to`."]})
        return attrs


def start_of(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


class LogQuerySerializer(PeriodSerializer):
    """The filters of the ledger. `validated_data` is the lookups of a queryset."""

    kind = serializers.ChoiceField(choices=EntryKind.choices, required=False)
    actionType = serializers.CharField(
        source="action_type", max_length=64, required=False, help_text="The action, exactly."
    )
    referenceType = serializers.CharField(
        source="reference_type",
        max_length=64,
        required=False,
        help_text="The exact type of the reference, such as `payment`.",
    )
    referenceId = serializers.CharField(
        source="reference_id", max_length=255, required=False, help_text="The exact id of the reference."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        lookups = super().validate(attrs)
        if "from" in lookups:
            lookups["created_at__gte"] = start_of(lookups.pop("from"))
        if "to" in lookups:
            lookups["created_at__lt"] = start_of(lookups.pop("to")) + timedelta(days=1)
        return lookups


class UsageQuerySerializer(PeriodSerializer):
    """The period and the groups. Default: the last 30 days, by day."""

    groupBy = serializers.ChoiceField(choices=["day", "action"], default="day")

    MAX_DAYS = 366

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        last = attrs.get("to") or timezone.now().date()
        first = attrs.get("from") or last - timedelta(days=29)
        super().validate({"from": first, "to": last})
        if (last - first).days > self.MAX_DAYS:
            raise serializers.ValidationError({"from": [f"At most {self.MAX_DAYS} days at a time."]})
        return {
            "first": first,
            "last": last,
            "since": start_of(first),
            "until": start_of(last) + timedelta(days=1),
            "group_by": attrs["groupBy"],
        }


class UsageRowSerializer(serializers.Serializer[Any]):
    group = serializers.CharField(help_text="A date, or an action.")
    creditsUsed = serializers.IntegerField(source="credits_used")
    calls = serializers.IntegerField()


class UsageSerializer(serializers.Serializer[Any]):
    groupBy = serializers.CharField()
    totalCreditsUsed = serializers.IntegerField()
    results = UsageRowSerializer(many=True)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {"from": serializers.DateField(), "to": serializers.DateField(), **super().get_fields()}
