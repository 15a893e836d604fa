"""System checks of a deployment: sign-up credits and emails."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as CheckWarning

from accounts.models.user import SignupCreditsMode
from limits.rates import Limit

UNSENT = ("console", "filebased", "locmem", "dummy")  # Django's backends that send nothing
LOOPBACK = {"127.0.0.1", "localhost", "::1", "", None}
LINKS = ("VERIFY_EMAIL_URL", "RESET_PASSWORD_URL", "CONFIRM_EMAIL_URL")


@register(Tags.security, deploy=True)
def check_sign_up_credits(**kwargs: Any) -> list[CheckMessage]:
    """Check that sign-up gives no credits for unverified email addresses."""
    if settings.SIGNUP_CREDITS_MODE != SignupCreditsMode.AT_ONCE or not settings.SIGNUP_CREDITS:
        return []
    return [
        CheckWarning(
            f"Each sign-up gets {settings.SIGNUP_CREDITS} credits at once, for an address that may not exist.",
            hint="Set SIGNUP_CREDITS_MODE=after_verification or never.",
            id="accounts.W001",
        )
    ]


@register(Tags.security, deploy=True)
def check_mail_backend(**kwargs: Any) -> list[CheckMessage]:
    """Check that emails are sent, not printed. They contain tokens that reset passwords."""
    if not settings.EMAIL_BACKEND.startswith(tuple(f"django.core.mail.backends.{name}." for name in UNSENT)):
        return []
    return [
        Error(
            f"Emails go to {settings.EMAIL_BACKEND}, which sends none.",
            hint="Set EMAIL_URL to a mail server, or EMAIL_BACKEND to one of django-anymail.",
            id="accounts.E001",
        )
    ]


@register(Tags.security, deploy=True)
def check_mail_addresses(**kwargs: Any) -> list[CheckMessage]:
    """Check that the sender and the links of emails do not have local addresses."""
    messages: list[CheckMessage] = [
        Error(
            f"{name} is {getattr(settings, name)}: emails would link to the reader's own machine.",
            hint=f"Set SITE_URL to the public address of the API, or {name} to a page of the front end.",
            id="accounts.E002",
        )
        for name in LINKS
        if urlsplit(getattr(settings, name)).hostname in LOOPBACK
    ]
    if settings.DEFAULT_FROM_EMAIL.rstrip(">").rpartition("@")[2] in LOOPBACK:
        messages.append(
            Error(
                f"The sender of emails is {settings.DEFAULT_FROM_EMAIL}, which no mail server accepts.",
                hint="Set DEFAULT_FROM_EMAIL, such as no-reply@example.com.",
                id="accounts.E003",
            )
        )
    return messages


@register()
def check_links(**kwargs: Any) -> list[CheckMessage]:
    """Check that the URLs for emails contain the placeholder of the token."""
    return [
        Error(f"{name} does not contain {{TOKEN}}: {getattr(settings, name)!r}.", id="accounts.E004")
        for name in LINKS
        if "{TOKEN}" not in getattr(settings, name)
    ]


@register()
def check_lifetime_of_resets(**kwargs: Any) -> list[CheckMessage]:
    """Check that reset links are valid for at least the window of MAIL_THROTTLE_RATE.

    If other people use up the rate, no new link is sent, but the owner still has a valid one.
    """
    limit = Limit.from_rate("mailbox", settings.MAIL_THROTTLE_RATE)
    if limit is None or limit.seconds <= settings.RESET_PASSWORD_HOURS * 3600:
        return []
    return [
        CheckWarning(
            f"Links that reset passwords are valid for {settings.RESET_PASSWORD_HOURS} hours, which is less than "
            f"the window of MAIL_THROTTLE_RATE ({settings.MAIL_THROTTLE_RATE}).",
            hint="Other people could use up an owner's emails, and all links would expire before the next email may be sent.",
            id="accounts.W002",
        )
    ]
