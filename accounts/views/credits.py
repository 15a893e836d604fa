"""The views of `credits`, extended by the user's plan, the question set of an entry, and API keys."""

from typing import Any

from rest_framework import serializers

from credits import serializers as base
from credits import views
from credits.models import AiCreditLog


class BalanceSerializer(base.BalanceSerializer):
    plan = serializers.CharField(source="user.plan", allow_null=True)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        fields = super().get_fields()
        prices = fields.pop("prices")
        return {**fields, "prices": prices}  # `prices` stays the last field, as in `credits`


class LogEntrySerializer(base.LogEntrySerializer):
    questionSetId = serializers.SerializerMethodField(help_text="The question set that it paid for, if any.")

    class Meta(base.LogEntrySerializer.Meta):
        fields = [*base.LogEntrySerializer.Meta.fields]
        fields.insert(fields.index("reason"), "questionSetId")
        read_only_fields = fields

    def get_questionSetId(self, entry: AiCreditLog) -> str | None:
        return entry.reference_id if entry.reference_type == "question_set" else None


class BalanceView(views.BalanceView):
    serializer_class = BalanceSerializer
    api_key_scopes = {"GET": "read"}


class LogView(views.LogView):
    serializer_class = LogEntrySerializer
    api_key_scopes = {"GET": "read"}


class UsageView(views.UsageView):
    api_key_scopes = {"GET": "read"}


class SpendingLimitsView(views.SpendingLimitsView):
    api_key_scopes = {"GET": "read"}
