from django.urls import path

from credits import views

urlpatterns = [
    path("credits", views.BalanceView.as_view(), name="credits"),
    path("credits/log", views.LogView.as_view(), name="credits-log"),
    path("credits/usage", views.UsageView.as_view(), name="credits-usage"),
    path("credits/limits", views.SpendingLimitsView.as_view(), name="spending-limits"),
    path("credits/limits/<str:period>", views.SpendingLimitView.as_view(), name="spending-limit"),
]
