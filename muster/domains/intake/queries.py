"""Finding places by what somebody says, persons by what they are called, and reports that may be the same."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q
from django.db.models.functions import Length

from muster.kernel.areas.codes import LEVELS, span
from muster.kernel.areas.models import Area
from muster.kernel.people import names
from muster.kernel.people import queries as people
from muster.kernel.people.models import Identifier, Person, Place
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import Post
from muster.kernel.posts.roles import DUTY_DESK

from .models import Report
from .rules import MOST_FOUND, Found, Spot, find_spot

BUILDING, MOST_SAME = LEVELS["grid"], 5
_cache: dict[tuple[str, str], tuple[Any, list[Spot]]] = {}


def find(text: str, lo: str, hi: str) -> Found:
    """The areas and places between two codes that a text may mean. Needs the login of actions."""
    return find_spot(text, _spots(lo, hi))


def _spots(lo: str, hi: str) -> list[Spot]:
    """All areas and named places between two codes, with their pinyin; kept until their number changes."""
    areas = Area.objects.filter(code__gte=lo, code__lt=hi, closed_on=None)
    places = Place.objects.filter(area__gte=lo, area__lt=hi).exclude(name="")
    state = (
        *areas.aggregate(n=Count("*"), last=Max("code")).values(),
        *places.aggregate(n=Count("*"), k=Max("key")).values(),
    )
    known = _cache.get((lo, hi))
    if known is None or known[0] != state:
        rows = [(code, name, None) for code, name in areas.values_list("code", "name")]
        rows += places.values_list("area", "name", "id")
        known = _cache[lo, hi] = (state, [Spot(code, name, *names.keys(name), place) for code, name, place in rows])
    return known[1]


def persons(text: str, by: Any) -> list[Person]:
    """Persons at home in the post's range with this name, pinyin or number. Needs the login of actions."""
    if any(character.isdigit() for character in text):
        found = people.having(*people.readings(text)).filter(home__gte=by.lo, home__lt=by.hi)
        return list(found.select_related("household").order_by("label", "pk")[:MOST_FOUND])
    found = people.with_name(text, by, MOST_FOUND)
    return list(Person.objects.filter(pk__in=[person.pk for person in found]).select_related("household"))


def with_phone(text: str) -> set[UUID]:
    """Everybody who has this phone (canonical records). Needs the login of actions."""
    numbers = [number for number in people.readings(text) if number.kind == "phone"]
    return set(people.having(*numbers).values_list("pk", flat=True)) if numbers else set()


def same_person(name: str, phone: str) -> Person | None:
    """Somebody recorded with exactly this name and this phone: a phone alone may be shared."""
    tidy = names.tidy(name)
    for person in Person.objects.filter(pk__in=with_phone(phone)).select_related("details").order_by("pk"):
        if getattr(getattr(person, "details", None), "name", "") == tidy:
            return person
    return None


def possibly_same(
    *, area: str, place: UUID | None, persons: Iterable[UUID], since: datetime, but: UUID | None = None
) -> list[Report]:
    """Reports since then from the same place, or about or by one of these persons or whoever has a number of theirs,
    newest first; those of one's own range."""
    numbers = Identifier.objects.filter(person__canonical__in=set(persons)).values("blind_index")
    alike = Q(canonical__in=set(persons)) | Q(identifiers__blind_index__in=numbers)
    records = set(Person.objects.filter(alike).values_list("pk", flat=True)) | set(persons)
    alike = Q(caller__in=records) | Q(about__in=records)
    if place:
        alike |= Q(place=place)
    elif len(area) >= BUILDING:
        alike |= Q(area=area)
    rows = Report.objects.filter(alike, received_at__gte=since, same_as=None).exclude(pk=but)
    return list(rows.with_people().order_by("-received_at")[:MOST_SAME])


def like(report: Report, by: Any) -> list[Report]:
    """Reports that may be the same as this one, in the post's range. Needs the login of actions."""
    since = report.received_at - timedelta(hours=report.kind_of.same_hours)
    who = {report.caller.canonical_id, report.about and report.about.canonical_id} - {None}
    found = possibly_same(area=report.area, place=report.place_id, persons=who, since=since, but=report.pk)
    return [row for row in found if by.lo is not None and by.lo <= row.area < by.hi]


def named(reports: list[Report]) -> list[Report]:
    """Reports that a post sees, with the masked names of caller and person, wherever those live; one query."""
    with acting():
        wanted = {pk for row in reports for pk in (row.caller_id, row.about_id) if pk}
        found = {person.pk: person for person in Person.objects.filter(pk__in=wanted)} if wanted else {}
    for row in reports:
        row.caller, row.about = found[row.caller_id], found[row.about_id] if row.about_id else None
    return reports


def unplaced_area(now: datetime) -> str:
    """Where a report belongs that names no place we know: the smallest area with a duty desk, else the largest."""
    desks = Post.objects.active(now).filter(role=DUTY_DESK).exclude(lo=None).annotate(width=Length("area"))
    if desk := desks.order_by("-width", "area").values_list("area", flat=True).first():
        return desk
    return Area.objects.order_by("code").values_list("code", flat=True).first() or ""


def known_spot(code: str) -> tuple[str, Place | None]:
    """(area, place) of what a printed code names: an area's code or a place's id; ('', None) for anything else."""
    try:
        place = Place.objects.filter(pk=UUID(code)).first()
        return (place.area, place) if place else ("", None)
    except ValueError:
        lo, hi = span(code)
        found = Area.objects.filter(code=code, closed_on=None).exists() if code and lo < hi else False
        return (code, None) if found else ("", None)
