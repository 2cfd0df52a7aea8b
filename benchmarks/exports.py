"""Files that leave: 200,000 rows through the page's job and through `muster export`, in bounded memory.

    python -m benchmarks.exports [--rows 200000]

Each file is written in a process of its own, so that the most memory it ever held can be asked of the system. Growth is
what a process held more than when it began to write, Django and the database open. The rival of a kind is the same
writer given the same number of rows of the same width, made up: what we add is the questions, the cells and the
encryption. A tenth of the rows is written too: memory that is bounded does not grow with them.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import district

LEDGER = "residents.people"
CITY = "6104"  # both districts
NAMES = """
INSERT INTO people_persondetails (person_id, name, name_key, initials, address, note)
    SELECT id, '王' || chr(20000 + n % 3000) || '芳', '', 'w', '中山街道' || n % 97 || '号楼' || n % 30 || '室', ''
    FROM one
""".replace("%", "%%")


def main(rows: int = 200_000) -> None:
    """Make the people, write every file at a tenth and in full, print one table; exits 1 where memory grows."""
    lines, unbounded = [], []
    with district.installation("exports"):
        grids = district.make_areas(max(6, rows // district.PEOPLE_PER_GRID))
        district.make_post("headquarters", CITY)
        _make(rows // 10, grids)
        few = {name: _measured(name, rows // 10) for name in WAYS}
        _make(rows, grids)
        print(f"exports: {rows:,} rows of the ledger of residents and of people; {district.machine()}\n")
        for name in WAYS:
            many, grown = _measured(name, rows), few[name]["grown"]
            if many["grown"] > grown + 25:
                unbounded.append(name)
            lines.append(
                [name, many["seconds"], round(rows / many["seconds"]), many["megabytes"], grown, many["grown"]]
            )
    head = ["file", "s", "rows/s", "MB written", f"grown at {rows // 10:,}, MB", f"grown at {rows:,}, MB"]
    district.table(head, lines)
    if unbounded:
        sys.exit(f"Memory grows with the rows: {', '.join(unbounded)}")


def _make(rows: int, grids: list[str]) -> None:
    with district.owner() as connection:
        connection.execute("TRUNCATE people_person, people_persondetails, people_household CASCADE")
        district.make_people(connection, rows, grids)
        district.run(connection, NAMES)
    district.settle()


def _measured(name: str, rows: int) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.exports", "--only", name, "--rows", str(rows)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        sys.exit(done.stderr[-2000:])
    return json.loads(done.stdout.splitlines()[-1])


def one(name: str, rows: int) -> None:
    """Write one file in this process, and print what it took."""
    from muster.site.commands import opening

    opening.start()
    from muster.ledger.files import writing  # noqa: F401  opened before the memory is asked for

    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"rows.{name.rpartition('.')[2]}"
            WAYS[name](path, min(rows, 50))  # what is opened once: pools, fonts of types, compiled statements
            before, start = _forget(), time.perf_counter()
            WAYS[name](path, rows)
            took, size = time.perf_counter() - start, path.stat().st_size / 1e6
        print(json.dumps({"seconds": took, "grown": _most() - before, "megabytes": size}))
    finally:
        opening.close()


def _most() -> float:
    """The most memory that this process held since it was asked to forget that, in MB (Linux, proc(5))."""
    text = Path("/proc/self/status").read_text()
    return int(text.partition("VmHWM:")[2].split()[0]) / 1024


def _forget() -> float:
    """Forget the most that was held; what is held now, in MB."""
    Path("/proc/self/clear_refs").write_text("5")
    return _most()


def _bare(path: Path, rows: int) -> None:
    from muster.ledger.files.writing import write

    cells = ["王*芳", "女", "1990-05-07", "中山街道 中山社区 第一网格", "在家", "P", "否"]
    write(path, [f"c{n}" for n in range(len(cells) + 1)], ([f"P{n}", *cells] for n in range(rows)))


def _command(path: Path, rows: int) -> None:
    from muster.kernel.posts.logins import acting
    from muster.site.exchange.exporting import export

    if rows <= 50:  # the ledger itself cannot be asked for fewer
        return
    with acting():
        assert export("people", path, identifiers=False, purpose="benchmark", progress=lambda _n: None) == rows


def _job(path: Path, rows: int) -> None:
    """As when a second person has agreed: asked as the post, written, kept encrypted; then fetched piece by piece."""
    from asgiref.sync import async_to_sync

    from muster.kernel import clock
    from muster.kernel.posts.logins import acting
    from muster.kernel.posts.models import Post
    from muster.ledger import jobs
    from muster.ledger.models import AGREED, READY, Export
    from muster.ledger.pages.exports import _parts

    if rows <= 50:
        return
    with acting():
        post = Post.objects.get(role="headquarters")
        asked = Export.objects.create(
            ledger=LEDGER, kind=path.suffix[1:], purpose="work", rows=rows, post_id=post.id, user_id=post.user_id,
            area=post.area, state=AGREED, asked_at=clock.now(),
        )  # fmt: skip
    jobs.write_export(str(asked.pk))
    with acting():
        asked.refresh_from_db()
    assert asked.state == READY

    async def fetch() -> None:
        with path.open("wb") as file:
            async for piece in _parts(asked):
                file.write(piece)

    async_to_sync(fetch)()


WAYS: dict[str, Callable[[Path, int], None]] = {
    "bare writer.csv": _bare, "muster export.csv": _command, "page's job.csv": _job,
    "bare writer.xlsx": _bare, "muster export.xlsx": _command, "page's job.xlsx": _job,
}  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--only", choices=list(WAYS), help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    os.environ.setdefault("MUSTER_POOL", "4")
    one(chosen.only, chosen.rows) if chosen.only else main(chosen.rows)
