"""Who comes to the town: forms that are valid, a draft of the list, and the travellers of the night."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from muster.domains.arrivals import actions
from muster.domains.arrivals.models import Arrival, Lane
from muster.kernel import clock, ids
from muster.kernel.posts.logins import acting
from tests.form import Form, says
from tests.town import GRID, Town

COMES = {
    "name": "孙小明", "phone": "13800001111", "origin": "陕西省西安市雁塔区", "area": GRID[:12],
    "arrives_on": "2021-12-01", "declared_by": "self",
}  # fmt: skip
BULLETIN = {
    "text": "全国有1个高风险地区：\n辽宁省大连市（1个）：庄河市。", "source": "国务院客户端",
    "published_on": "2021-12-01", "effective_at": "2021-12-02T08:00",
}  # fmt: skip

BARRIER = {
    "name": "孙小明", "phone": "13800001111", "origin": "陕西省西安市雁塔区", "to_area": GRID[:12], "code": "green",
    "negative": "yes", "complaints": "no",
}  # fmt: skip
SEEN = {"code": "green", "negative": "yes", "complaints": "no"}
CAR = {
    "vehicle": "car", "plate": "陕D12345", "goods": "no", "origin": "陕西省西安市雁塔区", "to_area": GRID[:12],
    "name1": "孙小明", "phone1": "13800001111", "code1": "green", "negative1": "yes", "complaints1": "no",
}  # fmt: skip
RECORD = {
    "op": "0190c8a6-0000-7000-8000-000000000001", "origin": "陕西省西安市雁塔区", "to_area": GRID[:12],
    "people": [{"name": "孙小明", "phone": "13800001111", "code": "green", "negative": True}],
}  # fmt: skip
LANE = {"per_slot": 20, "slot_minutes": 30, "opens": 0, "closes": 1440}
PLACE = {"name": "东口", "kind": "road", "area": GRID[:12]}


def draft(town: Town) -> dict[str, Any]:
    """An edition that waits for somebody to confirm it."""
    row = actions.read_list(
        by=town.headquarters, text=BULLETIN["text"], source="x", published_on=clock.today(), effective_at=clock.now()
    )
    return {"edition": row.pk}


def on_the_way(town: Town) -> dict[str, Any]:
    """Who has not come yet."""
    with acting():
        return {"arrival": Arrival.objects.get(state="coming").pk}


def here(town: Town) -> dict[str, Any]:
    """Somebody who came back, of whom nothing is due."""
    said = {"name": "归来", "phone": "13800008888", "area": GRID[:12], "arrives_on": clock.today()}
    row = actions.declare(by=town.desk, origin="陕西省西安市雁塔区", channel="phone", here=True, **said)
    return {"arrival": row.pk}


def expected(town: Town) -> dict[str, Any]:
    """What the lane of those who booked reads of who has not come yet."""
    with acting():
        return {**SEEN, "read": Arrival.objects.get(state="coming").ref}


def at_eleven(town: Town) -> dict[str, Any]:
    """Who has not come yet takes a time at eleven in the next night."""
    with acting():
        row = Arrival.objects.get(state="coming")
        checkpoint = Lane.objects.get().pk
    slot = clock.midnight(clock.today()) + timedelta(hours=47)
    return {"reference": row.ref, "checkpoint": checkpoint, "slot": slot.isoformat()}


def at_ten(town: Town) -> dict[str, Any]:
    """An hour before that."""
    return {"slot": (clock.midnight(clock.today()) + timedelta(hours=46)).isoformat()}


def holding_card(town: Town) -> dict[str, Any]:
    """The reference of who has not come yet, as the device reads it."""
    with acting():
        return {"card": Arrival.objects.get(state="coming").ref}


def travellers(town: Town) -> None:
    """An edition of the risk-area list; somebody who came, was called and travelled on, and somebody on the way."""
    text = "全国有1个中风险地区：\n黑龙江省黑河市（1个）：爱辉区博文社区昌辉雅典城小区。"
    now, today = clock.now(), clock.today()
    read = actions.read_list(
        by=town.headquarters, text=text, source="国务院客户端", published_on=today, effective_at=now
    )
    actions.confirm_list(by=town.headquarters, risk_list=read)
    said = {"area": GRID[:12], "arrives_on": today, "origin": "黑龙江省黑河市爱辉区福龙社区", "channel": "phone"}
    gone = actions.declare(by=town.desk, name="冯远", phone="13800004444", here=True, **said)
    actions.call(by=town.community, arrival=gone, answer="none", temperature=36.5)
    actions.move_on(by=town.community, arrival=gone, onward_to="宝鸡市")
    barrier = actions.add_checkpoint(by=town.street, name="南站", kind="station", area=GRID[:12])
    seen = {"to_area": GRID[:12], "code": "green", "negative": False, "complaints": True}
    actions.check_person(
        by=town.community, checkpoint=barrier, name="何站", phone="13800006666", origin="西安市雁塔区", **seen
    )
    inside = {"name": "车雷", "phone": "13800007777", "code": "green", "negative": True}
    record = {"op": str(ids.uuid7()), "people": [inside], "chosen": "pass", "vehicle": "car", "plate": "陕D54321"}
    listed = {"origin": "黑龙江省黑河市爱辉区博文社区昌辉雅典城小区", "to_area": GRID[:12]}
    actions.take_records(by=town.community, checkpoint=barrier, records=[record | listed])
    actions.hand_shift(by=town.street, checkpoint=barrier)
    row = actions.declare(by=town.desk, name="程路", phone="13800005555", **said)
    actions.set_lane(by=town.street, checkpoint=barrier, **LANE)
    actions.book_lane(by=town.community, checkpoint=barrier, read=row.ref)


ARRIVALS = {
    "arrivals:act": Form("community", says(act="receive"), says(act="move_on", onward_to="西安市"), on_the_way),
    "arrivals:booked": Form("community", expected, says(**SEEN, read="ZZZZZZZZ")),
    "arrivals:give_time": Form("community", holding_card, says(card="ZZZZZZZZ")),
    "arrivals:lane": Form(
        "street", says(per_slot="30", slot_minutes="15", opens="06:00", closes="23:30"), says(per_slot="31")
    ),
    "arrivals:lane_time": Form("", at_eleven, at_ten),
    "arrivals:records": Form(
        "community",
        says(records=json.dumps([RECORD])),
        says(records=json.dumps([RECORD | {"vehicle": ""}])),
        status=(200,),
    ),
    "arrivals:settle_passage": Form("community"),
    "arrivals:together": Form("community", says(**CAR), says(plate="陕D99999")),
    "arrivals:act_pass": Form("community", says(result="negative"), says(result="positive")),
    "arrivals:correct_pass": Form("community", says(code="red", negative="yes"), says(code="green", negative="no")),
    "arrivals:certificate": Form("community", prepare=here),
    "arrivals:check": Form("community", says(**BARRIER), says(name="别人")),
    "arrivals:checkpoints": Form("street", says(**PLACE), says(name="北口")),
    "arrivals:confirm": Form("headquarters", prepare=draft),
    "arrivals:declare": Form("", says(**COMES), says(name="别人")),
    "arrivals:discard": Form("headquarters", prepare=draft),
    "arrivals:new": Form("desk", says(**COMES, channel="phone"), says(name="别人")),
    "arrivals:shift": Form("community", says(side="take"), says(side="hand")),
    "arrivals:read_list": Form("headquarters", says(**BULLETIN), says(source="别处")),
}
