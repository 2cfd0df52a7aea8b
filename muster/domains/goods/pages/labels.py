"""The label of a lot: a signed code on paper, and what anybody reads who scans it.

The public page says where goods come from, what certifies them and whether they may be sold; nothing about who holds
them, how much, or who handled them.
"""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from muster.kernel.posts.logins import acting
from muster.signing import seal_id, unseal_id
from muster.web import limits
from muster.web.answering import row_of
from muster.web.links import address, busy, drawn
from muster.web.page import page

from .. import words
from ..ledgers import LOTS
from ..models import Lot, Sampling

LABEL = b"L"
MOST, SECONDS = 60, 60  # an address may read so many labels within so many seconds


def code_of(lot: UUID) -> str:
    """The code on a lot's label."""
    return seal_id(LABEL, lot)


@page("goods/lots/<uuid:lot>/label/", name="goods:label", needs="goods.see_goods")
def label(request: HttpRequest, lot: UUID) -> HttpResponse:
    """The label of a lot, to be printed and put on the shelf."""
    row = row_of(LOTS.rows(request.post_held), lot)
    link = address(request, "goods:provenance", code_of(row.pk))
    return render(request, "goods/label.html", {"lot": row, "link": link, "drawn": drawn(link)})


@page("l/<str:label>/", name="goods:provenance", public=True)
def provenance(request: HttpRequest, label: str) -> HttpResponse:
    """What a label says to whoever scans it: where from, which certificates, whether it may be sold."""
    if limits.over(f"goods:label:{limits.sender(request)}", MOST, SECONDS):
        return busy(request, "goods/provenance.html", SECONDS)
    lot = _lot_of(label)
    if lot is None:
        return render(request, "goods/provenance.html", {}, status=404)
    with acting():
        tested = Sampling.objects.filter(lot__batch=lot.batch, lot__parent=None).exclude(result="")
        context = {
            "batch": lot.batch,
            "test": tested.order_by("-result_at").first(),
            "state": words.LABEL_STATES[lot.batch.state],
            "sound": lot.batch.state == "released",
        }
    return render(request, "goods/provenance.html", context)


def _lot_of(label: str) -> Lot | None:
    pk = unseal_id(LABEL, label)
    if pk is None:
        return None
    with acting():
        return Lot.objects.select_related("batch").filter(pk=pk).first()
