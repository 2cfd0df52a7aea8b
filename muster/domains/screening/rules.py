"""Rules of results: what counts as positive, what a stated result and its Ct values say of each other, corrections.

Plain functions of plain values. Ct: the cycle at which a gene was found, low for much virus, None where not found.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

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
