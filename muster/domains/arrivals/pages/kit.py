"""The checkpoint on a phone without a network: its shell, and what it takes along."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from muster.kernel.areas import installation
from muster.kernel.posts.permissions import visible_to
from muster.ledger.pages import where
from muster.offline.applications import Application, installable
from muster.web.page import page

from .. import words
from ..kit_words import WORDS
from ..models import Checkpoint

installable(
    Application(
        name="arrivals:kit", path="checkpoints/kit/", title=_("Checkpoint without a network"),
        needs="arrivals.take_records", template="arrivals/kit.html", folder="arrivals/kit", words=WORDS,
        context=lambda: {
            "codes": list(words.CODES.items()), "disposals": list(words.DISPOSALS.items()),
            "vehicles": list(words.VEHICLES.items()),
        },
    )
)  # fmt: skip


@page("checkpoints/kit/today/", name="arrivals:kit_today", needs="arrivals.take_records")
def today(request: HttpRequest) -> HttpResponse:
    """What the phone takes along: the checkpoints of the area, where people can go, the token."""
    rows = visible_to(Checkpoint.objects.all(), request.post_held).order_by("area", "name")[:200]
    given = {
        "post": str(request.post_held.id), "token": get_token(request),
        "ahead": installation.clock_offset().total_seconds(),
        "checkpoints": [
            {"id": str(row.id), "name": row.name, "lane": reverse("arrivals:records", args=[row.id])} for row in rows
        ],
        "areas": [[code, str(name)] for code, name in where.flat(where.destinations("", where.LAST))],
    }  # fmt: skip
    return JsonResponse(given)
