"""One of our own things for every name that an address can hold, from the played night."""

from __future__ import annotations

from typing import Any

from muster.domains.antigen.models import KitBatch, KitIssue, KitResult, KitWant
from muster.domains.antigen.pages.own import code_of as code_of_kits
from muster.domains.arrivals.models import Arrival, Checkpoint, Pass, Passage, RiskList
from muster.domains.goods.models import Batch as GoodsBatch
from muster.domains.goods.models import Finding, Handover, Holder, Lot
from muster.domains.goods.pages.labels import code_of
from muster.domains.intake.models import Receipt, Report, Task
from muster.domains.isolation.models import HealthCheck, Room, Sample, Site, SiteCheck, Stay, Transfer
from muster.domains.premises import codes, proofs
from muster.domains.premises.models import Contest, Event, Exemption, Order, PersonalCode, Routine, Venue
from muster.domains.residents.models import Candidate
from muster.domains.screening.models import (
    Batch,
    Box,
    Correction,
    HomeNeed,
    Regime,
    Registration,
    Resample,
    Result,
    Round,
    SamplingSite,
    Tube,
)
from muster.domains.teams import volunteering
from muster.domains.teams.models import Call, Member, Mission, Shift, StandbySite
from muster.domains.tracing.models import Case, Chain, Contact, Incident, Letter, PendingRing
from muster.kernel import clock
from muster.kernel.duties.models import Duty
from muster.kernel.posts.actions import issue_key
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM
from muster.ledger.forms.models import Filling, Template
from muster.ledger.imports.models import Import
from muster.ledger.models import Export, SavedView
from tests.town import GRID, Town


def things(town: Town) -> dict[str, Any]:
    """Values by the name of the part of the address; `route:name` where one name means two things."""
    key = issue_key(by=SYSTEM, post=town.lab, name="a machine")
    with acting():
        wang = Case.objects.get(person=town.wang)
        stay = Stay.objects.get(person=town.li)
        return {
            "arrival": Arrival.objects.filter(state="gone_on").get().id,
            "checkpoint": Checkpoint.objects.get().id,
            "passed": Pass.objects.get(passage=None).id,
            "passage": Passage.objects.get().id,
            "edition": RiskList.objects.confirmed().get().id,
            "reference": Arrival.objects.get(state="coming").ref,
            "arrivals:declared:reference": Arrival.objects.filter(state="gone_on").get().ref,
            "incident": wang.incident_id,
            "case": wang.id,
            "chain": Chain.objects.get(pk=wang.chain_id).id,
            "contact": Contact.objects.get(case=wang, person=town.li).id,
            "letter": Letter.objects.get().id,
            "ring": PendingRing.objects.get().id,
            "person": town.li.id,
            "pair": Candidate.objects.get().id,
            "duty": Duty.objects.open().filter(person=town.li, area__startswith=GRID[:6]).first().id,
            "stay": stay.id,
            "site": Site.objects.get(place=town.hotel).id,
            "room": stay.room_id or Room.objects.first().id,
            "transfer": Transfer.objects.get(person=town.li).id,
            "isolation:notice:stay": Stay.objects.get(person=town.gao).id,
            "sample": Sample.objects.filter(stay=stay).first().id,
            "check": HealthCheck.objects.filter(stay=stay).first().id,
            "isolation:site_check:check": SiteCheck.objects.first().id,
            "control": stay.control_id,
            "template": Template.objects.get(kind="letter").id,
            **{f"forms:{name}:template": Template.objects.get(kind="sheet").id for name in ("map", "header", "fill")},
            "filling": Filling.objects.get().id,
            "kind": "isolation.release_notice",
            "about": Stay.objects.get(person=town.gao).id,
            "user": town.worker.user_id,
            "post": town.worker.id,
            "key": key.id,
            **_screening(),
            **_premises(),
            **_teams(),
            **_goods(),
            **_kits(),
            "result": Result.objects.get(ref="R1").id,
            "report": Report.objects.get(kind="arrival").id,
            "receipt": Receipt.objects.get(report__kind="arrival", level="street").id,
            "task": Task.objects.get().id,
            "numbers": [
                *Incident.objects.values_list("number", flat=True),
                *Letter.objects.values_list("number", flat=True),
                *Report.objects.values_list("number", flat=True),
            ],
            "form": {},
        } | _of_ledgers()


