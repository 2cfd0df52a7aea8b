"""Where a report reaches others: the receipt of a level, and the task of whoever is asked."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from muster.kernel import clock
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.logins import acting
from muster.kernel.posts.permissions import may
from muster.kernel.posts.roles import ROLES
from muster.web.page import page, routes

from .. import actions, queries, words
from ..actions.receipts import may_sign
from ..models import Receipt, Report, Task
from .said import SAID


def _found(rows: Any, pk: UUID) -> Any:
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


@page("reports/receipts/<uuid:receipt>/", name="intake:receipt", needs="intake.see_reports")
def receipt(request: HttpRequest, receipt: UUID) -> HttpResponse:
    """One receipt: what is signed for, and until when."""
    row = _found(Receipt.objects.select_related("report__place"), receipt)
    queries.named([row.report])
    context = {
        "receipt": row,
        "report": row.report,
        "kind": row.report.kind_of,
        "notes": [
            (words.NOTE_KINDS[note.kind], note) for note in actions.read_notes(by=request.post_held, report=row.report)
        ],
        "may_sign": row.signed_at is None and may_sign(request.post_held, row),
    }
    return render(request, "intake/receipt.html", context)


@page(
    "reports/receipts/<uuid:receipt>/sign/", name="intake:sign_receipt", needs="intake.sign_receipt", methods=("POST",)
)
def sign_receipt(request: HttpRequest, receipt: UUID) -> HttpResponse:
    """Sign."""
    row = _found(Receipt.objects, receipt)
    actions.sign_receipt(by=request.post_held, receipt=row, op=request.op)
    return HttpResponseRedirect(f"{reverse('intake:report', args=[row.report_id])}?said=signed")


@page("reports/tasks/<uuid:task>/", name="intake:task", needs="intake.see_reports")
def task(request: HttpRequest, task: UUID) -> HttpResponse:
    """One task, on the phone of whoever does it."""
    return _show(request, _found(Task.objects, task))


def _show(request: HttpRequest, row: Task, errors: dict[str, Any] | None = None) -> HttpResponse:
    with acting():  # the task was given to this area; its report may lie in a larger one
        report = Report.objects.with_people().get(pk=row.report_id)
    notes = actions.read_notes(by=request.post_held, report=_as_seen(report, row))
    context = {
        "task": row,
        "report": report,
        "role": ROLES[row.role].title,
        "late": row.done_at is None and row.due_at < clock.now(),
        "notes": [(words.NOTE_KINDS[note.kind], note) for note in notes],
        "results": [(code, words.RESULTS[code]) for code in words.BY_HAND_RESULTS],
        "may_do": row.done_at is None and may(request.post_held, "intake.finish_task"),
        "may_open": report.about_id and may(request.post_held, "people.open_file"),
        "declare_url": _declare_url(request.post_held) if row.what == "check_arrival" else "",
        "errors": errors,
        "values": request.POST,
        "notice": SAID.get(request.GET.get("said", "")),
    }
    return render(request, "intake/task.html", context, status=422 if errors else 200)


def _declare_url(post: Any) -> str:
    """The page on which an arrival is declared, where arrivals are in the house and the post may."""
    needs = {route.name: route.needs for route in routes()}.get("arrivals:new")
    return reverse("arrivals:new") if needs and may(post, needs) else ""


def _as_seen(report: Report, row: Task) -> Report:
    """The report as one of the task's own area: what was told opens to whoever has the task."""
    report.area = row.area
    return report


@page("reports/tasks/<uuid:task>/accept/", name="intake:accept_task", needs="intake.accept_task", methods=("POST",))
def accept_task(request: HttpRequest, task: UUID) -> HttpResponse:
    """I am on it."""
    row = _found(Task.objects, task)
    try:
        actions.accept_task(by=request.post_held, task=row, op=request.op)
    except Invalid as no:
        return _show(request, row, {no.field: no.message})
    return HttpResponseRedirect(f"{reverse('intake:task', args=[task])}?said=accepted")


@page("reports/tasks/<uuid:task>/finish/", name="intake:finish_task", needs="intake.finish_task", methods=("POST",))
def finish_task(request: HttpRequest, task: UUID) -> HttpResponse:
    """What came of it."""
    row, form = _found(Task.objects, task), request.POST
    try:
        actions.finish_task(
            by=request.post_held, task=row, result=form.get("result", ""), note=form.get("note", ""), op=request.op
        )
    except Invalid as no:
        return _show(request, row, {no.field: no.message})
    return HttpResponseRedirect(f"{reverse('intake:task', args=[task])}?said=finished")
