"""`muster demo`."""

from __future__ import annotations

import os

import click

from .opening import opened


@click.command("demo")
@click.option("--people", default=30_000, show_default=True, help="300000 for the whole district.")
@click.option("--port", default=8000, show_default=True)
@click.option("--no-browser", is_flag=True, help="Do not open the first page.")
@click.option("--fresh", is_flag=True, help="Throw the present demonstration away and begin anew.")
def command(people: int, port: int, no_browser: bool, fresh: bool) -> None:
    """Make a synthetic district and serve it: the night on which a positive result comes in.

    It lives in ~/.muster-demo unless MUSTER_HOME names another place, and the next start goes on from there.
    """
    os.environ.setdefault("MUSTER_HOME", os.path.expanduser("~/.muster-demo"))
    _run(people=people, port=port, open_browser=not no_browser, fresh=fresh)


@opened(prepared=False)
def _run(**options: object) -> None:
    from muster.site.demo.run import run

    run(**options)
