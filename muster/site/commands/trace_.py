"""`muster trace`."""

from __future__ import annotations

import json
from datetime import datetime

import click

from .opening import opened


@click.command("trace")
@click.argument("case")
@click.option(
    "--as-of", "as_of", help="The moment whose knowledge counts, ISO 8601; without offset local (default: now)."
)
@click.option("--plan", default="", help="Trace by this plan edition instead of the case's.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects.")
@opened
def command(case: str, as_of: str | None, plan: str, as_json: bool) -> None:
    """List who was near CASE (its reference or number), ordered by ring and person. Writes nothing."""
    from muster.domains.tracing.trace import as_rows, gather_contacts
    from muster.kernel import clock, plans

    moment = clock.now()
    if as_of:
        try:
            moment = datetime.fromisoformat(as_of)
        except ValueError:
            raise click.BadParameter("a time like 2021-11-30T19:15+08:00 is needed", param_hint="--as-of") from None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=clock.zone())
    known = _case(case)
    if plan:
        known.plan = plans.edition(plan).edition
    rows = sorted(as_rows(gather_contacts(known, moment)), key=lambda row: (row["ring"], row["person"]))
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        minutes = "" if row["minutes"] is None else f"{row['minutes']} min"
        click.echo(
            f"{row['ring']}  {row['person']:<20} {minutes:>9}  {row['first_at'] or '':<25}  {' '.join(row['reasons'])}"
        )


def _case(name: str):
    from muster.domains.tracing.models import Case

    found = Case.objects.filter(ref=name).first() or Case.objects.filter(number=name).first()
    if found is None:
        raise click.ClickException(f"There is no case {name}.")
    return found
