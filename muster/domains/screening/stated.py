"""A row of results as a laboratory stated it, read and checked against the rules before anything is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from muster.kernel import clock, plans
from muster.kernel.loading import cell
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.models import Organisation, Person

from . import rules
from .models import Result

LONGEST_REF = 100
CLOCKS_DIFFER = timedelta(minutes=10)


class Finding(NamedTuple):
    """What a row says by itself, read and checked; `plan` is the code of the edition that it was checked against.

    `held` is why it cannot be recorded, if so: what was recorded already stays "unchanged" under other rules.
    """

    ref: str
    disease: str
    sampled_at: datetime
    result: str
    ct_orf: float | None
    ct_n: float | None
    corrects: str
    plan: str
    doubts: tuple[str, ...] = ()
    held: Invalid | None = None
    reason: str = ""
    remark: str = ""


@dataclass(frozen=True)
class Stated:
    """One result with whom and what it names: the record of the person, the laboratory or None."""

    finding: Finding
    person: Person
    laboratory: Organisation | None

    @property
    def key(self) -> tuple[UUID | None, str]:
        """Under which a laboratory knows it."""
        return (self.laboratory.pk if self.laboratory else None, self.finding.ref)

    @property
    def area(self) -> str:
        """Who is responsible: where the person is now, else where they live; those of the canonical record."""
        person = self.person.canonical or self.person
        return person.present or person.home

    def same_as(self, other: Result) -> bool:
        """Whether it says what a stored result says: sent twice, it counts once."""
        said = self.finding
        return (
            who(self.person) == who(other.person)
            and (said.disease, said.sampled_at, said.result) == (other.disease, other.sampled_at, other.result)
            and (said.ct_orf, said.ct_n) == (other.ct_orf, other.ct_n)
            and said.corrects == (other.corrects.ref if other.corrects else "")
        )

    def bare(self) -> rules.Stated:
        """For the rules of corrections."""
        said = self.finding
        return rules.Stated(who(self.person), said.disease, self.key[0], said.sampled_at, said.result)


def who(person: Person) -> UUID:
    """The person whom a record stands for: merged records are one."""
    return person.canonical_id or person.pk


def bare(result: Result) -> rules.Stated:
    """A stored result, for the rules of corrections."""
    gone = result.superseded_at is not None
    return rules.Stated(
        who(result.person), result.disease, result.laboratory_id, result.sampled_at, result.result, gone
    )


def read(row: Mapping[str, Any], *, plan: str, history: bool, now: datetime) -> Finding:
    """A row as it is, before whom it names is looked up. Raises Invalid for a cell that cannot be read."""
    disease, result, ref = cell(row.get("disease")).casefold(), read_result(row.get("result")), read_ref(row)
    sampled_at = read_moment("sampled_at", row.get("sampled_at"))
    if sampled_at > now + CLOCKS_DIFFER:
        raise Invalid("sampled_at", _("The sample cannot have been taken in the future"))
    cycles = read_ct("ct_orf", row.get("ct_orf")), read_ct("ct_n", row.get("ct_n"))
    said = ref, disease, sampled_at, result, *cycles, cell(row.get("corrects"))
    why = read_reason(row)
    try:
        edition = plan_for(disease, sampled_at, plan)
        return Finding(*said, edition.edition, check_ct(result, *cycles, edition, history), None, *why)
    except Invalid as no:
        return Finding(*said, plan="", held=no)


def read_reason(row: Mapping[str, Any]) -> tuple[str, str]:
    """Why the sender corrects a result: one of the codes, and words. Raises Invalid."""
    reason, remark = cell(row.get("reason")).casefold(), cell(row.get("remark"))
    words = ", ".join(rules.CORRECTION_REASONS)
    said = {
        "alone": ("reason", _("Only a correction has a reason")),
        "unknown": ("reason", _("The reason of a correction is one of: %(words)s") % {"words": words}),
        "wordless": ("remark", _("Say the other reason in words")),
        "long": ("remark", _("At most %(most)s characters") % {"most": rules.LONGEST_REMARK}),
        "number": ("remark", _("No numbers of persons here: say what happened")),
    }
    if fault := rules.fault_of_reason(cell(row.get("corrects")), reason, remark):
        raise Invalid(*said[fault])
    return reason, remark


def read_ref(row: Mapping[str, Any]) -> str:
    """The laboratory's reference. Raises Invalid."""
    ref = cell(row.get("ref"))
    if not ref or len(ref) > LONGEST_REF:
        raise Invalid("ref", _("A reference is needed, of at most %(most)s characters") % {"most": LONGEST_REF})
    return ref


def read_moment(field: str, value: Any) -> datetime:
    """A moment; without an offset it is local to the site. Raises Invalid."""
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(cell(value))
    except ValueError:
        raise Invalid(field, _("A time like 2021-11-30 19:15 is needed")) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=clock.zone())


def read_ct(field: str, value: Any) -> float | None:
    """A Ct value; blank, and the words for "not found", are None. Raises Invalid."""
    text = cell(value)
    if text.casefold() in ("", "-", "/", "noct", "na", "n/a", "undetermined", "未检出"):
        return None
    try:
        return float(text) or None  # some instruments write 0 for "not found"
    except ValueError:
        raise Invalid(field, _("A number of cycles is needed, or nothing")) from None


def read_result(value: Any) -> str:
    """One of the words for a result. Raises Invalid."""
    word = cell(value).casefold()
    if word not in rules.RESULTS:
        raise Invalid("result", _("The result is one of: %(words)s") % {"words": ", ".join(rules.RESULTS)})
    return word


def plan_for(disease: str, sampled_at: datetime, named: str) -> plans.Plan:
    """The named plan, else the edition in force on the day of sampling. Raises Invalid."""
    if disease not in plans.diseases():
        raise Invalid("disease", _("The disease is one of: %(words)s") % {"words": ", ".join(plans.diseases())})
    try:
        plan = plans.edition(named) if named else plans.in_force(disease, clock.local_day(sampled_at))
    except plans.NoPlan:
        raise Invalid("disease", _("No plan of this disease was in force on the day of sampling; name one")) from None
    if plan.disease != disease:
        raise Invalid("disease", _("The plan %(plan)s is for another disease") % {"plan": plan.edition})
    return plan


def check_ct(result: str, ct_orf: float | None, ct_n: float | None, plan: plans.Plan, history: bool) -> tuple[str, ...]:
    """What is doubtful about a result and its Ct values, but stands. Raises Invalid where one excludes the other.

    A past result was read by the bounds of its day, so it is not held against the plan's.
    """
    bound = None if history else plan.screening.ct_positive_max
    doubts = rules.doubts(result, ct_orf, ct_n, bound)
    low, high = rules.CT_RANGE
    held = {
        "ct_out_of_range": ("ct_orf", _("A Ct value lies between %(low)g and %(high)g")),
        "ct_without_test": ("ct_orf", _("A sample that was not tested has no Ct values")),
        "positive_above_bound": ("result", _("Held: stated positive, but both Ct values lie above %(bound)s")),
        "negative_below_bound": ("result", _("Held: stated negative, but neither Ct value lies above %(bound)s")),
    }
    for field, reason in (held[doubt] for doubt in doubts if doubt in held):
        raise Invalid(field, reason % {"low": low, "high": high, "bound": bound})
    return doubts
