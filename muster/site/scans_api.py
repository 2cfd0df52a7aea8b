"""Scans of a venue's device, in batches: what it recorded while it had no network, or at a busy entrance."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from django.http import HttpRequest
from django.utils.translation import gettext as _
from msgspec import Meta
from ninja import Router, Schema, Status
from ninja.errors import ValidationError
from ninja.security import HttpBearer

from muster.domains.premises.actions.scans import MOST_SCANS, record_scans
from muster.domains.premises.limits import MOST, SECONDS
from muster.kernel import clock
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.models import SYSTEM
from muster.web import limits

router = Router()


class LinkOfVenue(HttpBearer):
    """A venue's link for its staff is its device's key: it names the venue, and is withdrawn with it."""

    def authenticate(self, request: HttpRequest, token: str) -> str:
        """The link as it is; the action looks whether it is valid."""
        return token


class ScanIn(msgspec.Struct, forbid_unknown_fields=True):
    """One scan of a personal code."""

    op: Annotated[str, Meta(max_length=64, description="the device's own number of this scan: it names a refusal")]
    code: Annotated[str, Meta(max_length=400, description="what the code holds after /p/, or its twelve digits")]
    at: Annotated[datetime, Meta(description="RFC 3339; without an offset it is local to the installation")]


_SCANS = msgspec.json.Decoder(list[ScanIn])  # reads and checks in one go, in a fifth of the time
_ITEM = msgspec.json.schema_components([ScanIn])[1]["ScanIn"]
_BODY = {"application/json": {"schema": {"type": "array", "items": _ITEM}}}


class Refusal(Schema):
    """Why a scan was not taken."""

    op: str
    reason: str


class Taken(Schema):
    """How many visits are new, how many were known, and which scans were not taken."""

    new: int
    known: int
    rejected: list[Refusal]


class Problem(Schema):
    """Why a request was refused as a whole."""

    detail: str


@router.post(
    "scans",
    auth=LinkOfVenue(),
    response={200: Taken, 207: Taken, 401: Problem, 413: Problem, 429: Problem},
    summary="Send up to 500 scans of a venue; Authorization: Bearer <what the staff's link holds after /d/>",
    openapi_extra={"requestBody": {"content": _BODY, "required": True}},
)
def send_scans(request: HttpRequest) -> Status:
    """200: all are taken. 207: some are not. The same scans again have one effect: send until there is an answer."""
    if limits.over(f"premises:scans:{limits.sender(request)}", MOST["desk"], SECONDS):
        return Status(429, {"detail": _("Too often: try again in a minute.")})
    try:
        scans = _SCANS.decode(request.body)
    except ValueError as no:
        raise ValidationError([{"type": "json", "loc": ["body"], "msg": str(no)}]) from None
    if len(scans) > MOST_SCANS:
        return Status(413, {"detail": _("At most %(most)s scans at a time.") % {"most": MOST_SCANS}})
    for scan in scans:
        if scan.at.tzinfo is None:
            scan.at = scan.at.replace(tzinfo=clock.zone())
    link: Any = request.auth  # type: ignore[attr-defined]
    try:
        done = record_scans(by=SYSTEM, desk=link, scans=scans)
    except Invalid as no:
        return Status(401, {"detail": str(no.message)})
    return Status(207 if done["rejected"] else 200, done)
