"""Large files: written when a second person has agreed, deleted when their time is over."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import BinaryIO

from django.http import QueryDict
from django.utils import translation
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from muster.kernel import clock
from muster.kernel.posts.logins import acting, viewing
from muster.kernel.posts.models import SYSTEM, Post

from . import actions
from .asking import asked
from .declaring import LEDGERS
from .exporting import log_export, write_file
from .models import AGREED, Export

PIECE = 3 << 18


@app.task(name="ledger.write_export", queue="exports", retry=RetryStrategy(max_attempts=3, exponential_wait=4))
def write_export(export: str) -> None:
    """Write the file as the post that asked for it: what the post sees now; nothing where it has ended."""
    with acting():
        row = Export.objects.filter(pk=export, state=AGREED).first()
        post = row and Post.objects.active(clock.now()).filter(pk=row.post_id).first()
    if row is None or post is None:
        return
    with translation.override(row.language), viewing(post.id):
        question = asked(LEDGERS[row.ledger], post, QueryDict(row.query))
        log_export(question, row.kind, row.purpose, row.identifiers)
        file = write_file(question, row.kind, row.identifiers)
    with file:
        actions.keep_parts(by=SYSTEM, export=row, chunks=_pieces(file))


def _pieces(file: BinaryIO) -> Iterator[str]:
    while piece := file.read(PIECE):
        yield base64.b64encode(piece).decode()


@app.periodic(cron="10 19 * * *")  # UTC: ten past three at night in China
@app.task(name="ledger.forget_exports", queue="periodic", queueing_lock="ledger.forget_exports")
def forget_exports(timestamp: int = 0) -> None:
    """Delete the files whose time is over."""
    actions.forget_exports(by=SYSTEM)


@app.periodic(cron="*/10 * * * *")
@app.task(name="ledger.fold_counts", queue="periodic", queueing_lock="ledger.fold_counts")
def fold_counts(timestamp: int = 0) -> None:
    """Fold the counters of lists, so that a total stays the sum of a few rows."""
    actions.fold_counts(by=SYSTEM)
