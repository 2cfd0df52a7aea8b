"""Every route that writes, sent again: one effect and the same answer; with another payload under the same op, 409.

Each form is sent, sent again a little later, sent with another payload, and, on a night put back to what it was, five
times at once. What a request did is read from the whole database: every table but sessions and the log of looks.
"""

from __future__ import annotations

import json
import re
import threading
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from muster.kernel import clock, ids
from muster.kernel.operations import actions as operations
from muster.kernel.posts import actions as posts
from muster.kernel.posts import roles
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM
from muster.site import urls as urls  # makes every route
from muster.web.page import routes
from tests import full_night
from tests.forms import EXEMPT, FORMS, Form, route_of
from tests.kept import Kept, State
from tests.things import things
from tests.town import Town, make_post, sign_in

COPIES = 5
WRITES = sorted(route.name for route in routes() if "POST" in route.methods)
PATHS = {route.name: route.path for route in routes()}
NOT_SAID = re.compile(r'<input type="hidden"[^>]*>|<time .*?</time>')  # ids, tokens and clocks are new on every page


@pytest.fixture(scope="module")
def night(worker_database):
    with full_night.played(worker_database) as town:
        with acting():
            town.posts["second"] = make_post("second", roles.INVESTIGATOR, "610404")
        town.known = things(town)
        town.moment, town.kept = clock.now(), Kept(worker_database.owner)
        yield town
        town.kept.drop()


@pytest.fixture
def town(night):
    yield night
    _back(night)


def _back(town: Town) -> None:
    clock.freeze(town.moment)
    town.kept.put_back()


@dataclass
class Sender:
    """One form on its way: who sends it to where."""

    town: Town
    name: str
    form: Form
    client: Client
    address: str
    values: dict[str, Any]
    other: dict[str, Any]

    def send(self, op: Any, changed: bool = False, client: Client | None = None) -> tuple[int, str, str]:
        """Status, where to go on, and what was said, without what differs on every page anyway."""
        values = self.values | (self.other if changed else {})
        values = {field: value() if callable(value) else value for field, value in values.items()}
        client = client or self.client
        if self.name.startswith("api:"):
            headers = {"Idempotency-Key": str(op), "Authorization": f"Bearer {self.town.secret}"}
            answer = client.post(self.address, json.dumps(values), "application/json", headers=headers)
            return answer.status_code, "", answer.content.decode()
        answer = client.post(self.address, values | {"op": str(op)})
        main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
        return answer.status_code, answer.headers.get("Location", ""), " ".join(NOT_SAID.sub("", main).split())


def sender(town: Town, key: str) -> Sender:
    """The night made ready for a form, and its sender signed in."""
    form, name = FORMS[key], route_of(key)
    where = form.prepare(town) or {}
    if name.startswith("api:"):
        key_of_machine = posts.issue_key(by=SYSTEM, post=town.lab, name="machine")
        town.secret = posts.secret_of(key_of_machine)
    wanted = re.findall(r"<(?:\w+:)?(\w+)>", PATHS[name])
    values = {part: where.get(part, town.known.get(f"{name}:{part}", town.known.get(part))) for part in wanted}
    client = Client()
    if form.by:
        sign_in(client, town.posts[form.by])
    other = form.changed(town) if form.changed else {}
    return Sender(town, name, form, client, reverse(name, kwargs=values), form.given(town), other)


def counts(before: State, after: State) -> dict[str, int]:
    """How many rows each table gained or lost; 0 where rows only changed."""
    return {table: after[table][0] - before[table][0] for table in before if before[table] != after[table]}


def test_every_route_that_writes_has_a_form():
    missing = sorted(set(WRITES) - {route_of(key) for key in FORMS} - set(EXEMPT))
    assert not missing, f"add a line for each to FORMS in tests/forms.py (or to EXEMPT, with the reason): {missing}"
    gone = sorted(({route_of(key) for key in FORMS} | set(EXEMPT)) - set(WRITES))
    assert not gone, f"tests/forms.py names routes that take no POST: {gone}"


@pytest.mark.parametrize("key", sorted(FORMS))
def test_one_effect_and_one_answer(town, key):
    sent, op = sender(town, key), ids.uuid7()
    before = town.kept.state()
    first = sent.send(op)
    assert first[0] in sent.form.status, first
    after = town.kept.state()
    effect = counts(before, after)
    assert "operations_operation" in effect, "the page gives its op to no action"
    assert len(effect) > 1, f"the form of {key} changes nothing, so a second effect would not be seen"

    clock.freeze(clock.now() + timedelta(seconds=90))  # somebody presses the button again, or the network does
    assert sent.send(op) == first
    assert town.kept.state() == after
    if sent.form.changed:
        assert sent.send(op, changed=True)[0] == 409
        assert town.kept.state() == after

    _back(town)
    sent, before = sender(town, key), town.kept.state()
    answers = at_once(sent, ids.uuid7())
    assert len(set(answers)) == 1, answers
    assert answers[0][0] == first[0], answers[0]
    assert counts(before, town.kept.state()) == effect


def test_without_operations_five_copies_have_five_effects(town, monkeypatch):
    """The control: what the test above sees when an action forgets which operations it has done."""
    monkeypatch.setattr(operations, "_once", lambda name, run, by, now, op, payload: run(by=by, now=now, **payload))
    sent, before = sender(town, "tracing:step"), town.kept.state()
    at_once(sent, ids.uuid7())
    assert counts(before, town.kept.state())["facts_fact"] == COPIES


def at_once(sent: Sender, op: Any) -> list[tuple[int, str, str]]:
    """The answers to copies sent at the same moment, from one session."""
    answers: list[Any] = [None] * COPIES
    ready = threading.Barrier(COPIES)

    def run(number: int) -> None:
        client = Client()
        client.cookies.update(sent.client.cookies)
        try:
            ready.wait(30)
            answers[number] = sent.send(op, client=client)
        except BaseException as error:  # the test shows it
            answers[number] = repr(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(COPIES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers
