"""Standing regimes of testing: beginning and ending one, and the lists of who belongs to it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from muster.kernel import clock, plans
from muster.kernel.areas.models import Area
from muster.kernel.duties.actions import withdraw_duties
from muster.kernel.facts.actions import record
from muster.kernel.ids import uuid7
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.crypto import blind_index
from muster.kernel.people.models import Organisation, Person
from muster.kernel.posts.permissions import reaches, require
from muster.web.answering import id_of

from .. import queries
from ..models import Member, Regime
from ..models.regimes import GROUPS, LISTED
from ..regimes import duties, members

MOST_LINES = 500


@action("screening.start_regime")
def start_regime(
    *, by: Any, area: str, who: str, disease: str, from_days: int | None = None, to_days: int | None = None,
    now: datetime, op: UUID | None = None,
) -> Regime:  # fmt: skip
    """From today a group of an area is tested by rule. Without days, the plan's; fewer days may be asked, not more.

    Raises Invalid, among others where the plan in force has no figure for the group.
    """
    require(by, "screening.start_regime", area)
    if not Area.objects.filter(code=area, closed_on=None).exists():
        raise Invalid("area", _("There is no area with this code."))
    plan, figures = _figures(disease, who, now)
    days = (figures[0] if from_days is None else from_days), (figures[1] if to_days is None else to_days)
    if not 0 <= days[0] <= days[1]:
        raise Invalid("from_days", _("From a number of days to one that is not smaller."))
    if days[1] > figures[1]:
        raise Invalid("to_days", _("The plan asks for a test every %(days)s days at least.") % {"days": figures[1]})
    if Regime.objects.filter(area=area, disease=disease, who=who, ended_at=None).exists():
        raise Invalid("who", _("This group of this area is tested by rule already."))
    regime = Regime(
        id=uuid7(), area=area, who=who, disease=disease, plan=plan, from_days=days[0], to_days=days[1], began_at=now
    )
    regime.fact = record(
        "screening.regime_started", subject=regime.id, area=area, by=by, now=now, op=op,
        data={"who": who, "from_days": days[0], "to_days": days[1]},
    )  # fmt: skip
    regime.save(force_insert=True)
    members.refresh(regime, clock.local_day(now))
    return regime


def _figures(disease: str, who: str, now: datetime) -> tuple[str, tuple[int, int]]:
    """The edition in force and its days for a group. Raises Invalid."""
    try:
        plan = plans.in_force(disease, clock.local_day(now))
    except plans.NoPlan:
        raise Invalid("disease", _("No plan of this disease is in force on that day.")) from None
    figures = plan.value(f"regimes.{who}") if who in GROUPS else None
    if figures is None:
        raise Invalid("who", _("The plan of this disease says nothing of tests of this group."))
    return plan.edition, figures


@action("screening.end_regime")
def end_regime(*, by: Any, regime: Regime, now: datetime, op: UUID | None = None) -> Regime:
    """Nobody is tested by this rule any more; what was owed is withdrawn. Raises Invalid if it ended before."""
    row = Regime.objects.select_for_update(of=("self",)).get(pk=regime.pk)
    require(by, "screening.end_regime", row.area)
    if row.ended_at:
        raise Invalid("regime", _("This rule ended before."))
    row.ended_at = now
    row.save(update_fields=["ended_at"])
    fact = record("screening.regime_ended", subject=row.id, area=row.area, by=by, now=now, op=op, because=[row.fact_id])
    gone = list(Member.objects.filter(regime=row).values_list("id", "unit"))
    subjects = {member if unit is None else duties.unit_subject(row.id, unit) for member, unit in gone}
    withdraw_duties(now=now, because=fact, subjects=subjects, kinds=[duties.PERSON, duties.UNIT])
    Member.objects.filter(regime=row).delete()
    return row


@action("screening.enlist")
def enlist(
    *, by: Any, regime: Regime, lines: str, unit: Organisation | None = None, now: datetime, op: UUID | None = None
) -> dict[str, Any]:
    """Take people into a regime by a list of identity numbers, phones or codes, one in a line; up to 500.

    Returns how many are `new`, how many were `known` before, and the numbers of the lines that name nobody, or
    several people. Those of a unit are tested with it; the others where they live. Raises Invalid.
    """
    area = unit.area if unit else by.area if len(by.area) > len(regime.area) else regime.area
    require(by, "screening.enlist", area)
    if regime.ended_at:
        raise Invalid("regime", _("This rule ended before."))
    said = [line.strip() for line in lines.splitlines()]
    if not any(said) or len(said) > MOST_LINES:
        raise Invalid("lines", _("Enter from 1 to %(most)s lines.") % {"most": MOST_LINES})
    found, unknown = _named(said)
    day = clock.local_day(now)
    homes = dict(Person.objects.filter(pk__in=[person for _line, person in found]).values_list("pk", "home"))
    ours = {person for person, home in homes.items() if unit or reaches(by, home)}
    rows = [
        {"person": person, "area": area if unit else "", "unit": unit.id if unit else None, "since": day, "until": None}
        for person in sorted(ours)
    ]
    new = members.add(regime, rows)
    unknown += [line for line, person in found if person not in ours]
    return {"new": new, "known": len(rows) - new, "unknown": sorted(unknown)}


def _named(lines: list[str]) -> tuple[list[tuple[int, UUID]], list[int]]:
    """The person whom each line names, by its number; and the lines that name nobody, or several people."""
    indexes = {n: [blind_index(*reading) for reading in queries.readings_of(line)] for n, line in enumerate(lines, 1)}
    owners = queries.owners({index for each in indexes.values() for index in each})
    codes = {line: pk for line in lines if len(line) == 36 and (pk := id_of(line))}
    known = dict(Person.objects.filter(pk__in=codes.values()).values_list("pk", "canonical_id"))
    found, unknown = [], []
    for number, line in enumerate(lines, 1):
        theirs = {owner for index in indexes[number] for owner in owners.get(index, ())}
        theirs |= {known[codes[line]]} if codes.get(line) in known else set()
        if len(theirs) == 1:
            found.append((number, theirs.pop()))
        elif line:
            unknown.append(number)
    return found, unknown


@action("screening.delist")
def delist(*, by: Any, regime: Regime, member: UUID | None, now: datetime, op: UUID | None = None) -> Regime:
    """Take somebody out of a list; who is in by their work or arrival leaves with that. Raises Invalid."""
    row = Member.objects.select_for_update().filter(pk=member, regime=regime).first()
    if row is None:
        raise Invalid("member", _("They are not in it any more."))
    require(by, "screening.delist", row.area)
    if row.how != LISTED:
        raise Invalid("member", _("They are in it by what is known of them; it ends when that changes."))
    withdraw_duties(now=now, because=regime.fact, subjects=[row.id], kinds=[duties.PERSON])
    row.delete()
    return regime
