"""What a fact of one domain makes happen in others. Reads like the rule-book; `muster procedures` prints the list."""

from . import (
    antigen_confirmed,
    arrived_in_isolation,
    contact_found,
    contact_turned_positive,
    control_due_for_release,
    guest_registered,
    handler_tested,
    hazard_found,
    pooled_positive,
    positive_result,
    report_received,
    result_corrected,
    result_told,
    risk_area_stay,
    standby_ready,
    tested,
)
from .providers import provide

provide()

__all__ = [
    "antigen_confirmed",
    "arrived_in_isolation",
    "contact_found",
    "contact_turned_positive",
    "control_due_for_release",
    "guest_registered",
    "handler_tested",
    "hazard_found",
    "pooled_positive",
    "positive_result",
    "report_received",
    "result_corrected",
    "result_told",
    "risk_area_stay",
    "standby_ready",
    "tested",
]
