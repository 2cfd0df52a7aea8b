"""Writes docs/plans.md from the schema and the packaged editions: `python -m muster.site.plans_page`."""

from __future__ import annotations

from datetime import time
from pathlib import Path
from typing import Any, get_args, get_origin

from muster.kernel.plans.loader import PACKAGED, check
from muster.kernel.plans.schema import IDENTITY, Plan
from muster.kernel.plans.words import Table

PAGE = Path(__file__).parents[2] / "docs" / "plans.md"
MARKS = {"read": "", "local": " ᴸ", "unverified": " ?"}
INTRO = """# Plans (防控方案)

*Made by `python -m muster.site.plans_page` from the editions in `muster/kernel/plans/editions`; do not edit.*

A plan is one disease's rules in one edition, as data. Every value names its source and how sure it is:
no mark: read in a public source; ᴸ: a local rule, or our own decision; ?: unverified, general knowledge, to be
confirmed by whoever puts the edition to use; –: the edition has no such rule.

A site keeps editions of its own in `MUSTER_HOME/plans/*.toml`. Copy a packaged file, give it a new name, the same name
in `edition`, its days in force and its sources. It is read at the next start, and refused with file, key and reason if
it does not hold. Of several editions in force on a day, the one that began last applies.
"""


def meanings(table: type[Table] = Plan, prefix: str = "") -> list[tuple[str, str]]:
    """Every key that an edition can state, with its meaning, in the order of the schema."""
    found: list[tuple[str, str]] = []
    for name, field in table.model_fields.items():
        kinds = () if get_origin(field.annotation) is tuple else (field.annotation, *get_args(field.annotation))
        inner = [kind for kind in kinds if _is_table(kind)]
        if not prefix and name in IDENTITY:
            continue
        if inner:
            found += meanings(inner[0], f"{prefix}{name}.")
        else:
            found.append((prefix + name, field.description or ""))
    return found


def page(plans: list[Plan]) -> str:
    """The whole page, as Markdown."""
    out = [INTRO, "## Editions\n", "| edition | disease | title | in force |", "|---|---|---|---|"]
    for plan in plans:
        days = f"{plan.effective_from or ''} – {plan.effective_until or ''}" if plan.effective_from else "always"
        out.append(f"| `{plan.edition}` | {plan.disease} | {plan.title.en} · {plan.title.zh} | {days} |")
    cells = [{row.key: _cell(row.value) + MARKS[row.source.status] for row in plan.dump_table()} for plan in plans]
    section = None
    for key, meaning in meanings():
        table = key.split(".")[0] if "." in key else "days in force and follow-up"
        if table != section:
            section = table
            out += [f"\n## {section}\n", "| key | meaning | " + " | ".join(plan.edition for plan in plans) + " |"]
            out.append("|---" * (2 + len(plans)) + "|")
        out.append(f"| `{key}` | {meaning} | " + " | ".join(cell.get(key, "–") for cell in cells) + " |")
    out.append("\n## Sources")
    for plan in plans:
        out.append(f"\n**{plan.edition}**\n")
        out += [f"- {s.status}: {s.source} – " + ", ".join(f"`{key}`" for key in s.keys) for s in plan.sources]
    return "\n".join(out) + "\n"


def packaged() -> list[Plan]:
    """The editions of the package, by disease and day in force, without those a site keeps."""
    plans = [plan for path in PACKAGED.glob("*.toml") if (plan := check(path)[0])]
    return sorted(plans, key=lambda plan: (plan.disease, str(plan.effective_from or ""), plan.edition))


def _is_table(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Table)


def _cell(value: Any) -> str:
    if isinstance(value, tuple | list):
        return ", ".join(_cell(item) for item in value)
    if isinstance(value, dict):
        return " ".join(_cell(item) for item in value.values())
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:%H:%M}" if isinstance(value, time) else str(value)


if __name__ == "__main__":
    PAGE.write_text(page(packaged()), encoding="utf-8")
