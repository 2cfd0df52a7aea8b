"""The list of files that wait for agreement, and of those that were agreed to."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from . import columns, filters
from .declaring import LEDGERS, Ledger, register
from .exporting import PURPOSES
from .models import NAMES, STATES, TONES, Export


def _own_or_below(rows: QuerySet[Export], post: Any) -> QuerySet[Export]:
    own = Q(post_id=post.id)
    return rows.filter(own if post.lo is None else own | Q(area__gte=post.lo, area__lt=post.hi))


def _title(row: Export) -> str:
    return str(LEDGERS[row.ledger].title) if row.ledger in LEDGERS else row.ledger


register(
    Ledger(
        name="ledger.exports", title=_("Files asked for"), model=Export, route="ledger:exports", path="exports/",
        needs="ledger.see_exports", scope=_own_or_below, opens="ledger:request", order="-asked_at",
        empty=_("Nobody asked for a large file."),
        columns=(
            columns.text("ledger", _("List"), _title),
            columns.number("rows", _("Rows")),
            columns.words("kind", _("Kind"), NAMES),
            columns.words("purpose", _("What for"), PURPOSES),
            columns.moment("asked_at", _("Asked"), sort=True),
            columns.area("area", _("Area")),
            columns.words("state", _("State"), STATES, TONES),
        ),
        filters=(filters.choice("state", _("State"), STATES), filters.within()),
    )
)  # fmt: skip
