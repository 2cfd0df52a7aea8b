"""Taking back what a list wrote: only while nothing depends on it, and then exactly."""

from __future__ import annotations

from typing import Any

from django.db.models import ProtectedError, QuerySet
from django.utils.translation import gettext_lazy as _

from muster.kernel.operations.errors import Invalid

TITLES = {
    "tracing_case": _("cases"), "tracing_contact": _("contacts"), "tracing_link": _("links"),
    "tracing_casenote": _("notes"), "screening_result": _("results"), "controls_control": _("controls"),
    "duties_duty": _("duties"), "people_person": _("people"), "presence": _("presence"),
    "goods_lot": _("lots of imported goods"),
}  # fmt: skip


def delete(rows: QuerySet[Any]) -> None:
    """Delete rows with what belongs to them; raises Invalid that names what still points to one."""
    try:
        rows.delete()
    except ProtectedError as error:
        raise depends(next(iter(error.protected_objects))._meta.db_table) from None


def depends(table: str) -> Invalid:
    """That something was built on what is to be undone."""
    said = _("This cannot be undone: %(what)s were built on it since.")
    return Invalid("state", said % {"what": TITLES.get(table, table)})


def changed_since() -> Invalid:
    """That somebody changed what the list had changed."""
    return Invalid("state", _("This cannot be undone: what the list changed was changed again since."))
