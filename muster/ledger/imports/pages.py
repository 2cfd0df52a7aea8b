"""Pages of imports: send a list, see what would become of every row, correct, take in, fetch what was refused, undo."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from muster.kernel import plans
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.access import log_access
from muster.kernel.posts.logins import acting
from muster.kernel.posts.permissions import may
from muster.web.page import admit, page

from ..limits import limit
from ..pages.lists import BUTTONS
from ..paging import paged
from . import actions, jobs, rejected, words
from .drafts import CHANGED, DUPLICATE, ERROR, NEW, REVIEW, TARGETS, VERDICTS, Target
from .models import DONE, READY, UNREADABLE, Import
from .reading.errors import Unreadable

_BOTH = ("GET", "POST")
ORDERS = [("", _("as the columns say themselves")), ("dmy", _("day, month, year")), ("mdy", _("month, day, year"))]
SIZE = 50


def _button(ledger: Any, post: Any) -> dict[str, Any] | None:
    """The way from a ledger's page to its imports."""
    target = TARGETS.get(ledger.name.rpartition(".")[2])
    if target is None or not target.permission or not may(post, target.permission) or post.organisation_id:
        return None
    return {"url": reverse("imports:new", args=[target.name]), "title": _("Import a list"), "icon": "box-arrow-in-down"}


BUTTONS.append(_button)


def _target(request: HttpRequest, name: str) -> Target:
    """The ledger of an address, for who may send lists to it. Raises Http404, Refused."""
    target = TARGETS.get(name)
    if target is None or not target.permission:
        raise Http404
    admit(request.post_held, target.permission)
    return target


def _sent(request: HttpRequest, pk: UUID) -> tuple[Import, Target]:
    row = Import.objects.filter(pk=pk).first()
    if row is None:
        raise Http404
    return row, _target(request, row.ledger)


def _to(row: Import) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("imports:one", args=[row.pk]), status=303)


@page("imports/", name="imports:list", needs="imports.see_imports")
def imports(request: HttpRequest) -> HttpResponse:
    """The lists that were sent in the post's area, the last one first."""
    mine = [target for target in TARGETS.values() if target.permission and may(request.post_held, target.permission)]
    rows = Import.objects.filter(ledger__in=[target.name for target in mine])
    found = paged(request, rows, "-sent_at", "-id")
    context = {"page": found, "rows": [(row, TARGETS[row.ledger].title) for row in found.rows], "targets": mine}
    return render(request, "imports/list.html", context)


@page("imports/new/<str:ledger>/", name="imports:new", needs="imports.send", methods=_BOTH)
def new(request: HttpRequest, ledger: str) -> HttpResponse:
    """Send a file, or paste rows; nothing is written before the preview."""
    target = _target(request, ledger)
    errors: dict[str, Any] = {}
    if request.method == "POST":
        try:
            name, content = _given(request)
            row = actions.send(
                by=request.post_held, ledger=ledger, name=name, content=content, op=request.op,
                sender=request.POST.get("sender", ""), language=get_language() or "zh-hans",
            )  # fmt: skip
            return _to(row)
        except Invalid as no:
            errors = {no.field: no.message}
    columns = [words.title(name) for name in target.shape.known if name not in words.PARTS]
    context = {"target": target, "columns": columns, "most": limit("import.megabytes"), "errors": errors}
    return render(request, "imports/new.html", context | {"values": request.POST}, status=422 if errors else 200)


def _given(request: HttpRequest) -> tuple[str, bytes]:
    """Name and bytes of what was sent. Raises Invalid."""
    file, text = request.FILES.get("file"), request.POST.get("rows", "")
    if file is not None:
        if (file.size or 0) > limit("import.megabytes") * 1_000_000:
            raise Invalid("file", _("The file is too large: send it in parts."))
        return file.name or "", file.read()
    if not text.strip():
        raise Invalid("file", _("Choose a file, or paste rows."))
    return str(_("pasted rows")), text.encode()


@page("imports/<uuid:sent>/", name="imports:one", needs="imports.see_imports")
def one(request: HttpRequest, sent: UUID) -> HttpResponse:
    """A list: being read, its preview, being taken in, or what became of it; `?verdict=` shows those rows only."""
    row, target = _sent(request, sent)
    return _shown(request, row, target)


def _shown(request: HttpRequest, row: Import, target: Target, errors: dict[str, Any] | None = None) -> HttpResponse:
    verdict = request.GET.get("verdict") if request.GET.get("verdict") in VERDICTS else ""
    rows = row.rows.filter(verdict=verdict) if verdict else row.rows.all()
    found = paged(request, rows, "number", "id", size=SIZE)
    totals = [(name, words.VERDICTS[name], words.TONES[name], row.totals.get(name, 0)) for name in VERDICTS]
    context = {
        "sent": row,
        "target": target,
        "page": found,
        "verdict": verdict,
        "totals": [each for each in totals if each[3] or each[0] in (NEW, CHANGED)],
        "all": sum(count for *_names, count in totals),
        "writes": sum(row.totals.get(name, 0) for name in (NEW, CHANGED, DUPLICATE)),
        "refused": row.totals.get(ERROR, 0) + row.totals.get(REVIEW, 0) + row.taken.get("refused", 0),
        "rows": [words.shown(each) for each in found.rows],
        "may_correct": row.state in (READY, UNREADABLE) and may(request.post_held, "imports.correct"),
        "may_undo": row.state == DONE and not row.forgotten,
        "choices": _choices(row, target),
        "aside": [each["header"] for each in row.mapping if not each["column"]] if row.totals else [],
        "errors": errors or {},
        "values": row.wishes,
    }
    return render(request, "imports/one.html", context, status=422 if errors else 200)


