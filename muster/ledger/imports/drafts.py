"""A list with a verdict for every row, before anything is written; and how its rows are then taken.

What a ledger does with its rows is a `Target`. The site says which there are; this room knows no domain.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.models import SYSTEM
from muster.kernel.posts.permissions import may

from .reading import sheets
from .reading.errors import Unreadable
from .reading.shapes import Shape, plain, shapes
from .reading.table import ERROR, REMARK, REVIEW, Table, Wishes, open_table

NEW, CHANGED, UNCHANGED, DUPLICATE = "new", "changed", "unchanged", "duplicate"
VERDICTS = (NEW, CHANGED, UNCHANGED, DUPLICATE, REVIEW, ERROR)
TAKEN = (NEW, CHANGED, DUPLICATE)  # what is written; a possible duplicate is, too: it never stops a list


@dataclass(slots=True)
class Verdict:
    """What becomes of a row, in which column, and why; `changes` are column -> (from, to), masked.

    `other` is the record that the row may repeat.
    """

    row: int
    verdict: str = UNCHANGED
    column: str = ""
    reason: str = ""
    changes: dict[str, tuple[str, str]] = field(default_factory=dict)
    other: UUID | None = None

    def change(self, changes: dict[str, tuple[str, str]]) -> None:
        """Say what changes, and name it in the reason."""
        self.changes, self.column = changes, next(iter(changes))
        self.reason = "; ".join(f"{name}: {old or '–'} → {new}" for name, (old, new) in changes.items())

    def told(self) -> dict[str, Any]:
        """As the command line prints it."""
        shown = {name: list(pair) for name, pair in self.changes.items()}
        said = {"row": self.row, "verdict": self.verdict, "column": self.column, "reason": self.reason}
        return said | ({"changes": shown} if shown else {})


@dataclass(frozen=True)
class Options:
    """How rows are taken. `home` is the area of new people of whom the list names none.

    With `keep` a ledger that judges rows by trying them out keeps what it tried; see `Target`.
    """

    by: Any = SYSTEM
    home: str = ""
    plan: str = ""
    history: bool = True
    create_missing: bool = False
    keep: bool = False


@dataclass
class Effect:
    """What one batch did: ids by table of what it made, what was before where it changed something, refused rows."""

    made: dict[str, list[str]] = field(default_factory=dict)
    before: list[dict[str, Any]] = field(default_factory=list)
    refused: list[tuple[int, str, str]] = field(default_factory=list)


@dataclass
class Judged:
    """A table with its verdicts; `work` is what the target keeps for taking the rows. `repeated` say nothing new."""

    table: Table
    verdicts: list[Verdict]
    work: Any = None
    repeated: int = 0

    def about(self) -> list[str]:
        """Whom or what each row speaks of, masked: a reference, else the name; of things, what the shape says."""
        from muster.kernel.people import names

        values = self.table.values
        blank = [""] * len(self.verdicts)
        if shown := self.table.shape.about:
            rows = zip(*(values.get(name) or blank for name in shown), strict=True)
            return [" · ".join(text[:40] for text in row if text) for row in rows]
        case = values.get("case") or blank
        refs = values.get("ref") or values.get("person") or blank
        whole, last, first = (values.get(name) or blank for name in ("name", "last_name", "first_name"))
        masked = {name: names.mask(name) for name in {*whole, *last, *first}}
        rows = zip(case, refs, whole, first, last, strict=True)
        return [
            " · ".join(filter(None, (case, ref[:40], masked[name] or f"{masked[given]} {masked[family]}".strip())))
            for case, ref, name, given, family in rows
        ]

    @property
    def totals(self) -> dict[str, int]:
        """How many rows have each verdict; all of them are named."""
        counts = Counter(verdict.verdict for verdict in self.verdicts)
        return {name: counts[name] for name in VERDICTS}

    def to_take(self) -> list[int]:
        """The indexes of the rows that will be written."""
        return [index for index, verdict in enumerate(self.verdicts) if verdict.verdict in TAKEN]


def _not_from_a_page(*_told: Any) -> Any:
    raise Invalid("ledger", _("This ledger takes no lists."))


@dataclass(frozen=True)
class Target:
    """A ledger that takes lists: who may send one, how its rows are judged, taken, and taken back.

    One without a `permission` takes them from the command line only: it judges rows by trying them out, and takes them
    so, too. `whole` says for a list that all its rows must be taken together. `fill` gives fixed values for columns
    that the list lacks, from what is said around it (its name, the rows above, the name of the sheet).
    """

    name: str
    title: Any
    judge: Callable[[Table, Options, datetime], Judged]
    take: Callable[[Judged, Sequence[int], Options, datetime, UUID | None], Effect] = _not_from_a_page
    undo: Callable[[dict[str, Any], datetime], None] = _not_from_a_page
    permission: str = ""
    whole: Callable[[Judged], bool] = lambda judged: False
    fill: Callable[[str, set[str]], dict[str, str]] = lambda said, missing: {}

    @property
    def shape(self) -> Shape:
        """The shape of its file."""
        return shapes()[self.name]


TARGETS: dict[str, Target] = {}


def target(**fields: Any) -> None:
    """Register a ledger that takes lists; see `Target`."""
    TARGETS[fields["name"]] = Target(**fields)


def draft(to: Target, name: str, content: bytes, wishes: Wishes, options: Options, now: datetime) -> Judged:
    """Read a file for a ledger and judge every row. Raises Unreadable."""
    with _uncollected():
        return draft_of(to, name, sheets.open_source(name, content), wishes, options, now)


def draft_of(to: Target, name: str, source: sheets.Source, wishes: Wishes, options: Options, now: datetime) -> Judged:
    """The same of an open file. Raises Unreadable."""
    from muster.kernel import clock

    try:
        filled, note = _filled(to, name, source, wishes)
        table = open_table(source, to.shape, filled, clock.local_day(now))
    except Unreadable as no:
        no.sheets = source.names
        raise
    table.notes += note + _better(to, table, options)
    table.sheets = source.names
    return to.judge(table, options, now)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Leave the collector of cycles aside: a list makes many objects that stay, and it would walk them all, often.

    What was made is then old at once: frozen and thawed, objects stand in the oldest generation without being walked.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.freeze()
            gc.unfreeze()
            gc.enable()


def _filled(to: Target, name: str, source: sheets.Source, wishes: Wishes) -> tuple[Wishes, list[str]]:
    """Wishes with the values that the file says outside its table, and a note of each."""
    head = source.head(wishes.sheet or source.names[0]) if not wishes.sheet or wishes.sheet in source.names else None
    rows = list(head.rows[:8]) if head else []
    named = {column for row in rows for column in to.shape.match(row) if column}
    said = {plain(header): column for header, column in wishes.headers.items()}
    named |= {column for row in rows for cell in row if (column := said.get(plain(str(cell))))}
    missing = set(to.shape.known) - named - wishes.fixed.keys()
    around = " ".join(
        [name, *source.names, *(str(cell) for row in rows[:3] for cell in row[:30] if isinstance(cell, str))]
    )
    found = to.fill(around, missing)
    note = [
        str(_("%(column)s: %(value)s, from the name or the title of the file.")) % {"column": c, "value": v}
        for c, v in found.items()
    ]
    return Wishes(wishes.sheet, wishes.order, {**found, **wishes.fixed}, wishes.headers, wishes.how), note


def _better(to: Target, table: Table, options: Options) -> list[str]:
    """A note, where more of the columns belong to another ledger to which the sender may send lists."""
    others = [each for each in TARGETS.values() if each.permission and may(options.by, each.permission)]
    known = {each.name: len(set(each.shape.match(table.header)) - {None}) for each in (to, *others)}
    best = max(others, key=lambda each: known[each.name], default=to)
    if known[best.name] < known[to.name] + 2:
        return []
    text = _("More of its columns are those of %(ledger)s: was the list meant for these?")
    return [str(text) % {"ledger": best.title}]


def settle(table: Table, verdicts: list[Verdict]) -> None:
    """Let what was found in the cells win over what the ledger says: errors, then reviews; remarks are added."""
    for index, found in table.findings.items():
        verdict = verdicts[index]
        for kind in (ERROR, REVIEW):
            worst = [finding for finding in found if finding.kind == kind]
            if worst:
                verdict.verdict, verdict.column = kind, worst[0].column
                rest = [f"{each.column}: {each.reason}" for each in worst[1:]]
                rest += [each.reason for each in found if each.kind == REMARK and each.column == worst[0].column]
                verdict.reason = "; ".join(dict.fromkeys([worst[0].reason, *rest]))
                verdict.changes = {}
                break
        else:
            if verdict.verdict not in (ERROR, REVIEW):
                verdict.column = verdict.column or found[0].column
                verdict.reason = "; ".join(filter(None, (verdict.reason, *(finding.reason for finding in found))))


def sound(table: Table) -> list[int]:
    """The indexes of the rows in which nothing is wrong or doubtful so far."""
    bad = {index for index, found in table.findings.items() if any(finding.kind for finding in found)}
    return [index for index in range(len(table.numbers)) if index not in bad]
