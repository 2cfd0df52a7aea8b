"""`muster procedures`."""

from __future__ import annotations

import json

import click

from .opening import opened


@click.command("procedures")
@click.option("--json", "as_json", is_flag=True, help="As a list of objects.")
@opened(prepared=False)
def command(as_json: bool) -> None:
    """List the written operating rules: name, the fact that starts it, meaning."""
    from muster.kernel.procedures import PROCEDURES

    rows = [{"name": known.name, "on": known.on, "meaning": str(known.meaning)} for known in PROCEDURES.values()]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        click.echo(f"{row['name']:<28} {row['on']:<32} {row['meaning']}")
