"""Two phones in one round, one of them without a network and killed once: nothing is lost, nothing counts twice, and
whoever copies the phone's storage finds nobody in it.

The camera shows a film of a person's code as it is printed. On Linux Chromium has no reader of codes (it asks the
operating system for one), so ours reads it, as on an iPhone."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from urllib.parse import quote

import pytest
from playwright.sync_api import sync_playwright

from muster.domains.premises.actions import add_venue
from muster.domains.screening import progress
from muster.domains.screening.models import Reason, Registration, Tube
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM
from tests import screening_cast as cast
from tests.journeys.filming import film, laid_down, printed
from tests.journeys.phones import Phone
from tests.journeys.storage import dump, found_in
from tests.premises_cast import code_of, desk, log_of, paper
from tests.town import GRID

pytestmark = pytest.mark.journey

# People whom nobody knew, as they are typed at the desk: names, identity numbers with a right check, phones.
STRANGERS = [
    ("司徒云岫", "610404199001011230"),
    ("尉迟青禾", "610404198505120049"),
    ("欧阳照夜", "13912340001"),
    ("上官听澜", "13912340002"),
    ("夏侯拾光", "18612340003"),
]
SECRETS = [text for pair in STRANGERS for text in pair]
QUEUE = [(f"逄茕{chr(0x4E00 + n)}", f"1370{7_100_000 + 7919 * n}") for n in range(30)]  # fill the outbox
ALL_SECRETS = [*SECRETS, "逄茕", *(number for _name, number in QUEUE)]
FILL = """async ([tube, people]) => {
  const by = (id) => document.getElementById(id);
  const until = async (good) => { while (!good()) await new Promise((next) => setTimeout(next, 5)); };
  by("tube-code").value = tube;
  by("tube-form").requestSubmit();
  await until(() => !by("sample-form").hidden);
  for (const [name, number] of people) {
    [by("name").value, by("number").value, by("said").dataset.tone] = [name, number, ""];
    by("sample-form").requestSubmit();
    await until(() => by("said").dataset.tone === "ok");
  }
  by("tube-away").click();
}"""
SENSES = """
window.tones = [];
const create = AudioContext.prototype.createOscillator;
AudioContext.prototype.createOscillator = function () {
  const made = create.call(this);
  window.audio = this;
  const start = made.start;
  made.start = (at) => { window.tones.push(made.frequency.value); start.call(made, at); };
  return made;
};
window.looks = 0;
const look = CanvasRenderingContext2D.prototype.getImageData;
CanvasRenderingContext2D.prototype.getImageData = function (...given) {
  window.looks += 1;
  return look.apply(this, given);
};
const lend = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (asked) => {
  if (window.cameraDenied) throw window.cameraDenied;
  const lent = await lend(asked);
  [window.track] = lent.getTracks();
  return lent;
};
"""
NO_ENCRYPTION = """
for (const name of ["encrypt", "decrypt"]) {
  const value = async (how, key, data) => new Uint8Array(data).slice().buffer;
  Object.defineProperty(SubtleCrypto.prototype, name, { value });
}
"""

COUNT = """async () => {
  const done = (request) => new Promise((resolve) => { request.onsuccess = () => resolve(request.result); });
  const held = await done(indexedDB.open("muster"));
  const count = () => done(held.transaction("outbox").objectStore("outbox").index("state").count("waiting"));
  %s
}"""
COLOUR = "() => getComputedStyle(document.getElementById('said')).backgroundColor"
WAITING = COUNT % "return count();"
UNTIL_SENT = COUNT % "while (await count()) await new Promise((next) => setTimeout(next, 50));"


@pytest.fixture
def town(db, clock):
    return cast.build(people=12)


@pytest.fixture
def row(town, clock):
    opened = cast.opened(town)
    clock.advance(minutes=10)  # who is recorded from now on was not expected
    return opened


@pytest.fixture
def playwright(monkeypatch):
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as running:
        yield running


def held(row) -> tuple[int, int, list[str], dict[str, tuple[int, bool]]]:
    """What the server holds: live samples, people sampled, what is to be reviewed, tubes."""
    with acting():
        live = Registration.objects.filter(round_id=row.id, voided_at=None)
        tubes = {tube.code: (tube.members, tube.sealed_at is not None) for tube in Tube.objects.filter(round=row)}
        reviews = sorted(live.exclude(review="").values_list("review", flat=True))
        return live.count(), progress.total(row).sampled, reviews, tubes


def person(town, number: int) -> str:
    return str(town.people[f"r{number}"].id)


def test_two_phones_one_offline_and_killed(town, row, clock, live_server, playwright, tmp_path):
    post = town.posts["community"]
    away = Phone(playwright, tmp_path / "away", live_server, clock.now + timedelta(hours=30))
    away.set_up(post)
    film_file = tmp_path / "film.y4m"
    film(film_file, laid_down(None))
    near = Phone(playwright, tmp_path / "near", live_server, clock.now - timedelta(hours=2), SENSES, film_file)
    near.set_up(post, how="door")

    a_shift_without_a_network(town, away)
    from_door_to_door(town, near, film_file)
    assert held(row) == (1, 1, [], {"KB1": (1, True)})

    away.offline(False)
    away.page.click("#unsent")
    away.says("signed_out")  # the session ended with the browser; everything is still here
    away.unsent(11 + len(QUEUE))
    sent_in_the_background(row, away, post)
    live, sampled, reviews, tubes = held(row)
    assert (live - len(QUEUE), sampled, reviews) == (9, 3, ["again"])
    assert {code: tubes[code] for code in ("KA1", "KA2", "KB1")} == {
        "KA1": (6, True),
        "KA2": (2, False),
        "KB1": (1, True),
    }
    assert cast.broken_rules() == []
    with acting():
        assert Registration.objects.filter(round_id=row.id).count() == 10 + len(QUEUE)  # one of them taken back
        assert Reason.objects.get().reason == "away"
    away.context.close()
    near.kill()
    near_holds = found_in(near.profile, ["1单元101", person(town, 2)])
    assert near_holds == {}  # neither the list nor who was sampled


def sent_in_the_background(row, away, post):
    """Signed in, the page closed: the browser's background sync sends all of it, once. Opened again, nothing waits."""
    page = away.page
    page.goto(f"{away.address}/standing/")
    away.wake()
    assert page.evaluate(WAITING) == 11 + len(QUEUE)  # nobody is signed in: nothing was sent
    away.sign_in(post)
    page.reload()
    away.wake()
    away.wake()
    page.evaluate(UNTIL_SENT)
    before = held(row)
    away.open()
    away.unlock()
    page.wait_for_selector('[data-screen="desk"]:visible')  # the PIN was right, and it is at work again
    away.unsent(0)
    page.click("#unsent")
    away.wake()
    page.click("#send-now")
    away.says("sent")
    assert held(row) == before


