"""An installation's beginning: its one row, and the link by which its first administrator comes in."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext as _

from muster.kernel import clock
from muster.kernel.areas import installation
from muster.kernel.areas.models import Installation
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.actions import make_link, secret_of
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM, Post
from muster.kernel.posts.roles import ADMINISTRATOR

DEFAULT_ZONE = "Asia/Shanghai"


def found(name: str | None = None, zone: str | None = None, *, kind: str = "live") -> bool:
    """Make the installation's row, or give the one that is there another name; returns whether it is new.

    Raises Invalid for an unknown time zone, for another than the one in which days were cut so far, and for another
    kind: a demonstration never becomes a live installation.
    """
    try:
        ZoneInfo(zone or DEFAULT_ZONE)
    except (ZoneInfoNotFoundError, ValueError):
        raise Invalid("timezone", _("There is no time zone %(zone)s.") % {"zone": zone}) from None
    with acting():
        row = Installation.objects.first()
        if row is None:
            now = clock.now()
            Installation.objects.create(name=name or "", timezone=zone or DEFAULT_ZONE, kind=kind, created_at=now)
            installation.forget()
            return True
        if row.kind != kind:
            raise Invalid("kind", _("This database holds a %(kind)s installation for good.") % {"kind": row.kind})
        if zone and zone != row.timezone:
            raise Invalid("timezone", _("Days are cut in %(zone)s here; that cannot change.") % {"zone": row.timezone})
        if name and name != row.name:
            Installation.objects.filter(pk=row.pk).update(name=name)
            installation.forget()
        return False


def first_link() -> str | None:
    """The path of a one-time link for the first administrator; None when there is one already."""
    with acting():
        if Post.objects.active(clock.now()).filter(role=ADMINISTRATOR).exists():
            return None
    return f"/setup/{secret_of(make_link(by=SYSTEM, role=ADMINISTRATOR))}/"
