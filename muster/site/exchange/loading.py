"""Lists from the command line: any file, judged row by row, taken in batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from muster.kernel import clock
from muster.kernel.loading import Rejected
from muster.kernel.posts.logins import ACT
from muster.ledger.imports import drafts
from muster.ledger.imports.actions import keep_mapping, remembered
from muster.ledger.imports.drafts import CHANGED, DUPLICATE, ERROR, NEW, REVIEW, TARGETS, UNCHANGED, Judged
from muster.ledger.imports.reading import sheets, texts
from muster.ledger.imports.reading.errors import Unreadable
from muster.ledger.imports.reading.table import Wishes
from muster.ledger.imports.rejected import rejected_rows, write_rejected

BATCH = 4_000  # rows per transaction
LARGE = 32_000_000  # bytes; a larger text is read and taken in parts
PART = 250_000  # rows
Progress = Callable[[int], Any]


@dataclass(frozen=True)
class Options:
    """How rows are taken: see `muster import --help`. Without `rows` the verdicts are counted, and not kept."""

    plan: str = ""
    history: bool = False
    live: bool = False
    create_missing: bool = False
    dry_run: bool = False
    wishes: Wishes = Wishes()
    sender: str = ""
    rows: bool = True


@dataclass
class Loaded:
    """What became of a file. `repeated` rows stood in it more than once and count once."""

    ledger: str
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    repeated: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    unknown_columns: list[str] = field(default_factory=list)
    rejected_file: str = ""
    rows: list[dict[str, Any]] = field(default_factory=list)
    totals: dict[str, int] = field(default_factory=dict)
    mapping: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    sheet: str = ""

    @property
    def summary(self) -> str:
        """One line of counts."""
        line = _("%(ledger)s: %(new)s new, %(changed)s changed, %(unchanged)s unchanged, %(rejected)s rejected") % {
            "ledger": self.ledger,
            "new": f"{self.new:,}",
            "changed": f"{self.changed:,}",
            "unchanged": f"{self.unchanged:,}",
            "rejected": f"{len(self.rejected):,}",
        }
        return line + (_(", %(repeated)s repeated") % {"repeated": f"{self.repeated:,}"} if self.repeated else "")

    def add(self, judged: Judged, rows: bool) -> None:
        """Count what became of a part of the file."""
        totals, table = judged.totals, judged.table
        self.new += totals[NEW] + totals[DUPLICATE]
        self.changed += totals[CHANGED]
        self.unchanged += totals[UNCHANGED] - judged.repeated
        self.repeated += judged.repeated
        self.totals = {name: self.totals.get(name, 0) + count for name, count in totals.items()}
        self.rejected += [
            {"row": verdict.row, "field": verdict.column, "reason": verdict.reason}
            for verdict in judged.verdicts
            if verdict.verdict in (ERROR, REVIEW)
        ]
        self.rows += [verdict.told() for verdict in judged.verdicts] if rows else []
        self.unknown_columns, self.mapping, self.sheet = table.unknown, table.mapping(), table.sheet
        self.notes = list(dict.fromkeys([*self.notes, *table.notes]))


def load(ledger: str, path: Path, options: Options, progress: Callable[[int], Progress] | None = None) -> Loaded:
    """Judge a list, and take it unless it is a dry run. Raises Unreadable.

    `progress` is called with the number of rows of each part, and returns what is called with the number done.
    """
    if not path.is_file():
        raise Unreadable(_("There is no file %(path)s.") % {"path": path})
    to, now, said = TARGETS[ledger], clock.now(), options.wishes
    known = remembered("", options.sender, ledger)
    wishes = replace(said, headers={**known, **said.headers}, how="you" if said.headers else "remembered")
    how = drafts.Options(
        plan=options.plan, history=options.history if ledger == "results" else not options.live,
        create_missing=options.create_missing, keep=not options.dry_run,
    )  # fmt: skip
    loaded, rejected = Loaded(ledger), list[list[Any]]()
    for judged in _judged(to, path, wishes, how, now):
        done = progress(len(judged.verdicts)) if progress else None
        if not options.dry_run:
            take(to, judged, how, now)
        loaded.add(judged, options.rows)
        rejected += rejected_rows(judged)
        if done:
            done(len(judged.verdicts))
    if not options.dry_run:
        if options.sender:
            keep_mapping("", options.sender, ledger, judged.table.mapping(), said.headers, now)
        loaded.rejected_file = write_rejected(path, judged, rejected)
    return loaded


def _judged(to: drafts.Target, path: Path, wishes: Wishes, how: drafts.Options, now: datetime) -> Iterator[Judged]:
    """A file judged as a whole; a large text whose rows need not one another in parts, each under the same header."""
    with path.open("rb") as file:
        in_parts = not to.permission and path.stat().st_size > LARGE and sheets.is_text(path.name, file.read(1000))
    if not in_parts:
        yield drafts.draft(to, path.name, path.read_bytes(), wishes, how, now)
        return
    head: list[Any] = []
    first = 1
    for rows, encoding in texts.stream(path, PART):
        source = sheets.of_rows([*head, *rows], first - len(head), encoding)
        judged = drafts.draft_of(to, path.name, source, wishes, how, now)
        first += len(rows)
        head = [*judged.table.layout.above, *judged.table.layout.header_rows]
        yield judged


def take(to: drafts.Target, judged: Judged, how: drafts.Options, now: datetime) -> None:
    """Write the rows that are to be taken; where the ledger says no, the verdict becomes an error."""
    if not to.permission:  # it was tried out, and kept
        return
    indexes = judged.to_take()
    size = max(1, len(indexes)) if to.whole(judged) else BATCH
    by_number = {verdict.row: verdict for verdict in judged.verdicts}
    for first in range(0, len(indexes), size):
        with transaction.atomic(using=ACT):
            effect = to.take(judged, indexes[first : first + size], how, now, None)
        for row, column, reason in effect.refused:
            verdict = by_number[row]
            verdict.verdict, verdict.column, verdict.reason = ERROR, column, str(reason)
