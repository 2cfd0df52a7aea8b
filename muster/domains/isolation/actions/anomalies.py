"""Answering what a health check found."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.kernel.controls.models import Control
from muster.kernel.facts.actions import record
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.models import SYSTEM
from muster.kernel.posts.permissions import require

from .. import words
from ..models import HealthCheck
from .transfers import request_transfers


@action("isolation.answer_anomaly")
def answer_anomaly(*, by: Any, check: HealthCheck, outcome: str, now, op=None) -> HealthCheck:
    """Say what was done about an anomaly: one of `words.OUTCOMES`. `to_hospital` requests the transfer.

    For the investigator responsible for the person, and for the doctor of the site where they are.
    """
    check = HealthCheck.objects.select_for_update().get(pk=check.pk)
    require(by, "isolation.answer_anomaly", check.area, place=check.place_id)
    if outcome not in words.OUTCOMES:
        raise Invalid("outcome", _("Choose what was done."))
    if not check.anomaly or check.answered_at:
        raise Invalid("outcome", _("There is nothing to answer, or somebody did."))
    check.answered_at, check.answer = now, outcome
    check.save(update_fields=["answered_at", "answer"])
    data = {"outcome": outcome}
    fact = record("isolation.anomaly_answered", subject=check.id, area=check.area, data=data, by=by, now=now, op=op)
    if outcome == "to_hospital":
        controls = Control.objects.open().filter(pk=check.stay.control_id)
        request_transfers(controls, wanted=words.HOSPITAL, by=SYSTEM, now=now, because=fact)
    return check
