"""Results reach the person: a link that opens once, words that say no more than is known, certificates that verify."""

from __future__ import annotations

import base64
import json
import re
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.conf import settings

from muster.domains.premises import codes, proofs
from muster.domains.screening import actions, certificates, links
from muster.domains.screening.models import Result, ResultLink, Tube
from muster.kernel import clock, ids
from muster.kernel.messages.kinds import text_of
from muster.kernel.messages.models import Message
from muster.kernel.operations.errors import Invalid
from muster.kernel.operations.models import Operation
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM, AccessLog
from muster.signing import BadCode, public_keys
from muster.site.commands.verify_code_ import command
from tests import screening_cast as cast
from tests.screening_cast import brought, packed, reported, seal, send, swab


@pytest.fixture
def town(db, clock):
    return cast.build(people=4)


@pytest.fixture
def row(town):
    return cast.opened(town)


def tested(town, row, run_jobs, code="TUBE", result="negative", who=("r0", "r1", "r2")):
    """A pool of three, tested."""
    send(town, row, *(swab(town, name, code) for name in who), seal(code, len(who)))
    brought(town, packed(town, row, f"B-{code}", 1))
    reported(town, **{code: result})
    run_jobs()


def link_of(person):
    with acting():
        return ResultLink.objects.filter(person=person).latest("made_at")


def opened(client, person):
    address = f"/r/{links.secret_of(link_of(person).id)}/"
    return address, client.post(address, {"op": str(ids.uuid7())})


def test_every_member_of_a_pool_gets_a_message_with_nothing_in_it_but_a_link(town, row, run_jobs, monkeypatch):
    monkeypatch.setattr(settings, "PUBLIC_URL", "https://muster.example")
    tested(town, row, run_jobs)
    with acting():
        told = list(Message.objects.filter(kind="screening.result_ready"))
        assert {message.person_id for message in told} == {town.r0.id, town.r1.id, town.r2.id}
        for message in told:
            link = ResultLink.objects.get(person=message.person_id)
            secret = links.secret_of(link.id)
            text = text_of(message.kind, message.params)
            assert re.fullmatch(r"[0-9a-f]{32}", secret) and f"https://muster.example/r/{secret}/" in text
            assert secret not in json.dumps(message.params)
            assert bytes(link.hash) == links.digest(secret)
            assert str(message.person_id) not in text and "阴" not in text and "egative" not in text
    reported(town, TUBE="negative")
    run_jobs()
    with acting():
        assert ResultLink.objects.count() == 3  # known already: nobody is told twice


def test_a_suspect_pool_and_a_positive_get_no_link(town, row, run_jobs):
    tested(town, row, run_jobs, result="positive")
    send(town, row, swab(town, "r3", "S1", capacity=1), seal("S1", 1))
    brought(town, packed(town, row, "B2", 1))
    reported(town, S1="positive")
    run_jobs()
    with acting():
        assert not ResultLink.objects.exists()
        assert Message.objects.filter(kind="screening.held_in_pool").count() == 3


def test_a_link_opens_once_and_looking_does_not_spend_it(client, town, row, run_jobs, clock):
    tested(town, row, run_jobs)
    address = f"/r/{links.secret_of(link_of(town.r0.id).id)}/"
    for _ in range(3):
        assert client.get(address).status_code == 200  # as a program does that looks at links in messages
    assert client.get("/my-result/").status_code == 410
    op = str(ids.uuid7())
    first = client.post(address, {"op": op})
    assert (first.status_code, first["Location"]) == (302, "/my-result/")
    assert client.post(address, {"op": op}).status_code == 302  # the answer got lost: the same button again
    assert client.post(address, {"op": str(ids.uuid7())}).status_code == 410
    page = client.get("/my-result/")
    text = page.content.decode()
    assert page.status_code == 200 and page["Cache-Control"] == "no-store"
    assert "阴性" in text and len(page.content) < 100_000 and "<script" not in text
    assert town.r0.label in text and str(town.r0.id) not in text and "TUBE" not in text
    clock.advance(minutes=16)
    assert client.get("/my-result/").status_code == 410
    with acting():
        assert AccessLog.objects.filter(event="shown", subject=town.r0.id).exists()
        answer = Operation.objects.get(op=op).answer
    assert links.secret_of(link_of(town.r0.id).id) not in json.dumps(answer)


