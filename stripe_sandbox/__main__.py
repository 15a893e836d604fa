"""Run the sandbox: `python -m stripe_sandbox`."""

import argparse
import asyncio
import logging
import os
import signal
import socket
import sys
from pathlib import Path

import uvicorn

from stripe_sandbox.app import create_app
from stripe_sandbox.runtime import Runtime
from stripe_sandbox.settings import Settings


def parse(arguments: list[str] | None = None) -> Settings:
    """Return the settings from the command line, with defaults from the environment."""

    def env(name: str, default: str = "") -> str:
        return os.environ.get(name) or default  # an empty value counts as unset

    parser = argparse.ArgumentParser(prog="stripe_sandbox", description="A local Stripe. No real money.")
    parser.add_argument("--host", default=env("STRIPE_SANDBOX_HOST", "127.0.0.1"))
    parser.add_argument(
        "--port", type=int, default=int(env("STRIPE_SANDBOX_PORT", "12111")), help="0 picks a free port"
    )
    parser.add_argument(
        "--data",
        type=Path,
        default=env("STRIPE_SANDBOX_DATA") or None,
        help="SQLite file; without it, data is kept in memory",
    )
    parser.add_argument("--webhook-url", default=env("STRIPE_SANDBOX_WEBHOOK_URL"))
    parser.add_argument("--webhook-secret", default=env("STRIPE_WEBHOOK_SECRET"))
    parser.add_argument("--delivery", choices=("automatic", "manual"), default="automatic")
    parser.add_argument(
        "--stop-with-stdin",
        action="store_true",
        help="stop when standard input closes, such as when the parent process dies",
    )
    given = parser.parse_args(arguments)
    if given.webhook_url and not given.webhook_secret:
        parser.error("--webhook-url needs --webhook-secret (or STRIPE_WEBHOOK_SECRET) to sign the events")
    return Settings(**vars(given))


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    settings = parse()
    logging.basicConfig(level=logging.WARNING, format="%(name)s: %(message)s")
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # With the protocol named, asyncio sets TCP_NODELAY. Without it, each response takes 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        raise SystemExit(
            f"The sandbox cannot listen on {settings.host}:{settings.port}: {error.strerror}"
        ) from None
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    settings.base_url = f"http://{host}:{listener.getsockname()[1]}"
    config = uvicorn.Config(
        create_app(Runtime(settings)),
        log_level="warning",
        access_log=False,
        lifespan="on",
        timeout_graceful_shutdown=2,
    )
    server = uvicorn.Server(config)
    for number in (signal.SIGTERM, signal.SIGINT):
        # uvicorn raises these signals again after it stopped; the exit status is to be 0.
        signal.signal(number, lambda *_: setattr(server, "should_exit", True))
    asyncio.run(_serve(server, listener, settings.base_url, stop_with_stdin=settings.stop_with_stdin))


async def _serve(server: uvicorn.Server, listener: socket.socket, url: str, *, stop_with_stdin: bool) -> None:
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started and not serving.done():  # noqa: ASYNC110  # uvicorn offers a flag, no event
        await asyncio.sleep(0.005)
    if server.started:
        sys.stdout.write(f"Stripe sandbox on {url} (no real money)\n")
        sys.stdout.flush()
    if stop_with_stdin:
        asyncio.get_running_loop().add_reader(sys.stdin, _on_stdin, server)
    await serving


def _on_stdin(server: uvicorn.Server) -> None:
    if not os.read(sys.stdin.fileno(), 1024):
        asyncio.get_running_loop().remove_reader(sys.stdin)
        server.should_exit = True


if __name__ == "__main__":
    main()
