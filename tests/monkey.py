"""Requests of all kinds at random: routes, roles, methods, addresses, queries, forms, bodies of machines. Seeded."""

from __future__ import annotations

import html
import json
import random
import re
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, urlencode

from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from muster.kernel import clock, ids
from muster.kernel.declare import PERMISSIONS
from muster.kernel.posts import actions as posts
from muster.kernel.posts import roles
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM
from muster.site import urls as urls  # makes every route
from muster.web.page import Route, routes
from tests import full_night
from tests.forms import FORMS, demonstration, route_of
from tests.kept import Kept
from tests.things import things
from tests.town import Town, make_post, sign_in

SEED, PUT_BACK, SIGNED_IN = 20211130, 1000, 250  # the night is put back after so many requests
ROUTES = [route for route in routes() if route.name != "web:live"]  # a stream that does not end
PUBLIC = [route for route in ROUTES if route.public]
PART = re.compile(r"<(?:\w+:)?(\w+)>")  # of an address
FIELD = re.compile(r'<(?:input|select|textarea|button)\b[^>]*? name="([\w-]+)"(?:[^>]*? value="([^"]*)")?')
METHODS = ("GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS")
QUERY = (
    "after", "before", "kind", "area", "show", "status", "ring", "incident", "case", "step", "lacks", "q", "role",
    "event", "person", "by", "chain", "contact", "next", "until", "from", "format",
)  # fmt: skip
FIELDS = (
    "op", "next", "area", "name", "role", "place", "organisation", "site", "room", "side", "code", "labels", "kind",
    "text", "from_at", "to_at", "first_at", "last_at", "as_of", "deadline_at", "onset_on", "phone", "temperature",
    "measured", "symptoms", "faults", "given", "outcome", "staffing", "contacts", "to_name", "to_area", "asked",
    "purpose", "field", "q", "owner", "source", "state", "reason", "username", "password", "post", "language",
    "minutes", "classification", "display_name",
)  # fmt: skip
HOSTILE = (
    "", " ", "\0", "a\0b", "\ufeff", "\u202e", "\ud7ff", "\U0010ffff", "😀", "测试", "e\u0301", "²", "Ⅷ", "١٢٣",
    "１２３", "-", "--", "~", "~~", "\n", "\r\nX: y", "'", "' OR 1=1 --", '"', "<script>alert(1)</script>", "{{7*7}}",
    "{% load %}", "%s%s%n", "%", "%00",
    "../../../etc/passwd", "//example.org", "http://[", "javascript:1", "null", "None", "True", "[]", "{}", "0", "-1",
    "1.5", "1e309", "NaN", "inf", "-0", "0x1F", "1_000", str(2**31), str(2**63), str(2**64), "9" * 30, "9" * 5000,
    "0001-01-01", "9999-12-31", "2021-02-30", "21-1-1", "0001-01-01T00:00", "9999-12-31T23:59", "2021-11-30T25:61",
    "2021-11-30T09:00+23:59", "9999-12-31T23:59:59-23:59", "2021-11-30 09:00~x", "0001-01-01T00:00:00+14:00~1",
    "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", "610404", "61",
    "{01a20073-42c7-7aea-84a9-e0a1cd5dafc3}", "6104040010010010010019999", "00000000-99999999", "1-9" * 900,
    "a" * 300, "汉" * 5000, "x" * 100_000,
)  # fmt: skip
TYPES = (
    "application/json", "text/plain", "application/x-www-form-urlencoded; charset=utf-16", "multipart/form-data",
    "multipart/form-data; boundary=x; charset=utf-7", "application/octet-stream",
)  # fmt: skip
FILES: tuple[Callable[[random.Random], bytes], ...] = (
    lambda chance: chance.randbytes(chance.randrange(2000)),
    lambda chance: "ref,person,disease\n".encode("utf-16"),
    lambda chance: b"PK\x03\x04" + chance.randbytes(200),
    lambda chance: b"ref,person,disease,sampled_at,result\n" + b"\0,\xff\xfe,,'\n" * 20,
    lambda chance: "送检编号,人员,病种\n甲,sun,covid19\n".encode("gb18030"),
    lambda chance: b'"' * chance.randrange(3000),
)


MACHINES = ("api:results", "api:tubes", "api:fhir", "api:send_scans")


def _bent(value: Any, chance: random.Random, odd: tuple[Any, ...]) -> Any:
    """The same, with something odd in some places."""
    if chance.random() < 0.08:
        return chance.choice(odd)
    if isinstance(value, dict):
        return {key: _bent(each, chance, odd) for key, each in value.items()}
    return [_bent(each, chance, odd) for each in value] if isinstance(value, list) else value


