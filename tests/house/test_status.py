"""1,317 people without evidence: no role, no form and no file changes their status, whatever is posted about them.

Every route that writes gets its form from a post of every role that may send it, with each field that may name a
person naming one of them (id, identity number, name or personal code), and each address that may hold one too. What a
laboratory signs for them would be evidence; but no laboratory has a sample of theirs, so its form names them in vain.
"""

from __future__ import annotations

import re
from itertools import cycle
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from muster.domains.premises import actions
from muster.domains.premises.models import Exemption
from muster.domains.premises.standing import stand
from muster.kernel import clock, ids
from muster.kernel.controls.models import Control
from muster.kernel.declare import PERMISSIONS
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.models import Person
from muster.kernel.posts.logins import acting
from muster.site import urls as urls  # makes every route
from muster.web.page import routes
from tests import full_night
from tests.forms import FORMS, route_of
from tests.isolation_cast import control_of
from tests.premises_cast import card
from tests.things import things
from tests.town import GRID, sign_in

PEOPLE = 1317
WRITES = {route.name: route for route in routes() if "POST" in route.methods and not route.name.startswith("demo:")}
# What a form may mean a person by, and which part of a person's names goes there.
NAMING = re.compile(r"person|who|case|contact|into|guardian|ref|code|id_number|phone|name|q$|contacts|others")


@pytest.fixture(scope="module")
def town(worker_database):
    with full_night.played(worker_database) as town:
        town.known = things(town)
        with acting():
            rows = [
                Person(ref=f"d{n}", label="储*", home=GRID, present=GRID, created_at=clock.now()) for n in range(PEOPLE)
            ]
            for row in rows:
                row.canonical_id = row.pk
            Person.objects.bulk_create(rows)
        town.depositors = rows
        named = [
            actions.issue_code(by=town.worker, area=GRID, name=f"储户{n}", id_number=card(500 + n)) for n in range(5)
        ]
        town.named = named
        yield town


def statuses(town) -> set[str]:
    with acting():
        everybody = [row.pk for row in town.depositors] + [code.person_id for code in town.named]
        return {found.without for found in stand(everybody, clock.now()).values()}


def test_no_form_of_any_post_changes_the_status_of_people_without_evidence(town):
    cache.clear()
    victims = cycle(zip(town.depositors, cycle(town.named), strict=False))
    sent = answered = 0
    for key, form in FORMS.items():
        name = route_of(key)
        if name not in WRITES:
            continue
        given = _form(form, town)
        for post in _senders(WRITES[name], town):
            row, code = next(victims)
            client = Client(raise_request_exception=False)
            if post:
                sign_in(client, post)
            values = {field: _meant(field, value, row, code) for field, value in given.items()}
            answer = client.post(_address(WRITES[name], town, row), {"op": str(ids.uuid7()), **values})
            sent += 1
            answered += answer.status_code in (200, 302, 303)
    assert sent > 150 and answered > 20
    assert statuses(town) == {"enter"}
    with acting():
        ours = [row.pk for row in town.depositors] + [code.person_id for code in town.named]
        assert not Control.objects.filter(person__in=ours).exists()
        assert not Exemption.objects.filter(person__in=ours).exists()


def _senders(route: Any, town: Any) -> list[Any]:
    """Of each role that may send the form one post, a visitor, and somebody who may not."""
    able = set() if route.public else PERMISSIONS[route.needs].roles
    here = {post.role: post for who, post in town.posts.items() if post.role in able and not who.startswith("third_")}
    return [None, *here.values(), _other(town, able)]


def _other(town: Any, able: Any) -> Any:
    return next((post for post in town.posts.values() if post.role not in able), None)


def _form(form: Any, town: Any) -> dict[str, Any]:
    try:
        return {field: value for field, value in form.given(town).items() if not callable(value)}
    except Exception:
        return {}  # a form of something that has to be made ready first


def _meant(field: str, value: Any, row: Person, code: Any) -> Any:
    if not NAMING.search(field):
        return value
    if field in ("code", "who"):
        return code.number
    if field == "name":
        return "储户1"
    if field == "ref":
        return row.ref
    if field == "id_number":
        return card(500)
    if field in ("phone", "q"):
        return value
    return str(row.pk)


def _address(route: Any, town: Any, row: Person) -> str:
    values = {}
    for part in re.findall(r"<(?:\w+:)?(\w+)>", route.path):
        known = town.known.get(f"{route.name}:{part}", town.known.get(part))
        values[part] = row.pk if part in ("person", "contact", "control") else known
    return reverse(route.name, kwargs=values)


def test_two_bodies_together_cannot_make_an_exception_that_holds_somebody(town):
    """The precedent of 2022 was done by officials who agreed: here there is nothing for them to agree on."""
    for code in town.named:
        for to in ("stay", "test", "enter", "red"):
            with pytest.raises(Invalid):
                actions.ask_exemption(by=town.headquarters, who=code.number, to=to, reason="review", hours=72)
    assert statuses(town) == {"enter"}


def test_no_table_has_a_column_for_a_status(worker_database):
    """What is stored about persons in this domain: nothing that could be set to change the answer but exceptions."""
    columns = worker_database.owner.execute(
        "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public'"
        " AND column_name ~ '(^|_)(status|colou?r|health_code|risk_level)$'"
        " AND table_name ~ '^(premises|people|controls)_'"
    ).fetchall()
    assert columns == []


def test_one_of_them_with_evidence_would_be_seen(town):
    """The control: if this one held, the tests above would prove nothing."""
    control_of(town.depositors[-1], measure="home", days=1, tests=())
    assert statuses(town) == {"enter", "stay"}
