"""The process: start, data across restarts and kills, stop."""

import os
import signal
import socket
import subprocess
import sys
import time

import httpx
import pytest

from stripe_sandbox.testing import running_sandbox

from .conftest import client_of


def run(*arguments, **environment):
    env = {key: value for key, value in os.environ.items() if not key.startswith("STRIPE_")} | environment
    return subprocess.Popen(
        [sys.executable, "-m", "stripe_sandbox", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=env,
    )


def start(*arguments, **environment):
    process = run(*arguments, **environment)
    url = next(word for word in process.stdout.readline().split() if word.startswith("http"))
    return process, url


def end(process, number=signal.SIGTERM):
    process.send_signal(number)
    process.communicate(timeout=60)
    return process.returncode


def test_starts_fast_with_its_catalog():
    started = time.monotonic()
    with running_sandbox() as sandbox:
        assert time.monotonic() - started < 10  # 0.3 s on an idle machine
        prices = {one.id: one for one in client_of(sandbox).prices.list().data}
    assert {name: price.unit_amount for name, price in prices.items()} == {
        "price_sandbox_pro_monthly": 999,
        "price_sandbox_pro_yearly": 9990,
        "price_sandbox_pack_500": 499,
    }


def test_data_survives_a_restart(tmp_path):
    data = tmp_path / "made" / "sandbox.sqlite3"
    with running_sandbox(data=data) as sandbox:
        made = client_of(sandbox).customers.create({"name": "Ada"}).id
        sandbox.advance(days=3)
        moment = sandbox.now()
    with running_sandbox(data=data) as sandbox:
        api = client_of(sandbox)
        assert api.customers.retrieve(made).name == "Ada"
        assert len(api.prices.list().data) == 3
        assert len(sandbox.events(type="product.created")) == 2
        assert sandbox.now() >= moment
    assert data.stat().st_mode & 0o077 == 0


def test_data_survives_a_kill(tmp_path):
    data = str(tmp_path / "sandbox.sqlite3")
    made = []
    for _ in range(3):
        process, url = start("--port", "0", "--data", data)
        headers = {"Authorization": "Bearer sk_test_sandboxSandboxSandbox0000"}
        made += [
            httpx.post(f"{url}/v1/customers", headers=headers, trust_env=False).json()["id"] for _ in range(5)
        ]
        assert end(process, signal.SIGKILL) == -signal.SIGKILL
    with running_sandbox(data=tmp_path / "sandbox.sqlite3") as sandbox:
        assert [one.id for one in client_of(sandbox).customers.list({"limit": 100}).data] == made[::-1]


def test_undelivered_events_are_delivered_after_a_restart(tmp_path, receiver):
    data = tmp_path / "sandbox.sqlite3"
    hook = {"webhook_url": receiver.url, "webhook_secret": "whsec_sandboxSandboxSandbox0000"}
    with running_sandbox(data=data, delivery="manual", **hook) as sandbox:
        client_of(sandbox).customers.create({})
    with running_sandbox(data=data, **hook) as sandbox:
        sandbox.wait_idle()
    assert receiver.types() == ["customer.created"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stops_with_status_0(number):
    process, _ = start("--port", "0")
    assert end(process, number) == 0


def test_stops_before_it_serves():
    script = (
        "import os, signal, uvicorn\n"
        "from stripe_sandbox.__main__ import main\n"
        "serve = uvicorn.Server.serve\n"
        "def stopped_first(*args, **kwargs):\n"
        "    os.kill(os.getpid(), signal.SIGTERM)\n"
        "    return serve(*args, **kwargs)\n"
        "uvicorn.Server.serve = stopped_first\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", script, "--port", "0"], check=False, timeout=60)
    assert done.returncode == 0


def test_stops_when_its_parent_dies():
    script = (
        "import os, stripe_sandbox.testing as t\n"
        "s = t.running_sandbox().__enter__()\n"
        "print(s.url, flush=True); os._exit(9)\n"
    )
    url = subprocess.run(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, check=False
    ).stdout.strip()
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            httpx.get(f"{url}/_sandbox/health", trust_env=False)
        except httpx.TransportError:
            return
        time.sleep(0.05)
    pytest.fail("the sandbox outlived its parent")


def test_settings_come_from_the_environment():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process, url = start(STRIPE_SANDBOX_PORT=str(port), STRIPE_SANDBOX_DATA="")
    assert url == f"http://127.0.0.1:{port}"
    assert end(process) == 0


def test_taken_port_is_reported():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = run("--port", str(taken.getsockname()[1]))
        _, complaint = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "cannot listen" in complaint
    assert "Traceback" not in complaint


def test_a_webhook_needs_a_secret():
    process = run("--port", "0", "--webhook-url", "http://127.0.0.1:9/")
    _, complaint = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "STRIPE_WEBHOOK_SECRET" in complaint
