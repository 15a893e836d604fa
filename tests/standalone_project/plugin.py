"""The fixtures that the tests of `credits` ask for, made from another project's user model."""

from itertools import count

import pytest
from rest_framework.test import APIClient

_handles = count()


@pytest.fixture(autouse=True)
def prices_of_this_test():
    from credits import pricing

    pricing.clear_cache()


@pytest.fixture
def make_user(db):
    from credits import services as ledger
    from tests.standalone_project.project.people.models import Person

    def make(*, credits=None):  # noqa: A002  (the fixture of this project is called so too)
        person = Person.objects.create_user(f"person{next(_handles)}")
        if credits is not None and credits != person.ai_credits:
            ledger.adjust(
                user_id=person.pk,
                amount=credits - person.ai_credits,
                actor_id=person.pk,
                reason="what the test starts with",
                key="factory",
            )
            person.refresh_from_db()
        return person

    return make


@pytest.fixture
def user(make_user):
    return make_user()


@pytest.fixture
def staff(make_user):
    return make_user()


@pytest.fixture
def client_of():
    def make(user):
        client = APIClient(raise_request_exception=False)
        client.force_authenticate(user)
        return client

    return make


@pytest.fixture
def api(user, client_of):
    return client_of(user)
