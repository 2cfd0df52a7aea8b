"""What one laboratory owes, by deadline: boxes to receive, tubes to report, what a second person has to decide."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from muster.kernel import plans
from muster.kernel.duties.models import Duty
from muster.kernel.facts.models import Fact
from muster.kernel.posts.logins import acting

from .models import Batch, Box, Correction, Tube

LOOKED_BACK = timedelta(days=30)
MOST = 500
KINDS = {
    "receive": _("Receive the box: count it and sign"),
    "report": _("Report the tubes of the box"),
    "again": _("Report again: what was sent was thrown away"),
    "batch": _("A second person decides about held tubes"),
    "correction": _("A second person decides about a correction"),
}
SIGNS = {
    "receive": "box-seam",
    "report": "eyedropper",
    "again": "arrow-repeat",
    "batch": "people",
    "correction": "people",
}


@dataclass(frozen=True)
class Owed:
    """One thing that a laboratory owes: what, of which box or batch, how many tubes, until when (None: no figure)."""

    kind: str
    name: str
    tubes: int
    due_at: datetime | None
    url: str

    @property
    def title(self):
        """What is to be done, in words."""
        return KINDS[self.kind]

    @property
    def sign(self) -> str:
        """Its icon."""
        return SIGNS[self.kind]


def owed(laboratory: UUID, now: datetime) -> list[Owed]:
    """All of it, what is due first at the top; of boxes, those of the last 30 days."""
    with acting():
        boxes = Box.objects.filter(laboratory=laboratory, packed_at__gt=now - LOOKED_BACK).select_related("round")
        coming = boxes.filter(received_at=None).order_by("packed_at")[:MOST]
        found = [
            Owed("receive", box.code, box.tubes, box.due_at, reverse("screening:box", args=[box.pk])) for box in coming
        ]
        found += _reports(boxes)
        found += _batches(laboratory)
        found += _corrections(laboratory)
    return sorted(found, key=lambda one: (one.due_at is None, one.due_at or now, one.name, one.kind))


def reported_by(box: Box) -> datetime | None:
    """Until when the plan wants every tube of a box reported: counted from when it was packed."""
    figures = plans.edition(box.round.plan).samples
    return box.packed_at + timedelta(minutes=figures.result_minutes) if figures else None


def _reports(boxes: Iterable[Box]) -> list[Owed]:
    """Tubes that were received and have no result; those apart whose held result was thrown away."""
    open_ = Q(contents__result="", contents__voided_at=None, contents__claimed="")
    waiting = boxes.exclude(received_at=None).annotate(left=Count("contents", filter=open_)).filter(left__gt=0)
    rows = list(waiting.order_by("packed_at")[:MOST])
    tubes = dict(Tube.objects.filter(box__in=rows, result="", voided_at=None, claimed="").values_list("id", "box_id"))
    thrown = Fact.objects.filter(kind="screening.claim_settled", subject__in=list(tubes), data__agreed=False)
    again: dict[UUID, int] = defaultdict(int)
    for subject in thrown.values_list("subject", flat=True).distinct():
        again[tubes[subject]] += 1
    found = []
    for box in rows:
        one = Owed("report", box.code, box.left, reported_by(box), reverse("screening:box", args=[box.pk]))
        if many := again[box.pk]:
            found.append(replace(one, kind="again", tubes=many))
        if box.left > many:
            found.append(replace(one, tubes=box.left - many))
    return found


def _batches(laboratory: UUID) -> list[Owed]:
    """What is held of tubes keeps their deadline: that of the oldest box in the batch."""
    rows = list(Batch.objects.filter(laboratory_id=laboratory, held__gt=0, settled_at=None).order_by("sent_at")[:MOST])
    held = (
        Tube.objects.filter(claimed_in__in=[row.pk for row in rows])
        .values("claimed_in", "box")
        .annotate(many=Count("id"))
    )
    boxes = Box.objects.select_related("round").in_bulk([each["box"] for each in held if each["box"]])
    dues: dict[UUID, list[datetime]] = defaultdict(list)
    tubes: dict[UUID, int] = defaultdict(int)
    for each in held:
        tubes[each["claimed_in"]] += each["many"]
        if each["box"] and (at := reported_by(boxes[each["box"]])):
            dues[each["claimed_in"]].append(at)
    return [
        Owed("batch", "", tubes[row.pk], min(dues[row.pk], default=None), reverse("screening:batch", args=[row.pk]))
        for row in rows
    ]


def _corrections(laboratory: UUID) -> list[Owed]:
    """Corrections of persons' results; headquarters owes them too, and the deadline is theirs."""
    rows = list(Correction.objects.filter(laboratory=laboratory, outcome="waiting").order_by("sent_at")[:MOST])
    duties = Duty.objects.open().filter(subject__in=[row.doubt for row in rows])
    dues = dict(duties.values_list("subject", "due_at"))
    return [
        Owed("correction", row.ref, 0, dues.get(row.doubt), reverse("screening:correction", args=[row.pk]))
        for row in rows
    ]
