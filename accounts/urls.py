from django.urls import path

from accounts.views import api_keys, profile, sign_in
from accounts.views.credits import BalanceView, LogView, UsageView

urlpatterns = [
    path("auth/register", sign_in.RegisterView.as_view(), name="register"),
    path("auth/login", sign_in.LoginView.as_view(), name="login"),
    path("auth/refresh", sign_in.RefreshView.as_view(), name="refresh"),
    path("auth/logout", sign_in.LogoutView.as_view(), name="logout"),
    path("auth/me", profile.ProfileView.as_view(), name="me"),
    path("users/profile", profile.ProfileView.as_view(), name="profile"),
    path("keys", api_keys.ApiKeysView.as_view(), name="api-keys"),
    path("keys/<int:pk>", api_keys.ApiKeyView.as_view(), name="api-key"),
    path("keys/<int:pk>/rotate", api_keys.RotateApiKeyView.as_view(), name="rotate-api-key"),
    path("credits", BalanceView.as_view(), name="credits"),
    path("credits/log", LogView.as_view(), name="credits-log"),
    path("credits/usage", UsageView.as_view(), name="credits-usage"),
]
