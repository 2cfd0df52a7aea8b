"""Who looked: the access log in words. It is read with the login of actions, after `require()`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from muster.kernel.people.access import PURPOSES
from muster.kernel.people.models import IDENTIFIER_KINDS, Person
from muster.kernel.posts.models import AccessLog, Post, User
from muster.web.area_names import area_name

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
NOBODY = _("nobody signed in")
FIELDS = {
    "name": _("Full name"),
    "address": _("Address"),
    "note": _("Note"),
    "report": _("Report"),
    **IDENTIFIER_KINDS,
}


def of_person(value: str) -> Q | None:
    """The looks at any record of the person."""
    try:
        return Q(subject__in=Person.objects.filter(canonical__records=UUID(value)).values("pk"))
    except ValueError:
        return None


def who(row: AccessLog) -> Any:
    """Who looked; the post leads to all of its looks."""
    post = row.said["post"]
    link = format_html('<a href="?by={}">{} · {}</a>', post.pk, post.role_title, area_name(post.area)) if post else ""
    name = row.said["user"].display_name if row.said["user"] else ""
    return format_html("<span>{}{}{}</span>", name, " · " if name and link else "", link or ("" if name else NOBODY))


def about(row: AccessLog) -> Any:
    """At whom; a person leads to all looks at them."""
    person = row.said["person"]
    if person is None:
        return row.said["about"]
    return format_html('<a href="?person={}">{}</a>', person.pk, person.label or "–")


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
            "who": _who(users.get(row.user_id), posts.get(row.post_id)),
            "about": _about(people.get(row.subject), users.get(row.subject)),
            "field": FIELDS.get(row.field, row.field),
            "purpose": PURPOSES.get(row.purpose, row.purpose),
            "area": row.area,
        }
        for row in rows
    ]


def _who(user: User | None, post: Post | None) -> str:
    parts = [user.display_name if user else "", f"{post.role_title} · {area_name(post.area)}" if post else ""]
    return " · ".join(part for part in parts if part) or str(NOBODY)


def _about(person: Person | None, account: User | None) -> str:
    return person.label if person else account.username if account else ""
