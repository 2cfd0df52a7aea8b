"""Rules of results (what counts as positive, what a stated result and its Ct values say of each other) and rounds.

Plain functions of plain values. Ct: the cycle at which a gene was found, low for much virus, None where not found.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil
from typing import NamedTuple

RESULTS = ("negative", "positive", "pool_suspect", "invalid", "untested")
CT_RANGE = (1.0, 50.0)  # no instrument runs more cycles


@dataclass(frozen=True)
class Stated:
    """A result as a laboratory stated it; identities are whatever the caller compares."""

    person: object
    disease: str
    laboratory: object
    sampled_at: datetime
    result: str
    superseded: bool = False


def is_positive(result: str) -> bool:
    """Whether a result makes a case. A pool suspect does not: its members are held and sampled singly.

    Raises ValueError for a word that is not a result.
    """
    if result not in RESULTS:
        raise ValueError(f"not a result: {result}")
    return result == "positive"


def positive_by_ct(ct_orf: float | None, ct_n: float | None, ct_positive_max: float) -> str:
    """What two genes say: `positive` (both up to the bound), `single_gene` (one: repeat it), `negative` (none)."""
    found = sum(1 for ct in (ct_orf, ct_n) if ct is not None and ct <= ct_positive_max)
    return ("negative", "single_gene", "positive")[found]


def doubts(result: str, ct_orf: float | None, ct_n: float | None, ct_positive_max: float | None) -> tuple[str, ...]:
    """Why a stated result and its Ct values do not fit; empty when they do. The stated result stands: a doubt is shown.

    ct_out_of_range (the values are refused), ct_without_test (untested, yet with values), positive_above_bound,
    single_gene, negative_below_bound (as `positive_by_ct`). Without a bound only the first two are looked for.
    """
    values = [ct for ct in (ct_orf, ct_n) if ct is not None]
    if any(not CT_RANGE[0] <= ct <= CT_RANGE[1] for ct in values):  # also holds for NaN
        return ("ct_out_of_range",)
    if values and result == "untested":
        return ("ct_without_test",)
    if not values or ct_positive_max is None or result not in ("positive", "negative"):
        return ()
    by_ct = positive_by_ct(ct_orf, ct_n, ct_positive_max)
    if result == "positive":
        return {"negative": ("positive_above_bound",), "single_gene": ("single_gene",), "positive": ()}[by_ct]
    return {"negative": (), "single_gene": ("single_gene",), "positive": ("negative_below_bound",)}[by_ct]


def correction_refused(original: Stated, correction: Stated) -> tuple[str, ...]:
    """Why one result cannot correct another; empty when it can.

    other_laboratory, other_person, other_disease, other_sample (taken at another time: that is a new result, not a
    correction), superseded (the latest one is to be corrected).
    """
    faults = {
        "other_laboratory": original.laboratory != correction.laboratory,
        "other_person": original.person != correction.person,
        "other_disease": original.disease != correction.disease,
        "other_sample": original.sampled_at != correction.sampled_at,
        "superseded": original.superseded,
    }
    return tuple(code for code, holds in faults.items() if holds)


def effect_of_correction(old: str, new: str) -> str:
    """What follows: `withdraw` the evidence (it was positive and is not), `raise` it (the reverse), or `none`."""
    was, now = is_positive(old), is_positive(new)
    return "withdraw" if was and not now else "raise" if now and not was else "none"


# Why a laboratory corrects a result; `other` is said in words.
CORRECTION_REASONS = ("mixed", "transcription", "contaminated", "equipment", "other")
LONGEST_REMARK = 200


def fault_of_reason(corrects: str, reason: str, remark: str) -> str:
    """What is wrong with the reason of a correction: `alone`, `unknown`, `wordless`, `long`, `number`; '' for nothing.

    A long run of digits may be somebody's number, and has no business in a remark that others read.
    """
    if not reason and not remark:
        return ""
    if not corrects:
        return "alone"
    if reason not in CORRECTION_REASONS:
        return "unknown"
    if reason == "other" and not remark:
        return "wordless"
    return "long" if len(remark) > LONGEST_REMARK else "number" if re.search(r"\d{7}", remark) else ""


# -- rounds of mass testing


class Size(NamedTuple):
    """What a number of people needs, each from and to: sites, desks; and samplers at least."""

    people: int
    sites: tuple[int, int]
    desks: tuple[int, int]
    samplers: int


def size(people: int, per_site: tuple[int, int], per_desk: tuple[int, int], per_sampler: int) -> Size:
    """Sites, desks and samplers by a plan's ratios (people for each, from and to), rounded up: nobody is left over."""
    sites = ceil(people / per_site[1]), ceil(people / per_site[0])
    desks = ceil(people / per_desk[1]), ceil(people / per_desk[0])
    return Size(people, sites, desks, ceil(people / per_sampler))


