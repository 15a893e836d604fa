"""Every paid route under /api/ai/ has a price and the permission class."""

import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

from config import urls
from credits.paid_views import PaidActionView
from credits.permissions import HasAiCredits
from credits.pricing import price_of
from jobs.views import JobView


def views_under(prefix, patterns, at="/"):
    for pattern in patterns:
        path = at + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from views_under(prefix, pattern.url_patterns, path)
        elif isinstance(pattern, URLPattern) and path.startswith(prefix):
            yield path, pattern.callback.view_class


def ai_views():
    return dict(views_under("/api/ai/", get_resolver(urls.__name__).url_patterns))


def accepts_post(view):
    return hasattr(view, "post") and "post" in view.http_method_names


@pytest.mark.django_db
def test_every_post_route_declares_a_price_and_has_the_permission_class():
    paid = {path: view for path, view in ai_views().items() if accepts_post(view)}
    assert set(paid) == {"/api/ai/generate-from-source", "/api/ai/evaluate-answer"}
    for path, view in paid.items():
        assert issubclass(view, PaidActionView), path
        assert HasAiCredits in view.permission_classes, path
        assert price_of(view.credit_action).base > 0, path


def test_every_other_route_only_reads_except_that_a_job_can_be_cancelled():
    for path, view in ai_views().items():
        if not accepts_post(view):
            writes = {"put", "patch", "delete"} & set(dir(view))
            assert writes == ({"delete"} if view is JobView else set()), path


def test_every_price_is_charged_somewhere():
    charged = {view.credit_action for view in ai_views().values() if accepts_post(view)}
    assert charged == set(settings.CREDIT_PRICES)
