"""Create the demo's users and their history, with the same services as the API."""

from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from accounts.models import User
from ai import services as ai
from ai.engines import Action, get_engine
from ai.engines.base import GenerationRequest
from ai.models import Question, QuestionSet
from credits import services as ledger

# A chapter of H. G. Wells, in the public domain. It was not written for this demo.
SOURCE = Path(__file__).parent / "texts" / "material-knowledge.txt"
QUESTIONS, OFFLINE = 5, "offline"


@dataclass(frozen=True, slots=True)
class DemoUser:
    """A login of the demo. The password is public, because the demo listens only on this machine."""

    email: str
    password: str
    name: str
    is_staff: bool = False


DEMO_USERS = (
    DemoUser("demo@example.com", "demo-password", "Dana Demo"),
    DemoUser("staff@example.com", "staff-password", "Sam Staff", is_staff=True),
)


def create_demo_users() -> int:
    """Create the missing demo users and return their number."""
    created = 0
    for demo in DEMO_USERS:
        if not User.objects.filter(email=demo.email).exists():
            User.objects.create_user(
                demo.email, demo.password, name=demo.name, is_staff=demo.is_staff, is_superuser=demo.is_staff
            )
            created += 1
    return created


def create_demo_history() -> bool:
    """Let the demo's user buy questions and answer two; False when they did so before, or where models cost money."""
    if any(get_engine(action).name != OFFLINE for action in Action):
        return False
    user = User.objects.get(email=DEMO_USERS[0].email)
    if QuestionSet.objects.filter(user=user).exists():
        return False
    right, wrong, *_ = _buy_questions(user)
    _buy_evaluation(user, right, right.answer)
    _buy_evaluation(user, wrong, "I do not remember.")
    return True


def _buy_questions(user: User) -> list[Question]:
    with ledger.charge(user=user, action="generate_from_source", units=QUESTIONS) as charge:
        asked = GenerationRequest(source_text=SOURCE.read_text(encoding="utf-8"), question_count=QUESTIONS)
        result = ai.generate(asked, hold=charge.hold)
        with transaction.atomic():
            question_set, questions = ai.store_question_set(
                user_id=user.pk, name="The development of material knowledge", language="en", result=result
            )
            charge.capture(
                units=len(questions),
                reference=ledger.Reference(type="question_set", id=str(question_set.id)),
            )
    return questions


def _buy_evaluation(user: User, question: Question, answer: str) -> None:
    with ledger.charge(user=user, action="evaluate_answer") as charge:
        asked = ai.evaluation_request(question=question, user_answer=answer)
        result = ai.evaluate(asked, hold=charge.hold)
        with transaction.atomic():
            evaluation = ai.store_evaluation(
                user_id=user.pk, question=question, user_answer=answer, result=result
            )
            charge.capture(reference=ledger.Reference(type="answer_evaluation", id=str(evaluation.id)))
