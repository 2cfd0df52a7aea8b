"""A valid form for every route of premises that writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from muster.domains.premises.models import PersonalCode
from muster.kernel.posts.logins import acting
from tests.premises_cast import PHONE, card
from tests.town import GRID


def _paper(town: Any) -> dict[str, Any]:
    with acting():
        return {"code": PersonalCode.objects.get(revoked_at=None).number}


def forms(form: Any, says: Callable[..., Any]) -> dict[str, Any]:
    """`form` and `says` are those of `tests/forms.py`."""
    visitor = says(name="钱多", phone=PHONE)
    return {
        "premises:add_venue": form(
            "worker", says(name="东门面馆", kind="restaurant", area=GRID), says(name="西门面馆")
        ),
        "premises:close_venue": form("community"),
        "premises:desk": form("", says(name="钱多", phone=PHONE, why="child"), says(name="钱少"), status=(200,)),
        "premises:desk paper": form("", _paper, says(code="079927398713"), status=(200,)),
        "premises:issue_code": form(
            "worker", says(name="钱婆婆", id_number=card(2), area=GRID), says(id_number=card(3))
        ),
        "premises:record_visit": form("worker", _paper, says(code="079927398713")),
        "premises:renew_code": form("community", says(which="sheet"), says(which="desk")),
        "premises:scan": form("", visitor, says(name="钱少"), status=(200,)),
        "premises:scan group": form(
            "", says(name="钱多", phone=PHONE, others="钱小多", why="child"), says(others="钱小小"), status=(200,)
        ),
    }  # fmt: skip