def test_a_link_ends_and_another_one_tells_the_same_nothing(client, town, row, run_jobs, clock):
    tested(town, row, run_jobs)
    clock.advance(days=7, minutes=1)
    _address, late = opened(client, town.r0.id)
    unknown = client.post(f"/r/{'0' * 32}/", {"op": str(ids.uuid7())})
    assert late.status_code == unknown.status_code == 410
    said = [re.sub(r'value="[^"]*"', "", each.content.decode()).replace("0" * 32, "") for each in (late, unknown)]
    said = [re.sub(r"/r/[0-9a-f]*/", "", each) for each in said]
    assert said[0] == said[1]


def test_the_public_pages_are_rate_limited(client, town):
    answers = [client.get("/my-result/").status_code for _ in range(32)]
    assert answers[0] == 410 and answers[-1] == 429


def test_a_suspect_pool_never_says_positive(client, town, row, run_jobs):
    tested(town, row, run_jobs)
    opened(client, town.r0.id)
    reported(town, TUBE="positive")
    actions.confirm_claim(by=town.lab_second, tube=_tube("TUBE"), agree=True)
    text = client.get("/my-result/", headers={"Accept-Language": "en"}).content.decode()
    assert "Needs a second look" in text and "Positive" not in text and "qr" not in text


def _tube(code):
    with acting():
        return Tube.objects.get(code=code)


def test_the_certificate_on_the_page_verifies(client, town, row, run_jobs):
    tested(town, row, run_jobs)
    opened(client, town.r0.id)
    (code,) = re.findall(r'class="key" translate="no">([^<]+)<', client.get("/my-result/").content.decode())
    said = certificates.read(code, clock.now())
    assert (said.result, said.disease, said.label) == ("negative", "covid19", town.r0.label)
    assert said.ends_at - said.sampled_at == timedelta(days=7)
    at = (said.reported_at + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S")
    number, key = max(public_keys().items())  # the current one; other tests have changed keys
    for more in ([], ["--key", f"{number}:{key}"]):
        run = CliRunner().invoke(command, [code, "--at", at, *more])
        assert run.exit_code == 0 and json.loads(run.output)["result"] == "negative"
    late = (said.ends_at + timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:%S")
    other = "00" * 31 + "01"
    for bad in ([code, "--at", late], [code[:-1], "--at", at], [code, "--at", at, "--key", f"{number}:{other}"]):
        run = CliRunner().invoke(command, bad)
        assert run.exit_code == 1 and json.loads(run.output)["valid"] is False


def a_certificate():
    now = clock.now()
    return certificates.make(
        certificates.Certificate("negative", "covid19", "王**", now - timedelta(hours=9), now, now + timedelta(days=6))
    )


def test_no_flipped_bit_and_no_changed_letter_passes(db, clock):
    """Every bit of the code, and every letter of its text."""
    code = a_certificate()
    raw = base64.urlsafe_b64decode(code + "=" * (-len(code) % 4))
    taken = 0
    for bit in range(len(raw) * 8):
        bent = bytearray(raw)
        bent[bit // 8] ^= 1 << bit % 8
        taken += _passes(base64.urlsafe_b64encode(bytes(bent)).decode().rstrip("="), clock.now)
    for at, letter in enumerate(code):
        taken += _passes(code[:at] + ("A" if letter != "A" else "B") + code[at + 1 :], clock.now)
    assert taken == 0 and _passes(code, clock.now) == 1


def _passes(text, now):
    try:
        certificates.read(text, now)
    except BadCode:
        return 0
    return 1


def test_a_code_of_another_kind_is_no_certificate(db, clock):
    for text in (proofs.make("enter", "王**", clock.now), codes.make(codes.PERSON, ids.uuid7()), "", "x", "C" * 500):
        assert not _passes(text, clock.now)
    with pytest.raises(BadCode):
        proofs.read(a_certificate(), clock.now)


def test_a_result_sent_without_a_tube_is_shown_too(client, town, row, run_jobs, clock):
    tested(town, row, run_jobs)
    actions.record_result(
        by=town.lab, person=town.r0, laboratory=town.laboratory, ref="R1", disease="covid19",
        sampled_at=clock.now - timedelta(hours=5), result="negative",
    )  # fmt: skip
    opened(client, town.r0.id)
    assert client.get("/my-result/").content.decode().count('class="key"') == 2
    with acting():
        assert Result.objects.count() == 1


def test_links_are_forgotten(town, row, run_jobs, clock):
    tested(town, row, run_jobs)
    with acting():
        from muster.domains.screening.actions.links import forget_links

        assert forget_links(clock.now) == 0
        assert forget_links(clock.now + timedelta(days=8)) == 3
    with pytest.raises(Invalid):
        actions.open_link(by=SYSTEM, secret="0" * 32)
