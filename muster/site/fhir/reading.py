"""A Bundle, read: which tubes and persons its observations are about and what they say. Only what is used is read.

Read are Bundle, Observation (the result; Ct values as components, or as observations of the same specimen), Specimen
(its identifier is the tube's code), and of DiagnosticReport that it is final. MessageHeader, Patient, Organization and
the like are passed over, and the answer says so. An element that changes the meaning (`modifierExtension`,
`implicitRules`) is refused.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from .outcomes import Fault

KINDS = {"message": "message", "transaction": "transaction-response", "batch": "batch-response"}
CORRECTED = ("corrected", "amended")
FINAL = ("final", *CORRECTED)
REASON_URL = "urn:muster:correction-reason"  # an extension with a valueCode: the reasons of `screening.rules`
MOST_ENTRIES = 2_000
LONGEST = 200


@dataclass
class Finding:
    """What the entries about one sample say: `rows` are for the actions; `entries` those that are answered with it."""

    entry: int
    kind: str  # "tube" or "person"
    row: dict[str, Any]
    entries: list[int] = field(default_factory=list)


@dataclass
class Message:
    """A Bundle as read. `faults` and `passed` are by the number of the entry."""

    kind: str
    size: int
    key: str
    findings: list[Finding] = field(default_factory=list)
    faults: dict[int, Fault] = field(default_factory=dict)
    passed: set[int] = field(default_factory=set)


@cache
def codes() -> dict[str, dict[str, dict[str, str]]]:
    """By system, what its codes mean: presence (disease), cycles (column), answers (result)."""
    found: dict[str, Any] = tomllib.loads((Path(__file__).parent / "codes.toml").read_text(encoding="utf-8"))
    return found


def read(document: Any) -> Message:
    """Read a Bundle. Raises Fault for what is none, or of another type; entries have faults of their own."""
    bundle = _object(document, "Bundle")
    if bundle.get("resourceType") != "Bundle":
        raise Fault("structure", "Bundle", _("A Bundle is needed."))
    kind = bundle.get("type")
    if not isinstance(kind, str) or kind not in KINDS:
        raise Fault("value", "Bundle.type", _("The type is one of: %(words)s") % {"words": ", ".join(KINDS)})
    _unmodified(bundle, "Bundle")
    entries = _list(bundle.get("entry"), "Bundle.entry")
    if not 0 < len(entries) <= MOST_ENTRIES:
        text = _("From 1 to %(most)s entries are taken at a time.") % {"most": MOST_ENTRIES}
        raise Fault("too-long" if entries else "required", "Bundle.entry", text)
    resources = [_resource(entry, f"Bundle.entry[{n}]") for n, entry in enumerate(entries)]
    message = Message(kind, len(entries), _key(bundle, resources))
    specimens = _specimens(entries, resources)
    cycles: list[tuple[int, str, str, float]] = []
    for n, resource in enumerate(resources):
        try:
            _entry(n, resource, specimens, message, cycles)
        except Fault as no:
            message.faults[n] = no
    _merge(message, cycles)
    return message


def _entry(n: int, resource: dict[str, Any], specimens: Any, message: Message, cycles: list[Any]) -> None:
    path, kind = f"Bundle.entry[{n}].resource", resource.get("resourceType")
    _unmodified(resource, path)
    if kind == "Specimen":
        _tube(resource, path)
    elif kind == "DiagnosticReport":
        _final(resource, path)
        message.passed.add(n)
    elif kind != "Observation":
        message.passed.add(n)
    else:
        _final(resource, path)
        system, code = _coded(resource.get("code"), f"{path}.code", ("presence", "cycles"))
        about = _about(resource, path, specimens)
        if code in codes()[system].get("cycles", {}):
            value = _number(resource.get("valueQuantity"), f"{path}.valueQuantity")
            cycles.append((n, about.get("tube", ""), codes()[system]["cycles"][code], value))
            return
        row = about | {"result": _answer(resource, path), **_components(resource, path)}
        if "tube" in about:
            message.findings.append(Finding(n, "tube", row, [n]))
        else:
            row |= {"disease": codes()[system]["presence"][code]} | _of_person(resource, path)
            if resource["status"] in CORRECTED:
                row |= {"corrects": row["ref"], **_reason(resource, path)}
            message.findings.append(Finding(n, "person", row, [n]))


def _merge(message: Message, cycles: list[tuple[int, str, str, float]]) -> None:
    """Ct values that came as observations of their own go to the result of the same tube."""
    tubes = {finding.row["tube"]: finding for finding in message.findings if finding.kind == "tube"}
    for n, tube, column, value in cycles:
        finding = tubes.get(tube)
        path = f"Bundle.entry[{n}].resource.specimen"
        if finding is None:
            message.faults[n] = Fault("not-found", path, _("There is no result of this specimen in the message."))
        elif finding.row.get(column) not in (None, value):
            message.faults[n] = Fault("duplicate", path, _("This specimen has two different Ct values of one gene."))
        else:
            finding.row[column] = value
            finding.entries.append(n)


# -- parts


def _about(resource: dict[str, Any], path: str, specimens: dict[str, tuple[dict[str, Any], str]]) -> dict[str, str]:
    """The tube, by the specimen; without a specimen nothing: then it is about the person."""
    if "specimen" not in resource:
        return {}
    where = f"{path}.specimen"
    named = _object(resource["specimen"], where)
    if "identifier" in named:
        return {
            "tube": _text(_object(named["identifier"], f"{where}.identifier").get("value"), f"{where}.identifier.value")
        }
    reference = _text(named.get("reference"), f"{where}.reference")
    for contained in _list(resource.get("contained", []), f"{path}.contained"):
        if reference == f"#{_object(contained, f'{path}.contained').get('id')}":
            return {"tube": _tube(contained, f"{path}.contained")}
    found = specimens.get(reference)
    if found is None:
        raise Fault("not-found", f"{where}.reference", _("There is no such Specimen in the message."))
    return {"tube": _tube(*found)}


def _tube(specimen: dict[str, Any], path: str) -> str:
    """The code on the tube: the specimen's only identifier, or its accession identifier."""
    found = [specimen["accessionIdentifier"]] if "accessionIdentifier" in specimen else []
    found = found or _list(specimen.get("identifier", []), f"{path}.identifier")
    if len(found) != 1:
        raise Fault("required", f"{path}.identifier", _("One identifier is needed: the code on the tube."))
    return _text(_object(found[0], f"{path}.identifier[0]").get("value"), f"{path}.identifier[0].value")


