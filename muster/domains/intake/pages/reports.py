"""One report: what was told, what is asked next, the clock beside it. The list of them is a ledger."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from muster.kernel import clock
from muster.kernel.duties.models import Duty
from muster.kernel.posts.logins import acting
from muster.kernel.posts.permissions import may
from muster.kernel.posts.roles import ROLES
from muster.ledger.pages import where
from muster.web.page import page

from .. import actions, queries, words
from ..actions.disposal import control_of, reopenable
from ..actions.receipts import may_sign
from ..models import Report
from ..response import steps
from .said import SAID

MINE = ("intake.take_up", "intake.call_back", "intake.call_person", "intake.dispose")


def line(report: Report, now: datetime) -> dict[str, Any]:
    """A report as a row."""
    word, tone = words.STATES[report.state], words.STATE_TONES[report.state]
    open_ = report.disposed_at is None and report.closed_at is None
    return {"report": report, "word": word, "tone": tone, "open": open_, "late": open_ and report.due_at < now}


def report_of(pk: UUID) -> Report:
    """The report, if the post may see it."""
    found = Report.objects.select_related("place", "same_as").filter(pk=pk).first()
    if found is None:
        raise Http404
    return queries.named([found])[0]


@page("reports/<uuid:report>/", name="intake:report", needs="intake.see_reports")
def report(request: HttpRequest, report: UUID) -> HttpResponse:
    """One report, with the next step first."""
    return show(request, report_of(report))


def show(
    request: HttpRequest, row: Report, errors: dict[str, Any] | None = None, numbers: dict[str, Any] | None = None
) -> HttpResponse:  # fmt: skip
    """The page of a report; `numbers` are those revealed for a call: {"whom": …, "found": […]}."""
    post, now = request.post_held, clock.now()
    tasks, receipts = list(row.tasks.order_by("given_at")), list(row.receipts.order_by("due_at"))
    kept = [task for task in tasks if task.result != words.TAKEN_BACK]
    owed = Duty.objects.open().filter(subject=row.pk, kind__in=words.CALLS.values())
    calls_owed = {duty.kind: duty.due_at for duty in owed}
    notes = actions.read_notes(by=post, report=row) if may(post, "intake.read_notes") else []
    with acting():
        same = queries.like(row, post) if row.same_as_id is None and row.disposed_at is None else []
        control = control_of(row.about)
        may_reopen = may(post, "intake.reopen") and reopenable(post, row, now)
    context = {
        "report": row,
        **line(row, now),
        "kind": row.kind_of,
        "notes": [(words.NOTE_KINDS[note.kind], note) for note in notes],
        "same": [line(other, now) for other in same],
        "steps": steps(row, receipts, kept, now),
        "receipts": [(receipt, may_sign(post, receipt)) for receipt in receipts],
        "open_tasks": any(task.done_at is None for task in tasks),
        "tasks": [(task, ROLES[task.role].title) for task in tasks],
        "calls": [(call, words.OUTCOME_TONES[call.outcome]) for call in row.calls.order_by("-at")],
        "calls_owed": calls_owed,
        "call_at": calls_owed.get(words.CALLS[words.CALLER]) or calls_owed.get(words.CALLS[words.ABOUT]),
        "numbers": numbers,
        "calling": numbers is not None,
        "step": next_step(row, receipts, kept, calls_owed, post),
        "may": {name: may(post, f"intake.{name}") for name in ACTS},
        "control": control,
        "may_reopen": may_reopen,
        "may_see_clock": may(post, "clock.see_report"),
        "levels": _levels_left(row, receipts),
        "whom": [(code, title) for code, title in words.WHOM.items() if code == words.CALLER or row.about],
        "outcomes": list(words.OUTCOMES.items()),
        "results": [(code, words.RESULTS[code]) for code in words.BY_HAND_RESULTS],
        "task_choices": words.choices(words.TASKS),
        "where": where.own_asked(post, request.POST, errors) if may(post, "intake.give_task") else None,
        "role_choices": [(role, ROLES[role].title) for role in words.TASK_ROLES],
        "offered": {"what": words.TASKS[row.kind_of.task], "role": ROLES[row.kind_of.role].title},
        "offered_area": row.area[: words.TASK_DIGITS[row.kind_of.role]],
        "errors": errors,
        "values": request.POST,
        "notice": SAID.get(request.GET.get("said", "")),
    }
    return render(request, "intake/report.html", context, status=422 if errors else 200)


ACTS = (
    "take_up",
    "say_same",
    "set_apart",
    "pass_on",
    "give_task",
    "take_back_task",
    "record_call",
    "want_transfer",
    "dispose",
)


def next_step(row: Report, receipts: list[Any], tasks: list[Any], calls_owed: Any, post: Any) -> str:
    """What this post is offered first: sign, take up, ask for the kind's task, dispose, call; '' for nothing."""
    if row.closed_at:
        return ""
    if any(
        receipt.signed_at is None and receipt.holder == post.area and may_sign(post, receipt) for receipt in receipts
    ):
        return "sign"
    if row.taken_at is None and may(post, "intake.take_up"):
        return "take_up"
    if row.disposed_at is None:
        if not tasks and may(post, "intake.give_task"):
            return "give_task"
        done = all(task.done_at for task in tasks)
        return "dispose" if done and may(post, "intake.dispose") else ""
    return "record_call" if calls_owed and may(post, "intake.record_call") else ""


def _levels_left(row: Report, receipts: list[Any]) -> list[tuple[str, Any]]:
    known = {receipt.level for receipt in receipts}
    return [
        (level, words.LEVEL_TITLES[level])
        for level, (digits, _role, _minutes) in words.LEVELS.items()
        if level not in known and len(row.area) >= digits
    ]


def next_duty_url(post: Any, but: UUID) -> str:
    """The page of the next thing that the post owes about another report; the list of reports where there is none."""
    rows = Duty.objects.on_list_of(post).filter(kind__in=MINE).exclude(subject=but)
    following = rows.values_list("subject", flat=True).first()
    return reverse("intake:report", args=[following]) if following else reverse("intake:reports")
