"""The forms of testing rounds, for `tests/forms.py`."""

from __future__ import annotations

import json
from collections.abc import Callable
from uuid import UUID

from muster.domains.screening import actions, missing
from muster.domains.screening.judging import digest_of
from muster.domains.screening.links import secret_of
from muster.domains.screening.models import HomeNeed, Member, Regime, Registration, ResultLink, Round
from muster.kernel.posts.logins import acting
from tests import screening_cast
from tests.fhir_bundles import bundle_of
from tests.form import Form, Values, says
from tests.town import GRID, Town


def _planned(town: Town) -> Values:
    with acting():
        return {"round": Round.objects.get(opened_at=None).id}


def _desk(**given: str) -> Callable[[Town], Values]:
    return lambda town: {"site": str(screening_cast.sites()[0].id), "desk": "1", "size": "10", "tube": "N1", **given}


def _records(tube: str) -> Callable[[Town], Values]:
    return lambda town: {"records": json.dumps([screening_cast.swab(town, "sun", tube)])}


def _one_more(town: Town) -> None:
    with acting():
        row = Round.objects.exclude(opened_at=None).get(closed_at=None)
    screening_cast.send(town, row, screening_cast.swab(town, "li", "N1"))


def _last(town: Town) -> Values:
    with acting():
        return _desk(target=str(Registration.objects.order_by("-received_at", "-op").first().op))(town)


ROUND = {
    "area": "610404001", "disease": "covid19", "starts_at": "2021-12-05T08:00", "ends_at": "2021-12-05T20:00",
    "pool_size": "10",
}  # fmt: skip
SITE = {"area": GRID, "name": "学校采样点", "lat": "34.33", "lon": "108.70", "desks": "4"}


def _one_missing(town: Town) -> Values:
    with acting():
        row = Round.objects.exclude(opened_at=None).get(closed_at=None)
        return {"person": [str(missing.people(row, GRID).first().pk)], "reason": "away", "area": GRID}


def _noted(reason: str) -> Callable[[Town], Values]:
    def records(town: Town) -> Values:
        person = _one_missing(town)["person"][0]
        return {"records": json.dumps([{"op": str(UUID(int=7)), "person": person, "reason": reason}])}

    return records


def _nobody_missing(town: Town) -> None:
    with acting():
        row = Round.objects.exclude(opened_at=None).get(closed_at=None)
        people = list(missing.people(row, "").values_list("pk", flat=True))
    actions.excuse(by=town.street, round=row, people=people, reason="away")


def _sealed_tube(town: Town) -> None:
    with acting():
        row = Round.objects.exclude(opened_at=None).get(closed_at=None)
    screening_cast.send(town, row, screening_cast.swab(town, "li", "N8"), screening_cast.seal("N8", 1))


def _to_pack(town: Town) -> Values:
    with acting():
        row = Round.objects.exclude(opened_at=None).get(closed_at=None)
    site = str(screening_cast.sites()[0].id)
    return {"code": "B8", "round": str(row.id), "site": site, "laboratory": str(town.laboratory.id), "count": "1"}


def _another(town: Town) -> Values:
    return {"round": screening_cast.opened(town).id}


def _single(tube: str) -> Callable[[Town], Values]:
    return lambda town: {"tube": tube, "site": str(screening_cast.sites()[0].id)}


def _taken(tube: str, result: str) -> Values:
    rows = [{"tube": tube, "result": result, "ct_orf": "", "ct_n": ""}]
    return {"rows": json.dumps(rows), "digest": digest_of(rows), "tubes": "1", "found": "0", "invalid": "0"}


def _cold_chain(town: Town) -> Values:
    with acting():
        return {"regime": Regime.objects.get(who="cold_chain_direct").id}


def _enlisted(town: Town) -> Values:
    with acting():
        return {"member": str(Member.objects.get(regime__who="cold_chain_direct").id)}


def _queue(town: Town) -> Values:
    return {"site": str(screening_cast.sites()[0].id), "people": "30"}


def _closed(town: Town) -> Values:
    row = screening_cast.opened(town, areas=[GRID])
    with acting():
        people = list(missing.people(row, "").values_list("pk", flat=True))
    if people:
        actions.excuse(by=town.street, round=row, people=people, reason="away")
    return {"round": actions.close_round(by=town.headquarters, round=row).id}


