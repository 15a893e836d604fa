"""The pages to which Stripe's Checkout and portal return. A front end can have its own instead.

They show no user data: every visitor sees the same page.
"""

from django.urls import path
from django.views.generic import TemplateView

urlpatterns = [
    path(
        "payments/success",
        TemplateView.as_view(template_name="billing/success.html"),
        name="payment-success",
    ),
    path("payments/cancel", TemplateView.as_view(template_name="billing/cancel.html"), name="payment-cancel"),
]
