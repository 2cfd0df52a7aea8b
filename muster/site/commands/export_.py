"""`muster export`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from .import_ import LEDGERS
from .opening import opened


@click.command("export")
@click.argument("ledger", type=click.Choice(LEDGERS))
@click.option("--to", "file", required=True, type=click.Path(path_type=Path, dir_okay=False), help=".csv or .xlsx")
@click.option("--identifiers", is_flag=True, help="people: with identity numbers and phones.")
@click.option("--purpose", default="", help="What for; it is logged.")
@opened
def command(ledger: str, file: Path, identifiers: bool, purpose: str) -> None:
    """Write LEDGER to a file, in the columns in which `muster import` reads it.

    Every export is logged. Identity numbers and phones need --identifiers and a purpose.
    """
    from tqdm import tqdm

    from muster.site.exchange.exporting import export

    if identifiers and not purpose.strip():
        if not sys.stdin.isatty():
            raise click.ClickException("Say what the identifiers are for: --purpose.")
        purpose = click.prompt("What are the identifiers for")
    with tqdm(unit=" rows", disable=None, leave=False, file=sys.stderr) as bar:
        rows = export(ledger, file, identifiers=identifiers, purpose=purpose.strip(), progress=bar.update)
    click.echo(f"{ledger}: {rows:,} rows written to {file}")