def _of_ledgers() -> dict[str, Any]:
    """What posts keep of lists."""
    return {
        "ledger": "tracing.contacts",
        "imports:new:ledger": "people",
        "sent": Import.objects.get().id,
        "view": SavedView.objects.get().id,
        "export": Export.objects.get().id,
    }


def _premises() -> dict[str, Any]:
    """Of the market, the inn, and what hangs on them."""
    venue, inn = (Venue.objects.get(name=name) for name in ("中山菜市场", "如家旅馆"))
    issued = PersonalCode.objects.get(revoked_at=None)
    return {
        "venue": venue.id,
        "sheet": codes.make(codes.SHEET, venue.id, venue.code_number),
        "desk": codes.make(codes.DESK, venue.id, venue.desk_number),
        "booking": codes.make(codes.BOOK, venue.id, venue.code_number),
        "premises:guests:desk": codes.make(codes.DESK, inn.id, 1),
        "routine": Routine.objects.get(code="disinfection", venue__name="中山菜市场").id,
        "personal_code": issued.id,
        "exemption": Exemption.objects.get(confirmed_at=None).id,
        "event": Event.objects.get(state="asked").id,
        "gathering": codes.make(codes.EVENT, Event.objects.get(state="asked").id),
        "level": Order.objects.get().id,
        "contest": Contest.objects.get().id,
        "proof": proofs.make("enter", "", clock.now()),
        "paper": codes.make(codes.PERSON, issued.id),
    }


def _teams() -> dict[str, Any]:
    """Of the call, the team that is on site, and what hangs on them."""
    mission = Mission.objects.get(state="arrived")
    return {
        "team": mission.team_id,
        "member": Member.objects.get(team=mission.team, leads=True).id,
        "shift": Shift.objects.get().id,
        "call": Call.objects.get().id,
        "mission": mission.id,
        "standby": StandbySite.objects.get().id,
        "volunteer": volunteering.code_of(Member.objects.get(team=mission.team, leads=True).id),
    }


def _goods() -> dict[str, Any]:
    """Of imported goods: a batch on hold in the central warehouse, a shelf, what is on its way, a breach."""
    shelf = Lot.objects.get(sold__gt=0)
    return {
        **{f"goods:{page}:batch": GoodsBatch.objects.get(state="held").id for page in ("batch", "batch_step", "trace")},
        "lot": shelf.id,
        "handover": Handover.objects.get(state="sent").id,
        "holder": Holder.objects.get(kind="central").id,
        "finding": Finding.objects.get().id,
        "label": code_of(shelf.id),
    }


def _kits() -> dict[str, Any]:
    """Of antigen kits."""
    return {
        "kit_batch": KitBatch.objects.get().id,
        "kit_want": KitWant.objects.get(group="students").id,
        "kit_issue": KitIssue.objects.get().id,
        "kit": code_of_kits(KitIssue.objects.get().id),
        "antigen_test": KitResult.objects.get().id,
    }


def _screening() -> dict[str, Any]:
    """Of rounds of testing."""
    return {
        "round": Round.objects.exclude(opened_at=None).get(closed_at=None).id,
        "box": Box.objects.get(code="B2").id,
        "screening:load_tubes:box": Box.objects.get(code="B1").id,
        "tube": Tube.objects.get(code="N4").id,
        "screening:confirm_claim:tube": Tube.objects.get(code="N2").id,
        "screening:open_link:secret": "0" * 32,
        "batch": Batch.objects.filter(held__gt=0).get().id,
        "correction": Correction.objects.get().id,
        "resample": Resample.objects.order_by("person__ref").first().id,
        "subject": Duty.objects.open().filter(kind="screening.find_missing").first().subject,
        "screening:due:subject": Duty.objects.open().filter(kind="screening.take_due_test").first().subject,
        "need": HomeNeed.objects.get().id,
        "regime": Regime.objects.get(who="cold_chain_direct").id,
        "registration": Registration.objects.get(review="after_seal").op,
        "sampling_site": SamplingSite.objects.first().id,
    }
