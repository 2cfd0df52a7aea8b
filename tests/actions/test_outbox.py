"""The outbox's rules, one by one, without a server: what leaves the phone, what stays, what holds up what."""

from __future__ import annotations

import pytest

from tests.simulation.bridge import Phones, node

ONE, TWO = "/one/", "/two/"


@pytest.fixture
def phones():
    if node() is None:
        pytest.skip("There is no node: the phones' outbox is JavaScript.")
    made = Phones()
    yield made
    made.close()


class Server:
    """Answers as it is told; keeps what it was sent."""

    def __init__(self, phones: Phones, **replies) -> None:
        self.replies, self.batches, self.keys = replies, [], []
        phones.begin(self)

    def __call__(self, sent):
        ops = [record["op"] for record in sent["records"]]
        self.batches.append(ops)
        self.keys.append(sent["key"])
        for op, reply in self.replies.items():
            if op in ops and reply is not None:
                return reply
        return taken(*ops)


def taken(*ops: str, verdict: str = "new"):
    return {"status": 200, "answer": {"verdicts": [{"op": op, "verdict": verdict} for op in ops], "tubes": {}}}


def fill(phones, *ops: str, lane: str = ONE, **more) -> None:
    for op in ops:
        phones.append(0, {"op": op, **more}, lane)


def test_many_records_go_in_batches_of_500_each_under_a_key_of_its_own(phones):
    server = Server(phones)
    fill(phones, *(f"op{number}" for number in range(1203)))
    assert phones.flush(0).state == "sent"
    assert [len(batch) for batch in server.batches] == [500, 500, 203]
    assert len(set(server.keys)) == 3


def test_only_a_verdict_that_names_it_lets_a_record_go(phones):
    answer = taken("a", "stranger")
    answer["answer"]["verdicts"].append({"op": "b", "verdict": "rejected", "field": "name", "reason": "who?"})
    Server(phones, a=answer, c={"status": 200, "answer": {"verdicts": [], "tubes": {}}})
    fill(phones, "a", "b", "c")
    done = phones.flush(0)
    assert (done.state, done.waiting, done.refused) == ("held", ["c"], [("b", {"field": "name", "reason": "who?"})])
    Server(phones)
    fill(phones, "c")
    assert phones.flush(0).waiting == []


@pytest.mark.parametrize(
    "reply, state",
    [
        ({"lost": True}, "offline"),
        ({"status": "signed_out"}, "signed_out"),
        ({"status": 401}, "signed_out"),
        ({"status": 403}, "refused"),
        ({"status": 404}, "refused"),
        ({"status": 422}, "held"),
        ({"status": 409}, "held"),
        ({"status": 429, "wait": 5}, "busy"),
        ({"status": 503, "wait": 0}, "busy"),
        ({"status": 500, "wait": 9}, "busy"),
    ],
)
def test_without_an_answer_everything_stays(phones, reply, state):
    server = Server(phones, a=reply)
    fill(phones, "a", "b")
    done = phones.flush(0)
    assert (done.state, done.waiting, done.refused, len(server.batches)) == (state, ["a", "b"], [], 1)


def test_one_address_that_refuses_does_not_hold_another(phones):
    Server(phones, a={"status": 403})
    fill(phones, "a")
    fill(phones, "b", lane=TWO)
    done = phones.flush(0)
    assert (done.state, done.waiting) == ("refused", ["a"])


def test_no_network_ends_the_try_for_every_address(phones):
    server = Server(phones, a={"lost": True})
    fill(phones, "a")
    fill(phones, "b", lane=TWO)
    assert phones.flush(0).waiting == ["a", "b"]
    assert len(server.batches) == 1


def test_a_record_over_which_the_server_falls_does_not_hold_the_others(phones):
    server = Server(phones, op5={"status": 500, "wait": 0})
    fill(phones, *(f"op{number}" for number in range(16)))
    done = phones.flush(0)
    assert (done.state, done.waiting) == ("busy", ["op5"])
    assert len(server.batches) < 20


def test_a_server_that_is_down_is_not_asked_for_each_record(phones):
    server = Server(phones, **{f"op{number}": {"status": 500, "wait": 0} for number in range(100)})
    fill(phones, *(f"op{number}" for number in range(100)))
    done = phones.flush(0)
    assert (done.state, len(done.waiting)) == ("busy", 100)
    assert len(server.batches) < 15


def test_an_undo_does_not_go_before_its_sample(phones):
    server = Server(phones, sample={"status": 500, "wait": 0})
    fill(phones, "sample")
    fill(phones, "undo", target="sample")
    fill(phones, "other")
    assert phones.flush(0).waiting == ["sample", "undo"]
    assert not any("undo" in batch and "sample" not in batch for batch in server.batches)


def test_a_batch_ends_with_what_takes_back_another_of_it(phones):
    server = Server(phones)
    fill(phones, "one", "two")
    fill(phones, "undo", target="two")
    fill(phones, "three", "four")
    phones.flush(0)
    assert server.batches == [["one", "two", "undo"], ["three", "four"]]


def test_waits_grow_with_jitter_and_respect_the_server(phones):
    Server(phones)
    shortest = [phones.pause(failures, 0, 0.0) for failures in range(12)]
    longest = [phones.pause(failures, 0, 1.0) for failures in range(12)]
    assert shortest[:4] == [1, 2, 4, 8] and longest[:4] == [2, 4, 8, 16]
    assert max(longest) == 300 and max(shortest) == 150
    assert phones.pause(0, 60, 0.0) == 60 and phones.pause(0, 60, 1.0) == 75
