"""API keys for tests, and clients that send them."""

from typing import Any

from rest_framework.test import APIClient

from accounts import services
from accounts.models import User


def create_key(user: User, *scopes: str, **fields: Any) -> services.NewApiKey:
    """Create a key, with both scopes unless some are given."""
    return services.create_api_key(
        user=user, name=fields.pop("name", "Server"), scopes=scopes or ("read", "spend"), **fields
    )


def client_with(text: str) -> APIClient:
    """Return a client that sends this bearer token."""
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    return client


def key_client(user: User, *scopes: str, **fields: Any) -> APIClient:
    """Return a client that sends a new key of the user."""
    return client_with(create_key(user, *scopes, **fields).text)
