"""The lists of goods: batches, the lots that holders have, breaches, and the enterprises themselves."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from muster.kernel.posts.permissions import visible_to
from muster.ledger import columns, filters
from muster.ledger.declaring import Ledger, register

from . import queries, words
from .models import Batch, Finding, Handover, Holder, Lot


def _with_forms(kind: str) -> Any:
    """The forms that stand beside a list, made by the pages of that kind of row."""

    def beside(request: HttpRequest) -> dict[str, Any]:
        from .pages import starts

        return starts.beside(request, kind)

    return beside


BATCHES = Ledger(
    name="goods.goods", title=_("Imported goods"), model=Batch, route="goods:batches", path="goods/",
    needs="goods.see_goods", opens="goods:batch", order="-expected_at", live="duties",
    source=lambda: Batch.objects.prefetch_related("owner", "first"), scope=queries.batches_seen,
    few="each import is declared: some thousands a year", late=lambda row: row.state == "held",
    empty=_("No batch was declared."), template="goods/list.html", beside=_with_forms("batch"),
    columns=(
        columns.text("number", _("Batch")),
        columns.text("product", _("Goods")),
        columns.text("origin", _("Country or region of origin")),
        columns.text("owner", _("Enterprise"), "owner.name"),
        columns.words("state", _("State"), words.BATCH_STATES, words.BATCH_TONES),
        columns.moment("expected_at", _("Expected at"), sort=True),
        columns.number("declared", _("Declared quantity")),
        columns.number("entered", _("Entered")),
        columns.words("unit", _("Counted in"), words.UNITS),
        columns.text("certificate", _("Inspection certificate"), shown=False),
        columns.text("maker_number", _("Maker's batch number"), shown=False),
        columns.text("port", _("Port of entry"), shown=False),
        columns.text("disinfection", _("Disinfection certificate"), shown=False),
        columns.text("report", _("Test report"), shown=False),
        columns.text("first", _("Goes first to"), "first.name", shown=False),
        columns.moment("released_at", _("Released at"), shown=False),
        columns.area("area", _("Area"), shown=False),
    ),
    filters=(filters.choice("state", _("State"), words.BATCH_STATES), filters.within()),
)  # fmt: skip

HELD = Q(batch__state="held")


def _coming(request: HttpRequest) -> dict[str, Any]:
    """What is on its way to the post's own place, or between the enterprises of its areas, and not agreed on yet."""
    rows = Handover.objects.filter(state__in=("sent", "differs")).select_related("sender", "batch", "to")
    rows = queries.handovers_seen(rows, request.post_held).order_by("sent_at")[:50]
    return {"coming": [(row, words.HANDOVER_TONES[row.state]) for row in rows]}


LOTS = Ledger(
    name="goods.lots", title=_("Lots of imported goods"), model=Lot, route="goods:lots", path="goods/lots/",
    needs="goods.see_goods", opens="goods:lot", order="-since", first="show=here", live="duties",
    source=lambda: Lot.objects.prefetch_related("batch", "holder"), scope=queries.lots_seen,
    late=lambda row: row.batch.held_at is not None and row.on_hand > 0,
    empty=_("No goods have arrived here."), template="goods/lots.html", beside=_coming,
    columns=(
        columns.text("product", _("Goods"), "batch.product"),
        columns.text("batch", _("Batch"), "batch.number"),
        columns.text("holder", _("Holder"), "holder.name"),
        columns.words("state", _("State"), words.BATCH_STATES, words.BATCH_TONES, value="batch.state"),
        columns.moment("since", _("Since"), sort=True),
        columns.number("received", _("Received quantity")),
        columns.number("on_hand", _("On hand")),
        columns.number("moved", _("Moved on")),
        columns.number("sold", _("Sold")),
        columns.number("destroyed", _("Destroyed")),
        columns.words("unit", _("Counted in"), words.UNITS, value="batch.unit"),
        columns.text("origin", _("Country or region of origin"), "batch.origin", shown=False),
        columns.area("area", _("Area"), shown=False),
    ),
    filters=(
        filters.which("show", _("Show"), {
            "here": (_("Something is left"), Q(on_hand__gt=0)),
            "held": (_("On hold"), HELD),
        }),
        filters.within(),
        filters.reference("batch", _("Batch")),
    ),
)  # fmt: skip

FINDINGS = Ledger(
    name="goods.findings", title=_("Breaches"), model=Finding, route="goods:findings", path="goods/findings/",
    needs="goods.see_goods", opens="goods:finding", order="due_at", first="state=open", live="duties",
    source=lambda: Finding.objects.prefetch_related("holder"), scope=queries.lots_seen,
    empty=_("No breach was found."), template="goods/list.html", beside=_with_forms("finding"),
    columns=(
        columns.text("holder", _("Enterprise"), "holder.name"),
        columns.words("kind", _("What was found"), words.FINDING_KINDS),
        columns.words("state", _("State"), words.FINDING_STATES, words.FINDING_TONES),
        columns.due("due_at", _("Due"), sort=True),
        columns.moment("found_at", _("Found at")),
        columns.words("penalty", _("Penalty"), words.PENALTIES),
        columns.area("area", _("Area")),
        columns.text("penalty_number", _("Number of the decision"), shown=False),
        columns.number("penalty_yuan", _("Yuan"), shown=False),
    ),
    filters=(filters.choice("state", _("State"), words.FINDING_STATES), filters.within()),
)  # fmt: skip

HOLDERS = Ledger(
    name="goods.holders", title=_("Enterprises with imported goods"), model=Holder, route="goods:holders",
    path="goods/enterprises/", needs="goods.see_goods", opens="goods:holder", order="area",
    scope=lambda rows, post: visible_to(rows, post, place="place_id"),
    empty=_("No enterprise is registered."), template="goods/list.html", beside=_with_forms("holder"),
    few="those who import: hundreds",
    columns=(
        columns.text("name", _("Enterprise")),
        columns.words("kind", _("What it is"), words.HOLDER_KINDS),
        columns.area("area", _("Area"), sort=True),
        columns.text("licence", _("Licence")),
        columns.moment("since", _("Since")),
    ),
    filters=(filters.choice("kind", _("What it is"), words.HOLDER_KINDS), filters.within()),
)  # fmt: skip

register(BATCHES, LOTS, FINDINGS, HOLDERS)
