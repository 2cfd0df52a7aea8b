"""Templates of a unit, their files, and the forms that were filled."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from muster.kernel import ids
from muster.kernel.areas.fields import AreaCodeField

from . import words


class TemplateQuerySet(models.QuerySet["Template"]):
    """Templates, read as adjectives."""

    def ready(self):
        """Those in use."""
        return self.filter(state=words.READY)


class Template(models.Model):
    """One version of a form or letter that a unit uploaded; it serves the unit's area and everything below.

    `subject` is the ledger whose rows fill it, or the kind of letter. `layout` says where a sheet's table stands and
    what its columns are called, `mapping` what fills each of them, `dates` how days are written. `without` names what
    of the file is not kept. The file itself is in `TemplateFile`.
    """

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    area = AreaCodeField()
    kind = models.TextField(choices=list(words.KINDS.items()))
    subject = models.TextField()
    name = models.TextField()
    version = models.IntegerField()
    previous = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    file_name = models.TextField()
    layout = models.JSONField(default=dict)
    mapping = models.JSONField(default=list)
    dates = models.TextField(default="")
    without = models.JSONField(default=list)
    state = models.TextField(choices=list(words.STATES.items()))
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)
    by_post = models.UUIDField(null=True)

    objects = TemplateQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["area", "kind"], name="template_area")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(words.KINDS)), name="template_kind"),
            models.CheckConstraint(condition=Q(state__in=list(words.STATES)), name="template_state"),
            models.UniqueConstraint(fields=["area", "kind", "subject", "name", "version"], name="template_version"),
            models.UniqueConstraint(
                fields=["area", "kind", "subject", "name"], condition=Q(state=words.READY), name="template_in_use"
            ),
        ]


class TemplateFile(models.Model):
    """The uploaded file. Rows that the sender left in it as samples are taken out when the template is mapped."""

    template = models.OneToOneField(Template, on_delete=models.CASCADE, primary_key=True, related_name="file")
    content = models.BinaryField()


class Filling(models.Model):
    """A form being filled, or filled: for one post, with what could not be filled. Forgotten after a day.

    `asked` is the question to the ledger as the query of its address. `missing` lists for each column why, how many
    rows, and which; it names rows by their number in the form.
    """

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    template = models.ForeignKey(Template, on_delete=models.CASCADE, related_name="fillings")
    by_post = models.UUIDField()
    asked = models.TextField(default="")
    identified = models.BooleanField(default=False)
    purpose = models.TextField(default="")
    language = models.TextField(default="zh-hans")
    state = models.TextField(choices=list(words.FILLING.items()), default=words.WAITING)
    rows = models.IntegerField(default=0)
    done = models.IntegerField(default=0)
    missing = models.JSONField(default=list)
    inserted = models.IntegerField(default=0)
    made_at = models.DateTimeField()
    error = models.TextField(default="")

    class Meta:
        indexes = [models.Index(fields=["made_at"], name="filling_made")]
        constraints = [models.CheckConstraint(condition=Q(state__in=list(words.FILLING)), name="filling_state")]


class FilledFile(models.Model):
    """The filled form, encrypted like an identifier: it may hold names and numbers."""

    filling = models.OneToOneField(Filling, on_delete=models.CASCADE, primary_key=True, related_name="file")
    key_id = models.TextField()
    content_enc = models.BinaryField()
