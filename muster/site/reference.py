"""`docs/reference.md`, made from the declarations: every fact, duty, permission, procedure and setting.

`python -m muster.site.reference` writes it again; a test fails when it is stale.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

FILE = Path(__file__).resolve().parents[2] / "docs" / "reference.md"

SETTINGS = {
    "MUSTER_HOME": "folder of the secrets, the embedded database and the site's own plans; default `~/.muster`",
    "DATABASE_URL": "the owner's address of a PostgreSQL ≥ 16 to use instead of the embedded one",
    "MUSTER_HOSTS": "host names, with commas, under which the pages are reached; default the loopback names",
    "MUSTER_URL": "the address of the pages, for links in messages; default the first of MUSTER_HOSTS",
    "MUSTER_HTTPS": "`1` behind a proxy that serves HTTPS: secure cookies and strict transport security",
    "MUSTER_POOL": "database connections per process and login, at most; default 12",
}


def text() -> str:
    """The whole page, in English."""
    from django.utils import translation

    with translation.override("en"):
        return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    from muster.kernel.declare import DUTIES, FACTS, PERMISSIONS
    from muster.kernel.procedures import PROCEDURES

    yield "# Reference\n\nMade from the declarations by `python -m muster.site.reference`; do not edit.\n"
    yield "## Facts\n\n| kind | its subject | meaning |\n|---|---|---|"
    yield from (f"| `{f.name}` | {f.about} | {f.meaning} |" for _, f in _own(FACTS))
    yield "\n## Duties\n\n| kind | owed | role | proven by | within | next step up after |\n|---|---|---|---|---|---|"
    for _, d in _own(DUTIES):
        within, up = _minutes(d.minutes), _minutes(d.escalate_minutes)
        yield f"| `{d.name}` | {d.title} | {', '.join(d.roles)} | `{d.proof}` | {within} | {up} |"
    yield "\n## Permissions\n\nAn action's name, or a right to see; without roles only procedures and jobs act.\n"
    yield "| name | roles |\n|---|---|"
    yield from (f"| `{p.name}` | {', '.join(sorted(p.roles)) or '–'} |" for _, p in _own(PERMISSIONS))
    yield "\n## Procedures\n\n| name | started by | meaning |\n|---|---|---|"
    yield from (f"| `{p.name}` | `{p.on}` | {p.meaning} |" for _, p in sorted(PROCEDURES.items()))
    yield "\n## Settings\n\nEnvironment variables.\n\n| name | meaning |\n|---|---|"
    yield from (f"| `{name}` | {meaning} |" for name, meaning in SETTINGS.items())


def _own(declared: dict) -> list:
    """What the house declares; not what tests add."""
    return sorted((name, row) for name, row in declared.items() if not name.startswith("test."))


def _minutes(value: int | str) -> str:
    return f"{value} min" if isinstance(value, int) else f"`{value}`"


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "muster.site.settings")
    django.setup()
    FILE.write_text(text(), encoding="utf-8")
