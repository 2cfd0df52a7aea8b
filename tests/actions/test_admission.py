"""Of more requests than a process can serve, samples go first, what stands last is shed, and nobody waits for long."""

import asyncio
import re

import pytest

from muster.site import urls as urls  # makes every route
from muster.site.admission import CLASSES, LATEST, SOONEST, Admission, Class
from muster.web.page import routes

FIRST = Class("first", re.compile("POST /samples/"), 3, 4, 5.0)
MIDDLE = Class("middle", re.compile("GET /work/"), 2, 4, 5.0)
LAST = Class("last", re.compile(""), 2, 2, 5.0)


class Hall:
    """An application that serves nobody until it is told to, behind a door."""

    def __init__(self, *classes, places=3):
        self.door, self.inside, self.open = Admission(self._serve, classes, places), [], {}
        self.answers = {}

    async def _serve(self, scope, _receive, send):
        self.inside.append(scope["name"])
        self.open[scope["name"]] = asyncio.Event()
        await self.open[scope["name"]].wait()
        self.inside.remove(scope["name"])
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def comes(self, name, address, accept=b"application/json"):
        async def send(message):
            self.answers.setdefault(name, message)

        method, _, path = address.partition(" ")
        scope = {"type": "http", "method": method, "path": path, "headers": [(b"accept", accept)], "name": name}
        task = asyncio.create_task(self.door(scope, None, send))
        await _settled()
        return task

    async def leaves(self, name):
        self.open[name].set()
        await _settled()


async def _settled():
    for _ in range(5):
        await asyncio.sleep(0)


def test_samples_go_first_and_one_place_is_lent_in_turn():
    async def evening():
        hall = Hall(FIRST, MIDDLE, LAST)
        for name in "abcd":
            await hall.comes(name, "POST /samples/")
        for name in "xym":
            await hall.comes(name, "GET /work/" if name == "m" else "GET /look/")
        await hall.comes("e", "POST /samples/")
        assert hall.inside == ["a", "b", "c", "x"]  # x has the place that is lent; m waits for it, too
        await hall.leaves("a")
        assert hall.inside == ["b", "c", "x", "d"]  # a sample again, though m and y came before e
        await hall.leaves("x")
        assert hall.inside == ["b", "c", "d", "m"]  # lent to the class that did not have it yet
        await hall.leaves("m")
        assert hall.inside == ["b", "c", "d", "y"]
        await hall.leaves("b")
        assert hall.inside == ["c", "d", "y", "e"]
        for name in "cdye":
            await hall.leaves(name)
        assert [(line.running, line.lent) for line in hall.door.lines] == [(0, False)] * 3

    asyncio.run(evening())


def test_who_cannot_wait_is_told_when_to_come_again():
    async def evening():
        hall = Hall(LAST)
        for number in range(6):
            await hall.comes(number, "GET /look/", accept=b"text/html" if number == 5 else b"*/*")
        assert hall.inside == [0, 1]
        refused = [number for number, answer in hall.answers.items() if answer["status"] == 503]
        assert refused == [4, 5]
        for number in refused:
            headers = dict(hall.answers[number]["headers"])
            assert SOONEST <= int(headers[b"retry-after"]) <= LATEST
            assert headers[b"content-type"].startswith(b"text/html" if number == 5 else b"application/json")

    asyncio.run(evening())


def test_nobody_waits_for_ever_and_who_goes_away_holds_no_place():
    async def evening():
        hall = Hall(Class("short", re.compile(""), 1, 9, 0.01), places=1)
        await hall.comes("a", "GET /")
        late = await hall.comes("b", "GET /")
        await late
        assert hall.answers["b"]["status"] == 503
        hall.door.lines[0].kind = LAST
        gone = await hall.comes("c", "GET /")
        gone.cancel()
        await _settled()
        await hall.leaves("a")
        await hall.comes("d", "GET /")
        assert hall.inside == ["d"]

    asyncio.run(evening())


def test_a_stream_and_the_question_whether_we_live_are_not_counted():
    async def evening():
        hall = Hall(LAST)
        for number in range(9):
            await hall.comes(number, "GET /live/" if number % 2 else "GET /health/")
        assert len(hall.inside) == 9

    asyncio.run(evening())


@pytest.mark.parametrize(
    ("name", "method", "kind"),
    [
        ("screening:records", "POST", "sampling"),
        ("screening:sample", "POST", "sampling"),
        ("premises:scan", "POST", "sampling"),
        ("premises:desk", "POST", "sampling"),
        ("arrivals:check", "POST", "sampling"),
        ("api:results", "POST", "sampling"),
        ("screening:close_round", "POST", "writing"),
        ("arrivals:declare", "POST", "writing"),
        ("screening:desk", "GET", "reading"),
        ("web:home", "GET", "reading"),
        ("premises:mine", "GET", "status"),
        ("premises:scan", "GET", "status"),
        ("arrivals:declare", "GET", "status"),
    ],
)
def test_routes_have_their_class(name, method, kind):
    path = next(route.path for route in routes() if route.name == name)
    asked = f"{method} /{re.sub('<[^>]+>', 'x', path)}"
    assert next(each for each in CLASSES if each.pattern.match(asked)).name == kind
