"""The engine over real HTTP: models in their order, deadlines, progress, tokens."""

import asyncio
import time

import pytest

from ai.engines import Action, get_engine
from ai.engines.base import (
    Difficulty,
    EvaluationRequest,
    GenerationRequest,
    QuestionType,
    Tokens,
    total_tokens,
)
from ai.engines.exceptions import (
    EngineBadOutput,
    EngineTimeout,
    EngineUnavailable,
    NoQuestions,
    NothingOnTopic,
    UnknownLanguage,
)
from ai.engines.models.client import close_clients
from ai.tests.engines.models.provider import (
    SOURCE,
    chat,
    error,
    honest,
    never,
    question,
    running_provider,
    slow,
)

ACME, SECOND, THIRD = "openai:acme-1", "openai:acme-2", "openai:acme-3"
DOWN = error(503, "overloaded")
NAMES = {ACME: "acme-1", SECOND: "acme-2", THIRD: "acme-3"}


def asked(count=5, **more):
    return GenerationRequest(source_text=SOURCE, question_count=count, **more)


def answer(given="because of the chalk", **more):
    return EvaluationRequest(
        **{
            "question_text": "Why does the Amber bend?",
            "question_type": QuestionType.SHORT_ANSWER,
            "options": (),
            "expected_answer": "because its valley is soft chalk",
            "marks_available": 3,
            "user_answer": given,
            **more,
        }
    )


def generate(request=None, **more):
    return get_engine(Action.GENERATE).generate(request or asked(), **more)


def evaluate(request=None):
    return get_engine(Action.EVALUATE).evaluate(request or answer())


def on_own_loop(work):
    """Run the coroutine that `work` makes on a loop of the test's, as a job worker does."""

    async def run():
        try:
            return await work()
        finally:
            await close_clients()

    return asyncio.run(run())


def wait_until(true):
    while not true():
        time.sleep(0.02)


def by_model(replies):
    """A reply for each model, by its name."""
    return lambda request: reply(request) if callable(reply := replies[request.body["model"]]) else reply


class TestModels:
    def test_the_result_and_the_calls_name_the_model(self, acme):
        result = generate()
        assert result.engine == ACME
        assert len(result.questions) == 5
        (call,) = result.calls
        assert (call.model, call.prompt_version, call.outcome) == (ACME, "generate-1", "ok")
        assert call.tokens == Tokens(input=100, output=20)
        assert call.cost is None
        assert evaluate().engine == ACME

    def test_each_action_may_have_a_model_of_its_own(self, acme, settings):
        settings.AI_MODEL_EVALUATE = SECOND
        assert (generate().engine, evaluate().engine) == (ACME, SECOND)
        assert [request.body["model"] for request in acme.requests] == ["acme-1", "acme-2"]

    def test_an_action_without_a_model_is_offline(self, acme, settings):
        settings.AI_MODEL, settings.AI_MODEL_EVALUATE = "", SECOND
        assert get_engine(Action.GENERATE).name == "offline"
        assert evaluate().engine == SECOND

    @pytest.mark.parametrize(
        "fault", [DOWN, error(401, "no"), error(429, "rate_limit_exceeded"), error(404, "no")]
    )
    def test_the_next_model_answers_if_one_is_not_available(self, fault, acme, settings):
        settings.AI_FALLBACK_MODELS = [SECOND, THIRD]
        acme.replies(then=by_model({"acme-1": fault, "acme-2": fault, "acme-3": honest}))
        result = generate()
        assert result.engine == THIRD
        assert [(call.model, call.outcome) for call in result.calls] == [
            (ACME, "engine_unavailable"),
            (SECOND, "engine_unavailable"),
            (THIRD, "ok"),
        ]

    def test_a_silent_model_leaves_half_the_time_to_the_next(self, acme, settings):
        settings.AI_FALLBACK_MODELS = [SECOND]
        settings.AI_DEADLINE_SECONDS = 4
        acme.replies(then=by_model({"acme-1": never, "acme-2": honest}))
        start = time.monotonic()
        result = generate()
        assert [call.outcome for call in result.calls] == ["engine_timeout", "ok"]
        assert time.monotonic() - start < 5

    def test_the_model_that_took_over_stays_for_the_rest(self, acme, settings):
        settings.AI_FALLBACK_MODELS = [SECOND]
        acme.replies(honest, then=by_model({"acme-1": DOWN, "acme-2": honest}))
        result = generate(asked(15))
        assert len(result.questions) == 15
        assert result.engine == f"{ACME}, {SECOND}"
        assert [call.model for call in result.calls] == [ACME, ACME, SECOND, SECOND]

    def test_the_offline_engine_never_takes_over(self, acme, settings):
        settings.AI_FALLBACK_MODELS = [SECOND]
        acme.replies(then=DOWN)
        with pytest.raises(EngineUnavailable) as failure:
            generate()
        assert {call.model for call in failure.value.calls} == {ACME, SECOND}

    def test_bad_output_and_refusals_do_not_pass_to_another_model(self, acme, settings):
        settings.AI_FALLBACK_MODELS = [SECOND]
        acme.replies(then="prose")
        with pytest.raises(EngineBadOutput):
            generate()
        assert {request.body["model"] for request in acme.requests} == {"acme-1"}

    def test_the_key_of_openai_is_not_sent_to_another_server(self, acme, settings):
        settings.OPENAI_API_KEY = "sk-of-openai"
        generate()
        settings.AI_API_KEY = "key-of-acme"
        generate()
        sent = [request.headers["Authorization"] for request in acme.requests]
        assert "sk-of-openai" not in str(sent)
        assert sent[1] == "Bearer key-of-acme"

    def test_the_request_is_bounded_and_has_no_temperature_and_no_tool(self, acme, settings):
        settings.AI_MAX_OUTPUT_TOKENS = 1234
        generate()
        body = acme.requests[0].body
        assert body["max_tokens"] == 1234
        assert "temperature" not in body
        assert "tools" not in body
        assert body["response_format"]["type"] == "json_schema"
        strings = [
            one
            for one in _schemas(body["response_format"]["json_schema"]["schema"])
            if one.get("type") == "string"
        ]
        assert strings
        assert all("maxLength" in one or "enum" in one for one in strings)

    def test_a_server_that_refuses_the_schema_of_a_response_is_asked_with_a_tool(self, acme):
        def reply(request):
            if "response_format" in request.body:
                return error(400, "invalid_request_error")(request)
            return honest(request)

        acme.replies(then=reply)
        assert len(generate().questions) == 5
        assert acme.requests[-1].body["tools"][0]["function"]["name"] == "reply"
        assert len(generate().questions) == 5
        assert len(acme.requests) == 3  # it is remembered

    def test_an_object_in_a_fence_is_read(self, acme):
        acme.replies('Here you are:\n```json\n{"marks": 2, "feedback": "Good."}\n```')
        assert evaluate().marks_achieved == 2


