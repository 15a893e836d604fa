"""Serializers of sign-up, login, profile and API keys. Fields are read-only unless listed as writable."""

from datetime import datetime
from typing import Any

from disposable_email_domains import blocklist
from django.conf import settings
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils import timezone
from rest_framework import serializers

from accounts.mail_tokens import MAX_TOKEN
from accounts.models import ApiKey, Session, User, UserManager
from accounts.models.api_keys import NAME_LENGTH, SCOPES
from common.fields import ListField, StringField

SCOPE_HELP = "`read`: read credits, results and the profile. `spend`: call paid endpoints and cancel jobs."


class ProfileSerializer(serializers.ModelSerializer[User]):
    """The caller's profile, with balance and plan. Only `name` is writable."""

    name = StringField(max_length=150, required=False, allow_blank=True)
    emailVerified = serializers.BooleanField(source="email_verified", read_only=True)
    aiCredits = serializers.IntegerField(source="ai_credits", read_only=True)
    aiCreditsHeld = serializers.IntegerField(source="ai_credits_held", read_only=True)
    subscriptionStatus = serializers.CharField(source="subscription_status", read_only=True, allow_null=True)
    subscriptionId = serializers.CharField(source="subscription_id", read_only=True, allow_null=True)
    stripeCustomerId = serializers.CharField(source="stripe_customer_id", read_only=True, allow_null=True)
    currentPeriodEnd = serializers.DateTimeField(source="current_period_end", read_only=True, allow_null=True)
    cancelAtPeriodEnd = serializers.BooleanField(source="cancel_at_period_end", read_only=True)
    blocked = serializers.SerializerMethodField(
        help_text="Whether the account is blocked: it can read, but can neither spend credits nor buy."
    )
    createdAt = serializers.DateTimeField(source="date_joined", read_only=True)

    class Meta:
        model = User
        fields = [
            "id",
            "email",
            "emailVerified",
            "name",
            "aiCredits",
            "aiCreditsHeld",
            "plan",
            "subscriptionStatus",
            "subscriptionId",
            "stripeCustomerId",
            "currentPeriodEnd",
            "cancelAtPeriodEnd",
            "blocked",
            "createdAt",
        ]
        read_only_fields = ["id", "email", "plan"]

    def get_blocked(self, user: User) -> bool:
        return user.blocked_at is not None


class PasswordField(StringField):
    """A password, as it is typed."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs |= {"max_length": 128, "write_only": True, "trim_whitespace": False}
        super().__init__(style={"input_type": "password"}, **kwargs)


class EmailField(serializers.EmailField):
    """The email address of a new account, or a new address of an account, in normal form.

    Addresses with a quoted local part, or an IP address as domain, are refused: they would be second
    spellings.
    """

    def to_internal_value(self, data: Any) -> str:
        email = UserManager.normalize_email(super().to_internal_value(data))
        if not email.isascii() or set(email) & set('"[]'):
            self.fail("invalid")
        if settings.REFUSE_DISPOSABLE_EMAIL and is_disposable(email):
            raise serializers.ValidationError("Addresses of disposable email services are not accepted.")
        return email


def is_disposable(email: str) -> bool:
    """Return whether the domain of the address, or a parent domain, belongs to a disposable email service."""
    labels = email.rpartition("@")[2].split(".")
    return any(".".join(labels[start:]) in blocklist for start in range(len(labels) - 1))


class RegisterSerializer(serializers.Serializer[Any]):
    email = EmailField(max_length=254)
    password = PasswordField()
    name = StringField(max_length=150, required=False, allow_blank=True, default="")

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
    password = PasswordField()


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


class ApiKeySerializer(serializers.ModelSerializer[ApiKey]):
    """A key without its text. Only `name` is writable."""

    name = StringField(max_length=NAME_LENGTH)
    prefix = serializers.CharField(
        read_only=True, help_text="The visible part of the key, which identifies it in lists."
    )
    scopes = serializers.ListField(
        child=serializers.ChoiceField(SCOPES), read_only=True, help_text=SCOPE_HELP
    )
    createdAt = serializers.DateTimeField(source="created_at", read_only=True)
    lastUsedAt = serializers.DateTimeField(
        source="last_used_at", read_only=True, allow_null=True, help_text="Accurate to a minute."
    )
    expiresAt = serializers.DateTimeField(source="expires_at", read_only=True, allow_null=True)

    class Meta:
        model = ApiKey
        fields = ["id", "name", "prefix", "scopes", "createdAt", "lastUsedAt", "expiresAt"]


class NewApiKeySerializer(ApiKeySerializer):
    """A key with its text. No later response contains the text."""

    key = serializers.CharField(read_only=True, help_text="Shown only here. Store it in a safe place.")

    class Meta(ApiKeySerializer.Meta):
        fields = [*ApiKeySerializer.Meta.fields, "key"]


class CurrentPasswordSerializer(serializers.Serializer[Any]):
    """The password again, for what a thief of an access token must not do."""

    password = PasswordField(help_text="The current password.")


class CreateApiKeySerializer(CurrentPasswordSerializer):
    name = StringField(max_length=NAME_LENGTH)
    scopes = ListField(
        child=serializers.ChoiceField(SCOPES), min_length=1, max_length=len(SCOPES), help_text=SCOPE_HELP
    )
    expiresAt = serializers.DateTimeField(
        source="expires_at", required=False, allow_null=True, default=None, help_text="Null: never."
    )

    def validate_expiresAt(self, moment: datetime | None) -> datetime | None:
        if moment is not None and moment <= timezone.now():
            raise serializers.ValidationError("This time is in the past.")
        return moment


class ActiveSessionSerializer(serializers.ModelSerializer[Session]):
    """A session: a login whose tokens are valid."""

    createdAt = serializers.DateTimeField(source="created_at", read_only=True)
    lastUsedAt = serializers.DateTimeField(
        source="last_used_at", read_only=True, help_text="When its tokens were last issued."
    )
    userAgent = serializers.CharField(
        source="user_agent", read_only=True, help_text="The client's `User-Agent` at the sign-in."
    )
    current = serializers.SerializerMethodField(help_text="Whether this request belongs to the session.")

    class Meta:
        model = Session
        fields = ["id", "createdAt", "lastUsedAt", "userAgent", "current"]

    def get_current(self, session: Session) -> bool:
        return bool(session.pk == self.context["current"])


class MailTokenSerializer(serializers.Serializer[Any]):
    token = StringField(max_length=MAX_TOKEN, help_text="The token from the link in the email.")


class ForgotPasswordSerializer(serializers.Serializer[Any]):
    email = StringField(max_length=254)


class ResetPasswordSerializer(MailTokenSerializer):
    password = PasswordField(help_text="The new password.")


class ChangePasswordSerializer(serializers.Serializer[Any]):
    currentPassword = PasswordField()
    newPassword = PasswordField()


class ChangeEmailSerializer(CurrentPasswordSerializer):
    email = EmailField(max_length=254, help_text="The new email address.")


class ExportSerializer(serializers.Serializer[Any]):
    """The document of an export. `docs/privacy.md` lists its sections."""

    exportedAt = serializers.DateTimeField()
    profile = serializers.DictField()
