"""One letter as a Word file: in the words of the nearest unit that uploaded a template, else in ours."""

from __future__ import annotations

from typing import Any

from django.db.models.functions import Length

from muster.kernel.areas.codes import ancestors
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.access import log_access
from muster.kernel.posts.logins import acting

from . import documents, guards
from .letters import Letter
from .models import Template, TemplateFile
from .wording import Unusable


def template_of(letter: Letter, area: str) -> Template | None:
    """The template in use for an area: its own, else that of the nearest area above; None where nobody has one."""
    with acting():  # who works at a site has no areas, and their letters are still those of the district
        found = Template.objects.ready().filter(
            kind=guards.LETTER, subject=letter.name, area__in=[area, *ancestors(area)]
        )
        return found.alias(width=Length("area")).order_by("-width", "-made_at").first()


def write_letter(*, by: Any, letter: Letter, row: Any) -> bytes:
    """The letter about a row, filled; logged before anything is read, each name once more. Raises Refused, Invalid."""
    area = letter.area(row)
    log_access(by=by, event="exported", subject=row.pk, field=f"letter {letter.name}"[:100], area=area)
    values, template = letter.know(by, row), template_of(letter, area)
    if template is None:
        content = documents.plain_template(letter)
    else:
        with acting():
            content = bytes(TemplateFile.objects.values_list("content", flat=True).get(pk=template.pk))
    try:
        return documents.fill(letter, content, values)
    except Unusable as error:
        raise Invalid("file", str(error)) from error
