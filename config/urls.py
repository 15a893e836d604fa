from django.apps import apps
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularSwaggerSplitView

from config import health
from config.schema_view import SchemaView

urlpatterns = [
    path("", RedirectView.as_view(url="/api/docs"), name="home"),
    path("admin/", admin.site.urls),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("api/schema", SchemaView.as_view(), name="schema"),
    path("api/docs", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
    path("api/", include("accounts.urls")),
    path("api/", include("billing.urls")),
    path("api/", include("ai.urls")),
    path("", include("accounts.page_urls")),
    path("", include("billing.page_urls")),
]
if apps.is_installed("demo"):  # only for local development
    urlpatterns.append(path("demo/", include("demo.urls")))

handler400 = "config.errors.bad_request"
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"
