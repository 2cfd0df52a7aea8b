"""The letters of isolation as Word files: the release notice, and the three papers of a home observation (三书)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.kernel import clock
from muster.kernel.areas.codes import LEVELS
from muster.kernel.people.actions import reveal
from muster.kernel.posts.logins import acting
from muster.ledger.forms.letters import Field, Letter, register
from muster.web.area_names import area_path

from . import words
from .board import leg_until
from .models import Stay
from .pages.stays import stay_of, tests_of

NOTICE = "notice"  # the purpose of looking at the name


def _day(value: date | None) -> str:
    return date_format(value, _("j M Y")) if value else ""


def _local(value: datetime | None) -> str:
    return _day(clock.local_day(value)) if value else ""


def _shown(post: Any, person: UUID, field: str) -> str:
    return " ".join(reveal(by=post, person=person, field=field, purpose=NOTICE))


def known(post: Any, stay: Stay) -> dict[str, Any]:
    """What every paper of a stay may say; the name and the address are logged as looked at."""
    with acting():  # earlier rooms and sites of the same control may be behind walls; only the day is shown
        began = Stay.objects.filter(control=stay.control_id).order_by("began_at").values_list("began_at", flat=True)[0]
    return {
        "name": _shown(post, stay.person_id, "name"),
        "address": _shown(post, stay.person_id, "address"),
        "area": area_path(stay.area),
        "place": stay.site.name if stay.site else _("at home"),
        "began": _local(began),
        "until": _day(leg_until(stay)),
        "tests": [
            {"day": _day(test["on"]), "result": str(test["result"])}
            for test in tests_of(stay)
            if test["sample"] or test["tone"] != "wait"
        ],
        "issuer": stay.site.name if stay.site else area_path(stay.area[: LEVELS["community"]]),
        "today": _day(clock.today()),
    }


def known_of_release(post: Any, stay: Stay) -> dict[str, Any]:
    """The same with number and day of the release."""
    return known(post, stay) | {"number": stay.notice, "ended": _local(stay.ended_at)}


def _released(pk: UUID) -> Stay:
    stay = stay_of(pk)
    if not stay.notice:
        raise Http404
    return stay


def _at_home(pk: UUID) -> Stay:
    stay = stay_of(pk)
    if stay.kind != words.HOME:
        raise Http404
    return stay


FIELDS = (
    Field("name", gettext_lazy("Full name")),
    Field("address", gettext_lazy("Address")),
    Field("area", gettext_lazy("Responsible area")),
    Field("place", gettext_lazy("Where the observation is")),
    Field("began", gettext_lazy("Day on which the observation began")),
    Field("until", gettext_lazy("Day on which the observation ends")),
    Field("tests", gettext_lazy("Tests"), {"day": gettext_lazy("Test of"), "result": gettext_lazy("Result")}),
    Field("issuer", gettext_lazy("Who issues it")),
    Field("today", gettext_lazy("Today")),
)
RELEASE = Letter(
    name="isolation.release_notice", title=gettext_lazy("Notice of release from medical observation"),
    needs="isolation.see_stay", find=_released, area=lambda stay: stay.area, know=known_of_release,
    fields=(
        *FIELDS,
        Field("number", gettext_lazy("Number of the notice")),
        Field("ended", gettext_lazy("Day of the release")),
    ),
    text=(
        gettext_lazy("No. {{ number }}"),
        "{{ name }}:",
        gettext_lazy("You were under medical observation ({{ place }}) from {{ began }} to {{ ended }}."),
        "tests",
        gettext_lazy(
            "The days are served and the conditions of the plan are met. The observation has ended."
            " Please go on watching your health, and see a fever clinic if you have symptoms."
        ),
        "{{ issuer }}",
        "{{ ended }}",
    ),
)  # fmt: skip
_TEXTS = {
    "person_notice": (
        "{{ name }}:",
        gettext_lazy(
            "You are a contact of an infected person. By the plan you are observed at home, at {{ address }}"
            " ({{ area }}), from {{ began }} until {{ until }}."
        ),
        gettext_lazy(
            "Until then please stay in your room, take your temperature in the morning and in the afternoon, be tested"
            " on the days of the plan, and do not receive visitors. Call your community at once if you have fever or"
            " symptoms."
        ),
        "{{ issuer }}",
        "{{ today }}",
    ),
    "family_pledge": (
        gettext_lazy(
            "We live with {{ name }} ({{ address }}), who is observed at home from {{ began }} until {{ until }}."
        ),
        gettext_lazy(
            "We know what home observation asks of us and pledge to keep to it: rooms apart, air and disinfection,"
            " masks, nobody comes and nobody goes, and every symptom is reported at once."
        ),
        gettext_lazy("Signed: ____________________"),
        "{{ issuer }}",
        "{{ today }}",
    ),
    "employer_notice": (
        gettext_lazy("To the employer of {{ name }}:"),
        gettext_lazy(
            "By the plan {{ name }} is observed at home from {{ began }} until {{ until }} and cannot come to work."
            " Please treat these days as the law on infectious diseases says."
        ),
        "{{ issuer }}",
        "{{ today }}",
    ),
}  # fmt: skip
PAPERS = tuple(
    Letter(
        name=f"isolation.{code}", title=words.PAPERS[code], needs="isolation.see_stay", find=_at_home,
        area=lambda stay: stay.area, know=known, fields=FIELDS, text=text,
    )
    for code, text in _TEXTS.items()
)  # fmt: skip
register(RELEASE, *PAPERS)
