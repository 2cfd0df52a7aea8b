"""The tables of a plan about areas, mass testing and supplies, and about keeping data."""

from __future__ import annotations

from muster.kernel.plans.words import (
    Count,
    DayNumbers,
    Days,
    Positive,
    StayIn,
    Table,
    TierName,
    may_list,
    may_say,
    says,
)


class Cluster(Table):
    cases: Positive = says("cases that make a cluster")
    days: Days = says("days within which they fall")


class Tier(Table):
    stay_in: StayIn = says("what its people do not leave: their home, the zone, or nothing of it")
    clear_days: Days | None = may_say("days without a new case before it is lowered")
    contact_days: Days | None = may_say("days since the last contact, who is negative too")
    round_days: Days | None = may_say("an all-negative round lies at most so many days back")
    tests: DayNumbers = may_list("days with a test of everybody")
    then: TierName | None = may_say("the tier that it becomes; not stated: it is lifted")
    after_higher_days: Days | None = may_say("days instead of clear_days where it came down from the higher tier")


class Zones(Table):
    sealed: Tier | None = may_say("封控区")
    controlled: Tier | None = may_say("管控区")
    watched: Tier | None = may_say("防范区")
    high: Tier | None = may_say("高风险区")
    middle: Tier | None = may_say("中风险区")
    low: Tier | None = may_say("低风险区")
    isolated_case_resets: bool = says("whether a new case who was already isolated starts the days again")


class Rounds(Table):
    area_minutes: Positive = says("a delineated area sampled")
    unknown_source_rounds: Count = says("least rounds while the source is unknown")
    clear_rounds: Count = says("clear daily rounds before they stop")
    confirm_after_days: Days = says("days after which one more is held")


class Sizing(Table):
    people_per_site: tuple[Positive, Positive] = says("people for each sampling site, from and to")
    people_per_desk: tuple[Positive, Positive] = says("people for each desk, from and to")
    people_per_sampler: Positive = says("people for each sampler")
    rooms_per_10000: Positive = says("isolation rooms for 10,000 people")
    rooms_ready_hours: tuple[Positive, ...] = says("hours by which a share of the rooms is ready")
    rooms_ready_percent: tuple[Positive, ...] = says("those shares")
    stock_days: Days = says("days of full load that protective goods last")


class Pooling(Table):
    key_persons: Positive = says("isolated and key persons in one tube")
    sealed_household: bool = says("whether a household in a sealed zone has one tube of its own")
    sizes: tuple[Positive, ...] = says("people in one tube otherwise", min_length=1)
    max_size: Positive = says("most people in one tube")
    recall_minutes: Positive = says("members of a positive pool found and held")


class Regimes(Table):
    """Who is tested by rule: due again so many days after the last test, overdue after so many; 0: once, at once."""

    cold_chain_direct: tuple[Count, Count] | None = may_say("who touches cold-chain goods; from and to, in days")
    cold_chain: tuple[Count, Count] | None = may_say("who else works in the cold chain")
    quarantine: tuple[Count, Count] | None = may_say("staff of isolation sites")
    medical: tuple[Count, Count] | None = may_say("staff of hospitals, clinics and pharmacies")
    couriers: tuple[Count, Count] | None = may_say("couriers and delivery riders")
    services: tuple[Count, Count] | None = may_say("staff of markets, lodgings, schools and transport")
    visitors: tuple[Count, Count] | None = may_say("who comes to a fever clinic or pharmacy with symptoms")
    arrivals: tuple[Count, Count] | None = may_say("who arrived from elsewhere, while they are followed")


class Access(Table):
    after_days: Days = says("days for which a file still opens after the last duty about the person was closed")


class Retention(Table):
    """Days after which personal data of a class is deleted."""

    presence_days: Days = says("who was where")
    identity_days: Days = says("names and identifiers, after the last control or duty")
    contact_days: Days = says("addresses and phones, after the last control or duty")
    health_days: Days = says("temperatures and symptoms")
    place_days: Days = says("places and times copied to contacts")
    note_days: Days = says("notes")
    log_days: Days = says("who looked at what")


class Ops(Table):
    keep_days: Positive = says("days for which a repeated operation gets its first answer again")
