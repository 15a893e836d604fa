from django.urls import path
from django.views.generic import TemplateView

urlpatterns = [
    path("payments/success", TemplateView.as_view(template_name="demo/paid.html"), name="demo-paid"),
    path(
        "payments/cancelled", TemplateView.as_view(template_name="demo/cancelled.html"), name="demo-cancelled"
    ),
]
