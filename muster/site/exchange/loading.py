"""From a file's rows to the actions that take them, batch by batch; a verdict for every row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from muster.kernel.loading import LoadReport, NumberedRow, Rejected, add, batches, new_report
from muster.kernel.posts.logins import ACT
from muster.kernel.posts.models import SYSTEM
from muster.ledger.files.writing import write
from muster.ledger.imports.reading.table import Wishes

from .reading import Table, open_cells, read

Progress = Callable[[int], Any]


@dataclass(frozen=True)
class Options:
    """How rows are taken: see `muster import --help`."""

    plan: str = ""
    history: bool = False
    live: bool = False
    create_missing: bool = False
    dry_run: bool = False
    wishes: Wishes = Wishes()
    sender: str = ""


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


Loader = Callable[[Sequence[NumberedRow], Options], LoadReport]


def load_file(ledger: str, path: Path, options: Options, progress: Callable[[int], Progress]) -> Loaded:
    """Load a ledger's file, and write the rejected rows beside it. Raises Unreadable when nothing can be read.

    `progress` is called with the number of rows, and returns what is called with the number done.
    """
    table = read(path, ledger)
    loaded = load_table(ledger, table, options, progress(table.size))
    if not options.dry_run:
        with suppress(OSError):  # a folder that cannot be written to: the terminal shows the rows instead
            loaded.rejected_file = write_rejected(path, table, loaded.rejected)
    return loaded


def load_table(ledger: str, table: Table, options: Options, progress: Progress = lambda _n: None) -> Loaded:
    """Load rows that were read; with `dry_run` everything is done and taken back."""
    loader, size = LOADERS[ledger]
    report, repeated = new_report(), 0
    with transaction.atomic(using=ACT) if options.dry_run else nullcontext():
        for batch in batches(table.rows(), size):
            part = loader(batch, options)
            add(report, part)
            repeated += part.get("repeated", 0)
            progress(len(batch))
        if options.dry_run:
            transaction.set_rollback(True, using=ACT)
    rejected = sorted([*table.rejected, *report["rejected"]], key=lambda no: no["row"])
    counts = (report["new"], report["changed"], report["unchanged"], repeated)
    return Loaded(ledger, *counts, rejected, table.unknown)


def write_rejected(path: Path, table: Table, rejected: list[Rejected]) -> str:
    """The rejected rows as they stood, with their number and the reason, in a file beside the one that was read.

    Returns its name; '' where there are none, and then such a file of an earlier load is removed.
    """
    reasons: dict[int, list[str]] = {}
    for no in rejected:
        reasons.setdefault(no["row"], []).append(f"{no['field']}: {no['reason']}" if no["field"] else no["reason"])
    sheet = path.suffix.lower() != ".csv"
    beside = path.with_name(f"{path.stem}.rejected{'.xlsx' if sheet else '.csv'}")
    if not rejected:
        beside.unlink(missing_ok=True)
        return ""
    width = len(table.header)
    rows = (
        [*_padded(cells, width), number, "; ".join(reasons[number])]
        for number, cells in open_cells(path)[0]
        if number in reasons
    )
    write(beside, [*table.header, _("row"), _("reason")], rows, sheet="rejected")
    return str(beside)


def _padded(cells: Sequence[Any], width: int) -> list[Any]:
    from muster.ledger.files.cells import taken_back

    return [*map(taken_back, cells[:width]), *[""] * (width - len(cells))]


def _areas(rows: Sequence[NumberedRow], options: Options) -> LoadReport:
    from muster.site.territory.actions import load_areas

    return load_areas(by=SYSTEM, rows=rows)


def _places(rows: Sequence[NumberedRow], options: Options) -> LoadReport:
    from muster.site.territory.actions import load_places

    return load_places(by=SYSTEM, rows=rows)


def _presence(rows: Sequence[NumberedRow], options: Options) -> LoadReport:
    from .presence import load

    return load(rows, create_missing=options.create_missing)


def _results(rows: Sequence[NumberedRow], options: Options) -> LoadReport:
    from muster.domains.screening.actions import load_results

    return load_results(
        by=SYSTEM, rows=rows, plan=options.plan, history=options.history, create_missing=options.create_missing
    )


# Ledger -> loader, and rows per transaction. People, cases and contacts come as lists (`lists.py`).
LOADERS: dict[str, tuple[Loader, int]] = {
    "areas": (_areas, 50_000),
    "places": (_places, 5_000),
    "presence": (_presence, 1_000_000),
    "results": (_results, 5_000),
}
