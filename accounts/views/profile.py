"""The caller's profile."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.generics import RetrieveUpdateAPIView

from accounts import services
from accounts.models import User
from accounts.serializers import ProfileSerializer
from credits import services as ledger


@extend_schema(tags=["users"])
@extend_schema_view(
    get=extend_schema(summary="Get the profile"), patch=extend_schema(summary="Change the name")
)
class ProfileView(RetrieveUpdateAPIView[User]):
    """The caller's own profile, with `aiCredits` and plan. PATCH changes the name only."""

    http_method_names = ["get", "patch", "head", "options"]
    serializer_class = ProfileSerializer
    api_key_scopes = {"GET": "read"}

    def get_object(self) -> User:
        user: User = self.request.user  # type: ignore[assignment]  # IsAuthenticated is a default permission
        ledger.process_due_if_any(user=user)
        return user

    def perform_update(self, serializer: Any) -> None:
        user = serializer.instance
        services.rename(user=user, name=serializer.validated_data.get("name", user.name))