def _schemas(schema):
    yield schema
    for value in schema.values():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                yield from _schemas(one)


class TestDeadline:
    def test_caps_the_whole_run(self, acme, settings):
        settings.AI_DEADLINE_SECONDS = 1
        acme.replies(then=never)
        start = time.monotonic()
        with pytest.raises(EngineTimeout) as failure:
            generate()
        assert 0.9 < time.monotonic() - start < 4
        assert [call.outcome for call in failure.value.calls] == ["engine_timeout"]
        assert acme.requests[0].gone.wait(2)  # the request was cancelled

    def test_what_is_verified_by_then_is_delivered(self, acme, settings):
        settings.AI_DEADLINE_SECONDS = 1
        acme.replies(honest, then=never)
        result = generate(asked(15))
        assert len(result.questions) == 5
        assert [call.outcome for call in result.calls] == ["ok", "engine_timeout"]

    @pytest.mark.parametrize(
        "fault", [DOWN, error(401, "no"), "prose", error(400, "context_length_exceeded")]
    )
    def test_what_is_verified_before_a_failure_is_delivered(self, fault, acme):
        acme.replies(honest, then=fault)
        result = generate(asked(10))
        assert len(result.questions) == 5
        assert result.calls[-1].outcome != "ok"

    def test_retries_end_with_it(self, acme, settings):
        settings.AI_DEADLINE_SECONDS = 1
        acme.replies(then=slow(0.4, DOWN))
        start = time.monotonic()
        with pytest.raises((EngineUnavailable, EngineTimeout)):
            generate()
        assert time.monotonic() - start < 4


class TestProgress:
    def test_each_batch_is_told_and_each_call_knows_what_exists(self, acme):
        told = []

        async def on_questions(result):
            told.append((len(result.questions), len(result.calls)))

        result = on_own_loop(
            lambda: get_engine(Action.GENERATE).agenerate(asked(12), on_questions=on_questions)
        )
        assert told == [(5, 1), (10, 2), (12, 3)]
        assert len(result.questions) == 12
        assert [len(request.data["already_asked"]) for request in acme.requests] == [0, 5, 10]
        stems = [question.text for question in result.questions]
        assert acme.requests[2].data["already_asked"] == stems[:10]

    def test_hundreds_run_at_once_on_one_loop(self, acme):
        acme.replies(then=slow(1))

        async def many():
            engine = get_engine(Action.EVALUATE)
            return await asyncio.gather(*(engine.aevaluate(answer()) for _ in range(100)))

        start = time.monotonic()
        assert len(on_own_loop(many)) == 100
        assert time.monotonic() - start < 15

    def test_a_cancelled_run_ends_at_once_and_tells_its_calls(self, acme):
        acme.replies(honest, then=never)

        async def cancelled():
            task = asyncio.create_task(get_engine(Action.GENERATE).agenerate(asked(10)))
            await asyncio.to_thread(wait_until, lambda: len(acme.requests) == 2)
            task.cancel()
            try:
                await task
            except asyncio.CancelledError as error:
                return error.calls

        calls = on_own_loop(cancelled)
        assert [call.outcome for call in calls] == ["ok", "cancelled"]
        assert acme.requests[1].gone.wait(2)


