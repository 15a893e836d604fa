"""The demo's users and their history are like any other, and made once."""

import pytest

from accounts.models import User
from ai.models import AnswerEvaluation, Question
from credits.models import AiCreditLog
from demo.sample_data import DEMO_USERS, SOURCE, create_demo_history, create_demo_users

pytestmark = pytest.mark.django_db(transaction=True)


def test_users_are_made_once_and_can_sign_in(client):
    assert create_demo_users() == len(DEMO_USERS)
    assert create_demo_users() == 0
    for demo in DEMO_USERS:
        assert client.login(username=demo.email, password=demo.password)
    assert [user.is_staff for user in User.objects.order_by("email")] == [False, True]


def test_the_history_is_made_once_and_explained_by_the_ledger():
    create_demo_users()
    assert create_demo_history()
    assert not create_demo_history()
    user = User.objects.get(email="demo@example.com")
    amounts = AiCreditLog.objects.of(user.pk).order_by("id").values_list("amount", flat=True)
    assert list(amounts) == [100, -10, -2, -2]
    assert (user.ai_credits, user.ai_credits_held) == (86, 0)


def test_no_history_is_made_where_a_model_would_have_to_be_paid_for(settings):
    settings.AI_MODEL, settings.AI_BASE_URL = "openai:acme", "http://127.0.0.1:9/v1"
    create_demo_users()
    assert not create_demo_history()


def test_the_questions_come_from_a_real_text_and_the_marks_are_honest():
    create_demo_users()
    create_demo_history()
    source = SOURCE.read_text(encoding="utf-8")
    assert len(source.split()) >= 1500
    assert all(question.excerpt in source for question in Question.objects.all())
    right, wrong = AnswerEvaluation.objects.order_by("created_at", "id")
    assert right.marks_achieved == right.marks_available
    assert wrong.marks_achieved == 0
