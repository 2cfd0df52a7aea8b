"""The tables of a plan that say whom to find, what to do about them, and by when.

Times are in the unit of the key's name. Day 1 of a measure is the day on which its phase begins.
"""

from __future__ import annotations

from datetime import time
from typing import Self

from pydantic import model_validator

from muster.kernel.plans.words import (
    Count,
    DayNumbers,
    Days,
    HomeCriterion,
    MeasureKind,
    PlaceKind,
    Positive,
    Reason,
    SeatRule,
    Symptom,
    Table,
    may_list,
    may_say,
    says,
)  # fmt: skip


class Incubation(Table):
    min_days: Days = says("shortest time from infection to illness")
    max_days: Days = says("longest time from infection to illness")
    susceptible_from_day: Days | None = may_say("first day after exposure on which such a contact may infect others")
    susceptible_until_day: Days | None = may_say("last such day")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.min_days > self.max_days:
            raise ValueError("min_days is above max_days")
        return self


class Ring2(Table):
    copresence_minutes: Positive = says("shortest shared time with a contact that counts")
    kinds: tuple[PlaceKind, ...] = says("kinds of place where it counts", min_length=1)
    preview_limit: Count = says("a second ring larger than this is previewed before duties open")


class Seats(Table):
    plane: SeatRule = says("reach in a plane")
    train_sealed: SeatRule = says("reach in a train with closed windows")
    train_open: SeatRule = says("reach in a train with open windows")
    coach_sealed: SeatRule = says("reach in a coach with closed windows")
    coach_ventilated: SeatRule = says("reach in a coach with open windows")
    ship: SeatRule = says("reach on a ship")


class Tracing(Table):
    lookback_days: Days = says("days that count before onset (else first positive sampling, else confirmation)")
    forward_days: Days | None = may_say("days after the day of onset on which the case is still infectious")
    copresence_minutes: Positive = says("shortest shared time at one place that counts")
    copresence_kinds: tuple[PlaceKind, ...] | None = may_say("kinds of place where it counts; not stated: every kind")
    air_minutes_after: Count = says("minutes for which a room's air infects after the case has left")
    default_stay_minutes: Positive = says("length of a stay whose end is not known")
    rings: int = says("1: contacts only; 2: also the contacts of contacts", ge=1, le=2)
    reasons: tuple[Reason, ...] = says("ways in which a contact is found", min_length=1)
    seat_rows: Positive | None = may_say("rows forward and back that count, where a seat rule says rows")
    seats: Seats | None = may_say("seat rules by vehicle")
    ring2: Ring2 | None = may_say("the second ring")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.rings == 2 and self.ring2 is None:
            raise ValueError("rings = 2 needs the table tracing.ring2")
        if self.seats is not None and self.seat_rows is None:
            raise ValueError("tracing.seats needs seat_rows")
        return self


class Measure(Table):
    """What is done about one category of person: phases from strong to weak, each beginning as the one before ends."""

    kind: MeasureKind = says("how it begins")
    site_days: Days | None = may_say("days at an isolation site; not stated: until the conditions of release are met")
    site_tests: DayNumbers = may_list("days of the site phase with a test")
    home_days: Days | None = may_say("days at home")
    home_tests: DayNumbers = may_list("days of the home phase with a test")
    monitoring_days: Days | None = may_say("days of health monitoring without isolation")

    def days(self, kind: str) -> int | None:
        """Days of one phase, None where it has none or has no fixed end."""
        return {"site": self.site_days, "home": self.home_days, "monitoring": self.monitoring_days}[kind]

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        order = ["site", "home", "monitoring"]
        for stronger in order[: order.index(self.kind)]:
            if self.days(stronger) is not None:
                raise ValueError(f"it begins with {self.kind}, so {stronger}_days cannot be stated")
        if self.days(self.kind) is None and any(self.days(kind) is not None for kind in order):
            raise ValueError(f"a later phase needs {self.kind}_days")
        for phase, tests in (("site", self.site_tests), ("home", self.home_tests)):
            days = self.days(phase)
            if days is not None and tests and tests[-1] > days:
                raise ValueError(f"{phase}_tests names day {tests[-1]} of {days}")
            if days is None and tests and self.kind != phase:
                raise ValueError(f"{phase}_tests without {phase}_days")
        return self


