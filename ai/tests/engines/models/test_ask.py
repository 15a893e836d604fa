"""A prompt of an action's own, over real HTTP."""

import uuid

import pytest

from ai.ask import Prompt, ask
from ai.exceptions import EngineFailed
from ai.models import ModelCallRecord
from credits.pricing import Price
from credits.services import Hold

pytestmark = pytest.mark.django_db
PROMPT = Prompt(version="summarise-1", rules="Summarise.", data={"text": "x"}, schema={"type": "object"})


@pytest.fixture
def hold(user):
    price = Price(action="summarise", base=1)
    return Hold(id=uuid.uuid4(), user_id=user.pk, amount=1, action_type="summarise", price=price)


@pytest.mark.parametrize("text", ["x", "é €", r"C:\\u0000", r"\\\\u0000"])
def test_a_reply_is_returned_and_its_call_recorded(acme, hold, text):
    acme.replies(then=f'{{"summary": "{text}"}}')
    reply = ask(PROMPT, hold=hold)
    assert reply.data == {"summary": text.replace("\\\\", "\\")}
    assert (reply.tokens.input, reply.tokens.output) == (100, 20)
    assert ModelCallRecord.objects.get().outcome == "ok"


@pytest.mark.parametrize("value", [r'"\u0000"', r'"\\\u0000"', r'"\ud800"', "NaN", "1e400", r'{"\u0000": 1}'])
def test_what_no_database_stores_is_a_bad_output(acme, hold, value):
    acme.replies(then=f'{{"summary": {value}}}')
    with pytest.raises(EngineFailed) as failure:
        ask(PROMPT, hold=hold)
    assert (failure.value.status_code, failure.value.code) == (502, "engine_bad_output")
    assert ModelCallRecord.objects.get().outcome == "engine_bad_output"
