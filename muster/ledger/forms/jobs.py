"""Filling a form in the background, with progress; filled forms are forgotten after a day."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils import translation
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from muster.kernel import clock
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.logins import acting, viewing
from muster.kernel.posts.models import SYSTEM, Post
from muster.ledger.asking import asked
from muster.ledger.declaring import LEDGERS
from muster.ledger.limits import limit
from muster.ledger.models import AGREED, Export

from . import actions, words
from .filling import open_book, saved, write
from .layout import Layout
from .models import Filling, TemplateFile
from .reading import Missing, lines
from .sources import MASKED, PLAIN

EVERY = 500  # rows between two marks of progress


@app.task(name="forms.fill", queue="exports")
def fill(filling: str) -> None:
    """Fill a form as the post that asked for it: it holds what the post sees now. A failure is told on its page."""
    with acting():
        row = Filling.objects.select_related("template").filter(pk=filling, state=words.WAITING).first()
        post = row and Post.objects.active(clock.now()).filter(pk=row.by_post).first()
        if row is None or post is None:
            return
        content = bytes(TemplateFile.objects.values_list("content", flat=True).get(pk=row.template_id))
        _mark(row, state=words.WORKING)
    try:
        with translation.override(row.language):
            told = _filled(row, post, content)
    except Invalid as no:
        with acting():
            _mark(row, state=words.FAILED, error=str(no.message))
        return
    except Exception:
        with acting():
            _mark(row, state=words.FAILED, error=str(_("The form could not be filled. Tell your administrator.")))
        raise
    actions.keep_filled(by=SYSTEM, filling=row, **told)


@app.task(name="forms.fill_agreed", queue="exports")
def fill_agreed(export: str) -> None:
    """Fill a form that a second person has agreed to; logged before any row is read."""
    with acting():
        agreed = Export.objects.filter(pk=export, state=AGREED).first()
        post = agreed and Post.objects.active(clock.now()).filter(pk=agreed.post_id).first()
    row = actions.begin_agreed(by=SYSTEM, export=agreed) if agreed and post else None
    if row:
        actions.log_filling(post, LEDGERS[agreed.ledger], row)
        fill(export)


def _filled(row: Filling, post: Post, content: bytes) -> dict[str, Any]:
    template, missing = row.template, Missing()
    layout = Layout.read(template.layout)
    with acting():
        agreed = Export.objects.filter(pk=row.pk, state=AGREED).exists()
    most = limit("form.rows_at_most" if agreed else "export.rows")
    with viewing(post.id):
        question = asked(LEDGERS[template.subject], post, QueryDict(row.asked))
        found = list(lines(question, template, PLAIN if row.identified else MASKED, missing, most + 1))
    if len(found) > most:
        raise Invalid("asked", _("These are too many rows: filter them further."))
    book = open_book(content)
    columns = [part["at"] for part in template.mapping]

    def written(done: int) -> None:
        if done % EVERY == 0:
            with acting():
                _mark(row, rows=len(found), done=done)

    inserted, blocked = write(book[layout.sheet], layout, columns, found, len(found), progress=written)
    for part in template.mapping:
        if part["at"] in blocked:
            missing.add(part["at"], part["header"], words.NO_CELL, layout.first)
    return {"content": saved(book), "rows": len(found), "inserted": inserted, "missing": missing.told()}


def _mark(row: Filling, **values: Any) -> None:
    Filling.objects.filter(pk=row.pk).update(**values)


@app.periodic(cron="20 * * * *")
@app.task(name="forms.forget", queue="periodic", queueing_lock="forms.forget")
def forget(timestamp: int = 0) -> None:
    """Delete what nobody needs any more."""
    actions.forget_forms(by=SYSTEM)
