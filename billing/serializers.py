"""Serializers of the checkout, portal and plans endpoints, in camelCase."""

from typing import Any

from rest_framework import serializers


class CheckoutRequestSerializer(serializers.Serializer[Any]):
    plan = serializers.SlugField(
        max_length=50, required=False, help_text="The plan to subscribe to (default: pro)."
    )
    pack = serializers.SlugField(max_length=50, required=False, help_text="The credit pack to buy instead.")
    schema_extra = {"not": {"required": ["plan", "pack"]}}  # what `validate` says, for the OpenAPI document

    def validate(self, attrs: dict[str, str]) -> dict[str, str]:
        if len(attrs) > 1:
            raise serializers.ValidationError("Ask for a plan or for a pack, not for both.")
        return attrs


class CheckoutSessionSerializer(serializers.Serializer[Any]):
    sessionId = serializers.CharField(source="id")
    url = serializers.URLField(help_text="Send the user's browser here.")


class PortalSessionSerializer(serializers.Serializer[Any]):
    url = serializers.URLField(help_text="Send the user's browser here.")


class PlanSerializer(serializers.Serializer[Any]):
    plan = serializers.CharField(source="item.slug")
    name = serializers.CharField(source="item.name")
    creditsPerPeriod = serializers.IntegerField(source="item.credits_per_period")
    amount = serializers.IntegerField(
        source="price.unit_amount", allow_null=True, help_text="Minor units; null until synced."
    )
    currency = serializers.CharField(source="price.currency", allow_null=True)
    interval = serializers.CharField(source="price.recurring.interval", allow_null=True)


class PackSerializer(serializers.Serializer[Any]):
    pack = serializers.CharField(source="item.slug")
    name = serializers.CharField(source="item.name")
    credits = serializers.IntegerField(source="item.credits")
    amount = serializers.IntegerField(
        source="price.unit_amount", allow_null=True, help_text="Minor units; null until synced."
    )
    currency = serializers.CharField(source="price.currency", allow_null=True)


class OffersSerializer(serializers.Serializer[Any]):
    plans = PlanSerializer(many=True)
    packs = PackSerializer(many=True)
