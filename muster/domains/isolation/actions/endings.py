"""How isolation ends: released when every condition is met, on to home after a site's days, or lifted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from muster.kernel import clock, plans
from muster.kernel.controls.actions import end_control
from muster.kernel.controls.models import Control, DueTest
from muster.kernel.duties.actions import withdraw_duties
from muster.kernel.facts.actions import record, record_many
from muster.kernel.facts.models import Fact
from muster.kernel.messages.actions import tell
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.models import Person
from muster.kernel.people.queries import records_of
from muster.kernel.posts.models import SYSTEM
from muster.kernel.posts.permissions import require

from .. import rules, words
from ..models import HealthCheck, Stay, Transfer
from ..queries import ENDINGS, EXTENDED, OPEN_ENDED, fetch
from .homes import home_stay, require_fit
from .owed import ENDINGS as ENDING_DUTIES
from .owed import about, cases_among, locked_open_stay, owe, require_at
from .stays import end_stay
from .transfers import cancel

# Tests of a case with their Ct values, which screening knows; the procedures register (person, disease) -> samples.
CASE_SAMPLES: list[Callable[[UUID, str], list[rules.Sample]]] = []


def what_is_missing(stay: Stay, control: Control, now: datetime, ends_on: date | None = None) -> list[rules.Unmet]:
    """The conditions of release that are not met, empty when none; `ends_on`: of the days at a site, which end earlier.

    A check counts as missing only if it is the last that was due and none was made since: older ones cannot be made.
    """
    plan, today = plans.edition(control.plan), clock.local_day(now)
    until = ends_on or control.ends_on
    open_anomalies = HealthCheck.objects.filter(stay__control=control, answered_at=None).exclude(anomaly=[]).count()
    missing = _last_check_missing(plan, stay, control, now)
    tests = list(DueTest.objects.filter(control=control, due_on__lte=max(until or today, today)).order_by("due_on"))
    if until is None or cases_among([control]):
        unmet = rules.case_release_unmet(plan, _samples(control, tests))
        unmet += [rules.Unmet("anomaly_open")] if open_anomalies else []
        return unmet + [rules.Unmet("check_missing", day) for day in missing]
    return rules.release_unmet(
        plan, ends_on=until, today=today, tests=[rules.TestDay(test.due_on, test.result) for test in tests],
        open_anomalies=open_anomalies, missing_checks=missing,
    )  # fmt: skip


def _last_check_missing(plan: plans.Plan, stay: Stay, control: Control, now: datetime) -> list[date]:
    due = rules.checks_due(plan, stay.began_at, None, now, clock.zone())
    made = set(HealthCheck.objects.filter(stay__control=control).values_list("on", "slot"))
    late = [number for number, check in enumerate(due) if check.due_at <= now][-1:]
    return [due[number].on for number in late if not any((one.on, one.slot) in made for one in due[number:])]


def _samples(control: Control, tests: list[DueTest]) -> list[rules.Sample]:
    known = [sample for provider in CASE_SAMPLES for sample in provider(control.person_id, control.disease)]
    return known or [rules.Sample(clock.midnight(test.due_on), test.result) for test in tests if test.done_fact_id]


def in_words(unmet: list[rules.Unmet]) -> list[str]:
    """The conditions as sentences."""
    return [str(words.UNMET[one.code]) % {"day": date_format(one.on, _("j M")) if one.on else ""} for one in unmet]


@action("isolation.release")
def release(*, by: Any, stay: Stay, now, op=None) -> Stay:
    """Release a person: stay and control end, a notice gets its number, they are told. Invalid: what is missing."""
    stay = locked_open_stay(stay)
    require_at(by, "isolation.release", stay)
    control = Control.objects.select_for_update().get(pk=stay.control_id)
    if control.ended_at is None and (unmet := what_is_missing(stay, control, now)):
        raise Invalid("release", " ".join(in_words(unmet)))
    tests = DueTest.objects.filter(control=control, done_fact__isnull=False).values_list("done_fact_id", flat=True)
    fact = record(
        "isolation.released", subject=stay.id, area=stay.area, because=[stay.began_fact_id, *tests],
        data={"control": str(control.id), "kind": stay.kind}, by=by, now=now, op=op,
    )  # fmt: skip
    if control.ended_at is None:
        end_control(control, how="released", by=by, now=now, because=[fact.id])
    stay.notice = f"{stay.area[:6]}-{clock.local_day(now):%Y%m%d}-{stay.id.hex[-6:].upper()}"
    _finish(stay, "released", by=by, now=now, because=fact)
    params = {"day": clock.local_day(now).isoformat(), "number": stay.notice}
    tell(stay.person_id, "isolation.released", params, stay.area, fact, now)
    return stay


def _finish(stay: Stay, how: str, *, by: Any, now: datetime, because: Fact) -> None:
    """End the stay for good: nothing follows it, open transfers are cancelled, the person is at home again."""
    if stay.notice:
        stay.save(update_fields=["notice"])
    end_stay(stay, how, by=by, now=now, because=[because])
    _let_go(stay.person_id, by=by, now=now, because=because)


def _let_go(person: UUID, *, by: Any, now: datetime, because: Fact) -> None:
    records = records_of(person)
    on_the_way = Transfer.objects.open().select_for_update(of=("self",)).filter(person__in=records)
    cancel(on_the_way.select_related("room"), by=by, now=now, because=because)
    kinds = ["isolation.assess_home", *ENDING_DUTIES]
    withdraw_duties(persons=[person], kinds=kinds, now=now, because=because)
    Person.objects.filter(pk__in=records).update(present=F("home"))


@action("isolation.move_home")
def move_home(*, by: Any, stay: Stay, now, op=None) -> Stay:
    """End the days at a site and begin those at home that the plan has after them. Invalid lists what is missing.

    Returns the stay at home. A home that does not serve means that these days are spent at the site too.
    """
    stay = locked_open_stay(stay)
    require_at(by, "isolation.move_home", stay)
    control = Control.objects.select_for_update().get(pk=stay.control_id)
    over = control.ends_on is None or control.ends_on <= clock.local_day(now)
    if stay.site is None or not stay.home_days or over:
        raise Invalid("stay", _("No days at home follow this stay."))
    if unmet := what_is_missing(stay, control, now, leg_ends_on(stay, control)):
        raise Invalid("release", " ".join(in_words(unmet)))
    require_fit(control)
    fact = record(
        "isolation.went_home", subject=stay.id, area=stay.area, because=[stay.began_fact_id], by=by, now=now, op=op
    )
    return home_stay(control, by=by, now=now, because=[fact])


def leg_ends_on(stay: Stay, control: Control) -> date | None:
    """The day on which the days of this stay end: the control's end, or before the days at home that follow."""
    return control.ends_on and control.ends_on - timedelta(days=stay.home_days)


