"""The closed vocabularies in which plan values are written, and the base of every table of a plan."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

PlaceKind = Literal[
    "residence", "dining", "entertainment", "lodging", "workplace", "school",
    "market", "transport", "medical", "worship", "park", "other",
]  # fmt: skip
Reason = Literal["household", "presence", "workplace", "seat", "same_room", "told"]
MeasureKind = Literal["site", "home", "monitoring"]
# How far an exposure reaches in a vehicle: so many `rows` forward and back, the whole closed `unit` (carriage,
# compartment, cabin), the bay and the `adjacent` ones, or `all` of the vehicle.
SeatRule = Literal["rows", "unit", "adjacent", "all"]
HomeCriterion = Literal["own_room", "no_shared_air", "housemates_isolate", "no_vulnerable_carer"]
StayIn = Literal["home", "zone", "nowhere"]
TierName = Literal["sealed", "controlled", "watched", "high", "middle", "low"]
Symptom = Literal[
    "fever", "cough", "sore_throat", "breathless", "tired", "aches", "loss_of_smell", "diarrhoea", "vomiting",
    "rash", "red_eyes", "runny_nose", "other",
]  # fmt: skip
Status = Literal["read", "local", "unverified"]


class Table(BaseModel):
    """A table of a plan: frozen, without unknown keys, and without conversion of types."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def says(meaning: str, **limits: Any) -> Any:
    """A value that every edition states."""
    return Field(description=meaning, **limits)


def may_say(meaning: str, **limits: Any) -> Any:
    """A value that an edition states only where its disease has such a rule; else it is None."""
    return Field(default=None, description=meaning, **limits)


def may_list(meaning: str) -> Any:
    """A list that is empty where an edition states nothing."""
    return Field(default=(), description=meaning)


def _ascending(days: tuple[int, ...]) -> tuple[int, ...]:
    if list(days) != sorted(set(days)):
        raise ValueError("days must rise, each named once")
    return days


Count = Annotated[int, Field(ge=0)]
Positive = Annotated[int, Field(ge=1)]
Days = Annotated[int, Field(ge=0, le=3660)]
DayNumbers = Annotated[tuple[Annotated[int, Field(ge=1, le=3660)], ...], AfterValidator(_ascending)]
