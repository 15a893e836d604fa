"""The admin site, which requires a second factor of staff after the password.

The password begins Django's session; `AdminSite.has_permission` refuses the session until a code is verified.
Every page of the admin calls `has_permission`, so no page can be opened without the second factor.
"""

from functools import partial
from typing import Any
from urllib.parse import urlencode

import django_otp
from django.conf import settings
from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import PasswordChangeView, RedirectURLMixin
from django.core.exceptions import ValidationError
from django.core.paginator import InvalidPage
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView
from unfold.sites import UnfoldAdminSite

from accounts import services
from accounts.forms import OwnPasswordForm, SecondFactorForm
from accounts.qr_codes import qr_code
from limits.addresses import client_block

FEW = 4  # warn if fewer recovery codes are left
KEY_IN_SESSION = "second_factor_key"


class AdminSite(UnfoldAdminSite):  # type: ignore[misc]  # unfold has no types
    """Unfold's admin site, with a second factor."""

    def has_password(self, request: HttpRequest) -> bool:
        """Return whether an active member of staff has entered the password."""
        return bool(super().has_permission(request))

    def has_permission(self, request: HttpRequest) -> bool:
        """Return whether no code is missing. OTPMiddleware sets `otp_device` in a verified session."""
        if not self.has_password(request):
            return False
        if getattr(request.user, "otp_device", None):
            return True
        return not settings.STAFF_SECOND_FACTOR_REQUIRED and not has_second_factor(request)

    def extra_urls(self) -> list[URLPattern]:
        return [
            # Django's own logout page refuses a session that lacks the second factor.
            path("logout/", self.logout, name="logout"),
            path("second-factor/", VerifyView.as_view(site=self), name="second_factor"),
            path("second-factor/set-up/", SetUpView.as_view(site=self), name="set_up_second_factor"),
        ]

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Ask for the password, or for the second factor if the password was entered."""
        if request.method == "GET" and self.has_password(request) and not self.has_permission(request):
            return self.redirect_to_second_factor(request)
        return super().login(request, extra_context)  # type: ignore[no-any-return]  # unfold has no types

    def search(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Search the names of the pages. A page of results that does not exist is 404."""
        try:
            return super().search(request, extra_context)  # type: ignore[no-any-return]  # unfold has no types
        except InvalidPage as error:
            raise Http404 from error

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Let staff change their own password. Unlike Unfold's page, this limits guesses of the current one."""
        request.current_app = self.name
        view = PasswordChangeView.as_view(
            form_class=partial(OwnPasswordForm, request=request),
            success_url=reverse("admin:password_change_done", current_app=self.name),
            extra_context={**self.each_context(request), **(extra_context or {})},
        )
        return view(request)

    def redirect_to_second_factor(self, request: HttpRequest) -> HttpResponse:
        page = "second_factor" if has_second_factor(request) else "set_up_second_factor"
        destination = request.GET.get(REDIRECT_FIELD_NAME, "")
        return redirect(f"{reverse(f'admin:{page}')}?{urlencode({REDIRECT_FIELD_NAME: destination})}")


def has_second_factor(request: Any) -> bool:
    """Return whether the request's user has a second factor. It costs one query per request."""
    if not hasattr(request, "has_second_factor"):
        request.has_second_factor = services.has_second_factor(request.user)
    return bool(request.has_second_factor)


@method_decorator([never_cache, sensitive_post_parameters("code")], name="dispatch")
class SecondFactorView(RedirectURLMixin, FormView):  # type: ignore[type-arg]  # not generic at runtime
    """Base of the two pages between the password and the admin."""

    form_class = SecondFactorForm
    next_page = "admin:index"
    site: AdminSite = None  # type: ignore[assignment]  # as_view() sets it
    title = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not self.site.has_password(request):
            return redirect("admin:login")
        return self.redirect_elsewhere(request) or super().dispatch(request, *args, **kwargs)

    def redirect_elsewhere(self, request: HttpRequest) -> HttpResponse | None:
        """Return a redirect if the user needs another page."""
        raise NotImplementedError

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "request": self.request}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = {**self.site.each_context(self.request), "title": self.title, **kwargs}
        context |= {
            "next": self.get_redirect_url(),
            "next_field": self.redirect_field_name,
            "may_leave": self.site.has_permission(self.request),
        }
        return super().get_context_data(**context)

    def client_block(self) -> str:
        request: Any = self.request  # of Django; it has what the function reads
        return client_block(request)

    def finish(self, device: Any) -> None:
        """Mark the session as verified, give it a new id, and remember the client's address."""
        user: Any = self.request.user
        services.remember_second_factor(user=user, block=self.client_block())
        django_otp.login(self.request, device)
        self.request.session.cycle_key()


class VerifyView(SecondFactorView):
    """Ask for a code from the authenticator app, or for a recovery code."""

    template_name = "accounts/admin/second_factor.html"
    title = "Second factor"

    def redirect_elsewhere(self, request: HttpRequest) -> HttpResponse | None:
        if self.site.has_permission(request):
            return redirect(self.get_success_url())
        return None if has_second_factor(request) else self.site.redirect_to_second_factor(request)

    def form_valid(self, form: Form) -> HttpResponse:
        code, user = form.cleaned_data["code"], self.request.user
        before = user.recovery_codes.count()  # type: ignore[union-attr]  # staff
        try:
            device = services.verify_code(user=user, code=code, block=self.client_block())  # type: ignore[arg-type]  # staff
        except ValidationError as error:
            form.add_error("code", error)
            return self.form_invalid(form)
        self.finish(device)
        left = user.recovery_codes.count()  # type: ignore[union-attr]  # staff
        if left < before:
            show = messages.warning if left < FEW else messages.info
            show(self.request, f"That recovery code is now used. Unused codes left: {left}.")
        return redirect(self.get_success_url())


class SetUpView(SecondFactorView):
    """Set up the authenticator app: show its key, ask for a code, then show the recovery codes once."""

    template_name = "accounts/admin/set_up_second_factor.html"
    title = "Set up a second factor"

    def redirect_elsewhere(self, request: HttpRequest) -> HttpResponse | None:
        if not has_second_factor(request):
            return None
        if not self.site.has_permission(request):
            return self.site.redirect_to_second_factor(request)
        messages.info(request, "Your second factor is set up. A superuser can reset it.")
        return redirect(self.get_success_url())

    def device(self) -> Any:
        """Return the device to set up. The session stores its key until a code confirms it."""
        user: Any = self.request.user
        device = services.new_device(user=user, key=self.request.session.get(KEY_IN_SESSION))
        self.request.session[KEY_IN_SESSION] = device.key
        return device

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        device = self.device()
        secret = device.config_url.split("secret=")[1].split("&")[0]
        return super().get_context_data(
            qr_code=qr_code(device.config_url),
            secret=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
            required=settings.STAFF_SECOND_FACTOR_REQUIRED,
            **kwargs,
        )

    def form_valid(self, form: Form) -> HttpResponse:
        user: Any = self.request.user
        try:
            device, codes = services.set_up_second_factor(
                user=user, key=self.device().key, code=form.cleaned_data["code"]
            )
        except ValidationError as error:
            form.add_error("code", error)
            return self.form_invalid(form)
        del self.request.session[KEY_IN_SESSION]
        self.finish(device)
        LogEntry.objects.log_actions(user.pk, [user], CHANGE, "Set up the second factor.")
        context = {**self.site.each_context(self.request), "title": "Recovery codes", "codes": codes}
        context["destination"] = self.get_success_url()
        return TemplateResponse(self.request, "accounts/admin/recovery_codes.html", context)
