"""A key authenticates its user, at the cost of a JWT, and never when it must not."""

import hashlib
import io
import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import services
from accounts.api_key_text import ALPHABET, _checksum, is_well_formed, new_key_text, redact
from accounts.models import ApiKey, User
from accounts.tests.api_key_helpers import client_with, create_key, key_client
from accounts.tests.factories import UserFactory
from ai.tests.factories import QuestionFactory
from config.log_filters import RedactingFormatter
from limits import leases

PAID = "/api/ai/evaluate-answer"
FAKE = "pck_EXAMPLE0_ExampleExampleExampleExampleExampXXXXXX"


class TestText:
    def test_keys_have_192_bits_or_more_and_are_well_formed(self):
        keys = {new_key_text() for _ in range(200)}
        assert len(keys) == len({key.split("_")[1] for key in keys}) == 200
        for key in keys:
            brand, prefix, secret = key.split("_")
            assert (brand, len(prefix), len(secret)) == ("pck", 8, 33 + 6)
            assert is_well_formed(key)
        assert len(ALPHABET) ** 33 > 2**192
        assert {letter for key in keys for letter in key.split("_")[2]} == set(ALPHABET)

    def test_any_changed_character_is_noticed(self):
        key = new_key_text()
        for place in range(len("pck_"), len(key)):
            other = "0" if key[place] != "0" else "1"
            assert not is_well_formed(key[:place] + other + key[place + 1 :])

    def test_the_example_of_the_docs_is_no_key(self):
        assert not is_well_formed(FAKE)

    @pytest.mark.parametrize("prefix", ["", "k", "Pck", "pck_", "1pck", "eyJhbGciOi", "p" * 16])
    def test_a_prefix_that_cannot_be_recognised_stops_the_start(self, settings, prefix):
        settings.API_KEY_PREFIX = prefix
        with pytest.raises(ImproperlyConfigured, match="API_KEY_PREFIX"):
            apps.get_app_config("accounts").ready()

    def test_the_prefix_is_a_setting(self, user, settings):
        settings.API_KEY_PREFIX = "acme"
        new = create_key(user)
        assert new.text.startswith(f"acme_{new.row.prefix}_")
        assert client_with(new.text).get("/api/credits").status_code == 200
        settings.API_KEY_PREFIX = "other"
        assert client_with(new.text).get("/api/credits").status_code == 401


@pytest.mark.django_db
class TestAccepted:
    def test_a_key_is_its_user(self, user):
        UserFactory()
        for kind in ("Bearer", "bearer", "BEARER"):
            client = client_with("")
            client.credentials(HTTP_AUTHORIZATION=f"{kind} {create_key(user).text}")
            assert client.get("/api/users/profile").json()["id"] == user.pk

    @pytest.mark.parametrize("path", ["/api/credits", "/api/users/profile", "/api/ai/question-sets"])
    def test_a_key_costs_as_many_queries_as_a_token(self, user, api, path):
        new = create_key(user)
        services.note_use(key=new.row, at=timezone.now())
        api.get(path)  # fills the caches
        counts = []
        for client in (api, client_with(new.text)):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(path).status_code == 200
            counts.append(len(queries))
        assert counts[0] == counts[1] > 0

    def test_a_paid_call_costs_as_many_queries_as_with_a_token(self, user, api):
        new = create_key(user)
        services.note_use(key=new.row, at=timezone.now())
        body = {"questionId": str(QuestionFactory(user=user).id), "userAnswer": "x"}
        api.post(PAID, body, format="json")  # fills the caches
        counts = []
        for client in (api, client_with(new.text)):
            with CaptureQueriesContext(connection) as queries:
                assert client.post(PAID, body, format="json").status_code == 200
            counts.append(len(queries))
        assert counts[0] == counts[1]

    def test_key_and_token_share_idempotency_keys_and_balance(self, user, api):
        body = {"questionId": str(QuestionFactory(user=user).id), "userAnswer": "x"}
        first = api.post(PAID, body, format="json", headers={"Idempotency-Key": "one"})
        again = key_client(user).post(PAID, body, format="json", headers={"Idempotency-Key": "one"})
        assert (again.status_code, again["Idempotent-Replayed"]) == (200, "true")
        assert again.json() == first.json()
        assert again["X-Credits-Remaining"] == first["X-Credits-Remaining"]

    def test_paid_calls_are_limited_by_user_whatever_key_is_used(self, user, api, settings):
        leases.clear()
        settings.PAID_THROTTLE_RATE = "3/min"
        clients = [key_client(user), key_client(user), api, key_client(user)]
        assert [client.post(PAID, {}, format="json").status_code for client in clients] == [400] * 3 + [429]
        leases.clear()

    def test_a_new_password_does_not_stop_a_key(self, user):
        client = key_client(user)
        user.set_password("another horse battery staple")
        user.save()
        assert client.get("/api/credits").status_code == 200


