"""Valid forms of antigen kits, from the played night."""

from __future__ import annotations

from datetime import timedelta

from muster.domains.antigen.models import KitBatch, KitWant
from muster.kernel import clock
from muster.kernel.posts.logins import acting
from tests.antigen_cast import PHONE
from tests.form import Form, Values, says
from tests.town import GRID, Town


def _came_in(town: Town) -> Values:
    expires = clock.today() + timedelta(days=60)
    return {"area": "610404", "store": "区疾控库", "batch": "B9", "kits": "50", "expires_on": expires.isoformat()}


def _to_students(town: Town) -> Values:
    with acting():
        return {"batch": str(KitBatch.objects.get().pk), "kits": "10"}


def _students(town: Town) -> Values:
    with acting():
        return {"kit_want": KitWant.objects.get(group="students").pk}


def _own(town: Town) -> Values:
    return {"name": "田小雨", "phone": PHONE, "result": "negative", "tested_at": clock.now().isoformat()}


ANTIGEN = {
    "antigen:receive": Form("headquarters", _came_in, says(kits="60")),
    "antigen:discard": Form("headquarters", says(kits="3", why="damaged"), says(kits="4")),
    "antigen:want": Form("worker", says(area=GRID, group="elders", wanted="15"), says(wanted="16")),
    "antigen:issue_kits": Form("headquarters", _to_students, says(kits="9"), _students),
    "antigen:sign": Form("worker"),
    "antigen:own": Form("", _own, says(result="invalid")),
    "antigen:report": Form("worker", says(number=PHONE, result="negative"), says(result="invalid")),
}
