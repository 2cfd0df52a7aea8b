"""Times in the booking lane: by a reference without an account, by a card at the barrier, and who is due."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from muster.domains.arrivals import actions
from muster.domains.arrivals.models import LaneBooking
from muster.kernel import clock as program_clock
from muster.kernel import ids
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM
from tests.arrivals_cast import LANE
from tests.pages.reading import queries_of, read_as
from tests.town import GRID, build_town, sign_in

SIZE = {"per_slot": "1", "slot_minutes": "30", "opens": "00:00", "closes": "24:00"}


@pytest.fixture
def town(db, clock):
    return build_town()


def send(client, path: str, **form):
    return client.post(path, {"op": str(ids.uuid7()), **form}, headers={"accept-language": "en"})


def declared(number: int):
    said = {"name": f"孙{number}", "phone": f"138{number:08}", "origin": "陕西省西安市雁塔区", "area": GRID[:12]}
    return actions.declare(by=SYSTEM, arrives_on=program_clock.today(), **said)


def test_from_the_phone_to_the_barrier(town, client):
    read = read_as(client)
    barrier = actions.add_checkpoint(by=town.street, name="南站出口", kind="station", area=GRID[:12])
    path, public = f"/checkpoints/{barrier.pk}/", Client(headers={"accept-language": "en"})
    assert "Times in the booking lane" not in read(town.community, path)
    sign_in(client, town.street)
    assert send(client, path + "lane/", **(SIZE | {"per_slot": "x"})).status_code == 422
    assert send(client, path + "lane/", **SIZE).status_code == 302
    first, second = declared(1), declared(2)
    mine = f"/declare/{first.ref}/time/"
    assert "南站出口" in public.get(mine).content.decode()
    begins = program_clock.midnight(program_clock.today()) + timedelta(hours=20)
    chosen = {"checkpoint": barrier.pk, "slot": begins.isoformat()}
    assert "1 free" in public.get(mine + f"?checkpoint={barrier.pk}").content.decode()
    assert send(public, mine, **chosen).status_code == 302
    assert "20:00" in public.get(mine).content.decode()
    full = send(public, f"/declare/{second.ref}/time/", **chosen)
    assert full.status_code == 422 and "next free one: 19:00" in full.content.decode()
    for slot in ("soon", "9999-12-31T23:59:59-23:59"):
        assert send(public, mine, checkpoint=barrier.pk, slot=slot).status_code == 422
    for nobody in ("ZZZZZZZZ", "'"):
        assert public.get(f"/declare/{nobody}/time/").status_code == 404
    sign_in(client, town.community)
    assert send(client, path + "time/", card="ZZZZZZZZ").status_code == 422
    given = send(client, path + "time/", card=second.ref)
    assert given.status_code == 302
    assert "Time given: 19:00" in read(town.community, given.headers["Location"].partition("#")[0])
    assert "孙" in read(town.community, path)
    read(town.far_community, path, 404)


def test_a_full_lane_costs_no_more(town, client):
    barrier = actions.add_checkpoint(by=town.street, name="南站出口", kind="station", area=GRID[:12])
    actions.set_lane(by=town.street, checkpoint=barrier, **LANE)
    path = f"/checkpoints/{barrier.pk}/"
    counts = []
    for number in range(4):
        actions.book_lane(by=SYSTEM, checkpoint=barrier, read=declared(number).ref)
        counts.append(queries_of(client, town.community, path))
    assert counts[0] == counts[-1]
    with acting():
        assert LaneBooking.objects.count() == 4
