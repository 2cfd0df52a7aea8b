"""Tables of premises."""

from .booking import Booking, Capacity, Slot
from .gatherings import Event
from .lodging import Guest
from .routines import Routine
from .status import MOST_EASED, Contest, Exemption
from .venues import Device, EnteredFor, PersonalCode, Venue

__all__ = [
    "MOST_EASED",
    "Booking",
    "Capacity",
    "Contest",
    "Device",
    "EnteredFor",
    "Event",
    "Exemption",
    "Guest",
    "PersonalCode",
    "Routine",
    "Slot",
    "Venue",
]
