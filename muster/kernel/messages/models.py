"""The outbox: what has to be said to a person, and whether it was."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from muster.kernel import ids
from muster.kernel.areas.fields import AreaCodeField
from muster.kernel.facts.models import Fact
from muster.kernel.people.models import Person


class Message(models.Model):
    """A message by kind and coded parameters; the text is made when it is sent, in the person's language."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="messages")
    kind = models.TextField()
    params = models.JSONField(default=dict)
    area = AreaCodeField()
    because = models.ForeignKey(Fact, on_delete=models.PROTECT, db_index=False)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    channel = models.TextField(default="")
    tries = models.SmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)  # null: sent, or given up
    failed = models.TextField(default="")

    class Meta:
        indexes = [
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="message_next"),
            models.Index(fields=["area", "created_at"], name="message_area"),
        ]
        constraints = [models.UniqueConstraint(fields=["person", "kind", "because"], name="message_once")]
