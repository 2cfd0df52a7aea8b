"""The desk without a network, as the server gives it: a shell that names nobody, its worker, what it takes along."""

from __future__ import annotations

import json
import re
from pathlib import Path
from uuid import uuid4

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from muster.domains.screening import kit_words, missing, sheets
from muster.domains.screening.models import Reason
from muster.kernel import clock as kernel_clock
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import Post
from muster.offline import applications
from muster.offline.words import WORDS
from tests import screening_cast as cast
from tests.screening_cast import send, swab
from tests.town import GRID, sign_in

pytestmark = pytest.mark.usefixtures("db", "clock")
KIT = "/screening/kit/"


@pytest.fixture
def town(db, clock):
    return cast.build(people=6)


@pytest.fixture
def row(town):
    return cast.opened(town)


@pytest.fixture
def worker(town, client):
    sign_in(client, town.worker)
    return client


def test_the_shell_is_the_same_for_everybody_and_names_nobody(town, row, client):
    shown = set()
    for who in ("worker", "street", "community"):
        sign_in(client, town.posts[who])
        shown.add(client.get(f"{KIT}?in=zh-hans").content)
    assert len(shown) == 1
    text = shown.pop().decode()
    with acting():
        names = [person.details.name for person in town.people.values()]
    assert not [name for name in names if name in text]
    assert "csrf" not in text and "采样" in text
    assert "Sampling site" in client.get(f"{KIT}?in=en").content.decode()


def test_the_worker_keeps_every_file_that_the_shell_names(town, row, worker):
    answer = worker.get(f"{KIT}worker.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    kit = json.loads(re.match(r"const KIT = (.*);\n", answer.content.decode()).group(1))
    shell = worker.get(f"{KIT}?in=en").content.decode()
    named = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', shell))
    assert named and named <= set(kit["files"])
    for name in (each for each in kit["files"] if each.endswith(".js")):
        source = finders.find(name.removeprefix("/static/"))
        folder = name.rsplit("/", 1)[0]
        for wanted in re.findall(r'from "([^"]+)"', Path(source).read_text("utf-8")):
            parts = (folder + "/" + wanted).split("/")
            while ".." in parts:
                place = parts.index("..")
                del parts[place - 1 : place + 1]
            assert "/".join(part for part in parts if part != ".") in kit["files"], (name, wanted)
    for path in kit["files"]:
        answer = worker.get(path)
        answer.close()
        assert answer.status_code == 200, path
    assert kit["shells"] == {"zh-hans": f"{KIT}?in=zh-hans", "en": f"{KIT}?in=en"}
    assert json.loads(worker.get(f"{KIT}manifest.json?in=en").content)["scope"] == KIT


def test_a_changed_file_makes_another_version(monkeypatch):
    app = applications.Application("a:b", "x/", "X", "screening.register", "screening/kit.html", "screening/kit", ())
    before = applications.version.__wrapped__(app)
    monkeypatch.setattr(applications, "_source", lambda name: name.encode())
    assert applications.version.__wrapped__(app) != before


def test_modules_use_only_words_that_the_shell_sends():
    for folder, words in (("offline", WORDS), ("screening/kit", kit_words.WORDS)):
        source = "".join(
            Path(finders.find(name)).read_text("utf-8") for name in applications._folder(folder) if name.endswith(".js")
        )
        asked = set(re.findall(r"\bt\(\s*\"([^\"]+)\"", source))
        assert asked <= {*words, *WORDS}, asked - {*words, *WORDS}
        assert not [word for word in words if f'"{word}"' not in source]


def test_today_holds_rounds_sites_tubes_and_buildings_of_the_post_and_nobody(town, row, worker):
    send(town, row, swab(town, "r0", "T1"), swab(town, "r1", "T2", site=str(cast.sites()[1].id)))
    given = worker.get(f"{KIT}today/").json()
    assert [each["id"] for each in given["rounds"]] == [str(row.id)]
    assert [each["name"] for each in given["sites"]] == ["中山广场采样点"]
    assert given["tubes"] == {"T1": {"members": 1, "capacity": 10, "round": str(row.id)}}
    assert [each["area"] for each in given["buildings"]] == [GRID, cast.BUILDING]
    assert given["token"] and given["ahead"] == 0
    with acting():
        names = [person.details.name for person in town.people.values()]
    assert not [name for name in names if name in json.dumps(given, ensure_ascii=False)]


def test_the_buildings_list_is_masked_and_ends_at_the_posts_area(town, row, worker):
    given = worker.get(f"/screening/rounds/{row.id}/door/?area={cast.BUILDING}").json()
    with acting():
        expected = list(missing.people(row, cast.BUILDING))
    assert {each["id"] for each in given["people"]} == {str(person.id) for person in expected}
    assert {each["label"] for each in given["people"]} == {person.label for person in expected}
    assert worker.get(f"/screening/rounds/{row.id}/door/?area={cast.NEXT_BUILDING}").status_code == 404


def test_reasons_come_back_once_each_with_a_verdict(town, row):
    client = Client(headers={"Idempotency-Key": str(uuid4())})
    sign_in(client, town.worker)
    address = f"/screening/rounds/{row.id}/door/reasons/"
    wang, li, zhang = (str(town.people[ref].id) for ref in ("wang", "li", "zhang"))

    def sent(*rows):
        records = [{"op": str(uuid4()), "person": person, "reason": reason} for person, reason in rows]
        key = {"Idempotency-Key": str(uuid4())}
        answer = client.post(address, json.dumps(records), content_type="application/json", headers=key)
        return answer.status_code, [verdict["verdict"] for verdict in answer.json()["verdicts"]]

    assert sent((wang, "away"), (li, "refused")) == (200, ["new", "new"])
    assert sent((wang, "away"), (zhang, "nonsense")) == (207, ["known", "rejected"])
    assert sent((wang, "moved")) == (422, ["rejected"])  # another reason stands: somebody must look
    send(town, row, swab(town, "zhang", "T1"))
    assert sent((zhang, "away")) == (422, ["rejected"])  # sampled meanwhile
    assert sent((str(town.people["r0"].id), "away")) == (422, ["rejected"])  # not of this grid
    with acting():
        assert sorted(Reason.objects.values_list("reason", flat=True)) == ["away", "refused"]
    assert client.post(address, "7", content_type="application/json").status_code == 422


def test_standing_tells_a_device_only_of_itself(town, client, clock):
    assert client.get("/standing/").json() == {"standing": "none"}
    sign_in(client, town.worker)
    said = client.get("/standing/").json()
    assert (said["standing"], said["post"], said.keys() - {"token"}) == (
        "post",
        str(town.worker.id),
        {"standing", "post", "seal"},
    )
    with acting():
        Post.objects.filter(pk=town.worker.pk).update(until_at=kernel_clock.now())
    clock.advance(minutes=1)
    assert client.get("/standing/").json() == {"standing": "revoked"}


def test_sheets_have_numbers_that_notice_a_slip(town, row, worker):
    page = worker.get(f"/screening/rounds/{row.id}/sheets/?count=3").content.decode()
    numbers = re.findall(r'<span translate="no">(\w{8})</span>', page)
    assert len(set(numbers)) == 3
    number = numbers[0]
    assert sheets.check_letter(number[:-1]) == number[-1]
    for place in range(7):
        other = sheets.LETTERS[(sheets.LETTERS.index(number[place]) + 5) % 31]
        assert sheets.check_letter(number[:place] + other + number[place + 1 : -1]) != number[-1]
    assert GRID not in page
