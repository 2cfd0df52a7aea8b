"""Planning rounds and opening them; the sites where samples are taken."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from os.path import commonprefix
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from muster.kernel import clock, ids, plans
from muster.kernel.areas.codes import LEVELS, normalise, parent_of, span, within
from muster.kernel.areas.models import Area
from muster.kernel.areas.words import explain
from muster.kernel.facts.actions import record
from muster.kernel.loading import BadValue
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.logins import connection
from muster.kernel.posts.permissions import require

from .. import delineated, following, planning
from ..models import Regime, Round, RoundSite, SamplingSite, Slot
from ..models.rounds import POOL_SIZES

MOST_DESKS, MOST_AREAS = 200, 500


@action("screening.add_site")
def add_site(
    *, by: Any, area: str, name: str, lat: float | None, lon: float | None, desks: int | None, now: datetime,
    op: UUID | None = None,
) -> SamplingSite:  # fmt: skip
    """Add a place where samples are taken; degrees, and how many desks fit. Raises Invalid."""
    require(by, "screening.add_site", area)
    if not Area.objects.filter(code=area).exists():
        raise Invalid("area", _("There is no area with this code."))
    if not name.strip() or len(name) > 100:
        raise Invalid("name", _("Enter a name of at most 100 characters."))
    if lat is None or lon is None or not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise Invalid("lat", _("Enter the latitude and longitude in degrees, as 34.33 and 108.71."))
    if desks is None or not 1 <= desks <= MOST_DESKS:
        raise Invalid("desks", _("From 1 to %(most)s desks") % {"most": MOST_DESKS})
    if SamplingSite.objects.filter(area=area, name=name.strip()).exists():
        raise Invalid("name", _("There is a site of this name in this area."))
    return SamplingSite.objects.create(area=area, name=name.strip(), lat=lat, lon=lon, desks=desks)


@action("screening.close_site")
def close_site(*, by: Any, site: SamplingSite, now: datetime, op: UUID | None = None) -> SamplingSite:
    """No later round is planned with this site."""
    site = SamplingSite.objects.select_for_update().get(pk=site.pk)
    require(by, "screening.close_site", site.area)
    if site.closed_at is None:
        site.closed_at = now
        site.save(update_fields=["closed_at"])
    return site


@action("screening.plan_round")
def plan_round(
    *, by: Any, areas: Sequence[str], disease: str, starts_at: datetime | None, ends_at: datetime | None,
    pool_size: int, source_known: bool = False, after: Round | None = None, regimes: Sequence[UUID] = (),
    now: datetime, op: UUID | None = None,
) -> Round:  # fmt: skip
    """Plan a round over any areas: sites, desks and samplers by the plan's ratios, a site and a time for each building.

    `after` is the round that this one follows, over the same areas. With `regimes` it expects only those who are due by
    one of them on its last day. Raises Invalid, among others where the plan in force has no rules of mass testing.
    """
    codes = [*after.areas] if after else outer(areas)
    shared = smallest(codes)
    require(by, "screening.plan_round", shared)
    if starts_at is None or ends_at is None or not now.date() <= ends_at.date() or starts_at >= ends_at:
        raise Invalid("starts_at", _("Enter when sampling begins and when it ends."))
    plan = _plan(disease, starts_at)
    if (ends_at - starts_at).total_seconds() > plan.rounds.area_minutes * 60:
        limit = plan.rounds.area_minutes // 60
        raise Invalid("ends_at", _("The plan gives %(hours)s hours for a round.") % {"hours": limit})
    if pool_size not in POOL_SIZES or pool_size > (plan.pooling.max_size if plan.pooling else 1):
        raise Invalid("pool_size", _("The plan does not allow this many samples in a tube."))
    due_by = _regimes(after.regimes if after else regimes, disease)
    found = planning.buildings(codes, due_by, clock.local_day(ends_at))
    if not found:
        nobody = _("Nobody is due there.") if due_by else _("Nobody is recorded as living there.")
        raise Invalid("areas", nobody)
    row = Round(
        area=shared, areas=codes, disease=disease, plan=plan.edition, starts_at=starts_at, ends_at=ends_at,
        pool_size=pool_size, people=sum(b.people for b in found), planned_at=now,
        series=after.series if after else ids.uuid7(), ordinal=_ordinal(after),
        least_rounds=0 if source_known or due_by else plan.rounds.unknown_source_rounds, regimes=due_by,
    )  # fmt: skip
    _store(row, found, plan.sizing, shared)
    record("screening.round_planned", subject=row.id, area=shared, by=by, now=now, op=op, data={"people": row.people})
    if after:
        following.decided(after, "next", by=by, now=now)
    return row


def _regimes(wanted: Sequence[UUID], disease: str) -> list[UUID]:
    """Those of these regimes that are in force. Raises Invalid for one that is not, or of another disease."""
    known = set(Regime.objects.filter(pk__in=list(wanted), disease=disease, ended_at=None).values_list("pk", flat=True))
    if known != set(wanted):
        raise Invalid("regimes", _("One of these rules has ended, or is of another disease."))
    return sorted(known)


def outer(areas: Iterable[str]) -> list[str]:
    """The areas as codes, without those that lie in another one of them. Raises Invalid."""
    try:
        codes = sorted({normalise(area) for area in areas})
    except BadValue as error:
        raise Invalid("areas", explain(error)) from error
    codes = [code for code in codes if not any(code != other and within(code, other) for other in codes)]
    if not codes or len(codes) > MOST_AREAS:
        raise Invalid("areas", _("Name from 1 to %(most)s areas.") % {"most": MOST_AREAS})
    known = set(Area.objects.filter(code__in=codes, closed_on=None).values_list("code", flat=True))
    if missing := [code for code in codes if code not in known]:
        raise Invalid("areas", _("No such area: %(code)s") % {"code": missing[0]})
    return codes


def smallest(codes: Sequence[str]) -> str:
    """The smallest area that holds all of these."""
    shared = commonprefix(list(codes))
    return shared if parent_of(shared + "0") == shared else parent_of(shared)


def _plan(disease: str, starts_at: datetime) -> plans.Plan:
    try:
        plan = plans.in_force(disease, clock.local_day(starts_at))
    except plans.NoPlan:
        raise Invalid("disease", _("No plan of this disease is in force on that day.")) from None
    if plan.rounds is None or plan.sizing is None:
        raise Invalid("disease", _("The plan of this disease has no rules of mass testing."))
    return plan


def _ordinal(after: Round | None) -> int:
    """The number of a new round in its series. Raises Invalid where one follows already, or none shall."""
    if after is None:
        return 1
    if after.stopped_at:
        raise Invalid("after", _("It was decided that no round follows."))
    if Round.objects.filter(series=after.series, ordinal=after.ordinal + 1).exists():
        raise Invalid("after", _("The next round is planned already."))
    return after.ordinal + 1


def _store(row: Round, found: Sequence[planning.Building], sizing: Any, shared: str) -> None:
    """The round with its sites and slots; the sites are those of the area, or of the street around a smaller one."""
    around = shared[: LEVELS["street"]]
    sites = list(SamplingSite.objects.filter(closed_at=None, area__startswith=around).order_by("area", "id"))
    stations, slots = planning.lay_out(row, found, sites, sizing)
    row.unplaced = sum(slot.people for slot in slots if slot.site is None)
    row.save(force_insert=True)
    RoundSite.objects.bulk_create(stations, batch_size=1000)
    Slot.objects.bulk_create(slots, batch_size=2000)


@action("screening.open_round")
def open_round(*, by: Any, round: Round, now: datetime, op: UUID | None = None) -> Round:
    """Sampling begins: from now on it is known who is expected, building by building."""
    row = Round.objects.select_for_update().get(pk=round.pk)
    require(by, "screening.open_round", row.area)
    if row.opened_at is not None:
        raise Invalid("round", _("This round is open already, or over."))
    row.opened_at = now
    row.save(update_fields=["opened_at"])
    until = clock.local_day(row.ends_at)
    expected = planning.buildings(row.areas, row.regimes, until)
    with connection().cursor() as cursor:
        cursor.execute(_EXPECT, [row.id, [b.code for b in expected], [b.people for b in expected]])
        if row.regimes:
            bounds = [span(area) for area in row.areas]
            wanted: list[Any] = [row.id, [lo for lo, _hi in bounds], [hi for _lo, hi in bounds], row.regimes, until]
            cursor.execute(_EXPECT_DUE, wanted)
    opened = record("screening.round_opened", subject=row.id, area=row.area, by=by, now=now, op=op)
    delineated.ask(row, opened, by=by, now=now)
    return row


_EXPECT_DUE = f"""
    INSERT INTO screening_expected (round_id, person_id, area)
    SELECT %s, p.id, left(p.home, 18) FROM unnest(%s::text[], %s::text[]) AS w(lo, hi)
    JOIN people_person p ON p.home >= w.lo AND p.home < w.hi
    WHERE p.merged_into_id IS NULL{planning.DUE}
"""
_EXPECT = """
    INSERT INTO screening_roundcount (round_id, area, expected, sampled, excused)
    SELECT %s, b.code, b.people, 0, 0 FROM unnest(%s::text[], %s::int[]) AS b(code, people)
"""
