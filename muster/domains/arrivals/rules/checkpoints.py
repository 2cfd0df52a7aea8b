"""What a checkpoint does with who comes, from what is seen and what the list says; stricter by hand, never milder."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

# From the mildest. `turn_back` stands apart: only for who does not stop here, and never instead of a doctor.
DISPOSALS = ("pass", "test", "wait", "home", "site")
TURN_BACK = "turn_back"
CODES = ("green", "yellow", "red", "none")


@dataclass(frozen=True)
class Seen:
    """What is seen at the barrier: the health code, a negative test of the last 48 hours, complaints, fever."""

    code: str
    negative: bool
    complaints: bool


@dataclass(frozen=True)
class Decision:
    """The disposal and its reasons, as codes, the weightiest first."""

    disposal: str
    reasons: tuple[str, ...]


def decide(seen: Seen, category: str, measure: str, *, stops_here: bool, goods: bool = False) -> Decision:
    """The disposal for one person.

    Goods must not be held up: a driver who is well and whose code is not red goes on with the vehicle, sampled first
    where no negative test of 48 hours is shown, and not awaited (国办发明电〔2022〕3号: 即采即走即追). What a stay in a
    listed area asks begins where they unload.

    Complaints wait at the station for a doctor and a test, whoever they are. A stay in a listed area does what the plan
    asks of it (`measure`); who is only passing through goes back instead of staying. A red code waits
    for a test: a colour is no evidence. A yellow one and a county with a risk area wait or are tested, by whether a
    negative test of 48 hours is shown; without one everybody is tested.
    """
    found: list[tuple[str, str]] = []
    if goods and not seen.complaints and seen.code != "red":
        return Decision("pass", ("goods",)) if seen.negative else Decision("test", ("no_negative_test", "goods"))
    if category in ("high", "entrant", "middle") and measure in ("home", "site"):
        found.append((measure, category))
    if found and not stops_here and not seen.complaints and seen.code != "red":
        return Decision(TURN_BACK, tuple(reason for _disposal, reason in _heaviest(found)))
    if seen.complaints:
        found.append(("wait", "complaints"))
    if seen.code == "red":
        found.append(("wait", "red_code"))
    if seen.code == "yellow":
        found.append(("wait" if not seen.negative else "test", "yellow_code"))
    if category == "county":
        found.append(("wait" if not seen.negative else "test", "county"))
    if seen.code == "none":
        found.append(("test", "no_code"))
    if not seen.negative:
        found.append(("test", "no_negative_test"))
    if not found:
        return Decision("pass", ("nothing_against",))
    ranked = _heaviest(found)
    return Decision(ranked[0][0], tuple(dict.fromkeys(reason for _disposal, reason in ranked)))


def _heaviest(found: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(found, key=lambda each: -DISPOSALS.index(each[0]))


def heaviest(disposals: Iterable[str]) -> str:
    """What a vehicle does: turned back where one of those in it is, else what the most affected of them does."""
    found = list(disposals)
    return TURN_BACK if TURN_BACK in found else max(found, key=DISPOSALS.index)


def milder(done: str, decided: str) -> bool:
    """Whether what was done lets somebody on whom the rules would have held or sent back."""
    if decided == TURN_BACK:
        return done not in (TURN_BACK, "site")
    return done != TURN_BACK and DISPOSALS.index(done) < DISPOSALS.index(decided)


def stricter(now: str, wanted: str) -> bool:
    """Whether a person at the barrier may choose this instead: only what is stricter; nobody is sent back by hand."""
    return now in DISPOSALS and wanted in DISPOSALS and DISPOSALS.index(wanted) > DISPOSALS.index(now)
