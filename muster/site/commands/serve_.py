"""`muster serve`."""

from __future__ import annotations

import click

from .opening import opened


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="MUSTER_HOSTS names who may be asked for.")
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=1, show_default=True, help="Processes that serve pages.")
@opened
def command(host: str, port: int, workers: int) -> None:
    """Serve the pages and run the jobs, until Ctrl+C."""
    from muster.site.serving import serve

    click.echo(f"Muster is at http://{host}:{port}/  (Ctrl+C ends it)")
    serve(host, port, workers)
