"""Reading editions: those of the package, and those a site keeps in MUSTER_HOME/plans/*.toml.

Every file is validated when the first plan is asked for; one bad file stops all, because the wrong edition in silence
would be worse. A site's own edition has a code of its own and is complete; where several are in force on a day, the one
that began last applies, and of two that began together the site's own.
"""

from __future__ import annotations

import os
import tomllib
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from muster.kernel.plans.errors import NoPlan, PlanError, Problem
from muster.kernel.plans.schema import IDENTITY, Plan, assign_sources, leaves

PACKAGED = Path(__file__).parent / "editions"
_REASONS = {"extra_forbidden": "unknown key", "missing": "the value is missing"}


def edition(code: str) -> Plan:
    """The edition of that code. Raises NoPlan when there is none."""
    try:
        return _loaded()[code]
    except KeyError:
        raise NoPlan(f"no plan edition is called {code!r}; known: {', '.join(sorted(_loaded()))}") from None


def editions() -> tuple[Plan, ...]:
    """Every edition, by disease and then by the day it came into force."""
    return tuple(
        sorted(_loaded().values(), key=lambda plan: (plan.disease, plan.effective_from or date.min, plan.edition))
    )


def diseases() -> tuple[str, ...]:
    """The diseases for which there is an edition."""
    return tuple(sorted({plan.disease for plan in _loaded().values()}))


def in_force(disease: str, on: date) -> Plan:
    """The edition of a disease that applies on a day. Raises NoPlan when none does."""
    found = [plan for plan in _loaded().values() if plan.disease == disease and plan.in_force(on)]
    if not found:
        raise NoPlan(f"no plan edition of {disease!r} is in force on {on.isoformat()}")
    # The site's own editions were loaded last; max keeps the first of equals, hence the reversal.
    return max(reversed(found), key=lambda plan: plan.effective_from or date.min)


def quickest(deadline: str, on: date) -> str:
    """The edition in force that leaves the least time for what is not about one disease; some are always in force."""
    found = [plan for plan in _loaded().values() if plan.in_force(on)]
    return min(found, key=lambda plan: (getattr(plan.deadlines, deadline), plan.edition)).edition


def check(path: Path) -> tuple[Plan | None, list[Problem]]:
    """Read and validate one file: the plan, or every fault with the key that it concerns."""
    file = str(path)
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return None, [Problem(file, "", str(error))]
    problems: list[Problem] = []
    plan = None
    try:
        plan = Plan.model_validate(_tuples(raw))
    except ValidationError as error:
        problems += [
            Problem(file, ".".join(map(str, fault["loc"])), _REASONS.get(fault["type"], _reason(fault)))
            for fault in error.errors(include_url=False)
        ]
    if plan:
        stated = [key for key, _ in leaves({name: value for name, value in raw.items() if name not in IDENTITY})]
        problems += [Problem(file, key, why) for key, why in assign_sources(stated, plan.sources)[1].items()]
        if plan.edition != path.stem:
            problems.append(Problem(file, "edition", f"{plan.edition!r} is not the name of the file"))
    return (None if problems else plan), problems


def _reason(fault: Any) -> str:
    shown = "" if isinstance(fault["input"], dict) else f" (stands: {fault['input']!r})"
    return fault["msg"].removeprefix("Value error, ") + shown


def _tuples(value: Any) -> Any:
    """Arrays as tuples, which a frozen plan keeps as they are."""
    if isinstance(value, dict):
        return {key: _tuples(item) for key, item in value.items()}
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value


def _loaded() -> dict[str, Plan]:
    return _load(Path(os.environ.get("MUSTER_HOME", "~/.muster")).expanduser() / "plans")


@lru_cache(maxsize=8)
def _load(own: Path) -> dict[str, Plan]:
    files = sorted(PACKAGED.glob("*.toml")) + sorted(own.glob("*.toml"))
    loaded: dict[str, Plan] = {}
    problems: list[Problem] = []
    for path in files:
        plan, faults = check(path)
        problems += faults
        if plan and plan.edition in loaded:
            problems.append(Problem(str(path), "edition", f"{plan.edition!r} exists already; choose another code"))
        elif plan:
            loaded[plan.edition] = plan
    if problems:
        raise PlanError(problems)
    return loaded
