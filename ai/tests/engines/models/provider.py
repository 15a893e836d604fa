"""A provider of models over real HTTP, in the shapes of OpenAI (both APIs), Anthropic and Google. It does what a test says.

A reply is a function of the `Request`. It returns the body of the model's reply as a string or as an object for JSON, or
writes to the connection itself and returns None. The honest replies are sound questions and fair marks.
"""

import json
import re
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

RIVERS = ["Amber", "Brome", "Calder", "Doven", "Eskay", "Fenner", "Garrow", "Hallam", "Irwell", "Jarrow", "Kennet",
          "Lorne", "Medway", "Nidder", "Orwell", "Parrett", "Quaggy", "Ribble", "Severn", "Tamar", "Ure", "Vyrnwy"]  # fmt: skip
TOWNS = [name[::-1].capitalize() + "ton" for name in RIVERS]
SOURCE = " ".join(
    f"The {river} is {12 + place} kilometres long and flows through {town}, because its valley is soft chalk."
    for place, (river, town) in enumerate(zip(RIVERS, TOWNS, strict=True))
)
USAGE = (100, 20)  # tokens, as every reply reports them


def fact(place):
    """The excerpt, the river and the town of one fact of the source."""
    return SOURCE.split(". ")[place].rstrip(".") + ".", RIVERS[place], TOWNS[place]


def question(kind, place, **other):
    """A sound question about one fact of the source."""
    excerpt, river, town = fact(place)
    made = {
        "short-answer": {
            "text": f"What is the length of the {river}?",
            "answer": f"{12 + place} kilometres",
            "marks": 1,
        },
        "true-false": {"text": f"The {river} flows through {town}.", "answer": "True", "marks": 1},
        "multiple-choice": {
            "text": f"Through which town does the {river} flow?",
            "answer": town,
            "distractors": [TOWNS[(place + step) % len(TOWNS)] for step in (1, 2, 3)],
            "marks": 1,
        },
    }[kind]
    return {
        "type": kind,
        "excerpt": excerpt,
        "topic": "rivers",
        "distractors": [],
        "accepted": [],
        **made,
        **other,
    }


def honest_questions(request):
    """As many sound questions as are asked for, each about a fact of which none was asked."""
    asked = " ".join(request.data["already_asked"])
    places = (place for place, river in enumerate(RIVERS) if river not in asked)
    kinds = [kind for kind, count in request.data["types"].items() for _ in range(count)]
    topics = request.data["topics"]
    more = {"topic": topics[0]} if topics else {}
    return {"questions": [question(kind, next(places), **more) for kind in kinds], "unable": "no"}


def honest_marks(request):
    right = request.data["user_answer"] == request.data["expected_answer"]
    marks = request.data["marks_available"] if right else 1
    return {"marks": marks, "feedback": "All of it." if right else "A part of it."}


def honest(request):
    return honest_marks(request) if "user_answer" in request.data else honest_questions(request)


@dataclass
class Request:
    handler: BaseHTTPRequestHandler
    body: dict
    data: dict
    gone: threading.Event = field(default_factory=threading.Event)

    @property
    def headers(self):
        return self.handler.headers

    def send(self, status, body, content_type="application/json", **headers):
        payload = (
            body
            if isinstance(body, bytes)
            else body.encode()
            if isinstance(body, str)
            else json.dumps(body).encode()
        )
        self.handler.send_response(status)
        self.handler.send_header("Content-Type", content_type)
        self.handler.send_header("Content-Length", str(len(payload)))
        for name, value in headers.items():
            self.handler.send_header(name.replace("_", "-"), value)
        self.handler.end_headers()
        self.handler.wfile.write(payload)


def error(status, code, message="no", **headers):
    """A refusal in OpenAI's form."""
    return lambda request: request.send(
        status, {"error": {"message": message, "type": code, "code": code}}, **headers
    )


def html(request):
    request.send(200, "<html><body>It works!</body></html>", "text/html")


def cut_off(request):
    """Half an answer: the connection ends before its content does."""
    handler = request.handler
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", "5000")
    handler.end_headers()
    handler.wfile.write(b'{"id": "x", "choices": [{"mess')
    handler.wfile.flush()
    handler.close_connection = True


def never(request):
    """Wait until the client hangs up, for a minute at most. `gone` is set when it does."""
    connection = request.handler.connection
    connection.settimeout(60)
    try:
        if not connection.recv(1):
            request.gone.set()
    except OSError:
        pass
    request.handler.close_connection = True


