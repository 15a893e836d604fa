"""The pages that the links in emails open: one form, which works without scripts, cookies and a front end.

Opening a page changes nothing, because mail clients and virus scanners open links. Only submitting the form
does. The form contains the token, which authorizes the change. So there is no session that another site could
abuse.
"""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import FormView

from accounts import services
from accounts.mail_tokens import MAX_TOKEN
from accounts.throttling import AuthThrottle, remember_address
from accounts.views.sign_in import CredentialsView
from common.exceptions import APIError


class TokenForm(forms.Form):
    """A button that sends the token of the link."""

    token = forms.CharField(max_length=MAX_TOKEN, widget=forms.HiddenInput)


class NewPasswordForm(TokenForm):
    password = forms.CharField(
        label="New password",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "autofocus": True}),
    )


@method_decorator([csrf_exempt, never_cache], name="dispatch")
class MailPage(FormView):  # type: ignore[type-arg]  # not generic at runtime
    """A page with the form, and after it with the outcome."""

    http_method_names = ["get", "post", "head", "options"]
    template_name = "accounts/page.html"
    max_body_bytes = CredentialsView.max_body_bytes
    form_class: type[TokenForm] = TokenForm
    title: ClassVar[str]
    text: ClassVar[str]
    button: ClassVar[str]
    done: ClassVar[str]

    def use(self, data: dict[str, Any]) -> None:
        """Make the change. Raises APIError, or ValidationError for the password."""
        raise NotImplementedError

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        response = super().dispatch(request, *args, **kwargs)
        response.headers["Referrer-Policy"] = "no-referrer"  # the address contains the token
        return response

    def get_initial(self) -> dict[str, Any]:
        return {"token": self.request.GET.get("token", "")}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        throttle = AuthThrottle()
        if not throttle.allow_request(request, self):  # type: ignore[arg-type]  # it reads META, which both have
            return self._outcome(f"Too many attempts. Try again in {throttle.wait()} seconds.", status=429)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: TokenForm) -> HttpResponse:
        try:
            self.use(form.cleaned_data)
        except APIError as error:
            return self._outcome(error.message, status=error.status_code)
        except ValidationError as error:
            form.add_error("password", error)
            return self.form_invalid(form)
        return self._outcome(self.done)

    def form_invalid(self, form: TokenForm) -> HttpResponse:
        if "token" in form.errors:
            return self._outcome("The link is not complete. Copy all of it from the email.", status=400)
        return self.render_to_response(self.get_context_data(form=form), status=400)

    def _outcome(self, outcome: str, *, status: int = 200) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=None, outcome=outcome), status=status)


class VerifyEmailPage(MailPage):
    title = "Verify your email address"
    text = "Confirm that this address is yours."
    button = "Verify my email address"
    done = "Your email address is verified. You can close this page and go back to the app."

    def use(self, data: dict[str, Any]) -> None:
        services.verify_email(token=data["token"])


class ResetPasswordPage(MailPage):
    form_class = NewPasswordForm
    title = "Choose a new password"
    text = "It replaces your password and signs you out everywhere."
    button = "Set the password"
    done = "Your password is set. You can close this page and sign in to the app."

    def use(self, data: dict[str, Any]) -> None:
        user = services.reset_password(token=data["token"], password=data["password"])
        remember_address(email=user.email, request=self.request)


class ConfirmEmailPage(MailPage):
    title = "Confirm your new email address"
    text = "Your account then has this address. You sign in with it."
    button = "Use this address"
    done = "Your email address is changed. You can close this page and go back to the app."

    def use(self, data: dict[str, Any]) -> None:
        user = services.confirm_email_change(token=data["token"])
        remember_address(email=user.email, request=self.request)
