"""Cases and contacts from files."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from muster.kernel.loading import LoadReport, NumberedRow, new_report
from muster.kernel.operations.actions import action
from muster.kernel.posts.logins import connection
from muster.kernel.posts.permissions import require

from ..loading import cases, contacts
from ..loading.storing import Store

ONE_LOADER = "SELECT pg_advisory_xact_lock(hashtext('tracing.load'))"  # two loads of one file do not meet half-way


@action("tracing.load_cases")
def load_cases(
    *,
    by: Any,
    rows: Iterable[NumberedRow],
    plan: str = "",
    history: bool = True,
    create_missing: bool = False,
    now,
    op=None,
) -> LoadReport:
    """Record cases from rows of ref, person, disease, onset_on, confirmed_at, classification, source_case.

    All rows of a file at once, because a source may stand in a later row; several sources of a case stand in one cell
    (`A;B`) or in further rows. `plan` names the edition, else the one in force on the day. History starts nothing.
    """
    require(by, "tracing.load_cases", "")
    report = new_report()
    with connection().cursor() as cursor:
        cursor.execute(ONE_LOADER)
    read = cases.read(rows, plan, now, report)
    named = cases.name(read, create_missing, by, now, report)
    Store(by=by, now=now, op=op, history=history, report=report).write(named)
    return report


@action("tracing.load_contacts")
def load_contacts(
    *, by: Any, rows: Iterable[NumberedRow], history: bool = True, create_missing: bool = False, now, op=None
) -> LoadReport:
    """Record contacts from rows of case, person, ring, reason, place, first_at, last_at, minutes, area.

    As history they are settled; one who is a case as well was infected by the case whose contact they were.
    """
    require(by, "tracing.load_contacts", "")
    report = new_report()
    with connection().cursor() as cursor:
        cursor.execute(ONE_LOADER)
    read = contacts.read(rows, now, report)
    contacts.write(
        contacts.name(read, create_missing, by, now, report), by=by, now=now, op=op, history=history, report=report
    )
    return report
