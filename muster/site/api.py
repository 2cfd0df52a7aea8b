"""The JSON API: what machines send. Described by /api/v1/openapi.json.

A machine shows its key as `Authorization: Bearer <key>`, and gives each request an `Idempotency-Key` (a UUID): the same
key has one effect and the same answer, with another payload it is refused (409).
"""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import connection as web_connection
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Body, Header, NinjaAPI, Schema, Status
from pydantic import ConfigDict, Field

from muster.domains.screening.actions import Report, load_results
from muster.domains.screening.models.results import HELD_WHY
from muster.domains.screening.rules import CORRECTION_REASONS
from muster.kernel import clock
from muster.kernel.operations.errors import Invalid, OpConflict, Refused
from muster.web.page import add_route

from . import away, scans_api, tubes_api
from .fhir import api as fhir_api
from .machines import MOST_ROWS, RESULTS, Cell, KeyOfMachine, operation_of

logger = logging.getLogger("muster.api")


class ResultIn(Schema):
    """One result; `sampled_at` without an offset is local to the site. Cells are read as those of a file are."""

    model_config = ConfigDict(extra="forbid")

    ref: Cell = Field(None, description="the laboratory's own reference of the result")
    person: Cell = Field(None, description="reference of the person, as the installation knows it")
    disease: Cell = Field(None, description="covid19, measles, mers, … as the plans name it")
    sampled_at: Cell = Field(None, description="ISO 8601")
    result: Cell = Field(None, description="negative, positive, pool_suspect, invalid or untested")
    ct_orf: Cell = Field(None, description="cycles; null where not found")
    ct_n: Cell = Field(None, description="cycles; null where not found")
    laboratory: Cell = Field(None, description="the laboratory's reference; may be left out, the key says it")
    corrects: Cell = Field(
        None, description="reference of the earlier result that this one supersedes; with another outcome it is held"
    )
    reason: Cell = Field(
        None, description=f"why it is corrected, for the second person: {', '.join(CORRECTION_REASONS)}"
    )
    remark: Cell = Field(None, description="the same in words; needed for `other`; no numbers of persons")


class Verdict(Schema):
    """What became of one row, counted from 1: `new`, `unchanged`, `held` (for two persons; the earlier result stays in
    force) or `rejected`, then with column and reason."""

    row: int
    ref: str
    verdict: str
    field: str = ""
    reason: str = ""


class Answer(Schema):
    """Counts, and a verdict for every row in the order in which they were sent."""

    new: int
    unchanged: int
    held: int
    rejected: int
    verdicts: list[Verdict]


class Problem(Schema):
    """Why a request was refused as a whole."""

    detail: str


api = NinjaAPI(title="Muster", version="1", urls_namespace="api", docs_url=None, description=__doc__)
_REFUSALS = {400: Problem, 401: Problem, 403: Problem, 409: Problem, 413: Problem}


@api.post(
    "results",
    auth=KeyOfMachine(),
    response={200: Answer, 207: Answer, 422: Answer, **_REFUSALS},
    summary="Send results of the key's laboratory: one, or up to 500",
)
def send_results(
    request: HttpRequest,
    rows: list[ResultIn] | ResultIn = Body(...),
    idempotency_key: str = Header("", alias="Idempotency-Key"),
) -> Status:
    """200: every row is taken. 207: some are held or rejected. 422: none is taken."""
    try:
        op = operation_of(idempotency_key)
    except Invalid as no:
        return Status(400, {"detail": str(no.message)})
    sent = [row.model_dump() for row in (rows if isinstance(rows, list) else [rows])]
    if len(sent) > MOST_ROWS:
        return Status(413, {"detail": _("At most %(most)s results at a time.") % {"most": MOST_ROWS}})
    report = load_results(by=request.auth, rows=list(enumerate(sent, start=1)), op=op)  # type: ignore[attr-defined]
    answer = _answer(sent, report)
    whole = not answer["rejected"] + answer["held"]
    return Status(200 if whole else 207 if report["taken"] else 422, answer)


@api.get("health", response={200: dict[str, str]}, summary="Whether the process answers and reaches its database")
def health(request: HttpRequest) -> dict[str, str]:
    """For monitors."""
    web_connection.ensure_connection()
    return {"status": "ok", "time": clock.now().astimezone(clock.zone()).isoformat()}


def _answer(sent: list[dict[str, Any]], report: Report) -> dict[str, Any]:
    verdicts = {number: {"row": number, "ref": ref, "verdict": verdict} for number, ref, verdict in report["taken"]}
    for each in verdicts.values():
        if each["verdict"] == "held":
            each |= {"field": "result", "reason": str(HELD_WHY["correction"])}
    for no in report["rejected"]:
        ref = str(sent[no["row"] - 1]["ref"] or "")
        verdicts[no["row"]] = {**no, "ref": ref, "verdict": "rejected"}
    return {
        "new": report["new"],
        "unchanged": report["unchanged"],
        "held": report["held"],
        "rejected": len(report["rejected"]),
        "verdicts": [verdicts[number] for number in sorted(verdicts)],
    }


_STATUS = {
    Refused: (403, gettext_lazy("The post of this key may not do this.")),
    OpConflict: (409, gettext_lazy("This Idempotency-Key was used before with another payload.")),
    Invalid: (400, gettext_lazy("A value cannot be accepted.")),
    RequestDataTooBig: (413, gettext_lazy("This is too large: send it in parts.")),
}


def _say_no(request: HttpRequest, no: Exception) -> HttpResponse:
    status, detail = _STATUS[type(no)]
    return api.create_response(request, {"detail": str(detail)}, status=status)


def _broken(request: HttpRequest, error: Exception) -> HttpResponse:
    """An error of ours, or the database is away: the same request may be sent again."""
    if away.is_away(error):
        return away.answer(request)
    logger.error("%s in the API", type(error).__name__, exc_info=error)
    return api.create_response(request, {"detail": _("Something broke on our side; send it again.")}, status=500)


for _kind in _STATUS:
    api.add_exception_handler(_kind, _say_no)  # type: ignore[arg-type]
api.add_exception_handler(Exception, _broken)  # type: ignore[arg-type]

api.add_router("", tubes_api.router)
api.add_router("", fhir_api.router)
api.add_router("", scans_api.router)
# Of each operation: the name of its route and its method; those without a key are public.
_SENDS = {"send_results": "results", "send_tubes": "tubes", "take_bundle": "fhir"}
_READS = {"waiting": "waiting"}
_patterns: Any = api.urls[0]
for _pattern in _patterns:  # the description, the root (404: no page describes it), and what is defined above
    _name = _SENDS.get(_pattern.name) or _READS.get(_pattern.name)
    add_route(
        f"api/v1/{_pattern.pattern}",
        _pattern.callback,
        name=f"api:{_name or _pattern.name}",
        needs=RESULTS if _name else "",
        methods=("POST",) if _pattern.name in (*_SENDS, "send_scans") else ("GET",),
        public=not _name,
    )
