"""One row per client operation: the same `op` has one effect and the same answer."""

from __future__ import annotations

from django.db import models


class Operation(models.Model):
    """An operation id that a client made, what it did, and what it was answered."""

    op = models.UUIDField(primary_key=True)
    actor = models.UUIDField(null=True)
    action = models.TextField()
    payload_hash = models.TextField()
    answer = models.JSONField(null=True)
    at = models.DateTimeField(db_index=True)
