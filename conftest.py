"""Fixtures for every test: users, clients, and the sandbox in Stripe's place."""

import pytest
from rest_framework.test import APIClient
from rest_framework_simplejwt.tokens import RefreshToken

from accounts.factories import UserFactory


@pytest.fixture
def user(db):
    return UserFactory()


@pytest.fixture
def staff(db):
    return UserFactory(is_staff=True, is_superuser=True)


@pytest.fixture
def client_of():
    """An API client that sends a user's bearer token, as a front end does."""

    def make(user):
        client = APIClient(raise_request_exception=False)
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {RefreshToken.for_user(user).access_token}")
        return client

    return make


@pytest.fixture
def api(user, client_of):
    return client_of(user)


@pytest.fixture
def anonymous():
    return APIClient(raise_request_exception=False)
