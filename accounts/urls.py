from django.urls import path

from accounts.views import account, api_keys, email, passwords, profile, sessions, sign_in
from accounts.views.credits import BalanceView, LogView, SpendingLimitsView, UsageView
from credits.views import SpendingLimitView

urlpatterns = [
    path("auth/register", sign_in.RegisterView.as_view(), name="register"),
    path("auth/login", sign_in.LoginView.as_view(), name="login"),
    path("auth/refresh", sign_in.RefreshView.as_view(), name="refresh"),
    path("auth/logout", sign_in.LogoutView.as_view(), name="logout"),
    path("auth/verify-email", email.VerifyEmailView.as_view(), name="verify-email"),
    path("auth/verify-email/send", email.SendVerificationView.as_view(), name="send-verification"),
    path("auth/email/change", email.ChangeEmailView.as_view(), name="change-email"),
    path("auth/email/confirm", email.ConfirmEmailView.as_view(), name="confirm-email"),
    path("auth/password/forgot", passwords.ForgotPasswordView.as_view(), name="forgot-password"),
    path("auth/password/reset", passwords.ResetPasswordView.as_view(), name="reset-password"),
    path("auth/password/change", passwords.ChangePasswordView.as_view(), name="change-password"),
    path("auth/sessions", sessions.SessionsView.as_view(), name="sessions"),
    path("auth/sessions/<uuid:pk>", sessions.SessionView.as_view(), name="session"),
    path("auth/me", profile.ProfileView.as_view(), name="me"),
    path("auth/delete-account", account.DeleteAccountView.as_view(), name="delete-account"),
    path("users/export", account.ExportView.as_view(), name="export"),
    path("users/profile", profile.ProfileView.as_view(), name="profile"),
    path("keys", api_keys.ApiKeysView.as_view(), name="api-keys"),
    path("keys/<int:pk>", api_keys.ApiKeyView.as_view(), name="api-key"),
    path("keys/<int:pk>/rotate", api_keys.RotateApiKeyView.as_view(), name="rotate-api-key"),
    path("keys/<int:pk>/limits", api_keys.ApiKeyLimitsView.as_view(), name="api-key-limits"),
    path("keys/<int:pk>/limits/<str:period>", api_keys.ApiKeyLimitView.as_view(), name="api-key-limit"),
    path("credits", BalanceView.as_view(), name="credits"),
    path("credits/log", LogView.as_view(), name="credits-log"),
    path("credits/usage", UsageView.as_view(), name="credits-usage"),
    path("credits/limits", SpendingLimitsView.as_view(), name="spending-limits"),
    path("credits/limits/<str:period>", SpendingLimitView.as_view(), name="spending-limit"),
]