def _link(town: Town) -> Values:
    with acting():
        row = ResultLink.objects.filter(opened_at=None).first()
    return {"secret": secret_of(row.id)}


def _cannot_come(town: Town) -> Values:
    with acting():
        row = Round.objects.exclude(opened_at=None).get(closed_at=None)
        known = HomeNeed.objects.filter(ended_at=None).values("person")
        return {"person": [str(missing.people(row, GRID).exclude(pk__in=known).first().pk)], "why": "elder"}


def _other_laboratory(town: Town) -> Values:
    return {"laboratory": str(screening_cast.third_party(town).pk)}


SCREENING = {
    "screening:assign_box": Form("street", _other_laboratory, lambda town: {"laboratory": str(town.laboratory.id)}),
    "screening:open_link": Form("", prepare=_link),
    "screening:need_home": Form("street", _cannot_come, says(why="ill")),
    "screening:end_home": Form("street"),
    "screening:report_queue": Form("street", _queue, says(people="60")),
    "screening:stop_rounds": Form("headquarters", says(why="全部转运完毕"), says(why="改为每周一次"), _closed),
    "api:tubes": Form(
        "",
        says(rows=[{"tube": "N3", "result": "negative"}], stated={"tubes": 1, "negative": 1}),
        says(rows=[{"tube": "N3", "result": "invalid"}], stated={"tubes": 1, "invalid": 1}),
        status=(207,),
    ),  # fmt: skip
    "api:fhir": Form("", says(**bundle_of("N3", "260415000")), says(**bundle_of("N3", "419984006")), status=(200,)),
    "screening:start_regime": Form(
        "headquarters",
        says(who="covid19/couriers", area="610404"),
        says(who="covid19/medical"),
    ),
    "screening:enlist": Form(
        "headquarters", lambda town: {"lines": str(town.li.id)}, lambda town: {"lines": str(town.zhang.id)}, _cold_chain
    ),
    "screening:delist": Form("headquarters", _enlisted),
    "screening:end_regime": Form("headquarters", prepare=_cold_chain),
    "screening:confirm_correction": Form("headquarters", says(agree="yes"), says(agree="no")),
    "screening:confirm_batch": Form("lab_second", says(agree="yes"), says(agree="no")),
    "screening:take_tubes": Form("lab", says(**_taken("N3", "negative")), says(**_taken("N2", "negative"))),
    "screening:close_round": Form("headquarters", prepare=_nobody_missing),
    "screening:confirm_claim": Form("lab_second", says(agree="yes"), says(agree="no")),
    "screening:excuse": Form("street", _one_missing, says(reason="refused")),
    "screening:hand_over_box": Form("community", says(side="giver", count="1"), says(side="taker")),
    "screening:load_tubes": Form("lab", says(results="N3 negative"), says(results="N3 invalid")),
    "screening:pack_box": Form("community", _to_pack, says(code="B9"), _sealed_tube),
    "screening:resample": Form("worker", _single("S1"), _single("S2")),
    "screening:seek_missing": Form("headquarters", prepare=_another),
    "screening:set_laboratory": Form(
        "headquarters",
        lambda town: {"organisation": str(town.laboratory.id), "tubes_a_day": "7000"},
        says(tubes_a_day="8000"),
    ),
    "screening:void_tube": Form("street", says(why="broken"), says(why="lost")),
    "screening:add_site": Form("street", says(**SITE), says(desks="5")),
    "screening:close_site": Form("street"),
    "screening:plan_round": Form("headquarters", says(**ROUND), says(pool_size="5")),
    "screening:open_round": Form("headquarters", prepare=_planned),
    "screening:kit_reasons": Form("street", _noted("away"), _noted("refused"), status=(200,)),
    "screening:records": Form("street", _records("T7"), _records("T8"), status=(200,)),
    "screening:sample": Form("street", _desk(number="", name="张三"), says(name="李四")),
    "screening:seal": Form("street", _desk(count="1"), says(count="2")),
    "screening:settle_review": Form("street", says(keep="yes"), says(keep="no")),
    "screening:undo": Form("street", _last, says(tube="N2"), _one_more),
}