def _of_person(resource: dict[str, Any], path: str) -> dict[str, str]:
    """Of a result without a tube: the laboratory's reference, the person's, and when the sample was taken."""
    where = f"{path}.identifier"
    own = _list(resource.get("identifier", []), where)
    if not own:
        raise Fault("required", where, _("The laboratory's own reference of the result is needed."))
    subject = _object(resource.get("subject"), f"{path}.subject")
    person = _object(subject.get("identifier"), f"{path}.subject.identifier").get("value")
    return {
        "ref": _text(_object(own[0], f"{where}[0]").get("value"), f"{where}[0].value"),
        "person": _text(person, f"{path}.subject.identifier.value"),
        "sampled_at": _text(resource.get("effectiveDateTime"), f"{path}.effectiveDateTime"),
    }


def _reason(resource: dict[str, Any], path: str) -> dict[str, str]:
    """Why a result is corrected: the code of our extension, and the first note. R4 has no element for it."""
    found: dict[str, str] = {}
    for n, each in enumerate(_list(resource.get("extension", []), f"{path}.extension")):
        if _object(each, f"{path}.extension[{n}]").get("url") == REASON_URL:
            found["reason"] = _text(each.get("valueCode"), f"{path}.extension[{n}].valueCode")
    notes = _list(resource.get("note", []), f"{path}.note")
    if found and notes:
        found["remark"] = _text(_object(notes[0], f"{path}.note[0]").get("text"), f"{path}.note[0].text")
    return found


def _answer(resource: dict[str, Any], path: str) -> str:
    if "valueCodeableConcept" not in resource:
        raise Fault("required", f"{path}.value", _("A coded value is needed (valueCodeableConcept)."))
    system, code = _coded(resource["valueCodeableConcept"], f"{path}.valueCodeableConcept", ("answers",))
    return codes()[system]["answers"][code]


