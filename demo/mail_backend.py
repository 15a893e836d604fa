"""The email backend of `make run`: it stores emails in files, which the page /demo/mails shows."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage as ParsedMessage
from email.policy import default as default_policy
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class EmailBackend(BaseEmailBackend):
    """Write each email to a separate file, instead of sending it."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        _directory().mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            path = _directory() / f"{time.time_ns()}.eml"
            unfinished = path.with_suffix(".part")
            unfinished.write_bytes(message.message().as_bytes())
            unfinished.rename(path)  # the page sees only complete emails
        return len(email_messages)


@dataclass(frozen=True, slots=True)
class SentMail:
    """An email as its recipient reads it."""

    id: int
    to: str
    subject: str
    text: str
    html: str

    @property
    def sent_at(self) -> datetime:
        return datetime.fromtimestamp(self.id / 1_000_000_000, tz=UTC)


def sent_mails() -> Iterator[SentMail]:
    """Yield the sent emails, newest first."""
    for path in sorted(_directory().glob("*.eml"), key=lambda path: int(path.stem), reverse=True):
        yield _read(path)


def sent_mail(mail_id: int) -> SentMail | None:
    path = _directory() / f"{mail_id}.eml"
    return _read(path) if path.exists() else None


def _directory() -> Path:
    return Path(settings.LOCAL_DIR) / "mails"


def _read(path: Path) -> SentMail:
    message = message_from_bytes(path.read_bytes(), _class=ParsedMessage, policy=default_policy)
    text, html = (message.get_body(preferencelist=(kind,)) for kind in ("plain", "html"))
    return SentMail(
        id=int(path.stem),
        to=message["To"],
        subject=message["Subject"],
        text=text.get_content() if text else "",
        html=html.get_content() if html else "",
    )