def _choices(row: Import, target: Target) -> dict[str, Any]:
    """What the form of corrections offers."""
    known = [(name, words.title(name)) for name in target.shape.known]
    missing = [name for name in target.shape.columns if name not in {each["column"] for each in row.mapping}]
    return {
        "columns": [("", _("left aside")), *known],
        "orders": ORDERS,
        "sheets": [("", _("the one that fits best")), *((name, name) for name in row.sheets)],
        "plans": [("", _("in force on the day"))] + [(p.edition, p.edition) for p in plans.editions()],
        "fixed": [(name, words.title(name), row.wishes.get("fixed", {}).get(name, "")) for name in missing],
    }


@page("imports/<uuid:sent>/correct/", name="imports:correct", needs="imports.correct", methods=("POST",))
def correct(request: HttpRequest, sent: UUID) -> HttpResponse:
    """Read the list again, as the form says what its columns mean."""
    row, target = _sent(request, sent)
    said = request.POST
    headers = dict(row.wishes.get("headers", {}))
    for at, each in enumerate(row.mapping):
        given = said.get(f"column-{at}")
        if given is not None and given != (each["column"] or "") and (not given or given in target.shape.known):
            headers[each["header"]] = given
    fixed = {name: text for name in target.shape.known if (text := said.get(f"fixed-{name}", "").strip())}
    wishes = {"headers": headers, "fixed": fixed, "sheet": said.get("sheet", "").strip()}
    wishes["order"] = said["order"] if said.get("order") in ("dmy", "mdy") else ""
    wishes["plan"] = said.get("plan", "") if said.get("plan") in {plan.edition for plan in plans.editions()} else ""
    by = request.post_held
    return _do(request, row, target, lambda: actions.correct(by=by, sent=row, wishes=wishes, op=request.op))


@page("imports/<uuid:sent>/commit/", name="imports:commit", needs="imports.commit", methods=("POST",))
def commit(request: HttpRequest, sent: UUID) -> HttpResponse:
    """Take the list in."""
    row, target = _sent(request, sent)
    return _do(request, row, target, lambda: actions.commit(by=request.post_held, sent=row, op=request.op))


@page("imports/<uuid:sent>/drop/", name="imports:drop", needs="imports.drop", methods=("POST",))
def drop(request: HttpRequest, sent: UUID) -> HttpResponse:
    """Throw the list away; nothing of it was written."""
    row, target = _sent(request, sent)
    return _do(request, row, target, lambda: actions.drop(by=request.post_held, sent=row, op=request.op))


@page("imports/<uuid:sent>/undo/", name="imports:undo", needs="imports.undo", methods=("POST",))
def undo(request: HttpRequest, sent: UUID) -> HttpResponse:
    """Take back everything that the list wrote."""
    row, target = _sent(request, sent)
    return _do(request, row, target, lambda: actions.undo(by=request.post_held, sent=row, op=request.op))


def _do(request: HttpRequest, row: Import, target: Target, act: Any) -> HttpResponse:
    try:
        return _to(act())
    except Invalid as no:
        return _shown(request, row, target, {no.field: no.message})


@page("imports/<uuid:sent>/rejected/", name="imports:rejected", needs="imports.see_imports")
def refused(request: HttpRequest, sent: UUID) -> HttpResponse:
    """The rows that were not taken, in the sender's own layout, with the reasons; who fetches is logged."""
    row, _target_ = _sent(request, sent)
    if row.forgotten or row.at_work or not row.totals:
        raise Http404
    log_access(by=request.post_held, event="exported", field=f"import of {row.ledger}", area=row.area)
    with acting():
        try:
            judged = jobs.judge(row)[0]
        except Unreadable as no:
            raise Invalid("file", str(no)) from None
        reasons = {each.number: each for each in row.rows.filter(verdict__in=(ERROR, REVIEW))}
    for verdict in judged.verdicts:
        kept = reasons.get(verdict.row)
        verdict.verdict = kept.verdict if kept else NEW
        verdict.column, verdict.reason = (kept.column, kept.reason) if kept else ("", "")
    response = HttpResponse(rejected.workbook(judged), content_type=rejected.XLSX)
    name = f"{row.name.rpartition('.')[0] or row.name} {_('rejected')}.xlsx"
    response["Content-Disposition"] = f"attachment; filename=\"rejected.xlsx\"; filename*=UTF-8''{quote(name)}"
    return response