def _components(resource: dict[str, Any], path: str) -> dict[str, float]:
    """The Ct values that came as components; others are passed over."""
    found: dict[str, float] = {}
    for n, component in enumerate(_list(resource.get("component", []), f"{path}.component")):
        where = f"{path}.component[{n}]"
        _unmodified(_object(component, where), where)
        try:
            system, code = _coded(component.get("code"), f"{where}.code", ("cycles",))
        except Fault:
            continue
        if "dataAbsentReason" not in component:
            found[codes()[system]["cycles"][code]] = _number(component.get("valueQuantity"), f"{where}.valueQuantity")
    return found


def _coded(concept: Any, path: str, meanings: tuple[str, ...]) -> tuple[str, str]:
    """The first coding that means something to us: system and code. Several that differ in meaning are refused."""
    known = []
    for n, coding in enumerate(_list(_object(concept, path).get("coding"), f"{path}.coding")):
        where = f"{path}.coding[{n}]"
        system, code = (_object(coding, where).get(name) for name in ("system", "code"))
        if not isinstance(system, str) or not isinstance(code, str):
            continue
        tables = codes().get(system, {})
        known += [(system, code, tables[name][code]) for name in meanings if code in tables.get(name, {})]
    if not known:
        raise Fault("code-invalid", f"{path}.coding", _("None of these codes is known here."))
    if len({meaning for *_rest, meaning in known}) > 1:
        raise Fault("code-invalid", f"{path}.coding", _("These codes contradict one another."))
    return known[0][:2]


def _final(resource: dict[str, Any], path: str) -> None:
    if resource.get("status") not in FINAL:
        text = _("Only a final result is taken; status is one of: %(words)s") % {"words": ", ".join(FINAL)}
        raise Fault("business-rule", f"{path}.status", text)


def _unmodified(part: dict[str, Any], path: str) -> None:
    for name in ("modifierExtension", "implicitRules"):
        if name in part:
            raise Fault("extension", f"{path}.{name}", _("An element that changes the meaning is not understood here."))


def _specimens(entries: list[Any], resources: list[dict[str, Any]]) -> dict[str, tuple[dict[str, Any], str]]:
    """The specimens of the message by every name that a reference may use."""
    found = {}
    for n, resource in enumerate(resources):
        if resource.get("resourceType") == "Specimen":
            where = resource, f"Bundle.entry[{n}].resource"
            names = (entries[n].get("fullUrl"), f"Specimen/{resource.get('id')}")
            found |= {name: where for name in names if isinstance(name, str)}
    return found


def _key(bundle: dict[str, Any], resources: list[dict[str, Any]]) -> str:
    """What names the message, the same when it is sent again: its identifier, or the id of the header or the bundle."""
    identifier = bundle.get("identifier")
    value = identifier.get("value") if isinstance(identifier, dict) else None
    header = resources[0].get("id") if resources[0].get("resourceType") == "MessageHeader" else None
    return next((key for key in (value, header, bundle.get("id")) if isinstance(key, str) and key), "")


def _resource(entry: Any, path: str) -> dict[str, Any]:
    return _object(_object(entry, path).get("resource"), f"{path}.resource")


def _object(value: Any, path: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Fault("structure" if value is not None else "required", path, _("An object is needed here."))
    return value


def _list(value: Any, path: str) -> list[Any]:
    if not isinstance(value, list):
        raise Fault("structure" if value is not None else "required", path, _("A list is needed here."))
    return value


def _text(value: Any, path: str) -> str:
    if not isinstance(value, str) or not 0 < len(value.strip()) <= LONGEST or not value.isprintable():
        raise Fault("value" if value is not None else "required", path, _("A short text is needed here."))
    return value.strip()


def _number(quantity: Any, path: str) -> float:
    value = _object(quantity, path).get("value")
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e6:
        raise Fault("value", f"{path}.value", _("A number of cycles is needed, or nothing"))
    if "comparator" in quantity:
        raise Fault("value", f"{path}.comparator", _("A number of cycles is needed, or nothing"))
    return float(value)
