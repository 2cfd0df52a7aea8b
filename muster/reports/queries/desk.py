"""What the duty desk works from: what went wrong in its range, what is new, and finding a person or a case."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from muster.domains.screening.models import Result
from muster.domains.tracing.models import Case
from muster.kernel.controls.models import Control
from muster.kernel.duties.models import Duty
from muster.kernel.facts.models import Fact
from muster.kernel.people import queries as people
from muster.kernel.people.models import Person
from muster.kernel.posts.access import log_access
from muster.kernel.posts.logins import acting
from muster.kernel.posts.roles import HEADQUARTERS

NEWEST, FOUND = 10, 20
FINDINGS = ("screening.result_positive", "screening.result_pool_suspect")
_CASE_NUMBER = re.compile(r"[0-9A-Za-z]+(-[0-9]+){2,}")
_NUMBER = re.compile(r"[0-9A-Za-z+() -]*[0-9]{5}[0-9A-Za-z() -]*")


def troubles(post: Any, query: Any, now: datetime) -> QuerySet[Duty]:
    """Open duties that are late, have no owner, or rose to headquarters; `show` picks one of these."""
    which = {
        "late": Q(due_at__lt=now),
        "unowned": Q(unowned=True),
        "risen": Q(holder_role=HEADQUARTERS) & ~Q(role=HEADQUARTERS),
    }
    chosen = which.get(query.get("show", ""), which["late"] | which["unowned"] | which["risen"])
    rows = Duty.objects.open().filter(chosen, area__gte=post.lo, area__lt=post.hi)
    return rows.with_people()


def own(post: Any) -> list[Duty]:
    """What the desk itself owes, the next thing first: reports to take up, to see through, people to call."""
    return list(Duty.objects.on_list_of(post).with_people()[:NEWEST])


def newest_findings() -> list[Result]:
    """The positive and suspect results that came last, as far as the post sees them.

    Found by their facts, of which there are few: on a day of mass testing nearly all results are negative.
    """
    facts: list[Any] = []
    for kind in FINDINGS:
        facts += Fact.objects.filter(kind=kind).order_by("-recorded_at").values_list("pk", flat=True)[:NEWEST]
    found = Result.objects.live().filter(fact__in=facts, history=False)
    return list(found.select_related("person").order_by("-received_at")[:NEWEST])


def newest_cases() -> list[Case]:
    """The cases that were opened last, as far as the post sees them."""
    return list(Case.objects.filter(history=False).select_related("person").order_by("-opened_at")[:NEWEST])


def find(post: Any, text: str) -> dict[str, Any]:
    """Persons and cases for what was typed: a case's number, an identity or phone number, a name, pinyin or initials.

    Only who lives, is, or has a duty in the post's range is found. That somebody searched is logged, the words are
    not: they may be a name.
    """
    text = " ".join(text.split())
    if _CASE_NUMBER.fullmatch(text):
        log_access(by=post, event="searched", field="case", area=post.area)
        cases = Case.objects.filter(number__startswith=text).select_related("person").order_by("number")
        return {"cases": list(cases[:FOUND]), "people": []}
    by_number = bool(_NUMBER.fullmatch(text))
    log_access(by=post, event="searched", field="number" if by_number else "name", area=post.area)
    with acting():
        found = people.having(*people.readings(text)) if by_number else people.with_name(text, post, FOUND * 5)
        return {"cases": [], "people": _in_range(post, [person.pk for person in found])}


def _in_range(post: Any, persons: list[Any]) -> list[Person]:
    """Those of the persons who concern the post, with their open duties here and whether they are under control."""
    own = people.every_record(persons)
    here = Duty.objects.filter(person__in=own, area__gte=post.lo, area__lt=post.hi)
    owed = Counter(own[person] for person in here.filter(closed_at=None).values_list("person_id", flat=True))
    known = {own[person] for person in here.values_list("person_id", flat=True).distinct()}
    held = {own[person] for person in Control.objects.open().filter(person__in=own).values_list("person_id", flat=True)}
    lives = Q(home__gte=post.lo, home__lt=post.hi) | Q(present__gte=post.lo, present__lt=post.hi)
    rows = Person.objects.filter(pk__in=persons).filter(lives | Q(pk__in=known)).select_related("household")
    found = list(rows.order_by("label", "pk")[:FOUND])
    for person in found:
        person.owed, person.controlled = owed[person.pk], person.pk in held
    return found
