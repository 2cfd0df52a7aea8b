"""Every route, asked by every role of a district where nothing happened, and by everybody at home: no leak, no fall.

The routes are those of the running house, so a new page is tested without being asked. A new kind of thing in an
address needs a line in `tests/things.py`.
"""

from __future__ import annotations

import re
from collections import Counter

import pytest
from django.test import Client
from django.urls import reverse

from muster.kernel import ids
from muster.kernel.declare import PERMISSIONS
from muster.kernel.facts.models import Fact
from muster.kernel.operations.models import Operation
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import AccessLog
from muster.site import urls as urls  # makes every route
from muster.web.page import routes
from tests import full_night
from tests.things import things
from tests.town import sign_in

ROUTES = {route.name: route for route in routes() if not route.public and route.name not in ("web:live",)}
# What machines read with a key is no page: a session is no key (tests/pages/test_batch_pages.py).
READ = sorted(name for name, route in ROUTES.items() if "GET" in route.methods and not name.startswith("api:"))
WRITE = sorted(name for name, route in ROUTES.items() if "POST" in route.methods)
REFUSED = {302, 303, 401, 403, 404, 405}


@pytest.fixture(scope="module")
def town(worker_database):
    with full_night.played(worker_database) as town:
        town.known = things(town)
        yield town


@pytest.fixture(scope="module")
def clients(town):
    """A signed-in client for every post."""
    made = {}
    for name, post in town.posts.items():
        made[name] = Client(raise_request_exception=True)
        sign_in(made[name], post)
    return made


def addresses(route, known) -> list[str]:
    """The route with every fitting thing of ours filled in."""
    names = re.findall(r"<(?:\w+:)?(\w+)>", route.path)
    values = {name: known.get(f"{route.name}:{name}", known.get(name)) for name in names}
    missing = [name for name, value in values.items() if value is None]
    assert not missing, f"{route.name}: add {missing} to tests/things.py"
    return [reverse(route.name, kwargs=values)]


def marks(town) -> list[str]:
    """What would give our people away: masked labels, names, case and letter numbers."""
    with acting():
        names = [person.details.name for person in town.people.values() if hasattr(person, "details")]
    return [*names, *town.known["numbers"]]


@pytest.mark.parametrize("name", READ)
def test_posts_elsewhere_see_nothing_of_ours(town, clients, name):
    route = ROUTES[name]
    secrets = marks(town)
    for address in addresses(route, town.known):
        for who, client in clients.items():
            if not who.startswith("third_") or town.posts[who].role not in PERMISSIONS[route.needs].roles:
                continue  # a role that may not is refused wherever it is: the next test
            answer = client.get(address)
            assert answer.status_code < 500, (who, address)
            assert "sign-in" not in answer.headers.get("Location", ""), who
            shown = (
                b"".join(answer).decode(errors="replace")
                if answer.streaming
                else answer.content.decode(errors="replace")
            )
            assert not [secret for secret in secrets if secret in shown], (who, address)


@pytest.mark.parametrize("name", READ)
def test_each_page_opens_for_those_who_may_and_for_nobody_else(town, clients, name):
    route = ROUTES[name]
    opened = 0
    for address in addresses(route, town.known):
        for who, client in clients.items():
            if who.startswith(("third_", "far_")):
                continue
            answer = client.get(address)
            allowed = town.posts[who].role in PERMISSIONS[route.needs].roles
            assert answer.status_code < 500, (who, address)
            assert allowed or answer.status_code == 403, (who, address, answer.status_code)
            opened += answer.status_code == 200
    assert opened, f"nobody can open {name}"


@pytest.mark.parametrize("name", WRITE)
def test_posts_elsewhere_change_nothing_of_ours(town, clients, name):
    route = ROUTES[name]
    before, secrets = state(), marks(town)
    for address in addresses(route, town.known):
        for who, client in clients.items():
            if who.startswith("third_"):
                answer = client.post(address, {"op": str(ids.uuid7()), **town.known["form"]})
                assert answer.status_code in REFUSED | {200, 409, 422}, (who, address, answer.status_code)
                assert not [mark for mark in secrets if mark in answer.content.decode()], (who, address)
    assert state() == before


def test_no_route_hides_another():
    """Of two addresses that differ only in what their parts are called, the second is never reached."""
    shapes = Counter(re.sub(r"<[^>]+>", "<>", route.path) for route in routes())
    assert [shape for shape, many in shapes.items() if many > 1] == []


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_a_visitor_is_sent_to_sign_in(town, name):
    for address in addresses(ROUTES[name], town.known):
        for method in ROUTES[name].methods:
            answer = getattr(Client(), method.lower())(address)
            assert answer.status_code in (302, 401, 403), address
            if answer.status_code == 302:
                assert answer.headers["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_a_refusal_is_logged(town, clients, name):
    route = ROUTES[name]
    outsider = next(
        (
            who
            for who, post in town.posts.items()
            if who.startswith("third_") and post.role not in PERMISSIONS[route.needs].roles
        ),
        None,
    )
    if outsider is None:
        return  # every role may
    with acting():
        before = AccessLog.objects.filter(event="refused").count()
    method = "get" if "GET" in route.methods else "post"
    answer = getattr(clients[outsider], method)(addresses(route, town.known)[0], {"op": str(ids.uuid7())})
    assert answer.status_code == (401 if route.name.startswith("api:") else 403)
    if answer.status_code == 401:
        return  # no key, so nobody to log
    with acting():
        assert AccessLog.objects.filter(event="refused").count() > before


def state() -> tuple[int, int]:
    """What every write leaves behind."""
    with acting():
        return Fact.objects.count(), Operation.objects.count()
