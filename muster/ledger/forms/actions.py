"""What posts do with templates: upload them, say what fills each column, retire them, have one filled."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.permissions import require

from . import documents, guards, words
from .letters import LETTERS
from .models import Template, TemplateFile

LONGEST_NAME = 60


@action("forms.keep_template")
def keep_template(
    *, by: Any, kind: str, subject: str, name: str, file_name: str, content: bytes, now: datetime,
    op: UUID | None = None,
) -> Template:  # fmt: skip
    """Keep an uploaded file as the next version of a template of the post's unit. A letter is in use at once, a sheet
    when its columns are mapped. Raises Invalid where the file cannot be one, with what to do.
    """
    require(by, "forms.keep_template", by.area)
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise Invalid("name", _("Give the template a name of at most %(most)s characters.") % {"most": LONGEST_NAME})
    if kind != guards.LETTER or subject not in LETTERS:
        raise Invalid("subject", _("Choose one of the list."))
    documents.check(LETTERS[subject], content)
    before = _latest(by.area, kind, subject, name)
    _retire_in_use(by.area, kind, subject, now)
    row = Template.objects.create(
        area=by.area, kind=kind, subject=subject, name=name, version=before.version + 1 if before else 1,
        previous=before, file_name=file_name[-100:], state=words.READY, made_at=now, by_post=by.id,
    )  # fmt: skip
    TemplateFile.objects.create(template=row, content=content)
    return row


def _latest(area: str, kind: str, subject: str, name: str) -> Template | None:
    versions = Template.objects.select_for_update().filter(area=area, kind=kind, subject=subject, name=name)
    return versions.order_by("-version").first()


def _retire_in_use(area: str, kind: str, subject: str, now: datetime, name: str | None = None) -> None:
    """A unit has one template of a letter in use, and of a form one of each name."""
    used = Template.objects.ready().filter(area=area, kind=kind, subject=subject)
    used = used.filter(name=name) if name is not None else used
    used.update(state=words.RETIRED, retired_at=now)


@action("forms.retire_template")
def retire_template(
    *, by: Any, template: Template, back: bool = False, now: datetime, op: UUID | None = None
) -> Template:
    """Take a template out of use, or (`back`) put a retired one back into it. Raises Refused, Invalid."""
    row = Template.objects.select_for_update().get(pk=template.pk)
    require(by, "forms.retire_template", row.area)
    if back and row.state == words.RETIRED:
        if row.kind == guards.SHEET and not row.mapping:
            raise Invalid("template", _("Its columns were never mapped: upload it again."))
        _retire_in_use(row.area, row.kind, row.subject, now, row.name if row.kind == guards.SHEET else None)
        row.state, row.retired_at = words.READY, None
    elif not back and row.state != words.RETIRED:
        row.state, row.retired_at = words.RETIRED, now
    row.save(update_fields=["state", "retired_at"])
    return row
