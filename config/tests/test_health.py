"""The liveness and readiness endpoints."""

import cProfile
import pstats

import pytest
from django.db import connection

from config.tests.support import without_a_database


def test_healthz_needs_no_database(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
class TestReady:
    def test_readyz_is_200_with_a_migrated_database(self, client):
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})

    def test_readyz_does_not_read_the_migrations_again(self, client):
        """Anyone may call it, so it must be cheap."""
        client.get("/readyz")
        profile = cProfile.Profile()
        profile.runcall(client.get, "/readyz")
        called = {function for _, _, function in pstats.Stats(profile).stats}
        assert "readyz" in called
        assert "load_disk" not in called

    def test_readyz_is_503_while_migrations_are_pending(self, client):
        with connection.cursor() as cursor:
            cursor.execute("delete from django_migrations where app = 'ai'")
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["code"]) == (503, "migrations_pending")
        assert "not applied" in answer.json()["message"]

    def test_readyz_is_503_without_a_database(self, client):
        answer = without_a_database(lambda: client.get("/readyz"))
        assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
        assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_endpoints_allow_only_safe_methods(client, path):
    assert client.head(path).status_code == 200
    assert client.post(path).status_code == 405
