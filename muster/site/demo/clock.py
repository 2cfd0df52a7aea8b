"""The demonstration's clock: put to the night, advanced by visitors, and kept while nobody runs it."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from muster.kernel import clock
from muster.kernel.areas import installation
from muster.kernel.areas.models import Installation
from muster.kernel.facts.models import Fact
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.logins import ACT, acting, connection
from muster.kernel.posts.permissions import require

STEPS = (15, 60, 360, 1440)  # minutes
JOB = "demo.catch_up"


def put_to(moment: datetime) -> None:
    """Set the clock of a demonstration; the database refuses it for any other installation."""
    real = clock.now() - installation.clock_offset()
    seconds = ceil((moment - real).total_seconds())
    with acting(), transaction.atomic(using=ACT):
        Installation.objects.update(clock_offset_seconds=seconds)
    installation.forget()


def put_forward(moment: datetime) -> None:
    """Move the clock on to a moment, unless it is there already."""
    installation.forget()
    if moment > clock.now():
        put_to(moment)


def resume() -> None:
    """Go on from where the demonstration was left: at its newest fact, however long ago that was."""
    with acting(), connection().cursor() as cursor:
        # Whoever was working through a stretch of time is gone, and would hold up all who come after.
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = %s AND status IN ('todo', 'doing')", [JOB])
        newest = Fact.objects.order_by("-recorded_at").values_list("recorded_at", flat=True).first()
    if newest and newest < clock.now():
        put_to(newest + timedelta(seconds=1))


def until() -> datetime | None:
    """The moment to which visitors have advanced the clock, while it is still on its way there."""
    with acting(), connection().cursor() as cursor:
        cursor.execute(
            "SELECT max(args->>'ends') FROM procrastinate_jobs WHERE task_name = %s AND status IN ('todo', 'doing')",
            [JOB],
        )
        found = cursor.fetchone()[0]
    return datetime.fromisoformat(found) if found else None


@action("demo.advance_clock")
def advance_clock(*, by: Any, minutes: int, now: datetime, op=None) -> dict[str, str]:
    """Move a demonstration's clock on by one of STEPS; answers the moment that it will reach.

    The first quarter of an hour passes at once. A job then moves the clock on, quarter by quarter, and lets the
    district live in between: so whatever else runs meanwhile sees a time before which everything has happened.
    Raises Invalid in a live installation, or for another step.
    """
    require(by, "demo.advance_clock", "")
    row = Installation.objects.select_for_update().get()
    if row.kind != "demo":
        raise Invalid("minutes", _("Only the clock of a demonstration can be advanced."))
    if minutes not in STEPS:
        raise Invalid("minutes", _("Choose one of the steps."))
    begins = until()
    if begins is None:
        begins = now
        row.clock_offset_seconds += 60 * min(STEPS)
        row.save(update_fields=["clock_offset_seconds"])
    ends = begins + timedelta(minutes=minutes)
    catch_up.defer(begins=begins.isoformat(), ends=ends.isoformat())
    transaction.on_commit(installation.forget, using=ACT)
    return {"until": ends.isoformat()}


@app.task(name=JOB, queue="procedures", lock=JOB)
def catch_up(begins: str, ends: str) -> None:
    """Let the district live through a stretch of time, and move the clock along."""
    from .crew import work_through

    work_through(datetime.fromisoformat(begins), datetime.fromisoformat(ends), put_forward)