def a_shift_without_a_network(town, away):
    """Two tubes; the phone dies after the first, and its storage names nobody."""
    away.offline()
    away.page.reload()  # the page comes from the phone
    away.unlock()
    away.tube("KA1")
    for name, number in STRANGERS:
        away.sample(number, name)
    away.sample(person(town, 0))
    away.sample(person(town, 0), tone="warn")  # scanned twice by mistake: it asks, and does nothing
    away.page.click("#undo")
    away.said("warn")
    away.sample(person(town, 1))
    away.unsent(8)
    away.page.wait_for_selector("#name-help:visible")
    away.seal(6)
    away.unsent(9)

    for turn in range(0, len(QUEUE), 10):
        away.page.evaluate(FILL, [f"KQ{turn}", QUEUE[turn : turn + 10]])
    away.unsent(9 + len(QUEUE))
    whoever = [*ALL_SECRETS, person(town, 0), person(town, 1)]
    dumped = {place.split()[0] for place, _held in dump(away.page)}
    assert {"IndexedDB", "Cache", "localStorage", "cookies", "service"} <= dumped
    assert found_in(away.profile, whoever, away.page) == {}  # as the page's scripts read it, PIN typed
    away.kill()
    assert found_in(away.profile, whoever) == {}

    away.start()
    away.offline()
    away.open()
    away.unlock("000000")
    away.page.wait_for_selector("#unlock [role=alert]:visible")
    away.unlock()
    away.unsent(9 + len(QUEUE))
    away.page.click("#tube-away")
    away.tube("KA2")
    away.sample(person(town, 2))
    away.sample(person(town, 3))
    away.unsent(11 + len(QUEUE))


def from_door_to_door(town, near, film_file):
    """One sample and one reason by the building's list."""
    near.tube("KB1")
    near.page.click("#building-form button")
    near.page.wait_for_selector("#door li")
    read_by_the_camera(
        near, film_file, code_of(town.people["r2"])
    )  # the other phone has this one too, and sends it later
    near.page.locator("#door li select").last.select_option("away")
    near.said("ok")
    second = near.context.new_page()
    second.goto(f"{near.address}/screening/kit/")
    second.wait_for_selector('[data-screen="twice"]:visible')
    second.close()
    near.seal(1)
    near.unsent(0)


