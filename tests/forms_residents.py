"""Valid forms of the residents' pages."""

from __future__ import annotations

from muster.domains.residents import actions as residents
from muster.domains.residents.models import Candidate
from muster.kernel.posts.logins import acting
from tests.form import Form, Values
from tests.town import Town


def _pair() -> Candidate:
    with acting():
        return Candidate.objects.get()


def _apart(town: Town) -> Values:
    return {"pair": residents.keep_apart(by=town.community, candidate=_pair()).pk}


def _certain(town: Town) -> None:
    with acting():
        Candidate.objects.update(level="certain")


RESIDENTS = {
    "residents:apart": Form("community"),
    "residents:certain": Form(
        "community", lambda town: {"candidates": str(_pair().pk)}, prepare=_certain, status=(200,)
    ),
    "residents:merge": Form(
        "community", lambda town: {"keep": str(_pair().one_id)}, lambda town: {"keep": str(_pair().other_id)}
    ),
    "residents:undo": Form("community", prepare=_apart),
}
