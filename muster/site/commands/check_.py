"""`muster check`."""

from __future__ import annotations

import json
from itertools import groupby

import click

from .opening import opened

SHOWN = 20  # rows of one check


@click.command("check")
@click.option("--json", "as_json", is_flag=True, help="Print every problem as JSON.")
@opened
def command(as_json: bool) -> None:
    """Ask the data whether what must hold does hold. Changes nothing; exit code 1 and a list where it does not."""
    from muster.site.check import checks, problems

    found = list(problems())
    if as_json:
        click.echo(json.dumps([{"check": sentence, "row": row} for sentence, row in found], ensure_ascii=False))
    elif not found:
        click.echo(f"ok: {len(checks())} checks")
    for sentence, rows in groupby(found if not as_json else (), key=lambda problem: problem[0]):
        listed = [row for _sentence, row in rows]
        click.echo(f"Does not hold: {sentence} ({len(listed)})")
        for row in listed[:SHOWN]:
            click.echo(f"  {row}")
        if len(listed) > SHOWN:
            click.echo(f"  … and {len(listed) - SHOWN} more")
    if found:
        raise SystemExit(1)
