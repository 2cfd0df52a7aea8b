"""Results by tube, and what waits to be tested: what a laboratory's machine sends and asks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Body, Header, Router, Schema, Status
from pydantic import ConfigDict, Field

from muster.domains.screening import queries
from muster.domains.screening.actions import load_tubes
from muster.kernel.loading import cell
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.logins import acting

from .machines import MOST_ROWS, Cell, KeyOfMachine, operation_of

router = Router()


class TubeIn(Schema):
    """What was found in one tube."""

    model_config = ConfigDict(extra="forbid")

    tube: Cell = Field(None, description="the code printed on the tube")
    result: Cell = Field(None, description="negative, positive, pool_suspect or invalid; in a pool positive is suspect")
    ct_orf: Cell = Field(None, description="cycles; null where not found")
    ct_n: Cell = Field(None, description="cycles; null where not found")


class Stated(Schema):
    """What the sender counted before sending, and the rows must have: `found` are the positive and suspect ones."""

    model_config = ConfigDict(extra="forbid")

    tubes: int = Field(ge=0)
    negative: int = Field(0, ge=0)
    found: int = Field(0, ge=0)
    invalid: int = Field(0, ge=0)


class TubeBatch(Schema):
    """Up to 500 rows, what the sender says is in them, and if it can a digest of them as the instrument gave them."""

    model_config = ConfigDict(extra="forbid")

    rows: list[TubeIn]
    stated: Stated
    digest: str = Field("", max_length=64, description="SHA-256 in hexadecimal of the rows, see docs/results.md")


class TubeVerdict(Schema):
    """What became of one row: `new`, `unchanged`, `held` for a second person, or `rejected` with column and reason."""

    row: int
    tube: str
    verdict: str
    field: str = ""
    reason: str = ""


class BoxState(Schema):
    """A box that the batch touched: tubes in it, with a result, and left."""

    box: str
    tubes: int
    reported: int
    left: int


class TubeAnswer(Schema):
    """Counts by verdict, a verdict for every row, and what is left in the boxes that they came in."""

    batch: str
    new: int
    unchanged: int
    held: int
    rejected: int
    verdicts: list[TubeVerdict]
    boxes: list[BoxState]


class Waiting(Schema):
    """A tube that the laboratory received and has not reported, and until when it should have.

    `held`: what was sent waits for a second person.
    """

    tube: str
    box: str
    disease: str
    swabs: int
    received_at: datetime
    held: bool
    due_at: datetime | None


class Problem(Schema):
    """Why a request was refused as a whole."""

    detail: str


_REFUSALS = {400: Problem, 401: Problem, 403: Problem, 409: Problem, 413: Problem}


@router.post(
    "tubes",
    auth=KeyOfMachine(),
    response={200: TubeAnswer, 207: TubeAnswer, 422: TubeAnswer | Problem, **_REFUSALS},
    summary="Send results by tube of the key's laboratory, up to 500",
)
def send_tubes(
    request: HttpRequest, batch: TubeBatch = Body(...), idempotency_key: str = Header("", alias="Idempotency-Key")
) -> Status:
    """200: every row is taken. 207: some are held or rejected. 422: none is taken, or the batch is refused whole."""
    try:
        op = operation_of(idempotency_key)
    except Invalid as no:
        return Status(400, {"detail": str(no.message)})
    if len(batch.rows) > MOST_ROWS:
        return Status(413, {"detail": _("At most %(most)s results at a time.") % {"most": MOST_ROWS}})
    rows = [row.model_dump() for row in batch.rows]
    try:
        post: Any = request.auth  # type: ignore[attr-defined]
        stated = batch.stated.model_dump()
        done = load_tubes(by=post, rows=rows, stated=stated, digest=batch.digest, way="api", op=op)
    except Invalid as no:
        return Status(422, {"detail": str(no.message)})
    answer = as_answer(done)
    return Status(200 if not done["held"] + done["rejected"] else 422 if done["rejected"] == len(rows) else 207, answer)


@router.get("tubes/waiting", auth=KeyOfMachine(), response=list[Waiting], summary="Received and not reported yet")
def waiting(request: HttpRequest, after: str = "") -> list[dict[str, Any]]:
    """Up to 500 tubes by code; the next ones come `after` the last code."""
    with acting():
        return queries.waiting_tubes(request.auth.organisation_id, cell(after)[:100], MOST_ROWS)  # type: ignore[attr-defined]


def as_answer(done: dict[str, Any]) -> dict[str, Any]:
    """What the action answers, with names for the parts of each verdict."""
    names = ("row", "tube", "verdict", "field", "reason")
    return {**done, "verdicts": [dict(zip(names, verdict, strict=True)) for verdict in done["verdicts"]]}
