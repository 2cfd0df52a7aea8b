"""Home observation: the home is assessed first, and who cannot be isolated there goes to a site."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.kernel import clock, plans
from muster.kernel.controls.models import HOME as AT_HOME
from muster.kernel.controls.models import Control
from muster.kernel.duties.actions import open_duty
from muster.kernel.facts.actions import record
from muster.kernel.messages.actions import tell
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.queries import records_of
from muster.kernel.posts.models import SYSTEM
from muster.kernel.posts.permissions import require

from .. import rules, words
from ..models import HomeAssessment, HomePapers, Stay
from .owed import locked_open_control, owe
from .stays import begin_at_home
from .transfers import request_transfers


def ask_assessments(controls: Iterable[Control], *, by: Any, now: datetime, because: Any = None) -> None:
    """Open the duty to assess the home of each of these persons; in the caller's transaction."""
    rows = [
        (
            control.plan,
            {
                "subject": control.id, "person_id": control.person_id, "area": control.area,
                "because": because or control.began_fact_id, "incident": control.incident,
            },
        )
        for control in controls
    ]  # fmt: skip
    owe("isolation.assess_home", rows, by=by, now=now)


@action("isolation.assess_home")
def assess_home(*, by: Any, control: Control, answers: Mapping[str, bool | None], now, op=None) -> HomeAssessment:
    """Record what was found at a home, by `rules.HOME_QUESTIONS`; the verdict is the rules'.

    A home that serves begins the stay there, for whoever is to be isolated at home; one that does not means a site.
    Open questions are Invalid.
    """
    control = locked_open_control(control)
    require(by, "isolation.assess_home", control.area)
    known = {question: answers.get(question) for question in rules.HOME_QUESTIONS}
    verdict = rules.assess_home(plans.edition(control.plan), known)
    if verdict.open:
        raise Invalid(verdict.open[0], _("Answer this question too."))
    row = HomeAssessment.objects.create(
        person_id=control.person_id, control=control, area=control.area, answers=known, fit=verdict.fit,
        reasons=list(verdict.reasons), at=now, by_post=by.id,
    )  # fmt: skip
    fact = record(
        "isolation.home_assessed", subject=control.id, area=control.area, because=[control.began_fact_id],
        data={"fit": verdict.fit, "reasons": list(verdict.reasons)}, by=by, now=now, op=op,
    )  # fmt: skip
    records = records_of(control.person_id)
    if not verdict.fit:
        request_transfers([control], by=SYSTEM, now=now, because=fact)
    elif control.measure == AT_HOME and not Stay.objects.open().filter(person__in=records).exists():
        start_home(by=by, control=control, assessment=row, now=now)
    return row


@action("isolation.start_home")
def start_home(*, by: Any, control: Control, assessment: HomeAssessment | None = None, now, op=None) -> Stay:
    """Begin home observation. The latest assessment (it is the given one, if any) must say that the home serves."""
    control = locked_open_control(control)
    require(by, "isolation.start_home", control.area)
    require_fit(control, assessment)
    return home_stay(control, by=by, now=now, op=op)


def require_fit(control: Control, assessment: HomeAssessment | None = None) -> HomeAssessment:
    """The latest assessment of the home, or Invalid if there is none that says it serves."""
    known = HomeAssessment.objects.filter(control__person__in=records_of(control.person_id))
    latest = known.order_by("-at", "-id").first()
    if latest is None:
        raise Invalid("assessment", _("The home has not been assessed."))
    if not latest.fit or (assessment is not None and assessment.pk != latest.pk):
        raise Invalid("assessment", _("By its assessment the home does not serve."))
    return latest


def home_stay(control: Control, *, by: Any, now: datetime, because=(), op=None) -> Stay:
    """Begin a stay at home with its papers, the duty to complete them, and a message to the person."""
    stay = begin_at_home(control, by=by, now=now, because=because, op=op)
    _papers, fresh = HomePapers.objects.get_or_create(stay=stay, defaults={"area": stay.area})
    if fresh:
        open_duty(
            "isolation.complete_papers", subject=stay.id, person_id=stay.person_id, area=stay.area,
            because=stay.began_fact_id, incident=control.incident, by=by, now=now, plan=stay.plan,
        )  # fmt: skip
        params = {"until": control.ends_on.isoformat()} if control.ends_on else {}
        kind = "isolation.home" if control.ends_on else "isolation.home_until_told"
        tell(stay.person_id, kind, params, stay.area, stay.began_fact_id, now)
    return stay


@action("isolation.give_papers")
def give_papers(
    *, by: Any, stay: Stay, given: Iterable[str], no_employer: bool = False, on: date | None = None, now, op=None
) -> HomePapers:  # fmt: skip
    """Say which of the letters and the video (`words.PAPERS`) were given on a day (today); those given before stay."""
    papers = HomePapers.objects.select_for_update().filter(pk=stay.pk).first()
    if papers is None:
        raise Invalid("given", _("Papers go with days at home; this person is at a site."))
    require(by, "isolation.give_papers", papers.area)
    day = on or clock.local_day(now)
    if day > clock.local_day(now):
        raise Invalid("on", _("This day is still to come."))
    given = list(given)
    if set(given) - set(words.PAPERS):
        raise Invalid("given", _("There is no such paper."))
    before = papers.complete
    for paper in given:
        if getattr(papers, f"{paper}_on") is None:
            setattr(papers, f"{paper}_on", day)
    papers.no_employer = no_employer or papers.no_employer
    papers.save()
    if papers.complete and not before:
        record("isolation.papers_complete", subject=papers.pk, area=papers.area, by=by, now=now, op=op)
    return papers
