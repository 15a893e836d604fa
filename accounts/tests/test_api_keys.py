"""Users create, list, rename, rotate and revoke their keys, also concurrently."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier, Lock

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts import services
from accounts.exceptions import ApiKeyConflict, TooManyApiKeys
from accounts.models import ApiKey
from accounts.tests.api_key_helpers import client_with, create_key, key_client
from accounts.tests.factories import PASSWORD, UserFactory
from accounts.tests.mail_helpers import deliver, html_of
from credits.tests.conftest import paid_actions  # noqa: F401  (a fixture)
from credits.tests.ledger_helpers import assert_ledger_consistent, at_once, balance
from credits.tests.paid_view_examples import SlowView

URL = "/api/keys"
BODY = {"name": "Server", "scopes": ["read", "spend"], "password": PASSWORD}


def rotate(client, url):
    return client.post(url, {"password": PASSWORD}, format="json")


class StaggeredHasher(MD5PasswordHasher):
    """Waits until several requests check a password, and lets them go on one after another."""

    requests = 6
    together, turn = Barrier(requests), Lock()

    def verify(self, password, encoded):
        self.together.wait(timeout=60)
        with self.turn:
            time.sleep(0.2)
            return super().verify(password, encoded)


def works(text):
    return client_with(text).get("/api/users/profile").status_code == 200


@pytest.mark.django_db
class TestCreate:
    def test_a_key_is_shown_once_and_works(self, api, user):
        answer = api.post(URL, BODY, format="json")
        assert (answer.status_code, answer["Cache-Control"]) == (201, "no-store")
        created = answer.json()
        text = created.pop("key")
        assert text.startswith(f"pck_{created['prefix']}_")
        assert (created["lastUsedAt"], created["expiresAt"]) == (None, None)
        assert api.get(URL).json()["results"] == [created]
        assert works(text)
        assert text.split("_")[2] not in api.get(URL).content.decode()

    @pytest.mark.parametrize("scopes", [["read"], ["spend"], ["spend", "read"], ["read", "read"]])
    def test_a_key_has_the_scopes_that_were_asked_for(self, api, scopes):
        assert api.post(URL, {**BODY, "scopes": scopes}, format="json").json()["scopes"] == sorted(
            set(scopes)
        )

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("name", None),
            ("name", ""),
            ("name", "  "),
            ("name", "x" * 101),
            ("name", 7),
            ("name", "nul\0"),
            ("scopes", None),
            ("scopes", []),
            ("scopes", "read"),
            ("scopes", ["admin"]),
            ("scopes", ["read", "admin"]),
            ("scopes", ["read", "spend", "read"]),
            ("scopes", [None]),
            ("scopes", [["read"]]),
            ("scopes", {"read": True}),
            ("expiresAt", "tomorrow"),
            ("expiresAt", 4102444800),
            ("expiresAt", "2020-01-01T00:00:00Z"),
            ("expiresAt", "0001-01-01T00:00:00+14:00"),
            ("expiresAt", "9999-12-31T23:59:59-12:00"),
        ],
    )
    def test_invalid_fields_are_400(self, api, field, value):
        answer = api.post(URL, {**BODY, field: value}, format="json")
        assert (answer.status_code, set(answer.json()["errors"])) == (400, {field})
        assert not ApiKey.objects.exists()

    @pytest.mark.parametrize("field", ["name", "scopes", "password"])
    def test_missing_fields_are_400(self, api, field):
        answer = api.post(URL, {name: BODY[name] for name in BODY if name != field}, format="json")
        assert (answer.status_code, set(answer.json()["errors"])) == (400, {field})

    def test_other_fields_are_ignored(self, api, user):
        victim = UserFactory()
        body = {**BODY, "user": victim.pk, "userId": victim.pk, "prefix": "x", "can_spend": True, "id": 1}
        api.post(URL, {**body, "scopes": ["read"]}, format="json")
        row = ApiKey.objects.get()
        assert (row.user, row.scopes, len(row.prefix)) == (user, ["read"], 8)

    def test_an_expiring_key_stops_then(self, api):
        at = timezone.now() + timedelta(hours=1)
        created = api.post(URL, {**BODY, "expiresAt": at.isoformat()}, format="json").json()
        assert works(created["key"])
        ApiKey.objects.update(expires_at=timezone.now())
        assert not works(created["key"])
        assert api.get(URL).json()["results"][0]["id"] == created["id"]

    def test_a_user_has_a_limited_number_of_keys(self, api, user, settings):
        settings.API_KEYS_PER_USER = 2
        create_key(user, expires_at=timezone.now())  # expired, and counted until it is revoked
        create_key(UserFactory())
        assert api.post(URL, BODY, format="json").status_code == 201
        answer = api.post(URL, BODY, format="json")
        assert (answer.status_code, answer.json()["code"], answer.json()["limit"]) == (
            409,
            "too_many_api_keys",
            2,
        )
        assert api.delete(f"{URL}/{ApiKey.objects.of(user.pk)[0].pk}").status_code == 204
        assert api.post(URL, BODY, format="json").status_code == 201

    def test_a_wrong_password_creates_and_rotates_nothing(self, api, user):
        """A stolen access token does not become a key that outlives the session."""
        row, wrong = create_key(user).row, {**BODY, "password": "another passphrase"}
        for url in (URL, f"{URL}/{row.pk}/rotate"):
            answer = api.post(url, wrong, format="json")
            assert (answer.status_code, answer.json()["code"]) == (403, "wrong_password")
        assert ApiKey.objects.get().secret_hash == row.secret_hash

    def test_guesses_of_the_password_count_as_logins(self, api, anonymous, user, settings):
        settings.LOGIN_THROTTLE_RATE = "4/min"
        row, wrong = create_key(user).row, {**BODY, "password": "another passphrase"}
        guesses = [api.post(url, wrong, format="json") for url in [URL, f"{URL}/{row.pk}/rotate"] * 2]
        assert {answer.status_code for answer in guesses} == {403}
        login = {"email": user.email, "password": PASSWORD}
        for client, url in ((api, URL), (api, f"{URL}/{row.pk}/rotate"), (anonymous, "/api/auth/login")):
            assert client.post(url, {**BODY, **login}, format="json").status_code == 429

    def test_the_owner_gets_a_mail_that_names_the_prefix_only(self, api, user):
        created = api.post(URL, {**BODY, "name": "See https://evil.example"}, format="json").json()
        rotated = rotate(api, f"{URL}/{created['id']}/rotate").json()
        for key, message in zip((rotated, rotated), deliver(), strict=True):  # built when they are sent
            assert message.to == [user.email]
            for text in (message.body, html_of(message)):
                assert f"pck_{key['prefix']}_…" in text
                assert not any(secret in text for secret in ("evil", key["key"], created["key"]))

    def test_the_mails_are_limited_and_the_keys_are_not(self, api, settings):
        settings.MAIL_THROTTLE_RATE = "2/hour"
        assert [api.post(URL, BODY, format="json").status_code for _ in range(3)] == [201] * 3
        assert len(deliver()) == 2

    def test_creating_is_limited_by_address_and_listing_is_not(self, api, settings):
        settings.AUTH_THROTTLE_RATE = "2/min"
        assert [api.post(URL, BODY, format="json").status_code for _ in range(3)] == [201, 201, 429]
        assert api.get(URL).status_code == 200

    def test_the_database_refuses_a_key_without_a_scope(self, user):
        with pytest.raises(IntegrityError, match="accounts_apikey_has_a_scope"):
            create_key(user, "nothing")


@pytest.mark.django_db
class TestManage:
    def test_the_list_is_the_callers_own_without_revoked_keys(self, api, user):
        create_key(UserFactory())
        kept, gone, newest = (create_key(user, name=name).row for name in "abc")
        services.revoke_api_key(key=gone)
        assert [row["id"] for row in api.get(URL).json()["results"]] == [newest.pk, kept.pk]

    def test_a_patch_changes_the_name_and_nothing_else(self, api, user):
        row = create_key(user, "read").row
        before = ApiKey.objects.filter(pk=row.pk).values().get()
        body = {
            "name": "New",
            "scopes": ["read", "spend"],
            "can_spend": True,
            "expiresAt": None,
            "prefix": "x",
        }
        answer = api.patch(f"{URL}/{row.pk}", body, format="json")
        assert (answer.status_code, answer.json()["name"], answer.json()["scopes"]) == (200, "New", ["read"])
        assert ApiKey.objects.filter(pk=row.pk).values().get() == {**before, "name": "New"}

    @pytest.mark.parametrize("name", [None, "", " ", "x" * 101, 7, [], "nul\0"])
    def test_an_invalid_name_is_400(self, api, user, name):
        answer = api.patch(f"{URL}/{create_key(user).row.pk}", {"name": name}, format="json")
        assert (answer.status_code, set(answer.json()["errors"])) == (400, {"name"})

    def test_rotating_replaces_the_key_at_once_and_keeps_the_rest(self, api, user):
        old = create_key(user, "read", expires_at=timezone.now() + timedelta(days=1))
        services.note_use(key=old.row, at=timezone.now())
        answer = rotate(api, f"{URL}/{old.row.pk}/rotate")
        assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
        body = answer.json()
        assert works(body["key"])
        assert not works(old.text)
        assert body["prefix"] == body["key"].split("_")[1] != old.text.split("_")[1]
        assert (body["id"], body["scopes"], body["lastUsedAt"]) == (old.row.pk, ["read"], None)
        assert ApiKey.objects.get().expires_at == old.row.expires_at

    def test_an_expired_key_is_not_rotated_back_to_life(self, api, user):
        row = create_key(user, expires_at=timezone.now()).row
        answer = rotate(api, f"{URL}/{row.pk}/rotate")
        assert (answer.status_code, answer.json()["code"]) == (409, "api_key_conflict")

    def test_a_revoked_key_stops_and_is_gone(self, api, user):
        new = create_key(user)
        at = f"{URL}/{new.row.pk}"
        assert api.delete(at).status_code == 204
        assert not works(new.text)
        answers = [api.delete(at), api.patch(at, {"name": "x"}, format="json"), rotate(api, f"{at}/rotate")]
        assert {answer.status_code for answer in answers} == {404}
        assert ApiKey.objects.get().revoked_at

    @pytest.mark.parametrize("pk", [0, 2**31, 2**63, 10**30])
    def test_unknown_ids_are_404(self, api, pk):
        answers = [api.delete(f"{URL}/{pk}"), rotate(api, f"{URL}/{pk}/rotate")]
        assert {answer.status_code for answer in answers} == {404}

    def test_the_key_of_another_user_is_404_and_stays(self, client_of):
        victim = create_key(UserFactory())
        before = ApiKey.objects.values().get()
        thief = client_of(UserFactory())
        at = f"{URL}/{victim.row.pk}"
        answers = [
            thief.delete(at),
            thief.patch(at, {"name": "x"}, format="json"),
            rotate(thief, f"{at}/rotate"),
        ]
        assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(404, "not_found")}
        assert ApiKey.objects.values().get() == before

    def test_without_a_token_all_is_401(self, anonymous, user):
        at = f"{URL}/{create_key(user).row.pk}"
        answers = [anonymous.get(URL), anonymous.post(URL, BODY, format="json"), anonymous.delete(at)]
        answers += [rotate(anonymous, f"{at}/rotate"), anonymous.patch(at, {"name": "x"}, format="json")]
        assert {answer.status_code for answer in answers} == {401}

    def test_a_key_cannot_make_keys_or_keep_itself_alive(self, user):
        new = create_key(user)
        client, at = client_with(new.text), f"{URL}/{new.row.pk}"
        answers = [client.get(URL), client.post(URL, BODY, format="json"), client.delete(at)]
        answers += [rotate(client, f"{at}/rotate"), client.patch(at, {"name": "x"}, format="json")]
        assert {answer.json()["code"] for answer in answers} == {"api_key_not_accepted"}
        assert ApiKey.objects.get().name == "Server"


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_the_limit_holds_when_keys_are_created_at_once(self, user, settings):
        settings.API_KEYS_PER_USER = 3
        results = at_once(*[partial(create_key, user)] * 8)
        assert sum(isinstance(result, TooManyApiKeys) for result in results) == 5
        assert ApiKey.objects.of(user.pk).count() == 3

    def test_one_of_several_rotations_of_a_key_succeeds(self, user):
        old = create_key(user)
        seen = [ApiKey.objects.get(pk=old.row.pk) for _ in range(8)]
        results = at_once(*(partial(services.rotate_api_key, key=row) for row in seen))
        (new,) = [result for result in results if not isinstance(result, Exception)]
        assert {type(result) for result in results} == {services.NewApiKey, ApiKeyConflict}
        assert (works(new.text), works(old.text)) == (True, False)

    def test_one_of_several_rotations_over_http_succeeds(self, user, client_of, settings):
        """Also if the check of the password takes longer for some requests than for others."""
        settings.PASSWORD_HASHERS = [f"{__name__}.{StaggeredHasher.__name__}"]
        row = create_key(user).row
        clients = [client_of(user) for _ in range(StaggeredHasher.requests)]
        answers = at_once(*(partial(rotate, client, f"{URL}/{row.pk}/rotate") for client in clients))
        assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409, 409]
        (key,) = [answer.json()["key"] for answer in answers if answer.status_code == 200]
        assert works(key)

    def test_a_rotation_does_not_undo_a_revocation(self, user):
        for _ in range(4):
            new = create_key(user)
            seen = ApiKey.objects.get(pk=new.row.pk)
            results = at_once(
                partial(services.rotate_api_key, key=seen), partial(services.revoke_api_key, key=new.row)
            )
            assert results[1] is True
            assert not works(new.text)
            assert isinstance(results[0], ApiKeyConflict) or not works(results[0].text)

    def test_rotating_waits_for_a_revocation_in_progress_and_then_fails(self, user):
        new = create_key(user)
        with ThreadPoolExecutor(1) as pool:
            with transaction.atomic():
                services.revoke_api_key(key=new.row)
                rotation = pool.submit(_closing(partial(services.rotate_api_key, key=new.row)))
            with pytest.raises(ApiKeyConflict):
                rotation.result(timeout=30)

    @pytest.mark.usefixtures("paid_actions")
    def test_a_call_that_was_admitted_before_a_revocation_finishes_and_the_next_is_refused(self, user):
        new = create_key(user)
        client = client_with(new.text)
        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(_closing(partial(client.post, "/api/slow", {"text": "a"}, format="json")))
            assert SlowView.entered.wait(timeout=30)
            services.revoke_api_key(key=new.row)
            assert client.post("/api/slow", {"text": "b"}, format="json").status_code == 401
            SlowView.leave.set()
            assert running.result(timeout=30).status_code == 201
        assert balance(user) == (97, 0)
        assert_ledger_consistent(user)

    def test_deactivating_a_user_stops_the_keys_at_once(self, user):
        client = key_client(user)
        assert client.get("/api/credits").status_code == 200
        user.is_active = False
        user.save()
        assert client.get("/api/credits").status_code == 401


def _closing(job):
    """Return a job for a thread that closes the thread's connection afterwards."""

    def run():
        try:
            return job()
        finally:
            connection.close()

    return run
