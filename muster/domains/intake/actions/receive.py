"""A report comes in, is taken up, or turns out to be the same as another."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from muster.kernel import clock, ids
from muster.kernel.areas.words import explain
from muster.kernel.duties.actions import open_duty, withdraw_duties
from muster.kernel.facts.actions import record
from muster.kernel.loading import BadValue
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.people import identifiers
from muster.kernel.people.actions import add_person
from muster.kernel.people.models import Person, Place
from muster.kernel.posts.access import log_access
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM
from muster.kernel.posts.permissions import may, require
from muster.kernel.posts.roles import DUTY_DESK

from .. import rules, words
from ..kinds import KINDS
from ..models import Note, Report
from ..queries import same_person
from .receipts import pass_on_to

LONGEST = {"what": 2000, "where": 300, "caller_name": 100, "about_name": 100}


@action("intake.receive_report")
def receive_report(
    *, by: Any, kind: str, what: str, area: str, place: Place | None = None, where: str = "",
    channel: str = words.PHONE, source: str = "resident", caller_name: str = "", caller_phone: str = "",
    about: Person | None = None, about_name: str = "", about_phone: str = "", same_as: Report | None = None,
    now, op=None,
) -> Report:  # fmt: skip
    """Write down a report and start its clock: the desk owes its disposal, the levels that its kind names sign for it.

    `where` is the place in the caller's words. The caller and the person it is about are found by name and phone, or
    recorded. With `same_as` it joins a report that is there already, and nothing is owed twice. Raises Invalid.
    """
    require(by, "intake.receive_report", area)
    given = {"what": what, "where": where, "caller_name": caller_name, "about_name": about_name}
    _check(kind, channel, source, {name: text.strip() for name, text in given.items()}, caller_phone, about_phone)
    id_ = ids.uuid7()
    caller = _person(by, "caller", caller_name, caller_phone, area, now) or _nobody(area, now)
    about = about if about and may(by, "intake.take_up") else _person(by, "about", about_name, about_phone, area, now)
    data = {"kind": kind, "channel": channel, "source": source}
    fact = record("intake.report_received", subject=id_, area=area, by=by, now=now, op=op, data=data)
    report = Report.objects.create(
        id=id_, number=rules.reference(now.astimezone(clock.zone()), id_), kind=kind, channel=channel, source=source,
        area=area, place=place, caller=caller, about=about, by_post=by.id, received_at=now, fact=fact,
        due_at=now + timedelta(minutes=KINDS[kind].minutes),
    )  # fmt: skip
    add_note(report, "what", what, by, now)
    add_note(report, "where", where, by, now)
    if same_as is not None:
        return say_same(by=by, report=report, same_as=same_as, now=now, op=op)
    _begin(report, by, now)
    return report


def _check(kind: str, channel: str, source: str, texts: dict[str, str], *phones: str) -> None:
    for name, value, known in (("kind", kind, KINDS), ("channel", channel, words.CHANNELS)):
        if value not in known:
            raise Invalid(name, _("Choose one of the list."))
    if source not in words.SOURCES:
        raise Invalid("source", _("Choose one of the list."))
    if not texts["what"]:
        raise Invalid("what", _("Write what was told."))
    for name, most in LONGEST.items():
        if len(texts[name]) > most:
            raise Invalid(name, _("At most %(most)s characters") % {"most": most})
    for name, phone in zip(("caller_phone", "about_phone"), phones, strict=True):
        try:
            if phone.strip():
                identifiers.read("phone", phone.strip())
        except BadValue as error:
            raise Invalid(name, explain(error)) from error


def _person(by: Any, who: str, name: str, phone: str, area: str, now: datetime) -> Person | None:
    """Who is recorded with this name and phone, else a new record; None where nothing was said.

    Only what comes in at the desk is matched: nobody opens a known person's file by writing a report about them, and
    the public page does the same work whoever is named on it.
    """
    name, phone = name.strip(), phone.strip()
    if not (name or phone):
        return None
    known = same_person(name, phone) if phone and by is not SYSTEM and may(by, "intake.take_up") else None
    if known:
        return known
    try:
        return add_person(by=by, area=area, name=name, phone=phone, now=now)
    except Invalid as no:
        raise Invalid(f"{who}_{no.field}", no.message) from no


def _nobody(area: str, now: datetime) -> Person:
    """Somebody who gave no name: a record without one, so that what they told is deleted in its time like the rest."""
    id_ = ids.uuid7()
    return Person.objects.create(id=id_, label=f"#{id_.hex[-6:]}", home=area, present=area, created_at=now)


def add_note(report: Report, kind: str, text: str, by: Any, now: datetime) -> None:
    """Keep a free text about a report, if there is one."""
    if text.strip():
        Note.objects.create(
            report=report, person_id=report.caller_id, kind=kind, text=text.strip(), at=now, by_post=by.id
        )


def _begin(report: Report, by: Any, now: datetime) -> None:
    """What is owed from now on. What the desk wrote down itself needs no taking up."""
    if getattr(by, "role", "") == DUTY_DESK:
        report.taken_at = now
        report.save(update_fields=["taken_at"])
    else:
        owe(report, "intake.take_up", by=by, now=now, because=report.fact_id)
    owe(report, "intake.dispose", by=by, now=now, because=report.fact_id, due_at=report.due_at)
    pass_on_to(report, report.kind_of.levels, by=by, now=now)


def owe(report: Report, kind: str, *, by: Any, now: datetime, because: Any, **row: Any) -> None:
    """Open a duty of the desk about a report; the file of whoever is to be called opens with it."""
    person = report.caller if kind == words.CALLS[words.CALLER] else report.about or report.caller
    open_duty(kind, subject=report.id, person=person, area=report.area, by=by, now=now, because=because, **row)


def locked(report: Report | UUID) -> Report:
    """The report as it is now, held until the transaction ends."""
    rows = Report.objects.select_for_update(of=("self",)).with_people()
    return rows.get(pk=getattr(report, "pk", report))


def locked_open(report: Report | UUID) -> Report:
    """The same; raises Invalid where it is closed."""
    row = locked(report)
    if row.closed_at:
        raise Invalid("report", _("This report is closed."))
    return row


@action("intake.take_up")
def take_up(*, by: Any, report: Report, now, op=None) -> Report:
    """The desk has seen the report and works on it."""
    report = locked_open(report)
    require(by, "intake.take_up", report.area)
    if report.taken_at is None:
        report.taken_at = now
        report.save(update_fields=["taken_at"])
        record(
            "intake.report_taken", subject=report.id, area=report.area, because=[report.fact_id], by=by, now=now, op=op
        )
    return report


@action("intake.say_same")
def say_same(*, by: Any, report: Report, same_as: Report, now, op=None) -> Report:
    """Say that a report is the same as an earlier one: what was told is kept, nothing is owed twice. Can be undone."""
    other, report = locked(same_as), locked_open(report)
    require(by, "intake.say_same", report.area)
    require(by, "intake.say_same", other.area)
    if other.pk == report.pk or other.same_as_id:
        raise Invalid("same_as", _("Choose the first of these reports."))
    fact = record(
        "intake.said_again", subject=report.id, area=report.area, because=[report.fact_id, other.fact_id],
        by=by, now=now, op=op, data={"same_as": str(other.id)},
    )  # fmt: skip
    subjects = [report.id, *report.receipts.filter(signed_at=None).values_list("id", flat=True)]
    subjects += report.tasks.filter(done_at=None).values_list("id", flat=True)
    withdraw_duties(subjects=subjects, now=now, because=fact)
    report.same_as, report.closed_at = other, now
    report.save(update_fields=["same_as", "closed_at"])
    return report


@action("intake.set_apart")
def set_apart(*, by: Any, report: Report, now, op=None) -> Report:
    """Undo that: the report is one of its own, and what it asks for is owed from now."""
    report = locked(report)
    require(by, "intake.set_apart", report.area)
    if report.same_as_id is None:
        raise Invalid("report", _("This report is one of its own already."))
    report.same_as, report.closed_at, report.taken_at = None, None, now
    report.save(update_fields=["same_as", "closed_at", "taken_at"])
    record("intake.set_apart", subject=report.id, area=report.area, because=[report.fact_id], by=by, now=now, op=op)
    _begin(report, by, now)
    return report


def read_notes(*, by: Any, report: Report) -> list[Note]:
    """What was told, and what was done, in order; each look is logged before it is answered."""
    with acting():
        require(by, "intake.read_notes", report.area)
        subject = report.about_id or report.caller_id
        log_access(by=by, event="opened_file", subject=subject, field="report", area=report.area)
        return list(Note.objects.filter(report=report).order_by("at", "id"))
