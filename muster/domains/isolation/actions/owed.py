"""What the actions of isolation share: who may, and what is owed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from muster.kernel.controls.models import Control, Evidence
from muster.kernel.duties.actions import open_duties
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.permissions import require
from muster.kernel.posts.roles import HEADQUARTERS

from ..models import Stay

CHECKS = ("isolation.health_check", "isolation.home_check")
SAMPLES = ("isolation.sample", "isolation.home_sample")
ENDINGS = ("isolation.send_home", "isolation.release", "isolation.release_home")
OF_A_STAY = (*CHECKS, *SAMPLES, *ENDINGS, "isolation.complete_papers")
OF_A_TRANSFER = ("isolation.hand_over", "isolation.send_off", "isolation.receive", "isolation.find_site")


def require_at(by: Any, permission: str, stay: Stay) -> None:
    """Raise Refused unless the post may do this where the stay is.

    At a site that is its own staff, and the headquarters over it; at home whoever is responsible for the person.
    """
    if stay.site is None:
        require(by, permission, stay.area)
    else:
        require(by, permission, stay.site.area if by.role == HEADQUARTERS else None, place=stay.place_id)


def locked_stay(stay: Stay | UUID) -> Stay:
    """The stay's row as it is now, locked until the end of the transaction."""
    rows = Stay.objects.select_for_update(of=("self",)).select_related("site")
    return rows.get(pk=getattr(stay, "pk", stay))


def locked_open_stay(stay: Stay | UUID) -> Stay:
    """The same; raises Invalid when it has ended."""
    row = locked_stay(stay)
    if row.ended_at is not None:
        raise Invalid("stay", _("This stay has ended."))
    return row


def locked_open_control(control: Control | UUID) -> Control:
    """The control's row, locked; raises Invalid when it has ended."""
    row = Control.objects.select_for_update().get(pk=getattr(control, "pk", control))
    if row.ended_at is not None:
        raise Invalid("control", _("This control has ended; there is nothing to isolate the person for."))
    return row


def cases_among(controls: Iterable[Control]) -> list[UUID]:
    """Which of the controls hang on a laboratory's result or a diagnosis: those are of cases."""
    kinds = ("laboratory_result", "signed_diagnosis")
    standing = Evidence.objects.filter(control__in=list(controls), withdrawn_at=None, kind__in=kinds)
    return list(standing.values_list("control_id", flat=True).distinct())


def owe(kind: str, rows: Iterable[tuple[str, dict[str, Any]]], *, by: Any, now: datetime) -> None:
    """Open duties of one kind; rows are (plan edition, row of `open_duties`)."""
    by_plan: dict[str, list[dict[str, Any]]] = {}
    for plan, row in rows:
        by_plan.setdefault(plan, []).append(row)
    for plan, given in by_plan.items():
        open_duties(kind, given, by=by, now=now, plan=plan)


def about(stay: Stay, subject: UUID, because: Any, **more: Any) -> dict[str, Any]:
    """A row of `open_duties` about the person of a stay, where the stay is."""
    return {
        "subject": subject,
        "person_id": stay.person_id,
        "area": stay.site.area if stay.site else stay.area,
        "place": stay.place_id,
        "because": because,
        "incident": stay.control.incident,
        **more,
    }
