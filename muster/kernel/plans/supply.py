"""The tables of a plan about areas, mass testing and supplies, and about keeping data."""

from __future__ import annotations

from muster.kernel.plans import words

Every = tuple[words.Count, words.Count] | None


class Cluster(words.Table):
    cases: words.Positive = words.says("cases that make a cluster")
    days: words.Days = words.says("days within which they fall")


class Tier(words.Table):
    stay_in: words.StayIn = words.says("what its people do not leave: their home, the zone, or nothing of it")
    clear_days: words.Days | None = words.may_say("days without a new case before it is lowered")
    contact_days: words.Days | None = words.may_say("days since the last contact, who is negative too")
    round_days: words.Days | None = words.may_say("an all-negative round lies at most so many days back")
    tests: words.DayNumbers = words.may_list("days with a test of everybody")
    then: words.TierName | None = words.may_say("the tier that it becomes; not stated: it is lifted")
    after_higher_days: words.Days | None = words.may_say("the same where it came down from the higher tier")


class Zones(words.Table):
    sealed: Tier | None = words.may_say("封控区")
    controlled: Tier | None = words.may_say("管控区")
    watched: Tier | None = words.may_say("防范区")
    high: Tier | None = words.may_say("高风险区")
    middle: Tier | None = words.may_say("中风险区")
    low: Tier | None = words.may_say("低风险区")
    isolated_case_resets: bool = words.says("whether a new case who was already isolated starts the days again")


class Rounds(words.Table):
    area_minutes: words.Positive = words.says("a delineated area sampled")
    unknown_source_rounds: words.Count = words.says("least rounds while the source is unknown")
    clear_rounds: words.Count = words.says("clear daily rounds before they stop")
    confirm_after_days: words.Days = words.says("days after which one more is held")


class Sizing(words.Table):
    people_per_site: tuple[words.Positive, words.Positive] = words.says("people for each sampling site, from and to")
    people_per_desk: tuple[words.Positive, words.Positive] = words.says("people for each desk, from and to")
    people_per_sampler: words.Positive = words.says("people for each sampler")
    rooms_per_10000: words.Positive = words.says("isolation rooms for 10,000 people")
    rooms_ready_hours: tuple[words.Positive, ...] = words.says("hours by which a share of the rooms is ready")
    rooms_ready_percent: tuple[words.Positive, ...] = words.says("those shares")
    stock_days: words.Days = words.says("days of full load that protective goods last")


class Pooling(words.Table):
    key_persons: words.Positive = words.says("isolated and key persons in one tube")
    sealed_household: bool = words.says("whether a household in a sealed zone has one tube of its own")
    sizes: tuple[words.Positive, ...] = words.says("people in one tube otherwise", min_length=1)
    max_size: words.Positive = words.says("most people in one tube")
    recall_minutes: words.Positive = words.says("members of a positive pool found and held")


class Regimes(words.Table):
    """Who is tested by rule: due again so many days after the last test, overdue after so many; 0: once, at once."""

    cold_chain_direct: Every = words.may_say("who touches cold-chain goods; from and to, in days")
    cold_chain: Every = words.may_say("who else works in the cold chain")
    quarantine: Every = words.may_say("staff of isolation sites")
    medical: Every = words.may_say("staff of hospitals, clinics and pharmacies")
    couriers: Every = words.may_say("couriers and delivery riders")
    services: Every = words.may_say("staff of markets, lodgings, schools and transport")
    visitors: Every = words.may_say("who comes to a fever clinic or pharmacy with symptoms")
    arrivals: Every = words.may_say("who arrived from elsewhere, while they are followed")


class Samples(words.Table):
    pickup_minutes: words.Positive = words.says("a packed box fetched from its site")
    delivery_minutes: words.Positive = words.says("a packed box at its laboratory")
    recount_minutes: words.Positive = words.says("a box counted again where the two sides differ")
    result_minutes: words.Positive = words.says("from the sample to its result")
    odd_from: words.Positive = words.says("tubes from which a laboratory's rates are looked at")
    odd_percent: words.Positive = words.says("share of suspect or invalid tubes from which a batch is held")
    link_days: words.Positive = words.says("days for which the link to a result may be opened")
    certificate_days: words.Positive = words.says("days after the sample for which its certificate is valid")


class Goods(words.Table):
    """Imported goods that are kept cold, from the declaration before they enter to the shelf."""

    central_warehouse: bool = words.says("whether they go to a supervised central warehouse first")
    declare_minutes: words.Count = words.says("before their arrival they are declared")
    sample_minutes: words.Positive = words.says("a batch sampled after it arrived")
    result_minutes: words.Positive = words.says("from the samples to their result")
    disinfect_minutes: words.Positive = words.says("every item disinfected after the result")
    handover_minutes: words.Positive = words.says("what was sent on is counted by who receives it")
    settle_minutes: words.Positive = words.says("a difference between two counts settled")
    seal_minutes: words.Positive = words.says("goods that are held put under seal")
    again_minutes: words.Positive = words.says("samples taken where held goods are or were")
    staff_minutes: words.Positive = words.says("a test of whoever handled them")
    dispose_minutes: words.Positive = words.says("held goods disposed of, unless the hold is lifted")
    inform_minutes: words.Positive = words.says("the city informed of a positive sample")
    correct_minutes: words.Positive = words.says("a breach put right")


class Access(words.Table):
    after_days: words.Days = words.says("days for which a file opens after the last duty about the person was closed")


class Retention(words.Table):
    """Days after which personal data of a class is deleted."""

    presence_days: words.Days = words.says("who was where")
    identity_days: words.Days = words.says("names and identifiers, after the last control or duty")
    contact_days: words.Days = words.says("addresses and phones, after the last control or duty")
    health_days: words.Days = words.says("temperatures and symptoms")
    place_days: words.Days = words.says("places and times copied to contacts")
    note_days: words.Days = words.says("notes")
    log_days: words.Days = words.says("who looked at what")


class Ops(words.Table):
    keep_days: words.Positive = words.says("days for which a repeated operation gets its first answer again")