def time_slots(
    people: Sequence[int], start: datetime, end: datetime, step: int = 30
) -> list[tuple[datetime, datetime]]:
    """A window for each building of a site, one after another, in proportion to its people; on whole steps (minutes).

    Neighbouring windows may share a step: a queue that is a little early or late is not sent away.
    """
    total, before, minutes = max(1, sum(people)), 0, (end - start).total_seconds() / 60
    windows = []
    for number in people:
        first = int(minutes * before / total // step) * step
        before += number
        last = min(minutes, max(first + step, ceil(minutes * before / total / step) * step))
        windows.append((start + timedelta(minutes=min(first, minutes - step)), start + timedelta(minutes=last)))
    return windows


class Next(NamedTuple):
    """What follows a round: `wait` (results are out), `daily`, `confirm` or `stop`; the day, where there is one."""

    what: str
    on: date | None


def next_round(
    held: Sequence[tuple[date, bool | None]], *, clear_rounds: int, confirm_after_days: int, least: int = 0
) -> Next:
    """What follows the rounds held so far (day, and whether it was clear: None while results are out), oldest first.

    Rounds are daily until `clear_rounds` in a row were clear and at least `least` were held (source unknown); then one
    more after `confirm_after_days`, and if that is clear too they stop. Source: national rules on testing of areas.
    """
    day, clear = held[-1]
    if clear is None:
        return Next("wait", None)
    streak = 0
    while streak < len(held) and held[-1 - streak][1]:
        streak += 1
    if streak < clear_rounds or len(held) < least:
        return Next("daily", day + timedelta(days=1))
    if streak > clear_rounds and (day - held[-2][0]).days >= confirm_after_days:
        return Next("stop", None)
    return Next("confirm", day + timedelta(days=confirm_after_days))


class Forecast(NamedTuple):
    """Minutes until a number of people is through: at best, as it goes, and at worst."""

    best: int
    likely: int
    worst: int


FORECAST_FROM = 20  # people in the window, below which nothing is forecast


def forecast(left: int, counts: Sequence[int], minutes: int) -> Forecast | None:
    """When a queue is through, from how many were sampled in each of the last windows (of so many minutes each).

    The interval is twice the standard error of the mean count, from the larger of its variance and that of a Poisson
    count: it covers a stop-and-go site, and not what nobody can know (a van breaks down). None: too few to say.
    """
    if left <= 0:
        return Forecast(0, 0, 0)
    total = sum(counts)
    if total < FORECAST_FROM:
        return None
    mean = total / len(counts)
    spread = sum((count - mean) ** 2 for count in counts) / max(1, len(counts) - 1)
    error = 2 * (max(spread, mean) / len(counts)) ** 0.5
    slow, fast = mean - error, mean + error
    worst = ceil(left / slow * minutes) if slow > 0 else MOST_MINUTES
    return Forecast(int(left / fast * minutes), round(left / mean * minutes), min(worst, MOST_MINUTES))


MOST_MINUTES = 7 * 24 * 60  # beyond this, "no end in sight"


def odd_rates(results: Mapping[str, int], odd_from: int, odd_percent: int) -> str:
    """Why a batch is held for a second look: `suspect` or `invalid` where that share or more of the tubes are; ''.

    Looked at from `odd_from` tubes on. In mass testing far fewer are: a whole batch of them is an instrument's or a
    label's fault, or a fabrication. The bounds come from the plan.
    """
    total = sum(results.values())
    if total < odd_from:
        return ""
    return next((why for why, many in found_of(results).items() if many * 100 >= total * odd_percent), "")


def found_of(results: Mapping[str, int]) -> dict[str, int]:
    """How many tubes are suspect (or positive), and how many invalid."""
    return {
        "suspect": results.get("positive", 0) + results.get("pool_suspect", 0),
        "invalid": results.get("invalid", 0),
    }


def unreconciled(results: Sequence[str], stated: Mapping[str, int]) -> tuple[str, int, int] | None:
    """The first thing that a sender said of a batch and that its rows do not bear out: (what, said, found).

    `tubes` counts all rows, `found` those in which something was found (a pool is never positive, so positive and
    suspect are one number); every other word is a result. What is not stated is stated as none.
    """
    words = [{"positive": "found", "pool_suspect": "found"}.get(result, result) for result in results]
    real = {"tubes": len(words)} | {
        word: words.count(word) for word in ("negative", "found", "invalid", *sorted(set(words)))
    }
    for what, many in real.items():
        if stated.get(what, 0) != many:
            return what, stated.get(what, 0), many
    return None


def hours_until_done(waiting: int, a_day: int) -> float:
    """In how many hours a laboratory that can test so many tubes in a day has tested those that wait for it."""
    return ceil(waiting * 24 / a_day * 10) / 10


def done_first(loads: Sequence[tuple[int, int]], more: int = 0) -> int | None:
    """Which of (waiting, tubes a day) would be done first with so many tubes more; of equals the first."""
    hours = [hours_until_done(waiting + more, a_day) for waiting, a_day in loads]
    return min(range(len(hours)), key=hours.__getitem__) if hours else None
