from django.urls import path

from accounts.views import account, profile, sign_in
from accounts.views.credits import BalanceView, LogView
from credits.views import UsageView

urlpatterns = [
    path("auth/register", sign_in.RegisterView.as_view(), name="register"),
    path("auth/login", sign_in.LoginView.as_view(), name="login"),
    path("auth/refresh", sign_in.RefreshView.as_view(), name="refresh"),
    path("auth/logout", sign_in.LogoutView.as_view(), name="logout"),
    path("auth/me", profile.ProfileView.as_view(), name="me"),
    path("auth/delete-account", account.DeleteAccountView.as_view(), name="delete-account"),
    path("users/export", account.ExportView.as_view(), name="export"),
    path("users/profile", profile.ProfileView.as_view(), name="profile"),
    path("credits", BalanceView.as_view(), name="credits"),
    path("credits/log", LogView.as_view(), name="credits-log"),
    path("credits/usage", UsageView.as_view(), name="credits-usage"),
]
