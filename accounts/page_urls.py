"""The pages that the links in emails open.

A front end can have its own pages instead (VERIFY_EMAIL_URL and others).
"""

from django.urls import path

from accounts.views import pages

urlpatterns = [
    path("account/verify-email", pages.VerifyEmailPage.as_view(), name="verify-email-page"),
    path("account/reset-password", pages.ResetPasswordPage.as_view(), name="reset-password-page"),
    path("account/confirm-email", pages.ConfirmEmailPage.as_view(), name="confirm-email-page"),
]
