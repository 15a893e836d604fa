"""The OpenAPI document over HTTP."""

import threading
from functools import cache
from typing import Any

from django.http import HttpResponse
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView

_lock = threading.Lock()


class SchemaView(SpectacularAPIView):
    """Serve the document. Generate it once per process and format, because that takes a third of a second.

    The view has no parameters. Those of drf-spectacular's view would appear in the document and in a header.
    """

    @extend_schema(exclude=True)
    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        renderer = request.accepted_renderer
        with _lock:
            content = _document(type(renderer))  # type: ignore[arg-type]  # mypy takes a class for unhashable
        charset = f"; charset={renderer.charset}" if renderer.charset else ""
        return HttpResponse(content, content_type=f"{renderer.media_type}{charset}")


@cache
def _document(renderer: Any) -> bytes:
    content: bytes = renderer().render(_schema(), renderer_context={})
    return content


@cache
def _schema() -> dict[str, Any]:
    schema: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # drf_spectacular's
    return schema
