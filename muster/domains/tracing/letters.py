"""The letter of tracing as a Word file: the co-operation letter (协查函)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.kernel import clock
from muster.ledger.forms.letters import Field, register
from muster.ledger.forms.letters import Letter as Kind
from muster.web.answering import row_of
from muster.web.area_names import area_name

from . import actions, words
from .actions.letters import letter_persons
from .models import Letter
from .pages.shown import places_of


def _moment(value: datetime | None) -> str:
    return date_format(value.astimezone(clock.zone()), _("j M Y H:i")) if value else ""


def known(post: Any, letter: Letter) -> dict[str, Any]:
    """What the letter says, with names and phones; each person on it is logged as looked at."""
    named = letter_persons(by=post, letter=letter, now=clock.now())
    actions.print_letter(by=post, letter=letter)
    return {
        "number": letter.number,
        "to_name": letter.to_name,
        "to_area": letter.to_area,
        "disease": words.DISEASES.get(letter.disease, letter.disease),
        "case_number": letter.case_number,
        "exposed_from": _moment(letter.exposed_from),
        "exposed_until": _moment(letter.exposed_until),
        "places": ", ".join(str(place.name or place.get_kind_display()) for place in places_of(letter.places)),
        "persons": [
            {
                "name": row["name"], "phone": row["phone"], "ring": words.RINGS.get(row["contact"].ring, ""),
                "first_at": _moment(row["contact"].first_at), "last_at": _moment(row["contact"].last_at),
            }
            for row in named
        ],
        "asked": "; ".join(str(words.ASKED[code]) for code in letter.asked),
        "deadline": _moment(letter.deadline_at),
        "sender": area_name(letter.incident_area),
        "sent": _moment(letter.sent_at),
    }  # fmt: skip


def _letter_of(pk: UUID) -> Letter:
    return row_of(Letter.objects, pk)


register(
    Kind(
        name="tracing.co_operation", title=gettext_lazy("Co-operation letter"), needs="tracing.print_letter",
        find=_letter_of, area=lambda row: row.incident_area or row.area, know=known,
        fields=(
            Field("number", gettext_lazy("Number of the letter")),
            Field("to_name", gettext_lazy("Whom the letter is for")),
            Field("to_area", gettext_lazy("Their area")),
            Field("disease", gettext_lazy("Disease")),
            Field("case_number", gettext_lazy("Our number of the case")),
            Field("exposed_from", gettext_lazy("First exposure")),
            Field("exposed_until", gettext_lazy("Last exposure")),
            Field("places", gettext_lazy("Places of exposure")),
            Field("persons", gettext_lazy("The persons"), parts={
                "name": gettext_lazy("Full name"), "phone": gettext_lazy("Phone"), "ring": gettext_lazy("Ring"),
                "first_at": gettext_lazy("First contact"), "last_at": gettext_lazy("Last contact"),
            }),
            Field("asked", gettext_lazy("What is asked for")),
            Field("deadline", gettext_lazy("Until when an answer is asked for")),
            Field("sender", gettext_lazy("Who writes")),
            Field("sent", gettext_lazy("When it was sent")),
        ),
        text=(
            gettext_lazy("No. {{ number }}"),
            "{{ to_name }} {{ to_area }}:",
            gettext_lazy(
                "In tracing a case of {{ disease }} (our number {{ case_number }}) we found that the persons below were"
                " exposed and are believed to be in your area."
            ),
            gettext_lazy("Exposed: {{ exposed_from }} – {{ exposed_until }} {{ places }}"),
            "persons",
            gettext_lazy("Please: {{ asked }}."),
            gettext_lazy(
                "Please answer by {{ deadline }}, saying for each person: found, under control, tested, or not here."
            ),
            "{{ sender }}",
            "{{ sent }}",
        ),
    )
)  # fmt: skip
