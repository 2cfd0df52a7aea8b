"""The outbox: told once, sent in time, tried again, and nothing personal where it does not belong."""

from __future__ import annotations

import json
import stat
from collections import defaultdict

import pytest
from django.conf import settings

from muster.kernel import ids
from muster.kernel.facts.actions import record
from muster.kernel.messages import senders
from muster.kernel.messages.actions import MOST_TRIES, send_due, tell
from muster.kernel.messages.jobs import send_messages
from muster.kernel.messages.kinds import KINDS, message, text_of
from muster.kernel.messages.models import Message
from muster.kernel.messages.senders import Undeliverable
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM
from tests.town import GRID, build_town, make_person

message("test.hello", "Hello until %(day)s")


class Gateway:
    """A site's own sender, which is down as often as asked."""

    name, wants_address = "gateway", True
    down, given = 0, []

    def send(self, message, address, text):
        if Gateway.down:
            Gateway.down -= 1
            raise ConnectionError(f"cannot reach {address}")
        Gateway.given.append((message, address, text))


@pytest.fixture
def town(db, clock, monkeypatch):
    town = build_town()
    with acting():
        town.people["qian"] = make_person("qian", "钱多", GRID, phone="13800138000")
    senders._make.cache_clear()
    Gateway.down, Gateway.given = 0, []
    monkeypatch.setitem(senders.SENDERS, "gateway", Gateway)
    monkeypatch.setenv("MUSTER_SENDER", "gateway")
    yield town
    senders._make.cache_clear()


def say(town, clock, person="qian", times=1):
    with acting():
        fact = record("duties.escalated", subject=ids.uuid7(), area=GRID, by=SYSTEM, now=clock.now)
        for _time in range(times):
            tell(getattr(town, person), "test.hello", {"day": "2021-12-07"}, GRID, fact, clock.now)


def outbox():
    with acting():
        return Message.objects.get()


def test_a_message_is_sent_once_to_the_persons_phone(town, clock):
    say(town, clock, times=2)
    assert send_due(clock.now) == 1
    assert send_due(clock.now) == 0
    row = outbox()
    assert (row.sent_at, row.channel, row.tries, row.next_at) == (clock.now, "gateway", 1, None)
    assert [(to, text) for _id, to, text in Gateway.given] == [("+8613800138000", "Hello until 2021-12-07")]


def test_a_gateway_that_is_down_is_asked_again_later(town, clock):
    say(town, clock)
    Gateway.down = 2
    assert send_due(clock.now) == 1
    row = outbox()
    assert (row.failed, row.sent_at) == ("ConnectionError", None)  # its text, which held the number, is not kept
    assert send_due(clock.now) == 0
    clock.advance(minutes=2)
    send_due(clock.now)
    clock.advance(minutes=4)
    send_messages()
    assert outbox().sent_at == clock.now


def test_it_gives_up_after_a_while(town, clock):
    say(town, clock)
    Gateway.down = 100
    for _try in range(MOST_TRIES):
        send_due(clock.now)
        clock.advance(days=1)
    assert send_due(clock.now) == 0
    assert (outbox().tries, outbox().next_at) == (MOST_TRIES, None)


def test_without_a_phone_it_is_not_sent_and_says_so(town, clock):
    say(town, clock, person="wang")
    send_due(clock.now)
    row = outbox()
    assert (row.sent_at, row.failed, row.next_at) == (None, "no_phone", None)


def test_the_log_sender_counts_and_tells_nothing(town, clock, monkeypatch, caplog):
    monkeypatch.setenv("MUSTER_SENDER", "log")
    caplog.set_level("DEBUG", "muster.messages")
    say(town, clock, person="wang")
    send_due(clock.now)
    assert outbox().channel == "log"
    assert caplog.messages == ["messages counted: 1"]


def test_the_file_sender_leaves_a_file_for_the_gateway(town, clock, monkeypatch):
    monkeypatch.setenv("MUSTER_SENDER", "file")
    say(town, clock)
    send_due(clock.now)
    (path,) = (settings.HOME / "outbox").iterdir()
    assert path.name == f"{outbox().id}.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(path.read_text())["to"] == "+8613800138000"
    path.unlink()


def test_every_kind_has_words_in_both_languages():
    for kind in KINDS:
        # What a link is made of is an id, whatever it is called.
        params = defaultdict(lambda: str(ids.uuid7()), day="1", until="2", number="3")
        assert text_of(kind, params, "en")
        assert text_of(kind, params, "zh-hans")
    with pytest.raises(KeyError):
        text_of("test.unknown", {})


def test_a_sender_of_the_sites_own_is_named_by_its_path(monkeypatch):
    monkeypatch.setenv("MUSTER_SENDER", "muster.kernel.messages.senders:FileSender")
    assert senders.current().name == "file"


def test_undeliverable_names_its_code():
    assert Undeliverable("no_phone").code == "no_phone"