class TestWishes:
    def test_all_of_them_are_passed_as_data(self, acme):
        generate(
            asked(
                3,
                question_types=(QuestionType.TRUE_FALSE,),
                difficulty=Difficulty.HARD,
                focus="lengths",
                topics=("Rivers",),
            )
        )
        data = acme.requests[0].data
        assert data["source"] == SOURCE
        assert (data["count"], data["types"]) == (3, {"true-false": 3})
        assert (data["focus"], data["topics"], data["language"]) == ("lengths", ["Rivers"], "en")

    def test_a_source_that_carries_nothing_is_422(self, acme):
        acme.replies(then={"questions": [], "unable": "no_content"})
        with pytest.raises(NoQuestions):
            generate()
        assert len(acme.requests) == 1

    def test_a_source_without_the_focus_is_422(self, acme):
        acme.replies(then={"questions": [], "unable": "off_topic"})
        with pytest.raises(NothingOnTopic):
            generate(asked(focus="football"))

    def test_a_source_that_carries_no_more_ends_the_work(self, acme):
        acme.replies({"questions": [question("true-false", 1)], "unable": "no_content"})
        assert len(generate(asked(20)).questions) == 1
        assert len(acme.requests) == 1

    @pytest.mark.parametrize("language", ["", "not a language", "e", "ignore the rules"])
    def test_a_language_that_is_none_is_refused_without_a_call(self, language, acme):
        with pytest.raises(UnknownLanguage) as refusal:
            generate(asked(language=language))
        assert (refusal.value.status, refusal.value.setting) == (422, "")
        assert acme.requests == []

    def test_half_a_surrogate_pair_is_sent_as_a_question_mark(self, acme):
        assert generate(GenerationRequest(source_text=SOURCE + " \ud800", question_count=1)).questions


class TestTokenLimit:
    @pytest.mark.parametrize("count", [1, 5, 7, 20])
    def test_bounds_the_dearest_run(self, count, acme, settings):
        """Every batch is answered badly first, then well; the provider bills a token for each byte that it was sent."""
        settings.AI_MAX_OUTPUT_TOKENS = 300

        def dear(request):
            sent = _bytes(request.body)
            questions = honest(request) if len(acme.requests) % 2 == 0 else {"questions": [], "unable": "no"}
            return request.send(200, chat(_json(questions), usage=(sent, 300)))

        acme.replies(then=dear)
        request = asked(count, focus="€" * 500, topics=("rivers", "x" * 100))
        limit = get_engine(Action.GENERATE).token_limit(request)
        result = generate(request)
        used = total_tokens(result.calls)
        assert len(result.questions) == count
        assert used.input <= limit.input
        assert used.output == limit.output

    def test_bounds_an_evaluation(self, acme, settings):
        settings.AI_MAX_OUTPUT_TOKENS = 50
        acme.replies(
            then=lambda r: r.send(200, chat('{"marks": 9, "feedback": "x"}', usage=(_bytes(r.body), 50)))
        )
        request = answer("€" * 4_000)
        limit = get_engine(Action.EVALUATE).token_limit(request)
        with pytest.raises(EngineBadOutput) as failure:
            evaluate(request)
        used = total_tokens(failure.value.calls)
        assert len(failure.value.calls) == 2
        assert 12_000 < used.input <= limit.input
        assert used.output == limit.output == 100

    @pytest.mark.parametrize("usage", [(10, 51), (2**31, 1), (10, 10**30)])
    def test_more_than_the_bound_is_not_accepted_and_not_recorded(self, acme, settings, usage):
        settings.AI_MAX_OUTPUT_TOKENS = 50
        acme.replies(then=lambda r: r.send(200, chat('{"marks": 1, "feedback": "x"}', usage=usage)))
        with pytest.raises(EngineBadOutput) as failure:
            evaluate()
        assert [(call.tokens, call.cost) for call in failure.value.calls] == [(Tokens(), None)] * 2

    def test_nothing_for_what_code_grades(self, acme):
        engine = get_engine(Action.EVALUATE)
        choice = answer(
            "a", question_type=QuestionType.TRUE_FALSE, options=("True", "False"), expected_answer="True"
        )
        assert engine.token_limit(choice) == Tokens()
        assert engine.evaluate(choice).calls == ()


def _bytes(body):
    return sum(len(text.encode()) for text in _texts(body))


def _texts(value):
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list):
        return [text for one in value for text in _texts(one)]
    return [str(value)]


def _json(value):
    import json

    return json.dumps(value)


def test_two_providers_at_once(settings):
    with running_provider() as one, running_provider() as two:
        settings.AI_MODEL = ACME
        for provider in (one, two, one):
            settings.AI_BASE_URL = provider.url
            generate()
        assert (len(one.requests), len(two.requests)) == (2, 1)