def _unknown(user):
    return new_key_text()


def _revoked(user):
    new = create_key(user)
    services.revoke_api_key(key=new.row)
    return new.text


def _expired(user):
    return create_key(user, expires_at=timezone.now()).text


def _of_inactive_user(user):
    text = create_key(user).text
    User.objects.filter(pk=user.pk).update(is_active=False)
    return text


def _rotated(user):
    new = create_key(user)
    services.rotate_api_key(key=new.row)
    return new.text


def _prefix_of_another(user):
    """A valid prefix with the valid secret of another key."""
    one, other = create_key(user), create_key(user)
    body = f"pck_{one.row.prefix}_{other.text.split('_')[2]}"[:-6]
    return body + _checksum(body)


MALFORMED = [
    FAKE,
    "pck_",
    "pck_x",
    "pck__",
    "pck_" + "a" * 10_000,
    "pck_" + "_" * 5_000,
    "pck_EXAMPLE0_" + "é" * 39,
    "pck_EXAMPLE0_" + "0" * 38 + "\x00",
    "pck_a.b.c",
]


@pytest.mark.django_db
class TestRefused:
    @pytest.mark.parametrize(
        "make", [_unknown, _revoked, _expired, _of_inactive_user, _rotated, _prefix_of_another]
    )
    def test_a_key_that_is_not_live_is_401_after_one_query(self, user, make, django_assert_num_queries):
        text = make(user)
        assert is_well_formed(text)
        with django_assert_num_queries(1):
            answer = client_with(text).get("/api/credits")
        self.assert_refused(answer, text)

    @pytest.mark.parametrize("text", MALFORMED, ids=range(len(MALFORMED)))
    def test_a_malformed_key_is_401_without_a_query(self, text, django_assert_num_queries):
        with django_assert_num_queries(0):
            answer = client_with(text).get("/api/credits")
        self.assert_refused(answer, text)

    def assert_refused(self, answer, text):
        assert answer.status_code == 401
        assert answer.json() == {
            "message": "The API key is invalid, expired or revoked.",
            "code": "api_key_invalid",
        }
        assert (answer["WWW-Authenticate"], answer["Cache-Control"]) == ("Bearer", "no-store")

    def test_a_key_in_the_url_is_not_accepted(self, user, anonymous):
        text = create_key(user).text
        for name in ("key", "api_key", "apiKey", "access_token", "token", "Authorization"):
            answer = anonymous.get("/api/credits", {name: text})
            assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")

    @pytest.mark.parametrize("kind", ["Basic", "Token", "ApiKey", "Bearer:"])
    def test_a_key_in_another_scheme_is_not_accepted(self, user, anonymous, kind):
        anonymous.credentials(HTTP_AUTHORIZATION=f"{kind} {create_key(user).text}")
        assert anonymous.get("/api/credits").status_code == 401

    def test_two_keys_in_one_header_are_refused(self, user, anonymous):
        anonymous.credentials(HTTP_AUTHORIZATION=f"Bearer {create_key(user).text} {create_key(user).text}")
        assert anonymous.get("/api/credits").status_code == 401

    def test_the_table_has_only_the_hash(self, user):
        new = create_key(user)
        (stored,) = ApiKey.objects.values_list().filter(pk=new.row.pk)
        assert new.text.split("_")[2] not in str(stored)
        assert hashlib.sha256(new.text.encode()).hexdigest() in stored
        assert new.text not in repr(new)


