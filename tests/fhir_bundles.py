"""FHIR Bundles as laboratories send them; synthetic."""

from __future__ import annotations

from typing import Any

LOINC, SNOMED = "http://loinc.org", "http://snomed.info/sct"


def coded(system: str, code: str) -> dict[str, Any]:
    """A CodeableConcept of one code."""
    return {"coding": [{"system": system, "code": code}]}


def specimen(tube: str) -> dict[str, Any]:
    """The entry of a tube."""
    body = {"resourceType": "Specimen", "id": tube, "identifier": [{"system": "urn:tubes", "value": tube}]}
    return {"fullUrl": f"urn:uuid:{tube}", "resource": body}


def observation(tube: str, answer: str, **more: Any) -> dict[str, Any]:
    """The entry of a result about a tube."""
    body = {
        "resourceType": "Observation",
        "status": "final",
        "code": coded(LOINC, "94500-6"),
        "specimen": {"reference": f"urn:uuid:{tube}"},
        "valueCodeableConcept": coded(SNOMED, answer),
    }
    return {"fullUrl": f"urn:uuid:of-{tube}", "resource": {**body, **more}}


def cycles(code: str, value: Any) -> dict[str, Any]:
    """A component with a Ct value."""
    return {"code": coded(LOINC, code), "valueQuantity": {"value": value, "code": "{Ct_value}"}}


def bundle(*entries: dict[str, Any], kind: str = "message", key: str = "M1") -> dict[str, Any]:
    """A Bundle of these entries, a message begins with its header."""
    header = {"resource": {"resourceType": "MessageHeader", "id": key, "eventUri": "urn:results"}}
    first = [header] if kind == "message" else []
    return {
        "resourceType": "Bundle", "type": kind, "identifier": {"system": "urn:lab", "value": key},
        "entry": [*first, *entries],
    }  # fmt: skip


def bundle_of(tube: str, answer: str) -> dict[str, Any]:
    """A batch with one tube and its result."""
    return bundle(specimen(tube), observation(tube, answer), kind="batch")
