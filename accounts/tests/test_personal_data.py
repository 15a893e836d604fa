"""The table of personal data names every model, so that an erasure or an export cannot miss one."""

import json
import uuid

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model

from accounts import services
from accounts.personal_data import IMPERSONAL, RULES, Erasure, model_of
from accounts.services import export_account
from accounts.services.export import ROWS_AT_A_TIME
from accounts.tests.personal_data import EMAIL, NAME, SECRET, create_known_user, give_data
from ai.models import ModelCallRecord
from billing.stripe_api import mirror_erasure

MODELS = {
    model._meta.label: model
    for model in apps.get_models(include_auto_created=True)
    if model._meta.app_label != "djstripe"
}
USER = get_user_model()


def keys_to_the_user(model):
    return {
        field.name
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model is USER
    } | {field.name for field in model._meta.fields if field.related_model is USER}


def test_each_model_has_a_rule_or_a_reason():
    assert {*RULES, *IMPERSONAL} == set(MODELS)
    assert not RULES.keys() & IMPERSONAL.keys()


@pytest.mark.parametrize("label", MODELS)
def test_each_key_to_the_user_is_named(label):
    named = set(RULES[label].also) | {RULES[label].path.split("__")[0]} if label in RULES else set()
    assert keys_to_the_user(MODELS[label]) <= named


@pytest.mark.parametrize("label", [label for label in RULES if RULES[label].path])
def test_each_path_leads_to_the_user(label, user):
    """The query runs, and finds nothing of a user who does not exist."""
    assert RULES[label].rows(label, user_id=user.pk + 1).count() == 0


@pytest.mark.parametrize("label", RULES)
def test_what_is_kept_or_not_exported_has_a_reason(label):
    rule = RULES[label]
    if rule.erasure is not Erasure.DELETE or not rule.section:
        assert rule.why


@pytest.mark.parametrize("label", [label for label in RULES if RULES[label].section])
def test_an_export_has_each_column_but_secrets(label):
    """Each column is exported, or it is the key to the user or a secret or a detail that is named here."""
    rule = RULES[label]
    columns = {field.attname for field in model_of(label)._meta.concrete_fields}
    own = {f"{key}_id" for key in (*rule.also, rule.path.split("__")[0])}
    exported = {*rule.fields, *(name.split("__")[0] + "_id" for name in rule.values.values())}
    exported |= {name.split("__")[0] for name in rule.fields}
    assert columns - own - exported == NOT_EXPORTED.get(label, set())


NOT_EXPORTED = {
    "ai.ModelCallRecord": {"hold_id", "prompt_version", "cost", "latency_ms"},
    "jobs.Job": {
        *("hold_id", "response_status", "attempts", "queue_id", "deadline_at", "finished_units"),
        "deliverable",  # has answers that are not paid for yet
    },
    "accounts.Session": {"refresh_jti", "previous_jti", "password_hash"},
    "accounts.ApiKey": {"secret_hash"},
    "accounts.User_groups": {"id"},
    "accounts.User_user_permissions": {"id"},
    "credits.CreditHold": {
        *("grant_ids", "grant_amounts", "units", "base", "per_unit", "minimum", "price_source"),
        *("per_million_input_tokens", "per_million_output_tokens", "expires_at", "request_hash"),
        *("response_status", "subject"),
    },
    "credits.AiCreditLog": {"idempotency_key", "metadata"},
    "credits.CreditGrant": {"pool", "reserved", "is_open", "rollover_cap", "rolled_over"},
    "credits.CreditClaim": set(),
    "billing.Payment": {
        *("id", "stripe_price_id", "plan_id", "pack_id", "expires_at", "rollover_cap", "instalments"),
        *("instalments_left", "next_instalment_at", "action_type", "tax_exempt", "written_off"),
        *("clawback_count", "created_at"),
    },
    "billing.PaymentPart": {"id"},
}


def test_each_model_of_djstripe_is_in_one_table():
    named = [
        *mirror_erasure.CONNECTED,
        *mirror_erasure.NAMING,
        *mirror_erasure.EVENTS,
        *mirror_erasure.IMPERSONAL,
    ]
    models = apps.get_app_config("djstripe").get_models(include_auto_created=True)
    assert sorted(named) == sorted(model.__name__ for model in models)


def test_a_model_of_djstripe_with_a_customer_is_erased():
    erased = {*mirror_erasure.CONNECTED, *mirror_erasure.NAMING}
    for model in apps.get_app_config("djstripe").get_models():
        if "customer" in {field.name for field in model._meta.concrete_fields}:
            assert model.__name__ in erased


class TestExport:
    def test_it_has_all_that_is_stored_and_no_secret(self, db, staff):
        user = create_known_user()
        give_data(user, staff=staff)
        text = "".join(export_account(user=user))
        document = json.loads(text)
        assert document["profile"]["email"] == EMAIL
        assert document["profile"]["name"] == NAME
        assert document["evaluations"][0]["userAnswer"] == SECRET
        assert document["holds"][0]["responseBody"] == {"userAnswer": SECRET}
        assert [entry["reason"] for entry in document["ledger"]] == ["", "", "goodwill"]
        assert {rule.section for rule in RULES.values() if rule.section} <= document.keys()
        assert user.password not in text

    def test_it_has_nothing_of_others(self, db, staff, user):
        give_data(create_known_user(), staff=staff)
        text = "".join(export_account(user=user))
        assert SECRET not in text
        assert EMAIL not in text

    def test_it_has_stripes_objects(self, subscriber):
        document = json.loads("".join(export_account(user=subscriber)))
        kinds = {one["object"] for one in document["stripeObjects"]}
        assert {"customer", "subscription", "invoice"} <= kinds
        assert len(document["payments"]) == 1

    def test_many_rows_come_once_each(self, db, user):
        count = 2 * ROWS_AT_A_TIME + 1
        ModelCallRecord.objects.bulk_create(
            ModelCallRecord(user=user, hold_id=uuid.uuid4(), input_tokens=1, output_tokens=1, latency_ms=1)
            for _ in range(count)
        )
        calls = json.loads("".join(export_account(user=user)))["modelCalls"]
        assert len({call["id"] for call in calls}) == len(calls) == count

    def test_the_reason_of_a_block_is_for_staff(self, db, user, staff):
        services.block(user=user, reason="Sells access to others.", actor=staff)
        user.refresh_from_db()
        text = "".join(export_account(user=user))
        assert "Sells access" not in text
        assert json.loads(text)["profile"]["blockedAt"] is not None
