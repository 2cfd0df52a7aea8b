"""Lists that were sent: what became of each, and of every row; the file itself and what was there before, encrypted."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from muster.kernel import ids
from muster.kernel.areas.fields import AreaCodeField

READING, UNREADABLE, READY, TAKING, DONE, UNDONE, DROPPED = (
    "reading", "unreadable", "ready", "taking", "done", "undone", "dropped",
)  # fmt: skip
STATES = {
    READING: _("Being read"),
    UNREADABLE: _("Cannot be read"),
    READY: _("Waits for your word"),
    TAKING: _("Being taken in"),
    DONE: _("Taken in"),
    UNDONE: _("Undone"),
    DROPPED: _("Dropped"),
}
TONES = {READING: "info", UNREADABLE: "late", READY: "warn", TAKING: "info", DONE: "ok", UNDONE: "off", DROPPED: "off"}


class Import(models.Model):
    """A list that a post sent, its state, and its counts. `area` and `place_id` are the post's; `turn` counts the jobs.

    `wishes` is what the user said about the file, `mapping` and `notes` what was made of it, `totals` rows by verdict,
    `taken` what the commit did, `sheets` what there is to choose from. `sender` names the unit that sends the list.
    """

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    ledger = models.TextField()
    name = models.TextField()
    sender = models.TextField(default="", blank=True)
    area = AreaCodeField()
    place_id = models.UUIDField(null=True)
    post_id = models.UUIDField()
    user_id = models.UUIDField(null=True)
    language = models.TextField(default="zh-hans")
    state = models.TextField(choices=list(STATES.items()), default=READING)
    wishes = models.JSONField(default=dict)
    mapping = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    totals = models.JSONField(default=dict)
    taken = models.JSONField(default=dict)
    sheet = models.TextField(default="", blank=True)
    sheets = models.JSONField(default=list)
    fault = models.TextField(default="", blank=True)
    total = models.IntegerField(default=0)
    done = models.IntegerField(default=0)
    turn = models.IntegerField(default=0)
    sent_at = models.DateTimeField()
    touched_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    forget_at = models.DateTimeField()
    forgotten = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["area", "sent_at", "id"], name="import_area"),
            models.Index(fields=["touched_at"], condition=Q(state__in=[READING, TAKING]), name="import_at_work"),
            models.Index(fields=["forget_at"], condition=Q(forgotten=False), name="import_forget"),
        ]
        constraints = [models.CheckConstraint(condition=Q(state__in=list(STATES)), name="import_state")]

    @property
    def tone(self):
        """The tone of its badge."""
        return TONES[self.state]

    @property
    def at_work(self):
        """Whether a job is at it."""
        return self.state in (READING, TAKING)

    @property
    def percent(self):
        """How far the commit is."""
        return 100 * self.done // self.total if self.total else 0


class ImportRow(models.Model):
    """The verdict of one row; `about` and `changes` (column -> [from, to]) are masked."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    sent = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows")
    area = AreaCodeField()
    place_id = models.UUIDField(null=True)
    number = models.IntegerField()
    verdict = models.TextField()
    about = models.TextField(default="", blank=True)
    column = models.TextField(default="", blank=True)
    reason = models.TextField(default="", blank=True)
    changes = models.JSONField(default=dict)
    other = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["sent", "verdict", "number"], name="import_row_verdict")]
        constraints = [models.UniqueConstraint(fields=["sent", "number"], name="import_row_once")]


class ImportPart(models.Model):
    """A piece of the file (`kind` file), or what a batch of the commit did (`kind` effect), encrypted."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    sent = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="parts")
    kind = models.TextField()
    number = models.IntegerField()
    key_id = models.TextField()
    data_enc = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sent", "kind", "number"], name="import_part_once")]


class SenderMapping(models.Model):
    """What the headers of a sending unit meant the last time: header -> column, '' for one that means nothing."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    area = AreaCodeField()
    sender = models.TextField()
    ledger = models.TextField()
    headers = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["area", "sender", "ledger"], name="sender_mapping_once")]
