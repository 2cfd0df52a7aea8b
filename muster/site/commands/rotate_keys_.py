"""`muster rotate-keys`."""

from __future__ import annotations

import click

from .opening import home, opened


@click.command("rotate-keys")
@opened
def command() -> None:
    """Make a new key and encrypt every identifier anew under it. Stop `muster serve` first, start it afterwards."""
    from tqdm import tqdm

    from muster.site.keys import rotate

    with tqdm(unit=" identifiers", disable=None) as bar:
        done = rotate(home(), bar.update)
    click.echo(f"{done} identifiers encrypted under the new key.")