def read_by_the_camera(near, film_file, row):
    """Without a network: a table without a code registers nobody; the code on somebody's paper does, once, however long
    it is held there. A word, a sign, a colour and a sound say so. Who looks away has the camera switched off.
    """
    page, code = near.page, f"{near.address}/p/{paper(row)}/"
    near.offline()
    page.click("#camera button")
    looked(page)
    near.unsent(0)
    page.click("#camera button")
    assert page.evaluate("() => window.track.readyState") == "ended"
    film(film_file, laid_down(printed(code)))
    page.evaluate("() => { window.tones = []; document.getElementById('said').dataset.tone = ''; }")
    page.click("#camera button")
    near.said("ok")
    taken = page.evaluate(COLOUR)
    looked(page)
    near.unsent(1)
    assert page.evaluate("() => [window.audio.state, ...window.tones]") == ["running", 880]
    assert page.locator("#said .bi-check-circle-fill").is_visible()
    page.evaluate(
        "() => { Object.defineProperty(document, 'hidden', { get: () => true, configurable: true });"
        " document.dispatchEvent(new Event('visibilitychange')); delete document.hidden; }"
    )
    assert page.evaluate("() => window.track.readyState") == "ended"
    assert page.locator("#camera video").is_hidden()
    near.sample(code, tone="warn")  # by a reader: it asks
    assert page.evaluate("() => window.tones") == [880, 330, 330]
    assert page.evaluate(COLOUR) != taken
    near.offline(False)
    at_a_venue(near, film_file, code)


def at_a_venue(near, film_file, code):
    """The same at an entrance, whose staff have no account; a camera that may not be used says so, beside the field."""
    with acting():
        venue = add_venue(by=SYSTEM, area=GRID, name="中山菜市场", kind="market", responsible="", phone="")
    film(film_file, laid_down(printed(code)))
    page = near.context.new_page()
    page.goto(f"{near.address}/d/{desk(venue)}/")
    page.evaluate("() => { window.cameraDenied = new DOMException('', 'NotAllowedError'); }")
    page.click(".camera button")
    page.wait_for_selector(".camera-says:has-text('未获准使用摄像头')")
    page.evaluate("() => { window.cameraDenied = null; }")
    page.click(".camera button")
    page.wait_for_selector(".done .big, .done p")
    assert len(log_of(venue)) == 1
    page.close()


def looked(page):
    """The camera's picture was looked at some more times."""
    page.wait_for_function("(until) => window.looks >= until", arg=page.evaluate("() => window.looks") + 5)


def test_without_encryption_the_same_search_finds_them(town, row, clock, live_server, playwright, tmp_path):
    phone = Phone(playwright, tmp_path / "open", live_server, clock.now, NO_ENCRYPTION)
    phone.set_up(town.posts["community"])
    phone.offline()
    phone.tube("KC1")
    for name, number in STRANGERS:
        phone.sample(number, name)
    phone.page.evaluate(FILL, ["KC2", QUEUE[:10]])
    phone.unsent(5 + 10)
    secrets = {*SECRETS, "逄茕", *(number for _name, number in QUEUE[:10])}
    assert set(found_in(tmp_path / "nothing", secrets, phone.page)) == secrets
    phone.kill()
    assert set(found_in(phone.profile, secrets)) == secrets


def test_the_search_knows_how_a_text_may_be_written(tmp_path):
    ways = [text.encode(code) for text in SECRETS[:2] for code in ("utf-8", "utf-16-le", "utf-16-be", "gb18030")]
    ways += [base64.b64encode(bytes(n) + SECRETS[0].encode()) for n in range(4)]
    ways += [base64.urlsafe_b64encode(json.dumps({"a": SECRETS[1]}).encode()), SECRETS[0].encode().hex().encode()]
    ways += [
        quote(SECRETS[0]).encode(),
        json.dumps(SECRETS[0]).encode(),
        b"x19900101123x",
        "990010112".encode("utf-16-le"),
    ]
    for way in ways:
        (tmp_path / "file").write_bytes(b"\x07" + way + b"\x07")
        assert found_in(tmp_path, SECRETS), way
    (tmp_path / "file").write_bytes(b"61040419 90010112 " + "上官".encode())
    assert found_in(tmp_path, SECRETS) == {}
