"""Tables of premises."""

from .booking import Booking, Capacity, Slot
from .gatherings import Event, Order
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
    "Order",
    "PersonalCode",
    "Routine",
    "Slot",
    "Venue",
]
