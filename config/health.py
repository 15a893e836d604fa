"""Liveness and readiness endpoints."""

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from jobs import scheduled_commands

# The applied migrations with which none was missing. To read all files again for each request takes long.
_complete: set[frozenset[tuple[str, str]]] = set()


@csrf_exempt  # a POST is 405, as everywhere, not 403
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Return 200 while the process responds."""
    return JsonResponse({"status": "ok"})


@csrf_exempt
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Return 200 if the database responds and all migrations are applied, else 503 with the reason."""
    try:
        pending = _count_pending()
        if not pending:
            scheduled_commands.report_missed()  # without a worker, nothing else reports them
    except Error:
        return JsonResponse(
            {"message": "The database does not respond.", "code": "database_unavailable"}, status=503
        )
    if pending:
        return JsonResponse(
            {"message": f"{pending} migrations are not applied.", "code": "migrations_pending"},
            status=503,
        )
    return JsonResponse({"status": "ok"})


def _count_pending() -> int:
    applied = frozenset(MigrationRecorder(connection).applied_migrations())
    if applied in _complete:
        return 0
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not pending:
        _complete.add(applied)
    return len(pending)