def drip(request):
    """An answer that comes byte by byte and never ends."""
    handler = request.handler
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    for _ in range(600):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.1)


def finished(reason, content=""):
    """A completion that ends for another reason than being done."""
    return lambda request: request.send(200, chat(content, finish_reason=reason))


def slow(seconds, then=honest):
    def reply(request):
        time.sleep(seconds)
        return then(request)

    return reply


def chat(content, finish_reason="stop", usage=USAGE, **message):
    return {
        "id": "c", "object": "chat.completion", "created": 1, "model": "m",
        "choices": [{"index": 0, "finish_reason": finish_reason, "message": {"role": "assistant", "content": content, **message}}],
        "usage": {"prompt_tokens": usage[0], "completion_tokens": usage[1], "total_tokens": sum(usage)},
    }  # fmt: skip


def _responses(content):
    return {
        "id": "r", "object": "response", "created_at": 1, "model": "gpt-5-mini", "status": "completed", "output": [
            {"type": "message", "id": "m", "role": "assistant", "status": "completed",
             "content": [{"type": "output_text", "text": content, "annotations": []}]}],
        "parallel_tool_calls": False, "tool_choice": "auto", "tools": [],
        "usage": {"input_tokens": USAGE[0], "output_tokens": USAGE[1], "total_tokens": sum(USAGE),
                  "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0}, "output_tokens_details": {"reasoning_tokens": 0}},
    }  # fmt: skip


def _anthropic(content):
    return {
        "id": "a", "type": "message", "role": "assistant", "model": "claude-haiku-4-5", "stop_reason": "end_turn",
        "stop_sequence": None, "content": [{"type": "text", "text": content}],
        "usage": {"input_tokens": USAGE[0], "output_tokens": USAGE[1]},
    }  # fmt: skip


def _google(content):
    return {
        "candidates": [{"content": {"role": "model", "parts": [{"text": content}]}, "finishReason": "STOP", "index": 0}],
        "usageMetadata": {"promptTokenCount": USAGE[0], "candidatesTokenCount": USAGE[1], "totalTokenCount": sum(USAGE)},
        "modelVersion": "gemini-2.5-flash",
    }  # fmt: skip


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "_Server"

    def log_message(self, *args):
        pass

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        request = Request(self, body, data_of(body))
        provider = self.server.provider
        with provider.lock:
            provider.requests.append(request)
            reply = provider.script.pop(0) if provider.script else provider.default
        try:
            content = reply(request) if callable(reply) else reply
            if content is None:
                return
            text = content if isinstance(content, str) else json.dumps(content)
            if self.path.endswith("/chat/completions"):
                request.send(200, self._chat(request, text))
            elif self.path.endswith("/responses"):
                request.send(200, _responses(text))
            elif self.path.endswith("/messages"):
                request.send(200, _anthropic(text))
            else:
                request.send(200, _google(text))
        except (BrokenPipeError, ConnectionResetError):
            request.gone.set()

    @staticmethod
    def _chat(request, text):
        if request.body.get("tools"):
            call = {"id": "t", "type": "function", "function": {"name": "reply", "arguments": text}}
            return chat(None, finish_reason="tool_calls", tool_calls=[call])
        return chat(text)


def data_of(body):
    """The data of a prompt, in whatever API's body it stands."""
    for text in _strings(body):
        if re.match(r'\{"(source|question)"', text):
            return json.loads(text)
    return {}


def _strings(value):
    if isinstance(value, str):
        yield value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _strings(one)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        pass  # a client that hangs up


class Provider:
    """A running provider. `script` is the replies to come; when it is used up, `default` is the reply."""

    def __init__(self, server, default):
        self._server = server
        self.lock = threading.Lock()
        self.requests: list[Request] = []
        self.script: list[Callable | dict | str] = []
        self.default: Callable | dict | str = default
        self.host = f"http://127.0.0.1:{server.server_port}"
        self.url = f"{self.host}/v1"

    def replies(self, *script, then=None):
        self.script = list(script)
        if then is not None:
            self.default = then


@contextmanager
def running_provider(default=honest):
    server = _Server(("127.0.0.1", 0), _Handler)
    server.provider = provider = Provider(server, default)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def free_port():
    """The URL of a port where nothing listens."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.server_close()
    return f"http://127.0.0.1:{server.server_port}/v1"
