"""Serializers of the checkout, portal and plans endpoints, in camelCase."""

from typing import Any

from rest_framework import serializers

from billing.models import Interval


class CheckoutRequestSerializer(serializers.Serializer[Any]):
    plan = serializers.SlugField(
        max_length=50, required=False, help_text="The plan to subscribe to (default: pro)."
    )
    pack = serializers.SlugField(max_length=50, required=False, help_text="The credit pack to buy instead.")
    currency = serializers.RegexField(
        "^[a-z]{3}$",
        required=False,
        help_text="The currency of the price (default: that of the default price).",
    )
    interval = serializers.ChoiceField(
        [interval for interval in Interval.values if interval],
        required=False,
        help_text="The interval of the plan's price (default: that of the default price).",
    )
    intervalCount = serializers.IntegerField(
        source="interval_count",
        min_value=1,
        max_value=1095,
        required=False,
        help_text="The number of intervals in a period, such as 3 for a quarterly price in months.",
    )
    schema_extra = {"not": {"required": ["plan", "pack"]}}  # what `validate` says, for the OpenAPI document

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "plan" in attrs and "pack" in attrs:
            raise serializers.ValidationError("Send a plan or a pack, not both.")
        if "pack" in attrs and attrs.keys() & {"interval", "interval_count"}:
            raise serializers.ValidationError("A pack is paid once and has no interval.")
        return attrs


class CheckoutSessionSerializer(serializers.Serializer[Any]):
    sessionId = serializers.CharField(source="id")
    url = serializers.URLField(help_text="Send the user's browser here.")


class PortalSessionSerializer(serializers.Serializer[Any]):
    url = serializers.URLField(help_text="Send the user's browser here.")


class PackPriceSerializer(serializers.Serializer[Any]):
    amount = serializers.IntegerField(source="unit_amount", help_text="In minor units.")
    currency = serializers.CharField()


class PlanPriceSerializer(PackPriceSerializer):
    interval = serializers.ChoiceField([interval for interval in Interval.values if interval])
    intervalCount = serializers.IntegerField(source="interval_count")
    creditsPerPeriod = serializers.IntegerField(source="plan_terms.credits_per_period")


class PlanSerializer(serializers.Serializer[Any]):
    """A plan. Its own amount, currency, interval and credits are those of the first of its prices."""

    plan = serializers.CharField(source="item.slug")
    name = serializers.CharField(source="item.name")
    creditsPerPeriod = serializers.IntegerField(source="price.plan_terms.credits_per_period")
    amount = serializers.IntegerField(source="price.unit_amount", help_text="In minor units.")
    currency = serializers.CharField(source="price.currency")
    interval = serializers.CharField(source="price.interval")
    intervalCount = serializers.IntegerField(source="price.interval_count")
    prices = PlanPriceSerializer(many=True)


class PackSerializer(serializers.Serializer[Any]):
    """A pack. Its own amount and currency are those of the first of its prices."""

    pack = serializers.CharField(source="item.slug")
    name = serializers.CharField(source="item.name")
    credits = serializers.IntegerField(source="item.credits")
    amount = serializers.IntegerField(source="price.unit_amount", help_text="In minor units.")
    currency = serializers.CharField(source="price.currency")
    prices = PackPriceSerializer(many=True)


class OffersSerializer(serializers.Serializer[Any]):
    plans = PlanSerializer(many=True)
    packs = PackSerializer(many=True)
