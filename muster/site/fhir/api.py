"""POST /api/v1/fhir: a message, batch or transaction of results. GET /api/v1/fhir/metadata: what is understood."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from ninja import Router

from muster.domains.screening.actions import load_results, load_tubes
from muster.domains.screening.models.results import HELD_WHY
from muster.kernel import clock
from muster.kernel.operations.errors import Invalid, OpConflict
from muster.kernel.posts.logins import ACT, acting

from ..machines import MOST_ROWS, KeyOfMachine
from .outcomes import Fault, Said, bundle, issue, outcome
from .reading import KINDS, Finding, Message, codes, read

router = Router()
TYPE = "application/fhir+json"
# Where a column of ours stands in an Observation.
ELEMENTS = {
    "tube": "specimen", "ref": "identifier", "person": "subject", "sampled_at": "effectiveDateTime",
    "result": "valueCodeableConcept", "ct_orf": "component", "ct_n": "component", "disease": "code",
    "reason": "extension", "remark": "note",
}  # fmt: skip


class _Undone(Exception):
    """A transaction of which one entry cannot be taken: nothing of it is written."""


@router.post("fhir", auth=KeyOfMachine(), summary="Send a FHIR R4 Bundle of results (application/fhir+json)")
def take_bundle(request: HttpRequest) -> JsonResponse:
    """200: a Bundle with an OperationOutcome for each entry. 4xx: an OperationOutcome; nothing was taken."""
    post: Any = request.auth  # type: ignore[attr-defined]
    try:
        message = read(_parsed(request.body))
        op = _operation(request, message, post)
        if len(message.findings) > MOST_ROWS:
            raise Fault("too-long", "Bundle.entry", _("At most %(most)s results at a time.") % {"most": MOST_ROWS})
        said = _take(message, post, op)
    except Fault as no:
        return _answer(outcome([no.issue()]), 400)
    except OpConflict:
        text = _("A message with this identifier was sent before, with another content.")
        return _answer(outcome([issue("error", "duplicate", text, "Bundle.identifier")]), 409)
    except Invalid as no:
        return _answer(outcome([issue("error", "business-rule", no.message)]), 422)
    except _Undone as undone:
        return _answer(outcome(undone.args[0]), 422)
    return _answer(bundle(KINDS[message.kind], said), 200)


def _parsed(body: bytes) -> Any:
    def no_constant(name: str) -> None:
        raise ValueError(name)

    try:
        return json.loads(body.decode("utf-8"), parse_constant=no_constant)
    except (ValueError, RecursionError):
        raise Fault("structure", "Bundle", _("This is no JSON in UTF-8.")) from None


def _operation(request: HttpRequest, message: Message, post: Any) -> UUID:
    """The operation of a message: from the header, else from what names the message itself. Raises Fault."""
    given = request.headers.get("Idempotency-Key", "")
    try:
        return UUID(given) if given else uuid5(post.id, _named(message))
    except ValueError:
        raise Fault("value", "Bundle.identifier", _("The header Idempotency-Key is a UUID.")) from None


def _named(message: Message) -> str:
    if not message.key:
        text = _("The message needs an identifier, so that it counts once however often it is sent.")
        raise Fault("required", "Bundle.identifier", text)
    return message.key


def _take(message: Message, post: Any, op: UUID) -> list[Said]:
    """Write what can be taken, all at once. Raises _Undone for a transaction with any fault, and what actions do."""
    said = {n: Said("422", [no.issue()]) for n, no in message.faults.items()}
    with acting(), transaction.atomic(using=ACT):
        for finding, verdict in [*_tubes(message, post, op), *_persons(message, post, op)]:
            for n in finding.entries:
                said[n] = verdict
        wrong = [each for n in sorted(said) for each in said[n].issues if each["severity"] == "error"]
        if message.kind == "transaction" and wrong:
            raise _Undone(wrong)
    nothing = Said("200", [issue("information", "informational", _("Not used here."))])
    used = Said("200", [issue("information", "informational", _("Read together with what refers to it."))])
    return [said.get(n, nothing if n in message.passed else used) for n in range(message.size)]


def _tubes(message: Message, post: Any, op: UUID) -> list[tuple[Finding, Said]]:
    found = [finding for finding in message.findings if finding.kind == "tube"]
    if not found:
        return []
    done = load_tubes(by=post, rows=[finding.row for finding in found], way="fhir", op=op)
    return [
        (finding, _said(finding, verdict, column, reason))
        for finding, (_row, _tube, verdict, column, reason) in zip(found, done["verdicts"], strict=True)
    ]


def _persons(message: Message, post: Any, op: UUID) -> list[tuple[Finding, Said]]:
    found = [finding for finding in message.findings if finding.kind == "person"]
    if not found:
        return []
    rows = [(n, finding.row) for n, finding in enumerate(found)]
    report = load_results(by=post, rows=rows, op=uuid5(op, "persons"))
    held = str(HELD_WHY["correction"])
    said = {number: (verdict, "", held if verdict == "held" else "") for number, _ref, verdict in report["taken"]}
    said |= {no["row"]: ("rejected", no["field"], no["reason"]) for no in report["rejected"]}
    return [(finding, _said(finding, *said[n])) for n, finding in enumerate(found)]


def _said(finding: Finding, verdict: str, column: str, reason: str) -> Said:
    path = f"Bundle.entry[{finding.entry}].resource"
    if verdict == "new":
        return Said("201", [issue("information", "informational", _("Taken."))])
    if verdict == "unchanged":
        return Said("200", [issue("information", "duplicate", _("Known already; nothing changed."))])
    if verdict == "held":
        text = _("Held for a second person: %(why)s") % {"why": reason}
        return Said("202", [issue("warning", "business-rule", text, path)])
    element = ELEMENTS.get(column, "")
    code = "not-found" if column in ("tube", "person") else "business-rule"
    return Said("422", [issue("error", code, reason, f"{path}.{element}" if element else path)])


def _answer(document: dict[str, Any], status: int) -> JsonResponse:
    return JsonResponse(document, status=status, content_type=TYPE, json_dumps_params={"ensure_ascii": False})


@router.get("fhir/metadata", summary="CapabilityStatement: what of FHIR R4 is understood")
def metadata(request: HttpRequest) -> JsonResponse:
    """Public: it says nothing about anybody."""
    system = {"http://loinc.org": "LOINC", "http://snomed.info/sct": "SNOMED CT"}
    known = "; ".join(
        f"{system[name]} {meaning}: {', '.join(table)}"
        for name, meanings in codes().items()
        for meaning, table in meanings.items()
    )
    statement = {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": clock.today().isoformat(),
        "kind": "instance",
        "fhirVersion": "4.0.1",
        "format": ["json"],
        "implementation": {"description": "Muster: results of laboratories, by tube or by person"},
        "rest": [
            {
                "mode": "server",
                "documentation": f"POST a Bundle (message, batch, transaction) to this base. {known}",
                "security": {"description": "Authorization: Bearer <key of the laboratory>"},
                "interaction": [{"code": "batch"}, {"code": "transaction"}],
            }
        ],
    }
    return _answer(statement, 200)
