"""A night of tracing in the town: results, cases, movements, and what follows from them without any procedure."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from muster.domains.tracing import actions
from muster.domains.tracing.models import Case, Contact
from muster.kernel import clock, ids
from muster.kernel.controls.actions import begin_control, end_control
from muster.kernel.controls.models import Control
from muster.kernel.duties.models import Duty
from muster.kernel.facts.actions import record
from muster.kernel.facts.models import Fact
from muster.kernel.people.models import Person
from muster.kernel.posts.logins import ACT, acting
from muster.kernel.posts.models import SYSTEM
from muster.kernel.presence.load import load_presence
from tests.town import Town

PLAN = "covid19-cn-9"


def positive(person: Person) -> Fact:
    """A laboratory found the person positive."""
    with acting():
        return record(
            "screening.result_positive",
            subject=ids.uuid7(),
            area=person.present or person.home,
            by=SYSTEM,
            now=clock.now(),
        )


def open_case(person: Person, **given) -> Case:
    """A case by a laboratory's result, sampled today."""
    given = {"disease": "covid19", "plan": PLAN, "first_sampled_on": clock.today(), "fact": positive(person)} | given
    return actions.open_case(by=SYSTEM, person=person, **given)


def at(hour: int, minute: int = 0, day: int = 0) -> datetime:
    """A local moment, so many days after the clock's day."""
    return clock.midnight(clock.today()) + timedelta(days=day, hours=hour, minutes=minute)


def meet(
    place, *persons: Person, hours: tuple[float, float] = (12, 13), day: int = 0, source: str = "venue_code"
) -> None:
    """Persons are at a place together."""
    start, end = (at(0, day=day) + timedelta(hours=hour) for hour in hours)
    stay([(person, place, start, end, source) for person in persons])


def stay(rows) -> None:
    """Rows of presence: person, place, from, until, source and, if any, the row of seats."""
    with acting():
        loaded = load_presence([(person.key, place.key, *rest) for person, place, *rest in rows])
    assert not loaded.rejected


def contact_of(case: Case, person: Person) -> Contact:
    """The contact row of a person."""
    with acting():
        return Contact.objects.get(case=case, person=person)


def contacts(case: Case) -> dict[str, Contact]:
    """The contacts of a case by the person's reference."""
    with acting():
        return {row.person.ref: row for row in Contact.objects.filter(case=case).select_related("person")}


def duties(kind: str, **filters) -> list[Duty]:
    """Open duties of a kind."""
    with acting():
        return list(Duty.objects.open().filter(kind=f"tracing.{kind}", **filters).order_by("opened_at", "id"))


def facts(kind: str) -> list[Fact]:
    """Facts of tracing."""
    with acting():
        return list(Fact.objects.filter(kind=f"tracing.{kind}").order_by("recorded_at", "id"))


def causes(fact: Fact) -> set:
    """Why a fact came about."""
    with acting():
        return set(fact.causes.values_list("cause_id", flat=True))


def control(contact: Contact, measure: str = "home", tests=()) -> Control:
    """Put a contact under control by its fact."""
    with acting(), transaction.atomic(using=ACT):
        return begin_control(
            person=contact.person_id, area=contact.area, kind="exposure", fact=contact.fact, subject=contact.id,
            measure=measure, ends_on=clock.today() + timedelta(days=7), tests=tests, by=SYSTEM, now=clock.now(),
            plan=contact.plan, disease=contact.disease, incident=contact.incident_id,
        )  # fmt: skip


def end(held: Control) -> None:
    """The days of a control are served."""
    with acting(), transaction.atomic(using=ACT):
        end_control(held, how="released", by=SYSTEM, now=clock.now())


def second(town: Town, name: str = "second"):
    """Another investigator of the district."""
    from tests.town import make_post

    with acting():
        return make_post(name, "investigator", "610404")


def fresh(row):
    """The row as it is stored now."""
    with acting():
        return type(row).objects.get(pk=row.pk)