@pytest.mark.django_db
class TestLastUse:
    def used_at(self, new):
        return ApiKey.objects.get(pk=new.row.pk).last_used_at

    def test_the_first_use_is_stored_and_then_one_a_minute(self, user):
        new = create_key(user)
        client = client_with(new.text)
        assert self.used_at(new) is None
        client.get("/api/credits")
        first = self.used_at(new)
        assert timezone.now() - first < timedelta(minutes=1)
        client.get("/api/credits")
        assert self.used_at(new) == first
        before = first - timedelta(minutes=1)
        ApiKey.objects.update(last_used_at=before)
        client.get("/api/credits")
        assert self.used_at(new) > before

    def test_a_use_without_the_scope_counts(self, user):
        new = create_key(user, "read")
        assert client_with(new.text).post(PAID, {}, format="json").status_code == 403
        assert self.used_at(new)

    def test_a_late_note_of_the_old_secret_is_none_of_the_new_one(self, user):
        new = create_key(user)
        old = ApiKey.objects.get(pk=new.row.pk)
        services.rotate_api_key(key=new.row)
        services.note_use(key=old, at=timezone.now())
        assert self.used_at(new) is None

    def test_a_database_that_cannot_be_written_fails_no_read(self, user, caplog):
        new = create_key(user)
        with connection.cursor() as cursor:
            cursor.execute("set constraints all immediate")  # what is deferred would lock rows
            cursor.execute("set transaction read only")  # until the rollback that ends this test
        assert client_with(new.text).get("/api/ai/question-sets").status_code == 200
        assert self.used_at(new) is None
        assert f"The use of API key {new.row.pk} could not be stored." in caplog.text
        assert new.text not in caplog.text


@pytest.mark.django_db(transaction=True)
class TestLocks:
    @pytest.mark.parametrize(("model", "is_noted"), [(User, True), (ApiKey, False)])
    def test_a_request_waits_for_no_lock(self, user, model, is_noted, caplog):
        new = create_key(user)
        pk = user.pk if model is User else new.row.pk
        locked, done = Event(), Event()

        def lock():
            try:
                with transaction.atomic():
                    model.objects.select_for_update(no_key=False).get(pk=pk)
                    locked.set()
                    assert done.wait(timeout=30)
            finally:
                connection.close()

        with ThreadPoolExecutor(1) as pool:
            holder = pool.submit(lock)
            assert locked.wait(timeout=30)
            try:
                with connection.cursor() as cursor:
                    cursor.execute("set lock_timeout = '1s'")
                answer = client_with(new.text).get("/api/ai/question-sets")
            finally:
                done.set()
            holder.result()
        assert answer.status_code == 200
        assert "could not be stored" not in caplog.text  # which the end of a wait would cause
        assert bool(ApiKey.objects.get(pk=new.row.pk).last_used_at) == is_noted


class TestLog:
    @pytest.fixture
    def log(self):
        """What the server would write to its log."""
        (handler,) = [
            one for one in logging.getLogger().handlers if isinstance(one.formatter, RedactingFormatter)
        ]
        written = io.StringIO()
        before = handler.setStream(written)
        yield written
        handler.setStream(before)

    def test_a_key_in_a_path_is_not_logged(self, anonymous, log):
        text = new_key_text()
        assert anonymous.get(f"/api/{text}").status_code == 404
        assert "Not Found: /api/pck_" in log.getvalue()
        assert text.split("_")[2] not in log.getvalue()

    def test_a_key_in_a_traceback_is_not_logged(self, log):
        text = new_key_text()
        try:
            int(f"Bearer {text}, and again {text}")
        except ValueError:
            logging.getLogger("accounts").exception("It failed with %s.", text)
        assert log.getvalue().count("[redacted]") == 3
        assert text.split("_")[2] not in log.getvalue()

    def test_a_token_in_a_path_is_not_logged(self, anonymous, user, log):
        token = services.issue_tokens(user=user).access
        assert anonymous.get(f"/api/{token}").status_code == 404
        assert "Not Found: /api/eyJ" in log.getvalue()
        assert token.split(".")[1] not in log.getvalue()
        assert token.split(".")[2] not in log.getvalue()

    def test_the_prefix_stays_so_that_the_key_can_be_found(self):
        text = new_key_text()
        assert redact(f"({text})") == f"(pck_{text.split('_')[1]}_[redacted])"
        assert redact("pck_short and eyJ.a.b") == "pck_short and eyJ.a.b"
