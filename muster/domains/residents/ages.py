"""Who needs help by age. Plain functions."""

from __future__ import annotations

from datetime import date

CHILD, ELDER = "child", "elder"
# A guardian speaks for those below fourteen, as elsewhere in the house; elders are those of sixty and more (Law on the
# Protection of the Rights and Interests of the Elderly, article 2).
CHILD_BELOW, ELDER_FROM = 14, 60


def age(born_on: date | None, today: date) -> int | None:
    """Full years; None where the day of birth is not known."""
    if born_on is None:
        return None
    return today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))


def group(born_on: date | None, today: date) -> str:
    """`child`, `elder` or ''."""
    years = age(born_on, today)
    if years is None or CHILD_BELOW <= years < ELDER_FROM:
        return ""
    return CHILD if years < CHILD_BELOW else ELDER


def years_before(today: date, years: int) -> date:
    """The last day of birth of those who are `years` old today; 29 February counts as 28 where there is none."""
    try:
        return today.replace(year=today.year - years)
    except ValueError:
        return today.replace(year=today.year - years, day=28)
