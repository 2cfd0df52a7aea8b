"""`muster import`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from .opening import opened

LEDGERS = ("areas", "places", "people", "presence", "results", "cases", "contacts", "goods")
SHOWN = 5  # rejected rows on the terminal; all of them are in the file beside


def _pairs(texts: Iterable[str], option: str) -> dict[str, str]:
    """`name=value` options as a dict; an empty value is allowed."""
    pairs = [text.partition("=") for text in texts]
    for name, sign, _value in pairs:
        if not sign or not name.strip():
            raise click.BadParameter("name=value is needed.", param_hint=option)
    return {name.strip(): value.strip() for name, _sign, value in pairs}


@click.command("import")
@click.argument("ledger", type=click.Choice(LEDGERS))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--plan", default="", help="Plan edition (default: the one in force on the day of each row).")
@click.option("--history", is_flag=True, help="results: what is past; no procedure runs.")
@click.option("--live", is_flag=True, help="cases, contacts: as if found now; procedures run.")
@click.option("--create-missing", is_flag=True, help="An unknown person or place becomes a bare record.")
@click.option("--sheet", default="", help="The sheet to read (default: the one that fits best).")
@click.option("--dates", type=click.Choice(["dmy", "mdy"]), default=None, help="What 03/04/2021 means.")
@click.option("--set", "fixed", multiple=True, metavar="COLUMN=VALUE", help="The same value in every row.")
@click.option("--map", "mapped", multiple=True, metavar="HEADER=COLUMN", help="What a header means; '' for nothing.")
@click.option("--sender", default="", help="Who sends it: their mapping of headers is used, and remembered.")
@click.option("--dry-run", is_flag=True, help="Say what would become of every row; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print mapping, the verdict of every row, and totals as JSON.")
@opened
def command(ledger: str, file: Path, as_json: bool, **said: Any) -> None:
    """Load LEDGER from FILE (workbook, csv or JSON, header in Chinese or English), row by row.

    Rows that cannot be taken are written beside FILE as FILE.rejected.xlsx (.csv) with number and reason; the rest
    is loaded. Loading the same file again changes nothing. Exit code 2 when nothing could be read.
    """
    from muster.ledger.imports.reading.errors import Unreadable

    try:
        loaded = _load(ledger, file, rows=as_json, **said)
    except Unreadable as no:
        if as_json:
            empty: dict[str, Any] = {"ledger": ledger, "error": str(no), "mapping": [], "rows": [], "totals": {}}
            click.echo(json.dumps(empty, ensure_ascii=False))
        raise
    if as_json:
        click.echo(json.dumps(asdict(loaded), ensure_ascii=False))
        return
    for no in loaded.rejected[: SHOWN if loaded.rejected_file else None]:
        click.echo(f"{file.name}:{no['row']}: {no['field']}: {no['reason']}", err=True)
    for note in loaded.notes:
        click.echo(note, err=True)
    if loaded.unknown_columns:
        click.echo("Columns left aside: " + ", ".join(loaded.unknown_columns), err=True)
    if loaded.rejected_file:
        click.echo(f"Rejected rows: {loaded.rejected_file}", err=True)
    click.echo(loaded.summary + (" (dry run)" if said["dry_run"] else ""))


def _load(
    ledger: str, file: Path, plan: str, history: bool, live: bool, create_missing: bool, sheet: str,
    dates: str | None, fixed: tuple[str, ...], mapped: tuple[str, ...], sender: str, dry_run: bool, rows: bool,
) -> Any:  # fmt: skip
    from tqdm import tqdm

    from muster.kernel import plans
    from muster.ledger.imports.reading.table import Wishes
    from muster.site.exchange.loading import Options, load

    if plan:
        plans.edition(plan)
    wishes = Wishes(sheet, dates or "", _pairs(fixed, "--set"), _pairs(mapped, "--map"))
    options = Options(plan, history, live, create_missing, dry_run, wishes, sender.strip(), rows)
    with tqdm(unit=" rows", disable=None, leave=False, file=sys.stderr) as bar:

        def sized(rows: int):
            bar.reset(total=rows)
            return bar.update

        return load(ledger, file, options, sized)
