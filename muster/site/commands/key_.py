"""`muster key`."""

from __future__ import annotations

import click

from .opening import opened


@click.command("key")
@click.argument("laboratory")
@click.option("--name", default="", help="What the key is called (default: the laboratory).")
@click.option("--create", is_flag=True, help="Record the laboratory when it is not known yet.")
@click.option("--revoke", is_flag=True, help="Make the keys of that name useless instead.")
@opened
def command(laboratory: str, name: str, create: bool, revoke: bool) -> None:
    """Issue a key to the machine of LABORATORY (its reference or name), and print it: it is not shown again."""
    from muster.site.keys import issue, revoke_keys

    if revoke:
        click.echo(f"{revoke_keys(laboratory, name)} keys revoked.")
    else:
        click.echo(issue(laboratory, name, create=create))
