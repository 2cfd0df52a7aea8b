"""The lists of antigen kits: batches in stores, what is wanted, what tests said."""

from __future__ import annotations

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from muster.kernel import clock
from muster.kernel.posts.permissions import may
from muster.ledger import columns, filters
from muster.ledger.declaring import Ledger, register
from muster.web.templatetags import muster as tags

from . import words
from .models import KitBatch, KitResult, KitWant

FEW = "some for each community or street: thousands at most"


def expired(row: KitBatch) -> bool:
    """Whether kits are left that can no longer be used."""
    return row.on_hand > 0 and row.expires_on <= clock.today()


BATCHES = Ledger(
    name="antigen.batches", title=_("Antigen kits"), model=KitBatch, route="antigen:batches", path="antigen/",
    needs="antigen.see_kits", opens="antigen:batch", order="expires_on", few=FEW, late=expired,
    template="antigen/batches.html", empty=_("No store here has antigen kits."),
    beside=lambda request: {
        "may_receive": may(request.post_held, "antigen.receive"),
        "values": request.POST or {"area": request.post_held.area},
    },
    columns=(
        columns.text("store", _("Store")),
        columns.text("batch", _("Batch")),
        columns.day("expires_on", _("Expires"), sort=True,
                    html=lambda row: tags.state_badge(tags.day(row.expires_on), "late") if expired(row) else
                    tags.day(row.expires_on)),
        columns.number("on_hand", _("On hand")),
        columns.number("received", _("Kits received")),
        columns.number("issued", _("Kits issued")),
        columns.number("discarded", _("Discarded")),
        columns.area("area", _("Area"), shown=False),
    ),
    filters=(
        filters.which("show", _("State"), {"some": (_("On hand"), Q(on_hand__gt=0))}),
        filters.within(),
    ),
)  # fmt: skip

LEFT = Q(withdrawn_at=None, served__lt=F("wanted"))
WANTS = Ledger(
    name="antigen.wants", title=_("Kits that are wanted"), model=KitWant, route="antigen:wants", path="antigen/wants/",
    needs="antigen.see_kits", opens="antigen:want_shown", order="asked_at", few=FEW, template="antigen/wants.html",
    empty=_("Nobody here waits for antigen kits."),
    beside=lambda request: {
        "may_want": may(request.post_held, "antigen.want"),
        "groups": words.GROUPS.items(),
        "values": request.POST or {"area": request.post_held.area},
    },
    columns=(
        columns.words("group", _("Group"), words.GROUPS),
        columns.area("area", _("Area")),
        columns.number("wanted", _("Kits wanted")),
        columns.number("served", _("Kits issued")),
        columns.number("left", _("Still wanted")),
        columns.moment("asked_at", _("Asked for"), sort=True),
    ),
    filters=(
        filters.which("show", _("State"), {"open": (_("Still wanted"), LEFT)}),
        filters.choice("group", _("Group"), words.GROUPS),
        filters.within(),
    ),
)  # fmt: skip

RESULTS = Ledger(
    name="antigen.results", title=_("Antigen tests"), model=KitResult, route="antigen:results", path="antigen/results/",
    needs="antigen.see_results", opens="antigen:test", order="-reported_at", person="person", live="duties",
    few="what people tell a grid worker: thousands at most", template="antigen/results.html",
    empty=_("Nobody has told of an antigen test."),
    beside=lambda request: {
        "may_report": may(request.post_held, "antigen.report"),
        "results": words.RESULTS.items(),
        "values": request.POST,
    },
    columns=(
        columns.whom(),
        columns.words("result", _("Result"), words.RESULTS, words.TONES),
        columns.area("area", _("Area")),
        columns.moment("tested_at", _("Tested at")),
        columns.moment("reported_at", _("Told"), sort=True),
        columns.moment("confirmed_at", _("Tested by a laboratory")),
    ),
    filters=(
        filters.choice("result", _("Result"), words.RESULTS, also={
            "waits": (_("Positive, not tested by a laboratory"), Q(result="positive", confirmed_at=None))}),
        filters.within(),
    ),
)  # fmt: skip

register(BATCHES, WANTS, RESULTS)
