"""`muster init`."""

from __future__ import annotations

import click

from .opening import home, opened


@click.command("init")
@click.option("--no-input", is_flag=True, help="Ask nothing and print no link: for scripts.")
@click.option("--name", help="What the installation is called, for instance the district.")
@click.option("--timezone", "zone", help="In which days begin at 00:00 (default Asia/Shanghai).")
@opened(prepared=False)
def command(no_input: bool, name: str | None, zone: str | None) -> None:
    """Prepare an empty database: logins, tables, the installation. May be repeated.

    Without --no-input it asks for the name, and prints the one-time link by which the first administrator comes in.
    """
    from muster.kernel.areas import installation
    from muster.site.database import prepare
    from muster.site.installing import DEFAULT_ZONE, first_link, found

    prepare(home())
    installation.forget()
    if not no_input and not name and not installation.current().exists:
        name = click.prompt("Name of the installation")
        zone = zone or click.prompt("Time zone", default=DEFAULT_ZONE)
    new = found(name, zone)
    click.echo(f"Ready in {home()}." if new else "This installation was ready already.")
    if not no_input and (link := first_link()):
        click.echo("The first administrator opens this link, once, within 72 hours (start `muster serve` first):")
        click.echo(f"  http://127.0.0.1:8000{link}")
