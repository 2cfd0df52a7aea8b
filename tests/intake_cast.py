"""The hotel call: an inn, its manager, a guest; and what the tests of intake ask of a report."""

from __future__ import annotations

from typing import Any

from muster.domains.intake import actions
from muster.domains.intake.models import Report
from muster.kernel.duties.models import Duty
from muster.kernel.facts.models import Fact
from muster.kernel.posts.logins import acting
from tests.town import GRID, Town, make_person, make_place

CALL = {
    "kind": "arrival", "what": "住客从风险地区来，未报备", "where": "如意旅馆302房", "source": "venue",
    "caller_name": "苏经理", "caller_phone": "13812345678", "about_name": "马强", "about_phone": "13912345678",
}  # fmt: skip


def add_inn(town: Town) -> None:
    """The inn in our grid."""
    with acting():
        town.places["inn"] = make_place("inn", "如意旅馆", "lodging", GRID)


def call(town: Town, by: Any = None, **changed: Any) -> Report:
    """The manager calls the duty desk."""
    given = {**CALL, "area": GRID, "place": town.places.get("inn"), **changed}
    return actions.receive_report(by=by or town.desk, **given)


def owed(subject: Any) -> list[str]:
    """The kinds of the open duties about something."""
    with acting():
        return sorted(Duty.objects.open().filter(subject=subject).values_list("kind", flat=True))


def facts_of(subject: Any) -> list[str]:
    """What happened to something, in order."""
    with acting():
        return list(Fact.objects.filter(subject=subject).order_by("recorded_at", "id").values_list("kind", flat=True))


def fresh(row: Any) -> Any:
    """A row as it is now."""
    with acting():
        return type(row).objects.get(pk=row.pk)


def guest(town: Town):
    """The guest, recorded before the call."""
    with acting():
        town.people["ma"] = make_person("ma", "马强", GRID, phone="13912345678")
    return town.ma
