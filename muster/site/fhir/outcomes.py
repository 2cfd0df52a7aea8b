"""OperationOutcome: what is said about an entry, or about the whole; with the path of the element at fault."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


class Fault(Exception):
    """An element that cannot be taken: `code` is one of FHIR's issue types, `path` the expression of the element."""

    def __init__(self, code: str, path: str, text: Any) -> None:
        super().__init__(str(text))
        self.code, self.path, self.text = code, path, str(text)

    def issue(self) -> dict[str, Any]:
        """The issue that says so."""
        return issue("error", self.code, self.text, self.path)


@dataclass
class Said:
    """What is said of one entry: the status of its part, and its issues."""

    status: str
    issues: list[dict[str, Any]]


def issue(severity: str, code: str, text: Any, path: str = "") -> dict[str, Any]:
    """One issue; `details.text` is in the language of the request."""
    said: dict[str, Any] = {"severity": severity, "code": code, "details": {"text": str(text)}}
    return said | {"expression": [path]} if path else said


def outcome(issues: list[dict[str, Any]]) -> dict[str, Any]:
    """An OperationOutcome."""
    return {"resourceType": "OperationOutcome", "issue": issues}


def bundle(kind: str, entries: list[Said]) -> dict[str, Any]:
    """The answer to a Bundle: an entry for each of its own, in their order."""
    return {
        "resourceType": "Bundle",
        "type": kind,
        "entry": [{"response": {"status": said.status, "outcome": outcome(said.issues)}} for said in entries],
    }