@action("isolation.end_stay_lifted")
def end_stay_lifted(*, by: Any, control: Control, because: Fact | UUID | None = None, now, op=None) -> Stay | None:
    """End what hangs on a control that was lifted: its stay, transfers on the way, duties; tell the person.

    Returns the stay, or None if there was none. A control still in force is Invalid.
    """
    control = Control.objects.select_for_update().get(pk=control.pk)
    require(by, "isolation.end_stay_lifted", control.area)
    if control.ended_at is None or control.ended_fact is None:
        raise Invalid("control", _("This control is in force."))
    cause = Fact.objects.get(pk=getattr(because, "pk", because)) if because else control.ended_fact
    if Control.objects.open().filter(person__in=records_of(control.person_id)).exists():
        return None  # another disease's control still holds the person
    stay = Stay.objects.open().filter(control=control).select_for_update(of=("self",)).select_related("site").first()
    if stay:
        _finish(stay, "lifted", by=by, now=now, because=cause)
    else:
        _let_go(control.person_id, by=by, now=now, because=cause)
    tell(control.person_id, "isolation.lifted", {}, control.area, cause, now)
    return stay


def ask_endings(now: datetime, limit: int = 500) -> int:
    """As days end, owe sending people on to home, and say whose release is due; one batch, returns how many stays."""
    over = dict(fetch(ENDINGS, today=clock.local_day(now), limit=limit))
    rows = Stay.objects.open().filter(pk__in=list(over)).select_related("site", "control").order_by("pk")
    stays = list(rows.select_for_update(of=("self",), skip_locked=True))
    _say_due([stay for stay in stays if over[stay.pk]], now)
    going = [(stay.plan, about(stay, stay.pk, stay.began_fact_id)) for stay in stays if not over[stay.pk]]
    owe("isolation.send_home", going, by=SYSTEM, now=now)
    for stay in stays:
        setattr(stay, "release_asked_on" if over[stay.pk] else "leg_asked_on", stay.control.ends_on)
    Stay.objects.bulk_update(stays, ["release_asked_on", "leg_asked_on"], batch_size=500)
    return len(stays)


def ask_cleared(now: datetime, limit: int = 1000) -> int:
    """Say that the release is due of cases whose conditions are met: no day ends their control. Returns how many."""
    open_ended = [row[0] for row in fetch(OPEN_ENDED, limit=limit)]
    rows = Stay.objects.open().filter(pk__in=open_ended).select_related("site", "control").order_by("pk")
    stays = [stay for stay in rows.select_for_update(of=("self",), skip_locked=True)]
    clear = [stay for stay in stays if not what_is_missing(stay, stay.control, now)]
    _say_due(clear, now)
    Stay.objects.filter(pk__in=[stay.pk for stay in clear]).update(release_asked_on=clock.local_day(now))
    return len(clear)


def _say_due(stays: list[Stay], now: datetime) -> None:
    facts = [{"subject": s.pk, "area": s.area, "because": [s.control.began_fact_id]} for s in stays]
    if facts:
        record_many("isolation.release_due", facts, by=SYSTEM, now=now)


def ask_releases(facts: list[Fact]) -> None:
    """Owe the decision on the release of these stays, whose days are over: at the site, or in the community."""
    because = {fact.subject: fact for fact in facts}
    stays = Stay.objects.open().filter(pk__in=list(because)).select_related("site", "control")
    for stay in stays.order_by("pk"):
        kind = "isolation.release_home" if stay.kind == words.HOME else "isolation.release"
        fact = because[stay.pk]
        owe(kind, [(stay.plan, about(stay, stay.pk, fact))], by=SYSTEM, now=fact.recorded_at)


def recall_endings(now: datetime, limit: int = 500) -> int:
    """Withdraw the duty to release where the control was extended meanwhile; one batch."""
    found = fetch(EXTENDED, today=clock.local_day(now), limit=limit)
    for stay, control in found:
        changed = Fact.objects.filter(subject=control).order_by("-recorded_at", "-id").first()
        withdraw_duties(subjects=[stay], kinds=ENDING_DUTIES, now=now, because=changed)
        Stay.objects.filter(pk=stay).update(release_asked_on=None)
    return len(found)
