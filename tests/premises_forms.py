"""A valid form for every route of premises that writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from muster.domains.premises import actions, codes
from muster.domains.premises.jobs import settle
from muster.domains.premises.models import Booking, Contest, Event, PersonalCode, Routine
from muster.kernel.posts.logins import acting
from muster.kernel.posts.roles import REGULATORS
from tests.premises_cast import OTHER_PHONE, PHONE, agreed, at_nine, card, venue_of
from tests.town import GRID, make_post


def _paper(town: Any) -> dict[str, Any]:
    with acting():
        return {"code": PersonalCode.objects.get(revoked_at=None).number}


def _opens(town: Any) -> dict[str, Any]:
    with acting():
        row = PersonalCode.objects.get(revoked_at=None)
    return {"code": row.number, "pin": actions.pin_of(row)}


def _objects(town: Any) -> dict[str, Any]:
    return {"device": codes.make(codes.DEVICE, UUID(town.device)), "reason": "over", "note": "已满七天"}


def _answered(town: Any) -> None:
    with acting():
        row = Contest.objects.get()
    actions.answer_contest(by=town.investigator, contest=row, outcome="stands")


def _asks(town: Any) -> dict[str, Any]:
    return {"who": card(1), "to": "test", "reason": "funeral", "hours": "12"}


GATHERING = {
    "area": GRID, "name": "社区运动会", "kind": "sport", "place_name": "体育场", "expected": "40", "tables": "0",
    "starts_at": "2021-12-20T09:00", "ends_at": "2021-12-20T17:00",
    "organiser": "马师傅", "phone": OTHER_PHONE, "unit": "社区文体站",
}  # fmt: skip


def _approved(town: Any) -> dict[str, Any]:
    with acting():
        row = Event.objects.get(state="asked")
    agreed(town, row)
    actions.decide_event(by=town.city, event=row, approve=True)
    return {"event": row.pk}


def _unchosen(town: Any) -> dict[str, Any]:
    return {"venue": venue_of(town, name="东门市场").pk}


def _heard(town: Any) -> None:
    with acting():
        row = Event.objects.get(state="asked")
    agreed(town, row)


def _ready(town: Any) -> dict[str, Any]:
    where = _approved(town)
    with acting():
        row = Event.objects.get(pk=where["event"])
    actions.check_event(by=town.community, event=row, faults=[])
    return where


def _regulated(town: Any) -> None:
    with acting():
        town.posts["commerce"] = make_post("commerce", REGULATORS["commerce"], "610404")


LEVEL = {"area": GRID, "level": "1", "number": "指令3号", "reason": "关联病例", "how": "cancelled", "seen": "1"}


def _stopped(town: Any) -> dict[str, Any]:
    with acting():
        row = Event.objects.get(state="asked")
    actions.set_level(by=town.headquarters, **(LEVEL | {"seen": 1}))
    return {"event": row.pk}


def _routine() -> Routine:
    with acting():
        return Routine.objects.get(code="disinfection", venue__name="中山菜市场")


def _owes(town: Any) -> dict[str, Any]:
    return {"routine": _routine().pk, "note": "84消毒液"}


def _recorded(town: Any) -> None:
    actions.record_routine(by=town.worker, routine=_routine())


def _counted(town: Any) -> dict[str, Any]:
    venue = venue_of(town, name="纺织厂", kind="factory")
    settle()
    with acting():
        row = Routine.objects.get(code="families", venue=venue)
    counts = {"staff": 2, "returned": 0, "controlled": 0, "symptomatic": 0}
    actions.record_routine(by=town.worker, routine=row, figure=2, counts=counts)
    return {"routine": row.pk}


SIZE = {"cap": "40", "per_slot": "20", "slot_minutes": "30", "opens": "09:00", "closes": "20:00"}


def _books(town: Any) -> dict[str, Any]:
    return {"slot": at_nine().isoformat(), "name": "孙少", "phone": PHONE, "party": "1"}


def _gives_back(town: Any) -> dict[str, Any]:
    with acting():
        return {"cancel": "yes", "number": Booking.objects.get().number}


def forms(form: Any, says: Callable[..., Any]) -> dict[str, Any]:
    """`form` and `says` are those of `tests/forms.py`."""
    visitor = says(name="钱多", phone=PHONE)
    return {
        "premises:answer_contest": form("investigator", says(outcome="stands"), says(outcome="mended")),
        "premises:ask_exemption": form("street", _asks, says(hours="13")),
        "premises:confirm_exemption": form("headquarters"),
        "premises:contest_status": form("", _objects, says(reason="tested"), _answered),
        "premises:end_exemption": form("street"),
        "premises:open_mine": form("", _opens, says(pin="000000")),
        "premises:ask_event": form("community", says(**GATHERING), says(expected="41")),
        "premises:new_level": form("headquarters", says(**LEVEL), says(reason="另有原因")),
        "premises:undo_level": form("headquarters"),
        "premises:answer_stop": form("community", says(what="known"), says(what="informed"), _stopped),
        "premises:gathering": form("", says(what="known"), says(what="informed"), _stopped),
        "premises:check_event": form("community", says(faults=["line"]), says(faults=["code"]), _approved),
        "premises:decide_event": form("city", says(approve="yes"), says(approve="no", refusal="size"), _heard),
        "premises:give_opinion": form("commerce", says(agrees="yes"), says(agrees="no", faults=["plan"]), _regulated),
        "premises:supervise_event": form("street", says(faults=["line"]), says(faults=["code"]), _ready),
        "premises:add_venue": form(
            "worker", says(name="东门面馆", kind="restaurant", area=GRID), says(name="西门面馆")
        ),
        "premises:close_venue": form("community"),
        "premises:desk": form("", says(name="钱多", phone=PHONE, why="child"), says(name="钱少"), status=(200,)),
        "premises:book": form("", _books, says(party="2"), status=(200,)),
        "premises:book cancel": form("", _gives_back, says(number="1"), status=(200,)),
        "premises:door": form("", says(way="in"), says(way="out")),
        "premises:capacity": form("community", says(**SIZE), says(cap="41")),
        "premises:owed": form("", _owes, says(note="酒精")),
        "premises:guests": form("", says(name="李远", phone=PHONE, room="302"), says(room="303")),
        "premises:guests send": form("", says(send="yes"), says(send="", left="x")),
        "premises:record_routine": form("worker", says(outcome="done"), says(note="另记")),
        "premises:begin_check": form("market", prepare=_unchosen),
        "premises:check_routine": form("community", says(wanting=["line"]), says(wanting=["code"]), _recorded),
        "premises:explain_unnamed": form("worker", says(why="left"), says(why="refused"), _counted),
        "units:name_people staff": form("", says(people="赵远 13712345678"), says(people="赵近 13712345679")),
        "units:name_people": form(
            "", says(name="赵远", phone=PHONE, what="returned", who="staff", origin="河南省郑州市"), says(name="赵近")
        ),
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
