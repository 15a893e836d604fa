"""A user with data in every table, and a search for what is left of it."""

from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from accounts.models import User
from accounts.tests.factories import UserFactory
from ai.models import AnswerEvaluation
from ai.tests.factories import AnswerEvaluationFactory
from credits import services as ledger
from credits.services import RequestKey, holds
from limits import counter

NAME, EMAIL = "Zebulon Quagga", "zebulon.quagga@example.com"
SECRET = "the platypus is my secret answer"
PERSONAL = (NAME, EMAIL, SECRET)


def create_known_user(**fields):
    return UserFactory(**{"email": EMAIL, "name": NAME, **fields})


def give_data(user, *, staff):
    """Give the user a set of questions, an answer, a stored response, and an entry by staff that names them."""
    evaluation = AnswerEvaluationFactory(user=user, user_answer=SECRET)
    request = RequestKey(endpoint="/api/ai/evaluate-answer", key=f"{SECRET} 1", request_hash="0" * 64)
    held = holds.hold(user_id=user.pk, amount=2, action_type="evaluate_answer", request=request)
    holds.capture(hold=held, response_status=200, response_body={"userAnswer": SECRET})
    counter.remember_address(account=user.email, block="203.0.113.7")
    ledger.adjust(user_id=user.pk, amount=5, actor_id=staff.pk, reason="goodwill", key="adjust:1")
    LogEntry.objects.create(
        user=staff,
        content_type=ContentType.objects.get_for_model(User),
        object_id=str(user.pk),
        object_repr=str(user),
        action_flag=CHANGE,
        change_message="[]",
    )
    assert AnswerEvaluation.objects.filter(pk=evaluation.pk).exists()


def traces(*needles):
    """Return the tables that contain one of these texts, with the text."""
    found = []
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            for needle in needles:
                # dj-stripe and Django store JSON as jsonb or as text; both show the text itself.
                cursor.execute(
                    f'select count(*) from "{model._meta.db_table}" t where t::text ilike %s', [f"%{needle}%"]
                )
                if cursor.fetchone()[0]:
                    found.append((model._meta.label, needle))
    return found
