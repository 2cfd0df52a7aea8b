"""What is done about a report from its page: each is one form and one action."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from muster.kernel import clock
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.actions import reveal
from muster.ledger.pages import where
from muster.web.answering import row_of
from muster.web.page import page

from .. import actions, words
from ..models import Report, Task
from .reports import next_duty_url, report_of, show


def _act(
    request: HttpRequest, pk: UUID, do: Callable[[Report], Any], said: str, *, onward: bool = False
) -> HttpResponse:
    """Run one action and say so; stay with the report or go `onward`; show what was wrong beside its field."""
    row = report_of(pk)
    try:
        do(row)
    except Invalid as no:
        return show(request, report_of(pk), {no.field: no.message})
    back = next_duty_url(request.post_held, pk) if onward else reverse("intake:report", args=[pk])
    return HttpResponseRedirect(f"{back}?said={said}")


@page("reports/<uuid:report>/take/", name="intake:take_up", needs="intake.take_up", methods=("POST",))
def take_up(request: HttpRequest, report: UUID) -> HttpResponse:
    """The desk works on it."""
    return _act(request, report, lambda row: actions.take_up(by=request.post_held, report=row, op=request.op), "taken")


@page("reports/<uuid:report>/same/", name="intake:say_same", needs="intake.say_same", methods=("POST",))
def say_same(request: HttpRequest, report: UUID) -> HttpResponse:
    """It is the same as an earlier one."""

    def join(row: Report) -> None:
        other = _row(request.POST.get("same_as", ""))
        if other is None:
            raise Invalid("same_as", _("Choose the first of these reports."))
        actions.say_same(by=request.post_held, report=row, same_as=other, op=request.op)

    return _act(request, report, join, "joined")


def _row(text: str) -> Report | None:
    try:
        return Report.objects.filter(pk=UUID(text)).first()
    except ValueError:
        return None


@page("reports/<uuid:report>/apart/", name="intake:set_apart", needs="intake.set_apart", methods=("POST",))
def set_apart(request: HttpRequest, report: UUID) -> HttpResponse:
    """It is one of its own after all."""
    return _act(
        request, report, lambda row: actions.set_apart(by=request.post_held, report=row, op=request.op), "apart"
    )


@page("reports/<uuid:report>/pass/", name="intake:pass_on", needs="intake.pass_on", methods=("POST",))
def pass_on(request: HttpRequest, report: UUID) -> HttpResponse:
    """Pass it on to a level."""
    level = request.POST.get("level", "")
    return _act(
        request,
        report,
        lambda row: actions.pass_on(by=request.post_held, report=row, level=level, op=request.op),
        "passed",
    )


@page("reports/<uuid:report>/task/", name="intake:give_task", needs="intake.give_task", methods=("POST",))
def give_task(request: HttpRequest, report: UUID) -> HttpResponse:
    """Ask somebody to do something about it; an empty form asks for what the kind offers."""
    form = request.POST

    def give(row: Report) -> None:
        actions.give_task(
            by=request.post_held, report=row, what=form.get("what") or row.kind_of.task,
            role=form.get("role") or row.kind_of.role, area=where.own_said(request.post_held, form),
            minutes=_number(form.get("minutes", "")), op=request.op,
        )  # fmt: skip

    return _act(request, report, give, "asked")


def _number(text: str) -> int | None:
    if not text.strip():
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 7):
        raise Invalid("minutes", _("Between 1 minute and 14 days."))
    return int(text)


@page("reports/<uuid:report>/number/", name="intake:number", needs="intake.record_call", methods=("POST",))
def number(request: HttpRequest, report: UUID) -> HttpResponse:
    """Show the phone number of the caller or of the person, for this call; the look is logged first."""
    row, whom = report_of(report), request.POST.get("whom", "")
    person = {words.CALLER: row.caller, words.ABOUT: row.about}.get(whom)
    if person is None:
        return show(request, row, {"whom": _("Choose one of the list.")})
    found = reveal(by=request.post_held, person=person, field="phone", purpose="call")
    return show(request, row, None, {"whom": whom, "title": words.WHOM[whom], "found": found})


@page("reports/<uuid:report>/call/", name="intake:record_call", needs="intake.record_call", methods=("POST",))
def record_call(request: HttpRequest, report: UUID) -> HttpResponse:
    """Write down how a call ended, and go on to the next task."""
    form = request.POST

    def write(row: Report) -> None:
        actions.record_call(
            by=request.post_held, report=row, whom=form.get("whom", ""), outcome=form.get("outcome", ""),
            again_at=_moment(form.get("again_at", "")), op=request.op,
        )  # fmt: skip

    return _act(request, report, write, "called", onward=True)


def _moment(text: str) -> datetime | None:
    if not text.strip():
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=clock.zone())
    except ValueError:
        raise Invalid("again_at", _("Give a time within the next 14 days.")) from None


@page("reports/<uuid:report>/transfer/", name="intake:want_transfer", needs="intake.want_transfer", methods=("POST",))
def want_transfer(request: HttpRequest, report: UUID) -> HttpResponse:
    """Ask for the transfer to an isolation site."""
    return _act(
        request, report, lambda row: actions.want_transfer(by=request.post_held, report=row, op=request.op), "transfer"
    )


@page("reports/<uuid:report>/dispose/", name="intake:dispose", needs="intake.dispose", methods=("POST",))
def dispose(request: HttpRequest, report: UUID) -> HttpResponse:
    """Say what came of it; the report stays on screen while its caller is to be told."""
    form = request.POST
    return _act(
        request,
        report,
        lambda row: actions.dispose(
            by=request.post_held, report=row, result=form.get("result", ""), note=form.get("note", ""), op=request.op
        ),
        "disposed",
    )


@page("reports/<uuid:report>/reopen/", name="intake:reopen", needs="intake.reopen", methods=("POST",))
def reopen(request: HttpRequest, report: UUID) -> HttpResponse:
    """The result was a slip."""
    return _act(
        request, report, lambda row: actions.reopen(by=request.post_held, report=row, op=request.op), "reopened"
    )


@page(
    "reports/tasks/<uuid:task>/take-back/", name="intake:take_back_task", needs="intake.take_back_task",
    methods=("POST",),
)  # fmt: skip
def take_back_task(request: HttpRequest, task: UUID) -> HttpResponse:
    """The task was a slip."""
    row = row_of(Task.objects, task)
    return _act(
        request,
        row.report_id,
        lambda _report: actions.take_back_task(by=request.post_held, task=row, op=request.op),
        "taken_back",
    )
