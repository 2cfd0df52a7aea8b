"""The night played by the real actions in the test town: what the tests of procedures, walls and routes start from."""

from __future__ import annotations

from datetime import datetime, timedelta

from muster.domains.screening.actions import confirm_correction, record_result
from muster.domains.screening.models import Correction, Result
from muster.domains.tracing.models import Case, Contact
from muster.kernel import clock
from muster.kernel.people.models import Person
from muster.kernel.posts.logins import acting
from muster.kernel.presence.load import load_presence
from tests.isolation_cast import build
from tests.town import Town, make_person

PLAN = "covid19-cn-8"


def build_night(rooms: int = 20) -> Town:
    """The town with a site of so many rooms, a stranger from elsewhere, and two weeks in which people met."""
    town = build(rooms)
    with acting():
        town.people["chen"] = make_person("chen", "陈外", "")
    day = clock.midnight(clock.today()) - timedelta(days=1)
    together(town, "canteen", ["wang", "zhang", "zhao"], day + timedelta(hours=12), minutes=40)
    together(town, "hotel", ["wang", "chen"], day + timedelta(hours=20), minutes=30)
    return town


def together(town: Town, place: str, people: list[str], since: datetime, minutes: int) -> None:
    """People are at a place for the same time."""
    with acting():
        until = since + timedelta(minutes=minutes)
        rows = [(town.people[name].key, town.places[place].key, since, until, "venue_code") for name in people]
        load_presence(rows)


def result(town: Town, who: str, found: str = "positive", *, ref: str = "", corrects: str = "") -> Result:
    """The laboratory sends a result about somebody, sampled four hours ago; headquarters confirms a correction."""
    sent = record_result(
        by=town.lab,
        person=town.people[who],
        laboratory=town.laboratory,
        ref=ref or f"{who}-{found}-{clock.now():%d%H%M}",
        disease="covid19",
        sampled_at=clock.now() - timedelta(hours=4) if not corrects else _sampled(town, corrects),
        result=found,
        corrects=corrects,
        plan=PLAN,
    )
    return confirmed(town, sent) if isinstance(sent, Correction) else sent


def confirmed(town: Town, held: Correction, by: str = "headquarters") -> Result:
    """What a held correction became when a second person agreed."""
    row = confirm_correction(by=town.posts[by], correction=held, agree=True)
    assert row.became is not None
    return row.became


def _sampled(town: Town, ref: str) -> datetime:
    with acting():
        return Result.objects.get(ref=ref, laboratory=town.laboratory).sampled_at


def case_of(person: Person) -> Case | None:
    """The person's open case."""
    with acting():
        return Case.objects.open().filter(person=person).first()


def contacts_of(case: Case) -> dict[str, Contact]:
    """The contacts of a case that stand, by the person's reference."""
    with acting():
        return {row.person.ref: row for row in case.contacts.standing().select_related("person")}
