"""The page of `make run` that shows the mails that were sent."""

import pytest
from django.core.mail import EmailMultiAlternatives

from demo import mail_backend

pytestmark = pytest.mark.django_db


@pytest.fixture
def send(settings, tmp_path):
    """Return a function that sends a mail by the demo's backend, to a directory of the test."""
    settings.LOCAL_DIR = tmp_path
    settings.EMAIL_BACKEND = "demo.mail_backend.EmailBackend"

    def send(subject, text="text", html="<p>html</p>"):
        message = EmailMultiAlternatives(subject, text, to=["ada@example.com"])
        message.attach_alternative(html, "text/html")
        message.send()

    return send


def test_mails_are_shown_newest_first(client, send):
    assert "There are none yet" in client.get("/demo/mails").content.decode()
    send("The first", "Open https://api.example/account?token=a%3Ab&x=1 now")
    send("Die zweite: grüße", "é" * 200)
    page = client.get("/demo/mails").content.decode()
    assert page.index("Die zweite: grüße") < page.index("The first")
    assert 'href="https://api.example/account?token=a%3Ab&amp;x=1"' in page
    assert "é" * 200 in page


def test_a_hostile_mail_is_escaped_and_its_html_runs_no_script(client, send):
    send("<script>alert(1)</script>", "<script>alert(1)</script>", "<script>alert(1)</script>")
    page = client.get("/demo/mails")
    assert b"<script" not in page.content
    assert page["Content-Security-Policy"].startswith(
        "default-src 'none'; style-src 'self'; frame-src 'self'; "
    )
    (mail,) = mail_backend.sent_mails()
    frame = client.get(f"/demo/mails/{mail.id}")
    assert b"<script>alert(1)</script>" in frame.content
    assert "script-src" not in frame["Content-Security-Policy"]
    assert frame["Content-Security-Policy"].startswith("default-src 'none'; ")
    assert frame["Content-Security-Policy"].endswith("; sandbox allow-popups allow-popups-to-escape-sandbox")
    assert frame["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize("mail_id", ["1", "9" * 30, "..%2f..%2fsecret_key", "x"])
def test_what_is_no_mail_is_404(client, send, mail_id):
    assert client.get(f"/demo/mails/{mail_id}").status_code == 404
