"""Whether the process is alive, and whether it can do its work."""

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers and has every migration; else 503, saying which is missing."""
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error:
        return JsonResponse(
            {"message": "The database does not answer.", "code": "database_unavailable"}, status=503
        )
    if pending:
        return JsonResponse(
            {"message": f"{len(pending)} migrations are not applied.", "code": "migrations_pending"},
            status=503,
        )
    return JsonResponse({"status": "ok"})
