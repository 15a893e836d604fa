# ruff: noqa: RUF001 -- the test is about characters that look alike
"""One person does not sign up twice by spelling an address differently."""

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User, UserManager
from accounts.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

ADA = "ada.lovelace@example.com"


def sign_up(client, email, password=PASSWORD):
    return client.post("/api/auth/register", {"email": email, "password": password}, format="json")


@pytest.mark.parametrize(
    "email",
    [
        "ada.lovelace+1@example.com",
        "ADA.Lovelace+newsletter+2@EXAMPLE.com",
        "ada.lovelace@example.com.",
        "ada.lovelace@example。com",
        "ada.lovelace@ｅｘａｍｐｌｅ．com",
        "ａｄａ.lovelace＠example.com",
        '"ada.lovelace"@example.com',
        "ada.lovelace@[127.0.0.1]",
        "ada.love\u0131ace@example.com",
    ],
)
def test_another_spelling_is_no_other_account(anonymous, email):
    assert sign_up(anonymous, ADA).status_code == 201
    answer = sign_up(anonymous, email)
    assert answer.status_code == 400, answer.json()
    assert set(answer.json()["errors"]) == {"email"}
    assert User.objects.count() == 1


def test_dots_and_the_second_domain_make_no_difference_at_gmail(anonymous):
    statuses = [
        sign_up(anonymous, email).status_code
        for email in (
            *("ada@gmail.com", "a.d.a+x@gmail.com", "a.da@googlemail.com"),
            *("ada@example.com", "a.da@example.com"),
        )
    ]
    assert statuses == [201, 400, 400, 201, 201]


def test_an_address_that_normalization_makes_too_long_is_refused(anonymous):
    email = "a@" + ("\ufb03" * 21 + ".") * 11 + "com"  # a ligature of three letters
    answer = sign_up(anonymous, email)
    assert (answer.status_code, set(answer.json()["errors"])) == (400, {"email"})


def test_the_database_refuses_another_spelling_of_a_mailbox():
    UserFactory(email=ADA)
    with pytest.raises(IntegrityError, match="accounts_user_email_mailbox"), transaction.atomic():
        User.objects.bulk_create([User(email="ada.lovelace+1@example.com")])


def test_a_unicode_domain_is_one_with_its_ascii_form(anonymous):
    assert sign_up(anonymous, "ada@bücher.example").json()["user"]["email"] == "ada@xn--bcher-kva.example"
    assert sign_up(anonymous, "ada@xn--bcher-kva.example").status_code == 400


def test_every_spelling_of_the_address_logs_in(anonymous):
    sign_up(anonymous, ADA)
    for email in ("Ada.Lovelace@Example.com.", "ada.lovelace@ｅｘａｍｐｌｅ.com"):
        body = {"email": email, "password": PASSWORD}
        assert anonymous.post("/api/auth/login", body, format="json").status_code == 200


@pytest.mark.parametrize("email", ["ada@mailinator.com", "ada@x.y.mailinator.com", "ADA@MAILINATOR.COM."])
def test_a_disposable_address_is_refused(anonymous, settings, email):
    answer = sign_up(anonymous, email)
    assert answer.json()["errors"] == {"email": ["Addresses of disposable email services are not accepted."]}
    settings.REFUSE_DISPOSABLE_EMAIL = False
    assert sign_up(anonymous, email).status_code == 201


@pytest.mark.parametrize("email", ["", "@", "a@", "@b", "\0", "\ud800@x", "a@" + "b" * 300, "a" * 10_000])
def test_any_text_is_normalized(email):
    assert UserManager.normalize_email(email) == UserManager.normalize_email(
        UserManager.normalize_email(email)
    )


@pytest.mark.parametrize("password", [" " * 8, "aaaaaaaa", "abababab", "aabb  ccdd", "\u00a0" * 12])
def test_a_password_of_few_characters_is_refused(anonymous, password):
    answer = sign_up(anonymous, ADA, password)
    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == {"password"}
