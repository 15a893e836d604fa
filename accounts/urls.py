from django.urls import path

from accounts import credit_views, views
from credits.views import UsageView

urlpatterns = [
    path("auth/register", views.RegisterView.as_view(), name="register"),
    path("auth/login", views.LoginView.as_view(), name="login"),
    path("auth/refresh", views.RefreshView.as_view(), name="refresh"),
    path("auth/logout", views.LogoutView.as_view(), name="logout"),
    path("auth/me", views.ProfileView.as_view(), name="me"),
    path("users/profile", views.ProfileView.as_view(), name="profile"),
    path("credits", credit_views.BalanceView.as_view(), name="credits"),
    path("credits/log", credit_views.LogView.as_view(), name="credits-log"),
    path("credits/usage", UsageView.as_view(), name="credits-usage"),
]
