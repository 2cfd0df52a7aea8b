"""The handover: each side confirms in its own session, or types in the code that the other side's screen shows."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from muster.kernel import ids
from muster.kernel.facts.actions import record
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.permissions import reaches, require

from .. import words
from ..models import Room, Transfer
from .stays import begin_at_site
from .transfers import locked_transfer

CODE_LASTS = timedelta(minutes=15)
MOST_TRIES = 5
OTHER = {words.SENDER: words.RECEIVER, words.RECEIVER: words.SENDER}


def shown_code(transfer: Transfer) -> str:
    """The six digits of the code, from its seed and the installation's key: the database alone does not tell."""
    text = f"{transfer.pk}:{transfer.code_seed}".encode()
    return f"{int.from_bytes(hmac.digest(settings.SECRET_KEY.encode(), text, hashlib.sha256)[:8], 'big') % 10**6:06}"


def sides_of(by: Any, transfer: Transfer) -> list[str]:
    """The sides on which a post stands: where the person is fetched, or where they are taken."""
    at_site = transfer.place_id is not None and reaches(by, None, place=transfer.place_id)
    from_here = reaches(by, None if transfer.from_place else transfer.from_area, place=transfer.from_place)
    return [side for side, yes in ((words.SENDER, from_here), (words.RECEIVER, at_site)) if yes]


def _require_side(by: Any, permission: str, transfer: Transfer, side: str) -> None:
    if side not in words.SIDES:
        raise Invalid("side", _("Choose your side."))
    if side == words.RECEIVER:
        require(by, permission, None, place=transfer.place_id)
    else:
        require(by, permission, None if transfer.from_place else transfer.from_area, place=transfer.from_place)


@action("isolation.show_code")
def show_code(*, by: Any, transfer: Transfer, side: str, now, op=None) -> Transfer:
    """Make a new code for the other side to type in: 15 minutes, five tries. Who shows it agrees to the handover."""
    transfer = locked_transfer(transfer)
    _require_side(by, "isolation.show_code", transfer, side)
    if transfer.state == words.ARRIVED:
        raise Invalid("transfer", _("Both sides have confirmed already."))
    transfer.code_side, transfer.code_post, transfer.code_seed = side, by.id, ids.uuid7()
    transfer.code_until, transfer.code_tries = now + CODE_LASTS, 0
    transfer.save(update_fields=["code_side", "code_post", "code_seed", "code_until", "code_tries"])
    return transfer


@action("isolation.confirm_handover")
def confirm_handover(
    *, by: Any, transfer: Transfer, side: str, code: str = "", room: Room | None = None, now, op=None
) -> Transfer:  # fmt: skip
    """Confirm a side of the handover; with the right `code` of the other side, that side too.

    Receiving begins the stay, in the room kept or in the one given. A wrong code is counted and confirms nothing: look
    at `confirmed_at(side)`; when no try is left, or the code has expired, Invalid.
    """
    transfer = locked_transfer(transfer)
    _require_side(by, "isolation.confirm_handover", transfer, side)
    if transfer.confirmed_at(side) and not code:
        return transfer
    posts = {side: by.id}
    if code:
        if not _right(transfer, side, code, now):
            return transfer
        posts[OTHER[side]] = transfer.code_post
    for each in (words.SENDER, words.RECEIVER):
        if each in posts and not transfer.confirmed_at(each):
            _confirm(transfer, each, posts[each], by=by, now=now, op=op)
    if words.RECEIVER in posts and transfer.site:
        begin_at_site(
            transfer.control, transfer.site, room=room, reserved=transfer.room, by=by, now=now,
            because=[transfer.receiver_fact_id],
        )  # fmt: skip
        transfer.room = None  # kept for them until now; from here on the stay says which room is theirs
    _move_on(transfer, by=by, now=now)
    return transfer


def _right(transfer: Transfer, side: str, code: str, now: datetime) -> bool:
    if transfer.code_side != OTHER[side] or not transfer.code_until or transfer.code_until <= now:
        raise Invalid("code", _("No code is valid now. Ask the other side to show a new one."))
    if transfer.code_tries >= MOST_TRIES:
        raise Invalid("code", _("Too many wrong codes. Ask the other side to show a new one."))
    right = hmac.compare_digest(shown_code(transfer).encode(), "".join(filter(str.isdigit, code)).encode())
    transfer.code_tries += 1
    if right:
        transfer.code_until = None
    transfer.save(update_fields=["code_tries", "code_until"])
    return right


def _confirm(transfer: Transfer, side: str, post: Any, *, by: Any, now: datetime, op) -> None:
    kind = "isolation.handed_over" if side == words.SENDER else "isolation.received"
    fact = record(
        kind, subject=transfer.id, area=transfer.area, because=[transfer.requested_fact_id],
        data={"post": str(post or "")}, by=by, now=now, op=op,
    )  # fmt: skip
    if side == words.SENDER:
        transfer.sender_at, transfer.sender_post, transfer.sender_fact = now, post, fact
    else:
        transfer.receiver_at, transfer.receiver_post, transfer.receiver_fact = now, post, fact


def _move_on(transfer: Transfer, *, by: Any, now: datetime) -> None:
    """From requested to departed to arrived, as the sides confirm; both facts are the causes of the arrival."""
    if transfer.sender_at and transfer.receiver_at:
        if transfer.state != words.ARRIVED:
            transfer.state, transfer.closed_at = words.ARRIVED, now
            record(
                "isolation.arrived", subject=transfer.id, area=transfer.area, by=by, now=now,
                because=[transfer.sender_fact_id, transfer.receiver_fact_id],
                data={"site": str(transfer.site_id), "control": str(transfer.control_id)},
            )  # fmt: skip
    elif transfer.sender_at:
        transfer.state = words.DEPARTED
    transfer.save()
