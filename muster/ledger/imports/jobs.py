"""Reading a list and taking it in, apart from the page that asked: it can be left and returned to."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.utils import translation
from django.utils.translation import gettext as _
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from muster.kernel import clock
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM, Post

from . import keeping, working
from .actions import remembered
from .drafts import TARGETS, Judged, Options, draft
from .models import READING, TAKING, Import
from .reading.errors import Unreadable
from .reading.table import Wishes

BATCH = 4_000  # rows per transaction
LOST_AFTER = timedelta(minutes=3)
log = logging.getLogger("muster.imports")
_again = RetryStrategy(max_attempts=4, exponential_wait=3)


@app.task(name="imports.read", queue="imports", retry=_again)
def read(sent: str) -> None:
    """Judge every row of a list, and show the verdicts."""
    if not (turn := working.begin(by=SYSTEM, sent=UUID(sent), state=READING)):
        return
    with acting():
        row = Import.objects.get(pk=sent)
        judged, fault = None, None
        with translation.override(row.language):
            try:
                judged = judge(row)[0]
            except Unreadable as no:
                fault = no
            except Exception as error:
                log.error("reading a list of %s failed: %s", row.ledger, type(error).__name__)
                fault = Unreadable(_("The list could not be read: a fault of ours. It was noted; nothing was written."))
        working.show(by=SYSTEM, sent=row.pk, turn=turn, judged=judged, fault=fault)


def judge(sent: Import) -> tuple[Judged, Options]:
    """The verdicts of a list as they are now. Raises Unreadable, also when its post has ended."""
    post = Post.objects.active(clock.now()).filter(pk=sent.post_id).first()
    if post is None:
        raise Unreadable(_("The post that sent this list has ended."))
    said = sent.wishes
    options = Options(
        by=post, home=post.area, create_missing=bool(said.get("create_missing")), plan=said.get("plan", "")
    )
    known = remembered(sent.area, sent.sender, sent.ledger)
    headers = said.get("headers", {})
    wishes = Wishes(
        said.get("sheet", ""), said.get("order", ""), said.get("fixed", {}), {**known, **headers},
        "you" if headers else "remembered",
    )  # fmt: skip
    return draft(TARGETS[sent.ledger], sent.name, keeping.file_of(sent), wishes, options, clock.now()), options


@app.task(name="imports.take", queue="imports", retry=_again)
def take(sent: str) -> None:
    """Take a list in, batch by batch. Begun again, rows that are there already count as unchanged."""
    if not (turn := working.begin(by=SYSTEM, sent=UUID(sent), state=TAKING)):
        return
    with acting():
        row = Import.objects.get(pk=sent)
        with translation.override(row.language):
            if _take_all(row, turn):
                working.finish(by=SYSTEM, sent=row.pk, turn=turn)


def _take_all(row: Import, turn: int) -> bool:
    target: Any = TARGETS[row.ledger]
    judged, options = judge(row)
    indexes = judged.to_take()
    Import.objects.filter(pk=row.pk, turn=turn).update(total=row.done + len(indexes))
    size = max(1, len(indexes)) if target.whole(judged) else BATCH
    for first in range(0, len(indexes), size):
        part = indexes[first : first + size]
        try:
            going = working.take(by=SYSTEM, sent=row.pk, turn=turn, judged=judged, indexes=part, options=options)
        except IntegrityError:  # somebody wrote the same meanwhile: the next turn judges anew
            log.warning("a batch of %s met another writer", row.ledger)
            raise
        if not going:
            return False
    return True


@app.periodic(cron="* * * * *")
@app.task(name="imports.resume", queue="periodic", queueing_lock="imports.resume")
def resume(timestamp: int = 0) -> None:
    """Begin again at lists whose job was lost with its worker."""
    with acting():
        for row in working.lost(clock.now() - LOST_AFTER):
            app.tasks["imports.read" if row.state == READING else "imports.take"].defer(sent=str(row.pk))


@app.periodic(cron="20 19 * * *")  # UTC: twenty past three at night in China
@app.task(name="imports.forget", queue="periodic", queueing_lock="imports.forget")
def forget(timestamp: int = 0) -> None:
    """Delete the lists whose time is over."""
    working.forget(by=SYSTEM)