class Monkey:
    """Makes and sends one request at a time, and keeps what fell over."""

    def __init__(self, town: Town, known: dict[str, Any]) -> None:
        self.town, self.known, self.fallen = town, known, {}
        self.ops: list[str] = []
        self.values = [str(value) for value in known.values() if not isinstance(value, (list, dict))]
        self.forms = {route_of(key): self._form(key) for key in FORMS}
        self.forms["api:send_scans"] = {"op": "1", "code": known["paper"], "at": clock.now().isoformat()}
        with acting():
            self.key = posts.secret_of(posts.issue_key(by=SYSTEM, post=town.lab, name="monkey"))
        self.keys = {"api:send_scans": known["desk"]}
        self.clients: dict[str, Client] = {}
        self.answers: Counter[tuple[str, int]] = Counter()
        for route in PUBLIC:
            self.forms[route.name] = self._fields(route) | self.forms.get(route.name, {})

    def _form(self, key: str) -> dict[str, Any]:
        try:
            return FORMS[key].given(self.town)
        except Exception:
            return {}  # a form of something that has to be made ready first

    def _fields(self, route: Route) -> dict[str, str]:
        """The fields that the page of a public route has itself, with what stands in them."""
        if not {"GET", "POST"} <= {*route.methods}:
            return {}
        page = Client().get(self.plain(route)).content.decode()
        return {name: html.unescape(value) for name, value in FIELD.findall(page)}

    def client(self, name: str) -> Client:
        """Whoever it is, signed in."""
        if name not in self.clients:
            client = self.clients[name] = Client(raise_request_exception=False)
            if name:
                sign_in(client, self.town.posts[name])
        return self.clients[name]

    def hostile(self, chance: random.Random) -> str:
        """One value that nobody should send, or that is right elsewhere."""
        kind = chance.random()
        if kind < 0.6:
            return chance.choice(HOSTILE)
        if kind < 0.85:
            return chance.choice(self.values)
        letters = (chance.randrange(1, 0x2FFFF) for _ in range(chance.choice((1, 3, 20, 4000))))
        return "".join(chr(letter) for letter in letters if not 0xD800 <= letter < 0xE000)

    def _known(self, route: Route, found: re.Match[str]) -> str:
        return str(self.known.get(f"{route.name}:{found[1]}", self.known.get(found[1], "x")))

    def plain(self, route: Route) -> str:
        """The route with things of ours."""
        return "/" + re.sub(PART, lambda found: self._known(route, found), route.path)

    def address(self, chance: random.Random, route: Route) -> str:
        """The route with things of ours, or with anything, and now and then a query."""

        def part(found: re.Match[str]) -> str:
            if chance.random() < 0.15:
                return quote(self.hostile(chance)[:2000], safe="")
            return self._known(route, found)

        path = "/" + re.sub(PART, part, route.path)
        if chance.random() < 0.5:
            names = chance.sample(QUERY, chance.randrange(1, 4))
            path += "?" + urlencode([(name, self.hostile(chance)[:3000]) for name in names])
        return path

    def form(self, chance: random.Random, route: Route) -> dict[str, Any]:
        """The right form with a few wrong values, or anything."""
        sound = self.forms.get(route.name, {})
        values = {field: value() if callable(value) else value for field, value in sound.items()}
        if sound and chance.random() < 0.25:
            return values | {"op": self.op(chance) or str(ids.uuid7())}
        for field in chance.sample(sorted(values), chance.randrange(len(values) + 1)):
            if chance.random() < 0.7:
                values[field] = self.hostile(chance) if chance.random() < 0.8 else [self.hostile(chance)] * 3
            else:
                del values[field]
        for field in chance.sample(FIELDS, chance.randrange(4)):
            values[field] = self.hostile(chance)
        if "file" in values and chance.random() < 0.7:
            name = chance.choice(("r.csv", "r.xlsx", "结果.csv", "r", "r.xls", "x" * 300))
            values["file"] = SimpleUploadedFile(name, chance.choice(FILES)(chance))
        values["op"] = self.op(chance)
        return {field: value for field, value in values.items() if value is not None}

    def op(self, chance: random.Random) -> str | None:
        """Mostly a new operation; or none, a wrong one, or one that was used before."""
        kind = chance.random()
        if kind < 0.7:
            self.ops.append(str(ids.uuid7()))
            return self.ops[-1]
        if kind < 0.85 and self.ops:
            return chance.choice(self.ops)
        return None if kind < 0.92 else self.hostile(chance)

    def send(self, number: int, visiting: bool = False) -> None:
        """The request of this number; `visiting`: by nobody, to a page that needs no sign-in."""
        chance = random.Random(f"{SEED} {number} {visiting}" if visiting else f"{SEED} {number}")
        route = chance.choice(PUBLIC if visiting else ROUTES)
        method = chance.choice(route.methods) if chance.random() < 0.85 else chance.choice(METHODS)
        who = "" if visiting else self._who(chance, route)
        path, values = self.address(chance, route), self.form(chance, route)
        headers = self._headers(chance, route)
        client = self.client(who)
        try:
            answer = self._request(chance, client, route, method, path, values, headers)
        except Exception as error:  # the client itself refuses to send some of this
            if "/muster/" in "".join(traceback.format_exception(error)):
                self._fell(route, number, who, method, path, values, error)
            return
        if who and (answer.status_code == 401 or answer.headers.get("Location", "").startswith("/sign-in/")):
            self.clients.pop(who)  # signed out, or their post has ended
        self.answers[route.name, answer.status_code] += 1
        if answer.status_code >= 500:
            self._fell(
                route, number, who, method, path, values, getattr(answer, "exc_info", None) and answer.exc_info[1]
            )

    def _who(self, chance: random.Random, route: Route) -> str:
        may = [
            name
            for name, post in self.town.posts.items()
            if route.needs and post.role in PERMISSIONS[route.needs].roles and not name.startswith("third_")
        ]
        return chance.choice(may) if may and chance.random() < 0.75 else chance.choice(["", *self.town.posts])

    def _headers(self, chance: random.Random, route: Route) -> dict[str, str]:
        headers = {"Accept-Language": chance.choice(("zh-hans", "en", "en;q=x,*;q=0.5", "😀"))}
        if chance.random() < 0.2:
            headers["HX-Request"] = "true"
        if chance.random() < 0.1:
            headers["Idempotency-Key"] = quote(self.hostile(chance)[:200])
        if route.name in MACHINES:
            headers["Authorization"] = (
                f"Bearer {self.keys.get(route.name, self.key) if chance.random() < 0.9 else self.hostile(chance)[:100]}"
            )
            headers.setdefault("Idempotency-Key", str(ids.uuid7()))
        if chance.random() < 0.05:
            headers["Cookie"] = f'sessionid="{quote(self.hostile(chance)[:50])}\\000abcdefgh"; muster="x'
        return headers

    def _request(self, chance, client, route, method, path, values, headers) -> Any:
        if route.name in MACHINES and method == "POST":
            return client.generic(method, path, self._json(chance, route, values), "application/json", headers=headers)
        if method in ("GET", "HEAD"):
            return getattr(client, method.lower())(path, headers=headers)
        if method == "POST" and chance.random() < 0.95:
            return client.post(path, values, headers=headers)
        body = urlencode(values, doseq=True).encode() if chance.random() < 0.5 else chance.randbytes(200)
        return client.generic(method, path, body, chance.choice(TYPES), headers=headers)

    def _json(self, chance: random.Random, route: Route, values: dict[str, Any]) -> str:
        odd = (10**400, -1, 1.5, True, None, [], {}, "\ud800", "\0", float("nan"), float("inf"), 1e308)
        row = {
            key: chance.choice(odd) if chance.random() < 0.15 else value for key, value in values.items() if key != "op"
        }
        given = self.forms[route.name]
        kept = {key: value for key, value in row.items() if key in given}
        if route.name != "api:results":  # rows within rows: something odd anywhere in them
            kept = _bent(given, chance, odd)
        sent = chance.choice((row, kept, kept, [kept, kept], [kept] * chance.randrange(600), "x", None))
        text = json.dumps(sent, default=str)
        return text if chance.random() < 0.95 else text[: chance.randrange(len(text) + 1)]

    def told(self) -> str:
        """What fell, where, and which request it was."""
        return "\n\n".join(f"{place}\n  {said}" for place, said in sorted(self.fallen.items()))

    def _fell(self, route: Route, number: int, who: str, method: str, path: str, values: Any, error: Any) -> None:
        frames = traceback.extract_tb(error.__traceback__) if error else []
        ours = [
            f"{frame.filename.split('/main/')[-1]}:{frame.lineno}" for frame in frames if "/muster/" in frame.filename
        ]
        place = f"{route.name} {type(error).__name__} {ours[-1:]}"
        if place not in self.fallen:
            told = f"{number}: {who or 'visitor'} {method} {path[:300]} {str(values)[:600]}"
            self.fallen[place] = f"{told}\n    {str(error)[:300]}\n    {' '.join(ours)}"


@contextmanager
def caged(worker_database) -> Iterator[Monkey]:
    """A monkey in the night that has a row in every table."""
    with full_night.played(worker_database) as town:
        with acting():
            town.posts["second"] = make_post("second", roles.INVESTIGATOR, "610404")
        del town.posts["third_laboratory"]  # its laboratory was never made, so that the third district has no row
        link = posts.make_link(by=SYSTEM, role=roles.GRID, area="610404001001001")
        monkey = Monkey(town, things(town) | {"secret": posts.secret_of(link), "name": "investigator"})
        town.kept = Kept(worker_database.owner)
        yield monkey
        town.kept.drop()


def play(monkey: Monkey, numbers: Iterable[int], visiting: bool) -> None:
    """Send the requests of these numbers; what earlier ones ended does not stand in the way of later ones for long."""
    often = PUT_BACK if visiting else SIGNED_IN
    for count, number in enumerate(numbers, start=1):
        if count % often == 0:
            monkey.town.kept.put_back()
            monkey.clients.clear()
            if count // often % 4 == 1:
                demonstration(monkey.town)  # for one part in four: it has pages of its own
        if count % (10 if visiting else often) == 0:
            cache.clear()  # else all but the first are told to wait
        monkey.send(number, visiting)
