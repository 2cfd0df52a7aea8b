"""Calls about a report: how each ended, and when the next is owed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.kernel.duties.actions import withdraw_duties
from muster.kernel.facts.actions import record
from muster.kernel.facts.models import Fact
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.permissions import require
from muster.kernel.posts.roles import COMMUNITY

from .. import rules, words
from ..models import Call, Report
from .disposal import close
from .receive import locked_open, owe
from .tasks import give


@action("intake.record_call")
def record_call(
    *, by: Any, report: Report, whom: str, outcome: str, again_at: datetime | None = None, now, op=None
) -> Call:  # fmt: skip
    """Write down how a call ended. A caller who is reached after the disposal has been told: the report is closed.

    Without an answer the next call is owed after 10, 30 and 60 minutes; after that, and with a wrong number, the
    community is asked to go there. Raises Invalid.
    """
    report = locked_open(report)
    require(by, "intake.record_call", report.area)
    if whom not in words.WHOM or (whom == words.ABOUT and report.about is None):
        raise Invalid("whom", _("Choose one of the list."))
    if outcome not in words.OUTCOMES:
        raise Invalid("outcome", _("Choose one of the list."))
    if outcome == words.LATER and not (again_at and now < again_at <= now + timedelta(days=14)):
        raise Invalid("again_at", _("Give a time within the next 14 days."))
    call = Call(report=report, area=report.area, whom=whom, outcome=outcome, at=now, by_post=by.id)
    fact = record(
        "intake.called", subject=report.id, area=report.area, because=[report.fact_id], by=by, now=now, op=op,
        data={"whom": whom, "outcome": outcome},
    )  # fmt: skip
    if outcome == words.REACHED:
        _reached(report, whom, fact, by, now)
    elif outcome == words.WRONG_NUMBER:
        _cannot_be_reached(report, whom, fact, by, now)
    else:
        call.again_at = again_at if outcome == words.LATER else rules.next_try(_unanswered(report, whom) + 1, now)
        _call_again(report, whom, call.again_at, fact, by, now)
    call.save(force_insert=True)
    return call


def _unanswered(report: Report, whom: str) -> int:
    return report.calls.filter(whom=whom, outcome=words.NO_ANSWER).count()


def _reached(report: Report, whom: str, fact: Fact, by: Any, now: datetime) -> None:
    told = record(words.ANSWERED[whom], subject=report.id, area=report.area, because=[fact], by=by, now=now)
    if whom == words.CALLER and report.disposed_at:
        close(report, told, by=by, now=now)


def _call_again(report: Report, whom: str, at: datetime | None, fact: Fact, by: Any, now: datetime) -> None:
    """Owe the next call; when the tries are used up, somebody goes there."""
    if at is None:
        _cannot_be_reached(report, whom, fact, by, now)
    else:
        withdraw_duties(subjects=[report.id], kinds=[words.CALLS[whom]], now=now, because=fact)
        owe(report, words.CALLS[whom], by=by, now=now, because=fact, due_at=at)


def _cannot_be_reached(report: Report, whom: str, fact: Fact, by: Any, now: datetime) -> None:
    """Nobody is reached by phone: the community goes there. A caller who only had to hear the result is let be."""
    withdraw_duties(subjects=[report.id], kinds=[words.CALLS[whom]], now=now, because=fact)
    if whom == words.CALLER and report.disposed_at:
        close(report, fact, by=by, now=now)
    elif not report.tasks.filter(what="visit", done_at=None).exists():
        area = report.area[: words.TASK_DIGITS[COMMUNITY]]
        give(report, "visit", COMMUNITY, area, now + timedelta(minutes=60), by=by, now=now)
