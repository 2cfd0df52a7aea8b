"""`muster import`."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from .opening import opened

LEDGERS = ("areas", "places", "people", "presence", "results", "cases", "contacts")
SHOWN = 5  # rejected rows on the terminal; all of them are in the file beside


@click.command("import")
@click.argument("ledger", type=click.Choice(LEDGERS))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--plan", default="", help="Plan edition (default: the one in force on the day of each row).")
@click.option("--history", is_flag=True, help="results: what is past; no procedure runs.")
@click.option("--live", is_flag=True, help="cases, contacts: as if found now; procedures run.")
@click.option("--create-missing", is_flag=True, help="An unknown person or place becomes a bare record.")
@click.option("--dry-run", is_flag=True, help="Do everything, and take it back.")
@click.option("--json", "as_json", is_flag=True, help="Print counts and rejected rows as JSON.")
@opened
def command(
    ledger: str, file: Path, plan: str, history: bool, live: bool, create_missing: bool, dry_run: bool, as_json: bool
) -> None:
    """Load LEDGER from FILE (csv or xlsx, header in English or Chinese), row by row.

    Rows that cannot be taken are written beside FILE as FILE.rejected.csv (or .xlsx) with number and reason; the rest
    is loaded. Loading the same file again changes nothing. Exit code 2 when nothing could be read.
    """
    from tqdm import tqdm

    from muster.kernel import plans
    from muster.site.exchange.loading import Options, load_file

    if plan:
        plans.edition(plan)
    options = Options(plan, history, live, create_missing, dry_run)
    with tqdm(unit=" rows", disable=None, leave=False, file=sys.stderr) as bar:

        def sized(rows: int):
            bar.reset(total=rows)
            return bar.update

        loaded = load_file(ledger, file, options, sized)
    if as_json:
        click.echo(json.dumps(asdict(loaded), ensure_ascii=False))
        return
    for no in loaded.rejected[: SHOWN if loaded.rejected_file else None]:
        click.echo(f"{file.name}:{no['row']}: {no['field']}: {no['reason']}", err=True)
    if loaded.unknown_columns:
        click.echo("Columns left aside: " + ", ".join(loaded.unknown_columns), err=True)
    if loaded.rejected_file:
        click.echo(f"Rejected rows: {loaded.rejected_file}", err=True)
    click.echo(loaded.summary + (" (dry run)" if dry_run else ""))
