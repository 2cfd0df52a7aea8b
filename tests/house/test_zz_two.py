import uuid
from tests.house import test_replays as r
from tests.house.test_replays import night


def test_own_id(night, monkeypatch):
    from muster.domains.tracing.pages import acts

    real = acts.actions.record_step
    monkeypatch.setattr(acts.actions, "record_step", lambda **k: real(**{**k, "op": uuid.uuid4()}))
    r.test_one_effect_and_one_answer(night, "tracing:step")
