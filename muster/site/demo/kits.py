"""Antigen kits of the demonstration: the district's store, what communities want, and what was issued.

All of it is made up. It is recorded through the real actions.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from muster.domains.antigen import actions
from muster.kernel.areas.models import Area
from muster.kernel.posts.logins import ACT, acting
from muster.kernel.posts.models import SYSTEM

from .geography import WEICHENG

_STORE = "区疾控中心储备库"
_BATCHES = (("KY211008", 8000, 240), ("KY210615", 3000, 24), ("WF211102", 12000, 300))
_WANTS = (
    ("students", 2400),
    ("staff", 800),
    ("front_line", 600),
    ("elders", 1500),
    ("students", 1800),
    ("others", 9000),
)


def store_kits(since: datetime, night: datetime) -> None:
    """Three batches, a want for each group; students' first kits are signed for, the front line's are on their way."""
    with acting(), transaction.atomic(using=ACT):
        day = night.date()
        batches = [
            actions.receive(
                by=SYSTEM, area=WEICHENG, store=_STORE, batch=batch, kits=kits, expires_on=day + timedelta(days=days),
                now=since,
            )
            for batch, kits, days in _BATCHES
        ]  # fmt: skip
        areas = Area.objects.filter(level="community", code__startswith=WEICHENG).order_by("code")[: len(_WANTS)]
        wants = [
            actions.want(by=SYSTEM, area=area.code, group=group, wanted=kits, now=since + timedelta(days=1))
            for area, (group, kits) in zip(areas, _WANTS, strict=False)
        ]
        if len(wants) < 3:
            return
        morning = night - timedelta(hours=9)
        first = actions.issue(by=SYSTEM, want=wants[0], batch=batches[1], kits=2400, now=morning)
        actions.sign(by=SYSTEM, issue=first, now=morning + timedelta(hours=2))
        actions.issue(by=SYSTEM, want=wants[2], batch=batches[0], kits=600, now=night - timedelta(hours=1))