class Measures(Table):
    contact: Measure = says("a contact of a case")
    case: Measure = says("a case")
    second_contact: Measure | None = may_say("a contact of a contact")
    entrant: Measure | None = may_say("a person who entered the country")
    leaver: Measure | None = may_say("a person who left a high-risk area; counted from leaving it")


class Arrivals(Table):
    high: Measure | None = may_say("a stay in a high-risk area or sealed zone, within incubation.max_days")
    middle: Measure | None = may_say("a stay in a middle-risk area or controlled zone")
    county: Measure | None = may_say("a stay in a county in which an area is listed")
    elsewhere: Measure | None = may_say("an arrival from anywhere else")


class Slot(Table):
    code: str = says("am or pm", pattern="^(am|pm)$")
    opens: time = says("local time from which the check can be made")
    due: time = says("local time by which it is made")


class Isolation(Table):
    health_checks_per_day: Positive = says("health checks a day for each isolated person")
    slots: tuple[Slot, ...] = says("when they are made (local time)", min_length=1)
    temperature_c: float = says("a temperature from here on, in °C, is an anomaly", ge=36, le=40)
    symptoms: tuple[Symptom, ...] = says("symptoms that are asked for; any is an anomaly", min_length=1)
    home_criteria: tuple[HomeCriterion, ...] = says("what a home must offer; else the person goes to a site")

    @model_validator(mode="after")
    def _as_many_slots(self) -> Self:
        if len(self.slots) != self.health_checks_per_day:
            raise ValueError("slots must be as many as health_checks_per_day")
        if any(slot.opens >= slot.due for slot in self.slots) or len({s.code for s in self.slots}) != len(self.slots):
            raise ValueError("each slot opens before it is due, and its code is used once")
        return self


class Release(Table):
    contact_negative_tests: Count = says("least tests of a control with a result; any that is not negative holds it")
    case_negative_tests: Count = says("tests of a case that must be negative, or at the Ct below")
    case_hours_apart: Count = says("least hours between those tests")
    case_ct_min: Positive | None = may_say("Ct from which a case's test is negative; not stated: only negative does")


class Screening(Table):
    ct_positive_max: Positive | None = may_say("highest Ct that a laboratory reads as positive")


class Deadlines(Table):
    """Minutes allowed; the clock of an incident starts with its root fact."""

    report_minutes: Positive = says("direct report of a case")
    core_information_minutes: Positive = says("the case's core information (trajectory)")
    trace_minutes: Positive = says("contacts of a new case identified")
    contacts_transferred_minutes: Positive = says("contacts brought under control")
    second_contacts_minutes: Positive | None = may_say("second contacts brought under control")
    first_report_minutes: Positive = says("first full report")
    trace_isolate_test_minutes: Positive = says("everybody traced, isolated and tested")
    disposal_minutes: Positive | None = may_say("from the report to the disposal of the place")
    visit_minutes: Positive = says("first visit to a person in the grid")
    home_assessment_minutes: Positive = says("a home assessed")
    anomaly_minutes: Positive = says("an anomaly answered")
    raised_result_minutes: Positive = says("a correction of a result to positive decided")
    test_minutes: Positive = says("a test that has come due made")
    release_minutes: Positive = says("a control that has come to its end decided")
    letter_reply_minutes: Positive = says("a co-operation letter answered")
    told_minutes: Positive = says("a person told of a change")
    team_answer_minutes: Positive = says("a team that is asked says yes or no; enough people found")
    team_arrive_minutes: Positive = says("a team that was sent on site")
    standby_ready_minutes: Positive = says("a standby sampling site that was called up ready")
    antigen_pcr_minutes: Positive = says("who is positive by antigen tested by a laboratory")


class Escalation(Table):
    """Minutes for which an overdue duty stays at a level before it rises to the next."""

    grid_minutes: Positive = says("grid to community")
    community_minutes: Positive = says("community to street")
    street_minutes: Positive = says("street to district")
    district_minutes: Positive = says("a role of the district to its headquarters, these to the city")
