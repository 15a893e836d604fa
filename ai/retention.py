"""The rows of this app that expire. Question sets and evaluations are the user's, and stay."""

from ai.models import ModelCallRecord
from common.retention import Sweep, register

register(
    Sweep(
        name="model calls",
        setting="MODEL_CALL_DAYS",
        expired=lambda before: ModelCallRecord.objects.filter(created_at__lt=before),
    )
)
