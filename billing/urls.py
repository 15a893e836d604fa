from django.urls import path

from billing import views
from billing.webhooks.views import StripeWebhookView

urlpatterns = [
    path(
        "payments/create-checkout-session",
        views.CreateCheckoutSessionView.as_view(),
        name="create-checkout-session",
    ),
    path(
        "payments/create-portal-session",
        views.CreatePortalSessionView.as_view(),
        name="create-portal-session",
    ),
    path("payments/plans", views.PlansView.as_view(), name="plans"),
    path("stripe-webhook", StripeWebhookView.as_view(), name="stripe-webhook"),
]
