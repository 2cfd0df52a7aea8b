"""What the server ought to hold after batches in the order in which it got them: the API's rules once more, by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

DAYS_OFF, MINUTE = timedelta(hours=48), timedelta(seconds=60)


@dataclass
class Swab:
    """A sample as first taken."""

    record: dict[str, Any]
    review: str
    void_op: str = ""


@dataclass
class TubeState:
    """A tube: its capacity, the samples in it, and the operation that sealed it."""

    capacity: int
    members: int = 0
    sealed_op: str = ""


@dataclass
class Expected:
    """Plays every batch that reaches the server, whether or not an answer got back."""

    swabs: dict[str, Swab] = field(default_factory=dict)
    tubes: dict[str, TubeState] = field(default_factory=dict)
    sampled: dict[str, str] = field(default_factory=dict)  # person -> the op that counts
    ever_refused: set[str] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)

    @property
    def refused(self) -> set[str]:
        """What was never taken: a copy that hung may be taken later (a seal, when somebody else filled the tube)."""
        return self.ever_refused - self.taken

    def take(self, records: list[dict[str, Any]], now: datetime) -> None:
        """In their order; who was sampled twice at once is asked about, whichever of the two was written first."""
        for record in records:
            if record["do"] == "register":
                self.tubes.setdefault(record["tube"], TubeState(record["capacity"]))
        for record in records:
            if record["do"] == "undo":
                self._undo(record)
            elif record["do"] == "seal":
                self._seal(record)
            elif "person" not in record:
                self.ever_refused.add(record["op"])
            elif record["op"] not in self.swabs:
                self._register(record, now)

    def _register(self, record: dict[str, Any], now: datetime) -> None:
        tube, person = self.tubes[record["tube"]], record["person"]
        review = "clock" if abs(datetime.fromisoformat(record["at"]) - now) > DAYS_OFF else ""
        tube.members += 1
        again = person in self.sampled
        if tube.sealed_op:
            review = review or "after_seal"
        elif tube.members > tube.capacity:
            review = review or "overfull"
        elif record["base"] != tube.members - 1:
            review = review or "shared"
        self.swabs[record["op"]] = Swab(record, review or ("again" if again else ""))
        if not again:
            self.sampled[person] = record["op"]

    def _undo(self, record: dict[str, Any]) -> None:
        swab, tube = self.swabs.get(record["target"]), self.tubes.get(record["tube"])
        if swab is not None and swab.void_op == record["op"]:
            return
        late = swab and datetime.fromisoformat(record["at"]) - datetime.fromisoformat(swab.record["at"]) > MINUTE
        if swab is None or tube is None or swab.void_op or tube.sealed_op or late:
            self.ever_refused.add(record["op"])
            return
        swab.void_op = record["op"]
        tube.members -= 1
        self.taken.add(record["op"])
        person = swab.record["person"]
        if self.sampled.get(person) == record["target"]:
            del self.sampled[person]
            others = [op for op, other in self.swabs.items() if other.record["person"] == person]
            heirs = [op for op in others if not self.swabs[op].void_op]
            if heirs:
                self.sampled[person] = heirs[0]

    def _seal(self, record: dict[str, Any]) -> None:
        tube = self.tubes.get(record["tube"])
        if tube is not None and tube.sealed_op == record["op"]:
            return
        if tube is None or tube.sealed_op or not tube.members:
            self.ever_refused.add(record["op"])
        else:
            tube.sealed_op = record["op"]
            self.taken.add(record["op"])
