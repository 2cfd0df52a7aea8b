"""Who looked: the access log in words. It is read with the login of actions, after `require()`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from muster.kernel.areas.codes import span
from muster.kernel.people.access import PURPOSES
from muster.kernel.people.models import IDENTIFIER_KINDS, Person
from muster.kernel.posts.models import AccessLog, Post, User
from muster.kernel.posts.permissions import visible_to

EVENTS = {
    "opened_file": _("Opened a file"),
    "revealed": _("Revealed a field"),
    "compared": _("Compared two records"),
    "searched": _("Searched for a person"),
    "traced": _("Traced contacts"),
    "exported": _("Exported rows"),
    "shown": _("Was shown a status at a venue"),
    "refused": _("Was refused"),
    "signed_in": _("Signed in"),
    "sign_in_failed": _("Sign-in failed"),
}
TONES = {"refused": "late", "sign_in_failed": "warn", "revealed": "info"}
FIELDS = {
    "name": _("Full name"),
    "address": _("Address"),
    "note": _("Note"),
    "report": _("Report"),
    **IDENTIFIER_KINDS,
}


def looks(post: Post, query: Any) -> QuerySet[AccessLog]:
    """The log of the post's range. Filters: `event`, `person` and `by` (ids), `area` (a code and all below)."""
    rows = visible_to(AccessLog.objects.all(), post)
    if query.get("event") in EVENTS:
        rows = rows.filter(event=query["event"])
    if query.get("area"):
        lo, hi = span(query["area"])
        rows = rows.filter(area__gte=lo, area__lt=hi)
    if person := _uuid(query.get("person")):
        rows = rows.filter(subject__in=Person.objects.filter(canonical__records=person).values("pk"))
    if by := _uuid(query.get("by")):
        rows = rows.filter(post_id=by)
    return rows


def _uuid(text: Any) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def in_words(rows: Iterable[AccessLog]) -> list[dict[str, Any]]:
    """Rows of the log with who looked and at whom; a fixed number of queries for any number of rows."""
    rows = list(rows)
    posts = {p.pk: p for p in Post.objects.filter(pk__in={r.post_id for r in rows})}
    users = {u.pk: u for u in User.objects.filter(pk__in={r.user_id for r in rows} | {r.subject for r in rows})}
    people = {p.pk: p for p in Person.objects.filter(pk__in={r.subject for r in rows if r.subject})}
    return [
        {
            "at": row.at,
            "event": row.event,
            "title": EVENTS.get(row.event, row.event),
            "tone": TONES.get(row.event, "off"),
            "post": posts.get(row.post_id),
            "user": users.get(row.user_id),
            "person": people.get(row.subject),
            "account": users.get(row.subject),
            "field": FIELDS.get(row.field, row.field),
            "purpose": PURPOSES.get(row.purpose, row.purpose),
            "area": row.area,
        }
        for row in rows
    ]
