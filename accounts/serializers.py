"""Serializers of sign-up, login and profile. Fields are read-only unless listed as writable."""

from typing import Any

from disposable_email_domains import blocklist
from django.conf import settings
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from rest_framework import serializers

from accounts.models import User, UserManager
from common.fields import StringField


class ProfileSerializer(serializers.ModelSerializer[User]):
    """The caller's profile, with balance and plan. Only `name` is writable."""

    name = StringField(max_length=150, required=False, allow_blank=True)
    aiCredits = serializers.IntegerField(source="ai_credits", read_only=True)
    aiCreditsHeld = serializers.IntegerField(source="ai_credits_held", read_only=True)
    subscriptionStatus = serializers.CharField(source="subscription_status", read_only=True, allow_null=True)
    subscriptionId = serializers.CharField(source="subscription_id", read_only=True, allow_null=True)
    stripeCustomerId = serializers.CharField(source="stripe_customer_id", read_only=True, allow_null=True)
    currentPeriodEnd = serializers.DateTimeField(source="current_period_end", read_only=True, allow_null=True)
    cancelAtPeriodEnd = serializers.BooleanField(source="cancel_at_period_end", read_only=True)
    createdAt = serializers.DateTimeField(source="date_joined", read_only=True)

    class Meta:
        model = User
        fields = [
            "id",
            "email",
            "name",
            "aiCredits",
            "aiCreditsHeld",
            "plan",
            "subscriptionStatus",
            "subscriptionId",
            "stripeCustomerId",
            "currentPeriodEnd",
            "cancelAtPeriodEnd",
            "createdAt",
        ]
        read_only_fields = ["id", "email", "plan"]


class EmailField(serializers.EmailField):
    """The e-mail of a new account, in its one spelling.

    Quoted local parts and addresses instead of domains are refused: they are other spellings, too.
    """

    def to_internal_value(self, data: Any) -> str:
        email = UserManager.normalize_email(super().to_internal_value(data))
        if not email.isascii() or set(email) & set('"[]'):
            self.fail("invalid")
        return email


def is_disposable(email: str) -> bool:
    """Return whether the e-mail's domain, or one above it, belongs to a service of throw-away addresses."""
    labels = email.rpartition("@")[2].split(".")
    return any(".".join(labels[start:]) in blocklist for start in range(len(labels) - 1))


class RegisterSerializer(serializers.Serializer[Any]):
    email = EmailField(max_length=254)
    password = StringField(
        max_length=128, write_only=True, trim_whitespace=False, style={"input_type": "password"}
    )
    name = StringField(max_length=150, required=False, allow_blank=True, default="")

    def validate_email(self, email: str) -> str:
        if settings.REFUSE_DISPOSABLE_EMAIL and is_disposable(email):
            raise serializers.ValidationError("Addresses of disposable mail services are not accepted.")
        return email

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        try:
            password_validation.validate_password(
                attrs["password"], User(email=attrs["email"], name=attrs["name"])
            )
        except ValidationError as error:
            raise serializers.ValidationError({"password": error.messages}) from None
        return attrs


class LoginSerializer(serializers.Serializer[Any]):
    email = StringField(max_length=254)
    password = StringField(
        max_length=128, write_only=True, trim_whitespace=False, style={"input_type": "password"}
    )


class RefreshTokenSerializer(serializers.Serializer[Any]):
    refreshToken = StringField(max_length=4096)


class SessionSerializer(serializers.Serializer[Any]):
    """The response to a login or a registration."""

    token = serializers.CharField(help_text="The access token: `Authorization: Bearer …`.")
    refreshToken = serializers.CharField()
    user = ProfileSerializer()


class TokensSerializer(serializers.Serializer[Any]):
    token = serializers.CharField()
    refreshToken = serializers.CharField()


class DeleteAccountSerializer(serializers.Serializer[Any]):
    password = StringField(
        max_length=128, write_only=True, trim_whitespace=False, style={"input_type": "password"}
    )


class ExportSerializer(serializers.Serializer[Any]):
    """The document of an export. `docs/privacy.md` lists its sections."""

    exportedAt = serializers.DateTimeField()
    profile = serializers.DictField()
