"""People, cases and contacts from the command line: any list, judged row by row, taken in batches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from muster.kernel import clock
from muster.kernel.posts.logins import ACT
from muster.ledger.imports import drafts
from muster.ledger.imports.actions import keep_mapping, remembered
from muster.ledger.imports.drafts import CHANGED, DUPLICATE, ERROR, NEW, REVIEW, TARGETS, UNCHANGED, Judged
from muster.ledger.imports.reading.errors import Unreadable

from . import loading
from .loading import Loaded, Progress

BATCH = 4_000  # rows per transaction


def load(ledger: str, path: Path, options: loading.Options, progress: Callable[[int], Progress]) -> Loaded:
    """Judge a list, and take it unless it is a dry run. Raises Unreadable."""
    if not path.is_file():
        raise Unreadable(_("There is no file %(path)s.") % {"path": path})
    to = TARGETS[ledger]
    how = drafts.Options(plan=options.plan, history=not options.live, create_missing=options.create_missing)
    now = clock.now()
    known = remembered("", options.sender, ledger)
    said = options.wishes
    wishes = replace(said, headers={**known, **said.headers}, how="you" if said.headers else "remembered")
    judged = drafts.draft(to, path.name, path.read_bytes(), wishes, how, now)
    done = progress(len(judged.verdicts))
    loaded = _told(ledger, judged)
    if not options.dry_run:
        _take(to, judged, how, now, done)
        if options.sender:
            keep_mapping("", options.sender, ledger, judged.table.mapping(), said.headers, now)
        loaded = _told(ledger, judged)
        loaded.rejected_file = _rejected(path, judged)
    done(len(judged.verdicts))
    return loaded


def _take(to: drafts.Target, judged: Judged, how: drafts.Options, now: Any, done: Progress) -> None:
    indexes = judged.to_take()
    size = max(1, len(indexes)) if to.whole(judged) else BATCH
    by_number = {verdict.row: verdict for verdict in judged.verdicts}
    for first in range(0, len(indexes), size):
        with transaction.atomic(using=ACT):
            effect = to.take(judged, indexes[first : first + size], how, now, None)
        for row, column, reason in effect.refused:
            verdict = by_number[row]
            verdict.verdict, verdict.column, verdict.reason = ERROR, column, str(reason)


def _told(ledger: str, judged: Judged) -> Loaded:
    totals, table = judged.totals, judged.table
    rejected = [
        {"row": verdict.row, "field": verdict.column, "reason": verdict.reason}
        for verdict in judged.verdicts
        if verdict.verdict in (ERROR, REVIEW)
    ]
    return Loaded(
        ledger, totals[NEW] + totals[DUPLICATE], totals[CHANGED], totals[UNCHANGED], 0, rejected, table.unknown,  # type: ignore[arg-type]
        rows=[verdict.told() for verdict in judged.verdicts], totals=totals, mapping=table.mapping(),
        notes=table.notes, sheet=table.sheet,
    )  # fmt: skip


def _rejected(path: Path, judged: Judged) -> str:
    from muster.ledger.imports.rejected import write_rejected

    return write_rejected(path, judged)
