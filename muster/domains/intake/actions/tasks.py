"""Tasks that follow from a report: given to a role at an area, accepted, done with a result."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.kernel.duties.actions import open_duty
from muster.kernel.facts.actions import record
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
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
        f"intake.task_{role}", subject=task.id, person=report.about or report.caller, area=area, due_at=due_at, by=by,
        now=now, because=task.given_fact,
    )  # fmt: skip
    return task


def _locked(by: Any, permission: str, task: Task) -> Task:
    row = Task.objects.select_for_update(of=("self",)).select_related("report").get(pk=task.pk)
    require(by, permission, row.area)
    if row.done_at:
        raise Invalid("task", _("This is done already."))
    return row


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
    because = [task.given_fact_id]
    task.done_fact = record(
        "intake.task_done", subject=task.id, area=task.area, because=because, by=by, now=now, op=op,
        data={"result": result},
    )  # fmt: skip
    task.done_at, task.result = now, result
    task.accepted_at = task.accepted_at or now
    task.save()
    add_note(task.report, "result", note, by, now)
    return task
