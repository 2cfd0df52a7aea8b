"""How a report ends: disposed with a result, closed when the caller has been told; and the way to an isolation site."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.kernel.controls.models import Control
from muster.kernel.duties.actions import withdraw_duties
from muster.kernel.facts.actions import record
from muster.kernel.facts.models import Fact
from muster.kernel.facts.slips import own_entry
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.models import Identifier, Person
from muster.kernel.posts.models import SYSTEM
from muster.kernel.posts.permissions import require

from .. import words
from ..models import Report
from .receive import add_note, locked, locked_open, owe


@action("intake.dispose")
def dispose(*, by: Any, report: Report, result: str, note: str = "", now, op=None) -> Report:
    """Say what came of a report, when its tasks are done. The caller is to be told; without a phone it is closed."""
    report = locked_open(report)
    require(by, "intake.dispose", report.area)
    if report.disposed_at:
        raise Invalid("report", _("This is done already."))
    if result not in words.BY_HAND_RESULTS:
        raise Invalid("result", _("Choose one of the list."))
    if result != "done" and not note.strip():
        raise Invalid("note", _("Say in a few words why."))
    if len(note) > 2000:
        raise Invalid("note", _("At most %(most)s characters") % {"most": 2000})
    if report.tasks.filter(done_at=None).exists():
        raise Invalid("result", _("A task of this report is still open."))
    add_note(report, "result", note, by, now)
    done = report.tasks.exclude(done_fact=None).values_list("done_fact", flat=True)
    _end(report, result, because=[report.fact_id, *done], by=by, now=now, op=op)
    return report


def _end(report: Report, result: str, *, because: list[Any], by: Any, now: datetime, op=None) -> None:
    report.disposed_fact = record(
        "intake.report_disposed", subject=report.id, area=report.area, because=because, by=by, now=now, op=op,
        data={"result": result},
    )  # fmt: skip
    report.disposed_at, report.result = now, result
    report.taken_at = report.taken_at or now
    report.save()
    if _has_phone(report):
        due = now + timedelta(minutes=report.kind_of.call_minutes)
        owe(report, words.CALLS[words.CALLER], by=by, now=now, because=report.disposed_fact, due_at=due)
    else:
        close(report, report.disposed_fact, by=by, now=now)


def _has_phone(report: Report) -> bool:
    return Identifier.objects.filter(person=report.caller_id, kind="phone").exists()


def close(report: Report, because: Fact, *, by: Any, now: datetime) -> None:
    """Close a report (销号), and what was said again of it."""
    report.closed_at = now
    report.save(update_fields=["closed_at"])
    record("intake.report_closed", subject=report.id, area=report.area, because=[because], by=by, now=now)


def reopenable(by: Any, report: Report, now: datetime) -> Fact | None:
    """The disposal that this post may still take back: its own, of a moment ago, of which the caller was not told."""
    if report.disposed_at is None or (report.closed_at and _has_phone(report)):
        return None  # without a phone it was closed at once, and nobody was told
    return own_entry(by, report.id, ("intake.report_disposed",), now)


@action("intake.reopen")
def reopen(*, by: Any, report: Report, now, op=None) -> Report:
    """Take back a disposal that was a slip: the report is open again, its disposal owed as before. Raises Invalid."""
    report = locked(report)
    require(by, "intake.reopen", report.area)
    disposed = reopenable(by, report, now)
    if disposed is None:
        raise Invalid("report", _("Only who wrote the result down takes it back: within ten minutes, before the call."))
    fact = record(
        "intake.reopened", subject=report.id, area=report.area, because=[disposed], by=by, now=now, op=op,
        data={"result": report.result},
    )  # fmt: skip
    calling = words.CALLS[words.CALLER]
    withdraw_duties(subjects=[report.id], kinds=[calling], since=report.disposed_at, now=now, because=fact)
    report.disposed_at, report.disposed_fact, report.result, report.closed_at = None, None, "", None
    report.save()
    owe(report, "intake.dispose", by=by, now=now, because=fact, due_at=report.due_at)
    return report


@action("intake.want_transfer")
def want_transfer(*, by: Any, report: Report, now, op=None) -> Report:
    """Ask for the person to be taken to an isolation site: only where a control stands. Raises Invalid."""
    report = locked_open(report)
    require(by, "intake.want_transfer", report.area)
    if control_of(report.about) is None:
        raise Invalid("about", _("There is no evidence for isolation. Nobody is taken away on a call alone."))
    record(
        "intake.transfer_wanted", subject=report.id, area=report.area, because=[report.fact_id], by=by, now=now, op=op
    )
    return report


def control_of(person: Person | None) -> Control | None:
    """The isolation at a site that a person is under; the database lets none stand without evidence."""
    if person is None:
        return None
    return Control.objects.open().filter(person__canonical=person.canonical_id, measure="site").first()


def note_arrivals(persons: dict[Any, Fact], now: datetime) -> int:
    """Dispose of open reports whose person is at a site now because of them; `persons` says because of what fact."""
    wanted = Fact.objects.filter(kind__in=("intake.transfer_wanted", "intake.arrival_settled")).values("subject")
    rows = Report.objects.open().filter(pk__in=wanted, disposed_at=None, about__canonical__in=list(persons))
    found = list(rows.select_for_update(of=("self",)).with_people().order_by("pk"))
    for report in found:
        assert report.about is not None
        arrived = persons[report.about.canonical_id]
        _end(report, "isolated", because=[report.fact_id, arrived], by=SYSTEM, now=now)
    return len(found)
