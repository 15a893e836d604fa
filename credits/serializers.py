"""The wire, in camelCase."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from credits.models import AiCreditLog, EntryKind


class LogEntrySerializer(serializers.ModelSerializer[AiCreditLog]):
    actionType = serializers.CharField(source="action_type")
    creditsUsed = serializers.SerializerMethodField(
        help_text="The credits that a spend took; 0 for other kinds."
    )
    balanceAfter = serializers.IntegerField(
        source="balance_after", help_text="After this entry, held credits included."
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
    unit = serializers.CharField(help_text='What a unit is, such as "question"; empty where there is none.')
    perMillionInputTokens = serializers.IntegerField(
        source="per_million_input_tokens", help_text="Credits for a million tokens that a model reads."
    )
    perMillionOutputTokens = serializers.IntegerField(
        source="per_million_output_tokens", help_text="Credits for a million tokens that a model writes."
    )
    minimum = serializers.IntegerField(help_text="The lowest cost of a call.")


class PreviewSerializer(serializers.Serializer[Any]):
    """The credits that a call would hold. Nothing was changed."""

    required = serializers.IntegerField(  # type: ignore[assignment]  # the metaclass takes it off the class
        help_text="Credits that the call would hold: the most it may cost."
    )
    available = serializers.IntegerField(help_text="Credits that can be spent now.")
    covered = serializers.BooleanField(help_text="Whether the available credits are enough.")
    price = PriceSerializer()


class BalanceSerializer(serializers.Serializer[Any]):
    aiCredits = serializers.IntegerField(source="user.ai_credits", help_text="Credits that can be spent now.")
    aiCreditsHeld = serializers.IntegerField(
        source="user.ai_credits_held", help_text="Reserved for calls in progress."
    )
    nextExpiryAt = serializers.DateTimeField(
        source="next_expiry_at", allow_null=True, help_text="When credits expire next; null: never."
    )
    prices = PriceSerializer(many=True)


class UsageQuerySerializer(serializers.Serializer[Any]):
    """`from` and `to` are dates (UTC), both included. Default: the last 30 days."""

    to = serializers.DateField(required=False)
    groupBy = serializers.ChoiceField(choices=["day", "action"], default="day")

    MAX_DAYS = 366
    FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2999, 12, 31)  # the days around them exist

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {
            **super().get_fields(),
            "from": serializers.DateField(required=False),
        }  # a keyword of Python's

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        for name in ("from", "to"):
            if name in attrs and not self.FIRST_DAY <= attrs[name] <= self.LAST_DAY:
                raise serializers.ValidationError({name: [f"From {self.FIRST_DAY} to {self.LAST_DAY}."]})
        last = attrs.get("to") or timezone.now().date()
        first = attrs.get("from") or last - timedelta(days=29)
        if first > last:
            raise serializers.ValidationError({"from": ["This is after `to`."]})
        if (last - first).days > self.MAX_DAYS:
            raise serializers.ValidationError({"from": [f"At most {self.MAX_DAYS} days at a time."]})
        return {
            "first": first,
            "last": last,
            "since": datetime.combine(first, time.min, UTC),
            "until": datetime.combine(last, time.min, UTC) + timedelta(days=1),
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
