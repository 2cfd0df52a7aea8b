"""A laboratory's batches: a file is judged row by row before anything is written; what is held waits for two people."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from muster.kernel import clock
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.logins import acting
from muster.kernel.posts.permissions import may
from muster.kernel.posts.roles import LABORATORY
from muster.ledger.imports.reading.errors import Unreadable
from muster.ledger.imports.reading.shapes import shapes
from muster.ledger.imports.reading.sheets import open_source
from muster.ledger.imports.reading.table import Wishes, lines, open_table
from muster.ledger.paging import paged
from muster.web.answering import answer, row_of
from muster.web.page import page
from muster.web.values import number

from .. import actions, queries
from ..actions.tubes import MOST_ROWS
from ..judging import COLUMNS, HELD, NEW, REJECTED, UNCHANGED, Judged, digest_of, judge
from ..models import Batch, Box, Tube
from ..models.results import RESULT_NAMES, WAYS

MOST_BYTES = 5_000_000
VERDICTS = {NEW: ("new", "ok"), UNCHANGED: ("unchanged", "off"), HELD: ("held", "warn"), REJECTED: ("rejected", "late")}


def _own(post: Any) -> Q:
    if post.role == LABORATORY:
        return Q(laboratory_id=post.organisation_id)
    return Q(area__gte=post.lo, area__lt=post.hi)


@page("screening/batches/", name="screening:batches", needs="screening.see_batches")
def batches(request: HttpRequest) -> HttpResponse:
    """What laboratories have sent about tubes, the last first; what waits for a second person is marked."""
    rows = Batch.objects.filter(_own(request.post_held))
    found = paged(request, rows, "-sent_at", "-id", size=50)
    names = queries.laboratory_names(row.laboratory_id for row in found.rows)
    context = {
        "page": found,
        "rows": [(row, WAYS[row.way], names.get(row.laboratory_id, "")) for row in found.rows],
        "own": request.post_held.role == LABORATORY,
        "may_send": may(request.post_held, "screening.load_tubes"),
    }
    return render(request, "screening/batches.html", context)


@page("screening/batches/<uuid:batch>/", name="screening:batch", needs="screening.see_batches")
def batch(request: HttpRequest, batch: UUID) -> HttpResponse:
    """One batch: what was stated, what became of it, and what waits."""
    return _batch(request, row_of(Batch.objects.filter(_own(request.post_held)), batch))


def _batch(request: HttpRequest, row: Batch, errors: dict[str, Any] | None = None) -> HttpResponse:
    held = list(Tube.objects.filter(claimed_in=row.id).order_by("code")[:MOST_ROWS])
    boxes = list(Box.objects.filter(pk__in=row.boxes).order_by("code"))
    left = queries.left_in(row.boxes, MOST_ROWS)
    context = {
        "batch": row,
        "way": WAYS[row.way],
        "held": held,
        "boxes": [(box, left.get(box.pk, [])) for box in boxes],
        "rows": row.new + row.unchanged + row.held + row.rejected,
        "may_confirm": may(request.post_held, "screening.confirm_batch")
        and row.first_user != request.post_held.user_id,
        "first": row.first_user is None,
        "errors": errors,
    }
    return render(request, "screening/batch.html", context, status=422 if errors else 200)


@page(
    "screening/batches/<uuid:batch>/confirm/", name="screening:confirm_batch", needs="screening.confirm_batch",
    methods=("POST",),
)  # fmt: skip
def confirm_batch(request: HttpRequest, batch: UUID) -> HttpResponse:
    """A person of the laboratory decides about all that a batch holds back."""
    row = row_of(Batch.objects.filter(_own(request.post_held)), batch)
    agree = request.POST.get("agree") == "yes"
    return answer(
        lambda: actions.confirm_batch(by=request.post_held, batch=row, agree=agree, op=request.op),
        reverse("screening:batch", args=[batch]),
        lambda errors: _batch(request, row, errors),
    )


@page("screening/batches/new/", name="screening:tubes_file", needs="screening.load_tubes", methods=("GET", "POST"))
def tubes_file(request: HttpRequest) -> HttpResponse:
    """A file of results by tube: sent, it is shown with a verdict for each row, and nothing is written yet."""
    if request.method != "POST":
        return _form(request)
    try:
        rows, numbers, unknown = _rows_of(request)
        stated = _stated(request.POST)
        with acting():
            judged = judge(rows, request.post_held.organisation_id, clock.now(), stated, "", lock=False)
            boxes = queries.box_states({line.tube.box_id for line in judged.lines if line.tube and line.tube.box_id})
    except Invalid as no:
        return _form(request, {no.field: no.message})
    return _preview(request, judged, rows, numbers, stated, {"unknown": unknown, "boxes": boxes})


def _form(request: HttpRequest, errors: dict[str, Any] | None = None) -> HttpResponse:
    context = {"errors": errors, "values": request.POST, "most": MOST_ROWS}
    return render(request, "screening/tubes_file.html", context, status=422 if errors else 200)


def _rows_of(request: HttpRequest) -> tuple[list[dict[str, str]], list[int], list[str]]:
    """The rows of the file or of what was pasted, the numbers beside them, and headers left aside. Raises Invalid."""
    file, pasted = request.FILES.get("file"), request.POST.get("rows", "")
    if file is None and not pasted.strip():
        raise Invalid("file", _("Choose a file, or paste rows."))
    if file is not None and (file.size or 0) > MOST_BYTES:
        raise Invalid("file", _("The file is too large: send it in parts."))
    name, content = (file.name or "", file.read()) if file is not None else ("pasted.csv", pasted.encode())
    try:
        table = open_table(open_source(name, content), shapes()["tubes"], Wishes(), clock.today())
    except Unreadable as no:
        raise Invalid("file", str(no)) from None
    found = lines(table, range(len(table.numbers)))
    if not 0 < len(found) <= MOST_ROWS:
        raise Invalid("file", _("At most %(most)s rows at a time, and at least one.") % {"most": MOST_ROWS})
    return (
        [{name: row.get(name, "") for name in COLUMNS} for _number, row in found],
        [n for n, _row in found],
        table.unknown,
    )


def _stated(form: Mapping[str, str]) -> dict[str, int]:
    """What the sender counted on the instrument. Raises Invalid."""
    said = {}
    for name in ("tubes", "found", "invalid"):
        many = number(form.get(name, ""))
        if many is None:
            raise Invalid(name, _("Enter a number."))
        said[name] = many
    if (negative := said["tubes"] - said["found"] - said["invalid"]) < 0:
        raise Invalid("tubes", _("There are fewer tubes than were found suspect or invalid."))
    return said | {"negative": negative}


def _preview(
    request: HttpRequest, judged: Judged, rows: Sequence[Any], numbers: list[int], stated: Any, more: dict[str, Any]
) -> HttpResponse:
    order = {REJECTED: 0, HELD: 1, NEW: 2, UNCHANGED: 3}
    shown = sorted(zip(numbers, judged.lines, strict=True), key=lambda each: (order[each[1].verdict], each[0]))
    context = {
        "counts": [(verdict, VERDICTS[verdict][1], many) for verdict, many in judged.counts.items()],
        "writes": judged.counts[NEW] + judged.counts[HELD],
        "lines": [(n, line, RESULT_NAMES.get(line.result, ""), VERDICTS[line.verdict][1]) for n, line in shown],
        "odd": judged.why_text if judged.odd else "",
        "rows": json.dumps(rows, ensure_ascii=False),
        "stated": stated,
        "digest": digest_of(rows),
        **more,
    }
    return render(request, "screening/tubes_preview.html", context)


@page("screening/batches/take/", name="screening:take_tubes", needs="screening.load_tubes", methods=("POST",))
def take_tubes(request: HttpRequest) -> HttpResponse:
    """Take what the preview showed: judged once more, and written."""
    form = request.POST

    def take() -> Any:
        try:
            rows = [{name: str(row[name]) for name in COLUMNS} for row in json.loads(form.get("rows", ""))]
        except (ValueError, TypeError, KeyError):
            raise Invalid("file", _("Choose a file, or paste rows.")) from None
        return actions.load_tubes(
            by=request.post_held,
            rows=rows,
            stated=_stated(form),
            digest=form.get("digest", "-"),
            way="file",
            op=request.op,
        )

    return answer(
        take, lambda done: reverse("screening:batch", args=[done["batch"]]), lambda errors: _form(request, errors)
    )
