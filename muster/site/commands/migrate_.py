"""`muster migrate`."""

from __future__ import annotations

import click

from .opening import home, opened


@click.command("migrate")
@opened(prepared=False)
def command() -> None:
    """Bring the tables, logins and rights of the database up to this version. Harmless when they are."""
    from muster.site.database import prepare

    prepare(home())
    click.echo("The database is up to date.")
