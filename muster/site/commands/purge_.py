"""`muster purge`."""

from __future__ import annotations

import click

from .opening import opened


@click.command("purge")
@opened
def command() -> None:
    """Delete personal data whose time is over by the plans in force (a job does so every night)."""
    from muster.site.forgetting import forget

    for what, count in forget().items():
        click.echo(f"{what}: {count:,}")
