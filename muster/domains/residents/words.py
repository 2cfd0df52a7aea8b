"""What the outcomes of a comparison are called on screen."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from .ages import CHILD, ELDER
from .rules import CERTAIN, LIKELY, POSSIBLE, WEIGHTS

LEVELS = {CERTAIN: _("Certain"), LIKELY: _("Likely"), POSSIBLE: _("Possible")}
TONES = {CERTAIN: "ok", LIKELY: "info", POSSIBLE: "wait"}

SAID_BY = {
    "self": _("the person"),
    "family": _("family"),
    "neighbour": _("a neighbour"),
    "worker": _("the grid worker, at the door"),
    "authority": _("another authority"),
}
WHY = {
    "visit": _("found at a visit"),
    "call": _("told by phone"),
    "paper": _("shown on paper"),
    "mistake": _("it was recorded wrongly"),
    "household": _("the household changed"),
}
HELP = {CHILD: _("child"), ELDER: _("elder")}

OUTCOMES = {
    ("number", "same"): _("one number"),
    ("number", "two cards"): _("two identity cards"),
    ("number", "different"): _("other numbers"),
    ("name", "same"): _("same name"),
    ("name", "sound"): _("names of one sound"),
    ("name", "near sound"): _("names of nearly one sound"),
    ("name", "order"): _("names in another order"),
    ("name", "similar"): _("similar names"),
    ("name", "part"): _("one name is part of the other"),
    ("name", "one word"): _("surname or given name agrees"),
    ("name", "different"): _("other names"),
    ("born", "same"): _("same day of birth"),
    ("born", "swapped"): _("day and month of birth exchanged"),
    ("born", "one digit"): _("day of birth one digit apart"),
    ("born", "different"): _("other day of birth"),
    ("phone", "same"): _("one phone"),
    ("phone", "different"): _("other phones"),
    ("address", "same"): _("one address"),
    ("address", "similar"): _("similar addresses"),
    ("address", "different"): _("other addresses"),
    ("area", "same"): _("one community"),
    ("sex", "same"): _("same sex"),
    ("sex", "different"): _("other sex"),
}


def mark(field: str, outcome: str) -> dict[str, Any]:
    """An outcome as a badge: same, nearly the same, or different."""
    against = WEIGHTS[field, outcome] < 0
    tone = "late" if against else "ok" if outcome == "same" else "warn"
    return {"text": OUTCOMES[field, outcome], "tone": tone, "against": against}


def reasons(outcomes: dict[str, str]) -> list[dict[str, Any]]:
    """The outcomes of a pair as badges, what weighs most first; that the sex agrees goes without saying."""
    said = [item for item in outcomes.items() if item != ("sex", "same")]
    return [mark(*item) for item in sorted(said, key=lambda item: -WEIGHTS[item])]
