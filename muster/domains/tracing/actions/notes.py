"""What a case told: free text and itinerary, kept apart, deletable, shown only to who has a duty about the person."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.access import admit
from muster.kernel.people.models import Place
from muster.kernel.posts.logins import acting

from .. import words
from ..models import Case, CaseNote
from .numbers import hold_case

DETAILS = ("indoor", "masked", "transport", "number", "seat", "companions")
LONGEST = 4000


@action("tracing.add_note")
def add_note(
    *,
    by: Any,
    case: Case,
    kind: str = "note",
    text: str = "",
    from_at: datetime | None = None,
    to_at: datetime | None = None,
    place: Place | None = None,
    details: dict[str, str] | None = None,
    now,
    op=None,
) -> CaseNote:
    """Write down a stage of the itinerary, an exposure or a remark; `details` may hold the keys of DETAILS."""
    case = hold_case(by, "tracing.add_note", case)
    given = {key: value for key, value in (details or {}).items() if value}
    if kind not in words.NOTE_KINDS or set(given) - set(DETAILS):
        raise Invalid("kind", _("Choose one of the list."))
    if not (text.strip() or place or given):
        raise Invalid("text", _("Write what was told."))
    if len(text) > LONGEST:
        raise Invalid("text", _("At most %(most)s characters") % {"most": LONGEST})
    if from_at and to_at and to_at < from_at:
        raise Invalid("to_at", _("The end is before the beginning."))
    return CaseNote.objects.create(
        case=case, person_id=case.person_id, kind=kind, text=text.strip(), from_at=from_at, to_at=to_at, place=place,
        details=given, by_post=getattr(by, "id", None), at=now,
    )  # fmt: skip


def read_notes(*, by: Any, case: Case, now: datetime) -> list[CaseNote]:
    """The notes of a case in order of time, logged before they are read. Refused without a duty about the person."""
    with acting():
        case = Case.objects.select_related("person").get(pk=case.pk)
        admit(by, "tracing.read_notes", case.person, now, event="opened_file", field="notes", purpose="trace")
        return list(case.notes.select_related("place").order_by("from_at", "at"))
