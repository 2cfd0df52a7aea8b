"""`muster seal`."""

from __future__ import annotations

import json

import click

from .opening import opened


@click.command("seal")
@click.option("--head", is_flag=True, help="Print the newest seal as JSON: keep it where Muster cannot change it.")
@opened
def command(head: bool) -> None:
    """Seal the facts that wait for it (jobs do so every minute)."""
    from muster.site.periodic import seal_all
    from muster.site.seals import head as newest

    sealed = seal_all()
    click.echo(json.dumps(newest()) if head else f"{sealed} facts sealed.")
