"""What posts keep of ledgers: views that they saved, and files that wait for a second person's agreement."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from muster.kernel import ids
from muster.kernel.areas.fields import AreaCodeField

KINDS = {"xlsx": _("Excel workbook (.xlsx)"), "csv": _("Text file (.csv)"), "print": _("Paper")}
FORM = "form"  # an export into a superior's form: its filling has the same id, and fetches it
NAMES = {**KINDS, FORM: _("Form from above (.xlsx)")}
WRITERS = {FORM: "forms.fill_agreed"}  # the job of other kinds is `ledger.write_export`
ASKED, REFUSED, AGREED, READY, GONE = "asked", "refused", "agreed", "ready", "gone"
STATES = {
    ASKED: _("Waits for agreement"),
    REFUSED: _("Not agreed to"),
    AGREED: _("Being written"),
    READY: _("Ready"),
    GONE: _("Deleted, its time is over"),
}
TONES = {ASKED: "wait", REFUSED: "late", AGREED: "info", READY: "ok", GONE: "off"}


class SavedView(models.Model):
    """A question to a ledger that a post saved under a name; `query` is its address without any search."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    post_id = models.UUIDField()
    ledger = models.TextField()
    name = models.TextField()
    query = models.TextField(default="", blank=True)
    first = models.BooleanField(default=False)  # what the page shows when nothing is asked
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["post_id", "ledger", "name"], condition=Q(deleted_at=None), name="saved_view_name"
            ),
            models.UniqueConstraint(
                fields=["post_id", "ledger"], condition=Q(deleted_at=None, first=True), name="saved_view_first"
            ),
        ]


class Export(models.Model):
    """A file of more rows than leave without agreement: who asked for what and why, who agreed, until when it is kept.

    `area` is that of the post that asked. The file itself is in its parts, encrypted.
    """

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    ledger = models.TextField()
    query = models.TextField(default="", blank=True)
    kind = models.TextField()
    identifiers = models.BooleanField(default=False)
    purpose = models.TextField()
    rows = models.IntegerField()
    language = models.TextField(default="zh-hans")
    post_id = models.UUIDField()
    user_id = models.UUIDField()
    area = AreaCodeField()
    state = models.TextField(choices=list(STATES.items()), default=ASKED)
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)  # the user
    forget_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["asked_at", "id"], name="export_asked"),
            models.Index(fields=["area", "asked_at"], name="export_area"),
            models.Index(fields=["post_id", "asked_at"], name="export_post"),
            models.Index(fields=["forget_at"], condition=Q(state=READY), name="export_forget"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(STATES)), name="export_state"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("user_id")), name="export_two_persons"
            ),
        ]


class ExportPart(models.Model):
    """A piece of a file, encrypted; no page reads this table."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    export = models.ForeignKey(Export, on_delete=models.CASCADE, related_name="parts")
    number = models.IntegerField()
    key_id = models.TextField()
    data_enc = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["export", "number"], name="export_part_once")]


class RowCount(models.Model):
    """A difference in the number of rows of a table (`source`) in a grid; the sum of all is how many there are now."""

    id = models.BigAutoField(primary_key=True)
    source = models.TextField(db_collation="C")
    area = AreaCodeField()
    many = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["source", "area"], include=["many"], name="row_count")]
