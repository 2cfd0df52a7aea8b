"""Keys of laboratories' machines, and new keys for the identifiers at rest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from muster.kernel import clock
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.people import crypto
from muster.kernel.people.actions import plain
from muster.kernel.people.crypto import new_keys
from muster.kernel.people.models import Identifier, Organisation
from muster.kernel.posts.actions import give_post, issue_key, revoke_key, secret_of
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM, ApiKey, Post
from muster.kernel.posts.permissions import require
from muster.kernel.posts.roles import LABORATORY
from muster.site import database


def issue(laboratory: str, name: str = "", *, create: bool = False) -> str:
    """A new key that acts on a laboratory's post for machines, which is made with the first.

    Raises Invalid for a laboratory that is not known, unless `create` records it by this reference.
    """
    with acting():
        if create and not Organisation.objects.filter(Q(ref=laboratory) | Q(name=laboratory)).exists():
            Organisation.objects.create(ref=laboratory, name=laboratory, kind="laboratory")
        body = _laboratory(laboratory)
        post = _posts(body).first()
        if post is None:
            post = give_post(by=SYSTEM, user=None, role=LABORATORY, area=body.area, organisation_id=body.pk)
        return secret_of(issue_key(by=SYSTEM, post=post, name=name or body.name))


def revoke_keys(laboratory: str, name: str = "") -> int:
    """Revoke a laboratory's keys, those of a name if one is given; returns how many. Raises Invalid."""
    with acting():
        keys = ApiKey.objects.filter(post__in=_posts(_laboratory(laboratory)), revoked_at=None).select_related("post")
        found = list(keys.filter(name=name) if name else keys)
        for key in found:
            revoke_key(by=SYSTEM, key=key)
        return len(found)


def rotate(home: Path, progress: Callable[[int], Any]) -> int:
    """Encrypt every identifier anew under a new key; returns how many. Broken off, the next call goes on.

    Older keys stay in the secrets: dumps of the database from before need them. Running processes know the old keys
    only, so they are stopped before and started afterwards.
    """
    known = database.secrets(home)
    with acting():
        if not Identifier.objects.exclude(key_id=known["keys"]["current"]).exists():
            known["keys"] = new_keys(known["keys"])
            database.save_secrets(home, known)
        settings.MUSTER_KEYS.update(known["keys"])
        total = 0
        while done := rotate_identifiers(by=SYSTEM):
            total += done
            progress(done)
        return total


@action("people.rotate_identifiers")
def rotate_identifiers(*, by: Any, now: datetime, batch: int = 5000, op: UUID | None = None) -> int:
    """Encrypt one batch of numbers anew under the current key; returns how many. Call it until it returns 0.

    Broken off, it can be started again: what is done is passed over.
    """
    require(by, "people.rotate_identifiers", "")
    rows = Identifier.objects.exclude(key_id=crypto.current_key())
    held = list(rows.select_for_update(skip_locked=True)[:batch])
    for row in held:
        row.key_id, row.value_enc = crypto.encrypt(plain(row), row.pk)
    Identifier.objects.bulk_update(held, ["key_id", "value_enc"], batch_size=500)
    return len(held)


def _laboratory(name: str) -> Organisation:
    found = Organisation.objects.filter(ref=name).first() or Organisation.objects.filter(name=name).first()
    if found is None:
        raise Invalid("laboratory", _("There is no laboratory with this reference or name"))
    return found


def _posts(laboratory: Organisation) -> Any:
    """The laboratory's posts that no person holds: those of machines."""
    return Post.objects.active(clock.now()).filter(role=LABORATORY, organisation_id=laboratory.pk, user=None)
