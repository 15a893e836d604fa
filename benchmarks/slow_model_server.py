"""A model that takes its time, behind OpenAI's API: `python -m benchmarks.slow_model_server PORT SECONDS`.

It gives full marks to every answer. `GET /most` tells how many calls it had at once.
"""

import asyncio
import json
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

REPLY = {"feedback": "Correct.", "marks": 1}


def application(seconds: float) -> Starlette:
    """Return an application whose calls take `seconds`."""
    calls = {"now": 0, "most": 0, "answered": 0}

    async def complete(request: Request) -> JSONResponse:
        calls["now"] += 1
        calls["most"] = max(calls["most"], calls["now"])
        try:
            await asyncio.sleep(seconds)
        finally:
            calls["now"] -= 1
        calls["answered"] += 1
        message = {"role": "assistant", "content": json.dumps(REPLY)}
        return JSONResponse(
            {
                "id": "slow",
                "object": "chat.completion",
                "created": 0,
                "model": "slow",
                "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
                "usage": {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110},
            }
        )

    async def most(request: Request) -> JSONResponse:
        return JSONResponse(calls)

    return Starlette(
        routes=[
            Route("/v1/chat/completions", complete, methods=["POST"]),
            Route("/most", most),
        ]
    )


if __name__ == "__main__":
    uvicorn.run(
        application(float(sys.argv[2])),
        host="127.0.0.1",
        port=int(sys.argv[1]),
        log_level="warning",
        backlog=2048,
    )
