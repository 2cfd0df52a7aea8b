"""The risk-area list changed, or somebody was in a listed area: who arrived is found, and put under control."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from muster.domains.arrivals import words
from muster.domains.arrivals.actions import rescreen
from muster.domains.arrivals.models import Arrival, RiskList
from muster.domains.arrivals.rules.arriving import owed
from muster.domains.isolation.actions.homes import ask_assessments
from muster.domains.isolation.actions.transfers import request_transfers
from muster.domains.isolation.models import Stay
from muster.kernel import clock, plans
from muster.kernel.controls.actions import begin_controls
from muster.kernel.duties.actions import open_duties, withdraw_duties
from muster.kernel.facts.models import Fact
from muster.kernel.posts.models import SYSTEM
from muster.kernel.procedures import procedure


def screen_again(facts: list[Fact]) -> None:
    """Later: everybody who left an origin within the longest incubation is screened against the new edition."""
    for risk_list in RiskList.objects.filter(pk__in=[fact.subject for fact in facts]):
        rescreen(by=SYSTEM, risk_list=risk_list)


def put_under_control(facts: list[Fact]) -> None:
    """Later: the measure that the plan has for a stay in a listed area, and the transfer or assessment it needs."""
    now = clock.now()
    because = {fact.subject: fact for fact in facts}
    rows = Arrival.objects.filter(pk__in=because, state=words.HERE).exclude(plan="").order_by("plan", "pk")
    for plan, group in groupby(rows, key=lambda row: row.plan):
        asked = [(row, found) for row in group if (found := _owed(row, plan, clock.local_day(now)))]
        controls = begin_controls(
            [
                {
                    "person": row.person_id, "area": row.area, "kind": "risk_area_stay", "fact": because[row.pk],
                    "subject": row.pk, "measure": found.kind, "ends_on": found.ends_on, "tests": found.tests,
                    "exposure_on": row.left_on,
                }
                for row, found in asked
            ],
            by=SYSTEM, now=now, plan=plan, disease=words.DISEASE,
        )  # fmt: skip
        fresh = {control.pk: control for control in controls}.values()
        request_transfers([control for control in fresh if control.measure == "site"], by=SYSTEM, now=now)
        at_home = [control for control in fresh if control.measure == "home" and control.began_at == now]
        ask_assessments(at_home, by=SYSTEM, now=now)


def _owed(row: Arrival, plan: str, today: date):
    return owed(plans.edition(plan), row.category, row.left_on, today, row.site_until)


def hand_contact_over(facts: list[Fact]) -> None:
    """At once: who is isolated is asked twice a day by those who isolate them; the arrival's daily contact ends."""
    for fact, rows in _followed(facts):
        withdraw_duties(now=fact.recorded_at, because=fact, subjects=[row.pk for row in rows], kinds=["arrivals.call"])


def owe_the_end(facts: list[Fact]) -> None:
    """At once: after the release somebody looks whether the follow-up of the arrival is over as well."""
    for fact, rows in _followed(facts):
        because = [{"subject": row.pk, "person_id": row.person_id, "area": row.area, "because": fact} for row in rows]
        open_duties("arrivals.close", because, by=SYSTEM, now=fact.recorded_at)


def _followed(facts: list[Fact]) -> Iterator[tuple[Fact, list[Arrival]]]:
    """Each fact about a stay with the arrivals of its person that are followed."""
    persons = dict(Stay.objects.filter(pk__in=[fact.subject for fact in facts]).values_list("pk", "person__canonical"))
    rows = Arrival.objects.filter(person__canonical__in=[*persons.values()], state=words.HERE).select_related("person")
    followed: dict[UUID, list[Arrival]] = {}
    for row in rows.order_by("pk"):
        followed.setdefault(row.person.canonical_id, []).append(row)
    for fact in facts:
        if found := followed.get(persons.get(fact.subject)):
            yield fact, found


procedure(
    "isolation_takes_contact_over",
    on="isolation.stay_began",
    meaning=_("End the daily contact with an arrival who is isolated now: those who isolate them ask twice a day"),
    at_once=hand_contact_over,
)
procedure(
    "released_arrival",
    on="isolation.released",
    meaning=_("Have the follow-up of an arrival ended when they are released from isolation"),
    at_once=owe_the_end,
)
procedure(
    "risk_list_confirmed",
    on="arrivals.list_confirmed",
    meaning=_("Screen the arrivals of the longest incubation against the new edition, and open what they owe"),
    fan_out=screen_again,
)
procedure(
    "stayed_in_risk_area",
    on="arrivals.stayed_in_risk_area",
    meaning=_(
        "Put who was in a listed risk area under control by the plan, and have them fetched or their home assessed"
    ),
    fan_out=put_under_control,
)
