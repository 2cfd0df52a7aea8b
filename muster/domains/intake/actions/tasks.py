"""Tasks that follow from a report: given to a role at an area, accepted, done with a result."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from muster.kernel.duties.actions import open_duty, withdraw_duties
from muster.kernel.facts.actions import record
from muster.kernel.facts.models import Fact
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.models import Identifier, Person, PersonDetails
from muster.kernel.posts.models import SYSTEM
from muster.kernel.posts.permissions import require

from .. import words
from ..models import Report, Task
from .receive import add_note, locked_open

MOST_MINUTES = 14 * 24 * 60


@action("intake.give_task")
def give_task(
    *, by: Any, report: Report, what: str, role: str, area: str = "", minutes: int | None = None, now, op=None
) -> Task:  # fmt: skip
    """Ask a role at an area (the report's, unless given) to do something about a report. Raises Invalid."""
    report = locked_open(report)
    area = area or report.area[: words.TASK_DIGITS.get(role, 6)]
    require(by, "intake.give_task", report.area)
    require(by, "intake.give_task", area)
    if what not in words.TASKS:
        raise Invalid("what", _("Choose one of the list."))
    if role not in words.TASK_ROLES:
        raise Invalid("role", _("Choose one of the list."))
    minutes = minutes if minutes is not None else report.kind_of.task_minutes
    if not 1 <= minutes <= MOST_MINUTES:
        raise Invalid("minutes", _("Between 1 minute and 14 days."))
    return give(report, what, role, area, now + timedelta(minutes=minutes), by=by, now=now, op=op)


def give(report: Report, what: str, role: str, area: str, due_at: datetime, *, by: Any, now: datetime, op=None) -> Task:
    """The same within the caller's transaction; asks nobody's permission."""
    task = Task(report=report, area=area, what=what, role=role, given_at=now, due_at=due_at)
    task.given_fact = record(
        "intake.task_given", subject=task.id, area=area, because=[report.fact_id], by=by, now=now, op=op,
        data={"what": what, "role": role, "report": str(report.id)},
    )  # fmt: skip
    task.save(force_insert=True)
    open_duty(
        "intake.do_task", role=role, subject=task.id, person=report.about or report.caller, area=area, due_at=due_at,
        by=by, now=now, because=task.given_fact,
    )  # fmt: skip
    return task


def _locked(by: Any, permission: str, task: Task) -> Task:
    row = Task.objects.select_for_update(of=("self",)).select_related("report").get(pk=task.pk)
    require(by, permission, row.area)
    if row.done_at:
        raise Invalid("task", _("This is done already."))
    return row


@action("intake.take_back_task")
def take_back_task(*, by: Any, task: Task, now, op=None) -> Task:
    """Take back a task given by mistake, while nobody has accepted it: it is owed no more. Raises Invalid."""
    task = Task.objects.select_for_update(of=("self",)).select_related("report").get(pk=task.pk)
    require(by, "intake.take_back_task", task.report.area)
    if task.accepted_at or task.done_at:
        raise Invalid("task", _("Somebody is on it already: phone them."))
    task.done_at, task.result = now, words.TAKEN_BACK
    task.save(update_fields=["done_at", "result"])
    fact = record(
        "intake.task_taken_back", subject=task.id, area=task.area, because=[task.given_fact_id], by=by, now=now, op=op
    )
    withdraw_duties(subjects=[task.id], now=now, because=fact)
    return task


@action("intake.accept_task")
def accept_task(*, by: Any, task: Task, now, op=None) -> Task:
    """Say that one is on it."""
    task = _locked(by, "intake.accept_task", task)
    if task.accepted_at is None:
        task.accepted_at = now
        task.save(update_fields=["accepted_at"])
        record(
            "intake.task_accepted", subject=task.id, area=task.area, because=[task.given_fact_id], by=by, now=now, op=op
        )
    return task


@action("intake.finish_task")
def finish_task(*, by: Any, task: Task, result: str, note: str = "", now, op=None) -> Task:
    """Say what came of it; that proves the task done. Anything but "done" needs a word why. Raises Invalid."""
    task = _locked(by, "intake.finish_task", task)
    if result not in words.BY_HAND_RESULTS:
        raise Invalid("result", _("Choose one of the list."))
    if result != "done" and not note.strip():
        raise Invalid("note", _("Say in a few words why."))
    if len(note) > 2000:
        raise Invalid("note", _("At most %(most)s characters") % {"most": 2000})
    _end(task, result, because=[task.given_fact_id], by=by, now=now, op=op)
    add_note(task.report, "result", note, by, now)
    return task


def _end(task: Task, result: str, *, because: list[Any], by: Any, now: datetime, op=None) -> None:
    task.done_fact = record(
        "intake.task_done", subject=task.id, area=task.area, because=because, by=by, now=now, op=op,
        data={"result": result},
    )  # fmt: skip
    task.done_at, task.result = now, result
    task.accepted_at = task.accepted_at or now
    task.save()


def prove_checks(person: Person, because: Fact, now: datetime) -> int:
    """Somebody declared their arrival: that proves the tasks to check on them, and says whom the report is about.

    The person of the report is the same where it is one record, or where name and phone are. Returns how many.
    """
    numbers = Identifier.objects.filter(person=person, kind="phone").values("blind_index")
    name = PersonDetails.objects.filter(person=person).values("name")
    told = Q(report__about__identifiers__blind_index__in=numbers, report__about__details__name__in=name)
    rows = Task.objects.filter(
        Q(report__about__canonical=person.canonical_id) | told, what="check_arrival", done_at=None
    )
    tasks = list(
        Task.objects.select_for_update(of=("self",)).filter(pk__in=rows).select_related("report").order_by("pk")
    )
    for task in tasks:
        report = task.report
        Report.objects.filter(pk=report.pk).update(about=person)
        record(
            "intake.arrival_settled", subject=report.id, area=report.area, because=[report.fact_id, because],
            by=SYSTEM, now=now,
        )  # fmt: skip
        _end(task, "done", because=[task.given_fact_id, because], by=SYSTEM, now=now)
    return len(tasks)
