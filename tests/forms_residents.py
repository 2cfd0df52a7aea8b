"""Valid forms of the residents' pages."""

from __future__ import annotations

from collections.abc import Callable

from muster.domains.residents import actions as residents
from muster.domains.residents.models import Candidate
from muster.kernel.people.models import Person
from muster.kernel.posts.logins import acting
from tests.form import Form, Values
from tests.town import GRID, NEXT_GRID, Town


def _pair() -> Candidate:
    with acting():
        return Candidate.objects.get()


def _apart(town: Town) -> Values:
    return {"pair": residents.keep_apart(by=town.community, candidate=_pair()).pk}


def _certain(town: Town) -> None:
    with acting():
        Candidate.objects.update(level="certain")


SAID = {"said_by": "family", "why": "call"}


def _says(**values: str) -> Callable[[Town], Values]:
    return lambda town: SAID | values


def _zhang(town: Town) -> Values:
    return {"person": town.zhang.id}


def _household(town: Town) -> Values:
    with acting():
        Person.objects.filter(pk=town.zhang.pk).update(household=town.wang.household_id)
    return _zhang(town)


RESIDENTS = {
    "residents:correct": Form("worker", _says(door="3单元301"), _says(door="3单元302"), _zhang),
    "residents:guardian": Form(
        "worker", lambda town: SAID | {"guardian": str(town.wang.pk)}, lambda town: {"guardian": ""}, _household
    ),
    "residents:move": Form("worker", _says(to=NEXT_GRID, on="2021-11-20"), _says(on="2021-11-21"), _zhang),
    "residents:new": Form("worker", _says(name="何平", area=GRID), _says(name="何安")),
    "residents:apart": Form("community"),
    "residents:certain": Form(
        "community", lambda town: {"candidates": str(_pair().pk)}, prepare=_certain, status=(200,)
    ),
    "residents:merge": Form(
        "community", lambda town: {"keep": str(_pair().one_id)}, lambda town: {"keep": str(_pair().other_id)}
    ),
    "residents:undo": Form("community", prepare=_apart),
}
